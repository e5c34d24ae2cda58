/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting what each call of the library executes. */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>

/* What the program is at from now on; a constant text. */
void latency_label(const char *what);

#endif
