/* SPDX-License-Identifier: BSD-2-Clause */
/* What identifies the ITS, and the way of an LPI from an event to a CPU. */
#include <stddef.h>

#include "guest/its/its.h"

static bool has_table(unsigned int type)
{
	bool found = false;

	for (uint32_t i = 0; i < GITS_NR_BASERS; i++) {
		found |= FIELD_GET(GITS_BASER_Type,
				   gits_read64(GITS_BASER + 8 * i)) == type;
	}
	return found;
}

static bool step_identity(void)
{
	uint64_t typer = gits_read64(GITS_TYPER);
	bool ok = true;

	ok &= kit_say("GICv3 ITS (PIDR2.ArchRev 3)",
		      FIELD_GET(GICD_PIDR2_ArchRev, gits_read32(GICD_PIDR2)) ==
			      3);
	ok &= kit_say("physical LPIs", typer & GITS_TYPER_Physical);
	ok &= kit_say("16 bits of DeviceID, 16 of EventID",
		      FIELD_GET(GITS_TYPER_Devbits, typer) == 15 &&
			      FIELD_GET(GITS_TYPER_ID_bits, typer) == 15);
	ok &= kit_say("redistributors by their number",
		      !(typer & GITS_TYPER_PTA));
	ok &= kit_say("a table of devices, one of collections",
		      has_table(GITS_BASER_Type_Devices) &&
			      has_table(GITS_BASER_Type_Collections));
	ok &= kit_say("the distributor has LPIs",
		      gicd_read32(GICD_TYPER) & GICD_TYPER_LPIS);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		say("  cpu %u: physical LPIs: %s\n", cpu,
		    gicr_read64(cpu, GICR_TYPER) & GICR_TYPER_PLPIS ? "yes" :
								      "no");
	}
	return ok;
}

static bool step_registers(void)
{
	return gits_fresh() && gits_says_back();
}

/* An event for each CPU, raised by INT. */
static bool step_each_cpu(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gits_connect(DEVICE_A, cpu, LPI(10 + cpu), 1, cpu);
	}
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		ok &= gits_raise(DEVICE_A, cpu, cpu, 1);
		ok &= gits_raise(DEVICE_A, cpu, cpu, 2);
	}
	kit_settle();
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_show(cpu);
		ok &= kit_took(
			cpu, (const uint32_t[]){ LPI(10 + cpu), LPI(10 + cpu) },
			2);
	}
	return ok;
}

static bool step_mapi(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, BIG_ITT, LPI_ID_BITS);
	gits_configure(LPI(77), PRIORITY_DEFAULT, true);
	gits_mapi(DEVICE_A, LPI(77), 0);
	gits_inv(DEVICE_A, LPI(77));
	ok &= gits_raise(DEVICE_A, LPI(77), 0, 1);
	return kit_saw(0, LPI(77)) && ok;
}

/* The lowest and the highest INTID, the lowest and the highest event. */
static bool step_extremes(void)
{
	bool ok = gits_fresh();

	gits_mapd(0, 0, ITT_BITS);
	gits_mapd(511, 1, 1);
	gits_connect(0, (1u << ITT_BITS) - 1, LPI(0), 1, 0);
	gits_connect(511, 1, LPI(NR_LPIS - 1), 1, 0);
	ok &= gits_raise(0, (1u << ITT_BITS) - 1, 0, 1);
	ok &= gits_raise(511, 1, 0, 2);
	return kit_saw(0, LPI(0), LPI(NR_LPIS - 1)) && ok;
}

static bool step_equal_events(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_mapd(DEVICE_B, 1, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(100), 3, 0);
	gits_connect(DEVICE_B, 0, LPI(200), 3, 0);
	ok &= gits_raise(DEVICE_B, 2, 0, 1);
	ok &= gits_raise(DEVICE_A, 2, 0, 2);
	ok &= gits_raise(DEVICE_B, 0, 0, 3);
	return kit_saw(0, LPI(202), LPI(102), LPI(200)) && ok;
}

/* An LPI is pending or it is not: raised three times, it comes once. */
static bool step_twice(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(1), 1, 0);
	port_mask();
	gits_int(DEVICE_A, 0);
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	gits_int(DEVICE_A, 0);
	ok &= gits_run();
	port_unmask();
	ok &= kit_wait(0, 1);
	return kit_saw(0, LPI(1)) && ok;
}

/* Two events are mapped to the same LPI. */
static bool step_shared_lpi(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_mapd(DEVICE_B, 1, ITT_BITS);
	gits_connect(DEVICE_A, 4, LPI(9), 1, 0);
	gits_mapti(DEVICE_B, 7, LPI(9), 0);
	ok &= gits_raise(DEVICE_A, 4, 0, 1);
	ok &= gits_raise(DEVICE_B, 7, 0, 2);
	return kit_saw(0, LPI(9), LPI(9)) && ok;
}

static bool step_wfi(void)
{
	unsigned int last = port_nr_cpus() - 1;
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(1), 1, last);
	ok &= gits_run();
	task_post(last, kit_sleep);
	kit_settle();
	ok &= gits_raise(DEVICE_A, 0, last, 1);
	task_join(last);
	kit_show(last);
	return ok;
}

/* Commands that are queued while the ITS is off are executed when it is on. */
static bool step_off_and_on(void)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(1), 1, 0);
	ok &= gits_run();
	gits_off();
	gits_int(DEVICE_A, 0);
	gits_ring();
	kit_settle();
	ok &= kit_say("nothing while it is off",
		      kit_count(0) == 0 && !gits_is_idle());
	gits_write32(GITS_CTLR, GITS_CTLR_Enabled);
	ok &= kit_until(gits_is_idle) && kit_wait(0, 1);
	ok &= gits_raise(DEVICE_A, 0, 0, 2);
	kit_show(0);
	return ok && kit_took(0, (const uint32_t[]){ LPI(1), LPI(1) }, 2);
}

const struct step its_basic_steps[] = {
	{ "who is there", step_identity, 1, 0 },
	{ "registers read back what was written", step_registers, 1, 0 },
	{ "an event to each CPU", step_each_cpu, 1, 0 },
	{ "MAPI: the event is the LPI", step_mapi, 1, 0 },
	{ "the first LPI and the last", step_extremes, 1, 0 },
	{ "two devices with equal events", step_equal_events, 1, 0 },
	{ "raised three times while masked, it comes once", step_twice, 1, 0 },
	{ "two events with one LPI", step_shared_lpi, 1, 0 },
	{ "WFI wakes", step_wfi, 2, 0 },
	{ "the ITS off and on", step_off_and_on, 1, 0 },
	{ 0 },
};

const struct step *const kit_tour[] = {
	its_basic_steps, its_order_steps, its_config_steps,
	its_map_steps,	 its_move_steps,  its_held_steps,
	its_wrong_steps, its_many_steps,  NULL,
};
