/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors of VMSAv8-64 with a 4 KiB granule, DDI 0487 D8.3: what EL2's own
 * stage 1 (mmu.c) and the guest's stage 2 (stage2.c) have in common.  Both
 * start at level 1; a table has 512 entries at each level.
 */
#ifndef HYP_PGTABLE_H
#define HYP_PGTABLE_H

#include <stdint.h>

#define PGTABLE_ENTRIES 512u
/* The lowest address bit that an entry of this level, 1 to 3, translates. */
#define PGTABLE_SHIFT(level) (12u + 9u * (3u - (level)))
#define PGTABLE_INDEX(address, level) \
	((address) >> PGTABLE_SHIFT(level) & (PGTABLE_ENTRIES - 1))

#define DESC_VALID (UINT64_C(1) << 0)
/*
 * Levels 1 and 2: 1 for a table of the next level, 0 for a block.  Level 3: 1
 * for a page; 0 is reserved and faults.
 */
#define DESC_TABLE (UINT64_C(1) << 1)
#define DESC_PAGE DESC_TABLE
#define DESC_SH_INNER (UINT64_C(3) << 8)
/* Access flag: an access to an entry without it faults. */
#define DESC_AF (UINT64_C(1) << 10)
/* The output address or the next table, bits 47:12. */
#define DESC_ADDRESS UINT64_C(0x0000fffffffff000)

#endif
