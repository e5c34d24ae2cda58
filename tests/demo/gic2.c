/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 guest, whose CPU interface is software and always traps. */
#include "tests/demo/machine.h"

#define GICC_BASE UINT64_C(0x08010000)

uint32_t gicc_read32(uint32_t offset)
{
	return (uint32_t)machine_mmio(GICC_BASE + offset, 4, false, 0);
}

void gicc_write32(uint32_t offset, uint32_t value)
{
	machine_mmio(GICC_BASE + offset, 4, true, value);
}

static bool place(void)
{
	return vgic_set_cpu_base(machine.gic, GICC_BASE) == VGIC_OK;
}

bool gic_create(void)
{
	struct vgic_config config = { 0 };

	return gicd_create(&config, "soft-v2", place);
}
