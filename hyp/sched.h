/* SPDX-License-Identifier: BSD-2-Clause */
/* Which vCPU runs on which CPU. */
#ifndef HYP_SCHED_H
#define HYP_SCHED_H

#include <stdint.h>

#include "hyp/vcpu.h"

/* This CPU's time slice timer. */
void sched_init_cpu(void);

/*
 * OFF -> STARTING -> RUNNABLE.  Returns the state that `vcpu` was found in:
 * VCPU_OFF when this call starts it; otherwise nothing is changed.
 */
enum vcpu_state sched_start(struct vcpu *vcpu, uint64_t pc, uint64_t x0);

/* CPU without a vCPU: wait for one, load it. */
struct vcpu *sched_next(void);

/*
 * Do this CPU's `action` and reset it.  Called between vgic_exit() and
 * vgic_enter(); returns who is to run, loaded.
 */
struct vcpu *sched_act(struct vcpu *vcpu);

/* IPI_RESCHED: somebody waits for a CPU. */
void sched_poked(void);

/* vgic_host_ops.kick */
void sched_kick(void *ctx, uint32_t index);

#endif
