/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/string.h"
#include "tests/hyp/test.h"

static void copies(void **state)
{
	char to[8] = "abcdefg";

	(void)state;
	assert_ptr_equal(memcpy(to, "xyz", 2), to);
	assert_string_equal(to, "xycdefg");
	assert_ptr_equal(memmove(to + 2, to, 5), to + 2);
	assert_string_equal(to, "xyxycde");
	memmove(to, to + 2, 5);
	assert_string_equal(to, "xycdede");
	assert_ptr_equal(memset(to, 0x141, 3), to);
	assert_string_equal(to, "AAAdede");
	memcpy(to, "", 0);
	assert_string_equal(to, "AAAdede");
}

static void comparisons(void **state)
{
	(void)state;
	assert_int_equal(memcmp("abc", "abd", 2), 0);
	assert_true(memcmp("abc", "abd", 3) < 0);
	assert_true(memcmp("\x80", "\x7f", 1) > 0);
	assert_int_equal(strcmp("abc", "abc"), 0);
	assert_true(strcmp("abc", "abcd") < 0);
	assert_true(strcmp("b", "abcd") > 0);
	assert_int_equal(strncmp("abcX", "abcY", 3), 0);
	assert_int_equal(strncmp("ab", "ab", 9), 0);
}

static void searches(void **state)
{
	const char *s = "hello";

	(void)state;
	assert_int_equal(strlen(s), 5);
	assert_int_equal(strnlen(s, 3), 3);
	assert_int_equal(strnlen(s, 30), 5);
	assert_ptr_equal(strchr(s, 'l'), s + 2);
	assert_ptr_equal(strrchr(s, 'l'), s + 3);
	assert_ptr_equal(strchr(s, 0), s + 5);
	assert_ptr_equal(strrchr(s, 0), s + 5);
	assert_null(strchr(s, 'x'));
	assert_null(strrchr(s, 'x'));
	assert_ptr_equal(memchr(s, 'o', 5), s + 4);
	assert_null(memchr(s, 'o', 4));
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		int base;
		unsigned long value;
		size_t used;
		/* clang-format off */
	} rows[] = {
		{ "0", 10, 0, 1 }, { "42x", 10, 42, 2 }, { "x", 10, 0, 0 },
		{ "0x1F", 0, 31, 4 }, { "0x1F", 16, 31, 4 },
		{ "1f", 16, 31, 2 }, { "017", 0, 15, 3 }, { "0xg", 0, 0, 1 },
		{ "18446744073709551615", 10, 18446744073709551615ul, 20 },
		{ "18446744073709551616", 10, 18446744073709551615ul, 20 },
		{ "99999999999999999999999", 10, 18446744073709551615ul,
		  23 },
	};
	/* clang-format on */
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *end;

		assert_true(strtoul(rows[i].text, &end, rows[i].base) ==
			    rows[i].value);
		assert_int_equal(end - rows[i].text, rows[i].used);
	}
	assert_int_equal(strtoul("7", NULL, 10), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(searches),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
