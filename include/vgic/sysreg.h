/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file sysreg.h
 * How vgic_trap_sysreg() names a system register or an instruction: as the
 * encoding in an MRS, MSR, SYS or SYSL instruction, and as an embedder gets it
 * from ESR_EL2; and the names of what a guest's GIC has.
 */
#ifndef VGIC_SYSREG_H
#define VGIC_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_sysreg Names of system registers
 * @{
 */

/**
 * op0:op1:CRn:CRm:op2, in 2:3:4:4:3 bits: bits 20:5 of the instruction word.
 * KVM's attributes have the same packing.
 */
#define VGIC_SYSREG(op0, op1, crn, crm, op2) \
	((uint32_t)(op0) << 14 | (uint32_t)(op1) << 11 | \
	 (uint32_t)(crn) << 7 | (uint32_t)(crm) << 3 | (uint32_t)(op2))

/**
 * The register, from ESR_EL2 of an exception with EC 0x18, trapped MSR, MRS or
 * system instruction.  DDI 0487 D24.2, ISS of EC 0x18
 */
#define VGIC_SYSREG_FROM_ESR(esr) \
	VGIC_SYSREG((esr) >> 20 & 3, (esr) >> 14 & 7, (esr) >> 10 & 15, \
		    (esr) >> 1 & 15, (esr) >> 17 & 7)
/** Is it a read, MRS? */
#define VGIC_SYSREG_ESR_IS_READ(esr) (((esr)&1) != 0)
/** The number of its general register, 31 for XZR. */
#define VGIC_SYSREG_ESR_RT(esr) ((unsigned int)((esr) >> 5 & 31))

/** A register of GICv3's CPU interface.  IHI 0069 12.2 */
#define VGIC_ICC_PMR_EL1 VGIC_SYSREG(3, 0, 4, 6, 0)
#define VGIC_ICC_IAR0_EL1 VGIC_SYSREG(3, 0, 12, 8, 0)
#define VGIC_ICC_EOIR0_EL1 VGIC_SYSREG(3, 0, 12, 8, 1)
#define VGIC_ICC_HPPIR0_EL1 VGIC_SYSREG(3, 0, 12, 8, 2)
#define VGIC_ICC_BPR0_EL1 VGIC_SYSREG(3, 0, 12, 8, 3)
#define VGIC_ICC_DIR_EL1 VGIC_SYSREG(3, 0, 12, 11, 1)
#define VGIC_ICC_RPR_EL1 VGIC_SYSREG(3, 0, 12, 11, 3)
#define VGIC_ICC_SGI1R_EL1 VGIC_SYSREG(3, 0, 12, 11, 5)
#define VGIC_ICC_ASGI1R_EL1 VGIC_SYSREG(3, 0, 12, 11, 6)
#define VGIC_ICC_SGI0R_EL1 VGIC_SYSREG(3, 0, 12, 11, 7)
#define VGIC_ICC_IAR1_EL1 VGIC_SYSREG(3, 0, 12, 12, 0)
#define VGIC_ICC_EOIR1_EL1 VGIC_SYSREG(3, 0, 12, 12, 1)
#define VGIC_ICC_HPPIR1_EL1 VGIC_SYSREG(3, 0, 12, 12, 2)
#define VGIC_ICC_BPR1_EL1 VGIC_SYSREG(3, 0, 12, 12, 3)
#define VGIC_ICC_CTLR_EL1 VGIC_SYSREG(3, 0, 12, 12, 4)
#define VGIC_ICC_SRE_EL1 VGIC_SYSREG(3, 0, 12, 12, 5)
#define VGIC_ICC_IGRPEN0_EL1 VGIC_SYSREG(3, 0, 12, 12, 6)
#define VGIC_ICC_IGRPEN1_EL1 VGIC_SYSREG(3, 0, 12, 12, 7)

/** A register of GICv5's CPU interface, or an instruction. */
#define VGIC_ICC_IDR0_EL1 VGIC_SYSREG(3, 0, 12, 10, 2)
#define VGIC_ICC_ICSR_EL1 VGIC_SYSREG(3, 0, 12, 10, 4)
#define VGIC_ICC_IAFFIDR_EL1 VGIC_SYSREG(3, 0, 12, 10, 5)
#define VGIC_ICC_PPI_ENABLER0_EL1 VGIC_SYSREG(3, 0, 12, 10, 6)
#define VGIC_ICC_PPI_ENABLER1_EL1 VGIC_SYSREG(3, 0, 12, 10, 7)
#define VGIC_ICC_CR0_EL1 VGIC_SYSREG(3, 1, 12, 0, 1)
#define VGIC_ICC_PCR_EL1 VGIC_SYSREG(3, 1, 12, 0, 2)
#define VGIC_GIC_CDDIS VGIC_SYSREG(1, 0, 12, 1, 0)
#define VGIC_GIC_CDEN VGIC_SYSREG(1, 0, 12, 1, 1)
#define VGIC_GIC_CDPRI VGIC_SYSREG(1, 0, 12, 1, 2)
#define VGIC_GIC_CDAFF VGIC_SYSREG(1, 0, 12, 1, 3)
#define VGIC_GIC_CDPEND VGIC_SYSREG(1, 0, 12, 1, 4)
#define VGIC_GIC_CDRCFG VGIC_SYSREG(1, 0, 12, 1, 5)
#define VGIC_GIC_CDEOI VGIC_SYSREG(1, 0, 12, 1, 7)
#define VGIC_GIC_CDDI VGIC_SYSREG(1, 0, 12, 2, 0)
#define VGIC_GIC_CDHM VGIC_SYSREG(1, 0, 12, 2, 1)
#define VGIC_GICR_CDIA VGIC_SYSREG(1, 0, 12, 3, 0)

/** @} */

#ifdef __cplusplus
}
#endif

#endif
