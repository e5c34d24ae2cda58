/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/v3/rig.h"

#define SPI 40u
#define BIT (1u << (SPI % 32))
#define IROUTER (RIG_GICD + GICD_IROUTER + 8 * SPI)

static struct rig *rig;

static int setup(void **state)
{
	const struct rig_config config = { .nr_vcpus = 4, .nr_spis = 64 };

	(void)state;
	rig = rig_new(&config);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

static void inject(uint32_t intid)
{
	assert_int_equal(vgic_inject_irq(rig->gic, 0, intid, true, NULL),
			 VGIC_OK);
	rig_settle(rig);
}

/* ARE and DS cannot be cleared; nothing else but the enables can be set. */
static void ctlr(void **state)
{
	const uint64_t ipa = RIG_GICD + GICD_CTLR;

	(void)state;
	assert_int_equal(rig_read32(rig, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS);
	rig_write32(rig, 0, ipa, 0xffffffff);
	assert_int_equal(rig_read32(rig, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS |
							  GICD_CTLR_EnableGrp0 |
							  GICD_CTLR_EnableGrp1);
	rig_write32(rig, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(rig_read32(rig, 1, ipa),
			 GICD_CTLR_ARE | GICD_CTLR_DS | GICD_CTLR_EnableGrp1);
	rig_write32(rig, 0, ipa, 0);
	assert_int_equal(rig_read32(rig, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS);
}

/* Everybody has to hear of a gate, but only of one that moved. */
static void ctlr_calls_everybody(void **state)
{
	(void)state;
	rig_start(rig);
	rig_write32(rig, 0, RIG_GICD + GICD_CTLR,
		    GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	assert_false(rig->kicked[1] || rig->kicked[2] || rig->kicked[3]);
	rig_write32(rig, 0, RIG_GICD + GICD_CTLR, GICD_CTLR_EnableGrp1);
	assert_true(rig->kicked[1] && rig->kicked[2] && rig->kicked[3]);
}

/* What became pending while the distributor was off is not forgotten. */
static void gates(void **state)
{
	const uint64_t ipa = RIG_GICD + GICD_CTLR;

	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 1, false);
	rig_write32(rig, 0, ipa, GICD_CTLR_EnableGrp0);
	rig_settle(rig);
	inject(SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_write32(rig, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
	/* Nor is what was in a list register when it was turned off. */
	inject(SPI);
	rig_write32(rig, 0, ipa, 0);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_write32(rig, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

static uint32_t typer_of(uint32_t nr_spis, bool no_a3v)
{
	const struct rig_config config = { .nr_vcpus = 1,
					   .nr_spis = nr_spis,
					   .no_a3v = no_a3v };
	struct rig *small = rig_new(&config);
	uint32_t typer = rig_read32(small, 0, RIG_GICD + GICD_TYPER);

	rig_free(small);
	return typer;
}

static void typer(void **state)
{
	const struct {
		uint32_t nr_spis, lines;
	} rows[] = { { 0, 0 },	{ 1, 1 },    { 32, 1 },	  { 33, 2 },
		     { 64, 2 }, { 960, 30 }, { 961, 31 }, { 988, 31 } };

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t value = typer_of(rows[i].nr_spis, false);

		assert_int_equal(FIELD_GET(GICD_TYPER_ITLinesNumber, value),
				 rows[i].lines);
		assert_int_equal(FIELD_GET(GICD_TYPER_CPUNumber, value), 0);
		assert_int_equal(FIELD_GET(GICD_TYPER_IDbits, value), 9);
		assert_int_equal(value & (GICD_TYPER_SecurityExtn |
					  GICD_TYPER_MBIS | GICD_TYPER_LPIS |
					  GICD_TYPER_DVIS | GICD_TYPER_No1N),
				 0);
		assert_true(value & GICD_TYPER_RSS);
		assert_true(value & GICD_TYPER_A3V);
	}
	assert_false(typer_of(32, true) & GICD_TYPER_A3V);
}

/* Aff3 is RES0 without A3V. */
static void irouter_without_a3v(void **state)
{
	const struct rig_config config = { .nr_vcpus = 1,
					   .nr_spis = 32,
					   .no_a3v = true };
	struct rig *small = rig_new(&config);

	(void)state;
	rig_write(small, 0, IROUTER, 8, ~GICD_IROUTER_IRM);
	assert_true(rig_read(small, 0, IROUTER, 8) == 0xffffff);
	rig_free(small);
}

/* With IRM set the affinity reads as zero; it is back when IRM goes. */
static void irouter_halves(void **state)
{
	(void)state;
	rig_write(rig, 0, IROUTER, 8, UINT64_C(0x7700030201));
	rig_write(rig, 0, IROUTER, 4, GICD_IROUTER_IRM | 5);
	assert_true(rig_read(rig, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	/* Aff3 is the other half's. */
	rig_write(rig, 0, IROUTER + 4, 4, 0x66);
	assert_true(rig_read(rig, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	rig_write(rig, 0, IROUTER, 4, 2);
	assert_true(rig_read(rig, 0, IROUTER, 8) == UINT64_C(0x6600000002));
	assert_int_equal(rig_info(rig, 0, SPI).target, UINT32_MAX);
	rig_write(rig, 0, IROUTER + 4, 4, 0);
	assert_true(rig_read(rig, 0, IROUTER, 8) == 2);
	assert_int_equal(rig_info(rig, 0, SPI).target, 2);
}

/* INTID 1019 is the last there is. */
static void last_spi(void **state)
{
	const struct rig_config config = { .nr_vcpus = 1, .nr_spis = 988 };
	struct rig *big = rig_new(&config);

	(void)state;
	rig_write32(big, 0, RIG_GICD + GICD_ISENABLER + 0x7c, 0xffffffff);
	assert_int_equal(rig_read32(big, 0, RIG_GICD + GICD_ISENABLER + 0x7c),
			 0x0fffffff);
	rig_write32(big, 0, RIG_GICD + GICD_IPRIORITYR + 0x3fc, 0xffffffff);
	assert_int_equal(rig_read32(big, 0, RIG_GICD + GICD_IPRIORITYR + 0x3fc),
			 0);
	rig_start(big);
	rig_spi(big, 1019, 0x80, 0, false);
	vgic_inject_irq(big->gic, 0, 1019, true, NULL);
	assert_int_equal(rig_ack(big, 0), 1019);
	rig_eoi(big, 0, 1019);
	assert_int_equal(rig_errors(big, 0), 0);
	rig_free(big);
}

/* Routed to nobody it waits; routed to somebody it comes. */
static void routed_nowhere(void **state)
{
	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 0, false);
	rig_write(rig, 0, IROUTER, 8, UINT64_C(0x7700000000));
	inject(SPI);
	assert_int_equal(rig_info(rig, 0, SPI).target, UINT32_MAX);
	assert_int_equal(rig_ack(rig, 0), RIG_SPURIOUS);
	rig_write(rig, 0, IROUTER, 8, 2);
	assert_int_equal(rig_ack(rig, 2), SPI);
	rig_eoi(rig, 2, SPI);
}

static uint32_t taker(uint32_t intid)
{
	uint32_t who = UINT32_MAX;

	for (uint32_t i = 0; i < rig->config.nr_vcpus; i++) {
		if (rig_ack(rig, i) == intid) {
			assert_int_equal(who, UINT32_MAX);
			who = i;
			rig_eoi(rig, i, intid);
		}
	}
	return who;
}

/* IRM: exactly one of those awake gets each, and not always the same. */
static void one_of_n(void **state)
{
	uint32_t seen = 0;

	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 0, false);
	rig_write(rig, 0, IROUTER, 8, GICD_IROUTER_IRM);
	for (unsigned int i = 0; i < 8; i++) {
		uint32_t who;

		inject(SPI);
		who = taker(SPI);
		assert_true(who < 4);
		seen |= 1u << who;
		/* It keeps the next one until it was out of guest code. */
		rig_exit(rig, who);
		rig_enter(rig, who);
	}
	assert_int_equal(seen, 0xf);
	assert_true(rig_read(rig, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	rig_write(rig, 0, IROUTER, 8, 3);
	inject(SPI);
	assert_int_equal(taker(SPI), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ctlr),
		TEST(ctlr_calls_everybody),
		TEST(gates),
		cmocka_unit_test(typer),
		cmocka_unit_test(irouter_without_a3v),
		TEST(irouter_halves),
		cmocka_unit_test(last_spi),
		TEST(routed_nowhere),
		TEST(one_of_n),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
