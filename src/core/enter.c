/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU's way in and out: load, enter, exit, put; and the test for WFI. */
#include "core/gic.h"

void vgic_load(struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	if (vcpu->resident) {
		return;
	}
	config->cpuif->load(vcpu->hw, &vcpu->ich, &config->caps);
	vcpu->ich.dirty = 0;
	vcpu->ich.hcr_dirty = false;
	vcpu->resident = true;
}

void vgic_put(struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	if (!vcpu->resident) {
		return;
	}
	config->cpuif->put(vcpu->hw, &vcpu->ich, &config->caps);
	vcpu->resident = false;
}

/* Take in what changed until nothing is left to take in. */
static void attend(struct vgic_vcpu *vcpu)
{
	do {
		if (vgic_queue_attend(vcpu)) {
			vgic_lr_refresh(vcpu);
		}
		vgic_lr_flush(vcpu);
	} while (vgic_load_relaxed(&vcpu->attention));
}

void vgic_enter(struct vgic_vcpu *vcpu)
{
	/*
	 * From here on posts must kick: either we see the post below, or the
	 * one who posts sees that we are in and its kick ends the guest.
	 */
	vgic_store_seq(&vcpu->run_seq,
		       vgic_load_relaxed(&vcpu->run_seq) + 1);
	if (vgic_load_seq(&vcpu->attention) || vcpu->refill) {
		attend(vcpu);
	}
	if (vcpu->ich.dirty || vcpu->ich.hcr_dirty) {
		vcpu->gic->config.cpuif->enter(vcpu->hw, &vcpu->ich);
		vcpu->ich.dirty = 0;
		vcpu->ich.hcr_dirty = false;
	}
}

void vgic_exit(struct vgic_vcpu *vcpu)
{
	vcpu->gic->config.cpuif->exit(vcpu->hw, &vcpu->ich);
	vgic_lr_fold(vcpu);
	vgic_sync_mark(vcpu);
	vgic_store_seq(&vcpu->run_seq,
		       vgic_load_relaxed(&vcpu->run_seq) + 1);
}

bool vgic_pending(struct vgic_vcpu *vcpu)
{
	if (vgic_load_seq(&vcpu->attention) || vcpu->refill) {
		attend(vcpu);
	}
	return vgic_lr_signals(vcpu);
}
