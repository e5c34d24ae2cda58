/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting instructions on the host that this program runs on. */
#ifndef BENCH_STEPS_H
#define BENCH_STEPS_H

/*
 * How many instructions a call of `run` executes, its own and those of all that
 * it calls.  It is called in a child process, which is stepped by ptrace: what
 * it changes is lost.  The same in every run, whatever else this host does.
 */
unsigned long bench_steps(void (*run)(void));

#endif
