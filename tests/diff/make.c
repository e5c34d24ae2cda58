/* SPDX-License-Identifier: BSD-2-Clause */
/* Draw a program. */
#include "tests/diff/op.h"

/* SplitMix64: every seed is a good one. */
uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t rng_below(struct rng *rng, uint32_t n)
{
	return (uint32_t)((rng_next(rng) >> 32) * n >> 32);
}

uint8_t draw_prio(const struct profile *f, struct rng *rng)
{
	return f->prios[rng_below(rng, f->nr_prios)];
}

uint64_t draw_prios(const struct profile *f, struct rng *rng, unsigned int n,
		    unsigned int shift)
{
	uint64_t value = 0;

	for (; n > 0; n--) {
		value = value << 8 | (uint64_t)draw_prio(f, rng) << shift;
	}
	return value;
}

static void leave_out(struct profile *f, uint32_t kind)
{
	f->total -= f->weight[kind];
	f->weight[kind] = 0;
}

/* Each program favours some kinds and forgoes others. */
static void draw_weights(const struct program *p, struct profile *f,
			 struct rng *rng)
{
	static const uint32_t favour[] = { 0, 1, 2, 2, 2, 4, 4, 8 };
	const struct arch *arch = arch_of(p->config.backend);
	uint32_t i;

	for (i = 0; i < arch->nr_kinds; i++) {
		if (arch->kinds[i].hostile && !p->config.hostile) {
			continue;
		}
		f->weight[i] = arch->kinds[i].weight * DRAW(rng, favour);
		f->total += f->weight[i];
	}
	/* Resets are for few programs: the guest has to boot again. */
	if (rng_below(rng, 8)) {
		leave_out(f, OP_RESET);
	}
	if (rng_below(rng, 2)) {
		leave_out(f, OP_RESET_CPU);
	}
	if (f->total == 0) {
		f->weight[OP_ACK] = f->total = 1;
	}
}

static void draw_profile(const struct program *p, struct profile *f,
			 struct rng *rng)
{
	uint32_t i;

	*f = (struct profile){ 0 };
	draw_weights(p, f, rng);
	f->nr_prios = (uint8_t)(1 + rng_below(rng, 4) * 10);
	for (i = 0; i < f->nr_prios; i++) {
		f->prios[i] = (uint8_t)rng_below(rng, 32);
	}
	arch_of(p->config.backend)->draw_profile(p, f, rng);
}

struct op *program_append(struct program *p, uint8_t kind, uint8_t vcpu,
			  uint32_t where, uint64_t value)
{
	struct op *op = &p->ops[p->nr_ops++];

	*op = (struct op){
		.kind = kind,
		.vcpu = vcpu,
		.width = 4,
		.where = where,
		.value = value,
	};
	return op;
}

static uint8_t draw_kind(const struct profile *f, struct rng *rng)
{
	uint32_t at = rng_below(rng, f->total);
	uint8_t kind = 0;

	while (at >= f->weight[kind]) {
		at -= f->weight[kind++];
	}
	return kind;
}

/* One step; after a reset the guest boots again. */
static void draw_step(struct program *p, const struct profile *f,
		      struct rng *rng)
{
	const struct arch *arch = arch_of(p->config.backend);
	const uint8_t kind = draw_kind(f, rng);
	const uint8_t v = (uint8_t)rng_below(rng, p->config.nr_vcpus);
	struct op *op = program_append(p, kind, v, 0, 0);

	if (arch->kinds[kind].draw) {
		arch->kinds[kind].draw(p, f, rng, op);
	}
	if (kind == OP_RESET) {
		arch->set_up(p, f, rng);
	} else if (kind == OP_RESET_CPU) {
		arch->set_up_cpu(p, f, rng, v);
	}
}

void program_make(struct program *p, struct rng *rng, uint32_t length)
{
	const struct arch *arch = arch_of(p->config.backend);
	struct profile profile;

	p->nr_ops = 0;
	p->config.mapped = rng_below(rng, 2);
	p->config.lockstep = rng_below(rng, 12) == 0;
	arch->draw_config(&p->config, rng);
	draw_profile(p, &profile, rng);
	arch->set_up(p, &profile, rng);
	p->nr_setup = p->nr_ops;
	length += p->nr_setup;
	while (p->nr_ops < length && p->nr_ops + SETUP_MAX < PROGRAM_MAX) {
		if (!arch->detour || !arch->detour(p, &profile, rng, length)) {
			draw_step(p, &profile, rng);
		}
	}
}
