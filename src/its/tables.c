/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layout of an ITS's tables in guest memory, as GITS_BASER<n> describes it:
 * where the entry of a device or of a collection is, and how entries are read
 * and written.  The device table may have two levels, the collection table has
 * one.  What entries say is left to commands.c, which needs to know that they
 * have memory, and to persist.c, which writes and reads them for a VMM.
 */
#include "its/its.h"

/* What a GITS_BASER<n> says, decoded. */
struct table {
	uint64_t base;
	/* Bytes of a page: 4 KiB, 16 KiB or 64 KiB. */
	uint32_t page;
	/*
	 * How many entries the first level has: devices or collections, or with
	 * `indirect` pages of devices.
	 */
	uint32_t entries;
	bool indirect, valid;
};

/*
 * Table entries are little-endian, whatever the host is.  Written out, it is
 * one load where the host is so, too, and the bytes are aligned.
 */
static uint64_t from_bytes(const uint8_t *byte)
{
	return (uint64_t)byte[0] | (uint64_t)byte[1] << 8 |
	       (uint64_t)byte[2] << 16 | (uint64_t)byte[3] << 24 |
	       (uint64_t)byte[4] << 32 | (uint64_t)byte[5] << 40 |
	       (uint64_t)byte[6] << 48 | (uint64_t)byte[7] << 56;
}

bool vgic_its_read64(const struct vgic *gic, uint64_t ipa, uint64_t *value)
{
	return vgic_its_read_chunk(gic, ipa, value, 1);
}

bool vgic_its_write64(const struct vgic *gic, uint64_t ipa, uint64_t value)
{
	_Alignas(8) uint8_t byte[8];

	for (uint32_t i = 0; i < 8; i++) {
		byte[i] = (uint8_t)(value >> 8 * i);
	}
	return !gic->config.host->write_guest(gic->config.host_ctx, ipa, byte,
					      8);
}

bool vgic_its_read_chunk(const struct vgic *gic, uint64_t ipa, uint64_t *entry,
			 uint32_t count)
{
	_Alignas(8) uint8_t byte[ITS_CHUNK * 8];

	if (gic->config.host->read_guest(gic->config.host_ctx, ipa, byte,
					 8 * (size_t)count)) {
		return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		entry[i] = from_bytes(byte + 8 * i);
	}
	return true;
}

/*
 * With pages of 64 KiB the address has 52 bits, of which bits 51:48 stand in
 * the register's bits 15:12, where the low bits of a 64 KiB page would be zero.
 */
static struct table get_table(const struct vgic_its *its, enum its_table which)
{
	uint64_t baser = vgic_load_relaxed(&its->baser[which]);
	uint32_t size = (uint32_t)FIELD_GET(GITS_BASER_Page_Size, baser);
	uint32_t pages = (uint32_t)FIELD_GET(GITS_BASER_Size, baser) + 1;
	struct table table = {
		.base = baser & GITS_BASER_PhysAddr_MASK,
		.page = 4096u << 2 * size,
		.indirect = baser & GITS_BASER_Indirect,
		.valid = baser & GITS_BASER_Valid,
	};

	if (size == GITS_BASER_Page_Size_64K) {
		table.base = (baser & GITS_BASER_PhysAddr_64K_MASK) |
			     FIELD_GET(GITS_BASER_PhysAddr_High, baser) << 48;
	}
	table.entries = pages * (table.page / GITS_ENTRY_SIZE);
	return table;
}

uint32_t vgic_its_table_size(const struct vgic_its *its, enum its_table which)
{
	struct table table = get_table(its, which);

	return table.valid ? table.entries : 0;
}

/*
 * Walks both levels at each call: the guest may install a page of the second
 * level at any time.
 */
bool vgic_its_device_entry(const struct vgic *gic, const struct vgic_its *its,
			   uint32_t device, uint64_t *at)
{
	struct table table = get_table(its, ITS_DEVICES);
	uint32_t per_page = table.page / GITS_ENTRY_SIZE;
	uint64_t l1;

	if (device >= ITS_MAX_IDS || !table.valid ||
	    (table.indirect ? device / per_page : device) >= table.entries) {
		return false;
	}
	if (table.indirect) {
		if (!vgic_its_read64(gic,
				     table.base + (uint64_t)GITS_ENTRY_SIZE *
							  (device / per_page),
				     &l1) ||
		    !(l1 & GITS_L1E_Valid)) {
			return false;
		}
		table.base = l1 & GITS_L1E_PhysAddr_MASK &
			     ~(uint64_t)(table.page - 1);
		device %= per_page;
	}
	*at = table.base + (uint64_t)GITS_ENTRY_SIZE * device;
	return true;
}

/*
 * For sweeps through all devices: skip a page of the second level that is
 * missing.
 */
uint32_t vgic_its_next_page(const struct vgic_its *its, uint32_t device)
{
	struct table table = get_table(its, ITS_DEVICES);
	uint32_t per_page = table.page / GITS_ENTRY_SIZE;

	return table.indirect ? (device / per_page + 1) * per_page :
				ITS_MAX_IDS;
}

uint64_t vgic_its_collection_entry(const struct vgic_its *its, uint32_t n)
{
	return get_table(its, ITS_COLLECTIONS).base +
	       (uint64_t)GITS_ENTRY_SIZE * n;
}
