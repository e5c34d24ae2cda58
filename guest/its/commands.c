/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands by name, IHI 0069 5.3. */
#include "guest/its/its.h"

/* GITS_TYPER.PTA is 0: a redistributor is named by its processor number. */
static uint64_t redistributor(unsigned int cpu)
{
	return FIELD_GET(GICR_TYPER_Processor_Number,
			 gicr_read64(cpu, GICR_TYPER)) << 16;
}

static void event_command(uint32_t command, uint32_t device, uint32_t event,
			  uint64_t collection)
{
	its_command(command | (uint64_t)device << 32, event, collection, 0);
}

void its_unmapd(uint32_t device)
{
	its_command(GITS_CMD_MAPD | (uint64_t)device << 32, 0, 0, 0);
}

void its_mapc(uint32_t collection, unsigned int cpu)
{
	its_command(GITS_CMD_MAPC, 0,
		    GITS_CMD_Valid | redistributor(cpu) | collection, 0);
}

void its_unmapc(uint32_t collection)
{
	its_command(GITS_CMD_MAPC, 0, collection, 0);
}

void its_mapti(uint32_t device, uint32_t event, uint32_t lpi,
	       uint32_t collection)
{
	its_command(GITS_CMD_MAPTI | (uint64_t)device << 32,
		    event | (uint64_t)lpi << 32, collection, 0);
}

void its_mapi(uint32_t device, uint32_t event, uint32_t collection)
{
	event_command(GITS_CMD_MAPI, device, event, collection);
}

void its_movi(uint32_t device, uint32_t event, uint32_t collection)
{
	event_command(GITS_CMD_MOVI, device, event, collection);
}

void its_movall(unsigned int from, unsigned int to)
{
	its_command(GITS_CMD_MOVALL, 0, redistributor(from),
		    redistributor(to));
}

void its_sync(unsigned int cpu)
{
	its_command(GITS_CMD_SYNC, 0, redistributor(cpu), 0);
}

void its_inv(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_INV, device, event, 0);
}

void its_invall(uint32_t collection)
{
	its_command(GITS_CMD_INVALL, 0, collection, 0);
}

void its_int(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_INT, device, event, 0);
}

void its_clear(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_CLEAR, device, event, 0);
}

void its_discard(uint32_t device, uint32_t event)
{
	event_command(GITS_CMD_DISCARD, device, event, 0);
}

void lpi_map(uint32_t device, uint32_t event, uint32_t lpi, uint32_t n,
	     uint32_t collection)
{
	for (uint32_t i = 0; i < n; i++) {
		lpi_write(lpi + i, PRIORITY_DEFAULT, true);
		its_mapti(device, event + i, lpi + i, collection);
		its_inv(device, event + i);
	}
}

bool lpi_raise(uint32_t device, uint32_t event, unsigned int cpu,
	       unsigned int n)
{
	its_int(device, event);
	return its_run() && kit_wait(cpu, n);
}
