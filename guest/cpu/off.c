/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU that is off executes nothing, but an interrupt that it left behind is
 * the distributor's: routed to another CPU, that one gets it.
 */
#include "guest/cpu/cpu.h"

#define SPI 40
#define SPI_BIT (1u << SPI % 32)
#define SPI_WORD (SPI / 32 * 4)
#define NOTHING 1023
#define ARRIVAL_US 500000

/* Secondary, its interrupts masked: pending for it, and it goes off. */
static void leave_pending(void)
{
	gic_open(PORT_TIMER_INTID);
	gicd_write32(GICD_ISPENDR + SPI_WORD, SPI_BIT);
	check(icc_read(ICC_HPPIR1_EL1) == SPI, "an SPI comes to its CPU");
}

/* The same, acknowledged and never ended. */
static void leave_active(void)
{
	gic_open(PORT_TIMER_INTID);
	gicd_write32(GICD_ISPENDR + SPI_WORD, SPI_BIT);
	check(icc_read(ICC_IAR1_EL1) == SPI, "an SPI is acknowledged");
}

static void route_to(unsigned int cpu)
{
	gicd_write64(GICD_IROUTER + SPI * 8, port_affinity(cpu));
}

/* This CPU gets the SPI, soon. */
static bool arrives(void)
{
	uint64_t deadline = port_now_us() + ARRIVAL_US;

	while (icc_read(ICC_HPPIR1_EL1) != SPI) {
		if (port_now_us() > deadline) {
			return false;
		}
		port_relax();
	}
	return gic_take() == SPI;
}

static bool leave(unsigned int cpu, void (*entry)(void))
{
	route_to(cpu);
	if (!run_on(cpu, entry)) {
		return false;
	}
	while (!port_cpu_is_off(cpu)) {
		port_relax();
	}
	return icc_read(ICC_HPPIR1_EL1) == NOTHING;
}

static void probe_one(unsigned int cpu)
{
	check(leave(cpu, leave_pending), "a CPU leaves an SPI pending");
	route_to(port_cpu());
	check(arrives(), "an SPI that a CPU left pending is routed away");

	check(leave(cpu, leave_active), "a CPU leaves an SPI active");
	gicd_write32(GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	gicd_write32(GICD_ISPENDR + SPI_WORD, SPI_BIT);
	route_to(port_cpu());
	check(arrives(), "an SPI that a CPU left active is ended for it");
}

void probe_off(void)
{
	unsigned int cpu;

	gic_open(PORT_TIMER_INTID);
	gicd_write32(GICD_IGROUPR + SPI_WORD, SPI_BIT);
	gicd_write32(GICD_ISENABLER + SPI_WORD, SPI_BIT);
	for (cpu = 1; cpu < port_nr_cpus(); cpu++) {
		probe_one(cpu);
	}
	gicd_write32(GICD_ICENABLER + SPI_WORD, SPI_BIT);
}
