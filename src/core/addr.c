/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the frames are in the guest's address space.  Each version of the
 * architecture places its own frames and asks here whether there is room.
 */
#include "core/addr.h"
#include "core/arch.h"

static bool hits_region(const struct vgic *gic, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		const struct vgic_rdist_region *region = &gic->regions[i];

		if (vgic_overlap(base, size, region->ipa,
				 (uint64_t)region->count * GICR_STRIDE)) {
			return true;
		}
	}
	return false;
}

bool vgic_frame_fits(const struct vgic *gic, uint64_t ipa, uint64_t size)
{
	uint32_t dist = gic->arch->dist_size, cpu = gic->arch->cpu_size;

	return ipa + size >= ipa &&
	       !(gic->dist_placed &&
		 vgic_overlap(ipa, size, gic->dist_ipa, dist)) &&
	       !(gic->cpu_placed &&
		 vgic_overlap(ipa, size, gic->cpu_ipa, cpu)) &&
	       !hits_region(gic, ipa, size) &&
	       !(gic->arch->claims && gic->arch->claims(gic, ipa, size));
}

int vgic_set_dist_base(struct vgic *gic, uint64_t ipa)
{
	if (!gic->arch->dist_size) {
		return VGIC_E_NOTSUP;
	}
	if (ipa % gic->arch->dist_size) {
		return VGIC_E_INVAL;
	}
	if (gic->dist_placed) {
		return VGIC_E_EXIST;
	}
	if (!vgic_frame_fits(gic, ipa, gic->arch->dist_size)) {
		return VGIC_E_OVERLAP;
	}
	gic->dist_ipa = ipa;
	gic->dist_placed = true;
	return VGIC_OK;
}

int vgic_set_cpu_base(struct vgic *gic, uint64_t ipa)
{
	if (!gic->arch->cpu_size) {
		return VGIC_E_NOTSUP;
	}
	/* The distributor's page and this one are of the same size. */
	if (ipa % gic->arch->dist_size) {
		return VGIC_E_INVAL;
	}
	if (gic->cpu_placed) {
		return VGIC_E_EXIST;
	}
	if (!vgic_frame_fits(gic, ipa, gic->arch->cpu_size)) {
		return VGIC_E_OVERLAP;
	}
	gic->cpu_ipa = ipa;
	gic->cpu_placed = true;
	return VGIC_OK;
}
