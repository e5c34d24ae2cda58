/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way of what every interrupt needs: the guest's CDIA, CDEOI, CDDI
 * and CDPEND where nothing is special, and an entry for which at most one
 * interrupt was posted.  Each is a look at the image and at the lists, and one
 * compare-and-swap.  Anything else goes the long way (cpu.c), and then nothing
 * has been done here.
 *
 * What other vCPUs post while instructions are executed is not looked at: they
 * kick.
 */
#include "v5/usual.h"

#include <vgic/trap.h>

#include "core/contract.h"
#include "core/irq.h"

#include "regs/a64.h"
#include "regs/gicv5.h"

/*
 * GICR CDIA.  What was best in the lists is running now, or nothing there is
 * below what runs: nothing is signalled.
 */
static inline int usual_cdia(struct vgic_vcpu *vcpu, uint64_t *value)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint32_t level = best_level(vcpu), intid;

	if (level >= image->below) {
		*value = 0;
		return 0;
	}
	if (!take_head(vcpu, level, true, &intid)) {
		return VGIC_UNUSUAL;
	}
	vgic_ppi_run(image, level);
	*value = GICR_CDIA_VALID | intid;
	return 0;
}

static inline int usual_cdeoi(struct vgic_vcpu *vcpu)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint32_t apr = image->apr & (image->apr - 1);
	uint32_t below = vgic_ppi_below(image->mask, apr);
	int signals = usual_signals(vcpu, below);

	if (signals != VGIC_UNUSUAL) {
		image->apr = apr;
		image->below = below;
	}
	return signals;
}

/* What this ends is in no list, and so was not signalled. */
static inline int usual_cddi(struct vgic_vcpu *vcpu, uint64_t operand)
{
	uint32_t index = vgic_v5_shared_index(vcpu->gic, (uint32_t)operand);
	int signals;

	if (index == VGIC_NIL) {
		return VGIC_UNUSUAL;
	}
	signals = usual_signals(vcpu, vcpu->v5->ppi.below);
	return signals != VGIC_UNUSUAL && deactivate_plainly(vcpu->gic, index) ?
		       signals :
		       VGIC_UNUSUAL;
}

int vgic_trap_usual(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t *value)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	if (!is_usual(vcpu)) {
		return VGIC_UNUSUAL;
	}
	switch (sysreg) {
	case GICR_CDIA:
		return usual_cdia(vcpu, value);
	case GIC_CDEOI:
		return usual_cdeoi(vcpu);
	case GIC_CDDI:
		return usual_cddi(vcpu, *value);
	default:
		return VGIC_UNUSUAL;
	}
}

/*
 * Make an interrupt pending that is nowhere, enabled and forwarded, and has no
 * side entry; a 1-of-N interrupt has no target as long as it is not pending.
 * One compare-and-swap gives it to its target: this vCPU, whose list it goes to
 * at once, or another one, whose inbox it goes to.  *now: its word then.
 */
static inline bool pend_plainly(struct vgic_vcpu *vcpu, uint32_t index,
				uint64_t *now)
{
	const uint64_t all = W_PLACE_MASK | W_PEND | W_ACTIVE | W_ENABLE |
			     W_GATE1 | W_SIDE;
	struct vgic *gic = vcpu->gic;
	_Atomic(uint64_t) *at = &gic->irqs[index].word;
	uint64_t word = vgic_load_relaxed(at);
	uint32_t target = w_target(word);
	bool own = target == vcpu->index;

	if ((word & all) != (W_ENABLE | W_GATE1) || target == VGIC_NOWHERE) {
		return false;
	}
	*now = w_set_place(word | W_PEND, own ? PLACE_QUEUE : PLACE_INBOX);
	*now = w_set_owner(*now, target);
	if (!vgic_cas(at, &word, *now)) {
		return false;
	}
	vgic_count(&gic->vcpus[target].injected[vgic_kind_at(gic, index)]);
	if (own) {
		list_push_back(vcpu, index, *now);
	} else {
		vgic_irq_post(gic, vcpu, target, index);
	}
	return true;
}

int vgic_trap_usual_pend(struct vgic_vcpu *vcpu, uint64_t operand)
{
	uint32_t index;
	int signals;
	uint64_t now;

	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	if (!is_usual(vcpu) || !(operand & GIC_CDPEND_PENDING)) {
		return VGIC_UNUSUAL;
	}
	index = vgic_v5_shared_index(vcpu->gic, (uint32_t)operand);
	signals = usual_signals(vcpu, vcpu->v5->ppi.below);
	if (index == VGIC_NIL || signals == VGIC_UNUSUAL ||
	    !pend_plainly(vcpu, index, &now)) {
		return VGIC_UNUSUAL;
	}
	if (w_place(now) == PLACE_QUEUE &&
	    w_prio(now) >> 3 < vcpu->v5->ppi.below && vgic_v5_forwards(vcpu)) {
		signals = VGIC_VIRQ;
	}
	return signals;
}

/*
 * What came out of the inbox, into its list: an interrupt that is pending,
 * enabled, forwarded, for this vCPU and nothing else.  W_HOLD: its physical
 * interrupt has yet to be made active.
 */
static inline bool list_plainly(struct vgic_vcpu *vcpu, uint32_t index)
{
	const uint64_t all = W_PEND | W_ENABLE | W_GATE1 | W_ACTIVE | W_IRM |
			     W_HOLD | W_TARGET_MASK;
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[index].word;
	uint64_t word = vgic_load_relaxed(at), now;

	now = w_set_place(word, PLACE_QUEUE);
	if ((word & all) !=
		    w_set_target(W_PEND | W_ENABLE | W_GATE1, vcpu->index) ||
	    !vgic_cas(at, &word, now)) {
		return false;
	}
	list_push_back(vcpu, index, now);
	return true;
}

/*
 * Take in what was posted: mostly nothing, or one interrupt.  False: there is
 * more to do, and it is where the long way finds it.
 */
static inline bool take_usual_posts(struct vgic_vcpu *vcpu)
{
	uint32_t why = vgic_load_seq(&vcpu->attention), index;

	if (!why) {
		return true;
	}
	if (why != ATTN_INBOX || vcpu->backlog.behind ||
	    !vgic_cas(&vcpu->attention, &why, 0)) {
		return false;
	}
	index = vgic_exchange(&vcpu->inbox, VGIC_NIL);
	if (index == VGIC_NIL) {
		return true;
	}
	if (vcpu->gic->irqs[index].link == VGIC_NIL &&
	    list_plainly(vcpu, index)) {
		return true;
	}
	vcpu->backlog.reversing = index;
	vcpu->backlog.behind = true;
	vgic_fetch_or(&vcpu->attention, ATTN_INBOX);
	return false;
}

/*
 * `refill` is not looked at, as vgic_reenter() does: it has the policy's flush
 * called, which here takes in PPIs.  Those that changed have an attention bit
 * as well, and a vCPU that is entered has begun to run.
 */
int vgic_reenter_usual(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	if (!is_usual(vcpu) || !take_usual_posts(vcpu)) {
		return VGIC_UNUSUAL;
	}
	return usual_signals(vcpu, vcpu->v5->ppi.below);
}
