/* SPDX-License-Identifier: BSD-2-Clause */
/* include/vgic/sysreg.h: names as in regs/, and what ESR_EL2 says. */
#include <vgic/sysreg.h>

#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/machine/test.h"

#define NAME(name) \
	{ \
#name, VGIC_##name, name \
	}

TEST(names)
{
	static const struct {
		const char *name;
		uint32_t ours, theirs;
	} all[] = {
		NAME(ICC_PMR_EL1),
		NAME(ICC_IAR0_EL1),
		NAME(ICC_EOIR0_EL1),
		NAME(ICC_HPPIR0_EL1),
		NAME(ICC_BPR0_EL1),
		NAME(ICC_DIR_EL1),
		NAME(ICC_RPR_EL1),
		NAME(ICC_SGI1R_EL1),
		NAME(ICC_ASGI1R_EL1),
		NAME(ICC_SGI0R_EL1),
		NAME(ICC_IAR1_EL1),
		NAME(ICC_EOIR1_EL1),
		NAME(ICC_HPPIR1_EL1),
		NAME(ICC_BPR1_EL1),
		NAME(ICC_CTLR_EL1),
		NAME(ICC_SRE_EL1),
		NAME(ICC_IGRPEN0_EL1),
		NAME(ICC_IGRPEN1_EL1),
		NAME(ICC_IDR0_EL1),
		NAME(ICC_ICSR_EL1),
		NAME(ICC_IAFFIDR_EL1),
		NAME(ICC_PPI_ENABLER0_EL1),
		NAME(ICC_PPI_ENABLER1_EL1),
		NAME(ICC_CR0_EL1),
		NAME(ICC_PCR_EL1),
		NAME(GIC_CDDIS),
		NAME(GIC_CDEN),
		NAME(GIC_CDPRI),
		NAME(GIC_CDAFF),
		NAME(GIC_CDPEND),
		NAME(GIC_CDRCFG),
		NAME(GIC_CDEOI),
		NAME(GIC_CDDI),
		NAME(GIC_CDHM),
		NAME(GICR_CDIA),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].ours != all[i].theirs) {
			fail_msg("%s", all[i].name);
		}
	}
}

/* ISS of EC 0x18, every field with every value of its own. */
TEST(from_esr)
{
	(void)state;
	for (uint32_t enc = 0; enc < 1u << 16; enc++) {
		uint64_t iss = (uint64_t)(enc >> 14) << 20 |
			       (uint64_t)(enc & 7) << 17 |
			       (uint64_t)(enc >> 11 & 7) << 14 |
			       (uint64_t)(enc >> 7 & 15) << 10 |
			       (uint64_t)(enc >> 3 & 15) << 1;
		uint64_t esr = UINT64_C(0x18) << 26 | 1u << 25 | iss;

		assert_int_equal(VGIC_SYSREG_FROM_ESR(esr), enc);
		assert_int_equal(VGIC_SYSREG_FROM_ESR(esr | 31 << 5 | 1), enc);
	}
	/* MRS X7, ICC_IAR1_EL1. */
	assert_int_equal(VGIC_SYSREG_FROM_ESR(0x623030f9), VGIC_ICC_IAR1_EL1);
	assert_int_equal(VGIC_SYSREG_ESR_RT(0x623030f9), 7);
	assert_true(VGIC_SYSREG_ESR_IS_READ(0x623030f9));
	assert_false(VGIC_SYSREG_ESR_IS_READ(0x623030f8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(from_esr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
