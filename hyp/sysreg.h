/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers and instructions of the guest that come to EL2: by a trap,
 * or as an HVC that was put in their place (patch.h).
 */
#ifndef HYP_SYSREG_H
#define HYP_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>

#include "hyp/esr.h"
#include "hyp/patch.h"
#include "hyp/vcpu.h"

/*
 * A trapped MSR, MRS or system instruction, described by vcpu->esr (EC 0x18).
 * The vGIC's, a timer's, a debug or an ID register is read or written and the
 * guest goes on behind the instruction, or repeats it where the vGIC asks for
 * that; any other is UNDEFINED for the guest.  Returns the cause to count.  On
 * the vCPU's thread, between vgic_exit() and vgic_enter().
 */
enum exit_cause sysreg_trap(struct vcpu *vcpu);

/* Learn what patched words stand for, from v->patch.  Before guests run. */
void sysreg_init(const struct vm *v);

/*
 * An HVC, in a guest with patched words.  If it was put in the place of an
 * instruction, do what that does; false: the guest has an HVC there itself.  On
 * the vCPU's thread, between vgic_exit() and vgic_enter().
 */
bool sysreg_patched(struct vcpu *vcpu);

/* For every HVC immediate what it stands for, see patch_fill(). */
extern uint16_t sysreg_of_hvc[PATCH_WORDS];

/*
 * Execute a patched word by `trap`, vgic_trap_sysreg() or its like, for its Rt.
 * What is read into XZR is dropped.
 */
static inline enum vgic_trap
sysreg_execute(struct vcpu *vcpu, uint32_t sysreg, uint32_t imm,
	       enum vgic_trap (*trap)(struct vgic_vcpu *vgic, uint32_t sysreg,
				      bool write, uint64_t *value))
{
	uint64_t *rt = &vcpu->x[imm & PATCH_Rt_MASK];
	enum vgic_trap result =
		trap(vcpu->vgic, sysreg, !(imm & PATCH_READ), rt);

	vcpu->x[A64_XZR] = 0;
	return result;
}

#endif
