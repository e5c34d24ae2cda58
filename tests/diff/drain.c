/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a program: whatever is still pending and enabled gets taken.
 * What the oracle then still has to deliver was lost on our side.
 */
#include "tests/diff/world.h"

#define MANY_ROUNDS 10000

static void deactivate_all(struct world *w)
{
	uint32_t v;

	guest_mmio(w, 0, -1, GICD_ICACTIVER + 4, 4, true, UINT32_MAX);
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		guest_mmio(w, v, (int)v, GICR_ICACTIVER0, 4, true, UINT32_MAX);
	}
}

static void open_gates(struct world *w)
{
	uint32_t v;

	guest_mmio(w, 0, -1, GICD_CTLR, 4, true,
		   GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		guest_mmio(w, v, (int)v, GICR_WAKER, 4, true, 0);
		guest_write(w, v, ICC_PMR_EL1, 0xff);
		guest_write(w, v, ICC_IGRPEN0_EL1, 1);
		guest_write(w, v, ICC_IGRPEN1_EL1, 1);
	}
}

static void end_all(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		while (w->depth[v] > 0 && !w->failed) {
			guest_eoi(w, v);
		}
	}
}

/* A driver: take it, quiet the device, end it. */
static bool serve(struct world *w, uint32_t v, unsigned int group)
{
	uint32_t intid;

	guest_iar(w, v, group);
	if (w->failed || w->depth[v] == 0) {
		return false;
	}
	intid = w->stack[v][0].intid;
	if (intid >= GIC_NR_SGIS && oracle_irq(&w->oracle, v, intid)->line) {
		device_line(w, v, intid, false);
	}
	guest_eoi(w, v);
	if (w->nr_dropped && !w->failed) {
		deactivate_all(w);
	}
	return !w->failed;
}

/* Nobody is bound to take a 1-of-N interrupt, but somebody has to. */
static void check_1ofn(struct world *w)
{
	uint32_t intid;

	for (intid = GIC_SPI_BASE; intid < WORLD_END; intid++) {
		const struct oracle_irq *irq = oracle_irq(&w->oracle, 0, intid);

		const bool any = w->config.backend->gicv2 ?
					 irq->route & (irq->route - 1) :
					 irq->route & GICD_IROUTER_IRM;

		if (any && irq->enabled && oracle_pending(irq)) {
			world_fail(w, "1-of-N interrupt %u was never taken",
				   intid);
		}
	}
}

void guest_drain(struct world *w)
{
	unsigned int rounds = 0;
	bool busy = true;
	uint32_t v;

	if (!w->failed) {
		end_all(w);
	}
	if (!w->failed) {
		deactivate_all(w);
		open_gates(w);
	}
	while (busy && !w->failed) {
		busy = false;
		for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
			busy |= serve(w, v, 1);
			busy |= !w->failed && serve(w, v, 0);
		}
		if (++rounds > MANY_ROUNDS) {
			world_fail(w, "interrupts without end");
		}
	}
	if (!w->failed) {
		check_1ofn(w);
	}
	if (!w->failed) {
		world_compare(w);
	}
}
