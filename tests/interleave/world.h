/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine that the programs run on: three vCPUs, and one SPI or two. */
#ifndef VGIC_TESTS_INTERLEAVE_WORLD_H
#define VGIC_TESTS_INTERLEAVE_WORLD_H

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/arch.h"
#include "model/ich.h"
#include "sched.h"

#define NR_VCPUS 3
#define SPI 32u
#define SPI2 33u
#define SPURIOUS GIC_INTID_SPURIOUS
#define GICD_BASE UINT64_C(0x8000000)

struct world {
	struct vgic *gic;
	struct vgic_vcpu *vcpu[NR_VCPUS];
	struct model_vcpuif model[NR_VCPUS];
	bool in_guest[NR_VCPUS], kicked[NR_VCPUS];
	/* The physical interrupt that SPI is mapped to. */
	bool phys_active;
	/* Acknowledges of SPI, by any vCPU. */
	unsigned int acks;
	bool flag;
	/* The states that SPI had while somebody read it. */
	bool active, seen[2];
};

extern struct world w;

/* In a program: this has to hold. */
void must(bool holds, const char *what);
void enter(uint32_t v);
void leave(uint32_t v);
/* Out of guest code and back. */
void slice(uint32_t v);
bool is_due(uint32_t v);
/* The exits that a vCPU is due, and no others; of all. */
void serve(uint32_t v);
void settle(void);
void icc_write(uint32_t v, uint32_t sysreg, uint64_t value);
uint32_t ack(uint32_t v);
void eoi(uint32_t v, uint32_t intid);
uint32_t index_of(uint32_t intid);
uint64_t word_of(uint32_t intid);
/* On the thread of vCPU v. */
void change(uint32_t v, uint32_t intid, enum vgic_change what, uint32_t arg);
void inject(uint32_t intid);
void set_gates(uint32_t v, uint32_t enables);
void setup(uint32_t intid, uint32_t prio);
void make_world(uint32_t nr_lrs);
/* The parts: CPU interfaces, for a vGIC that somebody else makes; and open. */
void make_hardware(bool gicv2, struct vgic_config *config);
void open_cpu(uint32_t v);
/* The same with an ITS and a few LPIs. */
void make_world_its(uint64_t its, uint64_t redist,
		    int (*read_guest)(void *, uint64_t, void *, size_t),
		    int (*write_guest)(void *, uint64_t, const void *, size_t));
/* The same with a GICv5, on CPU interfaces in software. */
struct model_v5_cpuif;
void make_world_v5(struct model_v5_cpuif *pe, uint64_t irs, uint32_t nr_lpis);

#endif
