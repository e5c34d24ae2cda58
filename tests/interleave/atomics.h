/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's atomics with a scheduler behind them.  Another thread may run
 * before each access that it could see or change.  It may also run after each
 * one by which this thread can give something away (a compare-and-swap that
 * succeeds, an exchange, a store-release): the next statements may read by a
 * plain access what is no longer theirs, such as an interrupt's link.
 *
 * The scheduler runs one thread at a time, so all is sequentially consistent;
 * a compare-and-swap fails only when another thread came in between.
 */
#ifndef VGIC_TESTS_INTERLEAVE_ATOMICS_H
#define VGIC_TESTS_INTERLEAVE_ATOMICS_H

#include <stdatomic.h>

/* In a thread: somebody else may run here. */
void sched_point(const char *where, unsigned int line);

#define SCHED_HERE() sched_point(__FILE__, __LINE__)

/* There is only one real thread, so the cheapest order will do. */
#define RELAXED memory_order_relaxed

#define vgic_load_relaxed(p) (SCHED_HERE(), atomic_load_explicit((p), RELAXED))
#define vgic_load_acquire(p) vgic_load_relaxed(p)
#define vgic_load_seq(p) vgic_load_relaxed(p)
#define vgic_store_relaxed(p, v) \
	(SCHED_HERE(), atomic_store_explicit((p), (v), RELAXED))
#define vgic_store_release(p, v) (vgic_store_relaxed(p, v), SCHED_HERE())
#define vgic_store_seq(p, v) vgic_store_relaxed(p, v)
#define vgic_exchange(p, v) \
	({ \
		__auto_type sched_was = \
			(SCHED_HERE(), \
			 atomic_exchange_explicit((p), (v), RELAXED)); \
		SCHED_HERE(); \
		sched_was; \
	})
#define vgic_fetch_or(p, v) \
	(SCHED_HERE(), atomic_fetch_or_explicit((p), (v), RELAXED))
#define vgic_fetch_add(p, v) \
	(SCHED_HERE(), atomic_fetch_add_explicit((p), (v), RELAXED))
/* Statistics: nobody decides by them. */
#define vgic_count(p) ((void)atomic_fetch_add_explicit((p), 1, RELAXED))
#define vgic_cas(p, expected, desired) \
	(SCHED_HERE(), \
	 atomic_compare_exchange_strong_explicit((p), (expected), (desired), \
						 RELAXED, RELAXED) && \
		 (SCHED_HERE(), 1))

#endif
