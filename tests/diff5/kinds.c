/* SPDX-License-Identifier: BSD-2-Clause */
/* Each kind of step: how it is drawn, run and printed. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff5/op.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint8_t ppis[] = { 3, 3, 23, 27, 27, 30, 64, 66, 127 };

static uint8_t draw_prio(const struct profile *f, struct rng *rng)
{
	return f->prios[rng_below(rng, f->nr_prios)];
}

uint64_t draw_prios(const struct profile *f, struct rng *rng)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		value = value << 8 | draw_prio(f, rng);
	}
	return value;
}

/* LPIs at the ends of tables too. */
static uint32_t draw_lpi(const struct program *p, const struct profile *f,
			 struct rng *rng)
{
	const uint32_t all = 1u << p->config.lpi_id_bits;

	switch (rng_below(rng, 8)) {
	case 0:
		return rng_below(rng, 4 * all);
	case 1:
		return all / 2 + rng_below(rng, f->nr_lpis);
	default:
		return rng_below(rng, f->nr_lpis);
	}
}

static uint32_t draw_spi(const struct profile *f, struct rng *rng)
{
	return rng_below(rng, 8) ? rng_below(rng, f->nr_spis) :
				   rng_below(rng, WORLD_SPIS);
}

/* Mostly an interrupt that exists, and a target that does. */
uint64_t draw_operand(const struct program *p, const struct profile *f,
		      struct rng *rng, uint32_t enc)
{
	uint64_t high = rng_next(rng) & UINT64_C(0xffffffff00000000);
	uint64_t intid;

	switch (rng_below(rng, 16)) {
	case 0:
		intid = GICV5_PPI(ppis[rng_below(rng, COUNT(ppis))]);
		break;
	case 1:
		intid = rng_next(rng) & 0xe00000ff;
		break;
	case 2:
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
		intid = GICV5_LPI(draw_lpi(p, f, rng));
		break;
	default:
		intid = GICV5_SPI(draw_spi(f, rng));
		break;
	}
	if (enc == GIC_CDPRI) {
		high = FIELD_PUT(GIC_CDPRI_PRIORITY, draw_prio(f, rng));
	} else if (enc == GIC_CDAFF) {
		high = FIELD_PUT(
			GIC_CDAFF_IAFFID,
			world_iaffid(rng_below(rng, p->config.nr_vcpus + 1u)));
		intid |= rng_below(rng, 4) ? 0 : GIC_CDAFF_IRM;
	}
	return high | intid;
}

static void draw_nothing(const struct program *p, const struct profile *f,
			 struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	(void)rng;
	(void)op;
}

static void draw_small(const struct program *p, const struct profile *f,
		       struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->value = rng_below(rng, rng_below(rng, 4) ? 2 : WORLD_ACKS);
}

static void draw_read(const struct program *p, const struct profile *f,
		      struct rng *rng, struct op *op)
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

	(void)p;
	(void)f;
	op->where = rng_below(rng, 8) ?
			    encs[rng_below(rng, COUNT(encs))] :
			    ICC_PPI_PRIORITYR_EL1(rng_below(rng, 16));
}

/* Bits of PPIs: a single one that matters, or many. */
static uint64_t draw_bits(struct rng *rng, uint32_t bank)
{
	uint64_t value = rng_next(rng);
	uint32_t ppi;

	if (rng_below(rng, 4) == 0) {
		return value;
	}
	do {
		ppi = ppis[rng_below(rng, COUNT(ppis))];
	} while (ppi / 64 != bank);
	return UINT64_C(1) << ppi % 64;
}

static void draw_write(const struct program *p, const struct profile *f,
		       struct rng *rng, struct op *op)
{
	/* clang-format off */
	static const uint32_t encs[] = {
		ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER0_EL1,
		ICC_PPI_ENABLER1_EL1, ICC_PPI_CACTIVER0_EL1,
		ICC_PPI_CACTIVER1_EL1, ICC_PPI_SACTIVER0_EL1,
		ICC_PPI_CPENDR0_EL1, ICC_PPI_CPENDR1_EL1,
		ICC_PPI_SPENDR0_EL1, ICC_PPI_SPENDR0_EL1,
		ICC_PPI_SPENDR0_EL1, ICC_PPI_SPENDR1_EL1, ICC_PCR_EL1,
		ICC_CR0_EL1, ICC_APR_EL1, ICC_ICSR_EL1,
		ICC_PPI_PRIORITYR_EL1(0), ICC_PPI_PRIORITYR_EL1(3),
		ICC_PPI_PRIORITYR_EL1(8),
	};
	/* clang-format on */

	(void)p;
	op->where = encs[rng_below(rng, COUNT(encs))];
	switch (op->where) {
	case ICC_PCR_EL1:
		op->value = rng_below(rng, 3) ? 31 : draw_prio(f, rng);
		break;
	case ICC_CR0_EL1:
		op->value = rng_below(rng, 8) != 0;
		break;
	case ICC_APR_EL1:
		op->value = rng_below(rng, 2) ?
				    0 :
				    UINT64_C(1) << rng_below(rng, 32);
		break;
	case ICC_ICSR_EL1:
		op->value = rng_next(rng);
		break;
	case ICC_PPI_ENABLER0_EL1:
	case ICC_PPI_ENABLER1_EL1:
		op->value = rng_next(rng) | rng_next(rng);
		break;
	case ICC_PPI_PRIORITYR_EL1(0):
	case ICC_PPI_PRIORITYR_EL1(3):
	case ICC_PPI_PRIORITYR_EL1(8):
		op->value = draw_prios(f, rng);
		break;
	default:
		op->value = draw_bits(rng, op->where & 1);
		break;
	}
}

static void draw_command(const struct program *p, const struct profile *f,
			 struct rng *rng, struct op *op)
{
	static const uint32_t encs[] = {
		GIC_CDEN,   GIC_CDEN,	GIC_CDEN,  GIC_CDDIS,  GIC_CDPRI,
		GIC_CDPRI,  GIC_CDAFF,	GIC_CDAFF, GIC_CDPEND, GIC_CDPEND,
		GIC_CDPEND, GIC_CDPEND, GIC_CDHM,  GIC_CDDI,   GIC_CDDI,
		GIC_CDEOI,  GSB_SYS,	GSB_ACK,
	};

	op->where = encs[rng_below(rng, COUNT(encs))];
	op->value = draw_operand(p, f, rng, op->where);
}

static void draw_rcfg(const struct program *p, const struct profile *f,
		      struct rng *rng, struct op *op)
{
	op->value = draw_operand(p, f, rng, GIC_CDRCFG);
}

static void draw_irs_read(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
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

	(void)p;
	(void)f;
	op->irs = (uint8_t)rng_below(rng, WORLD_MAX_IRS);
	op->where = offsets[rng_below(rng, COUNT(offsets))];
	op->width = 4;
	if (rng_below(rng, 16) == 0) {
		op->width = (uint8_t)(1u << rng_below(rng, 4));
		op->where += rng_below(rng, 4);
	}
}

static void draw_irs_write(const struct program *p, const struct profile *f,
			   struct rng *rng, struct op *op)
{
	static const uint32_t offsets[] = {
		IRS_CR0,      IRS_CR1,		 IRS_SYNCR,	  IRS_SPI_SELR,
		IRS_SPI_SELR, IRS_SPI_SELR,	 IRS_SPI_CFGR,	  IRS_SPI_CFGR,
		IRS_SPI_CFGR, IRS_SPI_RESAMPLER, IRS_PE_SELR,	  IRS_PE_CR0,
		IRS_PE_CR0,   IRS_MAP_L2_ISTR,	 IRS_MAP_L2_ISTR, IRS_IST_BASER,
		IRS_IST_CFGR,
	};

	op->irs = (uint8_t)rng_below(rng, WORLD_MAX_IRS);
	op->where = offsets[rng_below(rng, COUNT(offsets))];
	op->width = 4;
	switch (op->where) {
	case IRS_CR0:
		op->value = rng_below(rng, 4) != 0;
		break;
	case IRS_SPI_SELR:
	case IRS_SPI_RESAMPLER:
		op->value = draw_spi(f, rng);
		break;
	case IRS_SPI_CFGR:
	case IRS_PE_CR0:
		op->value = rng_below(rng, 2);
		break;
	case IRS_PE_SELR:
		op->value =
			world_iaffid(rng_below(rng, p->config.nr_vcpus + 1u));
		break;
	case IRS_MAP_L2_ISTR:
		op->value = draw_lpi(p, f, rng);
		break;
	case IRS_IST_BASER:
		op->width = 8;
		op->value = WORLD_IST + (rng_below(rng, 4) ? 0 : 0x4000);
		op->value |= rng_below(rng, 4) ? IRS_IST_BASER_VALID : 0;
		break;
	default:
		op->value = rng_next(rng) & 0x7f;
		break;
	}
	if (rng_below(rng, 32) == 0) {
		op->width = (uint8_t)(1u << rng_below(rng, 2));
	}
}

static void draw_lpi_op(const struct program *p, const struct profile *f,
			struct rng *rng, struct op *op)
{
	op->irs = (uint8_t)rng_below(rng, WORLD_MAX_IRS);
	op->where = draw_lpi(p, f, rng);
}

/* Fill an L1 entry: each has its own 64 KiB, or what there is of it. */
static void draw_store(const struct program *p, const struct profile *f,
		       struct rng *rng, struct op *op)
{
	const uint32_t entry = rng_below(rng, 16);

	(void)p;
	(void)f;
	op->where = (uint32_t)(WORLD_IST - WORLD_RAM) + 8 * entry;
	op->value = WORLD_L2 + 0x1000 * (uint64_t)entry;
}

static void draw_spi_op(const struct program *p, const struct profile *f,
			struct rng *rng, struct op *op)
{
	(void)p;
	op->where = draw_spi(f, rng);
	op->value = rng_below(rng, 3) != 0;
}

static void draw_ppi_op(const struct program *p, const struct profile *f,
			struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->where = ppis[rng_below(rng, COUNT(ppis))];
	op->value = rng_below(rng, 3) != 0;
}

static void draw_raw_sysreg(const struct program *p, const struct profile *f,
			    struct rng *rng, struct op *op)
{
	if (rng_below(rng, 2)) {
		op->where = SYSREG_ENC(1, 0, 12, rng_below(rng, 4),
				       rng_below(rng, 8));
	} else {
		op->where = SYSREG_ENC(3, rng_below(rng, 2), 12,
				       rng_below(rng, 16), rng_below(rng, 8));
	}
	op->value = rng_below(rng, 2) ? rng_next(rng) :
					draw_operand(p, f, rng, op->where);
}

static void draw_raw_mmio(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	draw_irs_write(p, f, rng, op);
	if (rng_below(rng, 2)) {
		op->where = rng_below(rng, 2 * IRS_FRAME_SIZE);
	}
	op->width = (uint8_t)(1u << rng_below(rng, 4));
	switch (rng_below(rng, 4)) {
	case 0:
		op->value = rng_next(rng);
		break;
	case 1:
		op->value = WORLD_RAM + rng_below(rng, WORLD_RAM_SIZE) * 2 +
			    rng_below(rng, 2);
		break;
	default:
		break;
	}
}

static void run_ack(struct world *w, const struct op *op)
{
	guest_ack(w, op->vcpu);
}

static void run_hppir(struct world *w, const struct op *op)
{
	guest_hppir(w, op->vcpu);
}

static void run_end(struct world *w, const struct op *op)
{
	guest_end(w, op->vcpu, (uint32_t)op->value);
}

static void run_read(struct world *w, const struct op *op)
{
	guest_read(w, op->vcpu, op->where);
}

static void run_write(struct world *w, const struct op *op)
{
	guest_write(w, op->vcpu, op->where, op->value);
}

/*
 * The mapped SPI's pending state is its host interrupt's, whatever the guest
 * would make of it, and while it is active nobody knows.
 */
static void run_command(struct world *w, const struct op *op)
{
	if (!device_is_passed(w, (uint32_t)op->value) ||
	    (op->where != GIC_CDPEND && op->where != GIC_CDHM)) {
		guest_write(w, op->vcpu, op->where, op->value);
	}
}

static void run_rcfg(struct world *w, const struct op *op)
{
	if (device_is_passed(w, (uint32_t)op->value)) {
		return;
	}
	guest_write(w, op->vcpu, GIC_CDRCFG, op->value);
	guest_read(w, op->vcpu, ICC_ICSR_EL1);
}

static void run_irs_read(struct world *w, const struct op *op)
{
	guest_irs_read(w, op->vcpu, op->irs, op->where, op->width);
}

static void run_irs_write(struct world *w, const struct op *op)
{
	const uint32_t irs = op->irs % w->config.nr_irs;

	if ((op->where & ~3u) == IRS_SPI_CFGR &&
	    device_is_passed(w, GICV5_SPI(w->oracle.irs[irs].spi_sel))) {
		return;
	}
	guest_irs_write(w, op->vcpu, op->irs, op->where, op->width, op->value);
}

static void run_setlpi(struct world *w, const struct op *op)
{
	guest_setlpi(w, op->vcpu, op->irs, op->where);
}

/* Software must not write a table that is valid. */
static void run_store(struct world *w, const struct op *op)
{
	if (!(w->oracle.ist_baser & IRS_IST_BASER_VALID) || w->config.hostile) {
		guest_store(w, WORLD_RAM + op->where, op->value);
	}
}

static void run_wfi(struct world *w, const struct op *op)
{
	guest_wfi(w, op->vcpu);
}

static void run_spi(struct world *w, const struct op *op)
{
	device_spi(w, op->where, op->value);
}

static void run_ppi(struct world *w, const struct op *op)
{
	device_ppi(w, op->vcpu, op->where, op->value);
}

static void run_message(struct world *w, const struct op *op)
{
	device_message(w, op->where);
}

static void run_enter(struct world *w, const struct op *op)
{
	world_enter(w, op->vcpu);
}

static void run_exit(struct world *w, const struct op *op)
{
	world_exit(w, op->vcpu);
}

static void run_put(struct world *w, const struct op *op)
{
	world_put(w, op->vcpu, op->value & 1);
}

static void run_migrate(struct world *w, const struct op *op)
{
	world_migrate(w, op->vcpu);
}

static void run_reset_cpu(struct world *w, const struct op *op)
{
	world_reset_cpu(w, op->vcpu);
}

static void run_reset(struct world *w, const struct op *op)
{
	(void)op;
	world_reset(w);
}

static void draw_snapshot(const struct program *p, const struct profile *f,
			  struct rng *rng, struct op *op)
{
	(void)p;
	(void)f;
	op->value = rng_below(rng, 3);
}

static void run_snapshot(struct world *w, const struct op *op)
{
	world_snapshot(w, op->vcpu, (uint32_t)op->value);
}

static void run_compare(struct world *w, const struct op *op)
{
	(void)op;
	world_compare(w);
}

static void run_raw_read(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	(void)guest_raw(w, op->vcpu, op->where, false, &value);
}

static void run_raw_write(struct world *w, const struct op *op)
{
	uint64_t value = op->value;

	(void)guest_raw(w, op->vcpu, op->where, true, &value);
}

static void raw_mmio(struct world *w, const struct op *op, bool write)
{
	uint64_t value = op->value;

	(void)guest_raw_mmio(w, op->vcpu,
			     WORLD_IRS + op->where + op->irs * WORLD_IRS_STRIDE,
			     op->width, write, &value);
}

static void run_raw_load(struct world *w, const struct op *op)
{
	raw_mmio(w, op, false);
}

static void run_raw_store(struct world *w, const struct op *op)
{
	raw_mmio(w, op, true);
}

static void print_vcpu(FILE *out, const struct op *op)
{
	(void)out;
	(void)op;
}

static void print_value(FILE *out, const struct op *op)
{
	fprintf(out, " %" PRIu64, op->value);
}

static void print_sysreg(FILE *out, const struct op *op)
{
	fprintf(out, " %s", name_sysreg(op->where));
}

static void print_sysreg_value(FILE *out, const struct op *op)
{
	fprintf(out, " %s = %#" PRIx64, name_sysreg(op->where), op->value);
}

static void print_operand(FILE *out, const struct op *op)
{
	const uint32_t enc = op->kind == OP_RCFG ? GIC_CDRCFG : op->where;
	char text[32];

	name_intid(text, sizeof(text), (uint32_t)op->value);
	fprintf(out, " %s %s", name_sysreg(enc), text);
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

static void print_irs(FILE *out, const struct op *op)
{
	fprintf(out, " IRS %u %s, %u bytes, %#" PRIx64, op->irs,
		name_irs(op->where), op->width, op->value);
}

static void print_where(FILE *out, const struct op *op)
{
	fprintf(out, " %" PRIu32 " %#" PRIx64, op->where, op->value);
}

const struct op_row op_kinds[OP_NR_KINDS] = {
	[OP_ACK] = { "CDIA", 40, false, draw_nothing, run_ack, print_vcpu },
	[OP_HPPIR] = { "HPPIR", 8, false, draw_nothing, run_hppir, print_vcpu },
	[OP_END] = { "EOI+DI", 30, false, draw_small, run_end, print_value },
	[OP_READ] = { "MRS", 12, false, draw_read, run_read, print_sysreg },
	[OP_WRITE] = { "MSR", 12, false, draw_write, run_write,
		       print_sysreg_value },
	[OP_COMMAND] = { "SYS", 50, false, draw_command, run_command,
			 print_operand },
	[OP_RCFG] = { "RCFG", 12, false, draw_rcfg, run_rcfg, print_operand },
	[OP_IRS_READ] = { "load", 6, false, draw_irs_read, run_irs_read,
			  print_irs },
	[OP_IRS_WRITE] = { "store", 6, false, draw_irs_write, run_irs_write,
			   print_irs },
	[OP_SETLPI] = { "SETLPI", 6, false, draw_lpi_op, run_setlpi,
			print_where },
	[OP_STORE] = { "store L1", 2, false, draw_store, run_store,
		       print_where },
	[OP_WFI] = { "WFI", 8, false, draw_nothing, run_wfi, print_vcpu },
	[OP_SPI] = { "SPI wire", 24, false, draw_spi_op, run_spi, print_where },
	[OP_PPI] = { "PPI wire", 24, false, draw_ppi_op, run_ppi, print_where },
	[OP_MESSAGE] = { "message", 12, false, draw_lpi_op, run_message,
			 print_where },
	[OP_ENTER] = { "enter", 10, false, draw_nothing, run_enter,
		       print_vcpu },
	[OP_EXIT] = { "exit", 10, false, draw_nothing, run_exit, print_vcpu },
	[OP_PUT] = { "put", 4, false, draw_small, run_put, print_value },
	[OP_MIGRATE] = { "migrate", 4, false, draw_nothing, run_migrate,
			 print_vcpu },
	[OP_RESET_CPU] = { "reset CPU", 1, false, draw_nothing, run_reset_cpu,
			   print_vcpu },
	[OP_RESET] = { "reset", 1, false, draw_nothing, run_reset, print_vcpu },
	[OP_COMPARE] = { "compare", 2, false, draw_nothing, run_compare,
			 print_vcpu },
	[OP_SNAPSHOT] = { "snapshot", 2, false, draw_snapshot, run_snapshot,
			  print_value },
	[OP_RAW_READ] = { "raw read", 20, true, draw_raw_sysreg, run_raw_read,
			  print_sysreg },
	[OP_RAW_WRITE] = { "raw write", 30, true, draw_raw_sysreg,
			   run_raw_write, print_sysreg_value },
	[OP_RAW_LOAD] = { "raw load", 10, true, draw_raw_mmio, run_raw_load,
			  print_irs },
	[OP_RAW_STORE] = { "raw store", 30, true, draw_raw_mmio, run_raw_store,
			   print_irs },
};

void op_print(FILE *out, const struct op *op)
{
	fprintf(out, "vcpu %u: %s", op->vcpu, op_kinds[op->kind].name);
	op_kinds[op->kind].print(out, op);
	fputc('\n', out);
}
