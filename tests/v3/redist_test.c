/* SPDX-License-Identifier: BSD-2-Clause */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define SPI 40u
#define IROUTER (MACHINE_GICD + GICD_IROUTER + 8 * SPI)

static struct machine *m;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 3, .nr_spis = 32));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

static uint32_t spread_mpidr(uint32_t index)
{
	return index * 0x01010101u;
}

/* Every frame names its vCPU; the last of each region says so. */
static void typer(void **state)
{
	struct machine *big =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 125,
				      .nr_spis = 0, .affinity = spread_mpidr));

	(void)state;
	for (uint32_t i = 0; i < 125; i++) {
		uint64_t value = mmio_read(big, 7, gicr(i, GICR_TYPER), 8);

		assert_int_equal(FIELD_GET(GICR_TYPER_Affinity_Value, value),
				 spread_mpidr(i));
		assert_int_equal(FIELD_GET(GICR_TYPER_Processor_Number, value),
				 i);
		assert_int_equal(!!(value & GICR_TYPER_Last),
				 i == 122 || i == 124);
		assert_false(value & (GICR_TYPER_PLPIS | GICR_TYPER_VLPIS |
				      GICR_TYPER_DPGS));
	}
	machine_end(big);
}

/* ChildrenAsleep follows ProcessorSleep and cannot be written. */
static void waker(void **state)
{
	const uint32_t asleep = GICR_WAKER_ProcessorSleep |
				GICR_WAKER_ChildrenAsleep;
	const uint64_t ipa = gicr(1, GICR_WAKER);

	(void)state;
	assert_int_equal(guest_read32(m, 0, ipa), asleep);
	guest_write32(m, 0, ipa, ~GICR_WAKER_ProcessorSleep);
	assert_int_equal(guest_read32(m, 0, ipa), 0);
	guest_write32(m, 0, ipa, GICR_WAKER_ChildrenAsleep);
	assert_int_equal(guest_read32(m, 0, ipa), 0);
	guest_write32(m, 0, ipa, GICR_WAKER_ProcessorSleep);
	assert_int_equal(guest_read32(m, 0, ipa), asleep);
	assert_int_equal(guest_read32(m, 0, gicr(2, GICR_WAKER)), asleep);
}

static void doze(uint32_t vcpu, bool asleep)
{
	guest_write32(m, vcpu, gicr(vcpu, GICR_WAKER),
		      asleep ? GICR_WAKER_ProcessorSleep : 0);
}

/* 1 of N: those who sleep are passed over, and hand on what they had. */
static void sleepers_and_one_of_n(void **state)
{
	(void)state;
	machine_boot(m);
	setup(m, 0, SPI, 0x80, false);
	mmio_write(m, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(0, true);
	doze(2, true);
	for (unsigned int i = 0; i < 4; i++) {
		line(m, SPI, true);
		assert_int_equal(guest_ack(m, 1), SPI);
		guest_eoi(m, 1, SPI);
	}
	line(m, SPI, true);
	doze(2, false);
	doze(1, true);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	assert_int_equal(guest_ack(m, 2), SPI);
	/* What is active stays with whom it is. */
	doze(2, true);
	guest_eoi(m, 2, SPI);
	line(m, SPI, true);
	assert_int_equal(info_of(m, 0, SPI).target, UINT32_MAX);
	doze(0, false);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	/* Put to sleep, and woken, by another vCPU. */
	line(m, SPI, true);
	guest_write32(m, 2, gicr(0, GICR_WAKER), GICR_WAKER_ProcessorSleep);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	guest_write32(m, 2, gicr(1, GICR_WAKER), 0);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* A redistributor sleeps after a reset, whatever it did before. */
static void reset_hands_on_one_of_n(void **state)
{
	(void)state;
	machine_boot(m);
	setup(m, 0, SPI, 0x80, false);
	mmio_write(m, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(1, true);
	doze(2, true);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 0);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	doze(1, false);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	put_vcpu(m, 0);
	assert_int_equal(vgic_vcpu_reset(m->vcpu[0], true), VGIC_OK);
	run(m, 0);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* With more vCPUs than a word has bits, each is told from the others. */
static void sleepers_among_many(void **state)
{
	static const uint32_t awake[] = { 127, 64, 63, 0 };
	struct machine *big =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 128,
				      .nr_spis = 32, .nr_lrs = 1));

	(void)state;
	machine_boot(big);
	setup(big, 0, SPI, 0x80, false);
	mmio_write(big, 0, IROUTER, 8, GICD_IROUTER_IRM);
	for (uint32_t i = 0; i < 4; i++) {
		for (uint32_t v = 0; v < 128; v++) {
			guest_write32(
				big, v, gicr(v, GICR_WAKER),
				v == awake[i] ? 0 : GICR_WAKER_ProcessorSleep);
		}
		assert_int_equal(vgic_inject_irq(big->gic, 0, SPI, true, NULL),
				 0);
		machine_serve_all(big);
		assert_int_equal(guest_ack(big, awake[i]), SPI);
		guest_eoi(big, awake[i], SPI);
	}
	machine_end(big);
}

/* As KVM's: GICR_TYPER.DPGS is 0, and so GICR_CTLR's DPG bits are RES0. */
static void dpg_is_res0(void **state)
{
	(void)state;
	machine_boot(m);
	setup(m, 0, SPI, 0x80, false);
	mmio_write(m, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(0, true);
	doze(2, true);
	guest_write32(m, 1, gicr(1, GICR_CTLR), UINT32_MAX);
	assert_int_equal(guest_read32(m, 0, gicr(1, GICR_CTLR)),
			 GICR_CTLR_CES | GICR_CTLR_IR);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* A directly routed SPI does not care. */
static void sleepers_keep_what_is_theirs(void **state)
{
	(void)state;
	machine_boot(m);
	setup(m, 1, SPI, 0x80, false);
	line(m, SPI, true);
	doze(1, true);
	assert_int_equal(info_of(m, 0, SPI).target, 1);
	doze(1, false);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* PPIs can be configured, SGIs cannot. */
static void config(void **state)
{
	(void)state;
	machine_boot(m);
	guest_write32(m, 1, gicr(1, GICR_ICFGR0), 0);
	assert_int_equal(guest_read32(m, 1, gicr(1, GICR_ICFGR0)), 0xaaaaaaaa);
	guest_write32(m, 1, gicr(1, GICR_ICFGR1), 0x80);
	assert_false(info_of(m, 1, 19).level);
	assert_true(info_of(m, 1, 18).level);
	assert_true(info_of(m, 0, 19).level);
	guest_write32(m, 1, gicr(1, GICR_ISENABLER0), 1u << 19);
	vgic_inject_irq(m->gic, 1, 19, true, NULL);
	vgic_inject_irq(m->gic, 1, 19, false, NULL);
	assert_int_equal(guest_ack(m, 1), 19);
	guest_eoi(m, 1, 19);
}

/* A mistake is reported where it was made, counted for who made it. */
static void status(void **state)
{
	(void)state;
	guest_write32(m, 0, gicr(1, GICR_TYPER), 1);
	(void)guest_read32(m, 0, gicr(1, GICR_SGI_BASE + 0x40));
	assert_int_equal(guest_read32(m, 0, gicr(1, GICR_STATUSR)),
			 GICD_STATUSR_WROD | GICD_STATUSR_RRD);
	assert_int_equal(guest_read32(m, 0, gicr(0, GICR_STATUSR)), 0);
	assert_int_equal(guest_read32(m, 0, MACHINE_GICD + GICD_STATUSR), 0);
	assert_int_equal(stats_of(m, 0).guest_errors, 2);
	assert_int_equal(stats_of(m, 1).guest_errors, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typer),
		machine_test(waker),
		machine_test(sleepers_and_one_of_n),
		machine_test(reset_hands_on_one_of_n),
		cmocka_unit_test(sleepers_among_many),
		machine_test(dpg_is_res0),
		machine_test(sleepers_keep_what_is_theirs),
		machine_test(config),
		machine_test(status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
