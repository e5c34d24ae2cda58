/* SPDX-License-Identifier: BSD-2-Clause */
/* Draw a program. */
#include "tests/diff/op.h"

/* SplitMix64: every seed is a good one. */
uint64_t rng_next(struct draw *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t rng_below(struct draw *d, uint32_t n)
{
	return (uint32_t)((rng_next(d) >> 32) * n >> 32);
}

uint8_t draw_prio(struct draw *d)
{
	return d->f.prios[rng_below(d, d->f.nr_prios)];
}

uint64_t draw_prios(struct draw *d, unsigned int n, unsigned int shift)
{
	uint64_t value = 0;

	for (; n > 0; n--) {
		value = value << 8 | (uint64_t)draw_prio(d) << shift;
	}
	return value;
}

static void leave_out(struct profile *f, uint32_t kind)
{
	f->total -= f->weight[kind];
	f->weight[kind] = 0;
}

/* Each program favours some kinds and forgoes others. */
static void draw_weights(struct draw *d)
{
	static const uint32_t favour[] = { 0, 1, 2, 2, 2, 4, 4, 8 };
	const struct arch *arch = arch_of(d->p->config.backend);
	uint32_t i;

	for (i = 0; i < arch->nr_kinds; i++) {
		if (arch->kinds[i].hostile && !d->p->config.hostile) {
			continue;
		}
		d->f.weight[i] = arch->kinds[i].weight * DRAW(d, favour);
		d->f.total += d->f.weight[i];
	}
	/* Resets are for few programs: the guest has to boot again. */
	if (rng_below(d, 8)) {
		leave_out(&d->f, OP_RESET);
	}
	if (rng_below(d, 2)) {
		leave_out(&d->f, OP_RESET_CPU);
	}
	if (d->f.total == 0) {
		d->f.weight[OP_ACK] = d->f.total = 1;
	}
}

static void draw_profile(struct draw *d)
{
	uint32_t i;

	draw_weights(d);
	d->f.nr_prios = (uint8_t)(1 + rng_below(d, 4) * 10);
	for (i = 0; i < d->f.nr_prios; i++) {
		d->f.prios[i] = (uint8_t)rng_below(d, 32);
	}
	arch_of(d->p->config.backend)->draw_profile(d);
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

static uint8_t draw_kind(struct draw *d)
{
	uint32_t at = rng_below(d, d->f.total);
	uint8_t kind = 0;

	while (at >= d->f.weight[kind]) {
		at -= d->f.weight[kind++];
	}
	return kind;
}

/* One step; after a reset the guest boots again. */
static void draw_step(struct draw *d)
{
	const struct arch *arch = arch_of(d->p->config.backend);
	const uint8_t kind = draw_kind(d);
	const uint8_t v = (uint8_t)rng_below(d, d->p->config.nr_vcpus);
	struct op *op = program_append(d->p, kind, v, 0, 0);

	if (arch->kinds[kind].draw) {
		arch->kinds[kind].draw(d, op);
	}
	if (kind == OP_RESET) {
		arch->set_up(d);
	} else if (kind == OP_RESET_CPU) {
		arch->set_up_cpu(d, v);
	}
}

void program_make(struct draw *d, uint32_t length)
{
	struct program *p = d->p;
	const struct arch *arch = arch_of(p->config.backend);

	p->nr_ops = 0;
	p->config.mapped = rng_below(d, 2);
	p->config.lockstep = rng_below(d, 12) == 0;
	arch->draw_config(d);
	draw_profile(d);
	arch->set_up(d);
	p->nr_setup = p->nr_ops;
	length += p->nr_setup;
	while (p->nr_ops < length && p->nr_ops + SETUP_MAX < PROGRAM_MAX) {
		if (!arch->detour || !arch->detour(d, length)) {
			draw_step(d);
		}
	}
}
