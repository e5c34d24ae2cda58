/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of a GICv5: the small world that all short sequences are tried in, which
 * has a PPI, an SPI that goes from one vCPU to the other, and an LPI.
 */
#include "tests/diff/op.h"

#define PPI 23u
#define SPI GICV5_SPI(1)
#define LPI GICV5_LPI(1)
#define TO(v) FIELD_PUT(GIC_CDAFF_IAFFID, (v)*0x101 + 2)

#define STORE(offset, value) \
	{ \
		OP_STORE, 0, 0, 4, offset, value \
	}
#define MSR(v, reg, value) \
	{ \
		OP_WRITE, v, 0, 0, reg, value \
	}
#define SYS(v, insn, operand) \
	{ \
		OP_COMMAND, v, 0, 0, insn, operand \
	}
#define PRIO(prio) FIELD_PUT(GIC_CDPRI_PRIORITY, prio)

/* A linear table; all of one priority but the LPI, which is better. */
static const struct op boot[] = {
	STORE(IRS_IST_CFGR, FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, 10)),
	{ OP_STORE, 0, 0, 8, IRS_IST_BASER, V5_IST | IRS_IST_BASER_VALID },
	STORE(IRS_CR0, IRS_CR0_IRSEN),
	STORE(IRS_SPI_SELR, 1),
	STORE(IRS_SPI_CFGR, IRS_SPI_CFGR_TM),
	SYS(0, GIC_CDAFF, SPI | TO(0)),
	SYS(0, GIC_CDAFF, LPI | TO(0)),
	SYS(0, GIC_CDPRI, SPI | PRIO(8)),
	SYS(0, GIC_CDPRI, LPI | PRIO(4)),
	SYS(0, GIC_CDEN, SPI),
	SYS(0, GIC_CDEN, LPI),
	MSR(0, ICC_PPI_PRIORITYR_EL1(2), UINT64_C(0x0808080808080808)),
	MSR(0, ICC_PPI_ENABLER0_EL1, UINT64_C(1) << PPI),
	MSR(0, ICC_PCR_EL1, 31),
	MSR(1, ICC_PCR_EL1, 31),
	MSR(0, ICC_CR0_EL1, ICC_CR0_EL1_EN),
	MSR(1, ICC_CR0_EL1, ICC_CR0_EL1_EN),
};

static const struct op letters[] = {
	{ OP_LINE, 0, 0, 0, SPI, 1 },
	{ OP_LINE, 0, 0, 0, SPI, 0 },
	{ OP_PPI, 0, 0, 0, GICV5_PPI(PPI), 1 },
	{ OP_PPI, 0, 0, 0, GICV5_PPI(PPI), 0 },
	{ OP_MESSAGE, 0, 0, 0, 1, 0 },
	{ OP_ACK, 0, 0, 0, 0, 0 },
	{ OP_ACK, 1, 0, 0, 0, 0 },
	{ OP_END, 0, 0, 0, 0, 0 },
	{ OP_END, 1, 0, 0, 0, 0 },
	SYS(1, GIC_CDAFF, SPI | TO(1)),
	SYS(0, GIC_CDAFF, SPI | TO(0)),
	SYS(1, GIC_CDDIS, SPI),
	SYS(0, GIC_CDEN, SPI),
	SYS(1, GIC_CDPEND, LPI | GIC_CDPEND_PENDING),
	SYS(1, GIC_CDPEND, LPI),
	SYS(1, GIC_CDPRI, SPI | PRIO(2)),
	SYS(1, GIC_CDDI, SPI),
	MSR(0, ICC_CR0_EL1, 0),
	MSR(0, ICC_CR0_EL1, ICC_CR0_EL1_EN),
	MSR(0, ICC_PCR_EL1, 6),
	{ OP_PUT, 0, 0, 0, 0, 0 },
	{ OP_EXIT, 0, 0, 0, 0, 0 },
};

const struct small_world v5_small = {
	.config = {
		.nr_vcpus = 2,
		.nr_irs = 1,
		.lpi_id_bits = 10,
	},
	.modes = { { 0 } },
	.nr_modes = 1,
	.boot = OP_LIST(boot),
	.letters = OP_LIST(letters),
};
