/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices and the host's own GIC.  A physical interrupt is taken by the host,
 * stays active there, and is injected; the guest's deactivation of the
 * virtual one ends it.
 */
#include "tests/diff/op.h"

#define FIRST_PINTID 100u

static bool is_ppi5(uint32_t intid)
{
	return FIELD_GET(GICV5_INTID_TYPE, intid) == GICV5_INTID_TYPE_PPI;
}

static bool get_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	const struct world_phys *phys = device_phys(opaque, vcpu, intid);

	return phys && phys->line;
}

static const struct vgic_irq_ops sampling = {
	.get_input_level = get_level,
};

void device_add(struct world *w, uint32_t v, uint32_t vintid, bool sampled)
{
	w->phys[w->nr_phys++] = (struct world_phys){
		.vcpu = v,
		.vintid = vintid,
		.sampled = sampled,
	};
}

void device_connect(struct world *w)
{
	const struct backend *b = w->config.backend;
	uint32_t i;

	if (w->arch->connect) {
		w->arch->connect(w);
	}
	for (i = 0; i < w->nr_phys; i++) {
		struct world_phys *phys = &w->phys[i];

		/* Under direct injection it has one name on either side. */
		phys->pintid = is_ppi5(phys->vintid) && !b->soft ?
				       phys->vintid :
				       backend_pintid(b, phys->vintid,
						      FIRST_PINTID + i);
		if (vgic_map_irq(w->gic, phys->vcpu, phys->vintid,
				 phys->pintid) ||
		    (phys->sampled &&
		     vgic_set_irq_ops(w->gic, phys->vcpu, phys->vintid,
				      &sampling, w))) {
			world_fail(w, "intid %x could not be mapped",
				   phys->vintid);
		}
	}
}

/* Private interrupts of a GICv3 or GICv5, whose INTIDs never meet. */
static bool is_private(uint32_t intid)
{
	return intid < GIC_SPI_BASE || is_ppi5(intid);
}

struct world_phys *device_phys(struct world *w, uint32_t v, uint32_t vintid)
{
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		if (w->phys[i].vintid == vintid &&
		    (!is_private(vintid) || w->phys[i].vcpu == v)) {
			return &w->phys[i];
		}
	}
	return NULL;
}

struct world_phys *device_by_pintid(struct world *w, uint32_t pintid)
{
	const uint32_t i = backend_number(w->config.backend, pintid) -
			   FIRST_PINTID;

	if (i >= w->nr_phys) {
		world_fail(w, "no physical interrupt %x", pintid);
		return NULL;
	}
	return &w->phys[i];
}

void device_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world_phys *phys = device_by_pintid(ctx, pintid);

	if (phys) {
		phys->active = active;
	}
}

void device_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct world_phys *phys = device_by_pintid(ctx, pintid);

	if (phys) {
		phys->edge_pending = pending;
	}
}

/* A GICv5's PPIs have been claimed, all but the one that is software's. */
void device_inject(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	const bool claimed = is_ppi5(intid) &&
			     intid != GICV5_PPI(GICV5_PPI_SW_PPI);

	const void *owner = claimed ? w : NULL;
	int error;

	/* A vCPU's own CPU may be interrupted. */
	if (w->in_guest[v] && stays_entered(w)) {
		error = vgic_inject_irq_entered(w->vcpu[v], intid, level,
						owner);
	} else {
		error = vgic_inject_irq(w->gic, v, intid, level, owner);
	}
	if (error) {
		world_fail(w, "injection of %x failed", intid);
	}
}

bool device_take(struct world *w)
{
	bool taken = false;
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		struct world_phys *phys = &w->phys[i];

		if (!phys->active && (phys->line || phys->edge_pending) &&
		    w->arch->take(w, phys)) {
			phys->active = true;
			taken = true;
			device_inject(w, phys->vcpu, phys->vintid, true);
		}
	}
	return taken;
}

/*
 * The host leaves a physical interrupt active as long as a virtual one is to
 * end it.  Without one nobody ever would.  Whether a GICv5's timer is still
 * asserted is known when its vCPU enters.
 */
void device_check(struct world *w)
{
	uint32_t i;

	for (i = 0; i < w->nr_phys; i++) {
		const struct world_phys *phys = &w->phys[i];
		struct vgic_irq_info info;

		if (is_ppi5(phys->vintid) && phys->line) {
			continue;
		}
		vgic_get_irq_info(w->gic, phys->vcpu, phys->vintid, &info);
		if (phys->active && !info.pending && !info.active) {
			world_fail(w, "physical %x (intid %x) is stuck active",
				   phys->pintid, phys->vintid);
		}
	}
}
