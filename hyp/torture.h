/* SPDX-License-Identifier: BSD-2-Clause */
/* Save, destroy and re-create the vGIC while its guest runs.  (torture.c) */
#ifndef HYP_TORTURE_H
#define HYP_TORTURE_H

struct vcpu;

/* On the boot CPU, when the guest is about to start. */
void torture_start(void);

/* IPI_MEET: the guest is left, and sched_act() follows. */
void torture_called(void);

/*
 * The place where CPUs wait while one of them has the vGIC for itself.  No
 * lock is held.  `vcpu`: whose vGIC is loaded on this CPU, or null.
 */
void torture_meet(struct vcpu *vcpu);

#endif
