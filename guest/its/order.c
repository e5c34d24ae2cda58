/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs by priority, the mask and preemption (IHI 0069 4.8); and what follows
 * from LPIs having no active state (5.1).
 */
#include <stddef.h>

#include "guest/its/its.h"

#define NR_ORDERED 8

static const uint8_t ordered[NR_ORDERED] = {
	0x90, 0x20, 0xd0, 0x48, 0x68, 0x10, 0xb0, 0x40,
};

static bool step_order(void)
{
	static const uint32_t order[NR_ORDERED] = {
		LPI(5), LPI(1), LPI(7), LPI(3), LPI(4), LPI(0), LPI(6), LPI(2),
	};
	bool ok = gits_prepare(NR_ORDERED);

	port_mask();
	for (uint32_t i = 0; i < NR_ORDERED; i++) {
		gits_set(i, ordered[i], true);
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_ORDERED);
	return kit_saw_list(0, order, NR_ORDERED) && ok;
}

/* Every other one is an SPI. */
static bool step_order_spis(void)
{
	static const uint32_t order[NR_ORDERED] = {
		SPI(5), SPI(1), SPI(7), SPI(3), LPI(4), LPI(0), LPI(6), LPI(2),
	};
	bool ok = gits_prepare(NR_ORDERED);

	port_mask();
	for (uint32_t i = 0; i < NR_ORDERED; i++) {
		if (i % 2 == 0) {
			gits_set(i, ordered[i], true);
			gits_int(DEVICE_A, i);
		} else {
			irq_priority(SPI(i), ordered[i]);
			irq_raise(SPI(i));
		}
	}
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_ORDERED);
	return kit_saw_list(0, order, NR_ORDERED) && ok;
}

static bool step_pmr(void)
{
	bool ok = gits_prepare(2);

	gits_set(0, 0x80, true);
	gits_set(1, 0x78, true);
	gic_mask(0x80);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("0x80 waits behind PMR 0x80", kit_count(0) == 0);
	ok &= kit_names(LPI(0));
	ok &= gits_raise(DEVICE_A, 1, 0, 1);
	kit_settle();
	ok &= kit_say("0x78 does not wait", kit_count(0) == 1);
	gic_mask(0x88);
	ok &= kit_wait(0, 2);
	return kit_saw(0, LPI(1), LPI(0)) && ok;
}

static bool step_priority_change(void)
{
	bool ok = gits_prepare(2);

	port_mask();
	gits_set(0, 0x60, true);
	gits_set(1, 0x40, true);
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 1);
	ok &= gits_run();
	kit_settle();
	/* LPI 1 would come first; now LPI 0 is more urgent. */
	gits_set(0, 0x20, true);
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, 2);
	return kit_saw(0, LPI(0), LPI(1)) && ok;
}

static bool step_groups(void)
{
	bool ok = gits_prepare(1);

	gic_groups(true, false);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("nothing while EnableGrp1 is 0", kit_count(0) == 0);
	gic_groups(true, true);
	ok &= kit_wait(0, 1);
	gic_interface(1, false);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("nothing while IGRPEN1 is 0", kit_count(0) == 1);
	gic_interface(1, true);
	ok &= kit_wait(0, 2);
	kit_settle();
	kit_show(0);
	return ok;
}

#define NR_LEVELS 6

static uint8_t rpr_in[NR_LEVELS];
static bool in_order;
static uint32_t depth;

/* Even levels are LPIs, odd ones SPIs. */
static uint32_t level_intid(uint32_t level)
{
	return level % 2 == 0 ? LPI(level) : SPI(level);
}

static void raise_level(uint32_t level)
{
	if (level % 2 == 0) {
		gits_int(DEVICE_A, level);
		gits_run();
	} else {
		irq_pend(SPI(level));
	}
}

/*
 * Each handler raises the next level, which is more urgent, and lets it
 * preempt.
 */
static void on_nested(uint32_t intid)
{
	uint32_t level = depth++;

	in_order = in_order && intid == level_intid(level);
	rpr_in[level] = gic_running();
	if (level + 1 < NR_LEVELS) {
		raise_level(level + 1);
		port_unmask();
		kit_wait(0, level + 2);
		port_mask();
	}
	in_order = in_order && gic_running() == rpr_in[level];
}

static bool step_preemption(void)
{
	bool ok = gits_prepare(NR_LEVELS);

	depth = 0;
	in_order = true;
	kit_hook(0, on_nested);
	for (uint32_t i = 0; i < NR_LEVELS; i++) {
		uint8_t priority = (uint8_t)(0xc0 - 0x20 * i);

		gits_set(i, priority, true);
		irq_priority(SPI(i), priority);
		irq_enable(SPI(i));
	}
	ok &= gits_raise(DEVICE_A, 0, 0, NR_LEVELS);
	kit_settle();
	kit_show(0);
	say("  running priorities:");
	for (uint32_t i = 0; i < NR_LEVELS; i++) {
		say(" %02x", rpr_in[i]);
	}
	say("\n");
	return kit_say("left in the reverse order", in_order) && ok;
}

static void on_again(uint32_t intid)
{
	if (kit_count(0) < 4) {
		gits_int(DEVICE_A, intid - LPI(0));
		gits_run();
	}
}

/*
 * An LPI is not active in its handler, but it cannot preempt itself, as the
 * running priority is its own.
 */
static bool step_again(void)
{
	bool ok = gits_prepare(1);

	kit_hook(0, on_again);
	ok &= gits_raise(DEVICE_A, 0, 0, 4);
	return kit_saw_count(0, 4) && ok;
}

static unsigned int inside;

/* Unless it has become more urgent meanwhile: then it preempts itself. */
static void on_itself(uint32_t intid)
{
	inside++;
	if (inside == 1) {
		gits_set(intid - LPI(0), 0x40, true);
		gits_int(DEVICE_A, intid - LPI(0));
		gits_run();
		port_unmask();
		kit_wait(0, 2);
		port_mask();
		say("  two deep: %s\n", kit_count(0) == 2 ? "yes" : "no");
	}
}

static bool step_itself(void)
{
	bool ok = gits_prepare(1);

	inside = 0;
	kit_hook(0, on_itself);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	return kit_saw_count(0, 2) && ok;
}

/*
 * An LPI has no active state, so even with EOImode 1 the priority drop ends it,
 * and no DIR is needed.  IHI 0069 4.1.1
 */
static bool step_eoimode1(void)
{
	bool ok = gits_prepare(2);

	eoimode(1);
	kit_finish(0, FINISH_DROP);
	for (unsigned int i = 1; i <= 3; i++) {
		ok &= gits_raise(DEVICE_A, 0, 0, 2 * i - 1);
		ok &= gits_raise(DEVICE_A, 1, 0, 2 * i);
	}
	kit_settle();
	kit_show(0);
	ok &= kit_say("RPR is idle", gic_running() == RPR_IDLE);
	return ok && kit_count(0) == 6;
}

const struct step its_order_steps[] = {
	{ "eight LPIs at once come by priority", step_order, 1, 0 },
	{ "LPIs and SPIs at once come by priority", step_order_spis, 1, 0 },
	{ "the priority mask", step_pmr, 1, 0 },
	{ "a priority that changes while pending", step_priority_change, 1, 0 },
	{ "group enables", step_groups, 1, 0 },
	{ "six handlers, each preempts the last", step_preemption, 1, 0 },
	{ "raised again by its own handler", step_again, 1, 0 },
	{ "more urgent now, it preempts its own handler", step_itself, 1, 0 },
	{ "EOImode 1: a priority drop ends it", step_eoimode1, 1, 0 },
	{ 0 },
};
