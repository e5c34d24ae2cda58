/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv5 PE on its own, or with the IRS of a physical GICv5 behind it, and
 * short words for what is done to it.
 */
#ifndef VGIC_TESTS_SOFT_V5_CPU_H
#define VGIC_TESTS_SOFT_V5_CPU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/v5_ich.h"
#include "regs/gicv5.h"
#include "tests/oracle/v5.h"

#define VALID GICR_CDIA_VALID
#define BIT(n) (UINT64_C(1) << (n))
#define NR_PPI_REGS 2
#define LOWEST UINT64_C(0x1f1f1f1f1f1f1f1f)

/* A machine's memory for the IST, and one PE. */
struct machine {
	struct model_v5_cpuif cpu;
	struct oracle5 gic;
	/* Which of its PEs the IRS takes `cpu` for. */
	uint32_t pe;
	uint8_t memory[65536];
	unsigned int doorbells;
	bool refuse_residency;
};

extern const struct model_v5_config cpu_config;
extern const struct vgic_iri_ops machine_iri;

/* The CPU alone, running a guest, with nothing trapped. */
void cpu_init(struct model_v5_cpuif *m);
/* The same at EL2's hands: as reset leaves it. */
void cpu_reset(struct model_v5_cpuif *m);
/* With IRS, 64 SPIs and 1024 LPIs, IRSEN set and the IST valid. */
void machine_init(struct machine *m);
void machine_config(struct machine *m, struct oracle5_config *config);

static inline uint64_t el1_read(struct model_v5_cpuif *m, uint32_t enc)
{
	uint64_t value = UINT64_C(0xdeadbeefdeadbeef);

	assert_int_equal(vgic_soft_v5_read(m, enc, &value), MODEL_DONE);
	return value;
}

static inline void el1_write(struct model_v5_cpuif *m, uint32_t enc,
			     uint64_t value)
{
	assert_int_equal(vgic_soft_v5_write(m, enc, value), MODEL_DONE);
}

static inline uint64_t el2_read(struct model_v5_cpuif *m, uint32_t enc)
{
	uint64_t value = UINT64_C(0xdeadbeefdeadbeef);

	assert_int_equal(vgic_model_v5_ich_read(m, enc, &value), MODEL_DONE);
	return value;
}

static inline void el2_write(struct model_v5_cpuif *m, uint32_t enc,
			     uint64_t value)
{
	assert_int_equal(vgic_model_v5_ich_write(m, enc, value), MODEL_DONE);
}

#define assert_hex(a, b) \
	assert_int_equal((unsigned long long)(a), (unsigned long long)(b))

#endif
