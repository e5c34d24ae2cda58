/* SPDX-License-Identifier: BSD-2-Clause */
/* Which GICv2 frame an address belongs to, and target lists. */
#include "core/irq.h"
#include "core/route.h"
#include "v2/v2.h"

bool vgic_v2_set_targets(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t index, uint32_t mask)
{
	/* CPUs that are not there: RAZ/WI.  IHI 0048 4.3.12 */
	return vgic_set_route(gic, self, index,
			      mask & ((1u << gic->config.nr_vcpus) - 1),
			      false);
}

uint32_t vgic_v2_get_targets(const struct vgic *gic, uint32_t index)
{
	return vgic_get_route(gic, index);
}

/*
 * The software CPU interface.  vgic_exit() may have taken something out of its
 * list registers that the guest must not find there any more; and what the
 * guest does with them comes home at once, as at an exit.
 */
static enum vgic_trap cpu_access(struct vgic_vcpu *vcpu, uint32_t offset,
				 unsigned int width, bool write,
				 uint64_t *value)
{
	const struct vgic_cpuif_ops *ops = vcpu->gic->config.cpuif;

	if (!write) {
		*value = 0;
	}
	if (width != 4 || offset % 4) {
		vgic_guest_error(vcpu);
		return VGIC_TRAP_DONE;
	}
	if (write && offset == GICC_DIR) {
		vgic_v2_dir(vcpu, (uint32_t)*value);
		return VGIC_TRAP_DONE;
	}
	vcpu->gic->policy->enter(vcpu);
	if (!ops->gicc || ops->gicc(vcpu->hw, offset, write, value)) {
		vgic_guest_error(vcpu);
		return VGIC_TRAP_DONE;
	}
	vcpu->gic->policy->fold(vcpu);
	return VGIC_TRAP_DONE;
}

void vgic_v2_dir(struct vgic_vcpu *vcpu, uint32_t value)
{
	struct vgic *gic = vcpu->gic;
	uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);
	uint32_t index = vgic_irq_index(gic, vcpu->index, intid);

	if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) || index == VGIC_NIL) {
		vgic_guest_error(vcpu);
		return;
	}
	/* An SGI ends only for the sender that it was taken from. */
	if (vgic_has_senders(gic, index) &&
	    FIELD_GET(GICC_CPUID, value) != vgic_sgi_loaded(gic, index)) {
		vgic_guest_error(vcpu);
		return;
	}
	vgic_irq_change(gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
}

enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value)
{
	struct vgic *gic = vcpu->gic;
	struct vgic_mmio mmio = {
		.vcpu = vcpu,
		.ipa = ipa,
		.width = width,
		/* The frame shows every CPU its own private interrupts. */
		.bank = vcpu->index,
		.statusr = &gic->gicd_statusr,
	};

	if (gic->dist_placed && ipa - gic->dist_ipa < GICV2_DIST_SIZE) {
		return vgic_mmio_access(&mmio, &vgic_v2_dist,
					(uint32_t)(ipa - gic->dist_ipa),
					write, value);
	}
	if (gic->cpu_placed && ipa - gic->cpu_ipa < GICV2_CPU_SIZE) {
		return cpu_access(vcpu, (uint32_t)(ipa - gic->cpu_ipa), width,
				  write, value);
	}
	return VGIC_TRAP_NOT_MINE;
}
