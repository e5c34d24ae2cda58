/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work that a vCPU does without leaving guest code for it (enter.c).
 */
#ifndef VGIC_CORE_ENTER_H
#define VGIC_CORE_ENTER_H

#include "core/gic.h"

/*
 * In guest code, take in what changed.  Only where the registers are the image,
 * and so need not be brought back before.
 */
void vgic_take_posts(struct vgic_vcpu *vcpu);
/*
 * An instruction of the guest that is executed while the vCPU is out of guest
 * code counts as guest code for others (run_seq is odd), and sees what they
 * have posted.
 */
void vgic_step_in(struct vgic_vcpu *vcpu);
void vgic_step_out(struct vgic_vcpu *vcpu);

/*
 * Entered, while no guest code runs: bring back what the guest did, take in
 * what changed, and fill the registers again.
 */
void vgic_catch_up(struct vgic_vcpu *vcpu);

/*
 * Is there anything to take in?  A post of another thread that this load misses
 * comes with a kick.
 */
static inline bool vgic_has_posts(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->attention) || vcpu->refill;
}

/*
 * Entered: what the vCPU's thread has just posted to its own vCPU kicked
 * nobody, and is taken in here.
 */
static inline void vgic_take_own_posts(struct vgic_vcpu *vcpu)
{
	if (vgic_has_posts(vcpu)) {
		vgic_catch_up(vcpu);
	}
}

/*
 * A CPU interface in software has executed an instruction of the guest while
 * the vCPU stays entered.  What hardware would raise a maintenance interrupt
 * for is looked at here, if there may be such.
 */
static inline void vgic_executed(struct vgic_vcpu *vcpu)
{
	const uint32_t quiet = ICH_HCR_EL2_En | ICH_HCR_EL2_TC |
			       ICH_HCR_EL2_TDIR;
	bool asks = vcpu->ich.hcr & ~quiet;

	for (uint32_t used = vcpu->ich.used; used && !asks; used &= used - 1) {
		uint64_t lr = vcpu->lr_known[__builtin_ctz(used)];

		/* With HW set it is a bit of pINTID. */
		asks = (lr & (ICH_LR_EL2_HW | ICH_LR_EL2_EOI)) ==
		       ICH_LR_EL2_EOI;
	}
	if (asks) {
		vgic_catch_up(vcpu);
	}
}

#endif
