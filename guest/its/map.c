/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events and devices that are unmapped, mapped differently and mapped again,
 * some of them pending.
 */
#include <stddef.h>

#include "guest/its/its.h"

/* What was queued has no effect; then an event that is mapped still works. */
static bool only_the_last(unsigned int n)
{
	bool ok = gits_run();

	kit_settle();
	ok &= kit_say("nothing comes of it", kit_count(0) == n);
	ok &= gits_raise(DEVICE_A, 3, 0, n + 1);
	return kit_saw_count(0, n + 1) && ok;
}

static bool step_clear(void)
{
	bool ok = gits_prepare(4);

	port_mask();
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 1);
	ok &= gits_run();
	gits_clear(DEVICE_A, 0);
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, 1);
	ok &= kit_saw(0, LPI(1));
	gits_clear(DEVICE_A, 1);
	return only_the_last(1) && ok;
}

static bool step_discard(void)
{
	bool ok = gits_prepare(4);

	port_mask();
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	gits_discard(DEVICE_A, 0);
	ok &= gits_run();
	port_unmask();
	gits_int(DEVICE_A, 0);
	return only_the_last(0) && ok;
}

static bool step_map_again(void)
{
	bool ok = gits_prepare(4);

	ok &= gits_raise(DEVICE_A, 0, 0, 1);
	gits_discard(DEVICE_A, 0);
	gits_connect(DEVICE_A, 0, LPI(50), 1, 0);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	gits_discard(DEVICE_A, 0);
	gits_connect(DEVICE_A, 0, LPI(0), 1, 0);
	ok &= gits_raise(DEVICE_A, 0, 0, 3);
	return kit_saw(0, LPI(0), LPI(50), LPI(0)) && ok;
}

/* A device that is mapped with another table has no events any more. */
static bool step_other_itt(void)
{
	bool ok = gits_prepare(4);

	ok &= gits_raise(DEVICE_A, 0, 0, 1);
	gits_unmapd(DEVICE_A);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("nothing without a table", kit_count(0) == 1);
	gits_mapd(DEVICE_A, 2, ITT_BITS);
	gits_int(DEVICE_A, 0);
	gits_connect(DEVICE_A, 3, LPI(60), 1, 0);
	return only_the_last(1) && ok;
}

/* Unmapping one device leaves the other alone. */
static bool step_one_of_two(void)
{
	bool ok = gits_prepare(4);

	gits_mapd(DEVICE_B, 1, ITT_BITS);
	gits_connect(DEVICE_B, 0, LPI(20), 1, 0);
	gits_discard(DEVICE_B, 0);
	gits_unmapd(DEVICE_B);
	gits_int(DEVICE_B, 0);
	return only_the_last(0) && ok;
}

/* An event in a collection that is mapped, then unmapped, then mapped. */
static bool step_mapc(void)
{
	const uint32_t collection = 100;
	bool ok = gits_prepare(4);

	gits_configure(LPI(9), PRIORITY_DEFAULT, true);
	gits_mapc(collection, 0);
	gits_mapti(DEVICE_A, 9, LPI(9), collection);
	gits_inv(DEVICE_A, 9);
	ok &= gits_raise(DEVICE_A, 9, 0, 1);
	gits_discard(DEVICE_A, 9);
	gits_unmapc(collection);
	ok &= gits_run();
	gits_mapti(DEVICE_A, 10, LPI(9), collection);
	gits_int(DEVICE_A, 10);
	ok &= only_the_last(1);
	gits_mapc(collection, 0);
	gits_int(DEVICE_A, 10);
	ok &= gits_run() && kit_wait(0, 3);
	return kit_saw_count(0, 3) && ok;
}

/* Devices so far apart that each has a level 2 table of its own. */
static bool step_indirect(void)
{
	static const struct its_shape indirect = { 0, true };
	static const uint32_t devices[] = { 3, 600, 40000, 65535 };
	bool ok = gits_fresh_as(&indirect);

	for (uint32_t i = 0; i < 4; i++) {
		gits_add_devices(devices[i]);
		gits_mapd(devices[i], i, ITT_BITS);
		gits_connect(devices[i], 0, LPI(30 + i), 1, 0);
	}
	for (uint32_t i = 0; i < 4; i++) {
		ok &= gits_raise(devices[3 - i], 0, 0, i + 1);
	}
	kit_settle();
	kit_show(0);
	/*
	 * A device beside one that is mapped, and devices without a valid
	 * table.
	 */
	gits_int(601, 0);
	gits_hide_devices(600 + 10 * 512, 600);
	gits_int(600 + 10 * 512, 0);
	gits_int(20000, 0);
	gits_mapd(20000, 4, ITT_BITS);
	gits_mapti(20000, 0, LPI(40), 0);
	gits_int(20000, 0);
	ok &= gits_run();
	kit_settle();
	ok &= kit_say("no level 2 table, no device", kit_count(0) == 4);
	return ok;
}

static bool shape_works(const struct its_shape *shape, uint32_t device)
{
	bool ok = gits_fresh_as(shape);

	gits_mapd(device, 0, ITT_BITS);
	gits_connect(device, 5, LPI(5), 1, 0);
	kit_clear();
	ok &= gits_raise(device, 5, 0, 1);
	return kit_saw(0, LPI(5)) && ok;
}

/* The last device that a page of each size has room for. */
static bool step_pages(void)
{
	bool ok = shape_works(&(const struct its_shape){ 0, false }, 511);

	ok &= shape_works(&(const struct its_shape){ 1, false }, 2047);
	ok &= shape_works(&(const struct its_shape){ 2, false }, 8191);
	return ok;
}

const struct step its_map_steps[] = {
	{ "CLEAR", step_clear, 1, 0 },
	{ "DISCARD", step_discard, 1, 0 },
	{ "an event with another LPI", step_map_again, 1, 0 },
	{ "a device with another table", step_other_itt, 1, 0 },
	{ "one of two devices unmapped", step_one_of_two, 1, 0 },
	{ "a collection unmapped and mapped", step_mapc, 1, 0 },
	{ "a device table of two levels", step_indirect, 1, 0 },
	{ "pages of 4, 16 and 64 KiB", step_pages, 1, 0 },
	{ 0 },
};
