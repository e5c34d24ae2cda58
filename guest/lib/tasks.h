/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work for other CPUs: each waits for a task, runs it, and waits for the next.
 * Only one CPU gives tasks at a time.
 */
#ifndef GUEST_LIB_TASKS_H
#define GUEST_LIB_TASKS_H

#include "guest/port.h"

/*
 * Start all CPUs but this one; each calls `open` first, with interrupts masked.
 * False when one does not come.
 */
bool tasks_start(void (*open)(void));

/* Run a task on a CPU, which may be this one, and wait for its end. */
void task_on(unsigned int cpu, void (*task)(void));
/* The same in two parts, for another CPU. */
void task_post(unsigned int cpu, void (*task)(void));
void task_join(unsigned int cpu);
/* Run it on all CPUs at once, this one included. */
void task_on_all(void (*task)(void));

#endif
