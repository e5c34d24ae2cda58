/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv5's wires of SPIs and PPIs, and messages; the timer's PPI and one SPI
 * are mapped to physical ones.
 */
#include "tests/diff/op.h"

/* The guest's driver says of which kind the line is. */
void v5_configure(struct world *w)
{
	const int irs = (int)(V5_PASSED / (WORLD_SPIS / w->config.nr_irs));

	if (w->config.mapped) {
		guest_mmio(w, 0, irs, IRS_SPI_SELR, 4, true, V5_PASSED);
		guest_mmio(w, 0, irs, IRS_SPI_CFGR, 4, true, IRS_SPI_CFGR_TM);
	}
}

bool v5_is_passed(const struct world *w, uint32_t intid)
{
	return w->config.mapped &&
	       (intid & GICV5_INTID_MASK) == GICV5_SPI(V5_PASSED);
}

/*
 * The timer's is private: it comes while its vCPU has the CPU, which it takes
 * out of the guest.  Under direct injection the host keeps it masked.
 */
bool v5_take(struct world *w, struct world_phys *phys)
{
	if (phys->vintid != GICV5_PPI(V5_TIMER)) {
		return true;
	}
	if (w->config.backend->soft) {
		world_exit(w, phys->vcpu);
		w->kicked[phys->vcpu] = true;
	}
	return w->config.backend->soft;
}

static void drive_ppi(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	const uint32_t ppi = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);
	struct world_phys *phys = device_phys(w, v, intid);

	oracle5_ppi_wire(&w->v5.oracle, v, ppi, level);
	if (!phys) {
		device_inject(w, v, intid, level);
		return;
	}
	phys->line = level;
	vgic_model_v5_set_physical(&w->cpu[v].pe, ppi, level);
	/* Whether it fell is seen at the next exit. */
	world_exit(w, v);
}

static void drive_spi(struct world *w, uint32_t intid, bool level)
{
	struct world_phys *phys = device_phys(w, 0, intid);

	oracle5_spi_wire(&w->v5.oracle,
			 (uint32_t)FIELD_GET(GICV5_INTID_ID, intid), level);
	if (phys) {
		phys->line = level;
	}
	if (!phys || !level) {
		device_inject(w, 0, intid, level);
	}
}

/* To rise, an SPI's wire has to be low. */
void v5_line(struct world *w, uint32_t v, uint32_t intid, bool level)
{
	if (FIELD_GET(GICV5_INTID_TYPE, intid) == GICV5_INTID_TYPE_PPI) {
		drive_ppi(w, v, intid, level);
		return;
	}
	if (level && oracle5_irq(&w->v5.oracle, intid)->wire) {
		drive_spi(w, intid, false);
	}
	drive_spi(w, intid, level);
}

void v5_message(struct world *w, uint32_t id)
{
	const bool exists = oracle5_irq(&w->v5.oracle, GICV5_LPI(id));
	const int err = vgic_inject_irq(w->gic, 0, GICV5_LPI(id), true, NULL);

	oracle5_setlpi(&w->v5.oracle, id);
	if (err != (exists ? VGIC_OK : VGIC_E_NOENT)) {
		world_differ(w, "LPI %u: message returns %d", id, err);
	}
	world_settle(w);
}
