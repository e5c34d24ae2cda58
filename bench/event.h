/* SPDX-License-Identifier: BSD-2-Clause */
/* What one interrupt of a GICv3 costs who embeds the library. */
#ifndef BENCH_EVENT_H
#define BENCH_EVENT_H

struct bench_event {
	/*
	 * Instructions of vgic_inject_irq_entered() for a mapped interrupt,
	 * after the guest has ended the one before.
	 */
	unsigned long mapped;
	/*
	 * Instructions of an emulator for an SPI, from its injection to its
	 * end, with the CPU interface in software.
	 */
	unsigned long emulated;
	/*
	 * Nanoseconds for each injection into one vCPU, by one thread and by
	 * each of two; 0: two never ran at the same time.
	 */
	double one_ns, two_ns;
};

void bench_event(struct bench_event *e);

#endif
