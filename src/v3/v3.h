/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv3 as the guest sees it: its frames, and what they share. */
#ifndef VGIC_V3_V3_H
#define VGIC_V3_V3_H

#include "mmio/mmio.h"

extern const struct vgic_frame vgic_v3_dist;   /* GICD */
extern const struct vgic_frame vgic_v3_redist; /* GICR, RD_base */
extern const struct vgic_frame vgic_v3_sgi;    /* GICR, SGI_base */

/* GICD_IIDR and GICR_IIDR. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio);
/* PIDR4 to CIDR3, with the part number's low byte. */
uint64_t vgic_v3_id(const struct vgic_mmio *mmio, uint8_t part);

#endif
