/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that trapped, handed to the architecture the guest drives. */
#include "core/gic.h"
#include "v2/v2.h"
#include "regs/a64.h"
#include "v5/v5.h"

enum vgic_trap vgic_trap_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			      unsigned int width, bool write, uint64_t *value)
{
	static enum vgic_trap (*const models[])(struct vgic_vcpu *vcpu,
						uint64_t ipa,
						unsigned int width, bool write,
						uint64_t *value) = {
		[VGIC_GICV2] = vgic_v2_mmio,
		[VGIC_GICV3] = vgic_v3_mmio,
		[VGIC_GICV5] = vgic_v5_mmio,
	};

	return models[vcpu->gic->config.model](vcpu, ipa, width, write, value);
}

/* CRn 12 but for VBAR, RMR, ISR and their like; and ICC_PMR_EL1. */
bool vgic_is_gic_sysreg(uint32_t sysreg)
{
	if (sysreg == ICC_PMR_EL1) {
		return true;
	}
	return FIELD_GET(SYSREG_CRn, sysreg) == 12 &&
	       (FIELD_GET(SYSREG_op0, sysreg) == 1 ||
		FIELD_GET(SYSREG_op1, sysreg) == 1 ||
		FIELD_GET(SYSREG_CRm, sysreg) >= 8);
}

enum vgic_trap vgic_trap_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				bool write, uint64_t *value)
{
	switch (vcpu->gic->config.model) {
	case VGIC_GICV2:
		/* Its CPU interface is in memory alone. */
		return vgic_is_gic_sysreg(sysreg) ? VGIC_TRAP_UNDEF :
						    VGIC_TRAP_NOT_MINE;
	case VGIC_GICV5:
		return vgic_v5_sysreg(vcpu, sysreg, write, value);
	default:
		return vgic_v3_sysreg(vcpu, sysreg, write, value);
	}
}

enum vgic_trap vgic_trap_sysreg_entered(struct vgic_vcpu *vcpu,
					uint32_t sysreg, bool write,
					uint64_t *value)
{
	/* What registers elsewhere hold is not ours before the exit. */
	if (!vcpu->gic->v5 || vcpu->gic->config.v5.cpuif->exit) {
		return VGIC_TRAP_NOT_MINE;
	}
	return vgic_v5_sysreg_entered(vcpu, sysreg, write, value);
}
