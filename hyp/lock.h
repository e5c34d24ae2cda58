/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spinlocks.  Interrupts are always masked at EL2, so there is one flavour.
 *
 * Order, outermost first: a vCPU's physical timer, guest PL011, console, run
 * queue, timers.
 */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "hyp/arch.h"

struct spinlock {
	atomic_bool held;
};

static inline void spin_lock(struct spinlock *lock)
{
	while (atomic_exchange_explicit(&lock->held, true,
					memory_order_acquire)) {
		while (atomic_load_explicit(&lock->held,
					    memory_order_relaxed)) {
			cpu_yield();
		}
	}
}

static inline void spin_unlock(struct spinlock *lock)
{
	atomic_store_explicit(&lock->held, false, memory_order_release);
}

#endif
