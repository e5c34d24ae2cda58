/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/stack.c: actives that no list register holds. */
#include "core/irq.h"
#include "tests/machine/test.h"

/* SPIs 40, 41 and so on nest; each is more urgent by `step`. */
static void nest_by(struct machine *m, uint32_t depth, uint32_t prio,
		    uint32_t step)
{
	for (uint32_t n = 0; n < depth; n++) {
		setup(m, 0, 40 + n, prio - step * n, false);
		edge(m, 40 + n);
		assert_int_equal(guest_ack(m, 0), 40 + n);
	}
}

/* They nest, and the last one is in the only register. */
static struct machine *nested(uint32_t depth)
{
	struct machine *m = machine_new(CONFIG(.nr_lrs = 1, .nr_vcpus = 2));

	run(m, 0);
	nest_by(m, depth, 0x80, 0x10);
	return m;
}

/* The stack is in order of priority at activation, whatever came since. */
TEST(stack_order)
{
	struct machine *m = nested(4);

	(void)state;
	/* These are for next time. */
	change(m, 0, 40, VGIC_SET_PRIORITY, 0x00);
	change(m, 0, 43, VGIC_SET_PRIORITY, 0xf0);
	/* What software activates is sorted in. */
	change(m, 0, 60, VGIC_SET_PRIORITY, 0x78);
	change(m, 0, 60, VGIC_SET_ACTIVE, 0);
	machine_check(m);
	for (uint32_t n = 4; n-- > 0;) {
		guest_eoi(m, 0, 40 + n);
		machine_check(m);
		for (uint32_t i = 0; i < 4; i++) {
			assert_int_equal(is_active(m, 40 + i), i < n);
		}
	}
	assert_true(is_active(m, 60));
	machine_end(m);
}

/* Of actives, the most urgent is the first to get a register. */
TEST(stack_gives_the_most_urgent)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x80, false);
	setup(m, 0, 41, 0x40, false);
	setup(m, 0, 42, 0x60, false);
	for (uint32_t n = 0; n < 3; n++) {
		change(m, 0, 40 + n, VGIC_SET_ACTIVE, 0);
	}
	run(m, 0);
	assert_place(m, 0, 41, "lr");
	machine_end(m);
}

/* Deactivated from elsewhere, out of the middle of the stack. */
TEST(stack_swept)
{
	struct machine *m = nested(5);

	(void)state;
	change(m, 1, 41, VGIC_CLEAR_ACTIVE, 0);
	change(m, 1, 43, VGIC_CLEAR_ACTIVE, 0);
	machine_check(m);
	assert_place(m, 0, 41, "-");
	assert_place(m, 0, 43, "-");
	/* It can come again while the others are active. */
	change(m, 0, 43, VGIC_SET_PRIORITY, 0x08);
	edge(m, 43);
	assert_int_equal(guest_ack(m, 0), 43);
	machine_end(m);
}

/* SPIs 40 .. 40 + n - 1 are active, those above are not. */
static void assert_depth(struct machine *m, uint32_t n, uint32_t depth)
{
	for (uint32_t i = 0; i < depth; i++) {
		assert_int_equal(is_active(m, 40 + i), i < n);
	}
}

/*
 * SPIs 40 to 42 nest.  Another vCPU deactivates 42, which is in the register.
 * The EOI that its handler still writes finds no register, is counted, and ends
 * nothing.
 */
static void end_after_deactivation(struct machine *m)
{
	change(m, 1, 42, VGIC_CLEAR_ACTIVE, 0);
	slice(m, 0);
	assert_depth(m, 2, 3);
	guest_eoi(m, 0, 42);
	slice(m, 0);
	assert_depth(m, 2, 3);
	guest_eoi(m, 0, 41);
	slice(m, 0);
	assert_depth(m, 1, 3);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_depth(m, 0, 3);
	machine_end(m);
}

TEST(eoi_after_deactivation_in_a_register)
{
	struct machine *m = nested(3);

	(void)state;
	slice(m, 0);
	end_after_deactivation(m);
}

/* The same of one on the stack, in the middle. */
TEST(eoi_after_deactivation_on_the_stack)
{
	struct machine *m = nested(4);

	(void)state;
	change(m, 1, 41, VGIC_CLEAR_ACTIVE, 0);
	slice(m, 0);
	guest_eoi(m, 0, 43);
	guest_eoi(m, 0, 42);
	slice(m, 0);
	assert_true(is_active(m, 40));
	guest_eoi(m, 0, 41);
	slice(m, 0);
	assert_true(is_active(m, 40));
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_depth(m, 0, 4);
	machine_end(m);
}

/* Several EOIs before one exit, of which the first ends nothing. */
TEST(eois_at_once_after_deactivation)
{
	struct machine *m = nested(4);

	(void)state;
	change(m, 1, 43, VGIC_CLEAR_ACTIVE, 0);
	slice(m, 0);
	m->late[0] = true;
	guest_eoi(m, 0, 43);
	guest_eoi(m, 0, 42);
	guest_eoi(m, 0, 41);
	m->late[0] = false;
	slice(m, 0);
	assert_depth(m, 1, 4);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_depth(m, 0, 4);
	machine_end(m);
}

/* It comes again while its first handler has not ended. */
TEST(taken_again_after_deactivation)
{
	struct machine *m = nested(3);

	(void)state;
	change(m, 1, 42, VGIC_CLEAR_ACTIVE, 0);
	change(m, 1, 42, VGIC_SET_PRIORITY, 0x10);
	edge(m, 42);
	assert_int_equal(guest_ack(m, 0), 42);
	guest_eoi(m, 0, 42);
	slice(m, 0);
	assert_depth(m, 2, 3);
	guest_eoi(m, 0, 42);
	slice(m, 0);
	assert_depth(m, 2, 3);
	machine_end(m);
}

/* With fewer preemption levels the active priorities have fewer bits set. */
TEST(eoi_after_deactivation_with_group_priorities)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	run(m, 0);
	guest_write(m, 0, ICC_BPR1_EL1, 6);
	nest_by(m, 3, 0xd8, 0x40);
	end_after_deactivation(m);
}

/* Swept while active again, at another priority: it is where that belongs. */
TEST(moves_to_another_chain)
{
	struct machine *m = nested(4);

	(void)state;
	stop(m, 0);
	change(m, 0, 41, VGIC_CLEAR_ACTIVE, 0);
	change(m, 0, 41, VGIC_SET_PRIORITY, 0x08);
	change(m, 0, 41, VGIC_SET_ACTIVE, 0);
	run(m, 0);
	machine_check(m);
	/* The register that is free next takes the most urgent one. */
	guest_eoi(m, 0, 43);
	slice(m, 0);
	assert_place(m, 0, 41, "lr");
	machine_end(m);
}

/*
 * One entry sweeps a part of a stack that another vCPU has emptied.  The only
 * register is free then, and looks for what is active; or it is taken.
 */
static void sweep_in_parts(bool taken)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	if (taken) {
		setup(m, 0, 1000, 0x10, false);
		change(m, 0, 1000, VGIC_SET_ACTIVE, 0);
	}
	for (uint32_t n = 0; n < 900; n++) {
		setup(m, 0, 32 + n, 0x80, false);
		change(m, 0, 32 + n, VGIC_SET_ACTIVE, 0);
	}
	run(m, 0);
	stop(m, 0);
	for (uint32_t n = 0; n < 900; n++) {
		change(m, 1, 32 + n, VGIC_CLEAR_ACTIVE, 0);
	}
	m->late[0] = true;
	run(m, 0);
	m->late[0] = false;
	assert_true(m->kicked[0]);
	assert_true(m->vcpu[0]->stacked);
	machine_check(m);
	run(m, 0);
	machine_serve(m, 0);
	assert_false(m->vcpu[0]->stacked);
	if (taken) {
		assert_place(m, 0, 1000, "lr");
	}
	machine_end(m);
}

TEST(one_entry_sweeps_a_part)
{
	(void)state;
	sweep_in_parts(false);
	sweep_in_parts(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stack_order),
		cmocka_unit_test(stack_gives_the_most_urgent),
		cmocka_unit_test(stack_swept),
		cmocka_unit_test(eoi_after_deactivation_in_a_register),
		cmocka_unit_test(eoi_after_deactivation_on_the_stack),
		cmocka_unit_test(eois_at_once_after_deactivation),
		cmocka_unit_test(taken_again_after_deactivation),
		cmocka_unit_test(eoi_after_deactivation_with_group_priorities),
		cmocka_unit_test(moves_to_another_chain),
		cmocka_unit_test(one_entry_sweeps_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
