/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the frames stand in the guest's address space. */
#include "core/gic.h"
#include "its/its.h"
#include "regs/gicv2.h"

static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool wraps(uint64_t base, uint64_t size)
{
	return base + size < base;
}

static bool hits_region(const struct vgic *gic, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		const struct vgic_rdist_region *region = &gic->regions[i];

		if (overlap(base, size, region->ipa,
			    (uint64_t)region->count * GICR_STRIDE)) {
			return true;
		}
	}
	return false;
}

static bool hits_its(const struct vgic *gic, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		if (gic->its[i].placed &&
		    overlap(base, size, gic->its[i].ipa, GITS_SIZE)) {
			return true;
		}
	}
	return false;
}

/* A GICv2's distributor takes one page. */
static uint64_t dist_size(const struct vgic *gic)
{
	return gic->config.model == VGIC_GICV2 ? GICV2_DIST_SIZE :
						 GICD_FRAME_SIZE;
}

int vgic_set_cpu_base(struct vgic *gic, uint64_t ipa)
{
	if (gic->config.model != VGIC_GICV2) {
		return VGIC_E_NOTSUP;
	}
	if (ipa % GICV2_DIST_SIZE) {
		return VGIC_E_INVAL;
	}
	if (gic->cpu_placed) {
		return VGIC_E_EXIST;
	}
	if (wraps(ipa, GICV2_CPU_SIZE) ||
	    (gic->dist_placed && overlap(ipa, GICV2_CPU_SIZE, gic->dist_ipa,
					 dist_size(gic)))) {
		return VGIC_E_OVERLAP;
	}
	gic->cpu_ipa = ipa;
	gic->cpu_placed = true;
	return VGIC_OK;
}

int vgic_set_dist_base(struct vgic *gic, uint64_t ipa)
{
	if (ipa % dist_size(gic)) {
		return VGIC_E_INVAL;
	}
	if (gic->dist_placed) {
		return VGIC_E_EXIST;
	}
	if (wraps(ipa, dist_size(gic)) ||
	    hits_region(gic, ipa, dist_size(gic)) ||
	    hits_its(gic, ipa, dist_size(gic)) ||
	    (gic->cpu_placed && overlap(ipa, dist_size(gic), gic->cpu_ipa,
					GICV2_CPU_SIZE))) {
		return VGIC_E_OVERLAP;
	}
	gic->dist_ipa = ipa;
	gic->dist_placed = true;
	return VGIC_OK;
}

/* How many of a region's frames have a vCPU. */
static uint32_t frames_used(const struct vgic *gic,
			    const struct vgic_rdist_region *region)
{
	uint32_t left = gic->config.nr_vcpus - region->first_vcpu;

	return region->count < left ? region->count : left;
}

/* Is there a vCPU's frame at this address, the first of a region? */
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
 * GICR_TYPER.Last ends a run of frames that have vCPUs and touch, of whatever
 * regions they are: a guest that steps from frame to frame stops there.  IHI
 * 0069 12.11.35
 */
static void mark_last(struct vgic *gic, const struct vgic_rdist_region *region)
{
	uint32_t n = frames_used(gic, region);

	for (uint32_t i = 0; i < n; i++) {
		struct vgic_vcpu *vcpu = &gic->vcpus[region->first_vcpu + i];

		vcpu->rdist_last = i + 1 == n &&
				   !region_starts(gic, vcpu->rdist_ipa +
							       GICR_STRIDE);
	}
}

/* Give the next vCPUs the region's frames. */
static void populate(struct vgic *gic, const struct vgic_rdist_region *region)
{
	uint32_t n = frames_used(gic, region);

	for (uint32_t i = 0; i < n; i++) {
		gic->vcpus[region->first_vcpu + i].rdist_ipa =
			region->ipa + (uint64_t)i * GICR_STRIDE;
	}
	/* The run that it continues, or that continues it, is another now. */
	for (uint32_t i = 0; i < gic->nr_regions; i++) {
		mark_last(gic, &gic->regions[i]);
	}
}

int vgic_add_redist_region(struct vgic *gic, uint64_t ipa, uint32_t count)
{
	uint64_t size = (uint64_t)count * GICR_STRIDE;
	struct vgic_rdist_region *region;
	uint32_t first = 0;

	if (ipa % GICR_FRAME_SIZE || count == 0 || count > VGIC_MAX_VCPUS) {
		return VGIC_E_INVAL;
	}
	if (gic->nr_regions == gic->config.nr_redist_regions) {
		return VGIC_E_NOMEM;
	}
	if (wraps(ipa, size) || hits_region(gic, ipa, size) ||
	    hits_its(gic, ipa, size) ||
	    (gic->dist_placed &&
	     overlap(ipa, size, gic->dist_ipa, GICD_FRAME_SIZE))) {
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

int vgic_set_its_base(struct vgic *gic, uint32_t its, uint64_t ipa)
{
	if (gic->config.model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (its >= gic->config.its.nr_its) {
		return VGIC_E_NOENT;
	}
	if (ipa % GITS_FRAME_SIZE) {
		return VGIC_E_INVAL;
	}
	if (gic->its[its].placed) {
		return VGIC_E_EXIST;
	}
	if (wraps(ipa, GITS_SIZE) || hits_region(gic, ipa, GITS_SIZE) ||
	    hits_its(gic, ipa, GITS_SIZE) ||
	    (gic->dist_placed && overlap(ipa, GITS_SIZE, gic->dist_ipa,
					 GICD_FRAME_SIZE))) {
		return VGIC_E_OVERLAP;
	}
	gic->its[its].ipa = ipa;
	gic->its[its].placed = true;
	return VGIC_OK;
}
