/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A deterministic scheduler that runs a small program of a few threads again
 * and again, each time in another order, until every order with at most so
 * many preemptions has been seen.
 */
#ifndef VGIC_TESTS_INTERLEAVE_SCHED_H
#define VGIC_TESTS_INTERLEAVE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#define SCHED_THREADS 3

struct sched_program {
	const char *name;
	/* Times a thread may be interrupted though it could go on. */
	unsigned int preemptions;
	/* Null ends the threads. */
	void (*thread[SCHED_THREADS])(void);
	void (*begin)(void);
	/* After the last thread has ended. */
	void (*end)(void);
};

/* Run all orders.  False: one failed; it has been printed. */
bool sched_explore(const struct sched_program *program, uint64_t *orders);
/* In a program: this order is wrong. */
void sched_fail(const char *what);
/* In a thread: nothing to do until somebody else has run. */
void sched_wait(void);

#endif
