/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads and stores for which the CPU gives no syndrome.  (insn.c) */
#ifndef HYP_INSN_H
#define HYP_INSN_H

#include <stdbool.h>
#include <stdint.h>

/* What one load or store of general registers does. */
struct access {
	uint8_t nr_regs; /* 1, or 2 for a pair */
	uint8_t reg[2]; /* 31: XZR */
	uint8_t width; /* bytes, of each register */
	bool write;
	bool sign_extend;
	bool wide; /* a load fills 64 bits */

	/* Only from insn_decode(). */
	uint8_t base; /* register; 31: SP */
	bool write_back;
	int32_t offset; /* access at base + offset */
	int32_t increment; /* then base += increment, with write_back */
};

/*
 * Decode an A64 instruction: LDR and STR with immediate, LDP, STP and LDPSW,
 * in all their addressing modes.  False: something else.
 */
bool insn_decode(uint32_t insn, struct access *access);

/* What an ISS with ISV set says of the access, DDI 0487 D17.2.37. */
void insn_from_syndrome(uint64_t esr, struct access *access);

/* The register value that a load of `data` leaves. */
uint64_t insn_loaded(const struct access *access, uint64_t data);

#endif
