/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2's own page tables: stage 1, identity, 4 KiB granule, 39 bits of address,
 * starting at level 1.  Code is read-only, data never executable, and the
 * pages between the stacks are not mapped.
 *
 * mmu_init() runs with the MMU off, when all memory is Device memory to the
 * CPU: what it calls uses no atomic instructions and no access that is not
 * aligned (DDI 0487 D8.2).
 */
#include "hyp/mmu.h"

#include "hyp/arch.h"
#include "hyp/asm.h"
#include "hyp/fault.h"
#include "hyp/pgtable.h"
#include "hyp/platform.h"

/*
 * Tables besides the root, for the whole run.  RAM is mapped by blocks of 2 MiB
 * or 1 GiB, so that few are needed.
 */
#define TABLE_POOL 64

/* Fields of stage 1 at EL2; see pgtable.h for the others. */
#define DESC_S1_ATTR_NORMAL (UINT64_C(1) << 2) /* AttrIndx 1: boot.S, MAIR */
/* AP[1]: RES1 in a regime of one exception level (DDI 0487 D8.4.1). */
#define DESC_S1_AP_RES1 (UINT64_C(1) << 6)
#define DESC_S1_RO (UINT64_C(1) << 7)
#define DESC_S1_XN (UINT64_C(1) << 54)

/* AttrIndx 0 is Device-nGnRnE (boot.S, MAIR), so it needs no bit. */
#define ATTR_DEVICE (DESC_VALID | DESC_S1_AP_RES1 | DESC_AF | DESC_S1_XN)
#define ATTR_DATA (ATTR_DEVICE | DESC_S1_ATTR_NORMAL | DESC_SH_INNER)
#define ATTR_RODATA (ATTR_DATA | DESC_S1_RO)
#define ATTR_TEXT (ATTR_RODATA & ~DESC_S1_XN)

/* Of hyp.lds, page-aligned. */
extern char __image_start[], __text_end[], __rodata_end[], __image_end[];
extern char __stacks[];

uint64_t mmu_root[PGTABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t pool[TABLE_POOL][PGTABLE_ENTRIES]
	__attribute__((aligned(PAGE_SIZE)));
static unsigned int pool_used;

/* The table that entry `e` points to; an empty one when there is none. */
static uint64_t *next_table(uint64_t *e)
{
	if (!(*e & DESC_VALID)) {
		if (pool_used == TABLE_POOL) {
			set_up_failed("out of EL2 page tables");
		}
		*e = (uint64_t)(uintptr_t)pool[pool_used] | DESC_TABLE |
		     DESC_VALID;
		pool_used++;
	}
	return (uint64_t *)(uintptr_t)(*e & DESC_ADDRESS);
}

/*
 * Map the largest piece that starts at `pa` and does not exceed `size`: a block
 * where alignment allows it and the entry is free, else a page.  Returns how
 * many bytes are mapped; where a block maps `pa` already, what is left of it.
 */
static uint64_t map_one(uint64_t pa, uint64_t size, uint64_t attributes)
{
	uint64_t *table = mmu_root;
	unsigned int level;

	for (level = 1;; level++) {
		uint64_t span = UINT64_C(1) << PGTABLE_SHIFT(level);
		uint64_t *e = &table[PGTABLE_INDEX(pa, level)];

		if (level == 3) {
			*e = pa | attributes | DESC_PAGE;
			return span;
		}
		if (!(*e & DESC_VALID) && !(pa & (span - 1)) && size >= span) {
			*e = pa | attributes;
			return span;
		}
		if ((*e & (DESC_VALID | DESC_TABLE)) == DESC_VALID) {
			return span - (pa & (span - 1)); /* mapped already */
		}
		table = next_table(e);
	}
}

static void map(uint64_t start, uint64_t end, uint64_t attributes)
{
	start &= ~(uint64_t)(PAGE_SIZE - 1);
	end = (end + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	while (start < end) {
		start += map_one(start, end - start, attributes);
	}
	/* The table walker sees the entries before the first access does. */
	dsb_ishst();
	isb();
}

void mmu_map(uint64_t pa, uint64_t size, enum mmu_type type)
{
	map(pa, pa + size, type == MMU_RAM ? ATTR_DATA : ATTR_DEVICE);
}

/* Stacks without the guard pages in front of each, see asm.h. */
static void map_stacks(uint64_t stacks)
{
	unsigned int i;

	for (i = 0; i < MAX_CPUS; i++) {
		uint64_t stack = stacks + i * STACK_STRIDE + GUARD_SIZE;
		uint64_t fault = stack + STACK_SIZE + GUARD_SIZE;

		map(stack, stack + STACK_SIZE, ATTR_DATA);
		map(fault, fault + FAULT_STACK_SIZE, ATTR_DATA);
	}
}

void mmu_init(void)
{
	uint64_t start = (uint64_t)(uintptr_t)__image_start;
	uint64_t text_end = (uint64_t)(uintptr_t)__text_end;
	uint64_t rodata_end = (uint64_t)(uintptr_t)__rodata_end;
	uint64_t stacks = (uint64_t)(uintptr_t)__stacks;
	uint64_t end = (uint64_t)(uintptr_t)__image_end;

	map(HYP_RAM_BASE, start, ATTR_DATA);
	map(start, text_end, ATTR_TEXT);
	map(text_end, rodata_end, ATTR_RODATA);
	map(rodata_end, stacks, ATTR_DATA);
	map_stacks(stacks);
	map(end, HYP_RAM_BASE + HYP_RAM_SIZE, ATTR_DATA);
	map(EARLY_UART_BASE, EARLY_UART_BASE + PAGE_SIZE, ATTR_DEVICE);
}
