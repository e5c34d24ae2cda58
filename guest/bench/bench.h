/* SPDX-License-Identifier: BSD-2-Clause */
/* What is measured, for each architecture: gic2.c, gic3.c, gic5.c. */
#ifndef GUEST_BENCH_BENCH_H
#define GUEST_BENCH_BENCH_H

#include "guest/lib/lib.h"

#define BENCH_NR_SPIS 64
#define BENCH_SGI 1

/* Once: BENCH_NR_SPIS edge SPIs for CPU 0.  Then on each CPU. */
void bench_open_distributor(void);
void bench_open_interface(void);

/* Acknowledge, stop the timer if it is the timer's, end. */
void bench_handle(void);

/* Load of a register that identifies the distributor or IRS. */
void bench_read(void);

/*
 * What this GIC does with an IPI of this CPU's own: `run`, from where
 * `prepare` leads to.  Without a name: the end of the list.
 */
struct bench_call {
	const char *name;
	void (*prepare)(void);
	void (*run)(void);
};

extern const struct bench_call bench_calls[];

/* One SPI for CPU 0; all of them; an IPI to CPU 1. */
void bench_send_spi(void);
void bench_send_spis(void);
void bench_send_ipi(void);

#endif
