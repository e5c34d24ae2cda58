/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An IRS's registers and the entries of the Interrupt State Table, as a VMM
 * saves and restores them (vgic/uaccess.h).  The vCPU that is named must not be
 * in guest code; writes are for the time before the first run.
 *
 * Reads and most writes go through the same table of registers as the guest's,
 * irs.c.  Different are: registers that KVM has and we do not, features that a
 * VMM may hide, and the IST, of which nothing is made before the VMM asks for
 * it, because its registers may be restored in any order.
 */
#include <vgic/uaccess.h>

#include "core/irq.h"
#include "core/route.h"
#include "mmio/mmio.h"
#include "regs/gicv5.h"
#include "v5/v5.h"

/*
 * Registers that KVM's attributes have and the guest's IRS does not:
 * virtualization tables, MPAM, error records.  They read as zero and are
 * ignored, so that a VMM written for KVM can save and restore its whole list.
 */
#define ABSENT(reg, bytes) \
	{ \
		reg, bytes, 0, bytes, vgic_mmio_raz, vgic_mmio_wi \
	}

static const struct vgic_reg absent_regs[] = {
	ABSENT(IRS_SPI_VMR, 8),		 ABSENT(IRS_SPI_DOMAINR, 4),
	ABSENT(IRS_VMT_BASER, 8),	 ABSENT(IRS_VMT_CFGR, 4),
	ABSENT(IRS_VMT_STATUSR, 4),	 ABSENT(IRS_VPE_SELR, 8),
	ABSENT(IRS_VPE_DBR, 8),		 ABSENT(IRS_VPE_HPPIR, 8),
	ABSENT(IRS_VPE_CR0, 4),		 ABSENT(IRS_VPE_STATUSR, 4),
	ABSENT(IRS_VM_DBR, 8),		 ABSENT(IRS_VM_SELR, 4),
	ABSENT(IRS_VM_STATUSR, 4),	 ABSENT(IRS_VMAP_L2_VMTR, 8),
	ABSENT(IRS_VMAP_VMR, 8),	 ABSENT(IRS_VMAP_VISTR, 8),
	ABSENT(IRS_VMAP_L2_VISTR, 8),	 ABSENT(IRS_VMAP_VPER, 8),
	ABSENT(IRS_SAVE_VMR, 8),	 ABSENT(IRS_SAVE_VM_STATUSR, 4),
	ABSENT(IRS_MEC_IDR, 4),		 ABSENT(IRS_MEC_MECID_R, 4),
	ABSENT(IRS_MPAM_IDR, 4),	 ABSENT(IRS_MPAM_PARTID_R, 4),
	ABSENT(IRS_SWERR_STATUSR, 8),	 ABSENT(IRS_SWERR_SYNDROMER0, 8),
	ABSENT(IRS_SWERR_SYNDROMER1, 8),
};

static const struct vgic_frame absent = {
	.regs = absent_regs,
	.nr_regs = sizeof(absent_regs) / sizeof(absent_regs[0]),
};

uint32_t vgic_uaccess_irs_width(uint32_t offset)
{
	const struct vgic_reg *reg =
		vgic_mmio_find(&vgic_v5_irs_config, offset);

	reg = reg ? reg : vgic_mmio_find(&absent, offset);
	return reg ? (reg->widths & 8 ? 8 : 4) : 0;
}

/*
 * Where an ID register's hidden features are noted, and in *hideable which ones
 * may be hidden; null: none of this register's.
 */
static uint32_t *hidden(struct vgic_irs *irs, uint32_t offset,
			uint32_t *hideable)
{
	switch (offset) {
	case IRS_IDR0:
		*hideable = IRS_IDR0_HIDEABLE;
		return &irs->idr0_hidden;
	case IRS_IDR2:
		*hideable = IRS_IDR2_HIDEABLE;
		return &irs->idr2_hidden;
	default:
		*hideable = 0;
		return NULL;
	}
}

/*
 * May this value be written?  IDR0 to IDR7 say which machine this is, so a
 * value from another kind of machine is refused.  Only features that can be
 * hidden may differ, and the number of PEs, since the VMM has created the vCPUs
 * itself.  IDR3 and IDR4 describe tables for virtual machines, which no guest
 * of ours has: any value goes.
 */
static bool takes(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		  uint64_t value)
{
	uint64_t now = 0;
	uint32_t any;

	if (offset > IRS_IDR7 || offset == IRS_IDR3 || offset == IRS_IDR4) {
		return true;
	}
	vgic_v5_irs_access(vcpu, irs, offset, false, &now);
	(void)hidden(&vcpu->gic->v5->irs[irs], offset, &any);
	if (offset == IRS_IDR1) {
		any = (uint32_t)FIELD_MASK(IRS_IDR1_PE_CNT);
	}
	return (((uint32_t)value ^ (uint32_t)now) & ~any) == 0;
}

/*
 * While a valid table holds the state of LPIs, its address and shape must not
 * change.  One that was only stored (ist_deferred) holds nothing yet.
 */
static bool in_use(const struct vgic_vcpu *vcpu, uint32_t offset,
		   uint64_t value)
{
	const struct vgic_v5 *v5 = vcpu->gic->v5;
	uint64_t base = vgic_load_relaxed(&v5->ist_baser);

	if (!(base & IRS_IST_BASER_VALID) ||
	    vgic_load_relaxed(&v5->ist_deferred)) {
		return false;
	}
	return (offset == IRS_IST_BASER && value != base) ||
	       (offset == IRS_IST_CFGR &&
		(uint32_t)value != vgic_load_relaxed(&v5->ist_cfgr));
}

/*
 * The table's address and shape may come in any order, so they are only stored.
 * vgic_uaccess_make_ist() makes the table; without it there is none from the
 * first run on.
 */
static int store_ist(struct vgic *gic, uint32_t offset, uint64_t value)
{
	struct vgic_v5 *v5 = gic->v5;

	if (offset == IRS_IST_BASER) {
		if (value != vgic_load_relaxed(&v5->ist_baser)) {
			vgic_v5_ist_store(gic, value);
		}
		return VGIC_OK;
	}
	if (FIELD_GET(IRS_IST_CFGR_ISTSZ, value) > 2 ||
	    FIELD_GET(IRS_IST_CFGR_L2SZ, value) > 2) {
		return VGIC_E_INVAL;
	}
	vgic_store_relaxed(&v5->ist_cfgr,
			   (uint32_t)value & VGIC_V5_IST_CFGR_FIELDS);
	return VGIC_OK;
}

/* A write that takes() and in_use() have allowed. */
static int store(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		 uint64_t value)
{
	struct vgic *gic = vcpu->gic;
	uint32_t hideable, *at = hidden(&gic->v5->irs[irs], offset, &hideable);

	if (at) {
		*at = ~(uint32_t)value & hideable;
		return VGIC_OK;
	}
	if (offset == IRS_IST_BASER || offset == IRS_IST_CFGR) {
		return store_ist(gic, offset, value);
	}
	vgic_v5_irs_access(vcpu, irs, offset, true, &value);
	return VGIC_OK;
}

/*
 * A status register answers for what the guest has selected last.  Saving does
 * not look at that, and so does not depend on it.
 */
static uint64_t load(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset)
{
	uint64_t value = 0;

	if (offset == IRS_SPI_STATUSR) {
		return IRS_SPI_STATUSR_IDLE;
	}
	if (offset == IRS_PE_STATUSR) {
		return IRS_PE_STATUSR_IDLE;
	}
	vgic_v5_irs_access(vcpu, irs, offset, false, &value);
	return value;
}

/*
 * Once a vCPU has run the registers are the guest's: VGIC_E_BUSY.  The load of
 * `finalized` pairs with the release in decide_exposed().
 */
int vgic_uaccess_irs(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		     bool write, uint64_t *value)
{
	struct vgic *gic = vcpu->gic;
	uint32_t width = vgic_uaccess_irs_width(offset);

	if (!gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (irs >= gic->config.v5.nr_irs || !width || offset % width) {
		return VGIC_E_NOENT;
	}
	if (vcpu->resident ||
	    (write && vgic_load_acquire(&gic->v5->finalized))) {
		return VGIC_E_BUSY;
	}
	vgic_v5_ist_finish(gic);
	if (!write) {
		*value = load(vcpu, irs, offset);
		return VGIC_OK;
	}
	if (!takes(vcpu, irs, offset, *value) || in_use(vcpu, offset, *value)) {
		return VGIC_E_INVAL;
	}
	return store(vcpu, irs, offset, *value);
}

/*
 * May the entry of this INTID be accessed, and which interrupt is it?  PPIs
 * have no entry in an IRS.  A job that a vCPU left unfinished is finished
 * first, because LPIs may get their words by it.  The load of `finalized` pairs
 * with the release in decide_exposed().
 */
static int check_iste(const struct vgic_vcpu *vcpu, uint32_t intid, bool write,
		      uint32_t *index)
{
	const struct vgic *gic = vcpu->gic;

	if (!gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (!vcpu->resident) {
		vgic_v5_ist_finish(vcpu->gic);
	}
	*index = vgic_v5_index(gic, vcpu->index, intid);
	if (*index == VGIC_NIL || *index < gic->first_spi) {
		return VGIC_E_NOENT;
	}
	if (vcpu->resident ||
	    (write && vgic_load_acquire(&gic->v5->finalized))) {
		return VGIC_E_BUSY;
	}
	return VGIC_OK;
}

/*
 * The low 32 bits of an L2 table entry, which the architecture defines.  An
 * SPI's HM bit is its trigger mode, as for KVM: the handling mode follows it.
 */
static uint32_t get_iste(const struct vgic *gic, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);
	bool level = word & (index < gic->first_lpi ? W_TM : W_LEVEL);

	return (w_pending(word) ? L2_ISTE_PENDING : 0) |
	       (w_active(word) ? L2_ISTE_ACTIVE : 0) |
	       (level ? L2_ISTE_HM : 0) |
	       (word & W_ENABLE ? L2_ISTE_ENABLE : 0) |
	       (word & W_IRM ? L2_ISTE_IRM : 0) |
	       (uint32_t)FIELD_PUT(L2_ISTE_PRIORITY, w_prio(word) >> 3) |
	       (uint32_t)FIELD_PUT(L2_ISTE_IAFFID, vgic_get_route(gic, index));
}

/*
 * A pending SPI with handling mode Level has its wire up.  That holds until its
 * device says something else.
 */
static void set_iste_pending(struct vgic_vcpu *vcpu, uint32_t index,
			     uint32_t iste)
{
	bool pending = iste & L2_ISTE_PENDING;

	if (index < vcpu->gic->first_lpi && (iste & L2_ISTE_HM)) {
		vgic_irq_change(vcpu->gic, vcpu, index, VGIC_SET_WIRE, pending);
		return;
	}
	vgic_irq_change(vcpu->gic, vcpu, index,
			pending ? VGIC_SET_PENDING : VGIC_CLEAR_PENDING, 0);
}

/*
 * Trigger and route come before the pending state, since they decide what
 * Pending means and who gets it; Enable comes last, so that nothing is
 * delivered half restored.
 */
static void set_iste(struct vgic_vcpu *vcpu, uint32_t index, uint32_t iste)
{
	struct vgic *gic = vcpu->gic;
	bool level = iste & L2_ISTE_HM;

	if (index < gic->first_lpi) {
		vgic_irq_change(gic, vcpu, index, VGIC_SET_TRIGGER, level);
	}
	vgic_irq_change(gic, vcpu, index, VGIC_SET_LEVEL, level);
	vgic_irq_change(gic, vcpu, index, VGIC_SET_PRIORITY,
			(uint32_t)FIELD_GET(L2_ISTE_PRIORITY, iste) << 3);
	(void)vgic_set_route(gic, vcpu, index,
			     (uint32_t)FIELD_GET(L2_ISTE_IAFFID, iste),
			     iste & L2_ISTE_IRM);
	vgic_irq_change(
		gic, vcpu, index,
		iste & L2_ISTE_ACTIVE ? VGIC_SET_ACTIVE : VGIC_CLEAR_ACTIVE, 0);
	set_iste_pending(vcpu, index, iste);
	vgic_irq_change(
		gic, vcpu, index,
		iste & L2_ISTE_ENABLE ? VGIC_SET_ENABLE : VGIC_CLEAR_ENABLE, 0);
}

int vgic_uaccess_iste(struct vgic_vcpu *vcpu, uint32_t intid, bool write,
		      uint32_t *iste)
{
	uint32_t index;
	int err = check_iste(vcpu, intid, write, &index);

	if (err) {
		return err;
	}
	if (write) {
		set_iste(vcpu, index, *iste);
	} else {
		*iste = get_iste(vcpu->gic, index);
	}
	return VGIC_OK;
}

/* For how many LPIs, as a power of two, entries can be saved; 0: none. */
uint32_t vgic_uaccess_ist_bits(const struct vgic_vcpu *vcpu)
{
	if (!vcpu->gic->v5) {
		return 0;
	}
	vgic_v5_ist_finish(vcpu->gic);
	return vgic_v5_ist_bits(vcpu->gic);
}

/*
 * If the table cannot be made, its registers are as they were stored, and the
 * VMM may restore guest memory and try again.  VGIC_E_BUSY: some vCPU has run
 * (the load of `finalized` pairs with the release in decide_exposed()), or
 * there is a table already.
 */
int vgic_uaccess_make_ist(struct vgic_vcpu *vcpu)
{
	struct vgic *gic = vcpu->gic;
	uint64_t baser;

	if (!gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (vcpu->resident || vgic_load_acquire(&gic->v5->finalized) ||
	    (vgic_v5_ist_bits(gic) &&
	     !vgic_load_relaxed(&gic->v5->ist_deferred))) {
		return VGIC_E_BUSY;
	}
	baser = vgic_load_relaxed(&gic->v5->ist_baser);
	if (vgic_v5_ist_adopt(gic)) {
		return VGIC_OK;
	}
	vgic_v5_ist_store(gic, baser);
	return VGIC_E_INVAL;
}
