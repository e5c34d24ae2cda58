/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of the CPU interface as a VMM saves and restores them: rows of
 * the tables of v3/sysreg.c and v5/state.c.
 */
#include <vgic/uaccess.h>

#include "v3/v3.h"
#include "v5/v5.h"

/* A GICv2 has no system registers: null. */
static const struct vgic_sysregs *table_of(enum vgic_model model)
{
	switch (model) {
	case VGIC_GICV3:
		return &vgic_v3_sysregs;
	case VGIC_GICV5:
		return &vgic_v5_sysregs;
	default:
		return NULL;
	}
}

bool vgic_uaccess_has_sysreg(enum vgic_model model, uint32_t sysreg)
{
	const struct vgic_sysregs *table = table_of(model);

	return table && vgic_sysreg_saved(table, sysreg);
}

int vgic_uaccess_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, bool write,
			uint64_t *value)
{
	const struct vgic_sysregs *table = table_of(vcpu->gic->arch->model);

	if (!table) {
		return VGIC_E_NOTSUP;
	}
	if (vcpu->resident) {
		return VGIC_E_BUSY;
	}
	if (vcpu->gic->v5) {
		return write ? vgic_v5_set_sysreg(vcpu, sysreg, *value) :
			       vgic_v5_get_sysreg(vcpu, sysreg, value);
	}
	/*
	 * The next entry fills the list registers again, by what was written.
	 */
	vcpu->refill |= write;
	return vgic_sysreg_user(table, vcpu, sysreg, write, value);
}
