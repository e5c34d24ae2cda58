/* SPDX-License-Identifier: BSD-2-Clause */
/* The model as the CPU interface of vCPUs whose hardware has none. */
#include <vgic/backend.h>
#include <vgic/vgic.h>

#include "model/v5_cpuif.h"

size_t vgic_soft_v5_size(void)
{
	return sizeof(struct model_v5_cpuif);
}

int vgic_soft_v5_init(void *memory, const struct vgic_v5_config *v5,
		      uint16_t iaffid)
{
	struct model_v5_config config = {
		.iaffid = iaffid,
		.pri_bits = 5,
		.id_bits = v5->lpi_id_bits > 16 ? 24 : 16,
	};

	for (unsigned int n = 0; n < 2; n++) {
		config.ppi_implemented[n] = v5->ppi_implemented[n];
		config.ppi_level[n] = v5->ppi_level[n] &
				      v5->ppi_implemented[n];
	}
	return model_v5_init(memory, &config) ? 0 : -1;
}
