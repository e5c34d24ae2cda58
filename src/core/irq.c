/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state word: how each change alters it, and which vCPU has to look because
 * of that.  apply() is the new word, vgic_irq_change() stores it, follow_up()
 * tells the vCPU that has the interrupt, or the one that is to have it.
 *
 * The cost of an injection does not depend on what else is pending: one
 * compare-and-swap of the word and, when the interrupt turns deliverable, one
 * push on the target's inbox.
 */
#include "core/irq.h"
#include "core/arch.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/side.h"

static uint64_t put(uint64_t word, uint64_t flag, bool on)
{
	return on ? word | flag : word & ~flag;
}

/* A request in a list register, as w_set_pending() has it. */
static uint64_t set_active(uint64_t word, bool in_lr)
{
	/* In a register it may be active no more, whatever the word says. */
	if (in_lr) {
		return (word | W_DOACT) & ~W_DEACT;
	}
	if (w_active(word)) {
		return word;
	}
	return w_set_actprio((word | W_ACTIVE) & ~W_ACKED, w_prio(word));
}

/* In a register W_PHYS may be true no more, either. */
static uint64_t hold(uint64_t word, bool in_lr, uint32_t which)
{
	return which && w_holds_phys(word) && (in_lr || !(word & W_PHYS)) ?
		       word | W_HOLD :
		       word;
}

/*
 * A VMM restores what a guest had acknowledged, and which it will end: by
 * EOIcount, when it is in no list register.
 */
static uint64_t restore_active(uint64_t word, bool in_lr)
{
	if (in_lr) {
		return set_active(word, in_lr);
	}
	return w_set_actprio(word | W_ACTIVE | W_ACKED, w_prio(word));
}

/* On the stack, its EOI may have been counted by now: see there. */
static uint64_t clear_active(uint64_t word, bool in_lr)
{
	if (in_lr) {
		return (word | W_DEACT) & ~W_DOACT;
	}
	word &= ~W_ACTIVE;
	return w_place(word) == PLACE_STACK ? word : word & ~W_ACKED;
}

/*
 * The physical interrupt became active and is ours now, or its line fell.
 * In a list register the round before may have ended by hardware, without our
 * knowing: so a new one is a request.
 */
static uint64_t set_mapped_line(uint64_t word, bool in_lr, bool level)
{
	/* The physical PPI drives it directly: there is nothing to end. */
	if (word & W_DVI) {
		return put(word, W_LINE, level);
	}
	if (!level) {
		return (word & W_LEVEL) ? word & ~W_LINE : word;
	}
	if (in_lr) {
		return word | W_FIRED;
	}
	return word | W_PHYS | (word & W_LEVEL ? W_LINE : W_PEND);
}

/* The line of a device: a level follows it, an edge latches. */
static uint64_t set_line(uint64_t word, bool in_lr, bool level)
{
	if (word & W_HW) {
		return set_mapped_line(word, in_lr, level);
	}
	/* The guest may configure an edge as a level: then its line counts. */
	if (level && !(word & W_LEVEL)) {
		word = w_set_pending(word);
	}
	return put(word, W_LINE, level);
}

/*
 * GICv5: the trigger mode says how the wire is sampled, and a wire event sets
 * the handling mode, W_LEVEL, which says what an acknowledge does to Pending.
 */
static uint64_t set_wire(uint64_t word, bool level)
{
	word = put(word, W_WIRE, level);
	if (word & W_TM) {
		word = put(word, W_PEND, level);
		return level ? word | W_LEVEL : word;
	}
	return level ? (word | W_PEND) & ~W_LEVEL : word;
}

/* A wire that is sampled by its level: what it says now. */
static uint64_t resample(uint64_t word)
{
	return word & W_TM ? set_wire(word, word & W_WIRE) : word;
}

static uint64_t set_trigger(uint64_t word, bool level)
{
	if (!(word & W_TM) == !level) {
		return word;
	}
	word = put(word, W_TM, level);
	if (level) {
		return resample(word);
	}
	return word & W_WIRE ? word & ~W_PEND : word;
}

static uint64_t apply(uint64_t word, enum vgic_change change, uint32_t arg)
{
	bool in_lr = w_place(word) == PLACE_LR;

	switch (change) {
	case VGIC_SET_PENDING:
		return hold(w_set_pending(word), in_lr, arg);
	case VGIC_CLEAR_PENDING:
		return w_clear_pending(word);
	case VGIC_SET_LINE:
		return set_line(word, in_lr, arg);
	case VGIC_SET_ACTIVE:
		return hold(set_active(word, in_lr), in_lr, arg);
	case VGIC_CLEAR_ACTIVE:
		return clear_active(word, in_lr);
	case VGIC_SET_ENABLE:
		return word | W_ENABLE;
	case VGIC_CLEAR_ENABLE:
		return word & ~W_ENABLE;
	case VGIC_SET_GROUP:
		return put(word, W_GATE1, arg);
	case VGIC_SET_PRIORITY:
		return w_set_prio(word, arg & VGIC_PRIO_MASK);
	case VGIC_SET_LEVEL:
		return put(word, W_LEVEL, arg);
	case VGIC_SET_TARGET:
		return w_set_target(word & ~W_IRM, arg);
	case VGIC_RETARGET:
		return word & W_IRM ? word : w_set_target(word, arg);
	case VGIC_SET_1OFN:
		return w_set_target(word | W_IRM, VGIC_NOWHERE);
	case VGIC_RESTORE_ACTIVE:
		return restore_active(word, in_lr);
	case VGIC_SET_WIRE:
		/* Mapped: the physical interrupt is active and ours now. */
		return set_wire(word & W_HW && arg ? word | W_PHYS : word, arg);
	case VGIC_SET_TRIGGER:
		return set_trigger(word, arg);
	case VGIC_RESAMPLE:
		return resample(word);
	case VGIC_SET_EDGE:
		return (word | W_PEND) & ~W_LEVEL;
	case VGIC_FORGET:
		return w_set_target(
			(word & (W_PLACE_MASK | W_OWNER_MASK)) | W_GATE1, arg);
	case VGIC_NO_CHANGE:
	default:
		break;
	}
	return word;
}

/*
 * The interrupt is in no vCPU's structures (place NONE).  Decide whether it
 * belongs in one, and whose.  An active one that no vCPU has comes from a write
 * of ISACTIVER; its target gets it, or vCPU 0 when it has no target, since
 * every active interrupt must be known to exactly one vCPU.  That vCPU also
 * makes the physical interrupt active (W_HOLD), or ends one that is held for
 * nothing: a private interrupt's physical one can only be reached from its own
 * vCPU's thread.
 */
uint64_t vgic_irq_claim(struct vgic *gic, uint64_t word)
{
	uint32_t owner;

	if ((word & W_IRM) && !w_active(word)) {
		uint32_t pick = VGIC_NOWHERE;

		if (w_pending(word) && (word & W_ENABLE)) {
			pick = vgic_pick_1ofn(gic);
		}
		word = w_set_target(word, pick);
	}
	owner = w_target(word);
	if ((w_active(word) && gic->holds_actives) || w_phys_idle(word) ||
	    (word & W_HOLD)) {
		owner = owner == VGIC_NOWHERE ? 0 : owner;
	} else if (!w_wanted(word)) {
		return word;
	}
	return w_set_owner(w_set_place(word, PLACE_INBOX), owner);
}

/*
 * Only the thread that makes `attention` non-zero kicks: the vCPU takes all
 * bits at once.  The exchange there is the partner of this fetch-or: what was
 * stored before the bit was set is seen by the vCPU that finds it.
 */
void vgic_notify(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu,
		 uint32_t bits)
{
	struct vgic_vcpu *v = &gic->vcpus[vcpu];

	if (vgic_fetch_or(&v->attention, bits) == 0 && v != self) {
		gic->config.host->kick(gic->config.host_ctx, vcpu);
	}
}

void vgic_notify_all(struct vgic *gic, struct vgic_vcpu *self, uint32_t bits)
{
	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		vgic_notify(gic, self, i, bits);
	}
}

/*
 * The inbox is a stack of indices, linked by vgic_irq.link.  The interrupt's
 * place is INBOX already, so its link is this thread's until the
 * compare-and-swap publishes it; vgic_exchange() in queue.c is the partner.
 */
void vgic_irq_post(struct vgic *gic, struct vgic_vcpu *self, uint32_t owner,
		   uint32_t index)
{
	struct vgic_vcpu *v = &gic->vcpus[owner];
	uint32_t head = vgic_load_relaxed(&v->inbox);

	do {
		gic->irqs[index].link = head;
	} while (!vgic_cas(&v->inbox, &head, index));
	vgic_notify(gic, self, owner, ATTN_INBOX);
}

/* Bit of the list that an interrupt with this word is in. */
static uint64_t list_bit(uint64_t word)
{
	uint32_t group = word & W_GATE1 ? 1 : 0;

	return UINT64_C(1) << (group * VGIC_NR_PRIOS + (w_prio(word) >> 3));
}

/*
 * The word of an interrupt changed that its owner has in a list, in a list
 * register or on its stack: have the owner look at it.  In a list that is only
 * needed if the interrupt has to move to another one; what is no longer wanted
 * is dropped when it comes to the head.  The old word says which list it is in.
 */
static void tell_holder(struct vgic *gic, struct vgic_vcpu *self, uint64_t was,
			uint64_t now)
{
	uint64_t moves = W_GATE1 | W_PRIO_MASK | W_TARGET_MASK;
	uint32_t owner = w_owner(now);

	switch (w_place(now)) {
	case PLACE_LR:
		vgic_notify(gic, self, owner, ATTN_LRS);
		break;
	case PLACE_STACK:
		vgic_notify(gic, self, owner, ATTN_STACK);
		break;
	case PLACE_QUEUE:
		if (((was ^ now) & moves) || w_active(now) ||
		    w_phys_idle(now)) {
			vgic_fetch_or(&gic->vcpus[owner].stale_lists,
				      list_bit(was));
			vgic_notify(gic, self, owner, ATTN_LISTS);
		}
		break;
	default: /* in an inbox: it will be judged when it is taken out */
		break;
	}
}

static inline void count_injection(struct vgic *gic, uint32_t index,
				   uint64_t word)
{
	uint32_t target = w_target(word);

	if (target == VGIC_NOWHERE) {
		target = 0;
	}
	vgic_count(&gic->vcpus[target].injected[vgic_kind_at(gic, index)]);
}

/*
 * Does this change add a request?  For the counters of injections.  The word of
 * an interrupt in a list register reads pending until the next exit,
 * acknowledged or not; there W_NEW or W_FIRED marks the new request.
 */
static bool newly_pending(uint64_t was, uint64_t now)
{
	return (!w_pending(was) && w_pending(now)) ||
	       (now & ~was & (W_NEW | W_FIRED));
}

/*
 * Changes by which a device signals.  They write the word even when it already
 * says what they ask for.  The vCPU that takes the interrupt changes the word
 * by a compare-and-swap after that write, which orders the device's earlier
 * stores before everything that the handler reads.  A load alone would let the
 * handler take the old signal without the new data, and no other would come.
 */
static bool is_signal(enum vgic_change change)
{
	return change == VGIC_SET_PENDING || change == VGIC_SET_LINE ||
	       change == VGIC_SET_WIRE || change == VGIC_SET_EDGE;
}

/*
 * An interrupt whose ops have queue_irq_unlock is offered to its device first.
 * If the device declines, it is claimed and posted as any other.
 */
static void deliver(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		    uint64_t now)
{
	_Atomic(uint64_t) *word = &gic->irqs[index].word;
	uint64_t was = now;

	if (!vgic_side_queues(gic, index, now) ||
	    vgic_side_queue(gic, index, now)) {
		return;
	}
	do {
		if (w_place(was) != PLACE_NONE) {
			return;
		}
		now = vgic_irq_claim(gic, was);
	} while (!vgic_cas(word, &was, now));
	if (w_place(now) == PLACE_INBOX) {
		vgic_irq_post(gic, self, w_owner(now), index);
	}
}

void vgic_irq_stranded(struct vgic *gic, struct vgic_vcpu *self, uint32_t index)
{
	(void)vgic_exchange(&gic->stranded, 1);
	vgic_irq_change(gic, self, index, VGIC_SET_1OFN, 0);
}

/* The word was changed: tell the vCPU that has the interrupt, or gets it. */
static void follow_up(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		      uint64_t was, uint64_t now)
{
	vgic_note_spi(gic, self, index, was, now);
	if (vgic_phys_reconfigured(gic, was, now)) {
		vgic_phys_configure(gic, index);
	}
	/* The line of an edge is only remembered, as is an SPI's wire. */
	if ((was ^ now) == W_WIRE ||
	    ((was ^ now) == W_LINE && !(now & W_LEVEL))) {
		return;
	}
	if (newly_pending(was, now)) {
		count_injection(gic, index, now);
	}
	if (w_place(was) != PLACE_NONE) {
		tell_holder(gic, self, was, now);
	} else if (w_place(now) == PLACE_INBOX) {
		vgic_irq_post(gic, self, w_owner(now), index);
	} else {
		deliver(gic, self, index, now);
		if (w_stranded(now)) {
			vgic_irq_stranded(gic, self, index);
		}
	}
}

bool vgic_irq_swap(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint64_t *was, uint64_t now)
{
	uint64_t before = *was;

	if (w_place(now) == PLACE_NONE) {
		now = vgic_irq_claim(gic, now);
	}
	if (!vgic_cas(&gic->irqs[index].word, was, now)) {
		return false;
	}
	if (now != before) {
		follow_up(gic, self, index, before, now);
	}
	return true;
}

void vgic_irq_change(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		     enum vgic_change change, uint32_t arg)
{
	_Atomic(uint64_t) *word = &gic->irqs[index].word;
	uint64_t was = vgic_load_seq(word);
	uint64_t now;

	if (change <= VGIC_CLEAR_PENDING &&
	    vgic_side_set_pending(gic, index, was,
				  change == VGIC_SET_PENDING)) {
		return;
	}
	/* Before it may be pending again: the device may lower its line. */
	if (change == VGIC_CLEAR_ACTIVE && vgic_side_hears(gic, was) &&
	    w_active(was)) {
		vgic_side_ended(gic, index, was);
		was = vgic_load_seq(word);
	}
	do {
		now = apply(was, change, arg);
		if (w_place(now) == PLACE_NONE &&
		    !vgic_side_queues(gic, index, now)) {
			now = vgic_irq_claim(gic, now);
		}
		if (now == was && !is_signal(change) &&
		    change != VGIC_NO_CHANGE) {
			return;
		}
	} while (!vgic_cas(word, &was, now));

	if (now != was || change == VGIC_NO_CHANGE) {
		follow_up(gic, self, index, was, now);
	}
}

bool vgic_irq_again(struct vgic_vcpu *self, uint32_t index, uint64_t word,
		    uint64_t request)
{
	struct vgic *gic = self->gic;

	if (w_place(word) != PLACE_LR || w_owner(word) != self->index ||
	    !(vgic_load_relaxed(&self->run_seq) & 1) || !gic->policy->again ||
	    !gic->policy->again(self, index, word, request)) {
		return false;
	}
	count_injection(gic, index, word);
	return true;
}

/*
 * VGIC_SET_PENDING of an interrupt that is nowhere, or in a list register; it
 * is neither mapped, nor has it a side entry, nor is it 1 of N.
 */
static inline bool pend_plainly(struct vgic *gic, struct vgic_vcpu *self,
				uint32_t index)
{
	const uint64_t special = W_HW | W_SIDE | W_IRM | W_HOLD;
	const uint64_t idle = W_PLACE_MASK | W_PEND | W_ACTIVE | W_ENABLE;
	_Atomic(uint64_t) *word = &gic->irqs[index].word;
	uint64_t was = vgic_load_relaxed(word), now;
	uint32_t target = w_target(was);

	if (was & special) {
		return false;
	}
	if (w_place(was) == PLACE_LR) {
		if (self && w_owner(was) == self->index &&
		    vgic_irq_again(self, index, was, W_NEW)) {
			return true;
		}
		now = w_set_pending(was);
		if (!vgic_cas(word, &was, now)) {
			return false;
		}
		if (now & ~was & W_NEW) {
			count_injection(gic, index, now);
		}
		if (now != was) {
			vgic_notify(gic, self, w_owner(now), ATTN_LRS);
		}
		return true;
	}
	if ((was & idle) != W_ENABLE || target == VGIC_NOWHERE) {
		return false;
	}
	now = w_set_owner(w_set_place(was | W_PEND, PLACE_INBOX), target);
	if (!vgic_cas(word, &was, now)) {
		return false;
	}
	count_injection(gic, index, now);
	vgic_irq_post(gic, self, target, index);
	return true;
}

void vgic_irq_pend(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
		   uint32_t hold)
{
	/* A device that is asked may be a default one, without a side entry. */
	if (gic->private_ops || !pend_plainly(gic, self, index)) {
		vgic_irq_change(gic, self, index, VGIC_SET_PENDING, hold);
	}
}
