/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare-metal guest's GICv2: GICC beside GICD_* of guest/port.h. */
#ifndef GUEST_LIB_GIC2_H
#define GUEST_LIB_GIC2_H

#include "guest/lib/lib.h"
#include "regs/gicv2.h"

#define GICC_BASE UINT64_C(0x08010000)

/* This CPU's CPU interface. */
static inline uint32_t gicc_read(uint32_t offset)
{
	return mmio_read32(GICC_BASE + offset);
}

static inline void gicc_write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICC_BASE + offset, value);
}

#endif
