/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ITS's tables, all of them in guest memory.  The guest may write there
 * what it likes at any time: every entry is checked each time it is read.
 */
#include "its/its.h"

/* ICIDs have 16 bits, and an entry each at most. */
#define MAX_COLLECTIONS 65536u

/* A table as GITS_BASER<n> has it. */
struct table {
	uint64_t base;
	uint32_t page;
	uint64_t entries;
	bool indirect;
};

static uint64_t from_bytes(const uint8_t *byte)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < 8; i++) {
		value |= (uint64_t)byte[i] << 8 * i;
	}
	return value;
}

bool its_read64(const struct vgic *gic, uint64_t ipa, uint64_t *value)
{
	uint8_t byte[8];

	if (gic->config.host->read_guest(gic->config.host_ctx, ipa, byte, 8)) {
		return false;
	}
	*value = from_bytes(byte);
	return true;
}

bool its_write64(const struct vgic *gic, uint64_t ipa, uint64_t value)
{
	uint8_t byte[8];

	for (uint32_t i = 0; i < 8; i++) {
		byte[i] = (uint8_t)(value >> 8 * i);
	}
	return !gic->config.host->write_guest(gic->config.host_ctx, ipa, byte,
					      8);
}

static bool get_table(const struct vgic_its *its, enum its_table which,
		      struct table *table)
{
	uint64_t baser = vgic_load_relaxed(&its->baser[which]);
	uint32_t size = (uint32_t)FIELD_GET(GITS_BASER_Page_Size, baser);
	uint64_t pages = FIELD_GET(GITS_BASER_Size, baser) + 1;

	table->page = 4096u << 2 * size;
	table->base = baser & GITS_BASER_PhysAddr_MASK;
	if (size == GITS_BASER_Page_Size_64K) {
		table->base = (baser & GITS_BASER_PhysAddr_64K_MASK) |
			      FIELD_GET(GITS_BASER_PhysAddr_High, baser)
				      << 48;
	}
	table->entries = pages * table->page / GITS_ENTRY_SIZE;
	table->indirect = baser & GITS_BASER_Indirect;
	return baser & GITS_BASER_Valid;
}

bool its_device_entry(const struct vgic *gic, const struct vgic_its *its,
		      uint32_t device, uint64_t *at)
{
	struct table table;
	uint64_t l1;

	if (device >> 16 || !get_table(its, ITS_DEVICES, &table)) {
		return false;
	}
	if (table.indirect) {
		uint32_t per_page = table.page / GITS_ENTRY_SIZE;

		if (device / per_page >= table.entries ||
		    !its_read64(gic, table.base + GITS_ENTRY_SIZE *
						      (device / per_page),
			    &l1) ||
		    !(l1 & GITS_L1E_Valid)) {
			return false;
		}
		table.base = l1 & GITS_L1E_PhysAddr_MASK &
			     ~(uint64_t)(table.page - 1);
		device %= per_page;
	} else if (device >= table.entries) {
		return false;
	}
	*at = table.base + (uint64_t)GITS_ENTRY_SIZE * device;
	return true;
}

bool its_find_device(const struct vgic *gic, const struct vgic_its *its,
		     uint32_t device, struct its_device *found)
{
	uint64_t at, dte;

	if (!its_device_entry(gic, its, device, &at) ||
	    !its_read64(gic, at, &dte) || !(dte & GITS_DTE_Valid)) {
		return false;
	}
	found->itt = FIELD_GET(GITS_DTE_ITT, dte) << 8;
	found->bits = (uint32_t)FIELD_GET(GITS_DTE_Size, dte) + 1;
	return found->bits <= 16;
}

uint32_t its_live_lpi(const struct vgic *gic, const struct vgic_its *its,
		      uint64_t ite)
{
	uint32_t intid = (uint32_t)FIELD_GET(GITS_ITE_pINTID, ite);
	uint32_t index = gic->first_lpi + (intid - GIC_LPI_BASE);

	return lpi_exists(gic, intid) &&
			       (vgic_load_seq(&gic->irqs[index].route) &
				LPI_ITS_MASK) == lpi_route(its, 0) ?
		       index :
		       VGIC_NIL;
}

bool its_find_event(const struct vgic *gic, const struct vgic_its *its,
		    uint32_t device, uint32_t event, struct its_event *found)
{
	struct its_device of;
	uint64_t ite;

	if (!its_find_device(gic, its, device, &of) || event >> of.bits) {
		return false;
	}
	found->at = of.itt + (uint64_t)GITS_ENTRY_SIZE * event;
	if (!its_read64(gic, found->at, &ite)) {
		return false;
	}
	found->index = its_live_lpi(gic, its, ite);
	return true;
}

bool its_read_chunk(const struct vgic *gic, uint64_t ipa, uint64_t *entry,
		    uint32_t count)
{
	uint8_t byte[ITS_CHUNK * 8];

	if (gic->config.host->read_guest(gic->config.host_ctx, ipa, byte,
					 8 * (size_t)count)) {
		return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		entry[i] = from_bytes(byte + 8 * i);
	}
	return true;
}

void its_drop_events(struct vgic *gic, struct vgic_vcpu *self,
		     const struct vgic_its *its,
		     const struct its_device *device)
{
	uint32_t count = 1u << device->bits;
	uint64_t ite[ITS_CHUNK];

	for (uint32_t event = 0; event < count; event += ITS_CHUNK) {
		uint32_t left = count - event;
		uint32_t n = left < ITS_CHUNK ? left : ITS_CHUNK;

		if (!its_read_chunk(gic, device->itt + 8 * (uint64_t)event, ite,
				n)) {
			continue;
		}
		for (uint32_t i = 0; i < n; i++) {
			uint32_t index = its_live_lpi(gic, its, ite[i]);

			if (index != VGIC_NIL) {
				lpi_unmap(gic, self, index);
			}
		}
	}
}

/* Look through one chunk; true: the list ends here. */
static bool search(const struct vgic *gic, const uint64_t *cte, uint64_t at,
		   uint32_t icid, struct its_collection *found)
{
	for (uint32_t i = 0; i < ITS_CHUNK; i++, at += GITS_ENTRY_SIZE) {
		found->free = at;
		if (!(cte[i] & GITS_CTE_Valid)) {
			return true;
		}
		found->last = at;
		if (!found->found &&
		    FIELD_GET(GITS_CTE_ICID, cte[i]) == icid) {
			found->found = true;
			found->at = at;
			found->target = vgic_find_processor(
				gic, FIELD_GET(GITS_CTE_RDBase, cte[i]));
		}
	}
	return false;
}

bool its_find_collection(const struct vgic *gic, const struct vgic_its *its,
			 uint32_t icid, struct its_collection *found)
{
	uint64_t cte[ITS_CHUNK];
	struct table table;

	*found = (struct its_collection){ .target = VGIC_NOWHERE };
	if (!get_table(its, ITS_COLLECTIONS, &table)) {
		return false;
	}
	if (table.entries > MAX_COLLECTIONS) {
		table.entries = MAX_COLLECTIONS;
	}
	for (uint64_t n = 0; n < table.entries; n += ITS_CHUNK) {
		uint64_t at = table.base + GITS_ENTRY_SIZE * n;

		found->looked += ITS_CHUNK;
		if (!its_read_chunk(gic, at, cte, ITS_CHUNK)) {
			return false;
		}
		if (search(gic, cte, at, icid, found)) {
			found->room = true;
			found->more = found->free + GITS_ENTRY_SIZE <
				      table.base +
					      GITS_ENTRY_SIZE * table.entries;
			break;
		}
	}
	return true;
}

/* The end of the list is written first. */
bool its_add_collection(const struct vgic *gic,
			const struct its_collection *collection, uint64_t cte)
{
	return collection->room &&
	       (!collection->more ||
		its_write64(gic, collection->free + GITS_ENTRY_SIZE, 0)) &&
	       its_write64(gic, collection->free, cte);
}

bool its_collection_entry(const struct vgic_its *its, uint32_t n,
			  uint64_t *at)
{
	struct table table;

	if (!get_table(its, ITS_COLLECTIONS, &table) ||
	    n >= table.entries || n >= MAX_COLLECTIONS) {
		return false;
	}
	*at = table.base + (uint64_t)GITS_ENTRY_SIZE * n;
	return true;
}
