/* SPDX-License-Identifier: BSD-2-Clause */
/* Short words for what tests of the CPU interfaces do over and over. */
#ifndef VGIC_TESTS_SOFT_CPU_H
#define VGIC_TESTS_SOFT_CPU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/ich.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define SPURIOUS GIC_INTID_SPURIOUS
#define PENDING ICH_LR_EL2_Pending
#define ACTIVE ICH_LR_EL2_Active
#define GROUP1 ICH_LR_EL2_Group

static inline uint64_t lr(uint64_t state, uint32_t intid, uint32_t priority)
{
	return state | intid | FIELD_PUT(ICH_LR_EL2_Priority, priority);
}

/* An interface that is on, both groups enabled, nothing masked. */
static inline void cpu_init(struct model_vcpuif *m, uint8_t nr_lrs)
{
	const struct model_vcpuif_config config = {
		.nr_lrs = nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 24,
		.a3v = true,
		.tdir = true,
	};

	assert_true(vgic_soft_vcpuif_init(m, &config));
	m->hcr = ICH_HCR_EL2_En;
	m->vmcr |= ICH_VMCR_EL2_VENG0 | ICH_VMCR_EL2_VENG1 |
		   (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VPMR, 0xf8);
}

static inline uint64_t mrs(struct model_vcpuif *m, uint32_t enc)
{
	uint64_t value = 0;

	assert_int_equal(vgic_soft_icv_read(m, enc, &value), MODEL_DONE);
	return value;
}

static inline void msr(struct model_vcpuif *m, uint32_t enc, uint64_t value)
{
	assert_int_equal(vgic_soft_icv_write(m, enc, value), MODEL_DONE);
}

static inline uint64_t ich_mrs(struct model_vcpuif *m, uint32_t enc)
{
	uint64_t value = 0;

	assert_int_equal(vgic_model_ich_read(m, enc, &value), MODEL_DONE);
	return value;
}

static inline void ich_msr(struct model_vcpuif *m, uint32_t enc, uint64_t value)
{
	assert_int_equal(vgic_model_ich_write(m, enc, value), MODEL_DONE);
}

static inline unsigned int eoicount(const struct model_vcpuif *m)
{
	return (unsigned int)FIELD_GET(ICH_HCR_EL2_EOIcount, m->hcr);
}

#endif
