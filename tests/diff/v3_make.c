/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs for a GICv3 or GICv2. */
#include "tests/diff/op.h"

void v3_draw_config(struct draw *d)
{
	struct world_config *config = &d->p->config;

	config->topology = (uint8_t)rng_below(d, 3);
	config->pre_bits = (uint8_t)(5 + rng_below(d, 3));
	if (config->backend->five_bits) {
		config->pre_bits = 5;
	}
	config->hw_deactivation = rng_below(d, 4) != 0;
	/* A GICv2's DIR is in a page by itself. */
	config->no_tdir = rng_below(d, 4) == 0 && !v3_is_v2(config);
	config->sampled = rng_below(d, 2);
	/* GICC_EOIR ends either group where AckCtl let it be taken. */
	config->strict_eoi = rng_below(d, 2) && !v3_is_v2(config);
	config->count_all_eoi = rng_below(d, 2);
}

void v3_draw_profile(struct draw *d)
{
	uint32_t i;

	/* No value of ICC_PMR_EL1 lets the lowest one through. */
	for (i = 0; i < d->f.nr_prios; i++) {
		d->f.prios[i] -= d->f.prios[i] == 31;
	}
	d->f.group1 = rng_below(d, 4) ? 14 : 8;
	d->f.eoimode = rng_below(d, 2);
	d->f.nests = rng_below(d, 4) == 0;
	d->f.dense = rng_below(d, 2) ? 2 : 10;
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
static void set_up_frame(struct draw *d, uint8_t vcpu, int frame)
{
	const uint32_t base = frame < 0 ? 0 : GICR_SGI_BASE;
	const uint32_t first = frame < 0 ? GIC_SPI_BASE : 0;
	uint64_t group1 = rng_next(d);
	uint32_t i;

	if (d->f.group1 > 8) {
		group1 |= rng_next(d) | rng_next(d);
	}
	store(d->p, vcpu, frame, base + GICD_IGROUPR + first / 8,
	      group1 & UINT32_MAX);
	for (i = first; i < first + 32; i += 4) {
		store(d->p, vcpu, frame, base + GICD_IPRIORITYR + i,
		      draw_prios(d, 4, 3));
	}
	store(d->p, vcpu, frame, base + GICD_ISENABLER + first / 8,
	      (rng_next(d) | rng_next(d)) & UINT32_MAX);
}

static void set_up_dist(struct draw *d)
{
	uint32_t i;

	store(d->p, 0, -1, GICD_CTLR, 3);
	store(d->p, 0, -1, GICD_ICFGR + 8, rng_next(d) & 0xaaaaaaaa);
	store(d->p, 0, -1, GICD_ICFGR + 12, rng_next(d) & 0xaaaaaaaa);
	for (i = GIC_SPI_BASE; i < GIC_SPI_BASE + 12; i++) {
		v3_draw_route(d, i, program_append(d->p, OP_STORE, 0, 0, 0));
	}
	set_up_frame(d, 0, -1);
}

void v3_set_up_cpu(struct draw *d, uint8_t v)
{
	store(d->p, v, v, GICR_WAKER, 0);
	set_up_frame(d, v, v);
	msr(d->p, v, ICC_PMR_EL1, 0xff);
	msr(d->p, v, ICC_CTLR_EL1, d->f.eoimode ? ICC_CTLR_EL1_EOImode : 0);
	msr(d->p, v, ICC_IGRPEN0_EL1, 1);
	msr(d->p, v, ICC_IGRPEN1_EL1, 1);
}

void v3_set_up(struct draw *d)
{
	uint8_t v;

	set_up_dist(d);
	for (v = 0; v < d->p->config.nr_vcpus; v++) {
		v3_set_up_cpu(d, v);
	}
}

/* A device interrupts the handler of the one before: depth upon depth. */
static void nest(struct draw *d, uint32_t length)
{
	const uint8_t v = (uint8_t)rng_below(d, d->p->config.nr_vcpus);
	const uint32_t depth = 2 + rng_below(d, 28);
	const uint32_t first = rng_below(d, WORLD_SPIS);
	uint32_t i;

	store(d->p, v, -1, GICD_ISENABLER + 4, UINT32_MAX);
	for (i = 0; i < depth && d->p->nr_ops + 6 < length; i++) {
		const uint32_t intid = GIC_SPI_BASE + (first + i) % WORLD_SPIS;
		struct op *op = program_append(d->p, OP_STORE, v,
					       GICD_IPRIORITYR + intid,
					       (depth - i) * 8);

		op->frame = -1;
		op->width = 1;
		v3_route(d->p, v, intid,
			 program_append(d->p, OP_STORE, v, 0, 0));
		program_append(d->p, OP_LINE, v, intid, 1);
		program_append(d->p, OP_ACK, v, 0, 1);
		program_append(d->p, OP_ACK, v, 0, 0);
	}
	for (; i > 0 && d->p->nr_ops < length; i--) {
		program_append(d->p, OP_END, v, 0, 0);
	}
}

bool v3_detour(struct draw *d, uint32_t length)
{
	if (!d->f.nests || rng_below(d, 64)) {
		return false;
	}
	nest(d, length);
	return true;
}
