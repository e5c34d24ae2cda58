/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Interrupt Translation Service: its registers, its commands, and its
 * tables.  Arm IHI 0069 (GICv3/v4) 5.3 and 12.19.  Table entries are
 * IMPLEMENTATION DEFINED: these are KVM's ABI revision 0.  Constants alone.
 */
#ifndef VGIC_REGS_GITS_H
#define VGIC_REGS_GITS_H

#include "regs/field.h"

/* Two 64 KiB frames: control and translation. */
#define GITS_FRAME_SIZE 0x10000
#define GITS_TRANSLATION_BASE 0x10000
#define GITS_SIZE 0x20000

#define GITS_CTLR 0x0000
#define GITS_CTLR_Enabled (1u << 0)
#define GITS_CTLR_Quiescent (1u << 31)
#define GITS_IIDR 0x0004
#define GITS_IIDR_Implementer_SHIFT 0
#define GITS_IIDR_Implementer_WIDTH 12
#define GITS_IIDR_Revision_SHIFT 12
#define GITS_IIDR_Revision_WIDTH 4
#define GITS_IIDR_ProductID_SHIFT 24
#define GITS_IIDR_ProductID_WIDTH 8
#define GITS_TYPER 0x0008
#define GITS_TYPER_Physical (UINT64_C(1) << 0)
#define GITS_TYPER_ITT_entry_size_SHIFT 4 /* bytes - 1 */
#define GITS_TYPER_ITT_entry_size_WIDTH 4
#define GITS_TYPER_ID_bits_SHIFT 8 /* bits of EventID - 1 */
#define GITS_TYPER_ID_bits_WIDTH 5
#define GITS_TYPER_Devbits_SHIFT 13 /* bits of DeviceID - 1 */
#define GITS_TYPER_Devbits_WIDTH 5
#define GITS_TYPER_SEIS (UINT64_C(1) << 18)
#define GITS_TYPER_PTA (UINT64_C(1) << 19)
#define GITS_TYPER_HCC_SHIFT 24
#define GITS_TYPER_HCC_WIDTH 8
#define GITS_STATUSR 0x0040
#define GITS_CBASER 0x0080
#define GITS_CBASER_Valid (UINT64_C(1) << 63)
#define GITS_CBASER_Size_SHIFT 0 /* pages of 4 KiB, - 1 */
#define GITS_CBASER_Size_WIDTH 8
#define GITS_CBASER_PhysAddr_MASK UINT64_C(0x000ffffffffff000)
#define GITS_CWRITER 0x0088
#define GITS_CWRITER_Retry (1u << 0)
#define GITS_CWRITER_Offset_MASK UINT64_C(0xfffe0)
#define GITS_CREADR 0x0090
#define GITS_CREADR_Stalled (1u << 0)
#define GITS_CREADR_Offset_MASK UINT64_C(0xfffe0)
#define GITS_BASER 0x0100 /* 8 bytes each */
#define GITS_NR_BASERS 8
#define GITS_BASER_Valid (UINT64_C(1) << 63)
#define GITS_BASER_Indirect (UINT64_C(1) << 62)
#define GITS_BASER_Type_SHIFT 56
#define GITS_BASER_Type_WIDTH 3
#define GITS_BASER_Type_Devices 1
#define GITS_BASER_Type_Collections 4
#define GITS_BASER_Entry_Size_SHIFT 48 /* bytes - 1 */
#define GITS_BASER_Entry_Size_WIDTH 5
#define GITS_BASER_PhysAddr_MASK UINT64_C(0x0000fffffffff000)
/* With 64 KiB pages, bits 15:12 are bits 51:48 of the address. */
#define GITS_BASER_PhysAddr_64K_MASK UINT64_C(0x0000ffffffff0000)
#define GITS_BASER_PhysAddr_High_SHIFT 12
#define GITS_BASER_PhysAddr_High_WIDTH 4
#define GITS_BASER_Page_Size_SHIFT 8
#define GITS_BASER_Page_Size_WIDTH 2
#define GITS_BASER_Page_Size_4K 0
#define GITS_BASER_Page_Size_16K 1
#define GITS_BASER_Page_Size_64K 2
#define GITS_BASER_Size_SHIFT 0 /* pages - 1 */
#define GITS_BASER_Size_WIDTH 8
/* Cacheability and shareability, alike in all base registers. */
#define GITS_BASER_InnerCache_SHIFT 59
#define GITS_BASER_InnerCache_WIDTH 3
#define GITS_BASER_OuterCache_SHIFT 53
#define GITS_BASER_OuterCache_WIDTH 3
#define GITS_BASER_Shareability_SHIFT 10
#define GITS_BASER_Shareability_WIDTH 2
/* Values of these fields, and of GICR_PROPBASER's and GICR_PENDBASER's. */
#define GITS_Cache_nGnRnE 0
#define GITS_Cache_nC 1
#define GITS_Cache_RaWt 2
#define GITS_Cache_RaWb 3
#define GITS_Cache_WaWt 4
#define GITS_Cache_WaWb 5
#define GITS_Cache_RaWaWt 6
#define GITS_Cache_RaWaWb 7
#define GITS_OuterCache_AsInner 0
#define GITS_OuterCache_nC 1
#define GITS_Shareability_None 0
#define GITS_Shareability_Inner 1
#define GITS_Shareability_Outer 2
#define GITS_PIDR4 0xffd0

/* Translation frame */
#define GITS_TRANSLATER 0x10040

/* Commands: four doublewords.  5.3 */
#define GITS_CMD_SIZE 32
#define GITS_CMD_Number_SHIFT 0 /* doubleword 0 */
#define GITS_CMD_Number_WIDTH 8
#define GITS_CMD_DeviceID_SHIFT 32
#define GITS_CMD_DeviceID_WIDTH 32
#define GITS_CMD_EventID_SHIFT 0 /* doubleword 1 */
#define GITS_CMD_EventID_WIDTH 32
#define GITS_CMD_pINTID_SHIFT 32
#define GITS_CMD_pINTID_WIDTH 32
#define GITS_CMD_Size_SHIFT 0 /* MAPD: bits of EventID - 1 */
#define GITS_CMD_Size_WIDTH 5
#define GITS_CMD_ICID_SHIFT 0 /* doubleword 2 */
#define GITS_CMD_ICID_WIDTH 16
#define GITS_CMD_RDbase_SHIFT 16 /* and of MOVALL, doubleword 3 */
#define GITS_CMD_RDbase_WIDTH 35
#define GITS_CMD_ITT_addr_MASK UINT64_C(0x000fffffffffff00)
#define GITS_CMD_V (UINT64_C(1) << 63)
#define GITS_CMD_MOVI 0x01
#define GITS_CMD_INT 0x03
#define GITS_CMD_CLEAR 0x04
#define GITS_CMD_SYNC 0x05
#define GITS_CMD_MAPD 0x08
#define GITS_CMD_MAPC 0x09
#define GITS_CMD_MAPTI 0x0a
#define GITS_CMD_MAPI 0x0b
#define GITS_CMD_INV 0x0c
#define GITS_CMD_INVALL 0x0d
#define GITS_CMD_MOVALL 0x0e
#define GITS_CMD_DISCARD 0x0f

/* Entry of the first level of a two-level table.  12.19.1 */
#define GITS_L1E_Valid (UINT64_C(1) << 63)
#define GITS_L1E_PhysAddr_MASK UINT64_C(0x000ffffffffff000)

/* Table entries of KVM's ABI revision 0: 8 bytes each, little-endian. */
#define GITS_ENTRY_SIZE 8
/* By DeviceID. */
#define GITS_DTE_Valid (UINT64_C(1) << 63)
#define GITS_DTE_Next_SHIFT 49
#define GITS_DTE_Next_WIDTH 14
#define GITS_DTE_ITT_SHIFT 5 /* address 51:8 */
#define GITS_DTE_ITT_WIDTH 44
#define GITS_DTE_Size_SHIFT 0 /* bits of EventID - 1 */
#define GITS_DTE_Size_WIDTH 5
/* A list without gaps; the first that is not valid ends it. */
#define GITS_CTE_Valid (UINT64_C(1) << 63)
#define GITS_CTE_RDBase_SHIFT 16 /* processor number */
#define GITS_CTE_RDBase_WIDTH 36
#define GITS_CTE_ICID_SHIFT 0
#define GITS_CTE_ICID_WIDTH 16
/* By EventID; none while pINTID is 0. */
#define GITS_ITE_Next_SHIFT 48
#define GITS_ITE_Next_WIDTH 16
#define GITS_ITE_pINTID_SHIFT 16
#define GITS_ITE_pINTID_WIDTH 32
#define GITS_ITE_ICID_SHIFT 0
#define GITS_ITE_ICID_WIDTH 16

/* Configuration table of LPIs: a byte each.  IHI 0069 5.1.1 */
#define LPI_CONFIG_Enable (1u << 0)
#define LPI_CONFIG_Priority_MASK 0xfcu

#endif
