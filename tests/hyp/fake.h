/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU that code of hyp/ runs on, for tests of files that touch its
 * registers.  Included before anything else (-include): it takes hyp/cpu.h
 * first and then puts functions in the place of what is an A64 instruction
 * there.  A test provides those that its file uses.
 */
#ifndef TESTS_HYP_FAKE_H
#define TESTS_HYP_FAKE_H

#include "hyp/cpu.h"

/* The one CPU there is. */
extern struct cpu fake_cpu;
#define this_cpu() (&fake_cpu)

/* System registers by their names, as the assembler has them. */
uint64_t fake_read_sysreg(const char *name);
void fake_write_sysreg(const char *name, uint64_t value);
#undef read_sysreg
#define read_sysreg(name) fake_read_sysreg(STRING(name))
#undef write_sysreg
#define write_sysreg(name, value) fake_write_sysreg(STRING(name), value)

/* Without the register. */
static inline void fake_change_hcr(struct cpu *cpu, uint64_t mask,
				   uint64_t value)
{
	cpu->hcr = (cpu->hcr & ~mask) | value;
}
#define change_hcr(cpu, mask, value) fake_change_hcr(cpu, mask, value)

uint64_t fake_counter(void);
#define counter() fake_counter()

/* One CPU, one thread: nothing to order, nobody to wait for. */
#define isb() ((void)0)
#define dsb_sy() ((void)0)
#define dsb_ishst() ((void)0)
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))

/* Registers of devices, in words: of 64 bits, the lower one first. */
uint32_t fake_mmio_read(uint64_t address);
void fake_mmio_write(uint64_t address, uint32_t value);
#define mmio_read32(address) fake_mmio_read(address)
#define mmio_write32(address, value) fake_mmio_write(address, value)

static inline uint64_t fake_mmio_read64(uint64_t address)
{
	return fake_mmio_read(address) | (uint64_t)fake_mmio_read(address + 4)
						 << 32;
}

static inline void fake_mmio_write64(uint64_t address, uint64_t value)
{
	fake_mmio_write(address, (uint32_t)value);
	fake_mmio_write(address + 4, (uint32_t)(value >> 32));
}
#define mmio_read64(address) fake_mmio_read64(address)
#define mmio_write64(address, value) fake_mmio_write64(address, value)

#endif
