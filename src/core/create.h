/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is made, and made again at a reset (create.c).
 */
#ifndef VGIC_CORE_CREATE_H
#define VGIC_CORE_CREATE_H

#include "core/gic.h"

/*
 * Give the word of one interrupt its reset value: no vCPU owns the interrupt
 * then.  Its mapping stays; a physical interrupt that is still active has to be
 * released by the caller.
 */
void vgic_irq_clear(struct vgic *gic, uint32_t index, bool keep_lines);
/* Give all words and registers of the vGIC their reset values. */
void vgic_clear(struct vgic *gic, bool keep_lines);
/*
 * Give a vCPU's registers their reset values, and empty its lists, its stack
 * and its list registers.  The words of the interrupts that were there are the
 * caller's to change.
 */
void vgic_vcpu_clear(struct vgic_vcpu *vcpu);

#endif
