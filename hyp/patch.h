/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words of the guest's GIC for a CPU that has none of its kind.  There they
 * are UNDEFINED, and an UNDEFINED at EL1 goes to EL1: it cannot be trapped.
 * So every one of them is replaced by a word that can, and that says by itself
 * what it stands for.
 */
#ifndef HYP_PATCH_H
#define HYP_PATCH_H

#include <stdbool.h>
#include <stdint.h>

/* Which words: ICC_*_EL1 of GICv3, or registers and instructions of GICv5. */
struct patch_set;

extern const struct patch_set patch_gicv3, patch_gicv5;

/*
 * What the CPU executes instead of `word`: HVC #n, n naming the register or
 * instruction, direction and Rt; an unallocated hint, which does nothing, for
 * GSB.  Any other word is returned as it is.
 */
uint32_t patch_word(const struct patch_set *set, uint32_t word);

/* The guest's word that a patched one stands for; others as they are. */
uint32_t patch_original(const struct patch_set *set, uint32_t word);

/* What the guest meant by HVC #`imm`; false: it is the guest's own HVC. */
bool patch_decode(const struct patch_set *set, uint32_t imm,
		  uint32_t *sysreg, bool *write, unsigned int *rt);

/*
 * The same worked out beforehand.  Of `imm`, the lowest five bits are Rt and
 * PATCH_READ is the direction; table[imm >> PATCH_Rt_BITS] is SYSREG_ENC(), or
 * 0 for the guest's own.
 */
#define PATCH_READ (1u << 10)
#define PATCH_Rt_BITS 5
#define PATCH_Rt_MASK 0x1fu
#define PATCH_WORDS 0x800u

void patch_fill(const struct patch_set *set, uint16_t table[PATCH_WORDS]);

#endif
