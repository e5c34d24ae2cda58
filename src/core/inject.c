/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Injection: a device raises or lowers its line, or sends an edge.  The change
 * of the word, and telling the vCPU, is irq.c's part; from there an interrupt
 * goes to its target's inbox, and by queue.c and cpuif/ to the guest.
 */
#include "core/arch.h"
#include "core/contract.h"
#include "core/enter.h"
#include "core/irq.h"
#include "core/side.h"

/* May this owner's device signal this interrupt, which may not exist? */
static inline int check_source(const struct vgic *gic, uint32_t index,
			       const void *owner)
{
	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	if ((vgic_irq_word(gic, index) & W_SIDE) &&
	    !vgic_side_may_inject(gic, index, owner)) {
		return VGIC_E_PERM;
	}
	return VGIC_OK;
}

/*
 * What the line means for the interrupt of this index, which is to change so.
 * An error: the device may not inject it.
 */
static inline int change_of(struct vgic *gic, uint32_t index, bool level,
			    const void *owner, enum vgic_change *change)
{
	int error = check_source(gic, index, owner);

	if (error) {
		return error;
	}
	*change = index < gic->line_end ? VGIC_SET_LINE :
					  gic->arch->line(gic, index, level);
	return *change == VGIC_NO_CHANGE ? VGIC_E_INVAL : VGIC_OK;
}

int vgic_inject_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		    bool level, const void *owner)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	enum vgic_change change;
	int error = change_of(gic, index, level, owner, &change);

	if (!error) {
		vgic_irq_change(gic, NULL, index, change, level);
	}
	return error;
}

/*
 * Of a mapped interrupt that fires again only the signal is new; or it can be
 * put where the guest finds it.
 */
static bool fires_at_once(struct vgic_vcpu *vcpu, uint32_t index, bool level)
{
	const struct vgic_policy *policy = vcpu->gic->policy;
	uint64_t word = vgic_irq_word(vcpu->gic, index);

	if (!level || !w_holds_phys(word)) {
		return false;
	}
	return policy->raise ? policy->raise(vcpu, index, word) :
			       vgic_irq_again(vcpu, index, word, W_FIRED);
}

int vgic_inject_irq_entered(struct vgic_vcpu *vcpu, uint32_t intid, bool level,
			    const void *owner)
{
	struct vgic *gic = vcpu->gic;
	uint32_t index = vgic_irq_index(gic, vcpu->index, intid);
	enum vgic_change change;
	int error = change_of(gic, index, level, owner, &change);

	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	if (error) {
		return error;
	}
	if (change != VGIC_SET_LINE || !fires_at_once(vcpu, index, level)) {
		vgic_irq_change(gic, vcpu, index, change, level);
	}
	vgic_take_own_posts(vcpu);
	return VGIC_OK;
}

int vgic_pulse_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		   const void *owner)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	enum vgic_change change = VGIC_SET_PENDING;
	int err = check_source(gic, index, owner);

	if (err) {
		return err;
	}
	if (vgic_irq_word(gic, index) & W_HW) {
		return VGIC_E_NOTSUP;
	}
	if (gic->arch->pulse) {
		change = gic->arch->pulse(gic, index);
	}
	if (change == VGIC_NO_CHANGE) {
		return VGIC_E_NOTSUP;
	}
	vgic_irq_change(gic, NULL, index, change, 0);
	return VGIC_OK;
}
