/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs that are changed while they are pending on another CPU, which keeps its
 * interrupts masked, or while their handler runs on this CPU.
 */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/its/its.h"

static atomic_bool held, is_held;

static void hold(void)
{
	port_mask();
	atomic_store(&is_held, true);
	while (atomic_load(&held)) {
		port_relax();
	}
	port_unmask();
}

static bool all_is_held(void)
{
	return atomic_load(&is_held);
}

static void release(void)
{
	atomic_store(&held, false);
	task_join(1);
	kit_settle();
}

/*
 * Hold CPU 1 in a task with interrupts masked, and make LPIs 0 and 1 pending
 * there.
 */
static bool hold_with_two(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(0), 2, 1);
	ok &= gits_run();
	atomic_store(&held, true);
	atomic_store(&is_held, false);
	task_post(1, hold);
	ok &= kit_until(all_is_held);
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 1);
	ok &= gits_run();
	kit_settle();
	return ok;
}

/* The commands take effect; CPU 1, held no longer, takes the other LPI. */
static bool only_the_other(bool ok)
{
	ok &= gits_run();
	kit_settle();
	release();
	kit_show(1);
	return ok && kit_took(1, (const uint32_t[]){ LPI(1) }, 1);
}

static bool step_movi(void)
{
	bool ok = hold_with_two();

	gits_movi(DEVICE_A, 0, 0);
	ok &= gits_run() && kit_wait(0, 1);
	kit_show(0);
	return only_the_other(ok);
}

static bool step_clear(void)
{
	bool ok = hold_with_two();

	gits_clear(DEVICE_A, 0);
	return only_the_other(ok);
}

static bool step_discard(void)
{
	bool ok = hold_with_two();

	gits_discard(DEVICE_A, 0);
	return only_the_other(ok);
}

static bool step_disable(void)
{
	bool ok = hold_with_two();

	gits_set(0, PRIORITY_DEFAULT, false);
	ok &= gits_run();
	kit_settle();
	release();
	kit_show(1);
	gits_configure(LPI(0), PRIORITY_DEFAULT, true);
	gits_invall(1);
	ok &= gits_run() && kit_wait(1, 2);
	return kit_saw(1, LPI(1), LPI(0)) && ok;
}

static bool step_priority(void)
{
	bool ok = hold_with_two();

	gits_configure(LPI(0), 0x60, true);
	gits_configure(LPI(1), 0x40, true);
	gits_invall(1);
	ok &= gits_run();
	kit_settle();
	release();
	kit_show(1);
	return ok && kit_took(1, (const uint32_t[]){ LPI(1), LPI(0) }, 2);
}

static bool step_movall(void)
{
	bool ok = hold_with_two();

	gits_mapc(1, 0);
	gits_movall(1, 0);
	ok &= gits_run() && kit_wait(0, 2);
	release();
	kit_show(1);
	return kit_say("both came here", ok && kit_count(0) == 2) &&
	       kit_count(1) == 0;
}

/* Handlers that raise their own LPI again, then take that back. */
static void on_clear(uint32_t intid)
{
	gits_int(DEVICE_A, intid - LPI(0));
	gits_clear(DEVICE_A, intid - LPI(0));
	gits_run();
}

static void on_discard(uint32_t intid)
{
	gits_int(DEVICE_A, intid - LPI(0));
	gits_discard(DEVICE_A, intid - LPI(0));
	gits_run();
}

static void on_unmap(uint32_t intid)
{
	(void)intid;
	gits_unmapd(DEVICE_A);
	gits_run();
}

/* The handler ends as any other does, and later events still come. */
static bool in_handler(void (*hook)(uint32_t intid))
{
	bool ok = gits_prepare(2);

	kit_hook(0, hook);
	ok &= gits_raise(DEVICE_A, 0, 0, 1);
	kit_settle();
	kit_hook(0, NULL);
	ok &= kit_say("RPR is idle", gic_running() == RPR_IDLE);
	gits_unmapd(DEVICE_A);
	gits_mapd(DEVICE_A, 1, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(0), 1, 0);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	return kit_saw_count(0, 2) && ok;
}

static bool step_clear_handled(void)
{
	return in_handler(on_clear);
}

static bool step_discard_handled(void)
{
	return in_handler(on_discard);
}

static bool step_unmap_handled(void)
{
	return in_handler(on_unmap);
}

const struct step its_held_steps[] = {
	{ "moved away from a CPU that masks it", step_movi, 2, 0 },
	{ "cleared behind its back", step_clear, 2, 0 },
	{ "discarded behind its back", step_discard, 2, 0 },
	{ "disabled behind its back", step_disable, 2, 0 },
	{ "the other way round behind its back", step_priority, 2, 0 },
	{ "all moved away from it", step_movall, 2, 0 },
	{ "cleared in its handler", step_clear_handled, 1, 0 },
	{ "discarded in its handler", step_discard_handled, 1, 0 },
	{ "its device unmapped in its handler", step_unmap_handled, 1, 0 },
	{ 0 },
};
