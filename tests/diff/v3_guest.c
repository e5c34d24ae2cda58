/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPU interface of a GICv3 or GICv2, in both worlds. */
#include <inttypes.h>
#include <stdio.h>

#include "regs/gicv2.h"
#include "soft/gicv.h"
#include "tests/diff/op.h"

#define ICC_CTLR_COMPARED (ICC_CTLR_EL1_CBPR | ICC_CTLR_EL1_EOImode)
/* The page of GICC_DIR is never the guest's. */
bool v3_raw_gicc(struct world *w, uint32_t v, uint32_t offset, bool write,
		 uint64_t *value)
{
	struct model_vcpuif *m = &w->cpu[v].model;
	bool done;

	world_arrive(w, v);
	if (w->config.backend->soft || offset >= GICC_DIR) {
		return guest_trapped_mmio(w, v, V3_GICC + offset, 4, write,
					  value);
	}
	done = write ? vgic_soft_gicv_write(m, offset, *value) :
		       vgic_soft_gicv_read(m, offset, value);
	world_step(w, v);
	return done;
}

bool v3_access(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value)
{
	return w->v3.oracle.gicv2 ? v3_gicc(w, v, enc, write, value) :
				    guest_raw(w, v, enc, write, value);
}

static const char *judge_iar(struct world *w, uint32_t v, unsigned int group,
			     uint32_t value)
{
	return w->v3.oracle.gicv2 ?
		       oracle_v2_ack(&w->v3.oracle, v, group, value,
				     w->excused) :
		       oracle_ack(&w->v3.oracle, v, group, value, w->excused);
}

/* Nothing, or of the other group. */
static bool is_nothing(uint64_t value)
{
	return value == GIC_INTID_SPURIOUS || value == GICC_INTID_OTHER_GROUP;
}

void v3_ack(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_IAR1_EL1 : ICC_IAR0_EL1;
	const char *why;
	uint64_t value = 0;

	if (w->v3.depth[v] == V3_STACK) {
		return;
	}
	if (!v3_access(w, v, enc, false, &value)) {
		world_differ(w, "vcpu %u: IAR%u refused", v, group);
		return;
	}
	why = judge_iar(w, v, group, (uint32_t)value);
	guest_saw(w, value);
	if (why) {
		w->excused = false;
		world_differ(w, "vcpu %u: IAR%u = %#" PRIx64 ": %s", v, group,
			     value, why);
		return;
	}
	if (!is_nothing(value)) {
		const uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);

		w->v3.stack[v][w->v3.depth[v]++] = (struct v3_acked){
			.intid = intid,
			.sender = (uint32_t)FIELD_GET(GICC_CPUID, value),
			.group = oracle_irq(&w->v3.oracle, v, intid)->group1,
		};
		w->stats[STAT_ACKS]++;
	}
}

static bool hppir_legal(struct world *w, uint32_t v, unsigned int group,
			uint32_t value)
{
	return w->v3.oracle.gicv2 ?
		       oracle_v2_hppir_legal(&w->v3.oracle, v, group, value) :
		       oracle_hppir_legal(&w->v3.oracle, v, group, value);
}

void v3_hppir(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_HPPIR1_EL1 : ICC_HPPIR0_EL1;
	uint64_t intid = 0;

	if (!v3_access(w, v, enc, false, &intid)) {
		world_differ(w, "vcpu %u: HPPIR%u refused", v, group);
		return;
	}
	guest_saw(w, intid);
	if (!hppir_legal(w, v, group, (uint32_t)intid)) {
		world_differ(w, "vcpu %u: HPPIR%u = %#" PRIx64 " cannot be", v,
			     group, intid);
	}
}

void v3_drop(struct world *w, uint32_t v, const struct v3_acked *ack,
	     bool acked)
{
	if (w->v3.nr_dropped < V3_DROPPED) {
		w->v3.dropped[w->v3.nr_dropped++] = (struct v3_dropped){
			.pe = v,
			.intid = ack->intid,
			.sender = ack->sender,
			.acked = acked,
		};
	}
}

static uint64_t with_sender(uint32_t intid, uint32_t sender)
{
	return intid | FIELD_PUT(GICC_CPUID, sender);
}

bool v3_busy(const struct world *w, uint32_t v)
{
	uint32_t n;

	for (n = 0; n < w->v3.nr_dropped; n++) {
		if (w->v3.dropped[n].acked && w->v3.dropped[n].pe == v) {
			return true;
		}
	}
	return w->v3.depth[v] > 0;
}

/*
 * Deactivated while its handler ran, and active again since.  A physical EOI
 * would end that; EOIcount cannot say which interrupt the guest named, so the
 * guest deactivates it first.
 */
static void clear_reactivated(struct world *w, uint32_t v,
			      const struct v3_acked *ack)
{
	const struct oracle_irq *irq = oracle_irq(&w->v3.oracle, v, ack->intid);
	uint32_t at = ack->intid / 32 * 4, bit = 1u << ack->intid % 32;

	if (w->v3.oracle.pe[v].eoimode || !ack->cleared || !irq ||
	    !irq->active) {
		return;
	}
	if (ack->intid < GIC_SPI_BASE) {
		guest_mmio(w, v, (int)v, GICR_ICACTIVER0, 4, true, bit);
	} else {
		guest_mmio(w, v, -1, GICD_ICACTIVER + at, 4, true, bit);
	}
}

void v3_eoi(struct world *w, uint32_t v)
{
	struct v3_acked ack;

	if (w->v3.depth[v] == 0) {
		return;
	}
	ack = w->v3.stack[v][--w->v3.depth[v]];
	if (w->trace) {
		printf("\t(intid %u)\n", ack.intid);
	}
	if (w->v3.oracle.pe[v].eoimode && !ack.cleared) {
		v3_drop(w, v, &ack, true);
	}
	clear_reactivated(w, v, &ack);
	/* AckCtl lets GICC_EOIR end Group 1 as well. */
	if (w->v3.oracle.pe[v].ackctl && ack.intid % 2) {
		ack.group = 0;
	}
	guest_write(w, v, ack.group ? ICC_EOIR1_EL1 : ICC_EOIR0_EL1,
		    with_sender(ack.intid, ack.sender));
}

void v3_dir(struct world *w, uint32_t v, uint32_t n)
{
	struct v3_dropped d;

	if (w->v3.nr_dropped == 0) {
		return;
	}
	n %= w->v3.nr_dropped;
	d = w->v3.dropped[n];
	/* An SPI by anyone; others by the one whose they are. */
	if (d.intid < GIC_SPI_BASE) {
		v = d.pe;
	}
	/* With EOImode 0 the write is ignored, which proves nothing. */
	if (!w->v3.oracle.pe[v].eoimode) {
		return;
	}
	w->v3.dropped[n] = w->v3.dropped[--w->v3.nr_dropped];
	if (w->trace) {
		printf("\t(vcpu %u, intid %u)\n", v, d.intid);
	}
	w->stats[STAT_DIRS]++;
	guest_write(w, v, ICC_DIR_EL1, with_sender(d.intid, d.sender));
}

void v3_undrop(struct world *w, uint32_t pe, uint32_t intid)
{
	uint32_t n = 0;

	while (n < w->v3.nr_dropped) {
		const struct v3_dropped *d = &w->v3.dropped[n];

		if (d->intid == intid &&
		    (intid >= GIC_SPI_BASE || d->pe == pe)) {
			w->v3.dropped[n] = w->v3.dropped[--w->v3.nr_dropped];
		} else {
			n++;
		}
	}
}

void v3_forget(struct world *w, uint32_t v, bool privates)
{
	uint32_t n, intid;

	/* What it had dropped only, too, comes from a life before. */
	for (n = 0; n < w->v3.nr_dropped; n++) {
		w->v3.dropped[n].acked &= w->v3.dropped[n].pe != v;
	}
	for (n = 0; n < w->v3.depth[v]; n++) {
		if (!w->v3.stack[v][n].cleared) {
			v3_drop(w, v, &w->v3.stack[v][n], false);
		}
	}
	w->v3.depth[v] = 0;
	for (intid = 0; privates && intid < GIC_SPI_BASE; intid++) {
		v3_undrop(w, v, intid);
	}
}

uint64_t v3_oracle_read(struct world *w, uint32_t v, uint32_t enc,
			uint64_t *value)
{
	const bool v2 = w->v3.oracle.gicv2;

	oracle_icc_read(&w->v3.oracle, v, enc, value);
	/* One register for both groups: their levels are the same. */
	if (enc == ICC_AP0R0_EL1 && v2) {
		*value |= w->v3.oracle.pe[v].apr[1][0];
	}
	return enc == ICC_CTLR_EL1 && !v2 ? ICC_CTLR_COMPARED : UINT64_MAX;
}

void v3_oracle_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	oracle_icc_write(&w->v3.oracle, v, enc, value);
}
