/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU that is off takes no interrupts, but those that it leaves pending or
 * active are still in the distributor: once they are routed to another CPU,
 * that one gets them.
 */
#include "guest/cpu/cpu.h"

#define SPI 40
#define NOTHING 1023
#define ARRIVAL_US 500000

/* On the other CPU, with interrupts masked: leave an SPI pending. */
static void leave_pending(void)
{
	open_ppi(PORT_TIMER_INTID);
	irq_pend(SPI);
	check(gic_highest_pending() == SPI, "an SPI comes to its CPU");
}

/* The same, but acknowledge it, and never end it. */
static void leave_active(void)
{
	open_ppi(PORT_TIMER_INTID);
	irq_pend(SPI);
	check(gic_acknowledge(1) == SPI, "an SPI is acknowledged");
}

/* Does this CPU get the SPI soon? */
static bool arrives(void)
{
	uint64_t deadline = port_now_us() + ARRIVAL_US;

	while (gic_highest_pending() != SPI) {
		if (port_now_us() > deadline) {
			return false;
		}
		port_relax();
	}
	return take() == SPI;
}

static bool leave(unsigned int cpu, void (*entry)(void))
{
	irq_route(SPI, cpu);
	if (!run_on(cpu, entry)) {
		return false;
	}
	while (!port_cpu_is_off(cpu)) {
		port_relax();
	}
	return gic_highest_pending() == NOTHING;
}

static void probe_one(unsigned int cpu)
{
	check(leave(cpu, leave_pending), "a CPU leaves an SPI pending");
	irq_route(SPI, port_cpu());
	check(arrives(), "an SPI that a CPU left pending is routed away");

	check(leave(cpu, leave_active), "a CPU leaves an SPI active");
	irq_deactivate(SPI);
	irq_pend(SPI);
	irq_route(SPI, port_cpu());
	check(arrives(), "an SPI that a CPU left active is ended for it");
}

void probe_off(void)
{
	unsigned int cpu;

	open_ppi(PORT_TIMER_INTID);
	irq_group(SPI, 1);
	irq_enable(SPI);
	for (cpu = 1; cpu < port_nr_cpus(); cpu++) {
		probe_one(cpu);
	}
	irq_disable(SPI);
}
