/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How every register header here spells a field: NAME_SHIFT and NAME_WIDTH,
 * read with FIELD_GET(NAME, reg) and built with FIELD_PUT(NAME, value).
 */
#ifndef VGIC_REGS_FIELD_H
#define VGIC_REGS_FIELD_H

#define FIELD_MASK_(width) ((UINT64_C(1) << (width)) - 1)
#define FIELD_MASK(name) (FIELD_MASK_(name##_WIDTH) << name##_SHIFT)
#define FIELD_GET(name, reg) \
	(((uint64_t)(reg) >> name##_SHIFT) & FIELD_MASK_(name##_WIDTH))
#define FIELD_PUT(name, value) \
	((FIELD_MASK_(name##_WIDTH) & (uint64_t)(value)) << name##_SHIFT)

/*
 * A64 system register encoding packed as in an MRS/MSR instruction word,
 * bits [20:5] shifted down: op0:op1:CRn:CRm:op2 = 2:3:4:4:3.  KVM's
 * CPU_SYSREGS attribute uses the same packing.
 */
#define SYSREG_ENC(op0, op1, crn, crm, op2) \
	(((op0) << 14) | ((op1) << 11) | ((crn) << 7) | ((crm) << 3) | (op2))

#endif
