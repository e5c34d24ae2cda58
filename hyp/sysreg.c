/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trapped system register accesses.  libvgic is asked first whether the
 * register is the vGIC's; then a table names the ones that are emulated here.
 * Whatever else traps belongs to a feature that the guest's ID registers hide,
 * and is UNDEFINED.
 */
#include "hyp/sysreg.h"

#include <vgic/sysreg.h>

#include "hyp/console.h"
#include "hyp/debug.h"
#include "hyp/esr.h"
#include "hyp/exit.h"
#include "hyp/idreg.h"
#include "hyp/options.h"
#include "hyp/patch.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "hyp/vtimer.h"
#include "regs/a64.h"
#include "regs/gicv3.h"

uint16_t sysreg_of_hvc[PATCH_WORDS];

/* One trapped access. */
struct sys_access {
	uint32_t sysreg; /* SYSREG_ENC() */
	bool write;
	uint64_t value; /* to be written, or that was read */
};

static enum vgic_trap trap_id(struct vcpu *vcpu, struct sys_access *access)
{
	unsigned int crm = (unsigned int)FIELD_GET(SYSREG_CRm, access->sysreg);
	unsigned int op2 = (unsigned int)FIELD_GET(SYSREG_op2, access->sysreg);

	(void)vcpu;
	if (access->write) {
		return VGIC_TRAP_UNDEF;
	}
	access->value = idreg_read(crm, op2);
	return VGIC_TRAP_DONE;
}

static enum vgic_trap trap_debug(struct vcpu *vcpu, struct sys_access *access)
{
	return debug_trap(vcpu, access->sysreg, access->write, &access->value) ?
		       VGIC_TRAP_DONE :
		       VGIC_TRAP_UNDEF;
}

static enum vgic_trap trap_ptimer(struct vcpu *vcpu, struct sys_access *access)
{
	unsigned int op2 = (unsigned int)FIELD_GET(SYSREG_op2, access->sysreg);

	if (access->write) {
		ptimer_write(vcpu, op2, access->value);
	} else {
		access->value = ptimer_read(vcpu, op2);
	}
	return VGIC_TRAP_DONE;
}

/*
 * An IMPLEMENTATION DEFINED register, which may change how the CPU works, for
 * EL2 as well: reads as zero, writes are ignored.
 */
static enum vgic_trap trap_raz_wi(struct vcpu *vcpu, struct sys_access *access)
{
	(void)vcpu;
	access->value = 0;
	return VGIC_TRAP_DONE;
}

/*
 * Which registers: those whose SYSREG_ENC(), masked with `mask`, is `sysreg`.
 * The first row that matches counts.
 */
static const struct {
	uint32_t mask, sysreg;
	enum vgic_trap (*trap)(struct vcpu *vcpu, struct sys_access *access);
} traps[] = {
	/* CNTP_{TVAL,CTL,CVAL}_EL0 */
	{ SYSREG_ENC(3, 7, 15, 15, 4), SYSREG_ENC(3, 3, 14, 2, 0),
	  trap_ptimer },
	/* ID registers; those with CRm 0 do not trap by HCR_EL2.TID3 */
	{ SYSREG_ENC(3, 7, 15, 8, 0), SYSREG_ENC(3, 0, 0, 0, 0), trap_id },
	/* op0 2: debug and trace, by MDCR_EL2 */
	{ SYSREG_ENC(3, 0, 0, 0, 0), SYSREG_ENC(2, 0, 0, 0, 0), trap_debug },
	/* ACTLR_EL1, by HCR_EL2.TACR */
	{ SYSREG_ENC(3, 7, 15, 15, 7), SYSREG_ENC(3, 0, 1, 0, 1), trap_raz_wi },
	/*
	 * IMPLEMENTATION DEFINED registers and instructions: op0 1 and 3, CRn
	 * 11 and 15, by HCR_EL2.TIDCP
	 */
	{ SYSREG_ENC(1, 0, 11, 0, 0), SYSREG_ENC(1, 0, 11, 0, 0), trap_raz_wi },
};

/* A register that is not the vGIC's. */
static enum vgic_trap trap_other(struct vcpu *vcpu, struct sys_access *access)
{
	uint32_t sysreg = access->sysreg;
	unsigned int i;

	for (i = 0; i < sizeof(traps) / sizeof(traps[0]); i++) {
		if ((sysreg & traps[i].mask) == traps[i].sysreg) {
			return traps[i].trap(vcpu, access);
		}
	}
	if (options.verbose) {
		console_msg("vCPU %u: no register %u:%u:%u:%u:%u at %lx",
			    vcpu->index,
			    (unsigned int)FIELD_GET(SYSREG_op0, sysreg),
			    (unsigned int)FIELD_GET(SYSREG_op1, sysreg),
			    (unsigned int)FIELD_GET(SYSREG_CRn, sysreg),
			    (unsigned int)FIELD_GET(SYSREG_CRm, sysreg),
			    (unsigned int)FIELD_GET(SYSREG_op2, sysreg),
			    (unsigned long)vcpu->pc);
	}
	return VGIC_TRAP_UNDEF;
}

void sysreg_init(const struct vm *v)
{
	patch_fill(v->patch, sysreg_of_hvc);
}

/*
 * The instruction that an HVC stands for could not be executed, or not yet: the
 * guest has to stand before it, not behind.
 */
static void undo_patched(struct vcpu *vcpu, enum vgic_trap result)
{
	/* An HVC that reaches EL2 has executed, so PC is behind it. */
	vcpu->pc -= A64_WORD_SIZE;
	if (result != VGIC_TRAP_RETRY) {
		vcpu_inject_undef(vcpu);
	}
}

bool sysreg_patched(struct vcpu *vcpu)
{
	uint32_t imm = (uint32_t)vcpu->esr & ESR_HVC_IMM;
	uint32_t sysreg = sysreg_of_hvc[imm >> PATCH_Rt_BITS];
	enum vgic_trap result;

	if (!sysreg) {
		return false;
	}
	result = sysreg_execute(vcpu, sysreg, imm, vgic_trap_sysreg);
	if (result != VGIC_TRAP_DONE) {
		undo_patched(vcpu, result);
	}
	return true;
}

enum exit_cause sysreg_trap(struct vcpu *vcpu)
{
	uint32_t iss = (uint32_t)vcpu->esr;
	unsigned int rt = (unsigned int)FIELD_GET(ISS_SYS_Rt, iss);
	struct sys_access access = {
		.sysreg = VGIC_SYSREG_FROM_ESR(iss),
		.write = !(iss & ISS_SYS_READ),
		.value = vcpu_get_reg(vcpu, rt),
	};
	enum exit_cause cause = access.sysreg == ICC_SGI1R_EL1 ? EXIT_SGI :
								 EXIT_SYSREG;
	enum vgic_trap result;

	result = vgic_trap_sysreg(vcpu->vgic, access.sysreg, access.write,
				  &access.value);
	if (result == VGIC_TRAP_NOT_MINE) {
		result = trap_other(vcpu, &access);
	}
	switch (result) {
	case VGIC_TRAP_DONE:
		if (!access.write) {
			vcpu_set_reg(vcpu, rt, access.value);
		}
		vcpu_advance(vcpu);
		break;
	case VGIC_TRAP_RETRY:
		/* The guest executes the instruction again. */
		break;
	default:
		vcpu_inject_undef(vcpu);
		break;
	}
	return cause;
}
