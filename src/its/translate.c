/* SPDX-License-Identifier: BSD-2-Clause */
/* What a device's message does, and whose it is.  IHI 0069 5.2 */
#include "its/its.h"

/* EventIDs and DeviceIDs have 16 bits; larger ones are mapped nowhere. */
static int check_message(const struct vgic *gic, uint32_t its, uint32_t device,
			 uint32_t event)
{
	if (!gic->its) {
		return VGIC_E_NOTSUP;
	}
	return its < gic->config.its.nr_its && !((device | event) >> 16) ?
		       VGIC_OK :
		       VGIC_E_NOENT;
}

int vgic_check_msi(const struct vgic *gic, uint32_t its, uint32_t device,
		   uint32_t event)
{
	int error = check_message(gic, its, device, event);

	return error ? error :
		       vgic_lpi_check(gic, its_event_key(its, device, event));
}

int vgic_inject_msi(struct vgic *gic, uint32_t its, uint32_t device,
		    uint32_t event)
{
	int error = check_message(gic, its, device, event);

	if (error == VGIC_E_NOTSUP || its >= gic->config.its.nr_its) {
		return error;
	}
	if (!error) {
		error = vgic_lpi_signal(gic, NULL,
					its_event_key(its, device, event));
	}
	vgic_count(error ? &gic->its[its].dropped :
			   &gic->its[its].translated);
	return !error;
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
