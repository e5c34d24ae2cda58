/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The A64 instructions that C has no words for: system registers, barriers,
 * the counter, and loads and stores of exactly one width for device registers.
 *
 * Everything here may be called in any context at EL2 and takes no lock.
 * Tests on the host put functions of their own in place of these
 * (tests/hyp/fake.h), so the rest of hyp/ reaches the CPU through this header
 * wherever it can.
 */
#ifndef HYP_ARCH_H
#define HYP_ARCH_H

#include <stdatomic.h>
#include <stdint.h>

#include "regs/field.h"

#define STRING_(x) #x
#define STRING(x) STRING_(x)

/*
 * read_sysreg(name): MRS of the register `name`, spelled as the assembler has
 * it; a macro that expands to S<op0>_<op1>_C<n>_C<m>_<op2> will do, for
 * registers younger than the assembler.  Neither macro synchronizes: follow a
 * write by isb() where the next instructions have to see its effect.
 */
#define read_sysreg(name) \
	__extension__({ \
		uint64_t value_; \
		__asm__ volatile("mrs %0, " STRING(name) : "=r"(value_)); \
		value_; \
	})

#define write_sysreg(name, value) \
	__asm__ volatile("msr " STRING(name) ", %0" : : "r"((uint64_t)(value)))

/* Context synchronization: later instructions see earlier register writes. */
static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* All earlier accesses have completed, for every observer in the system. */
static inline void dsb_sy(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

/* Earlier stores have completed for all CPUs, page table walkers included. */
static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" : : : "memory");
}

/*
 * Orders the caller's earlier stores before its later loads.  CPU A writes flag
 * a and then reads flag b, CPU B writes flag b and then reads flag a; both call
 * this between write and read.  Then A sees b, or B sees a, or both.
 *
 * By the architecture a store-release and a load-acquire would be enough (DDI
 * 0487 B2.3), and that is what atomic_store() and atomic_load() compile to.
 * QEMU, up to 11.1 at least, lets the load overtake the store all the same.
 */
static inline void fence(void)
{
	atomic_thread_fence(memory_order_seq_cst);
}

/*
 * A hint for loops that wait for another CPU.  Under QEMU's round robin
 * (-icount) it makes the emulator turn to that CPU at once.
 */
static inline void cpu_yield(void)
{
	__asm__ volatile("yield" : : : "memory");
}

/* Log2 of the words, of four bytes, in the smallest data cache line. */
#define CTR_EL0_DminLine_SHIFT 16
#define CTR_EL0_DminLine_WIDTH 4

/* Bytes of a data cache line: how far apart DC instructions have to be. */
static inline uint64_t dcache_line(void)
{
	return UINT64_C(4) << FIELD_GET(CTR_EL0_DminLine, read_sysreg(ctr_el0));
}

/*
 * CNTPCT_EL0, in ticks of CNTFRQ_EL0.  Without the ISB the counter may be read
 * before instructions that precede it in program order, DDI 0487 D12.2.1.
 */
static inline uint64_t counter(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

/*
 * Registers of devices at a physical address, which is mapped as MMU_DEVICE.
 * One instruction of exactly this width, which the compiler neither splits nor
 * merges nor replaces by one with write-back: an access with write-back gives
 * a hypervisor below us no syndrome (DDI 0487, ESR_ELx.ISV).
 */
static inline uint32_t mmio_read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]"
			 : "=r"(value)
			 : "r"(address)
			 : "memory");
	return value;
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]"
			 :
			 : "r"(value), "r"(address)
			 : "memory");
}

static inline uint64_t mmio_read64(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]"
			 : "=r"(value)
			 : "r"(address)
			 : "memory");
	return value;
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
	__asm__ volatile("str %0, [%1]"
			 :
			 : "r"(value), "r"(address)
			 : "memory");
}

#endif
