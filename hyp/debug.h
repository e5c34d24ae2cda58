/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's self-hosted debug (DDI 0487 D2): breakpoints and watchpoints, as
 * a debugger in the guest uses them.
 */
#ifndef HYP_DEBUG_H
#define HYP_DEBUG_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* All of this CPU's breakpoints and watchpoints off.  Each CPU, once. */
void debug_init_cpu(void);

/* None of the vCPU's are enabled, as after a reset.  It is not loaded. */
void debug_reset(struct vcpu *vcpu);

/*
 * Part of vcpu_load(): put the vCPU's breakpoints and watchpoints into the CPU,
 * unless neither it nor the vCPU before has any.
 */
void debug_load(struct vcpu *vcpu);

/*
 * A trapped access to a register with op0 2; `sysreg` is its SYSREG_ENC().
 * Writes *value, or reads into it.  False: there is no such register.  On the
 * vCPU's thread.
 */
bool debug_trap(struct vcpu *vcpu, uint32_t sysreg, bool write,
		uint64_t *value);

#endif
