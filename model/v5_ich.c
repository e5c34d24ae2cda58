/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2's side of a GICv5's virtual CPU interface: ICH_*_EL2, residency and
 * doorbells.  Arm IHI 0111701
 *
 * It is a table of registers over the state in soft/v5_state.c.  Registers that
 * only FEAT_GCIE_LEGACY has are in v5_legacy.c.
 */
#include <stddef.h>

#include "model/v5_ich.h"
#include "regs/gicv5.h"
#include "soft/v5_internal.h"

/* EL2 writes every PPI that exists, also those that it hides from the guest. */
static uint64_t plain(const struct model_v5_cpuif *m, uint32_t enc,
		      uint64_t value)
{
	return value & m->config.ppi_implemented[enc & 1];
}

static uint64_t dvir_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->dvir[enc & 1];
}

/* DVI = 1 shows the guest the physical PPI's pending state. */
static void dvir_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	m->regs->dvir[enc & 1] = plain(m, enc, value);
	model_v5_update_ppis(m, enc & 1);
}

static uint64_t enabler_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->enabler[enc & 1];
}

static void enabler_write(struct model_v5_cpuif *m, uint32_t enc,
			  uint64_t value)
{
	m->regs->enabler[enc & 1] = plain(m, enc, value);
	model_v5_update_ppis(m, enc & 1);
}

/* The physical state where DVI is set, which the architecture leaves open. */
static uint64_t pendr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return model_v5_pending(m, enc & 1);
}

/* A PPI with DVI = 1 is pending as the physical one is: writes are ignored. */
static void pendr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	const unsigned int n = enc & 1;

	m->regs->pendr[n] = (m->regs->pendr[n] & m->regs->dvir[n]) |
			    (plain(m, enc, value) & ~m->regs->dvir[n]);
	model_v5_update_ppis(m, n);
}

static uint64_t activer_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->activer[enc & 1];
}

static void activer_write(struct model_v5_cpuif *m, uint32_t enc,
			  uint64_t value)
{
	m->regs->activer[enc & 1] = plain(m, enc, value);
	model_v5_update_ppis(m, enc & 1);
}

static uint64_t priorityr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	return m->regs->priorityr[enc & 15];
}

/*
 * Priority bits beyond those of the PE, and PPIs that do not exist, are
 * RAZ/WI.
 */
static void priorityr_write(struct model_v5_cpuif *m, uint32_t enc,
			    uint64_t value)
{
	m->regs->priorityr[enc & 15] = value & m->priority_bits[enc & 15];
}

static uint64_t hfgrtr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->hfgrtr;
}

/*
 * These three registers decide what the guest's accesses trap: a bit that is 0
 * traps.
 */
static void hfgrtr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	m->hfgrtr = (value & ICH_HFGRTR_EL2_ALL) | ICH_HFGRTR_EL2_RES1;
}

static uint64_t hfgwtr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->hfgwtr;
}

static void hfgwtr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	m->hfgwtr = value & ICH_HFGWTR_EL2_ALL;
}

static uint64_t hfgitr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->hfgitr;
}

static void hfgitr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	m->hfgitr = value & ICH_HFGITR_EL2_ALL;
}

static uint64_t vctlr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->vctlr;
}

/* Switches the interface on, and selects a GICv3's by V3. */
static void vctlr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	vgic_soft_v5_set_vctlr(m, value);
}

static uint64_t vmcr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return vgic_soft_v5_vmcr(m);
}

static void vmcr_write(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)enc;
	vgic_soft_v5_set_vmcr(m, value);
}

static uint64_t contextr_read(struct model_v5_cpuif *m, uint32_t enc)
{
	(void)enc;
	return m->contextr;
}

/*
 * V = 1 makes a VPE resident, or sets F if the IRS cannot.  V = 0 ends its
 * residency; with DB = 1 the IRS rings a doorbell when the VPE has an interrupt
 * to run for.
 */
static void contextr_write(struct model_v5_cpuif *m, uint32_t enc,
			   uint64_t value)
{
	const struct model_v5_config *c = &m->config;

	(void)enc;
	m->contextr = value & ~ICH_CONTEXTR_EL2_F;
	m->resident = value & ICH_CONTEXTR_EL2_V;
	if (m->resident && c->resident &&
	    !c->resident(c->ctx,
			 (uint32_t)FIELD_GET(ICH_CONTEXTR_EL2_VM, value),
			 (uint32_t)FIELD_GET(ICH_CONTEXTR_EL2_VPE, value))) {
		m->contextr |= ICH_CONTEXTR_EL2_F;
		m->resident = false;
	}
	m->iri_candidates = m->resident &&
			    !(value & ICH_CONTEXTR_EL2_IRICHPPIDIS);
	m->doorbell_armed = !(value & ICH_CONTEXTR_EL2_V) &&
			    (value & ICH_CONTEXTR_EL2_DB);
	m->doorbell_mask = (uint8_t)FIELD_GET(ICH_CONTEXTR_EL2_DBPM, value);
	vgic_model_v5_iri_changed(m);
}

/*
 * One doorbell for each request: EL2 asks again when it ends residency again.
 */
void vgic_model_v5_iri_changed(struct model_v5_cpuif *m)
{
	uint32_t intid;

	if (!m->doorbell_armed ||
	    m->iri->hppi(m->iri_ctx, &intid) > m->doorbell_mask) {
		return;
	}
	m->doorbell_armed = false;
	if (m->config.doorbell) {
		m->config.doorbell(m->config.ctx);
	}
}

/* No trap applies to EL2, so the rows have no bits for traps. */
static const struct model_v5_row rows[] = {
	{ ICH_PPI_DVIR0_EL2, 2, 0, false, dvir_read, dvir_write },
	{ ICH_PPI_ENABLER0_EL2, 2, 0, false, enabler_read, enabler_write },
	{ ICH_PPI_PENDR0_EL2, 2, 0, false, pendr_read, pendr_write },
	{ ICH_PPI_ACTIVER0_EL2, 2, 0, false, activer_read, activer_write },
	{ ICH_PPI_PRIORITYR0_EL2, 16, 0, false, priorityr_read,
	  priorityr_write },
	{ ICC_ICSR_EL1, 1, 0, false, vgic_soft_v5_icsr_read,
	  vgic_soft_v5_icsr_write },
	{ ICH_APR_EL2, 1, 0, false, vgic_soft_v5_apr_read,
	  vgic_soft_v5_apr_write },
	{ ICH_HPPIR_EL2, 1, 0, false, vgic_soft_v5_hppir_read, NULL },
	{ ICH_VMCR_EL2, 1, 0, false, vmcr_read, vmcr_write },
	{ ICH_VCTLR_EL2, 1, 0, false, vctlr_read, vctlr_write },
	{ ICH_CONTEXTR_EL2, 1, 0, false, contextr_read, contextr_write },
	{ ICH_HFGRTR_EL2, 1, 0, false, hfgrtr_read, hfgrtr_write },
	{ ICH_HFGWTR_EL2, 1, 0, false, hfgwtr_read, hfgwtr_write },
	{ ICH_HFGITR_EL2, 1, 0, true, hfgitr_read, hfgitr_write },
};

/*
 * ICH_VMCR_EL2 belongs to the CPU interface that V3 selects; null: look among
 * the registers of FEAT_GCIE_LEGACY.
 */
static const struct model_v5_row *el2_row(const struct model_v5_cpuif *m,
					  uint32_t enc)
{
	if (enc == ICH_VMCR_EL2 && model_v5_is_legacy(m)) {
		return NULL;
	}
	return vgic_soft_v5_find(rows, sizeof(rows) / sizeof(rows[0]), enc);
}

enum model_access vgic_model_v5_ich_read(struct model_v5_cpuif *m, uint32_t enc,
					 uint64_t *value)
{
	const struct model_v5_row *row = el2_row(m, enc);

	if (!row) {
		return vgic_model_v5_legacy_read(m, enc, value);
	}
	*value = row->read(m, enc);
	return MODEL_DONE;
}

enum model_access vgic_model_v5_ich_write(struct model_v5_cpuif *m,
					  uint32_t enc, uint64_t value)
{
	const struct model_v5_row *row = el2_row(m, enc);

	if (!row) {
		return vgic_model_v5_legacy_write(m, enc, value);
	}
	if (!row->write) {
		return MODEL_UNDEF;
	}
	row->write(m, enc, value);
	return MODEL_DONE;
}

/*
 * An Edge PPI stays pending until it is acknowledged, whatever its wire does.
 */
void vgic_model_v5_set_physical(struct model_v5_cpuif *m, unsigned int ppi,
				bool pending)
{
	const unsigned int n = ppi / 64;
	const uint64_t bit = UINT64_C(1) << ppi % 64;

	if (pending) {
		m->physical[n] |= bit & m->config.ppi_implemented[n];
	} else if (m->config.ppi_level[n] & bit) {
		m->physical[n] &= ~bit;
	}
	model_v5_update_ppis(m, n);
}
