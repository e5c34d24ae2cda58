/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/sync.c: exact reads of another vCPU's list registers. */
#include "core/sync.h"
#include "tests/machine/test.h"

static bool read_word(struct machine *m, uint32_t v, uint32_t intid,
		      uint64_t *word)
{
	vgic_sync_begin(m->vcpu[v], 1 + intid);
	if (!vgic_sync_word(m->vcpu[v], vgic_irq_index(m->gic, 0, intid),
			    word)) {
		return false;
	}
	vgic_sync_end(m->vcpu[v]);
	return true;
}

/* What no running vCPU holds is read at once, and nobody is disturbed. */
TEST(no_question_without_need)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;
	uint32_t kicks;

	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	kicks = m->kicks[0];
	assert_true(read_word(m, 1, 40, &word));
	assert_true(w_pending(word));
	run(m, 0);
	stop(m, 0);
	/* In a register, of a vCPU that is out. */
	assert_place(m, 0, 40, "lr");
	assert_true(read_word(m, 1, 40, &word));
	assert_true(w_pending(word));
	/* In a register of its own. */
	assert_true(read_word(m, 0, 40, &word));
	assert_int_equal(m->kicks[0], kicks);
	machine_end(m);
}

/* The holder runs: it is asked, once, and the answer is what is true. */
TEST(holder_is_asked)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;
	uint32_t kicks;

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	m->late[0] = true;
	assert_int_equal(guest_ack(m, 0), 40);
	kicks = m->kicks[0];
	assert_false(read_word(m, 1, 40, &word));
	assert_false(read_word(m, 1, 40, &word));
	assert_int_equal(m->kicks[0], kicks + 1);
	m->late[0] = false;
	machine_serve(m, 0);
	/* It is in guest code again, and the answer still holds. */
	assert_true(m->in_guest[0]);
	assert_true(read_word(m, 1, 40, &word));
	assert_true(w_active(word));
	assert_false(w_pending(word));
	machine_end(m);
}

/* An exit from before the question is no answer. */
TEST(old_exits_do_not_count)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	slice(m, 0);
	m->late[0] = true;
	assert_int_equal(guest_ack(m, 0), 40);
	assert_false(read_word(m, 1, 40, &word));
	/* Another register: another question. */
	vgic_sync_begin(m->vcpu[1], 99);
	assert_int_equal(m->vcpu[1]->sync_ticket, 0);
	slice(m, 0);
	assert_false(read_word(m, 1, 40, &word));
	slice(m, 0);
	assert_true(read_word(m, 1, 40, &word));
	assert_true(w_active(word));
	machine_end(m);
}

/* The clock wraps. */
TEST(clock_wraps)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint64_t word;

	vgic_store_seq(&m->gic->sync_clock, UINT32_MAX - 1);
	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	m->late[0] = true;
	for (unsigned int round = 0; round < 4; round++) {
		assert_false(read_word(m, 1, 40, &word));
		slice(m, 0);
		assert_true(read_word(m, 1, 40, &word));
	}
	machine_end(m);
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
