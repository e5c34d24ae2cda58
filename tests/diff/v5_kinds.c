/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps of a GICv5: how each kind is drawn, run and printed. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff/op.h"

static const uint8_t ppis[] = { 3, 3, 23, 27, 27, 30, 64, 66, 127 };

/* LPIs at the ends of tables too. */
static uint32_t draw_lpi(struct draw *d)
{
	const uint32_t all = 1u << d->p->config.lpi_id_bits;

	switch (rng_below(d, 8)) {
	case 0:
		return rng_below(d, 4 * all);
	case 1:
		return all / 2 + rng_below(d, d->f.nr_lpis);
	default:
		return rng_below(d, d->f.nr_lpis);
	}
}

static uint32_t draw_spi(struct draw *d)
{
	return rng_below(d, 8) ? rng_below(d, d->f.nr_spis) :
				 rng_below(d, WORLD_SPIS);
}

/* Mostly an interrupt that exists, and a target that does. */
uint64_t v5_operand(struct draw *d, uint32_t enc)
{
	uint64_t high = rng_next(d) & UINT64_C(0xffffffff00000000);
	uint64_t intid;

	switch (rng_below(d, 16)) {
	case 0:
		intid = GICV5_PPI(DRAW(d, ppis));
		break;
	case 1:
		intid = rng_next(d) & 0xe00000ff;
		break;
	case 2:
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
		intid = GICV5_LPI(draw_lpi(d));
		break;
	default:
		intid = GICV5_SPI(draw_spi(d));
		break;
	}
	if (enc == GIC_CDPRI) {
		high = FIELD_PUT(GIC_CDPRI_PRIORITY, draw_prio(d));
	} else if (enc == GIC_CDAFF) {
		high = FIELD_PUT(
			GIC_CDAFF_IAFFID,
			v5_iaffid(rng_below(d, d->p->config.nr_vcpus + 1u)));
		intid |= rng_below(d, 4) ? 0 : GIC_CDAFF_IRM;
	}
	return high | intid;
}

static void draw_read(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PPI_ENABLER0_EL1,  ICC_PPI_ENABLER1_EL1,
		ICC_PPI_CACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_PPI_CPENDR0_EL1,   ICC_PPI_SPENDR0_EL1,
		ICC_PPI_SPENDR0_EL1,   ICC_PPI_CPENDR1_EL1,
		ICC_PPI_HMR0_EL1,      ICC_PPI_HMR1_EL1,
		ICC_APR_EL1,	       ICC_APR_EL1,
		ICC_CR0_EL1,	       ICC_PCR_EL1,
		ICC_ICSR_EL1,	       ICC_IAFFIDR_EL1,
		ICC_IDR0_EL1,
	};

	op->where = rng_below(d, 8) ? DRAW(d, encs) :
				      ICC_PPI_PRIORITYR_EL1(rng_below(d, 16));
}

/* Bits of PPIs: a single one that matters, or many. */
static uint64_t draw_bits(struct draw *d, uint32_t bank)
{
	uint64_t value = rng_next(d);
	uint32_t ppi;

	if (rng_below(d, 4) == 0) {
		return value;
	}
	do {
		ppi = DRAW(d, ppis);
	} while (ppi / 64 != bank);
	return UINT64_C(1) << ppi % 64;
}

static void draw_write(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		ICC_PPI_ENABLER0_EL1,
		ICC_PPI_ENABLER0_EL1,
		ICC_PPI_ENABLER1_EL1,
		ICC_PPI_CACTIVER0_EL1,
		ICC_PPI_CACTIVER1_EL1,
		ICC_PPI_SACTIVER0_EL1,
		ICC_PPI_CPENDR0_EL1,
		ICC_PPI_CPENDR1_EL1,
		ICC_PPI_SPENDR0_EL1,
		ICC_PPI_SPENDR0_EL1,
		ICC_PPI_SPENDR0_EL1,
		ICC_PPI_SPENDR1_EL1,
		ICC_PCR_EL1,
		ICC_CR0_EL1,
		ICC_APR_EL1,
		ICC_ICSR_EL1,
		ICC_PPI_PRIORITYR_EL1(0),
		ICC_PPI_PRIORITYR_EL1(3),
		ICC_PPI_PRIORITYR_EL1(8),
	};

	op->where = DRAW(d, encs);
	switch (op->where) {
	case ICC_PCR_EL1:
		op->value = rng_below(d, 3) ? 31 : draw_prio(d);
		break;
	case ICC_CR0_EL1:
		op->value = rng_below(d, 8) != 0;
		break;
	case ICC_APR_EL1:
		op->value = rng_below(d, 2) ? 0 :
					      UINT64_C(1) << rng_below(d, 32);
		break;
	case ICC_ICSR_EL1:
		op->value = rng_next(d);
		break;
	case ICC_PPI_ENABLER0_EL1:
	case ICC_PPI_ENABLER1_EL1:
		op->value = rng_next(d) | rng_next(d);
		break;
	case ICC_PPI_PRIORITYR_EL1(0):
	case ICC_PPI_PRIORITYR_EL1(3):
	case ICC_PPI_PRIORITYR_EL1(8):
		op->value = draw_prios(d, 8, 0);
		break;
	default:
		op->value = draw_bits(d, op->where & 1);
		break;
	}
}

static void draw_command(struct draw *d, struct op *op)
{
	static const uint32_t encs[] = {
		GIC_CDEN,   GIC_CDEN,	GIC_CDEN,  GIC_CDDIS,  GIC_CDPRI,
		GIC_CDPRI,  GIC_CDAFF,	GIC_CDAFF, GIC_CDPEND, GIC_CDPEND,
		GIC_CDPEND, GIC_CDPEND, GIC_CDHM,  GIC_CDDI,   GIC_CDDI,
		GIC_CDEOI,  GSB_SYS,	GSB_ACK,
	};

	op->where = DRAW(d, encs);
	op->value = v5_operand(d, op->where);
}

static void draw_rcfg(struct draw *d, struct op *op)
{
	op->value = v5_operand(d, GIC_CDRCFG);
}

static void draw_irs_read(struct draw *d, struct op *op)
{
	static const uint32_t offsets[] = {
		IRS_CR0,	 IRS_CR1,	    IRS_SYNC_STATUSR,
		IRS_SPI_SELR,	 IRS_SPI_CFGR,	    IRS_SPI_CFGR,
		IRS_SPI_STATUSR, IRS_PE_SELR,	    IRS_PE_STATUSR,
		IRS_PE_CR0,	 IRS_IST_BASER,	    IRS_IST_CFGR,
		IRS_IST_STATUSR, IRS_IST_BASER + 4, IRS_IDR1,
		IRS_IDR2,	 IRS_IDR3,	    IRS_IDR4,
		IRS_IDR5,	 IRS_IDR6,	    IRS_IDR7,
		IRS_VMT_BASER,	 IRS_SPI_VMR,	    IRS_SWERR_STATUSR,
	};

	op->frame = (int8_t)rng_below(d, V5_MAX_IRS);
	op->where = DRAW(d, offsets);
	op->width = 4;
	if (rng_below(d, 16) == 0) {
		op->width = (uint8_t)(1u << rng_below(d, 4));
		op->where += rng_below(d, 4);
	}
}

static void draw_irs_write(struct draw *d, struct op *op)
{
	static const uint32_t offsets[] = {
		IRS_CR0,      IRS_CR1,		 IRS_SYNCR,	  IRS_SPI_SELR,
		IRS_SPI_SELR, IRS_SPI_SELR,	 IRS_SPI_CFGR,	  IRS_SPI_CFGR,
		IRS_SPI_CFGR, IRS_SPI_RESAMPLER, IRS_PE_SELR,	  IRS_PE_CR0,
		IRS_PE_CR0,   IRS_MAP_L2_ISTR,	 IRS_MAP_L2_ISTR, IRS_IST_BASER,
		IRS_IST_CFGR,
	};

	op->frame = (int8_t)rng_below(d, V5_MAX_IRS);
	op->where = DRAW(d, offsets);
	op->width = 4;
	switch (op->where) {
	case IRS_CR0:
		op->value = rng_below(d, 4) != 0;
		break;
	case IRS_SPI_SELR:
	case IRS_SPI_RESAMPLER:
		op->value = draw_spi(d);
		break;
	case IRS_SPI_CFGR:
	case IRS_PE_CR0:
		op->value = rng_below(d, 2);
		break;
	case IRS_PE_SELR:
		op->value = v5_iaffid(rng_below(d, d->p->config.nr_vcpus + 1u));
		break;
	case IRS_MAP_L2_ISTR:
		op->value = draw_lpi(d);
		break;
	case IRS_IST_BASER:
		op->width = 8;
		op->value = V5_IST + (rng_below(d, 4) ? 0 : 0x4000);
		op->value |= rng_below(d, 4) ? IRS_IST_BASER_VALID : 0;
		break;
	default:
		op->value = rng_next(d) & 0x7f;
		break;
	}
	if (rng_below(d, 32) == 0) {
		op->width = (uint8_t)(1u << rng_below(d, 2));
	}
}

static void draw_lpi_op(struct draw *d, struct op *op)
{
	op->frame = (int8_t)rng_below(d, V5_MAX_IRS);
	op->where = draw_lpi(d);
}

/* Fill an L1 entry: each has its own 64 KiB, or what there is of it. */
static void draw_table(struct draw *d, struct op *op)
{
	const uint32_t entry = rng_below(d, 16);

	op->where = (uint32_t)(V5_IST - V5_RAM) + 8 * entry;
	op->value = V5_L2 + 0x1000 * (uint64_t)entry;
}

static void draw_spi_op(struct draw *d, struct op *op)
{
	op->where = GICV5_SPI(draw_spi(d));
	op->value = rng_below(d, 3) != 0;
}

static void draw_ppi_op(struct draw *d, struct op *op)
{
	op->where = GICV5_PPI(DRAW(d, ppis));
	op->value = rng_below(d, 3) != 0;
}

static void draw_raw_sysreg(struct draw *d, struct op *op)
{
	if (rng_below(d, 2)) {
		op->where =
			SYSREG_ENC(1, 0, 12, rng_below(d, 4), rng_below(d, 8));
	} else {
		op->where = SYSREG_ENC(3, rng_below(d, 2), 12, rng_below(d, 16),
				       rng_below(d, 8));
	}
	op->value = rng_below(d, 2) ? rng_next(d) : v5_operand(d, op->where);
}

static void draw_raw_mmio(struct draw *d, struct op *op)
{
	draw_irs_write(d, op);
	if (rng_below(d, 2)) {
		op->where = rng_below(d, 2 * IRS_FRAME_SIZE);
	}
	op->width = (uint8_t)(1u << rng_below(d, 4));
	switch (rng_below(d, 4)) {
	case 0:
		op->value = rng_next(d);
		break;
	case 1:
		op->value = V5_RAM + rng_below(d, V5_RAM_SIZE) * 2 +
			    rng_below(d, 2);
		break;
	default:
		break;
	}
}

static void run_ack(struct world *w, const struct op *op)
{
	v5_ack(w, op->vcpu);
}

static void run_hppir(struct world *w, const struct op *op)
{
	v5_hppir(w, op->vcpu);
}

static void run_end(struct world *w, const struct op *op)
{
	v5_end(w, op->vcpu, (uint32_t)op->value);
}

/*
 * The mapped SPI's pending state is its host interrupt's, whatever the guest
 * would make of it, and while it is active nobody knows.
 */
static void run_command(struct world *w, const struct op *op)
{
	if (!v5_is_passed(w, (uint32_t)op->value) ||
	    (op->where != GIC_CDPEND && op->where != GIC_CDHM)) {
		guest_write(w, op->vcpu, op->where, op->value);
	}
}

static void run_rcfg(struct world *w, const struct op *op)
{
	if (v5_is_passed(w, (uint32_t)op->value)) {
		return;
	}
	guest_write(w, op->vcpu, GIC_CDRCFG, op->value);
	guest_read(w, op->vcpu, ICC_ICSR_EL1);
}

static void run_irs_write(struct world *w, const struct op *op)
{
	const uint32_t irs = (uint32_t)op->frame % w->config.nr_irs;

	if ((op->where & ~3u) != IRS_SPI_CFGR ||
	    !v5_is_passed(w, GICV5_SPI(w->v5.oracle.irs[irs].spi_sel))) {
		run_store(w, op);
	}
}

static void run_setlpi(struct world *w, const struct op *op)
{
	guest_mmio(w, op->vcpu, op->frame, IRS_FRAME_SIZE + IRS_SETLPIR, 4,
		   true, op->where);
}

/* Software must not write a table that is valid. */
static void run_table(struct world *w, const struct op *op)
{
	if (!(w->v5.oracle.ist_baser & IRS_IST_BASER_VALID) ||
	    w->config.hostile) {
		v5_store(w, V5_RAM + op->where, op->value);
	}
}

static void run_message(struct world *w, const struct op *op)
{
	v5_message(w, op->where);
}

/* An edge that the vCPU has not seen yet would outlive it. */
static void run_reset_seen(struct world *w, const struct op *op)
{
	world_enter(w, op->vcpu);
	world_reset_cpu(w, op->vcpu, true);
}

static void print_operand(FILE *out, const struct op *op)
{
	const uint32_t enc = op->kind == OP_RCFG ? GIC_CDRCFG : op->where;
	char name[64], text[32];

	name_sysreg(name, sizeof(name), enc);
	name_intid(text, sizeof(text), (uint32_t)op->value);
	fprintf(out, "%s %s", name, text);
	switch (enc) {
	case GIC_CDPRI:
		fprintf(out, ", priority %u",
			(unsigned int)FIELD_GET(GIC_CDPRI_PRIORITY, op->value));
		break;
	case GIC_CDAFF:
		fprintf(out, ", IAFFID %#x%s",
			(unsigned int)FIELD_GET(GIC_CDAFF_IAFFID, op->value),
			op->value & GIC_CDAFF_IRM ? ", one of N" : "");
		break;
	case GIC_CDPEND:
	case GIC_CDHM:
		fprintf(out, ", %d", (op->value & GIC_CDPEND_PENDING) != 0);
		break;
	}
}

static void print_line(FILE *out, const struct op *op)
{
	char text[32];

	name_intid(text, sizeof(text), op->where);
	fprintf(out, "%s = %d", text, op->value != 0);
}

/* clang-format off */
const struct op_row v5_kinds[V5_NR_KINDS] = {
	[OP_ACK] = { "CDIA", 40, false, NULL, run_ack, NULL },
	[OP_HPPIR] = { "HPPIR", 8, false, NULL, run_hppir, NULL },
	[OP_END] = { "EOI+DI", 30, false, draw_small, run_end, print_value },
	[OP_READ] = { "MRS", 12, false, draw_read, run_read, print_sysreg },
	[OP_WRITE] = { "MSR", 12, false, draw_write, run_write, print_sysreg },
	[OP_COMMAND] = { "SYS", 50, false,
		draw_command, run_command, print_operand },
	[OP_RCFG] = { "RCFG", 12, false, draw_rcfg, run_rcfg, print_operand },
	[OP_LOAD] = { "load", 6, false, draw_irs_read, run_load, print_irs },
	[OP_STORE] = { "store", 6, false,
		draw_irs_write, run_irs_write, print_irs },
	[OP_SETLPI] = { "SETLPI", 6, false,
		draw_lpi_op, run_setlpi, print_where },
	[OP_TABLE] = { "store L1", 2, false,
		draw_table, run_table, print_where },
	[OP_WFI] = { "WFI", 8, false, NULL, run_wfi, NULL },
	[OP_LINE] = { "SPI wire", 24, false,
		draw_spi_op, run_line, print_line },
	[OP_PPI] = { "PPI wire", 24, false, draw_ppi_op, run_line, print_line },
	[OP_MESSAGE] = { "message", 12, false,
		draw_lpi_op, run_message, print_where },
	[OP_ENTER] = { "enter", 10, false, NULL, run_enter, NULL },
	[OP_EXIT] = { "exit", 10, false, NULL, run_exit, NULL },
	[OP_PUT] = { "put, for WFI", 4, false,
		draw_small, run_put, print_value },
	[OP_MIGRATE] = { "migrate", 4, false, NULL, run_migrate, NULL },
	[OP_RESET_CPU] = { "reset CPU", 1, false, NULL, run_reset_seen, NULL },
	[OP_RESET] = { "reset", 1, false, NULL, run_reset, NULL },
	[OP_COMPARE] = { "compare", 2, false, NULL, run_compare, NULL },
	[OP_SNAPSHOT] = { "snapshot, same back-end, all at once", 2, false,
		draw_snapshot, run_snapshot, print_where },
	[OP_RAW_READ] = { "raw read", 20, true,
		draw_raw_sysreg, run_raw_sysreg, print_sysreg },
	[OP_RAW_WRITE] = { "raw write", 30, true,
		draw_raw_sysreg, run_raw_sysreg, print_sysreg },
	[OP_RAW_LOAD] = { "raw load", 10, true,
		draw_raw_mmio, run_raw_mmio, print_irs },
	[OP_RAW_STORE] = { "raw store", 30, true,
		draw_raw_mmio, run_raw_mmio, print_irs },
};
/* clang-format on */
