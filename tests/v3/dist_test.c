/* SPDX-License-Identifier: BSD-2-Clause */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define SPI 40u
#define BIT (1u << (SPI % 32))
#define IROUTER (MACHINE_GICD + GICD_IROUTER + 8 * SPI)

static struct machine *m;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 4, .nr_spis = 64));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

/* ARE and DS cannot be cleared; nothing else but the enables can be set. */
static void ctlr(void **state)
{
	const uint64_t ipa = MACHINE_GICD + GICD_CTLR;

	(void)state;
	assert_int_equal(guest_read32(m, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS);
	guest_write32(m, 0, ipa, 0xffffffff);
	assert_int_equal(guest_read32(m, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS |
							  GICD_CTLR_EnableGrp0 |
							  GICD_CTLR_EnableGrp1);
	guest_write32(m, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(guest_read32(m, 1, ipa),
			 GICD_CTLR_ARE | GICD_CTLR_DS | GICD_CTLR_EnableGrp1);
	guest_write32(m, 0, ipa, 0);
	assert_int_equal(guest_read32(m, 0, ipa), GICD_CTLR_ARE | GICD_CTLR_DS);
}

/* Everybody has to hear of a gate, but only of one that moved. */
static void ctlr_calls_everybody(void **state)
{
	(void)state;
	machine_boot(m);
	m->late[1] = m->late[2] = m->late[3] = true;
	guest_write32(m, 0, MACHINE_GICD + GICD_CTLR,
		      GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	assert_false(m->kicked[1] || m->kicked[2] || m->kicked[3]);
	guest_write32(m, 0, MACHINE_GICD + GICD_CTLR, GICD_CTLR_EnableGrp1);
	assert_true(m->kicked[1] && m->kicked[2] && m->kicked[3]);
}

/* What became pending while the distributor was off is not forgotten. */
static void gates(void **state)
{
	const uint64_t ipa = MACHINE_GICD + GICD_CTLR;

	(void)state;
	machine_boot(m);
	setup(m, 1, SPI, 0x80, false);
	guest_write32(m, 0, ipa, GICD_CTLR_EnableGrp0);
	machine_serve_all(m);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	guest_write32(m, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
	/* Nor is what was in a list register when it was turned off. */
	line(m, SPI, true);
	guest_write32(m, 0, ipa, 0);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	guest_write32(m, 0, ipa, GICD_CTLR_EnableGrp1);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

static uint32_t typer_of(uint32_t nr_spis, bool no_a3v)
{
	struct machine *small =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 1,
				      .nr_spis = nr_spis, .no_a3v = no_a3v));
	uint32_t typer = guest_read32(small, 0, MACHINE_GICD + GICD_TYPER);

	machine_end(small);
	return typer;
}

static void typer(void **state)
{
	const struct {
		uint32_t nr_spis, lines;
	} rows[] = {
		{ MACHINE_NONE, 0 }, { 1, 1 },	  { 32, 1 },   { 33, 2 },
		{ 64, 2 },	     { 960, 30 }, { 961, 31 }, { 988, 31 }
	};

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
	struct machine *small =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 1,
				      .nr_spis = 32, .no_a3v = true));

	(void)state;
	mmio_write(small, 0, IROUTER, 8, ~GICD_IROUTER_IRM);
	assert_true(mmio_read(small, 0, IROUTER, 8) == 0xffffff);
	machine_end(small);
}

/* INTID 1019 is the last there is. */
static void last_spi(void **state)
{
	struct machine *big = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = 1, .nr_spis = 988));

	(void)state;
	guest_write32(big, 0, MACHINE_GICD + GICD_ISENABLER + 0x7c, 0xffffffff);
	assert_int_equal(
		guest_read32(big, 0, MACHINE_GICD + GICD_ISENABLER + 0x7c),
		0x0fffffff);
	guest_write32(big, 0, MACHINE_GICD + GICD_IPRIORITYR + 0x3fc,
		      0xffffffff);
	assert_int_equal(
		guest_read32(big, 0, MACHINE_GICD + GICD_IPRIORITYR + 0x3fc),
		0);
	machine_boot(big);
	setup(big, 0, 1019, 0x80, false);
	vgic_inject_irq(big->gic, 0, 1019, true, NULL);
	assert_int_equal(guest_ack(big, 0), 1019);
	guest_eoi(big, 0, 1019);
	assert_int_equal(stats_of(big, 0).guest_errors, 0);
	machine_end(big);
}

/* Routed to nobody it waits; routed to somebody it comes. */
static void routed_nowhere(void **state)
{
	(void)state;
	machine_boot(m);
	setup(m, 0, SPI, 0x80, false);
	mmio_write(m, 0, IROUTER, 8, UINT64_C(0x7700000000));
	line(m, SPI, true);
	assert_int_equal(info_of(m, 0, SPI).target, UINT32_MAX);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	mmio_write(m, 0, IROUTER, 8, 2);
	assert_int_equal(guest_ack(m, 2), SPI);
	guest_eoi(m, 2, SPI);
}

static uint32_t taker(uint32_t intid)
{
	uint32_t who = UINT32_MAX;

	for (uint32_t i = 0; i < m->config.nr_vcpus; i++) {
		if (guest_ack(m, i) == intid) {
			assert_int_equal(who, UINT32_MAX);
			who = i;
			guest_eoi(m, i, intid);
		}
	}
	return who;
}

/* IRM: exactly one of those awake gets each, and not always the same. */
static void one_of_n(void **state)
{
	uint32_t seen = 0;

	(void)state;
	machine_boot(m);
	setup(m, 0, SPI, 0x80, false);
	mmio_write(m, 0, IROUTER, 8, GICD_IROUTER_IRM);
	for (unsigned int i = 0; i < 8; i++) {
		uint32_t who;

		line(m, SPI, true);
		who = taker(SPI);
		assert_true(who < 4);
		seen |= 1u << who;
		/* It keeps the next one until it was out of guest code. */
		stop(m, who);
		run(m, who);
	}
	assert_int_equal(seen, 0xf);
	assert_true(mmio_read(m, 0, IROUTER, 8) == GICD_IROUTER_IRM);
	mmio_write(m, 0, IROUTER, 8, 3);
	line(m, SPI, true);
	assert_int_equal(taker(SPI), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(ctlr),
		machine_test(ctlr_calls_everybody),
		machine_test(gates),
		cmocka_unit_test(typer),
		cmocka_unit_test(irouter_without_a3v),
		cmocka_unit_test(last_spi),
		machine_test(routed_nowhere),
		machine_test(one_of_n),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
