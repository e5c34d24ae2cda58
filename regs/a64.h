/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A64 instruction words, as far as a hypervisor takes them apart and puts
 * them together.  Arm DDI 0487, C4.1.  Constants alone.
 *
 * MRS, MSR (register), SYS and SYSL share one form:
 *
 *     31       22 21 20  19 18 16 15 12 11  8 7   5 4  0
 *     1101010100  L   op0    op1   CRn   CRm   op2   Rt
 *
 * L = 1 reads into Rt (MRS, SYSL), L = 0 takes its operand from Rt (MSR,
 * SYS); op0 is 2 or 3 for registers, 1 for SYS and SYSL.  Bits [20:5] are a
 * SYSREG_ENC() with nothing to shift about.
 */
#ifndef VGIC_REGS_A64_H
#define VGIC_REGS_A64_H

#include "regs/field.h"

#define A64_WORD_SIZE 4
/* Rt = 31: reads as zero, writes vanish. */
#define A64_XZR 31

/*
 * MPIDR_EL1, which CPU of the machine this is.  Besides the affinity it has
 * bit 31, which is RES1, and U and MT, which say how CPUs share hardware.
 * D19.2
 */
#define MPIDR_EL1_Aff3_SHIFT 32
#define MPIDR_EL1_Aff3_WIDTH 8
#define MPIDR_EL1_Aff2_0_SHIFT 0
#define MPIDR_EL1_Aff2_0_WIDTH 24
#define MPIDR_EL1_NO_AFFINITY \
	(UINT64_C(1) << 31 | UINT64_C(1) << 30 | UINT64_C(1) << 24)

/* MIDR_EL1, which CPU this is.  D19.2 */
#define MIDR_EL1 SYSREG_ENC(3, 0, 0, 0, 0)
#define MIDR_EL1_Implementer_SHIFT 24
#define MIDR_EL1_Implementer_WIDTH 8
#define MIDR_EL1_PartNum_SHIFT 4
#define MIDR_EL1_PartNum_WIDTH 12
#define MIDR_IMPLEMENTER_APPLE 0x61

#define A64_SYSTEM 0xd5000000u
#define A64_SYSTEM_MASK 0xffc00000u
#define A64_SYSTEM_L (1u << 21)
#define A64_SYSTEM_ENC_SHIFT 5
#define A64_SYSTEM_ENC_WIDTH 16
#define A64_SYSTEM_op0_SHIFT 19
#define A64_SYSTEM_op0_WIDTH 2
#define A64_SYSTEM_op1_SHIFT 16
#define A64_SYSTEM_op1_WIDTH 3
#define A64_SYSTEM_CRn_SHIFT 12
#define A64_SYSTEM_CRn_WIDTH 4
#define A64_SYSTEM_CRm_SHIFT 8
#define A64_SYSTEM_CRm_WIDTH 4
#define A64_SYSTEM_op2_SHIFT 5
#define A64_SYSTEM_op2_WIDTH 3
#define A64_SYSTEM_Rt_SHIFT 0
#define A64_SYSTEM_Rt_WIDTH 5

/*
 * The word is MRS, MSR (register), SYS or SYSL.  op0 = 0 of the same class
 * are hints, barriers and MSR (immediate).
 */
#define A64_IS_SYSTEM(word) \
	((A64_SYSTEM_MASK & (word)) == A64_SYSTEM && \
	 FIELD_GET(A64_SYSTEM_op0, word) != 0)

/* Word to SYSREG_ENC(), Rt and direction. */
#define A64_SYSTEM_GET_ENC(word) ((uint32_t)FIELD_GET(A64_SYSTEM_ENC, word))
#define A64_SYSTEM_GET_RT(word) ((uint32_t)FIELD_GET(A64_SYSTEM_Rt, word))
#define A64_SYSTEM_IS_READ(word) ((A64_SYSTEM_L & (word)) != 0)

/* And back. */
#define A64_SYSTEM_WORD(enc, read, rt) \
	(A64_SYSTEM | ((read) ? A64_SYSTEM_L : 0u) | \
	 (uint32_t)FIELD_PUT(A64_SYSTEM_ENC, enc) | \
	 (uint32_t)FIELD_PUT(A64_SYSTEM_Rt, rt))
#define A64_MSR(enc, rt) A64_SYSTEM_WORD(enc, 0, rt)
#define A64_MRS(enc, rt) A64_SYSTEM_WORD(enc, 1, rt)
#define A64_SYS(enc, rt) A64_SYSTEM_WORD(enc, 0, rt)
#define A64_SYSL(enc, rt) A64_SYSTEM_WORD(enc, 1, rt)

/* The fields of a SYSREG_ENC(). */
#define SYSREG_op0_SHIFT 14
#define SYSREG_op0_WIDTH 2
#define SYSREG_op1_SHIFT 11
#define SYSREG_op1_WIDTH 3
#define SYSREG_CRn_SHIFT 7
#define SYSREG_CRn_WIDTH 4
#define SYSREG_CRm_SHIFT 3
#define SYSREG_CRm_WIDTH 4
#define SYSREG_op2_SHIFT 0
#define SYSREG_op2_WIDTH 3

/* HVC #imm16 */
#define A64_HVC_OPCODE 0xd4000002u
#define A64_HVC_MASK 0xffe0001fu
#define A64_HVC_imm16_SHIFT 5
#define A64_HVC_imm16_WIDTH 16
#define A64_HVC(imm16) \
	(A64_HVC_OPCODE | (uint32_t)FIELD_PUT(A64_HVC_imm16, imm16))
#define A64_IS_HVC(word) ((A64_HVC_MASK & (word)) == A64_HVC_OPCODE)
#define A64_HVC_GET_IMM(word) ((uint32_t)FIELD_GET(A64_HVC_imm16, word))

#endif
