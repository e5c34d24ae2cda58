/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instructions are replaced by which HVC, and back; see patch.h.  An HVC
 * has 16 bits of immediate: enough for a place in one of four tables
 * ("spaces") of 32 encodings, direction and register.
 */
#include "hyp/patch.h"

#include <stddef.h>

#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

/*
 * HVC #n: [15:13] IMM_OURS, [12:11] space, [10] read, [9:5] place in the space,
 * [4:0] Rt.  Guests themselves use HVC #0, for SMCCC (DEN 0028), so IMM_OURS
 * tells the two apart.
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

/* Hints that are not allocated execute as NOP (DDI 0487 C6.2, HINT). */
#define HINT_WORD(n) (0xd503201fu | (n) << 5)
#define HINT_GSB_SYS HINT_WORD(126u)
#define HINT_GSB_ACK HINT_WORD(127u)

/* Places of a space: four values of CRm by eight of op2. */
#define SPACE_CRMS 4u
#define SPACE_OP2S 8u
#define SPACE_SIZE (SPACE_CRMS * SPACE_OP2S)
#define NOWHERE SPACE_SIZE
#define GIC_CRn 12u

/*
 * 32 encodings with the same op0 and op1 and with CRn 12.  The place of one is
 * i * 8 + op2, where crm[i] is its CRm; bits by place say which encodings exist
 * for reading (MRS, SYSL) and for writing (MSR, SYS).  One encoding from
 * elsewhere, `stray`, may have the place of one that does not exist.
 */
struct space {
	uint32_t op0, op1;
	uint8_t crm[SPACE_CRMS];
	uint32_t read, write;
	uint32_t stray, stray_at; /* stray 0: there is none */
};

struct patch_set {
	const struct space *spaces;
	uint32_t nr_spaces;
	bool gsb; /* GSB SYS and GSB ACK are in the set */
};

static const struct space gicv3_spaces[] = {
	/*
	 * CRm 8: Group 0 and AP0R; 9: AP1R; 11: DIR, RPR and the SGIs; 12:
	 * Group 1, CTLR to IGRPEN1.  ICC_PMR_EL1, which is 3:0:c4:c6:0, has the
	 * place of CRm 9, op2 7, which is no register.
	 */
	{ 3, 0, { 8, 9, 11, 12 }, 0xfd088ffd, 0xfae28ffa, ICC_PMR_EL1, 15 },
};

const struct patch_set patch_gicv3 = { gicv3_spaces, 1, false };

/* All encodings of GICv5 that EL1 has. */
static const struct space gicv5_spaces[] = {
	/* SYS, SYSL.  CRm 1: CDDIS to CDEOI; 2: CDDI, CDHM; 3: CDIA, CDNMIA */
	{ 1, 0, { 0, 1, 2, 3 }, 0x03000000, 0x0003bf00, 0, 0 },
	/* CRm 10: HMR to ENABLER; 13: ACTIVER, PENDR; 14, 15: PRIORITYR */
	{ 3, 0, { 10, 13, 14, 15 }, 0xffffffff, 0xffffffd0, 0, 0 },
	/* ICC_APR, ICC_CR0, ICC_PCR */
	{ 3, 1, { 0, 0, 0, 0 }, 0x00000007, 0x00000007, 0, 0 },
};

const struct patch_set patch_gicv5 = {
	gicv5_spaces, sizeof(gicv5_spaces) / sizeof(gicv5_spaces[0]), true
};

/* The place of an encoding in the space, or NOWHERE. */
static uint32_t place_in(const struct space *space, uint32_t enc)
{
	uint32_t crm = (uint32_t)FIELD_GET(SYSREG_CRm, enc);

	if (space->stray && enc == space->stray) {
		return space->stray_at;
	}
	if (FIELD_GET(SYSREG_op0, enc) != space->op0 ||
	    FIELD_GET(SYSREG_op1, enc) != space->op1 ||
	    FIELD_GET(SYSREG_CRn, enc) != GIC_CRn) {
		return NOWHERE;
	}
	for (uint32_t i = 0; i < SPACE_CRMS; i++) {
		uint32_t at = i * SPACE_OP2S +
			      (uint32_t)FIELD_GET(SYSREG_op2, enc);

		if (space->crm[i] == crm) {
			return space->stray && at == space->stray_at ? NOWHERE :
								       at;
		}
	}
	return NOWHERE;
}

/* The inverse: which encoding has this place. */
static uint32_t encoding_at(const struct space *space, uint32_t at)
{
	return space->stray && at == space->stray_at ?
		       space->stray :
		       SYSREG_ENC(space->op0, space->op1, GIC_CRn,
				  space->crm[at / SPACE_OP2S], at % SPACE_OP2S);
}

/* MRS, MSR, SYS or SYSL to HVC, if it is in the set. */
static uint32_t patch_system(const struct patch_set *set, uint32_t word)
{
	uint32_t enc = A64_SYSTEM_GET_ENC(word);
	bool read = A64_SYSTEM_IS_READ(word);

	for (uint32_t s = 0; s < set->nr_spaces; s++) {
		const struct space *space = &set->spaces[s];
		uint32_t at = place_in(space, enc);
		uint32_t exist = read ? space->read : space->write;

		if (at != NOWHERE && (exist >> at & 1)) {
			return A64_HVC(
				(uint32_t)(FIELD_PUT(IMM_OURS, IMM_OURS) |
					   FIELD_PUT(IMM_SPACE, s) |
					   (read ? PATCH_READ : 0) |
					   FIELD_PUT(IMM_AT, at) |
					   FIELD_PUT(IMM_Rt,
						     A64_SYSTEM_GET_RT(word))));
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

bool patch_decode(const struct patch_set *set, uint32_t imm, uint32_t *sysreg,
		  bool *write, unsigned int *rt)
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
					&write, &rt) ?
				   (uint16_t)sysreg :
				   0;
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
