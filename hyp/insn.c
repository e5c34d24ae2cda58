/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores of general registers.  A CPU describes those of one register
 * without write-back in the syndrome (ISV), and may leave that out; it never
 * describes pairs and write-back, so these have to be decoded.
 */
#include "hyp/insn.h"

#include "hyp/esr.h"
#include "regs/field.h"

/* Fields of A64 loads and stores, DDI 0487 C4.1, "Loads and Stores". */
#define INSN_Rt_SHIFT 0
#define INSN_Rt_WIDTH 5
#define INSN_Rn_SHIFT 5
#define INSN_Rn_WIDTH 5
#define INSN_Rt2_SHIFT 10
#define INSN_Rt2_WIDTH 5
#define INSN_MODE_SHIFT 10
#define INSN_MODE_WIDTH 2
#define INSN_IMM7_SHIFT 15
#define INSN_IMM7_WIDTH 7
#define INSN_IMM9_SHIFT 12
#define INSN_IMM9_WIDTH 9
#define INSN_IMM12_SHIFT 10
#define INSN_IMM12_WIDTH 12
#define INSN_L_SHIFT 22
#define INSN_L_WIDTH 1
#define INSN_OPC_SHIFT 22
#define INSN_OPC_WIDTH 2
#define INSN_PAIR_MODE_SHIFT 23
#define INSN_PAIR_MODE_WIDTH 2
#define INSN_SIZE_SHIFT 30
#define INSN_SIZE_WIDTH 2

/*
 * Three classes of encodings: pairs, a register with a 9-bit immediate (offset
 * unscaled, or added to the base before or after), and with a 12-bit offset.
 * Bit 26, V, is 0: not FP registers.
 */
#define CLASS_PAIR_MASK 0x3e000000u
#define CLASS_PAIR 0x28000000u
#define CLASS_IMM9_MASK 0x3f200000u
#define CLASS_IMM9 0x38000000u
#define CLASS_IMM12_MASK 0x3f000000u
#define CLASS_IMM12 0x39000000u

/* INSN_OPC, and INSN_SIZE of a single register */
enum { OPC_STORE, OPC_LOAD, OPC_LOAD_SIGNED_64, OPC_LOAD_SIGNED_32 };
enum { SIZE_8, SIZE_16, SIZE_32, SIZE_64 };
/* INSN_MODE; 0 is unscaled, 2 unprivileged (LDTR, STTR) */
enum { MODE_POST = 1, MODE_PRE = 3 };
/* INSN_PAIR_MODE; 0 is no-allocate (LDNP, STNP), 2 offset */
enum { PAIR_POST = 1, PAIR_PRE = 3 };

/* The signed value of a field of so many bits. */
static int32_t sign_extend(uint64_t value, unsigned int bits)
{
	uint64_t sign = UINT64_C(1) << (bits - 1);

	return (int32_t)(int64_t)((value ^ sign) - sign);
}

/* Size and opc of a single register's load or store. */
static bool decode_kind(uint32_t insn, struct access *access)
{
	unsigned int size = (unsigned int)FIELD_GET(INSN_SIZE, insn);
	unsigned int opc = (unsigned int)FIELD_GET(INSN_OPC, insn);

	/*
	 * A sign-extending load to 64 bits is of at most 32 bits, one to 32
	 * bits of at most 16.  The other values are PRFM or not allocated.
	 */
	if (opc >= OPC_LOAD_SIGNED_64 && size + opc > SIZE_64 + 1) {
		return false;
	}
	access->nr_regs = 1;
	access->reg[0] = (uint8_t)FIELD_GET(INSN_Rt, insn);
	access->base = (uint8_t)FIELD_GET(INSN_Rn, insn);
	access->width = (uint8_t)(1u << size);
	access->write = opc == OPC_STORE;
	access->sign_extend = opc >= OPC_LOAD_SIGNED_64;
	access->wide = size == SIZE_64 || opc == OPC_LOAD_SIGNED_64;
	return true;
}

/* LDUR, STUR, LDTR, STTR, and LDR, STR with pre- or post-index. */
static bool decode_imm9(uint32_t insn, struct access *access)
{
	int32_t imm = sign_extend(FIELD_GET(INSN_IMM9, insn), INSN_IMM9_WIDTH);
	unsigned int mode = (unsigned int)FIELD_GET(INSN_MODE, insn);

	access->write_back = mode == MODE_POST || mode == MODE_PRE;
	access->offset = mode == MODE_POST ? 0 : imm;
	access->increment = imm;
	return decode_kind(insn, access);
}

/* LDR, STR with an unsigned offset, in units of the width. */
static bool decode_imm12(uint32_t insn, struct access *access)
{
	access->offset = (int32_t)(FIELD_GET(INSN_IMM12, insn)
				   << FIELD_GET(INSN_SIZE, insn));
	return decode_kind(insn, access);
}

/* LDP, STP, LDNP, STNP, LDPSW: the offset is in units of the width. */
static bool decode_pair(uint32_t insn, struct access *access)
{
	unsigned int opc = (unsigned int)FIELD_GET(INSN_SIZE, insn);
	unsigned int mode = (unsigned int)FIELD_GET(INSN_PAIR_MODE, insn);
	bool load = FIELD_GET(INSN_L, insn);
	int32_t imm = sign_extend(FIELD_GET(INSN_IMM7, insn), INSN_IMM7_WIDTH);

	/* opc 1 is LDPSW; as a store it is STGP, which writes memory tags. */
	if (opc == 3 || (opc == 1 && !load)) {
		return false;
	}
	access->nr_regs = 2;
	access->reg[0] = (uint8_t)FIELD_GET(INSN_Rt, insn);
	access->reg[1] = (uint8_t)FIELD_GET(INSN_Rt2, insn);
	access->base = (uint8_t)FIELD_GET(INSN_Rn, insn);
	access->width = opc == 2 ? 8 : 4;
	access->write = !load;
	access->sign_extend = opc == 1;
	access->wide = opc != 0;
	access->write_back = mode == PAIR_POST || mode == PAIR_PRE;
	imm *= access->width;
	access->offset = mode == PAIR_POST ? 0 : imm;
	access->increment = imm;
	return true;
}

bool insn_decode(uint32_t insn, struct access *access)
{
	*access = (struct access){ 0 };
	if ((insn & CLASS_PAIR_MASK) == CLASS_PAIR) {
		return decode_pair(insn, access);
	}
	if ((insn & CLASS_IMM9_MASK) == CLASS_IMM9) {
		return decode_imm9(insn, access);
	}
	if ((insn & CLASS_IMM12_MASK) == CLASS_IMM12) {
		return decode_imm12(insn, access);
	}
	return false;
}

void insn_from_syndrome(uint64_t esr, struct access *access)
{
	*access = (struct access){
		.nr_regs = 1,
		.reg = { (uint8_t)FIELD_GET(ISS_SRT, esr) },
		.width = (uint8_t)(1u << FIELD_GET(ISS_SAS, esr)),
		.write = esr & ISS_WnR,
		.sign_extend = FIELD_GET(ISS_SSE, esr),
		.wide = FIELD_GET(ISS_SF, esr),
	};
}

uint64_t insn_loaded(const struct access *access, uint64_t data)
{
	unsigned int unused = 64 - 8 * access->width;

	data <<= unused;
	data = access->sign_extend ? (uint64_t)((int64_t)data >> unused) :
				     data >> unused;
	return access->wide ? data : (uint32_t)data;
}
