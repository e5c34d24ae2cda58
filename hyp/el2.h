/* SPDX-License-Identifier: BSD-2-Clause */
/* EL2 control registers with HCR_EL2.E2H == 0: DDI 0487 D17.2. */
#ifndef HYP_EL2_H
#define HYP_EL2_H

#define HCR_EL2_VM (UINT64_C(1) << 0)
#define HCR_EL2_SWIO (UINT64_C(1) << 1)
#define HCR_EL2_FMO (UINT64_C(1) << 3)
#define HCR_EL2_IMO (UINT64_C(1) << 4)
#define HCR_EL2_AMO (UINT64_C(1) << 5)
#define HCR_EL2_VF (UINT64_C(1) << 6)
#define HCR_EL2_VI (UINT64_C(1) << 7)
#define HCR_EL2_FB (UINT64_C(1) << 9)
#define HCR_EL2_BSU_INNER (UINT64_C(1) << 10)
#define HCR_EL2_TWI (UINT64_C(1) << 13)
#define HCR_EL2_TWE (UINT64_C(1) << 14)
#define HCR_EL2_TID3 (UINT64_C(1) << 18)
#define HCR_EL2_TSC (UINT64_C(1) << 19)
#define HCR_EL2_TIDCP (UINT64_C(1) << 20)
#define HCR_EL2_TACR (UINT64_C(1) << 21)
#define HCR_EL2_RW (UINT64_C(1) << 31)
#define HCR_EL2_TLOR (UINT64_C(1) << 35)
#define HCR_EL2_TERR (UINT64_C(1) << 36)
#define HCR_EL2_APK (UINT64_C(1) << 40)
#define HCR_EL2_API (UINT64_C(1) << 41)
#define HCR_EL2_TID5 (UINT64_C(1) << 58)

/*
 * FB and BSU: a guest's local TLB maintenance and barriers reach all CPUs,
 * since its vCPU may have run on another one.  SWIO: invalidate by set and
 * way must not throw away what others wrote.  Bits of features the CPU
 * lacks are RES0.
 */
#define HCR_GUEST \
	(HCR_EL2_VM | HCR_EL2_SWIO | HCR_EL2_FMO | HCR_EL2_IMO | \
	 HCR_EL2_AMO | HCR_EL2_FB | HCR_EL2_BSU_INNER | HCR_EL2_TWI | \
	 HCR_EL2_TID3 | HCR_EL2_TSC | HCR_EL2_TIDCP | HCR_EL2_TACR | \
	 HCR_EL2_RW | HCR_EL2_TLOR | HCR_EL2_TERR | HCR_EL2_APK | \
	 HCR_EL2_API | HCR_EL2_TID5)

/* RES1 bits; TZ (8) and TSM (12) are RES1 where SVE and SME are absent. */
#define CPTR_GUEST UINT64_C(0x33ff)
#define CPTR_EL2_TFP (UINT64_C(1) << 10)

#define MDCR_EL2_HPMN UINT64_C(0x1f)
#define MDCR_EL2_TPMCR (UINT64_C(1) << 5)
#define MDCR_EL2_TPM (UINT64_C(1) << 6)
#define MDCR_EL2_TDA (UINT64_C(1) << 9)
#define MDCR_EL2_TDOSA (UINT64_C(1) << 10)
#define MDCR_EL2_TDRA (UINT64_C(1) << 11)
#define MDCR_EL2_TPMS (UINT64_C(1) << 14)
#define MDCR_EL2_TTRF (UINT64_C(1) << 19)
#define MDCR_GUEST \
	(MDCR_EL2_TPMCR | MDCR_EL2_TPM | MDCR_EL2_TDA | MDCR_EL2_TDOSA | \
	 MDCR_EL2_TDRA | MDCR_EL2_TPMS | MDCR_EL2_TTRF)

/* The counter is the guest's to read; the physical timer traps. */
#define CNTHCTL_EL2_EL1PCTEN (UINT64_C(1) << 0)

#define ID_AA64MMFR0_PARange UINT64_C(0xf)
#define ID_AA64MMFR0_FGT_SHIFT 56
#define ID_AA64MMFR0_FGT_WIDTH 4
#define ID_AA64MMFR1_HCX_SHIFT 40
#define ID_AA64MMFR1_HCX_WIDTH 4

/* ESR_EL2.EC */
#define EC_UNKNOWN 0x00
#define EC_WFX 0x01
#define EC_FP 0x07
#define EC_HVC64 0x16
#define EC_SMC64 0x17
#define EC_SYSREG 0x18
#define EC_IABT_LOWER 0x20
#define EC_DABT_LOWER 0x24
#define EC_STEP_LOWER 0x32
#define EC_BRK64 0x3c
/* EC_WFX: WFE, not WFI; of TI, whose other bit is FEAT_WFxT's. */
#define ESR_WFX_WFE (UINT64_C(1) << 0)
#define FSC_EXTERNAL UINT64_C(0x10)
#define NR_EC 0x40
#define ESR_EC_SHIFT 26
#define ESR_IL (UINT64_C(1) << 25)
#define ESR_WnR (UINT64_C(1) << 6) /* data aborts; else RES0 */
#define ESR_HVC_IMM 0xffffu
#define ESR_WFX_WFE (UINT64_C(1) << 0)

/* PSTATE as SPSR has it */
#define PSTATE_MODE UINT64_C(0x1f)
#define PSTATE_EL0 UINT64_C(0x0)
#define PSTATE_EL1T UINT64_C(0x4)
#define PSTATE_EL1H UINT64_C(0x5)
#define PSTATE_AARCH32 (UINT64_C(1) << 4)
#define PSTATE_DAIF (UINT64_C(0xf) << 6)
#define PSTATE_BTYPE (UINT64_C(3) << 10)
#define PSTATE_SSBS (UINT64_C(1) << 12)
#define PSTATE_IL (UINT64_C(1) << 20)
#define PSTATE_SS (UINT64_C(1) << 21)
#define PSTATE_PAN (UINT64_C(1) << 22)
#define PSTATE_UAO (UINT64_C(1) << 23)
#define PSTATE_DIT (UINT64_C(1) << 24)
#define PSTATE_NZCV (UINT64_C(0xf) << 28)

#define SCTLR_EL1_RESET UINT64_C(0x30d00800)
#define SCTLR_EL1_SPAN (UINT64_C(1) << 23)
#define SCTLR_EL1_DSSBS (UINT64_C(1) << 44)

#endif
