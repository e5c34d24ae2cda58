/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that trapped, handed to the architecture the guest drives. */
#include "core/gic.h"

enum vgic_trap vgic_trap_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			      unsigned int width, bool write, uint64_t *value)
{
	return vgic_v3_mmio(vcpu, ipa, width, write, value);
}

enum vgic_trap vgic_trap_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				bool write, uint64_t *value)
{
	return vgic_v3_sysreg(vcpu, sysreg, write, value);
}
