/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv3 of guest/port.h: redistributors, the ITS and the CPU interface,
 * which is system registers.  The distributor is in regsd.c.
 */
#include "guest/lib/asm.h"
#include "guest/lib/machine.h"

static uint64_t gicr_base[MAX_CPUS];

static uint64_t frame_address(unsigned int frame)
{
	return frame < GICR_FRAMES ?
		       GICR_BASE + (uint64_t)frame * GICR_STRIDE :
		       GICR2_BASE +
			       (uint64_t)(frame - GICR_FRAMES) * GICR_STRIDE;
}

/* IHI 0069 12.11.35: GICR_TYPER says whose frame it is, and which is last. */
static void find_redistributors(void)
{
	unsigned int frame = 0;
	uint64_t typer;

	do {
		typer = mmio_read64(frame_address(frame) + GICR_TYPER);
		for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
			if (FIELD_GET(GICR_TYPER_Affinity_Value, typer) ==
			    port_affinity(cpu)) {
				gicr_base[cpu] = frame_address(frame);
			}
		}
		frame++;
	} while (!(typer & GICR_TYPER_Last));
}

void gic_init_cpu(void)
{
	sysreg_write(icc_sre_el1, ICC_SRE_SRE);
	__asm__ volatile("isb");
}

void gic_init(void)
{
	find_redistributors();
}

uint64_t machine_gicr_base(unsigned int cpu)
{
	return gicr_base[cpu];
}

uint8_t gicr_read8(unsigned int cpu, uint32_t offset)
{
	return mmio_read8(gicr_base[cpu] + offset);
}

uint32_t gicr_read32(unsigned int cpu, uint32_t offset)
{
	return mmio_read32(gicr_base[cpu] + offset);
}

uint64_t gicr_read64(unsigned int cpu, uint32_t offset)
{
	return mmio_read64(gicr_base[cpu] + offset);
}

void gicr_write8(unsigned int cpu, uint32_t offset, uint8_t value)
{
	publish();
	mmio_write8(gicr_base[cpu] + offset, value);
}

void gicr_write32(unsigned int cpu, uint32_t offset, uint32_t value)
{
	publish();
	mmio_write32(gicr_base[cpu] + offset, value);
}

void gicr_write64(unsigned int cpu, uint32_t offset, uint64_t value)
{
	publish();
	mmio_write64(gicr_base[cpu] + offset, value);
}

uint32_t gits_read32(uint32_t offset)
{
	return mmio_read32(GITS_BASE + offset);
}

uint64_t gits_read64(uint32_t offset)
{
	return mmio_read64(GITS_BASE + offset);
}

void gits_write32(uint32_t offset, uint32_t value)
{
	publish();
	mmio_write32(GITS_BASE + offset, value);
}

void gits_write64(uint32_t offset, uint64_t value)
{
	publish();
	mmio_write64(GITS_BASE + offset, value);
}

/* Memory lies where start.S has found it. */
uint64_t port_address(const void *memory)
{
	return (uint64_t)memory;
}

/* An MRS and an MSR per register: the number is part of the instruction. */
#define READABLE(X) \
	X(ICC_PMR_EL1, S3_0_C4_C6_0) \
	X(ICC_IAR0_EL1, S3_0_C12_C8_0) \
	X(ICC_HPPIR0_EL1, S3_0_C12_C8_2) \
	X(ICC_BPR0_EL1, S3_0_C12_C8_3) \
	X(ICC_AP0R0_EL1, S3_0_C12_C8_4) \
	X(ICC_AP1R0_EL1, S3_0_C12_C9_0) \
	X(ICC_RPR_EL1, S3_0_C12_C11_3) \
	X(ICC_IAR1_EL1, S3_0_C12_C12_0) \
	X(ICC_HPPIR1_EL1, S3_0_C12_C12_2) \
	X(ICC_BPR1_EL1, S3_0_C12_C12_3) \
	X(ICC_CTLR_EL1, S3_0_C12_C12_4) \
	X(ICC_SRE_EL1, S3_0_C12_C12_5) \
	X(ICC_IGRPEN0_EL1, S3_0_C12_C12_6) \
	X(ICC_IGRPEN1_EL1, S3_0_C12_C12_7)
#define WRITABLE(X) \
	X(ICC_PMR_EL1, S3_0_C4_C6_0) \
	X(ICC_EOIR0_EL1, S3_0_C12_C8_1) \
	X(ICC_BPR0_EL1, S3_0_C12_C8_3) \
	X(ICC_AP0R0_EL1, S3_0_C12_C8_4) \
	X(ICC_AP1R0_EL1, S3_0_C12_C9_0) \
	X(ICC_DIR_EL1, S3_0_C12_C11_1) \
	X(ICC_SGI1R_EL1, S3_0_C12_C11_5) \
	X(ICC_ASGI1R_EL1, S3_0_C12_C11_6) \
	X(ICC_SGI0R_EL1, S3_0_C12_C11_7) \
	X(ICC_EOIR1_EL1, S3_0_C12_C12_1) \
	X(ICC_BPR1_EL1, S3_0_C12_C12_3) \
	X(ICC_CTLR_EL1, S3_0_C12_C12_4) \
	X(ICC_SRE_EL1, S3_0_C12_C12_5) \
	X(ICC_IGRPEN0_EL1, S3_0_C12_C12_6) \
	X(ICC_IGRPEN1_EL1, S3_0_C12_C12_7)

uint64_t icc_read(uint32_t reg)
{
	uint64_t value = 0;

	switch (reg) {
#define READ_CASE(name, encoded) \
	case name: \
		value = sysreg_read(encoded); \
		break;
	READABLE(READ_CASE)
	}
	/*
	 * IHI 0069 4.1.1: only after a DSB are the effects of reading IAR
	 * seen by everyone, the distributor's registers included.
	 */
	__asm__ volatile("dsb sy; isb" : : : "memory");
	return value;
}

void icc_write(uint32_t reg, uint64_t value)
{
	publish();
	switch (reg) {
#define WRITE_CASE(name, encoded) \
	case name: \
		sysreg_write(encoded, value); \
		break;
	WRITABLE(WRITE_CASE)
	}
	__asm__ volatile("isb; dsb sy" : : : "memory");
}
