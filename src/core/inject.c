/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Injection: a device raises or lowers its line, or sends an edge.  The change
 * of the word, and telling the vCPU, is irq.c's part; from there an interrupt
 * goes to its target's inbox, and by queue.c and cpuif/ to the guest.
 */
#include "core/arch.h"
#include "core/irq.h"
#include "core/side.h"

int vgic_inject_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		    bool level, const void *owner)
{
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	enum vgic_change change;

	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	if ((vgic_irq_word(gic, index) & W_SIDE) &&
	    !vgic_side_may_inject(gic, index, owner)) {
		return VGIC_E_PERM;
	}
	change = index < gic->line_end ? VGIC_SET_LINE :
					 gic->arch->line(gic, index, level);
	if (change == VGIC_NO_CHANGE) {
		return VGIC_E_INVAL;
	}
	vgic_irq_change(gic, NULL, index, change, level);
	return VGIC_OK;
}
