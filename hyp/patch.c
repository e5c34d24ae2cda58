/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/patch.h"

#include <stddef.h>

#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/*
 * HVC #n: [15:13] ours, [12:11] space, [10] read, [9:5] where in the space,
 * [4:0] Rt.  Guests use HVC #0, for SMCCC.
 */
#define IMM_OURS 5u
#define IMM_OURS_SHIFT 13
#define IMM_OURS_WIDTH 3
#define IMM_SPACE_SHIFT 11
#define IMM_SPACE_WIDTH 2
#define IMM_AT_SHIFT 5
#define IMM_AT_WIDTH 5
#define IMM_Rt_SHIFT 0
#define IMM_Rt_WIDTH PATCH_Rt_BITS

/* Unallocated hints execute as NOP (DDI 0487 C6.2.131). */
#define HINT_WORD(n) (0xd503201fu | (n) << 5)
#define HINT_GSB_SYS HINT_WORD(126u)
#define HINT_GSB_ACK HINT_WORD(127u)

/*
 * A space has 32 encodings: CRn 12, op1, and four values of CRm by eight of
 * op2.  Bit CRm * 8 + op2, CRm by its place in `crm`, says which exist for
 * reading and writing.  One from elsewhere may take the place of one that does
 * not exist.
 */
struct space {
	uint32_t op0, op1;
	uint8_t crm[4];
	uint32_t read, write;
	uint32_t stray, stray_at; /* 0: none */
};

struct patch_set {
	const struct space *spaces;
	uint32_t nr_spaces;
	bool gsb;
};

static const struct space gicv3_spaces[] = {
	/*
	 * CRm 8 Group 0 and AP0R, 9 AP1R, 11 DIR, RPR and SGIs, 12 Group 1
	 * and CTLR to IGRPEN1; ICC_PMR_EL1 behind those of CRm 9
	 */
	{ 3, 0, { 8, 9, 11, 12 }, 0xfd088ffd, 0xfae28ffa, ICC_PMR_EL1, 15 },
};

const struct patch_set patch_gicv3 = { gicv3_spaces, 1, false };

/* All GICv5 encodings of EL1. */
static const struct space gicv5_spaces[] = {
	/* SYS and SYSL: CRm 1 CDDIS to CDEOI, 2 CDDI, CDHM, 3 CDIA, CDNMIA */
	{ 1, 0, { 0, 1, 2, 3 }, 0x03000000, 0x0003bf00, 0, 0 },
	/* CRm 10 HMR to ENABLER, 13 ACTIVER and PENDR, 14, 15 PRIORITYR */
	{ 3, 0, { 10, 13, 14, 15 }, 0xffffffff, 0xffffffd0, 0, 0 },
	/* ICC_APR, ICC_CR0, ICC_PCR */
	{ 3, 1, { 0, 0, 0, 0 }, 0x00000007, 0x00000007, 0, 0 },
};

const struct patch_set patch_gicv5 = {
	gicv5_spaces, sizeof(gicv5_spaces) / sizeof(gicv5_spaces[0]), true
};

/* Where in a space an encoding stands; 32: nowhere. */
static uint32_t place_in(const struct space *space, uint32_t enc)
{
	uint32_t crm = (uint32_t)FIELD_GET(SYSREG_CRm, enc);

	if (space->stray && enc == space->stray) {
		return space->stray_at;
	}
	if (FIELD_GET(SYSREG_op0, enc) != space->op0 ||
	    FIELD_GET(SYSREG_op1, enc) != space->op1 ||
	    FIELD_GET(SYSREG_CRn, enc) != 12) {
		return 32;
	}
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t at = i * 8 + (uint32_t)FIELD_GET(SYSREG_op2, enc);

		if (space->crm[i] == crm) {
			return space->stray && at == space->stray_at ? 32 :
								       at;
		}
	}
	return 32;
}

static uint32_t encoding_at(const struct space *space, uint32_t at)
{
	return space->stray && at == space->stray_at ?
		       space->stray :
		       SYSREG_ENC(space->op0, space->op1, 12u,
				  space->crm[at / 8], at % 8);
}

static uint32_t patch_system(const struct patch_set *set, uint32_t word)
{
	uint32_t enc = A64_SYSTEM_GET_ENC(word);
	bool read = A64_SYSTEM_IS_READ(word);

	for (uint32_t s = 0; s < set->nr_spaces; s++) {
		const struct space *space = &set->spaces[s];
		uint32_t at = place_in(space, enc);
		uint32_t exist = read ? space->read : space->write;

		if (at < 32 && (exist >> at & 1)) {
			return A64_HVC((uint32_t)(
				FIELD_PUT(IMM_OURS, IMM_OURS) |
				FIELD_PUT(IMM_SPACE, s) |
				(read ? PATCH_READ : 0) |
				FIELD_PUT(IMM_AT, at) |
				FIELD_PUT(IMM_Rt, A64_SYSTEM_GET_RT(word))));
		}
	}
	return word;
}

uint32_t patch_word(const struct patch_set *set, uint32_t word)
{
	if (!A64_IS_SYSTEM(word)) {
		return word;
	}
	if (set->gsb && word == A64_SYS(GSB_SYS, A64_XZR)) {
		return HINT_GSB_SYS;
	}
	if (set->gsb && word == A64_SYS(GSB_ACK, A64_XZR)) {
		return HINT_GSB_ACK;
	}
	return patch_system(set, word);
}

bool patch_decode(const struct patch_set *set, uint32_t imm,
		  uint32_t *sysreg, bool *write, unsigned int *rt)
{
	uint32_t s = (uint32_t)FIELD_GET(IMM_SPACE, imm);
	uint32_t at = (uint32_t)FIELD_GET(IMM_AT, imm);
	const struct space *space = &set->spaces[s];
	bool read = imm & PATCH_READ;

	if (FIELD_GET(IMM_OURS, imm) != IMM_OURS || s >= set->nr_spaces ||
	    !((read ? space->read : space->write) >> at & 1)) {
		return false;
	}
	*sysreg = encoding_at(space, at);
	*write = !read;
	*rt = (unsigned int)FIELD_GET(IMM_Rt, imm);
	return true;
}

void patch_fill(const struct patch_set *set, uint16_t table[PATCH_WORDS])
{
	for (uint32_t i = 0; i < PATCH_WORDS; i++) {
		uint32_t sysreg;
		unsigned int rt;
		bool write;

		table[i] = patch_decode(set, i << PATCH_Rt_BITS, &sysreg,
					&write, &rt) ? (uint16_t)sysreg : 0;
	}
}

uint32_t patch_original(const struct patch_set *set, uint32_t word)
{
	uint32_t sysreg;
	unsigned int rt;
	bool write;

	if (set->gsb && word == HINT_GSB_SYS) {
		return A64_SYS(GSB_SYS, A64_XZR);
	}
	if (set->gsb && word == HINT_GSB_ACK) {
		return A64_SYS(GSB_ACK, A64_XZR);
	}
	if (A64_IS_HVC(word) &&
	    patch_decode(set, A64_HVC_GET_IMM(word), &sysreg, &write, &rt)) {
		return A64_SYSTEM_WORD(sysreg, !write, rt);
	}
	return word;
}
