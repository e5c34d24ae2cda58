/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small world, exhaustively: two vCPUs, an edge, a level and an SGI, and
 * every sequence of a few letters.  After each the worlds are compared.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/diff/kinds.h"

#define EDGE 40u
#define LEVEL 41u
#define SGI 1u

/* clang-format off */
#define STORE(v, frame, offset, value) \
	{ OP_MMIO_WRITE, v, frame, 4, offset, value }
#define MSR(v, reg, value) { OP_WRITE, v, 0, 0, reg, value }
/* clang-format on */
#define BIT(intid) (1u << ((intid) % 32))

static const struct op set_up[] = {
	STORE(0, -1, GICD_CTLR, 3),
	STORE(0, -1, GICD_ICFGR + 8, 2u << (2 * (EDGE % 16))),
	STORE(0, -1, GICD_IPRIORITYR + 40, 0x4080),
	STORE(0, -1, GICD_ISENABLER + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(0, 0, GICR_IPRIORITYR0, 0x6000),
	MSR(0, ICC_PMR_EL1, 0xff),
	MSR(1, ICC_PMR_EL1, 0xff),
	MSR(0, ICC_IGRPEN1_EL1, 1),
	MSR(1, ICC_IGRPEN1_EL1, 1),
};

static const struct op letters[] = {
	{ OP_LINE, 0, 0, 0, EDGE, 1 },
	{ OP_LINE, 0, 0, 0, LEVEL, 1 },
	{ OP_LINE, 0, 0, 0, LEVEL, 0 },
	{ OP_SGI, 1, 0, 0, ICC_SGI1R_EL1, SGI << 24 | 1 },
	{ OP_IAR, 0, 0, 0, 0, 1 },
	{ OP_EOI, 0, 0, 0, 0, 0 },
	{ OP_IAR, 1, 0, 0, 0, 1 },
	{ OP_EOI, 1, 0, 0, 0, 0 },
	{ OP_DIR, 1, 0, 0, 0, 0 },
	{ OP_MMIO_WRITE, 1, -1, 8, GICD_IROUTER + 8 * EDGE, 1 },
	{ OP_MMIO_WRITE, 0, -1, 8, GICD_IROUTER + 8 * EDGE, 0 },
	STORE(1, -1, GICD_ICENABLER + 4, BIT(LEVEL)),
	STORE(0, -1, GICD_ISENABLER + 4, BIT(LEVEL)),
	STORE(1, -1, GICD_ISPENDR + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(1, -1, GICD_ICPENDR + 4, BIT(EDGE) | BIT(LEVEL)),
	STORE(1, -1, GICD_ISACTIVER + 4, BIT(EDGE)),
	STORE(1, -1, GICD_ICACTIVER + 4, BIT(EDGE)),
	{ OP_MMIO_WRITE, 1, -1, 1, GICD_IPRIORITYR + EDGE, 0x20 },
	MSR(0, ICC_IGRPEN1_EL1, 0),
	MSR(0, ICC_IGRPEN1_EL1, 1),
	{ OP_PUT, 0, 0, 0, 0, 0 },
	{ OP_EXIT, 0, 0, 0, 0, 0 },
	{ OP_LATE, 0, 0, 0, 0, 2 },
};

#define NR_LETTERS (sizeof(letters) / sizeof(letters[0]))

/* A world as it was; both halves stay where they are. */
struct snapshot {
	struct world world;
	void *memory;
};

struct search {
	struct world *world;
	size_t memory_size;
	struct program *program;
	uint32_t depth;
	uint64_t sequences;
	struct snapshot at[PROGRAM_MAX_DEPTH];
};

static void save(struct search *s, uint32_t level)
{
	s->at[level].world = *s->world;
	memcpy(s->at[level].memory, s->world->memory, s->memory_size);
}

static void restore(struct search *s, uint32_t level)
{
	*s->world = s->at[level].world;
	memcpy(s->world->memory, s->at[level].memory, s->memory_size);
}

static bool explore(struct search *s, uint32_t level)
{
	struct world *w = s->world;
	struct program *p = s->program;
	size_t i;

	save(s, level);
	for (i = 0; i < NR_LETTERS; i++) {
		if (i) {
			restore(s, level);
		}
		p->ops[p->nr_ops++] = letters[i];
		op_kinds[letters[i].kind].run(w, &letters[i]);
		if (!w->failed && level + 1 < s->depth) {
			explore(s, level + 1);
		} else if (!w->failed) {
			s->sequences++;
			world_compare(w);
		}
		if (w->failed) {
			return false;
		}
		p->nr_ops--;
	}
	return true;
}

static bool start(struct search *s, bool eoimode)
{
	struct program *p = s->program;
	uint32_t i;

	p->nr_setup = p->nr_ops = 0;
	for (i = 0; i < 2; i++) {
		p->ops[p->nr_ops++] =
			(struct op)MSR((uint8_t)i, ICC_CTLR_EL1,
				       eoimode ? ICC_CTLR_EL1_EOImode : 0);
	}
	for (i = 0; i < sizeof(set_up) / sizeof(set_up[0]); i++) {
		p->ops[p->nr_ops++] = set_up[i];
	}
	if (!world_init(s->world, &p->config)) {
		return false;
	}
	for (i = 0; i < p->nr_ops; i++) {
		op_kinds[p->ops[i].kind].run(s->world, &p->ops[i]);
	}
	return true;
}

/* One EOI mode.  False: `s->program` tells the worlds apart. */
static bool exhaust(struct search *s, bool eoimode)
{
	bool agree = false;
	uint32_t i;

	if (start(s, eoimode)) {
		s->memory_size = s->world->memory_size;
		for (i = 0; i < s->depth; i++) {
			s->at[i].memory = malloc(s->memory_size);
		}
		agree = explore(s, 0);
		for (i = 0; i < s->depth; i++) {
			free(s->at[i].memory);
		}
	}
	world_fini(s->world);
	return agree;
}

bool program_exhaust(struct program *p, const struct backend *backend,
		     uint8_t nr_lrs, uint32_t depth, uint64_t *sequences)
{
	static struct world world;
	static struct search search;

	search = (struct search){
		.world = &world,
		.program = p,
		.depth = depth,
	};
	p->config = (struct world_config){
		.backend = backend,
		.nr_lrs = nr_lrs,
		.nr_vcpus = 2,
		.pre_bits = 5,
		.hw_deactivation = true,
		.strict_eoi = true,
	};
	if (!exhaust(&search, false) || !exhaust(&search, true)) {
		return false;
	}
	*sequences = search.sequences;
	return true;
}
