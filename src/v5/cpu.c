/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's GICv5 instructions and system registers.
 *
 * With FEAT_GCIE the hardware executes them, and only a few trap:
 * trapped_sysreg().  Otherwise they are trapped or patched, and a software CPU
 * interface executes them.  It knows the PPIs itself; about SPIs and LPIs it
 * asks the IRS, which is vgic_v5_iri here: the words, and the vCPU's delivery
 * queue.
 *
 * All of this runs on the vCPU's own thread, which alone may touch its queue.
 * Other vCPUs and devices change the words meanwhile; so each step is a
 * compare-and-swap of a word, and one that fails is done again with the word as
 * it is by then.
 */
#include "core/arch.h"
#include "core/enter.h"
#include "core/irq.h"
#include "core/queue.h"
#include "core/route.h"
#include "core/side.h"
#include "mmio/sysreg.h"
#include "v5/usual.h"
#include "v5/v5.h"

#include "regs/a64.h"
#include "regs/gicv5.h"

/*
 * The guest's instruction is not complete, and the guest has to execute it
 * again.  `again` is only looked at where the vCPU has something to take in
 * (vgic_has_posts()), which `refill` makes sure of: so the usual instruction,
 * which is complete, does not pay for the question.
 */
static void execute_again(struct vgic_vcpu *vcpu)
{
	vcpu->v5->again = true;
	vcpu->refill = true;
}

/*
 * What it costs to drop an entry of a list, and for each vCPU among which a PE
 * may have to be chosen for it.  In instructions by rough count.
 */
#define WORK_DROP 150
#define WORK_PICK 6

/*
 * Drop entries from the head of the best list as long as they are not wanted
 * there any more: others disabled, moved or ended them.  False: the work in
 * `left` is used up and there may be more of them.  Then `level` names that
 * list all the same.  So the guest is signalled, tries to acknowledge, and
 * thereby comes back here for the rest.
 */
static bool settle(struct vgic_vcpu *vcpu, uint32_t *level, uint64_t *left)
{
	uint32_t cost = WORK_DROP + WORK_PICK * vcpu->gic->config.nr_vcpus;
	uint64_t word;

	while ((*level = best_level(vcpu)) < PRIO_NONE) {
		(void)head(vcpu, *level, &word);
		if (list_is_live(vcpu, FORWARDED, *level, word)) {
			break;
		}
		if (!*left) {
			return false;
		}
		vgic_queue_drop(vcpu, FORWARDED, *level);
		v5_charge(left, cost);
	}
	return true;
}

/*
 * The long way of hppi(). *intid is 0 if a wanted entry was not found within
 * one trap's work.
 */
static __attribute__((noinline)) uint32_t settled_hppi(struct vgic_vcpu *vcpu,
						       uint32_t *intid)
{
	uint64_t left = V5_TRAP_WORK;
	uint32_t level;

	*intid = 0;
	if (settle(vcpu, &level, &left) && level < PRIO_NONE) {
		*intid = vgic_v5_shared_intid(
			vcpu->gic, vcpu->list[FORWARDED][level].head);
	}
	return level;
}

/*
 * Member of vgic_iri_ops: the best SPI or LPI.  Asked at every entry, mostly in
 * vain; so the usual cases come first and inline: no list, or a plain entry.
 */
static uint32_t hppi(void *ctx, uint32_t *intid)
{
	struct vgic_vcpu *vcpu = ctx;
	uint32_t level = best_level(vcpu), index;
	uint64_t word;

	if (level == PRIO_NONE) {
		return level;
	}
	index = head(vcpu, level, &word);
	if (!list_is_plain(vcpu, FORWARDED, level, word, 0)) {
		return settled_hppi(vcpu, intid);
	}
	*intid = vgic_v5_shared_intid(vcpu->gic, index);
	return level;
}

/*
 * Other threads may change the head of the list each time that we look at it.
 * This limits how often one instruction tries.
 */
#define MAX_TRIES 100

/*
 * The long way of acknowledge().  PRIO_NONE: nothing was acknowledged, or the
 * guest has to execute its GIC CDIA again.
 */
static __attribute__((noinline)) uint32_t
settle_and_take(struct vgic_vcpu *vcpu, uint32_t below, uint32_t *intid)
{
	uint64_t left = V5_TRAP_WORK;
	uint32_t level;

	for (uint32_t tries = 0; tries < MAX_TRIES; tries++) {
		if (!settle(vcpu, &level, &left)) {
			break;
		}
		if (level >= below) {
			return PRIO_NONE;
		}
		if (take_head(vcpu, level, false, intid)) {
			return level;
		}
	}
	execute_again(vcpu);
	return PRIO_NONE;
}

/*
 * Member of vgic_iri_ops: GIC CDIA.  Nearly every acknowledge succeeds in the
 * first attempt, which is kept free of the loop of the long way.
 */
static uint32_t acknowledge(void *ctx, uint32_t below, uint32_t *intid)
{
	struct vgic_vcpu *vcpu = ctx;
	uint32_t level = best_level(vcpu);

	if (level >= below) {
		return PRIO_NONE;
	}
	return take_head(vcpu, level, true, intid) ?
		       level :
		       settle_and_take(vcpu, below, intid);
}

/*
 * Member of vgic_iri_ops.  The CPU interface acknowledges PPIs alone, and only
 * this lets our counters know.
 */
static void took_ppi(void *ctx)
{
	struct vgic_vcpu *vcpu = ctx;

	vgic_count_own(&vcpu->delivered[VGIC_PPI]);
}

/*
 * GIC CDPEND.  As with GICv3's ISPENDR and ICPENDR the physical interrupt of a
 * mapped SPI follows: it is made active with the virtual one, or its own
 * pending state is cleared.
 */
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

/* GIC CDDI. */
static void deactivate(struct vgic_vcpu *vcpu, uint32_t index)
{
	if (!deactivate_plainly(vcpu->gic, index)) {
		vgic_irq_change(vcpu->gic, vcpu, index, VGIC_CLEAR_ACTIVE, 0);
	}
}

/*
 * Member of vgic_iri_ops: the GIC CD* instructions that concern an SPI or LPI.
 * One that names an interrupt which does not exist, or an LPI without a valid
 * table entry, is ignored and counted.
 */
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
				(uint32_t)FIELD_GET(GIC_CDPRI_PRIORITY, operand)
					<< 3);
		break;
	case GIC_CDAFF:
		if (!vgic_set_route(
			    gic, vcpu, index,
			    (uint32_t)FIELD_GET(GIC_CDAFF_IAFFID, operand),
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

/*
 * Member of vgic_iri_ops: GIC CDRCFG.  ICC_ICSR_EL1.F says that the interrupt
 * does not exist.
 */
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

/*
 * Hardware's CDDI traps only while a PPI is pending whose device has to be
 * asked (ICH_HFGITR_EL2.GICCDDI). ppi.c asks it at the exit and again at the
 * entry, so what is left to do here is the deactivation.
 */
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
 * What traps even with FEAT_GCIE: registers of the table, and at times CDDI.
 * What else traps is not ours.
 */
static enum vgic_trap trapped_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				     bool write, uint64_t *value)
{
	const struct vgic_sysreg *reg;

	if (sysreg == GIC_CDDI) {
		return trapped_cddi(vcpu, *value);
	}
	reg = vgic_sysreg_find(&vgic_v5_sysregs, VGIC_TRAPS_OF_HARDWARE,
			       sysreg);
	return reg ? vgic_sysreg_access(reg, vcpu, sysreg, write, value) :
		     VGIC_TRAP_NOT_MINE;
}

void vgic_v5_note_enable(struct vgic_vcpu *vcpu)
{
	vgic_v5_set_away(vcpu, vcpu, AWAY_OFF,
			 vgic_v5_off(vcpu->gic, vcpu->v5->ppi.vmcr));
}

/*
 * The guest wrote ICC_CR0_EL1, and its PE may take part in 1-of-N selection
 * now.  Half of a trap's work may be done for that.  The other half is for the
 * interrupts that this posts to the vCPU itself, see vgic_take_posts().
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

/*
 * Have the software CPU interface execute it.  The image is its registers, so
 * nothing is copied before or after.
 */
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

/*
 * Take the request of execute_again() back, and turn it into the trap's result.
 */
static enum vgic_trap outcome(struct vgic_vcpu *vcpu, enum vgic_trap result)
{
	bool again = vcpu->v5->again;

	vcpu->v5->again = false;
	return again ? VGIC_TRAP_RETRY : result;
}

/* The vCPU is out of guest code, between vgic_exit() and vgic_enter(). */
enum vgic_trap vgic_v5_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	if (!vcpu->gic->config.v5.cpuif->execute) {
		return trapped_sysreg(vcpu, sysreg, write, value);
	}
	/*
	 * A device may have lowered its line since.  The registers have to say
	 * so before the instruction looks at them.
	 */
	vcpu->gic->policy->enter(vcpu);
	return outcome(vcpu, execute(vcpu, sysreg, write, value));
}

/*
 * The vCPU is in guest code as far as other threads are concerned: they kick it
 * for what they post.  So what they did is taken in by an entry soon, and here
 * it is enough to look at what this instruction itself has done.
 */
enum vgic_trap vgic_v5_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value)
{
	enum vgic_trap result;

	/*
	 * With hardware the image says what the last exit said, not what the
	 * registers hold now.
	 */
	if (vcpu->gic->config.v5.cpuif->exit) {
		return VGIC_TRAP_NOT_MINE;
	}
	/*
	 * The image is up to date since vgic_enter(), but for devices that have
	 * to be asked.
	 */
	if (vgic_v5_asks(vcpu->v5)) {
		vcpu->gic->policy->enter(vcpu);
	}
	result = execute(vcpu, sysreg, write, value);
	/*
	 * Nobody kicks a vCPU for what it posts to itself, so it takes that in
	 * here.  `refill`, which execute_again() sets, leads here as well.
	 */
	if (vgic_has_posts(vcpu)) {
		vgic_take_posts(vcpu);
		result = outcome(vcpu, result);
	}
	return result;
}
