/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU interface that the library drives: modelled list registers, by the
 * model's own back-end; or those of FEAT_GCIE_LEGACY on a PE of a GICv5, by
 * the back-end for real registers.
 */
#include "regs/gicv5.h"
#include "tests/diff/world.h"
#include "tests/el2/el2.h"

static bool init_pe(struct world *w, uint32_t v)
{
	const struct model_v5_config config = {
		.pri_bits = 5, .id_bits = 24, .legacy = &w->model[v],
	};

	return model_v5_init(&w->pe[v], &config);
}

bool interface_init(struct world *w, const struct model_vcpuif_config *model,
		    struct vgic_config *vgic)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (!model_vcpuif_init(&w->model[v], model) ||
		    !init_pe(w, v)) {
			return false;
		}
	}
	vgic->cpuif = &model_vcpuif_backend;
	model_vcpuif_caps(&w->model[0], &vgic->caps);
	if (w->config.legacy) {
		vgic->cpuif = &el2_legacy_backend;
		return el2_legacy_probe(&w->pe[0], &vgic->caps);
	}
	return true;
}

void *interface_hw(struct world *w, uint32_t v)
{
	return w->config.legacy ? (void *)&w->pe[v] : &w->model[v];
}

enum model_access interface_access(struct world *w, uint32_t v, uint32_t enc,
				   bool write, uint64_t *value)
{
	if (w->config.legacy) {
		return write ? model_v5_write(&w->pe[v], enc, *value) :
			       model_v5_read(&w->pe[v], enc, value);
	}
	return write ? model_icv_write(&w->model[v], enc, *value) :
		       model_icv_read(&w->model[v], enc, value);
}

bool interface_maintenance(const struct world *w, uint32_t v)
{
	return w->config.legacy ? model_v5_maintenance(&w->pe[v]) :
				  model_vcpuif_maintenance(&w->model[v]);
}

/* On a GICv5, one of its own guests. */
void interface_soil(struct world *w, uint32_t v)
{
	struct model_vcpuif *m = &w->model[v];
	unsigned int n;

	for (n = 0; n < VGIC_MAX_LRS; n++) {
		m->lr[n] = ICH_LR_EL2_State | ICH_LR_EL2_Group | (40 + n);
	}
	m->ap0r[0] = 0x11111111;
	m->ap1r[0] = 0x88888888;
	m->vmcr = 0x55aa0213;
	m->hcr = 0;
	(void)model_v5_ich_write(&w->pe[v], ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
}

uint32_t interface_pintid(const struct world *w, uint32_t vintid,
			  uint32_t number)
{
	if (!w->config.legacy) {
		return number;
	}
	return vintid < GIC_SPI_BASE ? GICV5_PPI(number) : GICV5_SPI(number);
}

uint32_t interface_number(const struct world *w, uint32_t pintid)
{
	return w->config.legacy ?
		       (uint32_t)FIELD_GET(GICV5_INTID_ID, pintid) :
		       pintid;
}
