/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's self-hosted debug: breakpoints and watchpoints. */
#ifndef HYP_DEBUG_H
#define HYP_DEBUG_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

void debug_init_cpu(void);
void debug_reset(struct vcpu *vcpu);
void debug_load(struct vcpu *vcpu);

/*
 * Trapped op0 == 2 access, named as SYSREG_ENC packs it.  False: no such
 * register.
 */
bool debug_trap(struct vcpu *vcpu, uint32_t sysreg, bool write,
		uint64_t *value);

#endif
