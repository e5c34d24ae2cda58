/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/patch.h"
#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/hyp/test.h"

/* Words by GNU as, and what a hypervisor must read out of their patch. */
static const struct {
	uint32_t word;
	uint32_t sysreg;
	bool write;
	unsigned int rt;
} known[] = {
	{ 0xd508c107, GIC_CDDIS, true, 7 },
	{ 0xd508c121, GIC_CDEN, true, 1 },
	{ 0xd508c1ff, GIC_CDEOI, true, 31 },
	{ 0xd508c213, GIC_CDDI, true, 19 },
	{ 0xd508c220, GIC_CDHM, true, 0 },
	{ 0xd528c305, GICR_CDIA, false, 5 },
	{ 0xd528c320, GICR_CDNMIA, false, 0 },
	{ 0xd538ca41, ICC_IDR0_EL1, false, 1 },
	{ 0xd538ca9e, ICC_ICSR_EL1, false, 30 },
	{ 0xd518ca80, ICC_ICSR_EL1, true, 0 },
	{ 0xd518cfe2, ICC_PPI_PRIORITYR8_EL1 + 7, true, 2 },
	{ 0xd519c041, ICC_PCR_EL1, true, 1 },
	{ 0xd539c023, ICC_CR0_EL1, false, 3 },
};

/* Neighbours that must stay as they are. */
static const uint32_t foreign[] = {
	0xd508c1c0, /* SYS, CRm 1, op2 6: unallocated */
	0xd508c300, /* CDIA as SYS rather than SYSL */
	0xd528c100, /* CDDIS as SYSL */
	0xd518ca40, /* write of ICC_IDR0_EL1, read-only */
	0xd539c060, /* ICC_HAPR_EL1, dropped from the architecture */
	0xd538cc00, /* ICC_IAR1_EL1 */
	0xd518cba0, /* ICC_SGI1R_EL1 */
	0xd50cc100, /* GIC VDDIS, EL2's */
	0xd508c000, /* GSB SYS with another Rt */
	0xd503201f, /* NOP */
	0xd4000002, /* HVC #0 */
	0x00000000,
};

static void known_words_say_what_they_were(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		uint32_t patched = patch_word(known[i].word), sysreg;
		unsigned int rt;
		bool write;

		assert_true(A64_IS_HVC(patched));
		assert_true(patch_decode(A64_HVC_GET_IMM(patched), &sysreg,
					 &write, &rt));
		assert_int_equal(sysreg, known[i].sysreg);
		assert_int_equal(write, known[i].write);
		assert_int_equal(rt, known[i].rt);
	}
}

static void foreign_words_stay(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		assert_int_equal(patch_word(foreign[i]), foreign[i]);
		assert_int_equal(patch_original(foreign[i]), foreign[i]);
	}
}

static void barriers_become_hints(void **state)
{
	(void)state;
	assert_int_equal(patch_word(0xd508c01f), 0xd5032fdf);
	assert_int_equal(patch_word(0xd508c03f), 0xd5032fff);
	assert_int_equal(patch_original(0xd5032fdf), 0xd508c01f);
	assert_int_equal(patch_original(0xd5032fff), 0xd508c03f);
}

/* Every word of the system class comes back, and only GICv5's change. */
static void every_system_word_comes_back(void **state)
{
	uint32_t changed = 0;

	(void)state;
	for (uint32_t low = 0; low < 1u << 22; low++) {
		uint32_t word = A64_SYSTEM | low, patched = patch_word(word);

		if (patched != word) {
			changed++;
			assert_int_equal(patch_original(patched), word);
		}
	}
	/*
	 * CD*, acknowledges; registers of EL1 with op1 0, then 1: read, and
	 * written.  And the two GSB.
	 */
	assert_int_equal(changed, (9 + 2 + 32 + 27 + 3 + 3) * 32 + 2);
}

static void only_our_hvcs_decode(void **state)
{
	uint32_t ours = 0;

	(void)state;
	for (uint32_t imm = 0; imm < 1u << 16; imm++) {
		uint32_t sysreg;
		unsigned int rt;
		bool write;

		if (patch_decode(imm, &sysreg, &write, &rt)) {
			assert_int_equal(patch_word(A64_SYSTEM_WORD(
						 sysreg, !write, rt)),
					 A64_HVC(imm));
			ours++;
		}
	}
	assert_int_equal(ours, (9 + 2 + 32 + 27 + 3 + 3) * 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_words_say_what_they_were),
		cmocka_unit_test(foreign_words_stay),
		cmocka_unit_test(barriers_become_hints),
		cmocka_unit_test(every_system_word_comes_back),
		cmocka_unit_test(only_our_hvcs_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
