/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that stage 2 did not let through. */
#ifndef HYP_MMIO_H
#define HYP_MMIO_H

#include "hyp/exit.h"

struct vcpu;

/*
 * Handle a stage 2 abort of the loaded vCPU, data or instruction, described by
 * vcpu->{esr,far,hpfar}.  An access to the vGIC or to the emulated UART is
 * done and the guest goes on behind it, or, where the vGIC asks for that,
 * repeats it.  Anything else becomes an external abort in the guest and is
 * counted.  Returns the cause to count.  Between vgic_exit() and vgic_enter().
 */
enum exit_cause mmio_abort(struct vcpu *vcpu);

#endif
