/* SPDX-License-Identifier: BSD-2-Clause */
/* LPIs that are moved from one CPU to another, by MOVI, MAPC and MOVALL. */
#include <stddef.h>

#include "guest/its/its.h"

#define NR_MOVED 20

static bool step_movi(void)
{
	bool ok = gits_prepare(1);

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gits_movi(DEVICE_A, 0, cpu);
		ok &= gits_raise(DEVICE_A, 0, cpu, 1);
	}
	gits_movi(DEVICE_A, 0, 0);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	kit_settle();
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_show(cpu);
		ok &= kit_count(cpu) == (cpu == 0 ? 2 : 1);
	}
	return ok;
}

static bool step_movi_pending(void)
{
	bool ok = gits_prepare(2);

	port_mask();
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 1);
	ok &= gits_run();
	kit_settle();
	gits_movi(DEVICE_A, 0, 1);
	ok &= gits_run() && kit_wait(1, 1);
	port_unmask();
	ok &= kit_wait(0, 1);
	kit_settle();
	kit_show(0);
	kit_show(1);
	return ok && kit_took(0, (const uint32_t[]){ LPI(1) }, 1) &&
	       kit_took(1, (const uint32_t[]){ LPI(0) }, 1);
}

/* While CPU 0 handles it, move it to CPU 1 and raise it: CPU 1 takes it. */
static void on_move(uint32_t intid)
{
	if (port_cpu() == 0) {
		gits_movi(DEVICE_A, intid - LPI(0), 1);
		gits_int(DEVICE_A, intid - LPI(0));
		gits_run();
		say("  taken there while handled here: %s\n",
		    kit_wait(1, 1) ? "yes" : "no");
	}
}

static bool step_movi_handled(void)
{
	bool ok = gits_prepare(1);

	kit_hook(0, on_move);
	ok &= gits_raise(DEVICE_A, 0, 0, 1);
	kit_settle();
	kit_show(0);
	kit_show(1);
	return ok && kit_count(0) == 1 && kit_count(1) == 1;
}

/* A disabled LPI that is pending moves as well. */
static bool step_movi_disabled(void)
{
	bool ok = gits_prepare(1);

	gits_set(0, PRIORITY_DEFAULT, false);
	gits_int(DEVICE_A, 0);
	gits_movi(DEVICE_A, 0, 1);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("nothing while it is disabled",
		      kit_count(0) == 0 && kit_count(1) == 0);
	gits_set(0, PRIORITY_DEFAULT, true);
	ok &= gits_run() && kit_wait(1, 1);
	kit_settle();
	kit_show(0);
	kit_show(1);
	return ok && kit_count(0) == 0 && kit_count(1) == 1;
}

/*
 * What a kernel does when it turns a CPU off: map the collection to another
 * CPU, then move what is pending.
 */
static bool step_movall(void)
{
	bool ok = gits_prepare(NR_MOVED);

	port_mask();
	for (uint32_t i = 0; i < NR_MOVED; i++) {
		gits_set(i, priority_nth(i), true);
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	kit_settle();
	gits_mapc(0, 1);
	gits_movall(0, 1);
	ok &= gits_run() && kit_wait(1, NR_MOVED);
	port_unmask();
	kit_settle();
	kit_show(0);
	ok &= kit_say("each of them there, once", kit_count(1) == NR_MOVED);
	ok &= gits_raise(DEVICE_A, 3, 1, NR_MOVED + 1);
	kit_settle();
	ok &= kit_say("what is raised now goes there too",
		      kit_intid(1, NR_MOVED) == LPI(3));
	return ok && kit_count(0) == 0;
}

/* MOVALL moves what is pending, wherever the collection is mapped to. */
static bool step_movall_alone(void)
{
	bool ok = gits_prepare(3);

	port_mask();
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 2);
	ok &= gits_run();
	kit_settle();
	gits_movall(0, 1);
	ok &= gits_run() && kit_wait(1, 2);
	port_unmask();
	kit_settle();
	kit_show(0);
	return kit_say("both are taken there", ok && kit_count(1) == 2) &&
	       kit_count(0) == 0;
}

static bool two_in_all(void)
{
	return kit_count(0) + kit_count(1) == 2;
}

/* What was pending before MAPC comes once, on either CPU. */
static bool step_remap(void)
{
	bool ok = gits_prepare(2);

	port_mask();
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	gits_mapc(0, 1);
	ok &= gits_run();
	gits_int(DEVICE_A, 1);
	ok &= gits_run() && kit_wait(1, 1);
	port_unmask();
	kit_settle();
	gits_movall(0, 1);
	ok &= gits_run() && kit_until(two_in_all);
	kit_settle();
	say("  %u in all\n", kit_count(0) + kit_count(1));
	return ok && two_in_all();
}

const struct step its_move_steps[] = {
	{ "MOVI to each CPU and back", step_movi, 1, 0 },
	{ "MOVI while pending", step_movi_pending, 2, 0 },
	{ "MOVI while handled", step_movi_handled, 2, 0 },
	{ "MOVI while disabled and pending", step_movi_disabled, 2, 0 },
	{ "MAPC elsewhere and MOVALL", step_movall, 2, 0 },
	{ "MOVALL alone", step_movall_alone, 2, 0 },
	{ "MAPC elsewhere alone", step_remap, 2, 0 },
	{ 0 },
};
