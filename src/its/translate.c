/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a device's message to an LPI, by the tables in guest memory.  Who maps
 * and unmaps at the same time is not waited for: a message is one or the
 * other's.  IHI 0069 5.2
 */
#include "its/its.h"

/* The LPI of a message; or why there is none. */
static int look_up(const struct vgic *gic, const struct vgic_its *its,
		   uint32_t device, uint32_t event, uint32_t *index)
{
	struct its_event found;
	uint32_t target;

	if (!(vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled)) {
		return VGIC_E_BUSY;
	}
	if (!its_find_event(gic, its, device, event, &found) ||
	    found.index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	*index = found.index;
	target = w_target(vgic_irq_word(gic, found.index));
	if (target == VGIC_NOWHERE) {
		return VGIC_E_NOENT;
	}
	return lpis_on(gic, target) ? VGIC_OK : VGIC_E_BUSY;
}

int its_signal(struct vgic *gic, struct vgic_vcpu *self,
	       const struct vgic_its *its, uint32_t device, uint32_t event)
{
	uint32_t index;

	if (look_up(gic, its, device, event, &index)) {
		return 0;
	}
	vgic_irq_change(gic, self, index, VGIC_SET_PENDING, 0);
	return 1;
}

int vgic_check_msi(const struct vgic *gic, uint32_t its, uint32_t device,
		   uint32_t event)
{
	uint32_t index;

	if (gic->config.model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	return its < gic->config.its.nr_its ?
		       look_up(gic, &gic->its[its], device, event, &index) :
		       VGIC_E_NOENT;
}

int vgic_inject_msi(struct vgic *gic, uint32_t its, uint32_t device,
		    uint32_t event)
{
	int taken;

	if (gic->config.model != VGIC_GICV3) {
		return VGIC_E_NOTSUP;
	}
	if (its >= gic->config.its.nr_its) {
		return VGIC_E_NOENT;
	}
	taken = its_signal(gic, NULL, &gic->its[its], device, event);
	vgic_count(taken ? &gic->its[its].translated :
			   &gic->its[its].dropped);
	return taken;
}

int vgic_find_its(const struct vgic *gic, uint64_t doorbell, uint32_t *its)
{
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		if (gic->its[i].placed &&
		    doorbell - gic->its[i].ipa == GITS_TRANSLATER) {
			*its = i;
			return VGIC_OK;
		}
	}
	return VGIC_E_NOENT;
}

int vgic_get_its_stats(const struct vgic *gic, uint32_t its,
		       struct vgic_its_stats *stats)
{
	const struct vgic_its *from;

	if (its >= gic->config.its.nr_its) {
		return VGIC_E_NOENT;
	}
	from = &gic->its[its];
	stats->translated = vgic_load_relaxed(&from->translated);
	stats->dropped = vgic_load_relaxed(&from->dropped);
	stats->commands = vgic_load_relaxed(&from->commands);
	stats->command_errors = vgic_load_relaxed(&from->command_errors);
	return VGIC_OK;
}
