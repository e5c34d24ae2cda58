/* SPDX-License-Identifier: BSD-2-Clause */
/* Does each kind of interrupt reach each CPU? */
#include "guest/demo/kit.h"

#define TICKS 3
#define TICK_US 2000

static void on_tick(uint32_t intid)
{
	(void)intid;
	if (kit_count(port_cpu()) < TICKS) {
		port_timer_start(TICK_US);
	} else {
		port_timer_stop();
	}
}

static void start_timer(void)
{
	port_timer_start(TICK_US);
}

static bool step_timer(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_hook(cpu, on_tick);
		irq_enable_on(cpu, PORT_TIMER_INTID);
		task_on(cpu, start_timer);
		ok &= kit_wait(cpu, TICKS);
		ok &= kit_saw_count(cpu, TICKS);
	}
	return ok;
}

/*
 * The timer is left running, so its line stays up, and the interrupt comes
 * again each time it is deactivated; the third time stops it.
 */
static void on_held_tick(uint32_t intid)
{
	(void)intid;
	if (kit_count(port_cpu()) == TICKS) {
		port_timer_stop();
	}
}

static bool step_timer_held(void)
{
	kit_hook(0, on_held_tick);
	irq_enable_on(0, PORT_TIMER_INTID);
	start_timer();
	kit_wait(0, TICKS);
	return kit_saw_count(0, TICKS);
}

static bool step_sgi_self(void)
{
	for (uint32_t intid = 0; intid < GIC_NR_SGIS; intid++) {
		sgi_send(0, intid);
		kit_wait(0, intid + 1);
	}
	kit_settle();
	kit_show(0);
	for (uint32_t intid = 0; intid < GIC_NR_SGIS; intid++) {
		if (kit_intid(0, intid) != intid) {
			return false;
		}
	}
	return kit_count(0) == GIC_NR_SGIS;
}

static unsigned int sgi_to;

static void send_from_here(void)
{
	sgi_send(sgi_to, port_cpu());
}

/* Each CPU sends each CPU the SGI whose number is that of the sender. */
static bool step_sgi_pairs(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	for (unsigned int from = 0; from < n; from++) {
		for (sgi_to = 0; sgi_to < n; sgi_to++) {
			task_on(from, send_from_here);
			ok &= kit_wait(sgi_to, from + 1);
			ok &= kit_intid(sgi_to, from) == from;
		}
	}
	kit_settle();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		kit_show(cpu);
		ok &= kit_count(cpu) == n;
	}
	return ok;
}

static void send_to_others(void)
{
	sgi_send_others(port_cpu());
}

static bool step_sgi_broadcast(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	for (unsigned int from = 0; from < n; from++) {
		kit_clear();
		task_on(from, send_to_others);
		for (unsigned int cpu = 0; cpu < n; cpu++) {
			ok &= kit_wait(cpu, cpu != from);
		}
		kit_settle();
		say("  from cpu %u, IRM set\n", from);
		for (unsigned int cpu = 0; cpu < n; cpu++) {
			kit_show(cpu);
			ok &= kit_count(cpu) == (cpu != from);
		}
	}
	return ok;
}

/* An SGI that is pending cannot become more pending, IHI 0069 4.1. */
static bool step_sgi_merge(void)
{
	port_mask();
	sgi_send(0, 5);
	sgi_send(0, 5);
	sgi_send(0, 9);
	kit_settle();
	port_unmask();
	kit_wait(0, 2);
	return kit_saw_count(0, 2);
}

static bool spi_to_each(bool edge)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irq_edge(SPI(cpu), edge);
		irq_route(SPI(cpu), cpu);
		irq_raise(SPI(cpu));
		ok &= kit_wait(cpu, 1);
		irq_pend(SPI(cpu));
		ok &= kit_wait(cpu, 2);
		ok &= kit_saw(cpu, SPI(cpu), SPI(cpu));
	}
	return ok;
}

static bool step_spi_edge(void)
{
	return spi_to_each(true);
}

static bool step_spi_level(void)
{
	return spi_to_each(false);
}

/*
 * Another CPU sleeps until CPU 0 sends it an SGI; then CPU 0 sleeps until its
 * own timer fires, with interrupts masked.
 */
static bool step_wfi(void)
{
	unsigned int other = port_nr_cpus() - 1;
	bool ok;

	if (other != 0) {
		task_post(other, kit_sleep);
		kit_settle();
		sgi_send(other, 3);
		task_join(other);
		kit_show(other);
	}
	kit_clear();
	kit_hook(0, on_held_tick);
	irq_enable_on(0, PORT_TIMER_INTID);
	port_mask();
	port_timer_start(TICK_US);
	port_wfi();
	ok = kit_say("timer woke CPU 0 with interrupts masked",
		     kit_count(0) == 0);
	port_timer_stop();
	port_unmask();
	return ok;
}

const struct step private_steps[] = {
	{ "three timer ticks on each CPU", step_timer, 1, 0 },
	{ "a timer line that is held comes again", step_timer_held, 1, 0 },
	{ "sixteen SGIs to oneself", step_sgi_self, 1, 0 },
	{ "an SGI from each CPU to each CPU", step_sgi_pairs, 1, 0 },
	{ "an SGI to all others", step_sgi_broadcast, 2, 0 },
	{ "an SGI sent twice while masked comes once", step_sgi_merge, 1, 0 },
	{ 0 },
};

const struct step shared_steps[] = {
	{ "an edge SPI routed to each CPU", step_spi_edge, 1, 0 },
	{ "a level SPI routed to each CPU", step_spi_level, 1, 0 },
	{ "WFI wakes", step_wfi, 1, 0 },
	{ 0 },
};
