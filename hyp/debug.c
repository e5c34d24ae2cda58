/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debug registers trap always (MDCR_EL2.TDA) and are kept in memory; they
 * are in the CPU only while the guest has some break- or watchpoint enabled.
 * So vCPU switches cost nothing for guests that are not being debugged.
 */
#include "hyp/debug.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/sysreg_table.h"
#include "hyp/vcpu.h"
#include "regs/field.h"

#define DBG_BVR 0
#define DBG_BCR 1
#define DBG_WVR 2
#define DBG_WCR 3
#define DBGCR_E 1 /* DBGBCR and DBGWCR */
#define FIRST_OP2 4

#define ID_AA64DFR0_BRPs_SHIFT 12
#define ID_AA64DFR0_BRPs_WIDTH 4
#define ID_AA64DFR0_WRPs_SHIFT 20
#define ID_AA64DFR0_WRPs_WIDTH 4

#define MDSCR_EL1 SYSREG_ENC(2, 0, 0, 2, 2)
#define OSLSR_EL1 SYSREG_ENC(2, 0, 1, 1, 4)
#define OSLSR_EL1_OSLM 0x8 /* implemented, unlocked */

/* Number of registers in a bank of debug[]. */
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

	/* The OS lock, locked at reset, would mask debug exceptions. */
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

bool debug_trap(struct vcpu *vcpu, uint32_t sysreg, bool write,
		uint64_t *value)
{
	unsigned int op1 = sysreg >> 11 & 7, crn = sysreg >> 7 & 0xf;
	unsigned int crm = sysreg >> 3 & 0xf, op2 = sysreg & 7;
	unsigned int bank = op2 - FIRST_OP2;

	if (op1 == 0 && crn == 0 && op2 >= FIRST_OP2) {
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
		/* The lock is never locked, the rest is not there: RAZ. */
		*value = sysreg == OSLSR_EL1 ? OSLSR_EL1_OSLM : 0;
	}
	return true;
}
