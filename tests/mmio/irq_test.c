/* SPDX-License-Identifier: BSD-2-Clause */
/* State that is read while it is in somebody's list registers. */
#include "tests/v3/rig.h"

#define SPI 40u
#define BIT (1u << (SPI % 32))
#define REG(base) (RIG_GICD + (base) + SPI / 32 * 4)

static struct rig *rig;

static int setup(void **state)
{
	const struct rig_config config = { .nr_vcpus = 3, .nr_spis = 64 };

	(void)state;
	rig = rig_new(&config);
	rig_start(rig);
	rig_spi(rig, SPI, 0x80, 1, false);
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

/* One try at a read, by vCPU 0. */
static enum vgic_trap try(uint64_t ipa, uint64_t *value)
{
	enum vgic_trap result;

	rig_exit(rig, 0);
	result = vgic_trap_mmio(rig->vcpu[0], ipa, 4, false, value);
	rig_enter(rig, 0);
	return result;
}

/*
 * vCPU 1 runs with the interrupt in its list register, and acknowledged it
 * without an exit.  Only vCPU 1 is kicked, and only its exit brings the
 * answer.
 */
static void asks_the_holder(void **state)
{
	uint64_t value = 0;

	(void)state;
	inject(SPI);
	assert_int_equal(rig_mrs(rig, 1, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	assert_true(rig->kicked[1]);
	assert_false(rig->kicked[2]);
	rig_exit(rig, 2);
	rig_enter(rig, 2);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	rig_exit(rig, 1);
	rig_enter(rig, 1);
	/* It may be in guest code again: it was out since the question. */
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ICACTIVER)), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), 0);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ICPENDR)), 0);
	rig_eoi(rig, 1, SPI);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISACTIVER)), 0);
}

/* Nobody is disturbed for what nobody's registers hold. */
static void asks_nobody_else(void **state)
{
	uint64_t value = 0;

	(void)state;
	inject(SPI);
	assert_int_equal(try(REG(GICD_ISENABLER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(try(REG(GICD_IGROUPR), &value), VGIC_TRAP_DONE);
	assert_int_equal(try(RIG_GICD + GICD_ISACTIVER + 8, &value),
			 VGIC_TRAP_DONE);
	assert_false(rig->kicked[1]);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* The reader's own registers are at hand. */
static void own_state_is_exact(void **state)
{
	uint64_t value = 0;

	(void)state;
	rig_spi(rig, SPI, 0x80, 0, false);
	inject(SPI);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(rig_mrs(rig, 0, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 0);
	rig_eoi(rig, 0, SPI);
}

/* Another vCPU's SGI and PPI state is asked for in the same way. */
static void asks_for_private_state(void **state)
{
	uint64_t ipa = rig_gicr(rig, 1, GICR_ISACTIVER0), value = 0;

	(void)state;
	rig_msr(rig, 0, ICC_SGI1R_EL1,
		FIELD_PUT(ICC_SGIR_INTID, 3) |
			FIELD_PUT(ICC_SGIR_TargetList, 2));
	rig_settle(rig);
	assert_int_equal(rig_mrs(rig, 1, ICC_IAR1_EL1), 3);
	assert_int_equal(try(ipa, &value), VGIC_TRAP_RETRY);
	rig_settle(rig);
	assert_int_equal(try(ipa, &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 1u << 3);
	rig_eoi(rig, 1, 3);
	assert_int_equal(rig_read32(rig, 0, ipa), 0);
}

/* A write is visible at once, though the register has not heard of it. */
static void writes_are_visible_at_once(void **state)
{
	(void)state;
	inject(SPI);
	rig_write32(rig, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), 0);
	rig_write32(rig, 0, REG(GICD_ISPENDR), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_write32(rig, 0, REG(GICD_ICACTIVER), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISACTIVER)), 0);
	rig_eoi(rig, 1, SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
}

/* ISPENDR latches a level; ICPENDR clears the latch, not the line. */
static void pending_level(void **state)
{
	(void)state;
	rig_spi(rig, SPI, 0x80, 1, true);
	rig_write32(rig, 0, REG(GICD_ISPENDR), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_write32(rig, 0, REG(GICD_ISPENDR), BIT);
	rig_write32(rig, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	inject(SPI);
	rig_write32(rig, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	vgic_inject_irq(rig->gic, 0, SPI, false, NULL);
	rig_eoi(rig, 1, SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
}

/* ISACTIVER keeps an interrupt from being taken; ICACTIVER lets it go. */
static void active_by_hand(void **state)
{
	(void)state;
	rig_write32(rig, 0, REG(GICD_ISACTIVER), BIT);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISACTIVER)), BIT);
	inject(SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), BIT);
	rig_write32(rig, 2, REG(GICD_ICACTIVER), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* A priority changed while pending takes effect, in a register or not. */
static void priority_while_pending(void **state)
{
	(void)state;
	rig_spi(rig, SPI + 1, 0x90, 1, false);
	inject(SPI);
	inject(SPI + 1);
	rig_write(rig, 0, RIG_GICD + GICD_IPRIORITYR + SPI + 1, 1, 0x10);
	assert_int_equal(rig_ack(rig, 1), SPI + 1);
	rig_eoi(rig, 1, SPI + 1);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
}

/* A group changed while pending: it is the other register that takes it. */
static void group_while_pending(void **state)
{
	(void)state;
	inject(SPI);
	rig_write32(rig, 0, REG(GICD_IGROUPR), 0);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	assert_int_equal(rig_mrs(rig, 1, ICC_IAR0_EL1), SPI);
	rig_msr(rig, 1, ICC_EOIR0_EL1, SPI);
	rig_settle(rig);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISACTIVER)), 0);
}

/* An edge is latched; as a level the interrupt follows its line. */
static void config_decides(void **state)
{
	(void)state;
	inject(SPI);
	vgic_inject_irq(rig->gic, 0, SPI, false, NULL);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
	rig_spi(rig, SPI, 0x80, 1, true);
	inject(SPI);
	vgic_inject_irq(rig->gic, 0, SPI, false, NULL);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
}

/* The device's line is what it is, however the guest looks at it. */
static void line_outlives_config(void **state)
{
	(void)state;
	inject(SPI);
	rig_spi(rig, SPI, 0x80, 1, true);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(rig_ack(rig, 1), SPI);
		rig_eoi(rig, 1, SPI);
	}
	rig_spi(rig, SPI, 0x80, 1, false);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	vgic_inject_irq(rig->gic, 0, SPI, false, NULL);
	rig_spi(rig, SPI, 0x80, 1, true);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
}

/*
 * A read that was given up is not answered by what its holder did for it:
 * the next one asks anew.
 */
static void question_given_up(void **state)
{
	uint64_t value = 0;

	(void)state;
	inject(SPI);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	rig_settle(rig);
	assert_int_equal(rig_mrs(rig, 1, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_RETRY);
	rig_settle(rig);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 0);
	rig_eoi(rig, 1, SPI);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asks_the_holder),
		TEST(asks_nobody_else),
		TEST(own_state_is_exact),
		TEST(asks_for_private_state),
		TEST(writes_are_visible_at_once),
		TEST(pending_level),
		TEST(active_by_hand),
		TEST(priority_while_pending),
		TEST(group_while_pending),
		TEST(config_decides),
		TEST(line_outlives_config),
		TEST(question_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
