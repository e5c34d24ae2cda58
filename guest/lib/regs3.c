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

/* The CPU with this affinity, if we know it, has its redistributor there. */
static void note_frame(uint64_t at, uint64_t affinity)
{
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		if (port_affinity(cpu) == affinity) {
			gicr_base[cpu] = at;
		}
	}
}

/*
 * Find each CPU's redistributor: GICR_TYPER says to which CPU a frame belongs,
 * and which frame is the last.  IHI 0069 12.11.35
 */
static void find_redistributors(void)
{
	unsigned int frame = 0;
	uint64_t typer;

	do {
		uint64_t at = frame_address(frame++);

		typer = mmio_read64(at + GICR_TYPER);
		note_frame(at, FIELD_GET(GICR_TYPER_Affinity_Value, typer));
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

#define FRAME unsigned int cpu, uint32_t offset
REGISTER_ACCESSORS(gicr, 8, gicr_base[cpu] + offset, FRAME)
REGISTER_ACCESSORS(gicr, 32, gicr_base[cpu] + offset, FRAME)
REGISTER_ACCESSORS(gicr, 64, gicr_base[cpu] + offset, FRAME)
REGISTER_ACCESSORS(gits, 32, GITS_BASE + offset, uint32_t offset)
REGISTER_ACCESSORS(gits, 64, GITS_BASE + offset, uint32_t offset)

/* The guest maps memory at its physical address. */
uint64_t port_address(const void *memory)
{
	return (uint64_t)memory;
}

/* The number of a register is part of the instruction, so each has its own. */
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
	 * Only a DSB makes the effect of reading IAR known to all observers,
	 * such as the registers of the distributor.  IHI 0069 4.1.1
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
