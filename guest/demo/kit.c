/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/demo/kit.h"

/* In microseconds: far beyond what anything takes, and far beyond an IPI. */
#define PATIENCE 20000000
#define SETTLE 2000

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
	static const uint32_t iar[] = { ICC_IAR0_EL1, ICC_IAR1_EL1 };
	static const uint32_t eoir[] = { ICC_EOIR0_EL1, ICC_EOIR1_EL1 };
	struct kit_cpu *cpu = &cpus[port_cpu()];
	uint32_t intid = (uint32_t)icc_read(iar[group]);
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
	icc_write(eoir[group], intid);
	if (cpu->finish == FINISH_ALL &&
	    icc_read(ICC_CTLR_EL1) & ICC_CTLR_EL1_EOImode) {
		icc_write(ICC_DIR_EL1, intid);
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

static void reset_interface(void)
{
	port_mask();
	icc_write(ICC_SRE_EL1, ICC_SRE_SRE);
	icc_write(ICC_CTLR_EL1, 0);
	icc_write(ICC_PMR_EL1, PMR_OPEN);
	icc_write(ICC_BPR0_EL1, 0);
	icc_write(ICC_BPR1_EL1, 0);
	icc_write(ICC_IGRPEN0_EL1, 1);
	icc_write(ICC_IGRPEN1_EL1, 1);
	port_timer_stop();
	port_unmask();
}

/* IHI 0069 12.11.42: a redistributor sleeps until its CPU wakes it. */
static void wake_redistributor(unsigned int cpu)
{
	uint32_t waker = gicr_read32(cpu, GICR_WAKER);

	gicr_write32(cpu, GICR_WAKER, waker & ~GICR_WAKER_ProcessorSleep);
	while (gicr_read32(cpu, GICR_WAKER) & GICR_WAKER_ChildrenAsleep) {
		port_relax();
	}
}

static void secondary(void)
{
	struct kit_cpu *self = &cpus[port_cpu()];
	void (*task)(void);

	wake_redistributor(port_cpu());
	reset_interface();
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

static void reset_private(unsigned int cpu)
{
	gicr_write32(cpu, GICR_ICENABLER0, UINT32_MAX);
	gicr_write32(cpu, GICR_ICPENDR0, UINT32_MAX);
	gicr_write32(cpu, GICR_ICACTIVER0, UINT32_MAX);
	gicr_write32(cpu, GICR_IGROUPR0, UINT32_MAX);
	for (uint32_t i = 0; i < GIC_NR_PRIVATE; i++) {
		gicr_write8(cpu, GICR_IPRIORITYR0 + i, PRIORITY_DEFAULT);
	}
	gicr_write32(cpu, GICR_ISENABLER0, 0xffff);
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
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp0 |
			       GICD_CTLR_EnableGrp1);
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
		reset_private(cpu);
		kit_hook(cpu, NULL);
		kit_finish(cpu, FINISH_ALL);
	}
	kit_on_all(reset_interface);
	kit_clear();
}

bool kit_start(void)
{
	port_set_handlers(handle_irq, handle_fiq);
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE);
	wake_redistributor(0);
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

static bool rpr_idle[PORT_MAX_CPUS];

static void note_rpr(void)
{
	rpr_idle[port_cpu()] = icc_read(ICC_RPR_EL1) == RPR_IDLE;
}

bool kit_quiet(void)
{
	bool quiet = true;

	for (uint32_t intid = SPI(0); intid < SPI(SPI_COUNT); intid++) {
		quiet = quiet && !irq_is_pending(intid) &&
			!irq_is_active(intid);
	}
	kit_on_all(note_rpr);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		quiet = quiet && gicr_read32(cpu, GICR_ISACTIVER0) == 0 &&
			(gicr_read32(cpu, GICR_ISPENDR0) & 0xffff) == 0 &&
			rpr_idle[cpu];
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

void kit_settle(void)
{
	uint64_t end = port_now_us() + SETTLE;

	while (port_now_us() < end) {
		port_relax();
	}
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
