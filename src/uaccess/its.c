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

/*
 * By the guest's table; all the commands that it takes are carried out.  Only
 * somebody who should not be there now can have it tried again.
 */
static int access_row(struct vgic_vcpu *vcpu, struct vgic_its *its,
		      const struct vgic_reg *reg, uint32_t offset, bool write,
		      uint64_t *value)
{
	struct vgic_mmio mmio = {
		.vcpu = vcpu,
		.user = true,
		.ipa = offset,
		.width = reg->widths & 8 ? 8 : 4,
		.bank = its->number,
		.statusr = &its->statusr,
	};

	return vgic_mmio_access(&mmio, &vgic_its_control, offset, write,
				value) == VGIC_TRAP_RETRY ?
		       VGIC_E_BUSY :
		       VGIC_OK;
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
	return !write || reg->write ? access_row(vcpu, found, reg, offset,
						 write, value) :
				      VGIC_OK;
}

/* With the engine, which nobody has while the VM stands still. */
static int with_engine(struct vgic_vcpu *vcpu, uint32_t its,
		       int (*call)(struct its_run *run, struct vgic_its *its))
{
	struct vgic_its *found;
	struct its_run run;
	int error = find(vcpu, its, &found);

	if (error) {
		return error;
	}
	if (!vgic_its_begin(&run, vcpu->gic, vcpu, true)) {
		return VGIC_E_BUSY;
	}
	error = call(&run, found);
	(void)vgic_its_end(&run);
	return error;
}

int vgic_uaccess_save_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	return with_engine(vcpu, its, vgic_its_save_tables);
}

int vgic_uaccess_restore_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	return with_engine(vcpu, its, vgic_its_restore_tables);
}

/* Base registers keep the rest of their fields. */
static int reset(struct its_run *run, struct vgic_its *its)
{
	vgic_store_seq(&its->ctlr, 0);
	its->in_command = false;
	vgic_store_seq(&its->cbaser, 0);
	vgic_store_seq(&its->creadr, 0);
	vgic_store_seq(&its->cwriter, 0);
	for (uint32_t n = 0; n < ITS_NR_TABLES; n++) {
		vgic_store_seq(&its->baser[n],
			       vgic_load_relaxed(&its->baser[n]) &
				       ~GITS_BASER_Valid);
	}
	vgic_its_forget(run, its);
	return VGIC_OK;
}

int vgic_uaccess_reset_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	return with_engine(vcpu, its, reset);
}

static int save_lpis(struct its_run *run, struct vgic_its *its)
{
	(void)its;
	return vgic_lpi_save_pending(run) ? VGIC_OK : VGIC_E_FAULT;
}

/* Pending tables are redistributors': any ITS will do. */
int vgic_uaccess_save_lpis(struct vgic_vcpu *vcpu)
{
	int error = with_engine(vcpu, 0, save_lpis);

	return error == VGIC_E_NOENT ? VGIC_OK : error;
}
