/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5's registers and instructions, and its IRS, on bare metal. */
#include "guest/lib/gic5.h"

#include "guest/lib/asm.h"
#include "guest/lib/machine.h"

void gic_init_cpu(void)
{
}

/*
 * First of all the PPI enables: until they have been written, QEMU 11.1's CPU
 * interface finds no interrupt that it could signal.
 */
void gic_init(void)
{
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	gic5_write(ICC_PPI_ENABLER1_EL1, 0);
}

/* The number is part of the instruction: MRS and MSR, SYSL and SYS. */
#define READABLE(X) \
	X(ICC_PPI_HMR0_EL1, "mrs %0, S3_0_C12_C10_0") \
	X(ICC_IDR0_EL1, "mrs %0, S3_0_C12_C10_2") \
	X(ICC_HPPIR_EL1, "mrs %0, S3_0_C12_C10_3") \
	X(ICC_ICSR_EL1, "mrs %0, S3_0_C12_C10_4") \
	X(ICC_IAFFIDR_EL1, "mrs %0, S3_0_C12_C10_5") \
	X(ICC_PPI_ENABLER0_EL1, "mrs %0, S3_0_C12_C10_6") \
	X(ICC_PPI_CACTIVER0_EL1, "mrs %0, S3_0_C12_C13_0") \
	X(ICC_PPI_SACTIVER0_EL1, "mrs %0, S3_0_C12_C13_2") \
	X(ICC_PPI_CPENDR0_EL1, "mrs %0, S3_0_C12_C13_4") \
	X(ICC_PPI_SPENDR0_EL1, "mrs %0, S3_0_C12_C13_6") \
	X(ICC_PPI_PRIORITYR0_EL1, "mrs %0, S3_0_C12_C14_0") \
	X(ICC_APR_EL1, "mrs %0, S3_1_C12_C0_0") \
	X(ICC_CR0_EL1, "mrs %0, S3_1_C12_C0_1") \
	X(ICC_PCR_EL1, "mrs %0, S3_1_C12_C0_2") \
	X(GICR_CDIA, "sysl %0, #0, C12, C3, #0") \
	X(GICR_CDNMIA, "sysl %0, #0, C12, C3, #1")
#define WRITABLE(X) \
	X(ICC_ICSR_EL1, "msr S3_0_C12_C10_4, %0") \
	X(ICC_PPI_ENABLER0_EL1, "msr S3_0_C12_C10_6, %0") \
	X(ICC_PPI_ENABLER1_EL1, "msr S3_0_C12_C10_7, %0") \
	X(ICC_PPI_CACTIVER0_EL1, "msr S3_0_C12_C13_0, %0") \
	X(ICC_PPI_CACTIVER1_EL1, "msr S3_0_C12_C13_1, %0") \
	X(ICC_PPI_SACTIVER0_EL1, "msr S3_0_C12_C13_2, %0") \
	X(ICC_PPI_CPENDR0_EL1, "msr S3_0_C12_C13_4, %0") \
	X(ICC_PPI_SPENDR0_EL1, "msr S3_0_C12_C13_6, %0") \
	X(ICC_PPI_PRIORITYR0_EL1, "msr S3_0_C12_C14_0, %0") \
	X(ICC_PPI_PRIORITYR0_EL1 + 3, "msr S3_0_C12_C14_3, %0") \
	X(ICC_APR_EL1, "msr S3_1_C12_C0_0, %0") \
	X(ICC_CR0_EL1, "msr S3_1_C12_C0_1, %0") \
	X(ICC_PCR_EL1, "msr S3_1_C12_C0_2, %0") \
	X(GIC_CDDIS, "sys #0, C12, C1, #0, %0") \
	X(GIC_CDEN, "sys #0, C12, C1, #1, %0") \
	X(GIC_CDPRI, "sys #0, C12, C1, #2, %0") \
	X(GIC_CDAFF, "sys #0, C12, C1, #3, %0") \
	X(GIC_CDPEND, "sys #0, C12, C1, #4, %0") \
	X(GIC_CDRCFG, "sys #0, C12, C1, #5, %0") \
	X(GIC_CDEOI, "sys #0, C12, C1, #7, %0") \
	X(GIC_CDDI, "sys #0, C12, C2, #0, %0") \
	X(GIC_CDHM, "sys #0, C12, C2, #1, %0")

#define GSB_SYS_INSN ".inst 0xd508c01f"
#define GSB_ACK_INSN ".inst 0xd508c03f"

uint64_t gic5_read(uint32_t name)
{
	uint64_t value = 0;

	switch (name) {
#define READ_CASE(id, insn) \
	case id: \
		__asm__ volatile(insn : "=r"(value) : : "memory"); \
		break;
		READABLE(READ_CASE)
	}
	__asm__ volatile(GSB_ACK_INSN "; isb" : : : "memory");
	return value;
}

void gic5_write(uint32_t name, uint64_t value)
{
	publish();
	switch (name) {
#define WRITE_CASE(id, insn) \
	case id: \
		__asm__ volatile(insn : : "r"(value) : "memory"); \
		break;
		WRITABLE(WRITE_CASE)
	}
	__asm__ volatile(GSB_SYS_INSN "; isb" : : : "memory");
}

uint32_t irs_read(uint32_t offset)
{
	return mmio_read32(IRS_BASE + offset);
}

uint64_t irs_read64(uint32_t offset)
{
	return mmio_read64(IRS_BASE + offset);
}

void irs_write(uint32_t offset, uint32_t value)
{
	publish();
	mmio_write32(IRS_BASE + offset, value);
}

void irs_write64(uint32_t offset, uint64_t value)
{
	publish();
	mmio_write64(IRS_BASE + offset, value);
}
