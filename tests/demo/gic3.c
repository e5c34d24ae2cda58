/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv3 guest: on list registers, on a GICv5's by FEAT_GCIE_LEGACY, or on a
 * CPU interface in software, to which every access of ICC_*_EL1 traps.
 */
#include <stdlib.h>

#include <vgic/its.h>

#include "model/ich.h"
#include "regs/gicv5.h"
#include "soft/gicv.h"
#include "tests/demo/machine.h"
#include "tests/el2/el2.h"

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

unsigned int gic_signals(struct cpu *cpu)
{
	if (machine.config.soft) {
		return (vgic_irq_asserted(cpu->vcpu) ? VGIC_VIRQ : 0) |
		       (vgic_fiq_asserted(cpu->vcpu) ? VGIC_VFIQ : 0);
	}
	return machine.config.gicv5 ? vgic_model_v5_signals(&cpu->pe) :
				      vgic_soft_gicv_signals(&cpu->lrs);
}

bool gic_maintenance(const struct cpu *cpu)
{
	if (machine.config.soft) {
		return false;
	}
	return machine.config.gicv5 ? vgic_model_v5_maintenance(&cpu->pe) :
				      vgic_model_vcpuif_maintenance(&cpu->lrs);
}

void gic_timer(struct cpu *cpu, bool line)
{
	machine_inject_timer(cpu, line);
}

/* The host takes it itself, and leaves it active: then it is quiet. */
void gic_loading(struct cpu *cpu, bool loading)
{
	(void)cpu;
	(void)loading;
}

bool gic_wakes(struct cpu *cpu, bool line)
{
	(void)line;
	return vgic_pending(cpu->vcpu);
}

static enum model_access access(struct cpu *cpu, uint32_t reg, bool write,
				uint64_t *value)
{
	if (machine.config.soft) {
		return MODEL_TRAP;
	}
	if (machine.config.gicv5) {
		return write ? vgic_soft_v5_write(&cpu->pe, reg, *value) :
			       vgic_soft_v5_read(&cpu->pe, reg, value);
	}
	return write ? vgic_soft_icv_write(&cpu->lrs, reg, *value) :
		       vgic_soft_icv_read(&cpu->lrs, reg, value);
}

uint64_t icc_read(uint32_t reg)
{
	struct cpu *cpu = machine_self();
	uint64_t value = 0;

	/* This one is the PE's own, not the virtual CPU interface's. */
	if (reg == ICC_SRE_EL1) {
		return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
	}
	switch (access(cpu, reg, false, &value)) {
	case MODEL_TRAP:
		machine_trap(cpu, reg, false, &value);
		break;
	case MODEL_UNDEF:
		machine_die("reads an undefined register");
	case MODEL_DONE:
		break;
	}
	machine_attend();
	return value;
}

void icc_write(uint32_t reg, uint64_t value)
{
	struct cpu *cpu = machine_self();

	if (reg == ICC_SRE_EL1) {
		return;
	}
	switch (access(cpu, reg, true, &value)) {
	case MODEL_TRAP:
		machine_trap(cpu, reg, true, &value);
		break;
	case MODEL_UNDEF:
		machine_die("writes an undefined register");
	case MODEL_DONE:
		break;
	}
	machine_attend();
}

static bool make_hardware(struct cpu *cpu)
{
	const struct model_vcpuif_config lrs = {
		.nr_lrs = (uint8_t)machine.config.nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 24,
		.a3v = true,
		.tdir = true,
		.deactivate = machine_deactivate,
		.ctx = cpu,
	};
	const struct model_v5_config pe = {
		.pri_bits = 5,
		.id_bits = 24,
		.legacy = &cpu->lrs,
	};

	return vgic_soft_vcpuif_init(&cpu->lrs, &lrs) &&
	       vgic_soft_v5_reset(&cpu->pe, &pe);
}

/* The CPU interface of all vCPUs: each `hw` is what it is on. */
static const struct vgic_cpuif_ops *make_cpuif(struct vgic_cpuif_caps *caps,
					       void *hw[])
{
	for (unsigned int i = 0; i < machine.config.nr_cpus; i++) {
		struct cpu *cpu = &machine.cpu[i];

		if (!make_hardware(cpu)) {
			return NULL;
		}
		hw[i] = machine.config.gicv5 ? (void *)&cpu->pe : &cpu->lrs;
		if (machine.config.soft) {
			hw[i] = cpu->soft = malloc(vgic_soft_size());
			vgic_soft_init(cpu->soft, false, machine_deactivate,
				       cpu, caps);
		}
	}
	caps->hw_deactivation = true;
	caps->gicv5_intids = machine.config.gicv5;
	if (machine.config.soft) {
		return &vgic_soft_backend;
	}
	if (machine.config.gicv5) {
		return el2_legacy_probe(&machine.cpu[0].pe, caps) ?
			       &el2_legacy_backend :
			       NULL;
	}
	vgic_soft_vcpuif_caps(&machine.cpu[0].lrs, caps);
	caps->hw_deactivation = true;
	return &vgic_model_vcpuif_backend;
}

bool gic_create(void)
{
	const unsigned int n = machine.config.nr_cpus;
	const uint32_t pintid = machine.config.gicv5 ?
					GICV5_PPI(PORT_TIMER_INTID) :
					PORT_TIMER_INTID;
	struct vgic_config config = {
		.model = VGIC_GICV3,
		.nr_redist_regions = 1,
		.its = { .nr_its = 1, .nr_lpis = NR_LPIS },
	};
	void *hw[PORT_MAX_CPUS];
	bool ok;

	machine_fill(&config);
	config.cpuif = make_cpuif(&config.caps, hw);
	ok = config.cpuif != NULL && machine_create(&config) &&
	     vgic_set_dist_base(machine.gic, GICD_BASE) == VGIC_OK &&
	     vgic_add_redist_region(machine.gic, GICR_BASE, n) == VGIC_OK &&
	     vgic_set_its_base(machine.gic, 0, GITS_BASE) == VGIC_OK;
	for (unsigned int i = 0; ok && i < n; i++) {
		ok = machine_add_cpu(i, hw[i], PORT_TIMER_INTID, pintid);
	}
	return ok;
}
