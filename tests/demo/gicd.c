/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What guests with a GICv2 and a GICv3 have in common: a distributor, which
 * always traps, on one of the test machine's back-ends.
 */
#include "model/ich.h"
#include "regs/gicv5.h"
#include "soft/gicv.h"
#include "tests/demo/machine.h"

static const struct backend *backend;

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

unsigned int gic_signals(struct cpu *cpu)
{
	if (backend->soft) {
		return (vgic_irq_asserted(cpu->vcpu) ? VGIC_VIRQ : 0) |
		       (vgic_fiq_asserted(cpu->vcpu) ? VGIC_VFIQ : 0);
	}
	return backend->legacy ? vgic_model_v5_signals(&cpu->hw.pe) :
				 vgic_soft_gicv_signals(&cpu->hw.model);
}

bool gic_maintenance(const struct cpu *cpu)
{
	return backend_maintenance(backend, &cpu->hw);
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

enum model_access gicd_access(struct cpu *cpu, uint32_t reg, bool write,
			      uint64_t *value)
{
	return backend_access(backend, &cpu->hw, reg, write, value);
}

static bool make_cpuif(struct cpu *cpu, struct vgic_config *config)
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

	return backend_init(backend, &cpu->hw, &lrs, NULL, &config->caps);
}

bool gicd_create(struct vgic_config *config, const char *name,
		 bool (*place)(void))
{
	const unsigned int n = machine.config.nr_cpus;
	const uint32_t pintid = machine.config.gicv5 ?
					GICV5_PPI(PORT_TIMER_INTID) :
					PORT_TIMER_INTID;
	bool ok = true;

	backend = backend_find(name);
	for (unsigned int i = 0; ok && i < n; i++) {
		ok = make_cpuif(&machine.cpu[i], config);
	}
	machine_fill(config);
	config->arch = vgic_arch_of(backend->model);
	config->cpuif = backend->ops;
	config->caps.hw_deactivation = true;
	config->caps.gicv5_intids = machine.config.gicv5;
	ok = ok && machine_create(config) &&
	     vgic_set_dist_base(machine.gic, GICD_BASE) == VGIC_OK && place();
	for (unsigned int i = 0; ok && i < n; i++) {
		ok = machine_add_cpu(i, backend_hw(backend, &machine.cpu[i].hw),
				     PORT_TIMER_INTID, pintid);
	}
	return ok;
}
