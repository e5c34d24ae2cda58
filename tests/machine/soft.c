/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/machine/soft.h"

#include <stdlib.h>

#include <vgic/backend.h>

void *soft_new(enum vgic_model model, const struct vgic_v5_config *v5,
	       uint32_t iaffid, struct vgic_cpuif_caps *caps)
{
	const size_t size = model == VGIC_GICV5 ? vgic_soft_v5_size() :
						  vgic_soft_size();
	void *hw = aligned_alloc(16, (size + 15) / 16 * 16);

	if (!hw) {
		abort();
	}
	if (model != VGIC_GICV5) {
		vgic_soft_init(hw, model == VGIC_GICV2, NULL, NULL, caps);
	} else if (vgic_soft_v5_init(hw, v5, (uint16_t)iaffid)) {
		abort();
	}
	return hw;
}
