/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Priorities that run: group priorities, the active priorities registers, and
 * which interrupts on the stack have handlers that the guest has not left yet.
 * All on the vCPU's own thread.  IHI 0069 4.8
 */
#include "cpuif/prio.h"
#include "core/irq.h"
#include "core/stack.h"

uint32_t vgic_prio_group(const struct vgic_vcpu *vcpu, uint32_t prio,
			 bool group1)
{
	uint32_t vmcr = vcpu->ich.vmcr;
	uint32_t least = 7u - vcpu->gic->config.caps.pre_bits;
	uint32_t bpr = (uint32_t)FIELD_GET(ICH_VMCR_EL2_VBPR0, vmcr);

	bpr = bpr < least ? least : bpr;
	if (group1 && !(vmcr & ICH_VMCR_EL2_VCBPR)) {
		bpr = (uint32_t)FIELD_GET(ICH_VMCR_EL2_VBPR1, vmcr);
		bpr = bpr < least + 1 ? least + 1 : bpr;
		bpr -= 1;
	}
	return prio & ~((2u << bpr) - 1);
}

/* Priority of the most urgent bit set in the APRs, or VGIC_PRIO_NONE. */
static uint32_t running_prio(const struct vgic_vcpu *vcpu)
{
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t apr = vcpu->ich.ap0r[i] | vcpu->ich.ap1r[i];

		if (apr) {
			uint32_t level = i * 32 + (uint32_t)__builtin_ctz(apr);

			return level << (8 - vcpu->gic->config.caps.pre_bits);
		}
	}
	return VGIC_PRIO_NONE;
}

static void read_apr(struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	if (vcpu->resident) {
		config->cpuif->read_apr(vcpu->hw, &vcpu->ich, &config->caps);
	}
}

uint32_t vgic_prio_running(struct vgic_vcpu *vcpu)
{
	read_apr(vcpu);
	return running_prio(vcpu);
}

/* Preemption levels at which handlers of interrupts on the stack run. */
struct running {
	const struct vgic_vcpu *vcpu;
	uint32_t level[4];
};

/* The bit of the APRs that the acknowledge of this interrupt has set. */
static uint32_t level_of(const struct vgic_vcpu *vcpu, uint64_t word)
{
	return vgic_prio_group(vcpu, w_actprio(word), word & W_GATE1) >>
	       (8 - vcpu->gic->config.caps.pre_bits);
}

/* Has the guest not yet written EOI for this active interrupt? */
static bool still_runs(const void *ctx, uint64_t word)
{
	const struct running *running = ctx;
	uint32_t level = level_of(running->vcpu, word);

	return running->level[level / 32] & (1u << level % 32);
}

/*
 * An acknowledge sets the bit of its group priority in the APRs, its EOI clears
 * it, and handlers that nest have different group priorities.  So each bit
 * belongs to one interrupt: if not to one that is active in a list register,
 * then to one on the stack, or to one that another vCPU has deactivated.
 */
static void find_running(struct vgic_vcpu *vcpu, struct running *running)
{
	running->vcpu = vcpu;
	read_apr(vcpu);
	for (uint32_t i = 0; i < 4; i++) {
		running->level[i] = vcpu->ich.ap0r[i] | vcpu->ich.ap1r[i];
	}
	for (uint32_t used = vcpu->ich.used; used; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint64_t word = vgic_irq_word(vcpu->gic, vcpu->lr_irq[n]);
		uint32_t level = level_of(vcpu, word);

		if ((vcpu->lr_known[n] & ICH_LR_EL2_Active) &&
		    (word & W_ACKED)) {
			running->level[level / 32] &= ~(1u << level % 32);
		}
	}
}

void vgic_prio_credit(struct vgic_vcpu *vcpu, uint32_t count)
{
	struct running running;

	find_running(vcpu, &running);
	vgic_stack_credit(vcpu, count, still_runs, &running);
}
