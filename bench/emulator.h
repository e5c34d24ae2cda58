/* SPDX-License-Identifier: BSD-2-Clause */
/* What an emulator pays for an interrupt, through vgic/emu.h. */
#ifndef BENCH_EMULATOR_H
#define BENCH_EMULATOR_H

struct bench_emulator {
	/*
	 * Nanoseconds from acknowledging an edge to its EOI, two accesses,
	 * and three of a GICv5's guest: a GICv2's, a GICv3's, a GICv5's.
	 */
	double ns[3];
	/* Nanoseconds of a call of a function that does nothing. */
	double call_ns;
};

void bench_emulator(struct bench_emulator *e);

#endif
