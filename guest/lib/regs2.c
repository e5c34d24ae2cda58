/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 of guest/port.h: its CPU interface, in memory.  The distributor is
 * in regsd.c.
 */
#include "guest/lib/direct.h"
#include "guest/lib/machine.h"

/* Nothing has to be found or switched on. */
void gic_init_cpu(void)
{
}

void gic_init(void)
{
}

/*
 * The DSB makes an acknowledge by reading GICC_IAR known to the distributor, so
 * that the interrupt reads as active there.
 */
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
