/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The atomic accesses by which threads of a VMM share a VM.  A test build puts
 * a scheduler behind these macros (KVM_ATOMICS_HEADER) and walks through every
 * order of small programs.
 *
 * Loads acquire and stores release, so a thread that sees a value sees all that
 * was written before it.  A load that acquires also comes before all that its
 * thread reads afterwards, on which kvm_still() relies.  Additions and the
 * other read-modify-write operations do both.
 */
#ifndef KVM_ATOMICS_H
#define KVM_ATOMICS_H

#ifdef KVM_ATOMICS_HEADER
#include KVM_ATOMICS_HEADER
#else
#include <stdatomic.h>
#define kvm_load(p) atomic_load_explicit((p), memory_order_acquire)
#define kvm_store(p, v) atomic_store_explicit((p), (v), memory_order_release)
/*
 * A store to the side of a pair that is not in force.  Its release pairs with a
 * reader's load of that side: a reader that sees it also sees that kvm_turn()
 * took the side out of force before, and reads again.
 *
 * A name of its own, because the test build lets no other thread run after it:
 * no thread acts on such a store before the next kvm_turn().
 */
#define kvm_fill(p, v) kvm_store(p, v)
#define kvm_add(p, v) atomic_fetch_add_explicit((p), (v), memory_order_acq_rel)
#define kvm_or(p, v) atomic_fetch_or_explicit((p), (v), memory_order_acq_rel)
#define kvm_and(p, v) atomic_fetch_and_explicit((p), (v), memory_order_acq_rel)
#define kvm_exchange(p, v) \
	atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define kvm_cas(p, expected, desired) \
	atomic_compare_exchange_strong_explicit((p), (expected), (desired), \
						memory_order_acq_rel, \
						memory_order_acquire)
#endif

#endif
