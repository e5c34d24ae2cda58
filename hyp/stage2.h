/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 2: what of the machine's memory the guest reaches, and where.  Guest
 * RAM, the virtual CPU interface of a GICv2 and devices passed through are
 * mapped; every other access faults and comes to mmio.c.
 */
#ifndef HYP_STAGE2_H
#define HYP_STAGE2_H

#include <stdint.h>

struct vm;

/* Descriptor fields that stage 1 has not, or elsewhere; see pgtable.h. */
#define DESC_S2_MEMATTR_DEVICE (UINT64_C(1) << 2) /* Device-nGnRE */
#define DESC_S2_MEMATTR_WB (UINT64_C(0xf) << 2)
#define DESC_S2AP_READ (UINT64_C(1) << 6)
#define DESC_S2AP_WRITE (UINT64_C(2) << 6)
/*
 * XN[1:0], bits 54:53.  With FEAT_XNX its values are 0 all execute, 1 EL0
 * alone, 2 nobody, 3 EL1 alone.  Without it XN[0] is RES0 and XN[1] holds for
 * EL0 and EL1 alike.
 */
#define DESC_S2_XN (UINT64_C(2) << 53)
#define DESC_S2_XN_EL1 (UINT64_C(1) << 53)
#define DESC_S2_XN_MASK (UINT64_C(3) << 53)

/* VTCR_EL2.T0SZ: 64 less the bits of an IPA. */
#define VTCR_T0SZ_SHIFT 0
#define VTCR_T0SZ_WIDTH 6

/*
 * Build the tables for v->ram_* and v's devices; sets v->vttbr and v->vtcr.
 * `pa_range` is ID_AA64MMFR0_EL1.PARange of the least capable CPU of the
 * machine.  Returns null, or a constant text that says why not.  Boot CPU,
 * before guests run.
 */
const char *stage2_init(struct vm *v, unsigned int pa_range);

/*
 * The descriptor of the page of guest RAM that holds `ipa`; null outside of
 * RAM.  Only where RAM is mapped by pages (v->unscanned_xn is not 0).  exec.c,
 * the only user, changes descriptors under its lock and invalidates TLBs.
 */
uint64_t *stage2_page(const struct vm *v, uint64_t ipa);

/*
 * Guest RAM [ipa, ipa + len) as EL2 sees it; null when that is not all RAM.
 * Any context, no lock.  The guest may write there at any time: read each
 * word once.
 */
void *guest_ptr(struct vm *v, uint64_t ipa, uint64_t len);

#endif
