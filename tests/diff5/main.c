/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Differential test of GICv5: random programs of guest accesses, device
 * events, host entries and exits, run on libvgic over modelled CPU interfaces
 * and on a physical GIC.  A program that tells the two apart is shrunk and
 * printed.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/diff5/op.h"

#define PROGRAM_LENGTH 400

struct options {
	const struct backend *backend; /* null: drawn */
	uint64_t seed;
	uint64_t steps;
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
	fprintf(out,
		"usage: vgic-diff5 [options]\n"
		"  --backend NAME  model, ich5 or soft (default: drawn)\n"
		"  --seed N    start from this seed (default: from the clock)\n"
		"  --steps N   run at least so many steps (default 200000)\n"
		"  --hostile   the guest does anything; only invariants hold\n"
		"  --trace     print every step (of one seed's program, with\n"
		"              --steps 1)\n");
}

static bool number(const char *text, uint64_t low, uint64_t *value)
{
	char *end;

	*value = strtoull(text, &end, 0);
	return *text && !*end && *value >= low;
}

static bool parse(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "backend", required_argument, NULL, 'b' },
		{ "seed", required_argument, NULL, 's' },
		{ "steps", required_argument, NULL, 'n' },
		{ "hostile", no_argument, NULL, 'h' },
		{ "trace", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	bool good = true;
	int c;

	while (good && (c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 'b':
			o->backend = backend_find(optarg);
			good = o->backend;
			break;
		case 's':
			good = number(optarg, 0, &o->seed);
			break;
		case 'n':
			good = number(optarg, 1, &o->steps);
			break;
		case 'h':
			o->hostile = true;
			break;
		case 't':
			o->trace = true;
			break;
		default:
			good = false;
			break;
		}
	}
	return good && optind == argc;
}

static void report(const struct options *o, uint64_t seed, int at,
		   const char *why)
{
	char failure[256] = "";

	printf("seed %" PRIu64 " (--seed %" PRIu64 " --steps 1%s%s%s): step"
	       " %d: %s\n",
	       seed, seed, o->hostile ? " --hostile" : "",
	       o->backend ? " --backend " : "",
	       o->backend ? o->backend->name : "", at, why);
	fflush(stdout);
	program_shrink(&program);
	at = program_run(&program, false, failure, NULL);
	printf("shrunk to %u steps:\n", program.nr_ops);
	program_print(stdout, &program);
	printf("fails at step %d: %s\n", at, failure);
	printf("the same, step by step:\n");
	program_run(&program, true, NULL, NULL);
}

int main(int argc, char **argv)
{
	struct options o = { .seed = (uint64_t)time(NULL), .steps = 200000 };
	struct world_stats stats = { 0 };
	uint64_t steps = 0, seed;
	char why[256];

	if (!parse(argc, argv, &o)) {
		usage(stderr);
		return 2;
	}
	signal(SIGSEGV, on_crash);
	signal(SIGABRT, on_crash);
	for (seed = o.seed; steps < o.steps; seed++) {
		struct rng rng = { .state = seed };
		int at;

		program.config = (struct world_config){
			.backend = o.backend,
			.hostile = o.hostile,
		};
		program_make(&program, &rng, PROGRAM_LENGTH);
		snprintf(at_work, sizeof(at_work),
			 "crash in seed %" PRIu64 "\n", seed);
		at = program_run(&program, o.trace, why, &stats);
		if (at >= 0) {
			report(&o, seed, at, why);
			return 1;
		}
		steps += program.nr_ops - program.nr_setup;
	}
	printf("%s, %s: seeds %" PRIu64 "..%" PRIu64 ", %" PRIu64
	       " steps agree: %" PRIu64
	       " values compared, acknowledged %" PRIu64 " PPIs, %" PRIu64
	       " SPIs, %" PRIu64 " LPIs, %" PRIu64 " wake-ups, %" PRIu64
	       " forced exits, %" PRIu64 " accesses"
	       " without one\n",
	       o.hostile ? "hostile" : "diff5",
	       o.backend ? o.backend->name : "any", o.seed, seed - 1, steps,
	       stats.compared, stats.acks[GICV5_INTID_TYPE_PPI],
	       stats.acks[GICV5_INTID_TYPE_SPI],
	       stats.acks[GICV5_INTID_TYPE_LPI], stats.wakes,
	       stats.forced_exits, stats.entered);
	return 0;
}
