/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's inbox and its lists of candidates (queue.c).  All but
 * vgic_spis_note() are for the vCPU's own thread.
 */
#ifndef VGIC_CORE_QUEUE_H
#define VGIC_CORE_QUEUE_H

#include "core/gic.h"

/*
 * Take in what was posted; `why`: the attention bits that were taken.  True
 * when list registers may be affected.
 */
bool vgic_queue_attend(struct vgic_vcpu *vcpu, uint32_t why);
/* Re-judge an interrupt that was just taken out of every structure. */
void vgic_queue_judge(struct vgic_vcpu *vcpu, uint32_t index);
/*
 * The same for an interrupt that was in a list register.  It goes to the head
 * of its list, since it became pending before those that wait there.
 */
void vgic_queue_return(struct vgic_vcpu *vcpu, uint32_t index);
/*
 * Take the best candidate of the groups in `open` (bit n: group n) whose
 * priority value is below `below`; VGIC_NIL when there is none.  Dead
 * entries met on the way are dropped.
 */
uint32_t vgic_queue_pop(struct vgic_vcpu *vcpu, uint32_t open, uint32_t below);
/* Priority value of the best candidate, or 256. */
uint32_t vgic_queue_best(struct vgic_vcpu *vcpu, uint32_t open);
/* The head of this list is no longer wanted there: judge it again. */
void vgic_queue_drop(struct vgic_vcpu *vcpu, uint32_t group, uint32_t level);
/* Makes the physical interrupt of a word with W_HOLD active. */
uint64_t vgic_queue_activate(struct vgic_vcpu *vcpu, uint32_t index,
			     uint64_t word);
/*
 * If a word says that its physical interrupt has yet to be made active
 * (W_HOLD), make it active, and return the word without W_HOLD.  To be called
 * before that word is stored and other threads find the interrupt held.
 */
static inline uint64_t vgic_queue_hold(struct vgic_vcpu *vcpu, uint32_t index,
				       uint64_t word)
{
	return word & W_HOLD ? vgic_queue_activate(vcpu, index, word) : word;
}

/* Update the count of SPIs that any vCPU may have to deactivate. */
void vgic_count_spi(struct vgic *gic, struct vgic_vcpu *self, uint64_t was,
		    uint64_t now);

/* A word changed: its place, or whether it is active. */
static inline void vgic_note_spi(struct vgic *gic, struct vgic_vcpu *self,
				 uint32_t index, uint64_t was, uint64_t now)
{
	if (gic->counts_spis && index - gic->first_spi < gic->config.nr_spis) {
		vgic_count_spi(gic, self, was, now);
	}
}

#endif
