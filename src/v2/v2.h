/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 as the guest sees it.  Interrupts have target lists, SGIs know their
 * sender: of one SGI there are as many pending states as CPUs.
 */
#ifndef VGIC_V2_V2_H
#define VGIC_V2_V2_H

#include "core/senders.h"
#include "mmio/mmio.h"
#include "regs/gicv2.h"

extern const struct vgic_frame vgic_v2_dist;

enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);

/*
 * GICD_ITARGETSR of an SPI: target is the lowest CPU in the list.  False: the
 * guest has to make its access again, see vgic_set_route().
 */
bool vgic_v2_set_targets(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask);
uint32_t vgic_v2_get_targets(const struct vgic *gic, uint32_t index);

/* GICC_DIR, trapped or in software. */
void vgic_v2_dir(struct vgic_vcpu *vcpu, uint32_t value);

#endif
