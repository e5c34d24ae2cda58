/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <vgic/vgic.h>

#include "model/ich.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/ich.h"
#include "soft/gicv.h"
#include "tests/diff/backend.h"
#include "tests/el2/el2.h"

static const struct backend backends[] = {
	/* A GICv3 guest on a GICv3, in software, and on a GICv5. */
	{ .name = "ich", .ops = &vgic_model_vcpuif_backend },
	{ .name = "soft",
	  .soft = true,
	  .nr_lrs = 4,
	  .five_bits = true,
	  .ops = &vgic_soft_backend },
	{ .name = "legacy", .legacy = true, .ops = &el2_legacy_backend },
	/* A GICv2 guest on a GICv2, and in software. */
	{ .name = "gich", .gicv2 = true, .five_bits = true, .ops = &gich_ops },
	{ .name = "soft-v2",
	  .gicv2 = true,
	  .soft = true,
	  .nr_lrs = 4,
	  .five_bits = true,
	  .ops = &vgic_soft_backend },
};

#define NR_BACKENDS (sizeof(backends) / sizeof(backends[0]))

const struct backend *backend_find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_BACKENDS; i++) {
		if (strcmp(backends[i].name, name) == 0) {
			return &backends[i];
		}
	}
	return NULL;
}

const struct backend *backend_next(const struct backend *b)
{
	return b + 1 < backends + NR_BACKENDS ? b + 1 : backends;
}

const char *backend_names(void)
{
	static char names[128];
	size_t i;

	names[0] = '\0';
	for (i = 0; i < NR_BACKENDS; i++) {
		strcat(strcat(names, i ? " " : ""), backends[i].name);
	}
	return names;
}

bool backend_init(const struct backend *b, struct backend_cpu *cpu,
		  const struct model_vcpuif_config *config,
		  struct vgic_cpuif_caps *caps)
{
	const struct model_v5_config pe = {
		.pri_bits = 5,
		.id_bits = 24,
		.legacy = &cpu->model,
	};
	struct model_vcpuif_config mine = *config;

	if (b->soft) {
		vgic_soft_init(&cpu->model, b->gicv2, config->deactivate,
			       config->ctx, caps);
		return true;
	}
	mine.gicv2 = b->gicv2;
	if (!vgic_soft_vcpuif_init(&cpu->model, &mine) ||
	    !vgic_soft_v5_reset(&cpu->pe, &pe)) {
		return false;
	}
	vgic_soft_vcpuif_caps(&cpu->model, caps);
	return !b->legacy || el2_legacy_probe(&cpu->pe, caps);
}

void *backend_hw(const struct backend *b, struct backend_cpu *cpu)
{
	return b->legacy ? (void *)&cpu->pe : cpu;
}

enum model_access backend_icc(const struct backend *b, struct backend_cpu *cpu,
			      uint32_t enc, bool write, uint64_t *value)
{
	if (b->soft) {
		return MODEL_TRAP;
	}
	if (b->legacy) {
		return write ? vgic_soft_v5_write(&cpu->pe, enc, *value) :
			       vgic_soft_v5_read(&cpu->pe, enc, value);
	}
	return write ? vgic_soft_icv_write(&cpu->model, enc, *value) :
		       vgic_soft_icv_read(&cpu->model, enc, value);
}

bool backend_maintenance(const struct backend *b, const struct backend_cpu *cpu)
{
	if (b->soft) {
		return false;
	}
	return b->legacy ? vgic_model_v5_maintenance(&cpu->pe) :
			   vgic_model_vcpuif_maintenance(&cpu->model);
}

/* On a GICv5, one of its own guests. */
void backend_soil(const struct backend *b, struct backend_cpu *cpu)
{
	struct model_vcpuif *m = &cpu->model;
	unsigned int n;

	for (n = 0; n < VGIC_MAX_LRS; n++) {
		m->lr[n] = ICH_LR_EL2_State | ICH_LR_EL2_Group | (40 + n);
	}
	m->ap0r[0] = 0x11111111;
	m->ap1r[0] = 0x88888888;
	m->vmcr = 0x55aa0213;
	m->hcr = 0;
	if (b->legacy) {
		(void)vgic_model_v5_ich_write(&cpu->pe, ICH_VCTLR_EL2,
					      ICH_VCTLR_EL2_EN);
	}
}

uint32_t backend_pintid(const struct backend *b, uint32_t vintid,
			uint32_t number)
{
	if (!b->legacy) {
		return number;
	}
	return vintid < GIC_SPI_BASE ? GICV5_PPI(number) : GICV5_SPI(number);
}

uint32_t backend_number(const struct backend *b, uint32_t pintid)
{
	return b->legacy ? (uint32_t)FIELD_GET(GICV5_INTID_ID, pintid) : pintid;
}
