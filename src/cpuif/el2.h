/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers of the CPU this runs on, named by their SYSREG_ENC(): the
 * assembler's generic name is put together from it, so that it need not know
 * the register.  A test build puts a model in their place (VGIC_EL2_HEADER).
 */
#ifndef VGIC_CPUIF_EL2_H
#define VGIC_CPUIF_EL2_H

#ifdef VGIC_EL2_HEADER
#include VGIC_EL2_HEADER
#else
#include "regs/field.h"

/* One operand of the assembly for each field of SYSREG_ENC(). */
#define EL2_NAME "S%c[o0]_%c[o1]_C%c[n]_C%c[m]_%c[o2]"
#define EL2_FIELDS(enc)                                              \
	[o0] "i"((enc) >> 14 & 3), [o1] "i"((enc) >> 11 & 7),        \
		[n] "i"((enc) >> 7 & 15), [m] "i"((enc) >> 3 & 15),  \
		[o2] "i"((enc) & 7)

#define vgic_mrs(enc)                                                \
	__extension__({                                              \
		uint64_t value_;                                     \
		__asm__ volatile("mrs %[value], " EL2_NAME      \
				 : [value] "=r"(value_)              \
				 : EL2_FIELDS(enc));                 \
		value_;                                              \
	})
#define vgic_msr(enc, value)                                         \
	__asm__ volatile("msr " EL2_NAME ", %[value_]" ::       \
				 EL2_FIELDS(enc),                    \
			 [value_] "r"((uint64_t)(value)))
#define vgic_isb() __asm__ volatile("isb" ::: "memory")
#endif

#endif
