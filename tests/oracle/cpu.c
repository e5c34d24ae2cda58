/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical CPU interface: which interrupt is the highest priority pending
 * one, acknowledge, priority drop, deactivation.  IHI 0069 4.8, 12.2.
 */
#include <stddef.h>

#include "regs/gicv3.h"
#include "tests/oracle/internal.h"

#define IDLE_PRIORITY 0xff

bool oracle_pending(const struct oracle_irq *irq)
{
	return irq->latch || irq->senders || (!irq->edge && irq->line);
}

/* A 1-of-N interrupt may be given to any PE. IHI 0069 3.2.3 */
static enum oracle_answer routed(const struct oracle *o, uint32_t pe,
				 uint32_t intid, const struct oracle_irq *irq)
{
	const uint32_t aff = o->pe[pe].affinity;
	const uint64_t here = (uint64_t)(aff >> 24) << 32 | (aff & 0xffffff);

	if (intid < GIC_SPI_BASE) {
		return YES;
	}
	if (o->gicv2) {
		return oracle_v2_routed(o, pe, irq);
	}
	if (irq->route & GICD_IROUTER_IRM) {
		return MAYBE;
	}
	return irq->route == here ? YES : NO;
}

/*
 * Pending, not active, enabled, of a group that is enabled in the distributor
 * and at this CPU interface, routed here. IHI 0069 4.1.2, 4.7.
 */
static enum oracle_answer candidate(struct oracle *o, uint32_t pe,
				    uint32_t intid)
{
	const struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (!irq || !oracle_pending(irq) || irq->active || !irq->enabled ||
	    !o->enable_grp[irq->group1] || !o->pe[pe].igrpen[irq->group1] ||
	    o->pe[pe].asleep) {
		return NO;
	}
	return routed(o, pe, intid, irq);
}

unsigned int oracle_best_priority(struct oracle *o, uint32_t pe)
{
	unsigned int best = 0x100;
	uint32_t intid;

	for (intid = 0; intid < GIC_SPI_BASE + o->nr_spis; intid++) {
		if (candidate(o, pe, intid) == YES &&
		    oracle_irq(o, pe, intid)->priority < best) {
			best = oracle_irq(o, pe, intid)->priority;
		}
	}
	return best;
}

bool oracle_may_be_hppi(struct oracle *o, uint32_t pe, uint32_t intid,
			unsigned int best)
{
	return candidate(o, pe, intid) != NO &&
	       oracle_irq(o, pe, intid)->priority <= best;
}

/* Group priority bits, IHI 0069 4.8.6: BPR1 counts from one more than BPR0. */
static uint8_t group_mask(const struct oracle_pe *pe, unsigned int group)
{
	if (group == 1 && !pe->cbpr) {
		return (uint8_t)(0xff << pe->bpr[1]);
	}
	return (uint8_t)(0xff << (pe->bpr[0] + 1));
}

/* Bit of the active priorities registers for a group priority. */
static unsigned int level_of(const struct oracle *o, unsigned int priority)
{
	return priority >> (8 - o->pre_bits);
}

uint8_t oracle_running_priority(const struct oracle *o, uint32_t pe)
{
	const struct oracle_pe *p = &o->pe[pe];
	unsigned int level;

	for (level = 0; level < 128; level++) {
		if ((p->apr[0][level / 32] | p->apr[1][level / 32]) &
		    (UINT32_C(1) << (level % 32))) {
			return (uint8_t)(level << (8 - o->pre_bits));
		}
	}
	return IDLE_PRIORITY;
}

/*
 * Sufficient priority: above the mask and preempting. IHI 0069 4.8.2.  The
 * running priority was masked when it became so; whether the binary point of
 * the pending interrupt's group masks it anew is read both ways.
 */
enum oracle_answer oracle_sufficient(const struct oracle *o, uint32_t pe,
				     const struct oracle_irq *irq)
{
	const uint8_t mask = group_mask(&o->pe[pe], irq->group1);
	const uint8_t running = oracle_running_priority(o, pe);

	if (irq->priority >= o->pe[pe].pmr) {
		return NO;
	}
	if (running == IDLE_PRIORITY ||
	    (irq->priority & mask) < (running & mask)) {
		return YES;
	}
	return (irq->priority & mask) < running ? MAYBE : NO;
}

/*
 * Could the IAR of `group` read as spurious?  So if there need be no
 * candidate, or if a legal choice of the highest one is of the other group
 * or not of sufficient priority.
 */
static bool may_be_spurious(struct oracle *o, uint32_t pe, unsigned int group,
			    bool check_priority)
{
	const unsigned int best = oracle_best_priority(o, pe);
	uint32_t intid;

	if (best > 0xff) {
		return true;
	}
	for (intid = 0; intid < GIC_SPI_BASE + o->nr_spis; intid++) {
		const struct oracle_irq *irq = oracle_irq(o, pe, intid);

		if (oracle_may_be_hppi(o, pe, intid, best) &&
		    (irq->group1 != (group == 1) ||
		     (check_priority &&
		      oracle_sufficient(o, pe, irq) != YES))) {
			return true;
		}
	}
	return false;
}

const char *oracle_ack(struct oracle *o, uint32_t pe, unsigned int group,
		       uint32_t intid, bool late)
{
	struct oracle_irq *irq = oracle_irq(o, pe, intid);
	unsigned int level;

	if (intid == GIC_INTID_SPURIOUS) {
		return late || may_be_spurious(o, pe, group, true) ?
			       NULL :
			       "spurious, but an interrupt must be signalled";
	}
	if (!irq) {
		return "no such interrupt";
	}
	if (candidate(o, pe, intid) == NO) {
		return "not pending, enabled, inactive and routed here";
	}
	if (!late &&
	    !oracle_may_be_hppi(o, pe, intid, oracle_best_priority(o, pe))) {
		return "another one of higher priority is pending";
	}
	if (irq->group1 != (group == 1)) {
		return "of the other group";
	}
	if (oracle_sufficient(o, pe, irq) == NO) {
		return "its priority does not suffice";
	}
	/* Pending by latch ends here, pending by level lasts. 4.1.2 */
	irq->latch = false;
	irq->active = true;
	level = level_of(o, irq->priority & group_mask(&o->pe[pe], group));
	o->pe[pe].apr[group][level / 32] |= UINT32_C(1) << (level % 32);
	return NULL;
}

bool oracle_hppir_legal(struct oracle *o, uint32_t pe, unsigned int group,
			uint32_t intid)
{
	const struct oracle_irq *irq = oracle_irq(o, pe, intid);

	if (intid == GIC_INTID_SPURIOUS) {
		return may_be_spurious(o, pe, group, false);
	}
	return irq && irq->group1 == (group == 1) &&
	       oracle_may_be_hppi(o, pe, intid, oracle_best_priority(o, pe));
}

bool oracle_signal_legal(struct oracle *o, uint32_t pe, bool signal)
{
	const unsigned int best = oracle_best_priority(o, pe);
	const enum oracle_answer never = signal ? NO : YES;
	uint32_t intid;

	if (best > 0xff && !signal) {
		return true;
	}
	for (intid = 0; intid < GIC_SPI_BASE + o->nr_spis; intid++) {
		if (oracle_may_be_hppi(o, pe, intid, best) &&
		    oracle_sufficient(o, pe, oracle_irq(o, pe, intid)) !=
			    never) {
			return true;
		}
	}
	return false;
}

static void deactivate(struct oracle *o, uint32_t pe, uint64_t intid)
{
	struct oracle_irq *irq =
		intid < GIC_SPI_END ? oracle_irq(o, pe, (uint32_t)intid) : NULL;

	if (irq) {
		irq->active = false;
	}
}

/* IHI 0069 12.2.10: priority drop; with EOImode 0 deactivation too. */
static void write_eoir(struct oracle *o, uint32_t pe, uint64_t intid)
{
	struct oracle_pe *p = &o->pe[pe];
	const uint8_t running = oracle_running_priority(o, pe);

	if (intid >= GIC_SPI_END && intid <= GIC_INTID_SPURIOUS) {
		return;
	}
	if (running != IDLE_PRIORITY) {
		const unsigned int level = level_of(o, running);
		const uint32_t bit = UINT32_C(1) << (level % 32);
		const unsigned int group = (p->apr[0][level / 32] & bit) ? 0 :
									   1;

		p->apr[group][level / 32] &= ~bit;
	}
	if (!p->eoimode) {
		deactivate(o, pe, intid);
	}
}

static void write_dir(struct oracle *o, uint32_t pe, uint64_t intid)
{
	if (o->pe[pe].eoimode) {
		deactivate(o, pe, intid);
	}
}

static bool sgi_targets(const struct oracle *o, uint32_t from, uint32_t to,
			uint64_t value)
{
	const uint32_t aff = o->pe[to].affinity;
	const uint64_t rs = FIELD_GET(ICC_SGIR_RS, value);
	const uint64_t list = FIELD_GET(ICC_SGIR_TargetList, value);

	if (FIELD_GET(ICC_SGIR_IRM, value)) {
		return to != from;
	}
	return (aff >> 24) == FIELD_GET(ICC_SGIR_Aff3, value) &&
	       ((aff >> 16) & 0xff) == FIELD_GET(ICC_SGIR_Aff2, value) &&
	       ((aff >> 8) & 0xff) == FIELD_GET(ICC_SGIR_Aff1, value) &&
	       (aff & 0xff) / 16 == rs && (list & (1u << (aff & 0xf)));
}

/*
 * With one security state ICC_SGI1R generates SGIs of either group, the other
 * two only such as are configured for Group 0.
 */
static void write_sgir(struct oracle *o, uint32_t pe, uint64_t value,
		       bool either_group)
{
	const uint32_t intid = (uint32_t)FIELD_GET(ICC_SGIR_INTID, value);
	uint32_t to;

	for (to = 0; to < o->nr_pes; to++) {
		struct oracle_irq *irq = &o->pe[to].irq[intid];

		if (sgi_targets(o, pe, to, value) &&
		    (either_group || !irq->group1)) {
			irq->latch = true;
		}
	}
}

/* The least binary point leaves the preemption bits. 12.2.3, 12.2.4 */
static void write_bpr(const struct oracle *o, struct oracle_pe *p,
		      unsigned int group, uint64_t value)
{
	const uint64_t min = 7u - o->pre_bits + group;

	value &= 7;
	if (!group || !p->cbpr) {
		p->bpr[group] = (uint8_t)(value < min ? min : value);
	}
}

void oracle_reset_cpu(struct oracle *o, uint32_t pe)
{
	struct oracle_pe *p = &o->pe[pe];
	unsigned int n;

	p->pmr = 0;
	p->bpr[0] = (uint8_t)(7 - o->pre_bits);
	p->bpr[1] = (uint8_t)(8 - o->pre_bits);
	p->igrpen[0] = p->igrpen[1] = false;
	p->cbpr = p->eoimode = p->ackctl = p->fiqen = false;
	for (n = 0; n < 4; n++) {
		p->apr[0][n] = p->apr[1][n] = 0;
	}
}

void oracle_set_bits(struct oracle *o, uint8_t pri_bits, uint8_t pre_bits)
{
	uint32_t pe;

	o->pri_bits = pri_bits;
	o->pre_bits = pre_bits;
	for (pe = 0; pe < o->nr_pes; pe++) {
		oracle_reset_cpu(o, pe);
	}
}

static uint64_t read_bpr1(const struct oracle_pe *p)
{
	if (!p->cbpr) {
		return p->bpr[1];
	}
	return p->bpr[0] < 7 ? p->bpr[0] + 1u : 7;
}

bool oracle_icc_read(struct oracle *o, uint32_t pe, uint32_t enc,
		     uint64_t *value)
{
	const struct oracle_pe *p = &o->pe[pe];
	const struct {
		uint32_t enc;
		uint64_t value;
	} rows[] = {
		{ ICC_PMR_EL1, p->pmr },
		{ ICC_BPR0_EL1, p->bpr[0] },
		{ ICC_BPR1_EL1, read_bpr1(p) },
		{ ICC_RPR_EL1, oracle_running_priority(o, pe) },
		{ ICC_AP0R0_EL1, p->apr[0][0] },
		{ ICC_AP0R0_EL1 + 1, p->apr[0][1] },
		{ ICC_AP0R0_EL1 + 2, p->apr[0][2] },
		{ ICC_AP0R0_EL1 + 3, p->apr[0][3] },
		{ ICC_AP1R0_EL1, p->apr[1][0] },
		{ ICC_AP1R0_EL1 + 1, p->apr[1][1] },
		{ ICC_AP1R0_EL1 + 2, p->apr[1][2] },
		{ ICC_AP1R0_EL1 + 3, p->apr[1][3] },
		{ ICC_IGRPEN0_EL1, p->igrpen[0] },
		{ ICC_IGRPEN1_EL1, p->igrpen[1] },
		/* The rest of CTLR tells implementations apart. */
		{ ICC_CTLR_EL1,
		  (p->cbpr ? ICC_CTLR_EL1_CBPR : 0) |
			  (p->eoimode ? ICC_CTLR_EL1_EOImode : 0) |
			  (p->ackctl ? ORACLE_CTLR_AckCtl : 0) |
			  (p->fiqen ? ORACLE_CTLR_FIQEn : 0) },
		{ ICC_SRE_EL1, ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].enc == enc) {
			*value = rows[i].value;
			return true;
		}
	}
	return false;
}

bool oracle_icc_write(struct oracle *o, uint32_t pe, uint32_t enc,
		      uint64_t value)
{
	struct oracle_pe *p = &o->pe[pe];
	/* Above a GICv2's INTID stands an SGI's sender. */
	const uint64_t intids = o->gicv2 ? 0x3ff : 0xffffff;

	switch (enc) {
	case ICC_PMR_EL1:
		p->pmr = (uint8_t)(value & (0xffu << (8 - o->pri_bits)));
		return true;
	case ICC_BPR0_EL1:
	case ICC_BPR1_EL1:
		write_bpr(o, p, enc == ICC_BPR1_EL1, value);
		return true;
	case ICC_IGRPEN0_EL1:
	case ICC_IGRPEN1_EL1:
		p->igrpen[enc == ICC_IGRPEN1_EL1] = value & 1;
		return true;
	case ICC_CTLR_EL1:
		p->cbpr = value & ICC_CTLR_EL1_CBPR;
		p->eoimode = value & ICC_CTLR_EL1_EOImode;
		p->ackctl = o->gicv2 && value & ORACLE_CTLR_AckCtl;
		p->fiqen = o->gicv2 && value & ORACLE_CTLR_FIQEn;
		return true;
	case ICC_EOIR0_EL1:
	case ICC_EOIR1_EL1:
		write_eoir(o, pe, value & intids);
		return true;
	case ICC_DIR_EL1:
		write_dir(o, pe, value & intids);
		return true;
	case ICC_SGI1R_EL1:
		write_sgir(o, pe, value, true);
		return true;
	case ICC_ASGI1R_EL1:
	case ICC_SGI0R_EL1:
		write_sgir(o, pe, value, false);
		return true;
	case ICC_SRE_EL1:
		return true;
	default:
		return false;
	}
}
