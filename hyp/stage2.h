/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 2 descriptors, DDI 0487 D8.3. */
#ifndef HYP_STAGE2_H
#define HYP_STAGE2_H

#include <stdint.h>

struct vm;

#define DESC_VALID (UINT64_C(1) << 0)
#define DESC_TABLE (UINT64_C(1) << 1) /* or page, at level 3 */
#define DESC_MEMATTR_DEVICE (UINT64_C(1) << 2) /* nGnRE */
#define DESC_MEMATTR_WB (UINT64_C(0xf) << 2)
#define DESC_S2AP_RW (UINT64_C(3) << 6)
#define DESC_INNER (UINT64_C(3) << 8)
#define DESC_AF (UINT64_C(1) << 10)
#define DESC_ADDRESS UINT64_C(0x0000fffffffff000)
#define DESC_S2AP_WRITE (UINT64_C(2) << 6)
/* Without FEAT_XNX, XN[1] alone: neither EL1 nor EL0 executes. */
#define DESC_XN (UINT64_C(2) << 53)
/* FEAT_XNX: EL1 does not execute, EL0 may. */
#define DESC_XN_EL1 (UINT64_C(1) << 53)
#define DESC_XN_MASK (UINT64_C(3) << 53)

/*
 * The descriptor of a page of guest RAM, null outside.  Only for guests whose
 * RAM is mapped by pages (vm.never_executed).
 */
uint64_t *stage2_page(const struct vm *v, uint64_t ipa);

#endif
