/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the physical ITS, IHI 0069 chapter 5.  There is one collection,
 * the boot CPU's; tables are flat, and nothing is ever unmapped.  Tables and
 * commands are cleaned to memory whether or not the ITS snoops the caches; what
 * the ITS writes there, EL2 does not read.
 */
#include "hyp/its.h"

#include <stdbool.h>
#include <stddef.h>

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/heap.h"
#include "hyp/host.h"
#include "hyp/irqchip.h"
#include "hyp/platform.h"
#include "hyp/timer.h"
#include "regs/gicv3.h"
#include "regs/gits.h"

/* GITS_CBASER counts pages of 4 KiB: one of them. */
#define QUEUE_SIZE 0x1000
/* One page of 64 KiB, or so many of another size: for every GITS_BASER. */
#define TABLE_SIZE 0x10000
/* GITS_MAPD has bits 51:8 of the table's address, IHI 0069 5.3. */
#define ITT_ALIGN 256
/* How long the ITS may take for one command. */
#define TIMEOUT_US 1000000
/* The ICID of the boot CPU's collection. */
#define COLLECTION 0

/* Values of InnerCache and Shareability: IHI 0069, GITS_BASER. */
#define CACHE_RAWAWB 7 /* Normal, write-back, read- and write-allocate */
#define CACHE_NC 1     /* Normal, non-cacheable */
#define SHARED_INNER 1

/* Bit 1 of an LPI's configuration byte is RES1, IHI 0069 5.1.1. */
#define LPI_CONFIG_RES1 (1u << 1)

/* Written by its_init(), boot CPU. */
static uint64_t rdbase; /* the boot CPU, as MAPC and SYNC name it */
static uint8_t *queue;
static uint32_t queue_at;   /* offset of the next command */
static uint8_t *lpi_config; /* a byte for each LPI, from 8192 on */
static size_t itt_size;	    /* bytes for the events of one device */

/* Zeroed memory, also for a reader that does not snoop the caches. */
static void *table_alloc(size_t size, size_t align)
{
	void *table = heap_alloc(size, align);

	cache_clean(table, size);
	return table;
}

/*
 * Write `value` to the base register at `at`, as cacheable and shareable
 * memory.  Hardware that cannot share reads back as non-shareable; then the
 * memory has to be non-cacheable for it as well.
 */
static void write_base(uint64_t at, uint64_t value, uint64_t attributes,
		       uint64_t shareability, uint64_t uncached)
{
	mmio_write64(at, value | attributes);
	if (!(mmio_read64(at) & shareability)) {
		mmio_write64(at, value | uncached);
	}
}

static void write_its_base(uint32_t offset, uint64_t value)
{
	write_base(host.gits.base + offset, value,
		   FIELD_PUT(GITS_BASER_InnerCache, CACHE_RAWAWB) |
			   FIELD_PUT(GITS_BASER_Shareability, SHARED_INNER),
		   FIELD_MASK(GITS_BASER_Shareability),
		   FIELD_PUT(GITS_BASER_InnerCache, CACHE_NC));
}

static void write_rd_base(uint32_t offset, uint64_t value)
{
	write_base(this_cpu()->gicr + offset, value,
		   FIELD_PUT(GICR_BASER_InnerCache, CACHE_RAWAWB) |
			   FIELD_PUT(GICR_BASER_Shareability, SHARED_INNER),
		   FIELD_MASK(GICR_BASER_Shareability),
		   FIELD_PUT(GICR_BASER_InnerCache, CACHE_NC));
}

/*
 * Allocate the table of the GITS_BASER at `offset`, for so many entries.  The
 * page size may be fixed: 64 KiB is asked for, and what reads back is used.
 */
static const char *init_table(uint32_t offset, uint64_t entries)
{
	static const uint32_t page[] = { 0x1000, 0x4000, 0x10000, 0x10000 };
	uint64_t at = host.gits.base + offset, old = mmio_read64(at), value;
	uint64_t entry = FIELD_GET(GITS_BASER_Entry_Size, old) + 1;
	uint64_t size;

	if (entries * entry > TABLE_SIZE) {
		return "the machine's ITS wants too large a table";
	}
	mmio_write64(at,
		     FIELD_PUT(GITS_BASER_Page_Size, GITS_BASER_Page_Size_64K));
	size = page[FIELD_GET(GITS_BASER_Page_Size, mmio_read64(at))];
	value = (uint64_t)(uintptr_t)table_alloc(TABLE_SIZE, TABLE_SIZE) |
		GITS_BASER_Valid |
		(mmio_read64(at) & FIELD_MASK(GITS_BASER_Page_Size)) |
		FIELD_PUT(GITS_BASER_Size, TABLE_SIZE / size - 1);
	write_its_base(offset, value);
	return NULL;
}

/* The tables of devices and collections; any other kind stays invalid. */
static const char *init_tables(void)
{
	static const uint64_t entries[1u << GITS_BASER_Type_WIDTH] = {
		[GITS_BASER_Type_Devices] = ITS_DEVICES,
		[GITS_BASER_Type_Collections] = COLLECTION + 1,
	};
	const char *error = NULL;
	uint32_t i;

	for (i = 0; i < GITS_NR_BASERS && !error; i++) {
		uint32_t offset = GITS_BASER + i * 8;
		uint64_t base = mmio_read64(host.gits.base + offset);
		uint64_t need = entries[FIELD_GET(GITS_BASER_Type, base)];

		error = need ? init_table(offset, need) : NULL;
	}
	return error;
}

/*
 * The boot CPU's redistributor gets the table that says which LPIs are enabled
 * and at which priority, and memory to keep pending ones in (PTZ: all zero).
 */
static const char *init_lpis(void)
{
	uint64_t rd = this_cpu()->gicr, typer = mmio_read64(rd + GICR_TYPER);

	if (!(typer & GICR_TYPER_PLPIS)) {
		return "the machine's redistributors have no LPIs";
	}
	if (mmio_read32(rd + GICR_CTLR) & GICR_CTLR_EnableLPIs) {
		return "the machine's firmware has its LPIs on";
	}
	lpi_config = table_alloc(ITS_LPIS, PAGE_SIZE);
	write_rd_base(GICR_PROPBASER, (uint64_t)(uintptr_t)lpi_config |
					      FIELD_PUT(GICR_PROPBASER_IDbits,
							ITS_LPI_ID_BITS - 1));
	write_rd_base(GICR_PENDBASER,
		      (uint64_t)(uintptr_t)table_alloc(TABLE_SIZE, TABLE_SIZE) |
			      GICR_PENDBASER_PTZ);
	mmio_write32(rd + GICR_CTLR,
		     mmio_read32(rd + GICR_CTLR) | GICR_CTLR_EnableLPIs);
	dsb_sy();
	return NULL;
}

/* Wait until the register has this value in `mask`; false: it does not. */
static bool wait_for(uint64_t at, uint64_t mask, uint64_t value)
{
	uint64_t deadline = counter() + timer_from_us(TIMEOUT_US);

	while ((mmio_read32(at) & mask) != value) {
		if (counter() > deadline) {
			return false;
		}
	}
	return true;
}

/*
 * Execute one command: words 0, 1 and 2 of it.  The queue is empty before and
 * after.  False when the ITS stalls or does not take it.
 */
static bool command(uint64_t number_and_device, uint64_t event, uint64_t where)
{
	uint64_t *c = (uint64_t *)(queue + queue_at);

	c[0] = number_and_device;
	c[1] = event;
	c[2] = where;
	c[3] = 0;
	cache_clean(c, GITS_CMD_SIZE);
	queue_at = (queue_at + GITS_CMD_SIZE) % QUEUE_SIZE;
	mmio_write64(host.gits.base + GITS_CWRITER, queue_at);
	return wait_for(host.gits.base + GITS_CREADR,
			GITS_CREADR_Offset_MASK | GITS_CREADR_Stalled,
			queue_at);
}

/* What the commands before did has reached the redistributor. */
static bool sync(void)
{
	return command(GITS_CMD_SYNC, 0, rdbase);
}

const char *its_init(void)
{
	uint64_t its = host.gits.base, typer = mmio_read64(its + GITS_TYPER);
	uint64_t rd = this_cpu()->gicr;
	const char *error;

	mmio_write32(its + GITS_CTLR, 0);
	if (!wait_for(its + GITS_CTLR, GITS_CTLR_Quiescent,
		      GITS_CTLR_Quiescent)) {
		return "the machine's ITS does not come to rest";
	}
	if (FIELD_GET(GITS_TYPER_ID_bits, typer) + 1 < ITS_EVENT_BITS) {
		return "the machine's ITS has too few events";
	}
	itt_size = (FIELD_GET(GITS_TYPER_ITT_entry_size, typer) + 1)
		   << ITS_EVENT_BITS;
	rdbase = typer & GITS_TYPER_PTA ?
			 rd :
			 FIELD_PUT(GITS_CMD_RDbase,
				   FIELD_GET(GICR_TYPER_Processor_Number,
					     mmio_read64(rd + GICR_TYPER)));
	error = init_tables();
	if (!error) {
		error = init_lpis();
	}
	if (error) {
		return error;
	}
	queue = table_alloc(QUEUE_SIZE, TABLE_SIZE);
	queue_at = 0;
	write_its_base(GITS_CBASER, (uint64_t)(uintptr_t)queue |
					    GITS_CBASER_Valid |
					    FIELD_PUT(GITS_CBASER_Size, 0));
	mmio_write64(its + GITS_CWRITER, 0);
	mmio_write32(its + GITS_CTLR, GITS_CTLR_Enabled);
	if (!command(GITS_CMD_MAPC, 0, rdbase | COLLECTION | GITS_CMD_V) ||
	    !sync()) {
		return "the machine's ITS takes no commands";
	}
	return NULL;
}

const char *its_map(uint32_t device, uint32_t lpi)
{
	uint64_t id = FIELD_PUT(GITS_CMD_DeviceID, device);
	uint64_t itt = (uint64_t)(uintptr_t)table_alloc(itt_size, ITT_ALIGN);
	bool taken;
	uint32_t i;

	for (i = 0; i < ITS_EVENTS; i++) {
		lpi_config[lpi - GIC_LPI_BASE + i] =
			IRQ_PRIORITY | LPI_CONFIG_RES1 | LPI_CONFIG_Enable;
	}
	cache_clean(&lpi_config[lpi - GIC_LPI_BASE], ITS_EVENTS);
	taken = command(GITS_CMD_MAPD | id, ITS_EVENT_BITS - 1,
			itt | GITS_CMD_V);
	for (i = 0; i < ITS_EVENTS && taken; i++) {
		taken = command(GITS_CMD_MAPTI | id,
				FIELD_PUT(GITS_CMD_pINTID, lpi + i) | i,
				COLLECTION);
	}
	/* The redistributor may have cached their configuration before. */
	taken = taken && command(GITS_CMD_INVALL, 0, COLLECTION) && sync();
	return taken ? NULL : "the machine's ITS takes no device";
}
