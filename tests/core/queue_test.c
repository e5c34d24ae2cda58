/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/queue.c: the inbox, the backlog and the priority lists. */
#include <string.h>

#include "core/irq.h"
#include "test.h"

/* Interrupts that are more than one entry takes in. */
#define FLOOD 900u

/* One register is taken by the best there is; all others queue. */
static struct world *queueing(void)
{
	struct world *w =
		world_new(&(struct world_config){ .nr_lrs = 1, .nr_vcpus = 2 });

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

/* Every SPI is posted to vCPU 0, which has not entered guest code since. */
static struct world *flooded(void)
{
	struct world *w = queueing();

	stop(w, 0);
	for (uint32_t n = 0; n < FLOOD; n++) {
		setup(w, 0, 32 + n, 0x80, false);
		edge(w, 32 + n);
	}
	return w;
}

static uint32_t count_in(struct world *w, const char *place)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < FLOOD; i++) {
		n += !strcmp(info_of(w, 0, 32 + i).place, place);
	}
	return n;
}

/*
 * One entry without the exits that follow it: it sorted in some of them, left
 * the others, and kicked the vCPU to come back.
 */
static void enter_once(struct world *w)
{
	w->late[0] = true;
	run(w, 0);
	w->late[0] = false;
	assert_true(w->kicked[0]);
	assert_true(vgic_load_relaxed(&w->vcpu[0]->attention));
}

TEST(one_entry_takes_a_part_of_the_inbox)
{
	struct world *w = flooded();
	uint32_t left;

	(void)state;
	enter_once(w);
	left = count_in(w, "inbox");
	assert_true(left > FLOOD / 4 && left < FLOOD);
	world_check(w);
	run(w, 0);
	assert_int_equal(count_in(w, "inbox"), 0);
	take_top(w);
	for (uint32_t n = 0; n < FLOOD; n++) {
		take_one(w, 32 + n);
	}
	world_end(w);
}

/* While the backlog waits, one that is posted later comes after it. */
TEST(posted_behind_the_backlog)
{
	struct world *w = flooded();

	(void)state;
	setup(w, 0, 1018, 0x80, false);
	enter_once(w);
	stop(w, 0);
	edge(w, 1018);
	run(w, 0);
	take_top(w);
	for (uint32_t n = 0; n < FLOOD; n++) {
		take_one(w, 32 + n);
	}
	take_one(w, 1018);
	world_end(w);
}

/* Another vCPU changes the priority of all that wait. */
TEST(one_entry_sorts_a_part_of_a_list)
{
	struct world *w = flooded();

	(void)state;
	run(w, 0);
	stop(w, 0);
	for (uint32_t n = 0; n < FLOOD; n++) {
		change(w, 1, 32 + n, VGIC_SET_PRIORITY, n % 2 ? 0x60 : 0x90);
	}
	enter_once(w);
	world_check(w);
	run(w, 0);
	take_top(w);
	for (uint32_t n = 0; n < FLOOD; n++) {
		uint32_t i = n < FLOOD / 2 ? 2 * n + 1 : 2 * (n - FLOOD / 2);

		take_one(w, 32 + i);
	}
	world_end(w);
}

/* Another vCPU disables all that wait but the last one. */
TEST(one_entry_drops_a_part_of_the_dead)
{
	struct world *w = flooded();

	(void)state;
	run(w, 0);
	take_top(w);
	stop(w, 0);
	for (uint32_t n = 0; n < FLOOD - 1; n++) {
		change(w, 1, 32 + n, VGIC_CLEAR_ENABLE, 0);
	}
	enter_once(w);
	assert_true(count_in(w, "queue") > FLOOD / 4);
	world_check(w);
	run(w, 0);
	take_one(w, 32 + FLOOD - 1);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* A vCPU in WFI may not sleep before it has looked at all. */
TEST(pending_while_there_is_backlog)
{
	struct world *w = flooded();
	uint32_t looks = 1;

	(void)state;
	/* Nothing of it could be taken. */
	for (uint32_t n = 0; n < FLOOD; n++) {
		change(w, 1, 32 + n, VGIC_CLEAR_ENABLE, 0);
	}
	change(w, 1, 1019, VGIC_CLEAR_ENABLE, 0);
	for (w->kicked[0] = false; vgic_pending(w->vcpu[0]); looks++) {
		assert_true(w->kicked[0]);
		assert_true(looks < 64);
		w->kicked[0] = false;
	}
	assert_true(looks > 2);
	assert_false(w->kicked[0]);
	assert_int_equal(count_in(w, "-"), FLOOD);
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
		cmocka_unit_test(leaves_one_that_is_off),
		cmocka_unit_test(one_entry_takes_a_part_of_the_inbox),
		cmocka_unit_test(posted_behind_the_backlog),
		cmocka_unit_test(one_entry_sorts_a_part_of_a_list),
		cmocka_unit_test(one_entry_drops_a_part_of_the_dead),
		cmocka_unit_test(pending_while_there_is_backlog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
