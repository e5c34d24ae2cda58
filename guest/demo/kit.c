/* SPDX-License-Identifier: BSD-2-Clause */
/* The handler that logs, and what steps begin and end with. */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/demo/kit.h"

/*
 * Microseconds.  What should come is waited for so long that it has failed when
 * the time is up; what must not come, longer than an IPI takes.
 */
#define PATIENCE 20000000
#define SETTLE 2000
#define ALL_SGIS 0xffff

struct kit_cpu {
	/* Written by the CPU itself, read by CPU 0. */
	atomic_uint count;
	uint32_t log[LOG_SIZE];
	/* Set by CPU 0 while this CPU takes no interrupts. */
	void (*hook)(uint32_t intid);
	enum finish finish;
};

static struct kit_cpu cpus[PORT_MAX_CPUS];

/* In the log: it came as FIQ. */
#define LOG_FIQ 0x10000u

static void handle(unsigned int group)
{
	struct kit_cpu *cpu = &cpus[port_cpu()];
	uint32_t taken = gic_acknowledge(group);
	uint32_t intid = gic_intid(taken);
	unsigned int n = atomic_load(&cpu->count);

	/* It may have been withdrawn since the exception.  IHI 0069 2.2.1 */
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

static void open_cpu(void)
{
	gic_start_cpu();
	reset_cpu();
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
 * SPIs of the demo: disabled, edge, Group 1, PRIORITY_DEFAULT, to CPU 0.  SGIs
 * enabled, PPIs not.  Interfaces open, with EOImode 0 and the finest binary
 * points.  Logs and hooks empty.
 */
void kit_reset(void)
{
	reset_shared();
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_hook(cpu, NULL);
		kit_finish(cpu, FINISH_ALL);
	}
	task_on_all(reset_cpu);
	kit_clear();
}

bool kit_start(void)
{
	port_set_handlers(handle_irq, handle_fiq);
	gic_start();
	gic_start_cpu();
	return tasks_start(open_cpu);
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
	task_on_all(note_quiet);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		quiet = quiet && is_quiet[cpu];
	}
	return quiet;
}

void kit_hook(unsigned int cpu, void (*hook)(uint32_t intid))
{
	cpus[cpu].hook = hook;
}

void kit_finish(unsigned int cpu, enum finish finish)
{
	cpus[cpu].finish = finish;
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

/* QEMU's GICC_HPPIR leaves out what PMR masks, so a GICv2 is not asked. */
bool kit_names(uint32_t intid)
{
	return gic_version == 2 ||
	       kit_say("HPPIR1 names it", gic_highest_pending() == intid);
}
