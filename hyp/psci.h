/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSCI 1.1 (DEN 0022D) and SMCCC 1.1 (DEN 0028C): what the guest calls here by
 * HVC or SMC, and the functions that we call in the machine's firmware.
 */
#ifndef HYP_PSCI_H
#define HYP_PSCI_H

#include <stdbool.h>

#include "hyp/asm.h"

struct vcpu;

/* Function IDs, DEN 0022D 5.1. */
#define PSCI_FN_VERSION 0x84000000u
#define PSCI_FN_CPU_SUSPEND 0x84000001u
#define PSCI_FN_CPU_OFF 0x84000002u
#define PSCI_FN_CPU_ON 0x84000003u
#define PSCI_FN_CPU_ON_64 0xc4000003u
#define PSCI_FN_AFFINITY_INFO 0x84000004u
#define PSCI_FN_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_FN_SYSTEM_OFF 0x84000008u
#define PSCI_FN_SYSTEM_RESET 0x84000009u
#define PSCI_FN_FEATURES 0x8400000au

#define PSCI_SUCCESS 0

_Static_assert(PSCI_SYSTEM_OFF == PSCI_FN_SYSTEM_OFF, "asm.h");

/*
 * Do the call that the guest made, function in x0 and arguments in x1 to x3,
 * and put the result into x0.  A call that is not known returns NOT_SUPPORTED,
 * as DEN 0028C demands.  The PC is behind HVC or SMC already.  On the thread of
 * `vcpu`, between vgic_exit() and vgic_enter(); may leave this CPU an `action`
 * to be done before the next entry, and does not return from SYSTEM_OFF and
 * SYSTEM_RESET.
 */
void psci_call(struct vcpu *vcpu);

/*
 * The same for a call that only says something, or is not known, on the thread
 * of `vcpu`, which stays entered.  False: it is another one, nothing was done.
 */
bool psci_call_quick(struct vcpu *vcpu);

#endif
