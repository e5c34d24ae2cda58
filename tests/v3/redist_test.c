/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/v3/rig.h"

#define SPI 40u
#define IROUTER (RIG_GICD + GICD_IROUTER + 8 * SPI)

static struct rig *rig;

static int setup(void **state)
{
	const struct rig_config config = { .nr_vcpus = 3, .nr_spis = 32 };

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

static uint32_t spread_mpidr(uint32_t index)
{
	return index * 0x01010101u;
}

/* Every frame names its vCPU; the last of each region says so. */
static void typer(void **state)
{
	const struct rig_config config = { .nr_vcpus = 125,
					   .nr_spis = 0,
					   .mpidr = spread_mpidr };
	struct rig *big = rig_new(&config);

	(void)state;
	for (uint32_t i = 0; i < 125; i++) {
		uint64_t value =
			rig_read(big, 7, rig_gicr(big, i, GICR_TYPER), 8);

		assert_int_equal(FIELD_GET(GICR_TYPER_Affinity_Value, value),
				 spread_mpidr(i));
		assert_int_equal(FIELD_GET(GICR_TYPER_Processor_Number, value),
				 i);
		assert_int_equal(!!(value & GICR_TYPER_Last),
				 i == 122 || i == 124);
		assert_false(value & (GICR_TYPER_PLPIS | GICR_TYPER_VLPIS |
				      GICR_TYPER_DPGS));
	}
	rig_free(big);
}

/* ChildrenAsleep follows ProcessorSleep and cannot be written. */
static void waker(void **state)
{
	const uint32_t asleep = GICR_WAKER_ProcessorSleep |
				GICR_WAKER_ChildrenAsleep;
	const uint64_t ipa = rig_gicr(rig, 1, GICR_WAKER);

	(void)state;
	assert_int_equal(rig_read32(rig, 0, ipa), asleep);
	rig_write32(rig, 0, ipa, ~GICR_WAKER_ProcessorSleep);
	assert_int_equal(rig_read32(rig, 0, ipa), 0);
	rig_write32(rig, 0, ipa, GICR_WAKER_ChildrenAsleep);
	assert_int_equal(rig_read32(rig, 0, ipa), 0);
	rig_write32(rig, 0, ipa, GICR_WAKER_ProcessorSleep);
	assert_int_equal(rig_read32(rig, 0, ipa), asleep);
	assert_int_equal(rig_read32(rig, 0, rig_gicr(rig, 2, GICR_WAKER)),
			 asleep);
}

static void doze(uint32_t vcpu, bool asleep)
{
	rig_write32(rig, vcpu, rig_gicr(rig, vcpu, GICR_WAKER),
		    asleep ? GICR_WAKER_ProcessorSleep : 0);
}

/* 1 of N: those who sleep are passed over, and hand on what they had. */
static void sleepers_and_one_of_n(void **state)
{
	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 0, false);
	rig_write(rig, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(0, true);
	doze(2, true);
	for (unsigned int i = 0; i < 4; i++) {
		inject(SPI);
		assert_int_equal(rig_ack(rig, 1), SPI);
		rig_eoi(rig, 1, SPI);
	}
	inject(SPI);
	doze(2, false);
	doze(1, true);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	assert_int_equal(rig_ack(rig, 2), SPI);
	/* What is active stays with whom it is. */
	doze(2, true);
	rig_eoi(rig, 2, SPI);
	inject(SPI);
	assert_int_equal(rig_info(rig, 0, SPI).target, UINT32_MAX);
	doze(0, false);
	assert_int_equal(rig_ack(rig, 0), SPI);
	rig_eoi(rig, 0, SPI);
	/* Put to sleep, and woken, by another vCPU. */
	inject(SPI);
	rig_write32(rig, 2, rig_gicr(rig, 0, GICR_WAKER),
		    GICR_WAKER_ProcessorSleep);
	assert_int_equal(rig_ack(rig, 0), RIG_SPURIOUS);
	rig_write32(rig, 2, rig_gicr(rig, 1, GICR_WAKER), 0);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* A redistributor sleeps after a reset, whatever it did before. */
static void reset_hands_on_one_of_n(void **state)
{
	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 0, false);
	rig_write(rig, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(1, true);
	doze(2, true);
	rig_msr(rig, 0, ICC_IGRPEN1_EL1, 0);
	inject(SPI);
	assert_int_equal(rig_ack(rig, 0), RIG_SPURIOUS);
	doze(1, false);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_exit(rig, 0);
	assert_int_equal(vgic_vcpu_reset(rig->vcpu[0], true), VGIC_OK);
	rig_enter(rig, 0);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* With more vCPUs than a word has bits, each is told from the others. */
static void sleepers_among_many(void **state)
{
	static const uint32_t awake[] = { 127, 64, 63, 0 };
	const struct rig_config config = { .nr_vcpus = 128,
					   .nr_spis = 32,
					   .nr_lrs = 1 };
	struct rig *big = rig_new(&config);

	(void)state;
	rig_start(big);
	rig_spi(big, SPI, 0x80, 0, false);
	rig_write(big, 0, IROUTER, 8, GICD_IROUTER_IRM);
	for (uint32_t i = 0; i < 4; i++) {
		for (uint32_t v = 0; v < 128; v++) {
			rig_write32(big, v, rig_gicr(big, v, GICR_WAKER),
				    v == awake[i] ? 0 :
						    GICR_WAKER_ProcessorSleep);
		}
		assert_int_equal(vgic_inject_irq(big->gic, 0, SPI, true, NULL),
				 0);
		rig_settle(big);
		assert_int_equal(rig_ack(big, awake[i]), SPI);
		rig_eoi(big, awake[i], SPI);
	}
	rig_free(big);
}

/* As KVM's: GICR_TYPER.DPGS is 0, and so GICR_CTLR's DPG bits are RES0. */
static void dpg_is_res0(void **state)
{
	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 0, false);
	rig_write(rig, 0, IROUTER, 8, GICD_IROUTER_IRM);
	doze(0, true);
	doze(2, true);
	rig_write32(rig, 1, rig_gicr(rig, 1, GICR_CTLR), UINT32_MAX);
	assert_int_equal(rig_read32(rig, 0, rig_gicr(rig, 1, GICR_CTLR)),
			 GICR_CTLR_CES | GICR_CTLR_IR);
	inject(SPI);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* A directly routed SPI does not care. */
static void sleepers_keep_what_is_theirs(void **state)
{
	(void)state;
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 1, false);
	inject(SPI);
	doze(1, true);
	assert_int_equal(rig_info(rig, 0, SPI).target, 1);
	doze(1, false);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* PPIs can be configured, SGIs cannot. */
static void config(void **state)
{
	(void)state;
	rig_start(rig);
	rig_write32(rig, 1, rig_gicr(rig, 1, GICR_ICFGR0), 0);
	assert_int_equal(rig_read32(rig, 1, rig_gicr(rig, 1, GICR_ICFGR0)),
			 0xaaaaaaaa);
	rig_write32(rig, 1, rig_gicr(rig, 1, GICR_ICFGR1), 0x80);
	assert_false(rig_info(rig, 1, 19).level);
	assert_true(rig_info(rig, 1, 18).level);
	assert_true(rig_info(rig, 0, 19).level);
	rig_write32(rig, 1, rig_gicr(rig, 1, GICR_ISENABLER0), 1u << 19);
	vgic_inject_irq(rig->gic, 1, 19, true, NULL);
	vgic_inject_irq(rig->gic, 1, 19, false, NULL);
	assert_int_equal(rig_ack(rig, 1), 19);
	rig_eoi(rig, 1, 19);
}

/* A mistake is reported where it was made, counted for who made it. */
static void status(void **state)
{
	(void)state;
	rig_write32(rig, 0, rig_gicr(rig, 1, GICR_TYPER), 1);
	(void)rig_read32(rig, 0, rig_gicr(rig, 1, GICR_SGI_BASE + 0x40));
	assert_int_equal(rig_read32(rig, 0, rig_gicr(rig, 1, GICR_STATUSR)),
			 GICD_STATUSR_WROD | GICD_STATUSR_RRD);
	assert_int_equal(rig_read32(rig, 0, rig_gicr(rig, 0, GICR_STATUSR)), 0);
	assert_int_equal(rig_read32(rig, 0, RIG_GICD + GICD_STATUSR), 0);
	assert_int_equal(rig_errors(rig, 0), 2);
	assert_int_equal(rig_errors(rig, 1), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typer),
		TEST(waker),
		TEST(sleepers_and_one_of_n),
		TEST(reset_hands_on_one_of_n),
		cmocka_unit_test(sleepers_among_many),
		TEST(dpg_is_res0),
		TEST(sleepers_keep_what_is_theirs),
		TEST(config),
		TEST(status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
