/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge is judged too.  IHI 0069. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regs/gicv3.h"
#include "tests/oracle/oracle.h"

#define SPURIOUS GIC_INTID_SPURIOUS

static struct oracle o;

/* Two PEs, all of group 1 and enabled, all gates open. */
static int setup(void **state)
{
	static const uint32_t affinity[] = { 0x00000000, 0x01020311 };
	uint32_t pe;

	(void)state;
	oracle_init(&o, 2, 64, affinity);
	oracle_write(&o, -1, GICD_CTLR, 4, 3);
	oracle_write(&o, -1, GICD_ISENABLER + 4, 4, UINT32_MAX);
	oracle_write(&o, -1, GICD_IGROUPR + 4, 4, UINT32_MAX);
	for (pe = 0; pe < 2; pe++) {
		oracle_write(&o, (int)pe, GICR_ISENABLER0, 4, UINT32_MAX);
		oracle_write(&o, (int)pe, GICR_IGROUPR0, 4, UINT32_MAX);
		oracle_icc_write(&o, pe, ICC_PMR_EL1, 0xff);
		oracle_icc_write(&o, pe, ICC_IGRPEN0_EL1, 1);
		oracle_icc_write(&o, pe, ICC_IGRPEN1_EL1, 1);
	}
	return 0;
}

static const char *ack(uint32_t pe, unsigned int group, uint32_t intid)
{
	return oracle_ack(&o, pe, group, intid, false);
}

static uint64_t icc(uint32_t pe, uint32_t enc)
{
	uint64_t value = 0;

	assert_true(oracle_icc_read(&o, pe, enc, &value));
	return value;
}

static void level(void **state)
{
	(void)state;
	oracle_line(&o, 0, 40, true);
	assert_true(oracle_signal_legal(&o, 0, true));
	assert_false(oracle_signal_legal(&o, 0, false));
	assert_null(ack(0, 1, 40));
	/* Active and pending: the line is still up. */
	assert_int_equal(oracle_read(&o, -1, GICD_ISPENDR + 4, 4), 1u << 8);
	assert_int_equal(oracle_read(&o, -1, GICD_ISACTIVER + 4, 4), 1u << 8);
	assert_null(ack(0, 1, SPURIOUS));
	oracle_icc_write(&o, 0, ICC_EOIR1_EL1, 40);
	assert_non_null(ack(0, 1, SPURIOUS));
	oracle_line(&o, 0, 40, false);
	assert_non_null(ack(0, 1, 40));
	assert_null(ack(0, 1, SPURIOUS));
}

static void level_latched(void **state)
{
	(void)state;
	/* A level that software pended stays so until it is taken. */
	oracle_line(&o, 0, 40, true);
	oracle_write(&o, -1, GICD_ISPENDR + 4, 4, 1u << 8);
	oracle_line(&o, 0, 40, false);
	assert_null(ack(0, 1, 40));
	assert_int_equal(oracle_read(&o, -1, GICD_ISPENDR + 4, 4), 0);
}

static void edge(void **state)
{
	(void)state;
	oracle_write(&o, -1, GICD_ICFGR + 8, 4, 2u << 16);
	assert_int_equal(oracle_read(&o, -1, GICD_ICFGR + 8, 4), 2u << 16);
	oracle_line(&o, 0, 40, true);
	oracle_line(&o, 0, 40, true);
	oracle_line(&o, 0, 40, false);
	assert_null(ack(0, 1, 40));
	assert_int_equal(oracle_read(&o, -1, GICD_ISPENDR + 4, 4), 0);
	oracle_line(&o, 0, 40, true);
	oracle_icc_write(&o, 0, ICC_EOIR1_EL1, 40);
	assert_null(ack(0, 1, 40));
	oracle_write(&o, -1, GICD_ISPENDR + 4, 4, 1u << 8);
	oracle_write(&o, -1, GICD_ICPENDR + 4, 4, 1u << 8);
	assert_int_equal(oracle_read(&o, -1, GICD_ICPENDR + 4, 4), 0);
}

static void choices(void **state)
{
	(void)state;
	/* Equal priorities: either; both groups equal: even spurious. */
	oracle_line(&o, 0, 40, true);
	oracle_line(&o, 0, 41, true);
	assert_true(oracle_hppir_legal(&o, 0, 1, 40));
	assert_true(oracle_hppir_legal(&o, 0, 1, 41));
	assert_false(oracle_hppir_legal(&o, 0, 1, SPURIOUS));
	oracle_write(&o, -1, GICD_IGROUPR + 4, 4, ~(1u << 9));
	assert_true(oracle_hppir_legal(&o, 0, 1, SPURIOUS));
	assert_true(oracle_hppir_legal(&o, 0, 0, 41));
	assert_false(oracle_hppir_legal(&o, 0, 1, 41));
	oracle_write(&o, -1, GICD_IPRIORITYR + 41, 1, 0x10);
	assert_true(oracle_hppir_legal(&o, 0, 1, 40));
	assert_false(oracle_hppir_legal(&o, 0, 0, 41));
	assert_string_equal(ack(0, 0, 41),
			    "another one of higher priority is pending");
	/* Unless it may be that this was not known yet. */
	assert_null(oracle_ack(&o, 0, 1, SPURIOUS, true));
	assert_null(oracle_ack(&o, 0, 0, 41, true));
}

static void one_of_n(void **state)
{
	(void)state;
	oracle_write(&o, -1, GICD_IROUTER + 8 * 40, 8, GICD_IROUTER_IRM);
	oracle_line(&o, 0, 40, true);
	assert_true(oracle_hppir_legal(&o, 0, 1, SPURIOUS));
	assert_true(oracle_hppir_legal(&o, 0, 1, 40));
	assert_true(oracle_hppir_legal(&o, 1, 1, 40));
	assert_null(ack(1, 1, 40));
	assert_non_null(ack(0, 1, 40));
}

static void routing(void **state)
{
	(void)state;
	oracle_write(&o, -1, GICD_IROUTER + 8 * 40, 8, UINT64_C(0x0100020311));
	assert_true(oracle_read(&o, -1, GICD_IROUTER + 8 * 40, 8) ==
		    UINT64_C(0x0100020311));
	assert_int_equal(oracle_read(&o, -1, GICD_IROUTER + 8 * 40 + 4, 4), 1);
	oracle_line(&o, 0, 40, true);
	assert_non_null(ack(0, 1, 40));
	oracle_write(&o, -1, GICD_IROUTER + 8 * 40 + 4, 4, 2);
	assert_non_null(ack(1, 1, 40));
	oracle_write(&o, -1, GICD_IROUTER + 8 * 40 + 4, 4, 1);
	assert_null(ack(1, 1, 40));
}

static void generation(void **state)
{
	(void)state;
	/* Aff3.2.1 = 1.2.3, RS 1, bit 1: Aff0 0x11. */
	oracle_icc_write(&o, 0, ICC_SGI1R_EL1, UINT64_C(0x0001100205030002));
	assert_null(ack(1, 1, 5));
	oracle_icc_write(&o, 1, ICC_EOIR1_EL1, 5);
	oracle_icc_write(&o, 0, ICC_SGI1R_EL1, UINT64_C(1) << 40);
	assert_int_equal(oracle_read(&o, 0, GICR_ISPENDR0, 4), 0);
	assert_int_equal(oracle_read(&o, 1, GICR_ISPENDR0, 4), 1);
	/* Group 1 SGIs only by ICC_SGI1R, Group 0 by any. */
	oracle_icc_write(&o, 1, ICC_SGI0R_EL1, UINT64_C(1) << 40);
	assert_int_equal(oracle_read(&o, 0, GICR_ISPENDR0, 4), 0);
	oracle_write(&o, 0, GICR_IGROUPR0, 4, 0);
	oracle_icc_write(&o, 1, ICC_SGI0R_EL1, UINT64_C(1) << 40);
	assert_null(ack(0, 0, 0));
}

static void priorities(void **state)
{
	(void)state;
	oracle_write(&o, -1, GICD_IPRIORITYR + 40, 4, 0x20ff4080);
	assert_int_equal(oracle_read(&o, -1, GICD_IPRIORITYR + 40, 4),
			 0x20f84080);
	assert_int_equal(oracle_read(&o, -1, GICD_IPRIORITYR + 41, 1), 0x40);
	oracle_line(&o, 0, 40, true);
	assert_null(ack(0, 1, 40));
	assert_int_equal(icc(0, ICC_RPR_EL1), 0x80);
	oracle_line(&o, 0, 41, true);
	assert_null(ack(0, 1, 41));
	assert_int_equal(icc(0, ICC_AP1R0_EL1), 1u << 16 | 1u << 8);
	oracle_line(&o, 0, 43, true);
	oracle_icc_write(&o, 0, ICC_PMR_EL1, 0x20);
	assert_null(ack(0, 1, SPURIOUS));
	oracle_icc_write(&o, 0, ICC_PMR_EL1, 0x28);
	assert_non_null(ack(0, 1, SPURIOUS));
	oracle_icc_write(&o, 0, ICC_BPR1_EL1, 7);
	assert_null(ack(0, 1, SPURIOUS));
}

static void seven_bits(void **state)
{
	(void)state;
	/* Resets the CPU interfaces, too. */
	oracle_set_bits(&o, 8, 7);
	assert_int_equal(icc(0, ICC_IGRPEN1_EL1), 0);
	oracle_icc_write(&o, 0, ICC_IGRPEN1_EL1, 1);
	assert_int_equal(icc(0, ICC_BPR0_EL1), 0);
	assert_int_equal(icc(0, ICC_BPR1_EL1), 1);
	oracle_icc_write(&o, 0, ICC_PMR_EL1, 0xff);
	assert_int_equal(icc(0, ICC_PMR_EL1), 0xff);
	oracle_write(&o, -1, GICD_IPRIORITYR + 40, 1, 0xd8);
	oracle_line(&o, 0, 40, true);
	assert_null(ack(0, 1, 40));
	assert_int_equal(icc(0, ICC_AP1R0_EL1 + 3), 1u << (0x6c % 32));
	assert_int_equal(icc(0, ICC_RPR_EL1), 0xd8);
	oracle_icc_write(&o, 0, ICC_EOIR1_EL1, 40);
	assert_int_equal(icc(0, ICC_RPR_EL1), 0xff);
}

static void split_end(void **state)
{
	(void)state;
	oracle_icc_write(&o, 0, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	oracle_icc_write(&o, 1, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	oracle_line(&o, 0, 40, true);
	assert_null(ack(0, 1, 40));
	oracle_icc_write(&o, 0, ICC_EOIR1_EL1, 40);
	assert_int_equal(icc(0, ICC_RPR_EL1), 0xff);
	assert_true(oracle_irq(&o, 0, 40)->active);
	/* Anyone may deactivate an SPI. */
	oracle_icc_write(&o, 1, ICC_DIR_EL1, 40);
	assert_false(oracle_irq(&o, 0, 40)->active);
}

static void frames(void **state)
{
	(void)state;
	/* With affinity routing each frame has its own interrupts alone. */
	oracle_write(&o, -1, GICD_ISPENDR, 4, UINT32_MAX);
	assert_int_equal(oracle_read(&o, 0, GICR_ISPENDR0, 4), 0);
	assert_int_equal(oracle_read(&o, -1, GICD_ISENABLER, 4), 0);
	assert_int_equal(oracle_read(&o, 0, GICR_ISENABLER0, 4), UINT32_MAX);
	assert_int_equal(oracle_read(&o, 0, GICR_ISENABLER0, 2), 0);
	assert_int_equal(oracle_read(&o, 0, GICR_ICFGR0, 4), 0xaaaaaaaa);
	assert_int_equal(oracle_read(&o, -1, GICD_CTLR, 4), 0x53);
	assert_int_equal(oracle_read(&o, 1, GICR_TYPER + 4, 4), 0x01020311);
	assert_int_equal(oracle_read(&o, -1, GICD_PIDR2, 4), 0x30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(level, setup),
		cmocka_unit_test_setup(level_latched, setup),
		cmocka_unit_test_setup(edge, setup),
		cmocka_unit_test_setup(choices, setup),
		cmocka_unit_test_setup(one_of_n, setup),
		cmocka_unit_test_setup(routing, setup),
		cmocka_unit_test_setup(generation, setup),
		cmocka_unit_test_setup(priorities, setup),
		cmocka_unit_test_setup(seven_bits, setup),
		cmocka_unit_test_setup(split_end, setup),
		cmocka_unit_test_setup(frames, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
