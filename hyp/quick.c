/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way: exits that are handled while the vCPU stays entered.  Nothing
 * here can take the vCPU off its CPU, so vectors.S has saved only the registers
 * that C may change.  The vGIC is left and entered only if the access itself
 * made that necessary.
 *
 * This is for what guests do often.  For everything else nothing is done, and
 * guest_sync() begins at the beginning.
 */
#include "hyp/quick.h"

#include <vgic/trap.h>

#include "hyp/arch.h"
#include "hyp/asm.h"
#include "hyp/esr.h"
#include "hyp/exit.h"
#include "hyp/insn.h"
#include "hyp/mmio.h"
#include "hyp/options.h"
#include "hyp/platform.h"
#include "hyp/psci.h"
#include "hyp/pstate.h"
#include "hyp/sysreg.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/* Is it among the general registers that vectors.S has saved? */
static bool is_saved(unsigned int rt)
{
	return rt <= QUICK_LAST_X || rt == A64_XZR;
}

/* PC and PSTATE are still in the CPU. */
static bool is_aarch32(void)
{
	return read_sysreg(spsr_el2) & PSTATE_AARCH32;
}

/* As vcpu_advance(), for A64. */
static void advance(void)
{
	write_sysreg(elr_el2, read_sysreg(elr_el2) + A64_WORD_SIZE);
	write_sysreg(spsr_el2,
		     read_sysreg(spsr_el2) & ~(PSTATE_BTYPE | PSTATE_SS));
}

/*
 * A device's line, or what the library left for the next entry, may have kicked
 * this vCPU, which is on this CPU: then nobody sent an IPI.
 */
static void follow_kick(struct vcpu *vcpu)
{
	if (atomic_load_explicit(&vcpu->sched.kicked, memory_order_relaxed)) {
		exit_reenter(vcpu);
	} else if (vm.soft_cpuif) {
		exit_raise_signals(vcpu);
	}
}

/* The exit is handled; it began at start_ticks(). */
static struct vcpu *done(struct vcpu *vcpu, enum exit_cause cause,
			 uint64_t start)
{
	vcpu->counts.exits[cause]++;
	if (options.icount) {
		vcpu->counts.el2_ticks += read_sysreg(cntpct_el0) - start;
	}
	return vcpu;
}

static uint64_t start_ticks(void)
{
	return options.icount ? read_sysreg(cntpct_el0) : 0;
}

/* Where there are patched words, an HVC may be one. */
static struct vcpu *quick_hvc(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t start = start_ticks();

	(void)esr;
	if (vm.patch || vcpu->step.active || !psci_call_quick(vcpu)) {
		return NULL;
	}
	return done(vcpu, EXIT_HVC, start);
}

/* MSR ICC_SGI1R_EL1. */
static struct vcpu *quick_sysreg(struct vcpu *vcpu, uint64_t esr)
{
	unsigned int rt = (unsigned int)FIELD_GET(ISS_SYS_Rt, esr);
	uint64_t start = start_ticks(), value;

	if ((esr & (ISS_SYS_NAME | ISS_SYS_READ)) !=
		    ISS_SYS_OF(ICC_SGI1R_EL1) ||
	    !is_saved(rt) || is_aarch32() || vcpu->step.active) {
		return NULL;
	}
	value = vcpu_get_reg(vcpu, rt);
	if (vgic_trap_sysreg_entered(vcpu->vgic, ICC_SGI1R_EL1, true, &value) !=
	    VGIC_TRAP_DONE) {
		return NULL;
	}
	advance();
	follow_kick(vcpu);
	return done(vcpu, EXIT_SGI, start);
}

/*
 * A load or store of one register, which the syndrome describes, of what stage
 * 2 does not map.
 */
static struct vcpu *quick_abort(struct vcpu *vcpu, uint64_t esr)
{
	const uint64_t looked_at = ISS_ISV | ISS_S1PTW | ISS_CM | ISS_FSC_TYPE;
	uint64_t start = start_ticks(), ipa;
	struct access access;
	enum exit_cause cause;

	if ((esr & looked_at) != (ISS_ISV | FSC_TRANSLATION) || is_aarch32() ||
	    vcpu->step.active) {
		return NULL;
	}
	insn_from_syndrome(esr, &access);
	ipa = HPFAR_TO_IPA(read_sysreg(hpfar_el2)) |
	      (read_sysreg(far_el2) & (PAGE_SIZE - 1));
	if (!is_saved(access.reg[0]) ||
	    !mmio_access_entered(vcpu, &access, ipa, &cause)) {
		return NULL;
	}
	advance();
	follow_kick(vcpu);
	return done(vcpu, cause, start);
}

struct vcpu *quick_sync(struct vcpu *vcpu)
{
	static struct vcpu *(*const handlers[NR_EC])(struct vcpu * vcpu,
						     uint64_t esr) = {
		[EC_HVC64] = quick_hvc,
		[EC_SYSREG] = quick_sysreg,
		[EC_DABT_LOWER] = quick_abort,
	};
	uint64_t esr = read_sysreg(esr_el2);
	struct vcpu *(*handler)(struct vcpu * vcpu, uint64_t esr) =
		handlers[FIELD_GET(ESR_EC, esr)];

	return handler ? handler(vcpu, esr) : NULL;
}

/*
 * A GICv5 guest, all of whose GIC instructions are patched, executes three of
 * them for each interrupt, and exits for little else.
 */
struct vcpu *quick_sync_patched(struct vcpu *vcpu)
{
	uint64_t start = start_ticks();
	uint64_t esr = read_sysreg(esr_el2);
	uint32_t imm = (uint32_t)esr & ESR_HVC_IMM;

	if (FIELD_GET(ESR_EC, esr) != EC_HVC64) {
		return quick_sync(vcpu);
	}
	if (vcpu->step.active || !is_saved(imm & PATCH_Rt_MASK) ||
	    !sysreg_patched_entered(vcpu, imm)) {
		return NULL;
	}
	exit_follow_own_kick(vcpu);
	exit_raise_signals(vcpu);
	return done(vcpu, EXIT_PATCHED, start);
}
