/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2: what the files of this room know of each other.  SGIs have senders
 * (core/senders.h).
 */
#ifndef VGIC_V2_V2_H
#define VGIC_V2_V2_H

#include "core/senders.h"
#include "mmio/mmio.h"
#include "regs/gicv2.h"

/* dist.c: the distributor's registers. */
extern const struct vgic_frame vgic_v2_dist;

/* v2.c: the member of struct vgic_arch; results as in vgic/trap.h. */
enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);

/*
 * GICD_ITARGETSR of an SPI: `mask` has a bit for each CPU of the list.  False:
 * other vCPUs go on writing the same register, and the guest has to make its
 * access again, see vgic_set_route().  Any thread.
 */
bool vgic_v2_set_targets(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask);
/* The list as it was written, without CPUs that do not exist. */
uint32_t vgic_v2_get_targets(const struct vgic *gic, uint32_t index);

/*
 * A write of GICC_DIR, whether the hardware trapped it or software got it.  The
 * vCPU's own thread.
 */
void vgic_v2_dir(struct vgic_vcpu *vcpu, uint32_t value);

#endif
