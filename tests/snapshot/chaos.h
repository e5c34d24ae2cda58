/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machines for snapshots, and a guest that does whatever chance tells it to,
 * to bring the vGIC into states worth saving.
 */
#ifndef VGIC_TESTS_SNAPSHOT_CHAOS_H
#define VGIC_TESTS_SNAPSHOT_CHAOS_H

#include "tests/machine/machine.h"

#define VCPUS 4u
#define LPIS 64u
#define RAM_SIZE 0x100000u

/* With so many list registers, or in software. */
const char *backend_of(enum vgic_model model, uint32_t nr_lrs);
/* Processor numbers, from the last to the first. */
extern const uint32_t descending_numbers[VCPUS];
/*
 * VCPUS vCPUs, 64 SPIs, two IRSs, RAM_SIZE of memory and LPIS LPIs per ITS;
 * a GICv5 1024 LPIs.  Nobody has run.
 */
struct machine *new_machine(const struct machine_config *config);
/*
 * Everything on, as an operating system's boot leaves it: a GICv5 with its
 * IST; ITSs with collections of each vCPU and devices 0 to 3 of 16 events.
 */
void boot(struct machine *m);
/* It boots, and does so many steps; everyone is off the CPU afterwards. */
void chaos(struct machine *m, uint64_t seed, uint32_t steps);
/* A wrong entry somewhere in the tables of ITS 0, or one that is right. */
void scribble(struct machine *m, uint64_t *seed);

#endif
