/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of guests with LPIs. */
#ifndef VGIC_TESTS_INTERLEAVE_ITS_H
#define VGIC_TESTS_INTERLEAVE_ITS_H

#include "sched.h"

#define NR_ITS_PROGRAMS 17

extern const struct sched_program its_programs[NR_ITS_PROGRAMS];

#endif
