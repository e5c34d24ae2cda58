/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An allocator that only grows, over the memory that platform.h sets aside.
 * The memory is cleared as it is given out: the boot loader or an earlier run
 * may have left anything there.
 */
#include "hyp/heap.h"

#include <stdint.h>

#include "hyp/fault.h"
#include "hyp/platform.h"

/* What is given out ends at a multiple of this: 64-bit stores clear it. */
#define GRAIN UINT64_C(16)

void *heap_alloc(size_t size, size_t align)
{
	/* What is free starts here. */
	static uint64_t heap = HYP_HEAP_BASE;
	uint64_t at = (heap + align - 1) & ~(uint64_t)(align - 1);
	uint64_t end = HYP_HEAP_BASE + HYP_HEAP_SIZE;
	uint64_t *word;

	if (at > end || size > end - at) {
		set_up_failed("out of hypervisor memory");
	}
	heap = (at + size + GRAIN - 1) & ~(GRAIN - 1);
	/* With an `align` below 8, from the word that `at` is in. */
	for (word = (uint64_t *)(uintptr_t)(at & ~UINT64_C(7));
	     (uint64_t)(uintptr_t)word < heap; word++) {
		*word = 0;
	}
	return (void *)(uintptr_t)at;
}
