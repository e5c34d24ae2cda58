/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI 1.1 (DEN 0022D) and SMCCC 1.1 (DEN 0028C) for the guest. */
#ifndef HYP_PSCI_H
#define HYP_PSCI_H

struct vcpu;

#define PSCI_FN_CPU_OFF 0x84000002u
#define PSCI_FN_CPU_ON_64 0xc4000003u
#define PSCI_FN_SYSTEM_OFF 0x84000008u
#define PSCI_FN_SYSTEM_RESET 0x84000009u

#define PSCI_SUCCESS 0

/* HVC or SMC: function in x0, arguments from x1 on, result in x0. */
void psci_call(struct vcpu *vcpu);

#endif
