/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ID registers, whose reads trap by HCR_EL2.TID3.  A feature of the CPU is
 * shown to the guest only if it works under this hypervisor: the registers that
 * it has are switched between vCPUs, and nothing at EL2 has to be set up for
 * it.  A field that does not exist yet is hidden, for nobody knows what it will
 * want from EL2.
 */
#include "hyp/idreg.h"

#include "hyp/options.h"
#include "hyp/stage2.h"
#include "hyp/sysreg_table.h"
#include "hyp/vm.h"
#include "regs/field.h"
#include "regs/gicv5.h"

/*
 * The highest value that each field of four bits may have: 0 hides a feature,
 * 0xf passes what the CPU has, a value between passes no more than that.  What
 * the values mean is in DDI 0487 D17.2, at each register.
 */
struct id_limit {
	uint8_t crm, op2;
	uint64_t limit;
};

/* CRm and op2 of the registers that are treated in a way of their own. */
#define IS_PFR0(crm, op2) ((crm) == 4 && (op2) == 0)
#define IS_PFR2(crm, op2) ((crm) == 4 && (op2) == 2)
#define IS_MMFR0(crm, op2) ((crm) == 7 && (op2) == 0)

static const struct id_limit limits[] = {
	/* ID_PFR0_EL1: not RAS, AMU; ID_PFR1_EL1: no virtualization, GIC 1 */
	{ 1, 0, 0x0f0fffff },
	{ 1, 1, 0x1fff0f0f },
	/* ID_DFR0_EL1: no PMU, no trace */
	{ 1, 2, 0x0000ffff },
	/*
	 * ID_AA64PFR0_EL1: EL1 in AArch64 only, no EL2 or EL3, not RAS,
	 * SVE, MPAM, AMU; CSV2 without SCXTNUM_ELx
	 */
	{ 4, 0, 0xf10f000001ff001f },
	/* ID_AA64PFR1_EL1: BT, SSBS; not MTE, SME, NMI, GCS */
	{ 4, 1, 0x00000000000000ff },
	/* ID_AA64DFR0_EL1: break- and watchpoints; not PMU, SPE, trace */
	{ 5, 0, 0x000000f0f0f0f006 },
	/* ID_AA64ISAR0_EL1: not TME */
	{ 6, 0, 0xfffffffff0fffff0 },
	/* ID_AA64ISAR1_EL1: not XS, LS64 */
	{ 6, 1, 0x00ffffffffffffff },
	/* ID_AA64ISAR2_EL1: not WFxT, MOPS */
	{ 6, 2, 0x00ff0000fff0fff0 },
	/* ID_AA64MMFR0_EL1: not FGT, ECV; PARange is looked at below */
	{ 7, 0, 0x0000f000ffffffff },
	/* ID_AA64MMFR1_EL1: not VHE, LOR, HCX, TIDCP1 */
	{ 7, 1, 0xf00ff0f00ff0f002 },
	/* ID_AA64MMFR2_EL1: not IESB, NV, FWB, EVT */
	{ 7, 2, 0xf0ff00fff0f10fff },
};

/* Registers with a smaller CRm describe AArch32. */
#define FIRST_AARCH64_CRM 4
#define ID_FIELD_BITS 4
#define ID_FIELD_MASK 0xfu
#define ID_AA64PFR0_GIC_SHIFT 24
#define ID_AA64PFR0_GIC_WIDTH 4

static uint64_t limit_fields(uint64_t value, uint64_t limit)
{
	uint64_t result = 0;
	unsigned int shift;

	for (shift = 0; shift < 64; shift += ID_FIELD_BITS) {
		uint64_t field = value >> shift & ID_FIELD_MASK;
		uint64_t max = limit >> shift & ID_FIELD_MASK;

		result |= (field < max ? field : max) << shift;
	}
	return result;
}

/*
 * Physical addresses of the guest are IPAs, and stage 2 takes 64 -
 * VTCR_EL2.T0SZ bits of them: show the largest PARange that does not exceed
 * that, nor what the CPU has.
 */
static uint64_t limit_parange(uint64_t mmfr0)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
	uint64_t ipa_bits = 64 - FIELD_GET(VTCR_T0SZ, vm.vtcr);
	uint64_t parange = sizeof(bits) - 1;

	while (parange && bits[parange] > ipa_bits) {
		parange--;
	}
	if ((mmfr0 & ID_AA64MMFR0_PARange) < parange) {
		parange = mmfr0 & ID_AA64MMFR0_PARange;
	}
	return (mmfr0 & ~ID_AA64MMFR0_PARange) | parange;
}

/* Only a GICv3 guest has the ICC_* registers, whatever the machine has. */
static uint64_t show_gic(uint64_t pfr0)
{
	return (pfr0 & ~FIELD_MASK(ID_AA64PFR0_GIC)) |
	       FIELD_PUT(ID_AA64PFR0_GIC, options.gic == VGIC_GICV3);
}

uint64_t idreg_read(unsigned int crm, unsigned int op2)
{
	uint64_t value = id_reg_read((crm - 1) * 8 + op2);
	unsigned int i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].crm == crm && limits[i].op2 == op2) {
			value = limit_fields(value, limits[i].limit);
			return IS_PFR0(crm, op2)  ? show_gic(value) :
			       IS_MMFR0(crm, op2) ? limit_parange(value) :
						    value;
		}
	}
	if (IS_PFR2(crm, op2)) {
		return options.gic == VGIC_GICV5 ?
			       FIELD_PUT(ID_AA64PFR2_EL1_GCIE, 1) :
			       0;
	}
	/*
	 * What else describes AArch32 passes: there it is EL0 alone, which has
	 * no more registers than are switched.  For AArch64, hide it.
	 */
	return crm < FIRST_AARCH64_CRM ? value : 0;
}
