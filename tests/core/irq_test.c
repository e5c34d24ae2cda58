/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/irq.c: changes of the word, and who hears of them. */
#include "core/irq.h"
#include "tests/machine/test.h"

/* An edge counts once until it is taken; low does nothing. */
TEST(edges_latch)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, false);
	line(m, 40, false);
	assert_false(is_pending(m, 40));
	edge(m, 40);
	line(m, 40, false);
	edge(m, 40);
	line(m, 40, false);
	assert_true(is_pending(m, 40));
	run(m, 0);
	guest_eoi(m, 0, guest_ack(m, 0));
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	stop(m, 0);
	assert_int_equal(stats_of(m, 0).injected[VGIC_SPI], 1);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 1);
	machine_end(m);
}

/* A level is pending while its line or its latch says so.  IHI 0069 4.1.2 */
TEST(levels_follow)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, true);
	line(m, 40, true);
	assert_true(is_pending(m, 40));
	change(m, 0, 40, VGIC_CLEAR_PENDING, 0);
	assert_true(is_pending(m, 40));
	line(m, 40, false);
	assert_false(is_pending(m, 40));
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	line(m, 40, true);
	line(m, 40, false);
	assert_true(is_pending(m, 40));
	change(m, 0, 40, VGIC_CLEAR_PENDING, 0);
	assert_false(is_pending(m, 40));
	machine_end(m);
}

/* The line that was up before the guest said that it is a level. */
TEST(line_known_before_configuration)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, false);
	line(m, 40, true);
	setup(m, 0, 40, 0x80, true);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	line(m, 40, false);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* A write is seen by the next read, though the interrupt is in a register. */
TEST(requests_are_visible)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	m->late[0] = true;
	change(m, 1, 40, VGIC_CLEAR_PENDING, 0);
	assert_false(is_pending(m, 40));
	change(m, 1, 40, VGIC_SET_PENDING, 0);
	assert_true(is_pending(m, 40));
	change(m, 1, 40, VGIC_SET_ACTIVE, 0);
	assert_true(is_active(m, 40));
	change(m, 1, 40, VGIC_CLEAR_ACTIVE, 0);
	assert_false(is_active(m, 40));
	change(m, 1, 40, VGIC_CLEAR_PENDING, 0);
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
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
		MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

		setup(m, 0, 40, 0x80, false);
		run(m, 0);
		edge(m, 40);
		m->late[0] = true;
		if (cases[i].taken) {
			assert_int_equal(guest_ack(m, 0), 40);
		}
		change(m, 1, 40, cases[i].what, 0);
		m->late[0] = false;
		machine_serve(m, 0);
		stop(m, 0);
		assert_int_equal(is_pending(m, 40), cases[i].pending);
		assert_int_equal(is_active(m, 40), cases[i].active);
		machine_end(m);
	}
}

/* Active by software: somebody holds it, also when it is routed nowhere. */
TEST(active_has_a_holder)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 1, 40, 0x80, false);
	change(m, 0, 40, VGIC_SET_ACTIVE, 0);
	assert_int_equal(info_of(m, 0, 40).holder, 1);
	change(m, 0, 41, VGIC_SET_TARGET, VGIC_NOWHERE);
	change(m, 0, 41, VGIC_SET_ACTIVE, 0);
	assert_int_equal(info_of(m, 0, 41).holder, 0);
	machine_check(m);
	run(m, 0);
	run(m, 1);
	/* Nothing pending comes through while it is active. */
	edge(m, 40);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	change(m, 0, 40, VGIC_CLEAR_ACTIVE, 0);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
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
		MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

		setup(m, 0, 40, 0x80, false);
		run(m, 0);
		edge(m, 40);
		change(m, 1, 40, cases[i].what, cases[i].arg);
		assert_int_equal(guest_ack(m, 0), cases[i].acked);
		machine_end(m);
	}
}

/* Kicked once between two entries, and not by its own deeds. */
TEST(one_kick)
{
	MACHINE(.nr_lrs = 4, .nr_vcpus = 2);
	uint32_t kicks;

	for (uint32_t n = 0; n < 10; n++) {
		setup(m, 0, 40 + n, 0x80, false);
	}
	run(m, 0);
	m->late[0] = true;
	kicks = m->kicks[0];
	for (uint32_t n = 0; n < 10; n++) {
		edge(m, 40 + n);
	}
	assert_int_equal(m->kicks[0], kicks + 1);
	m->late[0] = false;
	machine_serve(m, 0);
	kicks = m->kicks[0];
	stop(m, 0);
	vgic_irq_change(m->gic, m->vcpu[0], vgic_irq_index(m->gic, 0, 40),
			VGIC_CLEAR_ENABLE, 0);
	assert_int_equal(m->kicks[0], kicks);
	machine_end(m);
}

/* SGIs are private, and not mixed up between vCPUs. */
TEST(private_interrupts)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 3);

	for (uint32_t v = 0; v < 3; v++) {
		change(m, v, 3, VGIC_SET_PRIORITY, 0x80);
		run(m, v);
	}
	assert_int_equal(vgic_inject_irq(m->gic, 1, 3, true, NULL), 0);
	machine_serve(m, 1);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_int_equal(guest_ack(m, 2), SPURIOUS);
	assert_int_equal(guest_ack(m, 1), 3);
	stop(m, 1);
	assert_int_equal(stats_of(m, 1).delivered[VGIC_SGI], 1);
	machine_end(m);
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
