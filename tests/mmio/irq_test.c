/* SPDX-License-Identifier: BSD-2-Clause */
/* State that is read while it is in somebody's list registers. */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define SPI 40u
#define BIT (1u << (SPI % 32))
#define REG(base) (MACHINE_GICD + (base) + SPI / 32 * 4)

static struct machine *m;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 3, .nr_spis = 64));
	machine_boot(m);
	setup(m, 1, SPI, 0x80, false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

/* One try at a read, by vCPU 0. */
static enum vgic_trap try(uint64_t ipa, uint64_t *value)
{
	enum vgic_trap result;

	stop(m, 0);
	result = vgic_trap_mmio(m->vcpu[0], ipa, 4, false, value);
	run(m, 0);
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
	line(m, SPI, true);
	assert_int_equal(guest_read(m, 1, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	assert_true(m->kicked[1]);
	assert_false(m->kicked[2]);
	stop(m, 2);
	run(m, 2);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	stop(m, 1);
	run(m, 1);
	/* It may be in guest code again: it was out since the question. */
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ICACTIVER)), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), 0);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ICPENDR)), 0);
	guest_eoi(m, 1, SPI);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISACTIVER)), 0);
}

/* Nobody is disturbed for what nobody's registers hold. */
static void asks_nobody_else(void **state)
{
	uint64_t value = 0;

	(void)state;
	line(m, SPI, true);
	assert_int_equal(try(REG(GICD_ISENABLER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(try(REG(GICD_IGROUPR), &value), VGIC_TRAP_DONE);
	assert_int_equal(try(MACHINE_GICD + GICD_ISACTIVER + 8, &value),
			 VGIC_TRAP_DONE);
	assert_false(m->kicked[1]);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* The reader's own registers are at hand. */
static void own_state_is_exact(void **state)
{
	uint64_t value = 0;

	(void)state;
	setup(m, 0, SPI, 0x80, false);
	line(m, SPI, true);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(guest_read(m, 0, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, BIT);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 0);
	guest_eoi(m, 0, SPI);
}

/* Another vCPU's SGI and PPI state is asked for in the same way. */
static void asks_for_private_state(void **state)
{
	uint64_t ipa = gicr(1, GICR_ISACTIVER0), value = 0;

	(void)state;
	guest_write(m, 0, ICC_SGI1R_EL1,
		    FIELD_PUT(ICC_SGIR_INTID, 3) |
			    FIELD_PUT(ICC_SGIR_TargetList, 2));
	machine_serve_all(m);
	assert_int_equal(guest_read(m, 1, ICC_IAR1_EL1), 3);
	assert_int_equal(try(ipa, &value), VGIC_TRAP_RETRY);
	machine_serve_all(m);
	assert_int_equal(try(ipa, &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 1u << 3);
	guest_eoi(m, 1, 3);
	assert_int_equal(guest_read32(m, 0, ipa), 0);
}

/* A write is visible at once, though the register has not heard of it. */
static void writes_are_visible_at_once(void **state)
{
	(void)state;
	line(m, SPI, true);
	guest_write32(m, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), 0);
	guest_write32(m, 0, REG(GICD_ISPENDR), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_write32(m, 0, REG(GICD_ICACTIVER), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISACTIVER)), 0);
	guest_eoi(m, 1, SPI);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
}

/* ISPENDR latches a level; ICPENDR clears the latch, not the line. */
static void pending_level(void **state)
{
	(void)state;
	setup(m, 1, SPI, 0x80, true);
	guest_write32(m, 0, REG(GICD_ISPENDR), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	guest_write32(m, 0, REG(GICD_ISPENDR), BIT);
	guest_write32(m, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	line(m, SPI, true);
	guest_write32(m, 0, REG(GICD_ICPENDR), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	vgic_inject_irq(m->gic, 0, SPI, false, NULL);
	guest_eoi(m, 1, SPI);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
}

/* ISACTIVER keeps an interrupt from being taken; ICACTIVER lets it go. */
static void active_by_hand(void **state)
{
	(void)state;
	guest_write32(m, 0, REG(GICD_ISACTIVER), BIT);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISACTIVER)), BIT);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), BIT);
	guest_write32(m, 2, REG(GICD_ICACTIVER), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* A priority changed while pending takes effect, in a register or not. */
static void priority_while_pending(void **state)
{
	(void)state;
	setup(m, 1, SPI + 1, 0x90, false);
	line(m, SPI, true);
	line(m, SPI + 1, true);
	mmio_write(m, 0, MACHINE_GICD + GICD_IPRIORITYR + SPI + 1, 1, 0x10);
	assert_int_equal(guest_ack(m, 1), SPI + 1);
	guest_eoi(m, 1, SPI + 1);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
}

/* A group changed while pending: it is the other register that takes it. */
static void group_while_pending(void **state)
{
	(void)state;
	line(m, SPI, true);
	guest_write32(m, 0, REG(GICD_IGROUPR), 0);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	assert_int_equal(guest_read(m, 1, ICC_IAR0_EL1), SPI);
	guest_write(m, 1, ICC_EOIR0_EL1, SPI);
	machine_serve_all(m);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISACTIVER)), 0);
}

/* An edge is latched; as a level the interrupt follows its line. */
static void config_decides(void **state)
{
	(void)state;
	line(m, SPI, true);
	vgic_inject_irq(m->gic, 0, SPI, false, NULL);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
	setup(m, 1, SPI, 0x80, true);
	line(m, SPI, true);
	vgic_inject_irq(m->gic, 0, SPI, false, NULL);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
}

/* The device's line is what it is, however the guest looks at it. */
static void line_outlives_config(void **state)
{
	(void)state;
	line(m, SPI, true);
	setup(m, 1, SPI, 0x80, true);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(guest_ack(m, 1), SPI);
		guest_eoi(m, 1, SPI);
	}
	setup(m, 1, SPI, 0x80, false);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	vgic_inject_irq(m->gic, 0, SPI, false, NULL);
	setup(m, 1, SPI, 0x80, true);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
}

/*
 * A read that was given up is not answered by what its holder did for it:
 * the next one asks anew.
 */
static void question_given_up(void **state)
{
	uint64_t value = 0;

	(void)state;
	line(m, SPI, true);
	assert_int_equal(try(REG(GICD_ISACTIVER), &value), VGIC_TRAP_RETRY);
	machine_serve_all(m);
	assert_int_equal(guest_read(m, 1, ICC_IAR1_EL1), SPI);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_RETRY);
	machine_serve_all(m);
	assert_int_equal(try(REG(GICD_ISPENDR), &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 0);
	guest_eoi(m, 1, SPI);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(asks_the_holder),
		machine_test(asks_nobody_else),
		machine_test(own_state_is_exact),
		machine_test(asks_for_private_state),
		machine_test(writes_are_visible_at_once),
		machine_test(pending_level),
		machine_test(active_by_hand),
		machine_test(priority_while_pending),
		machine_test(group_while_pending),
		machine_test(config_decides),
		machine_test(line_outlives_config),
		machine_test(question_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
