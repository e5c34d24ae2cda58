/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the two files of the list-register policy share: lr.c, which has the
 * rules, and lr_plain.c, which has the short ways for what mostly happens.  All
 * of it is for the vCPU's own thread.
 */
#ifndef VGIC_CPUIF_LR_H
#define VGIC_CPUIF_LR_H

#include "core/arch.h"

/* Has the queue any entry?  It may be one that is wanted no more. */
static inline bool lr_waits(const struct vgic_vcpu *vcpu)
{
	return vcpu->summary[0] | vcpu->summary[1];
}

/* From the next entry on register `n` holds this. */
static inline void lr_write(struct vgic_vcpu *vcpu, unsigned int n,
			    uint64_t value)
{
	vcpu->ich.lr[n] = value;
	vcpu->lr_known[n] = value;
	vcpu->ich.dirty |= (uint16_t)(1u << n);
}

/*
 * The hardware's copy is cleared only if it could still act: EOI keeps an empty
 * register's maintenance condition up.  IHI 0069, ICH_EISR_EL2
 */
static inline void lr_free(struct vgic_vcpu *vcpu, unsigned int n)
{
	vcpu->ich.used &= (uint16_t) ~(1u << n);
	vcpu->refill |= lr_waits(vcpu) || vcpu->stacked != 0;
	if (vcpu->lr_known[n] & (ICH_LR_EL2_State | ICH_LR_EL2_EOI)) {
		lr_write(vcpu, n, 0);
	}
}

/* The guest has taken it. */
static inline void lr_count(struct vgic_vcpu *vcpu, uint32_t index)
{
	_Atomic(uint64_t) *count =
		&vcpu->delivered[vgic_kind_at(vcpu->gic, index)];

	vgic_store_relaxed(count, vgic_load_relaxed(count) + 1);
}

/*
 * Register `n` is empty now.  In the usual case one compare-and-swap of the
 * word is all that is needed; false: it is not that case, and nothing was done.
 */
bool vgic_lr_end_plainly(struct vgic_vcpu *vcpu, unsigned int n);
/*
 * Nothing is to be done about register `n`: its interrupt's word says what it
 * did when the register was last looked at.  Unless a group has opened or
 * closed.
 */
bool vgic_lr_is_fresh(const struct vgic_vcpu *vcpu, unsigned int n);
/* See struct vgic_policy. */
bool vgic_lr_again(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word,
		   uint64_t request);

#endif
