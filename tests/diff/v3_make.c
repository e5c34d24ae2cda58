/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs for a GICv3 or GICv2. */
#include "tests/diff/op.h"

void v3_draw_config(struct world_config *config, struct rng *rng)
{
	config->topology = (uint8_t)rng_below(rng, 3);
	config->pre_bits = (uint8_t)(5 + rng_below(rng, 3));
	if (config->backend->five_bits) {
		config->pre_bits = 5;
	}
	config->hw_deactivation = rng_below(rng, 4) != 0;
	/* A GICv2's DIR is in a page by itself. */
	config->no_tdir = rng_below(rng, 4) == 0 && !v3_is_v2(config);
	config->sampled = rng_below(rng, 2);
	/* GICC_EOIR ends either group where AckCtl let it be taken. */
	config->strict_eoi = rng_below(rng, 2) && !v3_is_v2(config);
	config->count_all_eoi = rng_below(rng, 2);
}

void v3_draw_profile(const struct program *p, struct profile *f,
		     struct rng *rng)
{
	uint32_t i;

	(void)p;
	/* No value of ICC_PMR_EL1 lets the lowest one through. */
	for (i = 0; i < f->nr_prios; i++) {
		f->prios[i] -= f->prios[i] == 31;
	}
	f->group1 = rng_below(rng, 4) ? 14 : 8;
	f->eoimode = rng_below(rng, 2);
	f->nests = rng_below(rng, 4) == 0;
	f->dense = rng_below(rng, 2) ? 2 : 10;
}

static void store(struct program *p, uint8_t vcpu, int frame, uint32_t where,
		  uint64_t value)
{
	program_append(p, OP_STORE, vcpu, where, value)->frame = (int8_t)frame;
}

static void msr(struct program *p, uint8_t vcpu, uint32_t enc, uint64_t value)
{
	program_append(p, OP_WRITE, vcpu, enc, value);
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
		      draw_prios(f, rng, 4, 3));
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
		v3_draw_route(p, rng, i, program_append(p, OP_STORE, 0, 0, 0));
	}
	set_up_frame(p, f, rng, 0, -1);
}

void v3_set_up_cpu(struct program *p, const struct profile *f, struct rng *rng,
		   uint8_t v)
{
	store(p, v, v, GICR_WAKER, 0);
	set_up_frame(p, f, rng, v, v);
	msr(p, v, ICC_PMR_EL1, 0xff);
	msr(p, v, ICC_CTLR_EL1, f->eoimode ? ICC_CTLR_EL1_EOImode : 0);
	msr(p, v, ICC_IGRPEN0_EL1, 1);
	msr(p, v, ICC_IGRPEN1_EL1, 1);
}

void v3_set_up(struct program *p, const struct profile *f, struct rng *rng)
{
	uint8_t v;

	set_up_dist(p, f, rng);
	for (v = 0; v < p->config.nr_vcpus; v++) {
		v3_set_up_cpu(p, f, rng, v);
	}
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
		struct op *op = program_append(p, OP_STORE, v,
					       GICD_IPRIORITYR + intid,
					       (depth - i) * 8);

		op->frame = -1;
		op->width = 1;
		v3_route(p, v, intid, program_append(p, OP_STORE, v, 0, 0));
		program_append(p, OP_LINE, v, intid, 1);
		program_append(p, OP_ACK, v, 0, 1);
		program_append(p, OP_ACK, v, 0, 0);
	}
	for (; i > 0 && p->nr_ops < length; i--) {
		program_append(p, OP_END, v, 0, 0);
	}
}

bool v3_detour(struct program *p, const struct profile *f, struct rng *rng,
	       uint32_t length)
{
	if (!f->nests || rng_below(rng, 64)) {
		return false;
	}
	nest(p, rng, length);
	return true;
}
