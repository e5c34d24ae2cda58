/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What threads of a VMM share, they share through these macros, so that a test
 * build can put a scheduler behind them (KVM_ATOMICS_HEADER) and walk through
 * every order of small programs.
 *
 * Loads acquire and stores release: whoever sees a value sees all that was
 * written before it.  A field that is loaded so is read before all that the
 * thread reads afterwards, which is what kvm_still() relies on.
 */
#ifndef KVM_ATOMICS_H
#define KVM_ATOMICS_H

#ifdef KVM_ATOMICS_HEADER
#include KVM_ATOMICS_HEADER
#else
#include <stdatomic.h>
#define kvm_load(p) atomic_load_explicit((p), memory_order_acquire)
#define kvm_store(p, v) atomic_store_explicit((p), (v), memory_order_release)
/* A store to the side of a pair that is not in force. */
#define kvm_fill(p, v) kvm_store(p, v)
#define kvm_add(p, v) \
	atomic_fetch_add_explicit((p), (v), memory_order_acq_rel)
#define kvm_or(p, v) \
	atomic_fetch_or_explicit((p), (v), memory_order_acq_rel)
#define kvm_and(p, v) \
	atomic_fetch_and_explicit((p), (v), memory_order_acq_rel)
#define kvm_exchange(p, v) \
	atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define kvm_cas(p, expected, desired) \
	atomic_compare_exchange_strong_explicit((p), (expected), (desired), \
						memory_order_acq_rel, \
						memory_order_acquire)
#endif

#endif
