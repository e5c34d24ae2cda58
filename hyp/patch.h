/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions of a GIC that the CPU does not have: of a GICv3 where the
 * machine has a GICv2, of a GICv5 on either.  There they are UNDEFINED, and an
 * UNDEFINED instruction at EL1 is an exception to EL1, which EL2 cannot trap.
 * So each of them is replaced by HVC, which does come to EL2; its immediate
 * says which instruction it stands for, so that no table of addresses is
 * needed.  exec.c does the replacing.
 *
 * Pure functions on constant tables: any context, no lock.
 */
#ifndef HYP_PATCH_H
#define HYP_PATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which instructions are replaced: accesses to ICC_*_EL1 of GICv3, or to the
 * registers of GICv5 with its own instructions (GIC CD..., GICR, GSB).
 */
struct patch_set;

extern const struct patch_set patch_gicv3, patch_gicv5;

/*
 * The A64 word that the CPU executes in the place of `word`: HVC #n, where n
 * has register or instruction, direction and Rt; for GSB, a barrier, a hint
 * that is not allocated and does nothing.  A word that is not in the set is
 * returned as it is.
 */
uint32_t patch_word(const struct patch_set *set, uint32_t word);

/* The inverse of patch_word(): the guest's own word; others as they are. */
uint32_t patch_original(const struct patch_set *set, uint32_t word);

/*
 * What HVC #`imm` stands for: a read or a write of the register or instruction
 * *sysreg, a SYSREG_ENC(), with general register *rt.  False: none of ours, so
 * the guest has written the HVC itself.
 */
bool patch_decode(const struct patch_set *set, uint32_t imm, uint32_t *sysreg,
		  bool *write, unsigned int *rt);

/*
 * patch_decode() as a table, for the fast path.  The lowest five bits of `imm`
 * are Rt, PATCH_READ is the direction, and table[imm >> PATCH_Rt_BITS] is the
 * SYSREG_ENC(), or 0 for an HVC of the guest's own.
 */
#define PATCH_READ (1u << 10)
#define PATCH_Rt_BITS 5
#define PATCH_Rt_MASK 0x1fu
#define PATCH_WORDS 0x800u

void patch_fill(const struct patch_set *set, uint16_t table[PATCH_WORDS]);

#endif
