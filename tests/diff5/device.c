/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices: wires of SPIs and PPIs, messages, and a timer whose PPI is mapped
 * to a physical one.
 */
#include "tests/diff5/world.h"

#define PINT 100u
/* The mapped timer's physical INTID: under direct injection the same one. */
#define PINTID(v) \
	(w->config.backend->hard ? GICV5_PPI(WORLD_TIMER) : PINT + (v))

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

static void map(struct world *w, uint32_t v, uint32_t intid, uint32_t pintid,
		const struct vgic_irq_ops *ops)
{
	if (vgic_map_irq(w->gic, v, intid, pintid) ||
	    (ops && vgic_set_irq_ops(w->gic, v, intid, ops, w))) {
		world_fail(w, "%x cannot be mapped", intid);
	}
}

/* The guest's driver says of which kind the line is. */
void device_reset(struct world *w)
{
	const uint32_t irs = WORLD_PASSED / (WORLD_SPIS / w->config.nr_irs);

	if (w->config.mapped) {
		guest_irs_write(w, 0, irs, IRS_SPI_SELR, 4, WORLD_PASSED);
		guest_irs_write(w, 0, irs, IRS_SPI_CFGR, 4, IRS_SPI_CFGR_TM);
	}
}

void device_connect(struct world *w)
{
	uint32_t v;

	if (!w->config.mapped) {
		return;
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		map(w, v, GICV5_PPI(WORLD_TIMER), PINTID(v), &timer_ops);
		vgic_model_v5_set_physical(&w->model[v], WORLD_TIMER,
					   w->phys[v].line);
	}
	map(w, 0, GICV5_SPI(WORLD_PASSED), PINT + WORLD_MAX_VCPUS, NULL);
}

void device_init(struct world *w)
{
	device_connect(w);
	device_reset(w);
}

bool device_is_passed(const struct world *w, uint32_t intid)
{
	return w->config.mapped &&
	       (intid & GICV5_INTID_MASK) == GICV5_SPI(WORLD_PASSED);
}

void device_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct world *w = ctx;

	if (pintid < PINT || pintid > PINT + WORLD_MAX_VCPUS) {
		world_fail(w, "physical interrupt %x is nobody's", pintid);
		return;
	}
	w->phys[pintid - PINT].active = active;
}

/* The host takes a physical interrupt, which stays active till let go of. */
static bool take(struct world *w, uint32_t n, uint32_t v, uint32_t intid,
		 void *owner)
{
	struct world_phys *p = &w->phys[n];

	if (!p->line || p->active) {
		return false;
	}
	p->active = true;
	if (vgic_inject_irq(w->gic, v, intid, true, owner)) {
		world_fail(w, "%x cannot be injected", intid);
	}
	return true;
}

/*
 * The timer's is private: it comes while its vCPU has the CPU, which it takes
 * out of the guest.  Under direct injection the host keeps it masked.
 */
bool device_take(struct world *w)
{
	bool any = false;
	uint32_t v;

	if (!w->config.mapped) {
		return false;
	}
	for (v = 0; v < w->config.nr_vcpus && !w->config.backend->hard; v++) {
		if (w->phys[v].line && !w->phys[v].active) {
			world_exit(w, v);
			w->kicked[v] = true;
			any |= take(w, v, v, GICV5_PPI(WORLD_TIMER), w);
		}
	}
	return take(w, WORLD_MAX_VCPUS, 0, GICV5_SPI(WORLD_PASSED), NULL) ||
	       any;
}

void device_check(struct world *w)
{
	struct vgic_irq_info info;

	vgic_get_irq_info(w->gic, 0, GICV5_SPI(WORLD_PASSED), &info);
	if (w->phys[WORLD_MAX_VCPUS].active && !info.pending && !info.active) {
		world_fail(w, "the host's SPI is stuck active");
	}
}

void device_ppi(struct world *w, uint32_t v, uint32_t ppi, bool level)
{
	oracle5_ppi_wire(&w->oracle, v, ppi, level);
	if (ppi == WORLD_TIMER && w->config.mapped) {
		w->phys[v].line = level;
		vgic_model_v5_set_physical(&w->model[v], ppi, level);
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
	if (device_is_passed(w, GICV5_SPI(spi))) {
		w->phys[WORLD_MAX_VCPUS].line = level;
		if (level) {
			return;
		}
	}
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
