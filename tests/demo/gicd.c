/* SPDX-License-Identifier: BSD-2-Clause */
/* The distributor, which always traps. */
#include "tests/demo/machine.h"

uint8_t gicd_read8(uint32_t offset)
{
	return (uint8_t)machine_mmio(GICD_BASE + offset, 1, false, 0);
}

uint32_t gicd_read32(uint32_t offset)
{
	return (uint32_t)machine_mmio(GICD_BASE + offset, 4, false, 0);
}

uint64_t gicd_read64(uint32_t offset)
{
	return machine_mmio(GICD_BASE + offset, 8, false, 0);
}

void gicd_write8(uint32_t offset, uint8_t value)
{
	machine_mmio(GICD_BASE + offset, 1, true, value);
}

void gicd_write32(uint32_t offset, uint32_t value)
{
	machine_mmio(GICD_BASE + offset, 4, true, value);
}

void gicd_write64(uint32_t offset, uint64_t value)
{
	machine_mmio(GICD_BASE + offset, 8, true, value);
}
