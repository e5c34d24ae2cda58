/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of interrupts, and of those that are active on each vCPU.
 *
 * An entry has the state of one interrupt that is not as after reset: which
 * bits of the word it has is the model's `carried`.  Where an interrupt waited
 * is not in a snapshot, because the restore delivers it again.  Where it is
 * active is: the guest will end it there, and the order of ends (EOIcount) is
 * the order in which interrupts became active.  So the record of active
 * interrupts lists them for each vCPU, and each entry says its place in that
 * list (`rank`).
 */
#include "core/irq.h"
#include "core/queue.h"
#include "core/senders.h"
#include "core/side.h"
#include "core/stack.h"
#include "snapshot/snapshot.h"

#include "its/its.h"

/*
 * A GICv2's SGI is pending once for each sender.  One that is in a list
 * register as pending has been taken out of the waiting senders, so it is put
 * back; of one that is active the sender is written as well, since the guest
 * gives it when it ends the SGI.
 */
static void save_senders(const struct vgic *gic, uint32_t index,
			 struct snap_irq *irq)
{
	uint64_t word = vgic_irq_word(gic, index);
	uint32_t sources = vgic_sgi_sources(gic, index);
	/*
	 * Pending in a register, unless the guest has meanwhile cleared its
	 * pending state.
	 */
	bool loaded = w_place(word) == PLACE_LR && !(word & W_ACTIVE) &&
		      (word & (W_PEND | W_UNPEND | W_NEW)) !=
			      (W_PEND | W_UNPEND);

	if (loaded && !vgic_sgi_taken_back(gic, index)) {
		sources |= 1u << vgic_sgi_loaded(gic, index);
	}
	irq->route = sources;
	irq->state &= (uint16_t)~SNAP_IRQ_PENDING;
	if (sources || vgic_sgi_waits(gic, index)) {
		irq->state |= SNAP_IRQ_PENDING;
	}
	if (irq->state & SNAP_IRQ_ACTIVE) {
		irq->route |= vgic_sgi_loaded(gic, index) << SGI_LOADED_SHIFT;
	}
}

/*
 * The vCPU that has the interrupt active, and the priority at which it became
 * so. Only list registers need them (holds_actives): a GICv5's guest
 * deactivates an interrupt by its INTID, on any PE.
 */
static void save_active(const struct vgic *gic, uint64_t word,
			struct snap_irq *irq)
{
	if (!gic->holds_actives) {
		return;
	}
	irq->active_priority = (uint8_t)w_actprio(word);
	if (w_place(word) == PLACE_LR || w_place(word) == PLACE_STACK) {
		irq->holder = (uint16_t)w_owner(word);
	}
}

/*
 * A GICv3's LPI: `enabled` is its configuration's (W_CONF), wherever its
 * redistributor is.  The place of its last event is not known yet: put_event()
 * fills it in.
 */
static void save_lpi(uint64_t word, struct snap_irq *irq)
{
	irq->route = irq->route ? SNAP_LPI_MAPPED | SNAP_LPI_NO_EVENT : 0;
	irq->state = word & W_CONF ? SNAP_IRQ_ENABLE : 0;
	if (w_pending(word)) {
		irq->state |= SNAP_IRQ_PENDING;
		irq->route |= (uint32_t)FIELD_PUT(SNAP_LPI_TARGET,
						  w_target(word) + 1);
	}
}

/* The entry of an interrupt, from its word with all requests merged. */
static void save_irq(const struct vgic *gic, uint32_t index,
		     struct snap_irq *irq)
{
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	*irq = (struct snap_irq){
		.intid = vgic_irq_intid(gic, index),
		.route = vgic_load_relaxed(&gic->irqs[index].route),
		.rank = VGIC_NIL,
		.state = vgic_snap_state(
			vgic_snap_mapped(word) &
			vgic_snap_model(gic)->carried(gic, index)),
		.holder = SNAP_NO_VCPU,
		.priority = (uint8_t)w_prio(word),
	};
	if (irq->state & SNAP_IRQ_ACTIVE) {
		save_active(gic, word, irq);
	} else {
		irq->state &= (uint16_t)~SNAP_IRQ_ACKED;
	}
	if (vgic_has_senders(gic, index)) {
		save_senders(gic, index, irq);
	}
	if (snap_is_its_lpi(gic, index)) {
		save_lpi(word, irq);
	}
}

/* Is the entry the same as the one of an interrupt after reset? */
static bool is_default(const struct vgic *gic, uint32_t index,
		       const struct snap_irq *irq)
{
	uint64_t word = vgic_irq_reset_word(gic, index);

	return irq->state ==
		       vgic_snap_state(word & vgic_snap_model(gic)->carried(
						      gic, index)) &&
	       irq->route == 0 && irq->priority == w_prio(word);
}

/*
 * Is the word as after reset?  Most are, and this is cheaper than to make an
 * entry and compare it.
 */
static bool is_untouched(const struct vgic *gic, uint32_t index)
{
	const uint64_t any = W_REQUESTS | W_PEND | W_LINE | W_ACTIVE | W_IRM |
			     W_HOLD | W_PHYS | W_WIRE | W_TM | W_ENABLE |
			     W_GATE1 | W_LEVEL | W_PRIO_MASK | W_PLACE_MASK;
	uint64_t word = vgic_irq_word(gic, index);

	if (vgic_load_relaxed(&gic->irqs[index].route)) {
		return false;
	}
	/*
	 * An LPI's configuration is in guest memory; it is saved only of an LPI
	 * that is pending, or that has an event and so a route.
	 */
	return snap_is_its_lpi(gic, index) ?
		       !w_pending(w_settle(word)) :
		       (word & any) == vgic_irq_reset_word(gic, index);
}

/* Without room for an entry, entries are counted and not written. */
uint32_t vgic_snap_put_irqs(struct snap_writer *w, uint32_t first,
			    uint32_t count)
{
	struct snap_irq irq;
	uint32_t n = 0;

	for (uint32_t i = first; i < first + count; i++) {
		uint8_t *to;

		if (is_untouched(w->gic, i)) {
			continue;
		}
		save_irq(w->gic, i, &irq);
		if (is_default(w->gic, i, &irq)) {
			continue;
		}
		to = vgic_snap_room(w, vgic_snap_irq_layout.size);
		if (to) {
			vgic_snap_put_irq(to, &irq);
		}
		n++;
	}
	return n;
}

/* The record of SPIs and LPIs. */
static void save_shared(struct snap_writer *w)
{
	vgic_snap_begin(w, VGIC_SNAPSHOT_IRQS, SNAP_NO_VCPU);
	vgic_snap_write(w, 4, vgic_snap_irq_layout.size);
	w->shared = w->at;
	w->nr_shared = vgic_snap_model(w->gic)->put_shared(w);
	vgic_snap_end_entries(w, w->nr_shared);
}

/* The record of a vCPU's SGIs and PPIs. */
static void save_private(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	uint32_t n = w->gic->nr_private;

	vgic_snap_begin(w, VGIC_SNAPSHOT_IRQS, vcpu->index);
	vgic_snap_write(w, 4, vgic_snap_irq_layout.size);
	w->private = w->at;
	w->nr_private = vgic_snap_put_irqs(w, vcpu->index * n, n);
	vgic_snap_end_entries(w, w->nr_private);
}

/* The VM's record has SPIs and LPIs, a vCPU's has its SGIs and PPIs. */
void vgic_snap_save_irqs(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	if (vcpu) {
		save_private(w, vcpu);
	} else {
		save_shared(w);
	}
}

/*
 * Append an interrupt to the list of active ones, and write its place there
 * into its entry, which an earlier record has.  If one vCPU is saved alone,
 * SPIs have no entries.
 */
static void put_active(struct snap_writer *w, uint32_t index, uint32_t rank)
{
	bool private = index < w->gic->first_spi;
	uint32_t intid = vgic_irq_intid(w->gic, index);
	uint32_t size = vgic_snap_irq_layout.size;
	const uint8_t *entry;

	if (!w->buf || w->at + 4 > w->size) {
		w->at += 4;
		return;
	}
	vgic_snap_write(w, 4, intid);
	entry = vgic_snap_find_irq(w->buf + (private ? w->private : w->shared),
				   size, private ? w->nr_private : w->nr_shared,
				   intid);
	if (entry) {
		snap_put(w->buf + (entry - w->buf) + SNAP_IRQ_RANK_AT, 4, rank);
	}
}

/*
 * Of the list registers `left`, the one whose interrupt became active at the
 * most urgent priority; returns the interrupt, or VGIC_NIL.
 */
static uint32_t best_loaded(const struct vgic_vcpu *vcpu, uint32_t left,
			    uint32_t *lr)
{
	uint32_t best = VGIC_NIL, prio = 256;

	for (; left; left &= left - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(left);
		uint32_t index = vcpu->lr_irq[n];
		uint32_t here =
			w_actprio(w_settle(vgic_irq_word(vcpu->gic, index)));

		if (here < prio) {
			prio = here;
			best = index;
			*lr = n;
		}
	}
	return best;
}

/* The list registers whose interrupt is active, as bits. */
static uint32_t loaded_actives(const struct vgic_vcpu *vcpu)
{
	uint32_t left = 0;

	for (uint32_t used = vcpu->ich.used; used; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		if (w_active(vgic_irq_word(vcpu->gic, vcpu->lr_irq[n]))) {
			left |= 1u << n;
		}
	}
	return left;
}

/*
 * The next interrupt on the stack that is still active; another vCPU may have
 * deactivated some, which are left there until they are met.
 */
static uint32_t next_stacked(const struct vgic_vcpu *vcpu, uint32_t index,
			     uint32_t *level)
{
	do {
		index = vgic_stack_next(vcpu, index, level);
	} while (index != VGIC_NIL &&
		 !w_active(vgic_irq_word(vcpu->gic, index)));
	return index;
}

/*
 * The list is what the stack would be if all list registers gave theirs up:
 * merged by priority, those from list registers before those from the stack,
 * since they became active later.
 */
void vgic_snap_save_actives(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	uint32_t left = loaded_actives(vcpu), rank = 0, lr = 0, level;
	uint32_t stacked = next_stacked(vcpu, VGIC_NIL, &level);

	vgic_snap_begin(w, VGIC_SNAPSHOT_ACTIVES, vcpu->index);
	vgic_snap_write(w, 4, 4);
	while (left || stacked != VGIC_NIL) {
		uint32_t loaded = best_loaded(vcpu, left, &lr);

		if (stacked == VGIC_NIL ||
		    (loaded != VGIC_NIL &&
		     w_actprio(w_settle(vgic_irq_word(w->gic, loaded))) <=
			     w_actprio(vgic_irq_word(w->gic, stacked)))) {
			put_active(w, loaded, rank++);
			left &= ~(1u << lr);
			continue;
		}
		put_active(w, stacked, rank++);
		stacked = next_stacked(vcpu, stacked, &level);
	}
	vgic_snap_end_entries(w, rank);
}

/*
 * The index of an interrupt that may be in the record of this vCPU, or in that
 * of the VM (VGIC_SNAPSHOT_NONE); VGIC_NIL: it may not, or does not exist.
 */
static uint32_t find(const struct vgic_snap_check *c, uint32_t vcpu,
		     uint32_t intid)
{
	bool private = vcpu != VGIC_SNAPSHOT_NONE;
	uint32_t index =
		vgic_snap_model(c->gic)->find(c, private ? vcpu : 0, intid);

	return private == (index < c->gic->first_spi) ? index : VGIC_NIL;
}

/*
 * Rank and holder go together: only an active interrupt has them, and a private
 * one only on its own vCPU.
 */
static const char *wrong_rank(const struct vgic_snap_check *c, uint32_t vcpu,
			      const struct snap_irq *irq)
{
	if (irq->rank == VGIC_NIL) {
		return irq->holder == SNAP_NO_VCPU ?
			       NULL :
			       "it is held without a rank";
	}
	if (!(irq->state & SNAP_IRQ_ACTIVE) || !c->gic->holds_actives) {
		return "it has a rank and is not active";
	}
	if (vcpu != VGIC_SNAPSHOT_NONE ?
		    irq->holder != vcpu :
		    irq->holder >= c->gic->config.nr_vcpus) {
		return "it is active on a vCPU that cannot have it";
	}
	return NULL;
}

/* Null, or what is wrong with an entry. */
static const char *wrong_irq(struct vgic_snap_check *c, uint32_t vcpu,
			     const struct snap_irq *irq)
{
	const struct vgic_snap_model *model = vgic_snap_model(c->gic);
	bool active = irq->state & SNAP_IRQ_ACTIVE;
	uint32_t index = find(c, vcpu, irq->intid);

	if (index == VGIC_NIL) {
		return "there is no such interrupt";
	}
	if (irq->state & ~vgic_snap_state(model->carried(c->gic, index))) {
		return "it has state that it cannot have";
	}
	if ((irq->state & SNAP_IRQ_ACKED) && !active) {
		return "it was acknowledged and is not active";
	}
	if (irq->active_priority && !(active && c->gic->holds_actives)) {
		return "it has an active priority and is not active";
	}
	if (irq->route & ~model->route_bits(c, vgic_kind_at(c->gic, index))) {
		return "its route goes where no vCPU is";
	}
	if (snap_is_its_lpi(c->gic, index)) {
		return irq->rank == VGIC_NIL && irq->holder == SNAP_NO_VCPU ?
			       vgic_snap_wrong_lpi(c, irq) :
			       "no LPI is active";
	}
	return wrong_rank(c, vcpu, irq);
}

/*
 * Entries are in ascending order, so no interrupt is there twice, and
 * vgic_snap_find_irq() may search them.
 */
static int check_entries(struct vgic_snap_check *c,
			 const struct snap_array *array)
{
	uint32_t vcpu = array->record->vcpu, last = 0;
	struct snap_irq irq;

	for (uint32_t i = 0; i < array->count; i++) {
		bool bits = vgic_snap_get_irq(snap_entry(array, i), &irq);
		const char *what = bits ? wrong_irq(c, vcpu, &irq) :
					  "a bit is set that does not exist";

		if (i && irq.intid <= last) {
			what = "it is not in the order of INTIDs";
		}
		if (what) {
			return vgic_snap_fail_at(&c->reader, array, i,
						 irq.intid, VGIC_E_FORMAT,
						 what);
		}
		last = irq.intid;
		c->ranked += irq.rank != VGIC_NIL;
	}
	return VGIC_OK;
}

/* The record is kept for later ones that refer to its entries. */
int vgic_snap_check_irqs(struct vgic_snap_check *c,
			 const struct snap_record *record)
{
	bool private = record->vcpu != VGIC_SNAPSHOT_NONE;
	struct snap_record *keep = private ? &c->private_record :
					     &c->shared_record;
	struct snap_array *array = private ? &c->private : &c->shared;
	int error;

	*keep = *record;
	error = vgic_snap_entries(&c->reader, keep, vgic_snap_irq_layout.size,
				  array);
	return error ? error : check_entries(c, array);
}

/*
 * A single-vCPU snapshot says which SPIs were active there, and in which order,
 * but not their state.  Restore takes the VM's present state, and orders those
 * SPIs that the vCPU still has.
 */
static bool is_place(const struct vgic_snap_check *c, uint32_t intid)
{
	return c->reader.vcpu != VGIC_SNAPSHOT_NONE &&
	       find(c, VGIC_SNAPSHOT_NONE, intid) != VGIC_NIL;
}

/* The entry of an interrupt, among the VM's or this vCPU's. */
static const uint8_t *find_active(const struct vgic_snap_check *c,
				  uint32_t intid)
{
	const struct snap_array *private = &c->private, *shared = &c->shared;
	const uint8_t *entry = vgic_snap_find_irq(private->at, private->entry,
						  private->count, intid);

	return entry ? entry :
		       vgic_snap_find_irq(shared->at, shared->entry,
					  shared->count, intid);
}

/*
 * Place n of the list has to be the interrupt with rank n.  So none is listed
 * twice; and if there are as many places as ranks, which check_end() compares,
 * none is missing.
 */
int vgic_snap_check_actives(struct vgic_snap_check *c,
			    const struct snap_record *record)
{
	struct snap_array array;
	struct snap_irq irq;
	int error = vgic_snap_entries(&c->reader, record, 4, &array);

	if (!error && array.count > c->gic->nr_irqs) {
		error = snap_refuse(c, record, VGIC_E_FORMAT,
				    "there are not so many interrupts");
	}
	for (uint32_t i = 0; !error && i < array.count; i++) {
		uint32_t intid = (uint32_t)snap_get(snap_entry(&array, i), 4);
		const uint8_t *at = find_active(c, intid);

		if (is_place(c, intid)) {
			continue;
		}
		if (at) {
			(void)vgic_snap_get_irq(at, &irq);
		}
		if (!at || irq.rank != i || irq.holder != record->vcpu) {
			error = vgic_snap_fail_at(&c->reader, &array, i, intid,
						  VGIC_E_FORMAT,
						  "it is not active there");
		}
		c->ranks++;
	}
	return error;
}

void vgic_snap_set_word(struct vgic *gic, uint32_t index, uint64_t word)
{
	uint64_t was = vgic_irq_word(gic, index);

	vgic_note_spi(gic, NULL, index, was, word);
	vgic_store_relaxed(&gic->irqs[index].word, word);
	if (vgic_phys_reconfigured(gic, was, word)) {
		vgic_phys_configure(gic, index);
	}
}

/*
 * Store the state of an entry.  Bits that a snapshot does not carry stay: what
 * the interrupt is mapped to.  W_PHYS stays as well: if the physical interrupt
 * was active for the state before, it has to be ended when this one is idle.
 */
static void apply_irq(struct vgic_snap_check *c, uint32_t index,
		      const struct snap_irq *irq)
{
	struct vgic *gic = c->gic;
	uint64_t word = vgic_irq_word(gic, index);
	uint64_t state = vgic_snap_word(irq->state);

	word &= ~vgic_snap_model(gic)->carried(gic, index) | W_PHYS;
	word = vgic_snap_mapped(w_set_prio(word | state, irq->priority));
	word = w_set_actprio(word, irq->active_priority);
	/*
	 * The vCPU that a 1-of-N interrupt was picked for is not in a snapshot.
	 */
	if (index >= gic->first_spi) {
		word = w_set_target(word,
				    word & W_IRM ?
					    VGIC_NOWHERE :
					    vgic_route_target(gic, irq->route));
	}
	vgic_store_relaxed(&gic->irqs[index].route, irq->route);
	if (vgic_has_senders(gic, index) && (irq->state & SNAP_IRQ_PENDING)) {
		vgic_sgi_pend_unnamed(gic, index);
	}
	vgic_snap_set_word(gic, index, word);
}

/*
 * The order of kinds.c has put the IST's record before this one, so a GICv5's
 * LPIs have their words.
 */
void vgic_snap_apply_irqs(struct vgic_snap_check *c,
			  const struct snap_record *r)
{
	uint32_t vcpu = r->vcpu == VGIC_SNAPSHOT_NONE ? 0 : r->vcpu;
	struct snap_array array;
	struct snap_irq irq;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_irq_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		uint32_t index;

		(void)vgic_snap_get_irq(snap_entry(&array, i), &irq);
		index = vgic_irq_index(c->gic, vcpu, irq.intid);
		if (snap_is_its_lpi(c->gic, index)) {
			vgic_snap_apply_lpi(c, index, &irq);
		} else {
			apply_irq(c, index, &irq);
		}
	}
}

/*
 * Put an active interrupt on top of those of its priority.  If one vCPU is
 * restored alone, an SPI that it does not have any more is left out, and one
 * that it has is taken from the stack and pushed again, in the snapshot's
 * order.
 */
static void stack(struct vgic_snap_check *c, struct vgic_vcpu *vcpu,
		  uint32_t index)
{
	struct vgic_irq *irq = &c->gic->irqs[index];
	uint64_t word = vgic_load_relaxed(&irq->word);

	if (c->reader.vcpu != VGIC_SNAPSHOT_NONE &&
	    index >= c->gic->first_spi && !vgic_stack_remove(vcpu, index)) {
		return;
	}
	word = w_set_owner(w_set_place(word, PLACE_STACK), vcpu->index);
	vgic_snap_set_word(c->gic, index, word);
	vgic_stack_push(vcpu, index);
}

/* From the last to the first, so that the first one ends on top. */
void vgic_snap_apply_actives(struct vgic_snap_check *c,
			     const struct snap_record *r)
{
	struct snap_array array;

	(void)vgic_snap_entries(&c->reader, r, 4, &array);
	for (uint32_t i = array.count; i > 0; i--) {
		uint32_t intid =
			(uint32_t)snap_get(snap_entry(&array, i - 1), 4);

		stack(c, &c->gic->vcpus[r->vcpu],
		      vgic_irq_index(c->gic, r->vcpu, intid));
	}
}
