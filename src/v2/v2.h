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
enum vgic_trap vgic_v2_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value);
enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);

#endif
