/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/cpu/cpu.h"

#include <stdatomic.h>

#define PPI_PHYSICAL_TIMER 30
#define CTL_ENABLE 1
#define CTL_IMASK 2
#define CTL_ISTATUS 4
#define SPURIOUS 1023
#define SGI_WAKE 0
#define SGI_HOLD 1
#define PRIORITY_LOW 0xa0
#define WAKE_US 1000000

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

static atomic_uint asleep, awake;

static void send_sgi(unsigned int cpu, uint32_t intid)
{
	icc_write(ICC_SGI1R_EL1,
		  FIELD_PUT(ICC_SGIR_INTID, intid) |
		  FIELD_PUT(ICC_SGIR_TargetList, 1u << cpu % 16) |
		  FIELD_PUT(ICC_SGIR_Aff1, cpu / 16));
}

/*
 * Asleep with a timer that fires but cannot be taken, for another interrupt
 * of the same priority is active; until one of a higher priority comes.
 */
static void sleeper(void)
{
	unsigned int cpu = port_cpu();
	uint32_t intid;

	gic_open(PORT_TIMER_INTID);
	gicr_write32(cpu, GICR_ISENABLER0, 1u << SGI_WAKE | 1u << SGI_HOLD);
	gicr_write8(cpu, GICR_IPRIORITYR0 + SGI_HOLD, PRIORITY_LOW);
	gicr_write8(cpu, GICR_IPRIORITYR0 + PORT_TIMER_INTID, PRIORITY_LOW);
	send_sgi(cpu, SGI_HOLD);
	do {
		intid = (uint32_t)icc_read(ICC_IAR1_EL1);
	} while (intid == SPURIOUS);
	port_timer_start(100);
	pause_us(200);
	atomic_fetch_add(&asleep, 1);
	while (gic_take() != SGI_WAKE) {
		port_wfi();
	}
	port_timer_stop();
	icc_write(ICC_EOIR1_EL1, intid);
	atomic_fetch_add(&awake, 1);
}

/* Sleepers, however often they wake, leave the CPU to who has work. */
static void probe_sleepers(void)
{
	unsigned int i, n = port_nr_cpus() - 1;
	uint64_t deadline;

	for (i = 1; i <= n; i++) {
		check(run_on(i, sleeper), "a CPU turns on");
	}
	while (atomic_load(&asleep) < n) {
		port_relax();
	}
	pause_us(10000);
	for (i = 1; i <= n; i++) {
		send_sgi(i, SGI_WAKE);
	}
	deadline = port_now_us() + WAKE_US;
	while (atomic_load(&awake) < n && port_now_us() < deadline) {
		port_relax();
	}
	check(atomic_load(&awake) == n, "a higher priority wakes");
}

void probe_timers(void)
{
	probe_physical();
	probe_virtual();
	probe_sleepers();
}
