/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is measured, for each architecture: gic2.c or gic3.c, with gicd.c for
 * what they have in common; gic5.c.
 */
#ifndef GUEST_BENCH_BENCH_H
#define GUEST_BENCH_BENCH_H

#include "guest/lib/lib.h"

/* No device drives the line of an SPI from SPI_FIRST on. */
#define SPI_FIRST 192
#define BENCH_NR_SPIS 64
#define BENCH_SGI 1

/* Called once: BENCH_NR_SPIS edge SPIs for CPU 0.  Then on each CPU. */
void bench_open_distributor(void);
void bench_open_interface(void);

/* In the handler: acknowledge, stop the timer if it is the timer's, end. */
void bench_handle(void);

/* Load a register that identifies the distributor or IRS. */
void bench_read(void);

/*
 * An instruction or two with which a CPU handles an IPI that it has sent to
 * itself.  `run` is measured by itself, after `prepare` has led up to it.
 */
struct bench_call {
	const char *name; /* null: the end of the list */
	void (*prepare)(void);
	void (*run)(void);
};

extern const struct bench_call bench_calls[];

/*
 * Interrupts that only some GICs have: `run` makes one pending for CPU 0, after
 * `prepare`.
 */
extern const struct bench_call bench_deliveries[];

/* One SPI for CPU 0; all of them; an IPI to CPU 1. */
void bench_send_spi(void);
void bench_send_spis(void);
void bench_send_ipi(void);

/* Used by gicd.c: the EOI of BENCH_SGI. */
void bench_end_ipi(void);

#endif
