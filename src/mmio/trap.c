/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that trapped, handed to the architecture the guest drives. */
#include "core/gic.h"
#include "v5/v5.h"

enum vgic_trap vgic_trap_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			      unsigned int width, bool write, uint64_t *value)
{
	return vcpu->gic->v5 ? vgic_v5_mmio(vcpu, ipa, width, write, value) :
			       vgic_v3_mmio(vcpu, ipa, width, write, value);
}

enum vgic_trap vgic_trap_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				bool write, uint64_t *value)
{
	return vcpu->gic->v5 ? vgic_v5_sysreg(vcpu, sysreg, write, value) :
			       vgic_v3_sysreg(vcpu, sysreg, write, value);
}
