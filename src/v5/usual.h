/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every interrupt of a software CPU interface needs, as it is mostly: the
 * head of the best list, and what can be said about it with one look.  For
 * cpu.c, ppi.c and usual.c, on the vCPU's own thread.
 */
#ifndef VGIC_V5_USUAL_H
#define VGIC_V5_USUAL_H

#include "core/list.h"
#include "v5/v5.h"

/*
 * A word's W_GATE1 says that the interrupt is forwarded, so forwarded SPIs and
 * LPIs are in the lists of group 1.  The lists of group 0 are never looked at.
 */
#define FORWARDED 1u
/* One more than the least urgent of the 32 priorities. */
#define PRIO_NONE 32u

/*
 * Priority of the best list; PRIO_NONE: there is none, or the IRS of this vCPU
 * forwards nothing.
 */
static inline uint32_t best_level(const struct vgic_vcpu *vcpu)
{
	return vcpu->summary[FORWARDED] && vgic_v5_forwards(vcpu) ?
		       list_best(vcpu, FORWARDED) :
		       PRIO_NONE;
}

/* The first interrupt of a list, and its word as it is now. */
static inline uint32_t head(const struct vgic_vcpu *vcpu, uint32_t level,
			    uint64_t *word)
{
	uint32_t index = vcpu->list[FORWARDED][level].head;

	*word = vgic_irq_word(vcpu->gic, index);
	return index;
}

/*
 * The word of an interrupt that is acknowledged.  It belongs to no vCPU's queue
 * from now on: anybody may deactivate it.
 */
static inline uint64_t activate(uint64_t word, bool mapped)
{
	/*
	 * Handling mode Edge: the acknowledge clears Pending.  Level: the
	 * source does.
	 */
	uint64_t gone = word & W_LEVEL ? 0 : W_PEND;

	/*
	 * Mapped: the physical interrupt is active as long as the virtual one,
	 * so its device cannot report the line to us.  Once it is deactivated
	 * it comes again if the line is still high.
	 */
	if (mapped) {
		gone = W_PEND | W_WIRE;
	}
	return (w_release(word) & ~gone) | W_ACTIVE;
}

/*
 * Acknowledge the head of the best list, which is the one of this priority.
 * False: the head is not wanted there any more, or another thread just changed
 * its word.
 *
 * `plain` is for the short way, which takes only words that are pending,
 * enabled, not mapped and nothing else.  Any other may be 1 of N, and then it
 * has to be asked whether this PE still takes part (list_is_live()).
 */
static inline __attribute__((always_inline)) bool
take_head(struct vgic_vcpu *vcpu, uint32_t level, bool plain, uint32_t *intid)
{
	struct vgic *gic = vcpu->gic;
	uint32_t index, second;
	struct vgic_irq *irq;
	uint64_t word;

	index = vcpu->list[FORWARDED][level].head;
	irq = &gic->irqs[index];
	word = vgic_load_seq(&irq->word);
	second = irq->link;
	if (!(plain ? list_is_plain(vcpu, FORWARDED, level, word, W_HW) :
		      list_is_live(vcpu, FORWARDED, level, word)) ||
	    !vgic_cas(&irq->word, &word,
		      activate(word, !plain && (word & W_HW)))) {
		return false;
	}
	/*
	 * The word says that no vCPU has the interrupt.  From here on any PE
	 * may end it, and it may become pending in another vCPU's inbox, which
	 * writes its link.  That is why the entry after it was read before the
	 * compare-and-swap.
	 */
	list_behead(vcpu, FORWARDED, level, second);
	if (index < gic->first_lpi) {
		*intid = vgic_v5_spi_intid(gic, index);
		vgic_count_own(&vcpu->delivered[VGIC_SPI]);
	} else {
		*intid = vgic_v5_lpi_intid(gic, index);
		vgic_count_own(&vcpu->delivered[VGIC_LPI]);
	}
	return true;
}

/*
 * Deactivate.  After a plain interrupt's handler no vCPU holds the interrupt,
 * it is not pending again and no device waits to hear of its end.  Then one
 * compare-and-swap is all; `loud` are the bits that say otherwise.  False:
 * nothing was done.
 */
static inline bool deactivate_plainly(struct vgic *gic, uint32_t index)
{
	_Atomic(uint64_t) *at = &gic->irqs[index].word;
	uint64_t word = vgic_load_relaxed(at);
	uint64_t loud = W_PLACE_MASK | W_REQUESTS | W_PEND | W_LINE | W_SIDE |
			W_IRM;

	return !(word & loud) &&
	       vgic_cas(at, &word, word & ~(W_ACTIVE | W_ACKED));
}

/*
 * The short way of what every interrupt needs.  It is for a CPU interface whose
 * registers are the image, while no PPI wants to be signalled, and no PPI is
 * pending whose device has to be asked before the guest can look.  Then all
 * that there is to know is in the image, and in the lists.
 */
static inline bool is_usual(const struct vgic_vcpu *vcpu)
{
	const struct vgic_v5_vcpu *v = vcpu->v5;

	return v && !(v->ppi.candidates[0] | v->ppi.candidates[1] |
		      v->ppi_ask[0] | v->ppi_ask[1]);
}

/*
 * What vgic_signals() says once priorities below this are signalled: with no
 * candidate among the PPIs, the best list's head asserts it, if it is plain.
 * Any other head has to be looked at the long way: VGIC_UNUSUAL.
 */
static inline int usual_signals(const struct vgic_vcpu *vcpu, uint32_t below)
{
	uint32_t level;
	uint64_t word;

	if (!vcpu->summary[FORWARDED]) {
		return 0;
	}
	level = best_level(vcpu);
	if (level >= below) {
		return 0;
	}
	(void)head(vcpu, level, &word);
	return list_is_plain(vcpu, FORWARDED, level, word, 0) ? (int)VGIC_VIRQ :
								VGIC_UNUSUAL;
}

#endif
