/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest instruction at a time, in both worlds. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff/world.h"

#define MANY_RETRIES 16
#define ICC_CTLR_COMPARED (ICC_CTLR_EL1_CBPR | ICC_CTLR_EL1_EOImode)
#define GICD_CTLR_COMPARED                                   \
	(GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1 |       \
	 GICD_CTLR_ARE | GICD_CTLR_DS)

/* One access as libvgic's embedder handles it once it trapped. */
struct trapped {
	bool mmio;
	uint64_t where; /* IPA, or SYSREG_ENC() */
	unsigned int width;
	bool write;
	uint64_t *value;
};

static enum vgic_trap trap_once(struct world *w, uint32_t v,
				const struct trapped *t)
{
	if (t->mmio) {
		return vgic_trap_mmio(w->vcpu[v], t->where, t->width,
				      t->write, t->value);
	}
	return vgic_trap_sysreg(w->vcpu[v], (uint32_t)t->where, t->write,
				t->value);
}

/*
 * The vCPU has trapped.  Afterwards it goes on: what it posted to itself it
 * finds when it enters, and others may wait for that.
 */
static bool trap(struct world *w, uint32_t v, const struct trapped *t)
{
	enum vgic_trap result = VGIC_TRAP_RETRY;
	unsigned int tries;

	for (tries = 0; tries < MANY_RETRIES && !w->failed; tries++) {
		world_exit(w, v);
		result = trap_once(w, v, t);
		if (result != VGIC_TRAP_RETRY) {
			world_enter(w, v);
			return result == VGIC_TRAP_DONE;
		}
		w->stats.retries++;
		world_settle(w);
		world_enter(w, v);
	}
	world_fail(w, "vcpu %u: access to %" PRIx64 " retried for ever", v,
		   t->where);
	return false;
}

bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value)
{
	const struct trapped t = {
		.where = enc, .write = write, .value = value,
	};
	enum model_access access;

	world_arrive(w, v);
	access = interface_access(w, v, enc, write, value);
	if (access == MODEL_TRAP) {
		return trap(w, v, &t);
	}
	world_step(w, v);
	return access == MODEL_DONE;
}

bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value)
{
	const struct trapped t = {
		.mmio = true, .where = ipa, .width = width, .write = write,
		.value = value,
	};

	world_arrive(w, v);
	return trap(w, v, &t);
}

void guest_read(struct world *w, uint32_t v, uint32_t enc)
{
	const uint64_t mask = enc == ICC_CTLR_EL1 ? ICC_CTLR_COMPARED
						  : UINT64_MAX;
	uint64_t ours = 0, theirs = 0;

	if (!guest_raw(w, v, enc, false, &ours)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return;
	}
	oracle_icc_read(&w->oracle, v, enc, &theirs);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if ((ours & mask) != theirs) {
		world_differ(w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#"
			   PRIx64, v, ours & mask, theirs);
	}
}

void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	/* Both before anything settles: a deactivation has consequences. */
	world_enter(w, v);
	oracle_icc_write(&w->oracle, v, enc, value);
	if (!guest_raw(w, v, enc, true, &value)) {
		world_differ(w, "vcpu %u: write of %x refused", v, enc);
	}
}

void guest_iar(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_IAR1_EL1 : ICC_IAR0_EL1;
	const char *why;
	uint64_t intid;

	if (w->depth[v] == WORLD_STACK) {
		return;
	}
	world_arrive(w, v);
	if (interface_access(w, v, enc, false, &intid) != MODEL_DONE) {
		world_differ(w, "vcpu %u: IAR%u trapped", v, group);
		return;
	}
	why = oracle_ack(&w->oracle, v, group, (uint32_t)intid, w->excused);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %" PRIu64 "\n", intid);
	}
	if (why) {
		w->excused = false;
		world_differ(w, "vcpu %u: IAR%u = %" PRIu64 ": %s", v, group,
			     intid, why);
		return;
	}
	if (intid != GIC_INTID_SPURIOUS) {
		w->stack[v][w->depth[v]++] = (struct world_ack){
			.intid = (uint32_t)intid, .group = (uint8_t)group,
		};
		w->stats.acks++;
	}
	world_step(w, v);
}

void guest_hppir(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_HPPIR1_EL1 : ICC_HPPIR0_EL1;
	uint64_t intid = 0;

	if (!guest_raw(w, v, enc, false, &intid)) {
		world_differ(w, "vcpu %u: HPPIR%u refused", v, group);
		return;
	}
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %" PRIu64 "\n", intid);
	}
	if (!oracle_hppir_legal(&w->oracle, v, group, (uint32_t)intid)) {
		world_differ(w, "vcpu %u: HPPIR%u = %" PRIu64 " cannot be", v,
			   group, intid);
	}
}

static void drop(struct world *w, uint32_t v, uint32_t intid, bool acked)
{
	if (w->nr_dropped < WORLD_DROPPED) {
		w->dropped[w->nr_dropped++] = (struct world_drop){
			.pe = v, .intid = intid, .acked = acked,
		};
	}
}

bool guest_busy(const struct world *w, uint32_t v)
{
	uint32_t n;

	for (n = 0; n < w->nr_dropped; n++) {
		if (w->dropped[n].acked && w->dropped[n].pe == v) {
			return true;
		}
	}
	return w->depth[v] > 0;
}

void guest_eoi(struct world *w, uint32_t v)
{
	struct world_ack ack;

	if (w->depth[v] == 0) {
		return;
	}
	ack = w->stack[v][--w->depth[v]];
	if (w->trace) {
		printf("\t(intid %u)\n", ack.intid);
	}
	if (w->oracle.pe[v].eoimode && !ack.cleared) {
		drop(w, v, ack.intid, true);
	}
	guest_write(w, v, ack.group ? ICC_EOIR1_EL1 : ICC_EOIR0_EL1,
		    ack.intid);
}

void guest_dir(struct world *w, uint32_t v, uint32_t n)
{
	struct world_drop d;

	if (w->nr_dropped == 0) {
		return;
	}
	n %= w->nr_dropped;
	d = w->dropped[n];
	/* An SPI by anyone; others by the one whose they are. */
	if (d.intid < GIC_SPI_BASE) {
		v = d.pe;
	}
	/* With EOImode 0 the write is ignored, which proves nothing. */
	if (!w->oracle.pe[v].eoimode) {
		return;
	}
	w->dropped[n] = w->dropped[--w->nr_dropped];
	if (w->trace) {
		printf("\t(vcpu %u, intid %u)\n", v, d.intid);
	}
	w->stats.dirs++;
	guest_write(w, v, ICC_DIR_EL1, d.intid);
}

static void undrop(struct world *w, uint32_t pe, uint32_t intid)
{
	uint32_t n = 0;

	while (n < w->nr_dropped) {
		const struct world_drop *d = &w->dropped[n];

		if (d->intid == intid &&
		    (intid >= GIC_SPI_BASE || d->pe == pe)) {
			w->dropped[n] = w->dropped[--w->nr_dropped];
		} else {
			n++;
		}
	}
}

void guest_forget(struct world *w, uint32_t v, bool privates)
{
	uint32_t n, intid;

	/* What it had dropped only, too, comes from a life before. */
	for (n = 0; n < w->nr_dropped; n++) {
		w->dropped[n].acked &= w->dropped[n].pe != v;
	}
	for (n = 0; n < w->depth[v]; n++) {
		if (!w->stack[v][n].cleared) {
			drop(w, v, w->stack[v][n].intid, false);
		}
	}
	w->depth[v] = 0;
	for (intid = 0; privates && intid < GIC_SPI_BASE; intid++) {
		undrop(w, v, intid);
	}
}

/* Is it acknowledged and not ended, on a vCPU that it concerns? */
static struct world_ack *acked(struct world *w, uint32_t pe, uint32_t intid,
			       uint32_t *by)
{
	uint32_t v, n;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		for (n = w->depth[v]; n > 0; n--) {
			struct world_ack *ack = &w->stack[v][n - 1];

			if (ack->intid == intid && !ack->cleared &&
			    (intid >= GIC_SPI_BASE || v == pe)) {
				*by = v;
				return ack;
			}
		}
	}
	return NULL;
}

/* The INTIDs that a register with one bit for each is about. */
static uint32_t first_intid(int frame, uint32_t offset, uint32_t base)
{
	return (offset - base - (frame < 0 ? 0 : GICR_SGI_BASE)) * 8;
}

static bool about(int frame, uint32_t offset, uint32_t base)
{
	return offset - base - (frame < 0 ? 0 : GICR_SGI_BASE) < 0x80;
}

/* Leave `irq`'s bit as it is now. */
static uint64_t keep_bit(uint64_t value, uint32_t i, bool now)
{
	value &= ~(UINT64_C(1) << i);
	return now ? value | UINT64_C(1) << i : value;
}

/*
 * What architecture leaves UNPREDICTABLE, or what would make the guest lose
 * track of itself, is taken out of a value to be written.
 */
static uint64_t legal_bits(struct world *w, uint32_t pe, int frame,
			   uint32_t offset, uint64_t value)
{
	uint32_t base = offset & 0xff80, i, by = 0;
	uint32_t first;

	base = frame < 0 ? base : (offset - GICR_SGI_BASE) & 0xff80;
	first = first_intid(frame, offset, base);
	for (i = 0; i < 32; i++) {
		struct oracle_irq *irq = oracle_irq(&w->oracle, pe, first + i);
		struct world_ack *ack = acked(w, pe, first + i, &by);
		const bool bit = value & (UINT64_C(1) << i);

		if (!irq || (frame < 0) == (first + i < GIC_SPI_BASE)) {
			continue;
		}
		/* The group an EOI has to name. */
		if (base == GICD_IGROUPR && irq->active) {
			value = keep_bit(value, i, irq->group1);
		}
		/* With EOImode 0 an EOI would have nothing to end. */
		if (base == GICD_ICACTIVER && bit && ack) {
			if (w->oracle.pe[by].eoimode) {
				ack->cleared = true;
			} else {
				value = keep_bit(value, i, false);
			}
		} else if (base == GICD_ICACTIVER && bit) {
			undrop(w, pe, first + i);
		}
		if (base == GICD_ISACTIVER && bit && !irq->active) {
			drop(w, pe, first + i, false);
		}
	}
	return value;
}

/* The trigger may change only while nothing is going on. 12.9.9 */
static uint64_t legal_config(struct world *w, uint32_t pe, int frame,
			     uint32_t offset, uint64_t value)
{
	const uint32_t first = first_intid(frame, offset, GICD_ICFGR) / 2;
	uint32_t i;

	for (i = 0; i < 16; i++) {
		const struct oracle_irq *irq =
			oracle_irq(&w->oracle, pe, first + i);
		const uint64_t field = UINT64_C(3) << (2 * i);

		if (irq && (irq->enabled || oracle_pending(irq) ||
			    irq->active || irq->line ||
			    device_phys(w, pe, first + i))) {
			value &= ~field;
			value |= irq->edge ? field & (field << 1) : 0;
		}
	}
	return value;
}

static uint64_t legal(struct world *w, uint32_t pe, int frame,
		      uint32_t offset, uint64_t value)
{
	static const uint32_t bases[] = {
		GICD_IGROUPR, GICD_ISACTIVER, GICD_ICACTIVER,
	};
	unsigned int i;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (about(frame, offset, bases[i])) {
			return legal_bits(w, pe, frame, offset, value);
		}
	}
	if (offset - GICD_ICFGR - (frame < 0 ? 0 : GICR_SGI_BASE) < 0x100) {
		return legal_config(w, pe, frame, offset, value);
	}
	return value;
}

/* Bits of a read that both must agree about. */
static uint64_t compared(struct world *w, uint32_t pe, int frame,
			 uint32_t offset)
{
	uint64_t mask = UINT64_MAX;
	uint32_t first, i;

	if (frame < 0 && offset == GICD_CTLR) {
		return GICD_CTLR_COMPARED;
	}
	if (!about(frame, offset, GICD_ISPENDR) &&
	    !about(frame, offset, GICD_ICPENDR)) {
		return mask;
	}
	first = first_intid(frame, offset & ~UINT32_C(0x80), GICD_ISPENDR);
	for (i = 0; i < 32; i++) {
		if (oracle_irq(&w->oracle, pe, first + i) &&
		    device_mapped_level(w, pe, first + i)) {
			mask &= ~(UINT64_C(1) << i);
		}
	}
	return mask;
}

uint64_t guest_ipa(const struct world *w, int frame)
{
	const int low = (w->config.nr_vcpus + 1) / 2;

	if (frame < 0) {
		return WORLD_GICD;
	}
	return frame < low ?
	       WORLD_GICR + (uint64_t)frame * GICR_STRIDE :
	       WORLD_GICR_HIGH + (uint64_t)(frame - low) * GICR_STRIDE;
}

void guest_mmio(struct world *w, uint32_t v, int frame, uint32_t offset,
		unsigned int width, bool write, uint64_t value)
{
	const uint32_t pe = frame < 0 ? 0 : (uint32_t)frame;
	const uint64_t ipa = guest_ipa(w, frame) + offset;
	uint64_t ours = 0, theirs, mask;

	world_enter(w, v);
	if (write) {
		if (width == 4) {
			value = legal(w, pe, frame, offset, value);
		}
		oracle_write(&w->oracle, frame, offset, width, value);
		if (!guest_raw_mmio(w, v, ipa, width, true, &value)) {
			world_fail(w, "vcpu %u: write refused", v);
		}
		return;
	}
	if (!guest_raw_mmio(w, v, ipa, width, false, &ours)) {
		world_fail(w, "vcpu %u: read refused", v);
		return;
	}
	theirs = oracle_read(&w->oracle, frame, offset, width);
	mask = compared(w, pe, frame, offset);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if ((ours & mask) != (theirs & mask)) {
		world_differ(w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#"
			   PRIx64, v, ours & mask, theirs & mask);
	}
}

void guest_wfi(struct world *w, uint32_t v)
{
	bool pending;

	world_arrive(w, v);
	world_exit(w, v);
	pending = vgic_pending(w->vcpu[v]);
	w->stats.compared++;
	if (!oracle_signal_legal(&w->oracle, v, pending)) {
		world_differ(w, "vcpu %u: vgic_pending() is %d", v, pending);
	}
	world_settle(w);
}
