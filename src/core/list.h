/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The priority lists of a vCPU's delivery queue (queue.c), as far as they are
 * on the way of what a software CPU interface does for every interrupt.
 */
#ifndef VGIC_CORE_LIST_H
#define VGIC_CORE_LIST_H

#include "core/arch.h"

/* Level of the best list of a group that has some. */
static inline uint32_t list_best(const struct vgic_vcpu *vcpu, uint32_t group)
{
	return (uint32_t)__builtin_ctz(vcpu->summary[group]);
}

/*
 * What follows the head of a list.  Read it while the word of the head still
 * names this vCPU as its owner: after that another thread may claim the
 * interrupt for another vCPU, and writes the link.
 */
static inline uint32_t list_second(const struct vgic_vcpu *vcpu, uint32_t group,
				   uint32_t level)
{
	return vcpu->gic->irqs[vcpu->list[group][level].head].link;
}

/* The head leaves the list, which begins with `second` from now on. */
static inline void list_behead(struct vgic_vcpu *vcpu, uint32_t group,
			       uint32_t level, uint32_t second)
{
	vcpu->list[group][level].head = second;
	if (second == VGIC_NIL) {
		vcpu->summary[group] &= ~(1u << level);
	}
}

/* Take out the head, whose word still says that it is in this list. */
static inline uint32_t list_pop(struct vgic_vcpu *vcpu, uint32_t group,
				uint32_t level)
{
	uint32_t index = vcpu->list[group][level].head;

	list_behead(vcpu, group, level, list_second(vcpu, group, level));
	return index;
}

/* Which of a vCPU's two sets of lists: see W_GATE1. */
static inline uint32_t list_group(uint64_t word)
{
	return word & W_GATE1 ? 1 : 0;
}

/* To the end of its list: interrupts of one priority go first come, first. */
static inline void list_push_back(struct vgic_vcpu *vcpu, uint32_t index,
				  uint64_t word)
{
	uint32_t group = list_group(word), level = w_prio(word) >> 3;
	struct vgic_list *list = &vcpu->list[group][level];
	struct vgic_irq *irqs = vcpu->gic->irqs;

	irqs[index].link = VGIC_NIL;
	if (vcpu->summary[group] & (1u << level)) {
		irqs[list->tail].link = index;
	} else {
		list->head = index;
		vcpu->summary[group] |= 1u << level;
	}
	list->tail = index;
}

/* Does a word say that it belongs into this list? */
static inline bool list_is_right(const struct vgic_vcpu *vcpu, uint32_t group,
				 uint32_t level, uint64_t word)
{
	uint64_t where = W_GATE1 | W_PRIO_MASK | W_TARGET_MASK;
	uint64_t here = w_set_prio(group ? W_GATE1 : 0, level << 3);

	return (word & where) == w_set_target(here, vcpu->index);
}

/*
 * The same, of an interrupt that is pending and enabled while no other bit of
 * its word has to be looked at?  Most heads of lists are such.  `beside`: more
 * bits that have to be 0.
 */
static inline bool list_is_plain(const struct vgic_vcpu *vcpu, uint32_t group,
				 uint32_t level, uint64_t word, uint64_t beside)
{
	uint64_t all = W_GATE1 | W_PRIO_MASK | W_TARGET_MASK | W_REQUESTS |
		       W_PEND | W_ENABLE | W_ACTIVE | W_IRM | beside;
	uint64_t here = w_set_prio(W_PEND | W_ENABLE | (group ? W_GATE1 : 0),
				   level << 3);

	return (word & all) == w_set_target(here, vcpu->index);
}

/*
 * Does the interrupt with this word, which is the head of this list, still
 * belong there?
 */
static inline bool list_is_live(const struct vgic_vcpu *vcpu, uint32_t group,
				uint32_t level, uint64_t word)
{
	return list_is_plain(vcpu, group, level, word, 0) ||
	       (list_is_right(vcpu, group, level, word) && w_wanted(word) &&
		vgic_may_stay(vcpu, word));
}

#endif
