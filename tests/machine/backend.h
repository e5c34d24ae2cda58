/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The back-ends that libvgic is tried with: each is the virtual CPU interface
 * of some guest on some host, made of the model.  backend.c has one row each.
 */
#ifndef VGIC_TESTS_MACHINE_BACKEND_H
#define VGIC_TESTS_MACHINE_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/backend.h>
#include <vgic/vgic.h>

#include "model/v5_ich.h"

/* The CPU interface of one vCPU. */
struct backend_cpu {
	/* Of a GICv2 or GICv3: what the guest drives, and its state. */
	struct model_vcpuif model;
	/* The PE of a GICv5, whose legacy interface `model` is. */
	struct model_v5_cpuif pe;
	/* GICH's registers, as software finds them. */
	uint32_t gich[0x200 / sizeof(uint32_t)];
};

struct backend {
	const char *name;
	/* Which GIC the guest has. */
	enum vgic_model model;
	/* Every access of the guest to its CPU interface traps. */
	bool soft;
	/* On a GICv5, whose names the physical interrupts have. */
	bool legacy;
	/* 0: any number of list registers, and any preemption bits. */
	uint8_t nr_lrs;
	bool five_bits;
	const struct vgic_cpuif_ops *ops;
	const struct vgic_v5_cpuif_ops *ops5;
};

/* Null: there is none of this name. */
const struct backend *backend_find(const char *name);
/* The next one for the same GIC, in a circle. */
const struct backend *backend_next(const struct backend *b);
/* Names of those for GICv2 and GICv3, or for GICv5, with spaces between. */
const char *backend_names(bool gicv5);

/*
 * Make one; false: it cannot be.  `pe` is for GICv5 alone, `config` and `caps`,
 * which receives what it can do, for the others: unused ones may be null.
 */
bool backend_init(const struct backend *b, struct backend_cpu *cpu,
		  const struct model_vcpuif_config *config,
		  const struct model_v5_config *pe,
		  struct vgic_cpuif_caps *caps);
/* What vgic_vcpu_create() is given. */
void *backend_hw(const struct backend *b, struct backend_cpu *cpu);
/* The guest executes MRS or MSR of an ICC_* register, or a GICv5's GIC. */
enum model_access backend_access(const struct backend *b,
				 struct backend_cpu *cpu, uint32_t enc,
				 bool write, uint64_t *value);
/* The maintenance interrupt; software has no need of one, nor a GICv5. */
bool backend_maintenance(const struct backend *b,
			 const struct backend_cpu *cpu);
/* Is the guest's IRQ signal asserted? */
bool backend_irq(const struct backend *b, const struct backend_cpu *cpu,
		 struct vgic_vcpu *vcpu);
/* Somebody else has the CPU, and leaves its registers behind. */
void backend_soil(const struct backend *b, struct backend_cpu *cpu);
/* The host's name of a mapped interrupt; and, in list registers, which. */
uint32_t backend_pintid(const struct backend *b, uint32_t vintid,
			uint32_t number);
uint32_t backend_number(const struct backend *b, uint32_t pintid);

/* gich.c: hardware list registers of a GICv2, through GICH. */
extern const struct vgic_cpuif_ops gich_ops;

#endif
