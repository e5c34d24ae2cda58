/* SPDX-License-Identifier: BSD-2-Clause */
/* What vectors.S offers to C; what it calls is in exit.h and fault.h. */
#ifndef HYP_VECTORS_H
#define HYP_VECTORS_H

struct vcpu;

/*
 * Enter the guest by ERET with the registers of `vcpu`, which is loaded and
 * entered.  The stack of this CPU is emptied: every exit from the guest starts
 * at its top again, so nothing ever returns here.
 */
_Noreturn void guest_start(struct vcpu *vcpu);

#endif
