/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a GICv5 guest's program: what is pending and enabled is taken. */
#include "tests/diff/op.h"

/* Let everything through to everyone. */
static void open_all(struct world *w)
{
	uint32_t v, n;

	for (n = 0; n < w->config.nr_irs; n++) {
		guest_mmio(w, 0, (int)n, IRS_CR0, 4, true, IRS_CR0_IRSEN);
	}
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		for (n = 0; n < w->config.nr_irs; n++) {
			guest_mmio(w, v, (int)n, IRS_PE_SELR, 4, true,
				   v5_iaffid(v));
			guest_mmio(w, v, (int)n, IRS_PE_CR0, 4, true, 0);
		}
		guest_write(w, v, ICC_APR_EL1, 0);
		guest_write(w, v, ICC_PPI_CACTIVER0_EL1, UINT64_MAX);
		guest_write(w, v, ICC_PPI_CACTIVER1_EL1, UINT64_MAX);
		guest_write(w, v, ICC_PCR_EL1, 31);
		guest_write(w, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	}
}

static void deactivate_all(struct world *w)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(&w->v5.oracle) && !w->failed; n++) {
		const uint32_t intid = oracle5_intid(&w->v5.oracle, n);
		const struct oracle5_irq *irq =
			oracle5_irq(&w->v5.oracle, intid);

		if (irq && irq->active) {
			guest_write(w, 0, GIC_CDDI, intid);
		}
	}
}

void v5_open(struct world *w)
{
	open_all(w);
	deactivate_all(w);
}

/* A driver: take it, quiet its source, end it. */
bool v5_serve(struct world *w, uint32_t v)
{
	uint32_t intid, id;

	w->v5.nr_acked[v] = 0;
	v5_ack(w, v);
	if (w->failed || w->v5.nr_acked[v] == 0) {
		return false;
	}
	intid = w->v5.acked[v][0];
	id = (uint32_t)FIELD_GET(GICV5_INTID_ID, intid);
	if (v5_is_passed(w, intid)) {
		v5_line(w, v, intid, false);
		world_settle(w);
	} else if (FIELD_GET(GICV5_INTID_TYPE, intid) != GICV5_INTID_TYPE_PPI) {
		guest_write(w, v, GIC_CDPEND, intid);
	} else if (v5_level[id / 64] >> id % 64 & 1) {
		v5_line(w, v, intid, false);
		world_settle(w);
	}
	v5_end(w, v, 0);
	return !w->failed;
}

/* Nobody is bound to take a one-of-N interrupt, but somebody has to. */
void v5_check_left(struct world *w)
{
	uint32_t n;

	for (n = 0; n < oracle5_nr_irqs(&w->v5.oracle); n++) {
		const uint32_t intid = oracle5_intid(&w->v5.oracle, n);
		const struct oracle5_irq *irq =
			oracle5_irq(&w->v5.oracle, intid);

		if (irq && irq->irm && irq->enabled && irq->pending) {
			world_fail(w, "one-of-N interrupt %x was never taken",
				   intid);
		}
	}
}
