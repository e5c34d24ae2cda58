/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICC_CTLR_EL1, ICC_PMR_EL1 and ICC_RPR_EL1, when they trap.  A host without
 * ICH_HCR_EL2.TDIR has to set TC to trap ICC_DIR_EL1, and that traps these
 * three as well.  Their values are in ICH_VMCR_EL2 and the active priorities
 * registers, so they are read and written in the image that vgic_exit() made,
 * and go back to the hardware at the next entry.  IHI 0069 12.2, 12.4.8
 */
#include "cpuif/prio.h"
#include "v3/v3.h"

/*
 * What the guest can configure is in VMCR; the rest says what the CPU interface
 * can do.  A VMM that restores a guest may have narrowed the latter.
 */
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

/* CBPR and EOImode are all that a guest can write. */
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

/* Priority bits that the hardware lacks are RAZ/WI. */
static void write_pmr(struct vgic_vcpu *vcpu, uint64_t value)
{
	uint32_t lacks = 8u - vcpu->gic->config.caps.pri_bits;

	value &= ~((UINT64_C(1) << lacks) - 1);
	vcpu->ich.vmcr &= ~(uint32_t)FIELD_MASK(ICH_VMCR_EL2_VPMR);
	vcpu->ich.vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VPMR, value);
}

/* The priority that is running, or the idle priority if none is. */
static uint64_t read_rpr(struct vgic_vcpu *vcpu)
{
	uint32_t prio = vgic_prio_running(vcpu);

	return prio < GIC_PRIORITY_IDLE ? prio : GIC_PRIORITY_IDLE;
}

/* The registers that this file answers. */
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

/* VGIC_TRAP_NOT_MINE: none of the three. */
enum vgic_trap vgic_v3_common(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	uint32_t i = 0;

	while (common[i].sysreg != sysreg) {
		if (++i == sizeof(common) / sizeof(common[0])) {
			return VGIC_TRAP_NOT_MINE;
		}
	}
	/*
	 * The reason to trap may be gone: have the next entry decide that
	 * again, even if nothing else happens.
	 */
	vcpu->refill = true;
	if (!write) {
		*value = common[i].read(vcpu);
		return VGIC_TRAP_DONE;
	}
	if (!common[i].write) {
		return VGIC_TRAP_UNDEF;
	}
	common[i].write(vcpu, *value);
	/*
	 * VMCR is written to the hardware only where the library has changed
	 * it.
	 */
	vcpu->ich.vmcr_dirty = true;
	return VGIC_TRAP_DONE;
}
