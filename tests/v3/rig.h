/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual machine for unit tests: a vGIC whose vCPUs have modelled CPU
 * interfaces, and the guest's and the host's side of it in a few verbs.
 */
#ifndef VGIC_TESTS_V3_RIG_H
#define VGIC_TESTS_V3_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/gic.h"
#include "model/ich.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define RIG_GICD UINT64_C(0x08000000)
#define RIG_GICR UINT64_C(0x080a0000)
#define RIG_GICR_HIGH UINT64_C(0x4000000000)
/* Frames in the first region; the other vCPUs' are in the second. */
#define RIG_FIRST_REGION 123u
#define RIG_SPURIOUS GIC_INTID_SPURIOUS

struct rig_config {
	uint32_t nr_vcpus;
	uint32_t nr_spis;
	uint8_t nr_lrs;
	bool no_a3v;
	/* Affinity of a vCPU; null: Aff0 = index % 16, Aff1 = index / 16. */
	uint32_t (*mpidr)(uint32_t index);
};

struct rig {
	struct rig_config config;
	struct vgic *gic;
	void *memory;
	struct vgic_vcpu **vcpu;
	struct model_vcpuif *cpu;
	bool *in_guest;
	bool *kicked;
	uint32_t bugs;
};

/* Create it all; every vCPU is loaded and out of guest code. */
struct rig *rig_new(const struct rig_config *config);
/* Check invariants, then give everything back. */
void rig_free(struct rig *rig);

/* The guest's memory accesses; they must succeed at once. */
uint64_t rig_read(struct rig *rig, uint32_t vcpu, uint64_t ipa,
		  unsigned int width);
void rig_write(struct rig *rig, uint32_t vcpu, uint64_t ipa, unsigned int width,
	       uint64_t value);
/* Address of a register of a vCPU's redistributor. */
uint64_t rig_gicr(const struct rig *rig, uint32_t vcpu, uint32_t offset);
/* Mistakes counted for a vCPU. */
uint64_t rig_errors(const struct rig *rig, uint32_t vcpu);

/* The guest's system registers; trapped writes go to the library. */
uint64_t rig_mrs(struct rig *rig, uint32_t vcpu, uint32_t enc);
void rig_msr(struct rig *rig, uint32_t vcpu, uint32_t enc, uint64_t value);

/* Enter and leave guest code. */
void rig_enter(struct rig *rig, uint32_t vcpu);
void rig_exit(struct rig *rig, uint32_t vcpu);
/* Exit and enter again while a kick or maintenance asks for it. */
void rig_settle(struct rig *rig);
/* All vCPUs in guest code, distributor and CPU interfaces open. */
void rig_start(struct rig *rig);
/* Group 1 acknowledge and end, in guest code, with what it entails. */
uint32_t rig_ack(struct rig *rig, uint32_t vcpu);
void rig_eoi(struct rig *rig, uint32_t vcpu, uint32_t intid);
/* Enable an SPI in Group 1 with a priority, routed to a vCPU. */
void rig_spi(struct rig *rig, uint32_t intid, uint8_t priority, uint32_t target,
	     bool level);
struct vgic_irq_info rig_info(struct rig *rig, uint32_t vcpu, uint32_t intid);

#define rig_read32(rig, vcpu, ipa) ((uint32_t)rig_read(rig, vcpu, ipa, 4))
#define rig_write32(rig, vcpu, ipa, value) rig_write(rig, vcpu, ipa, 4, value)

#endif
