/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry to and exit from the guest; vectors.S calls the first four. */
#ifndef HYP_EXIT_H
#define HYP_EXIT_H

#include "hyp/vcpu.h"

/* Return the vCPU to run, loaded and entered. */
struct vcpu *guest_sync(struct vcpu *vcpu);
/* The same for a guest whose GIC is in patched words: vcpu->sync. */
struct vcpu *guest_sync_patched(struct vcpu *vcpu);
struct vcpu *guest_irq(struct vcpu *vcpu);
_Noreturn void guest_serror(struct vcpu *vcpu);

/* Run vCPUs on this CPU from now on. */
_Noreturn void run_loop(void);

/* Enter the guest with an empty stack.  (vectors.S) */
_Noreturn void guest_start(struct vcpu *vcpu);

#endif
