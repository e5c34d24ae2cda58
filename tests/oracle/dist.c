/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical distributor and redistributors: registers that hold one bit,
 * two bits, a byte or a doubleword per interrupt.  IHI 0069 12.9, 12.11.
 */
#include <stddef.h>

#include "regs/gicv3.h"
#include "tests/oracle/oracle.h"

#define PIDR2_GICV3 FIELD_PUT(GICD_PIDR2_ArchRev, 3)
#define ROUTE_MASK UINT64_C(0xff80ffffff)

struct oracle_irq *oracle_irq(struct oracle *o, uint32_t pe, uint32_t intid)
{
	if (intid < GIC_SPI_BASE) {
		return &o->pe[pe].irq[intid];
	}
	if (intid < GIC_SPI_BASE + o->nr_spis) {
		return &o->spi[intid - GIC_SPI_BASE];
	}
	return NULL;
}

void oracle_init(struct oracle *o, uint32_t nr_pes, uint32_t nr_spis,
		 const uint32_t *affinity)
{
	uint32_t pe, sgi;

	*o = (struct oracle){ .nr_pes = nr_pes, .nr_spis = nr_spis };
	for (pe = 0; pe < nr_pes; pe++) {
		o->pe[pe].affinity = affinity[pe];
		for (sgi = 0; sgi < GIC_NR_SGIS; sgi++) {
			o->pe[pe].irq[sgi].edge = true;
		}
	}
	oracle_set_bits(o, 5, 5);
}

void oracle_line(struct oracle *o, uint32_t pe, uint32_t intid, bool level)
{
	struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (irq->edge && level && !irq->line) {
		irq->latch = true;
	}
	irq->line = level;
}

/* One bit per interrupt. */
static bool get_group(const struct oracle_irq *irq)
{
	return irq->group1;
}

static void set_group(struct oracle_irq *irq, bool bit)
{
	irq->group1 = bit;
}

static bool get_enabled(const struct oracle_irq *irq)
{
	return irq->enabled;
}

static void set_enabled(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->enabled = true;
	}
}

static void clear_enabled(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->enabled = false;
	}
}

static void set_pending(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->latch = true;
	}
}

/* Of no effect on a level that is asserted. IHI 0069 12.9.11 */
static void clear_pending(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->latch = false;
	}
}

static bool get_active(const struct oracle_irq *irq)
{
	return irq->active;
}

static void set_active(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->active = true;
	}
}

static void clear_active(struct oracle_irq *irq, bool bit)
{
	if (bit) {
		irq->active = false;
	}
}

static const struct bit_row {
	uint32_t offset;
	bool (*get)(const struct oracle_irq *irq);
	void (*set)(struct oracle_irq *irq, bool bit);
} bit_rows[] = {
	{ GICD_IGROUPR, get_group, set_group },
	{ GICD_ISENABLER, get_enabled, set_enabled },
	{ GICD_ICENABLER, get_enabled, clear_enabled },
	{ GICD_ISPENDR, oracle_pending, set_pending },
	{ GICD_ICPENDR, oracle_pending, clear_pending },
	{ GICD_ISACTIVER, get_active, set_active },
	{ GICD_ICACTIVER, get_active, clear_active },
};

/*
 * The interrupt a register of `frame` is about, or null: with affinity
 * routing the distributor has none below 32, a redistributor none above.
 */
static struct oracle_irq *irq_of(struct oracle *o, int frame, uint32_t intid)
{
	if ((frame < 0) == (intid < GIC_SPI_BASE)) {
		return NULL;
	}
	return oracle_irq(o, frame < 0 ? 0 : (uint32_t)frame, intid);
}

static const struct bit_row *bit_row(uint32_t offset, unsigned int width)
{
	size_t i;

	for (i = 0; i < sizeof(bit_rows) / sizeof(bit_rows[0]); i++) {
		if (width == 4 && offset % 4 == 0 &&
		    offset - bit_rows[i].offset < 0x80) {
			return &bit_rows[i];
		}
	}
	return NULL;
}

static uint64_t read_bits(struct oracle *o, int frame,
			  const struct bit_row *row, uint32_t offset)
{
	const uint32_t first = (offset - row->offset) * 8;
	uint64_t value = 0;
	uint32_t i;

	for (i = 0; i < 32; i++) {
		const struct oracle_irq *irq = irq_of(o, frame, first + i);

		if (irq && row->get(irq)) {
			value |= UINT64_C(1) << i;
		}
	}
	return value;
}

static void write_bits(struct oracle *o, int frame, const struct bit_row *row,
		       uint32_t offset, uint64_t value)
{
	const uint32_t first = (offset - row->offset) * 8;
	uint32_t i;

	for (i = 0; i < 32; i++) {
		struct oracle_irq *irq = irq_of(o, frame, first + i);

		if (irq) {
			row->set(irq, value & (UINT64_C(1) << i));
		}
	}
}

static bool is_priority(uint32_t offset, unsigned int width)
{
	return offset - GICD_IPRIORITYR < 0x400 && (width == 1 || width == 4) &&
	       offset % width == 0;
}

static bool is_config(uint32_t offset, unsigned int width)
{
	return offset - GICD_ICFGR < 0x100 && width == 4 && offset % 4 == 0;
}

static bool is_router(uint32_t offset, unsigned int width)
{
	return offset - GICD_IROUTER < 8 * GIC_SPI_END &&
	       (width == 4 || width == 8) && offset % width == 0;
}

static uint64_t read_priority(struct oracle *o, int frame, uint32_t offset,
			      unsigned int width)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < width; i++) {
		const struct oracle_irq *irq =
			irq_of(o, frame, offset - GICD_IPRIORITYR + i);

		if (irq) {
			value |= (uint64_t)irq->priority << (8 * i);
		}
	}
	return value;
}

static void write_priority(struct oracle *o, int frame, uint32_t offset,
			   unsigned int width, uint64_t value)
{
	unsigned int i;

	for (i = 0; i < width; i++) {
		struct oracle_irq *irq =
			irq_of(o, frame, offset - GICD_IPRIORITYR + i);

		if (irq) {
			irq->priority =
				(uint8_t)((value >> (8 * i)) & ORACLE_PRI_MASK);
		}
	}
}

/* Int_config: bit 1 of two says edge. SGIs are edges for good. */
static uint64_t read_config(struct oracle *o, int frame, uint32_t offset)
{
	const uint32_t first = (offset - GICD_ICFGR) * 4;
	uint64_t value = 0;
	uint32_t i;

	for (i = 0; i < 16; i++) {
		const struct oracle_irq *irq = irq_of(o, frame, first + i);

		if (irq && irq->edge) {
			value |= UINT64_C(2) << (2 * i);
		}
	}
	return value;
}

static void write_config(struct oracle *o, int frame, uint32_t offset,
			 uint64_t value)
{
	const uint32_t first = (offset - GICD_ICFGR) * 4;
	uint32_t i;

	for (i = 0; i < 16; i++) {
		struct oracle_irq *irq = irq_of(o, frame, first + i);

		if (irq && first + i >= GIC_NR_SGIS) {
			irq->edge = value & (UINT64_C(2) << (2 * i));
		}
	}
}

/*
 * With IRM set the affinity is UNKNOWN: here it reads as zero, and what it
 * was is back when IRM goes. IHI 0069 12.9.22.
 */
static uint64_t read_router(struct oracle *o, int frame, uint32_t offset,
			    unsigned int width)
{
	const struct oracle_irq *irq =
		irq_of(o, frame, (offset - GICD_IROUTER) / 8);
	uint64_t route;

	if (!irq || frame >= 0) {
		return 0;
	}
	route = irq->route & GICD_IROUTER_IRM ? GICD_IROUTER_IRM : irq->route;
	return width == 8 ? route : (uint32_t)(route >> (8 * (offset & 4)));
}

static void write_router(struct oracle *o, int frame, uint32_t offset,
			 unsigned int width, uint64_t value)
{
	struct oracle_irq *irq = irq_of(o, frame, (offset - GICD_IROUTER) / 8);

	if (!irq || frame >= 0) {
		return;
	}
	if (width == 4 && (offset & 4)) {
		value = (uint32_t)irq->route | value << 32;
	} else if (value & GICD_IROUTER_IRM) {
		value = irq->route | GICD_IROUTER_IRM;
	} else if (width == 4) {
		value = (irq->route & ~UINT64_C(0xffffffff)) | value;
	}
	irq->route = value & ROUTE_MASK;
}

static uint64_t read_gicd(const struct oracle *o, uint32_t offset)
{
	switch (offset) {
	case GICD_CTLR:
		return (o->enable_grp[0] ? GICD_CTLR_EnableGrp0 : 0) |
		       (o->enable_grp[1] ? GICD_CTLR_EnableGrp1 : 0) |
		       GICD_CTLR_ARE | GICD_CTLR_DS;
	case GICD_PIDR2:
		return PIDR2_GICV3;
	default:
		return 0;
	}
}

/* The high half of GICR_TYPER, at +4, is the affinity. IHI 0069 12.11.35 */
static uint64_t read_gicr(const struct oracle *o, uint32_t pe, uint32_t offset)
{
	switch (offset) {
	case GICR_WAKER:
		return o->pe[pe].asleep ? GICR_WAKER_ProcessorSleep |
						  GICR_WAKER_ChildrenAsleep :
					  0;
	case GICR_TYPER + 4:
		return o->pe[pe].affinity;
	case GICR_PIDR2:
		return PIDR2_GICV3;
	default:
		return 0;
	}
}

uint64_t oracle_read(struct oracle *o, int frame, uint32_t offset,
		     unsigned int width)
{
	const bool sgi_frame = frame >= 0 && offset >= GICR_SGI_BASE;
	const uint32_t reg = sgi_frame ? offset - GICR_SGI_BASE : offset;

	if (frame < 0 || sgi_frame) {
		const struct bit_row *row = bit_row(reg, width);

		if (row) {
			return read_bits(o, frame, row, reg);
		}
		if (is_priority(reg, width)) {
			return read_priority(o, frame, reg, width);
		}
		if (is_config(reg, width)) {
			return read_config(o, frame, reg);
		}
		if (is_router(reg, width)) {
			return read_router(o, frame, reg, width);
		}
	}
	if (width != 4 || sgi_frame) {
		return 0;
	}
	return frame < 0 ? read_gicd(o, reg) :
			   read_gicr(o, (uint32_t)frame, reg);
}

void oracle_write(struct oracle *o, int frame, uint32_t offset,
		  unsigned int width, uint64_t value)
{
	const bool sgi_frame = frame >= 0 && offset >= GICR_SGI_BASE;
	const uint32_t reg = sgi_frame ? offset - GICR_SGI_BASE : offset;

	value &= UINT64_MAX >> (64 - 8 * width);
	if (frame < 0 || sgi_frame) {
		const struct bit_row *row = bit_row(reg, width);

		if (row) {
			write_bits(o, frame, row, reg, value);
		} else if (is_priority(reg, width)) {
			write_priority(o, frame, reg, width, value);
		} else if (is_config(reg, width)) {
			write_config(o, frame, reg, value);
		} else if (is_router(reg, width)) {
			write_router(o, frame, reg, width, value);
		}
	}
	if (width == 4 && frame < 0 && reg == GICD_CTLR) {
		o->enable_grp[0] = value & GICD_CTLR_EnableGrp0;
		o->enable_grp[1] = value & GICD_CTLR_EnableGrp1;
	}
	if (width == 4 && frame >= 0 && offset == GICR_WAKER) {
		o->pe[frame].asleep = value & GICR_WAKER_ProcessorSleep;
	}
}
