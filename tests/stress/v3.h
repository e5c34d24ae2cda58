/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that drive a GICv2 or a GICv3: what its.c makes use of. */
#ifndef VGIC_TESTS_STRESS_V3_H
#define VGIC_TESTS_STRESS_V3_H

#include "tests/stress/stress.h"

#define DIST UINT64_C(0x08000000)
#define CPUIF UINT64_C(0x08010000)
#define ITS UINT64_C(0x08080000)
#define REDIST UINT64_C(0x09000000)

#define NR_SPIS 64u
/* Accounted for: edges, lines of devices, mapped lines. */
#define EDGES 32u
#define NR_EDGES 16u
#define LEVELS 48u
#define NR_LEVELS 8u
#define MAPPED 56u
#define NR_MAPPED 4u
/* Hostile: from here on, in the word of registers that begins here. */
#define HOSTILE 64u
#define NR_HOSTILE 16u
/* Hostile, and mapped and unmapped while vCPUs run. */
#define REMAPPED 80u
#define NR_REMAPPED 4u
/* Of each vCPU: accounted for are the lower SGIs and these PPIs. */
#define NR_SGIS 8u
#define NR_SGIS_V2 4u
#define PPI_EDGE 20u
#define PPI_LEVEL 24u

/* The CPU interfaces of the n-th configuration, and what the vGIC is told. */
void v3_make_cpuifs(uint32_t n, struct vgic_config *config);
void v3_create(uint32_t n, uint32_t nr_its, uint32_t nr_lpis);
void v3_add_sources(void);
void v3_open(struct cpu *c);
void v3_setup(struct cpu *c);
bool v3_take(struct cpu *c);
void v3_end(struct cpu *c, const struct handler *h);
bool v3_maintenance(struct cpu *c);
void v3_host(uint64_t *rng);
void v3_recover(struct cpu *c);

/* acts3.c */
extern const struct act v3_acts[];
extern const struct act v2_acts[];
/* One of these. */
void v3_act(struct cpu *c);
uint64_t v3_icc(struct cpu *c, uint32_t sysreg, bool write, uint64_t value);
uint64_t v2_gicc(struct cpu *c, uint32_t offset, bool write, uint64_t value);
void v3_dir(struct cpu *c, uint32_t intid);
uint64_t v3_frame(uint32_t vcpu);

#endif
