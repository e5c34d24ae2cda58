/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv3 virtual CPU interface as EL2 sees it: list registers and the
 * control registers beside them.  Arm IHI 0069, 12.4.  Constants alone.
 */
#ifndef VGIC_REGS_ICH_H
#define VGIC_REGS_ICH_H

#include "regs/field.h"

#define ICH_AP0R0_EL2 SYSREG_ENC(3, 4, 12, 8, 0) /* + n for AP0R<n> */
#define ICH_AP1R0_EL2 SYSREG_ENC(3, 4, 12, 9, 0)
#define ICH_HCR_EL2 SYSREG_ENC(3, 4, 12, 11, 0)
#define ICH_VTR_EL2 SYSREG_ENC(3, 4, 12, 11, 1)
#define ICH_MISR_EL2 SYSREG_ENC(3, 4, 12, 11, 2)
#define ICH_EISR_EL2 SYSREG_ENC(3, 4, 12, 11, 3)
#define ICH_ELRSR_EL2 SYSREG_ENC(3, 4, 12, 11, 5)
#define ICH_VMCR_EL2 SYSREG_ENC(3, 4, 12, 11, 7)
#define ICH_LR0_EL2 SYSREG_ENC(3, 4, 12, 12, 0)
#define ICH_LR8_EL2 SYSREG_ENC(3, 4, 12, 13, 0)

#define ICH_MAX_LRS 16

#define ICH_HCR_EL2_En (1u << 0)
#define ICH_HCR_EL2_UIE (1u << 1)
#define ICH_HCR_EL2_LRENPIE (1u << 2)
#define ICH_HCR_EL2_NPIE (1u << 3)
#define ICH_HCR_EL2_VGrp0EIE (1u << 4)
#define ICH_HCR_EL2_VGrp0DIE (1u << 5)
#define ICH_HCR_EL2_VGrp1EIE (1u << 6)
#define ICH_HCR_EL2_VGrp1DIE (1u << 7)
#define ICH_HCR_EL2_vSGIEOICount (1u << 8)
#define ICH_HCR_EL2_TC (1u << 10)
#define ICH_HCR_EL2_TALL0 (1u << 11)
#define ICH_HCR_EL2_TALL1 (1u << 12)
#define ICH_HCR_EL2_TSEI (1u << 13)
#define ICH_HCR_EL2_TDIR (1u << 14)
#define ICH_HCR_EL2_DVIM (1u << 15)
#define ICH_HCR_EL2_EOIcount_SHIFT 27
#define ICH_HCR_EL2_EOIcount_WIDTH 5

#define ICH_VTR_EL2_ListRegs_SHIFT 0 /* number of list registers - 1 */
#define ICH_VTR_EL2_ListRegs_WIDTH 5
#define ICH_VTR_EL2_DVIM (1u << 18)
#define ICH_VTR_EL2_TDS (1u << 19) /* ICH_HCR_EL2.TDIR is implemented */
#define ICH_VTR_EL2_nV4 (1u << 20)
#define ICH_VTR_EL2_A3V (1u << 21)
#define ICH_VTR_EL2_SEIS (1u << 22)
#define ICH_VTR_EL2_IDbits_SHIFT 23
#define ICH_VTR_EL2_IDbits_WIDTH 3
#define ICH_VTR_EL2_PREbits_SHIFT 26 /* - 1 */
#define ICH_VTR_EL2_PREbits_WIDTH 3
#define ICH_VTR_EL2_PRIbits_SHIFT 29 /* - 1 */
#define ICH_VTR_EL2_PRIbits_WIDTH 3

#define ICH_MISR_EL2_EOI (1u << 0)
#define ICH_MISR_EL2_U (1u << 1)
#define ICH_MISR_EL2_LRENP (1u << 2)
#define ICH_MISR_EL2_NP (1u << 3)
#define ICH_MISR_EL2_VGrp0E (1u << 4)
#define ICH_MISR_EL2_VGrp0D (1u << 5)
#define ICH_MISR_EL2_VGrp1E (1u << 6)
#define ICH_MISR_EL2_VGrp1D (1u << 7)

#define ICH_VMCR_EL2_VENG0 (1u << 0)
#define ICH_VMCR_EL2_VENG1 (1u << 1)
#define ICH_VMCR_EL2_VAckCtl (1u << 2)
#define ICH_VMCR_EL2_VFIQEn (1u << 3)
#define ICH_VMCR_EL2_VCBPR (1u << 4)
#define ICH_VMCR_EL2_VEOIM (1u << 9)
#define ICH_VMCR_EL2_VBPR1_SHIFT 18
#define ICH_VMCR_EL2_VBPR1_WIDTH 3
#define ICH_VMCR_EL2_VBPR0_SHIFT 21
#define ICH_VMCR_EL2_VBPR0_WIDTH 3
#define ICH_VMCR_EL2_VPMR_SHIFT 24
#define ICH_VMCR_EL2_VPMR_WIDTH 8

#define ICH_LR_EL2_vINTID_SHIFT 0
#define ICH_LR_EL2_vINTID_WIDTH 32
#define ICH_LR_EL2_pINTID_SHIFT 32 /* when HW == 1 */
#define ICH_LR_EL2_pINTID_WIDTH 13
#define ICH_LR_EL2_EOI (UINT64_C(1) << 41) /* when HW == 0 */
#define ICH_LR_EL2_Priority_SHIFT 48
#define ICH_LR_EL2_Priority_WIDTH 8
#define ICH_LR_EL2_NMI (UINT64_C(1) << 59)
#define ICH_LR_EL2_Group (UINT64_C(1) << 60)
#define ICH_LR_EL2_HW (UINT64_C(1) << 61)
#define ICH_LR_EL2_Pending (UINT64_C(1) << 62)
#define ICH_LR_EL2_Active (UINT64_C(1) << 63)
#define ICH_LR_EL2_State (ICH_LR_EL2_Pending | ICH_LR_EL2_Active)

#endif
