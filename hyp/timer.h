/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software timers.  Each CPU has a list of those that were armed on it, and its
 * EL2 physical timer (CNTHP) is set to the earliest.
 */
#ifndef HYP_TIMER_H
#define HYP_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct cpu;

/*
 * Calls fn(timer) once, at or after `deadline`, at EL2 on the CPU that armed
 * it, with no lock held.  `fn` and `arg` are the owner's to set; the structure
 * must not go away while the timer is armed.
 */
struct timer {
	uint64_t deadline; /* CNTPCT_EL0 */
	void (*fn)(struct timer *timer);
	void *arg; /* for `fn` */
	/* timer.c's own. */
	struct timer *next;
	struct cpu *_Atomic cpu; /* whose list it is in; null: not armed */
};

/*
 * Arm the timer on this CPU.  If it is armed, on any CPU, the old deadline no
 * longer holds.  Any CPU, but not two at a time for one timer.  Takes the
 * timer lock of the CPU concerned.
 */
void timer_arm(struct timer *timer, uint64_t deadline);

/*
 * Disarm; a timer that is not armed stays so.  On return `fn` will not be
 * called for the old deadline, but on another CPU it may be running now.
 */
void timer_cancel(struct timer *timer);

/* The handler of CNTHP's interrupt: call what is due on this CPU. */
void timer_run(void);

/* Turn this CPU's timers off, those of the guest too.  Each CPU, once. */
void timer_init_cpu(void);

/* Microseconds in ticks of CNTPCT_EL0, rounded down. */
uint64_t timer_from_us(uint64_t us);

#endif
