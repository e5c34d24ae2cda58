/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2's side of a GICv3's virtual CPU interface: ICH_*_EL2 and the maintenance
 * interrupt.  IHI 0069 12.4
 *
 * A table says how many registers of a name there are, and how each is read and
 * written.  The state and its writable bits are soft/state.c's, since the same
 * interface runs patched guests.
 */
#include <stddef.h>

#include "model/ich.h"
#include "regs/ich.h"
#include "soft/internal.h"

/*
 * ICH_EISR_EL2: registers that are empty, are not mapped to a physical
 * interrupt, and whose EOI bit asks for an interrupt.
 */
uint32_t vgic_model_vcpuif_eisr(const struct model_vcpuif *m)
{
	const uint64_t mask = ICH_LR_EL2_State | ICH_LR_EL2_HW | ICH_LR_EL2_EOI;
	uint32_t eisr = 0;
	unsigned int n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		if ((m->lr[n] & mask) == ICH_LR_EL2_EOI) {
			eisr |= 1u << n;
		}
	}
	return eisr;
}

/*
 * ICH_ELRSR_EL2: registers that software may use without losing an interrupt or
 * the end of one, which EISR still shows.
 */
static uint32_t elrsr(const struct model_vcpuif *m)
{
	uint32_t bits = 0;
	unsigned int n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		if (!(m->lr[n] & ICH_LR_EL2_State) &&
		    ((m->lr[n] & ICH_LR_EL2_HW) ||
		     !(m->lr[n] & ICH_LR_EL2_EOI))) {
			bits |= 1u << n;
		}
	}
	return bits;
}

/*
 * ICH_MISR_EL2: each cause is a level that follows the present state.  NP looks
 * at registers that are pending alone; pending and active does not count.
 */
uint32_t vgic_model_vcpuif_misr(const struct model_vcpuif *m)
{
	const bool eng0 = m->vmcr & ICH_VMCR_EL2_VENG0;
	const bool eng1 = m->vmcr & ICH_VMCR_EL2_VENG1;
	unsigned int valid = 0, pending = 0, n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		valid += (m->lr[n] & ICH_LR_EL2_State) != 0;
		pending += (m->lr[n] & ICH_LR_EL2_State) == ICH_LR_EL2_Pending;
	}

	const struct {
		uint32_t enable;
		uint32_t cause;
		bool holds;
	} rows[] = {
		{ ICH_HCR_EL2_UIE, ICH_MISR_EL2_U, valid <= 1 },
		{ ICH_HCR_EL2_LRENPIE, ICH_MISR_EL2_LRENP,
		  FIELD_GET(ICH_HCR_EL2_EOIcount, m->hcr) != 0 },
		{ ICH_HCR_EL2_NPIE, ICH_MISR_EL2_NP, pending == 0 },
		{ ICH_HCR_EL2_VGrp0EIE, ICH_MISR_EL2_VGrp0E, eng0 },
		{ ICH_HCR_EL2_VGrp0DIE, ICH_MISR_EL2_VGrp0D, !eng0 },
		{ ICH_HCR_EL2_VGrp1EIE, ICH_MISR_EL2_VGrp1E, eng1 },
		{ ICH_HCR_EL2_VGrp1DIE, ICH_MISR_EL2_VGrp1D, !eng1 },
	};
	uint32_t misr = vgic_model_vcpuif_eisr(m) ? ICH_MISR_EL2_EOI : 0;

	for (n = 0; n < sizeof(rows) / sizeof(rows[0]); n++) {
		if ((m->hcr & rows[n].enable) && rows[n].holds) {
			misr |= rows[n].cause;
		}
	}
	return misr;
}

/* An interface that is off asks for nothing, whatever its conditions are. */
bool vgic_model_vcpuif_maintenance(const struct model_vcpuif *m)
{
	return (m->hcr & ICH_HCR_EL2_En) && vgic_model_vcpuif_misr(m);
}

/* What lr.c and vgic_ich_probe() find out about this CPU. */
static uint64_t vtr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return FIELD_PUT(ICH_VTR_EL2_ListRegs, m->config.nr_lrs - 1u) |
	       FIELD_PUT(ICH_VTR_EL2_IDbits, m->config.id_bits == 24) |
	       FIELD_PUT(ICH_VTR_EL2_PREbits, m->config.pre_bits - 1u) |
	       FIELD_PUT(ICH_VTR_EL2_PRIbits, m->config.pri_bits - 1u) |
	       (m->config.tdir ? ICH_VTR_EL2_TDS : 0) |
	       (m->config.seis ? ICH_VTR_EL2_SEIS : 0) |
	       (m->config.a3v ? ICH_VTR_EL2_A3V : 0) | ICH_VTR_EL2_nV4;
}

static uint64_t hcr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return m->hcr;
}

static uint64_t misr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return vgic_model_vcpuif_misr(m);
}

static uint64_t eisr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return vgic_model_vcpuif_eisr(m);
}

static uint64_t elrsr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return elrsr(m);
}

static uint64_t vmcr_read(struct model_vcpuif *m, unsigned int n)
{
	(void)n;
	return m->vmcr;
}

static uint64_t lr_read(struct model_vcpuif *m, unsigned int n)
{
	return m->lr[n];
}

/*
 * EL2 sees the active priorities as they are; the guest sees the same ones by
 * ICC_AP0R<n>_EL1 and ICC_AP1R<n>_EL1.
 */
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

/* How many registers there are of a name that has no number. */
static unsigned int one(const struct model_vcpuif *m)
{
	(void)m;
	return 1;
}

static unsigned int nr_lrs(const struct model_vcpuif *m)
{
	return m->config.nr_lrs;
}

static void hcr_write(struct model_vcpuif *m, unsigned int n, uint64_t value)
{
	(void)n;
	vgic_soft_set_hcr(m, value);
}

static void vmcr_write(struct model_vcpuif *m, unsigned int n, uint64_t value)
{
	(void)n;
	vgic_soft_set_vmcr(m, value);
}

/* A null `write`: the register is read-only, and a write is UNDEFINED. */
static const struct ich_row {
	uint32_t enc; /* of number 0; the others follow */
	unsigned int (*count)(const struct model_vcpuif *m);
	uint64_t (*read)(struct model_vcpuif *m, unsigned int n);
	void (*write)(struct model_vcpuif *m, unsigned int n, uint64_t value);
} ich_rows[] = {
	{ ICH_LR0_EL2, nr_lrs, lr_read, vgic_soft_set_lr },
	{ ICH_HCR_EL2, one, hcr_read, hcr_write },
	{ ICH_VMCR_EL2, one, vmcr_read, vmcr_write },
	{ ICH_AP0R0_EL2, vgic_soft_nr_aprs, ap0r_read, ap0r_write },
	{ ICH_AP1R0_EL2, vgic_soft_nr_aprs, ap1r_read, ap1r_write },
	{ ICH_VTR_EL2, one, vtr_read, NULL },
	{ ICH_MISR_EL2, one, misr_read, NULL },
	{ ICH_EISR_EL2, one, eisr_read, NULL },
	{ ICH_ELRSR_EL2, one, elrsr_read, NULL },
};

/*
 * Encodings of numbered registers follow one another.  One below a row's first
 * wraps around and misses the row.
 */
static const struct ich_row *ich_find(const struct model_vcpuif *m,
				      uint32_t enc)
{
	size_t i;

	for (i = 0; i < sizeof(ich_rows) / sizeof(ich_rows[0]); i++) {
		if (enc - ich_rows[i].enc < ich_rows[i].count(m)) {
			return &ich_rows[i];
		}
	}
	return NULL;
}

enum model_access vgic_model_ich_read(struct model_vcpuif *m, uint32_t enc,
				      uint64_t *value)
{
	const struct ich_row *row = ich_find(m, enc);

	if (!row) {
		return MODEL_UNDEF;
	}
	*value = row->read(m, enc - row->enc);
	return MODEL_DONE;
}

enum model_access vgic_model_ich_write(struct model_vcpuif *m, uint32_t enc,
				       uint64_t value)
{
	const struct ich_row *row = ich_find(m, enc);

	if (!row || !row->write) {
		return MODEL_UNDEF;
	}
	row->write(m, enc - row->enc, value);
	return MODEL_DONE;
}
