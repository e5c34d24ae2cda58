/* SPDX-License-Identifier: BSD-2-Clause */
/* Exits that are handled while the vCPU stays entered (quick.c). */
#ifndef HYP_QUICK_H
#define HYP_QUICK_H

struct vcpu;

/*
 * vectors.S calls vcpu->quick, which is one of these, with the vCPU's general
 * registers saved; PC and PSTATE are in the CPU.  They return the vCPU, still
 * loaded and entered, if the exit is handled; of its general registers those up
 * to QUICK_LAST_X may have changed (asm.h).  Null: nothing was done, it is for
 * guest_sync(), to which vectors.S goes on.  quick_sync_patched() is for a
 * guest whose GIC instructions are patched (patch.h), quick_sync_gicv5() for
 * one whose GIC is a GICv5.
 */
struct vcpu *quick_sync(struct vcpu *vcpu);
struct vcpu *quick_sync_patched(struct vcpu *vcpu);
struct vcpu *quick_sync_gicv5(struct vcpu *vcpu);

#endif
