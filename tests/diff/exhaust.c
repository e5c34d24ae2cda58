/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An architecture's small world, exhaustively: every sequence of a few
 * letters.  After each the worlds are compared.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/diff/op.h"

/* A world as it was; both halves stay where they are. */
struct copy {
	void *world;
	void *memory;
};

struct search {
	struct world *world;
	size_t memory_size;
	struct program *program;
	uint32_t depth;
	uint64_t sequences;
	struct copy at[PROGRAM_MAX_DEPTH];
};

static void save(struct search *s, uint32_t level)
{
	memcpy(s->at[level].world, s->world, s->world->arch->world_size);
	memcpy(s->at[level].memory, s->world->memory, s->memory_size);
}

static void restore(struct search *s, uint32_t level)
{
	memcpy(s->world, s->at[level].world, s->world->arch->world_size);
	memcpy(s->world->memory, s->at[level].memory, s->memory_size);
}

static bool explore(struct search *s, uint32_t level)
{
	const struct op_list *letters = &s->world->arch->small->letters;
	struct world *w = s->world;
	struct program *p = s->program;
	uint32_t i;

	save(s, level);
	for (i = 0; i < letters->nr_ops; i++) {
		if (i) {
			restore(s, level);
		}
		p->ops[p->nr_ops++] = letters->ops[i];
		op_run(w, &letters->ops[i]);
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

static void add(struct program *p, const struct op_list *list)
{
	uint32_t n;

	for (n = 0; n < list->nr_ops; n++) {
		p->ops[p->nr_ops++] = list->ops[n];
	}
}

static bool start(struct search *s, uint32_t mode)
{
	struct program *p = s->program;
	const struct small_world *small = arch_of(p->config.backend)->small;
	uint32_t i;

	p->nr_setup = p->nr_ops = 0;
	add(p, &small->modes[mode]);
	add(p, &small->boot);
	if (!world_init(s->world, &p->config)) {
		return false;
	}
	for (i = 0; i < p->nr_ops && !s->world->failed; i++) {
		op_run(s->world, &p->ops[i]);
	}
	return !s->world->failed;
}

/* One mode.  False: `s->program` tells the worlds apart. */
static bool exhaust(struct search *s, uint32_t mode)
{
	bool agree = false;
	uint32_t i;

	if (start(s, mode)) {
		s->memory_size = s->world->memory_size;
		for (i = 0; i < s->depth; i++) {
			s->at[i].memory = malloc(s->memory_size);
			s->at[i].world = malloc(s->world->arch->world_size);
		}
		agree = explore(s, 0);
		for (i = 0; i < s->depth; i++) {
			free(s->at[i].memory);
			free(s->at[i].world);
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
	uint32_t mode;

	search = (struct search){
		.world = &world,
		.program = p,
		.depth = depth,
	};
	p->config = arch_of(backend)->small->config;
	p->config.backend = backend;
	p->config.nr_lrs = nr_lrs;
	p->config.strict_eoi = true;
	for (mode = 0; mode < arch_of(backend)->small->nr_modes; mode++) {
		if (!exhaust(&search, mode)) {
			return false;
		}
	}
	*sequences = search.sequences;
	return true;
}
