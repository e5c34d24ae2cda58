/* SPDX-License-Identifier: BSD-2-Clause */
/* Wires of a GICv3 or GICv2, and what is mapped to physical ones. */
#include "tests/diff/op.h"

bool v3_mapped_level(const struct world *w, uint32_t v, uint32_t intid)
{
	struct world *any = (struct world *)(uintptr_t)w;

	return device_phys(any, v, intid) &&
	       !oracle_irq(&any->v3.oracle, v, intid)->edge;
}

/* Hardware ends the physical interrupt with the virtual one. 12.4.6 */
void v3_deactivate(void *ctx, uint32_t pintid)
{
	struct world *w = ctx;
	struct world_phys *phys = device_by_pintid(w, pintid);

	if (!phys) {
		return;
	}
	if (w->config.backend->legacy && phys->vintid >= GIC_SPI_BASE) {
		world_fail(w, "hardware deactivated an SPI (intid %u)",
			   phys->vintid);
	}
	if (!phys->active && !w->config.hostile) {
		world_fail(w,
			   "hardware deactivated physical %u (intid %u),"
			   " which is not active",
			   pintid, phys->vintid);
	}
	phys->active = false;
}

static void pulse(struct world *w, uint32_t v, uint32_t intid)
{
	oracle_line(&w->v3.oracle, v, intid, true);
	oracle_line(&w->v3.oracle, v, intid, false);
}

/* To the virtual GIC an edge happens when the host sees it. */
bool v3_take(struct world *w, struct world_phys *phys)
{
	if (phys->edge_pending) {
		phys->edge_pending = false;
		pulse(w, phys->vcpu, phys->vintid);
	}
	return true;
}

/* The line fell: everyone who may hold a stale copy looks again. */
static void resample(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		const bool was_in = w->in_guest[v];

		world_exit(w, v);
		world_enter(w, v);
		world_exit(w, v);
		if (was_in) {
			world_enter(w, v);
		}
	}
}

static void mapped_line(struct world *w, struct world_phys *phys, bool edge,
			bool level)
{
	if (edge) {
		phys->edge_pending |= level;
		return;
	}
	oracle_line(&w->v3.oracle, phys->vcpu, phys->vintid, level);
	if (phys->line == level) {
		return;
	}
	phys->line = level;
	if (level) {
		return;
	}
	if (w->config.sampled) {
		resample(w);
	} else {
		device_inject(w, phys->vcpu, phys->vintid, false);
	}
}

void v3_line(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	const bool edge = oracle_irq(&w->v3.oracle, v, intid)->edge;
	struct world_phys *phys = device_phys(w, v, intid);

	if (phys) {
		mapped_line(w, phys, edge, level);
		return;
	}
	/* Every raise is an edge, though the line may still be up. */
	if (edge) {
		oracle_line(&w->v3.oracle, v, intid, false);
	}
	oracle_line(&w->v3.oracle, v, intid, level);
	device_inject(w, v, intid, level);
}
