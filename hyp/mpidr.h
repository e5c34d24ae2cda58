/* SPDX-License-Identifier: BSD-2-Clause */
/* MPIDR_EL1, which CPU this is (DDI 0487 D17.2). */
#ifndef HYP_MPIDR_H
#define HYP_MPIDR_H

#include <stdint.h>

#define MPIDR_Aff0_SHIFT 0
#define MPIDR_Aff0_WIDTH 8
#define MPIDR_Aff1_SHIFT 8
#define MPIDR_Aff1_WIDTH 8
#define MPIDR_Aff2_SHIFT 16
#define MPIDR_Aff2_WIDTH 8
#define MPIDR_Aff3_SHIFT 32
#define MPIDR_Aff3_WIDTH 8
#define MPIDR_RES1 (UINT64_C(1) << 31)

/* Aff3 to Aff0 in their places: how PSCI and device trees name a CPU. */
#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

#endif
