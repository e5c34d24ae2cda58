/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 words for a CPU that has none.  There they are UNDEFINED, and an
 * UNDEFINED at EL1 goes to EL1: it cannot be trapped.  So every one of them
 * is replaced by a word that can, and that says by itself what it stands for.
 */
#ifndef HYP_PATCH_H
#define HYP_PATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What the CPU executes instead of `word`: HVC #n, n naming the register or
 * instruction, direction and Rt; an unallocated hint, which does nothing, for
 * GSB.  Any other word is returned as it is.
 */
uint32_t patch_word(uint32_t word);

/* The GICv5 word that a patched one stands for; others as they are. */
uint32_t patch_original(uint32_t word);

/* What the guest meant by HVC #`imm`; false: it is the guest's own HVC. */
bool patch_decode(uint32_t imm, uint32_t *sysreg, bool *write,
		  unsigned int *rt);

#endif
