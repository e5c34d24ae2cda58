/* SPDX-License-Identifier: BSD-2-Clause */
/* Trapped system register accesses. */
#ifndef HYP_SYSREG_H
#define HYP_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>

#include "hyp/esr.h"
#include "hyp/patch.h"
#include "hyp/vcpu.h"

/* EC 0x18: do it, and advance or inject.  Returns the cause to count. */
enum exit_cause sysreg_trap(struct vcpu *vcpu);

/* Before guests run: learn what patched words stand for. */
void sysreg_init(const struct vm *v);

/* A patched word, HVC #n (patch.h); false: it is the guest's own HVC. */
bool sysreg_patched(struct vcpu *vcpu);

/* What HVC #n stands for, see patch_fill(). */
extern uint16_t patched[PATCH_WORDS];

/* Where the Rt of `imm` is: that is what the vGIC reads or writes. */
static inline uint64_t *patched_reg(struct vcpu *vcpu, uint32_t imm,
				    uint64_t *xzr)
{
	uint32_t rt = imm & PATCH_Rt_MASK;

	return rt == PATCH_Rt_MASK ? xzr : &vcpu->x[rt];
}

/*
 * The same without vgic_exit() and vgic_enter(); false also where that is not
 * possible, or the word is UNDEFINED, and nothing was done.
 */
static inline bool sysreg_patched_entered(struct vcpu *vcpu)
{
	uint32_t imm = (uint32_t)vcpu->esr & ESR_HVC_IMM;
	uint32_t sysreg = patched[imm >> PATCH_Rt_BITS];
	uint64_t xzr = 0;

	return sysreg &&
	       vgic_trap_sysreg_entered(vcpu->vgic, sysreg,
					!(imm & PATCH_READ),
					patched_reg(vcpu, imm, &xzr)) ==
		       VGIC_TRAP_DONE;
}

#endif
