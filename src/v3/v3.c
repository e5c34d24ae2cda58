/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which GICv3 frame a guest's access belongs to: the distributor's, a
 * redistributor's or an ITS's.  And how the frames identify themselves.
 */
#include "v3/v3.h"

/* GICD_IIDR and GICR_IIDR read the same. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio)
{
	return vgic_mmio_iidr(mmio->vcpu->gic);
}

/*
 * The vCPU whose redistributor covers an address, or null.  There are few
 * regions, so each is asked.
 */
static struct vgic_vcpu *find_redist(const struct vgic *gic, uint64_t ipa)
{
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		const struct vgic_rdist_region *region = &gic->regions[i];
		uint64_t frame = (ipa - region->ipa) / GICR_STRIDE;

		/*
		 * For an address below the region the difference wraps around,
		 * to more than any count.
		 */
		if (frame < region->count &&
		    region->first_vcpu + frame < gic->config.nr_vcpus) {
			return &gic->vcpus[region->first_vcpu + frame];
		}
	}
	return NULL;
}

/*
 * An access to anything but the distributor.  A redistributor's vCPU is the
 * bank whose SGIs and PPIs the frame shows.
 */
static enum vgic_trap beside_dist(struct vgic_mmio *mmio, bool write,
				  uint64_t *value)
{
	const struct vgic_v3_lpis *lpis = mmio->vcpu->gic->arch->lpis;
	struct vgic_vcpu *owner = find_redist(mmio->vcpu->gic, mmio->ipa);
	uint64_t offset;

	if (!owner) {
		return lpis ? lpis->mmio(mmio, write, value) :
			      VGIC_TRAP_NOT_MINE;
	}
	offset = mmio->ipa - owner->rdist_ipa;
	mmio->bank = owner->index;
	mmio->statusr = &owner->gicr_statusr;
	return vgic_mmio_access(
		mmio, offset < GICR_SGI_BASE ? &vgic_v3_redist : &vgic_v3_sgi,
		offset % GICR_FRAME_SIZE, write, value);
}

/* With affinity routing it shows no vCPU's private interrupts: VGIC_NO_BANK. */
static inline enum vgic_trap access(struct vgic_mmio *mmio, bool write,
				    uint64_t *value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint64_t offset = mmio->ipa - gic->dist_ipa;

	if (!gic->dist_placed || offset >= GICD_FRAME_SIZE) {
		return beside_dist(mmio, write, value);
	}
	mmio->bank = VGIC_NO_BANK;
	mmio->statusr = &gic->gicd_statusr;
	return vgic_mmio_access(mmio, &vgic_v3_dist, (uint32_t)offset, write,
				value);
}

/* Members of struct vgic_arch, on the thread of the vCPU that accesses. */

enum vgic_trap vgic_v3_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value)
{
	struct vgic_mmio mmio = { .vcpu = vcpu, .ipa = ipa, .width = width };

	return access(&mmio, write, value);
}

enum vgic_trap vgic_v3_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value)
{
	struct vgic_mmio mmio = {
		.vcpu = vcpu,
		.entered = true,
		.ipa = ipa,
		.width = width,
	};

	return access(&mmio, write, value);
}
