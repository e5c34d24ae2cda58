/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's delivery queue: FIFO lists by priority and group, the inbox that
 * feeds them, and the stack of actives that no list register holds.  All but
 * the inbox's head belongs to the vCPU's own thread.
 *
 * A list may hold entries that are no longer wanted; they are dropped when
 * they are met, which costs less than unlinking them and is bounded by what
 * was put in.
 */
#include "core/list.h"

static uint32_t group_of(uint64_t word)
{
	return word & W_GROUP1 ? 1 : 0;
}

static void push_back(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	uint32_t group = group_of(word), level = w_prio(word) >> 3;
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

static void push_front(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	uint32_t group = group_of(word), level = w_prio(word) >> 3;
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

/* Where a word that is in none of our structures belongs. */
static uint64_t judge(struct vgic_vcpu *vcpu, uint64_t word)
{
	word = w_settle(word);
	if (w_active(word) && vcpu->gic->holds_actives) {
		return w_set_place(word, PLACE_STACK);
	}
	if (w_wanted(word) && w_target(word) == vcpu->index) {
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

/* It is, or can become without our knowing, active. */
static bool is_out(uint64_t word)
{
	return w_place(word) == PLACE_LR || w_active(word);
}

/*
 * Any vCPU may deactivate an SPI that another one has.  Where only traps by
 * the dozen would tell us of it, all get them from the first SPI on that any
 * of them is about to enter guest code with.
 */
void vgic_queue_count(struct vgic *gic, struct vgic_vcpu *self, uint64_t was,
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

	vgic_queue_moved(vcpu->gic, vcpu, index, was, now);
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
		/* As in vgic_irq_change(): look again. */
		if (w_stranded(now)) {
			vgic_irq_change(vcpu->gic, vcpu, index,
					VGIC_SET_1OFN, 0);
		}
		break;
	}
}

void vgic_queue_judge(struct vgic_vcpu *vcpu, uint32_t index)
{
	place(vcpu, index, push_back);
}

void vgic_queue_return(struct vgic_vcpu *vcpu, uint32_t index)
{
	place(vcpu, index, push_front);
}

/* The inbox is a stack; judge its interrupts in the order of their posting. */
static void take_inbox(struct vgic_vcpu *vcpu)
{
	struct vgic_irq *irqs = vcpu->gic->irqs;
	uint32_t taken = vgic_exchange(&vcpu->inbox, VGIC_NIL);
	uint32_t oldest = VGIC_NIL;

	while (taken != VGIC_NIL) {
		uint32_t next = irqs[taken].link;

		irqs[taken].link = oldest;
		oldest = taken;
		taken = next;
	}
	while (oldest != VGIC_NIL) {
		uint32_t next = irqs[oldest].link;

		vgic_queue_judge(vcpu, oldest);
		oldest = next;
	}
}

/* Put every entry of one list where its word now says. */
static void resort(struct vgic_vcpu *vcpu, uint32_t group, uint32_t level)
{
	uint32_t index;

	if (!(vcpu->summary[group] & (1u << level))) {
		return;
	}
	index = vcpu->list[group][level].head;
	vcpu->summary[group] &= ~(1u << level);
	while (index != VGIC_NIL) {
		uint32_t next = vcpu->gic->irqs[index].link;

		vgic_queue_judge(vcpu, index);
		index = next;
	}
}

static void resort_stale(struct vgic_vcpu *vcpu)
{
	uint64_t stale = vgic_exchange(&vcpu->stale_lists, 0);

	while (stale) {
		uint32_t bit = (uint32_t)__builtin_ctzll(stale);

		stale &= stale - 1;
		resort(vcpu, bit / VGIC_NR_PRIOS, bit % VGIC_NR_PRIOS);
	}
}

/* Drop from the stack what was deactivated from elsewhere. */
static void sweep_stack(struct vgic_vcpu *vcpu)
{
	struct vgic_irq *irqs = vcpu->gic->irqs;
	uint32_t *from = &vcpu->stack;

	while (*from != VGIC_NIL) {
		uint32_t index = *from;

		if (w_active(vgic_load_seq(&irqs[index].word))) {
			from = &irqs[index].link;
			continue;
		}
		*from = irqs[index].link;
		vgic_queue_judge(vcpu, index);
	}
}

bool vgic_queue_attend(struct vgic_vcpu *vcpu)
{
	uint32_t why = vgic_exchange(&vcpu->attention, 0);

	if (why & ATTN_SYNC) {
		vgic_sync_mark(vcpu);
	}
	if (why & ATTN_LISTS) {
		resort_stale(vcpu);
	}
	if (why & ATTN_STACK) {
		sweep_stack(vcpu);
	}
	if (why & ATTN_INBOX) {
		take_inbox(vcpu);
	}
	return why & (ATTN_LRS | ATTN_GATES);
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

	return level << 3 < below ? list_pop(vcpu, group, level) : VGIC_NIL;
}

/*
 * Interrupts nest by priority, so the stack is in order of the priority at
 * activation, the last acknowledged on top.  Only what software activated can
 * come out of order.
 */
void vgic_stack_push(struct vgic_vcpu *vcpu, uint32_t index)
{
	struct vgic_irq *irqs = vcpu->gic->irqs;
	uint32_t prio = w_actprio(vgic_load_relaxed(&irqs[index].word));
	uint32_t *from = &vcpu->stack;

	while (*from != VGIC_NIL &&
	       w_actprio(vgic_load_relaxed(&irqs[*from].word)) < prio) {
		from = &irqs[*from].link;
	}
	irqs[index].link = *from;
	*from = index;
}

uint32_t vgic_stack_pop(struct vgic_vcpu *vcpu)
{
	struct vgic_irq *irqs = vcpu->gic->irqs;

	while (vcpu->stack != VGIC_NIL) {
		uint32_t index = vcpu->stack;

		vcpu->stack = irqs[index].link;
		if (w_active(vgic_load_seq(&irqs[index].word))) {
			return index;
		}
		vgic_queue_judge(vcpu, index);
	}
	return VGIC_NIL;
}

/*
 * EOIcount says how many interrupts the guest ended that were in no list
 * register, not which.  It ends them in reverse order of acknowledge, so they
 * are the topmost that an acknowledge activated; those too that another vCPU
 * deactivated after the guest's EOI.  IHI 0069 12.4.5.
 */
void vgic_stack_credit(struct vgic_vcpu *vcpu, uint32_t count)
{
	struct vgic_irq *irqs = vcpu->gic->irqs;
	uint32_t *from = &vcpu->stack;

	while (count && *from != VGIC_NIL) {
		uint32_t index = *from;
		uint64_t word = vgic_load_seq(&irqs[index].word);

		if (w_active(word) && !(word & W_ACKED)) {
			from = &irqs[index].link;
			continue;
		}
		*from = irqs[index].link;
		if (word & W_ACKED) {
			vgic_irq_change(vcpu->gic, vcpu, index,
					VGIC_CLEAR_ACTIVE, 0);
			vgic_count(&vcpu->eoicount);
			count--;
		}
		vgic_queue_judge(vcpu, index);
	}
}
