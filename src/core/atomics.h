/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's only synchronisation.  Everything shared goes through these
 * macros, so that a test build can put a scheduler behind them and walk
 * through every interleaving of small programs (VGIC_ATOMICS_HEADER).
 *
 * The order is sequential consistency wherever two parties decide from each
 * other's stores (an injection and an entry: "did I see your post, or did you
 * see me enter?"), acquire/release where data is handed over, relaxed for
 * counters.  Where such a store is followed by nothing but the load it is an
 * exchange: on QEMU, to 11.1 at least, the load may else go first.
 */
#ifndef VGIC_CORE_ATOMICS_H
#define VGIC_CORE_ATOMICS_H

#ifdef VGIC_ATOMICS_HEADER
#include VGIC_ATOMICS_HEADER
#else
#include <stdatomic.h>
#define vgic_load_relaxed(p) atomic_load_explicit((p), memory_order_relaxed)
#define vgic_load_acquire(p) atomic_load_explicit((p), memory_order_acquire)
#define vgic_load_seq(p) atomic_load_explicit((p), memory_order_seq_cst)
#define vgic_store_relaxed(p, v) \
	atomic_store_explicit((p), (v), memory_order_relaxed)
#define vgic_store_release(p, v) \
	atomic_store_explicit((p), (v), memory_order_release)
#define vgic_store_seq(p, v) \
	atomic_store_explicit((p), (v), memory_order_seq_cst)
#define vgic_exchange(p, v) \
	atomic_exchange_explicit((p), (v), memory_order_seq_cst)
#define vgic_fetch_or(p, v) \
	atomic_fetch_or_explicit((p), (v), memory_order_seq_cst)
#define vgic_fetch_add(p, v) \
	atomic_fetch_add_explicit((p), (v), memory_order_seq_cst)
#define vgic_count(p) \
	((void)atomic_fetch_add_explicit((p), 1, memory_order_relaxed))
#define vgic_cas(p, expected, desired) \
	atomic_compare_exchange_weak_explicit((p), (expected), (desired), \
					      memory_order_seq_cst, \
					      memory_order_relaxed)
#endif

/* Count what one thread alone counts. */
#define vgic_count_own(p) vgic_store_relaxed((p), vgic_load_relaxed(p) + 1)

#endif
