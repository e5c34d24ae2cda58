/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that a guest gives to the ITS and to the redistributors, and the
 * registers that say where it is.
 */
#include <stddef.h>

#include "guest/its/its.h"

#define KIB 1024
#define PAGE_4K (4 * KIB)
#define PAGE_64K (64 * KIB)
#define NR_L2 4
/* The most bytes that an ITS may want for an event. */
#define ITT_ENTRY_MAX 16

/* Inner shareable, write-back: the CPUs write these tables through caches. */
#define BASER_ATTRIBUTES \
	(FIELD_PUT(GITS_BASER_InnerCache, 7) | \
	 FIELD_PUT(GITS_BASER_Shareability, 1))
#define GICR_ATTRIBUTES \
	(FIELD_PUT(GICR_BASER_InnerCache, 7) | \
	 FIELD_PUT(GICR_BASER_Shareability, 1))

static struct {
	_Alignas(PAGE_64K) uint8_t pending[PORT_MAX_CPUS][PAGE_64K];
	_Alignas(PAGE_64K) uint64_t queue[PAGE_4K / 8];
	_Alignas(PAGE_64K) uint64_t devices[PAGE_64K / 8];
	_Alignas(PAGE_64K) uint64_t collections[PAGE_64K / 8];
	_Alignas(PAGE_64K) uint64_t l2[NR_L2][PAGE_4K / 8];
	_Alignas(PAGE_4K) uint8_t config[NR_LPIS];
	_Alignas(
		PAGE_4K) uint64_t itt[NR_ITTS][(ITT_ENTRY_MAX << ITT_BITS) / 8];
	_Alignas(PAGE_4K) uint64_t big_itt[(ITT_ENTRY_MAX << LPI_ID_BITS) / 8];
} memory;

static struct {
	bool lpis_on;
	unsigned int nr_l2;
	/* The next free place in the queue, in bytes. */
	uint32_t writer;
	uint64_t device_baser;
} its;

static void zero(uint64_t *words, size_t bytes)
{
	for (size_t i = 0; i < bytes / 8; i++) {
		words[i] = 0;
	}
}

/* Tables must be known before EnableLPIs is set.  IHI 0069 5.1.1 */
static void enable_lpis(void)
{
	unsigned int cpu = port_cpu();

	gicr_write64(cpu, GICR_PROPBASER,
		     port_address(memory.config) | GICR_ATTRIBUTES |
			     FIELD_PUT(GICR_PROPBASER_IDbits, LPI_ID_BITS - 1));
	gicr_write64(cpu, GICR_PENDBASER,
		     port_address(memory.pending[cpu]) | GICR_ATTRIBUTES |
			     GICR_PENDBASER_PTZ);
	gicr_write32(cpu, GICR_CTLR, GICR_CTLR_EnableLPIs);
}

void gits_off(void)
{
	gits_write32(GITS_CTLR, 0);
	while (!(gits_read32(GITS_CTLR) & GITS_CTLR_Quiescent)) {
		port_relax();
	}
}

/* The offset of the table of this type; 0: there is none. */
static uint32_t find_table(unsigned int type)
{
	for (uint32_t i = 0; i < GITS_NR_BASERS; i++) {
		uint64_t baser = gits_read64(GITS_BASER + 8 * i);

		if (FIELD_GET(GITS_BASER_Type, baser) == type) {
			return GITS_BASER + 8 * i;
		}
	}
	return 0;
}

static bool set_table(unsigned int type, const void *table, uint64_t shape)
{
	uint32_t offset = find_table(type);
	uint64_t value = GITS_BASER_Valid | BASER_ATTRIBUTES | shape |
			 port_address(table),
		 got;

	if (offset == 0) {
		return false;
	}
	gits_write64(offset, value);
	got = gits_read64(offset);
	return ((got ^ value) & (GITS_BASER_Valid | GITS_BASER_Indirect |
				 FIELD_MASK(GITS_BASER_Page_Size) |
				 GITS_BASER_PhysAddr_MASK)) == 0;
}

static bool set_tables(const struct its_shape *shape)
{
	uint64_t page = FIELD_PUT(GITS_BASER_Page_Size, shape->page_size);

	zero(memory.devices, sizeof(memory.devices));
	zero(memory.collections, sizeof(memory.collections));
	its.nr_l2 = 0;
	return set_table(GITS_BASER_Type_Devices, memory.devices,
			 page | (shape->indirect ? GITS_BASER_Indirect : 0)) &&
	       set_table(GITS_BASER_Type_Collections, memory.collections, page);
}

/* Its write sets GITS_CREADR to 0, IHI 0069 12.19.3. */
static bool set_queue(void)
{
	gits_write64(GITS_CBASER, GITS_CBASER_Valid | BASER_ATTRIBUTES |
					  port_address(memory.queue));
	gits_write64(GITS_CWRITER, 0);
	its.writer = 0;
	return gits_read64(GITS_CREADR) == 0;
}

bool gits_fresh_as(const struct its_shape *shape)
{
	if (!its.lpis_on) {
		its.lpis_on = true;
		for (uint32_t i = 0; i < NR_LPIS; i++) {
			gits_configure(LPI(i), PRIORITY_DEFAULT, false);
		}
		task_on_all(enable_lpis);
	}
	gits_off();
	if (!set_tables(shape) || !set_queue()) {
		return kit_say("tables and queue are taken", false);
	}
	gits_write32(GITS_CTLR, GITS_CTLR_Enabled);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gits_mapc(cpu, cpu);
	}
	for (uint32_t i = 0; i < NR_LPIS; i++) {
		gits_configure(LPI(i), PRIORITY_DEFAULT, false);
	}
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gits_invall(cpu);
	}
	return gits_run() || kit_say("the queue is empty", false);
}

bool gits_fresh(void)
{
	static const struct its_shape flat = { 0, false };

	return gits_fresh_as(&flat);
}

/* Entries of 8 bytes, so 512 devices in an L2 table of 4 KiB. */
void gits_add_devices(uint32_t device)
{
	uint64_t *l1 = &memory.devices[device / (PAGE_4K / 8)];

	if (*l1 == 0) {
		zero(memory.l2[its.nr_l2], sizeof(memory.l2[0]));
		*l1 = GITS_L1E_Valid | port_address(memory.l2[its.nr_l2++]);
	}
}

void gits_hide_devices(uint32_t device, uint32_t others)
{
	memory.devices[device / (PAGE_4K / 8)] =
		memory.devices[others / (PAGE_4K / 8)] & ~GITS_L1E_Valid;
}

void gits_command(uint64_t dw0, uint64_t dw1, uint64_t dw2, uint64_t dw3)
{
	uint64_t *place = &memory.queue[its.writer / 8];

	place[0] = dw0;
	place[1] = dw1;
	place[2] = dw2;
	place[3] = dw3;
	its.writer = (its.writer + GITS_CMD_SIZE) % PAGE_4K;
	/* One more command would make a full queue look empty. */
	if ((its.writer + GITS_CMD_SIZE) % PAGE_4K ==
	    (uint32_t)gits_read64(GITS_CREADR)) {
		gits_ring();
		kit_until(gits_is_idle);
	}
}

void gits_ring(void)
{
	gits_write64(GITS_CWRITER, its.writer);
}

bool gits_is_idle(void)
{
	return gits_read64(GITS_CREADR) == its.writer;
}

bool gits_run(void)
{
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gits_sync(cpu);
	}
	gits_ring();
	return kit_until(gits_is_idle);
}

/* MAPD takes a table without events, which is one of zeros. */
void gits_mapd(uint32_t device, unsigned int itt, unsigned int bits)
{
	uint64_t *table = itt == BIG_ITT ? memory.big_itt : memory.itt[itt];

	zero(table, (size_t)ITT_ENTRY_MAX << bits);
	gits_command(GITS_CMD_MAPD | (uint64_t)device << 32, bits - 1,
		     GITS_CMD_V | port_address(table), 0);
}

void gits_configure(uint32_t lpi, uint8_t priority, bool enabled)
{
	/* Bit 1 is RES1, IHI 0069 5.1.1. */
	memory.config[lpi - GIC_LPI_BASE] = priority | 2 | enabled;
}

static bool redistributor_says_back(unsigned int cpu)
{
	uint64_t prop = gicr_read64(cpu, GICR_PROPBASER);
	uint64_t pend = gicr_read64(cpu, GICR_PENDBASER);

	return (prop & GICR_PROPBASER_PhysAddr_MASK) ==
		       port_address(memory.config) &&
	       FIELD_GET(GICR_PROPBASER_IDbits, prop) == LPI_ID_BITS - 1 &&
	       (pend & GICR_PENDBASER_PhysAddr_MASK) ==
		       port_address(memory.pending[cpu]) &&
	       gicr_read32(cpu, GICR_CTLR) & GICR_CTLR_EnableLPIs;
}

bool gits_says_back(void)
{
	uint64_t cbaser = gits_read64(GITS_CBASER);
	bool ok;

	ok = kit_say("GITS_CBASER",
		     (cbaser & GITS_CBASER_PhysAddr_MASK) ==
				     port_address(memory.queue) &&
			     cbaser & GITS_CBASER_Valid);
	ok &= kit_say("GITS_CTLR.Enabled",
		      gits_read32(GITS_CTLR) & GITS_CTLR_Enabled);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		say("  cpu %u: GICR_PROPBASER, GICR_PENDBASER, EnableLPIs: ",
		    cpu);
		ok &= redistributor_says_back(cpu);
		say("%s\n", redistributor_says_back(cpu) ? "yes" : "no");
	}
	return ok;
}
