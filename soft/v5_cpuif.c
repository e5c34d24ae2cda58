/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's side of a GICv5's virtual CPU interface: ICV_* registers, under
 * the names of ICC_*, and the GIC instructions.  Arm IHI 0111701
 *
 * PPIs are here, in the registers of the interface.  SPIs and LPIs are the
 * IRS's, which is asked for its best one by hppi() and acknowledge() (struct
 * vgic_iri_ops), and gets instructions about them by command().  A table at the
 * end says what handler an encoding has and which bit of ICH_HFG*TR_EL2 lets
 * the guest have it; hosts whose PE has no FEAT_GCIE use the handlers alone
 * (vgic_soft_v5_execute()).
 *
 * The words of the image are written by vgic_ppi_store(), because other threads
 * look at them (vgic_get_irq_info()).
 */
#include <stddef.h>

#include "regs/gicv5.h"
#include "soft/v5_cpuif.h"
#include "soft/v5_internal.h"

/* The fields of ICC_ICSR_EL1. */
#define ICSR_MASK \
	(ICC_ICSR_EL1_F | ICC_ICSR_EL1_Enabled | ICC_ICSR_EL1_Pending | \
	 ICC_ICSR_EL1_IRM | ICC_ICSR_EL1_Active | ICC_ICSR_EL1_HM | \
	 FIELD_MASK(ICC_ICSR_EL1_Priority) | FIELD_MASK(ICC_ICSR_EL1_IAFFID))

/*
 * With four bits of priority the odd priorities do not exist, and with them
 * every second bit of the active priorities register.
 */
static uint32_t apr_mask(const struct model_v5_cpuif *m)
{
	return m->config.pri_bits == 5 ? UINT32_MAX : 0x55555555u;
}

void vgic_soft_v5_set_pcr(struct model_v5_cpuif *m, uint64_t priority)
{
	m->pcr = (uint8_t)(priority & m->pri_mask);
	model_v5_update_mask(m);
}

/* ICH_PPI_PRIORITYR<n>_EL2 has a byte for each of eight PPIs. */
static uint32_t ppi_priority(const struct model_v5_cpuif *m, unsigned int ppi)
{
	const uint64_t r = m->regs->priorityr[ppi / ICC_PPI_PER_PRIORITYR];

	return (uint32_t)(r >> ppi % ICC_PPI_PER_PRIORITYR * 8) & 0x1fu;
}

/*
 * The best candidate of PPIs 64 * n on that is more urgent than `below`. Of
 * equal priorities the lowest PPI comes first. @return its priority, and its
 * INTID in *intid; or `below`
 */
static uint32_t best_ppi(const struct model_v5_cpuif *m, unsigned int n,
			 uint32_t below, uint32_t *intid)
{
	uint64_t left;

	for (left = m->regs->candidates[n]; left; left &= left - 1) {
		const unsigned int ppi = n * 64 +
					 (unsigned int)__builtin_ctzll(left);
		const uint32_t priority = ppi_priority(m, ppi);

		if (priority < below) {
			below = priority;
			*intid = GICV5_PPI(ppi);
		}
	}
	return below;
}

/* The same of all PPIs.  Most vCPUs have no candidate, most of the time. */
static uint32_t best_of_all_ppis(const struct model_v5_cpuif *m, uint32_t below,
				 uint32_t *intid)
{
	if (m->regs->candidates[0] | m->regs->candidates[1]) {
		below = best_ppi(m, 0, below, intid);
		below = best_ppi(m, 1, below, intid);
	}
	return below;
}

/*
 * The highest priority pending interrupt that can be signalled.  Of equal
 * priorities a PPI comes before an SPI or LPI. @return its priority, or
 * MODEL_V5_NO_PRIORITY
 */
static uint32_t hppi(const struct model_v5_cpuif *m, uint32_t *intid)
{
	uint32_t priority = best_of_all_ppis(m, m->regs->below, intid),
		 iri_intid;

	if (m->iri_candidates && m->regs->below) {
		const uint32_t iri = m->iri->hppi(m->iri_ctx, &iri_intid);

		if (iri < priority) {
			priority = iri & m->pri_mask;
			*intid = iri_intid;
		}
	}
	return priority < m->regs->below ? priority : MODEL_V5_NO_PRIORITY;
}

bool vgic_soft_v5_irq_asserted(const struct model_v5_cpuif *m)
{
	uint32_t intid;

	return hppi(m, &intid) != MODEL_V5_NO_PRIORITY;
}

/*
 * Is the virtual IRQ asserted?  Asked at every entry, where it does not matter
 * which interrupt asserts it: the IRS is not asked if a PPI does.
 */
unsigned int vgic_soft_v5_virq(void *hw)
{
	const struct model_v5_cpuif *m = hw;
	const uint32_t below = m->regs->below;
	uint32_t intid;

	if (best_of_all_ppis(m, below, &intid) < below) {
		return VGIC_VIRQ;
	}
	return m->iri_candidates && m->iri->hppi(m->iri_ctx, &intid) < below ?
		       VGIC_VIRQ :
		       0;
}

uint64_t vgic_soft_v5_hppir_read(struct model_v5_cpuif *m, uint32_t enc)
{
	uint32_t intid;

	(void)enc;
	if (hppi(m, &intid) == MODEL_V5_NO_PRIORITY || !intid) {
		return 0;
	}
	return ICC_HPPIR_EL1_HPPIV | intid;
}

/*
 * A PPI is acknowledged: it becomes active.  An Edge PPI is pending no more,
 * whether its pending state is that of the physical PPI (DVI) or the one that
 * EL2 wrote.
 */
static void activate_ppi(struct model_v5_cpuif *m, uint32_t id)
{
	const unsigned int n = id / 64;
	const uint64_t bit = UINT64_C(1) << id % 64;

	vgic_ppi_store(&m->regs->activer[n], m->regs->activer[n] | bit);
	if (!(m->config.ppi_level[n] & bit)) {
		if (m->regs->dvir[n] & bit) {
			m->physical[n] &= ~bit;
		} else {
			vgic_ppi_store(&m->regs->pendr[n],
				       m->regs->pendr[n] & ~bit);
		}
	}
	model_v5_update_ppis(m, n);
	if (m->iri->took_ppi) {
		m->iri->took_ppi(m->iri_ctx);
	}
}

/*
 * GICR CDIA: acknowledge.  The IRS compares and acknowledges in one call, since
 * another thread may change its best interrupt between two calls.  It does so
 * only for one that is more urgent than `priority`, that of the best PPI.
 */
static uint64_t cdia(struct model_v5_cpuif *m, uint32_t enc)
{
	uint32_t intid = 0;
	uint32_t priority = best_of_all_ppis(m, m->regs->below, &intid), iri;

	(void)enc;
	iri = m->iri_candidates ?
		      m->iri->acknowledge(m->iri_ctx, priority, &intid) :
		      MODEL_V5_NO_PRIORITY;
	if (iri < priority) {
		priority = iri & m->pri_mask;
	} else if (priority < m->regs->below) {
		activate_ppi(m, (uint32_t)FIELD_GET(GICV5_INTID_ID, intid));
	} else {
		return 0;
	}
	vgic_ppi_run(m->regs, priority);
	return GICR_CDIA_VALID | intid;
}

/* GICR CDNMIA: without FEAT_NMI no interrupt has superpriority. */
static uint64_t cdnmia(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)m;
	(void)enc;
	return 0;
}

/* GIC CDEOI: drop the running priority, which is the lowest bit that is set. */
static void cdeoi(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	(void)value;
	m->regs->apr &= m->regs->apr - 1;
	model_v5_update_mask(m);
}

/* Does the operand name an SPI or LPI? */
static bool is_iri(uint64_t operand)
{
	const uint64_t type = FIELD_GET(GICV5_INTID_TYPE, operand);

	return type == GICV5_INTID_TYPE_SPI || type == GICV5_INTID_TYPE_LPI;
}

/*
 * An instruction about an SPI or LPI.  About anything else, or while no VPE is
 * resident, it does nothing.
 */
static void command(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	if (m->resident && is_iri(value)) {
		m->iri->command(m->iri_ctx, enc, value);
	}
}

/* GIC CDDI: deactivate. */
static void cddi(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	const unsigned int id = (unsigned int)FIELD_GET(GICV5_INTID_ID, value);
	const unsigned int n = id / 64;

	if (FIELD_GET(GICV5_INTID_TYPE, value) != GICV5_INTID_TYPE_PPI) {
		command(m, enc, value);
	} else if (id < GICV5_NR_PPIS) {
		vgic_ppi_store(&m->regs->activer[n],
			       m->regs->activer[n] & ~(m->visible[n] &
						       UINT64_C(1) << id % 64));
		model_v5_update_ppis(m, n);
	}
}

/* GIC CDRCFG: have ICC_ICSR_EL1 show an interrupt's configuration. */
static void cdrcfg(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	m->regs->icsr = ICC_ICSR_EL1_F;
	if (m->resident && is_iri(value)) {
		m->regs->icsr = m->iri->rcfg(
			m->iri_ctx, (uint32_t)value & GICV5_INTID_MASK);
	}
}

/*
 * GSB: each instruction is complete when its trap returns, so there is nothing
 * to wait for.
 */
static void gsb(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)m;
	(void)enc;
	(void)value;
}

/* ICC_PPI_HMR<n>_EL1: which PPIs are level-sensitive. */
static uint64_t hmr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->config.ppi_level[enc & 1] & m->visible[enc & 1];
}

static uint64_t idr0_read(struct model_v5_cpuif *m, uint32_t enc)
{
	const unsigned int ids = m->config.id_bits == 24 ?
					 ICC_IDR0_EL1_ID_BITS_24 :
					 ICC_IDR0_EL1_ID_BITS_16;

	(void)enc;
	return FIELD_PUT(ICC_IDR0_EL1_ID_BITS, ids) |
	       FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, m->config.pri_bits - 1u) |
	       FIELD_PUT(ICC_IDR0_EL1_GCIE_LEGACY, m->config.legacy != NULL);
}

static uint64_t iaffidr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->config.iaffid;
}

uint64_t vgic_soft_v5_icsr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->regs->icsr;
}

void vgic_soft_v5_icsr_write(struct model_v5_cpuif *m, uint32_t enc,
			     uint64_t value)
{
	(void)enc;
	m->regs->icsr = value & ICSR_MASK;
}

uint64_t vgic_soft_v5_apr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->regs->apr;
}

void vgic_soft_v5_apr_write(struct model_v5_cpuif *m, uint32_t enc,
			    uint64_t value)
{
	(void)enc;
	m->regs->apr = (uint32_t)value & apr_mask(m);
	model_v5_update_mask(m);
}

static uint64_t cr0_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return (m->en ? ICC_CR0_EL1_EN : 0) | ICC_CR0_EL1_LINK |
	       ICC_CR0_EL1_LINK_IDLE;
}

static void cr0_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	m->en = value & ICC_CR0_EL1_EN;
	model_v5_update_mask(m);
}

static uint64_t pcr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->pcr;
}

static void pcr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	vgic_soft_v5_set_pcr(m, value);
}

static uint64_t enabler_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->enabler[enc & 1] & m->visible[enc & 1];
}

/* PPIs that EL2 hides from the guest keep the state that EL2 gave them. */
static uint64_t merge(uint64_t old, uint64_t value, uint64_t writable)
{
	return (old & ~writable) | (value & writable);
}

static void enabler_write(struct model_v5_cpuif *m, uint32_t enc,
			  uint64_t value)
{
	const unsigned int n = enc & 1;

	vgic_ppi_store(&m->regs->enabler[n],
		       merge(m->regs->enabler[n], value, m->visible[n]));
	model_v5_update_ppis(m, n);
}

static uint64_t pendr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return model_v5_pending(m, enc & 1) & m->visible[enc & 1];
}

/*
 * The PPIs whose pending state the guest can write.  That of a Level PPI
 * follows its wire; level_is_storage says that there is no wire.
 */
static uint64_t settable(const struct model_v5_cpuif *m, unsigned int n)
{
	if (m->config.level_is_storage) {
		return m->visible[n];
	}
	return m->visible[n] & ~m->config.ppi_level[n];
}

/* With DVI the pending state is that of the physical PPI, and is set there. */
static void spendr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	const unsigned int n = enc & 1;

	value &= settable(m, n);
	vgic_ppi_store(&m->regs->pendr[n],
		       m->regs->pendr[n] | (value & ~m->regs->dvir[n]));
	m->physical[n] |= value & m->regs->dvir[n];
	model_v5_update_ppis(m, n);
}

static void cpendr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	const unsigned int n = enc & 1;

	value &= settable(m, n);
	vgic_ppi_store(&m->regs->pendr[n],
		       m->regs->pendr[n] & ~(value & ~m->regs->dvir[n]));
	m->physical[n] &= ~(value & m->regs->dvir[n]);
	model_v5_update_ppis(m, n);
}

static uint64_t activer_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->activer[enc & 1] & m->visible[enc & 1];
}

static void sactiver_write(struct model_v5_cpuif *m, uint32_t enc,
			   uint64_t value)
{
	const unsigned int n = enc & 1;

	vgic_ppi_store(&m->regs->activer[n],
		       m->regs->activer[n] | (value & m->visible[n]));
	model_v5_update_ppis(m, n);
}

static void cactiver_write(struct model_v5_cpuif *m, uint32_t enc,
			   uint64_t value)
{
	const unsigned int n = enc & 1;

	vgic_ppi_store(&m->regs->activer[n],
		       m->regs->activer[n] & ~(value & m->visible[n]));
	model_v5_update_ppis(m, n);
}

/* A byte of ones for each PPI of PRIORITYR<n> whose bit is set. */
uint64_t vgic_soft_v5_byte_mask(const uint64_t bits[2], unsigned int n)
{
	uint64_t eight = bits[n / 8] >> n % 8 * 8 & 0xff;
	uint64_t mask = 0;

	while (eight) {
		mask |= UINT64_C(0xff) << __builtin_ctzll(eight) * 8;
		eight &= eight - 1;
	}
	return mask;
}

static uint64_t priorityr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->priorityr[enc & 15] &
	       vgic_soft_v5_byte_mask(m->visible, enc & 15);
}

static void priorityr_write(struct model_v5_cpuif *m, uint32_t enc,
			    uint64_t value)
{
	const unsigned int n = enc & 15;

	vgic_ppi_store(&m->regs->priorityr[n],
		       merge(m->regs->priorityr[n], value,
			     m->priority_bits[n] &
				     vgic_soft_v5_byte_mask(m->visible, n)));
}

#define INSN(name) ICH_HFGITR_EL2_##name, true
/* A register's bit is the same in ICH_HFGRTR_EL2 and ICH_HFGWTR_EL2. */
#define REG(name) ICH_HFGRTR_EL2_##name, false

/* What the guest uses most comes first: the table is searched in order. */
static const struct model_v5_row rows[] = {
	{ GICR_CDIA, 1, INSN(GICRCDIA), cdia, NULL },
	{ GIC_CDEOI, 1, INSN(GICCDEOI), NULL, cdeoi },
	{ GIC_CDDI, 1, INSN(GICCDDI), NULL, cddi },
	{ GIC_CDPEND, 1, INSN(GICCDPEND), NULL, command },
	{ ICC_PPI_ENABLER0_EL1, 2, REG(ICC_PPI_ENABLERn_EL1), enabler_read,
	  enabler_write },
	{ GIC_CDDIS, 1, INSN(GICCDDIS), NULL, command },
	{ GIC_CDEN, 1, INSN(GICCDEN), NULL, command },
	{ GSB_SYS, 2, 0, true, NULL, gsb },
	{ GIC_CDPRI, 1, INSN(GICCDPRI), NULL, command },
	{ GIC_CDAFF, 1, INSN(GICCDAFF), NULL, command },
	{ GIC_CDHM, 1, INSN(GICCDHM), NULL, command },
	{ GIC_CDRCFG, 1, INSN(GICCDRCFG), NULL, cdrcfg },
	{ GICR_CDNMIA, 1, INSN(GICRCDNMIA), cdnmia, NULL },
	{ ICC_PPI_HMR0_EL1, 2, REG(ICC_PPI_HMRn_EL1), hmr_read, NULL },
	{ ICC_IDR0_EL1, 1, REG(ICC_IDRn_EL1), idr0_read, NULL },
	{ ICC_HPPIR_EL1, 1, REG(ICC_HPPIR_EL1), vgic_soft_v5_hppir_read, NULL },
	{ ICC_ICSR_EL1, 1, REG(ICC_ICSR_EL1), vgic_soft_v5_icsr_read,
	  vgic_soft_v5_icsr_write },
	{ ICC_IAFFIDR_EL1, 1, REG(ICC_IAFFIDR_EL1), iaffidr_read, NULL },
	{ ICC_PPI_CACTIVER0_EL1, 2, REG(ICC_PPI_ACTIVERn_EL1), activer_read,
	  cactiver_write },
	{ ICC_PPI_SACTIVER0_EL1, 2, REG(ICC_PPI_ACTIVERn_EL1), activer_read,
	  sactiver_write },
	{ ICC_PPI_CPENDR0_EL1, 2, REG(ICC_PPI_PENDRn_EL1), pendr_read,
	  cpendr_write },
	{ ICC_PPI_SPENDR0_EL1, 2, REG(ICC_PPI_PENDRn_EL1), pendr_read,
	  spendr_write },
	{ ICC_PPI_PRIORITYR0_EL1, 16, REG(ICC_PPI_PRIORITYRn_EL1),
	  priorityr_read, priorityr_write },
	{ ICC_APR_EL1, 1, REG(ICC_APR_EL1), vgic_soft_v5_apr_read,
	  vgic_soft_v5_apr_write },
	{ ICC_CR0_EL1, 1, REG(ICC_CR0_EL1), cr0_read, cr0_write },
	{ ICC_PCR_EL1, 1, REG(ICC_PCR_EL1), pcr_read, pcr_write },
};

/* Encodings below a row's first one wrap around and miss it. */
const struct model_v5_row *vgic_soft_v5_find(const struct model_v5_row *row,
					     unsigned int nr_rows, uint32_t enc)
{
	const struct model_v5_row *end = row + nr_rows;

	for (; row < end; row++) {
		if (enc - row->enc < row->count) {
			return row;
		}
	}
	return NULL;
}

/* The row of an access that is defined in this direction, or null. */
static const struct model_v5_row *el1_row(uint32_t enc, bool write)
{
	const struct model_v5_row *row =
		vgic_soft_v5_find(rows, sizeof(rows) / sizeof(rows[0]), enc);

	if (!row || (write ? !row->write : !row->read)) {
		return NULL;
	}
	return row;
}

/*
 * ICH_HFG*TR_EL2: a bit that is 0 traps.  A row without such bits never does.
 */
static bool trapped(const struct model_v5_cpuif *m,
		    const struct model_v5_row *row, bool write)
{
	const uint64_t reg = write ? m->hfgwtr : m->hfgrtr;

	return row->untrap & ~(row->insn ? m->hfgitr : reg);
}

/* With V3 = 1 the guest has a GICv3's registers, and only these. */
enum model_access vgic_soft_v5_read(struct model_v5_cpuif *m, uint32_t enc,
				    uint64_t *value)
{
	const struct model_v5_row *row = el1_row(enc, false);

	if (model_v5_is_legacy(m)) {
		return vgic_soft_icv_read(m->config.legacy, enc, value);
	}
	if (!row) {
		return MODEL_UNDEF;
	}
	if (trapped(m, row, false)) {
		return MODEL_TRAP;
	}
	*value = row->read(m, enc);
	return MODEL_DONE;
}

enum model_access vgic_soft_v5_write(struct model_v5_cpuif *m, uint32_t enc,
				     uint64_t value)
{
	const struct model_v5_row *row = el1_row(enc, true);

	if (model_v5_is_legacy(m)) {
		return vgic_soft_icv_write(m->config.legacy, enc, value);
	}
	if (!row) {
		return MODEL_UNDEF;
	}
	if (trapped(m, row, true)) {
		return MODEL_TRAP;
	}
	row->write(m, enc, value);
	return MODEL_DONE;
}

enum model_access vgic_soft_v5_execute(struct model_v5_cpuif *m, uint32_t enc,
				       bool write, uint64_t *value)
{
	const struct model_v5_row *row = el1_row(enc, write);

	if (!row) {
		return MODEL_UNDEF;
	}
	if (write) {
		row->write(m, enc, *value);
	} else {
		*value = row->read(m, enc);
	}
	return MODEL_DONE;
}
