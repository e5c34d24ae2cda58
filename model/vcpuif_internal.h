/* SPDX-License-Identifier: BSD-2-Clause */
/* What icv.c and ich.c share. */
#ifndef VGIC_MODEL_VCPUIF_INTERNAL_H
#define VGIC_MODEL_VCPUIF_INTERNAL_H

#include "model/vcpuif.h"

/** The priority bits that exist, in an 8-bit field. */
uint8_t model_pri_mask(const struct model_vcpuif *m);

/** Number of ICH_AP0R<n>_EL2: 1, 2 or 4 for 5, 6 or 7 preemption bits. */
unsigned int model_nr_aprs(const struct model_vcpuif *m);

/** Set VBPR0 or VBPR1; below the minimum means the minimum. */
void model_vmcr_set_bpr(struct model_vcpuif *m, unsigned int group,
			uint64_t value);

/** Set VPMR; bits that are not implemented are RAZ/WI. */
void model_vmcr_set_pmr(struct model_vcpuif *m, uint64_t value);

/** The moves of vgic_cpuif_ops; `hw` is a struct model_vcpuif *. */
void model_backend_load(void *hw, struct vgic_ich_image *image,
			const struct vgic_cpuif_caps *caps);
void model_backend_put(void *hw, struct vgic_ich_image *image,
		       const struct vgic_cpuif_caps *caps);
void model_backend_enter(void *hw, struct vgic_ich_image *image);
void model_backend_exit(void *hw, struct vgic_ich_image *image);
void model_backend_read_apr(void *hw, struct vgic_ich_image *image,
			    const struct vgic_cpuif_caps *caps);

#endif
