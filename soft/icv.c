/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's side of a GICv3's virtual CPU interface: what an access of
 * ICC_*_EL1 does to the list registers, as ICV_*_EL1.  IHI 0069 4.8, 12.2
 *
 * hppvi() finds the candidate, can_signal() decides whether it interrupts the
 * guest now, and a handler for each register does the rest.  A table at the end
 * says which handler a register has, and which bits of ICH_HCR_EL2 trap it.
 */
#include <stddef.h>

#include "regs/gicv3.h"
#include "regs/ich.h"
#include "soft/internal.h"
#include "soft/vcpuif.h"

/* ICC_RPR_EL1 when no interrupt is active. */
#define IDLE_PRIORITY 0xff
#define NO_LR UINT32_MAX

/*
 * The bits of a priority that are its group priority, which decides about
 * preemption.  BPR0 = n: bits [7:n+1].  BPR1 = n: bits [7:n].  With CBPR = 1
 * both groups go by BPR0.  IHI 0069 4.8.6
 */
static uint8_t group_mask(const struct model_vcpuif *m, unsigned int group)
{
	const uint64_t bpr0 = FIELD_GET(ICH_VMCR_EL2_VBPR0, m->vmcr);
	const uint64_t bpr1 = FIELD_GET(ICH_VMCR_EL2_VBPR1, m->vmcr);

	if (group && !(m->vmcr & ICH_VMCR_EL2_VCBPR)) {
		return (uint8_t)(0xff << bpr1);
	}
	return (uint8_t)(0xff << (bpr0 + 1));
}

static unsigned int lr_group(uint64_t lr)
{
	return (lr & ICH_LR_EL2_Group) ? 1 : 0;
}

static uint8_t lr_priority(uint64_t lr)
{
	return (uint8_t)FIELD_GET(ICH_LR_EL2_Priority, lr);
}

static uint32_t lr_vintid(uint64_t lr)
{
	return (uint32_t)FIELD_GET(ICH_LR_EL2_vINTID, lr);
}

/* 1020 to 1023, which stand for no interrupt. */
static bool special_intid(uint64_t intid)
{
	return intid >= GIC_SPI_END && intid <= GIC_INTID_SPURIOUS;
}

/*
 * Index of the most urgent active preemption level, of both groups, or -1 when
 * no interrupt is active.
 */
static int highest_active(const struct model_vcpuif *m)
{
	unsigned int n;

	for (n = 0; n < vgic_soft_nr_aprs(m); n++) {
		const uint32_t apr = m->ap0r[n] | m->ap1r[n];

		if (apr) {
			return (int)n * 32 + __builtin_ctz(apr);
		}
	}
	return -1;
}

static uint8_t running_priority(const struct model_vcpuif *m)
{
	const int level = highest_active(m);

	if (level < 0) {
		return IDLE_PRIORITY;
	}
	return (uint8_t)(level << (8 - m->config.pre_bits));
}

/*
 * The list register with the highest priority pending virtual interrupt, or
 * NO_LR: in the pending state, not pending and active, and of an enabled group.
 *  Of equal priorities the lowest register comes first.  IHI 0069 4.8.2
 */
static unsigned int hppvi(const struct model_vcpuif *m)
{
	unsigned int best = NO_LR, n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		const uint64_t lr = m->lr[n];
		const uint32_t veng = lr_group(lr) ? ICH_VMCR_EL2_VENG1 :
						     ICH_VMCR_EL2_VENG0;

		if ((lr & ICH_LR_EL2_State) != ICH_LR_EL2_Pending ||
		    !(m->vmcr & veng)) {
			continue;
		}
		if (best == NO_LR ||
		    lr_priority(lr) < lr_priority(m->lr[best])) {
			best = n;
		}
	}
	return best;
}

/*
 * May this interrupt be signalled now?  It has to be more urgent than the
 * priority mask, and its group priority more urgent than the running one.  With
 * ICH_HCR_EL2.En = 0 nothing is signalled.  IHI 0069 4.8.2
 */
static bool can_signal(const struct model_vcpuif *m, uint64_t lr)
{
	const uint8_t mask = group_mask(m, lr_group(lr));
	const uint8_t running = running_priority(m);

	if (!(m->hcr & ICH_HCR_EL2_En) ||
	    lr_priority(lr) >= FIELD_GET(ICH_VMCR_EL2_VPMR, m->vmcr)) {
		return false;
	}
	return running == IDLE_PRIORITY ||
	       (lr_priority(lr) & mask) < (running & mask);
}

int vgic_soft_vcpuif_signalled(const struct model_vcpuif *m)
{
	const unsigned int n = hppvi(m);

	return n != NO_LR && can_signal(m, m->lr[n]) ? (int)lr_group(m->lr[n]) :
						       -1;
}

/*
 * ICV_IAR<g>_EL1: acknowledge.  The interrupt becomes active, and the bit of
 * its preemption level is set.  A special INTID in a list register is returned
 * without becoming active.
 */
static uint64_t iar_read(struct model_vcpuif *m, unsigned int group)
{
	unsigned int level;
	uint64_t *lr;

	if (vgic_soft_vcpuif_signalled(m) != (int)group) {
		return GIC_INTID_SPURIOUS;
	}
	lr = &m->lr[hppvi(m)];
	if (special_intid(lr_vintid(*lr))) {
		return lr_vintid(*lr);
	}
	*lr = (*lr & ~ICH_LR_EL2_State) | ICH_LR_EL2_Active;
	level = (lr_priority(*lr) & group_mask(m, group)) >>
		(8 - m->config.pre_bits);
	if (group) {
		m->ap1r[level / 32] |= UINT32_C(1) << (level % 32);
	} else {
		m->ap0r[level / 32] |= UINT32_C(1) << (level % 32);
	}
	return lr_vintid(*lr);
}

/*
 * ICV_HPPIR<g>_EL1: the candidate, whether or not mask and running priority let
 * it be signalled.
 */
static uint64_t hppir_read(struct model_vcpuif *m, unsigned int group)
{
	const unsigned int n = hppvi(m);

	if (!(m->hcr & ICH_HCR_EL2_En) || n == NO_LR ||
	    lr_group(m->lr[n]) != group) {
		return GIC_INTID_SPURIOUS;
	}
	return lr_vintid(m->lr[n]);
}

/* With HW = 1 the physical interrupt is deactivated, too. */
static void deactivate(struct model_vcpuif *m, uint64_t *lr)
{
	*lr &= ~ICH_LR_EL2_Active;
	if ((*lr & ICH_LR_EL2_HW) && m->config.deactivate) {
		m->config.deactivate(
			m->config.ctx,
			(uint32_t)FIELD_GET(ICH_LR_EL2_pINTID, *lr));
	}
}

/* The list register in which this interrupt is active, or null. */
static uint64_t *active_lr(struct model_vcpuif *m, uint64_t intid)
{
	unsigned int n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		if ((m->lr[n] & ICH_LR_EL2_Active) &&
		    lr_vintid(m->lr[n]) == intid) {
			return &m->lr[n];
		}
	}
	return NULL;
}

/*
 * An end of an interrupt that is in no list register is counted in EOIcount,
 * except for an LPI, which has no active state.  The field has 5 bits at the
 * top of the register, so it wraps.  (ICH_HCR_EL2)
 */
static void count_eoi(struct model_vcpuif *m, uint64_t intid)
{
	if (intid < GIC_LPI_BASE) {
		m->hcr += UINT32_C(1) << ICH_HCR_EL2_EOIcount_SHIFT;
	}
}

static uint64_t written_intid(const struct model_vcpuif *m, uint64_t value)
{
	return value & FIELD_MASK_(m->config.id_bits);
}

/* With SEIS accesses whose effect is UNPREDICTABLE may raise an SError. */
static void raise_serror(struct model_vcpuif *m, bool wrong)
{
	m->serrors += m->config.seis && wrong;
}

/*
 * Is this list register of the group that was written and of the priority that
 * was dropped?  For strict_eoi.
 */
static bool drop_matches(const struct model_vcpuif *m, uint64_t lr,
			 unsigned int group, uint8_t dropped)
{
	return lr_group(lr) == group &&
	       (lr_priority(lr) & group_mask(m, group)) == dropped;
}

/*
 * ICV_EOIR<g>_EL1: drop the running priority, of whichever group it is, and
 * with EOImode 0 also deactivate the interrupt.
 */
static void eoir_write(struct model_vcpuif *m, unsigned int group,
		       uint64_t value)
{
	const uint64_t intid = written_intid(m, value);
	const int level = highest_active(m);
	const uint8_t dropped = running_priority(m);
	uint64_t *lr;

	if (special_intid(intid)) {
		return;
	}
	raise_serror(m, level < 0);
	if (level >= 0) {
		const uint32_t bit = UINT32_C(1) << (level % 32);

		if (m->ap0r[level / 32] & bit) {
			m->ap0r[level / 32] &= ~bit;
		} else {
			m->ap1r[level / 32] &= ~bit;
		}
	}
	lr = active_lr(m, intid);
	/*
	 * With EOImode 1 deactivation waits for ICC_DIR_EL1.  An LPI cannot be
	 * written there: its EOI ends it in both modes.
	 */
	if ((m->vmcr & ICH_VMCR_EL2_VEOIM) && intid < GIC_LPI_BASE &&
	    (lr || !m->config.count_split_eoi)) {
		return;
	}
	if (lr) {
		if (!m->config.strict_eoi ||
		    drop_matches(m, *lr, group, dropped)) {
			deactivate(m, lr);
		}
	} else if (level >= 0 || m->config.count_idle_eoi) {
		count_eoi(m, intid);
	}
}

/* ICV_DIR_EL1: deactivate.  With EOImode 0 the write is ignored. */
static void dir_write(struct model_vcpuif *m, unsigned int arg, uint64_t value)
{
	const uint64_t intid = written_intid(m, value);
	uint64_t *lr;

	(void)arg;
	raise_serror(m, !(m->vmcr & ICH_VMCR_EL2_VEOIM));
	if (!(m->vmcr & ICH_VMCR_EL2_VEOIM) || special_intid(intid)) {
		return;
	}
	lr = active_lr(m, intid);
	if (lr) {
		deactivate(m, lr);
	} else {
		count_eoi(m, intid);
	}
}

/*
 * With CBPR = 1 ICC_BPR1_EL1 reads as BPR0 + 1, at most 7, and ignores writes.
 */
static uint64_t bpr_read(struct model_vcpuif *m, unsigned int group)
{
	const uint64_t bpr0 = FIELD_GET(ICH_VMCR_EL2_VBPR0, m->vmcr);

	if (!group) {
		return bpr0;
	}
	if (m->vmcr & ICH_VMCR_EL2_VCBPR) {
		return bpr0 < 7 ? bpr0 + 1 : 7;
	}
	return FIELD_GET(ICH_VMCR_EL2_VBPR1, m->vmcr);
}

static void bpr_write(struct model_vcpuif *m, unsigned int group,
		      uint64_t value)
{
	if (!group || !(m->vmcr & ICH_VMCR_EL2_VCBPR)) {
		vgic_soft_vmcr_set_bpr(m, group, value);
	}
}

static uint64_t ap0r_read(struct model_vcpuif *m, unsigned int n)
{
	return m->ap0r[n];
}

static void ap0r_write(struct model_vcpuif *m, unsigned int n, uint64_t value)
{
	m->ap0r[n] = (uint32_t)value;
}

static uint64_t ap1r_read(struct model_vcpuif *m, unsigned int n)
{
	return m->ap1r[n];
}

static void ap1r_write(struct model_vcpuif *m, unsigned int n, uint64_t value)
{
	m->ap1r[n] = (uint32_t)value;
}

static uint64_t igrpen_read(struct model_vcpuif *m, unsigned int group)
{
	const uint32_t veng = group ? ICH_VMCR_EL2_VENG1 : ICH_VMCR_EL2_VENG0;

	return (m->vmcr & veng) ? 1 : 0;
}

static void igrpen_write(struct model_vcpuif *m, unsigned int group,
			 uint64_t value)
{
	const uint32_t veng = group ? ICH_VMCR_EL2_VENG1 : ICH_VMCR_EL2_VENG0;

	m->vmcr = (value & 1) ? m->vmcr | veng : m->vmcr & ~veng;
}

static uint64_t pmr_read(struct model_vcpuif *m, unsigned int arg)
{
	(void)arg;
	return FIELD_GET(ICH_VMCR_EL2_VPMR, m->vmcr);
}

static void pmr_write(struct model_vcpuif *m, unsigned int arg, uint64_t value)
{
	(void)arg;
	vgic_soft_vmcr_set_pmr(m, value);
}

static uint64_t rpr_read(struct model_vcpuif *m, unsigned int arg)
{
	(void)arg;
	return running_priority(m);
}

/* CBPR and EOImode are the guest's; the rest says what is implemented. */
static uint64_t ctlr_read(struct model_vcpuif *m, unsigned int arg)
{
	(void)arg;
	return ((m->vmcr & ICH_VMCR_EL2_VCBPR) ? ICC_CTLR_EL1_CBPR : 0) |
	       ((m->vmcr & ICH_VMCR_EL2_VEOIM) ? ICC_CTLR_EL1_EOImode : 0) |
	       FIELD_PUT(ICC_CTLR_EL1_PRIbits, m->config.pri_bits - 1u) |
	       FIELD_PUT(ICC_CTLR_EL1_IDbits, m->config.id_bits == 24) |
	       (m->config.seis ? ICC_CTLR_EL1_SEIS : 0) |
	       (m->config.a3v ? ICC_CTLR_EL1_A3V : 0);
}

static void ctlr_write(struct model_vcpuif *m, unsigned int arg, uint64_t value)
{
	(void)arg;
	m->vmcr &= ~(ICH_VMCR_EL2_VCBPR | ICH_VMCR_EL2_VEOIM);
	m->vmcr |= (value & ICC_CTLR_EL1_CBPR) ? ICH_VMCR_EL2_VCBPR : 0;
	m->vmcr |= (value & ICC_CTLR_EL1_EOImode) ? ICH_VMCR_EL2_VEOIM : 0;
}

/*
 * The guest cannot go back to memory-mapped registers: SRE, DFB and DIB are
 * RAO/WI.
 */
static uint64_t sre_read(struct model_vcpuif *m, unsigned int arg)
{
	(void)m;
	(void)arg;
	return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
}

static void sre_write(struct model_vcpuif *m, unsigned int arg, uint64_t value)
{
	(void)m;
	(void)arg;
	(void)value;
}

/* Traps of system registers in ICH_HCR_EL2, under short names for the table. */
#define TALL0 ICH_HCR_EL2_TALL0
#define TALL1 ICH_HCR_EL2_TALL1
#define TC ICH_HCR_EL2_TC

/*
 * The system registers of the interface.  A row without handlers always traps
 * on writes: SGIs are generated by EL2.
 */
static const struct icv_row {
	uint32_t enc;
	uint32_t traps;	  /* bits of ICH_HCR_EL2, any of which traps it */
	uint8_t pre_bits; /* exists from so many preemption bits on */
	uint8_t arg;	  /* group, or number of the APR */
	uint64_t (*read)(struct model_vcpuif *m, unsigned int arg);
	void (*write)(struct model_vcpuif *m, unsigned int arg, uint64_t value);
} icv_rows[] = {
	{ ICC_IAR1_EL1, TALL1, 0, 1, iar_read, NULL },
	{ ICC_EOIR1_EL1, TALL1, 0, 1, NULL, eoir_write },
	{ ICC_DIR_EL1, TC | ICH_HCR_EL2_TDIR, 0, 0, NULL, dir_write },
	{ ICC_PMR_EL1, TC, 0, 0, pmr_read, pmr_write },
	{ ICC_RPR_EL1, TC, 0, 0, rpr_read, NULL },
	{ ICC_HPPIR1_EL1, TALL1, 0, 1, hppir_read, NULL },
	{ ICC_IAR0_EL1, TALL0, 0, 0, iar_read, NULL },
	{ ICC_EOIR0_EL1, TALL0, 0, 0, NULL, eoir_write },
	{ ICC_HPPIR0_EL1, TALL0, 0, 0, hppir_read, NULL },
	{ ICC_BPR0_EL1, TALL0, 0, 0, bpr_read, bpr_write },
	{ ICC_BPR1_EL1, TALL1, 0, 1, bpr_read, bpr_write },
	{ ICC_CTLR_EL1, TC, 0, 0, ctlr_read, ctlr_write },
	{ ICC_IGRPEN0_EL1, TALL0, 0, 0, igrpen_read, igrpen_write },
	{ ICC_IGRPEN1_EL1, TALL1, 0, 1, igrpen_read, igrpen_write },
	{ ICC_AP0R0_EL1, TALL0, 5, 0, ap0r_read, ap0r_write },
	{ ICC_AP0R0_EL1 + 1, TALL0, 6, 1, ap0r_read, ap0r_write },
	{ ICC_AP0R0_EL1 + 2, TALL0, 7, 2, ap0r_read, ap0r_write },
	{ ICC_AP0R0_EL1 + 3, TALL0, 7, 3, ap0r_read, ap0r_write },
	{ ICC_AP1R0_EL1, TALL1, 5, 0, ap1r_read, ap1r_write },
	{ ICC_AP1R0_EL1 + 1, TALL1, 6, 1, ap1r_read, ap1r_write },
	{ ICC_AP1R0_EL1 + 2, TALL1, 7, 2, ap1r_read, ap1r_write },
	{ ICC_AP1R0_EL1 + 3, TALL1, 7, 3, ap1r_read, ap1r_write },
	{ ICC_SRE_EL1, 0, 0, 0, sre_read, sre_write },
	{ ICC_SGI1R_EL1, 0, 0, 0, NULL, NULL },
	{ ICC_ASGI1R_EL1, 0, 0, 0, NULL, NULL },
	{ ICC_SGI0R_EL1, 0, 0, 0, NULL, NULL },
};

/*
 * Find the row of a register.  MODEL_DONE: its handler is to be called;
 * MODEL_UNDEF: *row is left alone.  UNDEFINED comes before traps, as for real
 * accesses.
 */
static enum model_access icv_find(const struct model_vcpuif *m, uint32_t enc,
				  bool write, const struct icv_row **row)
{
	const struct icv_row *r = icv_rows;
	const struct icv_row *end = icv_rows +
				    sizeof(icv_rows) / sizeof(icv_rows[0]);

	while (r < end && r->enc != enc) {
		r++;
	}
	if (r == end || r->pre_bits > m->config.pre_bits) {
		return MODEL_UNDEF;
	}
	if (!r->read && !r->write) {
		return write ? MODEL_TRAP : MODEL_UNDEF;
	}
	if (write ? !r->write : !r->read) {
		return MODEL_UNDEF;
	}
	*row = r;
	return (m->hcr & r->traps) ? MODEL_TRAP : MODEL_DONE;
}

enum model_access vgic_soft_icv_read(struct model_vcpuif *m, uint32_t enc,
				     uint64_t *value)
{
	const struct icv_row *row;
	const enum model_access result = icv_find(m, enc, false, &row);

	if (result == MODEL_DONE) {
		*value = row->read(m, row->arg);
	}
	return result;
}

enum model_access vgic_soft_icv_write(struct model_vcpuif *m, uint32_t enc,
				      uint64_t value)
{
	const struct icv_row *row;
	const enum model_access result = icv_find(m, enc, true, &row);

	if (result == MODEL_DONE) {
		row->write(m, row->arg, value);
	}
	return result;
}

uint64_t vgic_soft_icv_get(struct model_vcpuif *m, uint32_t enc)
{
	const struct icv_row *row = NULL;

	(void)icv_find(m, enc, false, &row);
	return row ? row->read(m, row->arg) : 0;
}

void vgic_soft_icv_set(struct model_vcpuif *m, uint32_t enc, uint64_t value)
{
	const struct icv_row *row = NULL;

	(void)icv_find(m, enc, true, &row);
	if (row) {
		row->write(m, row->arg, value);
	}
}
