/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FEAT_GCIE_LEGACY: a GICv5 PE that also has a GICv3's virtual CPU interface,
 * for GICv3 guests.  ICH_VCTLR_EL2.V3 gives the guest one of the two
 * interfaces, and each keeps its state while the other is in use.
 */
#include <stddef.h>

#include "model/ich.h"
#include "model/v5_ich.h"
#include "soft/gicv.h"
#include "soft/v5_internal.h"

/* Without the feature these registers are UNDEFINED. */
enum model_access vgic_model_v5_legacy_read(struct model_v5_cpuif *m,
					    uint32_t enc, uint64_t *value)
{
	return m->config.legacy ?
		       vgic_model_ich_read(m->config.legacy, enc, value) :
		       MODEL_UNDEF;
}

enum model_access vgic_model_v5_legacy_write(struct model_v5_cpuif *m,
					     uint32_t enc, uint64_t value)
{
	return m->config.legacy ?
		       vgic_model_ich_write(m->config.legacy, enc, value) :
		       MODEL_UNDEF;
}

/* Is the GICv3's interface selected and enabled? */
static bool in_use(const struct model_v5_cpuif *m)
{
	return m->vctlr == (ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
}

unsigned int vgic_model_v5_signals(const struct model_v5_cpuif *m)
{
	if (model_v5_is_legacy(m)) {
		return in_use(m) ? vgic_soft_gicv_signals(m->config.legacy) : 0;
	}
	return vgic_soft_v5_irq_asserted(m) ? VGIC_VIRQ : 0;
}

bool vgic_model_v5_maintenance(const struct model_v5_cpuif *m)
{
	return in_use(m) && vgic_model_vcpuif_maintenance(m->config.legacy);
}
