/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/lib/gic2.h"

#include "guest/lib/gicd.h"
#include "guest/lib/machine.h"

/* It is all in memory, and there from the start. */
void gic_init_cpu(void)
{
}

void gic_init(void)
{
}

/* The interrupt that is acknowledged is active to all who look then. */
uint32_t gicc_read32(uint32_t offset)
{
	uint32_t value = gicc_read(offset);

	__asm__ volatile("dsb sy" : : : "memory");
	return value;
}

void gicc_write32(uint32_t offset, uint32_t value)
{
	publish();
	gicc_write(offset, value);
	__asm__ volatile("dsb sy; isb" : : : "memory");
}
