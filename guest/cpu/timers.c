/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers: the physical one, which the hypervisor emulates, and the virtual one,
 * which the guest drives itself; and how they end a WFI.
 */
#include "guest/cpu/cpu.h"

#include <stdatomic.h>

#define PPI_PHYSICAL_TIMER 30
#define CTL_ENABLE 1
#define CTL_IMASK 2
#define CTL_ISTATUS 4
#define SPURIOUS 1023
#define SGI_WAKE 0
#define SGI_HOLD 1
#define WAKE_US 1000000
#define STATUS_ROUNDS 50

static uint64_t ticks(uint64_t us)
{
	return sysreg_read(cntfrq_el0) / 1000 * us / 1000;
}

static void probe_physical(void)
{
	uint64_t start = sysreg_read(cntpct_el0), cval;

	open_ppi(PPI_PHYSICAL_TIMER);
	sysreg_write(cntp_cval_el0, start + ticks(1000000));
	sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	check(sysreg_read(cntp_ctl_el0) == CTL_ENABLE, "CNTP_CTL reads back");
	check(sysreg_read(cntp_tval_el0) <= ticks(1000000),
	      "CNTP_TVAL counts down");
	check(take() == SPURIOUS, "CNTP does not fire early");
	sysreg_write(cntp_tval_el0, ticks(2000));
	cval = sysreg_read(cntp_cval_el0);
	check(cval >= start + ticks(2000), "CNTP_TVAL sets CVAL");
	port_wfi();
	check(sysreg_read(cntpct_el0) >= cval, "CNTP wakes, not early");
	check(sysreg_read(cntp_ctl_el0) == (CTL_ENABLE | CTL_ISTATUS),
	      "CNTP_CTL.ISTATUS");
	check(take() == PPI_PHYSICAL_TIMER, "CNTP fires");
	check(take() == PPI_PHYSICAL_TIMER, "CNTP's level stays up");
	sysreg_write(cntp_ctl_el0, CTL_ENABLE | CTL_IMASK);
	check(take() == SPURIOUS, "CNTP_CTL.IMASK masks");
	sysreg_write(cntp_tval_el0, ticks(500));
	sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	sysreg_write(cntp_ctl_el0, 0);
	port_pause_us(1000);
	check(take() == SPURIOUS, "CNTP stays off");
}

static void probe_virtual(void)
{
	uint64_t start;
	unsigned int i;

	open_ppi(PORT_TIMER_INTID);
	for (i = 0; i < 16; i++) {
		start = port_now_us();
		port_timer_start(500);
		port_wfi();
		check(take_timer(), "CNTV fires");
		check(port_now_us() >= start + 500, "CNTV is not early");
		check(take() == SPURIOUS, "CNTV is quiet when off");
	}
}

/*
 * What the checks below need of a timer, so that both go through the same ones.
 */
struct timer {
	const char *status, *never;
	uint32_t ppi;
	void (*set)(uint64_t cval, uint64_t ctl);
	uint64_t (*ctl)(void);
};

static void set_physical(uint64_t cval, uint64_t ctl)
{
	sysreg_write(cntp_cval_el0, cval);
	sysreg_write(cntp_ctl_el0, ctl);
	__asm__ volatile("isb");
}

static uint64_t ctl_physical(void)
{
	return sysreg_read(cntp_ctl_el0);
}

static void set_virtual(uint64_t cval, uint64_t ctl)
{
	sysreg_write(cntv_cval_el0, cval);
	sysreg_write(cntv_ctl_el0, ctl);
	__asm__ volatile("isb");
}

static uint64_t ctl_virtual(void)
{
	return sysreg_read(cntv_ctl_el0);
}

static const struct timer timers[] = {
	{ "CNTP: ISTATUS shows, and so does the GIC",
	  "CNTP does not fire at the end of time", PPI_PHYSICAL_TIMER,
	  set_physical, ctl_physical },
	{ "CNTV: ISTATUS shows, and so does the GIC",
	  "CNTV does not fire at the end of time", PORT_TIMER_INTID,
	  set_virtual, ctl_virtual },
};

/* A guest that reads ISTATUS as 1 finds the interrupt pending in the GIC. */
static void probe_status(const struct timer *timer)
{
	unsigned int late = 0, i;

	for (i = 0; i < STATUS_ROUNDS; i++) {
		timer->set(sysreg_read(cntvct_el0) + ticks(200), CTL_ENABLE);
		while (!(timer->ctl() & CTL_ISTATUS)) {
		}
		late += !irq_is_pending(timer->ppi);
		timer->set(0, 0);
	}
	check(late == 0, timer->status);
	while (take() != SPURIOUS) {
	}
}

/*
 * Compare values are unsigned (DDI 0487 D12.1.2): those near 2^64 are never
 * reached, whether the CPU sleeps or not.  The hypervisor, which adds and
 * subtracts them to set its own timer, must not overflow.
 */
static void probe_never(const struct timer *timer, const struct timer *other)
{
	static const uint64_t far[] = { UINT64_MAX, UINT64_MAX - 1,
					UINT64_C(1) << 63 };
	unsigned int i;

	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		timer->set(far[i], CTL_ENABLE);
		port_pause_us(300);
		check(timer->ctl() == CTL_ENABLE && take() == SPURIOUS,
		      timer->never);
		other->set(sysreg_read(cntvct_el0) + ticks(500), CTL_ENABLE);
		port_wfi();
		other->set(0, CTL_ENABLE | CTL_IMASK);
		check(timer->ctl() == CTL_ENABLE, timer->never);
		other->set(0, 0);
		while (take() != SPURIOUS) {
		}
	}
	timer->set(0, 0);
}

static void probe_both(void)
{
	open_ppi(PPI_PHYSICAL_TIMER);
	open_ppi(PORT_TIMER_INTID);
	probe_status(&timers[0]);
	probe_status(&timers[1]);
	probe_never(&timers[0], &timers[1]);
	probe_never(&timers[1], &timers[0]);
}

static atomic_uint asleep, awake;

/*
 * Sleep while the timer fires but cannot be taken, as another interrupt of the
 * same priority is active.  Only an interrupt of a higher priority ends the
 * WFI.
 */
static void sleeper(void)
{
	uint32_t intid;

	open_ppi(PORT_TIMER_INTID);
	irq_enable(SGI_WAKE);
	irq_enable(SGI_HOLD);
	irq_priority(SGI_HOLD, PRIORITY_DEFAULT);
	irq_priority(PORT_TIMER_INTID, PRIORITY_DEFAULT);
	sgi_send(port_cpu(), SGI_HOLD);
	do {
		intid = gic_acknowledge(1);
	} while (intid == SPURIOUS);
	port_timer_start(100);
	port_pause_us(200);
	atomic_fetch_add(&asleep, 1);
	while (take() != SGI_WAKE) {
		port_wfi();
	}
	port_timer_stop();
	gic_drop(1, intid);
	atomic_fetch_add(&awake, 1);
}

/*
 * vCPUs that sleep like that must not keep a CPU busy, however often their
 * timers fire: others have to get on.
 */
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
	port_pause_us(10000);
	for (i = 1; i <= n; i++) {
		sgi_send(i, SGI_WAKE);
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
	probe_both();
	probe_sleepers();
}
