/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/queue.c: inbox, priority lists, and the stack of actives. */
#include "test.h"

/* One register is taken by the best there is; all others queue. */
static struct world *queueing(void)
{
	struct world *w = world_new(&(struct world_config){
		.nr_lrs = 1, .nr_vcpus = 2 });

	setup(w, 0, 1019, 0x00, false);
	edge(w, 1019);
	run(w, 0);
	return w;
}

static void take_top(struct world *w)
{
	assert_int_equal(guest_ack(w, 0), 1019);
	guest_eoi(w, 0, 1019);
}

static void take_one(struct world *w, uint32_t intid)
{
	assert_int_equal(guest_ack(w, 0), intid);
	guest_eoi(w, 0, intid);
}

/* Of equal priority: in the order in which they came. */
TEST(first_in_first_out)
{
	struct world *w = queueing();

	(void)state;
	for (uint32_t n = 0; n < 8; n++) {
		setup(w, 0, 47 - n, 0x80, false);
	}
	w->late[0] = true;
	for (uint32_t n = 0; n < 8; n++) {
		edge(w, 47 - n);
	}
	w->late[0] = false;
	world_serve(w, 0);
	take_top(w);
	for (uint32_t n = 0; n < 8; n++) {
		take_one(w, 47 - n);
	}
	world_end(w);
}

/* What a better one drove out of its register goes before its equals. */
TEST(returned_goes_first)
{
	WORLD(.nr_lrs = 1);

	setup(w, 0, 40, 0x80, false);
	setup(w, 0, 41, 0x80, false);
	setup(w, 0, 50, 0x40, false);
	run(w, 0);
	edge(w, 40);
	edge(w, 41);
	edge(w, 50);
	take_one(w, 50);
	take_one(w, 40);
	take_one(w, 41);
	world_end(w);
}

/* Between groups the priority alone decides. */
TEST(best_of_both_groups)
{
	struct world *w = queueing();

	(void)state;
	setup(w, 0, 40, 0x80, false);
	setup(w, 0, 41, 0x40, false);
	setup(w, 0, 42, 0x60, false);
	change(w, 0, 42, VGIC_SET_GROUP, 0);
	edge(w, 40);
	edge(w, 41);
	edge(w, 42);
	take_top(w);
	take_one(w, 41);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_int_equal(guest_ack0(w, 0), 42);
	guest_eoi0(w, 0, 42);
	take_one(w, 40);
	world_end(w);
}

/* Priority and group change while it waits: it is where it belongs. */
TEST(moves_within_the_queue)
{
	struct world *w = queueing();

	(void)state;
	for (uint32_t n = 0; n < 4; n++) {
		setup(w, 0, 40 + n, 0x80, false);
		edge(w, 40 + n);
	}
	change(w, 1, 43, VGIC_SET_PRIORITY, 0x20);
	change(w, 1, 40, VGIC_SET_PRIORITY, 0xa0);
	change(w, 1, 41, VGIC_SET_PRIORITY, 0x40);
	change(w, 1, 41, VGIC_SET_PRIORITY, 0xb0);
	world_check(w);
	take_top(w);
	take_one(w, 43);
	take_one(w, 42);
	take_one(w, 40);
	take_one(w, 41);
	world_end(w);
}

/* From behind others in its list, it is the best at once. */
TEST(overtakes_from_behind)
{
	struct world *w = queueing();

	(void)state;
	change(w, 0, 1019, VGIC_SET_PRIORITY, 0x40);
	for (uint32_t n = 0; n < 3; n++) {
		setup(w, 0, 40 + n, 0x80, false);
		edge(w, 40 + n);
	}
	change(w, 1, 42, VGIC_SET_PRIORITY, 0x20);
	assert_int_equal(guest_ack(w, 0), 42);
	world_end(w);
}

/* To the other vCPU and back, out of the middle of a list. */
TEST(moves_between_queues)
{
	struct world *w = queueing();

	(void)state;
	run(w, 1);
	for (uint32_t n = 0; n < 4; n++) {
		setup(w, 0, 40 + n, 0x80, false);
		edge(w, 40 + n);
	}
	change(w, 1, 41, VGIC_SET_TARGET, 1);
	change(w, 0, 42, VGIC_SET_TARGET, 1);
	change(w, 0, 42, VGIC_SET_TARGET, 0);
	world_check(w);
	assert_int_equal(guest_ack(w, 1), 41);
	take_top(w);
	take_one(w, 40);
	take_one(w, 43);
	take_one(w, 42);
	world_end(w);
}

/* Disabled in the queue, and enabled again before anybody looked. */
TEST(dead_and_alive_again)
{
	struct world *w = queueing();

	(void)state;
	setup(w, 0, 40, 0x80, false);
	setup(w, 0, 41, 0x80, false);
	edge(w, 40);
	edge(w, 41);
	assert_place(w, 0, 40, "queue");
	change(w, 1, 40, VGIC_CLEAR_ENABLE, 0);
	change(w, 1, 40, VGIC_SET_ENABLE, 0);
	take_top(w);
	take_one(w, 40);
	take_one(w, 41);
	world_end(w);
}

/* A dead one is dropped when it is met, and lives on by itself. */
TEST(dead_is_dropped)
{
	struct world *w = queueing();

	(void)state;
	setup(w, 0, 40, 0x80, false);
	edge(w, 40);
	change(w, 1, 40, VGIC_CLEAR_ENABLE, 0);
	/* And it is nothing to call for. */
	change(w, 1, 1019, VGIC_SET_PRIORITY, 0x08);
	assert_false(w->model[0].hcr & ICH_HCR_EL2_NPIE);
	take_top(w);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_place(w, 0, 40, "-");
	assert_true(is_pending(w, 40));
	change(w, 1, 40, VGIC_SET_ENABLE, 0);
	take_one(w, 40);
	world_end(w);
}

/* Activated by software while it waits: active, and not taken. */
TEST(activated_in_the_queue)
{
	struct world *w = queueing();

	(void)state;
	setup(w, 0, 40, 0x80, false);
	edge(w, 40);
	change(w, 1, 40, VGIC_SET_ACTIVE, 0);
	world_check(w);
	take_top(w);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_true(is_active(w, 40) && is_pending(w, 40));
	change(w, 1, 40, VGIC_CLEAR_ACTIVE, 0);
	take_one(w, 40);
	world_end(w);
}

/* Posted to a vCPU that does not run, and sent on from its inbox. */
TEST(retargeted_in_the_inbox)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);

	setup(w, 0, 40, 0x80, false);
	run(w, 1);
	edge(w, 40);
	assert_place(w, 0, 40, "inbox");
	change(w, 1, 40, VGIC_SET_TARGET, 1);
	/* Its holder has to look: in WFI, or turned off, by this call. */
	assert_false(vgic_pending(w->vcpu[0]));
	world_serve(w, 1);
	assert_int_equal(guest_ack(w, 1), 40);
	world_end(w);
}

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

/* Its CPU is off; whoever stands in for it has it let go. */
static void stand_in(struct world *w, uint32_t v)
{
	assert_true(w->kicked[v]);
	w->kicked[v] = false;
	assert_false(vgic_pending(w->vcpu[v]));
}

/* What a vCPU leaves behind that is never entered again. */
TEST(leaves_one_that_is_off)
{
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	setup(w, 1, 40, 0x80, false);
	setup(w, 1, 41, 0x40, false);
	run(w, 1);
	edge(w, 41);
	assert_int_equal(guest_ack(w, 1), 41);
	edge(w, 40);
	stop(w, 1);
	vgic_put(w->vcpu[1]);
	change(w, 0, 40, VGIC_SET_TARGET, 0);
	change(w, 0, 41, VGIC_CLEAR_ACTIVE, 0);
	stand_in(w, 1);
	assert_place(w, 1, 41, "-");
	run(w, 0);
	take_one(w, 40);
	change(w, 0, 41, VGIC_SET_TARGET, 0);
	edge(w, 41);
	take_one(w, 41);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_in_first_out),
		cmocka_unit_test(returned_goes_first),
		cmocka_unit_test(best_of_both_groups),
		cmocka_unit_test(moves_within_the_queue),
		cmocka_unit_test(overtakes_from_behind),
		cmocka_unit_test(moves_between_queues),
		cmocka_unit_test(dead_and_alive_again),
		cmocka_unit_test(dead_is_dropped),
		cmocka_unit_test(activated_in_the_queue),
		cmocka_unit_test(retargeted_in_the_inbox),
		cmocka_unit_test(stack_order),
		cmocka_unit_test(stack_gives_the_most_urgent),
		cmocka_unit_test(stack_swept),
		cmocka_unit_test(leaves_one_that_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
