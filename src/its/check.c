/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The invariants of LPIs and of what ITSs map, for vgic_check_invariants().
 * They hold whenever no thread has the engine and no message is on its way.
 */
#include "core/irq.h"
#include "its/its.h"

/* If the LPI names an event, that record is valid and names the LPI. */
static bool event_is_right(const struct vgic *gic, uint32_t index)
{
	bool others;
	uint32_t event = vgic_lpi_event(gic, index, &others);
	uint64_t first;

	if (event == ITS_NIL) {
		return true;
	}
	first = event < gic->records->events.count ?
			its_first(&gic->records->events, event) :
			0;
	return (first & REC_VALID) &&
	       its_lpi_of(first) == index - gic->first_lpi;
}

/*
 * A pending LPI is enabled exactly if its configuration says so and the
 * redistributor where it is pending takes it.  If it is not pending, W_ENABLE
 * means nothing, as the target does.  LPIs from lpi_end on must be as after
 * reset, because sweeps leave them out.
 */
const char *vgic_its_wrong_lpi(const struct vgic *gic, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);
	bool on = (word & W_CONF) &&
		  vgic_lpi_is_on(gic, w_target(word), index - gic->first_lpi);

	if (w_active(word)) {
		return "LPI is active";
	}
	if (w_pending(word) && !(word & W_ENABLE) != !on) {
		return "LPI enabled where it is not to be, or not where it is";
	}
	if (!event_is_right(gic, index)) {
		return "LPI of an event that has another one";
	}
	return index >= gic->lpi_end &&
			       (w_pending(word) ||
				vgic_load_relaxed(&gic->irqs[index].route)) ?
		       "LPI in use beyond the last one" :
		       NULL;
}

/* The LPIs' counts of their events add up to the number of records in use. */
const char *vgic_its_wrong(const struct vgic *gic)
{
	uint32_t mapped = 0;

	if (!gic->config.its.nr_its) {
		return NULL;
	}
	for (uint32_t i = gic->first_lpi; i < gic->nr_irqs; i++) {
		uint32_t route = vgic_load_relaxed(&gic->irqs[i].route);

		mapped += (uint32_t)FIELD_GET(LPI_EVENTS, route);
	}
	return mapped != gic->records->events.used ?
		       "an event's LPI does not count it" :
		       vgic_its_records_wrong(gic->records);
}
