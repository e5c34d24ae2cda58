/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way: exits that are handled while the vCPU stays entered.  Nothing
 * here can take the vCPU off its CPU, so vectors.S restores only the registers
 * that C may change.  The vGIC is left and entered only if the access itself
 * made that necessary.
 *
 * This is for what guests do often.  For everything else nothing is done, and
 * guest_sync() begins at the beginning.
 */
#include "hyp/quick.h"

#include <vgic/sysreg.h>
#include <vgic/trap.h>

#include "hyp/arch.h"
#include "hyp/asm.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/exit.h"
#include "hyp/guest_map.h"
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
#include "regs/gicv5.h"

/* May an instruction that is executed here change this register? */
static bool is_restored(unsigned int rt)
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

static struct vcpu *quick_hvc(struct vcpu *vcpu, uint64_t esr)
{
	uint64_t start = start_ticks();

	(void)esr;
	if (!psci_call_quick(vcpu)) {
		return NULL;
	}
	return done(vcpu, EXIT_HVC, start);
}

/* The vGIC's registers; any, where the CPU interface is software's. */
static inline __attribute__((always_inline)) struct vcpu *
access_sysreg(struct vcpu *vcpu, uint64_t esr, bool write, uint32_t sysreg,
	      enum exit_cause cause)
{
	unsigned int rt = (unsigned int)FIELD_GET(ISS_SYS_Rt, esr);
	uint64_t start = start_ticks(), value;

	if (!(write || is_restored(rt)) || is_aarch32()) {
		return NULL;
	}
	value = vcpu_get_reg(vcpu, rt);
	if (vgic_trap_sysreg_entered(vcpu->vgic, sysreg, write, &value) !=
	    VGIC_TRAP_DONE) {
		return NULL;
	}
	if (!write) {
		vcpu_set_reg(vcpu, rt, value);
	}
	advance();
	follow_kick(vcpu);
	return done(vcpu, cause, start);
}

static __attribute__((noinline)) struct vcpu *software_sysreg(struct vcpu *vcpu,
							      uint64_t esr)
{
	return access_sysreg(vcpu, esr, !(esr & ISS_SYS_READ),
			     VGIC_SYSREG_FROM_ESR(esr), EXIT_SYSREG);
}

/*
 * Where list registers are hardware's, MSR ICC_SGI1R_EL1 is the only one that
 * guests use often.
 */
static struct vcpu *quick_sysreg(struct vcpu *vcpu, uint64_t esr)
{
	if ((esr & (ISS_SYS_NAME | ISS_SYS_READ)) ==
	    ISS_SYS_OF(ICC_SGI1R_EL1)) {
		return access_sysreg(vcpu, esr, true, ICC_SGI1R_EL1, EXIT_SGI);
	}
	return vm.soft_cpuif ? software_sysreg(vcpu, esr) : NULL;
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

	if ((esr & looked_at) != (ISS_ISV | FSC_TRANSLATION) || is_aarch32()) {
		return NULL;
	}
	insn_from_syndrome(esr, &access);
	ipa = HPFAR_TO_IPA(read_sysreg(hpfar_el2)) |
	      (read_sysreg(far_el2) & (PAGE_SIZE - 1));
	if (!(access.write || is_restored(access.reg[0])) ||
	    !mmio_access_entered(vcpu, &access, ipa, &cause)) {
		return NULL;
	}
	advance();
	follow_kick(vcpu);
	return done(vcpu, cause, start);
}

static struct vcpu *quick_sync(struct vcpu *vcpu)
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
 * A guest whose GIC instructions are patched executes two or three of them for
 * each interrupt, and exits for little else.
 */
static struct vcpu *quick_sync_patched(struct vcpu *vcpu)
{
	uint64_t esr = read_sysreg(esr_el2);
	uint32_t imm = (uint32_t)esr & ESR_HVC_IMM;
	uint32_t sysreg = sysreg_of_hvc[imm >> PATCH_Rt_BITS];
	uint64_t start = start_ticks();

	if (FIELD_GET(ESR_EC, esr) != EC_HVC64) {
		return quick_sync(vcpu);
	}
	if (!sysreg) {
		return quick_hvc(vcpu, esr);
	}
	if (((imm & PATCH_READ) && !is_restored(imm & PATCH_Rt_MASK)) ||
	    sysreg_execute(vcpu, sysreg, imm, vgic_trap_sysreg_entered) !=
		    VGIC_TRAP_DONE) {
		return NULL;
	}
	exit_follow_own_kick(vcpu);
	exit_raise_signals(vcpu);
	return done(vcpu, EXIT_PATCHED, start);
}

/* Nothing of a GICv5's IRS is answered while its vCPU stays entered. */
static bool is_for_irs(uint64_t esr)
{
	return FIELD_GET(ESR_EC, esr) == EC_DABT_LOWER &&
	       HPFAR_TO_IPA(read_sysreg(hpfar_el2)) != GUEST_UART_IPA;
}

/* `signals`: VGIC_VIRQ or 0, as the library says.  Raise the guest's IRQ. */
static inline struct vcpu *done_gicv5(struct vcpu *vcpu, int signals,
				      uint64_t start)
{
	change_hcr(this_cpu(), HCR_EL2_VI, signals ? HCR_EL2_VI : 0);
	return done(vcpu, EXIT_PATCHED, start);
}

/* GIC CDPEND, by which guests send IPIs. */
static __attribute__((noinline)) struct vcpu *
quick_pend(struct vcpu *vcpu, uint64_t operand, uint64_t start)
{
	int signals = vgic_trap_usual_pend(vcpu->vgic, operand);

	return signals == VGIC_UNUSUAL ? quick_sync_patched(vcpu) :
					 done_gicv5(vcpu, signals, start);
}

/* The exception was not caused by a patched instruction. */
static __attribute__((noinline)) struct vcpu *
quick_sync_beside(struct vcpu *vcpu, uint64_t esr)
{
	return is_for_irs(esr) ? NULL : quick_sync(vcpu);
}

/*
 * Most of a GICv5's interrupts are plain, and vgic_trap_usual() executes what
 * the guest does for those.  All other functions are called last, as tail
 * calls, so that the compiler needs no stack here.
 */
static struct vcpu *quick_sync_gicv5(struct vcpu *vcpu)
{
	uint64_t esr = read_sysreg(esr_el2), start = start_ticks(), *rt;
	uint32_t imm = (uint32_t)esr & ESR_HVC_IMM;
	uint32_t sysreg = sysreg_of_hvc[imm >> PATCH_Rt_BITS];
	int signals;

	if (FIELD_GET(ESR_EC, esr) != EC_HVC64) {
		return quick_sync_beside(vcpu, esr);
	}
	if ((imm & PATCH_READ) && (imm & PATCH_Rt_MASK) > QUICK_LAST_X) {
		return quick_sync_patched(vcpu);
	}
	rt = &vcpu->x[imm & PATCH_Rt_MASK];
	if (sysreg == GIC_CDPEND) {
		return quick_pend(vcpu, *rt, start);
	}
	signals = vgic_trap_usual(vcpu->vgic, sysreg, rt);
	return signals == VGIC_UNUSUAL ? quick_sync_patched(vcpu) :
					 done_gicv5(vcpu, signals, start);
}

static struct vcpu *quick_none(struct vcpu *vcpu)
{
	(void)vcpu;
	return NULL;
}

void quick_allow(struct vcpu *vcpu, bool allowed)
{
	const struct patch_set *patch = vcpu->vm->patch;

	vcpu->quick = !allowed		    ? quick_none :
		      patch == &patch_gicv5 ? quick_sync_gicv5 :
		      patch		    ? quick_sync_patched :
					      quick_sync;
}
