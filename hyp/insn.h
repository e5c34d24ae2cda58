/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a load or store does, by its syndrome or by its instruction.  Pure: it
 * looks at nothing but its arguments.
 */
#ifndef HYP_INSN_H
#define HYP_INSN_H

#include <stdbool.h>
#include <stdint.h>

/* One load or store of general registers. */
struct access {
	uint8_t nr_regs;  /* 1, or 2 for a pair */
	uint8_t reg[2];	  /* numbers; 31: XZR */
	uint8_t width;	  /* of each register in memory: 1, 2, 4 or 8 bytes */
	bool write;	  /* a store */
	bool sign_extend; /* a load fills the rest with the sign, else with 0 */
	bool wide;	  /* the rest: up to 64 bits, else up to 32 */

	/* Only from insn_decode(). */
	uint8_t base; /* register with the address; 31: SP */
	bool write_back;
	int32_t offset;	   /* the access is at base + offset */
	int32_t increment; /* with write_back, base += increment after it */
};

/*
 * Decode an A64 instruction word: LDR and STR with an immediate, LDP, STP and
 * LDPSW, in all addressing modes.  False: it is something else, and *access is
 * of no use.
 */
bool insn_decode(uint32_t insn, struct access *access);

/* Take the access from an ESR_EL2 of a data abort that has ISV set. */
void insn_from_syndrome(uint64_t esr, struct access *access);

/*
 * The value of 64 bits that a load leaves in its register when `data` is what
 * was read, in its low `width` bytes.
 */
uint64_t insn_loaded(const struct access *access, uint64_t data);

#endif
