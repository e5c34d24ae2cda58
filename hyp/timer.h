/* SPDX-License-Identifier: BSD-2-Clause */
/* Software timers, on the EL2 physical timer of each CPU. */
#ifndef HYP_TIMER_H
#define HYP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;

/*
 * Runs `fn` at or after `deadline` (CNTPCT ticks), on the CPU that armed it,
 * at EL2, once.
 */
struct timer {
	uint64_t deadline;
	void (*fn)(struct timer *timer);
	void *arg;
	/* Private to timer.c. */
	struct timer *next;
	struct cpu *_Atomic cpu; /* on whose list; null: not armed */
};

/* Arm, or arm anew.  Any CPU; not concurrently for the same timer. */
void timer_arm(struct timer *timer, uint64_t deadline);

/*
 * Disarm.  When it returns, `fn` does not run on this CPU for the old
 * deadline; on another CPU it may just be running.
 */
void timer_cancel(struct timer *timer);

/* Run what is due on this CPU, and program the next deadline. */
void timer_run(void);

/* This CPU's timers: off. */
void timer_init_cpu(void);

uint64_t timer_from_us(uint64_t us);

#endif
