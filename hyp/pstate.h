/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PSTATE as SPSR_ELx holds it, and the bits of SCTLR_EL1 and MDSCR_EL1 that
 * decide what becomes of it (DDI 0487 C5.2 and D17.2).
 */
#ifndef HYP_PSTATE_H
#define HYP_PSTATE_H

#include <stdint.h>

/* Where an exception came from: M[4:0] of AArch64, and M[4] of AArch32. */
#define PSTATE_MODE UINT64_C(0x1f)
#define PSTATE_EL0 UINT64_C(0x0)
#define PSTATE_EL1T UINT64_C(0x4) /* EL1 on SP_EL0 */
#define PSTATE_EL1H UINT64_C(0x5) /* EL1 on SP_EL1 */
#define PSTATE_AARCH32 (UINT64_C(1) << 4)

#define PSTATE_DAIF (UINT64_C(0xf) << 6)
#define PSTATE_BTYPE (UINT64_C(3) << 10) /* FEAT_BTI: after a branch */
#define PSTATE_SSBS (UINT64_C(1) << 12)
#define PSTATE_SS (UINT64_C(1) << 21) /* software step: one instruction */
#define PSTATE_PAN (UINT64_C(1) << 22)
#define PSTATE_DIT (UINT64_C(1) << 24)
#define PSTATE_NZCV (UINT64_C(0xf) << 28)
/* AArch32: IT[7:2] are bits 15:10, IT[1:0] bits 26:25. */
#define PSTATE_IT_HIGH (UINT64_C(0xfc) << 8)
#define PSTATE_IT_LOW (UINT64_C(3) << 25)

/* RES1 bits 29, 28, 23, 22, 20 and 11; MMU and caches off, little endian. */
#define SCTLR_EL1_RESET UINT64_C(0x30d00800)
#define SCTLR_EL1_SPAN (UINT64_C(1) << 23)  /* an exception keeps PAN */
#define SCTLR_EL1_DSSBS (UINT64_C(1) << 44) /* SSBS after an exception */

#define MDSCR_EL1_SS (UINT64_C(1) << 0) /* software step is on */

#endif
