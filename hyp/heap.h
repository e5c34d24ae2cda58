/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for what lives as long as the run: page tables, vCPUs, the vGIC.
 * There is one virtual machine for each run and nothing is given back, so
 * there is no free().
 */
#ifndef HYP_HEAP_H
#define HYP_HEAP_H

#include <stddef.h>

/*
 * `size` bytes of zeroed memory, of which EL2 has a mapping; `align` is a power
 * of two, in bytes.  Never null: with too little memory the run cannot start,
 * and ends by set_up_failed().
 *
 * Boot CPU only, before the others start: nothing is locked.
 */
void *heap_alloc(size_t size, size_t align);

#endif
