/* SPDX-License-Identifier: BSD-2-Clause */
/* The hostile guest. */
#ifndef GUEST_HOSTILE_HOSTILE_H
#define GUEST_HOSTILE_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A part, which the boot argument `key` chooses; it returns false when it was
 * not told right.  Of this GIC: hostile_gic_parts[], which ends without a key.
 */
struct hostile_part {
	const char *key;
	bool (*run)(void);
};

extern const struct hostile_part hostile_gic_parts[];

/* Parts for every GIC. */

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
 * Execute a word that reads or writes X0, which is 0 then; how often it
 * faulted, and the last time's ESR_EL1.
 */
unsigned int hostile_execute(uint32_t word, uint64_t *esr);
/* Is ESR_EL1 that of something UNDEFINED? */
bool hostile_is_undefined(uint64_t esr);

/* The next of a sequence, 24 bits. */
uint32_t hostile_random(uint32_t *state);

/* 8, 16, 32 and 64 bits. */
#define HOSTILE_WIDTHS 4

/* Device memory; width 0 is a byte, 3 is 64 bits. */
void hostile_load(uint64_t address, unsigned int width);
void hostile_store(uint64_t address, unsigned int width, uint64_t value);
void hostile_sweep(uint64_t base, uint32_t size);

/* One random access each: gic2.c, gic3.c, gic5.c. */
void hostile_junk_mmio(uint32_t *seed);
void hostile_junk_cpuif(uint32_t *seed);

#define HOSTILE_SGI 5

/* From any state to one where that SGI reaches this CPU; send it; take it. */
void hostile_reset_gic(void);
void hostile_send_self(void);
/* Acknowledge and end; what it was. */
uint32_t hostile_take(void);

#endif
