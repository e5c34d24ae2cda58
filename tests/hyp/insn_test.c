/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/insn.h"
#include "tests/hyp/test.h"

#define SP 31
#define XZR 31

/* Encodings by GNU as. */
static const struct {
	const char *text;
	uint32_t insn;
	struct access access;
	/* clang-format off */
} known[] = {
	{ "ldr x1, [x2], #8", 0xf8408441,
	  { 1, { 1 }, 8, false, false, true, 2, true, 0, 8 } },
	{ "ldr w1, [x2, #-4]!", 0xb85fcc41,
	  { 1, { 1 }, 4, false, false, false, 2, true, -4, -4 } },
	{ "str x3, [sp], #-16", 0xf81f07e3,
	  { 1, { 3 }, 8, true, false, true, SP, true, 0, -16 } },
	{ "strb wzr, [x5, #1]!", 0x38001cbf,
	  { 1, { XZR }, 1, true, false, false, 5, true, 1, 1 } },
	{ "ldrsb x6, [x7], #1", 0x388014e6,
	  { 1, { 6 }, 1, false, true, true, 7, true, 0, 1 } },
	{ "ldrsb w6, [x7], #1", 0x38c014e6,
	  { 1, { 6 }, 1, false, true, false, 7, true, 0, 1 } },
	{ "ldrsh x8, [x9, #2]!", 0x78802d28,
	  { 1, { 8 }, 2, false, true, true, 9, true, 2, 2 } },
	{ "ldrsw x10, [x11], #4", 0xb880456a,
	  { 1, { 10 }, 4, false, true, true, 11, true, 0, 4 } },
	{ "ldurh w12, [x13, #-256]", 0x785001ac,
	  { 1, { 12 }, 2, false, false, false, 13, false, -256, -256 } },
	{ "ldtr x1, [x2, #3]", 0xf8403841,
	  { 1, { 1 }, 8, false, false, true, 2, false, 3, 3 } },
	{ "ldr x14, [x15, #32760]", 0xf97ffdee,
	  { 1, { 14 }, 8, false, false, true, 15, false, 32760, 0 } },
	{ "ldrb w16, [x17, #4095]", 0x397ffe30,
	  { 1, { 16 }, 1, false, false, false, 17, false, 4095, 0 } },
	{ "ldp x0, x1, [x2]", 0xa9400440,
	  { 2, { 0, 1 }, 8, false, false, true, 2, false, 0, 0 } },
	{ "ldp w3, w4, [x5, #-256]!", 0x29e010a3,
	  { 2, { 3, 4 }, 4, false, false, false, 5, true, -256, -256 } },
	{ "stp x6, xzr, [sp], #504", 0xa89fffe6,
	  { 2, { 6, XZR }, 8, true, false, true, SP, true, 0, 504 } },
	{ "ldpsw x8, x9, [x10, #8]", 0x69412548,
	  { 2, { 8, 9 }, 4, false, true, true, 10, false, 8, 8 } },
	{ "ldnp x11, x12, [x13, #16]", 0xa84131ab,
	  { 2, { 11, 12 }, 8, false, false, true, 13, false, 16, 16 } },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void decodes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(known); i++) {
		const struct access *want = &known[i].access;
		struct access got;

		print_message("%s\n", known[i].text);
		assert_true(insn_decode(known[i].insn, &got));
		assert_int_equal(got.nr_regs, want->nr_regs);
		assert_int_equal(got.reg[0], want->reg[0]);
		assert_int_equal(got.reg[1], want->reg[1]);
		assert_int_equal(got.width, want->width);
		assert_int_equal(got.write, want->write);
		assert_int_equal(got.sign_extend, want->sign_extend);
		/* Without a meaning for stores. */
		if (!want->write) {
			assert_int_equal(got.wide, want->wide);
		}
		assert_int_equal(got.base, want->base);
		assert_int_equal(got.write_back, want->write_back);
		assert_int_equal(got.offset, want->offset);
		if (want->write_back) {
			assert_int_equal(got.increment, want->increment);
		}
	}
}

static void refuses(void **state)
{
	static const uint32_t others[] = {
		0xf9800000, /* prfm */
		0xf8801000, /* prfum */
		0x3cc10420, /* ldr q0, [x1], #16 */
		0xad400440, /* ldp q0, q1, [x2] */
		0xc85f7c20, /* ldxr */
		0xf8626820, /* ldr x0, [x1, x2]: has a syndrome */
		0xf8200041, /* ldadd */
		0x69000000, /* stgp */
		0x8b020020, /* add */
		0x00000000, 0xffffffff,
	};
	struct access access;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(others); i++) {
		assert_false(insn_decode(others[i], &access));
	}
}

/* ISV, SAS, SSE, SRT, SF, WnR at their places. */
static uint64_t iss(unsigned int sas, bool sse, unsigned int srt, bool sf,
		    bool wnr)
{
	return UINT64_C(1) << 24 | (uint64_t)sas << 22 | (uint64_t)sse << 21 |
	       (uint64_t)srt << 16 | (uint64_t)sf << 15 | (uint64_t)wnr << 6;
}

static void syndromes(void **state)
{
	struct access access;
	unsigned int sas;

	(void)state;
	for (sas = 0; sas < 4; sas++) {
		insn_from_syndrome(iss(sas, false, 30, true, true), &access);
		assert_int_equal(access.width, 1 << sas);
		assert_int_equal(access.reg[0], 30);
		assert_int_equal(access.nr_regs, 1);
		assert_true(access.write);
		assert_false(access.write_back);
	}
	insn_from_syndrome(iss(0, true, 0, false, false), &access);
	assert_true(access.sign_extend);
	assert_false(access.wide);
	assert_false(access.write);
}

static void loads(void **state)
{
	static const struct {
		unsigned int sas;
		bool sse, sf;
		uint64_t data, want;
	} rows[] = {
		{ 0, false, false, 0x80, 0x80 },
		{ 0, true, false, 0x80, 0xffffff80 },
		{ 0, true, true, 0x80, 0xffffffffffffff80 },
		{ 1, true, true, 0x7fff, 0x7fff },
		{ 1, true, false, 0x8000, 0xffff8000 },
		{ 2, true, true, 0x80000000, 0xffffffff80000000 },
		{ 2, false, true, 0x80000000, 0x80000000 },
		{ 3, false, true, 0x8000000000000001, 0x8000000000000001 },
		/* A device hands back more than was asked for. */
		{ 0, false, true, 0x1234, 0x34 },
		{ 2, false, false, 0xaaaaaaaabbbbbbbb, 0xbbbbbbbb },
	};
	struct access access;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		insn_from_syndrome(
			iss(rows[i].sas, rows[i].sse, 1, rows[i].sf, false),
			&access);
		assert_true(insn_loaded(&access, rows[i].data) == rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(refuses),
		cmocka_unit_test(syndromes),
		cmocka_unit_test(loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
