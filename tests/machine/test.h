/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine in tests for cmocka: a test's beginning and end in a line. */
#ifndef VGIC_TESTS_MACHINE_TEST_H
#define VGIC_TESTS_MACHINE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/machine/machine.h"

#define SPURIOUS GIC_INTID_SPURIOUS

#define TEST(name) static void name(void **state)
/* Declares m, the machine that is made so. */
#define MACHINE(...) \
	struct machine *m = machine_new(CONFIG(__VA_ARGS__)); \
	(void)state
#define CONFIG(...) \
	(&(struct machine_config){ .fail = test_fails, \
				   .entered = getenv("MACHINE_ENTERED"), \
				   __VA_ARGS__ })

/* With the test's own set_up() and tear_down(). */
#define machine_test(name) \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline void test_fails(const char *file, int line, const char *what)
{
	_assert_true(0, what, file, line);
}

/* Priority of the nth of interrupts that nest, each more urgent. */
static inline uint32_t nesting(uint32_t n)
{
	return 0xf8 - 8 * n;
}

/* SPI 32 + n, an edge of that priority, comes and is acknowledged. */
static inline void take(struct machine *m, uint32_t n)
{
	setup(m, 0, 32 + n, nesting(n), false);
	edge(m, 32 + n);
	assert_int_equal(guest_ack(m, 0), 32 + n);
}

/* SPIs 32 to 32 + count - 1, each within the handler of the one before. */
static inline void nest(struct machine *m, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		take(m, n);
	}
}

/* vCPU 0 runs, and the line of SPI 40, level-sensitive, goes up. */
static inline void raise_level(struct machine *m, uint32_t prio)
{
	setup(m, 0, 40, prio, true);
	run(m, 0);
	line(m, 40, true);
}

/* The same of the physical interrupt that SPI 40 is mapped to. */
static inline void raise_mapped(struct machine *m, uint32_t prio)
{
	setup(m, 0, 40, prio, true);
	map(m, 0, 40);
	run(m, 0);
	phys_line(m, 40, true);
}

#define assert_hex(a, b) \
	assert_int_equal((unsigned long long)(a), (unsigned long long)(b))
/* Place as in vgic_irq_info. */
#define assert_place(m, v, intid, where) \
	assert_string_equal(info_of(m, v, intid).place, where)
/* Exactly so many mistakes are counted for what `action` does. */
#define assert_mistakes(m, n, action) \
	do { \
		uint64_t before_ = mistakes(m); \
		action; \
		assert_int_equal(mistakes(m) - before_, n); \
	} while (0)

#endif
