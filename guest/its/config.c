/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration table: enables that change, by INV and by INVALL. */
#include <stddef.h>

#include "guest/its/its.h"

static bool step_disabled(void)
{
	bool ok = gits_prepare(2);

	gits_set(0, PRIORITY_DEFAULT, false);
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 1);
	ok &= gits_run() && kit_wait(0, 1);
	ok &= kit_saw(0, LPI(1));
	gits_set(0, PRIORITY_DEFAULT, true);
	ok &= gits_run() && kit_wait(0, 2);
	return kit_saw(0, LPI(1), LPI(0)) && ok;
}

static bool step_disabled_while_pending(void)
{
	bool ok = gits_prepare(1);

	port_mask();
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	gits_set(0, PRIORITY_DEFAULT, false);
	ok &= gits_run();
	port_unmask();
	kit_settle();
	ok &= kit_say("nothing while it is disabled", kit_count(0) == 0);
	gits_set(0, PRIORITY_DEFAULT, true);
	ok &= gits_run() && kit_wait(0, 1);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	return kit_saw(0, LPI(0), LPI(0)) && ok;
}

static void on_disable(uint32_t intid)
{
	gits_set(intid - LPI(0), PRIORITY_DEFAULT, false);
	gits_int(DEVICE_A, intid - LPI(0));
	gits_run();
}

static bool step_disabled_in_handler(void)
{
	bool ok = gits_prepare(1);

	kit_hook(0, on_disable);
	ok &= gits_raise(DEVICE_A, 0, 0, 1);
	kit_settle();
	ok &= kit_say("not taken again", kit_count(0) == 1);
	kit_hook(0, NULL);
	gits_set(0, PRIORITY_DEFAULT, true);
	ok &= gits_run() && kit_wait(0, 2);
	return kit_saw_count(0, 2) && ok;
}

#define NR_MANY 12

/* INVALL makes the configuration of a collection's LPIs known. */
static bool step_invall(void)
{
	bool ok = gits_prepare(NR_MANY);

	for (uint32_t i = 0; i < NR_MANY; i++) {
		gits_configure(LPI(i), priority_nth(i), false);
	}
	gits_invall(0);
	port_mask();
	for (uint32_t i = 0; i < NR_MANY; i++) {
		gits_int(DEVICE_A, i);
	}
	ok &= gits_run();
	port_unmask();
	kit_settle();
	ok &= kit_say("nothing while they are disabled", kit_count(0) == 0);
	port_mask();
	for (uint32_t i = 0; i < NR_MANY; i++) {
		gits_configure(LPI(i), priority_nth(i), true);
	}
	gits_invall(0);
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, NR_MANY);
	return kit_saw_count(0, NR_MANY) && ok;
}

/* The same for an LPI that goes to another CPU. */
static bool step_elsewhere(void)
{
	unsigned int last = port_nr_cpus() - 1;
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(0), 1, last);
	gits_set(0, PRIORITY_DEFAULT, false);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("nothing while it is disabled", kit_count(last) == 0);
	gits_set(0, PRIORITY_DEFAULT, true);
	ok &= gits_run() && kit_wait(last, 1);
	kit_settle();
	kit_show(last);
	return ok && kit_count(0) == 0;
}

const struct step its_config_steps[] = {
	{ "disabled, then enabled", step_disabled, 1, 0 },
	{ "disabled while pending", step_disabled_while_pending, 1, 0 },
	{ "disabled and raised in its handler", step_disabled_in_handler, 1,
	  0 },
	{ "INVALL", step_invall, 1, 0 },
	{ "disabled and enabled on another CPU", step_elsewhere, 2, 0 },
	{ 0 },
};
