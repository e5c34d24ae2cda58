/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5 with two vCPUs, each on a modelled PE of its own. */
#ifndef VGIC_TESTS_V5_RIG_H
#define VGIC_TESTS_V5_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "model/v5_cpuif.h"
#include "regs/gicv5.h"

#define RIG_VCPUS 2u
#define BIT(n) (UINT64_C(1) << (n))
#define VALID GICR_CDIA_VALID
#define SW_PPI GICV5_PPI_SW_PPI
#define TIMER 27u
#define PMU 23u
#define HIDDEN 28u	 /* there, but nobody's */
#define HIDDEN_EDGE 65u /* the same, Edge */
#define UPPER_EDGE 64u

struct rig {
	struct vgic *gic;
	void *memory;
	struct vgic_vcpu *vcpu[RIG_VCPUS];
	struct model_v5_cpuif cpu[RIG_VCPUS];
	struct model_vcpuif legacy[RIG_VCPUS];
	unsigned int kicks[RIG_VCPUS];
	/* What get_input_level() answers. */
	bool level;
	unsigned int asked;
	/* Physical interrupts deactivated. */
	unsigned int deactivated;
};

/* Hardware: the library never executes an instruction for the guest. */
void rig_init(struct rig *r, bool hardware, uint32_t nr_spis);
void rig_fini(struct rig *r);

/* Round through the library: out of guest code, and in again. */
void rig_enter(struct rig *r, uint32_t v);
void rig_exit(struct rig *r, uint32_t v);

/* The guest on its own PE, untrapped. */
uint64_t rig_read(struct rig *r, uint32_t v, uint32_t enc);
void rig_write(struct rig *r, uint32_t v, uint32_t enc, uint64_t value);
/* The guest opens its CPU interface and enables everything. */
void rig_open(struct rig *r, uint32_t v);
/* The same access from outside guest code, as a trap. */
enum vgic_trap rig_trap(struct rig *r, uint32_t v, uint32_t enc, bool write,
			uint64_t *value);

int rig_inject(struct rig *r, uint32_t v, uint32_t ppi, bool level);
bool rig_level(void *opaque, uint32_t vcpu, uint32_t intid);

#define assert_hex(a, b) \
	assert_int_equal((unsigned long long)(a), (unsigned long long)(b))

#endif
