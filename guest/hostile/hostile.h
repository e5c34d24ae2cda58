/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the hostile guest share.  gicd.c is about a GICv2 or GICv3,
 * with gic2.c or gic3.c for what only one of them has; gic5.c about a GICv5;
 * the other files about no GIC in particular.
 */
#ifndef GUEST_HOSTILE_HOSTILE_H
#define GUEST_HOSTILE_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

/* One thing that the guest does. */
struct hostile_part {
	const char *key; /* the boot argument that chooses it alone */
	/* False when the machine has not answered as the architecture says. */
	bool (*run)(void);
};

/* Those of this GIC; a null key ends them. */
extern const struct hostile_part hostile_gic_parts[];

/* Those for every GIC. */

/* Loads, stores and jumps to where nothing is: external aborts. */
bool hostile_wild(void);
/* Registers and instructions that EL1 does not have: UNDEFINED. */
bool hostile_undefined(void);
/* MRS of each of the 32768 encodings: a value or UNDEFINED. */
bool hostile_sysregs(void);
/* Calls that PSCI refuses. */
bool hostile_psci(void);
/* Random accesses to the GIC, on all CPUs at once. */
bool hostile_junk(void);

/*
 * Execute an instruction that reads or writes X0, which is 0 before it.
 * Returns how often it faulted; `esr` gets the ESR_EL1 of the last fault.
 */
unsigned int hostile_execute(uint32_t word, uint64_t *esr);
/* Does this ESR_EL1 say that an instruction was UNDEFINED? */
bool hostile_is_undefined(uint64_t esr);

/* The next number of a sequence; 24 bits, 64 bits. */
uint32_t hostile_random(uint32_t *state);
uint64_t hostile_random64(uint32_t *state);

/* 8, 16, 32 and 64 bits. */
#define HOSTILE_WIDTHS 4

/* A random load or store of device memory; width 0 is a byte, 3 is 64 bits. */
void hostile_access(uint64_t address, unsigned int width, uint32_t *seed);

/* Registers in memory; a size of 0 ends a list of them. */
struct hostile_frame {
	uint64_t base;
	uint32_t size;
};

/*
 * Access every offset of the frames at every width and alignment.  One that is
 * not aligned is a fault of the guest's, as it is to Device memory; no aligned
 * one may be, though what is not supported reads as zero and is ignored (IHI
 * 0069 12.1.3).
 */
bool hostile_widths(const struct hostile_frame *frame);

/* Of each GIC: a random access to registers in memory, to the CPU interface. */
void hostile_junk_mmio(uint32_t *seed);
void hostile_junk_cpuif(uint32_t *seed);

#define HOSTILE_SGI 5

/* Of each GIC: whatever was done, let that SGI reach this CPU again. */
void hostile_reset_gic(void);
/* gic2.c and gic3.c for it: no priority is active in this CPU's interface. */
void hostile_clear_priorities(void);
void hostile_send_self(void);
/* Acknowledge and end an interrupt; which it was. */
uint32_t hostile_take(void);

#endif
