/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of guests of a GICv5. */
#ifndef VGIC_TESTS_INTERLEAVE_V5_H
#define VGIC_TESTS_INTERLEAVE_V5_H

#include "sched.h"

#define NR_V5_PROGRAMS 22

extern const struct sched_program v5_programs[NR_V5_PROGRAMS];

#endif
