/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ITSs' share of the embedder's memory, their state at reset, and their
 * place in the guest's address space.
 */
#include "core/addr.h"
#include "its/its.h"

size_t vgic_its_memory_size(const struct vgic_config *config)
{
	return vgic_aligned(config->its.nr_its * sizeof(struct vgic_its)) +
	       vgic_its_records_size(config);
}

/*
 * `memory` is as large as vgic_its_memory_size() said: first the ITSs, then
 * their records.
 */
void vgic_its_create(struct vgic *gic, void *memory)
{
	uint32_t nr_its = gic->config.its.nr_its;

	gic->its = memory;
	if (nr_its) {
		vgic_its_records_place(
			gic, (uint8_t *)memory +
				     vgic_aligned(nr_its * sizeof(*gic->its)));
	}
}

void vgic_its_clear_vcpu(struct vgic_vcpu *vcpu)
{
	if (vcpu->gic->config.its.nr_its) {
		vgic_store_relaxed(&vcpu->gicr_pendbaser, LPI_BASER_RESET);
	}
}

/*
 * What GITS_BASER<n> is at reset.  As KVM's: pages of 64 KiB, so that a guest
 * which keeps that size can describe the largest table with one level.
 */
#define BASER_RESET \
	(FIELD_PUT(GITS_BASER_InnerCache, GITS_Cache_RaWb) | \
	 FIELD_PUT(GITS_BASER_OuterCache, GITS_OuterCache_AsInner) | \
	 FIELD_PUT(GITS_BASER_Shareability, GITS_Shareability_Inner) | \
	 FIELD_PUT(GITS_BASER_Page_Size, GITS_BASER_Page_Size_64K))

/* `placed` and `ipa` survive: they are the VMM's, not the guest's. */
void vgic_its_reset(struct vgic *gic)
{
	if (!gic->config.its.nr_its) {
		return;
	}
	vgic_store_relaxed(&gic->its_busy, 0);
	vgic_store_relaxed(&gic->gicr_propbaser, LPI_BASER_RESET);
	vgic_its_records_clear(gic->records);
	gic->lpi_end = gic->first_lpi;
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		struct vgic_its *its = &gic->its[i];

		its->number = i;
		its->in_command = false;
		its->at = 0;
		vgic_store_relaxed(&its->ctlr, 0);
		vgic_store_relaxed(&its->statusr, 0);
		vgic_store_relaxed(&its->cbaser, 0);
		vgic_store_relaxed(&its->cwriter, 0);
		vgic_store_relaxed(&its->creadr, 0);
		vgic_store_relaxed(&its->baser[ITS_DEVICES], BASER_RESET);
		vgic_store_relaxed(&its->baser[ITS_COLLECTIONS], BASER_RESET);
	}
}

bool vgic_its_frame(const struct vgic *gic, uint32_t n,
		    struct vgic_mmio_region *region)
{
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		if (gic->its[i].placed && n-- == 0) {
			*region = (struct vgic_mmio_region){ "GITS",
							     gic->its[i].ipa,
							     GITS_SIZE };
			return true;
		}
	}
	return false;
}

/*
 * GITS_SIZE is two frames: the registers, and the one that devices write their
 * messages to.
 */
int vgic_set_its_base(struct vgic *gic, uint32_t its, uint64_t ipa)
{
	if (!gic->its) {
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
	if (!vgic_frame_fits(gic, ipa, GITS_SIZE)) {
		return VGIC_E_OVERLAP;
	}
	gic->its[its].ipa = ipa;
	gic->its[its].placed = true;
	return VGIC_OK;
}
