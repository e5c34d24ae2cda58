/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/cpuif/lr.c: level-triggered interrupts, and virtual interrupts that are
 * mapped to a physical one.
 */
#include "core/irq.h"
#include "tests/machine/test.h"

/* A level is never pending and active in a register. */
TEST(b13_level_never_both)
{
	MACHINE(.nr_lrs = 4);

	raise_level(m, 0x80);
	assert_int_equal(guest_ack(m, 0), 40);
	slice(m, 0);
	assert_int_equal(lr_of(m, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	assert_true(is_pending(m, 40) && is_active(m, 40));
	/* Nor when software pends it. */
	line(m, 40, false);
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	assert_int_equal(lr_of(m, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* The end of a level matters only while its line is up. */
TEST(b13_maintenance_while_line_is_up)
{
	MACHINE(.nr_lrs = 4);
	uint32_t exits;

	raise_level(m, 0x80);
	assert_true(lr_of(m, 0, 40) & ICH_LR_EL2_EOI);
	assert_int_equal(guest_ack(m, 0), 40);
	line(m, 40, false);
	assert_false(lr_of(m, 0, 40) & ICH_LR_EL2_EOI);
	line(m, 40, true);
	assert_true(lr_of(m, 0, 40) & ICH_LR_EL2_EOI);
	line(m, 40, false);
	exits = m->exits[0];
	guest_eoi(m, 0, 40);
	assert_int_equal(m->exits[0], exits);
	/* The condition does not outlive the interrupt. */
	line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	line(m, 40, false);
	exits = m->exits[0];
	slice(m, 0);
	assert_int_equal(m->exits[0], exits);
	machine_end(m);
}

/* A line that drops takes its interrupt back. */
TEST(b13_recall)
{
	MACHINE(.nr_lrs = 4);

	raise_level(m, 0x80);
	assert_true(guest_irq(m, 0));
	line(m, 40, false);
	assert_false(guest_irq(m, 0));
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_place(m, 0, 40, "-");
	machine_end(m);
}

/* But not one that software has pended. */
TEST(b13_no_recall_of_latch)
{
	MACHINE(.nr_lrs = 4);

	raise_level(m, 0x80);
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	line(m, 40, false);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* A mapped level that fell while it waited in a register is taken back. */
static void resample(bool no_hw)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 4, .no_hw_deactivation = no_hw);

	raise_mapped(m, 0x80);
	assert_int_equal(!(lr_of(m, 0, 40) & ICH_LR_EL2_HW), no_hw);
	phys_line(m, 40, false);
	slice(m, 0);
	assert_int_equal(lr_of(m, 0, 40), 0);
	assert_false(is_pending(m, 40));
	assert_false(m->phys[40].active);
	phys_line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

TEST(b13_mapped_resampled)
{
	(void)state;
	resample(false);
}

TEST(b13_mapped_resampled_without_hw)
{
	(void)state;
	resample(true);
}

/* Rounds that hardware ends, of which we only see the beginning. */
TEST(b13_mapped_rounds_are_counted)
{
	MACHINE(.nr_lrs = 4);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	run(m, 0);
	for (uint32_t round = 1; round < 4; round++) {
		phys_line(m, 40, true);
		assert_int_equal(guest_ack(m, 0), 40);
		phys_line(m, 40, false);
		guest_eoi(m, 0, 40);
		assert_int_equal(stats_of(m, 0).injected[VGIC_SPI], round);
	}
	stop(m, 0);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 3);
	machine_end(m);
}

/* The same while it waits in the queue. */
TEST(b13_mapped_resampled_in_queue)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	setup(m, 0, 41, 0x40, false);
	edge(m, 41);
	run(m, 0);
	phys_line(m, 40, true);
	assert_place(m, 0, 40, "queue");
	phys_line(m, 40, false);
	guest_eoi(m, 0, guest_ack(m, 0));
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_false(m->phys[40].active);
	machine_end(m);
}

/* Hosts whose HW bit does not work: software ends the physical one. */
TEST(b13_no_hw_deactivation)
{
	MACHINE(.nr_lrs = 4, .no_hw_deactivation = true);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	run(m, 0);
	for (uint32_t round = 1; round < 4; round++) {
		phys_line(m, 40, true);
		assert_false(lr_of(m, 0, 40) & ICH_LR_EL2_HW);
		assert_int_equal(guest_ack(m, 0), 40);
		phys_line(m, 40, false);
		guest_eoi(m, 0, 40);
		assert_false(m->phys[40].active);
		assert_int_equal(m->phys[40].by_software, round);
		assert_int_equal(m->phys[40].by_hardware, 0);
	}
	machine_end(m);
}

/* A line that stays up is taken again, with or without the HW bit. */
TEST(b13_mapped_level_stays_up)
{
	for (unsigned int no_hw = 0; no_hw < 2; no_hw++) {
		MACHINE(.nr_lrs = 2, .no_hw_deactivation = no_hw);

		raise_mapped(m, 0x80);
		for (uint32_t round = 0; round < 5; round++) {
			assert_int_equal(guest_ack(m, 0), 40);
			guest_eoi(m, 0, 40);
		}
		machine_end(m);
	}
}

/* VGIC_IRQ_SW_RESAMPLE asks for the same, for one interrupt. */
TEST(b13_sw_resample_flag)
{
	static const struct vgic_irq_ops ops = {
		.flags = VGIC_IRQ_SW_RESAMPLE,
	};
	MACHINE(.nr_lrs = 4);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 40, &ops, NULL), 0);
	run(m, 0);
	phys_line(m, 40, true);
	assert_false(lr_of(m, 0, 40) & ICH_LR_EL2_HW);
	m->phys[40].line = false;
	guest_eoi(m, 0, guest_ack(m, 0));
	assert_int_equal(m->phys[40].by_software, 1);
	machine_end(m);
}

/* With HW set, never pending and active; the second round is software's. */
TEST(b13_mapped_never_both)
{
	MACHINE(.nr_lrs = 4);

	setup(m, 0, 40, 0x80, false);
	map(m, 0, 40);
	run(m, 0);
	phys_line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 40);
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	assert_int_equal(lr_of(m, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	m->phys[40].line = false;
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_false(m->phys[40].active);
	machine_end(m);
}

/*
 * Whoever clears the pending state of a mapped interrupt, and wherever it
 * stands, the physical one must be able to come again.
 */
static void unpend(bool loaded, bool no_hw)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 2, .no_hw_deactivation = no_hw);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	phys_line(m, 40, true);
	if (loaded) {
		run(m, 0);
	}
	/* The device is served in another way. */
	m->phys[40].line = false;
	change(m, 0, 40, VGIC_CLEAR_PENDING, 0);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_false(m->phys[40].active);
	phys_line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

TEST(mapped_pending_cleared)
{
	(void)state;
	unpend(false, false);
	unpend(true, false);
	unpend(false, true);
	unpend(true, true);
}

/* While disabled it is in no structure at all. */
TEST(mapped_pending_cleared_disabled)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, false);
	map(m, 0, 40);
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	phys_line(m, 40, true);
	m->phys[40].line = false;
	change(m, 0, 40, VGIC_CLEAR_PENDING, 0);
	slice(m, 0);
	assert_false(m->phys[40].active);
	machine_end(m);
}

/* A PPI's physical interrupt is touched on its own vCPU's thread alone. */
static void other_thread(enum vgic_change what, bool disabled, bool spilled)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 0, 27, 0xf8, false);
	map(m, 0, 27);
	if (disabled) {
		change(m, 0, 27, VGIC_CLEAR_ENABLE, 0);
	}
	run(m, 0);
	phys_line(m, 27, true);
	if (spilled) {
		assert_int_equal(guest_ack(m, 0), 27);
		take(m, 1);
		assert_place(m, 0, 27, "active");
	}
	m->phys[27].line = false;
	m->phys[27].thread = 99;
	change_banked(m, 1, 0, 27, what, 0);
	slice(m, 0);
	assert_false(m->phys[27].active);
	assert_int_equal(m->phys[27].thread, 0);
	machine_check(m);
	assert_place(m, 0, 27, "-");
	machine_end(m);
}

TEST(mapped_ppi_changed_elsewhere)
{
	(void)state;
	other_thread(VGIC_CLEAR_PENDING, false, false);
	other_thread(VGIC_CLEAR_PENDING, true, false);
	other_thread(VGIC_CLEAR_ACTIVE, false, true);
}

/* The same, posted but not yet looked at, and in the queue. */
TEST(mapped_ppi_cleared_in_queue)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 0, 27, 0x80, false);
	map(m, 0, 27);
	setup(m, 0, 41, 0x40, false);
	phys_line(m, 27, true);
	assert_place(m, 0, 27, "inbox");
	m->phys[27].line = false;
	change_banked(m, 1, 0, 27, VGIC_CLEAR_PENDING, 0);
	run(m, 0);
	assert_false(m->phys[27].active);
	edge(m, 41);
	phys_line(m, 27, true);
	assert_place(m, 0, 27, "queue");
	m->phys[27].line = false;
	change_banked(m, 1, 0, 27, VGIC_CLEAR_PENDING, 0);
	slice(m, 0);
	assert_false(m->phys[27].active);
	assert_int_equal(m->phys[27].thread, 0);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b13_level_never_both),
		cmocka_unit_test(b13_maintenance_while_line_is_up),
		cmocka_unit_test(b13_recall),
		cmocka_unit_test(b13_no_recall_of_latch),
		cmocka_unit_test(b13_mapped_resampled),
		cmocka_unit_test(b13_mapped_resampled_without_hw),
		cmocka_unit_test(b13_mapped_rounds_are_counted),
		cmocka_unit_test(b13_mapped_resampled_in_queue),
		cmocka_unit_test(b13_no_hw_deactivation),
		cmocka_unit_test(b13_mapped_level_stays_up),
		cmocka_unit_test(b13_sw_resample_flag),
		cmocka_unit_test(b13_mapped_never_both),
		cmocka_unit_test(mapped_pending_cleared),
		cmocka_unit_test(mapped_pending_cleared_disabled),
		cmocka_unit_test(mapped_ppi_changed_elsewhere),
		cmocka_unit_test(mapped_ppi_cleared_in_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
