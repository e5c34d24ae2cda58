/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug registers always trap (MDCR_EL2.TDA) and are kept in memory.  They are
 * in the CPU as well only while the vCPU has some breakpoint or watchpoint
 * enabled.  So a vCPU switch costs nothing for guests that nobody debugs, where
 * it would have to write up to 64 registers.
 */
#include "hyp/debug.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/sysreg_table.h"
#include "hyp/vcpu.h"
#include "regs/a64.h"
#include "regs/field.h"

/* Banks of struct vcpu_debug; op2 of DBG<bank><n>_EL1 is FIRST_OP2 + bank. */
#define DBG_BVR 0
#define DBG_BCR 1
#define DBG_WVR 2
#define DBG_WCR 3
#define FIRST_OP2 4
/* DBGBCR<n>_EL1, DBGWCR<n>_EL1: enabled */
#define DBGCR_E 1

#define ID_AA64DFR0_BRPs_SHIFT 12
#define ID_AA64DFR0_BRPs_WIDTH 4
#define ID_AA64DFR0_WRPs_SHIFT 20
#define ID_AA64DFR0_WRPs_WIDTH 4

#define MDSCR_EL1 SYSREG_ENC(2, 0, 0, 2, 2)
#define OSLSR_EL1 SYSREG_ENC(2, 0, 1, 1, 4)
#define OSLSR_EL1_OSLM 0x8 /* an OS lock is implemented, and unlocked */

/* How many registers of a bank this CPU has, 1 to 16. */
static unsigned int bank_size(unsigned int bank)
{
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1);

	return 1 + (unsigned int)(bank < DBG_WVR ?
					  FIELD_GET(ID_AA64DFR0_BRPs, dfr0) :
					  FIELD_GET(ID_AA64DFR0_WRPs, dfr0));
}

static void write_all(const struct vcpu_debug *debug)
{
	unsigned int bank, i;

	for (bank = DBG_BVR; bank <= DBG_WCR; bank++) {
		for (i = 0; i < bank_size(bank); i++) {
			debug_reg_write(FIRST_OP2 + bank, i,
					debug->bank[bank][i]);
		}
	}
}

void debug_init_cpu(void)
{
	static const struct vcpu_debug off;

	/* Locked at reset, the OS lock masks debug exceptions. */
	write_sysreg(oslar_el1, 0);
	write_all(&off);
}

void debug_reset(struct vcpu *vcpu)
{
	vcpu->debug = (struct vcpu_debug){ .on = false };
}

void debug_load(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();

	if (vcpu->debug.on || cpu->debug_on) {
		write_all(&vcpu->debug);
		cpu->debug_on = vcpu->debug.on;
	}
}

/* The guest writes register `n` of a bank. */
static void set(struct vcpu *vcpu, unsigned int bank, unsigned int n,
		uint64_t value)
{
	struct vcpu_debug *debug = &vcpu->debug;
	uint64_t enabled = 0;
	unsigned int i;

	debug->bank[bank][n] = value;
	for (i = 0; i < VCPU_DEBUG_REGS; i++) {
		enabled |= debug->bank[DBG_BCR][i] | debug->bank[DBG_WCR][i];
	}
	debug->on = enabled & DBGCR_E;
	debug_load(vcpu);
}

bool debug_trap(struct vcpu *vcpu, uint32_t sysreg, bool write, uint64_t *value)
{
	unsigned int crm = (unsigned int)FIELD_GET(SYSREG_CRm, sysreg);
	unsigned int op2 = (unsigned int)FIELD_GET(SYSREG_op2, sysreg);
	unsigned int bank = op2 - FIRST_OP2;

	/* 2:0:c0:c<n>:<4 to 7> */
	if (FIELD_GET(SYSREG_op1, sysreg) == 0 &&
	    FIELD_GET(SYSREG_CRn, sysreg) == 0 && op2 >= FIRST_OP2) {
		if (crm >= bank_size(bank)) {
			return false;
		}
		if (write) {
			set(vcpu, bank, crm, *value);
		} else {
			*value = vcpu->debug.bank[bank][crm];
		}
		return true;
	}
	if (sysreg == MDSCR_EL1 && write) {
		write_sysreg(mdscr_el1, *value);
	} else if (sysreg == MDSCR_EL1) {
		*value = read_sysreg(mdscr_el1);
	} else if (!write) {
		/* The lock is never locked; all others read as zero. */
		*value = sysreg == OSLSR_EL1 ? OSLSR_EL1_OSLM : 0;
	}
	return true;
}
