/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 used wrongly. */
#include "guest/hostile/hostile.h"
#include "guest/lib/direct.h"

static bool all_widths(void)
{
	static const struct hostile_frame frames[] = {
		{ GICD_BASE, GICV2_DIST_SIZE },
		{ GICC_BASE, GICV2_CPU_SIZE },
		{ 0, 0 },
	};

	return hostile_widths(frames);
}

const struct hostile_part hostile_gic_parts[] = {
	{ "hostile=widths", all_widths },
	{ NULL, NULL },
};

void hostile_junk_mmio(uint32_t *seed)
{
	unsigned int width = hostile_random(seed) % HOSTILE_WIDTHS;
	uint32_t offset = hostile_random(seed) & (GICV2_DIST_SIZE - 1) &
			  ~((1u << width) - 1);

	hostile_access(GICD_BASE + offset, width, seed);
}

void hostile_junk_cpuif(uint32_t *seed)
{
	static const uint16_t registers[] = {
		GICC_CTLR,   GICC_PMR,	 GICC_BPR,   GICC_IAR,	GICC_EOIR,
		GICC_RPR,    GICC_HPPIR, GICC_ABPR,  GICC_AIAR, GICC_AEOIR,
		GICC_AHPPIR, GICC_APR,	 GICC_NSAPR, GICC_IIDR, GICC_DIR,
	};
	unsigned int n = sizeof(registers) / sizeof(*registers);
	uint32_t offset = registers[hostile_random(seed) % n];
	uint32_t value = (uint32_t)hostile_random64(seed);

	/* Every other number is a CPU and an interrupt that exist. */
	if (hostile_random(seed) % 2 == 0) {
		value &= 0x1c3f;
	}
	if (hostile_random(seed) % 2 == 0) {
		gicc_read(offset);
	} else {
		gicc_write(offset, value);
	}
}

void hostile_clear_priorities(void)
{
	gicc_write(GICC_NSAPR, 0);
	gicc_write(GICC_APR, 0);
}
