/* SPDX-License-Identifier: BSD-2-Clause */
/* Trapped system register accesses. */
#ifndef HYP_SYSREG_H
#define HYP_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/vcpu.h"

/* EC 0x18: do it, and advance or inject.  Returns the cause to count. */
enum exit_cause sysreg_trap(struct vcpu *vcpu);

/* A patched word, HVC #n (patch.h); false: it is the guest's own HVC. */
bool sysreg_patched(struct vcpu *vcpu);

/* What the guest sees in the ID register 3:0:0:CRm:op2, CRm 1 to 7. */
uint64_t id_reg(unsigned int crm, unsigned int op2);

#endif
