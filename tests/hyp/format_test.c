/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/format.h"
#include "tests/hyp/test.h"

#define CHECK(expected, ...) \
	do { \
		char text_[80] = ""; \
		struct format_buffer buffer_ = { text_, sizeof(text_), 0 }; \
		format_add(&buffer_, __VA_ARGS__); \
		assert_string_equal(text_, expected); \
		assert_int_equal(buffer_.used, sizeof(expected) - 1); \
	} while (0)

static void conversions(void **state)
{
	(void)state;
	CHECK("a text, x, 100%", "%s, %c, %d%%", "a text", 'x', 100);
	CHECK("-1 -2147483648 4294967295", "%d %d %u", -1, -2147483647 - 1,
	      4294967295u);
	CHECK("-9223372036854775808", "%lld", -9223372036854775807ll - 1);
	CHECK("18446744073709551615", "%llu", ~0ull);
	CHECK("ffffffffffffffff 0", "%lx %x", ~0ul, 0u);
	CHECK("0x1000", "%p", (void *)0x1000);
}

static void widths(void **state)
{
	(void)state;
	CHECK("   7|0007|-007|  -7|12345", "%4d|%04d|%04d|%4d|%4d", 7, 7, -7,
	      -7, 12345);
	CHECK("  ab|abc", "%4s|%2s", "ab", "abc");
	CHECK("00000000deadbeef", "%016llx", 0xdeadbeefull);
}

static void cut_off(void **state)
{
	char text[4] = "";
	struct format_buffer buffer = { text, sizeof(text), 0 };

	(void)state;
	format_add(&buffer, "%d", 12345);
	format_add(&buffer, "6");
	assert_string_equal(text, "123");
	assert_int_equal(buffer.used, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversions),
		cmocka_unit_test(widths),
		cmocka_unit_test(cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
