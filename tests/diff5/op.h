/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: lists of steps that can be made, run, printed and shrunk. */
#ifndef VGIC_TESTS_DIFF5_OP_H
#define VGIC_TESTS_DIFF5_OP_H

#include <stddef.h>
#include <stdio.h>

#include "tests/diff5/world.h"

#define PROGRAM_MAX 1024

enum op_kind {
	OP_ACK,
	OP_HPPIR,
	OP_END,
	OP_READ,
	OP_WRITE,
	OP_COMMAND,
	OP_RCFG,
	OP_IRS_READ,
	OP_IRS_WRITE,
	OP_SETLPI,
	OP_STORE,
	OP_WFI,
	OP_SPI,
	OP_PPI,
	OP_MESSAGE,
	OP_ENTER,
	OP_EXIT,
	OP_PUT,
	OP_MIGRATE,
	OP_RESET_CPU,
	OP_RESET,
	OP_COMPARE,
	OP_SNAPSHOT,
	/* Of hostile guests alone. */
	OP_RAW_READ,
	OP_RAW_WRITE,
	OP_RAW_LOAD,
	OP_RAW_STORE,
	OP_NR_KINDS,
};

/*
 * One step.  It means something in every state of the world, so that any part
 * of a program is a program.
 */
struct op {
	uint8_t kind;
	uint8_t vcpu;
	uint8_t irs;
	uint8_t width;
	uint32_t where; /* encoding, offset, ID or IPA - WORLD_RAM */
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

/* How a program is drawn: differs from one to the next. */
struct profile {
	uint32_t weight[OP_NR_KINDS];
	uint32_t total;
	/* Priorities in use: few make equals, many make deep nesting. */
	uint8_t nr_prios;
	uint8_t prios[32];
	/* How many SPIs and LPIs are in play. */
	uint32_t nr_spis, nr_lpis;
};

struct op_row {
	const char *name;
	uint32_t weight;
	bool hostile;
	void (*draw)(const struct program *p, const struct profile *f,
		     struct rng *rng, struct op *op);
	void (*run)(struct world *w, const struct op *op);
	void (*print)(FILE *out, const struct op *op);
};

extern const struct op_row op_kinds[OP_NR_KINDS];

/* config.hostile is given, the rest is drawn. */
void program_make(struct program *p, struct rng *rng, uint32_t length);

/*
 * Run it in new worlds.
 * @param failure receives the reason, when not null
 * @param stats   is added to, when not null
 * @return number of the step that failed, or -1
 */
int program_run(const struct program *p, bool trace, char failure[256],
		struct world_stats *stats);
void program_print(FILE *out, const struct program *p);
void op_print(FILE *out, const struct op *op);
/* Take out of a failing program what it does not need to fail. */
void program_shrink(struct program *p);

/* kinds.c: an operand of a GIC instruction, and a write of PPI bits. */
uint64_t draw_operand(const struct program *p, const struct profile *f,
		      struct rng *rng, uint32_t enc);
uint64_t draw_prios(const struct profile *f, struct rng *rng);

/* names.c: registers for people. */
const char *name_sysreg(uint32_t enc);
const char *name_irs(uint32_t offset);
void name_intid(char *text, size_t size, uint32_t intid);

#endif
