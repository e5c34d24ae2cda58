/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the guest is told about the CPU (HCR_EL2.TID3).  A feature passes
 * only if it works under this hypervisor: when its registers are switched
 * and nothing at EL2 has to be set up for it.
 */
#include "hyp/idreg.h"

#include "hyp/options.h"
#include "hyp/sysreg_table.h"
#include "hyp/vm.h"
#include "regs/field.h"
#include "regs/gicv5.h"

/*
 * Highest value per 4-bit field: 0 hides a feature, f passes what the CPU
 * has, another value passes no more than that.  DDI 0487 D17.2.5x ff.
 */
struct id_limit {
	uint8_t crm, op2;
	uint64_t limit;
};

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

#define FIRST_AARCH64_CRM 4
#define ID_AA64PFR0_GIC_SHIFT 24
#define ID_AA64PFR0_GIC_WIDTH 4

static uint64_t limit_fields(uint64_t value, uint64_t limit)
{
	uint64_t result = 0;
	unsigned int shift;

	for (shift = 0; shift < 64; shift += 4) {
		uint64_t field = value >> shift & 0xf;
		uint64_t max = limit >> shift & 0xf;

		result |= (field < max ? field : max) << shift;
	}
	return result;
}

/* No more physical address bits than stage 2 takes: 64 - VTCR_EL2.T0SZ. */
static uint64_t limit_parange(uint64_t mmfr0)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
	uint64_t ipa_bits = 64 - (vm.vtcr & 0x3f);
	uint64_t parange = sizeof(bits) - 1;

	while (parange && bits[parange] > ipa_bits) {
		parange--;
	}
	if ((mmfr0 & ID_AA64MMFR0_PARange) < parange) {
		parange = mmfr0 & ID_AA64MMFR0_PARange;
	}
	return (mmfr0 & ~ID_AA64MMFR0_PARange) | parange;
}

/* The registers of GICv3: whatever the machine has, a GICv3 guest alone. */
static uint64_t gic_field(void)
{
	return FIELD_PUT(ID_AA64PFR0_GIC, options.gic == VGIC_GICV3);
}

uint64_t idreg_read(unsigned int crm, unsigned int op2)
{
	uint64_t value = id_reg_read((crm - 1) * 8 + op2);
	unsigned int i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].crm == crm && limits[i].op2 == op2) {
			value = limit_fields(value, limits[i].limit);
			if (crm == 4 && op2 == 0) {
				value = (value & ~FIELD_MASK(ID_AA64PFR0_GIC)) |
					gic_field();
			}
			return crm == 7 && op2 == 0 ? limit_parange(value) :
						      value;
		}
	}
	if (crm == 4 && op2 == 2) {
		/* ID_AA64PFR2_EL1 */
		return options.gic == VGIC_GICV5 ?
			       FIELD_PUT(ID_AA64PFR2_EL1_GCIE, 1) :
			       0;
	}
	/* AArch32's are of no consequence; unknown AArch64 ones are zero. */
	return crm < FIRST_AARCH64_CRM ? value : 0;
}
