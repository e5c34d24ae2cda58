/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restoring a snapshot: check all of it (check.c), put the VM or the one vCPU
 * back to reset, apply each record, and then deliver.
 *
 * Records only store state: words of interrupts, registers, what ITSs map.
 * While they are applied nothing is queued and no vCPU is kicked, because a
 * later record may change who is to have what.  finish() then hands each
 * interrupt that is pending or active to a vCPU and wakes the vCPUs concerned.
 *
 * A vCPU that is restored alone leaves the others as they are.  Its private
 * interrupts come from the snapshot.  SPIs and LPIs belong to the VM: those
 * that it had in its lists are given up and delivered again, and those that it
 * has active stay with it.
 */
#include "core/create.h"
#include "core/irq.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/stack.h"
#include "snapshot/snapshot.h"

#include "its/its.h"

/*
 * Merge an interrupt's requests, and take it out of the structure that it is
 * in. The caller throws the structure itself away.
 */
static void release(struct vgic *gic, uint32_t index)
{
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	vgic_snap_set_word(gic, index, w_release(word));
}

/* Release all interrupts that a chain of links leads through. */
static void release_chain(struct vgic *gic, uint32_t index)
{
	while (index != VGIC_NIL) {
		uint32_t next = gic->irqs[index].link;

		release(gic, index);
		index = next;
	}
}

/*
 * Release what is queued for a vCPU: in its lists, its inbox and its backlog.
 */
static void release_lists(struct vgic_vcpu *vcpu)
{
	for (uint32_t i = 0; i < 2 * VGIC_NR_PRIOS; i++) {
		uint32_t group = i / VGIC_NR_PRIOS, level = i % VGIC_NR_PRIOS;

		if (vcpu->summary[group] & (1u << level)) {
			release_chain(vcpu->gic, vcpu->list[group][level].head);
		}
	}
	release_chain(vcpu->gic, vgic_load_relaxed(&vcpu->inbox));
	release_chain(vcpu->gic, vcpu->backlog.reversing);
	release_chain(vcpu->gic, vcpu->backlog.judging);
}

/*
 * Make one chain of the vCPU's stack, in the order of vgic_stack_next(), so
 * that it can be walked after the stack itself was cleared.
 */
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

/*
 * An interrupt that was in a list register or on the stack.  An active SPI
 * stays with its vCPU, which will end it, on the stack; anything else is
 * released.
 */
static void keep_active(struct vgic_vcpu *vcpu, uint32_t index)
{
	struct vgic *gic = vcpu->gic;
	uint64_t word = w_settle(vgic_irq_word(gic, index));

	if (index < gic->first_spi || !w_active(word)) {
		release(gic, index);
		return;
	}
	vgic_snap_set_word(gic, index, w_set_place(word, PLACE_STACK));
	vgic_stack_push(vcpu, index);
}

/*
 * Put one vCPU back to reset.  Its SPIs and LPIs belong to no vCPU after that,
 * but for active SPIs.  The lists have to be walked before vgic_vcpu_clear()
 * empties them.
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
	/*
	 * From the highest register down: then those pushed last, which come
	 * first on the stack, are in the order of save_actives().
	 */
	while (used) {
		uint32_t n = 31 - (uint32_t)__builtin_clz(used);

		used &= ~(1u << n);
		keep_active(vcpu, vcpu->lr_irq[n]);
	}
	for (uint32_t i = first; i < first + gic->nr_private; i++) {
		vgic_irq_clear(gic, i, false);
	}
}

/* Back to reset: the VM, or the one vCPU that is restored. */
static void clear(struct vgic_snap_check *c)
{
	if (c->reader.vcpu == VGIC_SNAPSHOT_NONE) {
		vgic_clear(c->gic, false);
	} else {
		c->took_lpis = vgic_lpis_on(c->gic, c->reader.vcpu);
		reset_vcpu(&c->gic->vcpus[c->reader.vcpu]);
	}
}

/*
 * W_ENABLE of an LPI says that its target's redistributor takes it (its/its.h).
 * Whether that is so is known only now, since the records of vCPUs come after
 * those of interrupts; and a vCPU that is restored alone may change it for LPIs
 * that are in the VM already.
 */
static void gate_lpis(struct vgic *gic)
{
	for (uint32_t i = gic->first_lpi; i < gic->lpi_end; i++) {
		uint64_t word = vgic_irq_word(gic, i);

		vgic_irq_change(
			gic, NULL, i,
			(word & W_CONF) && vgic_lpi_is_on(gic, w_target(word),
							  i - gic->first_lpi) ?
				VGIC_SET_ENABLE :
				VGIC_CLEAR_ENABLE,
			0);
	}
}

/*
 * Restored alone, a vCPU takes LPIs that it did not take before: read their
 * configuration, as EnableLPIs = 1 does.
 */
static void reload_lpis(struct vgic_vcpu *vcpu)
{
	struct its_run run;

	(void)vgic_its_begin(&run, vcpu->gic, vcpu, true);
	(void)vgic_lpi_reload_all(&run, vcpu, 1);
	(void)vgic_its_end(&run);
}

/*
 * Hand interrupts that are in no vCPU's structure to the vCPU that is to have
 * them: those that are pending or active, and those whose physical interrupt
 * has to be released or made active.
 */
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

/*
 * The vCPU that was restored may take 1-of-N interrupts now, or not any more.
 * What was picked for it is picked again, and so is what found no taker before.
 */
static void redistribute(struct vgic *gic, uint32_t vcpu)
{
	vgic_note_taker(gic, vcpu);
	for (uint32_t i = gic->first_spi; i < vgic_snap_model(gic)->end(gic);
	     i++) {
		uint64_t word = vgic_irq_word(gic, i);

		if ((word & W_IRM) && w_target(word) == vcpu &&
		    !w_active(word)) {
			vgic_irq_change(gic, NULL, i, VGIC_SET_1OFN, 0);
		}
	}
	vgic_reroute_1ofn(gic, NULL);
}

/*
 * Make the vCPU look at everything when it next enters.  Its own restore may
 * have set attention bits without a kick: take them and notify again, which
 * kicks.
 */
static void awaken(struct vgic *gic, uint32_t vcpu)
{
	uint32_t posted = vgic_exchange(&gic->vcpus[vcpu].attention, 0);

	if (vgic_snap_model(gic)->awaken) {
		vgic_snap_model(gic)->awaken(&gic->vcpus[vcpu]);
	}
	gic->vcpus[vcpu].refill = true;
	vgic_notify(gic, NULL, vcpu, posted | ATTN_GATES);
}

/*
 * The order matters: an LPI's W_ENABLE and the takers of 1-of-N interrupts
 * decide which interrupts are deliverable, and all that is delivered is posted
 * before its vCPU is woken.
 */
static void finish(struct vgic_snap_check *c)
{
	const struct vgic_snap_model *model = vgic_snap_model(c->gic);
	uint32_t only = c->reader.vcpu, n = c->gic->nr_private;
	uint32_t end = model->end(c->gic);

	gate_lpis(c->gic);
	if (only == VGIC_SNAPSHOT_NONE) {
		deliver(c->gic, model->delivers_private ? 0 : c->gic->first_spi,
			end);
		for (uint32_t i = 0; i < c->gic->config.nr_vcpus; i++) {
			awaken(c->gic, i);
		}
		return;
	}
	if (model->delivers_private) {
		deliver(c->gic, only * n, (only + 1) * n);
	}
	if (vgic_lpis_on(c->gic, only) && !c->took_lpis) {
		reload_lpis(&c->gic->vcpus[only]);
	}
	redistribute(c->gic, only);
	deliver(c->gic, c->gic->first_spi, end);
	awaken(c->gic, only);
}

/*
 * The second walk over the records finds no error, so its results are ignored.
 */
int vgic_snapshot_restore(struct vgic *gic, const void *buf, size_t len,
			  struct vgic_snapshot_where *where)
{
	struct snap_record record;
	struct snap_reader r;
	struct vgic_snap_check c;
	int error;

	if (!gic || !buf) {
		return VGIC_E_INVAL;
	}
	error = vgic_snap_check(&c, gic, buf, len, where);
	if (error) {
		return error;
	}
	clear(&c);
	(void)vgic_snap_open(&r, buf, len, where);
	r.trusted = true;
	while (vgic_snap_next(&r, &record) > 0) {
		const struct vgic_snap_kind *kind = vgic_snap_kind(record.type);

		/*
		 * A type that is not known may be skipped, or the check would
		 * have refused it.
		 */
		if (kind) {
			kind->apply(&c, &record);
		}
	}
	finish(&c);
	return VGIC_OK;
}
