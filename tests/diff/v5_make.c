/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs for a GICv5. */
#include "tests/diff/op.h"

void v5_draw_config(struct draw *d)
{
	struct world_config *config = &d->p->config;

	config->nr_irs = rng_below(d, 4) ? 1 : V5_MAX_IRS;
	config->lpi_id_bits = rng_below(d, 8) ? 10 : 12;
}

void v5_draw_profile(struct draw *d)
{
	d->f.nr_spis = 1 + rng_below(d, 12);
	d->f.nr_lpis = 1 + rng_below(d, 12);
}

/* A guest's boot: the table, of one shape or another. */
static void set_up_ist(struct draw *d)
{
	const uint32_t istsz = rng_below(d, 3), l2sz = rng_below(d, 3);
	const bool two = rng_below(d, 2);
	const uint32_t bits = IST_L2_INDEX_BITS(istsz, l2sz);
	uint32_t n;

	program_append(
		d->p, OP_STORE, 0, IRS_IST_CFGR,
		FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, d->p->config.lpi_id_bits) |
			FIELD_PUT(IRS_IST_CFGR_ISTSZ, istsz) |
			FIELD_PUT(IRS_IST_CFGR_L2SZ, l2sz) |
			(two ? IRS_IST_CFGR_STRUCTURE : 0));
	for (n = 0; two && n < 16; n++) {
		program_append(d->p, OP_TABLE, 0,
			       (uint32_t)(V5_IST - V5_RAM) + 8 * n,
			       V5_L2 + 0x1000 * (uint64_t)n);
	}
	program_append(d->p, OP_STORE, 0, IRS_IST_BASER,
		       V5_IST | IRS_IST_BASER_VALID)
		->width = 8;
	for (n = 0;
	     two && n < (1u << d->p->config.lpi_id_bits) && n < 16u << bits;
	     n += 1u << bits) {
		if (rng_below(d, 8)) {
			program_append(d->p, OP_STORE, 0, IRS_MAP_L2_ISTR, n);
		}
	}
}

static void set_up_irq(struct draw *d, uint32_t intid)
{
	static const uint32_t insns[] = { GIC_CDPRI, GIC_CDAFF, GIC_CDEN };
	uint32_t n;

	for (n = 0; n < 3; n++) {
		const uint64_t operand = v5_operand(d, insns[n]);

		if (insns[n] == GIC_CDEN && rng_below(d, 8) == 0) {
			continue;
		}
		program_append(d->p, OP_COMMAND, 0, insns[n],
			       (operand & ~(uint64_t)GICV5_INTID_MASK) | intid);
	}
}

void v5_set_up_cpu(struct draw *d, uint8_t v)
{
	program_append(d->p, OP_WRITE, v, ICC_PPI_ENABLER0_EL1,
		       rng_next(d) | rng_next(d));
	program_append(d->p, OP_WRITE, v, ICC_PPI_ENABLER1_EL1,
		       rng_next(d) | rng_next(d));
	program_append(d->p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(0),
		       draw_prios(d, 8, 0));
	program_append(d->p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(2),
		       draw_prios(d, 8, 0));
	program_append(d->p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(3),
		       draw_prios(d, 8, 0));
	program_append(d->p, OP_WRITE, v, ICC_PPI_PRIORITYR_EL1(8),
		       draw_prios(d, 8, 0));
	program_append(d->p, OP_WRITE, v, ICC_PCR_EL1, 31);
	program_append(d->p, OP_WRITE, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
}

void v5_set_up(struct draw *d)
{
	uint32_t n;
	uint8_t v;

	set_up_ist(d);
	for (n = 0; n < d->p->config.nr_irs; n++) {
		program_append(d->p, OP_STORE, 0, IRS_CR0, IRS_CR0_IRSEN)
			->frame = (int8_t)n;
	}
	for (n = 0; n < d->f.nr_spis; n++) {
		struct op *op =
			program_append(d->p, OP_STORE, 0, IRS_SPI_SELR, n);

		op->frame = (int8_t)(n / (WORLD_SPIS / d->p->config.nr_irs));
		program_append(d->p, OP_STORE, 0, IRS_SPI_CFGR, rng_below(d, 2))
			->frame = op->frame;
		set_up_irq(d, GICV5_SPI(n));
	}
	for (n = 0; n < d->f.nr_lpis; n++) {
		set_up_irq(d, GICV5_LPI(n));
	}
	for (v = 0; v < d->p->config.nr_vcpus; v++) {
		v5_set_up_cpu(d, v);
	}
}
