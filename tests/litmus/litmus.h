/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an embedder may rely on (vgic.h, "Memory order"), one line of the
 * contract after the other, with threads on this host.  The vGIC and the guest
 * on it are those of tests/stress.
 *
 * Each test can be broken: then the library, or the embedder, does what the
 * contract is there to exclude, and the test has to see it.
 */
#ifndef VGIC_TESTS_LITMUS_H
#define VGIC_TESTS_LITMUS_H

#include "tests/stress/stress.h"

struct litmus {
	const char *name;
	/* Until `end` (see litmus_now()); how often the contract was broken. */
	uint64_t (*run)(double end, bool broken);
	/* How often it was tried, by the last run. */
	uint64_t *rounds;
};

extern const struct litmus litmus_signals, litmus_kick, litmus_entry,
	litmus_sleep, litmus_read, litmus_stopped;

/* A GICv3 whose SPIs come by irqfds. */
extern const struct machine irqfd_machine;
void irqfd_signal(const struct source *s);

/* Seconds, of a clock that only goes on. */
double litmus_now(void);
/* Some time, up to `most` turns of a loop that does nothing. */
void litmus_pause(uint64_t *rng, uint32_t most);
/* The first SPI that is accounted for, and is an edge. */
struct source *litmus_edge(void);

/* What has not happened after so long will not happen. */
#define LITMUS_LIMIT_S 5.0

#endif
