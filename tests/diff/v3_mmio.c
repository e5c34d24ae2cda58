/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of a GICv3 or GICv2: which accesses architecture leaves without an
 * answer, and what the oracle says to the others.
 */
#include "tests/diff/op.h"

#define GICD_CTLR_COMPARED \
	(GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1 | GICD_CTLR_ARE | \
	 GICD_CTLR_DS)

/* Is it acknowledged and not ended, on a vCPU that it concerns? */
static struct v3_acked *acked(struct world *w, uint32_t pe, uint32_t intid,
			      uint32_t *by)
{
	uint32_t v, n;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		for (n = w->v3.depth[v]; n > 0; n--) {
			struct v3_acked *ack = &w->v3.stack[v][n - 1];

			if (ack->intid == intid && !ack->cleared &&
			    (intid >= GIC_SPI_BASE || v == pe)) {
				*by = v;
				return ack;
			}
		}
	}
	return NULL;
}

/* The INTIDs that a register with one bit for each is about. */
static uint32_t first_intid(int frame, uint32_t offset, uint32_t base)
{
	return (offset - base - (frame < 0 ? 0 : GICR_SGI_BASE)) * 8;
}

static bool about(int frame, uint32_t offset, uint32_t base)
{
	return offset - base - (frame < 0 ? 0 : GICR_SGI_BASE) < 0x80;
}

/* Leave `irq`'s bit as it is now. */
static uint64_t keep_bit(uint64_t value, uint32_t i, bool now)
{
	value &= ~(UINT64_C(1) << i);
	return now ? value | UINT64_C(1) << i : value;
}

/*
 * What architecture leaves UNPREDICTABLE, or what would make the guest lose
 * track of itself, is taken out of a value to be written.
 */
static uint64_t legal_bits(struct world *w, uint32_t pe, int frame,
			   uint32_t offset, uint64_t value)
{
	uint32_t base = offset & 0xff80, i, by = 0;
	uint32_t first;

	base = frame < 0 ? base : (offset - GICR_SGI_BASE) & 0xff80;
	first = first_intid(frame, offset, base);
	for (i = 0; i < 32; i++) {
		struct oracle_irq *irq =
			oracle_irq(&w->v3.oracle, pe, first + i);
		struct v3_acked *ack = acked(w, pe, first + i, &by);
		const bool bit = value & (UINT64_C(1) << i);

		if (!irq || (frame < 0) == (first + i < GIC_SPI_BASE)) {
			continue;
		}
		/* The group an EOI has to name. */
		if (base == GICD_IGROUPR && irq->active) {
			value = keep_bit(value, i, irq->group1);
		}
		/* Its EOI will have nothing to end; see v3_eoi(). */
		if (base == GICD_ICACTIVER && bit && ack) {
			ack->cleared = true;
		} else if (base == GICD_ICACTIVER && bit) {
			v3_undrop(w, pe, first + i);
		}
		/* A GICv2's SGI has a sender, and this one would have none. */
		if (base == GICD_ISACTIVER && first + i < GIC_NR_SGIS &&
		    w->v3.oracle.gicv2) {
			value = keep_bit(value, i, false);
		} else if (base == GICD_ISACTIVER && bit && !irq->active) {
			v3_drop(w, pe, &(struct v3_acked){ .intid = first + i },
				false);
		}
	}
	return value;
}

/* The trigger may change only while nothing is going on. 12.9.9 */
static uint64_t legal_config(struct world *w, uint32_t pe, int frame,
			     uint32_t offset, uint64_t value)
{
	const uint32_t first = first_intid(frame, offset, GICD_ICFGR) / 2;
	uint32_t i;

	for (i = 0; i < 16; i++) {
		const struct oracle_irq *irq =
			oracle_irq(&w->v3.oracle, pe, first + i);
		const uint64_t field = UINT64_C(3) << (2 * i);

		if (irq &&
		    (irq->enabled || oracle_pending(irq) || irq->active ||
		     irq->line || device_phys(w, pe, first + i))) {
			value &= ~field;
			value |= irq->edge ? field & (field << 1) : 0;
		}
	}
	return value;
}

static uint64_t legal(struct world *w, uint32_t pe, int frame, uint32_t offset,
		      uint64_t value)
{
	static const uint32_t bases[] = {
		GICD_IGROUPR,
		GICD_ISACTIVER,
		GICD_ICACTIVER,
	};
	unsigned int i;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (about(frame, offset, bases[i])) {
			return legal_bits(w, pe, frame, offset, value);
		}
	}
	if (offset - GICD_ICFGR - (frame < 0 ? 0 : GICR_SGI_BASE) < 0x100) {
		return legal_config(w, pe, frame, offset, value);
	}
	return value;
}

/* Bits of a read that both must agree about. */
static uint64_t compared(struct world *w, uint32_t pe, int frame,
			 uint32_t offset)
{
	uint64_t mask = UINT64_MAX;
	uint32_t first, i;

	if (frame < 0 && offset == GICD_CTLR) {
		return GICD_CTLR_COMPARED;
	}
	if (!about(frame, offset, GICD_ISPENDR) &&
	    !about(frame, offset, GICD_ICPENDR)) {
		return mask;
	}
	first = first_intid(frame, offset & ~UINT32_C(0x80), GICD_ISPENDR);
	for (i = 0; i < 32; i++) {
		if (oracle_irq(&w->v3.oracle, pe, first + i) &&
		    v3_mapped_level(w, pe, first + i)) {
			mask &= ~(UINT64_C(1) << i);
		}
	}
	return mask;
}

uint64_t v3_ipa(const struct world *w, int frame)
{
	const int low = (w->config.nr_vcpus + 1) / 2;

	if (frame < 0 || w->v3.oracle.gicv2) {
		return V3_GICD;
	}
	return frame < low ?
		       V3_GICR + (uint64_t)frame * GICR_STRIDE :
		       V3_GICR_HIGH + (uint64_t)(frame - low) * GICR_STRIDE;
}

bool v3_mmio(const struct world *w, struct guest_mmio *m)
{
	const bool v2 = w->v3.oracle.gicv2;

	if (v2) {
		if (m->frame >= 0 && m->offset < GICR_SGI_BASE) {
			return false; /* GICR_WAKER: there is none */
		}
		v3_gicc_frame(&m->v, &m->frame, &m->offset);
	}
	m->ipa = v3_ipa(w, m->frame) + m->offset -
		 (v2 && m->frame >= 0 ? GICR_SGI_BASE : 0);
	return true;
}

static uint32_t pe_of(const struct guest_mmio *m)
{
	return m->frame < 0 ? 0 : (uint32_t)m->frame;
}

/* A GICv2's frame has private interrupts, too. */
static uint32_t v2_offset(const struct guest_mmio *m)
{
	return m->offset - (m->frame < 0 ? 0 : GICR_SGI_BASE);
}

uint64_t v3_mmio_write(struct world *w, const struct guest_mmio *m,
		       uint64_t value)
{
	struct oracle *o = &w->v3.oracle;

	if (m->width == 4) {
		value = legal(w, pe_of(m), m->frame, m->offset, value);
	}
	if (o->gicv2) {
		oracle_v2_write(o, m->v, v2_offset(m), m->width, value);
	} else {
		oracle_write(o, m->frame, m->offset, m->width, value);
	}
	return value;
}

uint64_t v3_mmio_read(struct world *w, const struct guest_mmio *m,
		      uint64_t *value)
{
	struct oracle *o = &w->v3.oracle;

	*value = o->gicv2 ? oracle_v2_read(o, m->v, v2_offset(m), m->width) :
			    oracle_read(o, m->frame, m->offset, m->width);
	return compared(w, pe_of(m), m->frame, m->offset);
}
