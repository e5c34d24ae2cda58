/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: lists of steps that can be made, run, printed and shrunk. */
#ifndef VGIC_TESTS_DIFF_OP_H
#define VGIC_TESTS_DIFF_OP_H

#include <stddef.h>
#include <stdio.h>

#include "tests/diff/world.h"

#define PROGRAM_MAX 1024
/* Of program_exhaust(). */
#define PROGRAM_MAX_DEPTH 8

/*
 * One step.  It means something in every state of the world: a step that is
 * not legal at its time does nothing, so that any part of a program is a
 * program.
 */
struct op {
	uint8_t kind;
	uint8_t vcpu;
	int8_t frame; /* MMIO: redistributor, or -1 */
	uint8_t width;
	uint32_t where; /* register, offset or INTID */
	uint64_t value;
};

struct program {
	struct world_config config;
	uint32_t nr_ops;
	/* The first ones set the GIC up and do not count as steps. */
	uint32_t nr_setup;
	struct op ops[PROGRAM_MAX];
};

/* A generator of random numbers; the whole of a program's randomness. */
struct rng {
	uint64_t state;
};

uint64_t rng_next(struct rng *rng);
/* 0 .. n-1 */
uint32_t rng_below(struct rng *rng, uint32_t n);

/*
 * config's backend, nr_lrs, nr_vcpus and hostile are given, the rest is
 * drawn.
 */
void program_make(struct program *p, struct rng *rng, uint32_t length);

/* The n-th of the programs that failed once; null: there are no more. */
const char *known_program(struct program *p, uint32_t n,
			  const struct backend *backend, uint8_t nr_lrs);

/*
 * Every sequence of `depth` letters in a small world, in both EOI modes.
 * False: `p` is one that tells the two worlds apart.
 */
bool program_exhaust(struct program *p, const struct backend *backend,
		     uint8_t nr_lrs, uint32_t depth, uint64_t *sequences);

/* How a run ended. */
struct outcome {
	/* Number of the step that failed, or -1. */
	int at;
	/* What failed, as a constant, and in words. */
	const char *kind;
	char why[256];
};

/* Run it in new worlds.  @param stats is added to, when not null */
void program_run(const struct program *p, bool trace, struct outcome *outcome,
		 struct world_stats *stats);

void op_print(FILE *out, const struct op *op);
void program_print(FILE *out, const struct program *p);

/* Take out of a failing program what it does not need to fail as it does. */
void program_shrink(struct program *p, struct outcome *outcome);

#endif
