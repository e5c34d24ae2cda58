/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bare-metal machine beyond guest/port.h, for programs that need not run on
 * the model: addresses, single accesses, calls, faults.
 */
#ifndef GUEST_LIB_LIB_H
#define GUEST_LIB_LIB_H

#include <stddef.h>

#include "guest/port.h"

/* QEMU's `virt` machine and the hypervisor's have their devices here. */
#define GICD_BASE UINT64_C(0x08000000)
#define GITS_BASE UINT64_C(0x08080000)
#define GICR_BASE UINT64_C(0x080a0000)
#define GICR_FRAMES 123
#define GICR2_BASE UINT64_C(0x4000000000)
#define UART_BASE UINT64_C(0x09000000)
#define RAM_BASE UINT64_C(0x40000000)

#define PSCI_VERSION UINT32_C(0x84000000)
#define PSCI_CPU_OFF UINT32_C(0x84000002)
#define PSCI_CPU_ON UINT32_C(0xc4000003)
#define PSCI_AFFINITY_INFO UINT32_C(0xc4000004)
#define PSCI_AFFINITY_OFF 1 /* its answer of a CPU that is off */
#define PSCI_SYSTEM_OFF UINT32_C(0x84000008)
#define PSCI_SYSTEM_RESET UINT32_C(0x84000009)
/* Ends the run as failed.  Only our hypervisor knows it (hyp/psci.c). */
#define HYP_GUEST_FAILED UINT32_C(0x86000003)

#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)
#define sysreg_read(name) \
	({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " STRINGIFY(name) \
				 : "=r"(value_) \
				 : \
				 : "memory"); \
		value_; \
	})
#define sysreg_write(name, value) \
	__asm__ volatile("msr " STRINGIFY(name) ", %0" \
			 : \
			 : "r"((uint64_t)(value)) \
			 : "memory")

/*
 * Accesses of one instruction each, for devices: the compiler must neither
 * merge nor split them, and it must not choose a form that reaches a hypervisor
 * without a syndrome.
 */
#define MMIO_ACCESSORS(width, type, suffix, reg) \
	static inline type mmio_read##width(uint64_t address) \
	{ \
		type value_; \
		__asm__ volatile("ldr" suffix " %" reg "0, [%1]" \
				 : "=r"(value_) \
				 : "r"(address) \
				 : "memory"); \
		return value_; \
	} \
	static inline void mmio_write##width(uint64_t address, type value_) \
	{ \
		__asm__ volatile("str" suffix " %" reg "0, [%1]" \
				 : \
				 : "r"(value_), "r"(address) \
				 : "memory"); \
	}
MMIO_ACCESSORS(8, uint8_t, "b", "w")
MMIO_ACCESSORS(16, uint16_t, "h", "w")
MMIO_ACCESSORS(32, uint32_t, "", "w")
MMIO_ACCESSORS(64, uint64_t, "", "x")

/* Defines an SMCCC call by HVC or SMC; x4 to x17 may be lost, DEN 0028 2.9. */
#define SMCCC_CALL(conduit) \
	int64_t conduit(uint64_t function, uint64_t a1, uint64_t a2, \
			uint64_t a3) \
	{ \
		register uint64_t x0 __asm__("x0") = function; \
		register uint64_t x1 __asm__("x1") = a1; \
		register uint64_t x2 __asm__("x2") = a2; \
		register uint64_t x3 __asm__("x3") = a3; \
		__asm__ volatile(#conduit " #0" \
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) \
				 : \
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", \
				   "x11", "x12", "x13", "x14", "x15", "x16", \
				   "x17", "memory"); \
		return (int64_t)x0; \
	}
int64_t hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
_Noreturn void machine_off(void);
/* The same, and our hypervisor, if it is there, ends the run as failed. */
_Noreturn void machine_fail(void);

/* The device tree that the loader passed; a CPU's redistributor. */
uint64_t machine_dtb(void);
uint64_t machine_gicr_base(unsigned int cpu);
/* Is there a boot argument that begins with this?  It, or null. */
const char *bootarg(const char *key);
/* What follows `key=`, in decimal; `otherwise` when it is not there. */
unsigned int bootarg_number(const char *key, unsigned int otherwise);

/* An exception from EL1, as vectors.S saves it. */
struct frame {
	uint64_t x[31];
	uint64_t pc;
	uint64_t pstate;
	uint64_t unused;
};

/*
 * Between these two calls, faults of this CPU are counted: after an exception
 * the next instruction is executed; after a jump to nowhere, the one that
 * follows the jump.  Without, a fault ends the run.
 */
void fault_expect(void);
/* Returns how many there were; `esr` gets the syndrome of the last one. */
unsigned int fault_count(uint64_t *esr);

#endif
