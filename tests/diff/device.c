/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices and the host's own GIC.  A physical interrupt is taken by the host,
 * stays active there, and is injected; the guest's deactivation of the
 * virtual one ends it.
 */
#include <stddef.h>

#include "tests/diff/world.h"

#define FIRST_PINTID 100u

static const struct vgic_irq_ops sampling = {
	.get_input_level = device_level,
};

static void add_phys(struct world *w, uint32_t v, uint32_t vintid)
{
	struct world_phys *phys = &w->phys[w->nr_phys];

	*phys = (struct world_phys){ .vcpu = v, .vintid = vintid };
	w->nr_phys++;
}

void device_connect(struct world *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		struct world_phys *phys = &w->phys[i];

		phys->pintid = backend_pintid(w->config.backend, phys->vintid,
					      FIRST_PINTID + i);
		if (vgic_map_irq(w->gic, phys->vcpu, phys->vintid,
				 phys->pintid)) {
			world_fail(w, "intid %u could not be mapped",
				   phys->vintid);
		}
		if (w->config.sampled &&
		    vgic_set_irq_ops(w->gic, phys->vcpu, phys->vintid,
				     &sampling, w)) {
			world_fail(w, "intid %u could not be given ops",
				   phys->vintid);
		}
	}
}

void device_init(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		add_phys(w, v, WORLD_MAPPED_PPI);
	}
	add_phys(w, 0, WORLD_MAPPED_LEVEL);
	add_phys(w, 0, WORLD_MAPPED_EDGE);
	device_connect(w);
}

struct world_phys *device_phys(struct world *w, uint32_t v, uint32_t intid)
{
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		if (w->phys[i].vintid == intid &&
		    (intid >= GIC_SPI_BASE || w->phys[i].vcpu == v)) {
			return &w->phys[i];
		}
	}
	return NULL;
}

bool device_mapped_level(const struct world *w, uint32_t v, uint32_t intid)
{
	struct world *any = (struct world *)(uintptr_t)w;

	return device_phys(any, v, intid) &&
	       !oracle_irq(&any->oracle, v, intid)->edge;
}

static struct world_phys *by_pintid(struct world *w, uint32_t pintid)
{
	const uint32_t i = backend_number(w->config.backend, pintid) -
			   FIRST_PINTID;

	if (i >= w->nr_phys) {
		world_fail(w, "no physical interrupt %u", pintid);
		return NULL;
	}
	return &w->phys[i];
}

/* Hardware ends the physical interrupt with the virtual one. 12.4.6 */
void device_deactivate(void *ctx, uint32_t pintid)
{
	struct world *w = ctx;
	struct world_phys *phys = by_pintid(w, pintid);

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

void device_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world_phys *phys = by_pintid(ctx, pintid);

	if (phys) {
		phys->active = active;
	}
}

void device_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct world_phys *phys = by_pintid(ctx, pintid);

	if (phys) {
		phys->edge_pending = pending;
	}
}

bool device_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	const struct world_phys *phys = device_phys(opaque, vcpu, intid);

	return phys && phys->line;
}

static void inject(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	if (vgic_inject_irq(w->gic, v, intid, level, NULL)) {
		world_fail(w, "injection of %u failed", intid);
	}
}

static void pulse(struct world *w, uint32_t v, uint32_t intid)
{
	oracle_line(&w->oracle, v, intid, true);
	oracle_line(&w->oracle, v, intid, false);
}

bool device_take(struct world *w)
{
	bool taken = false;
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		struct world_phys *phys = &w->phys[i];

		if (phys->active || !(phys->line || phys->edge_pending)) {
			continue;
		}
		phys->active = true;
		taken = true;
		/* To the virtual GIC an edge happens when the host sees it. */
		if (phys->edge_pending) {
			phys->edge_pending = false;
			pulse(w, phys->vcpu, phys->vintid);
		}
		inject(w, phys->vcpu, phys->vintid, true);
	}
	return taken;
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
	oracle_line(&w->oracle, phys->vcpu, phys->vintid, level);
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
		inject(w, phys->vcpu, phys->vintid, false);
	}
}

void device_line(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	const bool edge = oracle_irq(&w->oracle, v, intid)->edge;
	struct world_phys *phys = device_phys(w, v, intid);

	if (phys) {
		mapped_line(w, phys, edge, level);
		return;
	}
	/* Every raise is an edge, though the line may still be up. */
	if (edge) {
		oracle_line(&w->oracle, v, intid, false);
	}
	oracle_line(&w->oracle, v, intid, level);
	inject(w, v, intid, level);
}

/*
 * The host leaves a physical interrupt active as long as a virtual one is to
 * end it. Without one nobody ever would.
 */
void device_check(struct world *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		const struct world_phys *phys = &w->phys[i];
		struct vgic_irq_info info;

		vgic_get_irq_info(w->gic, phys->vcpu, phys->vintid, &info);
		if (phys->active && !info.pending && !info.active) {
			world_fail(w, "physical %u (intid %u) is stuck active",
				   phys->pintid, phys->vintid);
		}
	}
}
