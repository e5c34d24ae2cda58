/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and interrupts as people call them. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff5/op.h"

struct name {
	uint32_t value;
	const char *text;
};

/* clang-format off */
#define NAME(x) { x, #x }
/* clang-format on */

/* clang-format off */
static const struct name sysregs[] = {
	NAME(GSB_SYS), NAME(GSB_ACK), NAME(GIC_CDDIS), NAME(GIC_CDEN),
	NAME(GIC_CDPRI), NAME(GIC_CDAFF), NAME(GIC_CDPEND), NAME(GIC_CDRCFG),
	NAME(GIC_CDEOI), NAME(GIC_CDDI), NAME(GIC_CDHM), NAME(GICR_CDIA),
	NAME(GICR_CDNMIA), NAME(ICC_PPI_HMR0_EL1), NAME(ICC_PPI_HMR1_EL1),
	NAME(ICC_IDR0_EL1), NAME(ICC_HPPIR_EL1), NAME(ICC_ICSR_EL1),
	NAME(ICC_IAFFIDR_EL1), NAME(ICC_PPI_ENABLER0_EL1),
	NAME(ICC_PPI_ENABLER1_EL1), NAME(ICC_PPI_CACTIVER0_EL1),
	NAME(ICC_PPI_CACTIVER1_EL1), NAME(ICC_PPI_SACTIVER0_EL1),
	NAME(ICC_PPI_SACTIVER1_EL1), NAME(ICC_PPI_CPENDR0_EL1),
	NAME(ICC_PPI_CPENDR1_EL1), NAME(ICC_PPI_SPENDR0_EL1),
	NAME(ICC_PPI_SPENDR1_EL1), NAME(ICC_APR_EL1), NAME(ICC_CR0_EL1),
	NAME(ICC_PCR_EL1), NAME(ICC_HAPR_EL1),
};
/* clang-format on */

static const struct name irs_registers[] = {
	NAME(IRS_IDR0),		 NAME(IRS_IDR1),       NAME(IRS_IDR2),
	NAME(IRS_IDR5),		 NAME(IRS_IDR6),       NAME(IRS_IDR7),
	NAME(IRS_IIDR),		 NAME(IRS_AIDR),       NAME(IRS_CR0),
	NAME(IRS_CR1),		 NAME(IRS_SYNCR),      NAME(IRS_SYNC_STATUSR),
	NAME(IRS_SPI_VMR),	 NAME(IRS_SPI_SELR),   NAME(IRS_SPI_DOMAINR),
	NAME(IRS_SPI_RESAMPLER), NAME(IRS_SPI_CFGR),   NAME(IRS_SPI_STATUSR),
	NAME(IRS_PE_SELR),	 NAME(IRS_PE_STATUSR), NAME(IRS_PE_CR0),
	NAME(IRS_IST_BASER),	 NAME(IRS_IST_CFGR),   NAME(IRS_IST_STATUSR),
	NAME(IRS_MAP_L2_ISTR),
};

#define LOOK_UP(table, wanted) \
	do { \
		size_t n_; \
		for (n_ = 0; n_ < sizeof(table) / sizeof(table[0]); n_++) { \
			if (table[n_].value == (wanted)) { \
				return table[n_].text; \
			} \
		} \
	} while (0)

const char *name_sysreg(uint32_t enc)
{
	static char text[40];

	LOOK_UP(sysregs, enc);
	if (enc - ICC_PPI_PRIORITYR0_EL1 < 16) {
		snprintf(text, sizeof(text), "ICC_PPI_PRIORITYR%" PRIu32 "_EL1",
			 enc - ICC_PPI_PRIORITYR0_EL1);
	} else {
		snprintf(text, sizeof(text), "S%d_%d_C%d_C%d_%d", enc >> 14 & 3,
			 enc >> 11 & 7, enc >> 7 & 15, enc >> 3 & 15, enc & 7);
	}
	return text;
}

const char *name_irs(uint32_t offset)
{
	static char text[40];

	LOOK_UP(irs_registers, offset);
	snprintf(text, sizeof(text), "IRS + %#" PRIx32, offset);
	return text;
}

void name_intid(char *text, size_t size, uint32_t intid)
{
	static const char *const types[] = {
		"TYPE0", "PPI", "LPI", "SPI", "TYPE4", "TYPE5", "TYPE6", "TYPE7"
	};

	snprintf(text, size, "%s %u", types[FIELD_GET(GICV5_INTID_TYPE, intid)],
		 (unsigned int)FIELD_GET(GICV5_INTID_ID, intid));
}
