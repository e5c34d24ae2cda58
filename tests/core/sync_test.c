/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/sync.c: exact reads of another vCPU's list registers. */
#include "core/sync.h"
#include "test.h"

static bool read_word(struct world *w, uint32_t v, uint32_t intid,
		      uint64_t *word)
{
	vgic_sync_begin(w->vcpu[v], 1 + intid);
	if (!vgic_sync_word(w->vcpu[v], vgic_irq_index(w->gic, 0, intid),
			    word)) {
		return false;
	}
	vgic_sync_end(w->vcpu[v]);
	return true;
}

/* What no running vCPU holds is read at once, and nobody is disturbed. */
TEST(no_question_without_need)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;
	uint32_t kicks;

	setup(w, 0, 40, 0x80, false);
	edge(w, 40);
	kicks = w->kicks[0];
	assert_true(read_word(w, 1, 40, &word));
	assert_true(w_pending(word));
	run(w, 0);
	stop(w, 0);
	/* In a register, of a vCPU that is out. */
	assert_place(w, 0, 40, "lr");
	assert_true(read_word(w, 1, 40, &word));
	assert_true(w_pending(word));
	/* In a register of its own. */
	assert_true(read_word(w, 0, 40, &word));
	assert_int_equal(w->kicks[0], kicks);
	world_end(w);
}

/* The holder runs: it is asked, once, and the answer is what is true. */
TEST(holder_is_asked)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;
	uint32_t kicks;

	setup(w, 0, 40, 0x80, false);
	run(w, 0);
	edge(w, 40);
	w->late[0] = true;
	assert_int_equal(guest_ack(w, 0), 40);
	kicks = w->kicks[0];
	assert_false(read_word(w, 1, 40, &word));
	assert_false(read_word(w, 1, 40, &word));
	assert_int_equal(w->kicks[0], kicks + 1);
	w->late[0] = false;
	world_serve(w, 0);
	/* It is in guest code again, and the answer still holds. */
	assert_true(w->in_guest[0]);
	assert_true(read_word(w, 1, 40, &word));
	assert_true(w_active(word));
	assert_false(w_pending(word));
	world_end(w);
}

/* An exit from before the question is no answer. */
TEST(old_exits_do_not_count)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;

	setup(w, 0, 40, 0x80, false);
	run(w, 0);
	edge(w, 40);
	slice(w, 0);
	w->late[0] = true;
	assert_int_equal(guest_ack(w, 0), 40);
	assert_false(read_word(w, 1, 40, &word));
	/* Another register: another question. */
	vgic_sync_begin(w->vcpu[1], 99);
	assert_int_equal(w->vcpu[1]->sync_ticket, 0);
	slice(w, 0);
	assert_false(read_word(w, 1, 40, &word));
	slice(w, 0);
	assert_true(read_word(w, 1, 40, &word));
	assert_true(w_active(word));
	world_end(w);
}

/* The clock wraps. */
TEST(clock_wraps)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;

	vgic_store_seq(&w->gic->sync_clock, UINT32_MAX - 1);
	setup(w, 0, 40, 0x80, false);
	run(w, 0);
	edge(w, 40);
	w->late[0] = true;
	for (unsigned int round = 0; round < 4; round++) {
		assert_false(read_word(w, 1, 40, &word));
		slice(w, 0);
		assert_true(read_word(w, 1, 40, &word));
	}
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_question_without_need),
		cmocka_unit_test(holder_is_asked),
		cmocka_unit_test(old_exits_do_not_count),
		cmocka_unit_test(clock_wraps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
