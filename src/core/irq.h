/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be done to an interrupt, and to its state word (irq.c).
 */
#ifndef VGIC_CORE_IRQ_H
#define VGIC_CORE_IRQ_H

#include "core/gic.h"

/* What can be done to an interrupt; `arg` where noted. */
enum vgic_change {
	VGIC_SET_PENDING, /* arg: HOLD_*, the physical one follows */
	VGIC_CLEAR_PENDING,
	VGIC_SET_LINE,	 /* arg: level of the line; latches edges */
	VGIC_SET_ACTIVE, /* arg: likewise */
	VGIC_CLEAR_ACTIVE,
	VGIC_SET_ENABLE,
	VGIC_CLEAR_ENABLE,
	VGIC_SET_GROUP,	     /* arg: 0 or 1 */
	VGIC_SET_PRIORITY,   /* arg: priority, 8 bits */
	VGIC_SET_LEVEL,	     /* arg: true for level-sensitive */
	VGIC_SET_TARGET,     /* arg: vCPU index or VGIC_NOWHERE */
	VGIC_RETARGET,	     /* the same, unless it is 1 of N */
	VGIC_SET_1OFN,	     /* target any; arg unused */
	VGIC_RESTORE_ACTIVE, /* as if acknowledged at its priority */
	/* GICv5, SPIs and LPIs. */
	VGIC_SET_WIRE,	  /* arg: level of the wire */
	VGIC_SET_TRIGGER, /* arg: IRS_SPI_CFGR.TM, 1 for level */
	VGIC_RESAMPLE,	  /* look at the wire again */
	VGIC_SET_EDGE,	  /* a message arrived */
	VGIC_FORGET,	  /* an LPI as at reset; arg: its target then */
	VGIC_NO_CHANGE,	  /* none: who is to have it? */
};

/* A change by the guest takes the physical interrupt along, if it is mapped. */
#define HOLD_MAPPED 1u

/* core/irq.c: the state word, and telling vCPUs of its changes. */

static inline uint64_t vgic_irq_word(const struct vgic *gic, uint32_t index)
{
	return vgic_load_seq(&gic->irqs[index].word);
}

/*
 * Apply one change, and have the vCPU look that has the interrupt, or is to
 * have it now.  `self` is the vCPU whose thread this is, or null: it is not
 * kicked, since it passes through vgic_enter() anyway.  Any context.
 */
void vgic_irq_change(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     enum vgic_change change, uint32_t arg);
/*
 * Turn the word of an LPI from `*was` into `now`, and let everybody know; one
 * compare-and-swap, also where both are equal.  False: `*was` is the word as it
 * is instead, or as it was before if the attempt failed for no reason.
 */
bool vgic_irq_swap(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint64_t *was, uint64_t now);

/*
 * VGIC_SET_PENDING with `hold` as its argument.  The usual one is enabled, has
 * a target, and is held by no vCPU or in a list register: then one
 * compare-and-swap does it, so that one write of ICC_SGI1R_EL1 can reach 511
 * vCPUs within 100 us.  Not for an SGI that has senders.
 */
void vgic_irq_pend(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint32_t hold);
/*
 * On the own thread of `self`: if the vCPU is entered and has the interrupt,
 * whose word is given, in a list register that is empty by now, load it again;
 * see vgic_policy.again.
 */
bool vgic_irq_again(struct vgic_vcpu *self, uint32_t index, uint64_t word,
		    uint64_t request);
/* Claim an interrupt for a vCPU's inbox if its word now asks for it. */
uint64_t vgic_irq_claim(struct vgic *gic, uint64_t word);
/*
 * A 1-of-N interrupt was just left without an owner, because a search found no
 * vCPU that takes part.  A vCPU that has begun to take part since that search
 * did not notice the interrupt: note that there is one, and search again.
 */
void vgic_irq_stranded(struct vgic *gic, struct vgic_vcpu *self,
		       uint32_t index);
/* Push on a vCPU's inbox what the caller claimed, and have it look. */
void vgic_irq_post(struct vgic *gic, struct vgic_vcpu *self, uint32_t owner,
		   uint32_t index);
/* Ask a vCPU to look at itself for the reasons in `bits` (ATTN_*). */
void vgic_notify(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu,
		 uint32_t bits);
/* Every vCPU has to look. */
void vgic_notify_all(struct vgic *gic, struct vgic_vcpu *self, uint32_t bits);

#endif
