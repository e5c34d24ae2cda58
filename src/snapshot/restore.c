/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restoring, once all has been checked: back to reset, then what each record
 * says, and at last every interrupt to whoever is to have it.
 */
#include "core/create.h"
#include "core/irq.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/stack.h"
#include "snapshot/snapshot.h"

#include "its/its.h"
#include "v2/v2.h"
#include "v5/v5.h"

void snap_apply_nothing(struct snap_check *c, const struct snap_record *r)
{
	(void)c;
	(void)r;
}

void snap_apply_dist(struct snap_check *c, const struct snap_record *r)
{
	struct snap_dist d;

	(void)snap_decode(&snap_dist_layout, r->data, &d);
	vgic_store_relaxed(&c->gic->gicd_ctlr, d.ctlr);
	vgic_store_relaxed(&c->gic->gicd_statusr, d.statusr);
	c->gic->revision = d.revision;
}

/* An SPI is forwarded while its IRS is enabled: its word says so. */
static void forward_spis(struct vgic *gic, uint32_t irs, bool enabled)
{
	uint32_t n = gic->config.nr_spis / gic->config.v5.nr_irs;
	uint32_t first = gic->first_spi + irs * n;

	for (uint32_t i = first; i < first + n; i++) {
		uint64_t word = vgic_irq_word(gic, i) & ~W_FORWARD;

		vgic_store_relaxed(&gic->irqs[i].word,
				   enabled ? word | W_FORWARD : word);
	}
}

void snap_apply_irs(struct snap_check *c, const struct snap_record *r)
{
	struct snap_irs_hidden hidden;
	struct snap_array array;
	struct snap_irs s;

	(void)snap_entries(&c->reader, r, snap_irs_layout.size, &array);
	for (uint32_t i = 0; i < array.count; i++) {
		struct vgic_irs *irs = &c->gic->v5->irs[i];

		(void)snap_decode(&snap_irs_layout, snap_entry(&array, i),
				  &s);
		(void)snap_get_irs_hidden(&array, i, &hidden);
		irs->idr0_hidden = hidden.idr0;
		irs->idr2_hidden = hidden.idr2;
		vgic_store_relaxed(&irs->cr0, s.cr0);
		vgic_store_relaxed(&irs->cr1, s.cr1);
		vgic_store_relaxed(&irs->spi_sel, s.spi_sel);
		vgic_store_relaxed(&irs->pe_sel, s.pe_sel);
		forward_spis(c->gic, i, s.cr0 & IRS_CR0_IRSEN);
	}
}

void snap_apply_ist(struct snap_check *c, const struct snap_record *r)
{
	struct vgic_v5 *v5 = c->gic->v5;
	struct snap_ist ist;

	(void)snap_decode(&snap_ist_layout, r->data, &ist);
	vgic_store_relaxed(&v5->ist_baser, ist.baser);
	vgic_store_relaxed(&v5->ist_cfgr, ist.cfgr);
	vgic_store_relaxed(&v5->ist_deferred, ist.deferred);
	for (uint32_t slot = 0; slot < c->nr_chunks; slot++) {
		uint32_t id = (uint32_t)snap_get(c->chunks + (size_t)slot * 4,
						 4);

		vgic_store_relaxed(&v5->id_of[slot], id);
		vgic_store_release(&v5->chunk_of[id], slot + 1);
	}
	vgic_store_relaxed(&v5->nr_used, c->nr_chunks);
}

void snap_apply_vcpu(struct snap_check *c, const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct snap_vcpu v;

	(void)snap_decode(&snap_vcpu_layout, r->data, &v);
	vcpu->pri_bits = v.pri_bits;
	if (c->gic->config.model == VGIC_GICV3) {
		vcpu->id_bits = v.id_bits;
	}
	vgic_store_relaxed(&vcpu->gicr_ctlr, v.ctlr & GICR_CTLR_EnableLPIs);
	vgic_store_relaxed(&vcpu->gicr_waker, v.waker);
	vgic_store_relaxed(&vcpu->gicr_statusr, v.statusr);
}

/* With more preemption bits, a level's bit is so many times further up. */
static void spread(const uint32_t *from, uint32_t shift, uint32_t *to)
{
	for (uint32_t level = 0; level < 128u >> shift; level++) {
		uint32_t at = level << shift;

		if (from[level / 32] >> (level % 32) & 1) {
			to[at / 32] |= 1u << (at % 32);
		}
	}
}

void snap_apply_cpuif(struct snap_check *c, const struct snap_record *r)
{
	struct vgic_ich_image *ich = &c->gic->vcpus[r->vcpu].ich;
	uint32_t shift = c->gic->config.caps.pre_bits - c->machine.pre_bits;
	struct snap_cpuif s;

	(void)snap_decode(&snap_cpuif_layout, r->data, &s);
	ich->vmcr = s.vmcr;
	spread(s.ap0r, shift, ich->ap0r);
	spread(s.ap1r, shift, ich->ap1r);
}

/* A level PPI's pending bit follows its word at the next entry. */
void snap_apply_cpuif5(struct snap_check *c, const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	struct snap_cpuif5 s;
	bool off;

	(void)snap_decode(&snap_cpuif5_layout, r->data, &s);
	for (uint32_t b = 0; b < 2; b++) {
		vgic_ppi_store(&image->enabler[b], s.enabler[b]);
		vgic_ppi_store(&image->activer[b], s.activer[b]);
		vgic_ppi_store(&image->pendr[b], s.pendr[b]);
	}
	for (uint32_t i = 0; i < 16; i++) {
		vgic_ppi_store(&image->priorityr[i], s.priorityr[i]);
	}
	image->icsr = s.icsr;
	image->vmcr = s.vmcr;
	image->apr = s.apr;
	/* Of hardware it is not known: see vgic_v5_note_enable(). */
	off = c->gic->config.v5.cpuif->execute &&
	      !(s.vmcr & ICH_VMCR_EL2_V5_EN);
	vgic_store_relaxed(&vcpu->v5->away,
			   s.pe_cr0 | (off ? AWAY_OFF : 0));
}

static void set_word(struct vgic *gic, uint32_t index, uint64_t word)
{
	vgic_note_spi(gic, NULL, index, vgic_irq_word(gic, index), word);
	vgic_store_relaxed(&gic->irqs[index].word, word);
}

static void apply_irq(struct snap_check *c, uint32_t index,
		      const struct snap_irq *irq)
{
	struct vgic *gic = c->gic;
	uint64_t word = vgic_irq_word(gic, index);
	uint64_t state = snap_word(irq->state);

	/* What the state before held physically, it holds until it is idle. */
	word &= ~snap_carried(gic, index) | W_PHYS;
	word = snap_mapped(w_set_prio(word | state, irq->priority));
	word = w_set_actprio(word, irq->active_priority);
	if (index >= gic->first_spi) {
		word = w_set_target(word, word & W_IRM ?
						  VGIC_NOWHERE :
						  vgic_route_target(
							  gic, irq->route));
	}
	vgic_store_relaxed(&gic->irqs[index].route, irq->route);
	if (vgic_has_senders(gic, index) && (irq->state & SNAP_IRQ_PENDING)) {
		vgic_sgi_pend_unnamed(gic, index);
	}
	set_word(gic, index, word);
}

void snap_apply_irqs(struct snap_check *c, const struct snap_record *r)
{
	uint32_t vcpu = r->vcpu == VGIC_SNAPSHOT_NONE ? 0 : r->vcpu;
	struct snap_array array;
	struct snap_irq irq;

	(void)snap_entries(&c->reader, r, snap_irq_layout.size, &array);
	for (uint32_t i = 0; i < array.count; i++) {
		uint32_t index;

		(void)snap_get_irq(snap_entry(&array, i), &irq);
		index = vgic_irq_index(c->gic, vcpu, irq.intid);
		if (snap_is_its_lpi(c->gic, index)) {
			snap_apply_lpi(c, index, &irq);
		} else {
			apply_irq(c, index, &irq);
		}
	}
}

/*
 * On top of those of its priority.  A vCPU that is restored alone keeps the
 * SPIs that it has: of those only the place is restored.
 */
static void stack(struct snap_check *c, struct vgic_vcpu *vcpu, uint32_t index)
{
	struct vgic_irq *irq = &c->gic->irqs[index];
	uint64_t word = vgic_load_relaxed(&irq->word);

	if (c->reader.vcpu != VGIC_SNAPSHOT_NONE &&
	    index >= c->gic->first_spi && !vgic_stack_remove(vcpu, index)) {
		return;
	}
	word = w_set_owner(w_set_place(word, PLACE_STACK), vcpu->index);
	set_word(c->gic, index, word);
	vgic_stack_push(vcpu, index);
}

/* The last one first. */
void snap_apply_actives(struct snap_check *c, const struct snap_record *r)
{
	struct snap_array array;

	(void)snap_entries(&c->reader, r, 4, &array);
	for (uint32_t i = array.count; i > 0; i--) {
		uint32_t intid = (uint32_t)snap_get(
			snap_entry(&array, i - 1), 4);

		stack(c, &c->gic->vcpus[r->vcpu],
		      vgic_irq_index(c->gic, r->vcpu, intid));
	}
}

void snap_apply_stats(struct snap_check *c, const struct snap_record *r)
{
	struct vgic_vcpu *vcpu = &c->gic->vcpus[r->vcpu];
	struct snap_stats s;

	(void)snap_decode(&snap_stats_layout, r->data, &s);
	for (uint32_t i = 0; i < VGIC_NR_KINDS; i++) {
		vgic_store_relaxed(&vcpu->injected[i], s.injected[i]);
		vgic_store_relaxed(&vcpu->delivered[i], s.delivered[i]);
	}
	vgic_store_relaxed(&vcpu->overflows, s.overflows);
	vgic_store_relaxed(&vcpu->eoicount, s.eoicount);
	vgic_store_relaxed(&vcpu->guest_errors, s.guest_errors);
	vgic_store_relaxed(&vcpu->lr_peak, s.lr_peak);
}

/* Past the last index of an interrupt that there is. */
static uint32_t end_of(const struct vgic *gic)
{
	return gic->v5 ? vgic_v5_lpi_end(gic) : gic->nr_irqs;
}

/* Taken out of whatever it was in. */
static void release(struct vgic *gic, uint32_t index)
{
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	set_word(gic, index, w_release(word));
}

static void release_chain(struct vgic *gic, uint32_t index)
{
	while (index != VGIC_NIL) {
		uint32_t next = gic->irqs[index].link;

		release(gic, index);
		index = next;
	}
}

static void release_lists(struct vgic_vcpu *vcpu)
{
	for (uint32_t i = 0; i < 2 * VGIC_NR_PRIOS; i++) {
		uint32_t group = i / VGIC_NR_PRIOS, level = i % VGIC_NR_PRIOS;

		if (vcpu->summary[group] & (1u << level)) {
			release_chain(vcpu->gic,
				      vcpu->list[group][level].head);
		}
	}
	release_chain(vcpu->gic, vgic_load_relaxed(&vcpu->inbox));
	release_chain(vcpu->gic, vcpu->backlog.reversing);
	release_chain(vcpu->gic, vcpu->backlog.judging);
}

/* The stack as one chain, from its top. */
static uint32_t chain_stack(struct vgic_vcpu *vcpu)
{
	uint32_t chain = VGIC_NIL, *end = &chain;
	uint32_t index = VGIC_NIL, level;

	while ((index = vgic_stack_next(vcpu, index, &level)) != VGIC_NIL) {
		*end = index;
		end = &vcpu->gic->irqs[index].link;
	}
	return chain;
}

/* Off a list register or the stack: an active SPI stays with its vCPU. */
static void keep_active(struct vgic_vcpu *vcpu, uint32_t index)
{
	struct vgic *gic = vcpu->gic;
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	if (index < gic->first_spi || !w_active(word)) {
		release(gic, index);
		return;
	}
	set_word(gic, index, w_set_place(word, PLACE_STACK));
	vgic_stack_push(vcpu, index);
}

/*
 * One vCPU is to begin anew.  The SPIs and LPIs that it had are nobody's for
 * now, but for the active ones.
 */
static void reset_vcpu(struct vgic_vcpu *vcpu)
{
	struct vgic *gic = vcpu->gic;
	uint32_t first = vcpu->index * gic->nr_private;
	uint32_t used = vcpu->ich.used, stacked = chain_stack(vcpu);

	release_lists(vcpu);
	vgic_vcpu_clear(vcpu);
	while (stacked != VGIC_NIL) {
		uint32_t next = gic->irqs[stacked].link;

		keep_active(vcpu, stacked);
		stacked = next;
	}
	/* Onto the stack as save_actives() has them. */
	while (used) {
		uint32_t n = 31 - (uint32_t)__builtin_clz(used);

		used &= ~(1u << n);
		keep_active(vcpu, vcpu->lr_irq[n]);
	}
	for (uint32_t i = first; i < first + gic->nr_private; i++) {
		vgic_irq_clear(gic, i, false);
	}
}

/* Back to reset: all, or the one vCPU that is to be restored. */
static void clear(struct snap_check *c)
{
	if (c->reader.vcpu == VGIC_SNAPSHOT_NONE) {
		vgic_clear(c->gic, false);
	} else {
		c->took_lpis = lpis_on(c->gic, c->reader.vcpu);
		reset_vcpu(&c->gic->vcpus[c->reader.vcpu]);
	}
}

/*
 * An LPI is enabled for those alone who take LPIs: the vCPUs say so after the
 * interrupts, or one of them alone.
 */
static void gate_lpis(struct vgic *gic)
{
	for (uint32_t i = gic->first_lpi; !gic->v5 && i < gic->nr_irqs; i++) {
		uint64_t word = vgic_irq_word(gic, i);

		vgic_irq_change(gic, NULL, i,
				(word & W_CONF) &&
						lpi_is_on(gic, w_target(word),
							  i - gic->first_lpi) ?
					VGIC_SET_ENABLE :
					VGIC_CLEAR_ENABLE,
				0);
	}
}

/* LPIs are on at a vCPU where they were off: what they are says the memory. */
static void reload_lpis(struct vgic_vcpu *vcpu)
{
	struct its_run run;

	(void)its_begin(&run, vcpu->gic, vcpu, true);
	(void)lpi_reload_all(&run, vcpu, 1);
	(void)its_end(&run);
}

/* Who is to have what is nobody's? */
static void deliver(struct vgic *gic, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		uint64_t word = vgic_irq_word(gic, i);

		if (w_place(word) == PLACE_NONE &&
		    (w_pending(word) || w_active(word) || w_phys_idle(word) ||
		     (word & W_HOLD))) {
			vgic_irq_change(gic, NULL, i, VGIC_NO_CHANGE, 0);
		}
	}
}

/* Whether one vCPU takes 1-of-N interrupts may have changed. */
static void redistribute(struct vgic *gic, uint32_t vcpu)
{
	vgic_note_taker(gic, vcpu);
	for (uint32_t i = gic->first_spi; i < end_of(gic); i++) {
		uint64_t word = vgic_irq_word(gic, i);

		if ((word & W_IRM) && w_target(word) == vcpu &&
		    !w_active(word)) {
			vgic_irq_change(gic, NULL, i, VGIC_SET_1OFN, 0);
		}
	}
	vgic_reroute_1ofn(gic, NULL);
}

/*
 * Every vCPU concerned looks at everything anew.  One that has been posted to
 * by what it got itself was not kicked for that.
 */
static void awaken(struct vgic *gic, uint32_t vcpu)
{
	uint32_t posted = vgic_exchange(&gic->vcpus[vcpu].attention, 0);

	if (gic->v5) {
		gic->vcpus[vcpu].v5->ran = false;
	}
	gic->vcpus[vcpu].refill = true;
	vgic_notify(gic, NULL, vcpu, posted | ATTN_GATES);
}

static void finish(struct snap_check *c)
{
	uint32_t only = c->reader.vcpu, n = c->gic->nr_private;

	gate_lpis(c->gic);
	if (only == VGIC_SNAPSHOT_NONE) {
		/* A GICv5's PPIs are looked at anew at each first entry. */
		deliver(c->gic, c->gic->v5 ? c->gic->first_spi : 0,
			end_of(c->gic));
		for (uint32_t i = 0; i < c->gic->config.nr_vcpus; i++) {
			awaken(c->gic, i);
		}
		return;
	}
	if (!c->gic->v5) {
		deliver(c->gic, only * n, (only + 1) * n);
	}
	if (lpis_on(c->gic, only) && !c->took_lpis) {
		reload_lpis(&c->gic->vcpus[only]);
	}
	redistribute(c->gic, only);
	deliver(c->gic, c->gic->first_spi, end_of(c->gic));
	awaken(c->gic, only);
}

int vgic_snapshot_restore(struct vgic *gic, const void *buf, size_t len,
			  struct vgic_snapshot_where *where)
{
	struct snap_record record;
	struct snap_reader r;
	struct snap_check c;
	int error;

	if (!gic || !buf) {
		return VGIC_E_INVAL;
	}
	error = snap_check(&c, gic, buf, len, where);
	if (error) {
		return error;
	}
	clear(&c);
	(void)snap_open(&r, buf, len, where);
	r.trusted = true;
	while (snap_next(&r, &record) > 0) {
		const struct snap_kind *kind = snap_kind(record.type);

		if (kind) {
			kind->apply(&c, &record);
		}
	}
	finish(&c);
	return VGIC_OK;
}
