/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 distributor, redistributor and CPU interface registers.
 * Arm IHI 0069 (GICv3/v4), chapter 12.  Constants alone.
 */
#ifndef VGIC_REGS_GICV3_H
#define VGIC_REGS_GICV3_H

#include "regs/field.h"

/* INTID ranges, IHI 0069 2.2 */
#define GIC_NR_SGIS 16
#define GIC_NR_PRIVATE 32
#define GIC_SPI_BASE 32
#define GIC_SPI_END 1020 /* first INTID past the SPIs */
#define GIC_INTID_SPURIOUS 1023
/* ICC_RPR_EL1 while nothing is active.  12.2.22 */
#define GIC_PRIORITY_IDLE 0xffu
#define GIC_LPI_BASE 8192

/* Distributor, 64 KiB frame, IHI 0069 12.9 */
#define GICD_FRAME_SIZE 0x10000
#define GICD_CTLR 0x0000
#define GICD_CTLR_EnableGrp0 (1u << 0)
#define GICD_CTLR_EnableGrp1 (1u << 1)
#define GICD_CTLR_ARE (1u << 4)
#define GICD_CTLR_DS (1u << 6)
#define GICD_CTLR_E1NWF (1u << 7)
#define GICD_CTLR_nASSGIreq (1u << 8)
#define GICD_CTLR_RWP (1u << 31)
#define GICD_TYPER 0x0004
#define GICD_TYPER_ITLinesNumber_SHIFT 0
#define GICD_TYPER_ITLinesNumber_WIDTH 5
#define GICD_TYPER_CPUNumber_SHIFT 5
#define GICD_TYPER_CPUNumber_WIDTH 3
#define GICD_TYPER_SecurityExtn (1u << 10)
#define GICD_TYPER_num_LPIs_SHIFT 11 /* log2 - 1; 0: by IDbits */
#define GICD_TYPER_num_LPIs_WIDTH 5
#define GICD_TYPER_MBIS (1u << 16)
#define GICD_TYPER_LPIS (1u << 17)
#define GICD_TYPER_DVIS (1u << 18)
#define GICD_TYPER_IDbits_SHIFT 19
#define GICD_TYPER_IDbits_WIDTH 5
#define GICD_TYPER_A3V (1u << 24)
#define GICD_TYPER_No1N (1u << 25)
#define GICD_TYPER_RSS (1u << 26)
#define GICD_IIDR 0x0008
#define GICD_IIDR_Implementer_SHIFT 0
#define GICD_IIDR_Implementer_WIDTH 12
#define GICD_IIDR_Revision_SHIFT 12
#define GICD_IIDR_Revision_WIDTH 4
#define GICD_IIDR_ProductID_SHIFT 24
#define GICD_IIDR_ProductID_WIDTH 8
#define GICD_TYPER2 0x000c
#define GICD_TYPER2_nASSGIcap (1u << 8)
#define GICD_STATUSR 0x0010
#define GICD_STATUSR_RRD (1u << 0)
#define GICD_STATUSR_WRD (1u << 1)
#define GICD_STATUSR_RWOD (1u << 2)
#define GICD_STATUSR_WROD (1u << 3)
#define GICD_SETSPI_NSR 0x0040
#define GICD_CLRSPI_NSR 0x0048
#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_ISPENDR 0x0200
#define GICD_ICPENDR 0x0280
#define GICD_ISACTIVER 0x0300
#define GICD_ICACTIVER 0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ITARGETSR 0x0800
#define GICD_ICFGR 0x0c00
#define GICD_IGRPMODR 0x0d00
#define GICD_NSACR 0x0e00
#define GICD_SGIR 0x0f00
#define GICD_CPENDSGIR 0x0f10
#define GICD_SPENDSGIR 0x0f20
#define GICD_IROUTER 0x6000 /* 8 bytes per INTID, INTIDs 32..1019 */
#define GICD_IROUTER_IRM (UINT64_C(1) << 31)
#define GICD_IROUTER_Aff210_SHIFT 0 /* Aff2.Aff1.Aff0 */
#define GICD_IROUTER_Aff210_WIDTH 24
#define GICD_IROUTER_Aff3_SHIFT 32
#define GICD_IROUTER_Aff3_WIDTH 8
#define GICD_PIDR4 0xffd0
#define GICD_PIDR2 0xffe8
#define GICD_PIDR2_ArchRev_SHIFT 4
#define GICD_PIDR2_ArchRev_WIDTH 4
#define GICD_CIDR0 0xfff0

/* Redistributor, two 64 KiB frames, IHI 0069 12.11 */
#define GICR_FRAME_SIZE 0x10000
#define GICR_STRIDE 0x20000
#define GICR_SGI_BASE 0x10000
#define GICR_CTLR 0x0000
#define GICR_CTLR_EnableLPIs (1u << 0)
#define GICR_CTLR_CES (1u << 1)
#define GICR_CTLR_IR (1u << 2)
#define GICR_CTLR_RWP (1u << 3)
#define GICR_CTLR_DPG0 (1u << 24)
#define GICR_CTLR_DPG1NS (1u << 25)
#define GICR_CTLR_DPG1S (1u << 26)
#define GICR_CTLR_UWP (1u << 31)
#define GICR_IIDR 0x0004
#define GICR_TYPER 0x0008
#define GICR_TYPER_PLPIS (1u << 0)
#define GICR_TYPER_VLPIS (1u << 1)
#define GICR_TYPER_Last (1u << 4)
#define GICR_TYPER_DPGS (1u << 5)
#define GICR_TYPER_Processor_Number_SHIFT 8
#define GICR_TYPER_Processor_Number_WIDTH 16
#define GICR_TYPER_Affinity_Value_SHIFT 32
#define GICR_TYPER_Affinity_Value_WIDTH 32
#define GICR_STATUSR 0x0010
#define GICR_WAKER 0x0014
#define GICR_WAKER_ProcessorSleep (1u << 1)
#define GICR_WAKER_ChildrenAsleep (1u << 2)
#define GICR_PROPBASER 0x0070
#define GICR_PROPBASER_IDbits_SHIFT 0 /* - 1 */
#define GICR_PROPBASER_IDbits_WIDTH 5
#define GICR_PROPBASER_PhysAddr_MASK UINT64_C(0x000ffffffffff000)
#define GICR_PENDBASER 0x0078
#define GICR_PENDBASER_PTZ (UINT64_C(1) << 62)
#define GICR_PENDBASER_PhysAddr_MASK UINT64_C(0x000fffffffff0000)
/* Cacheability and shareability, alike in both. */
#define GICR_BASER_InnerCache_SHIFT 7
#define GICR_BASER_InnerCache_WIDTH 3
#define GICR_BASER_Shareability_SHIFT 10
#define GICR_BASER_Shareability_WIDTH 2
#define GICR_BASER_OuterCache_SHIFT 56
#define GICR_BASER_OuterCache_WIDTH 3
#define GICR_INVLPIR 0x00a0
#define GICR_INVALLR 0x00b0
#define GICR_SYNCR 0x00c0
#define GICR_PIDR4 0xffd0
#define GICR_PIDR2 0xffe8
#define GICR_IGROUPR0 0x10080
#define GICR_ISENABLER0 0x10100
#define GICR_ICENABLER0 0x10180
#define GICR_ISPENDR0 0x10200
#define GICR_ICPENDR0 0x10280
#define GICR_ISACTIVER0 0x10300
#define GICR_ICACTIVER0 0x10380
#define GICR_IPRIORITYR0 0x10400
#define GICR_ICFGR0 0x10c00
#define GICR_ICFGR1 0x10c04
#define GICR_IGRPMODR0 0x10d00
#define GICR_NSACR 0x10e00

/* CPU interface system registers, IHI 0069 12.2 */
#define ICC_PMR_EL1 SYSREG_ENC(3, 0, 4, 6, 0)
#define ICC_IAR0_EL1 SYSREG_ENC(3, 0, 12, 8, 0)
#define ICC_EOIR0_EL1 SYSREG_ENC(3, 0, 12, 8, 1)
#define ICC_HPPIR0_EL1 SYSREG_ENC(3, 0, 12, 8, 2)
#define ICC_BPR0_EL1 SYSREG_ENC(3, 0, 12, 8, 3)
#define ICC_AP0R0_EL1 SYSREG_ENC(3, 0, 12, 8, 4)
#define ICC_AP1R0_EL1 SYSREG_ENC(3, 0, 12, 9, 0)
#define ICC_DIR_EL1 SYSREG_ENC(3, 0, 12, 11, 1)
#define ICC_RPR_EL1 SYSREG_ENC(3, 0, 12, 11, 3)
#define ICC_SGI1R_EL1 SYSREG_ENC(3, 0, 12, 11, 5)
#define ICC_ASGI1R_EL1 SYSREG_ENC(3, 0, 12, 11, 6)
#define ICC_SGI0R_EL1 SYSREG_ENC(3, 0, 12, 11, 7)
#define ICC_IAR1_EL1 SYSREG_ENC(3, 0, 12, 12, 0)
#define ICC_EOIR1_EL1 SYSREG_ENC(3, 0, 12, 12, 1)
#define ICC_HPPIR1_EL1 SYSREG_ENC(3, 0, 12, 12, 2)
#define ICC_BPR1_EL1 SYSREG_ENC(3, 0, 12, 12, 3)
#define ICC_CTLR_EL1 SYSREG_ENC(3, 0, 12, 12, 4)
#define ICC_SRE_EL1 SYSREG_ENC(3, 0, 12, 12, 5)
#define ICC_IGRPEN0_EL1 SYSREG_ENC(3, 0, 12, 12, 6)
#define ICC_IGRPEN1_EL1 SYSREG_ENC(3, 0, 12, 12, 7)
#define ICC_SRE_EL2 SYSREG_ENC(3, 4, 12, 9, 5)

#define ICC_CTLR_EL1_CBPR (1u << 0)
#define ICC_CTLR_EL1_EOImode (1u << 1)
#define ICC_CTLR_EL1_PRIbits_SHIFT 8
#define ICC_CTLR_EL1_PRIbits_WIDTH 3
#define ICC_CTLR_EL1_IDbits_SHIFT 11
#define ICC_CTLR_EL1_IDbits_WIDTH 3
#define ICC_CTLR_EL1_SEIS (1u << 14)
#define ICC_CTLR_EL1_A3V (1u << 15)
#define ICC_CTLR_EL1_RSS (1u << 18)
#define ICC_CTLR_EL1_ExtRange (1u << 19)
#define ICC_IAR_INTID_MASK 0xffffffu
#define ICC_SRE_SRE (1u << 0)
#define ICC_SRE_DFB (1u << 1)
#define ICC_SRE_DIB (1u << 2)
#define ICC_SRE_EL2_Enable (1u << 3)

/* ICC_SGI0R, ICC_SGI1R and ICC_ASGI1R share one layout, IHI 0069 12.2.20 */
#define ICC_SGIR_TargetList_SHIFT 0
#define ICC_SGIR_TargetList_WIDTH 16
#define ICC_SGIR_Aff1_SHIFT 16
#define ICC_SGIR_Aff1_WIDTH 8
#define ICC_SGIR_INTID_SHIFT 24
#define ICC_SGIR_INTID_WIDTH 4
#define ICC_SGIR_Aff2_SHIFT 32
#define ICC_SGIR_Aff2_WIDTH 8
#define ICC_SGIR_IRM_SHIFT 40
#define ICC_SGIR_IRM_WIDTH 1
#define ICC_SGIR_RS_SHIFT 44
#define ICC_SGIR_RS_WIDTH 4
#define ICC_SGIR_Aff3_SHIFT 48
#define ICC_SGIR_Aff3_WIDTH 8

#endif
