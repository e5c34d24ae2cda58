/* SPDX-License-Identifier: BSD-2-Clause */
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

void gic_open(uint32_t ppi)
{
	unsigned int cpu = port_cpu();

	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	gicr_write32(cpu, GICR_WAKER, 0);
	gicr_write32(cpu, GICR_IGROUPR0, UINT32_MAX);
	gicr_write32(cpu, GICR_ISENABLER0, 1u << ppi);
	icc_write(ICC_PMR_EL1, 0xff);
	icc_write(ICC_CTLR_EL1, 0);
	icc_write(ICC_IGRPEN1_EL1, 1);
}

uint32_t gic_take(void)
{
	uint32_t intid = (uint32_t)icc_read(ICC_IAR1_EL1);

	if (intid < GIC_SPI_END) {
		icc_write(ICC_EOIR1_EL1, intid);
	}
	return intid;
}

bool gic_take_timer(void)
{
	uint32_t intid = (uint32_t)icc_read(ICC_IAR1_EL1);

	port_timer_stop();
	if (intid < GIC_SPI_END) {
		icc_write(ICC_EOIR1_EL1, intid);
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
