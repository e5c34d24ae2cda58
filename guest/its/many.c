/* SPDX-License-Identifier: BSD-2-Clause */
/* More commands than fit into the queue, more LPIs than list registers. */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/its/its.h"

#define NR_ORDERED 24
#define NR_EQUAL 60
#define TIMES_ROUND 4

/* One command at a time, several times round the queue. */
static bool step_round(void)
{
	const unsigned int n = TIMES_ROUND * QUEUE_COMMANDS;
	bool ok = gits_prepare(1);

	for (unsigned int i = 0; i < n && ok; i++) {
		ok &= gits_raise(DEVICE_A, 0, 0, i + 1);
	}
	say("  %u of %u\n", kit_count(0), n);
	return ok && kit_count(0) == n;
}

/* Nearly a queue's length at a time, beginning at another place each time. */
static bool step_batches(void)
{
	bool ok = gits_prepare(3);

	for (unsigned int i = 0; i < TIMES_ROUND && ok; i++) {
		kit_clear();
		port_mask();
		for (unsigned int k = 0; k < QUEUE_COMMANDS - 20; k++) {
			gits_int(DEVICE_A, k % 3);
		}
		ok &= gits_run();
		port_unmask();
		ok &= kit_wait(0, 3);
		kit_settle();
		ok &= kit_count(0) == 3;
	}
	return kit_say("three from each batch", ok);
}

static bool step_ordered(void)
{
	bool ok = gits_prepare(NR_ORDERED);

	port_mask();
	for (uint32_t i = 0; i < NR_ORDERED; i++) {
		gits_set(i, (uint8_t)(PRIORITY_STEP * (1 + i * 7 % NR_ORDERED)),
			 true);
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_ORDERED);
	return kit_saw_count(0, NR_ORDERED) && ok;
}

/* Did the CPU take each of LPI(0) to LPI(n - 1) once? */
static bool each_once(unsigned int cpu, uint32_t n)
{
	bool seen[NR_EQUAL] = { false };
	bool ok = kit_count(cpu) == n;

	for (uint32_t i = 0; i < n && ok; i++) {
		uint32_t at = kit_intid(cpu, i) - LPI(0);

		ok = at < n && !seen[at];
		if (ok) {
			seen[at] = true;
		}
	}
	return ok;
}

static bool step_equal(void)
{
	bool ok = gits_prepare(NR_EQUAL);

	port_mask();
	for (uint32_t i = 0; i < NR_EQUAL; i++) {
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_EQUAL);
	kit_settle();
	return kit_say("each of 60, once", ok && each_once(0, NR_EQUAL));
}

/* Each is moved to CPU 1 while it is pending. */
static bool step_moved(void)
{
	bool ok = gits_prepare(NR_EQUAL);

	port_mask();
	for (uint32_t i = 0; i < NR_EQUAL; i++) {
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	kit_settle();
	for (uint32_t i = 0; i < NR_EQUAL; i++) {
		gits_movi(DEVICE_A, i, 1);
	}
	ok &= gits_run() && kit_wait(1, NR_EQUAL);
	port_unmask();
	kit_settle();
	kit_show(0);
	return kit_say("each of 60 there, once",
		       ok && kit_count(0) == 0 && each_once(1, NR_EQUAL));
}

/* SPIs and LPIs at once, more of each than there are list registers. */
static bool step_mixed(void)
{
	bool ok = gits_prepare(NR_ORDERED);

	port_mask();
	for (uint32_t i = 0; i < NR_ORDERED; i++) {
		uint32_t level = 1 + i * 5 % NR_ORDERED;

		if (i % 2 == 0) {
			gits_configure(LPI(i), (uint8_t)(PRIORITY_STEP * level),
				       true);
			gits_inv(DEVICE_A, i);
			gits_int(DEVICE_A, i);
		} else {
			irq_priority(SPI(i), (uint8_t)(PRIORITY_STEP * level));
			irq_raise(SPI(i));
		}
	}
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_ORDERED);
	return kit_saw_count(0, NR_ORDERED) && ok;
}

#define NR_NESTED 20

static uint32_t depth, peak;

static void on_deep(uint32_t intid)
{
	uint32_t level = intid - LPI(0);

	depth++;
	peak = depth > peak ? depth : peak;
	if (level + 1 < NR_NESTED) {
		gits_int(DEVICE_A, level + 1);
		gits_run();
		port_unmask();
		kit_wait(0, level + 2);
		port_mask();
	}
	depth--;
}

static bool nested(unsigned int mode)
{
	bool ok = gits_prepare(NR_NESTED);

	depth = 0;
	peak = 0;
	eoimode(mode);
	kit_finish(0, FINISH_DROP);
	kit_hook(0, on_deep);
	for (uint32_t i = 0; i < NR_NESTED; i++) {
		gits_set(i, priority_nth(i), true);
	}
	ok &= gits_raise(DEVICE_A, 0, 0, NR_NESTED);
	kit_settle();
	say("  %u deep\n", peak);
	kit_show(0);
	ok &= kit_say("RPR is idle", gic_running() == RPR_IDLE);
	return ok && depth == 0 && kit_count(0) == NR_NESTED;
}

static bool step_nested0(void)
{
	return nested(0);
}

static bool step_nested1(void)
{
	return nested(1);
}

static atomic_bool locked;

/* CPUs share the queue, so each takes the lock for a command. */
static void send_mine(void)
{
	unsigned int cpu = port_cpu();
	unsigned int next = (cpu + 1) % port_nr_cpus();

	for (unsigned int i = 0; i < 16; i++) {
		while (atomic_exchange(&locked, true)) {
			port_relax();
		}
		gits_int(DEVICE_A, next * 16 + i);
		gits_run();
		atomic_store(&locked, false);
	}
}

/* Every CPU raises 16 events whose LPIs the next CPU takes, all at once. */
static bool step_everyone(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		gits_connect(DEVICE_A, cpu * 16, LPI(cpu * 16), 16, cpu);
	}
	ok &= gits_run();
	task_on_all(send_mine);
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		ok &= kit_wait(cpu, 16);
	}
	kit_settle();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		say("  cpu %u: %u\n", cpu, kit_count(cpu));
		ok &= kit_count(cpu) == 16;
	}
	return ok;
}

const struct step its_many_steps[] = {
	{ "commands, four times round the queue", step_round, 1, 0 },
	{ "commands in long batches", step_batches, 1, 0 },
	{ "24 at once, by priority", step_ordered, 1, 0 },
	{ "60 at once, equally urgent", step_equal, 1, 0 },
	{ "60 at once, moved away", step_moved, 2, 0 },
	{ "twelve LPIs, twelve SPIs at once", step_mixed, 1, 0 },
	{ "EOImode 0: twenty nested", step_nested0, 1, 0 },
	{ "EOImode 1: twenty nested", step_nested1, 1, 0 },
	{ "every CPU raises, every CPU takes", step_everyone, 1, 0 },
	{ 0 },
};
