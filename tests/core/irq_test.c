/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/irq.c: changes of the word, and who hears of them. */
#include "core/irq.h"
#include "test.h"

/* An edge counts once until it is taken; low does nothing. */
TEST(edges_latch)
{
	WORLD(.nr_lrs = 2);

	setup(w, 0, 40, 0x80, false);
	line(w, 40, false);
	assert_false(is_pending(w, 40));
	edge(w, 40);
	line(w, 40, false);
	edge(w, 40);
	line(w, 40, false);
	assert_true(is_pending(w, 40));
	run(w, 0);
	guest_eoi(w, 0, guest_ack(w, 0));
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	stop(w, 0);
	assert_int_equal(stats_of(w, 0).injected[VGIC_SPI], 1);
	assert_int_equal(stats_of(w, 0).delivered[VGIC_SPI], 1);
	world_end(w);
}

/* A level is pending while its line or its latch says so.  IHI 0069 4.1.2 */
TEST(levels_follow)
{
	WORLD(.nr_lrs = 2);

	setup(w, 0, 40, 0x80, true);
	line(w, 40, true);
	assert_true(is_pending(w, 40));
	change(w, 0, 40, VGIC_CLEAR_PENDING, 0);
	assert_true(is_pending(w, 40));
	line(w, 40, false);
	assert_false(is_pending(w, 40));
	change(w, 0, 40, VGIC_SET_PENDING, 0);
	line(w, 40, true);
	line(w, 40, false);
	assert_true(is_pending(w, 40));
	change(w, 0, 40, VGIC_CLEAR_PENDING, 0);
	assert_false(is_pending(w, 40));
	world_end(w);
}

/* The line that was up before the guest said that it is a level. */
TEST(line_known_before_configuration)
{
	WORLD(.nr_lrs = 2);

	setup(w, 0, 40, 0x80, false);
	line(w, 40, true);
	setup(w, 0, 40, 0x80, true);
	run(w, 0);
	assert_int_equal(guest_ack(w, 0), 40);
	guest_eoi(w, 0, 40);
	assert_int_equal(guest_ack(w, 0), 40);
	line(w, 40, false);
	guest_eoi(w, 0, 40);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* A write is seen by the next read, though the interrupt is in a register. */
TEST(requests_are_visible)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);

	setup(w, 0, 40, 0x80, false);
	run(w, 0);
	edge(w, 40);
	w->late[0] = true;
	change(w, 1, 40, VGIC_CLEAR_PENDING, 0);
	assert_false(is_pending(w, 40));
	change(w, 1, 40, VGIC_SET_PENDING, 0);
	assert_true(is_pending(w, 40));
	change(w, 1, 40, VGIC_SET_ACTIVE, 0);
	assert_true(is_active(w, 40));
	change(w, 1, 40, VGIC_CLEAR_ACTIVE, 0);
	assert_false(is_active(w, 40));
	change(w, 1, 40, VGIC_CLEAR_PENDING, 0);
	w->late[0] = false;
	world_serve(w, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* Each request, on each state of the register it meets. */
TEST(requests_merge)
{
	static const struct {
		enum vgic_change what;
		bool taken;
		bool pending, active;
	} cases[] = {
		{ VGIC_SET_PENDING, false, true, false },
		{ VGIC_SET_PENDING, true, true, true },
		{ VGIC_CLEAR_PENDING, false, false, false },
		{ VGIC_CLEAR_PENDING, true, false, true },
		{ VGIC_SET_ACTIVE, false, true, true },
		{ VGIC_SET_ACTIVE, true, false, true },
		{ VGIC_CLEAR_ACTIVE, false, true, false },
		{ VGIC_CLEAR_ACTIVE, true, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		WORLD(.nr_lrs = 2, .nr_vcpus = 2);

		setup(w, 0, 40, 0x80, false);
		run(w, 0);
		edge(w, 40);
		w->late[0] = true;
		if (cases[i].taken) {
			assert_int_equal(guest_ack(w, 0), 40);
		}
		change(w, 1, 40, cases[i].what, 0);
		w->late[0] = false;
		world_serve(w, 0);
		stop(w, 0);
		assert_int_equal(is_pending(w, 40), cases[i].pending);
		assert_int_equal(is_active(w, 40), cases[i].active);
		world_end(w);
	}
}

/* Active by software: somebody holds it, also when it is routed nowhere. */
TEST(active_has_a_holder)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);

	setup(w, 1, 40, 0x80, false);
	change(w, 0, 40, VGIC_SET_ACTIVE, 0);
	assert_int_equal(info_of(w, 0, 40).holder, 1);
	change(w, 0, 41, VGIC_SET_TARGET, VGIC_NOWHERE);
	change(w, 0, 41, VGIC_SET_ACTIVE, 0);
	assert_int_equal(info_of(w, 0, 41).holder, 0);
	world_check(w);
	run(w, 0);
	run(w, 1);
	/* Nothing pending comes through while it is active. */
	edge(w, 40);
	assert_int_equal(guest_ack(w, 1), SPURIOUS);
	change(w, 0, 40, VGIC_CLEAR_ACTIVE, 0);
	assert_int_equal(guest_ack(w, 1), 40);
	world_end(w);
}

/* Every change of what a running vCPU holds makes it look. */
TEST(holders_hear_of_changes)
{
	static const struct {
		enum vgic_change what;
		uint32_t arg;
		uint32_t acked;
	} cases[] = {
		{ VGIC_CLEAR_ENABLE, 0, SPURIOUS },
		{ VGIC_SET_GROUP, 0, SPURIOUS },
		{ VGIC_SET_TARGET, 1, SPURIOUS },
		{ VGIC_SET_TARGET, VGIC_NOWHERE, SPURIOUS },
		{ VGIC_CLEAR_PENDING, 0, SPURIOUS },
		{ VGIC_SET_ACTIVE, 0, SPURIOUS },
		{ VGIC_SET_PRIORITY, 0x10, 40 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		WORLD(.nr_lrs = 2, .nr_vcpus = 2);

		setup(w, 0, 40, 0x80, false);
		run(w, 0);
		edge(w, 40);
		change(w, 1, 40, cases[i].what, cases[i].arg);
		assert_int_equal(guest_ack(w, 0), cases[i].acked);
		world_end(w);
	}
}

/* Kicked once between two entries, and not by its own deeds. */
TEST(one_kick)
{
	WORLD(.nr_lrs = 4, .nr_vcpus = 2);
	uint32_t kicks;

	for (uint32_t n = 0; n < 10; n++) {
		setup(w, 0, 40 + n, 0x80, false);
	}
	run(w, 0);
	w->late[0] = true;
	kicks = w->kicks[0];
	for (uint32_t n = 0; n < 10; n++) {
		edge(w, 40 + n);
	}
	assert_int_equal(w->kicks[0], kicks + 1);
	w->late[0] = false;
	world_serve(w, 0);
	kicks = w->kicks[0];
	stop(w, 0);
	vgic_irq_change(w->gic, w->vcpu[0], vgic_irq_index(w->gic, 0, 40),
			VGIC_CLEAR_ENABLE, 0);
	assert_int_equal(w->kicks[0], kicks);
	world_end(w);
}

/* SGIs are private, and not mixed up between vCPUs. */
TEST(private_interrupts)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 3);

	for (uint32_t v = 0; v < 3; v++) {
		change(w, v, 3, VGIC_SET_PRIORITY, 0x80);
		run(w, v);
	}
	assert_int_equal(vgic_inject_irq(w->gic, 1, 3, true, NULL), 0);
	world_serve(w, 1);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_int_equal(guest_ack(w, 2), SPURIOUS);
	assert_int_equal(guest_ack(w, 1), 3);
	stop(w, 1);
	assert_int_equal(stats_of(w, 1).delivered[VGIC_SGI], 1);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_latch),
		cmocka_unit_test(levels_follow),
		cmocka_unit_test(line_known_before_configuration),
		cmocka_unit_test(requests_are_visible),
		cmocka_unit_test(requests_merge),
		cmocka_unit_test(active_has_a_holder),
		cmocka_unit_test(holders_hear_of_changes),
		cmocka_unit_test(one_kick),
		cmocka_unit_test(private_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
