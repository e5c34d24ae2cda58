/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv2 guest's programs are those of a GICv3's: what a step of the other
 * is in registers that lie in memory.  IHI 0048 4.3, 4.4
 */
#include "regs/gicv2.h"
#include "tests/diff/op.h"

/* Registers of the same meaning. */
static const struct {
	uint32_t enc, offset;
} same[] = {
	{ ICC_PMR_EL1, GICC_PMR },	 { ICC_BPR0_EL1, GICC_BPR },
	{ ICC_BPR1_EL1, GICC_ABPR },	 { ICC_RPR_EL1, GICC_RPR },
	{ ICC_AP0R0_EL1, GICC_APR },	 { ICC_IAR0_EL1, GICC_IAR },
	{ ICC_IAR1_EL1, GICC_AIAR },	 { ICC_HPPIR0_EL1, GICC_HPPIR },
	{ ICC_HPPIR1_EL1, GICC_AHPPIR }, { ICC_EOIR0_EL1, GICC_EOIR },
	{ ICC_EOIR1_EL1, GICC_AEOIR },	 { ICC_DIR_EL1, GICC_DIR },
};

/* Bits of GICC_CTLR that are in ICC_CTLR_EL1, or a register by themselves. */
static const struct {
	uint32_t enc;
	uint32_t bit, gicc;
} bits[] = {
	{ ICC_IGRPEN0_EL1, 1, GICC_CTLR_EnableGrp0 },
	{ ICC_IGRPEN1_EL1, 1, GICC_CTLR_EnableGrp1 },
	{ ICC_CTLR_EL1, ICC_CTLR_EL1_CBPR, GICC_CTLR_CBPR },
	{ ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode, GICC_CTLR_EOImode },
	{ ICC_CTLR_EL1, ORACLE_CTLR_AckCtl, GICC_CTLR_AckCtl },
	{ ICC_CTLR_EL1, ORACLE_CTLR_FIQEn, GICC_CTLR_FIQEn },
};

static uint64_t from_ctlr(uint32_t enc, uint64_t ctlr)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		if (bits[i].enc == enc && (ctlr & bits[i].gicc)) {
			value |= bits[i].bit;
		}
	}
	return value;
}

static uint64_t to_ctlr(uint32_t enc, uint64_t value, uint64_t ctlr)
{
	size_t i;

	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
		if (bits[i].enc == enc) {
			ctlr &= ~(uint64_t)bits[i].gicc;
			ctlr |= value & bits[i].bit ? bits[i].gicc : 0;
		}
	}
	return ctlr;
}

bool v3_gicc(struct world *w, uint32_t v, uint32_t enc, bool write,
	     uint64_t *value)
{
	uint64_t ctlr = 0;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (same[i].enc == enc) {
			return v3_raw_gicc(w, v, same[i].offset, write, value);
		}
	}
	if (!v3_raw_gicc(w, v, GICC_CTLR, false, &ctlr)) {
		return false;
	}
	if (!write) {
		*value = from_ctlr(enc, ctlr);
		return true;
	}
	ctlr = to_ctlr(enc, *value, ctlr);
	return v3_raw_gicc(w, v, GICC_CTLR, true, &ctlr);
}

/* Offset of the first private interrupts, and how far they go. */
static bool is_private(uint32_t offset)
{
	if (offset >= GICD_IPRIORITYR) {
		return offset - GICD_IPRIORITYR < 32 || offset - GICD_ICFGR < 8;
	}
	return offset >= GICD_IGROUPR && offset % 0x80 < 4;
}

void v3_gicc_frame(uint32_t *v, int *frame, uint32_t *offset)
{
	if (*frame >= 0) {
		*v = (uint32_t)*frame;
	} else if (is_private(*offset)) {
		*frame = (int)*v;
		*offset += GICR_SGI_BASE;
	}
}
