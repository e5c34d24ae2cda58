/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of steps. */
#ifndef VGIC_TESTS_DIFF_KINDS_H
#define VGIC_TESTS_DIFF_KINDS_H

#include "tests/diff/op.h"

enum op_kind {
	OP_IAR,
	OP_EOI,
	OP_DIR,
	OP_HPPIR,
	OP_READ,
	OP_WRITE,
	OP_SGI,
	OP_MMIO_READ,
	OP_MMIO_WRITE,
	OP_WFI,
	OP_LINE,
	OP_ENTER,
	OP_EXIT,
	OP_PUT,
	OP_MIGRATE,
	OP_COMPARE,
	OP_LATE,
	OP_SNAPSHOT,
	OP_CPU_RESET,
	OP_RESET,
	/* Of hostile guests alone. */
	OP_RAW_READ,
	OP_RAW_WRITE,
	OP_RAW_LOAD,
	OP_RAW_STORE,
	OP_NR_KINDS,
};

/* How a program is drawn: differs from one to the next. */
struct profile {
	uint32_t weight[OP_NR_KINDS];
	uint32_t total;
	/* Priorities in use: few make equals, many make deep nesting. */
	uint8_t nr_prios;
	uint8_t prios[32];
	/* EOImode after a boot. */
	bool eoimode;
	/* In 16ths, how often group 1 is meant. */
	uint32_t group1;
	/* In 16ths, how often a register write carries many bits. */
	uint32_t dense;
	/* A program in which CPUs, or the system, are reset. */
	bool resets;
	/* There are stretches of interrupts that preempt one another. */
	bool nests;
};

struct op_row {
	const char *name;
	uint32_t weight;
	bool hostile;
	void (*draw)(const struct program *p, const struct profile *profile,
		     struct rng *rng, struct op *op);
	void (*run)(struct world *w, const struct op *op);
	void (*print)(FILE *out, const struct op *op);
};

extern const struct op_row op_kinds[OP_NR_KINDS];

/* A store to GICD_IROUTER of `intid`: to vCPU `v`. */
void op_route(const struct program *p, uint32_t v, uint32_t intid,
	      struct op *op);
/* The same: to a vCPU, nobody, or any. */
void draw_route(const struct program *p, struct rng *rng, uint32_t intid,
		struct op *op);

/* names.c: registers for people. */
const char *name_sysreg(uint32_t enc);
void name_mmio(char *text, size_t size, int frame, uint32_t offset);

#endif
