/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The atomic accesses by which threads of an emulator share a GIC.  A test
 * build puts a scheduler behind these macros (EMU_ATOMICS_HEADER) and walks
 * through every order of small programs.
 *
 * Whoever takes a vCPU acquires what the thread that let go of it has written.
 */
#ifndef EMU_ATOMICS_H
#define EMU_ATOMICS_H

#ifdef EMU_ATOMICS_HEADER
#include EMU_ATOMICS_HEADER
#else
#include <stdatomic.h>
#define emu_peek(p) atomic_load_explicit((p), memory_order_relaxed)
#define emu_store(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define emu_or(p, v) atomic_fetch_or_explicit((p), (v), memory_order_acq_rel)
#define emu_exchange(p, v) \
	atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define emu_cas(p, expected, desired) \
	atomic_compare_exchange_strong_explicit((p), (expected), (desired), \
						memory_order_acq_rel, \
						memory_order_acquire)
#endif

#endif
