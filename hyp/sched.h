/* SPDX-License-Identifier: BSD-2-Clause */
/* Which vCPU runs on which CPU. */
#ifndef HYP_SCHED_H
#define HYP_SCHED_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* This CPU's time slice timer. */
void sched_init_cpu(void);

/* OFF -> RUNNABLE.  False when it was not OFF. */
bool sched_start(struct vcpu *vcpu, uint64_t pc, uint64_t x0);

/*
 * The following choose who runs next on this CPU: the vCPU returned is
 * loaded, the one before may or may not be.  All are called between
 * vgic_exit() and vgic_enter().
 */

/* CPU without a vCPU: wait for one. */
struct vcpu *sched_next(void);
/* WFI: block unless an interrupt is there to take. */
struct vcpu *sched_wait(struct vcpu *vcpu);
/* Let others run first, if there are others. */
struct vcpu *sched_yield(struct vcpu *vcpu);
/* PSCI CPU_OFF. */
struct vcpu *sched_off(struct vcpu *vcpu);

/* vgic_host_ops.kick */
void sched_kick(void *ctx, uint32_t index);

#endif
