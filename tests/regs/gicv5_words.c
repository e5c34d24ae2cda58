/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every GICv5 register and instruction, three ways: regs/gicv5.h's encoding
 * put together by regs/a64.h, the word in the architecture's tables, and what
 * an assembler makes of the generic name.
 *
 * gicv5-words asm         prints the assembler's input
 * gicv5-words check FILE  compares FILE, the assembled words
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "regs/a64.h"
#include "regs/gicv5.h"

/* Which words there are of a row. */
#define READS 1u
#define WRITES 2u
#define INSN 4u	  /* SYS or SYSL rather than MSR or MRS */
#define RT_XZR 8u /* with Rt = 31 alone */

struct row {
	const char *name;
	uint32_t enc;
	unsigned int forms;
	/* As the assembler wants it. */
	const char *generic;
	/* The write's word, or that of a thing only to be read, with Rt = 0. */
	uint32_t word;
};

/* clang-format off */
#define RW(name, generic, word) \
	{ #name, name, READS | WRITES, generic, word }
#define RO(name, generic, word) { #name, name, READS, generic, word }
#define SYS(name, generic, word) \
	{ #name, name, WRITES | INSN, generic, word }
#define SYSL(name, generic, word) \
	{ #name, name, READS | INSN, generic, word }
#define GSB(name, generic, word) \
	{ #name, name, WRITES | INSN | RT_XZR, generic, word }
/* clang-format on */

static const struct row rows[] = {
	GSB(GSB_SYS, "#0, C12, C0, #0", 0xd508c01f),
	GSB(GSB_ACK, "#0, C12, C0, #1", 0xd508c03f),
	SYS(GIC_CDDIS, "#0, C12, C1, #0", 0xd508c100),
	SYS(GIC_CDEN, "#0, C12, C1, #1", 0xd508c120),
	SYS(GIC_CDPRI, "#0, C12, C1, #2", 0xd508c140),
	SYS(GIC_CDAFF, "#0, C12, C1, #3", 0xd508c160),
	SYS(GIC_CDPEND, "#0, C12, C1, #4", 0xd508c180),
	SYS(GIC_CDRCFG, "#0, C12, C1, #5", 0xd508c1a0),
	SYS(GIC_CDEOI, "#0, C12, C1, #7", 0xd508c1e0),
	SYS(GIC_CDDI, "#0, C12, C2, #0", 0xd508c200),
	SYS(GIC_CDHM, "#0, C12, C2, #1", 0xd508c220),
	SYS(GIC_VDDIS, "#4, C12, C1, #0", 0xd50cc100),
	SYS(GIC_VDEN, "#4, C12, C1, #1", 0xd50cc120),
	SYS(GIC_VDPRI, "#4, C12, C1, #2", 0xd50cc140),
	SYS(GIC_VDAFF, "#4, C12, C1, #3", 0xd50cc160),
	SYS(GIC_VDPEND, "#4, C12, C1, #4", 0xd50cc180),
	SYS(GIC_VDRCFG, "#4, C12, C1, #5", 0xd50cc1a0),
	SYS(GIC_VDDI, "#4, C12, C2, #0", 0xd50cc200),
	SYS(GIC_VDHM, "#4, C12, C2, #1", 0xd50cc220),
	SYS(GIC_LDDIS, "#6, C12, C1, #0", 0xd50ec100),
	SYS(GIC_LDEN, "#6, C12, C1, #1", 0xd50ec120),
	SYS(GIC_LDPRI, "#6, C12, C1, #2", 0xd50ec140),
	SYS(GIC_LDAFF, "#6, C12, C1, #3", 0xd50ec160),
	SYS(GIC_LDPEND, "#6, C12, C1, #4", 0xd50ec180),
	SYS(GIC_LDRCFG, "#6, C12, C1, #5", 0xd50ec1a0),
	SYS(GIC_LDDI, "#6, C12, C2, #0", 0xd50ec200),
	SYS(GIC_LDHM, "#6, C12, C2, #1", 0xd50ec220),
	SYSL(GICR_CDIA, "#0, C12, C3, #0", 0xd528c300),
	SYSL(GICR_CDNMIA, "#0, C12, C3, #1", 0xd528c320),
	RO(ICC_PPI_HMR0_EL1, "S3_0_C12_C10_0", 0xd538ca00),
	RO(ICC_PPI_HMR1_EL1, "S3_0_C12_C10_1", 0xd538ca20),
	RO(ICC_IDR0_EL1, "S3_0_C12_C10_2", 0xd538ca40),
	RO(ICC_HPPIR_EL1, "S3_0_C12_C10_3", 0xd538ca60),
	RW(ICC_ICSR_EL1, "S3_0_C12_C10_4", 0xd518ca80),
	RO(ICC_IAFFIDR_EL1, "S3_0_C12_C10_5", 0xd538caa0),
	RW(ICC_PPI_ENABLER0_EL1, "S3_0_C12_C10_6", 0xd518cac0),
	RW(ICC_PPI_ENABLER1_EL1, "S3_0_C12_C10_7", 0xd518cae0),
	RW(ICC_PPI_CACTIVER0_EL1, "S3_0_C12_C13_0", 0xd518cd00),
	RW(ICC_PPI_CACTIVER1_EL1, "S3_0_C12_C13_1", 0xd518cd20),
	RW(ICC_PPI_SACTIVER0_EL1, "S3_0_C12_C13_2", 0xd518cd40),
	RW(ICC_PPI_SACTIVER1_EL1, "S3_0_C12_C13_3", 0xd518cd60),
	RW(ICC_PPI_CPENDR0_EL1, "S3_0_C12_C13_4", 0xd518cd80),
	RW(ICC_PPI_CPENDR1_EL1, "S3_0_C12_C13_5", 0xd518cda0),
	RW(ICC_PPI_SPENDR0_EL1, "S3_0_C12_C13_6", 0xd518cdc0),
	RW(ICC_PPI_SPENDR1_EL1, "S3_0_C12_C13_7", 0xd518cde0),
	RW(ICC_PPI_PRIORITYR_EL1(0), "S3_0_C12_C14_0", 0xd518ce00),
	RW(ICC_PPI_PRIORITYR_EL1(1), "S3_0_C12_C14_1", 0xd518ce20),
	RW(ICC_PPI_PRIORITYR_EL1(2), "S3_0_C12_C14_2", 0xd518ce40),
	RW(ICC_PPI_PRIORITYR_EL1(3), "S3_0_C12_C14_3", 0xd518ce60),
	RW(ICC_PPI_PRIORITYR_EL1(4), "S3_0_C12_C14_4", 0xd518ce80),
	RW(ICC_PPI_PRIORITYR_EL1(5), "S3_0_C12_C14_5", 0xd518cea0),
	RW(ICC_PPI_PRIORITYR_EL1(6), "S3_0_C12_C14_6", 0xd518cec0),
	RW(ICC_PPI_PRIORITYR_EL1(7), "S3_0_C12_C14_7", 0xd518cee0),
	RW(ICC_PPI_PRIORITYR_EL1(8), "S3_0_C12_C15_0", 0xd518cf00),
	RW(ICC_PPI_PRIORITYR_EL1(9), "S3_0_C12_C15_1", 0xd518cf20),
	RW(ICC_PPI_PRIORITYR_EL1(10), "S3_0_C12_C15_2", 0xd518cf40),
	RW(ICC_PPI_PRIORITYR_EL1(11), "S3_0_C12_C15_3", 0xd518cf60),
	RW(ICC_PPI_PRIORITYR_EL1(12), "S3_0_C12_C15_4", 0xd518cf80),
	RW(ICC_PPI_PRIORITYR_EL1(13), "S3_0_C12_C15_5", 0xd518cfa0),
	RW(ICC_PPI_PRIORITYR_EL1(14), "S3_0_C12_C15_6", 0xd518cfc0),
	RW(ICC_PPI_PRIORITYR_EL1(15), "S3_0_C12_C15_7", 0xd518cfe0),
	RW(ICC_APR_EL1, "S3_1_C12_C0_0", 0xd519c000),
	RW(ICC_CR0_EL1, "S3_1_C12_C0_1", 0xd519c020),
	RW(ICC_PCR_EL1, "S3_1_C12_C0_2", 0xd519c040),
	RO(ICC_HAPR_EL1, "S3_1_C12_C0_3", 0xd539c060),
	RW(ICH_APR_EL2, "S3_4_C12_C8_4", 0xd51cc880),
	RO(ICH_HPPIR_EL2, "S3_4_C12_C8_5", 0xd53cc8a0),
	RW(ICH_HFGRTR_EL2, "S3_4_C12_C9_4", 0xd51cc980),
	RW(ICH_HFGWTR_EL2, "S3_4_C12_C9_6", 0xd51cc9c0),
	RW(ICH_HFGITR_EL2, "S3_4_C12_C9_7", 0xd51cc9e0),
	RW(ICH_PPI_DVIR0_EL2, "S3_4_C12_C10_0", 0xd51cca00),
	RW(ICH_PPI_DVIR1_EL2, "S3_4_C12_C10_1", 0xd51cca20),
	RW(ICH_PPI_ENABLER0_EL2, "S3_4_C12_C10_2", 0xd51cca40),
	RW(ICH_PPI_ENABLER1_EL2, "S3_4_C12_C10_3", 0xd51cca60),
	RW(ICH_PPI_PENDR0_EL2, "S3_4_C12_C10_4", 0xd51cca80),
	RW(ICH_PPI_PENDR1_EL2, "S3_4_C12_C10_5", 0xd51ccaa0),
	RW(ICH_PPI_ACTIVER0_EL2, "S3_4_C12_C10_6", 0xd51ccac0),
	RW(ICH_PPI_ACTIVER1_EL2, "S3_4_C12_C10_7", 0xd51ccae0),
	RW(ICH_HCR_EL2, "S3_4_C12_C11_0", 0xd51ccb00),
	RO(ICH_VTR_EL2, "S3_4_C12_C11_1", 0xd53ccb20),
	RO(ICH_MISR_EL2, "S3_4_C12_C11_2", 0xd53ccb40),
	RW(ICH_VCTLR_EL2, "S3_4_C12_C11_4", 0xd51ccb80),
	RW(ICH_CONTEXTR_EL2, "S3_4_C12_C11_6", 0xd51ccbc0),
	RW(ICH_VMCR_EL2, "S3_4_C12_C11_7", 0xd51ccbe0),
	RW(ICH_PPI_PRIORITYR_EL2(0), "S3_4_C12_C14_0", 0xd51cce00),
	RW(ICH_PPI_PRIORITYR_EL2(1), "S3_4_C12_C14_1", 0xd51cce20),
	RW(ICH_PPI_PRIORITYR_EL2(2), "S3_4_C12_C14_2", 0xd51cce40),
	RW(ICH_PPI_PRIORITYR_EL2(3), "S3_4_C12_C14_3", 0xd51cce60),
	RW(ICH_PPI_PRIORITYR_EL2(4), "S3_4_C12_C14_4", 0xd51cce80),
	RW(ICH_PPI_PRIORITYR_EL2(5), "S3_4_C12_C14_5", 0xd51ccea0),
	RW(ICH_PPI_PRIORITYR_EL2(6), "S3_4_C12_C14_6", 0xd51ccec0),
	RW(ICH_PPI_PRIORITYR_EL2(7), "S3_4_C12_C14_7", 0xd51ccee0),
	RW(ICH_PPI_PRIORITYR_EL2(8), "S3_4_C12_C15_0", 0xd51ccf00),
	RW(ICH_PPI_PRIORITYR_EL2(9), "S3_4_C12_C15_1", 0xd51ccf20),
	RW(ICH_PPI_PRIORITYR_EL2(10), "S3_4_C12_C15_2", 0xd51ccf40),
	RW(ICH_PPI_PRIORITYR_EL2(11), "S3_4_C12_C15_3", 0xd51ccf60),
	RW(ICH_PPI_PRIORITYR_EL2(12), "S3_4_C12_C15_4", 0xd51ccf80),
	RW(ICH_PPI_PRIORITYR_EL2(13), "S3_4_C12_C15_5", 0xd51ccfa0),
	RW(ICH_PPI_PRIORITYR_EL2(14), "S3_4_C12_C15_6", 0xd51ccfc0),
	RW(ICH_PPI_PRIORITYR_EL2(15), "S3_4_C12_C15_7", 0xd51ccfe0),
	RW(ICC_APR_EL3, "S3_6_C12_C8_0", 0xd51ec800),
	RW(ICC_PCR_EL3, "S3_6_C12_C8_1", 0xd51ec820),
	RO(ICC_DOMHPPIR_EL3, "S3_6_C12_C8_2", 0xd53ec840),
	RW(ICC_PPI_DOMAINR0_EL3, "S3_6_C12_C8_4", 0xd51ec880),
	RW(ICC_PPI_DOMAINR1_EL3, "S3_6_C12_C8_5", 0xd51ec8a0),
	RW(ICC_PPI_DOMAINR2_EL3, "S3_6_C12_C8_6", 0xd51ec8c0),
	RW(ICC_PPI_DOMAINR3_EL3, "S3_6_C12_C8_7", 0xd51ec8e0),
	RW(ICC_CR0_EL3, "S3_6_C12_C9_0", 0xd51ec900),
	RO(ICC_HPPIR_EL3, "S3_6_C12_C9_1", 0xd53ec920),
	RO(ID_AA64PFR2_EL1, "S3_0_C0_C4_2", 0xd5380440),
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static const uint32_t rts[] = { 0, 1, 17, 30, A64_XZR };

#define NR_RTS (sizeof(rts) / sizeof(rts[0]))

/* Called for each word there is; returns whether it is good. */
typedef int visit_fn(const struct row *row, int read, uint32_t rt, void *arg);

static int visit_all(visit_fn *visit, void *arg)
{
	int good = 1;
	size_t n, r;
	int read;

	for (n = 0; n < NR_ROWS; n++) {
		for (read = 0; read < 2; read++) {
			if (!(rows[n].forms & (read ? READS : WRITES))) {
				continue;
			}
			for (r = 0; r < NR_RTS; r++) {
				if ((rows[n].forms & RT_XZR) &&
				    rts[r] != A64_XZR) {
					continue;
				}
				good &= visit(&rows[n], read, rts[r], arg);
			}
		}
	}
	return good;
}

static int print_one(const struct row *row, int read, uint32_t rt, void *arg)
{
	static const char *const mnemonic[2][2] = { { "msr", "mrs" },
						    { "sys", "sysl" } };
	char x[8];

	(void)arg;
	if (rt == A64_XZR) {
		strcpy(x, "xzr");
	} else {
		snprintf(x, sizeof(x), "x%" PRIu32, rt);
	}
	printf("%s %s, %s\n", mnemonic[(row->forms & INSN) != 0][read],
	       read ? x : row->generic, read ? row->generic : x);
	return 1;
}

struct check {
	FILE *in;
	unsigned int words;
};

static uint32_t next_word(FILE *in)
{
	uint8_t b[4] = { 0 };

	if (fread(b, 1, sizeof(b), in) != sizeof(b)) {
		return 0;
	}
	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	       (uint32_t)b[3] << 24;
}

static int check_one(const struct row *row, int read, uint32_t rt, void *arg)
{
	struct check *c = arg;
	const uint32_t assembled = next_word(c->in);
	const uint32_t composed = A64_SYSTEM_WORD(row->enc, read, rt);
	/* The table gives Rt as 0, or for barriers as 31. */
	const uint32_t table = row->word | (read ? A64_SYSTEM_L : 0) | rt;
	const int good = assembled == composed && assembled == table &&
			 A64_IS_SYSTEM(assembled) &&
			 A64_SYSTEM_GET_ENC(assembled) == row->enc &&
			 A64_SYSTEM_GET_RT(assembled) == rt &&
			 A64_SYSTEM_IS_READ(assembled) == read;

	c->words++;
	if (!good) {
		printf("FAIL %s %s x%" PRIu32 ": assembler %08" PRIx32
		       ", regs/ %08" PRIx32 ", table %08" PRIx32 "\n",
		       row->name, read ? "read" : "write", rt, assembled,
		       composed, table);
	}
	return good;
}

/* The word after the last is HVC #0xcafe; then nothing. */
static int check_end(FILE *in)
{
	const uint32_t hvc = next_word(in);

	if (hvc != A64_HVC(0xcafe) || !A64_IS_HVC(hvc) ||
	    A64_HVC_GET_IMM(hvc) != 0xcafe || A64_IS_SYSTEM(hvc) ||
	    next_word(in) != 0) {
		printf("FAIL the end of the file: %08" PRIx32 "\n", hvc);
		return 0;
	}
	return 1;
}

int main(int argc, char **argv)
{
	struct check c = { 0 };
	int good;

	if (argc == 2 && !strcmp(argv[1], "asm")) {
		visit_all(print_one, NULL);
		printf("hvc #0xcafe\n");
		return 0;
	}
	if (argc != 3 || strcmp(argv[1], "check") ||
	    !(c.in = fopen(argv[2], "rb"))) {
		fprintf(stderr, "usage: gicv5-words asm | check FILE\n");
		return 2;
	}
	good = visit_all(check_one, &c);
	good &= check_end(c.in);
	fclose(c.in);
	printf("%zu registers and instructions, %u words: %s\n", NR_ROWS,
	       c.words, good ? "all agree" : "they differ");
	return !good;
}
