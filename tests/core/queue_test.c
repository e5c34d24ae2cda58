/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/queue.c: the inbox, the backlog and the priority lists. */
#include <string.h>

#include "core/irq.h"
#include "tests/machine/test.h"

/* Interrupts that are more than one entry takes in. */
#define FLOOD 900u

/* One register is taken by the best there is; all others queue. */
static struct machine *queueing(void)
{
	struct machine *m = machine_new(CONFIG(.nr_lrs = 1, .nr_vcpus = 2));

	setup(m, 0, 1019, 0x00, false);
	edge(m, 1019);
	run(m, 0);
	return m;
}

static void take_top(struct machine *m)
{
	assert_int_equal(guest_ack(m, 0), 1019);
	guest_eoi(m, 0, 1019);
}

static void take_one(struct machine *m, uint32_t intid)
{
	assert_int_equal(guest_ack(m, 0), intid);
	guest_eoi(m, 0, intid);
}

/* Of equal priority: in the order in which they came. */
TEST(first_in_first_out)
{
	struct machine *m = queueing();

	(void)state;
	for (uint32_t n = 0; n < 8; n++) {
		setup(m, 0, 47 - n, 0x80, false);
	}
	m->late[0] = true;
	for (uint32_t n = 0; n < 8; n++) {
		edge(m, 47 - n);
	}
	m->late[0] = false;
	machine_serve(m, 0);
	take_top(m);
	for (uint32_t n = 0; n < 8; n++) {
		take_one(m, 47 - n);
	}
	machine_end(m);
}

/* What a better one drove out of its register goes before its equals. */
TEST(returned_goes_first)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x80, false);
	setup(m, 0, 41, 0x80, false);
	setup(m, 0, 50, 0x40, false);
	run(m, 0);
	edge(m, 40);
	edge(m, 41);
	edge(m, 50);
	take_one(m, 50);
	take_one(m, 40);
	take_one(m, 41);
	machine_end(m);
}

/* Between groups the priority alone decides. */
TEST(best_of_both_groups)
{
	struct machine *m = queueing();

	(void)state;
	setup(m, 0, 40, 0x80, false);
	setup(m, 0, 41, 0x40, false);
	setup(m, 0, 42, 0x60, false);
	change(m, 0, 42, VGIC_SET_GROUP, 0);
	edge(m, 40);
	edge(m, 41);
	edge(m, 42);
	take_top(m);
	take_one(m, 41);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_int_equal(guest_ack0(m, 0), 42);
	guest_eoi0(m, 0, 42);
	take_one(m, 40);
	machine_end(m);
}

/* Priority and group change while it waits: it is where it belongs. */
TEST(moves_within_the_queue)
{
	struct machine *m = queueing();

	(void)state;
	for (uint32_t n = 0; n < 4; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		edge(m, 40 + n);
	}
	change(m, 1, 43, VGIC_SET_PRIORITY, 0x20);
	change(m, 1, 40, VGIC_SET_PRIORITY, 0xa0);
	change(m, 1, 41, VGIC_SET_PRIORITY, 0x40);
	change(m, 1, 41, VGIC_SET_PRIORITY, 0xb0);
	machine_check(m);
	take_top(m);
	take_one(m, 43);
	take_one(m, 42);
	take_one(m, 40);
	take_one(m, 41);
	machine_end(m);
}

/* From behind others in its list, it is the best at once. */
TEST(overtakes_from_behind)
{
	struct machine *m = queueing();

	(void)state;
	change(m, 0, 1019, VGIC_SET_PRIORITY, 0x40);
	for (uint32_t n = 0; n < 3; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		edge(m, 40 + n);
	}
	change(m, 1, 42, VGIC_SET_PRIORITY, 0x20);
	assert_int_equal(guest_ack(m, 0), 42);
	machine_end(m);
}

/* To the other vCPU and back, out of the middle of a list. */
TEST(moves_between_queues)
{
	struct machine *m = queueing();

	(void)state;
	run(m, 1);
	for (uint32_t n = 0; n < 4; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		edge(m, 40 + n);
	}
	change(m, 1, 41, VGIC_SET_TARGET, 1);
	change(m, 0, 42, VGIC_SET_TARGET, 1);
	change(m, 0, 42, VGIC_SET_TARGET, 0);
	machine_check(m);
	assert_int_equal(guest_ack(m, 1), 41);
	take_top(m);
	take_one(m, 40);
	take_one(m, 43);
	take_one(m, 42);
	machine_end(m);
}

/* Disabled in the queue, and enabled again before anybody looked. */
TEST(dead_and_alive_again)
{
	struct machine *m = queueing();

	(void)state;
	setup(m, 0, 40, 0x80, false);
	setup(m, 0, 41, 0x80, false);
	edge(m, 40);
	edge(m, 41);
	assert_place(m, 0, 40, "queue");
	change(m, 1, 40, VGIC_CLEAR_ENABLE, 0);
	change(m, 1, 40, VGIC_SET_ENABLE, 0);
	take_top(m);
	take_one(m, 40);
	take_one(m, 41);
	machine_end(m);
}

/* A dead one is dropped when it is met, and lives on by itself. */
TEST(dead_is_dropped)
{
	struct machine *m = queueing();

	(void)state;
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	change(m, 1, 40, VGIC_CLEAR_ENABLE, 0);
	/* And it is nothing to call for. */
	change(m, 1, 1019, VGIC_SET_PRIORITY, 0x08);
	assert_false(m->cpu[0].model.hcr & ICH_HCR_EL2_NPIE);
	take_top(m);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_place(m, 0, 40, "-");
	assert_true(is_pending(m, 40));
	change(m, 1, 40, VGIC_SET_ENABLE, 0);
	take_one(m, 40);
	machine_end(m);
}

/* Activated by software while it waits: active, and not taken. */
TEST(activated_in_the_queue)
{
	struct machine *m = queueing();

	(void)state;
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	change(m, 1, 40, VGIC_SET_ACTIVE, 0);
	machine_check(m);
	take_top(m);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_true(is_active(m, 40) && is_pending(m, 40));
	change(m, 1, 40, VGIC_CLEAR_ACTIVE, 0);
	take_one(m, 40);
	machine_end(m);
}

/* Posted to a vCPU that does not run, and sent on from its inbox. */
TEST(retargeted_in_the_inbox)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	run(m, 1);
	edge(m, 40);
	assert_place(m, 0, 40, "inbox");
	change(m, 1, 40, VGIC_SET_TARGET, 1);
	/* Its holder has to look: in WFI, or turned off, by this call. */
	assert_false(vgic_pending(m->vcpu[0]));
	machine_serve(m, 1);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

/* Its CPU is off; whoever stands in for it has it let go. */
static void stand_in(struct machine *m, uint32_t v)
{
	assert_true(m->kicked[v]);
	m->kicked[v] = false;
	assert_false(vgic_pending(m->vcpu[v]));
}

/* What a vCPU leaves behind that is never entered again. */
TEST(leaves_one_that_is_off)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 1, 40, 0x80, false);
	setup(m, 1, 41, 0x40, false);
	run(m, 1);
	edge(m, 41);
	assert_int_equal(guest_ack(m, 1), 41);
	edge(m, 40);
	stop(m, 1);
	vgic_put(m->vcpu[1]);
	change(m, 0, 40, VGIC_SET_TARGET, 0);
	change(m, 0, 41, VGIC_CLEAR_ACTIVE, 0);
	stand_in(m, 1);
	assert_place(m, 1, 41, "-");
	run(m, 0);
	take_one(m, 40);
	change(m, 0, 41, VGIC_SET_TARGET, 0);
	edge(m, 41);
	take_one(m, 41);
	machine_end(m);
}

/* Every SPI is posted to vCPU 0, which has not entered guest code since. */
static struct machine *flooded(void)
{
	struct machine *m = queueing();

	stop(m, 0);
	for (uint32_t n = 0; n < FLOOD; n++) {
		setup(m, 0, 32 + n, 0x80, false);
		edge(m, 32 + n);
	}
	return m;
}

static uint32_t count_in(struct machine *m, const char *place)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < FLOOD; i++) {
		n += !strcmp(info_of(m, 0, 32 + i).place, place);
	}
	return n;
}

/*
 * One entry without the exits that follow it: it sorted in some of them, left
 * the others, and kicked the vCPU to come back.
 */
static void enter_once(struct machine *m)
{
	m->late[0] = true;
	run(m, 0);
	m->late[0] = false;
	assert_true(m->kicked[0]);
	assert_true(vgic_load_relaxed(&m->vcpu[0]->attention));
}

TEST(one_entry_takes_a_part_of_the_inbox)
{
	struct machine *m = flooded();
	uint32_t left;

	(void)state;
	enter_once(m);
	left = count_in(m, "inbox");
	assert_true(left > FLOOD / 4 && left < FLOOD);
	machine_check(m);
	run(m, 0);
	assert_int_equal(count_in(m, "inbox"), 0);
	take_top(m);
	for (uint32_t n = 0; n < FLOOD; n++) {
		take_one(m, 32 + n);
	}
	machine_end(m);
}

/* While the backlog waits, one that is posted later comes after it. */
TEST(posted_behind_the_backlog)
{
	struct machine *m = flooded();

	(void)state;
	setup(m, 0, 1018, 0x80, false);
	enter_once(m);
	stop(m, 0);
	edge(m, 1018);
	run(m, 0);
	take_top(m);
	for (uint32_t n = 0; n < FLOOD; n++) {
		take_one(m, 32 + n);
	}
	take_one(m, 1018);
	machine_end(m);
}

/* Another vCPU changes the priority of all that wait. */
TEST(one_entry_sorts_a_part_of_a_list)
{
	struct machine *m = flooded();

	(void)state;
	run(m, 0);
	stop(m, 0);
	for (uint32_t n = 0; n < FLOOD; n++) {
		change(m, 1, 32 + n, VGIC_SET_PRIORITY, n % 2 ? 0x60 : 0x90);
	}
	enter_once(m);
	machine_check(m);
	run(m, 0);
	take_top(m);
	for (uint32_t n = 0; n < FLOOD; n++) {
		uint32_t i = n < FLOOD / 2 ? 2 * n + 1 : 2 * (n - FLOOD / 2);

		take_one(m, 32 + i);
	}
	machine_end(m);
}

/* Another vCPU disables all that wait but the last one. */
TEST(one_entry_drops_a_part_of_the_dead)
{
	struct machine *m = flooded();

	(void)state;
	run(m, 0);
	take_top(m);
	stop(m, 0);
	for (uint32_t n = 0; n < FLOOD - 1; n++) {
		change(m, 1, 32 + n, VGIC_CLEAR_ENABLE, 0);
	}
	enter_once(m);
	assert_true(count_in(m, "queue") > FLOOD / 4);
	machine_check(m);
	run(m, 0);
	take_one(m, 32 + FLOOD - 1);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* A vCPU in WFI may not sleep before it has looked at all. */
TEST(pending_while_there_is_backlog)
{
	struct machine *m = flooded();
	uint32_t looks = 1;

	(void)state;
	/* Nothing of it could be taken. */
	for (uint32_t n = 0; n < FLOOD; n++) {
		change(m, 1, 32 + n, VGIC_CLEAR_ENABLE, 0);
	}
	change(m, 1, 1019, VGIC_CLEAR_ENABLE, 0);
	for (m->kicked[0] = false; vgic_pending(m->vcpu[0]); looks++) {
		assert_true(m->kicked[0]);
		assert_true(looks < 64);
		m->kicked[0] = false;
	}
	assert_true(looks > 2);
	assert_false(m->kicked[0]);
	assert_int_equal(count_in(m, "-"), FLOOD);
	machine_end(m);
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
