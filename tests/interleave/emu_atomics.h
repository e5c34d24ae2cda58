/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The emulator's door with the scheduler behind its atomics, as in atomics.h.
 * What only the thread that has taken a vCPU writes is no step.
 */
#ifndef VGIC_TESTS_INTERLEAVE_EMU_ATOMICS_H
#define VGIC_TESTS_INTERLEAVE_EMU_ATOMICS_H

#include "tests/interleave/atomics.h"

#define emu_peek(p) vgic_load_relaxed(p)
#define emu_store(p, v) atomic_store_explicit((p), (v), RELAXED)
#define emu_or(p, v) vgic_fetch_or(p, v)
#define emu_exchange(p, v) vgic_exchange(p, v)
#define emu_cas(p, expected, desired) vgic_cas(p, expected, desired)

#endif
