/* SPDX-License-Identifier: BSD-2-Clause */
/* Exits that are handled while the vCPU stays entered (quick.c). */
#ifndef HYP_QUICK_H
#define HYP_QUICK_H

#include <stdbool.h>

struct vcpu;

/*
 * Set vcpu->quick, which vectors.S calls with the vCPU's general registers
 * saved; PC and PSTATE are in the CPU.  It returns the vCPU, still loaded and
 * entered, if the exit is handled; of its general registers those up to
 * QUICK_LAST_X may have changed (asm.h).  Null: nothing was done, it is for
 * guest_sync(), to which vectors.S goes on.
 *
 * `allowed`: the short way is taken.  Else none of the vCPU's exits is handled
 * so, as while its guest is stepped (exec.c).  Before guests run, or on the
 * vCPU's thread.
 */
void quick_allow(struct vcpu *vcpu, bool allowed);

#endif
