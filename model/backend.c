/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_model_vcpuif_backend: a modelled CPU with list registers as the hardware
 * of a library.  It goes through vgic_model_ich_*() alone, so it cannot write
 * what software on a real CPU could not.
 */
#include "model/ich.h"
#include "regs/ich.h"
#include "soft/internal.h"

/* MSR of a register that exists: it cannot fail. */
static void ich_set(struct model_vcpuif *m, uint32_t enc, uint64_t value)
{
	(void)vgic_model_ich_write(m, enc, value);
}

static uint64_t ich_get(struct model_vcpuif *m, uint32_t enc)
{
	uint64_t value = 0;

	(void)vgic_model_ich_read(m, enc, &value);
	return value;
}

/* As vgic_ich_load(): empty list registers are cleared, and HCR comes last. */
static void backend_load(void *hw, struct vgic_ich_image *image,
			 const struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif *m = hw;
	unsigned int n;

	(void)caps;
	ich_set(m, ICH_VMCR_EL2, image->vmcr);
	for (n = 0; n < vgic_soft_nr_aprs(m); n++) {
		ich_set(m, ICH_AP0R0_EL2 + n, image->ap0r[n]);
		ich_set(m, ICH_AP1R0_EL2 + n, image->ap1r[n]);
	}
	for (n = 0; n < m->config.nr_lrs; n++) {
		const bool used = image->used & (1u << n);

		ich_set(m, ICH_LR0_EL2 + n, used ? image->lr[n] : 0);
	}
	ich_set(m, ICH_HCR_EL2, image->hcr);
}

static void backend_read_apr(void *hw, struct vgic_ich_image *image,
			     const struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif *m = hw;
	unsigned int n;

	(void)caps;
	for (n = 0; n < vgic_soft_nr_aprs(m); n++) {
		image->ap0r[n] = (uint32_t)ich_get(m, ICH_AP0R0_EL2 + n);
		image->ap1r[n] = (uint32_t)ich_get(m, ICH_AP1R0_EL2 + n);
	}
}

/* With En = 0 the interface signals nothing to what runs next on this CPU. */
static void backend_put(void *hw, struct vgic_ich_image *image,
			const struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif *m = hw;

	image->vmcr = (uint32_t)ich_get(m, ICH_VMCR_EL2);
	backend_read_apr(hw, image, caps);
	ich_set(m, ICH_HCR_EL2, 0);
}

static void backend_enter(void *hw, struct vgic_ich_image *image)
{
	struct model_vcpuif *m = hw;
	unsigned int n;

	for (n = 0; n < m->config.nr_lrs; n++) {
		if (image->dirty & (1u << n)) {
			ich_set(m, ICH_LR0_EL2 + n, image->lr[n]);
		}
	}
	if (image->vmcr_dirty) {
		ich_set(m, ICH_VMCR_EL2, image->vmcr);
	}
	if (image->hcr_dirty) {
		ich_set(m, ICH_HCR_EL2, image->hcr);
	}
}

/* EOIcount is read only with LRENPIE, as vgic_cpuif_ops.exit() says. */
static void backend_exit(void *hw, struct vgic_ich_image *image)
{
	struct model_vcpuif *m = hw;
	unsigned int n;

	image->vmcr = (uint32_t)ich_get(m, ICH_VMCR_EL2);
	for (n = 0; n < m->config.nr_lrs; n++) {
		if (image->used & (1u << n)) {
			image->lr[n] = ich_get(m, ICH_LR0_EL2 + n);
		}
	}
	if (image->hcr & ICH_HCR_EL2_LRENPIE) {
		image->hcr = (uint32_t)ich_get(m, ICH_HCR_EL2);
	}
}

const struct vgic_cpuif_ops vgic_model_vcpuif_backend = {
	.load = backend_load,
	.put = backend_put,
	.enter = backend_enter,
	.exit = backend_exit,
	.read_apr = backend_read_apr,
};
