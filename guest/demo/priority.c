/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order of interrupts by priority, the mask, preemption and groups: IHI
 * 0069 4.8.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

#define NR_ORDERED 8

/* Made pending in one order, they have to come in another. */
static bool step_order(void)
{
	static const uint8_t priority[NR_ORDERED] = {
		0x90, 0x20, 0xd0, 0x48, 0x68, 0x10, 0xb0, 0x40,
	};
	static const uint32_t order[NR_ORDERED] = {
		SPI(5), SPI(1), SPI(7), SPI(3), SPI(4), SPI(0), SPI(6), SPI(2),
	};

	port_mask();
	for (uint32_t i = 0; i < NR_ORDERED; i++) {
		irq_priority(SPI(i), priority[i]);
		irq_raise(SPI(i));
	}
	kit_settle();
	port_unmask();
	kit_wait(0, NR_ORDERED);
	return kit_saw_list(0, order, NR_ORDERED);
}

/* PMR lets only higher priorities through; HPPIR shows the others too. */
static bool step_pmr(void)
{
	bool ok = true;

	irq_priority(SPI(0), 0x80);
	irq_priority(SPI(1), 0x78);
	irq_enable(SPI(0));
	irq_enable(SPI(1));
	gic_mask(0x80);
	irq_pend(SPI(0));
	kit_settle();
	ok &= kit_say("0x80 waits behind PMR 0x80", kit_count(0) == 0);
	ok &= kit_names(SPI(0));
	irq_pend(SPI(1));
	ok &= kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("0x78 does not wait", kit_count(0) == 1);
	gic_mask(0x88);
	ok &= kit_wait(0, 2);
	return kit_saw(0, SPI(1), SPI(0)) && ok;
}

static bool step_priority_change(void)
{
	bool ok;

	port_mask();
	irq_priority(SPI(0), 0x60);
	irq_priority(SPI(1), 0x40);
	irq_enable(SPI(0));
	irq_enable(SPI(1));
	irq_pend(SPI(0));
	irq_pend(SPI(1));
	kit_settle();
	/* SPI 1 would come first; now SPI 0 is more urgent. */
	irq_priority(SPI(0), 0x20);
	kit_settle();
	port_unmask();
	ok = kit_wait(0, 2);
	kit_show(0);
	return ok && kit_took(0, (const uint32_t[]){ SPI(0), SPI(1) }, 2);
}

#define NR_LEVELS 5

static uint8_t rpr_in[NR_LEVELS];
static bool returned_in_order;
static uint32_t depth;

/* Each handler makes the next SPI pending and waits to be preempted. */
static void on_nested(uint32_t intid)
{
	uint32_t level = intid - SPI(0);

	rpr_in[level] = gic_running();
	depth++;
	if (level + 1 < NR_LEVELS) {
		irq_pend(intid + 1);
		port_unmask();
		kit_wait(0, level + 2);
		port_mask();
	}
	returned_in_order = returned_in_order && depth == level + 1 &&
			    gic_running() == rpr_in[level];
	depth--;
}

static bool step_preemption(void)
{
	bool ok = true;

	depth = 0;
	returned_in_order = true;
	kit_hook(0, on_nested);
	for (uint32_t i = 0; i < NR_LEVELS; i++) {
		irq_priority(SPI(i), (uint8_t)(0xc0 - 0x20 * i));
		irq_enable(SPI(i));
	}
	irq_pend(SPI(0));
	ok &= kit_wait(0, NR_LEVELS);
	kit_show(0);
	say("  running priorities:");
	for (uint32_t i = 0; i < NR_LEVELS; i++) {
		say(" %02x", rpr_in[i]);
		ok &= rpr_in[i] == 0xc0 - 0x20 * i;
	}
	say("\n");
	ok &= kit_say("left in the reverse order", returned_in_order);
	return ok && gic_running() == RPR_IDLE;
}

static unsigned int nested_count;

static void on_same_group(uint32_t intid)
{
	if (intid == SPI(0)) {
		irq_pend(SPI(1));
		irq_pend(SPI(2));
		port_unmask();
		kit_settle();
		port_mask();
		nested_count = kit_count(0);
	}
}

/*
 * With BPR1 6 only bits [7:6] of a priority preempt; the others only order.
 * SPI 1 is equal to SPI 0 in these bits, SPI 2 is more urgent.
 */
static bool step_binary_point(void)
{
	bool ok;

	gic_binary_point(1, 6);
	kit_hook(0, on_same_group);
	irq_priority(SPI(0), 0xb8);
	irq_priority(SPI(1), 0x80);
	irq_priority(SPI(2), 0x78);
	for (uint32_t i = 0; i < 3; i++) {
		irq_enable(SPI(i));
	}
	irq_pend(SPI(0));
	ok = kit_wait(0, 3);
	kit_settle();
	kit_show(0);
	ok &= kit_say("one of two preempted", nested_count == 2);
	return ok &&
	       kit_took(0, (const uint32_t[]){ SPI(0), SPI(2), SPI(1) }, 3);
}

static bool step_group0(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irq_group(SPI(cpu), 0);
		irq_route(SPI(cpu), cpu);
		irq_raise(SPI(cpu));
		ok &= kit_wait(cpu, 1);
		irq_group0_on(cpu, 6);
		sgi_send_group0(cpu, 6);
		ok &= kit_wait(cpu, 2);
		sgi_send(cpu, 4);
		ok &= kit_wait(cpu, 3);
		ok &= kit_saw_count(cpu, 3);
	}
	return ok;
}

/* Of both groups the most urgent comes first, as FIQ or as IRQ. */
static bool step_group_order(void)
{
	static const uint32_t order[] = { SPI(3), SPI(0), SPI(1), SPI(2) };

	port_mask();
	for (uint32_t i = 0; i < 4; i++) {
		irq_group(SPI(i), i % 2);
		irq_priority(SPI(i), (uint8_t)(0x40 + 0x20 * i));
		irq_enable(SPI(i));
	}
	irq_priority(SPI(3), 0x20);
	for (uint32_t i = 0; i < 4; i++) {
		irq_pend(SPI(i));
	}
	kit_settle();
	port_unmask();
	kit_wait(0, 4);
	return kit_saw_list(0, order, 4);
}

static bool step_group0_off(void)
{
	bool ok;

	irq_group(SPI(0), 0);
	irq_priority(SPI(1), PRIORITY_DEFAULT - PRIORITY_STEP);
	irq_enable(SPI(0));
	irq_enable(SPI(1));
	gic_interface(0, false);
	irq_pend(SPI(0));
	irq_pend(SPI(1));
	ok = kit_wait(0, 1);
	kit_settle();
	ok &= kit_say("Group 1 alone while IGRPEN0 is 0",
		      kit_took(0, (const uint32_t[]){ SPI(1) }, 1));
	gic_interface(0, true);
	ok &= kit_wait(0, 2);
	return kit_saw_count(0, 2) && ok;
}

/* Pending in Group 1, then moved to Group 0: it comes as FIQ. */
static bool step_group_change(void)
{
	bool ok;

	port_mask();
	irq_raise(SPI(0));
	kit_settle();
	irq_group(SPI(0), 0);
	kit_settle();
	port_unmask();
	ok = kit_wait(0, 1);
	return kit_saw_count(0, 1) && ok;
}

const struct step priority_steps[] = {
	{ "eight at once come by priority", step_order, 1, 0 },
	{ "the priority mask", step_pmr, 1, 0 },
	{ "a priority that changes while pending", step_priority_change, 1, 0 },
	{ "five handlers, each preempts the last", step_preemption, 1, 0 },
	{ "the binary point decides who preempts", step_binary_point, 1, 0 },
	{ "Group 0 arrives as FIQ, Group 1 as IRQ", step_group0, 1, 0 },
	{ "both groups at once come by priority", step_group_order, 1, 0 },
	{ "the other group's enable", step_group0_off, 1, 0 },
	{ "a group that changes while pending", step_group_change, 1, 0 },
	{ 0 },
};
