/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that trapped, handed to the architecture the guest drives. */
#include "core/arch.h"
#include "core/contract.h"
#include "core/enter.h"
#include "regs/a64.h"

enum vgic_trap vgic_trap_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			      unsigned int width, bool write, uint64_t *value)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_TRAP);
	return vcpu->gic->arch->mmio(vcpu, ipa, width, write, value);
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
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_TRAP);
	return vcpu->gic->arch->sysreg(vcpu, sysreg, write, value);
}

enum vgic_trap vgic_trap_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				      unsigned int width, bool write,
				      uint64_t *value)
{
	const struct vgic_arch *arch = vcpu->gic->arch;
	enum vgic_trap result;

	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	if (!arch->mmio_entered) {
		return VGIC_TRAP_NOT_MINE;
	}
	result = arch->mmio_entered(vcpu, ipa, width, write, value);
	vgic_take_own_posts(vcpu);
	return result;
}

enum vgic_trap vgic_trap_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
					bool write, uint64_t *value)
{
	const struct vgic_arch *arch = vcpu->gic->arch;

	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	return arch->sysreg_entered ?
		       arch->sysreg_entered(vcpu, sysreg, write, value) :
		       VGIC_TRAP_NOT_MINE;
}
