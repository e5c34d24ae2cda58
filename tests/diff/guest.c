/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest instruction at a time, in both worlds. */
#include <inttypes.h>
#include <stdio.h>

#include "regs/gicv2.h"
#include "soft/gicv.h"
#include "tests/diff/world.h"

#define MANY_RETRIES 16
#define ICC_CTLR_COMPARED (ICC_CTLR_EL1_CBPR | ICC_CTLR_EL1_EOImode)
#define GICD_CTLR_COMPARED \
	(GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1 | GICD_CTLR_ARE | \
	 GICD_CTLR_DS)

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
		return vgic_trap_mmio(w->vcpu[v], t->where, t->width, t->write,
				      t->value);
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
		.where = enc,
		.write = write,
		.value = value,
	};
	enum model_access access;

	world_arrive(w, v);
	access = backend_icc(w->config.backend, &w->cpu[v], enc, write, value);
	if (access == MODEL_TRAP) {
		return trap(w, v, &t);
	}
	world_step(w, v);
	return access == MODEL_DONE;
}

/* The page of GICC_DIR is never the guest's. */
bool guest_gicc(struct world *w, uint32_t v, uint32_t offset, bool write,
		uint64_t *value)
{
	const struct trapped t = {
		.mmio = true,
		.where = WORLD_GICC + offset,
		.width = 4,
		.write = write,
		.value = value,
	};
	bool done;

	world_arrive(w, v);
	if (w->config.backend->soft || offset >= GICC_DIR) {
		return trap(w, v, &t);
	}
	done = write ? vgic_soft_gicv_write(world_model(w, v), offset, *value) :
		       vgic_soft_gicv_read(world_model(w, v), offset, value);
	world_step(w, v);
	return done;
}

/* A register of the CPU interface, whichever. */
static bool cpuif(struct world *w, uint32_t v, uint32_t enc, bool write,
		  uint64_t *value)
{
	return w->config.backend->gicv2 ? gicc_access(w, v, enc, write, value) :
					  guest_raw(w, v, enc, write, value);
}

bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value)
{
	const struct trapped t = {
		.mmio = true,
		.where = ipa,
		.width = width,
		.write = write,
		.value = value,
	};

	world_arrive(w, v);
	return trap(w, v, &t);
}

void guest_read(struct world *w, uint32_t v, uint32_t enc)
{
	const uint64_t mask = enc == ICC_CTLR_EL1 && !w->config.backend->gicv2 ?
				      ICC_CTLR_COMPARED :
				      UINT64_MAX;
	uint64_t ours = 0, theirs = 0;

	if (!cpuif(w, v, enc, false, &ours)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return;
	}
	oracle_icc_read(&w->oracle, v, enc, &theirs);
	/* One register for both groups: their levels are the same. */
	if (enc == ICC_AP0R0_EL1 && w->config.backend->gicv2) {
		theirs |= w->oracle.pe[v].apr[1][0];
	}
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if ((ours & mask) != theirs) {
		world_differ(
			w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#" PRIx64,
			v, ours & mask, theirs);
	}
}

void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	/* Both before anything settles: a deactivation has consequences. */
	world_enter(w, v);
	oracle_icc_write(&w->oracle, v, enc, value);
	if (!cpuif(w, v, enc, true, &value)) {
		world_differ(w, "vcpu %u: write of %x refused", v, enc);
	}
}

static const char *judge_iar(struct world *w, uint32_t v, unsigned int group,
			     uint32_t value)
{
	return w->config.backend->gicv2 ?
		       oracle_v2_ack(&w->oracle, v, group, value, w->excused) :
		       oracle_ack(&w->oracle, v, group, value, w->excused);
}

/* Nothing, or of the other group. */
static bool is_nothing(uint64_t value)
{
	return value == GIC_INTID_SPURIOUS || value == GICC_INTID_OTHER_GROUP;
}

void guest_iar(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_IAR1_EL1 : ICC_IAR0_EL1;
	const char *why;
	uint64_t value = 0;

	if (w->depth[v] == WORLD_STACK) {
		return;
	}
	if (!cpuif(w, v, enc, false, &value)) {
		world_differ(w, "vcpu %u: IAR%u refused", v, group);
		return;
	}
	why = judge_iar(w, v, group, (uint32_t)value);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", value);
	}
	if (why) {
		w->excused = false;
		world_differ(w, "vcpu %u: IAR%u = %#" PRIx64 ": %s", v, group,
			     value, why);
		return;
	}
	if (!is_nothing(value)) {
		const uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, value);

		w->stack[v][w->depth[v]++] = (struct world_ack){
			.intid = intid,
			.sender = (uint32_t)FIELD_GET(GICC_CPUID, value),
			.group = oracle_irq(&w->oracle, v, intid)->group1,
		};
		w->stats.acks++;
	}
}

static bool hppir_legal(struct world *w, uint32_t v, unsigned int group,
			uint32_t value)
{
	return w->config.backend->gicv2 ?
		       oracle_v2_hppir_legal(&w->oracle, v, group, value) :
		       oracle_hppir_legal(&w->oracle, v, group, value);
}

void guest_hppir(struct world *w, uint32_t v, unsigned int group)
{
	const uint32_t enc = group ? ICC_HPPIR1_EL1 : ICC_HPPIR0_EL1;
	uint64_t intid = 0;

	if (!cpuif(w, v, enc, false, &intid)) {
		world_differ(w, "vcpu %u: HPPIR%u refused", v, group);
		return;
	}
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", intid);
	}
	if (!hppir_legal(w, v, group, (uint32_t)intid)) {
		world_differ(w, "vcpu %u: HPPIR%u = %#" PRIx64 " cannot be", v,
			     group, intid);
	}
}

static void drop(struct world *w, uint32_t v, const struct world_ack *ack,
		 bool acked)
{
	if (w->nr_dropped < WORLD_DROPPED) {
		w->dropped[w->nr_dropped++] = (struct world_drop){
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

/*
 * Deactivated while its handler ran, and active again since.  A physical EOI
 * would end that; EOIcount cannot say which interrupt the guest named, so the
 * guest deactivates it first.
 */
static void clear_reactivated(struct world *w, uint32_t v,
			      const struct world_ack *ack)
{
	const struct oracle_irq *irq = oracle_irq(&w->oracle, v, ack->intid);
	uint32_t at = ack->intid / 32 * 4, bit = 1u << ack->intid % 32;

	if (w->oracle.pe[v].eoimode || !ack->cleared || !irq || !irq->active) {
		return;
	}
	if (ack->intid < GIC_SPI_BASE) {
		guest_mmio(w, v, (int)v, GICR_ICACTIVER0, 4, true, bit);
	} else {
		guest_mmio(w, v, -1, GICD_ICACTIVER + at, 4, true, bit);
	}
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
		drop(w, v, &ack, true);
	}
	clear_reactivated(w, v, &ack);
	/* AckCtl lets GICC_EOIR end Group 1 as well. */
	if (w->oracle.pe[v].ackctl && ack.intid % 2) {
		ack.group = 0;
	}
	guest_write(w, v, ack.group ? ICC_EOIR1_EL1 : ICC_EOIR0_EL1,
		    with_sender(ack.intid, ack.sender));
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
	guest_write(w, v, ICC_DIR_EL1, with_sender(d.intid, d.sender));
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
			drop(w, v, &w->stack[v][n], false);
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
		/* Its EOI will have nothing to end; see guest_eoi(). */
		if (base == GICD_ICACTIVER && bit && ack) {
			ack->cleared = true;
		} else if (base == GICD_ICACTIVER && bit) {
			undrop(w, pe, first + i);
		}
		/* A GICv2's SGI has a sender, and this one would have none. */
		if (base == GICD_ISACTIVER && first + i < GIC_NR_SGIS &&
		    w->config.backend->gicv2) {
			value = keep_bit(value, i, false);
		} else if (base == GICD_ISACTIVER && bit && !irq->active) {
			drop(w, pe, &(struct world_ack){ .intid = first + i },
			     false);
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

		if (irq &&
		    (irq->enabled || oracle_pending(irq) || irq->active ||
		     irq->line || device_phys(w, pe, first + i))) {
			value &= ~field;
			value |= irq->edge ? field & (field << 1) : 0;
		}
	}
	return value;
}

static uint64_t legal(struct world *w, uint32_t pe, int frame, uint32_t offset,
		      uint64_t value)
{
	static const uint32_t bases[] = {
		GICD_IGROUPR,
		GICD_ISACTIVER,
		GICD_ICACTIVER,
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

	if (frame < 0 || w->config.backend->gicv2) {
		return WORLD_GICD;
	}
	return frame < low ?
		       WORLD_GICR + (uint64_t)frame * GICR_STRIDE :
		       WORLD_GICR_HIGH + (uint64_t)(frame - low) * GICR_STRIDE;
}

/* The access as the oracle sees it. */
static uint64_t oracle_mmio(struct world *w, uint32_t v, int frame,
			    uint32_t offset, unsigned int width, bool write,
			    uint64_t value)
{
	struct oracle *o = &w->oracle;
	const bool v2 = w->config.backend->gicv2;

	if (v2 && frame >= 0) {
		offset -= GICR_SGI_BASE;
	}
	if (write) {
		if (v2) {
			oracle_v2_write(o, v, offset, width, value);
		} else {
			oracle_write(o, frame, offset, width, value);
		}
		return 0;
	}
	return v2 ? oracle_v2_read(o, v, offset, width) :
		    oracle_read(o, frame, offset, width);
}

static void mmio_read(struct world *w, uint32_t v, int frame, uint32_t offset,
		      unsigned int width, uint64_t ipa)
{
	uint64_t ours = 0, theirs, mask;

	if (!guest_raw_mmio(w, v, ipa, width, false, &ours)) {
		world_fail(w, "vcpu %u: read refused", v);
		return;
	}
	theirs = oracle_mmio(w, v, frame, offset, width, false, 0);
	mask = compared(w, frame < 0 ? 0 : (uint32_t)frame, frame, offset);
	w->stats.compared++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", ours);
	}
	if ((ours & mask) != (theirs & mask)) {
		world_differ(
			w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#" PRIx64,
			v, ours & mask, theirs & mask);
	}
}

void guest_mmio(struct world *w, uint32_t v, int frame, uint32_t offset,
		unsigned int width, bool write, uint64_t value)
{
	uint64_t ipa;

	if (w->config.backend->gicv2) {
		if (frame >= 0 && offset < GICR_SGI_BASE) {
			return; /* GICR_WAKER: there is none */
		}
		gicc_frame(w, &v, &frame, &offset);
	}
	ipa = guest_ipa(w, frame) + offset;
	if (w->config.backend->gicv2 && frame >= 0) {
		ipa -= GICR_SGI_BASE;
	}
	world_enter(w, v);
	if (!write) {
		mmio_read(w, v, frame, offset, width, ipa);
		return;
	}
	if (width == 4) {
		value = legal(w, frame < 0 ? 0 : (uint32_t)frame, frame, offset,
			      value);
	}
	oracle_mmio(w, v, frame, offset, width, true, value);
	if (!guest_raw_mmio(w, v, ipa, width, true, &value)) {
		world_fail(w, "vcpu %u: write refused", v);
	}
}

void guest_wfi(struct world *w, uint32_t v)
{
	bool pending;

	world_arrive(w, v);
	if (w->config.backend->soft &&
	    !oracle_signal_legal(&w->oracle, v,
				 vgic_irq_asserted(w->vcpu[v]) ||
					 vgic_fiq_asserted(w->vcpu[v]))) {
		world_differ(w, "vcpu %u: signalled, or not, wrongly", v);
	}
	world_exit(w, v);
	pending = vgic_pending(w->vcpu[v]);
	w->stats.compared++;
	if (!oracle_signal_legal(&w->oracle, v, pending)) {
		world_differ(w, "vcpu %u: vgic_pending() is %d", v, pending);
	}
	world_settle(w);
}
