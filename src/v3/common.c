/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ICH_HCR_EL2.TC traps besides ICC_DIR_EL1, on hosts without TDIR: the
 * same accesses to the image that vgic_exit() left.  IHI 0069 12.2, 12.4.8
 */
#include "cpuif/lr.h"
#include "v3/v3.h"

uint64_t vgic_v3_ctlr(const struct vgic_vcpu *vcpu)
{
	const struct vgic_cpuif_caps *caps = &vcpu->gic->config.caps;
	uint32_t vmcr = vcpu->ich.vmcr;

	return FIELD_PUT(ICC_CTLR_EL1_PRIbits, vcpu->pri_bits - 1u) |
	       FIELD_PUT(ICC_CTLR_EL1_IDbits, vcpu->id_bits > 16) |
	       (caps->seis ? ICC_CTLR_EL1_SEIS : 0) |
	       (caps->a3v ? ICC_CTLR_EL1_A3V : 0) |
	       (vmcr & ICH_VMCR_EL2_VCBPR ? ICC_CTLR_EL1_CBPR : 0) |
	       (vmcr & ICH_VMCR_EL2_VEOIM ? ICC_CTLR_EL1_EOImode : 0);
}

void vgic_v3_set_ctlr(struct vgic_vcpu *vcpu, uint64_t value)
{
	uint32_t *vmcr = &vcpu->ich.vmcr;

	*vmcr &= ~(ICH_VMCR_EL2_VCBPR | ICH_VMCR_EL2_VEOIM);
	*vmcr |= value & ICC_CTLR_EL1_CBPR ? ICH_VMCR_EL2_VCBPR : 0;
	*vmcr |= value & ICC_CTLR_EL1_EOImode ? ICH_VMCR_EL2_VEOIM : 0;
}

static uint64_t read_ctlr(struct vgic_vcpu *vcpu)
{
	return vgic_v3_ctlr(vcpu);
}

static uint64_t read_pmr(struct vgic_vcpu *vcpu)
{
	return FIELD_GET(ICH_VMCR_EL2_VPMR, vcpu->ich.vmcr);
}

/* Bits of priorities that the hardware lacks are RAZ/WI. */
static void write_pmr(struct vgic_vcpu *vcpu, uint64_t value)
{
	uint32_t lacks = 8u - vcpu->gic->config.caps.pri_bits;

	value &= ~((UINT64_C(1) << lacks) - 1);
	vcpu->ich.vmcr &= ~(uint32_t)FIELD_MASK(ICH_VMCR_EL2_VPMR);
	vcpu->ich.vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VPMR, value);
}

static uint64_t read_rpr(struct vgic_vcpu *vcpu)
{
	uint32_t prio = vgic_lr_running_prio(vcpu);

	return prio < GIC_PRIORITY_IDLE ? prio : GIC_PRIORITY_IDLE;
}

static const struct {
	uint32_t sysreg;
	uint64_t (*read)(struct vgic_vcpu *vcpu);
	/* Null: read-only. */
	void (*write)(struct vgic_vcpu *vcpu, uint64_t value);
} common[] = {
	{ ICC_CTLR_EL1, read_ctlr, vgic_v3_set_ctlr },
	{ ICC_PMR_EL1, read_pmr, write_pmr },
	{ ICC_RPR_EL1, read_rpr, NULL },
};

enum vgic_trap vgic_v3_common(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	uint32_t i = 0;

	while (common[i].sysreg != sysreg) {
		if (++i == sizeof(common) / sizeof(common[0])) {
			return VGIC_TRAP_NOT_MINE;
		}
	}
	/* Perhaps they need not trap any more. */
	vcpu->refill = true;
	if (!write) {
		*value = common[i].read(vcpu);
		return VGIC_TRAP_DONE;
	}
	if (!common[i].write) {
		return VGIC_TRAP_UNDEF;
	}
	common[i].write(vcpu, *value);
	vcpu->ich.vmcr_dirty = true;
	return VGIC_TRAP_DONE;
}
