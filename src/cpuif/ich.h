/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of vgic_ich_backend (ich.c), for other back-ends on the same
 * registers: a GICv5 with FEAT_GCIE_LEGACY has them besides its own (ich5.c).
 * What each has to do is said at struct vgic_cpuif_ops.
 */
#ifndef VGIC_CPUIF_ICH_H
#define VGIC_CPUIF_ICH_H

#include <vgic/backend.h>

void vgic_ich_load(void *hw, struct vgic_ich_image *image,
		   const struct vgic_cpuif_caps *caps);
void vgic_ich_put(void *hw, struct vgic_ich_image *image,
		  const struct vgic_cpuif_caps *caps);
void vgic_ich_enter(void *hw, struct vgic_ich_image *image);
void vgic_ich_exit(void *hw, struct vgic_ich_image *image);
void vgic_ich_read_apr(void *hw, struct vgic_ich_image *image,
		       const struct vgic_cpuif_caps *caps);

#endif
