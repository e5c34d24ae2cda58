/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The back-ends that libvgic is tried with: each is the virtual CPU interface
 * of some guest on some host, made of the model.  One row each.
 */
#ifndef VGIC_TESTS_DIFF_BACKEND_H
#define VGIC_TESTS_DIFF_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/backend.h>

#include "model/v5_ich.h"

/* One vCPU's CPU interface. */
struct backend_cpu {
	/* What the guest drives, and what its state is. */
	struct model_vcpuif model;
	/* The PE of a GICv5 that has it, FEAT_GCIE_LEGACY. */
	struct model_v5_cpuif pe;
	/* GICH's registers, as software finds them. */
	uint32_t gich[0x200 / sizeof(uint32_t)];
};

struct backend {
	const char *name;
	/* The guest has a GICv2. */
	bool gicv2;
	/* Every access of the guest to its CPU interface traps. */
	bool soft;
	/* On a GICv5, whose names the physical interrupts have. */
	bool legacy;
	/* 0: any number of list registers, and any preemption bits. */
	uint8_t nr_lrs;
	bool five_bits;
	const struct vgic_cpuif_ops *ops;
};

/* Null: there is none of this name. */
const struct backend *backend_find(const char *name);
/* The one after it, in a circle. */
const struct backend *backend_next(const struct backend *b);
/* All of them, with spaces between. */
const char *backend_names(void);

/* Make one; false: it cannot be.  `caps` receives what it can do. */
bool backend_init(const struct backend *b, struct backend_cpu *cpu,
		  const struct model_vcpuif_config *config,
		  struct vgic_cpuif_caps *caps);
/* What vgic_vcpu_create() is given. */
void *backend_hw(const struct backend *b, struct backend_cpu *cpu);
/* The guest executes MRS or MSR of an ICC_* register. */
enum model_access backend_icc(const struct backend *b, struct backend_cpu *cpu,
			      uint32_t enc, bool write, uint64_t *value);
/* The maintenance interrupt; in software there is no need of one. */
bool backend_maintenance(const struct backend *b,
			 const struct backend_cpu *cpu);
/* Somebody else has the CPU, and leaves its registers behind. */
void backend_soil(const struct backend *b, struct backend_cpu *cpu);
/* The host's name of a mapped interrupt; and, in list registers, which. */
uint32_t backend_pintid(const struct backend *b, uint32_t vintid,
			uint32_t number);
uint32_t backend_number(const struct backend *b, uint32_t pintid);

/* gich.c: hardware list registers of a GICv2, through GICH. */
extern const struct vgic_cpuif_ops gich_ops;

#endif
