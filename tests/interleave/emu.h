/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs about the emulator's door. */
#ifndef VGIC_TESTS_INTERLEAVE_EMU_H
#define VGIC_TESTS_INTERLEAVE_EMU_H

#include "sched.h"

#define NR_EMU_PROGRAMS 10

extern const struct sched_program emu_programs[NR_EMU_PROGRAMS];

#endif
