/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's stack of actives: interrupts that are active but in no list
 * register.  Interrupts nest by priority, so the stack is kept as one chain for
 * each priority at which an interrupt became active, the last one on top of its
 * chain.  The most urgent chain is the top of the stack.  All of it belongs to
 * the vCPU's own thread.
 */
#include "core/stack.h"
#include "core/gic.h"
#include "core/irq.h"
#include "core/queue.h"

static uint32_t level_of(const struct vgic *gic, uint32_t index)
{
	return w_actprio(vgic_load_relaxed(&gic->irqs[index].word)) >> 3;
}

void vgic_stack_push(struct vgic_vcpu *vcpu, uint32_t index)
{
	uint32_t level = level_of(vcpu->gic, index);

	vcpu->gic->irqs[index].link = vcpu->stack[level];
	vcpu->stack[level] = index;
	vcpu->stacked |= 1u << level;
}

/* Unlink the entry that *from names. */
static uint32_t unlink_from(struct vgic_vcpu *vcpu, uint32_t level,
			    uint32_t *from)
{
	uint32_t index = *from;

	*from = vcpu->gic->irqs[index].link;
	if (vcpu->stack[level] == VGIC_NIL) {
		vcpu->stacked &= ~(1u << level);
	}
	return index;
}

uint32_t vgic_stack_pop(struct vgic_vcpu *vcpu)
{
	while (vcpu->stacked) {
		uint32_t level = (uint32_t)__builtin_ctz(vcpu->stacked);
		uint32_t index = unlink_from(vcpu, level, &vcpu->stack[level]);

		if (w_active(vgic_irq_word(vcpu->gic, index))) {
			return index;
		}
		vcpu->effort -= VGIC_EFFORT_JUDGE;
		vgic_queue_judge(vcpu, index);
		if (vcpu->effort <= 0) {
			vgic_fetch_or(&vcpu->attention, ATTN_STACK);
			break;
		}
	}
	return VGIC_NIL;
}

bool vgic_stack_remove(struct vgic_vcpu *vcpu, uint32_t index)
{
	uint32_t level = level_of(vcpu->gic, index);
	uint32_t *from = &vcpu->stack[level];

	while (*from != VGIC_NIL && *from != index) {
		from = &vcpu->gic->irqs[*from].link;
	}
	if (*from == VGIC_NIL) {
		return false;
	}
	(void)unlink_from(vcpu, level, from);
	return true;
}

uint32_t vgic_stack_next(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint32_t *level)
{
	if (index != VGIC_NIL) {
		index = vcpu->gic->irqs[index].link;
		*level += index == VGIC_NIL;
	} else {
		*level = 0;
	}
	while (index == VGIC_NIL && *level < VGIC_NR_PRIOS) {
		index = vcpu->stack[*level];
		*level += index == VGIC_NIL;
	}
	return index;
}

/*
 * Sweep one chain.  An entry that was deactivated and activated again while it
 * was here has another priority since, and moves to that chain.
 */
static void sweep(struct vgic_vcpu *vcpu, uint32_t level)
{
	uint32_t *from = &vcpu->stack[level];

	while (*from != VGIC_NIL && vcpu->effort > 0) {
		uint32_t index = *from;
		uint64_t word = vgic_irq_word(vcpu->gic, index);

		vcpu->effort -= VGIC_EFFORT_LOOK;
		if (w_active(word) && w_actprio(word) >> 3 == level) {
			from = &vcpu->gic->irqs[index].link;
			continue;
		}
		vcpu->effort -= VGIC_EFFORT_JUDGE;
		vgic_queue_judge(vcpu, unlink_from(vcpu, level, from));
	}
}

void vgic_stack_sweep(struct vgic_vcpu *vcpu)
{
	for (uint32_t left = vcpu->stacked; left; left &= left - 1) {
		sweep(vcpu, (uint32_t)__builtin_ctz(left));
	}
	if (vcpu->effort <= 0) {
		vgic_fetch_or(&vcpu->attention, ATTN_STACK);
	}
}

/*
 * Credit one chain; see vgic_stack_credit().  An entry counts if an acknowledge
 * activated it, also when another vCPU deactivated it after the guest's EOI.
 */
static uint32_t credit(struct vgic_vcpu *vcpu, uint32_t level, uint32_t count,
		       bool (*runs)(const void *ctx, uint64_t word),
		       const void *ctx)
{
	uint32_t *from = &vcpu->stack[level];

	while (count && *from != VGIC_NIL) {
		uint32_t index = *from;
		uint64_t word = vgic_irq_word(vcpu->gic, index);

		if (!(word & W_ACKED) || runs(ctx, word)) {
			from = &vcpu->gic->irqs[index].link;
			continue;
		}
		(void)unlink_from(vcpu, level, from);
		vgic_irq_change(vcpu->gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
		vgic_count(&vcpu->eoicount);
		vgic_queue_judge(vcpu, index);
		count--;
	}
	return count;
}

void vgic_stack_credit(struct vgic_vcpu *vcpu, uint32_t count,
		       bool (*runs)(const void *ctx, uint64_t word),
		       const void *ctx)
{
	uint32_t left = vcpu->stacked;

	for (; count && left; left &= left - 1) {
		count = credit(vcpu, (uint32_t)__builtin_ctz(left), count, runs,
			       ctx);
	}
}
