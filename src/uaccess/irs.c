/* SPDX-License-Identifier: BSD-2-Clause */
/* An IRS's registers as a VMM saves and restores them. */
#include <vgic/uaccess.h>

#include "regs/gicv5.h"
#include "v5/v5.h"

/*
 * What says which machine this is has to be the same: of IDR0 to IDR7 all but
 * the number of PEs, which the VMM made itself.
 */
static bool takes(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		  uint64_t value)
{
	uint64_t now = 0, any = 0;

	if (offset > IRS_IDR7) {
		return true;
	}
	(void)vgic_v5_irs_access(vcpu, irs, offset, false, &now);
	if (offset == IRS_IDR1) {
		any = FIELD_MASK(IRS_IDR1_PE_CNT);
	}
	return offset == IRS_IDR3 || offset == IRS_IDR4 ||
	       (((uint32_t)value ^ now) & ~any) == 0;
}

/* The tables that LPIs are in stay where they are. */
static bool in_use(const struct vgic_vcpu *vcpu, uint32_t offset,
		   uint64_t value)
{
	const struct vgic_v5 *v5 = vcpu->gic->v5;
	uint64_t base = vgic_load_relaxed(&v5->ist_baser);

	if (!(base & IRS_IST_BASER_VALID)) {
		return false;
	}
	return (offset == IRS_IST_BASER && value != base) ||
	       (offset == IRS_IST_CFGR &&
		(uint32_t)value != vgic_load_relaxed(&v5->ist_cfgr));
}

bool vgic_uaccess_has_irs(uint32_t offset)
{
	return vgic_v5_irs_has(offset);
}

int vgic_uaccess_irs(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
		     bool write, uint64_t *value)
{
	struct vgic *gic = vcpu->gic;

	if (!gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (irs >= gic->config.v5.nr_irs || !vgic_v5_irs_has(offset)) {
		return VGIC_E_NOENT;
	}
	if (vcpu->resident ||
	    (write && vgic_load_acquire(&gic->v5->finalized))) {
		return VGIC_E_BUSY;
	}
	if (write && (!takes(vcpu, irs, offset, *value) ||
		      in_use(vcpu, offset, *value))) {
		return VGIC_E_INVAL;
	}
	(void)vgic_v5_irs_access(vcpu, irs, offset, write, value);
	return VGIC_OK;
}
