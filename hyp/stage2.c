/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds the stage 2 tables: 4 KiB granule, starting at level 1, DDI 0487 D8.
 * Guest RAM is mapped by blocks of 2 MiB, or by pages where single pages change
 * their permissions (exec.c).  Nothing is ever unmapped: there is one VM for
 * each run.
 */
#include "hyp/stage2.h"

#include <stddef.h>

#include "hyp/guest_map.h"
#include "hyp/heap.h"
#include "hyp/host.h"
#include "hyp/pgtable.h"
#include "hyp/platform.h"
#include "hyp/vm.h"
#include "regs/field.h"

#define LEVEL1_SIZE (UINT64_C(1) << PGTABLE_SHIFT(1))

/*
 * Bits of an IPA.  A larger space would need more root tables, one behind the
 * other (DDI 0487 D8.2.2), and nothing of the guest lies above the second
 * redistributor region.
 */
#define MAX_IPA_BITS 40
/* PARange of 48 bits: larger physical addresses need LPA2 or 64 KiB pages. */
#define MAX_PA_RANGE 5

#define VTCR_SL0_SHIFT 6
#define VTCR_SL0_WIDTH 2
#define VTCR_SL0_LEVEL1 1
#define VTCR_IRGN0_WB (UINT64_C(1) << 8)
#define VTCR_ORGN0_WB (UINT64_C(1) << 10)
#define VTCR_SH0_INNER (UINT64_C(3) << 12)
#define VTCR_PS_SHIFT 16
#define VTCR_PS_WIDTH 3
#define VTCR_RES1 (UINT64_C(1) << 31)

/* There is one VM; VMID 0 is what a boot loader is most likely to have used. */
#define VTTBR_VMID(vmid) ((uint64_t)(vmid) << 48)
#define GUEST_VMID 1

#define RW_ATTRIBUTES (DESC_VALID | DESC_S2AP_READ | DESC_S2AP_WRITE | DESC_AF)
#define RAM_ATTRIBUTES (RW_ATTRIBUTES | DESC_S2_MEMATTR_WB | DESC_SH_INNER)
#define DEVICE_ATTRIBUTES (RW_ATTRIBUTES | DESC_S2_MEMATTR_DEVICE | DESC_S2_XN)

static const uint64_t page_offset = PAGE_SIZE - 1;
/* Address bits by PARange, DDI 0487 D17.2, ID_AA64MMFR0_EL1. */
static const uint8_t pa_bits[] = { 32, 36, 40, 42, 44, 48 };

/* The table that an entry points to; an empty one when there is none. */
static uint64_t *next_table(uint64_t *entry)
{
	if (!(*entry & DESC_VALID)) {
		uint64_t *table =
			heap_alloc(PGTABLE_ENTRIES * sizeof(*table), PAGE_SIZE);

		*entry = (uint64_t)(uintptr_t)table | DESC_TABLE | DESC_VALID;
	}
	return (uint64_t *)(uintptr_t)(*entry & DESC_ADDRESS);
}

static uint64_t *level2_entry(uint64_t *root, uint64_t ipa)
{
	uint64_t *table = next_table(&root[ipa >> PGTABLE_SHIFT(1)]);

	return &table[PGTABLE_INDEX(ipa, 2)];
}

static void map_page(uint64_t *root, uint64_t ipa, uint64_t pa,
		     uint64_t attributes)
{
	uint64_t *table = next_table(level2_entry(root, ipa));

	table[PGTABLE_INDEX(ipa, 3)] = pa | attributes | DESC_PAGE;
}

/*
 * Map guest RAM from `ipa` on: a block of 2 MiB if both addresses and `size`
 * allow it, else a page.  Returns how many bytes.
 */
static uint64_t map_ram(const struct vm *v, uint64_t *root, uint64_t ipa,
			uint64_t size)
{
	uint64_t pa = v->ram_pa + (ipa - v->ram_ipa);

	if (((ipa | pa) & (BLOCK_SIZE - 1)) == 0 && size >= BLOCK_SIZE &&
	    !v->unscanned_xn) {
		*level2_entry(root, ipa) = pa | RAM_ATTRIBUTES;
		return BLOCK_SIZE;
	}
	map_page(root, ipa, pa, RAM_ATTRIBUTES | v->unscanned_xn);
	return PAGE_SIZE;
}

/*
 * The same for devices, whose IPA is their physical address; also by blocks of
 * 1 GiB, for PCI windows are large.
 */
static uint64_t map_devices(uint64_t *root, uint64_t at, uint64_t size)
{
	if ((at & (LEVEL1_SIZE - 1)) == 0 && size >= LEVEL1_SIZE) {
		root[at >> PGTABLE_SHIFT(1)] = at | DEVICE_ATTRIBUTES;
		return LEVEL1_SIZE;
	}
	if ((at & (BLOCK_SIZE - 1)) == 0 && size >= BLOCK_SIZE) {
		*level2_entry(root, at) = at | DEVICE_ATTRIBUTES;
		return BLOCK_SIZE;
	}
	map_page(root, at, at, DEVICE_ATTRIBUTES);
	return PAGE_SIZE;
}

/* False when the region is not of whole pages, or ends beyond `space`. */
static bool map_region(uint64_t *root, const struct host_region *region,
		       uint64_t space)
{
	uint64_t done;

	if (((region->base | region->size) & page_offset) ||
	    region->size > space || region->base > space - region->size) {
		return false;
	}
	for (done = 0; done < region->size;) {
		done += map_devices(root, region->base + done,
				    region->size - done);
	}
	return true;
}

static bool map_pci(uint64_t *root, const struct host_pci *pci, uint64_t space)
{
	bool mapped = map_region(root, &pci->ecam, space);
	uint32_t i;

	for (i = 0; mapped && i < pci->nr_windows; i++) {
		mapped = map_region(root, &pci->windows[i], space);
	}
	return mapped;
}

const char *stage2_init(struct vm *v, unsigned int pa_range)
{
	unsigned int ipa_bits;
	uint64_t *root, done, entries;
	uint32_t i;

	pa_range = pa_range < MAX_PA_RANGE ? pa_range : MAX_PA_RANGE;
	ipa_bits = pa_bits[pa_range];
	ipa_bits = ipa_bits < MAX_IPA_BITS ? ipa_bits : MAX_IPA_BITS;
	if (v->ram_ipa + v->ram_size > UINT64_C(1) << ipa_bits) {
		return "guest memory exceeds the CPU's address range";
	}
	/* The root is aligned to its size, and a page at least. */
	entries = UINT64_C(1) << (ipa_bits - PGTABLE_SHIFT(1));
	entries = entries < PGTABLE_ENTRIES ? PGTABLE_ENTRIES : entries;
	root = heap_alloc(entries * sizeof(*root), entries * sizeof(*root));
	for (done = 0; done < v->ram_size;) {
		done += map_ram(v, root, v->ram_ipa + done, v->ram_size - done);
	}
	if (v->gicv_pa) {
		map_page(root, GUEST_GICC_IPA, v->gicv_pa, DEVICE_ATTRIBUTES);
	}
	for (i = 0; i < v->nr_devices; i++) {
		map_page(root, v->devices[i].ipa & ~page_offset,
			 v->devices[i].pa & ~page_offset, DEVICE_ATTRIBUTES);
	}
	if (v->pci && !map_pci(root, v->pci, UINT64_C(1) << ipa_bits)) {
		return "the machine's PCI windows exceed the CPU's address "
		       "range";
	}
	v->vttbr = (uint64_t)(uintptr_t)root | VTTBR_VMID(GUEST_VMID);
	v->vtcr = FIELD_PUT(VTCR_T0SZ, 64 - ipa_bits) |
		  FIELD_PUT(VTCR_SL0, VTCR_SL0_LEVEL1) | VTCR_IRGN0_WB |
		  VTCR_ORGN0_WB | VTCR_SH0_INNER |
		  FIELD_PUT(VTCR_PS, pa_range) | VTCR_RES1;
	return NULL;
}

uint64_t *stage2_page(const struct vm *v, uint64_t ipa)
{
	uint64_t *table = (uint64_t *)(uintptr_t)(v->vttbr & DESC_ADDRESS);

	if (ipa < v->ram_ipa || ipa - v->ram_ipa >= v->ram_size) {
		return NULL;
	}
	table = (uint64_t *)(uintptr_t)(table[ipa >> PGTABLE_SHIFT(1)] &
					DESC_ADDRESS);
	table = (uint64_t *)(uintptr_t)(table[PGTABLE_INDEX(ipa, 2)] &
					DESC_ADDRESS);
	return &table[PGTABLE_INDEX(ipa, 3)];
}

void *guest_ptr(struct vm *v, uint64_t ipa, uint64_t len)
{
	if (ipa < v->ram_ipa || ipa - v->ram_ipa > v->ram_size ||
	    len > v->ram_size - (ipa - v->ram_ipa)) {
		return NULL;
	}
	return (void *)(uintptr_t)(v->ram_pa + (ipa - v->ram_ipa));
}
