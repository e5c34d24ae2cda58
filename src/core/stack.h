/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts that are active and in no list register (stack.c): what a vCPU has
 * preempted.  For the vCPU's own thread.
 */
#ifndef VGIC_CORE_STACK_H
#define VGIC_CORE_STACK_H

#include "core/gic.h"

void vgic_stack_push(struct vgic_vcpu *vcpu, uint32_t index);
/* The top, or VGIC_NIL; what is active no more is judged on the way. */
uint32_t vgic_stack_pop(struct vgic_vcpu *vcpu);
/* Take this one out; false: it is not in the stack. */
bool vgic_stack_remove(struct vgic_vcpu *vcpu, uint32_t index);
/*
 * A walk from the top: what is below `index`, or the top for VGIC_NIL, or
 * VGIC_NIL at the end.  `level` belongs to the walk.
 */
uint32_t vgic_stack_next(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint32_t *level);
/* Judge what other vCPUs have deactivated or moved. */
void vgic_stack_sweep(struct vgic_vcpu *vcpu);
/*
 * Deactivate what the guest ended, at most `count`.  EOIcount says how many
 * EOIs found their interrupt in no list register, not which these were, and
 * some of them may end nothing: another vCPU deactivated that interrupt before.
 * So the guest ended the most urgent ones among those that an acknowledge
 * activated and that do not run any more, which runs(ctx, word) tells.
 * IHI 0069 12.4.5
 */
void vgic_stack_credit(struct vgic_vcpu *vcpu, uint32_t count,
		       bool (*runs)(const void *ctx, uint64_t word),
		       const void *ctx);

#endif
