/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which GICv2 frame a guest's access belongs to: the distributor's, or that of
 * the CPU interface, which is software where the guest cannot have the
 * hardware's.  Besides, GICC_DIR, which hardware may trap.
 */
#include "v2/v2.h"
#include "core/enter.h"
#include "core/irq.h"

/*
 * GICC_DIR deactivates an interrupt; an SPI, whichever CPU has it active.  To
 * write it while EOImode is 0 is a mistake of the guest's.
 */
static void write_dir(struct vgic_vcpu *vcpu, uint32_t value)
{
	struct vgic *gic = vcpu->gic;
	uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);
	uint32_t index = vgic_irq_index(gic, vcpu->index, intid);

	if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) || index == VGIC_NIL) {
		vgic_guest_error(vcpu);
		return;
	}
	/*
	 * An SGI is active for one sender, and the guest has to name that
	 * sender.
	 */
	if (vgic_has_senders(gic, index) &&
	    FIELD_GET(GICC_CPUID, value) != vgic_sgi_loaded(gic, index)) {
		vgic_guest_error(vcpu);
		return;
	}
	vgic_irq_change(gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
}

/*
 * An access to the CPU interface's frame: to one in software, or, where the
 * hardware's list registers are used, to GICC_DIR alone.
 *
 * At the last vgic_exit() the library may have taken something out of the image
 * of the list registers that the guest must not find any more; enter() makes
 * them agree.  What the guest's access does to them is brought back at once, as
 * at an exit.
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
		write_dir(vcpu, (uint32_t)*value);
		return VGIC_TRAP_DONE;
	}
	vcpu->gic->policy->enter(vcpu);
	if (!ops->gicc || ops->gicc(vcpu->hw, offset, write, value)) {
		vgic_guest_error(vcpu);
		return VGIC_TRAP_DONE;
	}
	vcpu->gic->policy->fold(vcpu, false);
	return VGIC_TRAP_DONE;
}

/*
 * The same while the vCPU stays entered: a CPU interface in software does what
 * hardware would, and nobody looks before the next exit.  GICC_DIR depends on
 * what vgic_exit() brings back.
 */
static enum vgic_trap cpu_access_entered(struct vgic_vcpu *vcpu,
					 uint32_t offset, unsigned int width,
					 bool write, uint64_t *value)
{
	const struct vgic_cpuif_ops *ops = vcpu->gic->config.cpuif;

	if (!ops->gicc || width != 4 || offset % 4 || offset == GICC_DIR) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (!write) {
		*value = 0;
	}
	if (ops->gicc(vcpu->hw, offset, write, value)) {
		vgic_guest_error(vcpu);
	} else {
		vgic_executed(vcpu);
	}
	return VGIC_TRAP_DONE;
}

/* `entered` is a constant wherever this is inlined. */
static inline enum vgic_trap access(struct vgic_vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value, bool entered)
{
	struct vgic *gic = vcpu->gic;
	struct vgic_mmio mmio = {
		.vcpu = vcpu,
		.entered = entered,
		.ipa = ipa,
		.width = width,
		/*
		 * Private interrupts are banked: each CPU sees its own at the
		 * same address.
		 */
		.bank = vcpu->index,
		.statusr = &gic->gicd_statusr,
	};
	uint32_t offset;

	if (gic->dist_placed && ipa - gic->dist_ipa < GICV2_DIST_SIZE) {
		return vgic_mmio_access(&mmio, &vgic_v2_dist,
					(uint32_t)(ipa - gic->dist_ipa), write,
					value);
	}
	if (!gic->cpu_placed || ipa - gic->cpu_ipa >= GICV2_CPU_SIZE) {
		return VGIC_TRAP_NOT_MINE;
	}
	offset = (uint32_t)(ipa - gic->cpu_ipa);
	return entered ? cpu_access_entered(vcpu, offset, width, write, value) :
			 cpu_access(vcpu, offset, width, write, value);
}

/* Members of struct vgic_arch, on the thread of the vCPU that accesses. */

enum vgic_trap vgic_v2_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value)
{
	return access(vcpu, ipa, width, write, value, false);
}

enum vgic_trap vgic_v2_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value)
{
	return access(vcpu, ipa, width, write, value, true);
}
