/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which vCPU runs on which CPU.  A vCPU is loaded on at most one CPU at a time,
 * which is then its thread.
 */
#ifndef HYP_SCHED_H
#define HYP_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/exit.h"
#include "hyp/vcpu.h"

/* Prepare this CPU's timers.  Each CPU, once. */
void sched_init_cpu(void);

/*
 * Turn on a vCPU that is off, to start at `pc` with `x0` in X0 (PSCI CPU_ON).
 * Returns the state that it was found in: VCPU_OFF when this call started it;
 * else nothing has changed.  Any CPU, no lock held.
 */
enum vcpu_state sched_start(struct vcpu *vcpu, uint64_t pc, uint64_t x0);

/*
 * This CPU has no vCPU: wait until one is runnable, load it and return it.  No
 * lock held; interrupts of the CPU are taken meanwhile.
 */
struct vcpu *sched_next(void);

/*
 * Do what the exit of `vcpu` asks for: this CPU's `action`, which is not
 * ACTION_RUN, and becomes that.  On the vCPU's thread, between vgic_exit() and
 * vgic_enter(), no lock held.  Returns the vCPU to run next, loaded.
 */
struct vcpu *sched_act(struct vcpu *vcpu);

/*
 * WFI of `vcpu`, which stays entered: sleep until an interrupt that is for this
 * vCPU, and take it; *cause is the cause of the last one.  When the CPU has
 * something else to do, this CPU's `action` is not ACTION_RUN: ACTION_WAIT when
 * another vCPU wants the CPU.  False, with nothing done: it was not ACTION_RUN
 * before.  On the vCPU's thread, no lock held.
 */
bool sched_doze(struct vcpu *vcpu, enum exit_cause *cause);

/*
 * Was this vCPU kicked since its `kicked` was cleared?  `cause`: of the
 * interrupt that its CPU has just taken.  On the vCPU's thread.
 *
 * Another CPU sets `kicked` and then sends IPI_KICK.  `kicked` alone does not
 * say that: this CPU clears it by a relaxed store, which may reach memory after
 * the other CPU's store and overwrite it.  IPI_KICK arrives all the same.
 */
static inline bool sched_was_kicked(const struct vcpu *vcpu,
				    enum exit_cause cause)
{
	return cause == EXIT_IRQ_KICK ||
	       atomic_load_explicit(&vcpu->sched.kicked, memory_order_relaxed);
}

/* The handler of IPI_RESCHED: a vCPU waits for a CPU. */
void sched_resched(void);

/*
 * vgic_host_ops.kick of the VM `ctx`: the vCPU has something to look at in its
 * vGIC.  It leaves the guest, wakes up, or is visited.  Any CPU; the locks of
 * the run queue and of timers are taken.
 */
void sched_kick(void *ctx, uint32_t index);

#endif
