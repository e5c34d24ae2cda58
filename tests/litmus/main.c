/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/litmus/litmus.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "regs/gicv3.h"
#include "tests/stress/v3.h"

static const struct litmus *const tests[] = {
	&litmus_signals, &litmus_kick, &litmus_entry,
	&litmus_sleep,	 &litmus_read, &litmus_stopped,
};

double litmus_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void litmus_pause(uint64_t *rng, uint32_t most)
{
	for (volatile uint32_t n = draw(rng, most); n; n--) {
	}
}

struct source *litmus_edge(void)
{
	return source_find(0, EDGES, 0);
}

/* True: as it should be. */
static bool play(const struct litmus *test, double seconds, bool broken)
{
	uint64_t violations = test->run(litmus_now() + seconds, broken);

	printf("litmus %s%s: %llu rounds, the contract was %sbroken\n",
	       test->name, broken ? ", broken" : "",
	       (unsigned long long)*test->rounds, violations ? "" : "not ");
	return !violations != broken;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "test", required_argument, NULL, 't' },
		{ "seconds", required_argument, NULL, 's' },
		{ "broken", no_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	const char *name = NULL;
	double seconds = 1;
	bool broken = false, good = true;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't') {
			name = optarg;
		} else if (c == 's') {
			seconds = atof(optarg);
		} else if (c == 'b') {
			broken = true;
		} else {
			return 2;
		}
	}
	vm.alone = true;
	vm.ram = calloc(1, RAM_SIZE);
	must(vm.ram);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		if (!name || !strcmp(name, tests[i]->name)) {
			good &= play(tests[i], seconds, broken);
		}
	}
	return good ? 0 : 1;
}
