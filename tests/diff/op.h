/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs: lists of steps that can be made, run, printed and shrunk; and the
 * table of what an architecture puts into that.
 */
#ifndef VGIC_TESTS_DIFF_OP_H
#define VGIC_TESTS_DIFF_OP_H

#include <stddef.h>
#include <stdio.h>

#include "tests/diff/world.h"

#define PROGRAM_MAX 1024
/* Steps that a guest's boot takes at most. */
#define SETUP_MAX 256
/* Of program_exhaust(). */
#define PROGRAM_MAX_DEPTH 8
#define OP_MAX_KINDS 32u

/* The kinds that every architecture has, and then those of each. */
enum op_kind {
	OP_ACK,
	OP_END,
	OP_HPPIR,
	OP_READ,
	OP_WRITE,
	OP_LOAD,
	OP_STORE,
	OP_WFI,
	OP_LINE,
	OP_ENTER,
	OP_EXIT,
	OP_PUT,
	OP_MIGRATE,
	OP_COMPARE,
	OP_SNAPSHOT,
	OP_RESET_CPU,
	OP_RESET,
	/* Of hostile guests alone. */
	OP_RAW_READ,
	OP_RAW_WRITE,
	OP_RAW_LOAD,
	OP_RAW_STORE,
	OP_NR_COMMON,

	OP_DIR = OP_NR_COMMON,
	OP_SGI,
	OP_LATE,

	OP_COMMAND = OP_NR_COMMON,
	OP_RCFG,
	OP_SETLPI,
	OP_TABLE,
	OP_PPI,
	OP_MESSAGE,
};

/*
 * One step.  It means something in every state of the world: a step that is
 * not legal at its time does nothing, so that any part of a program is a
 * program.
 */
struct op {
	uint8_t kind;
	uint8_t vcpu;
	int8_t frame; /* MMIO: redistributor or -1, or IRS */
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

/* How a program is drawn: differs from one to the next. */
struct profile {
	uint32_t weight[OP_MAX_KINDS];
	uint32_t total;
	/* Priorities in use: few make equals, many make deep nesting. */
	uint8_t nr_prios;
	uint8_t prios[32];

	/* GICv3 and GICv2: EOImode after a boot. */
	bool eoimode;
	/* In 16ths, how often group 1 is meant. */
	uint32_t group1;
	/* In 16ths, how often a register write carries many bits. */
	uint32_t dense;
	/* There are stretches of interrupts that preempt one another. */
	bool nests;

	/* GICv5: how many SPIs and LPIs are in play. */
	uint32_t nr_spis, nr_lpis;
};

/* A program that is being drawn, and all its randomness. */
struct draw {
	uint64_t state;
	struct program *p;
	struct profile f;
};

uint64_t rng_next(struct draw *d);
/* 0 .. n-1 */
uint32_t rng_below(struct draw *d, uint32_t n);

/* A kind of step; nothing to draw or print: null. */
struct op_row {
	const char *name;
	uint32_t weight;
	bool hostile;
	void (*draw)(struct draw *d, struct op *op);
	void (*run)(struct world *w, const struct op *op);
	void (*print)(FILE *out, const struct op *op);
};

/* A list of steps under a name. */
struct op_list {
	const char *name;
	const struct op *ops;
	uint32_t nr_ops;
};

#define OP_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))
#define OP_LIST(ops) \
	{ \
#ops, ops, OP_COUNT(ops) \
	}

/*
 * A small world of two vCPUs: in it runs what failed once, and every sequence
 * of letters, once it is set up by one of the modes and then by `boot`.
 */
struct small_world {
	struct world_config config;
	const struct op_list *known;
	uint32_t nr_known;
	struct op_list modes[2];
	uint32_t nr_modes;
	struct op_list boot;
	struct op_list letters;
};

/* What the architectures differ in.  Null is allowed where it says so. */
struct arch {
	const struct op_row *kinds;
	uint32_t nr_kinds;
	/* Of a struct world, as far as it has one. */
	size_t world_size;

	/* Programs. */

	/* d->p->config's backend, nr_lrs, nr_vcpus and hostile are given. */
	void (*draw_config)(struct draw *d);
	void (*draw_profile)(struct draw *d);
	/* A guest's boot: of the system, of one CPU.  SETUP_MAX steps. */
	void (*set_up)(struct draw *d);
	void (*set_up_cpu)(struct draw *d, uint8_t v);
	/* Now and then, many steps up to `length`; may be null. */
	bool (*detour)(struct draw *d, uint32_t length);
	void (*print_config)(FILE *out, const struct world_config *c);

	const struct small_world *small;

	/* Worlds. */

	/* The oracle, w->vgic and w->affinity, and what is mapped. */
	void (*init)(struct world *w);
	/* CPU interface `v`; false: it cannot be. */
	bool (*init_cpu)(struct world *w, uint32_t v);
	/* Addresses of frames; there are no vCPUs yet. */
	bool (*place)(struct world *w);
	/* The vGIC is a new one; may be null. */
	void (*connect)(struct world *w);
	/* Reset the oracle, and what the guest remembers. */
	void (*reset)(struct world *w);
	void (*reset_cpu)(struct world *w, uint32_t v, bool interrupts);
	/* How far out a vCPU has to be to be compared. */
	void (*leave)(struct world *w, uint32_t v);
	void (*compare)(struct world *w);
	/* Is IRQ or FIQ asserted?  False: nobody can say. */
	bool (*signalled)(const struct world *w, uint32_t v, bool *asserted);
	/* Can it be so? */
	bool (*may_signal)(struct world *w, uint32_t v, bool asserted);
	/* The host takes a physical interrupt.  False: it is masked. */
	bool (*take)(struct world *w, struct world_phys *phys);
	void (*line)(struct world *w, uint32_t v, uint32_t intid, bool level);

	/* Guests. */

	/* An instruction on a CPU interface; MODEL_TRAP: EL2's. */
	enum model_access (*execute)(struct world *w, uint32_t v, uint32_t enc,
				     bool write, uint64_t *value);
	/* guest_raw(), by whatever name the register has. */
	bool (*access)(struct world *w, uint32_t v, uint32_t enc, bool write,
		       uint64_t *value);
	void (*oracle_write)(struct world *w, uint32_t v, uint32_t enc,
			     uint64_t value);
	/* Returns the bits that are compared. */
	uint64_t (*oracle_read)(struct world *w, uint32_t v, uint32_t enc,
				uint64_t *value);
	/* Complete an access.  False: there is no such register. */
	bool (*mmio)(const struct world *w, struct guest_mmio *m);
	/* Returns what libvgic's world is to write. */
	uint64_t (*mmio_write)(struct world *w, const struct guest_mmio *m,
			       uint64_t value);
	uint64_t (*mmio_read)(struct world *w, const struct guest_mmio *m,
			      uint64_t *value);
	/* A raw access's IPA. */
	uint64_t (*ipa)(const struct world *w, int frame);

	/* A program's end: end all, and let everything through to everyone. */
	void (*open)(struct world *w);
	/* Take one on `v`, quiet its source, end it.  False: there is none. */
	bool (*serve)(struct world *w, uint32_t v);
	/* What nobody is bound to take, but somebody has to. */
	void (*check_left)(struct world *w);
};

extern const struct arch arch_v3, arch_v5;

static inline const struct arch *arch_of(const struct backend *b)
{
	return b->model == VGIC_GICV5 ? &arch_v5 : &arch_v3;
}

static inline bool v3_is_v2(const struct world_config *c)
{
	return c->backend->model == VGIC_GICV2;
}

/* v3_kinds.c and v5_kinds.c */
#define V3_NR_KINDS (OP_LATE + 1u)
#define V5_NR_KINDS (OP_MESSAGE + 1u)
extern const struct op_row v3_kinds[V3_NR_KINDS], v5_kinds[V5_NR_KINDS];
/* v3_known.c and v5_known.c */
extern const struct small_world v3_small, v5_small;

/* make.c */

/* d->p->config is given as for draw_config, the rest is drawn. */
void program_make(struct draw *d, uint32_t length);
struct op *program_append(struct program *p, uint8_t kind, uint8_t vcpu,
			  uint32_t where, uint64_t value);
/* A priority in use, 0 .. 31; or so many, 8 bits each, shifted. */
uint8_t draw_prio(struct draw *d);
uint64_t draw_prios(struct draw *d, unsigned int n, unsigned int shift);
#define DRAW(d, array) ((array)[rng_below((d), OP_COUNT(array))])

/* known.c: the n-th of those that failed once; null: there are no more. */
const char *known_program(struct program *p, uint32_t n,
			  const struct backend *backend, uint8_t nr_lrs);

/*
 * exhaust.c: every sequence of `depth` letters in a small world, in each of
 * its modes.  False: `p` is one that tells the two worlds apart.
 */
bool program_exhaust(struct program *p, const struct backend *backend,
		     uint8_t nr_lrs, uint32_t depth, uint64_t *sequences);

/* program.c */

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
		 uint64_t stats[NR_STATS]);
void program_print(FILE *out, const struct program *p);
/* Take out of a failing program what it does not need to fail as it does. */
void program_shrink(struct program *p, struct outcome *outcome);
void stats_print(FILE *out, const uint64_t stats[NR_STATS]);

/* kinds.c: what steps of all architectures do, and how they are printed. */

void op_run(struct world *w, const struct op *op);
void op_print(FILE *out, const struct arch *arch, const struct op *op);

void draw_snapshot(struct draw *d, struct op *op);
/* Mostly 0 or 1. */
void draw_small(struct draw *d, struct op *op);
void run_read(struct world *w, const struct op *op);
void run_write(struct world *w, const struct op *op);
void run_load(struct world *w, const struct op *op);
void run_store(struct world *w, const struct op *op);
void run_wfi(struct world *w, const struct op *op);
void run_line(struct world *w, const struct op *op);
void run_enter(struct world *w, const struct op *op);
void run_exit(struct world *w, const struct op *op);
void run_put(struct world *w, const struct op *op);
void run_migrate(struct world *w, const struct op *op);
void run_compare(struct world *w, const struct op *op);
void run_snapshot(struct world *w, const struct op *op);
void run_reset_cpu(struct world *w, const struct op *op);
void run_reset(struct world *w, const struct op *op);
void run_raw_sysreg(struct world *w, const struct op *op);
void run_raw_mmio(struct world *w, const struct op *op);
void print_value(FILE *out, const struct op *op);
void print_sysreg(FILE *out, const struct op *op);
void print_gicd(FILE *out, const struct op *op);
void print_irs(FILE *out, const struct op *op);
void print_where(FILE *out, const struct op *op);

/* names.c: registers for people. */
void name_sysreg(char *text, size_t size, uint32_t enc);
void name_gicd(char *text, size_t size, int frame, uint32_t offset);
void name_irs(char *text, size_t size, int irs, uint32_t offset);
void name_intid(char *text, size_t size, uint32_t intid);

#endif
