/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2: what of the distributor is not GICv3's, the CPU interface (GICC, and
 * GICV with the same offsets), and the virtual interface control (GICH).
 * Arm IHI 0048 (GICv2), chapters 4 and 5.  Constants alone.
 */
#ifndef VGIC_REGS_GICV2_H
#define VGIC_REGS_GICV2_H

#include "regs/field.h"

#define GICV2_MAX_CPUS 8
#define GICV2_DIST_SIZE 0x1000
#define GICV2_CPU_SIZE 0x2000

#define GICD_SGIR_SGIINTID_SHIFT 0
#define GICD_SGIR_SGIINTID_WIDTH 4
#define GICD_SGIR_CPUTargetList_SHIFT 16
#define GICD_SGIR_CPUTargetList_WIDTH 8
#define GICD_SGIR_TargetListFilter_SHIFT 24
#define GICD_SGIR_TargetListFilter_WIDTH 2
#define GICD_SGIR_FILTER_LIST 0
#define GICD_SGIR_FILTER_OTHERS 1
#define GICD_SGIR_FILTER_SELF 2
#define GICV2_ICPIDR2 0x0fe8

/* CPU interface, IHI 0048 4.4 */
#define GICC_CTLR 0x0000
#define GICC_CTLR_EnableGrp0 (1u << 0)
#define GICC_CTLR_EnableGrp1 (1u << 1)
#define GICC_CTLR_AckCtl (1u << 2)
#define GICC_CTLR_FIQEn (1u << 3)
#define GICC_CTLR_CBPR (1u << 4)
#define GICC_CTLR_EOImode (1u << 9)
#define GICC_PMR 0x0004
#define GICC_BPR 0x0008
#define GICC_IAR 0x000c
#define GICC_EOIR 0x0010
#define GICC_RPR 0x0014
#define GICC_HPPIR 0x0018
#define GICC_ABPR 0x001c
#define GICC_AIAR 0x0020
#define GICC_AEOIR 0x0024
#define GICC_AHPPIR 0x0028
#define GICC_APR 0x00d0
#define GICC_NSAPR 0x00e0
#define GICC_IIDR 0x00fc
#define GICC_DIR 0x1000

/* IAR, EOIR, DIR and HPPIR: interrupt and, for SGIs, the CPU that sent it. */
#define GICC_INTID_SHIFT 0
#define GICC_INTID_WIDTH 10
#define GICC_CPUID_SHIFT 10
#define GICC_CPUID_WIDTH 3
/* The highest pending interrupt is of the other group. */
#define GICC_INTID_OTHER_GROUP 1022

/* Virtual interface control, IHI 0048 5.3 */
#define GICH_HCR 0x0000 /* bits 7:0 and 31:27 as in ICH_HCR_EL2 */
#define GICH_VTR 0x0004
#define GICH_VTR_ListRegs_SHIFT 0
#define GICH_VTR_ListRegs_WIDTH 6
#define GICH_VTR_PREbits_SHIFT 26
#define GICH_VTR_PREbits_WIDTH 3
#define GICH_VTR_PRIbits_SHIFT 29
#define GICH_VTR_PRIbits_WIDTH 3
#define GICH_VMCR 0x0008
#define GICH_VMCR_VMGrp0En (1u << 0)
#define GICH_VMCR_VMGrp1En (1u << 1)
#define GICH_VMCR_VMAckCtl (1u << 2)
#define GICH_VMCR_VMFIQEn (1u << 3)
#define GICH_VMCR_VMCBPR (1u << 4)
#define GICH_VMCR_VEM (1u << 9)
#define GICH_VMCR_VMABP_SHIFT 18
#define GICH_VMCR_VMABP_WIDTH 3
#define GICH_VMCR_VMBP_SHIFT 21
#define GICH_VMCR_VMBP_WIDTH 3
#define GICH_VMCR_VMPriMask_SHIFT 27 /* the upper five bits */
#define GICH_VMCR_VMPriMask_WIDTH 5
#define GICH_MISR 0x0010
#define GICH_EISR0 0x0020
#define GICH_ELSR0 0x0030
#define GICH_APR 0x00f0
#define GICH_LR0 0x0100
#define GICH_LR_VirtualID_SHIFT 0
#define GICH_LR_VirtualID_WIDTH 10
#define GICH_LR_PhysicalID_SHIFT 10 /* when HW == 1 */
#define GICH_LR_PhysicalID_WIDTH 10
#define GICH_LR_CPUID_SHIFT 10 /* when HW == 0 */
#define GICH_LR_CPUID_WIDTH 3
#define GICH_LR_EOI (1u << 19)	  /* when HW == 0 */
#define GICH_LR_Priority_SHIFT 23 /* the upper five bits */
#define GICH_LR_Priority_WIDTH 5
#define GICH_LR_Pending (1u << 28)
#define GICH_LR_Active (1u << 29)
#define GICH_LR_Grp1 (1u << 30)
#define GICH_LR_HW (1u << 31)

#endif
