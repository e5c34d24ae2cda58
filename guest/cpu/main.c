/* SPDX-License-Identifier: BSD-2-Clause */
/* The probes in order, and what they share. */
#include "guest/cpu/cpu.h"

#include <stdatomic.h>

#include "guest/text.h"

#define START_US 1000000

static unsigned int held, failed;

void check(bool holds, const char *what)
{
	if (holds) {
		held++;
		return;
	}
	failed++;
	say("cpu: NOT SO: %s\n", what);
}

void open_ppi(uint32_t ppi)
{
	gic_groups(false, true);
	gic_start_cpu();
	private_write(GICD_IGROUPR, UINT32_MAX);
	irq_enable(ppi);
	gic_open(false, true);
}

uint32_t take(void)
{
	return gic_take(1);
}

bool take_timer(void)
{
	uint32_t intid = gic_acknowledge(1);

	port_timer_stop();
	if (intid < GIC_SPI_END) {
		gic_drop(1, intid);
	}
	return intid == PORT_TIMER_INTID;
}

bool run_on(unsigned int cpu, void (*entry)(void))
{
	uint64_t deadline = port_now_us() + START_US;

	while (!port_cpu_is_off(cpu)) {
		if (port_now_us() > deadline) {
			return false;
		}
		port_relax();
	}
	return port_cpu_on(cpu, entry);
}

bool guest_main(void)
{
	probe_calls();
	probe_off();
	probe_registers();
	probe_debug();
	probe_timers();
	probe_switch();
	say("cpu: %u hold, %u do not\n", held, failed);
	say("cpu: %s\n", failed ? "FAIL" : "PASS");
	return !failed;
}
