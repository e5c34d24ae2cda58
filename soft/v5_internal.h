/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What v5_cpuif.c, v5_state.c and model/v5_*.c share of a GICv5's virtual CPU
 * interface.
 *
 * regs->candidates and below are derived from other registers, so that an
 * acknowledge needs no more than one search.  A function that changes a
 * register which they depend on calls model_v5_update_ppis() or
 * model_v5_update_mask().
 */
#ifndef VGIC_SOFT_V5_INTERNAL_H
#define VGIC_SOFT_V5_INTERNAL_H

#include "regs/gicv5.h"
#include "soft/v5_cpuif.h"

/** One access: a register, a run of registers, or an instruction. */
struct model_v5_row {
	/** First encoding, and how many there are. */
	uint32_t enc;
	uint32_t count;
	/** Bits of ICH_HFG*TR_EL2 that let the guest have it. */
	uint32_t untrap;
	/** Those bits are in ICH_HFGITR_EL2. */
	bool insn;
	uint64_t (*read)(struct model_v5_cpuif *m, uint32_t enc);
	void (*write)(struct model_v5_cpuif *m, uint32_t enc, uint64_t value);
};

/** The row of a table that covers `enc`, or null. */
const struct model_v5_row *vgic_soft_v5_find(const struct model_v5_row *rows,
					     unsigned int nr_rows,
					     uint32_t enc);

/** Pending, as the guest sees it: by DVI or by ICH_PPI_PENDR<n>_EL2. */
static inline uint64_t model_v5_pending(const struct model_v5_cpuif *m,
					unsigned int n)
{
	return (m->regs->pendr[n] & ~m->regs->dvir[n]) |
	       (m->physical[n] & m->regs->dvir[n]);
}

/*
 * Derive candidates[n]: to be called when pending, enable, active or hidden
 * state of its PPIs changed.
 */
static inline void model_v5_update_ppis(struct model_v5_cpuif *m,
					unsigned int n)
{
	struct vgic_ppi_image *regs = m->regs;

	regs->candidates[n] = model_v5_pending(m, n) & regs->enabler[n] &
			      ~regs->activer[n] & m->visible[n];
}

/*
 * Derive `mask` and `below`: to be called when the priority mask, the running
 * priority or an enable changed.  A candidate can be signalled if its priority
 * is at least as urgent as the mask and more urgent than the running one;
 * nothing can while the interface is off.
 */
static inline void model_v5_update_mask(struct model_v5_cpuif *m)
{
	m->regs->mask = m->en && m->signalling ? m->pcr + 1u : 0;
	m->regs->below = vgic_ppi_below(m->regs->mask, m->regs->apr);
}

/** The guest has a GICv3 CPU interface, and none of a GICv5's. */
static inline bool model_v5_is_legacy(const struct model_v5_cpuif *m)
{
	return m->vctlr & ICH_VCTLR_EL2_V3;
}

/** Handlers that EL1 and EL2 have in common. */
uint64_t vgic_soft_v5_hppir_read(struct model_v5_cpuif *m, uint32_t enc);
uint64_t vgic_soft_v5_icsr_read(struct model_v5_cpuif *m, uint32_t enc);
void vgic_soft_v5_icsr_write(struct model_v5_cpuif *m, uint32_t enc,
			     uint64_t value);
uint64_t vgic_soft_v5_apr_read(struct model_v5_cpuif *m, uint32_t enc);
void vgic_soft_v5_apr_write(struct model_v5_cpuif *m, uint32_t enc,
			    uint64_t value);
void vgic_soft_v5_set_pcr(struct model_v5_cpuif *m, uint64_t priority);

/** ICH_VCTLR_EL2 and ICH_VMCR_EL2. */
void vgic_soft_v5_set_vctlr(struct model_v5_cpuif *m, uint64_t value);
uint64_t vgic_soft_v5_vmcr(const struct model_v5_cpuif *m);
void vgic_soft_v5_set_vmcr(struct model_v5_cpuif *m, uint64_t value);

/** vgic_v5_cpuif_ops.signals() of the PE in software. */
unsigned int vgic_soft_v5_virq(void *hw);

/** Ones in the bytes of PRIORITYR<n> whose PPIs are in `bits`. */
uint64_t vgic_soft_v5_byte_mask(const uint64_t bits[2], unsigned int n);

#endif
