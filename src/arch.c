/* SPDX-License-Identifier: BSD-2-Clause */
/* The architectures by their numbers.  Whoever calls this links all of them. */
#include "core/arch.h"

const struct vgic_arch *vgic_arch_of(enum vgic_model model)
{
	switch (model) {
	case VGIC_GICV2:
		return &vgic_gicv2;
	case VGIC_GICV3:
		return &vgic_gicv3_its;
	case VGIC_GICV5:
		return &vgic_gicv5;
	default:
		return NULL;
	}
}
