/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the CPU says of an exception: ESR_ELx and the address registers that go
 * with it.  DDI 0487 D17.2, ESR_EL2.
 */
#ifndef HYP_ESR_H
#define HYP_ESR_H

#include <stdint.h>

#define ESR_EC_SHIFT 26
#define ESR_EC_WIDTH 6
#define NR_EC (1u << ESR_EC_WIDTH)
/* The instruction has 32 bits; 0: 16 bits, T32. */
#define ESR_IL (UINT64_C(1) << 25)

/* ESR_ELx.EC.  An abort from the current exception level has the next one. */
#define EC_UNKNOWN 0x00
#define EC_WFX 0x01
#define EC_FP 0x07
#define EC_HVC64 0x16
#define EC_SMC64 0x17
#define EC_SYSREG 0x18
#define EC_IABT_LOWER 0x20
#define EC_DABT_LOWER 0x24
#define EC_STEP_LOWER 0x32

/* EC_WFX: bit 0 of TI says WFE, not WFI; bit 1 is FEAT_WFxT's. */
#define ESR_WFX_WFE (UINT64_C(1) << 0)

/* EC_HVC64: the immediate of the instruction. */
#define ESR_HVC_IMM 0xffffu

/* EC_SYSREG: MSR, MRS, or a system instruction; the fields that name it. */
#define ISS_SYS_READ (UINT64_C(1) << 0)
#define ISS_SYS_CRm_SHIFT 1
#define ISS_SYS_CRm_WIDTH 4
#define ISS_SYS_Rt_SHIFT 5
#define ISS_SYS_Rt_WIDTH 5
#define ISS_SYS_CRn_SHIFT 10
#define ISS_SYS_CRn_WIDTH 4
#define ISS_SYS_op1_SHIFT 14
#define ISS_SYS_op1_WIDTH 3
#define ISS_SYS_op2_SHIFT 17
#define ISS_SYS_op2_WIDTH 3
#define ISS_SYS_op0_SHIFT 20
#define ISS_SYS_op0_WIDTH 2

/* All that names it, and what that is for a SYSREG_ENC(). */
#define ISS_SYS_NAME UINT64_C(0x3ffc1e)
#define ISS_SYS_OF(enc) \
	(FIELD_PUT(ISS_SYS_op0, FIELD_GET(SYSREG_op0, enc)) | \
	 FIELD_PUT(ISS_SYS_op1, FIELD_GET(SYSREG_op1, enc)) | \
	 FIELD_PUT(ISS_SYS_CRn, FIELD_GET(SYSREG_CRn, enc)) | \
	 FIELD_PUT(ISS_SYS_CRm, FIELD_GET(SYSREG_CRm, enc)) | \
	 FIELD_PUT(ISS_SYS_op2, FIELD_GET(SYSREG_op2, enc)))

/* EC_IABT_LOWER, EC_DABT_LOWER */
/* The kind of fault: the fault status code without its level, bits 1:0. */
#define ISS_FSC_TYPE UINT64_C(0x3c)
#define FSC_ADDRESS_SIZE UINT64_C(0x00)
#define FSC_TRANSLATION UINT64_C(0x04)
#define FSC_PERMISSION UINT64_C(0x0c)
#define FSC_EXTERNAL UINT64_C(0x10)
/* The access that faulted was a walk of the guest's stage 1 tables. */
#define ISS_S1PTW (UINT64_C(1) << 7)

/* EC_DABT_LOWER; from ISS_SRT up only where ISV is 1. */
#define ISS_WnR (UINT64_C(1) << 6)
#define ISS_CM (UINT64_C(1) << 8) /* cache maintenance, not an access */
#define ISS_SF_SHIFT 15
#define ISS_SF_WIDTH 1
#define ISS_SRT_SHIFT 16
#define ISS_SRT_WIDTH 5
#define ISS_SSE_SHIFT 21
#define ISS_SSE_WIDTH 1
#define ISS_SAS_SHIFT 22
#define ISS_SAS_WIDTH 2
#define ISS_ISV (UINT64_C(1) << 24)

/* HPFAR_EL2.FIPA, bits 43:4, holds bits 51:12 of the address that faulted. */
#define HPFAR_TO_IPA(hpfar) ((UINT64_C(0x00000ffffffffff0) & (hpfar)) << 8)

/* PAR_EL1, the outcome of an AT instruction: F says that it failed. */
#define PAR_F (UINT64_C(1) << 0)
#define PAR_PA UINT64_C(0x000ffffffffff000)

#endif
