/* SPDX-License-Identifier: BSD-2-Clause */
/* Register names, so that a person can read a program. */
#include <stdio.h>

#include "tests/diff/kinds.h"

static const struct {
	uint32_t enc;
	const char *name;
} sysregs[] = {
	{ ICC_PMR_EL1, "ICC_PMR_EL1" },
	{ ICC_IAR0_EL1, "ICC_IAR0_EL1" },
	{ ICC_EOIR0_EL1, "ICC_EOIR0_EL1" },
	{ ICC_HPPIR0_EL1, "ICC_HPPIR0_EL1" },
	{ ICC_BPR0_EL1, "ICC_BPR0_EL1" },
	{ ICC_AP0R0_EL1, "ICC_AP0R0_EL1" },
	{ ICC_AP0R0_EL1 + 1, "ICC_AP0R1_EL1" },
	{ ICC_AP0R0_EL1 + 2, "ICC_AP0R2_EL1" },
	{ ICC_AP0R0_EL1 + 3, "ICC_AP0R3_EL1" },
	{ ICC_AP1R0_EL1, "ICC_AP1R0_EL1" },
	{ ICC_AP1R0_EL1 + 1, "ICC_AP1R1_EL1" },
	{ ICC_AP1R0_EL1 + 2, "ICC_AP1R2_EL1" },
	{ ICC_AP1R0_EL1 + 3, "ICC_AP1R3_EL1" },
	{ ICC_DIR_EL1, "ICC_DIR_EL1" },
	{ ICC_RPR_EL1, "ICC_RPR_EL1" },
	{ ICC_SGI1R_EL1, "ICC_SGI1R_EL1" },
	{ ICC_ASGI1R_EL1, "ICC_ASGI1R_EL1" },
	{ ICC_SGI0R_EL1, "ICC_SGI0R_EL1" },
	{ ICC_IAR1_EL1, "ICC_IAR1_EL1" },
	{ ICC_EOIR1_EL1, "ICC_EOIR1_EL1" },
	{ ICC_HPPIR1_EL1, "ICC_HPPIR1_EL1" },
	{ ICC_BPR1_EL1, "ICC_BPR1_EL1" },
	{ ICC_CTLR_EL1, "ICC_CTLR_EL1" },
	{ ICC_SRE_EL1, "ICC_SRE_EL1" },
	{ ICC_IGRPEN0_EL1, "ICC_IGRPEN0_EL1" },
	{ ICC_IGRPEN1_EL1, "ICC_IGRPEN1_EL1" },
};

const char *name_sysreg(uint32_t enc)
{
	size_t i;

	for (i = 0; i < sizeof(sysregs) / sizeof(sysregs[0]); i++) {
		if (sysregs[i].enc == enc) {
			return sysregs[i].name;
		}
	}
	return "unknown";
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

void name_mmio(char *text, size_t size, int frame, uint32_t offset)
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
