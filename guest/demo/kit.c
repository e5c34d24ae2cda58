/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/demo/kit.h"

/* In microseconds: far beyond what anything takes, and far beyond an IPI. */
#define PATIENCE 20000000
#define SETTLE 2000
#define ALL_SGIS 0xffff

struct kit_cpu {
	/* Written by the CPU itself, read by CPU 0. */
	atomic_uint count;
	uint32_t log[LOG_SIZE];
	atomic_bool online;
	/* Set by CPU 0 while the CPU is idle. */
	void (*hook)(uint32_t intid);
	enum finish finish;
	/* Set by CPU 0, cleared by the CPU when it has run. */
	_Atomic(void (*)(void)) task;
};

static struct kit_cpu cpus[PORT_MAX_CPUS];

/* Marks a Group 0 interrupt in the log. */
#define LOG_FIQ 0x10000u

static void handle(unsigned int group)
{
	struct kit_cpu *cpu = &cpus[port_cpu()];
	uint32_t taken = gic_acknowledge(group);
	uint32_t intid = gic_intid(taken);
	unsigned int n = atomic_load(&cpu->count);

	/* IHI 0069 2.2.1: withdrawn between the signal and the read. */
	if (intid == GIC_INTID_SPURIOUS) {
		return;
	}
	if (n < LOG_SIZE) {
		cpu->log[n] = intid | (group == 0 ? LOG_FIQ : 0);
	}
	atomic_store(&cpu->count, n + 1);
	if (cpu->hook != NULL) {
		cpu->hook(intid);
	}
	gic_drop(group, taken);
	if (cpu->finish == FINISH_ALL && gic_splits()) {
		gic_deactivate(taken);
	}
}

static void handle_irq(void)
{
	handle(1);
}

static void handle_fiq(void)
{
	handle(0);
}

static void reset_cpu(void)
{
	port_mask();
	gic_reset_private(1, ALL_SGIS);
	gic_open(true, true);
	port_timer_stop();
	port_unmask();
}

static void secondary(void)
{
	struct kit_cpu *self = &cpus[port_cpu()];
	void (*task)(void);

	gic_start_cpu();
	reset_cpu();
	atomic_store(&self->online, true);
	while (true) {
		task = atomic_load(&self->task);
		if (task != NULL) {
			task();
			atomic_store(&self->task, NULL);
		}
		port_relax();
	}
}

static void reset_shared(void)
{
	for (uint32_t intid = SPI(0); intid < SPI(SPI_COUNT); intid++) {
		irq_disable(intid);
		irq_unpend(intid);
		irq_deactivate(intid);
		irq_group(intid, 1);
		irq_edge(intid, true);
		irq_priority(intid, PRIORITY_DEFAULT);
		irq_route(intid, 0);
	}
	gic_groups(true, true);
}

/*
 * SPIs of the demo disabled, edge, Group 1, priority 0xa0, to CPU 0; SGIs
 * enabled, PPIs disabled; interfaces open with EOImode 0 and the finest
 * binary points; logs and hooks empty.
 */
void kit_reset(void)
{
	reset_shared();
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_hook(cpu, NULL);
		kit_finish(cpu, FINISH_ALL);
	}
	kit_on_all(reset_cpu);
	kit_clear();
}

bool kit_start(void)
{
	port_set_handlers(handle_irq, handle_fiq);
	gic_start();
	gic_start_cpu();
	atomic_store(&cpus[0].online, true);
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		if (!port_cpu_on(cpu, secondary)) {
			return false;
		}
		while (!atomic_load(&cpus[cpu].online)) {
			port_relax();
		}
	}
	return true;
}

static bool is_quiet[PORT_MAX_CPUS];

static void note_quiet(void)
{
	is_quiet[port_cpu()] = gic_cpu_is_quiet();
}

bool kit_quiet(void)
{
	bool quiet = true;

	for (uint32_t intid = SPI(0); intid < SPI(SPI_COUNT); intid++) {
		quiet = quiet && !irq_is_pending(intid) &&
			!irq_is_active(intid);
	}
	kit_on_all(note_quiet);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		quiet = quiet && is_quiet[cpu];
	}
	return quiet;
}

void kit_on(unsigned int cpu, void (*task)(void))
{
	if (cpu == port_cpu()) {
		task();
		return;
	}
	kit_post(cpu, task);
	kit_join(cpu);
}

void kit_post(unsigned int cpu, void (*task)(void))
{
	atomic_store(&cpus[cpu].task, task);
}

void kit_join(unsigned int cpu)
{
	while (atomic_load(&cpus[cpu].task) != NULL) {
		port_relax();
	}
}

void kit_hook(unsigned int cpu, void (*hook)(uint32_t intid))
{
	cpus[cpu].hook = hook;
}

void kit_finish(unsigned int cpu, enum finish finish)
{
	cpus[cpu].finish = finish;
}

void kit_on_all(void (*task)(void))
{
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		kit_post(cpu, task);
	}
	task();
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		kit_join(cpu);
	}
}

unsigned int kit_count(unsigned int cpu)
{
	return atomic_load(&cpus[cpu].count);
}

uint32_t kit_intid(unsigned int cpu, unsigned int index)
{
	return cpus[cpu].log[index] & ~LOG_FIQ;
}

bool kit_wait(unsigned int cpu, unsigned int n)
{
	uint64_t end = port_now_us() + PATIENCE;

	while (kit_count(cpu) < n && port_now_us() < end) {
		port_relax();
	}
	return kit_count(cpu) >= n;
}

void kit_clear(void)
{
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		atomic_store(&cpus[cpu].count, 0);
	}
}

void kit_show(unsigned int cpu)
{
	unsigned int n = kit_count(cpu);
	uint32_t kind = LOG_FIQ << 1;

	say("  cpu %u:%s", cpu, n == 0 ? " nothing" : "");
	for (unsigned int i = 0; i < n && i < LOG_SIZE; i++) {
		if ((cpus[cpu].log[i] & LOG_FIQ) != kind) {
			kind = cpus[cpu].log[i] & LOG_FIQ;
			say(kind ? " FIQ" : " IRQ");
		}
		say(" %u", kit_intid(cpu, i));
	}
	say("\n");
}

bool kit_took(unsigned int cpu, const uint32_t *intids, unsigned int n)
{
	bool same = kit_count(cpu) == n;

	for (unsigned int i = 0; i < n && same; i++) {
		same = kit_intid(cpu, i) == intids[i];
	}
	return same;
}

bool kit_saw_list(unsigned int cpu, const uint32_t *intids, unsigned int n)
{
	kit_settle();
	kit_show(cpu);
	return kit_took(cpu, intids, n);
}

bool kit_saw_count(unsigned int cpu, unsigned int n)
{
	kit_settle();
	kit_show(cpu);
	return kit_count(cpu) == n;
}

void kit_settle(void)
{
	port_pause_us(SETTLE);
}

bool kit_until(bool (*done)(void))
{
	uint64_t end = port_now_us() + PATIENCE;

	while (!done() && port_now_us() < end) {
		port_relax();
	}
	return done();
}

bool kit_say(const char *text, bool ok)
{
	say("  %s: %s\n", text, ok ? "yes" : "no");
	return ok;
}

void kit_sleep(void)
{
	port_mask();
	while (kit_count(port_cpu()) == 0) {
		port_wfi();
		port_unmask();
		port_mask();
	}
	port_unmask();
}

/* QEMU's GICC_HPPIR does not see what is masked: it is not asked. */
bool kit_names(uint32_t intid)
{
	return gic_version == 2 ||
	       kit_say("HPPIR1 names it", gic_highest_pending() == intid);
}
