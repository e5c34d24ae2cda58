/* SPDX-License-Identifier: BSD-2-Clause */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "guest/port.h"
#include "model/vcpuif.h"
#include "tests/demo/machine.h"

#define GICD_BASE UINT64_C(0x08000000)
#define GICR_BASE UINT64_C(0x080a0000)
#define NR_SPIS 224
#define STACK_BYTES (512 * 1024)
/* What a pause of CPU 0 is worth; the others' cost nothing. */
#define PAUSE_US 100
/* More exits than this without a guest access between them are a livelock. */
#define MANY_EXITS 1000
/* All CPUs leave the guest for a check of the invariants now and then. */
#define PAUSES_PER_CHECK 8

struct cpu {
	ucontext_t context;
	char *stack;
	void (*entry)(void);
	bool on;
	bool masked;
	bool kicked;
	struct vgic_vcpu *vcpu;
	struct model_vcpuif model;
	/* The virtual timer, and its physical interrupt at the host's GIC. */
	bool timer_on;
	uint64_t deadline;
	bool phys_active;
};

static struct machine {
	struct vgic *gic;
	unsigned int nr_cpus;
	struct cpu cpu[PORT_MAX_CPUS];
	unsigned int current;
	uint64_t now_us;
	unsigned int pauses;
	unsigned int violations;
	void (*irq)(void);
	void (*fiq)(void);
	ucontext_t main;
} machine;

static struct cpu *self(void)
{
	return &machine.cpu[machine.current];
}

static _Noreturn void die(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "machine: cpu %u: %s\n", machine.current, why);
	exit(1);
}

static void on_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	machine.cpu[vcpu].kicked = true;
}

static void on_bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	fflush(stdout);
	fprintf(stderr, "invariant: %s (vcpu %d, intid %d)\n", what,
		(int)vcpu, (int)intid);
	machine.violations++;
}

/* Only the running vCPU's own PPI is ever touched, see vgic/host.h. */
static void on_phys_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	self()->phys_active = active;
}

static const struct vgic_host_ops host_ops = {
	.kick = on_kick,
	.phys_set_active = on_phys_active,
	.bug = on_bug,
};

static void on_deactivate(void *ctx, uint32_t pintid)
{
	struct cpu *cpu = ctx;

	(void)pintid;
	if (!cpu->phys_active) {
		die("deactivates a physical interrupt that is not active");
	}
	cpu->phys_active = false;
}

static bool timer_line(const struct cpu *cpu)
{
	return cpu->timer_on && machine.now_us >= cpu->deadline;
}

static bool timer_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	(void)intid;
	return timer_line(opaque);
}

static const struct vgic_irq_ops timer_ops = {
	.get_input_level = timer_level,
};

static void leave(struct cpu *cpu)
{
	vgic_exit(cpu->vcpu);
}

static void enter(struct cpu *cpu)
{
	cpu->kicked = false;
	vgic_enter(cpu->vcpu);
}

/* The next CPU's turn. */
static void switch_away(void)
{
	struct cpu *from = self();

	do {
		machine.current = (machine.current + 1) % machine.nr_cpus;
	} while (!self()->on);
	if (self() != from) {
		swapcontext(&from->context, &self()->context);
	}
}

/* The host takes the timer's physical interrupt and injects the virtual. */
static void take_timer(struct cpu *cpu)
{
	if (timer_line(cpu) && !cpu->phys_active) {
		cpu->phys_active = true;
		vgic_inject_irq(machine.gic, machine.current,
				PORT_TIMER_INTID, true, NULL);
	}
}

static bool called_out(const struct cpu *cpu)
{
	return cpu->kicked || model_vcpuif_maintenance(&cpu->model);
}

static void take_exception(struct cpu *cpu, void (*handler)(void))
{
	cpu->masked = true;
	handler();
	cpu->masked = false;
}

/* After each access: exits that are due, then interrupts. */
static void attend(void)
{
	struct cpu *cpu = self();
	unsigned int exits = 0;

	switch_away();
	while (true) {
		take_timer(cpu);
		if (called_out(cpu)) {
			leave(cpu);
			enter(cpu);
			if (++exits > MANY_EXITS) {
				die("exits without end");
			}
		} else if (!cpu->masked && model_vcpuif_vfiq(&cpu->model)) {
			take_exception(cpu, machine.fiq);
			exits = 0;
		} else if (!cpu->masked && model_vcpuif_virq(&cpu->model)) {
			take_exception(cpu, machine.irq);
			exits = 0;
		} else {
			return;
		}
	}
}

static uint64_t mmio(uint64_t ipa, unsigned int width, bool write,
		     uint64_t value)
{
	struct cpu *cpu = self();
	enum vgic_trap result;

	while (true) {
		leave(cpu);
		result = vgic_trap_mmio(cpu->vcpu, ipa, width, write, &value);
		enter(cpu);
		if (result != VGIC_TRAP_RETRY) {
			break;
		}
		attend();
	}
	if (result != VGIC_TRAP_DONE) {
		die("an access to the GIC is not the GIC's");
	}
	attend();
	return value;
}

static uint64_t gicr_address(unsigned int cpu, uint32_t offset)
{
	return GICR_BASE + (uint64_t)cpu * GICR_STRIDE + offset;
}

uint8_t gicd_read8(uint32_t offset)
{
	return (uint8_t)mmio(GICD_BASE + offset, 1, false, 0);
}

uint32_t gicd_read32(uint32_t offset)
{
	return (uint32_t)mmio(GICD_BASE + offset, 4, false, 0);
}

uint64_t gicd_read64(uint32_t offset)
{
	return mmio(GICD_BASE + offset, 8, false, 0);
}

void gicd_write8(uint32_t offset, uint8_t value)
{
	mmio(GICD_BASE + offset, 1, true, value);
}

void gicd_write32(uint32_t offset, uint32_t value)
{
	mmio(GICD_BASE + offset, 4, true, value);
}

void gicd_write64(uint32_t offset, uint64_t value)
{
	mmio(GICD_BASE + offset, 8, true, value);
}

uint8_t gicr_read8(unsigned int cpu, uint32_t offset)
{
	return (uint8_t)mmio(gicr_address(cpu, offset), 1, false, 0);
}

uint32_t gicr_read32(unsigned int cpu, uint32_t offset)
{
	return (uint32_t)mmio(gicr_address(cpu, offset), 4, false, 0);
}

uint64_t gicr_read64(unsigned int cpu, uint32_t offset)
{
	return mmio(gicr_address(cpu, offset), 8, false, 0);
}

void gicr_write8(unsigned int cpu, uint32_t offset, uint8_t value)
{
	mmio(gicr_address(cpu, offset), 1, true, value);
}

void gicr_write32(unsigned int cpu, uint32_t offset, uint32_t value)
{
	mmio(gicr_address(cpu, offset), 4, true, value);
}

static void trap_sysreg(struct cpu *cpu, uint32_t reg, bool write,
			uint64_t *value)
{
	enum vgic_trap result;

	leave(cpu);
	result = vgic_trap_sysreg(cpu->vcpu, reg, write, value);
	enter(cpu);
	if (result != VGIC_TRAP_DONE) {
		die("a trapped system register is not the GIC's");
	}
}

uint64_t icc_read(uint32_t reg)
{
	struct cpu *cpu = self();
	uint64_t value = 0;

	/* This one is the PE's own, not the virtual CPU interface's. */
	if (reg == ICC_SRE_EL1) {
		return ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB;
	}
	switch (model_icv_read(&cpu->model, reg, &value)) {
	case MODEL_TRAP:
		trap_sysreg(cpu, reg, false, &value);
		break;
	case MODEL_UNDEF:
		die("reads an undefined register");
	case MODEL_DONE:
		break;
	}
	attend();
	return value;
}

void icc_write(uint32_t reg, uint64_t value)
{
	struct cpu *cpu = self();

	if (reg == ICC_SRE_EL1) {
		return;
	}
	switch (model_icv_write(&cpu->model, reg, value)) {
	case MODEL_TRAP:
		trap_sysreg(cpu, reg, true, &value);
		break;
	case MODEL_UNDEF:
		die("writes an undefined register");
	case MODEL_DONE:
		break;
	}
	attend();
}

static void check_invariants(void)
{
	for (unsigned int i = 0; i < machine.nr_cpus; i++) {
		leave(&machine.cpu[i]);
	}
	vgic_check_invariants(machine.gic);
	for (unsigned int i = 0; i < machine.nr_cpus; i++) {
		enter(&machine.cpu[i]);
	}
}

unsigned int port_nr_cpus(void)
{
	return machine.nr_cpus;
}

unsigned int port_cpu(void)
{
	return machine.current;
}

uint32_t port_affinity(unsigned int cpu)
{
	return cpu;
}

static void coroutine(void)
{
	self()->entry();
	port_cpu_off();
}

bool port_cpu_on(unsigned int cpu, void (*entry)(void))
{
	struct cpu *target = &machine.cpu[cpu];

	if (target->on) {
		return false;
	}
	getcontext(&target->context);
	target->context.uc_stack.ss_sp = target->stack;
	target->context.uc_stack.ss_size = STACK_BYTES;
	makecontext(&target->context, coroutine, 0);
	target->entry = entry;
	target->masked = true;
	target->on = true;
	return true;
}

_Noreturn void port_cpu_off(void)
{
	self()->on = false;
	switch_away();
	abort();
}

bool port_cpu_is_off(unsigned int cpu)
{
	return !machine.cpu[cpu].on;
}

void port_putc(char c)
{
	putchar(c);
}

uint64_t port_now_us(void)
{
	return machine.now_us;
}

void port_relax(void)
{
	if (machine.current == 0) {
		machine.now_us += PAUSE_US;
		if (++machine.pauses % PAUSES_PER_CHECK == 0) {
			check_invariants();
		}
	}
	attend();
}

void port_mask(void)
{
	self()->masked = true;
}

void port_unmask(void)
{
	self()->masked = false;
	attend();
}

/* The host puts the vCPU away while it sleeps. */
void port_wfi(void)
{
	struct cpu *cpu = self();

	leave(cpu);
	vgic_put(cpu->vcpu);
	while (!vgic_pending(cpu->vcpu)) {
		machine.now_us += machine.current == 0 ? PAUSE_US : 0;
		switch_away();
		take_timer(cpu);
	}
	vgic_load(cpu->vcpu);
	enter(cpu);
	attend();
}

void port_set_handlers(void (*irq)(void), void (*fiq)(void))
{
	machine.irq = irq;
	machine.fiq = fiq;
}

void port_timer_start(unsigned int us)
{
	self()->deadline = machine.now_us + us;
	self()->timer_on = true;
	attend();
}

void port_timer_stop(void)
{
	self()->timer_on = false;
	attend();
}

static bool add_cpu(unsigned int index,
		    const struct model_vcpuif_config *config)
{
	struct cpu *cpu = &machine.cpu[index];

	cpu->stack = malloc(STACK_BYTES);
	return cpu->stack != NULL &&
	       model_vcpuif_init(&cpu->model, config) &&
	       vgic_vcpu_create(machine.gic, index, index, &cpu->model,
				&cpu->vcpu) == VGIC_OK &&
	       vgic_map_irq(machine.gic, index, PORT_TIMER_INTID,
			    PORT_TIMER_INTID) == VGIC_OK &&
	       vgic_set_irq_ops(machine.gic, index, PORT_TIMER_INTID,
				&timer_ops, cpu) == VGIC_OK;
}

bool machine_init(unsigned int nr_cpus, unsigned int nr_lrs)
{
	struct model_vcpuif_config model = {
		.nr_lrs = (uint8_t)nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 24,
		.a3v = true,
		.tdir = true,
		.deactivate = on_deactivate,
	};
	struct vgic_config config = {
		.model = VGIC_GICV3,
		.nr_vcpus = nr_cpus,
		.nr_spis = NR_SPIS,
		.nr_redist_regions = 1,
		.nr_side_entries = nr_cpus,
		.cpuif = &model_vcpuif_backend,
		.host = &host_ops,
	};
	size_t size;
	bool ok;

	if (!model_vcpuif_init(&machine.cpu[0].model, &model)) {
		return false;
	}
	model_vcpuif_caps(&machine.cpu[0].model, &config.caps);
	config.caps.hw_deactivation = true;
	machine.nr_cpus = nr_cpus;
	size = vgic_memory_size(&config);
	ok = size != 0 && nr_cpus <= PORT_MAX_CPUS &&
	     vgic_create(&config, aligned_alloc(64, size), size,
			 &machine.gic) == VGIC_OK &&
	     vgic_set_dist_base(machine.gic, GICD_BASE) == VGIC_OK &&
	     vgic_add_redist_region(machine.gic, GICR_BASE, nr_cpus) ==
		     VGIC_OK;
	for (unsigned int i = 0; ok && i < nr_cpus; i++) {
		model.ctx = &machine.cpu[i];
		ok = add_cpu(i, &model);
	}
	return ok;
}

static void boot(void)
{
	guest_main();
	setcontext(&machine.main);
}

/* In the guest, or off as PSCI has it, a vCPU is resident here. */
unsigned int machine_run(void)
{
	for (unsigned int i = 0; i < machine.nr_cpus; i++) {
		vgic_load(machine.cpu[i].vcpu);
		enter(&machine.cpu[i]);
	}
	machine.current = 0;
	port_cpu_on(0, boot);
	swapcontext(&machine.main, &machine.cpu[0].context);
	check_invariants();
	return machine.violations;
}
