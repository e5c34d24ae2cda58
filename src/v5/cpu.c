/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's GICv5 instructions.  The CPU interface executes them; what
 * concerns SPIs and LPIs it asks of the IRS, that is, of the words and the
 * vCPU's delivery queue.  All on the vCPU's own thread.
 */
#include "core/arch.h"
#include "core/enter.h"
#include "core/irq.h"
#include "core/list.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/side.h"
#include "v5/v5.h"

#include "regs/a64.h"
#include "regs/gicv5.h"

/* SPIs and LPIs that are forwarded stand in the lists of group 1. */
#define FORWARDED 1u
#define PRIO_NONE 32u

/* Level of the best list; PRIO_NONE: nothing is forwarded. */
static inline uint32_t best_level(const struct vgic_vcpu *vcpu)
{
	return vcpu->summary[FORWARDED] && vgic_v5_forwards(vcpu) ?
		       list_best(vcpu, FORWARDED) :
		       PRIO_NONE;
}

static inline uint32_t head(const struct vgic_vcpu *vcpu, uint32_t level,
			    uint64_t *word)
{
	uint32_t index = vcpu->list[FORWARDED][level].head;

	*word = vgic_irq_word(vcpu->gic, index);
	return index;
}

/*
 * The guest's instruction is not complete: it executes it again.  That this is
 * looked at costs nothing where there is no news, so there has to be some.
 */
static void execute_again(struct vgic_vcpu *vcpu)
{
	vcpu->v5->again = true;
	vcpu->refill = true;
}

/* What it costs to drop an entry, and for each vCPU that may get it. */
#define WORK_DROP 150
#define WORK_PICK 6

/*
 * What is not wanted any more goes from the head of the best list, as far as
 * one trap may go on with that.  False: there may be more of it.  `level` is
 * that list's all the same, so that the guest is signalled to: its acknowledge
 * brings us here again.
 */
static bool settle(struct vgic_vcpu *vcpu, uint32_t *level)
{
	uint32_t cost = WORK_DROP + WORK_PICK * vcpu->gic->config.nr_vcpus;
	uint64_t left = V5_TRAP_WORK, word;

	while ((*level = best_level(vcpu)) < PRIO_NONE) {
		(void)head(vcpu, *level, &word);
		if (list_is_live(vcpu, FORWARDED, *level, word)) {
			break;
		}
		if (!left) {
			return false;
		}
		vgic_queue_drop(vcpu, FORWARDED, *level);
		v5_charge(&left, cost);
	}
	return true;
}

static __attribute__((noinline)) uint32_t
settled_hppi(struct vgic_vcpu *vcpu, uint32_t *intid)
{
	uint32_t level;

	*intid = 0;
	if (settle(vcpu, &level) && level < PRIO_NONE) {
		*intid = vgic_v5_shared_intid(
			vcpu->gic, vcpu->list[FORWARDED][level].head);
	}
	return level;
}

/* Mostly there is nothing, and this is asked at every entry. */
static uint32_t hppi(void *ctx, uint32_t *intid)
{
	struct vgic_vcpu *vcpu = ctx;
	uint32_t level = best_level(vcpu), index;
	uint64_t word;

	if (level == PRIO_NONE) {
		return level;
	}
	index = head(vcpu, level, &word);
	if (!list_is_right(vcpu, FORWARDED, level, word) ||
	    !w_plainly_wanted(word)) {
		return settled_hppi(vcpu, intid);
	}
	*intid = vgic_v5_shared_intid(vcpu->gic, index);
	return level;
}

static uint64_t activate(uint64_t word)
{
	uint64_t now = w_release(word) | W_ACTIVE;

	/* Edge: the acknowledge takes Pending; Level: the source. */
	if (!(word & W_LEVEL)) {
		now &= ~W_PEND;
	}
	/*
	 * Mapped: while it is active the physical interrupt cannot tell us
	 * more, and afterwards it comes anew.
	 */
	if (word & W_HW) {
		now &= ~(W_PEND | W_WIRE);
	}
	return now;
}

/*
 * Acknowledge the head of the best list, or find it less urgent than `below`.
 * False: it was not wanted any more, or another PE just changed it.  What is
 * not `plain` may be 1 of N, and so needs a look at whether this PE takes it.
 */
static inline __attribute__((always_inline)) bool
take_head(struct vgic_vcpu *vcpu, uint32_t below, bool plain, uint32_t *prio,
	  uint32_t *intid)
{
	struct vgic *gic = vcpu->gic;
	uint32_t level = best_level(vcpu), index, second;
	uint64_t word;

	*prio = PRIO_NONE;
	if (level >= below) {
		return true;
	}
	index = head(vcpu, level, &word);
	second = list_second(vcpu, FORWARDED, level);
	if (!(plain ? list_is_right(vcpu, FORWARDED, level, word) &&
			      w_plainly_wanted(word) :
		      list_is_live(vcpu, FORWARDED, level, word)) ||
	    !vgic_cas(&gic->irqs[index].word, &word, activate(word))) {
		return false;
	}
	/* From here on any PE may end it and have it pending somewhere. */
	list_behead(vcpu, FORWARDED, level, second);
	*prio = level;
	*intid = vgic_v5_shared_intid(gic, index);
	vgic_count(&vcpu->delivered[index < gic->first_lpi ? VGIC_SPI :
							     VGIC_LPI]);
	return true;
}

/* Others may change the head of the list time and again: not for ever. */
#define MAX_TRIES 100

static __attribute__((noinline)) uint32_t
settle_and_take(struct vgic_vcpu *vcpu, uint32_t below, uint32_t *intid)
{
	uint32_t prio, level;

	for (uint32_t tries = 0; tries < MAX_TRIES; tries++) {
		if (!settle(vcpu, &level)) {
			break;
		}
		if (take_head(vcpu, below, false, &prio, intid)) {
			return prio;
		}
	}
	execute_again(vcpu);
	return PRIO_NONE;
}

/* The short way, which nearly all go, is kept free of the long one. */
static uint32_t acknowledge(void *ctx, uint32_t below, uint32_t *intid)
{
	uint32_t prio;

	return take_head(ctx, below, true, &prio, intid) ?
		       prio :
		       settle_and_take(ctx, below, intid);
}

static void took_ppi(void *ctx)
{
	struct vgic_vcpu *vcpu = ctx;

	vgic_count(&vcpu->delivered[VGIC_PPI]);
}

/* GIC CDPEND: a mapped SPI's physical interrupt follows, as with ISPENDR. */
static void pend(struct vgic_vcpu *vcpu, uint32_t index, bool pending)
{
	struct vgic *gic = vcpu->gic;
	bool spi = index < gic->first_lpi;

	if (pending) {
		vgic_irq_change(gic, vcpu, index, VGIC_SET_PENDING,
				spi ? HOLD_MAPPED : 0);
		return;
	}
	if (spi) {
		vgic_phys_forget(vcpu, index, vgic_irq_word(gic, index));
	}
	vgic_irq_change(gic, vcpu, index, VGIC_CLEAR_PENDING, 0);
}

/*
 * GIC CDDI.  Mostly nobody holds the interrupt, nothing of it waits and no
 * device listens: then nobody is to hear of it.
 */
static void deactivate(struct vgic_vcpu *vcpu, uint32_t index)
{
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[index].word;
	uint64_t word = vgic_load_relaxed(at);
	uint64_t loud = W_PLACE_MASK | W_REQUESTS | W_PEND | W_LINE | W_SIDE |
			W_IRM;

	if ((word & loud) ||
	    !vgic_cas(at, &word, word & ~(W_ACTIVE | W_ACKED))) {
		vgic_irq_change(vcpu->gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
	}
}

static void command(void *ctx, uint32_t insn, uint64_t operand)
{
	struct vgic_vcpu *vcpu = ctx;
	struct vgic *gic = vcpu->gic;
	uint32_t index = vgic_v5_index(gic, vcpu->index, (uint32_t)operand);

	if (index == VGIC_NIL || index < gic->first_spi) {
		vgic_guest_error(vcpu);
		return;
	}
	if (insn == GIC_CDDI) {
		deactivate(vcpu, index);
		return;
	}
	switch (insn) {
	case GIC_CDPEND:
		pend(vcpu, index, operand & GIC_CDPEND_PENDING);
		break;
	case GIC_CDEN:
		vgic_irq_change(gic, vcpu, index, VGIC_SET_ENABLE, 0);
		break;
	case GIC_CDDIS:
		vgic_irq_change(gic, vcpu, index, VGIC_CLEAR_ENABLE, 0);
		break;
	case GIC_CDPRI:
		vgic_irq_change(gic, vcpu, index, VGIC_SET_PRIORITY,
				(uint32_t)FIELD_GET(GIC_CDPRI_PRIORITY,
						    operand) << 3);
		break;
	case GIC_CDAFF:
		if (!vgic_set_route(gic, vcpu, index,
				    (uint32_t)FIELD_GET(GIC_CDAFF_IAFFID,
							operand),
				    operand & GIC_CDAFF_IRM)) {
			execute_again(vcpu);
		}
		break;
	case GIC_CDHM:
		vgic_irq_change(gic, vcpu, index, VGIC_SET_LEVEL,
				(operand & GIC_CDHM_HM) != 0);
		break;
	default:
		vgic_guest_error(vcpu);
		break;
	}
}

static uint64_t rcfg(void *ctx, uint32_t intid)
{
	struct vgic_vcpu *vcpu = ctx;
	struct vgic *gic = vcpu->gic;
	uint32_t index = vgic_v5_index(gic, vcpu->index, intid);
	uint64_t word;

	if (index == VGIC_NIL || index < gic->first_spi) {
		return ICC_ICSR_EL1_F;
	}
	word = vgic_irq_word(gic, index);
	return FIELD_PUT(ICC_ICSR_EL1_IAFFID, vgic_get_route(gic, index)) |
	       FIELD_PUT(ICC_ICSR_EL1_Priority, w_prio(word) >> 3) |
	       (word & W_LEVEL ? ICC_ICSR_EL1_HM : 0) |
	       (w_active(word) ? ICC_ICSR_EL1_Active : 0) |
	       (word & W_IRM ? ICC_ICSR_EL1_IRM : 0) |
	       (w_pending(word) ? ICC_ICSR_EL1_Pending : 0) |
	       (word & W_ENABLE ? ICC_ICSR_EL1_Enabled : 0);
}

const struct vgic_iri_ops vgic_v5_iri = {
	.hppi = hppi,
	.acknowledge = acknowledge,
	.took_ppi = took_ppi,
	.command = command,
	.rcfg = rcfg,
};

/* Hardware trapped this, since a device is to be asked before the entry. */
static enum vgic_trap trapped_cddi(struct vgic_vcpu *vcpu, uint64_t operand)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, operand);

	if (FIELD_GET(GICV5_INTID_TYPE, operand) != GICV5_INTID_TYPE_PPI) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (id < V5_NR_PPIS) {
		vgic_ppi_store(&image->activer[id / 64],
			       image->activer[id / 64] &
				       ~(UINT64_C(1) << (id % 64)));
	}
	return VGIC_TRAP_DONE;
}

/*
 * On a PE with FEAT_GCIE only these trap: what the guest may know of its CPU
 * interface; enables, so that it does not enable PPIs that are hidden from it;
 * and CDDI at times.
 */
static enum vgic_trap trapped_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				     bool write, uint64_t *value)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint32_t bank = sysreg - ICC_PPI_ENABLER0_EL1;
	bool wide = vcpu->gic->config.v5.lpi_id_bits > 16;

	if (bank < 2 && write) {
		vgic_ppi_store(&image->enabler[bank],
			       *value & ~image->hvir[bank]);
		return VGIC_TRAP_DONE;
	}
	switch (sysreg) {
	case ICC_IDR0_EL1:
		*value = write ? *value :
				 FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, 4) |
					 FIELD_PUT(ICC_IDR0_EL1_ID_BITS, wide);
		break;
	case ICC_IAFFIDR_EL1:
		*value = write ? *value : vcpu->mpidr;
		break;
	case GIC_CDDI:
		return trapped_cddi(vcpu, *value);
	default:
		return VGIC_TRAP_NOT_MINE;
	}
	return write ? VGIC_TRAP_UNDEF : VGIC_TRAP_DONE;
}

void vgic_v5_note_enable(struct vgic_vcpu *vcpu)
{
	const struct vgic_ppi_image *image = &vcpu->v5->ppi;

	if (vcpu->gic->config.v5.cpuif->execute) {
		vgic_v5_set_away(vcpu, vcpu, AWAY_OFF,
				 !(image->vmcr & ICH_VMCR_EL2_V5_EN));
	}
}

/*
 * The guest wrote ICC_CR0_EL1.  Half of a trap's work may be done here: the
 * other half is for what this posts to the vCPU itself, see vgic_take_posts().
 */
static void enable_written(struct vgic_vcpu *vcpu)
{
	uint64_t left = V5_TRAP_WORK / 2;

	vcpu->gic->config.v5.cpuif->sync_wfi(vcpu->hw, &vcpu->v5->ppi);
	vgic_v5_note_enable(vcpu);
	if (!vgic_v5_sweep_1ofn(vcpu->gic, vcpu, &left)) {
		execute_again(vcpu);
	}
}

/* On a software CPU interface, whose registers are the image. */
static inline enum vgic_trap execute(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;

	if (ops->execute(vcpu->hw, sysreg, write, value)) {
		return vgic_is_gic_sysreg(sysreg) ? VGIC_TRAP_UNDEF :
						    VGIC_TRAP_NOT_MINE;
	}
	if (sysreg == ICC_CR0_EL1 && write) {
		enable_written(vcpu);
	}
	return VGIC_TRAP_DONE;
}

/* What came of an instruction that was executed. */
static enum vgic_trap outcome(struct vgic_vcpu *vcpu, enum vgic_trap result)
{
	bool again = vcpu->v5->again;

	vcpu->v5->again = false;
	return again ? VGIC_TRAP_RETRY : result;
}

enum vgic_trap vgic_v5_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	if (!vcpu->gic->config.v5.cpuif->execute) {
		return trapped_sysreg(vcpu, sysreg, write, value);
	}
	/* A line may have fallen: the registers are to say so. */
	vcpu->gic->policy->enter(vcpu);
	return outcome(vcpu, execute(vcpu, sysreg, write, value));
}

enum vgic_trap vgic_v5_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value)
{
	enum vgic_trap result;

	/* What real registers hold is not known before the exit. */
	if (vcpu->gic->config.v5.cpuif->exit) {
		return VGIC_TRAP_NOT_MINE;
	}
	/* What else the registers did not say, vgic_enter() has told them. */
	if (vgic_v5_asks(vcpu->v5)) {
		vcpu->gic->policy->enter(vcpu);
	}
	result = execute(vcpu, sysreg, write, value);
	/*
	 * Nobody kicks a vCPU for what it posts to itself.  One that has to
	 * repeat the access passes through vgic_enter(), and has worked enough.
	 */
	if (result != VGIC_TRAP_RETRY && vgic_has_posts(vcpu)) {
		vgic_take_posts(vcpu);
		result = outcome(vcpu, result);
	}
	return result;
}
