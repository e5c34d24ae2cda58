/* SPDX-License-Identifier: BSD-2-Clause */
/* More than one CPU: IPIs, affinity, deactivation by another CPU. */
#include "guest/demo5/demo5.h"

#define IPI_FIRST 200
#define ROUNDS 3
#define SETTLE_US 2000

static uint32_t ipi_of(unsigned int cpu)
{
	return GICV5_LPI(IPI_FIRST + cpu);
}

static unsigned int receiver;

static void send_ipi(void)
{
	gic5_pend(ipi_of(receiver), true);
}

static bool ipi(unsigned int from, unsigned int to)
{
	receiver = to;
	task_on(from, send_ipi);
	if (!demo5_wait(to, from + 1)) {
		say("lost from %u to %u\n", from, to);
		return false;
	}
	return true;
}

/* From every CPU to every CPU, itself included. */
static bool ipis(void)
{
	unsigned int n = port_nr_cpus();

	for (unsigned int cpu = 0; cpu < n; cpu++) {
		gic5_open_irq(ipi_of(cpu), 16, cpu);
	}
	port_unmask();
	for (unsigned int i = 0; i < n * n; i++) {
		if (!ipi(i / n, i % n)) {
			return false;
		}
	}
	port_mask();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		say("CPU %u took %u of %x\n", cpu,
		    atomic_load(&demo5_log(cpu)->count),
		    demo5_log(cpu)->intid[0]);
	}
	return true;
}

/* An SPI follows its affinity. */
static bool affinity(void)
{
	uint32_t spi = GICV5_SPI(SPI_FIRST + 1);
	unsigned int n = port_nr_cpus();

	gic5_open_irq(spi, 16, 0);
	port_unmask();
	for (unsigned int i = 0; i < ROUNDS * n; i++) {
		gic5_affinity(spi, i % n);
		gic5_pend(spi, true);
		if (!demo5_wait(i % n, i / n + 1)) {
			return false;
		}
	}
	port_mask();
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		say("CPU %u took %u\n", cpu,
		    atomic_load(&demo5_log(cpu)->count));
	}
	return true;
}

static uint32_t shared_lpi = GICV5_LPI(300);

static void deactivate(void)
{
	gic5_write(GIC_CDDI, shared_lpi);
}

/* CPU 0 takes it and drops the priority; the last CPU deactivates it. */
static bool elsewhere(void)
{
	unsigned int last = port_nr_cpus() - 1;

	gic5_open_irq(shared_lpi, 16, 0);
	gic5_pend(shared_lpi, true);
	say("acknowledge %lx\n", (unsigned long)gic5_acknowledge());
	gic5_write(GIC_CDEOI, 0);
	gic5_pend(shared_lpi, true);
	say("pending and active: ICSR %lx, acknowledge %lx\n",
	    (unsigned long)gic5_config(shared_lpi),
	    (unsigned long)gic5_acknowledge());
	task_on(last, deactivate);
	say("deactivated elsewhere: ICSR %lx\n",
	    (unsigned long)gic5_config(shared_lpi));
	say("acknowledge %lx\n", (unsigned long)gic5_acknowledge());
	gic5_end(shared_lpi);
	return true;
}

/* A pending LPI moves when its affinity is changed. */
static bool retarget(void)
{
	unsigned int last = port_nr_cpus() - 1;
	uint32_t lpi = GICV5_LPI(301);

	gic5_open_irq(lpi, 16, 0);
	gic5_pend(lpi, true);
	say("HPPIR %lx\n", (unsigned long)gic5_read(ICC_HPPIR_EL1));
	gic5_affinity(lpi, last);
	if (last == 0) {
		port_unmask();
	}
	if (!demo5_wait(last, 1)) {
		return false;
	}
	port_mask();
	say("taken by the last CPU: %x\n", demo5_log(last)->intid[0]);
	say("HPPIR %lx\n", (unsigned long)gic5_read(ICC_HPPIR_EL1));
	return true;
}

/* Sleep with interrupts masked until one has come. */
static void sleep_masked(void)
{
	struct log *log = demo5_log(port_cpu());

	port_mask();
	while (atomic_load(&log->done) == 0) {
		port_wfi();
		port_unmask();
		port_mask();
	}
	port_unmask();
}

/* WFI ends by an LPI that another CPU sends, and by this CPU's timer. */
static bool wake_from_wfi(void)
{
	unsigned int last = port_nr_cpus() - 1;
	uint32_t lpi = GICV5_LPI(302);

	gic5_open_irq(lpi, 16, last);
	if (last != 0) {
		task_post(last, sleep_masked);
		port_pause_us(SETTLE_US);
		gic5_pend(lpi, true);
		task_join(last);
		say("CPU %u took %x\n", last, demo5_log(last)->intid[0]);
	}
	gic5_write(ICC_PPI_ENABLER0_EL1, UINT64_C(1) << TIMER_PPI);
	port_timer_start(SETTLE_US);
	port_wfi();
	port_timer_stop();
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	say("woken by the timer, %u taken\n",
	    atomic_load(&demo5_log(0)->count));
	return atomic_load(&demo5_log(0)->count) == 0;
}

static bool select_pes(void)
{
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irs_write(IRS_PE_SELR, cpu);
		say("PE %u: status %x\n", cpu, irs_read(IRS_PE_STATUSR));
	}
	irs_write(IRS_PE_SELR, 0xfff0);
	say("PE fff0: status %x\n", irs_read(IRS_PE_STATUSR));
	return true;
}

const struct step5 smp_steps5[] = {
	{ "PEs that the IRS knows", select_pes },
	{ "IPIs between all pairs", ipis },
	{ "an SPI's affinity", affinity },
	{ "deactivation from elsewhere", elsewhere },
	{ "a new affinity while pending", retarget },
	{ "WFI wakes", wake_from_wfi },
	{ NULL, NULL },
};
