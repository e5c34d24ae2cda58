/* SPDX-License-Identifier: BSD-2-Clause */
/* src/cpuif/lr.c: levels, and interrupts that are a physical one's. */
#include "core/irq.h"
#include "test.h"

/* A level is never pending and active in a register. */
TEST(b13_level_never_both)
{
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, true);
	run(w, 0);
	line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	slice(w, 0);
	assert_int_equal(lr_of(w, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	assert_true(is_pending(w, 40) && is_active(w, 40));
	/* Nor when software pends it. */
	line(w, 40, false);
	change(w, 0, 40, VGIC_SET_PENDING, 0);
	assert_int_equal(lr_of(w, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	guest_eoi(w, 0, 40);
	assert_int_equal(guest_ack(w, 0), 40);
	world_end(w);
}

/* The end of a level matters only while its line is up. */
TEST(b13_maintenance_while_line_is_up)
{
	WORLD(.nr_lrs = 4);
	uint32_t exits;

	setup(w, 0, 40, 0x80, true);
	run(w, 0);
	line(w, 40, true);
	assert_true(lr_of(w, 0, 40) & ICH_LR_EL2_EOI);
	assert_int_equal(guest_ack(w, 0), 40);
	line(w, 40, false);
	assert_false(lr_of(w, 0, 40) & ICH_LR_EL2_EOI);
	line(w, 40, true);
	assert_true(lr_of(w, 0, 40) & ICH_LR_EL2_EOI);
	line(w, 40, false);
	exits = w->exits[0];
	guest_eoi(w, 0, 40);
	assert_int_equal(w->exits[0], exits);
	/* The condition does not outlive the interrupt. */
	line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	guest_eoi(w, 0, 40);
	line(w, 40, false);
	exits = w->exits[0];
	slice(w, 0);
	assert_int_equal(w->exits[0], exits);
	world_end(w);
}

/* A line that drops takes its interrupt back. */
TEST(b13_recall)
{
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, true);
	run(w, 0);
	line(w, 40, true);
	assert_true(guest_virq(w, 0));
	line(w, 40, false);
	assert_false(guest_virq(w, 0));
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_place(w, 0, 40, "-");
	world_end(w);
}

/* But not one that software has pended. */
TEST(b13_no_recall_of_latch)
{
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, true);
	run(w, 0);
	line(w, 40, true);
	change(w, 0, 40, VGIC_SET_PENDING, 0);
	line(w, 40, false);
	assert_int_equal(guest_ack(w, 0), 40);
	guest_eoi(w, 0, 40);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* A mapped level that fell while it waited in a register is taken back. */
static void resample(bool no_hw)
{
	void **state = NULL;
	WORLD(.nr_lrs = 4, .no_hw_deactivation = no_hw);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	run(w, 0);
	phys_line(w, 40, true);
	assert_int_equal(!(lr_of(w, 0, 40) & ICH_LR_EL2_HW), no_hw);
	phys_line(w, 40, false);
	slice(w, 0);
	assert_int_equal(lr_of(w, 0, 40), 0);
	assert_false(is_pending(w, 40));
	assert_false(w->phys[40].active);
	phys_line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	world_end(w);
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
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	run(w, 0);
	for (uint32_t round = 1; round < 4; round++) {
		phys_line(w, 40, true);
		assert_int_equal(guest_ack(w, 0), 40);
		phys_line(w, 40, false);
		guest_eoi(w, 0, 40);
		assert_int_equal(stats_of(w, 0).injected[VGIC_SPI], round);
	}
	stop(w, 0);
	assert_int_equal(stats_of(w, 0).delivered[VGIC_SPI], 3);
	world_end(w);
}

/* The same while it waits in the queue. */
TEST(b13_mapped_resampled_in_queue)
{
	WORLD(.nr_lrs = 1);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	setup(w, 0, 41, 0x40, false);
	edge(w, 41);
	run(w, 0);
	phys_line(w, 40, true);
	assert_place(w, 0, 40, "queue");
	phys_line(w, 40, false);
	guest_eoi(w, 0, guest_ack(w, 0));
	slice(w, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_false(w->phys[40].active);
	world_end(w);
}

/* Hosts whose HW bit does not work: software ends the physical one. */
TEST(b13_no_hw_deactivation)
{
	WORLD(.nr_lrs = 4, .no_hw_deactivation = true);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	run(w, 0);
	for (uint32_t round = 1; round < 4; round++) {
		phys_line(w, 40, true);
		assert_false(lr_of(w, 0, 40) & ICH_LR_EL2_HW);
		assert_int_equal(guest_ack(w, 0), 40);
		phys_line(w, 40, false);
		guest_eoi(w, 0, 40);
		assert_false(w->phys[40].active);
		assert_int_equal(w->phys[40].by_software, round);
		assert_int_equal(w->phys[40].by_hardware, 0);
	}
	world_end(w);
}

/* A line that stays up is taken again, with or without the HW bit. */
TEST(b13_mapped_level_stays_up)
{
	for (unsigned int no_hw = 0; no_hw < 2; no_hw++) {
		WORLD(.nr_lrs = 2, .no_hw_deactivation = no_hw);

		setup(w, 0, 40, 0x80, true);
		map(w, 0, 40);
		run(w, 0);
		phys_line(w, 40, true);
		for (uint32_t round = 0; round < 5; round++) {
			assert_int_equal(guest_ack(w, 0), 40);
			guest_eoi(w, 0, 40);
		}
		world_end(w);
	}
}

/* VGIC_IRQ_SW_RESAMPLE asks for the same, for one interrupt. */
TEST(b13_sw_resample_flag)
{
	static const struct vgic_irq_ops ops = {
		.flags = VGIC_IRQ_SW_RESAMPLE,
	};
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, 40, &ops, NULL), 0);
	run(w, 0);
	phys_line(w, 40, true);
	assert_false(lr_of(w, 0, 40) & ICH_LR_EL2_HW);
	w->phys[40].line = false;
	guest_eoi(w, 0, guest_ack(w, 0));
	assert_int_equal(w->phys[40].by_software, 1);
	world_end(w);
}

/* With HW set, never pending and active; the second round is software's. */
TEST(b13_mapped_never_both)
{
	WORLD(.nr_lrs = 4);

	setup(w, 0, 40, 0x80, false);
	map(w, 0, 40);
	run(w, 0);
	phys_line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	change(w, 0, 40, VGIC_SET_PENDING, 0);
	assert_int_equal(lr_of(w, 0, 40) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	w->phys[40].line = false;
	guest_eoi(w, 0, 40);
	assert_int_equal(guest_ack(w, 0), 40);
	guest_eoi(w, 0, 40);
	slice(w, 0);
	assert_false(w->phys[40].active);
	world_end(w);
}

/*
 * Whoever clears the pending state of a mapped interrupt, and wherever it
 * stands, the physical one must be able to come again.
 */
static void unpend(bool loaded, bool no_hw)
{
	void **state = NULL;
	WORLD(.nr_lrs = 2, .no_hw_deactivation = no_hw);

	setup(w, 0, 40, 0x80, true);
	map(w, 0, 40);
	phys_line(w, 40, true);
	if (loaded) {
		run(w, 0);
	}
	/* The device is served in another way. */
	w->phys[40].line = false;
	change(w, 0, 40, VGIC_CLEAR_PENDING, 0);
	run(w, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_false(w->phys[40].active);
	phys_line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	world_end(w);
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
	WORLD(.nr_lrs = 2);

	setup(w, 0, 40, 0x80, false);
	map(w, 0, 40);
	change(w, 0, 40, VGIC_CLEAR_ENABLE, 0);
	phys_line(w, 40, true);
	w->phys[40].line = false;
	change(w, 0, 40, VGIC_CLEAR_PENDING, 0);
	slice(w, 0);
	assert_false(w->phys[40].active);
	world_end(w);
}

/* A PPI's physical interrupt is touched on its own vCPU's thread alone. */
static void other_thread(enum vgic_change what, bool disabled, bool spilled)
{
	void **state = NULL;
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	setup(w, 0, 27, 0xf8, false);
	map(w, 0, 27);
	if (disabled) {
		change(w, 0, 27, VGIC_CLEAR_ENABLE, 0);
	}
	run(w, 0);
	phys_line(w, 27, true);
	if (spilled) {
		assert_int_equal(guest_ack(w, 0), 27);
		take(w, 1);
		assert_place(w, 0, 27, "active");
	}
	w->phys[27].line = false;
	w->phys[27].thread = 99;
	change_banked(w, 1, 0, 27, what, 0);
	slice(w, 0);
	assert_false(w->phys[27].active);
	assert_int_equal(w->phys[27].thread, 0);
	world_check(w);
	assert_place(w, 0, 27, "-");
	world_end(w);
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
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	setup(w, 0, 27, 0x80, false);
	map(w, 0, 27);
	setup(w, 0, 41, 0x40, false);
	phys_line(w, 27, true);
	assert_place(w, 0, 27, "inbox");
	w->phys[27].line = false;
	change_banked(w, 1, 0, 27, VGIC_CLEAR_PENDING, 0);
	run(w, 0);
	assert_false(w->phys[27].active);
	edge(w, 41);
	phys_line(w, 27, true);
	assert_place(w, 0, 27, "queue");
	w->phys[27].line = false;
	change_banked(w, 1, 0, 27, VGIC_CLEAR_PENDING, 0);
	slice(w, 0);
	assert_false(w->phys[27].active);
	assert_int_equal(w->phys[27].thread, 0);
	world_end(w);
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
