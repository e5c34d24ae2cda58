/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the hostile guest; each returns false when it was not told right. */
#ifndef GUEST_HOSTILE_HOSTILE_H
#define GUEST_HOSTILE_HOSTILE_H

#include <stdbool.h>
#include <stdint.h>

/* Loads, stores and jumps to where nothing is: external aborts. */
bool hostile_wild(void);
/* Registers and instructions that EL1 does not have: UNDEFINED. */
bool hostile_undefined(void);
/* MRS of each of the 32768 encodings: a value or UNDEFINED. */
bool hostile_sysregs(void);
/* Calls that PSCI refuses. */
bool hostile_psci(void);
/* Every offset of GICD and GICR, at every width and alignment. */
bool hostile_widths(void);
/* Random accesses to GICD, GICR and ICC_*, on all CPUs at once. */
bool hostile_junk(void);

/* The next of a sequence, 24 bits. */
uint32_t hostile_random(uint32_t *state);

#endif
