/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's way in and out: load, enter, exit, put; and the test for WFI. */
#include "core/enter.h"
#include "core/contract.h"
#include "core/gic.h"
#include "core/queue.h"
#include "core/sync.h"

void vgic_load(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_note_thread(vcpu);
	if (!vcpu->resident) {
		vcpu->gic->policy->load(vcpu);
		vcpu->resident = true;
	}
}

unsigned int vgic_signals(struct vgic_vcpu *vcpu)
{
	return vcpu->gic->policy->asserted(vcpu);
}

bool vgic_irq_asserted(struct vgic_vcpu *vcpu)
{
	return vgic_signals(vcpu) & VGIC_VIRQ;
}

bool vgic_fiq_asserted(struct vgic_vcpu *vcpu)
{
	return vgic_signals(vcpu) & VGIC_VFIQ;
}

void vgic_put(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_PUT);
	if (vcpu->resident) {
		vcpu->gic->policy->put(vcpu);
		vcpu->resident = false;
	}
}

/*
 * Look at what attention was called to.  False: no register is to be filled.
 * If only words of loaded interrupts have changed, `refill` says whether one of
 * those interrupts left its register, or made room for another one.
 */
static inline bool look(struct vgic_vcpu *vcpu)
{
	const struct vgic_policy *policy = vcpu->gic->policy;
	uint32_t why = vgic_exchange(&vcpu->attention, 0);

	if (why == ATTN_LRS || (why && vgic_queue_attend(vcpu, why))) {
		policy->refresh(vcpu);
	}
	return why != ATTN_LRS || vcpu->refill;
}

/*
 * Take in what changed.  What this vCPU posts to itself meanwhile kicks nobody,
 * so look again; but not for longer than the effort allows, since others may go
 * on posting.  What is left then, the kick brings this vCPU back for.
 */
static void attend(struct vgic_vcpu *vcpu, int32_t effort)
{
	const struct vgic_policy *policy = vcpu->gic->policy;
	const struct vgic_config *config = &vcpu->gic->config;

	vcpu->effort = effort;
	do {
		if (look(vcpu)) {
			policy->flush(vcpu);
		}
		if (!vgic_load_relaxed(&vcpu->attention)) {
			return;
		}
		vcpu->effort -= VGIC_EFFORT_ROUND;
	} while (vcpu->effort > 0);
	config->host->kick(config->host_ctx, vcpu->index);
}

static void attend_to_posts(struct vgic_vcpu *vcpu)
{
	if (vgic_load_seq(&vcpu->attention) || vcpu->refill) {
		attend(vcpu, VGIC_EFFORT);
	}
}

void vgic_enter(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vcpu->resident, RULE_ENTER_LOAD);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_ENTER_TWICE);
	/*
	 * From here on posts must kick: either this thread sees the post below,
	 * or the thread that posts sees that the vCPU is in guest code, and its
	 * kick ends the guest's run.
	 */
	vgic_store_seq(&vcpu->run_seq, vgic_load_relaxed(&vcpu->run_seq) + 1);
	attend_to_posts(vcpu);
	vcpu->gic->policy->enter(vcpu);
}

/* The guest's instruction that this belongs to may use the other half. */
void vgic_take_posts(struct vgic_vcpu *vcpu)
{
	attend(vcpu, VGIC_EFFORT / 2);
	vcpu->gic->policy->enter(vcpu);
}

void vgic_step_in(struct vgic_vcpu *vcpu)
{
	vgic_store_seq(&vcpu->run_seq, vgic_load_relaxed(&vcpu->run_seq) + 1);
	if (vgic_load_seq(&vcpu->attention)) {
		vgic_take_posts(vcpu);
	}
}

void vgic_step_out(struct vgic_vcpu *vcpu)
{
	vgic_store_seq(&vcpu->run_seq, vgic_load_relaxed(&vcpu->run_seq) + 1);
}

void vgic_exit(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_EXIT);
	vcpu->gic->policy->fold(vcpu, false);
	vgic_sync_mark(vcpu);
	vgic_store_seq(&vcpu->run_seq, vgic_load_relaxed(&vcpu->run_seq) + 1);
}

unsigned int vgic_update_signals(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_PENDING);
	attend_to_posts(vcpu);
	vcpu->gic->policy->enter(vcpu);
	return vcpu->gic->policy->asserted(vcpu);
}

/*
 * Other threads take the vCPU to be in guest code all the time (run_seq stays
 * odd): they kick it for what they post, and a thread that waits for exact
 * words has posted ATTN_SYNC.
 */
void vgic_catch_up(struct vgic_vcpu *vcpu)
{
	uint32_t why = vgic_load_seq(&vcpu->attention);

	/* Often nothing but words in list registers has changed. */
	vcpu->gic->policy->fold(
		vcpu, why == ATTN_LRS && vgic_cas(&vcpu->attention, &why, 0));
	attend_to_posts(vcpu);
	vcpu->gic->policy->enter(vcpu);
}

void vgic_reenter(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, vgic_is_entered(vcpu), RULE_ENTERED);
	vgic_catch_up(vcpu);
}

bool vgic_pending(struct vgic_vcpu *vcpu)
{
	vgic_thread_rule(vcpu);
	vgic_rule(vcpu, !vgic_is_entered(vcpu), RULE_PENDING);
	attend_to_posts(vcpu);
	/* A post that was not looked at yet may be what the guest waits for. */
	return vgic_load_relaxed(&vcpu->attention) ||
	       vcpu->gic->policy->signals(vcpu);
}
