/* SPDX-License-Identifier: BSD-2-Clause */
/* An ITS's registers and tables as a VMM saves and restores them. */
#include <vgic/uaccess.h>

#include "its/persist.h"

bool vgic_uaccess_has_its(uint32_t offset)
{
	const struct vgic_reg *reg = offset < GITS_FRAME_SIZE ?
					     vgic_mmio_find(&vgic_its_control,
							    offset) :
					     NULL;

	/* KVM has none: the guest's mistakes are not moved along. */
	return reg && reg->offset != GITS_STATUSR;
}

/* Somebody may be at it; and which one? */
static int find(struct vgic_vcpu *vcpu, uint32_t its, struct vgic_its **found)
{
	struct vgic *gic = vcpu->gic;

	if (gic->config.model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (its >= gic->config.its.nr_its) {
		return VGIC_E_NOENT;
	}
	*found = &gic->its[its];
	return vcpu->resident ? VGIC_E_BUSY : VGIC_OK;
}

static int set_creadr(struct vgic_its *its, uint64_t value)
{
	uint64_t cbaser = vgic_load_relaxed(&its->cbaser);

	if (vgic_load_relaxed(&its->ctlr) & GITS_CTLR_Enabled) {
		return VGIC_E_BUSY;
	}
	value &= GITS_CREADR_Offset_MASK;
	if (value >= its_queue_size(cbaser)) {
		return VGIC_E_INVAL;
	}
	vgic_store_seq(&its->creadr, value);
	return VGIC_OK;
}

/* By the guest's table; all the commands that it takes are carried out. */
static void access_row(struct vgic_vcpu *vcpu, struct vgic_its *its,
		       const struct vgic_reg *reg, uint32_t offset,
		       bool write, uint64_t *value)
{
	enum vgic_trap trap;

	do {
		struct vgic_mmio mmio = {
			.vcpu = vcpu,
			.user = true,
			.ipa = offset,
			.width = reg->widths & 8 ? 8 : 4,
			.bank = its->number,
			.statusr = &its->statusr,
		};

		trap = vgic_mmio_access(&mmio, &vgic_its_control, offset,
					write, value);
	} while (trap == VGIC_TRAP_RETRY);
}

int vgic_uaccess_its(struct vgic_vcpu *vcpu, uint32_t its, uint32_t offset,
		     bool write, uint64_t *value)
{
	const struct vgic_reg *reg;
	struct vgic_its *found;
	int error = find(vcpu, its, &found);

	if (error) {
		return error;
	}
	if (!vgic_uaccess_has_its(offset)) {
		return VGIC_E_NOENT;
	}
	reg = vgic_mmio_find(&vgic_its_control, offset);
	if (offset % (reg->widths & 8 ? 8 : 4)) {
		return VGIC_E_NOENT;
	}
	if (write && offset == GITS_CREADR) {
		return set_creadr(found, *value);
	}
	if (write && offset == GITS_IIDR) {
		return FIELD_GET(GITS_IIDR_Revision, *value) ? VGIC_E_INVAL :
							       VGIC_OK;
	}
	if (!write || reg->write) {
		access_row(vcpu, found, reg, offset, write, value);
	}
	return VGIC_OK;
}

int vgic_uaccess_save_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	struct vgic_its *found;
	int error = find(vcpu, its, &found);

	return error ? error : its_save_tables(vcpu->gic, found);
}

int vgic_uaccess_restore_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	struct vgic_its *found;
	int error = find(vcpu, its, &found);

	return error ? error : its_restore_tables(vcpu->gic, vcpu, found);
}

/* Base registers keep the rest of their fields. */
int vgic_uaccess_reset_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	struct vgic_its *found;
	int error = find(vcpu, its, &found);

	if (error) {
		return error;
	}
	vgic_store_seq(&found->ctlr, 0);
	vgic_store_seq(&found->cbaser, 0);
	vgic_store_seq(&found->creadr, 0);
	vgic_store_seq(&found->cwriter, 0);
	for (uint32_t n = 0; n < ITS_NR_TABLES; n++) {
		vgic_store_seq(&found->baser[n],
			       vgic_load_relaxed(&found->baser[n]) &
				       ~GITS_BASER_Valid);
	}
	its_forget(vcpu->gic, vcpu, found);
	return VGIC_OK;
}

int vgic_uaccess_save_lpis(struct vgic_vcpu *vcpu)
{
	if (vcpu->gic->config.model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (vcpu->resident) {
		return VGIC_E_BUSY;
	}
	return lpi_save_pending(vcpu->gic) ? VGIC_OK : VGIC_E_FAULT;
}
