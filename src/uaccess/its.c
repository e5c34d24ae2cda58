/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers and tables of an ITS as a VMM saves and restores them
 * (include/vgic/uaccess.h), which is how KVM's VMMs do it.
 *
 * Registers go by the rows of the guest's own control frame, with `user` set,
 * so that nothing counts as a mistake of the guest.  Two registers mean
 * something else to a VMM: GITS_CREADR, which a guest cannot write, and
 * GITS_IIDR.  The calls for tables take the engine, as whatever changes records
 * does; no other thread can hold it while the VM stands still.
 */
#include <vgic/uaccess.h>

#include "its/persist.h"

/*
 * GITS_STATUSR is left out, as KVM has no such register: the mistakes of a
 * guest are not moved to another machine.
 */
bool vgic_uaccess_has_its(uint32_t offset)
{
	const struct vgic_reg *reg =
		offset < GITS_FRAME_SIZE ?
			vgic_mmio_find(&vgic_its_control, offset) :
			NULL;

	return reg && reg->offset != GITS_STATUSR;
}

/*
 * Look the ITS up.  VGIC_E_BUSY: the vCPU is resident, so the VM does not stand
 * still.
 */
static int find(struct vgic_vcpu *vcpu, uint32_t its, struct vgic_its **found)
{
	struct vgic *gic = vcpu->gic;

	if (gic->arch->model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (its >= gic->config.its.nr_its) {
		return VGIC_E_NOENT;
	}
	*found = &gic->its[its];
	return vcpu->resident ? VGIC_E_BUSY : VGIC_OK;
}

/*
 * A guest reads GITS_CREADR only; a restore has to put it where the commands
 * that were carried out end.  It does so before it enables the ITS: from then
 * on the offset is the library's.
 */
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
 * Access a register by the guest's row.  A write of GITS_CWRITER or GITS_CTLR
 * carries out commands, all of them, since work is not cut for a VMM.
 * VGIC_E_BUSY: another thread holds the engine, which cannot be while the VM
 * stands still.
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

/*
 * A read-only register ignores what a VMM writes, so that it may restore all
 * that it has saved.
 */
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
	/* A register of 64 bits is accessed whole: not at its upper half. */
	if (offset % (reg->widths & 8 ? 8 : 4)) {
		return VGIC_E_NOENT;
	}
	if (write && offset == GITS_CREADR) {
		return set_creadr(found, *value);
	}
	/* The revision of the tables' format: 0 is the only one. */
	if (write && offset == GITS_IIDR) {
		return FIELD_GET(GITS_IIDR_Revision, *value) ? VGIC_E_INVAL :
							       VGIC_OK;
	}
	return !write || reg->write ?
		       access_row(vcpu, found, reg, offset, write, value) :
		       VGIC_OK;
}

/*
 * Look the ITS up, take the engine without a limit on time (`stopped`), and
 * make the call.
 */
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

/* Commands that wait in the queue are carried out when the VM goes on. */
int vgic_uaccess_save_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	return with_engine(vcpu, its, vgic_its_save_tables);
}

int vgic_uaccess_restore_its(struct vgic_vcpu *vcpu, uint32_t its)
{
	return with_engine(vcpu, its, vgic_its_restore_tables);
}

/*
 * GITS_BASER<n> keeps size, page size and type, as KVM's reset does; the tables
 * themselves are gone.  The ITS is disabled first, so that no message is
 * translated by what is being unmapped.
 */
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

/*
 * Pending tables are the redistributors', so it does not matter which ITS it
 * is.
 */
static int save_lpis(struct its_run *run, struct vgic_its *its)
{
	(void)its;
	return vgic_lpi_save_pending(run) ? VGIC_OK : VGIC_E_FAULT;
}

/* Without an ITS there are no LPIs and nothing to save, which is no error. */
int vgic_uaccess_save_lpis(struct vgic_vcpu *vcpu)
{
	int error = with_engine(vcpu, 0, save_lpis);

	return error == VGIC_E_NOENT ? VGIC_OK : error;
}
