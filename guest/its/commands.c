/* SPDX-License-Identifier: BSD-2-Clause */
/* ITS commands by their names in IHI 0069 5.3, and common sequences. */
#include "guest/its/its.h"

/* GITS_TYPER.PTA is 0: a redistributor is named by its processor number. */
static uint64_t redistributor(unsigned int cpu)
{
	return FIELD_GET(GICR_TYPER_Processor_Number,
			 gicr_read64(cpu, GICR_TYPER))
	       << 16;
}

static void event_command(uint32_t command, uint32_t device, uint32_t event,
			  uint64_t collection)
{
	gits_command(command | (uint64_t)device << 32, event, collection, 0);
}

void gits_unmapd(uint32_t device)
{
	gits_command(GITS_CMD_MAPD | (uint64_t)device << 32, 0, 0, 0);
}

void gits_mapc(uint32_t collection, unsigned int cpu)
{
	gits_command(GITS_CMD_MAPC, 0,
		     GITS_CMD_V | redistributor(cpu) | collection, 0);
}

void gits_unmapc(uint32_t collection)
{
	gits_command(GITS_CMD_MAPC, 0, collection, 0);
}

void gits_mapti(uint32_t device, uint32_t event, uint32_t lpi,
		uint32_t collection)
{
	gits_command(GITS_CMD_MAPTI | (uint64_t)device << 32,
		     event | (uint64_t)lpi << 32, collection, 0);
}

void gits_mapi(uint32_t device, uint32_t event, uint32_t collection)
{
	event_command(GITS_CMD_MAPI, device, event, collection);
}

void gits_movi(uint32_t device, uint32_t event, uint32_t collection)
{
	event_command(GITS_CMD_MOVI, device, event, collection);
}

void gits_movall(unsigned int from, unsigned int to)
{
	gits_command(GITS_CMD_MOVALL, 0, redistributor(from),
		     redistributor(to));
}

void gits_sync(unsigned int cpu)
{
	gits_command(GITS_CMD_SYNC, 0, redistributor(cpu), 0);
}

void gits_inv(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_INV, device, event, 0);
}

void gits_invall(uint32_t collection)
{
	gits_command(GITS_CMD_INVALL, 0, collection, 0);
}

void gits_int(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_INT, device, event, 0);
}

void gits_clear(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_CLEAR, device, event, 0);
}

void gits_discard(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_DISCARD, device, event, 0);
}

void gits_connect(uint32_t device, uint32_t event, uint32_t lpi, uint32_t n,
		  uint32_t collection)
{
	for (uint32_t i = 0; i < n; i++) {
		gits_configure(lpi + i, PRIORITY_DEFAULT, true);
		gits_mapti(device, event + i, lpi + i, collection);
		gits_inv(device, event + i);
	}
}

void gits_set(uint32_t n, uint8_t priority, bool enabled)
{
	gits_configure(LPI(n), priority, enabled);
	gits_inv(DEVICE_A, n);
}

bool gits_prepare(uint32_t n)
{
	bool ok = gits_fresh();

	gits_mapd(DEVICE_A, 0, ITT_BITS);
	gits_connect(DEVICE_A, 0, LPI(0), n, 0);
	return ok && gits_run();
}

bool gits_raise(uint32_t device, uint32_t event, unsigned int cpu,
		unsigned int n)
{
	gits_int(device, event);
	return gits_run() && kit_wait(cpu, n);
}
