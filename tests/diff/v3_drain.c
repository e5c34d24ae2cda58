/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a program: whatever is still pending and enabled gets taken.
 * What the oracle then still has to deliver was lost on our side.
 */
#include "tests/diff/op.h"

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
		while (w->v3.depth[v] > 0 && !w->failed) {
			v3_eoi(w, v);
		}
	}
}

/* A driver: take it, quiet the device, end it. */
static bool serve(struct world *w, uint32_t v, unsigned int group)
{
	uint32_t intid;

	v3_ack(w, v, group);
	if (w->failed || w->v3.depth[v] == 0) {
		return false;
	}
	intid = w->v3.stack[v][0].intid;
	if (intid >= GIC_NR_SGIS && oracle_irq(&w->v3.oracle, v, intid)->line) {
		v3_line(w, v, intid, false);
	}
	v3_eoi(w, v);
	if (w->v3.nr_dropped && !w->failed) {
		deactivate_all(w);
	}
	return !w->failed;
}

bool v3_serve(struct world *w, uint32_t v)
{
	bool busy = serve(w, v, 1);

	return (!w->failed && serve(w, v, 0)) || busy;
}

/* Nobody is bound to take a 1-of-N interrupt, but somebody has to. */
void v3_check_left(struct world *w)
{
	uint32_t intid;

	for (intid = GIC_SPI_BASE; intid < V3_END; intid++) {
		const struct oracle_irq *irq =
			oracle_irq(&w->v3.oracle, 0, intid);

		const bool any = w->v3.oracle.gicv2 ?
					 irq->route & (irq->route - 1) :
					 irq->route & GICD_IROUTER_IRM;

		if (any && irq->enabled && oracle_pending(irq)) {
			world_fail(w, "1-of-N interrupt %u was never taken",
				   intid);
		}
	}
}

void v3_open(struct world *w)
{
	end_all(w);
	if (!w->failed) {
		deactivate_all(w);
	}
	if (!w->failed) {
		open_gates(w);
	}
}
