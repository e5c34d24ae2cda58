/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An ITS with one device, one event and one LPI.  The LPI is made pending by an
 * INT command: its way through the ITS is that of a device's message.
 */
#include <stddef.h>

#include "guest/bench/bench.h"
#include "regs/gits.h"

#define PAGE_4K 4096
#define PAGE_64K 65536
#define ID_BITS 14
#define NR_LPIS 8192 /* what ID_BITS leave of the INTIDs */
#define LPI GIC_LPI_BASE
#define PRIORITY 0
#define EVENT_BITS 1
#define COMMAND_WORDS (GITS_CMD_SIZE / 8)

/* Inner shareable, write-back: the CPU writes these tables through caches. */
#define TABLE \
	(GITS_BASER_Valid | FIELD_PUT(GITS_BASER_InnerCache, 7) | \
	 FIELD_PUT(GITS_BASER_Shareability, 1))
#define LPI_TABLE \
	(FIELD_PUT(GICR_BASER_InnerCache, 7) | \
	 FIELD_PUT(GICR_BASER_Shareability, 1))

static struct {
	_Alignas(PAGE_64K) uint8_t pending[PAGE_64K];
	_Alignas(PAGE_64K) uint64_t queue[PAGE_4K / 8];
	_Alignas(PAGE_64K) uint64_t devices[PAGE_64K / 8];
	_Alignas(PAGE_64K) uint64_t collections[PAGE_64K / 8];
	_Alignas(PAGE_4K) uint8_t config[NR_LPIS];
	_Alignas(PAGE_4K) uint64_t events[PAGE_4K / 8];
} memory;

/* The next free place in the queue, in bytes. */
static uint32_t writer;
static bool open;

static void queue(uint64_t dw0, uint64_t dw1, uint64_t dw2)
{
	uint64_t *place = &memory.queue[writer / 8];

	place[0] = dw0;
	place[1] = dw1;
	place[2] = dw2;
	place[3] = 0;
	writer = (writer + GITS_CMD_SIZE) % PAGE_4K;
}

/* IHI 0069 5.1.1: the tables have to be known before EnableLPIs is set. */
static void enable_lpis(void)
{
	/* Bit 1 is RES1. */
	memory.config[LPI - GIC_LPI_BASE] = PRIORITY | 2 | LPI_CONFIG_Enable;
	gicr_write64(0, GICR_PROPBASER,
		     port_address(memory.config) | LPI_TABLE |
			     FIELD_PUT(GICR_PROPBASER_IDbits, ID_BITS - 1));
	gicr_write64(0, GICR_PENDBASER,
		     port_address(memory.pending) | LPI_TABLE |
			     GICR_PENDBASER_PTZ);
	gicr_write32(0, GICR_CTLR, GICR_CTLR_EnableLPIs);
}

static void set_tables(void)
{
	for (uint32_t at = GITS_BASER; at < GITS_BASER + 8 * GITS_NR_BASERS;
	     at += 8) {
		uint64_t type = FIELD_GET(GITS_BASER_Type, gits_read64(at));

		if (type == GITS_BASER_Type_Devices) {
			gits_write64(at, TABLE | port_address(memory.devices));
		} else if (type == GITS_BASER_Type_Collections) {
			gits_write64(at,
				     TABLE | port_address(memory.collections));
		}
	}
}

/* Device 0, its event 0, collection 0, CPU 0. */
static void open_its(void)
{
	enable_lpis();
	set_tables();
	gits_write64(GITS_CBASER, TABLE | port_address(memory.queue));
	gits_write64(GITS_CWRITER, 0);
	gits_write32(GITS_CTLR, GITS_CTLR_Enabled);
	queue(GITS_CMD_MAPD, EVENT_BITS - 1,
	      GITS_CMD_V | port_address(memory.events));
	queue(GITS_CMD_MAPC, 0,
	      GITS_CMD_V | FIELD_GET(GICR_TYPER_Processor_Number,
				     gicr_read64(0, GICR_TYPER))
				   << 16);
	queue(GITS_CMD_MAPTI, (uint64_t)LPI << 32, 0);
}

static void queue_int(void)
{
	if (!open) {
		open = true;
		open_its();
	}
	queue(GITS_CMD_INT, 0, 0);
}

static void ring(void)
{
	gits_write64(GITS_CWRITER, writer);
}

const struct bench_call bench_deliveries[] = {
	{ "lpi", queue_int, ring },
	{ NULL, NULL, NULL },
};
