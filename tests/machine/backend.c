/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/machine/backend.h"

#include <string.h>

#include "model/ich.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/ich.h"
#include "soft/v5_internal.h"
#include "tests/el2/el2.h"

/*
 * "ich5": the back-end for real registers, on a PE whose IRS is the library's,
 * so that SPIs and LPIs are there too.
 */
static void ich5_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
			struct vgic_ppi_image *image)
{
	(void)image;
	vgic_soft_v5_attach(hw, iri, ctx);
}

static void ich5_load(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.load(hw, image);
}

static void ich5_put(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.put(hw, image);
}

/* It leaves ICH_PPI_HVIR<n>_EL2 alone, whose encoding is not known. */
static void ich5_enter(void *hw, const struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	el2_backend.enter(hw, image);
	for (n = 0; n < 2; n++) {
		m->visible[n] = m->config.ppi_implemented[n] & ~image->hvir[n];
		model_v5_update_ppis(m, n);
	}
}

static void ich5_exit(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.exit(hw, image);
}

static void ich5_sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	el2_backend.sync_wfi(hw, image);
}

static const struct vgic_v5_cpuif_ops ich5 = {
	.load = ich5_load,
	.put = ich5_put,
	.enter = ich5_enter,
	.exit = ich5_exit,
	.sync_wfi = ich5_sync_wfi,
	.attach = ich5_attach,
};

static const struct backend backends[] = {
	/* A GICv3 guest on a GICv3, in software, and on a GICv5. */
	{ .name = "ich",
	  .model = VGIC_GICV3,
	  .ops = &vgic_model_vcpuif_backend },
	{ .name = "soft",
	  .model = VGIC_GICV3,
	  .soft = true,
	  .nr_lrs = 4,
	  .five_bits = true,
	  .ops = &vgic_soft_backend },
	{ .name = "legacy",
	  .model = VGIC_GICV3,
	  .legacy = true,
	  .ops = &el2_legacy_backend },
	/* A GICv2 guest on a GICv2, and in software. */
	{ .name = "gich",
	  .model = VGIC_GICV2,
	  .five_bits = true,
	  .ops = &gich_ops },
	{ .name = "soft-v2",
	  .model = VGIC_GICV2,
	  .soft = true,
	  .nr_lrs = 4,
	  .five_bits = true,
	  .ops = &vgic_soft_backend },
	/* A GICv5 guest on a model, on real registers, and in software. */
	{ .name = "model-v5",
	  .model = VGIC_GICV5,
	  .ops5 = &vgic_model_v5_backend },
	{ .name = "ich5", .model = VGIC_GICV5, .ops5 = &ich5 },
	{ .name = "soft-v5",
	  .model = VGIC_GICV5,
	  .soft = true,
	  .ops5 = &vgic_soft_v5_backend },
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
	size_t i = (size_t)(b - backends);

	do {
		i = (i + 1) % NR_BACKENDS;
	} while (backends[i].model != b->model);
	return &backends[i];
}

const char *backend_names(bool gicv5)
{
	static char names[128];
	size_t i;

	names[0] = '\0';
	for (i = 0; i < NR_BACKENDS; i++) {
		if (gicv5 == (backends[i].model == VGIC_GICV5)) {
			strcat(names, names[0] ? " " : "");
			strcat(names, backends[i].name);
		}
	}
	return names;
}

bool backend_init(const struct backend *b, struct backend_cpu *cpu,
		  const struct model_vcpuif_config *config,
		  const struct model_v5_config *pe,
		  struct vgic_cpuif_caps *caps)
{
	struct model_v5_config host = {
		.pri_bits = 5,
		.id_bits = 24,
		.legacy = &cpu->model,
	};
	struct model_vcpuif_config mine;

	memset(cpu, 0, sizeof(*cpu));
	if (b->model == VGIC_GICV5) {
		host = *pe;
		/* Software has no other interface. */
		host.legacy = b->soft ? NULL : &cpu->model;
		return vgic_soft_v5_reset(&cpu->pe, &host);
	}
	if (b->soft) {
		vgic_soft_init(&cpu->model, b->model == VGIC_GICV2,
			       config->deactivate, config->ctx, caps);
		return true;
	}
	mine = *config;
	mine.gicv2 = b->model == VGIC_GICV2;
	if (!vgic_soft_vcpuif_init(&cpu->model, &mine) ||
	    !vgic_soft_v5_reset(&cpu->pe, &host)) {
		return false;
	}
	vgic_soft_vcpuif_caps(&cpu->model, caps);
	return !b->legacy || el2_legacy_probe(&cpu->pe, caps);
}

static bool has_pe(const struct backend *b)
{
	return b->legacy || b->model == VGIC_GICV5;
}

void *backend_hw(const struct backend *b, struct backend_cpu *cpu)
{
	return has_pe(b) ? (void *)&cpu->pe : cpu;
}

enum model_access backend_access(const struct backend *b,
				 struct backend_cpu *cpu, uint32_t enc,
				 bool write, uint64_t *value)
{
	/* A GICv2's guest has none of them. */
	if (b->soft || b->model == VGIC_GICV2) {
		return MODEL_TRAP;
	}
	if (has_pe(b)) {
		return write ? vgic_soft_v5_write(&cpu->pe, enc, *value) :
			       vgic_soft_v5_read(&cpu->pe, enc, value);
	}
	return write ? vgic_soft_icv_write(&cpu->model, enc, *value) :
		       vgic_soft_icv_read(&cpu->model, enc, value);
}

bool backend_maintenance(const struct backend *b, const struct backend_cpu *cpu)
{
	if (b->soft || b->model == VGIC_GICV5) {
		return false;
	}
	return b->legacy ? vgic_model_v5_maintenance(&cpu->pe) :
			   vgic_model_vcpuif_maintenance(&cpu->model);
}

bool backend_irq(const struct backend *b, const struct backend_cpu *cpu,
		 struct vgic_vcpu *vcpu)
{
	if (b->model != VGIC_GICV5) {
		return vgic_soft_vcpuif_signalled(&cpu->model) == 1;
	}
	return b->soft ? vgic_irq_asserted(vcpu) :
			 vgic_soft_v5_irq_asserted(&cpu->pe);
}

static void el2_write(struct backend_cpu *cpu, uint32_t enc, uint64_t value)
{
	(void)vgic_model_v5_ich_write(&cpu->pe, enc, value);
}

/* Another guest of a GICv5; software's interface nobody else has. */
static void soil_pe(const struct backend *b, struct backend_cpu *cpu)
{
	unsigned int n;

	if (b->soft) {
		return;
	}
	for (n = 0; n < 2; n++) {
		el2_write(cpu, ICH_PPI_ENABLER0_EL2 + n, UINT64_MAX);
		el2_write(cpu, ICH_PPI_PENDR0_EL2 + n, 0x5555555555555555);
		el2_write(cpu, ICH_PPI_ACTIVER0_EL2 + n, 0x3333333333333333);
	}
	for (n = 0; n < 16; n++) {
		el2_write(cpu, ICH_PPI_PRIORITYR_EL2(n), n);
	}
	el2_write(cpu, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	el2_write(cpu, ICH_APR_EL2, 0x12345678);
	el2_write(cpu, ICH_VMCR_EL2, 0x18000001);
	el2_write(cpu, ICC_ICSR_EL1, 0x35);
}

void backend_soil(const struct backend *b, struct backend_cpu *cpu)
{
	struct model_vcpuif *m = &cpu->model;
	unsigned int n;

	if (b->model == VGIC_GICV5) {
		soil_pe(b, cpu);
		return;
	}
	for (n = 0; n < VGIC_MAX_LRS; n++) {
		m->lr[n] = ICH_LR_EL2_State | ICH_LR_EL2_Group | (40 + n);
	}
	m->ap0r[0] = 0x11111111;
	m->ap1r[0] = 0x88888888;
	m->vmcr = 0x55aa0213;
	m->hcr = 0;
	if (b->legacy) {
		el2_write(cpu, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
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
