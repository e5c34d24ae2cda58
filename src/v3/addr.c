/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where redistributors are in the guest's address space.  The VMM adds
 * regions; each has a number of frames of 128 KiB, one for each vCPU, in the
 * order of the vCPUs' indices and of the regions.  A region may have room for
 * more vCPUs than there are.  IHI 0069 12.10
 */
#include "core/addr.h"
#include "v3/v3.h"

/* How many of a region's frames have a vCPU.  The others answer no access. */
static uint32_t frames_used(const struct vgic *gic,
			    const struct vgic_rdist_region *region)
{
	uint32_t left = gic->config.nr_vcpus - region->first_vcpu;

	return region->count < left ? region->count : left;
}

/* Is there a vCPU's frame at this address that is the first of a region? */
static bool region_starts(const struct vgic *gic, uint64_t ipa)
{
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		if (gic->regions[i].ipa == ipa &&
		    frames_used(gic, &gic->regions[i])) {
			return true;
		}
	}
	return false;
}

/*
 * Set GICR_TYPER.Last in the region's frames.  A guest finds redistributors by
 * stepping from frame to frame until one says Last.  So the last of a run of
 * frames that touch each other says so, even if the run consists of several
 * regions.  IHI 0069 12.11.35
 */
static void mark_last(struct vgic *gic, const struct vgic_rdist_region *region)
{
	uint32_t n = frames_used(gic, region);

	for (uint32_t i = 0; i < n; i++) {
		struct vgic_vcpu *vcpu = &gic->vcpus[region->first_vcpu + i];

		vcpu->rdist_last =
			i + 1 == n &&
			!region_starts(gic, vcpu->rdist_ipa + GICR_STRIDE);
	}
}

/* Give the region's frames to the next vCPUs. */
static void populate(struct vgic *gic, const struct vgic_rdist_region *region)
{
	uint32_t n = frames_used(gic, region);

	for (uint32_t i = 0; i < n; i++) {
		gic->vcpus[region->first_vcpu + i].rdist_ipa =
			region->ipa + (uint64_t)i * GICR_STRIDE;
	}
	/*
	 * The new region may touch older ones, whose last frame is then no
	 * longer the end of a run.
	 */
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		mark_last(gic, &gic->regions[i]);
	}
}

/* No vCPU has run yet: the guest may look at Last once, at boot. */
VGIC_COLD int vgic_add_redist_region(struct vgic *gic, uint64_t ipa,
				     uint32_t count)
{
	uint64_t size = (uint64_t)count * GICR_STRIDE;
	struct vgic_rdist_region *region;
	uint32_t first = 0;

	if (gic->arch->model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (ipa % GICR_FRAME_SIZE || count == 0 || count > VGIC_MAX_VCPUS) {
		return VGIC_E_INVAL;
	}
	if (gic->nr_regions == gic->config.nr_redist_regions) {
		return VGIC_E_NOMEM;
	}
	if (!vgic_frame_fits(gic, ipa, size)) {
		return VGIC_E_OVERLAP;
	}
	if (gic->nr_regions) {
		const struct vgic_rdist_region *last =
			&gic->regions[gic->nr_regions - 1];

		first = last->first_vcpu + last->count;
	}
	if (first > gic->config.nr_vcpus) {
		first = gic->config.nr_vcpus;
	}
	region = &gic->regions[gic->nr_regions++];
	region->ipa = ipa;
	region->count = count;
	region->first_vcpu = first;
	populate(gic, region);
	return VGIC_OK;
}
