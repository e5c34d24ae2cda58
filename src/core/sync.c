/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact reads of pending and active state without stopping the VM.
 *
 * The state of what is in a list register of a vCPU that runs guest code is
 * known to the hardware alone.  A reader takes a ticket from the VM's clock,
 * kicks that one vCPU and has the guest repeat its access; the word is exact
 * once its holder was out of guest code after the ticket was drawn.
 */
#include "core/sync.h"
#include "core/contract.h"
#include "core/gic.h"
#include "core/irq.h"

void vgic_sync_begin(struct vgic_vcpu *vcpu, uint64_t key)
{
	if (vcpu->sync_key != key) {
		vcpu->sync_key = key;
		vcpu->sync_ticket = 0;
		vcpu->sync_waits = 0;
	}
}

void vgic_sync_end(struct vgic_vcpu *vcpu)
{
	vcpu->sync_key = 0;
}

void vgic_sync_mark(struct vgic_vcpu *vcpu)
{
	vgic_store_seq(&vcpu->exact_at, vgic_load_seq(&vcpu->gic->sync_clock));
}

/* Was this vCPU out of guest code after the reader's ticket was drawn? */
static bool was_out_since(struct vgic_vcpu *holder, struct vgic_vcpu *reader)
{
	struct vgic *gic = reader->gic;

	if (!(vgic_load_seq(&holder->run_seq) & 1)) {
		return true;
	}
	/* Zero means none; the clock may wrap. */
	while (reader->sync_ticket == 0) {
		reader->sync_ticket = vgic_fetch_add(&gic->sync_clock, 1) + 1;
	}
	return (int32_t)(vgic_load_seq(&holder->exact_at) -
			 reader->sync_ticket) >= 0;
}

bool vgic_sync_word(struct vgic_vcpu *vcpu, uint32_t index, uint64_t *word)
{
	struct vgic *gic = vcpu->gic;
	uint64_t before, after = vgic_irq_word(gic, index);

	do {
		uint32_t owner = w_owner(after);

		before = after;
		if (w_place(before) == PLACE_LR && owner != vcpu->index &&
		    !was_out_since(&gic->vcpus[owner], vcpu)) {
			vgic_notify(gic, vcpu, owner, ATTN_SYNC);
			vgic_rule(&gic->vcpus[owner],
				  ++vcpu->sync_waits != CONTRACT_PATIENCE,
				  RULE_KICK);
			return false;
		}
		/* Only a word read after the question is an answer to it. */
		after = vgic_irq_word(gic, index);
	} while (before != after);
	*word = after;
	return true;
}
