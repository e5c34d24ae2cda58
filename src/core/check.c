/* SPDX-License-Identifier: BSD-2-Clause */
/* Invariants, and what a person wants to know. */
#include "core/arch.h"
#include "core/irq.h"
#include "core/side.h"

void vgic_bug(const struct vgic *gic, const char *what, uint32_t vcpu,
	      uint32_t intid)
{
	if (gic->config.host->bug) {
		gic->config.host->bug(gic->config.host_ctx, what, vcpu, intid);
	}
}

/* One walk over everything that vCPUs hold. */
struct walk {
	struct vgic *gic;
	uint32_t held;
	uint32_t violations;
};

static void complain(struct walk *walk, const char *what, uint32_t vcpu,
		     uint32_t index)
{
	walk->violations++;
	vgic_bug(walk->gic, what, vcpu,
		 index < walk->gic->nr_irqs ? vgic_irq_intid(walk->gic, index) :
					      VGIC_NIL);
}

/* Invariant 5: links stay in range; 1: what is linked knows where it is. */
static bool check_held(struct walk *walk, struct vgic_vcpu *vcpu,
		       uint32_t index, enum vgic_place place)
{
	uint64_t word;

	if (index >= walk->gic->nr_irqs) {
		complain(walk, "link out of range", vcpu->index, index);
		return false;
	}
	if (++walk->held > walk->gic->nr_irqs) {
		complain(walk, "list without end", vcpu->index, index);
		return false;
	}
	word = vgic_irq_word(walk->gic, index);
	if (w_place(word) != place || w_owner(word) != vcpu->index) {
		complain(walk, "held, but its word says otherwise", vcpu->index,
			 index);
	}
	return true;
}

static void check_chain(struct walk *walk, struct vgic_vcpu *vcpu,
			uint32_t head, enum vgic_place place)
{
	while (head != VGIC_NIL && check_held(walk, vcpu, head, place)) {
		head = walk->gic->irqs[head].link;
	}
}

/*
 * The backlog has interrupts from the inbox and from lists that are sorted
 * again; either way they are held, once.
 */
static void check_backlog(struct walk *walk, struct vgic_vcpu *vcpu)
{
	uint32_t index = vcpu->backlog.judging;

	check_chain(walk, vcpu, vcpu->backlog.reversing, PLACE_INBOX);
	while (index != VGIC_NIL && index < walk->gic->nr_irqs) {
		enum vgic_place place =
			w_place(vgic_irq_word(walk->gic, index));

		if (!check_held(walk, vcpu, index,
				place == PLACE_QUEUE ? PLACE_QUEUE :
						       PLACE_INBOX)) {
			return;
		}
		index = walk->gic->irqs[index].link;
	}
}

static void check_stack(struct walk *walk, struct vgic_vcpu *vcpu)
{
	for (uint32_t i = 0; i < VGIC_NR_PRIOS; i++) {
		if ((vcpu->stack[i] == VGIC_NIL) !=
		    !(vcpu->stacked & (1u << i))) {
			complain(walk, "summary of the stack is wrong",
				 vcpu->index, VGIC_NIL);
		}
		check_chain(walk, vcpu, vcpu->stack[i], PLACE_STACK);
	}
}

static void check_lists(struct walk *walk, struct vgic_vcpu *vcpu)
{
	for (uint32_t i = 0; i < 2 * VGIC_NR_PRIOS; i++) {
		uint32_t group = i / VGIC_NR_PRIOS;
		uint32_t level = i % VGIC_NR_PRIOS;

		if (vcpu->summary[group] & (1u << level)) {
			check_chain(walk, vcpu, vcpu->list[group][level].head,
				    PLACE_QUEUE);
		}
	}
}

/* Invariant 3: the word and its list register say the same. */
static void check_lr(struct walk *walk, struct vgic_vcpu *vcpu, uint32_t n)
{
	uint64_t lr = vcpu->lr_known[n], word, held;
	uint32_t index = vcpu->lr_irq[n];

	if (!(vcpu->ich.used & (1u << n))) {
		if (lr & ICH_LR_EL2_State) {
			complain(walk, "unused register not empty", vcpu->index,
				 VGIC_NIL);
		}
		return;
	}
	if (!check_held(walk, vcpu, index, PLACE_LR)) {
		return;
	}
	held = FIELD_GET(ICH_LR_EL2_vINTID, lr) &
	       walk->gic->arch->lr_intid_mask;
	word = vgic_irq_word(walk->gic, index);
	if (held != vgic_irq_intid(walk->gic, index) ||
	    !(lr & ICH_LR_EL2_Active) != !(word & W_ACTIVE)) {
		complain(walk, "register and word disagree", vcpu->index,
			 index);
	}
	if ((lr & ICH_LR_EL2_HW) &&
	    (lr & ICH_LR_EL2_State) == ICH_LR_EL2_State) {
		complain(walk, "HW interrupt pending and active", vcpu->index,
			 index);
	}
}

static void check_lrs(struct walk *walk, struct vgic_vcpu *vcpu)
{
	for (uint32_t n = 0; n < walk->gic->config.caps.nr_lrs; n++) {
		check_lr(walk, vcpu, n);
	}
}

/* Invariant 4: no maintenance condition is armed that is true for ever. */
static void check_control(struct walk *walk, struct vgic_vcpu *vcpu)
{
	bool candidate = false;

	for (uint32_t n = 0; n < walk->gic->config.caps.nr_lrs; n++) {
		candidate |= (vcpu->lr_known[n] & ICH_LR_EL2_State) ==
			     ICH_LR_EL2_Pending;
	}
	if ((vcpu->ich.hcr & ICH_HCR_EL2_NPIE) && !candidate && !vcpu->refill &&
	    !vgic_load_relaxed(&vcpu->attention)) {
		complain(walk, "NPIE without a candidate", vcpu->index,
			 VGIC_NIL);
	}
}

/* Invariants 1 and 2: wanted or active means held. */
static uint32_t check_word(struct walk *walk, uint32_t index)
{
	uint64_t word = vgic_irq_word(walk->gic, index);
	uint32_t vcpus = walk->gic->config.nr_vcpus;
	const struct vgic_arch *arch = walk->gic->arch;
	const char *wrong =
		arch->wrong_word ? arch->wrong_word(walk->gic, index) : NULL;

	if (wrong) {
		complain(walk, wrong, w_target(word), index);
	}
	if (w_target(word) != VGIC_NOWHERE && w_target(word) >= vcpus) {
		complain(walk, "target out of range", VGIC_NIL, index);
	}
	if (w_place(word) != PLACE_NONE) {
		return 1;
	}
	if (w_active(word) && walk->gic->holds_actives) {
		complain(walk, "active, but nobody's", VGIC_NIL, index);
	}
	if (vgic_side_queues(walk->gic, index, word)) {
		return 0;
	}
	if (w_wanted(word)) {
		complain(walk, "deliverable, but lost", w_target(word), index);
	}
	if (w_phys_idle(word) || (word & W_HOLD)) {
		complain(walk, "physical interrupt held for nothing", VGIC_NIL,
			 index);
	}
	return 0;
}

uint32_t vgic_check_invariants(struct vgic *gic)
{
	struct walk walk = { .gic = gic };
	const char *wrong = gic->arch->wrong ? gic->arch->wrong(gic) : NULL;
	uint32_t placed = 0;

	for (uint32_t i = 0; i < gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *vcpu = &gic->vcpus[i];

		check_chain(&walk, vcpu, vgic_load_seq(&vcpu->inbox),
			    PLACE_INBOX);
		check_lists(&walk, vcpu);
		check_backlog(&walk, vcpu);
		check_stack(&walk, vcpu);
		check_lrs(&walk, vcpu);
		check_control(&walk, vcpu);
	}
	for (uint32_t i = 0; i < gic->nr_irqs; i++) {
		placed += check_word(&walk, i);
	}
	if (wrong) {
		complain(&walk, wrong, VGIC_NIL, VGIC_NIL);
	}
	if (placed != walk.held) {
		complain(&walk, "placed by its word, but held by none",
			 VGIC_NIL, VGIC_NIL);
	}
	return walk.violations;
}

const char *vgic_strerror(int error)
{
	static const char *const words[] = {
		[VGIC_OK] = "success",
		[-VGIC_E_INVAL] = "out of range",
		[-VGIC_E_NOMEM] = "not enough memory or entries",
		[-VGIC_E_BUSY] = "too early, too late or in use",
		[-VGIC_E_EXIST] = "exists already",
		[-VGIC_E_NOENT] = "no such vCPU, interrupt, region or mapping",
		[-VGIC_E_OVERLAP] = "overlaps, or wraps the address space",
		[-VGIC_E_NOTSUP] = "not a capability of this vGIC",
		[-VGIC_E_PERM] = "the interrupt has another owner",
		[-VGIC_E_FORMAT] = "damaged, or something else",
		[-VGIC_E_FAULT] = "guest memory cannot be reached",
	};
	const int nr = (int)(sizeof(words) / sizeof(words[0]));

	return error <= 0 && error > -nr ? words[-error] : "unknown error";
}

void vgic_get_stats(const struct vgic_vcpu *vcpu, struct vgic_stats *stats)
{
	for (unsigned int i = 0; i < VGIC_NR_KINDS; i++) {
		stats->injected[i] = vgic_load_relaxed(&vcpu->injected[i]);
		stats->delivered[i] = vgic_load_relaxed(&vcpu->delivered[i]);
	}
	stats->overflows = vgic_load_relaxed(&vcpu->overflows);
	stats->lr_peak = vgic_load_relaxed(&vcpu->lr_peak);
	stats->eoicount = vgic_load_relaxed(&vcpu->eoicount);
	stats->guest_errors = vgic_load_relaxed(&vcpu->guest_errors);
}

int vgic_get_irq_info(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		      struct vgic_irq_info *info)
{
	static const char *const places[] = { "-", "inbox", "queue", "lr",
					      "active" };
	uint32_t index = vgic_irq_index(gic, vcpu_index, intid);
	uint64_t word;

	if (index == VGIC_NIL) {
		return VGIC_E_NOENT;
	}
	word = vgic_irq_word(gic, index);
	info->pending = w_pending(word);
	info->active = w_active(word);
	info->enabled = word & W_ENABLE;
	info->level = word & W_LEVEL;
	info->line = word & W_LINE;
	info->group1 = word & W_GATE1;
	info->mapped = word & W_HW;
	info->priority = (uint8_t)w_prio(word);
	info->target = w_target(word) == VGIC_NOWHERE ? UINT32_MAX :
							w_target(word);
	info->holder = w_owner(word) == VGIC_NOWHERE ? UINT32_MAX :
						       w_owner(word);
	info->place = places[w_place(word)];
	if (gic->arch->describe) {
		gic->arch->describe(gic, vcpu_index, index, info);
	}
	return VGIC_OK;
}
