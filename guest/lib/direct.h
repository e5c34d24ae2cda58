/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GIC's CPU interface by single instructions, for programs that measure or
 * provoke: no call and no barrier stands between them and the GIC, as it does
 * in the driver.  Bare metal only.
 */
#ifndef GUEST_LIB_DIRECT_H
#define GUEST_LIB_DIRECT_H

#include "guest/lib/lib.h"
#include "regs/gicv2.h"

/* GICv2, by offset. */
#define GICC_BASE UINT64_C(0x08010000)

static inline uint32_t gicc_read(uint32_t offset)
{
	return mmio_read32(GICC_BASE + offset);
}

static inline void gicc_write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICC_BASE + offset, value);
}

/* GICv3, by encoded name, which is part of the instruction. */
#define ICC_IAR1 S3_0_C12_C12_0
#define ICC_EOIR1 S3_0_C12_C12_1
#define ICC_SGI1R S3_0_C12_C11_5

/* GICv5: GICR CDIA, which returns what it acknowledges; GIC CDEOI, CDDI. */
static inline uint64_t gicr_cdia(void)
{
	uint64_t value;

	__asm__ volatile("sysl %0, #0, C12, C3, #0" : "=r"(value) : : "memory");
	return value;
}

static inline void gic_cdeoi(void)
{
	__asm__ volatile("sys #0, C12, C1, #7, xzr" : : : "memory");
}

static inline void gic_cddi(uint64_t operand)
{
	__asm__ volatile("sys #0, C12, C2, #0, %0" : : "r"(operand) : "memory");
}

static inline void gic_cdpend(uint64_t operand)
{
	__asm__ volatile("sys #0, C12, C1, #4, %0" : : "r"(operand) : "memory");
}

#endif
