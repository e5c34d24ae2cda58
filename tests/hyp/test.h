/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_HYP_TEST_H
#define TESTS_HYP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
