/* SPDX-License-Identifier: BSD-2-Clause */
/* A test's beginning and end in one line each. */
#ifndef VGIC_TESTS_CORE_TEST_H
#define VGIC_TESTS_CORE_TEST_H

#include "world.h"

#define TEST(name) static void name(void **state)
#define WORLD(...) \
	struct world *w = world_new(&(struct world_config){ __VA_ARGS__ }); \
	(void)state

#endif
