/* SPDX-License-Identifier: BSD-2-Clause */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regs/gicv5.h"
#include "tests/demo/machine.h"

#define STACK_BYTES (512 * 1024)
/* What a pause of CPU 0 is worth; the others' cost nothing. */
#define PAUSE_US 100
/* More exits than this without a guest access between them are a livelock. */
#define MANY_EXITS 1000
/* All CPUs leave the guest for a check of the invariants now and then. */
#define PAUSES_PER_CHECK 8

struct machine machine;

struct cpu *machine_self(void)
{
	return &machine.cpu[machine.current];
}

_Noreturn void machine_die(const char *why)
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
	fprintf(stderr, "invariant: %s (vcpu %d, intid %d)\n", what, (int)vcpu,
		(int)intid);
	machine.violations++;
}

/* Only the running vCPU's own PPI is ever touched, see vgic/host.h. */
static void on_phys_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	if (FIELD_GET(GICV5_INTID_ID, pintid) != PORT_TIMER_INTID) {
		machine_die("ends a physical interrupt that is not there");
	}
	machine_self()->phys_active = active;
}

/* Guest memory is what the program has of its own. */
extern char __data_start[], _end[];

static void *guest_memory(uint64_t ipa, size_t len)
{
	uint64_t start = (uintptr_t)__data_start, end = (uintptr_t)_end;

	return ipa >= start && ipa < end && len <= end - ipa ?
		       (void *)(uintptr_t)ipa :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const void *from = guest_memory(ipa, len);

	(void)ctx;
	if (from != NULL) {
		memcpy(buf, from, len);
	}
	return from == NULL;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	void *to = guest_memory(ipa, len);

	(void)ctx;
	if (to != NULL) {
		memcpy(to, buf, len);
	}
	return to == NULL;
}

static const struct vgic_host_ops host_ops = {
	.kick = on_kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = on_phys_active,
	.bug = on_bug,
};

void machine_deactivate(void *ctx, uint32_t pintid)
{
	struct cpu *cpu = ctx;

	if (!cpu->phys_active || pintid != PORT_TIMER_INTID) {
		machine_die("ends a physical interrupt that is not active");
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

void machine_leave(struct cpu *cpu)
{
	cpu->entered = false;
	vgic_exit(cpu->vcpu);
}

void machine_enter(struct cpu *cpu)
{
	cpu->kicked = false;
	cpu->entered = true;
	vgic_enter(cpu->vcpu);
}

/* The next CPU's turn. */
static void switch_away(void)
{
	const unsigned int n = machine.config.nr_cpus;
	struct cpu *from = machine_self();

	do {
		machine.current = (machine.current + 1) % n;
	} while (!machine_self()->on);
	if (machine_self() != from) {
		swapcontext(&from->context, &machine_self()->context);
	}
}

void machine_inject_timer(struct cpu *cpu, bool line)
{
	if (line && !cpu->phys_active) {
		cpu->phys_active = true;
		vgic_inject_irq(machine.gic, vgic_vcpu_index(cpu->vcpu),
				PORT_TIMER_INTID, true, NULL);
	}
}

static void take_exception(struct cpu *cpu, void (*handler)(void))
{
	cpu->masked = true;
	handler();
	cpu->masked = false;
}

/* One interrupt that is not masked, if there is any. */
static bool interrupt(struct cpu *cpu)
{
	unsigned int signals = cpu->masked ? 0 : gic_signals(cpu);

	if (signals != 0) {
		take_exception(cpu,
			       signals & VGIC_VFIQ ? machine.fiq : machine.irq);
	}
	return signals != 0;
}

void machine_attend(void)
{
	struct cpu *cpu = machine_self();
	unsigned int exits = 0;

	switch_away();
	while (true) {
		gic_timer(cpu, timer_line(cpu));
		if (cpu->kicked || gic_maintenance(cpu)) {
			machine_leave(cpu);
			machine_enter(cpu);
			if (++exits > MANY_EXITS) {
				machine_die("exits without end");
			}
		} else if (interrupt(cpu)) {
			exits = 0;
		} else {
			return;
		}
	}
}

uint64_t machine_mmio(uint64_t ipa, unsigned int width, bool write,
		      uint64_t value)
{
	struct cpu *cpu = machine_self();
	enum vgic_trap result;

	while (true) {
		machine_leave(cpu);
		result = vgic_trap_mmio(cpu->vcpu, ipa, width, write, &value);
		machine_enter(cpu);
		if (result != VGIC_TRAP_RETRY) {
			break;
		}
		machine_attend();
	}
	if (result != VGIC_TRAP_DONE) {
		machine_die("an access to the GIC is not the GIC's");
	}
	machine_attend();
	return value;
}

void machine_trap(struct cpu *cpu, uint32_t reg, bool write, uint64_t *value)
{
	enum vgic_trap result;

	machine_leave(cpu);
	result = vgic_trap_sysreg(cpu->vcpu, reg, write, value);
	machine_enter(cpu);
	if (result != VGIC_TRAP_DONE) {
		machine_die("a trapped system register is not the GIC's");
	}
}

static void check_invariants(void)
{
	bool entered[PORT_MAX_CPUS];

	for (unsigned int i = 0; i < machine.config.nr_cpus; i++) {
		entered[i] = machine.cpu[i].entered;
		if (entered[i]) {
			machine_leave(&machine.cpu[i]);
		}
	}
	vgic_check_invariants(machine.gic);
	for (unsigned int i = 0; i < machine.config.nr_cpus; i++) {
		if (entered[i]) {
			machine_enter(&machine.cpu[i]);
		}
	}
}

unsigned int port_nr_cpus(void)
{
	return machine.config.nr_cpus;
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
	machine_self()->entry();
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
	machine_self()->on = false;
	switch_away();
	abort();
}

bool port_cpu_is_off(unsigned int cpu)
{
	return !machine.cpu[cpu].on;
}

void port_putc(char c)
{
	machine.console(c);
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
	machine_attend();
}

void port_mask(void)
{
	machine_self()->masked = true;
}

void port_unmask(void)
{
	machine_self()->masked = false;
	machine_attend();
}

/* The host puts the vCPU away while it sleeps. */
void port_wfi(void)
{
	struct cpu *cpu = machine_self();

	machine_leave(cpu);
	vgic_put_wfi(cpu->vcpu);
	gic_loading(cpu, false);
	while (!gic_wakes(cpu, timer_line(cpu))) {
		machine.now_us += machine.current == 0 ? PAUSE_US : 0;
		switch_away();
		gic_timer(cpu, timer_line(cpu));
	}
	cpu->doorbell = false;
	gic_loading(cpu, true);
	vgic_load(cpu->vcpu);
	machine_enter(cpu);
	machine_attend();
}

void port_set_handlers(void (*irq)(void), void (*fiq)(void))
{
	machine.irq = irq;
	machine.fiq = fiq;
}

void port_timer_start(unsigned int us)
{
	machine_self()->deadline = machine.now_us + us;
	machine_self()->timer_on = true;
	machine_attend();
}

void port_timer_stop(void)
{
	machine_self()->timer_on = false;
	machine_attend();
}

void machine_fill(struct vgic_config *config)
{
	config->nr_vcpus = machine.config.nr_cpus;
	config->nr_spis = NR_SPIS;
	config->nr_side_entries = machine.config.nr_cpus;
	config->host = &host_ops;
}

bool machine_create(const struct vgic_config *config)
{
	size_t size = vgic_memory_size(config);

	return size != 0 && vgic_create(config, aligned_alloc(64, size), size,
					&machine.gic) == VGIC_OK;
}

bool machine_add_cpu(unsigned int index, void *hw, uint32_t intid,
		     uint32_t pintid)
{
	struct cpu *cpu = &machine.cpu[index];

	cpu->stack = malloc(STACK_BYTES);
	return cpu->stack != NULL &&
	       vgic_vcpu_create(machine.gic, index, index, hw, &cpu->vcpu) ==
		       VGIC_OK &&
	       vgic_map_irq(machine.gic, index, intid, pintid) == VGIC_OK &&
	       vgic_set_irq_ops(machine.gic, index, intid, &timer_ops, cpu) ==
		       VGIC_OK;
}

bool machine_init(const struct machine_config *config)
{
	machine.config = *config;
	return config->nr_cpus <= PORT_MAX_CPUS && gic_create();
}

static void boot(void)
{
	if (!guest_main()) {
		machine.violations++;
	}
	setcontext(&machine.main);
}

/* In the guest, or off as PSCI has it, a vCPU is resident here. */
unsigned int machine_run(void)
{
	for (unsigned int i = 0; i < machine.config.nr_cpus; i++) {
		gic_loading(&machine.cpu[i], true);
		vgic_load(machine.cpu[i].vcpu);
		machine_enter(&machine.cpu[i]);
	}
	machine.current = 0;
	port_cpu_on(0, boot);
	swapcontext(&machine.main, &machine.cpu[0].context);
	check_invariants();
	return machine.violations;
}
