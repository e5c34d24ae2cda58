/* SPDX-License-Identifier: BSD-2-Clause */
/* Each kind of step: how it is drawn, run and printed. */
#include <inttypes.h>
#include <stdio.h>

#include "regs/gicv2.h"
#include "tests/diff/kinds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static unsigned int draw_group(const struct profile *f, struct rng *rng)
{
	return rng_below(rng, 16) < f->group1;
}

static uint8_t draw_prio(const struct profile *f, struct rng *rng)
{
	return f->prios[rng_below(rng, f->nr_prios)];
}

/* Mostly the low SPIs, so that things meet. */
static uint32_t draw_spi(struct rng *rng)
{
	return GIC_SPI_BASE +
	       rng_below(rng, rng_below(rng, 4) ? 8 : WORLD_SPIS);
}

static void draw_group_op(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	(void)p;
	op->value = draw_group(f, rng);
}

static void draw_value(const struct program *p, const struct profile *f,
		       struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->value = rng_below(rng, WORLD_DROPPED);
}

static void draw_late(const struct program *p, const struct profile *f,
		      struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->value = 1 + rng_below(rng, 6);
}

static void draw_nothing(const struct program *p, const struct profile *f,
			 struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	(void)rng;
	(void)op;
}

static void draw_read(const struct program *p, const struct profile *f,
		      struct rng *rng, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PMR_EL1,	 ICC_RPR_EL1,	  ICC_RPR_EL1,	 ICC_BPR0_EL1,
		ICC_BPR1_EL1,	 ICC_AP0R0_EL1,	  ICC_AP1R0_EL1, ICC_CTLR_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1, ICC_SRE_EL1,
	};

	(void)f;
	op->where = encs[rng_below(rng, COUNT(encs))];
	if (op->where == ICC_AP0R0_EL1 || op->where == ICC_AP1R0_EL1) {
		op->where += rng_below(rng, 1u << (p->config.pre_bits - 5));
	}
	/* One GICC_APR, and no ICC_SRE. */
	if (p->config.backend->gicv2 &&
	    (op->where == ICC_AP1R0_EL1 || op->where == ICC_SRE_EL1)) {
		op->where = ICC_AP0R0_EL1;
	}
}

static void draw_write(const struct program *p, const struct profile *f,
		       struct rng *rng, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PMR_EL1,  ICC_PMR_EL1,     ICC_PMR_EL1,
		ICC_CTLR_EL1, ICC_CTLR_EL1,    ICC_BPR0_EL1,
		ICC_BPR1_EL1, ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};

	op->where = encs[rng_below(rng, COUNT(encs))];
	switch (op->where) {
	case ICC_PMR_EL1:
		op->value = rng_below(rng, 3) ?
				    0xff :
				    draw_prio(f, rng) + rng_below(rng, 9);
		break;
	case ICC_CTLR_EL1:
		op->value = rng_below(rng, 4) ? rng_below(rng, 2) << 1 :
						rng_below(rng, 4);
		if (p->config.backend->gicv2) {
			op->value |= rng_below(rng, 4) << 2;
		}
		break;
	case ICC_IGRPEN0_EL1:
	case ICC_IGRPEN1_EL1:
		op->value = rng_below(rng, 3) != 0;
		break;
	default:
		op->value = rng_below(rng, 8);
		break;
	}
}

/* GICD_SGIR in its three modes, and now and then in none. */
static void draw_sgir(struct rng *rng, struct op *op)
{
	op->where = GICD_SGIR;
	op->value = FIELD_PUT(GICD_SGIR_SGIINTID, rng_below(rng, 16)) |
		    FIELD_PUT(GICD_SGIR_CPUTargetList,
			      rng_below(rng, 4) ? 1u << rng_below(rng, 4) :
						  rng_below(rng, 256)) |
		    FIELD_PUT(GICD_SGIR_TargetListFilter,
			      rng_below(rng, 2) ? 0 : rng_below(rng, 4));
}

static void draw_sgi(const struct program *p, const struct profile *f,
		     struct rng *rng, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_SGI1R_EL1, ICC_SGI1R_EL1,  ICC_SGI1R_EL1,
		ICC_SGI0R_EL1, ICC_ASGI1R_EL1,
	};
	const uint32_t n = rng_below(rng, p->config.nr_vcpus);
	uint64_t value = FIELD_PUT(ICC_SGIR_INTID, rng_below(rng, GIC_NR_SGIS));

	(void)f;
	if (p->config.backend->gicv2) {
		draw_sgir(rng, op);
		return;
	}
	op->where = encs[rng_below(rng, COUNT(encs))];
	if (rng_below(rng, 8) == 0) {
		op->value = value | FIELD_PUT(ICC_SGIR_IRM, 1);
		return;
	}
	if (p->config.topology == 1) {
		value |= FIELD_PUT(ICC_SGIR_Aff3, n >> 2) |
			 FIELD_PUT(ICC_SGIR_Aff2, n >> 1) |
			 FIELD_PUT(ICC_SGIR_Aff1, n >> 1) |
			 FIELD_PUT(ICC_SGIR_TargetList, 1 + rng_below(rng, 3));
	} else if (p->config.topology == 2) {
		value |= FIELD_PUT(ICC_SGIR_RS, n * 17 / 16) |
			 FIELD_PUT(ICC_SGIR_TargetList,
				   1u << (n * 17 % 16) | rng_below(rng, 4));
	} else {
		value |= FIELD_PUT(ICC_SGIR_TargetList, 1 + rng_below(rng, 15));
	}
	op->value = value;
}

static void draw_line(const struct program *p, const struct profile *f,
		      struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->value = rng_below(rng, 3) != 0;
	op->where = rng_below(rng, 4) ? draw_spi(rng) :
					GIC_NR_SGIS + rng_below(rng, 16);
	if (rng_below(rng, 4) == 0) {
		const uint32_t mapped[] = {
			WORLD_MAPPED_PPI,
			WORLD_MAPPED_LEVEL,
			WORLD_MAPPED_EDGE,
		};

		op->where = mapped[rng_below(rng, COUNT(mapped))];
	}
}

/* Offset of a register with a bit for each interrupt, and a frame. */
static void draw_bits(const struct program *p, struct rng *rng, uint32_t base,
		      struct op *op)
{
	op->width = 4;
	if (rng_below(rng, 2)) {
		op->frame = -1;
		op->where = base + 4 * (rng_below(rng, 16) != 0);
	} else {
		op->frame = (int8_t)rng_below(rng, p->config.nr_vcpus);
		op->where = GICR_SGI_BASE + base;
	}
}

static uint64_t draw_mask(const struct profile *f, struct rng *rng)
{
	if (rng_below(rng, 16) < f->dense) {
		return rng_next(rng) & UINT32_MAX;
	}
	/* The low ones are used most. */
	return UINT64_C(1) << rng_below(rng, rng_below(rng, 2) ? 32 : 8);
}

static uint64_t draw_prios(const struct profile *f, struct rng *rng,
			   unsigned int width)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < width; i++) {
		value = value << 8 | draw_prio(f, rng);
	}
	return value;
}

static void draw_priority(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	const bool spi = rng_below(rng, 2);

	op->frame = spi ? -1 : (int8_t)rng_below(rng, p->config.nr_vcpus);
	op->where = GICD_IPRIORITYR +
		    (spi ? draw_spi(rng) : GICR_SGI_BASE + rng_below(rng, 32));
	op->width = 1;
	if (rng_below(rng, 4) == 0) {
		op->width = 4;
		op->where &= ~UINT32_C(3);
	}
	op->value = draw_prios(f, rng, op->width);
}

void op_route(const struct program *p, uint32_t v, uint32_t intid,
	      struct op *op)
{
	const uint32_t aff = world_affinity(&p->config, v);

	op->frame = -1;
	if (p->config.backend->gicv2) {
		op->where = GICD_ITARGETSR + intid;
		op->width = 1;
		op->value = 1u << v;
		return;
	}
	op->where = GICD_IROUTER + 8 * intid;
	op->width = 8;
	op->value = (uint64_t)(aff >> 24) << 32 | (aff & 0xffffff);
}

void draw_route(const struct program *p, struct rng *rng, uint32_t intid,
		struct op *op)
{
	op_route(p, rng_below(rng, p->config.nr_vcpus + 1u), intid, op);
	if (rng_below(rng, 8) == 0 && p->config.backend->gicv2) {
		op->value = rng_below(rng, 256);
	} else if (rng_below(rng, 8) == 0) {
		op->value |= GICD_IROUTER_IRM;
	}
}

/* Whole or by halves. */
static void draw_router(const struct program *p, struct rng *rng, struct op *op)
{
	draw_route(p, rng, draw_spi(rng), op);
	if (p->config.backend->gicv2) {
		if (rng_below(rng, 4) == 0) {
			op->width = 4;
			op->where &= ~UINT32_C(3);
			op->value = rng_next(rng) & UINT32_MAX;
		}
		return;
	}
	if (rng_below(rng, 4) == 0) {
		const uint32_t half = 4 * rng_below(rng, 2);

		op->width = 4;
		op->where += half;
		op->value = (op->value >> (8 * half)) & UINT32_MAX;
	}
}

/* GICD_SPENDSGIR and GICD_CPENDSGIR of the CPU that accesses. */
static void draw_pendsgir(struct rng *rng, struct op *op)
{
	op->frame = -1;
	op->width = rng_below(rng, 4) ? 1 : 4;
	op->where = (rng_below(rng, 2) ? GICD_SPENDSGIR : GICD_CPENDSGIR) +
		    (rng_below(rng, 16) & ~(op->width - 1u));
	op->value = rng_next(rng) & rng_next(rng) & UINT32_MAX;
}

/* Now and then an access of a width that the register does not have. */
static void misfit(struct rng *rng, struct op *op)
{
	if (rng_below(rng, 32) == 0) {
		op->width = (uint8_t)(1u << rng_below(rng, 4));
	}
}

static void draw_mmio_write(const struct program *p, const struct profile *f,
			    struct rng *rng, struct op *op)
{
	static const uint32_t bases[] = {
		GICD_ISENABLER, GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
		GICD_ISPENDR,	GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER,
		GICD_ICACTIVER, GICD_ICACTIVER, GICD_IGROUPR,
	};

	if (p->config.backend->gicv2 && rng_below(rng, 8) == 0) {
		draw_pendsgir(rng, op);
		return;
	}
	switch (rng_below(rng, 16)) {
	case 0:
		op->frame = -1;
		op->where = GICD_CTLR;
		op->width = 4;
		op->value = rng_below(rng, 3) ? 3 : rng_below(rng, 4);
		break;
	case 1:
		op->frame = (int8_t)((int)rng_below(rng, 2) - 1);
		op->where = (op->frame < 0 ? GICD_ICFGR + 8 : GICR_ICFGR0) +
			    4 * rng_below(rng, 2);
		op->width = 4;
		op->value = rng_next(rng) & 0xaaaaaaaa;
		break;
	case 2:
	case 3:
		draw_router(p, rng, op);
		break;
	case 4:
	case 5:
	case 6:
		draw_priority(p, f, rng, op);
		break;
	default:
		draw_bits(p, rng, bases[rng_below(rng, COUNT(bases))], op);
		op->value = draw_mask(f, rng);
		break;
	}
	misfit(rng, op);
}

static void draw_mmio_read(const struct program *p, const struct profile *f,
			   struct rng *rng, struct op *op)
{
	static const uint32_t bases[] = {
		GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,	GICD_ISPENDR,
		GICD_ISPENDR,	GICD_ICPENDR,	GICD_ISACTIVER, GICD_ISACTIVER,
		GICD_ISACTIVER, GICD_ICACTIVER, GICD_IGROUPR,
	};

	if (p->config.backend->gicv2 && rng_below(rng, 8) == 0) {
		draw_pendsgir(rng, op);
		op->value = 0;
		return;
	}
	switch (rng_below(rng, 10)) {
	case 0:
		draw_router(p, rng, op);
		break;
	case 1:
		draw_priority(p, f, rng, op);
		break;
	case 2:
		op->frame = -1;
		op->where = rng_below(rng, 4) ? GICD_ICFGR + 8 : GICD_CTLR;
		op->width = 4;
		break;
	default:
		draw_bits(p, rng, bases[rng_below(rng, COUNT(bases))], op);
		break;
	}
	misfit(rng, op);
	op->value = 0;
}

static void draw_raw_sysreg(const struct program *p, const struct profile *f,
			    struct rng *rng, struct op *op)
{
	/* Both CRm neighbourhoods of the CPU interface, and a bit more. */
	op->where = rng_below(rng, 8) ?
			    SYSREG_ENC(3u, 0u, 12u, 8u + rng_below(rng, 5),
				       rng_below(rng, 8)) :
			    ICC_PMR_EL1;
	op->value = rng_below(rng, 2) ? rng_below(rng, WORLD_END) :
					rng_next(rng);
	if (rng_below(rng, 4) == 0) {
		draw_sgi(p, f, rng, op);
	}
}

static void draw_raw_mmio(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	op->frame = (int8_t)((int)rng_below(rng, p->config.nr_vcpus + 1u) - 1);
	op->width = (uint8_t)(1u << rng_below(rng, 4));
	op->where = (uint32_t)rng_next(rng) &
		    (op->frame < 0 ? GICD_FRAME_SIZE - 1 : GICR_STRIDE - 1);
	op->value = rng_next(rng);
	if (rng_below(rng, 4)) {
		op->where &= 0x10fff;
	}
	if (op->frame < 0) {
		op->where &= GICD_FRAME_SIZE - 1;
	}
	if (rng_below(rng, 2)) {
		draw_mmio_write(p, f, rng, op);
	}
}

static void run_iar(struct world *w, const struct op *op)
{
	guest_iar(w, op->vcpu, (unsigned int)op->value);
}

static void run_eoi(struct world *w, const struct op *op)
{
	guest_eoi(w, op->vcpu);
}

static void run_dir(struct world *w, const struct op *op)
{
	guest_dir(w, op->vcpu, (uint32_t)op->value);
}

static void run_hppir(struct world *w, const struct op *op)
{
	guest_hppir(w, op->vcpu, (unsigned int)op->value);
}

static void run_read(struct world *w, const struct op *op)
{
	if (op->where == ICC_BPR1_EL1 && w->config.backend->gicv2 &&
	    w->oracle.pe[op->vcpu].cbpr) {
		return;
	}
	guest_read(w, op->vcpu, op->where);
}

/*
 * EOImode stays while something is not ended, and changes only when EL2 has
 * heard of the end.  So do the binary points where
 * an implementation compares priorities at the end.
 */
static void run_write(struct world *w, const struct op *op)
{
	const struct oracle_pe *pe = &w->oracle.pe[op->vcpu];
	const bool busy = guest_busy(w, op->vcpu);
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
	if (op->where == ICC_BPR1_EL1 && w->config.backend->gicv2 && pe->cbpr) {
		return;
	}
	guest_write(w, op->vcpu, op->where, value);
}

static void run_sgi(struct world *w, const struct op *op)
{
	if (w->config.backend->gicv2) {
		guest_mmio(w, op->vcpu, -1, op->where, 4, true, op->value);
		return;
	}
	guest_write(w, op->vcpu, op->where, op->value);
}

static void run_mmio_read(struct world *w, const struct op *op)
{
	guest_mmio(w, op->vcpu, op->frame, op->where, op->width, false, 0);
}

static void run_mmio_write(struct world *w, const struct op *op)
{
	guest_mmio(w, op->vcpu, op->frame, op->where, op->width, true,
		   op->value);
}

static void run_wfi(struct world *w, const struct op *op)
{
	guest_wfi(w, op->vcpu);
}

static void run_line(struct world *w, const struct op *op)
{
	device_line(w, op->vcpu, op->where, op->value);
	world_settle(w);
}

static void run_enter(struct world *w, const struct op *op)
{
	world_enter(w, op->vcpu);
}

static void run_exit(struct world *w, const struct op *op)
{
	world_exit(w, op->vcpu);
	world_settle(w);
}

static void run_put(struct world *w, const struct op *op)
{
	world_put(w, op->vcpu);
	world_settle(w);
}

static void run_migrate(struct world *w, const struct op *op)
{
	world_migrate(w, op->vcpu);
	world_settle(w);
}

static void draw_snapshot(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	static const uint8_t lrs[] = { 0, 1, 2, 4, 16 };

	(void)p;
	(void)f;
	op->value = lrs[rng_below(rng, sizeof(lrs))];
}

static void run_snapshot(struct world *w, const struct op *op)
{
	world_snapshot(w, (uint8_t)op->value);
}

static void run_compare(struct world *w, const struct op *op)
{
	(void)op;
	world_compare(w);
}

/* A maintenance interrupt that comes soon comes late. */
static void run_late(struct world *w, const struct op *op)
{
	w->late[op->vcpu] = (uint32_t)op->value;
}

static void run_cpu_reset(struct world *w, const struct op *op)
{
	world_reset_cpu(w, op->vcpu, op->value & 1);
}

static void run_reset(struct world *w, const struct op *op)
{
	(void)op;
	world_reset(w);
}

static void run_raw_sysreg(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	guest_raw(w, op->vcpu, op->where, op->kind == OP_RAW_WRITE, &value);
}

static void run_raw_mmio(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	guest_raw_mmio(w, op->vcpu, guest_ipa(w, op->frame) + op->where,
		       op->width, op->kind == OP_RAW_STORE, &value);
}

static void print_value(FILE *out, const struct op *op)
{
	fprintf(out, "%" PRIu64, op->value);
}

static void print_nothing(FILE *out, const struct op *op)
{
	(void)out;
	(void)op;
}

static void print_sysreg(FILE *out, const struct op *op)
{
	fprintf(out, "%s %#" PRIx64, name_sysreg(op->where), op->value);
}

static void print_line(FILE *out, const struct op *op)
{
	fprintf(out, "intid %u = %d", op->where, op->value != 0);
}

static void print_mmio(FILE *out, const struct op *op)
{
	char name[64];

	name_mmio(name, sizeof(name), op->frame, op->where);
	fprintf(out, "%s %u bytes %#" PRIx64, name, op->width, op->value);
}

const struct op_row op_kinds[OP_NR_KINDS] = {
	[OP_IAR] = { "IAR, group", 24, false, draw_group_op, run_iar,
		     print_value },
	[OP_EOI] = { "EOI the last acknowledged", 16, false, draw_nothing,
		     run_eoi, print_nothing },
	[OP_DIR] = { "DIR, number", 10, false, draw_value, run_dir,
		     print_value },
	[OP_HPPIR] = { "HPPIR, group", 4, false, draw_group_op, run_hppir,
		       print_value },
	[OP_READ] = { "MRS", 5, false, draw_read, run_read, print_sysreg },
	[OP_WRITE] = { "MSR", 4, false, draw_write, run_write, print_sysreg },
	[OP_SGI] = { "SGI", 6, false, draw_sgi, run_sgi, print_sysreg },
	[OP_MMIO_READ] = { "load", 8, false, draw_mmio_read, run_mmio_read,
			   print_mmio },
	[OP_MMIO_WRITE] = { "store", 14, false, draw_mmio_write, run_mmio_write,
			    print_mmio },
	[OP_WFI] = { "WFI", 2, false, draw_nothing, run_wfi, print_nothing },
	[OP_LINE] = { "device line,", 16, false, draw_line, run_line,
		      print_line },
	[OP_ENTER] = { "enter", 5, false, draw_nothing, run_enter,
		       print_nothing },
	[OP_EXIT] = { "exit", 6, false, draw_nothing, run_exit, print_nothing },
	[OP_PUT] = { "put", 2, false, draw_nothing, run_put, print_nothing },
	[OP_MIGRATE] = { "migrate", 2, false, draw_nothing, run_migrate,
			 print_nothing },
	[OP_COMPARE] = { "compare", 1, false, draw_nothing, run_compare,
			 print_nothing },
	[OP_LATE] = { "maintenance is late by", 4, false, draw_late, run_late,
		      print_value },
	[OP_SNAPSHOT] = { "snapshot, list registers", 1, false, draw_snapshot,
			  run_snapshot, print_value },
	/* These two are placed where the set-up can be done again. */
	[OP_CPU_RESET] = { "reset CPU, redistributor", 0, false, draw_nothing,
			   run_cpu_reset, print_value },
	[OP_RESET] = { "reset all", 0, false, draw_nothing, run_reset,
		       print_nothing },
	[OP_RAW_READ] = { "raw MRS", 10, true, draw_raw_sysreg, run_raw_sysreg,
			  print_sysreg },
	[OP_RAW_WRITE] = { "raw MSR", 20, true, draw_raw_sysreg, run_raw_sysreg,
			   print_sysreg },
	[OP_RAW_LOAD] = { "raw load", 10, true, draw_raw_mmio, run_raw_mmio,
			  print_mmio },
	[OP_RAW_STORE] = { "raw store", 20, true, draw_raw_mmio, run_raw_mmio,
			   print_mmio },
};

void op_print(FILE *out, const struct op *op)
{
	fprintf(out, "vcpu %u  %s ", op->vcpu, op_kinds[op->kind].name);
	op_kinds[op->kind].print(out, op);
	fprintf(out, "\n");
}
