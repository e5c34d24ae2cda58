/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest accesses that stage 2 did not let through. */
#ifndef HYP_MMIO_H
#define HYP_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/exit.h"

struct access;
struct vcpu;

/*
 * Handle a stage 2 abort of the loaded vCPU, data or instruction, described by
 * vcpu->{esr,far,hpfar}.  An access to the vGIC or to the emulated UART is
 * done and the guest goes on behind it, or, where the vGIC asks for that,
 * repeats it.  Anything else becomes an external abort in the guest and is
 * counted.  Returns the cause to count.  Between vgic_exit() and vgic_enter().
 */
enum exit_cause mmio_abort(struct vcpu *vcpu);

/*
 * Carry out an access of one register to the UART, or to the vGIC where that
 * can be done while the vCPU stays entered.  False: nothing was done.  *cause
 * is what to count.  On the vCPU's thread, entered.
 */
bool mmio_access_entered(struct vcpu *vcpu, const struct access *access,
			 uint64_t ipa, enum exit_cause *cause);

#endif
