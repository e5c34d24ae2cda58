/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control registers of EL2, with HCR_EL2.E2H == 0 (DDI 0487 D17.2), and the
 * values that they have while the guest runs.  A trap bit of a feature that
 * the CPU lacks is RES0, so one value does for every CPU.
 */
#ifndef HYP_EL2_H
#define HYP_EL2_H

#include <stdint.h>

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
 * VM, RW: stage 2 is on, EL1 is AArch64.
 * FMO, IMO, AMO: physical interrupts and SErrors come to EL2, and the guest
 * has virtual ones in their place.
 * FB, BSU: TLB and instruction cache maintenance, and barriers, of a guest
 * reach all CPUs of the inner shareable domain even where it means its own
 * CPU alone, for its vCPU may have run on another CPU just before.
 * SWIO: data cache invalidation by set and way also cleans, since it might
 * otherwise throw away what EL2 or another CPU has written.
 * TWI, TSC: WFI and SMC trap: the CPU may go to another vCPU, and PSCI calls
 * are answered here.  TWE is set only while other vCPUs wait (sched.c).
 * TID3, TID5, TACR, TIDCP, TLOR, TERR: registers that the guest sees as
 * idreg.c and sysreg.c make them, or not at all.
 * API, APK: pointer authentication and its keys are not trapped; vcpu.c
 * switches the keys.
 */
#define HCR_GUEST \
	(HCR_EL2_VM | HCR_EL2_SWIO | HCR_EL2_FMO | HCR_EL2_IMO | HCR_EL2_AMO | \
	 HCR_EL2_FB | HCR_EL2_BSU_INNER | HCR_EL2_TWI | HCR_EL2_TID3 | \
	 HCR_EL2_TSC | HCR_EL2_TIDCP | HCR_EL2_TACR | HCR_EL2_RW | \
	 HCR_EL2_TLOR | HCR_EL2_TERR | HCR_EL2_APK | HCR_EL2_API | \
	 HCR_EL2_TID5)

/*
 * RES1 bits 13, 12, 9 and 7:0.  12 (TSM) and 8 (TZ) trap SME and SVE where the
 * CPU has them, and are RES1 elsewhere.
 */
#define CPTR_GUEST UINT64_C(0x33ff)
/* FP and SIMD trap: their registers are another vCPU's, see vcpu.c. */
#define CPTR_EL2_TFP (UINT64_C(1) << 10)

#define MDCR_EL2_HPMN UINT64_C(0x1f)
#define MDCR_EL2_TPMCR (UINT64_C(1) << 5)
#define MDCR_EL2_TPM (UINT64_C(1) << 6)
#define MDCR_EL2_TDE (UINT64_C(1) << 8)
#define MDCR_EL2_TDA (UINT64_C(1) << 9)
#define MDCR_EL2_TDOSA (UINT64_C(1) << 10)
#define MDCR_EL2_TDRA (UINT64_C(1) << 11)
#define MDCR_EL2_TPMS (UINT64_C(1) << 14)
#define MDCR_EL2_TTRF (UINT64_C(1) << 19)

/*
 * Performance monitors, profiling and trace are hidden from the guest
 * (idreg.c) and trap; debug registers trap and are emulated (debug.c).
 */
#define MDCR_GUEST \
	(MDCR_EL2_TPMCR | MDCR_EL2_TPM | MDCR_EL2_TDA | MDCR_EL2_TDOSA | \
	 MDCR_EL2_TDRA | MDCR_EL2_TPMS | MDCR_EL2_TTRF)

/*
 * The guest reads the physical counter itself.  EL1PCEN, bit 1, stays 0: the
 * physical timer traps and is emulated (vtimer.c).
 */
#define CNTHCTL_EL2_EL1PCTEN (UINT64_C(1) << 0)

/* CNT{V,P,HP}_CTL_ELx: the control register of every generic timer. */
#define CNT_CTL_ENABLE UINT64_C(1)
#define CNT_CTL_IMASK UINT64_C(2)   /* the condition raises no interrupt */
#define CNT_CTL_ISTATUS UINT64_C(4) /* the condition is met; read-only */

/* Registers of later architectures, which the assembler may not know. */
#define HCRX_EL2 s3_4_c1_c2_2
#define HFGRTR_EL2 s3_4_c1_c1_4
#define HFGWTR_EL2 s3_4_c1_c1_5
#define HFGITR_EL2 s3_4_c1_c1_6
#define HDFGRTR_EL2 s3_4_c3_c1_4
#define HDFGWTR_EL2 s3_4_c3_c1_5

#endif
