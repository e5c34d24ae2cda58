/* SPDX-License-Identifier: BSD-2-Clause */
/* Draw a program. */
#include "tests/diff/kinds.h"

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

static void draw_config(struct world_config *config, struct rng *rng)
{
	config->topology = (uint8_t)rng_below(rng, 3);
	config->pre_bits = (uint8_t)(5 + rng_below(rng, 3));
	if (config->backend->five_bits) {
		config->pre_bits = 5;
	}
	config->mapped = rng_below(rng, 2);
	config->hw_deactivation = rng_below(rng, 4) != 0;
	/* A GICv2's DIR is in a page by itself. */
	config->no_tdir = rng_below(rng, 4) == 0 && !config->backend->gicv2;
	config->sampled = rng_below(rng, 2);
	/* GICC_EOIR ends either group where AckCtl let it be taken. */
	config->strict_eoi = rng_below(rng, 2) && !config->backend->gicv2;
	config->count_all_eoi = rng_below(rng, 2);
	config->lockstep = rng_below(rng, 8) == 0;
}

/* Each program favours some kinds and forgoes others. */
static void draw_profile(const struct program *p, struct profile *f,
			 struct rng *rng)
{
	static const uint32_t favour[] = { 0, 1, 2, 2, 2, 4, 4, 8 };
	uint32_t i;

	*f = (struct profile){ 0 };
	for (i = 0; i < OP_NR_KINDS; i++) {
		if (op_kinds[i].hostile && !p->config.hostile) {
			continue;
		}
		f->weight[i] = op_kinds[i].weight * favour[rng_below(rng, 8)];
		f->total += f->weight[i];
	}
	if (f->total == 0) {
		f->weight[OP_IAR] = f->total = 1;
	}
	f->nr_prios = (uint8_t)(1 + rng_below(rng, 4) * 10);
	for (i = 0; i < f->nr_prios; i++) {
		f->prios[i] = (uint8_t)(rng_below(rng, 31) << 3);
	}
	f->group1 = rng_below(rng, 4) ? 14 : 8;
	f->eoimode = rng_below(rng, 2);
	f->resets = rng_below(rng, 4) == 0;
	f->nests = rng_below(rng, 4) == 0;
	f->dense = rng_below(rng, 2) ? 2 : 10;
}

static struct op *append(struct program *p, uint8_t kind, uint8_t vcpu)
{
	struct op *op = &p->ops[p->nr_ops++];

	*op = (struct op){ .kind = kind, .vcpu = vcpu };
	return op;
}

static void store(struct program *p, uint8_t vcpu, int frame, uint32_t where,
		  uint64_t value)
{
	struct op *op = append(p, OP_MMIO_WRITE, vcpu);

	op->frame = (int8_t)frame;
	op->where = where;
	op->width = 4;
	op->value = value;
}

static void msr(struct program *p, uint8_t vcpu, uint32_t enc, uint64_t value)
{
	struct op *op = append(p, OP_WRITE, vcpu);

	op->where = enc;
	op->value = value;
}

static uint64_t four_prios(const struct profile *f, struct rng *rng)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		value = value << 8 | f->prios[rng_below(rng, f->nr_prios)];
	}
	return value;
}

/* A guest's boot: groups, priorities, enables of `frame`. */
static void set_up_frame(struct program *p, const struct profile *f,
			 struct rng *rng, uint8_t vcpu, int frame)
{
	const uint32_t base = frame < 0 ? 0 : GICR_SGI_BASE;
	const uint32_t first = frame < 0 ? GIC_SPI_BASE : 0;
	uint64_t group1 = rng_next(rng);
	uint32_t i;

	if (f->group1 > 8) {
		group1 |= rng_next(rng) | rng_next(rng);
	}
	store(p, vcpu, frame, base + GICD_IGROUPR + first / 8,
	      group1 & UINT32_MAX);
	for (i = first; i < first + 32; i += 4) {
		store(p, vcpu, frame, base + GICD_IPRIORITYR + i,
		      four_prios(f, rng));
	}
	store(p, vcpu, frame, base + GICD_ISENABLER + first / 8,
	      (rng_next(rng) | rng_next(rng)) & UINT32_MAX);
}

static void set_up_dist(struct program *p, const struct profile *f,
			struct rng *rng)
{
	uint32_t i;

	store(p, 0, -1, GICD_CTLR, 3);
	store(p, 0, -1, GICD_ICFGR + 8, rng_next(rng) & 0xaaaaaaaa);
	store(p, 0, -1, GICD_ICFGR + 12, rng_next(rng) & 0xaaaaaaaa);
	for (i = GIC_SPI_BASE; i < GIC_SPI_BASE + 12; i++) {
		draw_route(p, rng, i, append(p, OP_MMIO_WRITE, 0));
	}
	set_up_frame(p, f, rng, 0, -1);
}

static void set_up_cpu(struct program *p, const struct profile *f,
		       struct rng *rng, uint8_t v)
{
	store(p, v, v, GICR_WAKER, 0);
	set_up_frame(p, f, rng, v, v);
	msr(p, v, ICC_PMR_EL1, 0xff);
	msr(p, v, ICC_CTLR_EL1, f->eoimode ? ICC_CTLR_EL1_EOImode : 0);
	msr(p, v, ICC_IGRPEN0_EL1, 1);
	msr(p, v, ICC_IGRPEN1_EL1, 1);
}

static void set_up(struct program *p, const struct profile *f, struct rng *rng)
{
	uint8_t v;

	set_up_dist(p, f, rng);
	for (v = 0; v < p->config.nr_vcpus; v++) {
		set_up_cpu(p, f, rng, v);
	}
}

/* A reset, and the boot that follows. */
static void reset(struct program *p, const struct profile *f, struct rng *rng,
		  uint32_t length)
{
	const uint8_t v = (uint8_t)rng_below(rng, p->config.nr_vcpus);

	if (p->nr_ops + 32 + 32 * p->config.nr_vcpus > length) {
		return;
	}
	if (rng_below(rng, 4) == 0) {
		append(p, OP_RESET, v);
		set_up(p, f, rng);
	} else {
		append(p, OP_CPU_RESET, v)->value = rng_below(rng, 2);
		set_up_cpu(p, f, rng, v);
	}
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

/* A device interrupts the handler of the one before: depth upon depth. */
static void nest(struct program *p, struct rng *rng, uint32_t length)
{
	const uint8_t v = (uint8_t)rng_below(rng, p->config.nr_vcpus);
	const uint32_t depth = 2 + rng_below(rng, 28);
	const uint32_t first = rng_below(rng, WORLD_SPIS);
	uint32_t i;

	store(p, v, -1, GICD_ISENABLER + 4, UINT32_MAX);
	for (i = 0; i < depth && p->nr_ops + 6 < length; i++) {
		const uint32_t intid = GIC_SPI_BASE + (first + i) % WORLD_SPIS;
		struct op *op = append(p, OP_MMIO_WRITE, v);

		op->frame = -1;
		op->where = GICD_IPRIORITYR + intid;
		op->width = 1;
		op->value = (depth - i) * 8;
		op_route(p, v, intid, append(p, OP_MMIO_WRITE, v));
		op = append(p, OP_LINE, v);
		op->where = intid;
		op->value = 1;
		append(p, OP_IAR, v)->value = 1;
		append(p, OP_IAR, v)->value = 0;
	}
	for (; i > 0 && p->nr_ops < length; i--) {
		append(p, OP_EOI, v);
	}
}

void program_make(struct program *p, struct rng *rng, uint32_t length)
{
	struct profile profile;

	p->nr_ops = 0;
	draw_config(&p->config, rng);
	draw_profile(p, &profile, rng);
	set_up(p, &profile, rng);
	p->nr_setup = p->nr_ops;
	length += p->nr_setup;
	while (p->nr_ops < length && p->nr_ops < PROGRAM_MAX) {
		const uint8_t kind = draw_kind(&profile, rng);
		struct op *op;

		if (profile.nests && rng_below(rng, 64) == 0) {
			nest(p, rng, length);
			continue;
		}
		if (profile.resets && rng_below(rng, 128) == 0) {
			reset(p, &profile, rng, length);
			continue;
		}
		op = append(p, kind,
			    (uint8_t)rng_below(rng, p->config.nr_vcpus));
		op_kinds[kind].draw(p, &profile, rng, op);
	}
}
