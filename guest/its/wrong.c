/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands that name devices, events, LPIs or collections that do not exist do
 * no harm.  IHI 0069 5.3
 */
#include <stddef.h>

#include "guest/its/its.h"

#define NO_DEVICE 100000u
#define FREE_DEVICE 44
#define NO_COLLECTION 0xffff
#define FREE_COLLECTION 300

/*
 * The ITS went on to the commands behind them, and events that were mapped
 * still are.
 */
static bool no_harm(void)
{
	bool ok = gits_run();

	kit_settle();
	ok &= kit_say("taken, and nothing comes of it",
		      ok && kit_count(0) == 0);
	for (uint32_t i = 0; i < 4; i++) {
		ok &= gits_raise(DEVICE_A, i, 0, i + 1);
	}
	return kit_saw_count(0, 4) && ok;
}

static void all_about(uint32_t device, uint32_t event)
{
	gits_int(device, event);
	gits_clear(device, event);
	gits_inv(device, event);
	gits_movi(device, event, 0);
	gits_discard(device, event);
}

static bool step_devices(void)
{
	bool ok = gits_prepare(4);

	all_about(NO_DEVICE, 0);
	all_about(FREE_DEVICE, 0);
	gits_mapti(NO_DEVICE, 0, LPI(70), 0);
	gits_mapti(FREE_DEVICE, 0, LPI(70), 0);
	gits_mapd(NO_DEVICE, 3, ITT_BITS);
	gits_int(NO_DEVICE, 0);
	gits_int(FREE_DEVICE, 0);
	return ok && no_harm();
}

static bool step_events(void)
{
	const uint32_t past = 1u << ITT_BITS;
	bool ok = gits_prepare(4);

	/*
	 * Its table lies before that of DEVICE_B: an event past its end must
	 * not reach an entry there.
	 */
	gits_mapd(DEVICE_B, 1, ITT_BITS);
	gits_connect(DEVICE_B, 0, LPI(20), 1, 0);
	for (uint32_t i = past; i <= 4 * past; i += past) {
		all_about(DEVICE_A, i);
	}
	all_about(DEVICE_A, UINT32_MAX);
	/* Within the table, but not mapped. */
	all_about(DEVICE_A, 200);
	gits_mapti(DEVICE_A, past, LPI(70), 0);
	gits_int(DEVICE_A, past);
	ok &= no_harm();
	ok &= gits_raise(DEVICE_B, 0, 0, 5);
	return kit_saw_count(0, 5) && ok;
}

static bool step_lpis(void)
{
	static const uint32_t none[] = { 0,    15,	SPI(0),	   1023,
					 8191, 0x20000, UINT32_MAX };
	bool ok = gits_prepare(4);

	for (uint32_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		gits_mapti(DEVICE_A, 30 + i, none[i], 0);
		gits_int(DEVICE_A, 30 + i);
	}
	gits_mapi(DEVICE_A, 5, 0);
	gits_int(DEVICE_A, 5);
	return ok && no_harm();
}

static bool step_collections(void)
{
	bool ok = gits_prepare(4);

	gits_mapc(NO_COLLECTION, 0);
	gits_mapti(DEVICE_A, 10, LPI(70), NO_COLLECTION);
	gits_int(DEVICE_A, 10);
	gits_mapti(DEVICE_A, 11, LPI(71), FREE_COLLECTION);
	gits_int(DEVICE_A, 11);
	gits_invall(FREE_COLLECTION);
	gits_invall(NO_COLLECTION);
	gits_movi(DEVICE_A, 0, NO_COLLECTION);
	/* There is no redistributor 4000. */
	gits_command(GITS_CMD_MAPC, 0,
		     GITS_CMD_V | UINT64_C(4000) << 16 | FREE_COLLECTION, 0);
	gits_int(DEVICE_A, 11);
	gits_command(GITS_CMD_MOVALL, 0, UINT64_C(4000) << 16, 0);
	gits_command(GITS_CMD_MOVALL, 0, 0, UINT64_C(4000) << 16);
	return ok && no_harm();
}

static bool step_nonsense(void)
{
	bool ok = gits_prepare(4);

	gits_command(0, 0, 0, 0);
	gits_command(0xff, UINT64_MAX, UINT64_MAX, UINT64_MAX);
	gits_command(0x7e, 0, 0, 0);
	gits_command(0x10, UINT64_MAX, 0, 0);
	return ok && no_harm();
}

const struct step its_wrong_steps[] = {
	{ "devices that are not there", step_devices, 1, 0 },
	{ "events that are not there", step_events, 1, 0 },
	{ "INTIDs that no LPI has", step_lpis, 1, 0 },
	{ "collections that are not there", step_collections, 1, 0 },
	{ "commands that are not there", step_nonsense, 1, 0 },
	{ 0 },
};
