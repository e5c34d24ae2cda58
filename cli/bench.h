/* SPDX-License-Identifier: BSD-2-Clause */
/* What the benchmarks of the GICs share. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "options.h"

struct bench_options {
	bool json;
	bool latency;
	const char *gic;
	const char *qemu;
	const char *cpu;
};

/* A key of --json, and what is to be reached; 0: no figure set. */
struct figure {
	const char *key, *label;
	double goal;
};

/* Two vCPUs on two CPUs, of the machine with the guest's GIC or nearest. */
struct run_options bench_run(const struct bench_options *o);

/* Add to `all` what bench/host.c measures for this GIC. */
void bench_host(const char *gic, json_t *all);

/* One line of a table: its label, then columns, then the goal. */
void bench_label(const struct figure *f);
void bench_value(const json_t *value, int decimals);
void bench_goal(const struct figure *f, const json_t *value);

/* GICv5: add to `all`; show it. */
void bench5_measure(const struct bench_options *o, json_t *all);
void bench5_show(const json_t *all);

#endif
