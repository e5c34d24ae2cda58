/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spinlocks.  EL2 runs with interrupts masked, so a lock cannot be asked for by
 * an interrupt on the CPU that holds it, and one kind of lock is enough.
 *
 * Order, outermost first:
 *   vcpu->timers.lock  the guest's physical timer (vtimer.c)
 *   uart.lock          the guest's UART (guest_uart.c)
 *   console.lock       output on the physical UART (console.c)
 *   queue.lock         the run queue (sched.c)
 *   cpu->timers.lock   software timers of a CPU (timer.c)
 * The lock of exec.c is taken with none of these held, and none of these is
 * taken under it.
 */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "hyp/arch.h"

struct spinlock {
	atomic_bool held;
};

/*
 * Waits by reading alone, so that CPUs that wait do not take the cache line
 * from the one that holds the lock.  Acquire: pairs with spin_unlock()'s
 * release.
 */
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

/* Release: what was written under the lock is seen by the next holder. */
static inline void spin_unlock(struct spinlock *lock)
{
	atomic_store_explicit(&lock->held, false, memory_order_release);
}

#endif
