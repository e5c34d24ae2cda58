/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/patch.h"
#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/hyp/test.h"

/* Words by GNU as, and what a hypervisor must read out of their patch. */
static const struct {
	const struct patch_set *set;
	uint32_t word;
	uint32_t sysreg;
	bool write;
	unsigned int rt;
} known[] = {
	{ &patch_gicv5, 0xd508c107, GIC_CDDIS, true, 7 },
	{ &patch_gicv5, 0xd508c121, GIC_CDEN, true, 1 },
	{ &patch_gicv5, 0xd508c1ff, GIC_CDEOI, true, 31 },
	{ &patch_gicv5, 0xd508c213, GIC_CDDI, true, 19 },
	{ &patch_gicv5, 0xd508c220, GIC_CDHM, true, 0 },
	{ &patch_gicv5, 0xd528c305, GICR_CDIA, false, 5 },
	{ &patch_gicv5, 0xd528c320, GICR_CDNMIA, false, 0 },
	{ &patch_gicv5, 0xd538ca41, ICC_IDR0_EL1, false, 1 },
	{ &patch_gicv5, 0xd538ca9e, ICC_ICSR_EL1, false, 30 },
	{ &patch_gicv5, 0xd518ca80, ICC_ICSR_EL1, true, 0 },
	{ &patch_gicv5, 0xd518cfe2, ICC_PPI_PRIORITYR8_EL1 + 7, true, 2 },
	{ &patch_gicv5, 0xd519c041, ICC_PCR_EL1, true, 1 },
	{ &patch_gicv5, 0xd539c023, ICC_CR0_EL1, false, 3 },
	{ &patch_gicv3, 0xd538cc00, ICC_IAR1_EL1, false, 0 },
	{ &patch_gicv3, 0xd518cc2a, ICC_EOIR1_EL1, true, 10 },
	{ &patch_gicv3, 0xd518cba3, ICC_SGI1R_EL1, true, 3 },
	{ &patch_gicv3, 0xd518cb20, ICC_DIR_EL1, true, 0 },
	{ &patch_gicv3, 0xd518cca1, ICC_SRE_EL1, true, 1 },
	{ &patch_gicv3, 0xd538cca1, ICC_SRE_EL1, false, 1 },
	{ &patch_gicv3, 0xd518cce0, ICC_IGRPEN1_EL1, true, 0 },
	{ &patch_gicv3, 0xd538c880, ICC_AP0R0_EL1, false, 0 },
	{ &patch_gicv3, 0xd518c97f, ICC_AP1R0_EL1 + 3, true, 31 },
	{ &patch_gicv3, 0xd5184600, ICC_PMR_EL1, true, 0 },
	{ &patch_gicv3, 0xd538461e, ICC_PMR_EL1, false, 30 },
};

/* Neighbours that must stay as they are. */
static const struct {
	const struct patch_set *set;
	uint32_t word;
} foreign[] = {
	{ &patch_gicv5, 0xd508c1c0 }, /* SYS, CRm 1, op2 6: unallocated */
	{ &patch_gicv5, 0xd508c300 }, /* CDIA as SYS rather than SYSL */
	{ &patch_gicv5, 0xd528c100 }, /* CDDIS as SYSL */
	{ &patch_gicv5, 0xd518ca40 }, /* write of ICC_IDR0_EL1, read-only */
	{ &patch_gicv5,
	  0xd539c060 }, /* ICC_HAPR_EL1, dropped from the architecture */
	{ &patch_gicv5, 0xd538cc00 }, /* ICC_IAR1_EL1 */
	{ &patch_gicv5, 0xd518cba0 }, /* ICC_SGI1R_EL1 */
	{ &patch_gicv5, 0xd50cc100 }, /* GIC VDDIS, EL2's */
	{ &patch_gicv5, 0xd508c000 }, /* GSB SYS with another Rt */
	{ &patch_gicv5, 0xd503201f }, /* NOP */
	{ &patch_gicv5, 0xd4000002 }, /* HVC #0 */
	{ &patch_gicv5, 0x00000000 },
	{ &patch_gicv3, 0xd518cc00 }, /* ICC_IAR1_EL1, read-only */
	{ &patch_gicv3, 0xd538cc20 }, /* ICC_EOIR1_EL1, write-only */
	{ &patch_gicv3, 0xd538c9e0 }, /* whose place ICC_PMR_EL1 takes */
	{ &patch_gicv3, 0xd538c9a0 }, /* ICC_NMIAR1_EL1 */
	{ &patch_gicv3, 0xd538c000 }, /* VBAR_EL1 */
	{ &patch_gicv3, 0xd538c100 }, /* ISR_EL1 */
	{ &patch_gicv3, 0xd53bcc00 }, /* op1 3 */
	{ &patch_gicv3, 0xd508c107 }, /* GIC CDDIS */
	{ &patch_gicv3, 0xd508c01f }, /* GSB SYS */
	{ &patch_gicv3, 0xd5032fdf }, /* what it becomes for GICv5 guests */
};

static void known_words_say_what_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint32_t patched = patch_word(known[i].set, known[i].word),
			 sysreg;
		unsigned int rt;
		bool write;

		assert_true(A64_IS_HVC(patched));
		assert_true(patch_decode(known[i].set, A64_HVC_GET_IMM(patched),
					 &sysreg, &write, &rt));
		assert_int_equal(sysreg, known[i].sysreg);
		assert_int_equal(write, known[i].write);
		assert_int_equal(rt, known[i].rt);
	}
}

static void foreign_words_stay(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		assert_int_equal(patch_word(foreign[i].set, foreign[i].word),
				 foreign[i].word);
		assert_int_equal(
			patch_original(foreign[i].set, foreign[i].word),
			foreign[i].word);
	}
}

static void barriers_become_hints(void **state)
{
	(void)state;
	assert_int_equal(patch_word(&patch_gicv5, 0xd508c01f), 0xd5032fdf);
	assert_int_equal(patch_word(&patch_gicv5, 0xd508c03f), 0xd5032fff);
	assert_int_equal(patch_original(&patch_gicv5, 0xd5032fdf), 0xd508c01f);
	assert_int_equal(patch_original(&patch_gicv5, 0xd5032fff), 0xd508c03f);
}

static const struct {
	const struct patch_set *set;
	/* How many words change, for one Rt; and those without one. */
	uint32_t words, singles;
} sets[] = {
	/*
	 * CD*, acknowledges; registers of EL1 with op1 0, then 1: read, and
	 * written.  And the two GSB.
	 */
	{ &patch_gicv5, 9 + 2 + 32 + 27 + 3 + 3, 2 },
	/* CRm 8, 9 and ICC_PMR_EL1, 11, 12: read, and written */
	{ &patch_gicv3, 7 + 5 + 1 + 7 + 6 + 5 + 4 + 6, 0 },
};

/* Every word of the system class comes back, and only the set's change. */
static void every_system_word_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		uint32_t changed = 0;

		for (uint32_t low = 0; low < 1u << 22; low++) {
			uint32_t word = A64_SYSTEM | low;
			uint32_t patched = patch_word(sets[i].set, word);

			if (patched != word) {
				changed++;
				assert_int_equal(
					patch_original(sets[i].set, patched),
					word);
			}
		}
		assert_int_equal(changed, sets[i].words * 32 + sets[i].singles);
	}
}

static void only_our_hvcs_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		uint32_t ours = 0;

		for (uint32_t imm = 0; imm < 1u << 16; imm++) {
			uint32_t sysreg, word;
			unsigned int rt;
			bool write;

			if (!patch_decode(sets[i].set, imm, &sysreg, &write,
					  &rt)) {
				continue;
			}
			word = A64_SYSTEM_WORD(sysreg, !write, rt);
			assert_int_equal(patch_word(sets[i].set, word),
					 A64_HVC(imm));
			ours++;
		}
		assert_int_equal(ours, sets[i].words * 32);
	}
}

/* What is worked out beforehand is what decoding says. */
static void tables_decode_alike(void **state)
{
	static uint16_t table[PATCH_WORDS];

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		patch_fill(sets[i].set, table);
		for (uint32_t imm = 0; imm < 1u << 16; imm++) {
			uint32_t sysreg = 0;
			unsigned int rt = imm & PATCH_Rt_MASK;
			bool write = !(imm & PATCH_READ);

			if (!patch_decode(sets[i].set, imm, &sysreg, &write,
					  &rt)) {
				sysreg = 0;
			}
			assert_int_equal(table[imm >> PATCH_Rt_BITS], sysreg);
			assert_int_equal(write, !(imm & PATCH_READ));
			assert_int_equal(rt, imm & PATCH_Rt_MASK);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_words_say_what_they_were),
		cmocka_unit_test(foreign_words_stay),
		cmocka_unit_test(barriers_become_hints),
		cmocka_unit_test(every_system_word_comes_back),
		cmocka_unit_test(only_our_hvcs_decode),
		cmocka_unit_test(tables_decode_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
