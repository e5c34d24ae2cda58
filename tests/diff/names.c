/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and interrupts as people call them. */
#include <inttypes.h>
#include <stdio.h>

#include "regs/gicv2.h"
#include "tests/diff/op.h"

struct name {
	uint32_t value;
	const char *text;
};

#define NAME(x) \
	{ \
		x, #x \
	}

/* clang-format off */
static const struct name sysregs[] = {
	NAME(ICC_PMR_EL1), NAME(ICC_IAR0_EL1), NAME(ICC_EOIR0_EL1),
	NAME(ICC_HPPIR0_EL1), NAME(ICC_BPR0_EL1), NAME(ICC_AP0R0_EL1),
	{ ICC_AP0R0_EL1 + 1, "ICC_AP0R1_EL1" },
	{ ICC_AP0R0_EL1 + 2, "ICC_AP0R2_EL1" },
	{ ICC_AP0R0_EL1 + 3, "ICC_AP0R3_EL1" }, NAME(ICC_AP1R0_EL1),
	{ ICC_AP1R0_EL1 + 1, "ICC_AP1R1_EL1" },
	{ ICC_AP1R0_EL1 + 2, "ICC_AP1R2_EL1" },
	{ ICC_AP1R0_EL1 + 3, "ICC_AP1R3_EL1" }, NAME(ICC_DIR_EL1),
	NAME(ICC_RPR_EL1), NAME(ICC_SGI1R_EL1), NAME(ICC_ASGI1R_EL1),
	NAME(ICC_SGI0R_EL1), NAME(ICC_IAR1_EL1), NAME(ICC_EOIR1_EL1),
	NAME(ICC_HPPIR1_EL1), NAME(ICC_BPR1_EL1), NAME(ICC_CTLR_EL1),
	NAME(ICC_SRE_EL1), NAME(ICC_IGRPEN0_EL1), NAME(ICC_IGRPEN1_EL1),
	{ GICD_SGIR, "GICD_SGIR" }, NAME(GSB_SYS), NAME(GSB_ACK),
	NAME(GIC_CDDIS), NAME(GIC_CDEN), NAME(GIC_CDPRI), NAME(GIC_CDAFF),
	NAME(GIC_CDPEND), NAME(GIC_CDRCFG), NAME(GIC_CDEOI), NAME(GIC_CDDI),
	NAME(GIC_CDHM), NAME(GICR_CDIA), NAME(GICR_CDNMIA),
	NAME(ICC_PPI_HMR0_EL1), NAME(ICC_PPI_HMR1_EL1), NAME(ICC_IDR0_EL1),
	NAME(ICC_HPPIR_EL1), NAME(ICC_ICSR_EL1), NAME(ICC_IAFFIDR_EL1),
	NAME(ICC_PPI_ENABLER0_EL1), NAME(ICC_PPI_ENABLER1_EL1),
	NAME(ICC_PPI_CACTIVER0_EL1), NAME(ICC_PPI_CACTIVER1_EL1),
	NAME(ICC_PPI_SACTIVER0_EL1), NAME(ICC_PPI_SACTIVER1_EL1),
	NAME(ICC_PPI_CPENDR0_EL1), NAME(ICC_PPI_CPENDR1_EL1),
	NAME(ICC_PPI_SPENDR0_EL1), NAME(ICC_PPI_SPENDR1_EL1),
	NAME(ICC_APR_EL1), NAME(ICC_CR0_EL1), NAME(ICC_PCR_EL1),
	NAME(ICC_HAPR_EL1),
};

static const struct name irs_registers[] = {
	NAME(IRS_IDR0), NAME(IRS_IDR1), NAME(IRS_IDR2), NAME(IRS_IDR5),
	NAME(IRS_IDR6), NAME(IRS_IDR7), NAME(IRS_IIDR), NAME(IRS_AIDR),
	NAME(IRS_CR0), NAME(IRS_CR1), NAME(IRS_SYNCR), NAME(IRS_SYNC_STATUSR),
	NAME(IRS_SPI_VMR), NAME(IRS_SPI_SELR), NAME(IRS_SPI_DOMAINR),
	NAME(IRS_SPI_RESAMPLER), NAME(IRS_SPI_CFGR), NAME(IRS_SPI_STATUSR),
	NAME(IRS_PE_SELR), NAME(IRS_PE_STATUSR), NAME(IRS_PE_CR0),
	NAME(IRS_IST_BASER), NAME(IRS_IST_CFGR), NAME(IRS_IST_STATUSR),
	NAME(IRS_MAP_L2_ISTR),
};
/* clang-format on */

static const char *find(const struct name *names, uint32_t count,
			uint32_t value)
{
	for (; count > 0; count--, names++) {
		if (names->value == value) {
			return names->text;
		}
	}
	return NULL;
}

void name_sysreg(char *text, size_t size, uint32_t enc)
{
	const char *name = find(sysregs, OP_COUNT(sysregs), enc);

	if (name) {
		snprintf(text, size, "%s", name);
	} else if (enc - ICC_PPI_PRIORITYR0_EL1 < 16) {
		snprintf(text, size, "ICC_PPI_PRIORITYR%" PRIu32 "_EL1",
			 enc - ICC_PPI_PRIORITYR0_EL1);
	} else {
		snprintf(text, size, "S%d_%d_C%d_C%d_%d", enc >> 14 & 3,
			 enc >> 11 & 7, enc >> 7 & 15, enc >> 3 & 15, enc & 7);
	}
}

void name_irs(char *text, size_t size, int irs, uint32_t offset)
{
	const char *name = find(irs_registers, OP_COUNT(irs_registers), offset);

	if (name) {
		snprintf(text, size, "IRS%d %s", irs, name);
	} else {
		snprintf(text, size, "IRS%d + %#" PRIx32, irs, offset);
	}
}

void name_intid(char *text, size_t size, uint32_t intid)
{
	static const char *const types[] = {
		"TYPE0", "PPI", "LPI", "SPI", "TYPE4", "TYPE5", "TYPE6", "TYPE7"
	};

	snprintf(text, size, "%s %u", types[FIELD_GET(GICV5_INTID_TYPE, intid)],
		 (unsigned int)FIELD_GET(GICV5_INTID_ID, intid));
}

/* Registers of the distributor and of a redistributor's SGI frame. */
static const struct {
	uint32_t offset, size;
	const char *name;
	unsigned int irqs_per_byte; /* in units of 1/8 interrupt */
} frames[] = {
	{ GICD_IGROUPR, 0x80, "IGROUPR", 64 },
	{ GICD_ISENABLER, 0x80, "ISENABLER", 64 },
	{ GICD_ICENABLER, 0x80, "ICENABLER", 64 },
	{ GICD_ISPENDR, 0x80, "ISPENDR", 64 },
	{ GICD_ICPENDR, 0x80, "ICPENDR", 64 },
	{ GICD_ISACTIVER, 0x80, "ISACTIVER", 64 },
	{ GICD_ICACTIVER, 0x80, "ICACTIVER", 64 },
	{ GICD_IPRIORITYR, 0x400, "IPRIORITYR", 8 },
	{ GICD_ICFGR, 0x100, "ICFGR", 32 },
	{ GICD_IROUTER, 0x2000, "IROUTER", 1 },
};

void name_gicd(char *text, size_t size, int frame, uint32_t offset)
{
	const bool sgi = frame >= 0 && offset >= GICR_SGI_BASE;
	const uint32_t reg = sgi ? offset - GICR_SGI_BASE : offset;
	char who[16];
	size_t i;

	if (frame < 0) {
		snprintf(who, sizeof(who), "GICD");
	} else {
		snprintf(who, sizeof(who), "GICR%d", frame);
	}
	snprintf(text, size, "%s+%#x", who, offset);
	if (!sgi && frame >= 0) {
		return;
	}
	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		const uint32_t at = reg - frames[i].offset;

		if (at < frames[i].size) {
			snprintf(text, size, "%s_%s(%u..)%s", who,
				 frames[i].name,
				 at * frames[i].irqs_per_byte / 8,
				 frames[i].irqs_per_byte == 1 && (at & 4) ?
					 ".hi" :
					 "");
			return;
		}
	}
	if (reg == GICD_CTLR) {
		snprintf(text, size, "%s_CTLR", who);
	}
}
