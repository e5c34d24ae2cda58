/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * List-register policy: which interrupts are in the list registers, what the
 * guest did with them, and when the hardware has to raise a maintenance
 * interrupt.  IHI 0069 4.8, 12.4
 *
 * It is pure: it changes words and an image of the registers, which a back-end
 * moves to and from the hardware.  flush() fills registers before guest code,
 * fold() takes in what the guest did after it; all on the vCPU's own thread.
 *
 * - Pending candidates come first, the most urgent first.  When registers run
 *   out, at least one holds the best candidate, so that the guest always has
 *   one to acknowledge.  Actives give way to it, the least urgent first.
 * - Actives without a register are on the vCPU's stack.  The guest ends them by
 *   EOIcount (EOImode 0) or a trapped ICC_DIR_EL1 (EOImode 1).
 * - Maintenance conditions are computed from the state at every flush.
 */
#include "cpuif/lr.h"
#include "core/arch.h"
#include "core/irq.h"
#include "core/queue.h"
#include "core/senders.h"
#include "core/side.h"
#include "core/stack.h"
#include "cpuif/prio.h"
#include "regs/gicv2.h"

/*
 * Groups that can signal: enabled in the distributor and in the CPU interface.
 * Bit n for group n.
 */
static uint32_t open_groups(const struct vgic_vcpu *vcpu)
{
	/* Relaxed: a thread that changes GICD_CTLR notifies each vCPU later. */
	uint32_t dist = vgic_load_relaxed(&vcpu->gic->gicd_ctlr);

	/* GICD_CTLR.EnableGrp<n> and ICH_VMCR_EL2.VENG<n> are bits 0 and 1. */
	return dist & vcpu->ich.vmcr &
	       (ICH_VMCR_EL2_VENG0 | ICH_VMCR_EL2_VENG1);
}

static bool group_is_open(const struct vgic_vcpu *vcpu, uint64_t word)
{
	return vcpu->open_groups & (word & W_GATE1 ? 2u : 1u);
}

/*
 * May it be pending in a list register?  Never beside active: the guest would
 * take a level again though its line fell, hardware forbids it with HW = 1, and
 * the end of the active state would bring it forward before more urgent ones
 * that wait.
 */
static bool may_pend(const struct vgic_vcpu *vcpu, uint64_t word)
{
	return w_wanted(word) && w_target(word) == vcpu->index &&
	       group_is_open(vcpu, word);
}

/*
 * Must its end cause an exit?  We have to know of it when the line is still up,
 * the physical interrupt is ours to deactivate, a pending state was held back,
 * or another sender's request of the SGI waits.
 */
static bool needs_eoi(const struct vgic *gic, uint32_t index, uint64_t word)
{
	if (w_active(word) && w_pending(word)) {
		return true;
	}
	if (vgic_has_senders(gic, index) && vgic_sgi_waits(gic, index)) {
		return true;
	}
	return (word & W_PHYS) ||
	       (word & (W_LEVEL | W_LINE)) == (W_LEVEL | W_LINE);
}

/* A GICv2's SGI carries its sender in bits 12:10, as GICC_IAR shows it. */
static uint32_t lr_intid(const struct vgic *gic, uint32_t index)
{
	uint32_t intid = vgic_irq_intid(gic, index);

	if (vgic_has_senders(gic, index)) {
		intid |= (uint32_t)FIELD_PUT(GICC_CPUID,
					     vgic_sgi_loaded(gic, index));
	}
	return intid;
}

static uint64_t lr_value(const struct vgic_vcpu *vcpu, uint32_t index,
			 uint64_t word)
{
	const struct vgic *gic = vcpu->gic;
	const struct vgic_side *phys = NULL;
	bool active = w_active(word);
	uint64_t lr = FIELD_PUT(ICH_LR_EL2_vINTID, lr_intid(gic, index));

	/* An active interrupt keeps the priority that its EOI will drop. */
	lr |= FIELD_PUT(ICH_LR_EL2_Priority,
			active ? w_actprio(word) : w_prio(word));
	lr |= word & W_GATE1 ? ICH_LR_EL2_Group : 0;
	lr |= active ? ICH_LR_EL2_Active : 0;
	lr |= may_pend(vcpu, word) ? ICH_LR_EL2_Pending : 0;
	/*
	 * HW = 1 deactivates the physical interrupt with the virtual one.  Not
	 * if it is pending again while active: then we have to see the end.
	 */
	if ((word & W_PHYS) && !(active && w_pending(word))) {
		phys = vgic_phys_by_hw(gic, index, word);
	}
	if (phys) {
		return lr | ICH_LR_EL2_HW |
		       FIELD_PUT(ICH_LR_EL2_pINTID,
				 vgic_load_relaxed(&phys->pintid));
	}
	return lr | (needs_eoi(gic, index, word) ? ICH_LR_EL2_EOI : 0);
}

/*
 * LPIs have no active state: once acknowledged they may come again, and their
 * EOI is not counted in EOIcount.  A GICv2's SGI with its sender is below 8192.
 */
static bool is_lpi(uint64_t lr)
{
	return FIELD_GET(ICH_LR_EL2_vINTID, lr) >= GIC_LPI_BASE;
}

/* A word with its requests and with what hardware did to `known`. */
static uint64_t merge(uint64_t word, uint64_t known, uint64_t value)
{
	bool active = (value & ICH_LR_EL2_Active) && !is_lpi(value);
	bool taken = (known & ~value & ICH_LR_EL2_Pending) != 0;
	uint64_t now = word & ~W_ACTIVE;

	/* An acknowledge takes the latch of a level, too, and a mapped line. */
	if (taken) {
		now &= word & W_HW ? ~(W_PEND | W_LINE) : ~W_PEND;
	}
	/* Ended with HW = 1: hardware deactivated the physical interrupt. */
	if ((known & ICH_LR_EL2_HW) && !active &&
	    (taken || (known & ICH_LR_EL2_Active))) {
		now &= ~W_PHYS;
	}
	if (active) {
		now |= W_ACTIVE;
		if (taken || !(word & W_ACTIVE)) {
			now = w_set_actprio(
				now | W_ACKED,
				(uint32_t)FIELD_GET(ICH_LR_EL2_Priority,
						    value));
		}
	}
	return w_settle(now);
}

/* Has the device of a mapped level lowered its line since it was sampled? */
static bool fell(struct vgic_vcpu *vcpu, uint32_t index, uint64_t word)
{
	const uint64_t up = W_HW | W_LEVEL | W_LINE;

	return (word & (up | W_FIRED)) == up &&
	       !vgic_phys_level(vcpu, index, word);
}

/* A register gives up an SGI that was not taken: its request waits again. */
static void keep_sender(const struct vgic_vcpu *vcpu, unsigned int n)
{
	uint32_t index = vcpu->lr_irq[n];

	if ((vcpu->lr_known[n] & ICH_LR_EL2_Pending) &&
	    vgic_has_senders(vcpu->gic, index)) {
		vgic_sgi_unload(vcpu->gic, index);
	}
}

/*
 * A GICv2's SGI in a register: was this sender's request taken by the guest, or
 * taken back (GICD_CPENDSGIR), so that the next sender's turn has come?
 */
static bool sender_done(const struct vgic_vcpu *vcpu, uint32_t index,
			uint64_t known, uint64_t value)
{
	return (known & ICH_LR_EL2_Pending) &&
	       (!(value & ICH_LR_EL2_Pending) ||
		vgic_sgi_merge(vcpu->gic, index));
}

/*
 * Did the guest end it?  Also one that it took and ended between two looks, or
 * that another vCPU deactivated before its word said active.
 */
static bool ended(uint64_t word, uint64_t known, uint64_t value)
{
	bool taken = (known & ~value & ICH_LR_EL2_Pending) != 0;

	if (value & ICH_LR_EL2_Active) {
		return taken && (word & W_DEACT);
	}
	return taken || (known & ICH_LR_EL2_Active);
}

/*
 * An SGI that no register holds pending is pending while a sender's request
 * waits.  vgic_sgi_send() writes the senders before the word: what this load
 * misses makes the caller's compare-and-swap fail.
 */
static uint64_t follow_senders(const struct vgic_vcpu *vcpu, uint32_t index,
			       uint64_t word)
{
	struct vgic *gic = vcpu->gic;

	return vgic_sgi_waits(gic, index) ? word | W_PEND : word & ~W_PEND;
}

/*
 * Take in what became of a register, whose value is now `value`, and decide
 * what it holds from here on.  The load and the compare-and-swap of the word
 * pair with vgic_irq_change() on other threads.
 */
static void reconcile(struct vgic_vcpu *vcpu, unsigned int n, uint64_t value)
{
	uint32_t index = vcpu->lr_irq[n];
	_Atomic(uint64_t) *word = &vcpu->gic->irqs[index].word;
	uint64_t known = vcpu->lr_known[n];
	uint64_t was = vgic_load_seq(word), now;
	bool sgi = vgic_has_senders(vcpu->gic, index);
	bool done = sgi && sender_done(vcpu, index, known, value);
	/* Not if it was acknowledged, which takes the line as well. */
	bool down = !(known & ~value & ICH_LR_EL2_Pending) &&
		    fell(vcpu, index, was);

	/* The device may change its line, and so the word, in this call. */
	if (vgic_side_hears(vcpu->gic, was) && ended(was, known, value)) {
		vgic_side_ended(vcpu->gic, index, was);
		was = vgic_load_seq(word);
	}
	do {
		now = vgic_queue_hold(vcpu, index, merge(was, known, value));
		if (sgi && (done || !(value & ICH_LR_EL2_Pending))) {
			now = follow_senders(vcpu, index, now);
		}
		if (down && !(was & W_FIRED)) {
			now &= ~W_LINE;
		}
	} while (now != was && !vgic_cas(word, &was, now));

	/* The register offers nothing pending now: one that waits may go in. */
	if (known & ~value & ICH_LR_EL2_Pending) {
		lr_count(vcpu, index);
		vcpu->refill |= lr_waits(vcpu);
	}
	vcpu->lr_known[n] = value;
	vcpu->lr_word[n] = now;
	if (w_active(now) || may_pend(vcpu, now)) {
		uint64_t next;

		if (sgi && may_pend(vcpu, now) &&
		    (done || !(value & ICH_LR_EL2_Pending))) {
			vgic_sgi_load(vcpu->gic, index);
		}
		next = lr_value(vcpu, index, now);

		/* The interrupt may be less urgent now than one that waits. */
		if (next != value) {
			lr_write(vcpu, n, next);
			vcpu->refill |= lr_waits(vcpu);
		}
		return;
	}
	if (!done) {
		keep_sender(vcpu, n);
	}
	lr_free(vcpu, n);
	vgic_queue_judge(vcpu, index);
}

/*
 * EOIs that found no register ended interrupts on the stack.  With EOImode 1
 * only ICC_DIR_EL1 does, which trapped; QEMU counts EOIs all the same.
 */
static void credit_eois(struct vgic_vcpu *vcpu)
{
	uint32_t count =
		(uint32_t)FIELD_GET(ICH_HCR_EL2_EOIcount, vcpu->ich.hcr);

	if (!(vcpu->ich.vmcr & ICH_VMCR_EL2_VEOIM) && vcpu->stacked) {
		vgic_prio_credit(vcpu, count);
	}
	vcpu->ich.hcr &= ~(uint32_t)FIELD_MASK(ICH_HCR_EL2_EOIcount);
	vcpu->ich.hcr_dirty = true;
	vcpu->refill = true;
}

static void fold(struct vgic_vcpu *vcpu, bool posted)
{
	uint32_t used = vcpu->ich.used;

	vcpu->gic->config.cpuif->exit(vcpu->hw, &vcpu->ich);
	while (used) {
		unsigned int n = (unsigned int)__builtin_ctz(used);
		uint64_t value = vcpu->ich.lr[n];
		uint64_t line = ICH_LR_EL2_HW | ICH_LR_EL2_EOI;

		/* One that is pending by a line: the line may have fallen. */
		used &= used - 1;
		if (!(value & ICH_LR_EL2_State) &&
		    vgic_lr_end_plainly(vcpu, n)) {
			continue;
		}
		if (value != vcpu->lr_known[n] ||
		    ((value & ICH_LR_EL2_Pending) && (value & line)) ||
		    (posted && !vgic_lr_is_fresh(vcpu, n))) {
			reconcile(vcpu, n, value);
		}
	}
	if (FIELD_GET(ICH_HCR_EL2_EOIcount, vcpu->ich.hcr)) {
		credit_eois(vcpu);
	}
	if (open_groups(vcpu) != vcpu->open_groups) {
		vcpu->refill = true;
	}
}

static void refresh(struct vgic_vcpu *vcpu)
{
	uint32_t used = vcpu->ich.used;
	uint32_t open = open_groups(vcpu);
	bool gates = open != vcpu->open_groups;

	vcpu->open_groups = open;
	while (used) {
		unsigned int n = (unsigned int)__builtin_ctz(used);

		used &= used - 1;
		if (gates || !vgic_lr_is_fresh(vcpu, n)) {
			reconcile(vcpu, n, vcpu->lr_known[n]);
		}
	}
}

/* Not popcount: aarch64 has it on FP registers alone, which are the guest's. */
static uint32_t count_bits(uint32_t bits)
{
	uint32_t n = 0;

	for (; bits; bits &= bits - 1) {
		n++;
	}
	return n;
}

/* The free register `n` holds this interrupt from now on, with this word. */
static void hold_in(struct vgic_vcpu *vcpu, unsigned int n, uint32_t index,
		    uint64_t word)
{
	uint32_t used = vcpu->ich.used | 1u << n;

	vcpu->lr_irq[n] = index;
	vcpu->lr_word[n] = word;
	vcpu->ich.used = (uint16_t)used;
	lr_write(vcpu, n, lr_value(vcpu, index, word));
	if (used >> vgic_load_relaxed(&vcpu->lr_peak)) {
		used = count_bits(used);
		if (used > vgic_load_relaxed(&vcpu->lr_peak)) {
			vgic_store_relaxed(&vcpu->lr_peak, used);
		}
	}
}

/*
 * Put what was taken from the queue or the stack into the free register `n`, if
 * it is still wanted.  From its compare-and-swap on, which pairs with
 * vgic_irq_change(), other threads leave requests in the word.
 */
static void take_in(struct vgic_vcpu *vcpu, unsigned int n, uint32_t index)
{
	_Atomic(uint64_t) *word = &vcpu->gic->irqs[index].word;
	bool sgi = vgic_has_senders(vcpu->gic, index);
	uint64_t was, now;

	was = vgic_load_seq(word);
	while (fell(vcpu, index, was) && !vgic_cas(word, &was, was & ~W_LINE)) {
	}
	was = vgic_load_seq(word);
	if (sgi) {
		while (!vgic_cas(word, &was,
				 follow_senders(vcpu, index, was))) {
		}
		was = vgic_load_seq(word);
	}
	do {
		if (!w_active(was) && !may_pend(vcpu, was)) {
			vgic_queue_judge(vcpu, index);
			return;
		}
		now = vgic_queue_hold(vcpu, index, w_set_place(was, PLACE_LR));
	} while (!vgic_cas(word, &was, now));
	if (sgi && !w_active(now)) {
		vgic_sgi_load(vcpu->gic, index);
	}
	vgic_note_spi(vcpu->gic, vcpu, index, was, now);
	hold_in(vcpu, n, index, now);
}

/*
 * The register to give up for a better candidate: the least urgent that is only
 * pending; if there is none, the least urgent active one.
 */
static unsigned int find_victim(const struct vgic_vcpu *vcpu, bool *pending)
{
	unsigned int victim[2] = { 0, 0 };
	uint32_t worst[2] = { 0, 0 };
	bool found = false;

	for (unsigned int n = 0; n < vcpu->gic->config.caps.nr_lrs; n++) {
		uint64_t lr = vcpu->lr_known[n];
		unsigned int active = lr & ICH_LR_EL2_Active ? 1 : 0;
		uint32_t prio = (uint32_t)FIELD_GET(ICH_LR_EL2_Priority, lr);

		found |= !active;
		if (prio >= worst[active]) {
			worst[active] = prio;
			victim[active] = n;
		}
	}
	*pending = found;
	return victim[found ? 0 : 1];
}

static void evict(struct vgic_vcpu *vcpu, unsigned int n)
{
	keep_sender(vcpu, n);
	lr_free(vcpu, n);
	vgic_queue_return(vcpu, vcpu->lr_irq[n]);
}

static uint32_t free_lrs(const struct vgic_vcpu *vcpu)
{
	return ((1u << vcpu->gic->config.caps.nr_lrs) - 1) &
	       ~(uint32_t)vcpu->ich.used;
}

/* All registers are in use.  Make room for a better candidate, if any. */
static bool exchange_one(struct vgic_vcpu *vcpu)
{
	bool pending;
	unsigned int n = find_victim(vcpu, &pending);
	uint32_t below = VGIC_PRIO_NONE;
	uint32_t index;

	if (pending) {
		below = (uint32_t)FIELD_GET(ICH_LR_EL2_Priority,
					    vcpu->lr_known[n]);
	}
	index = vgic_queue_pop(vcpu, vcpu->open_groups, below);
	if (index == VGIC_NIL) {
		return false;
	}
	evict(vcpu, n);
	take_in(vcpu, n, index);
	return true;
}

/* Give one interrupt a register.  False: none waits, or it has to wait on. */
static bool fill_one(struct vgic_vcpu *vcpu)
{
	uint32_t free = free_lrs(vcpu);
	uint32_t index = VGIC_NIL;

	if (!free) {
		return exchange_one(vcpu);
	}
	if (lr_waits(vcpu)) {
		index = vgic_queue_pop(vcpu, vcpu->open_groups, VGIC_PRIO_NONE);
	}
	if (index == VGIC_NIL) {
		index = vgic_stack_pop(vcpu);
	}
	if (index == VGIC_NIL) {
		return false;
	}
	take_in(vcpu, (unsigned int)__builtin_ctz(free), index);
	return true;
}

static void fill(struct vgic_vcpu *vcpu)
{
	while (fill_one(vcpu)) {
	}
}

/*
 * ICC_DIR_EL1 for an interrupt that is in no register of this vCPU would
 * deactivate nothing.  The guest changes EOImode without an exit, so TDIR is
 * always set.  TC, in its place, also traps what guests write often: it is set
 * only while the stack or another vCPU has such an interrupt.  The load pairs
 * with the addition in vgic_count_spi().
 */
static uint32_t dir_trap(const struct vgic_vcpu *vcpu)
{
	const struct vgic *gic = vcpu->gic;

	if (gic->config.caps.tdir) {
		return ICH_HCR_EL2_TDIR;
	}
	return vcpu->stacked || vgic_load_seq(&gic->spis_out) ? ICH_HCR_EL2_TC :
								0;
}

/*
 * A maintenance interrupt is due when no candidate is left in the registers but
 * the queue has one, when an EOI found no register, and when a group opens
 * whose interrupts wait, or closes while its interrupts hold registers.
 */
static uint32_t control(struct vgic_vcpu *vcpu)
{
	uint32_t open = vcpu->open_groups;
	uint32_t dist = vgic_load_relaxed(&vcpu->gic->gicd_ctlr);
	uint32_t shut = dist & ~open;
	uint32_t hcr = ICH_HCR_EL2_En;

	if (!lr_waits(vcpu) && !vcpu->stacked) {
		return hcr | dir_trap(vcpu);
	}
	if (lr_waits(vcpu) && vgic_queue_best(vcpu, open) < VGIC_PRIO_NONE) {
		hcr |= ICH_HCR_EL2_NPIE;
		/*
		 * If only one group is open no other waits for its registers.
		 * (QEMU, to 11.1 at least, signals VGrp0D while VENG1 is 0:
		 * without end, if we asked for it then.)
		 */
		if (open == (GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1)) {
			hcr |= ICH_HCR_EL2_VGrp0DIE | ICH_HCR_EL2_VGrp1DIE;
		}
		vgic_count(&vcpu->overflows);
	}
	if (vcpu->stacked) {
		hcr |= ICH_HCR_EL2_LRENPIE;
	}
	if ((shut & 1) && vcpu->summary[0]) {
		hcr |= ICH_HCR_EL2_VGrp0EIE;
	}
	if ((shut & 2) && vcpu->summary[1]) {
		hcr |= ICH_HCR_EL2_VGrp1EIE;
	}
	return hcr | dir_trap(vcpu);
}

/*
 * What was just posted goes into a free register at once, if nothing waits
 * before it and it is what mostly comes.  From the compare-and-swap on other
 * threads leave requests in its word, as in take_in().
 */
static bool take(struct vgic_vcpu *vcpu, uint32_t index)
{
	uint32_t free = free_lrs(vcpu);
	uint64_t was = vgic_irq_word(vcpu->gic, index), now;

	if (!free || lr_waits(vcpu) || vcpu->stacked || !may_pend(vcpu, was) ||
	    (was & (W_HOLD | W_IRM)) || vgic_has_senders(vcpu->gic, index) ||
	    fell(vcpu, index, was)) {
		return false;
	}
	now = w_set_place(was, PLACE_LR);
	if (!vgic_cas(&vcpu->gic->irqs[index].word, &was, now)) {
		return false;
	}
	vgic_note_spi(vcpu->gic, vcpu, index, was, now);
	hold_in(vcpu, (unsigned int)__builtin_ctz(free), index, now);
	return true;
}

static void flush(struct vgic_vcpu *vcpu)
{
	uint32_t hcr;

	if (open_groups(vcpu) != vcpu->open_groups) {
		refresh(vcpu);
	}
	if (lr_waits(vcpu) || vcpu->stacked) {
		fill(vcpu);
	}
	hcr = control(vcpu);
	vcpu->refill = false;
	if (hcr != vcpu->ich.hcr) {
		vcpu->ich.hcr = hcr;
		vcpu->ich.hcr_dirty = true;
	}
}

/* The most urgent priority that a register holds pending and not active. */
static uint32_t best_loaded(const struct vgic_vcpu *vcpu, bool *group1)
{
	uint32_t best = VGIC_PRIO_NONE, used = vcpu->ich.used;

	while (used) {
		unsigned int n = (unsigned int)__builtin_ctz(used);
		uint64_t lr = vcpu->lr_known[n];
		uint32_t prio = (uint32_t)FIELD_GET(ICH_LR_EL2_Priority, lr);

		used &= used - 1;
		if ((lr & ICH_LR_EL2_State) == ICH_LR_EL2_Pending &&
		    prio < best) {
			best = prio;
			*group1 = lr & ICH_LR_EL2_Group;
		}
	}
	return best;
}

/* For WFI: would the interface signal an interrupt?  IHI 0069 4.8.2 */
static bool signals(struct vgic_vcpu *vcpu)
{
	bool group1 = false;
	uint32_t prio = best_loaded(vcpu, &group1);

	if (prio >= FIELD_GET(ICH_VMCR_EL2_VPMR, vcpu->ich.vmcr)) {
		return false;
	}
	return vgic_prio_group(vcpu, prio, group1) <
	       vgic_prio_group(vcpu, vgic_prio_running(vcpu), group1);
}

/* Hardware raises its signals itself: its back-ends have no such operation. */
static unsigned int asserted(struct vgic_vcpu *vcpu)
{
	const struct vgic_cpuif_ops *ops = vcpu->gic->config.cpuif;

	return ops->signals && vcpu->ich.used ? ops->signals(vcpu->hw) : 0;
}

static void load(struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	config->cpuif->load(vcpu->hw, &vcpu->ich, &config->caps);
	vcpu->ich.dirty = 0;
	vcpu->ich.hcr_dirty = false;
	vcpu->ich.vmcr_dirty = false;
}

static void enter(struct vgic_vcpu *vcpu)
{
	struct vgic_ich_image *ich = &vcpu->ich;

	if (ich->dirty || ich->hcr_dirty || ich->vmcr_dirty) {
		vcpu->gic->config.cpuif->enter(vcpu->hw, ich);
		ich->dirty = 0;
		ich->hcr_dirty = false;
		ich->vmcr_dirty = false;
	}
}

static void put(struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	/* put() reads VMCR back: a value not yet written would be lost. */
	if (vcpu->ich.vmcr_dirty) {
		enter(vcpu);
	}
	config->cpuif->put(vcpu->hw, &vcpu->ich, &config->caps);
}

/* The CPU was reset while it had acknowledged this: its EOI will never come. */
static void disown(struct vgic_vcpu *vcpu, uint32_t index)
{
	_Atomic(uint64_t) *word = &vcpu->gic->irqs[index].word;
	uint64_t was = vgic_load_relaxed(word);

	while (!vgic_cas(word, &was, was & ~W_ACKED)) {
	}
}

static void reset(struct vgic_vcpu *vcpu)
{
	struct vgic_ich_image *ich = &vcpu->ich;
	uint32_t used = ich->used, index = VGIC_NIL, level;

	for (; used; used &= used - 1) {
		disown(vcpu, vcpu->lr_irq[__builtin_ctz(used)]);
	}
	while ((index = vgic_stack_next(vcpu, index, &level)) != VGIC_NIL) {
		disown(vcpu, index);
	}

	for (unsigned int i = 0; i < 4; i++) {
		ich->ap0r[i] = 0;
		ich->ap1r[i] = 0;
	}
	/* The least binary points that the preemption bits allow. */
	ich->vmcr = (uint32_t)(FIELD_PUT(ICH_VMCR_EL2_VBPR0,
					 7 - vcpu->gic->config.caps.pre_bits) |
			       FIELD_PUT(ICH_VMCR_EL2_VBPR1,
					 8 - vcpu->gic->config.caps.pre_bits));
	ich->hcr = ICH_HCR_EL2_En;
	ich->hcr_dirty = true;
	vcpu->refill = true;
}

const struct vgic_policy vgic_lr_policy = {
	.load = load,
	.put = put,
	.flush = flush,
	.enter = enter,
	.fold = fold,
	.refresh = refresh,
	.take = take,
	.again = vgic_lr_again,
	.signals = signals,
	.asserted = asserted,
	.reset = reset,
};
