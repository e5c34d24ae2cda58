/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv3 guest: on list registers, on a GICv5's by FEAT_GCIE_LEGACY, or on a
 * CPU interface in software, to which every access of ICC_*_EL1 traps.
 */
#include <vgic/its.h>

#include "tests/demo/machine.h"

#define GITS_BASE UINT64_C(0x08080000)
#define GICR_BASE UINT64_C(0x080a0000)
#define NR_LPIS 8192

static uint64_t gicr_address(unsigned int cpu, uint32_t offset)
{
	return GICR_BASE + (uint64_t)cpu * GICR_STRIDE + offset;
}

uint8_t gicr_read8(unsigned int cpu, uint32_t offset)
{
	return (uint8_t)machine_mmio(gicr_address(cpu, offset), 1, false, 0);
}

uint32_t gicr_read32(unsigned int cpu, uint32_t offset)
{
	return (uint32_t)machine_mmio(gicr_address(cpu, offset), 4, false, 0);
}

uint64_t gicr_read64(unsigned int cpu, uint32_t offset)
{
	return machine_mmio(gicr_address(cpu, offset), 8, false, 0);
}

void gicr_write8(unsigned int cpu, uint32_t offset, uint8_t value)
{
	machine_mmio(gicr_address(cpu, offset), 1, true, value);
}

void gicr_write32(unsigned int cpu, uint32_t offset, uint32_t value)
{
	machine_mmio(gicr_address(cpu, offset), 4, true, value);
}

void gicr_write64(unsigned int cpu, uint32_t offset, uint64_t value)
{
	machine_mmio(gicr_address(cpu, offset), 8, true, value);
}

uint32_t gits_read32(uint32_t offset)
{
	return (uint32_t)machine_mmio(GITS_BASE + offset, 4, false, 0);
}

uint64_t gits_read64(uint32_t offset)
{
	return machine_mmio(GITS_BASE + offset, 8, false, 0);
}

void gits_write32(uint32_t offset, uint32_t value)
{
	machine_mmio(GITS_BASE + offset, 4, true, value);
}

void gits_write64(uint32_t offset, uint64_t value)
{
	machine_mmio(GITS_BASE + offset, 8, true, value);
}

uint64_t port_address(const void *memory)
{
	return (uintptr_t)memory;
}

static uint64_t icc(uint32_t reg, bool write, uint64_t value)
{
	struct cpu *cpu = machine_self();

	/* This one is the PE's own, not the virtual CPU interface's. */
	if (reg == ICC_SRE_EL1) {
		return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
	}
	switch (gicd_access(cpu, reg, write, &value)) {
	case MODEL_TRAP:
		machine_trap(cpu, reg, write, &value);
		break;
	case MODEL_UNDEF:
		machine_die("reads or writes an undefined register");
	case MODEL_DONE:
		break;
	}
	machine_attend();
	return value;
}

uint64_t icc_read(uint32_t reg)
{
	return icc(reg, false, 0);
}

void icc_write(uint32_t reg, uint64_t value)
{
	(void)icc(reg, true, value);
}

static bool place(void)
{
	return vgic_add_redist_region(machine.gic, GICR_BASE,
				      machine.config.nr_cpus) == VGIC_OK &&
	       vgic_set_its_base(machine.gic, 0, GITS_BASE) == VGIC_OK;
}

bool gic_create(void)
{
	struct vgic_config config = {
		.nr_redist_regions = 1,
		.its = { .nr_its = 1, .nr_lpis = NR_LPIS },
	};

	return gicd_create(&config,
			   machine.config.soft	? "soft" :
			   machine.config.gicv5 ? "legacy" :
						  "ich",
			   place);
}
