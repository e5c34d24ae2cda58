/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the hostile guest; each returns false when it was not told right. */
#ifndef GUEST_RAW_PROBE_H
#define GUEST_RAW_PROBE_H

#include <stdbool.h>
#include <stdint.h>

/* Loads, stores and jumps to where nothing is: external aborts. */
bool probe_wild(void);
/* Registers and instructions that EL1 does not have: UNDEFINED. */
bool probe_undefined(void);
/* MRS of each of the 32768 encodings: a value or UNDEFINED. */
bool probe_sysregs(void);
/* Calls that PSCI refuses. */
bool probe_psci(void);
/* Every offset of GICD and GICR, at every width and alignment. */
bool probe_widths(void);
/* Random accesses to GICD, GICR and ICC_*, on all CPUs at once. */
bool probe_junk(void);

/* The next of a sequence, 24 bits. */
uint32_t probe_random(uint32_t *state);

#endif
