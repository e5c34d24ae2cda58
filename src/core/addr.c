/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the frames are in the guest's address space.  Each version of the
 * architecture places its own frames and asks here whether there is room.
 */
#include "core/addr.h"
#include "core/arch.h"

VGIC_COLD int vgic_mmio_region(const struct vgic *gic, uint32_t n,
			       struct vgic_mmio_region *region)
{
	const struct vgic_arch *arch = gic->arch;

	if (gic->dist_placed && n-- == 0) {
		*region = (struct vgic_mmio_region){ "GICD", gic->dist_ipa,
						     arch->dist_size };
		return VGIC_OK;
	}
	if (gic->cpu_placed && n-- == 0) {
		*region = (struct vgic_mmio_region){ "GICC", gic->cpu_ipa,
						     arch->cpu_size };
		return VGIC_OK;
	}
	if (n < gic->nr_regions) {
		*region = (struct vgic_mmio_region){
			"GICR", gic->regions[n].ipa,
			(uint64_t)gic->regions[n].count * GICR_STRIDE
		};
		return VGIC_OK;
	}
	return arch->frame && arch->frame(gic, n - gic->nr_regions, region) ?
		       VGIC_OK :
		       VGIC_E_NOENT;
}

bool vgic_frame_fits(const struct vgic *gic, uint64_t ipa, uint64_t size)
{
	struct vgic_mmio_region placed;

	for (uint32_t n = 0; !vgic_mmio_region(gic, n, &placed); n++) {
		if (vgic_overlap(ipa, size, placed.ipa, placed.size)) {
			return false;
		}
	}
	return ipa + size >= ipa;
}

VGIC_COLD int vgic_set_dist_base(struct vgic *gic, uint64_t ipa)
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
