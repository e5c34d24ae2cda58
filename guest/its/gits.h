/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt Translation Service: IHI 0069 12.19, and commands, 5.3. */
#ifndef GUEST_ITS_GITS_H
#define GUEST_ITS_GITS_H

#include "regs/field.h"

#define GITS_CTLR 0x0000
#define GITS_CTLR_Enabled (1u << 0)
#define GITS_CTLR_Quiescent (1u << 31)
#define GITS_TYPER 0x0008
#define GITS_TYPER_Physical (UINT64_C(1) << 0)
#define GITS_TYPER_ITT_entry_size_SHIFT 4
#define GITS_TYPER_ITT_entry_size_WIDTH 4
#define GITS_TYPER_ID_bits_SHIFT 8
#define GITS_TYPER_ID_bits_WIDTH 5
#define GITS_TYPER_Devbits_SHIFT 13
#define GITS_TYPER_Devbits_WIDTH 5
#define GITS_TYPER_PTA (UINT64_C(1) << 19)
#define GITS_CBASER 0x0080
#define GITS_CBASER_Valid (UINT64_C(1) << 63)
#define GITS_CWRITER 0x0088
#define GITS_CREADR 0x0090
#define GITS_BASER 0x0100
#define GITS_BASER_Size_SHIFT 0
#define GITS_BASER_Size_WIDTH 8
#define GITS_BASER_Page_Size_SHIFT 8
#define GITS_BASER_Page_Size_WIDTH 2
#define GITS_BASER_Entry_Size_SHIFT 48
#define GITS_BASER_Entry_Size_WIDTH 5
#define GITS_BASER_Type_SHIFT 56
#define GITS_BASER_Type_WIDTH 3
#define GITS_BASER_Type_Devices 1
#define GITS_BASER_Type_Collections 4
#define GITS_BASER_Indirect (UINT64_C(1) << 62)
#define GITS_BASER_Valid (UINT64_C(1) << 63)
#define GITS_PIDR2 0xffe8
#define GITS_NR_BASER 8

#define GICR_PROPBASER_IDbits_SHIFT 0
#define GICR_PROPBASER_IDbits_WIDTH 5
#define GICR_PENDBASER_PTZ (UINT64_C(1) << 62)

/* Commands: 32 bytes, the number in the lowest. */
#define GITS_CMD_SIZE 32
#define GITS_CMD_Valid (UINT64_C(1) << 63) /* in the third of four */
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

#endif
