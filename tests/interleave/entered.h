/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of a vCPU that stays entered, and what they share with main.c. */
#ifndef VGIC_TESTS_INTERLEAVE_ENTERED_H
#define VGIC_TESTS_INTERLEAVE_ENTERED_H

#include "world.h"

#define NR_ENTERED_PROGRAMS 9

extern const struct sched_program entered_programs[NR_ENTERED_PROGRAMS];

/* main.c: three vCPUs; SPI is in a list register of vCPU 0, in guest code. */
void begin(void);
void begin_loaded(void);
void inject_spi(void);
/* vCPU 0 takes SPI, if it is there, and ends it. */
void take_spi(void);
/* Disable and enable SPI; route it. */
void toggle(void);
void route_to_1(void);
/* SPI is nobody's, and over; and one vCPU has taken it, once. */
void end_over(void);
void end_taken_by_one(void);

#endif
