/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic.torture: save, destroy and re-create the vGIC while its guest runs, to
 * show that a snapshot has all that there is to it.
 */
#ifndef HYP_TORTURE_H
#define HYP_TORTURE_H

struct vcpu;

/*
 * With options.torture_ms, begin; else nothing.  Boot CPU, when the VM is
 * complete and the guest is about to start.
 */
void torture_start(void);

/*
 * The handler of IPI_MEET: have this CPU come to torture_meet(), through
 * sched_act(), before it enters a guest again.
 */
void torture_request_meeting(void);

/*
 * If a meeting has been called: wait here while the boot CPU has the vGIC for
 * itself, or, on the boot CPU, do the work.  `vcpu` is the one that is loaded
 * on this CPU, its vGIC's part exited; null when none is.  No lock held.
 */
void torture_meet(struct vcpu *vcpu);

#endif
