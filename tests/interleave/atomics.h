/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's atomics with a scheduler behind them: before each access that
 * another thread could see or change, somebody else may run.  The scheduler
 * runs one thread at a time, so all is sequentially consistent; a
 * compare-and-swap fails only when somebody came in between.
 */
#ifndef VGIC_TESTS_INTERLEAVE_ATOMICS_H
#define VGIC_TESTS_INTERLEAVE_ATOMICS_H

#include <stdatomic.h>

void sched_point(const char *where, unsigned int line);

#define SCHED_HERE() sched_point(__FILE__, __LINE__)

#define vgic_load_relaxed(p) (SCHED_HERE(), atomic_load(p))
#define vgic_load_acquire(p) (SCHED_HERE(), atomic_load(p))
#define vgic_load_seq(p) (SCHED_HERE(), atomic_load(p))
#define vgic_store_relaxed(p, v) (SCHED_HERE(), atomic_store((p), (v)))
#define vgic_store_release(p, v) (SCHED_HERE(), atomic_store((p), (v)))
#define vgic_store_seq(p, v) (SCHED_HERE(), atomic_store((p), (v)))
#define vgic_exchange(p, v) (SCHED_HERE(), atomic_exchange((p), (v)))
#define vgic_fetch_or(p, v) (SCHED_HERE(), atomic_fetch_or((p), (v)))
#define vgic_fetch_add(p, v) (SCHED_HERE(), atomic_fetch_add((p), (v)))
/* Statistics: nobody decides by them. */
#define vgic_count(p) ((void)atomic_fetch_add((p), 1))
#define vgic_cas(p, expected, desired) \
	(SCHED_HERE(), \
	 atomic_compare_exchange_strong((p), (expected), (desired)))

#endif
