/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of a GICv3 or GICv2: how each kind is drawn and run. */
#include "regs/gicv2.h"
#include "tests/diff/op.h"

static unsigned int draw_group(struct draw *d)
{
	return rng_below(d, 16) < d->f.group1;
}

/* Mostly the low SPIs, so that things meet. */
static uint32_t draw_spi(struct draw *d)
{
	return GIC_SPI_BASE + rng_below(d, rng_below(d, 4) ? 8 : WORLD_SPIS);
}

static void draw_group_op(struct draw *d, struct op *op)
{
	op->value = draw_group(d);
}

static void draw_value(struct draw *d, struct op *op)
{
	op->value = rng_below(d, V3_DROPPED);
}

static void draw_late(struct draw *d, struct op *op)
{
	op->value = 1 + rng_below(d, 6);
}

static void draw_read(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PMR_EL1,	 ICC_RPR_EL1,	  ICC_RPR_EL1,	 ICC_BPR0_EL1,
		ICC_BPR1_EL1,	 ICC_AP0R0_EL1,	  ICC_AP1R0_EL1, ICC_CTLR_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1, ICC_SRE_EL1,
	};

	op->where = DRAW(d, encs);
	if (op->where == ICC_AP0R0_EL1 || op->where == ICC_AP1R0_EL1) {
		op->where += rng_below(d, 1u << (d->p->config.pre_bits - 5));
	}
	/* One GICC_APR, and no ICC_SRE. */
	if (v3_is_v2(&d->p->config) &&
	    (op->where == ICC_AP1R0_EL1 || op->where == ICC_SRE_EL1)) {
		op->where = ICC_AP0R0_EL1;
	}
}

static void draw_write(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PMR_EL1,  ICC_PMR_EL1,     ICC_PMR_EL1,
		ICC_CTLR_EL1, ICC_CTLR_EL1,    ICC_BPR0_EL1,
		ICC_BPR1_EL1, ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};

	op->where = DRAW(d, encs);
	switch (op->where) {
	case ICC_PMR_EL1:
		op->value = rng_below(d, 3) ? 0xff :
					      (uint32_t)draw_prio(d) * 8 +
						      rng_below(d, 9);
		break;
	case ICC_CTLR_EL1:
		op->value = rng_below(d, 4) ? rng_below(d, 2) << 1 :
					      rng_below(d, 4);
		if (v3_is_v2(&d->p->config)) {
			op->value |= rng_below(d, 4) << 2;
		}
		break;
	case ICC_IGRPEN0_EL1:
	case ICC_IGRPEN1_EL1:
		op->value = rng_below(d, 3) != 0;
		break;
	default:
		op->value = rng_below(d, 8);
		break;
	}
}

/* GICD_SGIR in its three modes, and now and then in none. */
static void draw_sgir(struct draw *d, struct op *op)
{
	op->where = GICD_SGIR;
	op->value = FIELD_PUT(GICD_SGIR_SGIINTID, rng_below(d, 16)) |
		    FIELD_PUT(GICD_SGIR_CPUTargetList,
			      rng_below(d, 4) ? 1u << rng_below(d, 4) :
						rng_below(d, 256)) |
		    FIELD_PUT(GICD_SGIR_TargetListFilter,
			      rng_below(d, 2) ? 0 : rng_below(d, 4));
}

static void draw_sgi(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_SGI1R_EL1, ICC_SGI1R_EL1,  ICC_SGI1R_EL1,
		ICC_SGI0R_EL1, ICC_ASGI1R_EL1,
	};
	const uint32_t n = rng_below(d, d->p->config.nr_vcpus);
	uint64_t value = FIELD_PUT(ICC_SGIR_INTID, rng_below(d, GIC_NR_SGIS));

	if (v3_is_v2(&d->p->config)) {
		draw_sgir(d, op);
		return;
	}
	op->where = DRAW(d, encs);
	if (rng_below(d, 8) == 0) {
		op->value = value | FIELD_PUT(ICC_SGIR_IRM, 1);
		return;
	}
	if (d->p->config.topology == 1) {
		value |= FIELD_PUT(ICC_SGIR_Aff3, n >> 2) |
			 FIELD_PUT(ICC_SGIR_Aff2, n >> 1) |
			 FIELD_PUT(ICC_SGIR_Aff1, n >> 1) |
			 FIELD_PUT(ICC_SGIR_TargetList, 1 + rng_below(d, 3));
	} else if (d->p->config.topology == 2) {
		value |= FIELD_PUT(ICC_SGIR_RS, n * 17 / 16) |
			 FIELD_PUT(ICC_SGIR_TargetList,
				   1u << (n * 17 % 16) | rng_below(d, 4));
	} else {
		value |= FIELD_PUT(ICC_SGIR_TargetList, 1 + rng_below(d, 15));
	}
	op->value = value;
}

static void draw_line(struct draw *d, struct op *op)
{
	op->value = rng_below(d, 3) != 0;
	op->where = rng_below(d, 4) ? draw_spi(d) :
				      GIC_NR_SGIS + rng_below(d, 16);
	if (rng_below(d, 4) == 0) {
		const uint32_t mapped[] = {
			V3_MAPPED_PPI,
			V3_MAPPED_LEVEL,
			V3_MAPPED_EDGE,
		};

		op->where = DRAW(d, mapped);
	}
}

/* Offset of a register with a bit for each interrupt, and a frame. */
static void draw_bits(struct draw *d, uint32_t base, struct op *op)
{
	op->width = 4;
	if (rng_below(d, 2)) {
		op->frame = -1;
		op->where = base + 4 * (rng_below(d, 16) != 0);
	} else {
		op->frame = (int8_t)rng_below(d, d->p->config.nr_vcpus);
		op->where = GICR_SGI_BASE + base;
	}
}

static uint64_t draw_mask(struct draw *d)
{
	if (rng_below(d, 16) < d->f.dense) {
		return rng_next(d) & UINT32_MAX;
	}
	/* The low ones are used most. */
	return UINT64_C(1) << rng_below(d, rng_below(d, 2) ? 32 : 8);
}

static void draw_priority(struct draw *d, struct op *op)
{
	const bool spi = rng_below(d, 2);

	op->frame =
		(int8_t)(spi ? -1 : (int)rng_below(d, d->p->config.nr_vcpus));
	op->where = GICD_IPRIORITYR +
		    (spi ? draw_spi(d) : GICR_SGI_BASE + rng_below(d, 32));
	op->width = 1;
	if (rng_below(d, 4) == 0) {
		op->width = 4;
		op->where &= ~UINT32_C(3);
	}
	op->value = draw_prios(d, op->width, 3);
}

void v3_route(const struct program *p, uint32_t v, uint32_t intid,
	      struct op *op)
{
	const uint32_t aff = v3_affinity(&p->config, v);

	op->frame = -1;
	if (v3_is_v2(&p->config)) {
		op->where = GICD_ITARGETSR + intid;
		op->width = 1;
		op->value = 1u << v;
		return;
	}
	op->where = GICD_IROUTER + 8 * intid;
	op->width = 8;
	op->value = (uint64_t)(aff >> 24) << 32 | (aff & 0xffffff);
}

void v3_draw_route(struct draw *d, uint32_t intid, struct op *op)
{
	v3_route(d->p, rng_below(d, d->p->config.nr_vcpus + 1u), intid, op);
	if (rng_below(d, 8) == 0 && v3_is_v2(&d->p->config)) {
		op->value = rng_below(d, 256);
	} else if (rng_below(d, 8) == 0) {
		op->value |= GICD_IROUTER_IRM;
	}
}

/* Whole or by halves. */
static void draw_router(struct draw *d, struct op *op)
{
	v3_draw_route(d, draw_spi(d), op);
	if (v3_is_v2(&d->p->config)) {
		if (rng_below(d, 4) == 0) {
			op->width = 4;
			op->where &= ~UINT32_C(3);
			op->value = rng_next(d) & UINT32_MAX;
		}
		return;
	}
	if (rng_below(d, 4) == 0) {
		const uint32_t half = 4 * rng_below(d, 2);

		op->width = 4;
		op->where += half;
		op->value = (op->value >> (8 * half)) & UINT32_MAX;
	}
}

/* GICD_SPENDSGIR and GICD_CPENDSGIR of the CPU that accesses. */
static void draw_pendsgir(struct draw *d, struct op *op)
{
	op->frame = -1;
	op->width = rng_below(d, 4) ? 1 : 4;
	op->where = (rng_below(d, 2) ? GICD_SPENDSGIR : GICD_CPENDSGIR) +
		    (rng_below(d, 16) & ~(op->width - 1u));
	op->value = rng_next(d) & rng_next(d) & UINT32_MAX;
}

/* Now and then an access of a width that the register does not have. */
static void misfit(struct draw *d, struct op *op)
{
	if (rng_below(d, 32) == 0) {
		op->width = (uint8_t)(1u << rng_below(d, 4));
	}
}

static void draw_mmio_write(struct draw *d, struct op *op)
{
	static const uint32_t bases[] = {
		GICD_ISENABLER, GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
		GICD_ISPENDR,	GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER,
		GICD_ICACTIVER, GICD_ICACTIVER, GICD_IGROUPR,
	};

	if (v3_is_v2(&d->p->config) && rng_below(d, 8) == 0) {
		draw_pendsgir(d, op);
		return;
	}
	switch (rng_below(d, 16)) {
	case 0:
		op->frame = -1;
		op->where = GICD_CTLR;
		op->width = 4;
		op->value = rng_below(d, 3) ? 3 : rng_below(d, 4);
		break;
	case 1:
		op->frame = (int8_t)((int)rng_below(d, 2) - 1);
		op->where = (op->frame < 0 ? GICD_ICFGR + 8 : GICR_ICFGR0) +
			    4 * rng_below(d, 2);
		op->width = 4;
		op->value = rng_next(d) & 0xaaaaaaaa;
		break;
	case 2:
	case 3:
		draw_router(d, op);
		break;
	case 4:
	case 5:
	case 6:
		draw_priority(d, op);
		break;
	default:
		draw_bits(d, DRAW(d, bases), op);
		op->value = draw_mask(d);
		break;
	}
	misfit(d, op);
}

static void draw_mmio_read(struct draw *d, struct op *op)
{
	static const uint32_t bases[] = {
		GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,	GICD_ISPENDR,
		GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER, GICD_ISACTIVER,
		GICD_ISACTIVER, GICD_ICACTIVER, GICD_IGROUPR,
	};

	if (v3_is_v2(&d->p->config) && rng_below(d, 8) == 0) {
		draw_pendsgir(d, op);
		op->value = 0;
		return;
	}
	switch (rng_below(d, 10)) {
	case 0:
		draw_router(d, op);
		break;
	case 1:
		draw_priority(d, op);
		break;
	case 2:
		op->frame = -1;
		op->where = rng_below(d, 4) ? GICD_ICFGR + 8 : GICD_CTLR;
		op->width = 4;
		break;
	default:
		draw_bits(d, DRAW(d, bases), op);
		break;
	}
	misfit(d, op);
	op->value = 0;
}

static void draw_raw_sysreg(struct draw *d, struct op *op)
{
	/* Both CRm neighbourhoods of the CPU interface, and a bit more. */
	op->where = rng_below(d, 8) ?
			    SYSREG_ENC(3u, 0u, 12u, 8u + rng_below(d, 5),
				       rng_below(d, 8)) :
			    ICC_PMR_EL1;
	op->value = rng_below(d, 2) ? rng_below(d, V3_END) : rng_next(d);
	if (rng_below(d, 4) == 0) {
		draw_sgi(d, op);
	}
}

static void draw_raw_mmio(struct draw *d, struct op *op)
{
	op->frame = (int8_t)((int)rng_below(d, d->p->config.nr_vcpus + 1u) - 1);
	op->width = (uint8_t)(1u << rng_below(d, 4));
	op->where = (uint32_t)rng_next(d) &
		    (op->frame < 0 ? GICD_FRAME_SIZE - 1 : GICR_STRIDE - 1);
	op->value = rng_next(d);
	if (rng_below(d, 4)) {
		op->where &= 0x10fff;
	}
	if (op->frame < 0) {
		op->where &= GICD_FRAME_SIZE - 1;
	}
	if (rng_below(d, 2)) {
		draw_mmio_write(d, op);
	}
}

static void run_ack(struct world *w, const struct op *op)
{
	v3_ack(w, op->vcpu, (unsigned int)op->value);
}

static void run_eoi(struct world *w, const struct op *op)
{
	v3_eoi(w, op->vcpu);
}

static void run_dir(struct world *w, const struct op *op)
{
	v3_dir(w, op->vcpu, (uint32_t)op->value);
}

static void run_hppir(struct world *w, const struct op *op)
{
	v3_hppir(w, op->vcpu, (unsigned int)op->value);
}

static void run_icc_read(struct world *w, const struct op *op)
{
	if (op->where == ICC_BPR1_EL1 && w->v3.oracle.gicv2 &&
	    w->v3.oracle.pe[op->vcpu].cbpr) {
		return;
	}
	guest_read(w, op->vcpu, op->where);
}

/*
 * EOImode stays while something is not ended, and changes only when EL2 has
 * heard of the end.  So do the binary points where
 * an implementation compares priorities at the end.
 */
static void run_icc_write(struct world *w, const struct op *op)
{
	const struct oracle_pe *pe = &w->v3.oracle.pe[op->vcpu];
	const bool busy = v3_busy(w, op->vcpu);
	uint64_t value = op->value;

	if (op->where == ICC_CTLR_EL1) {
		w->late[op->vcpu] = 0;
		world_settle(w);
	}
	if (op->where == ICC_CTLR_EL1 && busy) {
		value &= ~(uint64_t)ICC_CTLR_EL1_EOImode;
		value |= pe->eoimode ? ICC_CTLR_EL1_EOImode : 0;
		if (w->config.strict_eoi) {
			value &= ~(uint64_t)ICC_CTLR_EL1_CBPR;
			value |= pe->cbpr ? ICC_CTLR_EL1_CBPR : 0;
		}
	}
	if ((op->where == ICC_BPR0_EL1 || op->where == ICC_BPR1_EL1) && busy &&
	    w->config.strict_eoi) {
		return;
	}
	/* What GICC_ABPR is while CBPR is 1 is not said. */
	if (op->where == ICC_BPR1_EL1 && w->v3.oracle.gicv2 && pe->cbpr) {
		return;
	}
	guest_write(w, op->vcpu, op->where, value);
}

static void run_sgi(struct world *w, const struct op *op)
{
	if (w->v3.oracle.gicv2) {
		guest_mmio(w, op->vcpu, -1, op->where, 4, true, op->value);
		return;
	}
	guest_write(w, op->vcpu, op->where, op->value);
}

/* A maintenance interrupt that comes soon comes late. */
static void run_late(struct world *w, const struct op *op)
{
	w->late[op->vcpu] = (uint32_t)op->value;
}

/* clang-format off */
const struct op_row v3_kinds[V3_NR_KINDS] = {
	[OP_ACK] = { "IAR, group", 24, false,
		draw_group_op, run_ack, print_value },
	[OP_END] = { "EOI the last acknowledged", 16, false,
		NULL, run_eoi, NULL },
	[OP_DIR] = { "DIR, number", 10, false,
		draw_value, run_dir, print_value },
	[OP_HPPIR] = { "HPPIR, group", 4, false,
		draw_group_op, run_hppir, print_value },
	[OP_READ] = { "MRS", 5, false, draw_read, run_icc_read, print_sysreg },
	[OP_WRITE] = { "MSR", 4, false,
		draw_write, run_icc_write, print_sysreg },
	[OP_SGI] = { "SGI", 6, false, draw_sgi, run_sgi, print_sysreg },
	[OP_LOAD] = { "load", 8, false, draw_mmio_read, run_load, print_gicd },
	[OP_STORE] = { "store", 14, false,
		draw_mmio_write, run_store, print_gicd },
	[OP_WFI] = { "WFI", 2, false, NULL, run_wfi, NULL },
	[OP_LINE] = { "device line, intid", 16, false,
		draw_line, run_line, print_where },
	[OP_ENTER] = { "enter", 5, false, NULL, run_enter, NULL },
	[OP_EXIT] = { "exit", 6, false, NULL, run_exit, NULL },
	[OP_PUT] = { "put, for WFI", 2, false,
		draw_small, run_put, print_value },
	[OP_MIGRATE] = { "migrate", 2, false, NULL, run_migrate, NULL },
	[OP_COMPARE] = { "compare", 1, false, NULL, run_compare, NULL },
	[OP_LATE] = { "maintenance is late by", 4, false,
		draw_late, run_late, print_value },
	[OP_SNAPSHOT] = { "snapshot, same back-end, list registers", 1, false,
		draw_snapshot, run_snapshot, print_where },
	[OP_RESET_CPU] = { "reset CPU, redistributor", 1, false,
		draw_small, run_reset_cpu, print_value },
	[OP_RESET] = { "reset all", 1, false, NULL, run_reset, NULL },
	[OP_RAW_READ] = { "raw MRS", 10, true,
		draw_raw_sysreg, run_raw_sysreg, print_sysreg },
	[OP_RAW_WRITE] = { "raw MSR", 20, true,
		draw_raw_sysreg, run_raw_sysreg, print_sysreg },
	[OP_RAW_LOAD] = { "raw load", 10, true,
		draw_raw_mmio, run_raw_mmio, print_gicd },
	[OP_RAW_STORE] = { "raw store", 20, true,
		draw_raw_mmio, run_raw_mmio, print_gicd },
};
/* clang-format on */
