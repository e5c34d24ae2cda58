/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The atomic accesses by which threads of an emulator share a GIC.  A test
 * build puts a scheduler behind these macros (EMU_ATOMICS_HEADER) and walks
 * through every order of small programs.
 *
 * emu_cas() and emu_exchange() acquire and release: a thread that takes a vCPU
 * sees all that the thread before it has done for the vCPU, and a thread that
 * finds a mark or a kick sees what was posted before.  Nothing is decided by
 * emu_peek() alone but whether to look, and emu_store() is for `pins`, which a
 * reader takes as it is.
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
