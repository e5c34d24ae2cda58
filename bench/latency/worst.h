/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The largest vGICs that can be made, and what makes them work longest.  A
 * guest that is as hostile as it can be, and an embedder that repeats accesses
 * as it is told.
 */
#ifndef BENCH_LATENCY_WORST_H
#define BENCH_LATENCY_WORST_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "bench/latency/latency.h"

#define MAX_VCPUS 512u
#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE UINT64_C(0x08000000)

struct worst {
	const char *name;
	void (*run)(void);
};

extern struct vgic *gic;
extern struct vgic_vcpu *vcpus[MAX_VCPUS];

void worst_v2(void);
void worst_v3(void);
void worst_its(void);
void worst_v5(void);

/* Create a vGIC whose vCPUs have their CPU interface in software. */
void worst_create(struct vgic_config *config);
void worst_destroy(void);
/* One after the other, each named. */
void worst_run(const struct worst *list, uint32_t n);
_Noreturn void worst_die(const char *what);

/* The guest on a vCPU, which is out of it: an access, as often as needed. */
uint64_t load(uint32_t vcpu, uint64_t ipa, unsigned int width);
void store(uint32_t vcpu, uint64_t ipa, unsigned int width, uint64_t value);
uint64_t read_sys(uint32_t vcpu, uint32_t sysreg);
void write_sys(uint32_t vcpu, uint32_t sysreg, uint64_t value);
/* vgic_pending(); vgic_load() to vgic_put(), until nothing is left to do. */
void settle(uint32_t vcpu);
void inject(uint32_t vcpu, uint32_t intid, bool level);
void poke64(uint64_t ipa, uint64_t value);
void fill(uint64_t ipa, uint8_t value, uint64_t size);

#endif
