/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public calls for messages of devices (include/vgic/its.h; IHI 0069 5.2).
 *
 * A message has a DeviceID and an EventID; lpi.c finds the LPI by the library's
 * own records and makes it pending.  No lock is taken: a message that races
 * with MAPTI, MOVI or DISCARD acts as before that command or as after it.
 */
#include "its/its.h"

/*
 * Is there such an ITS, and may it map such an event?  DeviceIDs and EventIDs
 * have 16 bits (GITS_TYPER), so an event with larger ones is mapped to nothing.
 */
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

/*
 * The result is 1 when the LPI became pending and 0 when the message was
 * dropped: to drop a message is what the architecture demands of an ITS that
 * cannot translate it, and no error of the host.  Both are counted.
 */
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
	vgic_count(error ? &gic->its[its].dropped : &gic->its[its].translated);
	return !error;
}

/*
 * The ITS whose GITS_TRANSLATER is at this guest address: how a VMM finds out
 * where a device's message, which is a write to an address, belongs.
 */
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
