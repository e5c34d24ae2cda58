/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Differential test: random programs of guest accesses, device events, host
 * entries and exits, run on libvgic over modelled CPU interfaces and on a
 * physical GIC, of the architecture that the back-end is for.  A program that
 * tells the two apart is shrunk and printed.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diff/op.h"

#define PROGRAM_LENGTH 400

struct options {
	const struct backend *backend;
	/* Draw one of its architecture's for each program. */
	bool any;
	const char *name;
	uint64_t seed;
	uint64_t steps;
	uint64_t lrs;
	uint64_t depth; /* 0: random programs */
	uint64_t vcpus; /* 0: drawn, mostly one to four */
	bool hostile;
	bool trace;
};

static struct program program;
static char at_work[128];

/* A crash tells which program it was in. */
static void on_crash(int sig)
{
	ssize_t n = write(STDERR_FILENO, at_work, strlen(at_work));

	(void)n;
	signal(sig, SIG_DFL);
	raise(sig);
}

static void usage(FILE *out)
{
	char v3[128];

	snprintf(v3, sizeof(v3), "%s", backend_names(false));
	fprintf(out,
		"usage: vgic-diff [options]\n"
		"  --seed N    start from this seed (default: from the clock)\n"
		"  --steps N   run at least so many steps (default 200000)\n"
		"  --backend NAME  %s\n"
		"              (default: the first), GICv5: %s any-v5\n"
		"  --lrs N     list registers, 1 to 16 (default 4)\n"
		"  --vcpus N   vCPUs, 1 to 8 (default: drawn)\n"
		"  --exhaustive N  all sequences of N steps, small world\n"
		"  --hostile   the guest does anything; only invariants hold\n"
		"  --trace     print every step\n",
		v3, backend_names(true));
}

static bool number(const char *text, uint64_t low, uint64_t high,
		   uint64_t *value)
{
	char *end;

	*value = strtoull(text, &end, 0);
	return *text && !*end && *value >= low && *value <= high;
}

static void set_backend(struct options *o, const char *name)
{
	o->any = strcmp(name, "any-v5") == 0;
	o->name = name;
	o->backend = backend_find(o->any ? "soft-v5" : name);
}

static bool set_number(struct options *o, int option, const char *text)
{
	const struct {
		int option;
		uint64_t low, high;
		uint64_t *to;
	} rows[] = {
		{ 's', 0, UINT64_MAX, &o->seed },
		{ 'n', 1, UINT64_MAX, &o->steps },
		{ 'l', 1, VGIC_MAX_LRS, &o->lrs },
		{ 'v', 1, WORLD_MAX_VCPUS, &o->vcpus },
		{ 'x', 1, PROGRAM_MAX_DEPTH, &o->depth },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].option == option) {
			return number(text, rows[i].low, rows[i].high,
				      rows[i].to);
		}
	}
	return false;
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "backend", required_argument, NULL, 'b' },
		{ "seed", required_argument, NULL, 's' },
		{ "steps", required_argument, NULL, 'n' },
		{ "lrs", required_argument, NULL, 'l' },
		{ "vcpus", required_argument, NULL, 'v' },
		{ "exhaustive", required_argument, NULL, 'x' },
		{ "hostile", no_argument, NULL, 'h' },
		{ "trace", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 'h') {
			o->hostile = true;
		} else if (c == 't') {
			o->trace = true;
		} else if (c == 'b') {
			set_backend(o, optarg);
		} else if (!optarg || !set_number(o, c, optarg)) {
			return false;
		}
	}
	if (o->backend && o->backend->nr_lrs) {
		o->lrs = o->backend->nr_lrs;
	}
	return optind == argc && o->backend;
}

static void make(const struct options *o, uint64_t seed)
{
	struct draw d = { .state = seed, .p = &program };
	const struct backend *b = o->backend;
	uint32_t n;

	for (n = o->any ? rng_below(&d, 16) : 0; n > 0; n--) {
		b = backend_next(b);
	}
	program.config = (struct world_config){
		.backend = b,
		.nr_lrs = (uint8_t)o->lrs,
		.nr_vcpus = (uint8_t)o->vcpus,
		.hostile = o->hostile,
	};
	if (o->vcpus == 0) {
		program.config.nr_vcpus =
			(uint8_t)(1 + rng_below(&d, rng_below(&d, 16) ?
							    4 :
							    WORLD_MAX_VCPUS));
	}
	program_make(&d, PROGRAM_LENGTH);
}

static void report(struct outcome *outcome)
{
	printf("step %d: %s\n", outcome->at, outcome->why);
	fflush(stdout);
	program_shrink(&program, outcome);
	printf("shrunk to %u steps:\n", program.nr_ops);
	program_print(stdout, &program);
	printf("fails at step %d: %s\n", outcome->at, outcome->why);
	printf("the same, step by step:\n");
	program_run(&program, true, outcome, NULL);
}

/* What failed once, with the list registers that are asked for. */
static bool run_known(const struct options *o, uint64_t *stats)
{
	struct outcome outcome;
	const char *name;
	uint32_t n;

	for (n = 0;
	     (name = known_program(&program, n, o->backend, (uint8_t)o->lrs));
	     n++) {
		program_run(&program, o->trace, &outcome, stats);
		if (outcome.at >= 0) {
			printf("%s, lrs %" PRIu64 ": ", name, o->lrs);
			report(&outcome);
			return false;
		}
	}
	return true;
}

static bool run_random(const struct options *o, uint64_t seed, uint64_t *stats)
{
	struct outcome outcome;

	make(o, seed);
	snprintf(at_work, sizeof(at_work),
		 "crash in seed %" PRIu64 ", lrs %" PRIu64 "\n", seed, o->lrs);
	program_run(&program, o->trace, &outcome, stats);
	if (outcome.at < 0) {
		return true;
	}
	printf("seed %" PRIu64 " (--backend %s --seed %" PRIu64
	       " --steps 1 --lrs %" PRIu64,
	       seed, o->name, seed, o->lrs);
	if (o->vcpus) {
		printf(" --vcpus %" PRIu64, o->vcpus);
	}
	printf("%s): ", o->hostile ? " --hostile" : "");
	report(&outcome);
	return false;
}

static int run_exhaustive(const struct options *o)
{
	struct outcome outcome;
	uint64_t sequences;

	if (program_exhaust(&program, o->backend, (uint8_t)o->lrs,
			    (uint32_t)o->depth, &sequences)) {
		printf("exhaustive: lrs %" PRIu64 ", all %" PRIu64
		       " sequences of %" PRIu64 " agree\n",
		       o->lrs, sequences, o->depth);
		return 0;
	}
	program_run(&program, false, &outcome, NULL);
	printf("exhaustive, lrs %" PRIu64 ": ", o->lrs);
	report(&outcome);
	return 1;
}

int main(int argc, char **argv)
{
	struct options o = {
		.seed = (uint64_t)time(NULL),
		.steps = 200000,
		.lrs = 4,
	};
	uint64_t stats[NR_STATS] = { 0 };
	uint64_t steps = 0, seed;

	set_backend(&o, "ich");
	if (!parse(argc, argv, &o)) {
		usage(stderr);
		return 2;
	}
	signal(SIGSEGV, on_crash);
	signal(SIGABRT, on_crash);
	if (o.depth) {
		return run_exhaustive(&o);
	}
	if (!o.hostile && !run_known(&o, stats)) {
		return 1;
	}
	for (seed = o.seed; steps < o.steps; seed++) {
		if (!run_random(&o, seed, stats)) {
			return 1;
		}
		steps += program.nr_ops - program.nr_setup;
	}
	printf("%s %s: lrs %" PRIu64 ", seeds %" PRIu64 "..%" PRIu64
	       ", %" PRIu64 " steps agree",
	       o.hostile ? "hostile" : "diff", o.name, o.lrs, o.seed, seed - 1,
	       steps);
	stats_print(stdout, stats);
	return 0;
}
