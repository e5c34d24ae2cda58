/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door's atomics with the scheduler behind them, as in atomics.h.  What
 * fills the side of a pair that is not in force is no step: 4096 routes would
 * be too many.
 */
#ifndef VGIC_TESTS_INTERLEAVE_KVM_ATOMICS_H
#define VGIC_TESTS_INTERLEAVE_KVM_ATOMICS_H

#include "tests/interleave/atomics.h"

#define kvm_load(p) vgic_load_relaxed(p)
#define kvm_store(p, v) vgic_store_release(p, v)
#define kvm_fill(p, v) atomic_store_explicit((p), (v), RELAXED)
#define kvm_add(p, v) \
	({ \
		__auto_type sched_was = vgic_fetch_add(p, v); \
		SCHED_HERE(); \
		sched_was; \
	})
#define kvm_or(p, v) vgic_fetch_or(p, v)
#define kvm_and(p, v) \
	(SCHED_HERE(), atomic_fetch_and_explicit((p), (v), RELAXED))
#define kvm_exchange(p, v) vgic_exchange(p, v)
#define kvm_cas(p, expected, desired) vgic_cas(p, expected, desired)

#endif
