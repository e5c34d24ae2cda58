/* SPDX-License-Identifier: BSD-2-Clause */
/* More interrupts at a time than any CPU interface has list registers: 16. */
#include <stddef.h>

#include "guest/demo/kit.h"

#define NR_NESTED 20
#define NR_PENDING 24
/* NR_FEW active and NR_PENDING pending fit in SPI_COUNT. */
#define NR_FEW 12

static unsigned int peak_active;
static bool peak_rpr_ok;
static bool unwound_in_order;
static unsigned int innermost;
static void (*at_peak)(void);

static unsigned int count_active(void)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < SPI_COUNT; i++) {
		n += irq_is_active(SPI(i));
	}
	return n;
}

static uint8_t nested_priority(uint32_t level)
{
	return (uint8_t)(0xb0 - PRIORITY_STEP * level);
}

/*
 * The handler of an SPI makes the next SPI pending, which is more urgent, and
 * lets it preempt; the innermost counts what is active.
 */
static void on_deeper(uint32_t intid)
{
	uint32_t level = intid - SPI(0);

	if (level > innermost) {
		return;
	}
	if (level < innermost) {
		irq_pend(intid + 1);
		port_unmask();
		kit_wait(0, level + 2);
		port_mask();
	} else {
		peak_active = count_active();
		peak_rpr_ok = gic_running() == nested_priority(level);
		if (at_peak != NULL) {
			at_peak();
		}
	}
	unwound_in_order = unwound_in_order && irq_is_active(intid) &&
			   gic_running() == nested_priority(level);
}

static bool nest(uint32_t levels, void (*peak)(void))
{
	innermost = levels - 1;
	at_peak = peak;
	unwound_in_order = true;
	kit_hook(0, on_deeper);
	for (uint32_t i = 0; i < levels; i++) {
		irq_priority(SPI(i), nested_priority(i));
		irq_enable(SPI(i));
	}
	irq_pend(SPI(0));
	kit_wait(0, levels);
	kit_settle();
	say("  %u active at the peak\n", peak_active);
	kit_say("running priority of the innermost", peak_rpr_ok);
	kit_say("left one by one", unwound_in_order);
	return peak_active == levels && peak_rpr_ok && unwound_in_order;
}

static bool step_nest_eoimode0(void)
{
	bool ok = nest(NR_NESTED, NULL);

	kit_show(0);
	return ok && kit_count(0) == NR_NESTED;
}

static bool step_nest_eoimode1(void)
{
	bool ok;

	eoimode(1);
	ok = nest(NR_NESTED, NULL);
	kit_show(0);
	return ok && kit_count(0) == NR_NESTED;
}

/* Groups in turn, so FIQ and IRQ handlers preempt each other. */
static bool step_nest_groups(void)
{
	bool ok;

	for (uint32_t i = 0; i < NR_FEW; i += 2) {
		irq_group(SPI(i), 0);
	}
	ok = nest(NR_FEW, NULL);
	kit_show(0);
	return ok && kit_count(0) == NR_FEW;
}

/*
 * Take 24 interrupts that all stay active, then deactivate them in another
 * order.
 */
static bool step_drop_many(void)
{
	bool ok = true;

	eoimode(1);
	kit_finish(0, FINISH_DROP);
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_raise(SPI(i));
		ok &= kit_wait(0, i + 1);
	}
	say("  %u active, all dropped\n", count_active());
	ok &= count_active() == NR_PENDING;
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_pend(SPI(i));
	}
	kit_settle();
	ok &= kit_say("none is taken while active", kit_count(0) == NR_PENDING);
	kit_clear();
	kit_finish(0, FINISH_ALL);
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		/*
		 * 0, 5, 10 and so on: each once, as 5 and 24 have no common
		 * factor.
		 */
		gic_deactivate(SPI(i * 5 % NR_PENDING));
		ok &= kit_wait(0, i + 1);
	}
	kit_settle();
	kit_show(0);
	return ok && kit_count(0) == NR_PENDING && count_active() == 0;
}

/* Distinct priorities: 7 has no factor in common with NR_PENDING. */
static uint8_t pending_priority(uint32_t i)
{
	return (uint8_t)(PRIORITY_STEP * (1 + i * 7 % NR_PENDING));
}

static void pend_many(uint32_t first)
{
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_raise(SPI(first + i));
	}
}

static bool took_by_priority(void)
{
	uint32_t order[NR_PENDING];

	for (uint32_t i = 0; i < NR_PENDING; i++) {
		order[pending_priority(i) / PRIORITY_STEP - 1] = SPI(i);
	}
	return kit_took(0, order, NR_PENDING);
}

static bool pending_at_once(void)
{
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_priority(SPI(i), pending_priority(i));
	}
	port_mask();
	pend_many(0);
	kit_settle();
	port_unmask();
	kit_wait(0, NR_PENDING);
	kit_settle();
	kit_show(0);
	return took_by_priority();
}

static bool step_pending_eoimode0(void)
{
	return pending_at_once();
}

static bool step_pending_eoimode1(void)
{
	eoimode(1);
	return pending_at_once();
}

static void pend_behind(void)
{
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_priority(SPI(NR_FEW + i), 0xf0);
	}
	pend_many(NR_FEW);
	port_unmask();
	kit_settle();
	port_mask();
	/* They are less urgent than all the active ones. */
	peak_rpr_ok = peak_rpr_ok && kit_count(0) == NR_FEW;
}

/* The pending ones find the list registers full of active ones. */
static bool step_active_then_pending(void)
{
	bool ok = nest(NR_FEW, pend_behind);
	uint32_t seen = 0;

	ok &= kit_wait(0, NR_FEW + NR_PENDING);
	kit_settle();
	/* They are equally urgent, so the GIC may choose the order. */
	for (unsigned int i = NR_FEW; i < NR_FEW + NR_PENDING; i++) {
		seen |= UINT32_C(1) << (kit_intid(0, i) - SPI(NR_FEW));
	}
	ok &= kit_say("then each of 24 pending ones, once",
		      seen == (UINT32_C(1) << NR_PENDING) - 1 &&
			      kit_count(0) == NR_FEW + NR_PENDING);
	return ok;
}

/*
 * Interrupts that are active, but whose priority was dropped, fill the list
 * registers; others have to come all the same.
 */
static bool step_dropped_then_pending(void)
{
	bool ok = true;

	eoimode(1);
	kit_finish(0, FINISH_DROP);
	for (uint32_t i = NR_PENDING; i < SPI_COUNT; i++) {
		irq_raise(SPI(i));
		ok &= kit_wait(0, i - NR_PENDING + 1);
	}
	say("  %u active, all dropped\n", count_active());
	kit_clear();
	kit_finish(0, FINISH_ALL);
	ok &= pending_at_once();
	ok &= kit_say("the dropped ones are active still",
		      count_active() == SPI_COUNT - NR_PENDING);
	for (uint32_t i = NR_PENDING; i < SPI_COUNT; i++) {
		gic_deactivate(SPI(i));
	}
	return ok && count_active() == 0;
}

/* Made active by register and pending too, then deactivated one by one. */
static bool step_set_active_many(void)
{
	bool ok = true;

	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_activate(SPI(i));
	}
	pend_many(0);
	kit_settle();
	ok &= kit_say("none is taken while active", kit_count(0) == 0);
	for (uint32_t i = 0; i < NR_PENDING; i++) {
		irq_deactivate(SPI(NR_PENDING - 1 - i));
		ok &= kit_wait(0, i + 1);
	}
	return kit_saw_count(0, NR_PENDING) && ok;
}

#define NR_PER_CPU 8

static void on_deeper_each(uint32_t intid)
{
	unsigned int cpu = port_cpu();
	uint32_t level = (intid - SPI(0)) % NR_PER_CPU;

	if (level + 1 < NR_PER_CPU) {
		irq_pend(intid + 1);
		port_unmask();
		kit_wait(cpu, level + 2);
		port_mask();
	}
}

static void start_nest_here(void)
{
	unsigned int cpu = port_cpu();

	irq_pend(SPI(cpu * NR_PER_CPU));
	kit_wait(cpu, NR_PER_CPU);
}

/* On every CPU eight handlers that preempt one another, all at once. */
static bool step_nest_everywhere(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	if (n > SPI_COUNT / NR_PER_CPU) {
		n = SPI_COUNT / NR_PER_CPU;
	}
	for (uint32_t i = 0; i < n * NR_PER_CPU; i++) {
		irq_priority(SPI(i), nested_priority(i % NR_PER_CPU));
		irq_route(SPI(i), i / NR_PER_CPU);
		irq_enable(SPI(i));
	}
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		kit_hook(cpu, on_deeper_each);
	}
	for (unsigned int cpu = 1; cpu < n; cpu++) {
		task_post(cpu, start_nest_here);
	}
	start_nest_here();
	for (unsigned int cpu = 1; cpu < n; cpu++) {
		task_join(cpu);
	}
	kit_settle();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		kit_show(cpu);
		ok &= kit_count(cpu) == NR_PER_CPU;
	}
	return ok && count_active() == 0;
}

const struct step overflow_steps[] = {
	{ "EOImode 0: twenty nested", step_nest_eoimode0, 1, 0 },
	{ "EOImode 1: twenty nested", step_nest_eoimode1, 1, 0 },
	{ "twelve nested, of both groups in turn", step_nest_groups, 1, 0 },
	{ "EOImode 0: 24 pending at once", step_pending_eoimode0, 1, 0 },
	{ "EOImode 1: 24 pending at once", step_pending_eoimode1, 1, 0 },
	{ "EOImode 1: 24 dropped, deactivated in another order", step_drop_many,
	  1, 0 },
	{ "24 pending behind twelve nested", step_active_then_pending, 1, 0 },
	{ "24 pending past sixteen dropped", step_dropped_then_pending, 1, 0 },
	{ "24 made active by ISACTIVER", step_set_active_many, 1, 0 },
	{ "eight nested on every CPU at once", step_nest_everywhere, 1, 0 },
	{ 0 },
};
