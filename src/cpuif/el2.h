/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers of the CPU that this code runs on, for the back-ends of real
 * registers (ich.c, ich5.c).
 *
 * A register is named by its SYSREG_ENC() (regs/).  The assembler gets the
 * generic name S<op0>_<op1>_C<n>_C<m>_<op2> made from that, so it need not know
 * registers that are newer than itself.  A test build puts a modelled PE in
 * place of these macros (VGIC_EL2_HEADER).
 */
#ifndef VGIC_CPUIF_EL2_H
#define VGIC_CPUIF_EL2_H

#ifdef VGIC_EL2_HEADER
#include VGIC_EL2_HEADER
#else
#include "regs/field.h"

/*
 * One operand of the assembly for each field of SYSREG_ENC(): each must be a
 * constant.
 */
#define EL2_NAME "S%c[o0]_%c[o1]_C%c[n]_C%c[m]_%c[o2]"
#define EL2_FIELDS(enc) \
	[o0] "i"((enc) >> 14 & 3), [o1] "i"((enc) >> 11 & 7), \
		[n] "i"((enc) >> 7 & 15), [m] "i"((enc) >> 3 & 15), \
		[o2] "i"((enc)&7)

/*
 * volatile: hardware changes these registers between two reads.  No clobber of
 * memory, since none of them orders accesses to memory.
 */
#define vgic_mrs(enc) \
	__extension__({ \
		uint64_t value_; \
		__asm__ volatile("mrs %[value], " EL2_NAME \
				 : [value] "=r"(value_) \
				 : EL2_FIELDS(enc)); \
		value_; \
	})
#define vgic_msr(enc, value) \
	__asm__ volatile("msr " EL2_NAME ", %[value_]" ::EL2_FIELDS(enc), \
			 [value_] "r"((uint64_t)(value)))
/*
 * Makes earlier writes of system registers take effect before what follows.
 * The compiler, too, keeps accesses on their side of it.
 */
#define vgic_isb() __asm__ volatile("isb" ::: "memory")
#endif

#endif
