/* SPDX-License-Identifier: BSD-2-Clause */
/* What one interrupt of a GICv3 guest costs the embedder of the library. */
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
	 * Nanoseconds of one injection into one vCPU: when a single thread
	 * injects, and when two threads inject at the same time.  two_ns is 0
	 * if the host never ran the two threads at the same time.
	 */
	double one_ns, two_ns;
};

void bench_event(struct bench_event *e);

#endif
