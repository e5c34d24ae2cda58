/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 guest, whose CPU interface is software and always traps. */
#include <stdlib.h>

#include "regs/gicv2.h"
#include "regs/gicv5.h"
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

unsigned int gic_signals(struct cpu *cpu)
{
	return (vgic_irq_asserted(cpu->vcpu) ? VGIC_VIRQ : 0) |
	       (vgic_fiq_asserted(cpu->vcpu) ? VGIC_VFIQ : 0);
}

bool gic_maintenance(const struct cpu *cpu)
{
	(void)cpu;
	return false;
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

bool gic_create(void)
{
	const unsigned int n = machine.config.nr_cpus;
	const uint32_t pintid = machine.config.gicv5 ?
					GICV5_PPI(PORT_TIMER_INTID) :
					PORT_TIMER_INTID;
	struct vgic_config config = {
		.model = VGIC_GICV2,
		.cpuif = &vgic_soft_backend,
	};
	bool ok;

	for (unsigned int i = 0; i < n; i++) {
		struct cpu *cpu = &machine.cpu[i];

		cpu->soft = malloc(vgic_soft_size());
		vgic_soft_init(cpu->soft, true, machine_deactivate, cpu,
			       &config.caps);
	}
	machine_fill(&config);
	config.caps.hw_deactivation = true;
	config.caps.gicv5_intids = machine.config.gicv5;
	ok = machine_create(&config) &&
	     vgic_set_dist_base(machine.gic, GICD_BASE) == VGIC_OK &&
	     vgic_set_cpu_base(machine.gic, GICC_BASE) == VGIC_OK;
	for (unsigned int i = 0; ok && i < n; i++) {
		ok = machine_add_cpu(i, machine.cpu[i].soft, PORT_TIMER_INTID,
				     pintid);
	}
	return ok;
}
