/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/stack.c: actives that no list register holds. */
#include "core/irq.h"
#include "test.h"

/* The stack is in order of priority at activation, whatever came since. */
TEST(stack_order)
{
	WORLD(.nr_lrs = 1);

	run(w, 0);
	for (uint32_t n = 0; n < 4; n++) {
		setup(w, 0, 40 + n, 0x80 - 0x10 * n, false);
		edge(w, 40 + n);
		assert_int_equal(guest_ack(w, 0), 40 + n);
	}
	/* These are for next time. */
	change(w, 0, 40, VGIC_SET_PRIORITY, 0x00);
	change(w, 0, 43, VGIC_SET_PRIORITY, 0xf0);
	/* What software activates is sorted in. */
	change(w, 0, 60, VGIC_SET_PRIORITY, 0x78);
	change(w, 0, 60, VGIC_SET_ACTIVE, 0);
	world_check(w);
	for (uint32_t n = 4; n-- > 0;) {
		guest_eoi(w, 0, 40 + n);
		world_check(w);
		for (uint32_t i = 0; i < 4; i++) {
			assert_int_equal(is_active(w, 40 + i), i < n);
		}
	}
	assert_true(is_active(w, 60));
	world_end(w);
}

/* Of actives, the most urgent is the first to get a register. */
TEST(stack_gives_the_most_urgent)
{
	WORLD(.nr_lrs = 1);

	setup(w, 0, 40, 0x80, false);
	setup(w, 0, 41, 0x40, false);
	setup(w, 0, 42, 0x60, false);
	for (uint32_t n = 0; n < 3; n++) {
		change(w, 0, 40 + n, VGIC_SET_ACTIVE, 0);
	}
	run(w, 0);
	assert_place(w, 0, 41, "lr");
	world_end(w);
}

/* Deactivated from elsewhere, out of the middle of the stack. */
TEST(stack_swept)
{
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	run(w, 0);
	for (uint32_t n = 0; n < 5; n++) {
		setup(w, 0, 40 + n, 0x80 - 0x10 * n, false);
		edge(w, 40 + n);
		assert_int_equal(guest_ack(w, 0), 40 + n);
	}
	change(w, 1, 41, VGIC_CLEAR_ACTIVE, 0);
	change(w, 1, 43, VGIC_CLEAR_ACTIVE, 0);
	world_check(w);
	assert_place(w, 0, 41, "-");
	assert_place(w, 0, 43, "-");
	/* It can come again while the others are active. */
	change(w, 0, 43, VGIC_SET_PRIORITY, 0x08);
	edge(w, 43);
	assert_int_equal(guest_ack(w, 0), 43);
	world_end(w);
}

/* SPIs 40, 41 and so on nest, the last one in the only register. */
static struct world *nested(uint32_t depth)
{
	struct world *w =
		world_new(&(struct world_config){ .nr_lrs = 1, .nr_vcpus = 2 });

	run(w, 0);
	for (uint32_t n = 0; n < depth; n++) {
		setup(w, 0, 40 + n, 0x80 - 0x10 * n, false);
		edge(w, 40 + n);
		assert_int_equal(guest_ack(w, 0), 40 + n);
	}
	return w;
}

/* SPIs 40 .. 40 + n - 1 are active, those above are not. */
static void assert_depth(struct world *w, uint32_t n, uint32_t depth)
{
	for (uint32_t i = 0; i < depth; i++) {
		assert_int_equal(is_active(w, 40 + i), i < n);
	}
}

/*
 * Another vCPU deactivates what is active in the register.  The EOI that the
 * handler still writes finds no register, is counted, and ends nothing.
 */
TEST(eoi_after_deactivation_in_a_register)
{
	struct world *w = nested(3);

	(void)state;
	slice(w, 0);
	change(w, 1, 42, VGIC_CLEAR_ACTIVE, 0);
	slice(w, 0);
	assert_depth(w, 2, 3);
	guest_eoi(w, 0, 42);
	slice(w, 0);
	assert_depth(w, 2, 3);
	guest_eoi(w, 0, 41);
	slice(w, 0);
	assert_depth(w, 1, 3);
	guest_eoi(w, 0, 40);
	slice(w, 0);
	assert_depth(w, 0, 3);
	world_end(w);
}

/* The same of one on the stack, in the middle. */
TEST(eoi_after_deactivation_on_the_stack)
{
	struct world *w = nested(4);

	(void)state;
	change(w, 1, 41, VGIC_CLEAR_ACTIVE, 0);
	slice(w, 0);
	guest_eoi(w, 0, 43);
	guest_eoi(w, 0, 42);
	slice(w, 0);
	assert_true(is_active(w, 40));
	guest_eoi(w, 0, 41);
	slice(w, 0);
	assert_true(is_active(w, 40));
	guest_eoi(w, 0, 40);
	slice(w, 0);
	assert_depth(w, 0, 4);
	world_end(w);
}

/* Several EOIs before one exit, of which the first ends nothing. */
TEST(eois_at_once_after_deactivation)
{
	struct world *w = nested(4);

	(void)state;
	change(w, 1, 43, VGIC_CLEAR_ACTIVE, 0);
	slice(w, 0);
	w->late[0] = true;
	guest_eoi(w, 0, 43);
	guest_eoi(w, 0, 42);
	guest_eoi(w, 0, 41);
	w->late[0] = false;
	slice(w, 0);
	assert_depth(w, 1, 4);
	guest_eoi(w, 0, 40);
	slice(w, 0);
	assert_depth(w, 0, 4);
	world_end(w);
}

/* It comes again while its first handler has not ended. */
TEST(taken_again_after_deactivation)
{
	struct world *w = nested(3);

	(void)state;
	change(w, 1, 42, VGIC_CLEAR_ACTIVE, 0);
	change(w, 1, 42, VGIC_SET_PRIORITY, 0x10);
	edge(w, 42);
	assert_int_equal(guest_ack(w, 0), 42);
	guest_eoi(w, 0, 42);
	slice(w, 0);
	assert_depth(w, 2, 3);
	guest_eoi(w, 0, 42);
	slice(w, 0);
	assert_depth(w, 2, 3);
	world_end(w);
}

/* With fewer preemption levels the active priorities have fewer bits set. */
TEST(eoi_after_deactivation_with_group_priorities)
{
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	run(w, 0);
	guest_write(w, 0, ICC_BPR1_EL1, 6);
	for (uint32_t n = 0; n < 3; n++) {
		setup(w, 0, 40 + n, 0xd8 - 0x40 * n, false);
		edge(w, 40 + n);
		assert_int_equal(guest_ack(w, 0), 40 + n);
	}
	change(w, 1, 42, VGIC_CLEAR_ACTIVE, 0);
	slice(w, 0);
	guest_eoi(w, 0, 42);
	slice(w, 0);
	assert_depth(w, 2, 3);
	guest_eoi(w, 0, 41);
	slice(w, 0);
	assert_depth(w, 1, 3);
	world_end(w);
}

/* Swept while active again, at another priority: it is where that belongs. */
TEST(moves_to_another_chain)
{
	struct world *w = nested(4);

	(void)state;
	stop(w, 0);
	change(w, 0, 41, VGIC_CLEAR_ACTIVE, 0);
	change(w, 0, 41, VGIC_SET_PRIORITY, 0x08);
	change(w, 0, 41, VGIC_SET_ACTIVE, 0);
	run(w, 0);
	world_check(w);
	/* The register that is free next takes the most urgent one. */
	guest_eoi(w, 0, 43);
	slice(w, 0);
	assert_place(w, 0, 41, "lr");
	world_end(w);
}

/*
 * One entry sweeps a part of a stack that another vCPU has emptied.  The only
 * register is free then, and looks for what is active; or it is taken.
 */
static void sweep_in_parts(bool taken)
{
	void **state = NULL;
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	if (taken) {
		setup(w, 0, 1000, 0x10, false);
		change(w, 0, 1000, VGIC_SET_ACTIVE, 0);
	}
	for (uint32_t n = 0; n < 900; n++) {
		setup(w, 0, 32 + n, 0x80, false);
		change(w, 0, 32 + n, VGIC_SET_ACTIVE, 0);
	}
	run(w, 0);
	stop(w, 0);
	for (uint32_t n = 0; n < 900; n++) {
		change(w, 1, 32 + n, VGIC_CLEAR_ACTIVE, 0);
	}
	w->late[0] = true;
	run(w, 0);
	w->late[0] = false;
	assert_true(w->kicked[0]);
	assert_true(w->vcpu[0]->stacked);
	world_check(w);
	run(w, 0);
	world_serve(w, 0);
	assert_false(w->vcpu[0]->stacked);
	if (taken) {
		assert_place(w, 0, 1000, "lr");
	}
	world_end(w);
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
