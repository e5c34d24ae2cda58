/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/cpu/cpu.h"

#define PPI_PHYSICAL_TIMER 30
#define CTL_ENABLE 1
#define CTL_IMASK 2
#define CTL_ISTATUS 4
#define SPURIOUS 1023

static uint64_t ticks(uint64_t us)
{
	return sysreg_read(cntfrq_el0) / 1000 * us / 1000;
}

static void pause_us(uint64_t us)
{
	uint64_t end = port_now_us() + us;

	while (port_now_us() < end) {
		port_relax();
	}
}

static void probe_physical(void)
{
	uint64_t start = sysreg_read(cntpct_el0), cval;

	gic_open(PPI_PHYSICAL_TIMER);
	sysreg_write(cntp_cval_el0, start + ticks(1000000));
	sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	check(sysreg_read(cntp_ctl_el0) == CTL_ENABLE, "CNTP_CTL reads back");
	check(sysreg_read(cntp_tval_el0) <= ticks(1000000),
	      "CNTP_TVAL counts down");
	check(gic_take() == SPURIOUS, "CNTP does not fire early");
	sysreg_write(cntp_tval_el0, ticks(2000));
	cval = sysreg_read(cntp_cval_el0);
	check(cval >= start + ticks(2000), "CNTP_TVAL sets CVAL");
	port_wfi();
	check(sysreg_read(cntpct_el0) >= cval, "CNTP wakes, not early");
	check(sysreg_read(cntp_ctl_el0) == (CTL_ENABLE | CTL_ISTATUS),
	      "CNTP_CTL.ISTATUS");
	check(gic_take() == PPI_PHYSICAL_TIMER, "CNTP fires");
	check(gic_take() == PPI_PHYSICAL_TIMER, "CNTP's level stays up");
	sysreg_write(cntp_ctl_el0, CTL_ENABLE | CTL_IMASK);
	check(gic_take() == SPURIOUS, "CNTP_CTL.IMASK masks");
	sysreg_write(cntp_tval_el0, ticks(500));
	sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	sysreg_write(cntp_ctl_el0, 0);
	pause_us(1000);
	check(gic_take() == SPURIOUS, "CNTP stays off");
}

static void probe_virtual(void)
{
	uint64_t start;
	unsigned int i;

	gic_open(PORT_TIMER_INTID);
	for (i = 0; i < 16; i++) {
		start = port_now_us();
		port_timer_start(500);
		port_wfi();
		check(gic_take_timer(), "CNTV fires");
		check(port_now_us() >= start + 500, "CNTV is not early");
		check(gic_take() == SPURIOUS, "CNTV is quiet when off");
	}
}

void probe_timers(void)
{
	probe_physical();
	probe_virtual();
}
