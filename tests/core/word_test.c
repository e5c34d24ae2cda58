/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/word.h: fields apart, and requests merged in all combinations. */
#include "tests/machine/test.h"

TEST(fields_do_not_touch)
{
	static const uint64_t fields[] = {
		W_PLACE_MASK, W_ACTPRIO_MASK, W_PRIO_MASK, W_TARGET_MASK,
		W_OWNER_MASK, W_PEND,	      W_LINE,	   W_ACTIVE,
		W_ENABLE,     W_GATE1,	      W_LEVEL,	   W_HW,
		W_SIDE,	      W_DVI,	      W_IRM,	   W_ACKED,
		W_NEW,	      W_UNPEND,	      W_DOACT,	   W_DEACT,
		W_WIRE,	      W_PHYS,	      W_FIRED,
	};
	uint64_t all = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		assert_int_equal(all & fields[i], 0);
		all |= fields[i];
	}
}

TEST(setters_keep_the_rest)
{
	static const uint64_t words[] = { 0, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint64_t m = words[i];

		assert_int_equal(w_target(w_set_target(m, 511)), 511);
		assert_int_equal(w_owner(w_set_owner(m, 511)), 511);
		assert_int_equal(w_prio(w_set_prio(m, 0xa8)), 0xa8);
		assert_int_equal(w_actprio(w_set_actprio(m, 0x58)), 0x58);
		assert_int_equal(w_place(w_set_place(m, PLACE_STACK)),
				 PLACE_STACK);
		assert_int_equal(w_set_target(m, 511) & ~W_TARGET_MASK,
				 m & ~W_TARGET_MASK);
		assert_int_equal(w_set_owner(m, 511) & ~W_OWNER_MASK,
				 m & ~W_OWNER_MASK);
		/* Three bits of a priority are not there. */
		assert_int_equal(w_set_prio(m, 0xff) & ~W_PRIO_MASK,
				 m & ~W_PRIO_MASK);
		assert_int_equal(w_set_actprio(m, 0xff) & ~W_ACTPRIO_MASK,
				 m & ~W_ACTPRIO_MASK);
	}
}

/* Settling changes what is read in nothing, and leaves no request. */
TEST(settled_reads_the_same)
{
	static const uint64_t bits[] = { W_PEND,   W_ACTIVE, W_NEW,
					 W_UNPEND, W_DOACT,  W_DEACT,
					 W_LEVEL,  W_LINE,   W_ACKED };
	const size_t n = sizeof(bits) / sizeof(bits[0]);

	(void)state;
	for (uint32_t pick = 0; pick < 1u << n; pick++) {
		uint64_t word = 0, settled;

		for (size_t i = 0; i < n; i++) {
			word |= pick & 1u << i ? bits[i] : 0;
		}
		settled = w_settle(word);
		assert_int_equal(settled & W_REQUESTS, 0);
		assert_int_equal(w_pending(settled), w_pending(word));
		assert_int_equal(w_active(settled), w_active(word));
		assert_int_equal(w_settle(settled), settled);
		/* An acknowledge is forgotten with the activation. */
		assert_true(w_active(settled) || !(settled & W_ACKED));
	}
}

/* Activated by software, at the priority of that moment. */
TEST(activation_by_request)
{
	uint64_t word = w_set_prio(W_DOACT | W_ACKED, 0x48);

	(void)state;
	word = w_settle(word);
	assert_int_equal(w_actprio(word), 0x48);
	assert_false(word & W_ACKED);
	/* What the guest acknowledged stays so. */
	word = w_set_prio(w_set_actprio(W_DOACT | W_ACTIVE | W_ACKED, 0x10),
			  0x48);
	word = w_settle(word);
	assert_int_equal(w_actprio(word), 0x10);
	assert_true(word & W_ACKED);
}

TEST(wanted)
{
	uint64_t word = w_set_target(W_PEND | W_ENABLE, 3);

	(void)state;
	assert_true(w_wanted(word));
	assert_false(w_wanted(word & ~W_PEND));
	assert_false(w_wanted(word & ~W_ENABLE));
	assert_false(w_wanted(word | W_ACTIVE));
	assert_false(w_wanted(w_set_target(word, VGIC_NOWHERE)));
	assert_true(w_wanted((word & ~W_PEND) | W_LEVEL | W_LINE));
	assert_false(w_wanted((word & ~W_PEND) | W_LINE));
	assert_false(w_stranded(w_set_target(word, VGIC_NOWHERE)));
	assert_true(w_stranded(w_set_target(word | W_IRM, VGIC_NOWHERE)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_do_not_touch),
		cmocka_unit_test(setters_keep_the_rest),
		cmocka_unit_test(settled_reads_the_same),
		cmocka_unit_test(activation_by_request),
		cmocka_unit_test(wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
