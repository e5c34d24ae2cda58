/* SPDX-License-Identifier: BSD-2-Clause */
/* Draw a program. */
#include "tests/diff5/op.h"

/* Steps that a guest's boot takes at most. */
#define SETUP_MAX 256

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
	config->nr_vcpus = (uint8_t)(1 + rng_below(rng, WORLD_MAX_VCPUS));
	config->nr_irs = rng_below(rng, 4) ? 1 : WORLD_MAX_IRS;
	config->lpi_id_bits = rng_below(rng, 8) ? 10 : 12;
	if (!config->backend) {
		config->backend = &backends[rng_below(rng, NR_BACKENDS)];
	}
	config->mapped = rng_below(rng, 2);
	config->lockstep = rng_below(rng, 16) == 0;
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
	/* Resets are for few programs: the guest has to boot again. */
	if (f->weight[OP_RESET] && rng_below(rng, 8)) {
		f->total -= f->weight[OP_RESET];
		f->weight[OP_RESET] = 0;
	}
	if (f->total == 0) {
		f->weight[OP_ACK] = f->total = 1;
	}
	f->nr_prios = (uint8_t)(1 + rng_below(rng, 4) * 10);
	for (i = 0; i < f->nr_prios; i++) {
		f->prios[i] = (uint8_t)rng_below(rng, 32);
	}
	f->nr_spis = 1 + rng_below(rng, 12);
	f->nr_lpis = 1 + rng_below(rng, 12);
}

static struct op *append(struct program *p, uint8_t kind, uint8_t vcpu,
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

/* A guest's boot: the table, of one shape or another. */
static void set_up_ist(struct program *p, struct rng *rng)
{
	const uint32_t istsz = rng_below(rng, 3), l2sz = rng_below(rng, 3);
	const bool two = rng_below(rng, 2);
	const uint32_t bits = IST_L2_INDEX_BITS(istsz, l2sz);
	uint32_t n;

	append(p, OP_IRS_WRITE, 0, IRS_IST_CFGR,
	       FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, p->config.lpi_id_bits) |
		       FIELD_PUT(IRS_IST_CFGR_ISTSZ, istsz) |
		       FIELD_PUT(IRS_IST_CFGR_L2SZ, l2sz) |
		       (two ? IRS_IST_CFGR_STRUCTURE : 0));
	for (n = 0; two && n < 16; n++) {
		append(p, OP_STORE, 0,
		       (uint32_t)(WORLD_IST - WORLD_RAM) + 8 * n,
		       WORLD_L2 + 0x1000 * (uint64_t)n);
	}
	append(p, OP_IRS_WRITE, 0, IRS_IST_BASER,
	       WORLD_IST | IRS_IST_BASER_VALID)
		->width = 8;
	for (n = 0; two && n < (1u << p->config.lpi_id_bits) && n < 16u << bits;
	     n += 1u << bits) {
		if (rng_below(rng, 8)) {
			append(p, OP_IRS_WRITE, 0, IRS_MAP_L2_ISTR, n);
		}
	}
}

static void set_up_irq(struct program *p, const struct profile *f,
		       struct rng *rng, uint32_t intid)
{
	static const uint32_t insns[] = { GIC_CDPRI, GIC_CDAFF, GIC_CDEN };
	uint32_t n;

	for (n = 0; n < 3; n++) {
		const uint64_t operand = draw_operand(p, f, rng, insns[n]);

		if (insns[n] == GIC_CDEN && rng_below(rng, 8) == 0) {
			continue;
		}
		append(p, OP_COMMAND, 0, insns[n],
		       (operand & ~(uint64_t)GICV5_INTID_MASK) | intid);
	}
}

static void set_up_vcpu(struct program *p, const struct profile *f,
			struct rng *rng, uint8_t v)
{
	append(p, OP_WRITE, v, ICC_PPI_ENABLER0_EL1,
	       rng_next(rng) | rng_next(rng));
	append(p, OP_WRITE, v, ICC_PPI_ENABLER1_EL1,
	       rng_next(rng) | rng_next(rng));
	append(p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(0), draw_prios(f, rng));
	append(p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(2), draw_prios(f, rng));
	append(p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(3), draw_prios(f, rng));
	append(p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(8), draw_prios(f, rng));
	append(p, OP_WRITE, v, ICC_PCR_EL1, 31);
	append(p, OP_WRITE, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
}

static void set_up(struct program *p, const struct profile *f, struct rng *rng)
{
	uint32_t n;
	uint8_t v;

	set_up_ist(p, rng);
	for (n = 0; n < p->config.nr_irs; n++) {
		append(p, OP_IRS_WRITE, 0, IRS_CR0, IRS_CR0_IRSEN)->irs =
			(uint8_t)n;
	}
	for (n = 0; n < f->nr_spis; n++) {
		struct op *op = append(p, OP_IRS_WRITE, 0, IRS_SPI_SELR, n);

		op->irs = (uint8_t)(n / (WORLD_SPIS / p->config.nr_irs));
		append(p, OP_IRS_WRITE, 0, IRS_SPI_CFGR, rng_below(rng, 2))
			->irs = op->irs;
		set_up_irq(p, f, rng, GICV5_SPI(n));
	}
	for (n = 0; n < f->nr_lpis; n++) {
		set_up_irq(p, f, rng, GICV5_LPI(n));
	}
	for (v = 0; v < p->config.nr_vcpus; v++) {
		set_up_vcpu(p, f, rng, v);
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

void program_make(struct program *p, struct rng *rng, uint32_t length)
{
	struct profile profile;

	p->nr_ops = 0;
	draw_config(&p->config, rng);
	draw_profile(p, &profile, rng);
	set_up(p, &profile, rng);
	p->nr_setup = p->nr_ops;
	length += p->nr_setup;
	while (p->nr_ops < length && p->nr_ops + SETUP_MAX < PROGRAM_MAX) {
		const uint8_t kind = draw_kind(&profile, rng);
		struct op *op = append(
			p, kind, (uint8_t)rng_below(rng, p->config.nr_vcpus), 0,
			0);

		op_kinds[kind].draw(p, &profile, rng, op);
		if (kind == OP_RESET && p->nr_ops + SETUP_MAX < PROGRAM_MAX) {
			set_up(p, &profile, rng);
		} else if (kind == OP_RESET_CPU) {
			set_up_vcpu(p, &profile, rng, op->vcpu);
		}
	}
}
