/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ID registers say what the guest has, not what the CPU has; and what they deny
 * must really be missing.
 */
#include "guest/cpu/cpu.h"

#define NR_ID_REGISTERS 56
#define ID_INDEX(crm, op2) (((crm)-1) * 8 + (op2))
#define CPACR_FPEN_ZEN UINT64_C(0x330000)
#define EC(esr) ((esr) >> 26 & 0x3f)

/* Fields that have to be zero; DDI 0487 D17.2. */
static const struct {
	const char *what;
	uint8_t crm, op2, shift;
} hidden[] = {
	{ "ID_AA64PFR0_EL1.EL2 is 0", 4, 0, 8 },
	{ "ID_AA64PFR0_EL1.EL3 is 0", 4, 0, 12 },
	{ "ID_AA64PFR0_EL1.RAS is 0", 4, 0, 28 },
	{ "ID_AA64PFR0_EL1.SVE is 0", 4, 0, 32 },
	{ "ID_AA64PFR0_EL1.AMU is 0", 4, 0, 44 },
	{ "ID_AA64PFR1_EL1.MTE is 0", 4, 1, 8 },
	{ "ID_AA64PFR1_EL1.SME is 0", 4, 1, 24 },
	{ "ID_AA64PFR1_EL1.NMI is 0", 4, 1, 36 },
	{ "ID_AA64PFR2_EL1.GCIE is 0", 4, 2, 12 },
	{ "ID_AA64ZFR0_EL1.SVEver is 0", 4, 4, 0 },
	{ "ID_AA64DFR0_EL1.TraceVer is 0", 5, 0, 4 },
	{ "ID_AA64DFR0_EL1.PMUVer is 0", 5, 0, 8 },
	{ "ID_AA64DFR0_EL1.PMSVer is 0", 5, 0, 32 },
	{ "ID_AA64ISAR2_EL1.WFxT is 0", 6, 2, 0 },
	{ "ID_AA64ISAR2_EL1.MOPS is 0", 6, 2, 16 },
	{ "ID_AA64MMFR0_EL1.ECV is 0", 7, 0, 60 },
	{ "ID_AA64MMFR1_EL1.VH is 0", 7, 1, 8 },
	{ "ID_AA64MMFR1_EL1.LO is 0", 7, 1, 16 },
	{ "ID_AA64MMFR2_EL1.NV is 0", 7, 2, 24 },
};

static void probe_id(void)
{
	uint64_t esr, pfr0;
	unsigned int i;

	fault_expect();
	for (i = 0; i < NR_ID_REGISTERS; i++) {
		id_register(i);
	}
	check(fault_count(&esr) == 0, "every ID register can be read");
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		uint64_t value =
			id_register(ID_INDEX(hidden[i].crm, hidden[i].op2));

		check((value >> hidden[i].shift & 0xf) == 0, hidden[i].what);
	}
	pfr0 = id_register(ID_INDEX(4, 0));
	check((pfr0 >> 24 & 0xf) == 1, "ID_AA64PFR0_EL1.GIC is 1");
	check((pfr0 >> 4 & 0xf) == 1, "ID_AA64PFR0_EL1.EL1 is 1");
}

/* Reading `name` is UNDEFINED: exception class 0, one fault. */
#define CHECK_UNDEFINED(name) \
	do { \
		uint64_t esr_; \
		unsigned int count_; \
		fault_expect(); \
		sysreg_read(name); \
		count_ = fault_count(&esr_); \
		check(count_ == 1 && EC(esr_) == 0, #name " is UNDEFINED"); \
	} while (0)

/* Reads as zero and ignores writes, without a fault. */
#define CHECK_RAZ_WI(name) \
	do { \
		uint64_t esr_, read_; \
		fault_expect(); \
		sysreg_write(name, UINT64_MAX); \
		read_ = sysreg_read(name); \
		check(fault_count(&esr_) == 0 && read_ == 0, \
		      #name " is RAZ/WI"); \
	} while (0)

/*
 * Where the CPU has this register, the hypervisor makes it RAZ/WI. Where not,
 * whether the access traps to EL2 before it is UNDEFINED is up to the CPU
 * (HCR_EL2.TIDCP).
 */
static void probe_implementation_defined(void)
{
	uint64_t esr, value;
	unsigned int count;

	fault_expect();
	sysreg_write(s3_1_c15_c2_1, UINT64_MAX);
	value = sysreg_read(s3_1_c15_c2_1);
	count = fault_count(&esr);
	check((count == 0 && value == 0) || (count == 2 && EC(esr) == 0),
	      "an implementation defined register is not the guest's");
}

void probe_registers(void)
{
	uint64_t esr, value;

	probe_id();
	/*
	 * Else EL1 traps these to itself, before the hypervisor can see them.
	 */
	sysreg_write(cpacr_el1, CPACR_FPEN_ZEN);
	__asm__ volatile("isb");
	CHECK_UNDEFINED(pmcr_el0);
	CHECK_UNDEFINED(pmccntr_el0);
	CHECK_UNDEFINED(s3_0_c1_c2_0); /* ZCR_EL1 */
	sysreg_write(cpacr_el1, 0);
	CHECK_UNDEFINED(s3_0_c5_c3_0);	/* ERRIDR_EL1 */
	CHECK_UNDEFINED(s3_0_c10_c4_7); /* LORID_EL1 */
	CHECK_UNDEFINED(s3_0_c9_c9_0);	/* PMSCR_EL1 */
	CHECK_RAZ_WI(actlr_el1);
	probe_implementation_defined();
	fault_expect();
	value = sysreg_read(icc_sre_el1);
	check(fault_count(&esr) == 0 && value & ICC_SRE_SRE,
	      "ICC_SRE_EL1.SRE is 1");
}
