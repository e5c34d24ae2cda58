/* SPDX-License-Identifier: BSD-2-Clause */
/* The distributor of guest/port.h, which GICv2 and GICv3 have in common. */
#include "guest/lib/machine.h"

uint8_t gicd_read8(uint32_t offset)
{
	return mmio_read8(GICD_BASE + offset);
}

uint32_t gicd_read32(uint32_t offset)
{
	return mmio_read32(GICD_BASE + offset);
}

uint64_t gicd_read64(uint32_t offset)
{
	return mmio_read64(GICD_BASE + offset);
}

void gicd_write8(uint32_t offset, uint8_t value)
{
	publish();
	mmio_write8(GICD_BASE + offset, value);
}

void gicd_write32(uint32_t offset, uint32_t value)
{
	publish();
	mmio_write32(GICD_BASE + offset, value);
}

void gicd_write64(uint32_t offset, uint64_t value)
{
	publish();
	mmio_write64(GICD_BASE + offset, value);
}
