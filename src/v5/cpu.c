/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's GICv5 instructions.  The CPU interface executes them; what
 * concerns SPIs and LPIs it asks of the IRS, that is, of the words and the
 * vCPU's delivery queue.  All on the vCPU's own thread.
 */
#include "v5/v5.h"

#include "regs/a64.h"
#include "regs/gicv5.h"

/* SPIs and LPIs that are forwarded stand in the lists of group 1. */
#define FORWARDED 2u
#define PRIO_NONE 32u

bool vgic_v5_forwards(const struct vgic_vcpu *vcpu)
{
	const struct vgic *gic = vcpu->gic;
	uint32_t irs = vgic_v5_irs_of_vcpu(gic, vcpu->index);

	return vgic_load_relaxed(&gic->v5->irs[irs].cr0) & IRS_CR0_IRSEN;
}

static uint32_t hppi(void *ctx, uint32_t *intid)
{
	struct vgic_vcpu *vcpu = ctx;
	uint32_t prio;

	if (!(vcpu->summary[1]) || !vgic_v5_forwards(vcpu)) {
		return PRIO_NONE;
	}
	prio = vgic_queue_best(vcpu, FORWARDED) >> 3;
	if (prio < PRIO_NONE) {
		*intid = vgic_v5_intid(vcpu->gic,
				       vgic_queue_peek(vcpu, FORWARDED));
	}
	return prio;
}

/*
 * What another PE does to the interrupt between hppi() and here comes too
 * late: the acknowledge was on its way.
 */
static void activate(void *ctx, uint32_t intid)
{
	struct vgic_vcpu *vcpu = ctx;
	uint32_t index = vgic_queue_take(vcpu, FORWARDED);
	_Atomic(uint64_t) *at = &vcpu->gic->irqs[index].word;
	uint64_t was = vgic_load_seq(at), now;

	do {
		now = w_release(was) | W_ACTIVE;
		/* Edge: the acknowledge takes Pending; Level: the source. */
		if (!(was & W_LEVEL)) {
			now &= ~W_PEND;
		}
		/*
		 * Mapped: while it is active the physical interrupt cannot
		 * tell us more, and afterwards it comes anew.
		 */
		if (was & W_HW) {
			now &= ~(W_PEND | W_WIRE);
		}
	} while (!vgic_cas(at, &was, now));
	vgic_count(&vcpu->delivered[vgic_v5_kind(intid)]);
}

/* GIC CD* instructions on SPIs and LPIs. */
static const struct command {
	uint32_t insn;
	enum vgic_change set, clear;
	/* Bit of the operand that chooses `clear` when it is 0; 0: none. */
	uint64_t chooser;
} commands[] = {
	{ GIC_CDEN, VGIC_SET_ENABLE, VGIC_SET_ENABLE, 0 },
	{ GIC_CDDIS, VGIC_CLEAR_ENABLE, VGIC_CLEAR_ENABLE, 0 },
	{ GIC_CDPEND, VGIC_SET_PENDING, VGIC_CLEAR_PENDING,
	  GIC_CDPEND_PENDING },
	{ GIC_CDDI, VGIC_CLEAR_ACTIVE, VGIC_CLEAR_ACTIVE, 0 },
};

static bool simple_command(struct vgic_vcpu *vcpu, uint32_t index,
			   uint32_t insn, uint64_t operand)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const struct command *c = &commands[i];

		if (c->insn == insn) {
			bool clear = c->chooser && !(operand & c->chooser);

			vgic_irq_change(vcpu->gic, vcpu, index,
					clear ? c->clear : c->set, 0);
			return true;
		}
	}
	return false;
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
	if (simple_command(vcpu, index, insn, operand)) {
		return;
	}
	switch (insn) {
	case GIC_CDPRI:
		vgic_irq_change(gic, vcpu, index, VGIC_SET_PRIORITY,
				(uint32_t)FIELD_GET(GIC_CDPRI_PRIORITY,
						    operand) << 3);
		break;
	case GIC_CDAFF:
		vgic_set_route(gic, vcpu, index,
			       (uint32_t)FIELD_GET(GIC_CDAFF_IAFFID, operand),
			       operand & GIC_CDAFF_IRM);
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
	.activate = activate,
	.command = command,
	.rcfg = rcfg,
};

/* activate() counts SPIs and LPIs; the CPU interface takes PPIs by itself. */
static void count_ppi(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
{
	if (sysreg == GICR_CDIA && (value & GICR_CDIA_VALID) &&
	    vgic_v5_kind((uint32_t)value) == VGIC_PPI) {
		vgic_count(&vcpu->delivered[VGIC_PPI]);
	}
}

/*
 * On a PE with FEAT_GCIE only these trap: what the guest may know of its CPU
 * interface, and enables, lest it enables what it is not to get.
 */
static enum vgic_trap trapped_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				     bool write, uint64_t *value)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint32_t bank = sysreg - ICC_PPI_ENABLER0_EL1;
	bool wide = vcpu->gic->config.v5.lpi_id_bits > 16;

	if (bank < 2 && write) {
		image->enabler[bank] = *value & ~image->hvir[bank];
		image->changed = true;
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

enum vgic_trap vgic_v5_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value)
{
	const struct vgic_v5_cpuif_ops *ops = vcpu->gic->config.v5.cpuif;

	if (!ops->execute) {
		return trapped_sysreg(vcpu, sysreg, write, value);
	}
	if (!vgic_is_gic_sysreg(sysreg)) {
		return VGIC_TRAP_NOT_MINE;
	}
	/* A line may have fallen: the registers are to say so. */
	vcpu->gic->policy->enter(vcpu);
	if (ops->execute(vcpu->hw, sysreg, write, value)) {
		return VGIC_TRAP_UNDEF;
	}
	if (!write) {
		count_ppi(vcpu, sysreg, *value);
	} else if (sysreg == ICC_CR0_EL1) {
		ops->sync_wfi(vcpu->hw, &vcpu->v5->ppi);
		vgic_v5_note_enable(vcpu);
	}
	return VGIC_TRAP_DONE;
}
