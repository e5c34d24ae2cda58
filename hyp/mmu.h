/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2's own address space.  It is an identity map: a physical address is a
 * pointer, and devices are where their physical addresses say.
 */
#ifndef HYP_MMU_H
#define HYP_MMU_H

#include <stdint.h>

/* TCR_EL2.T0SZ gives 39 bits: the map ends here. */
#define MMU_END (UINT64_C(1) << 39)

enum mmu_type {
	MMU_RAM,    /* Normal, write-back, inner shareable */
	MMU_DEVICE, /* Device-nGnRnE */
};

/* The table at level 1; boot.S gives it to every CPU in TTBR0_EL2. */
extern uint64_t mmu_root[];

/*
 * Build the tables for the hypervisor's own memory and the early UART.  boot.S
 * calls this on the boot CPU while the MMU is off.
 */
void mmu_init(void);

/*
 * Map the physical range [pa, pa + size), rounded out to pages, readable and
 * writable, never executable.  What is mapped already stays as it is.  Boot
 * CPU only, before other CPUs run, or when they have stopped (run_end()):
 * nothing is locked, and no TLB entry can be stale, for invalid descriptors
 * are not cached (DDI 0487 D8.14).
 */
void mmu_map(uint64_t pa, uint64_t size, enum mmu_type type);

#endif
