/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices: wires of SPIs and PPIs, messages, and a timer whose PPI is mapped
 * to a physical one.
 */
#include "tests/diff5/world.h"

#define PINT 100u
/* The mapped timer's physical INTID: under direct injection the same one. */
#define PINTID(v) (w->config.hard ? GICV5_PPI(WORLD_TIMER) : PINT + (v))

bool device_is_level(uint32_t ppi)
{
	return world_level[ppi / 64] >> ppi % 64 & 1;
}

static bool timer_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct world *w = opaque;

	(void)intid;
	return w->phys[vcpu].line;
}

static const struct vgic_irq_ops timer_ops = {
	.get_input_level = timer_level,
};

void device_init(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		const uint32_t intid = GICV5_PPI(WORLD_TIMER);

		if (vgic_map_irq(w->gic, v, intid, PINTID(v)) ||
		    vgic_set_irq_ops(w->gic, v, intid, &timer_ops, w)) {
			world_fail(w, "the timer cannot be mapped");
		}
	}
}

void device_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world *w = ctx;

	if (pintid < PINT || pintid >= PINT + w->config.nr_vcpus) {
		world_fail(w, "physical interrupt %x is nobody's", pintid);
		return;
	}
	w->phys[pintid - PINT].active = active;
}

/*
 * The host takes the timer's physical interrupt, which stays active until the
 * library lets go of it.  Under direct injection the host keeps it masked.
 */
bool device_take(struct world *w)
{
	bool any = false;
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		struct world_phys *p = &w->phys[v];

		if (!w->config.mapped || w->config.hard || !p->line ||
		    p->active) {
			continue;
		}
		p->active = true;
		any = true;
		/* The interrupt takes the vCPU out of the guest. */
		world_exit(w, v);
		w->kicked[v] = true;
		if (vgic_inject_irq(w->gic, v, GICV5_PPI(WORLD_TIMER), true,
				    w)) {
			world_fail(w, "timer cannot be injected");
		}
	}
	return any;
}

void device_ppi(struct world *w, uint32_t v, uint32_t ppi, bool level)
{
	oracle5_ppi_wire(&w->oracle, v, ppi, level);
	if (ppi == WORLD_TIMER && w->config.mapped) {
		w->phys[v].line = level;
		model_v5_set_physical(&w->model[v], ppi, level);
		/* Whether it fell is seen at the next exit. */
		world_exit(w, v);
	} else if (vgic_inject_irq(w->gic, v, GICV5_PPI(ppi), level,
				   ppi == GICV5_PPI_SW_PPI ? NULL : w)) {
		world_fail(w, "PPI %u cannot be injected", ppi);
	}
	world_settle(w);
}

static void drive_spi(struct world *w, uint32_t spi, bool level)
{
	oracle5_spi_wire(&w->oracle, spi, level);
	if (vgic_inject_irq(w->gic, 0, GICV5_SPI(spi), level, NULL)) {
		world_fail(w, "SPI %u cannot be injected", spi);
	}
}

/* To rise, a wire has to be low. */
void device_spi(struct world *w, uint32_t spi, bool level)
{
	if (level && w->oracle.spi[spi].wire) {
		drive_spi(w, spi, false);
	}
	drive_spi(w, spi, level);
	world_settle(w);
}

void device_message(struct world *w, uint32_t id)
{
	const bool exists = oracle5_irq(&w->oracle, GICV5_LPI(id));
	const int err = vgic_inject_irq(w->gic, 0, GICV5_LPI(id), true, NULL);

	oracle5_setlpi(&w->oracle, id);
	if (err != (exists ? VGIC_OK : VGIC_E_NOENT)) {
		world_differ(w, "LPI %u: message returns %d", id, err);
	}
	world_settle(w);
}
