/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is made, and made again at a reset (create.c).
 */
#ifndef VGIC_CORE_CREATE_H
#define VGIC_CORE_CREATE_H

#include "core/gic.h"

/*
 * Reset values of one interrupt's word, which is nobody's then; its mapping is
 * kept, and what is held physically is yet to be released.
 */
void vgic_irq_clear(struct vgic *gic, uint32_t index, bool keep_lines);
/* All of the vGIC in this way: for it to be reset, or restored. */
void vgic_clear(struct vgic *gic, bool keep_lines);
/*
 * A vCPU's registers at reset, with nothing in its hands, whatever it had;
 * the words of the interrupts follow.
 */
void vgic_vcpu_clear(struct vgic_vcpu *vcpu);

#endif
