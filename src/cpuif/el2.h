/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers of the CPU this runs on, named by their SYSREG_ENC(): the
 * instruction word is put together from it, so no assembler has to know the
 * register.  A test build puts a model in their place (VGIC_EL2_HEADER).
 */
#ifndef VGIC_CPUIF_EL2_H
#define VGIC_CPUIF_EL2_H

#ifdef VGIC_EL2_HEADER
#include VGIC_EL2_HEADER
#else
#include "regs/a64.h"

/* Rt is x0 in both, for the word to be a constant. */
#define vgic_mrs(enc)                                                     \
	__extension__({                                                   \
		register uint64_t value_ __asm__("x0");                   \
		__asm__ volatile(".inst %c1"                              \
				 : "=r"(value_)                           \
				 : "i"((uint64_t)A64_MRS((uint32_t)(enc), \
							 0u)));           \
		value_;                                                   \
	})
#define vgic_msr(enc, value)                                              \
	do {                                                              \
		register uint64_t value_ __asm__("x0") = (value);         \
		__asm__ volatile(".inst %c0" ::"i"(                       \
					 (uint64_t)A64_MSR((uint32_t)(enc), \
							   0u)),          \
				 "r"(value_));                            \
	} while (0)
#define vgic_isb() __asm__ volatile("isb" ::: "memory")
#endif

#endif
