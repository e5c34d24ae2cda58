/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's delivery queue: FIFO lists by priority and group, the inbox that
 * feeds them, and the backlog between the two.  All but the inbox's head
 * belongs to the vCPU's own thread.
 *
 * A list may hold entries that are no longer wanted; they are dropped when
 * they are met, which costs less than unlinking them and is bounded by what
 * was put in.
 */
#include "core/queue.h"
#include "core/irq.h"
#include "core/list.h"
#include "core/side.h"
#include "core/stack.h"
#include "core/sync.h"

/* To the head of its list: see vgic_queue_return(). */
static void push_front(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	uint32_t group = list_group(word), level = w_prio(word) >> 3;
	struct vgic_list *list = &vcpu->list[group][level];

	if (vcpu->summary[group] & (1u << level)) {
		vcpu->gic->irqs[index].link = list->head;
	} else {
		vcpu->gic->irqs[index].link = VGIC_NIL;
		list->tail = index;
		vcpu->summary[group] |= 1u << level;
	}
	list->head = index;
}

/*
 * The interrupt is in none of this vCPU's structures: settle its word, and
 * decide by it where the interrupt belongs.  What this vCPU neither has active
 * nor may take is released, and claimed at once for its target, if it has one.
 */
static uint64_t judge(struct vgic_vcpu *vcpu, uint64_t word)
{
	word = w_settle(word);
	if (w_active(word) && vcpu->gic->holds_actives) {
		return w_set_place(word, PLACE_STACK);
	}
	if (w_wanted(word) && w_target(word) == vcpu->index &&
	    vgic_may_stay(vcpu, word)) {
		return w_set_place(word, PLACE_QUEUE);
	}
	if (w_phys_idle(word)) {
		word &= ~W_PHYS;
	}
	return vgic_irq_claim(vcpu->gic, w_release(word));
}

uint64_t vgic_queue_activate(struct vgic_vcpu *vcpu, uint32_t index,
			     uint64_t word)
{
	if (!(word & W_PHYS)) {
		vgic_phys_activate(vcpu->gic, index);
	}
	return (word & ~W_HOLD) | W_PHYS;
}

/*
 * It is active, or may be: of what is in a list register the guest does not
 * tell us that it has acknowledged it.
 */
static bool is_out(uint64_t word)
{
	return w_place(word) == PLACE_LR || w_active(word);
}

/*
 * Counts the SPIs that are in some vCPU's list registers, or active.  Any vCPU
 * may deactivate them.  A host without ICH_HCR_EL2.TDIR shows us that only by
 * trapping many registers at once, so those traps are armed on every vCPU
 * while the count is not 0.  IHI 0069 12.4.5
 */
void vgic_count_spi(struct vgic *gic, struct vgic_vcpu *self, uint64_t was,
		    uint64_t now)
{
	if (is_out(was) == is_out(now)) {
		return;
	}
	if (is_out(was)) {
		vgic_fetch_add(&gic->spis_out, UINT32_MAX);
	} else if (vgic_fetch_add(&gic->spis_out, 1) == 0) {
		vgic_notify_all(gic, self, ATTN_TRAPS);
	}
}

/*
 * Put an interrupt that was just taken out of every structure where it belongs.
 * The compare-and-swap of the word decides; only then is it pushed, since from
 * then on no other thread moves it.
 */
static void place(struct vgic_vcpu *vcpu, uint32_t index,
		  void (*push)(struct vgic_vcpu *, uint32_t, uint64_t))
{
	_Atomic(uint64_t) *word = &vcpu->gic->irqs[index].word;
	uint64_t was = vgic_load_relaxed(word);
	uint64_t now, phys;

	do {
		now = vgic_queue_hold(vcpu, index, was);
		phys = now & W_PHYS;
		now = judge(vcpu, now);
	} while (!vgic_cas(word, &was, now));

	vgic_note_spi(vcpu->gic, vcpu, index, was, now);
	if ((now & W_IRM) && w_place(now) != PLACE_QUEUE) {
		vcpu->effort -= VGIC_EFFORT_PICK;
	}
	if (phys & ~now) {
		vgic_phys_deactivate(vcpu->gic, index);
	}
	switch (w_place(now)) {
	case PLACE_STACK:
		vgic_stack_push(vcpu, index);
		vcpu->refill = true;
		break;
	case PLACE_QUEUE:
		push(vcpu, index, now);
		vcpu->refill = true;
		break;
	case PLACE_INBOX:
		vgic_irq_post(vcpu->gic, vcpu, w_owner(now), index);
		break;
	default:
		if (w_stranded(now)) {
			vgic_irq_stranded(vcpu->gic, vcpu, index);
		}
		break;
	}
}

void vgic_queue_judge(struct vgic_vcpu *vcpu, uint32_t index)
{
	place(vcpu, index, list_push_back);
}

void vgic_queue_return(struct vgic_vcpu *vcpu, uint32_t index)
{
	place(vcpu, index, push_front);
}

/* The inbox is a stack: its interrupts are judged in the order of posting. */
static void reverse_one(struct vgic_vcpu *vcpu)
{
	struct vgic_backlog *b = &vcpu->backlog;
	uint32_t index = b->reversing;

	b->reversing = vcpu->gic->irqs[index].link;
	vcpu->gic->irqs[index].link = b->judging;
	b->judging = index;
	vcpu->effort -= VGIC_EFFORT_LOOK;
}

/* The next interrupt of the backlog goes where it belongs. */
static void judge_one(struct vgic_vcpu *vcpu)
{
	uint32_t index = vcpu->backlog.judging;

	vcpu->backlog.judging = vcpu->gic->irqs[index].link;
	vcpu->effort -= VGIC_EFFORT_JUDGE;
	vgic_queue_judge(vcpu, index);
}

/* Every entry of one list has to go where its word now says. */
static void detach_stale(struct vgic_vcpu *vcpu)
{
	uint32_t bit = (uint32_t)__builtin_ctzll(vcpu->backlog.stale);
	uint32_t group = bit / VGIC_NR_PRIOS, level = bit % VGIC_NR_PRIOS;

	vcpu->backlog.stale &= vcpu->backlog.stale - 1;
	vcpu->effort -= VGIC_EFFORT_LOOK;
	if (vcpu->summary[group] & (1u << level)) {
		vcpu->summary[group] &= ~(1u << level);
		vcpu->backlog.judging = vcpu->list[group][level].head;
	}
}

/*
 * The next piece of work; false: there is none.  What was taken from the inbox
 * comes before lists to be sorted again: those interrupts have been waiting in
 * their list already, and the inbox keeps the order of posting.
 */
static bool work_off(struct vgic_vcpu *vcpu)
{
	struct vgic_backlog *b = &vcpu->backlog;

	if (b->reversing != VGIC_NIL) {
		reverse_one(vcpu);
	} else if (b->judging != VGIC_NIL) {
		judge_one(vcpu);
	} else if (b->stale) {
		detach_stale(vcpu);
	} else if (vgic_load_relaxed(&vcpu->inbox) != VGIC_NIL) {
		b->reversing = vgic_exchange(&vcpu->inbox, VGIC_NIL);
	} else {
		return false;
	}
	return true;
}

/* True: nothing is left. */
static bool work_off_all(struct vgic_vcpu *vcpu)
{
	while (vcpu->effort > 0) {
		if (!work_off(vcpu)) {
			return true;
		}
	}
	return false;
}

/*
 * One interrupt was posted, and mostly nothing else waits: then it need not go
 * through the lists.
 */
static void take_one(struct vgic_vcpu *vcpu, uint32_t index)
{
	const struct vgic_policy *policy = vcpu->gic->policy;

	if (!policy->take || !policy->take(vcpu, index)) {
		vgic_queue_judge(vcpu, index);
	}
}

/*
 * Take in what was posted.  Mostly that is one interrupt and there is no
 * backlog: then it is taken at once.
 */
static void take_posts(struct vgic_vcpu *vcpu, uint32_t why)
{
	if (why == ATTN_INBOX && !vcpu->backlog.behind) {
		uint32_t index = vgic_exchange(&vcpu->inbox, VGIC_NIL);

		if (index == VGIC_NIL) {
			return;
		}
		if (vcpu->gic->irqs[index].link == VGIC_NIL) {
			take_one(vcpu, index);
			return;
		}
		vcpu->backlog.reversing = index;
	}
	if (why & ATTN_LISTS) {
		vcpu->backlog.stale |= vgic_exchange(&vcpu->stale_lists, 0);
	}
	vcpu->backlog.behind = !work_off_all(vcpu);
	if (vcpu->backlog.behind) {
		vgic_fetch_or(&vcpu->attention, ATTN_INBOX);
	}
}

/*
 * This vCPU has opted out of 1-of-N selection.  Give the 1-of-N interrupts in
 * its list registers a new target.  The look at the registers that follows
 * takes those out that are not active.  An active one stays until the guest
 * ends it; when it is pending again, it goes to the new target.
 */
static __attribute__((noinline)) void disclaim(struct vgic_vcpu *vcpu)
{
	for (uint32_t used = vcpu->ich.used; used; used &= used - 1) {
		uint32_t index = vcpu->lr_irq[__builtin_ctz(used)];
		uint64_t word = vgic_irq_word(vcpu->gic, index);

		if (!vgic_may_stay(vcpu, word)) {
			vgic_irq_change(vcpu->gic, vcpu, index, VGIC_SET_1OFN,
					0);
		}
	}
}

bool vgic_queue_attend(struct vgic_vcpu *vcpu, uint32_t why)
{
	if (why & ATTN_SYNC) {
		vgic_sync_mark(vcpu);
	}
	if (why & ATTN_STACK) {
		vgic_stack_sweep(vcpu);
	}
	if (why & (ATTN_LISTS | ATTN_INBOX)) {
		take_posts(vcpu, why & (ATTN_LISTS | ATTN_INBOX));
	}
	if (why & ATTN_AWAY) {
		disclaim(vcpu);
	}
	return why & (ATTN_LRS | ATTN_GATES | ATTN_AWAY);
}

/* Level of the best non-empty list of the open groups, and its group. */
static uint32_t best_level(const struct vgic_vcpu *vcpu, uint32_t open,
			   uint32_t *group)
{
	uint32_t g0 = open & 1 ? vcpu->summary[0] : 0;
	uint32_t g1 = open & 2 ? vcpu->summary[1] : 0;
	uint32_t level;

	if (!(g0 | g1)) {
		return VGIC_NR_PRIOS;
	}
	level = (uint32_t)__builtin_ctz(g0 | g1);
	*group = g0 & (1u << level) ? 0 : 1;
	return level;
}

/* Does the head of this list still belong in it? */
static bool head_is_live(const struct vgic_vcpu *vcpu, uint32_t group,
			 uint32_t level)
{
	uint32_t index = vcpu->list[group][level].head;

	return list_is_live(vcpu, group, level,
			    vgic_irq_word(vcpu->gic, index));
}

void vgic_queue_drop(struct vgic_vcpu *vcpu, uint32_t group, uint32_t level)
{
	vgic_queue_judge(vcpu, list_pop(vcpu, group, level));
}

/* Bring a live entry to the head of the best list of the open groups. */
static uint32_t settle_best(struct vgic_vcpu *vcpu, uint32_t open,
			    uint32_t *group)
{
	uint32_t level;

	while ((level = best_level(vcpu, open, group)) < VGIC_NR_PRIOS) {
		if (head_is_live(vcpu, *group, level)) {
			return level;
		}
		/* The guest may have disabled any number of them. */
		if (vcpu->effort <= 0) {
			vgic_fetch_or(&vcpu->attention, ATTN_LISTS);
			return VGIC_NR_PRIOS;
		}
		vcpu->effort -= VGIC_EFFORT_JUDGE;
		vgic_queue_drop(vcpu, *group, level);
	}
	return level;
}

uint32_t vgic_queue_best(struct vgic_vcpu *vcpu, uint32_t open)
{
	uint32_t group;

	return settle_best(vcpu, open, &group) << 3;
}

uint32_t vgic_queue_pop(struct vgic_vcpu *vcpu, uint32_t open, uint32_t below)
{
	uint32_t group;
	uint32_t level = settle_best(vcpu, open, &group);

	/* Only where there is a level there is a group. */
	if (level == VGIC_NR_PRIOS || level << 3 >= below) {
		return VGIC_NIL;
	}
	return list_pop(vcpu, group, level);
}
