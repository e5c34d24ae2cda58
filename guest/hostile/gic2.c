/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv2, used wrongly and rightly. */
#include "guest/hostile/hostile.h"
#include "guest/lib/gic2.h"

#define PRIORITY 0xa0

/* See gic3.c: only what is not aligned is a fault. */
static bool all_widths(void)
{
	uint64_t esr;

	fault_expect();
	hostile_sweep(GICD_BASE, GICV2_DIST_SIZE);
	hostile_sweep(GICC_BASE, GICV2_CPU_SIZE);
	fault_count(&esr);
	fault_expect();
	for (uint32_t offset = 0; offset < GICV2_DIST_SIZE; offset += 4) {
		mmio_read32(GICD_BASE + offset);
	}
	for (uint32_t offset = 0; offset < GICV2_CPU_SIZE; offset += 4) {
		mmio_read32(GICC_BASE + offset);
	}
	return fault_count(&esr) == 0;
}

const struct hostile_part hostile_gic_parts[] = {
	{ "hostile=widths", all_widths },
	{ NULL, NULL },
};

static uint64_t random64(uint32_t *seed)
{
	return (uint64_t)hostile_random(seed) << 40 |
	       (uint64_t)hostile_random(seed) << 20 | hostile_random(seed);
}

void hostile_junk_mmio(uint32_t *seed)
{
	unsigned int width = hostile_random(seed) % HOSTILE_WIDTHS;
	uint32_t offset = hostile_random(seed) & (GICV2_DIST_SIZE - 1) &
			  ~((1u << width) - 1);

	if (hostile_random(seed) % 2 == 0) {
		hostile_load(GICD_BASE + offset, width);
	} else {
		hostile_store(GICD_BASE + offset, width, random64(seed));
	}
}

void hostile_junk_cpuif(uint32_t *seed)
{
	static const uint16_t registers[] = {
		GICC_CTLR, GICC_PMR, GICC_BPR, GICC_IAR, GICC_EOIR, GICC_RPR,
		GICC_HPPIR, GICC_ABPR, GICC_AIAR, GICC_AEOIR, GICC_AHPPIR,
		GICC_APR, GICC_NSAPR, GICC_IIDR, GICC_DIR,
	};
	unsigned int n = sizeof(registers) / sizeof(*registers);
	uint32_t offset = registers[hostile_random(seed) % n];
	uint32_t value = (uint32_t)random64(seed);

	/* Small numbers are interrupts that exist. */
	if (hostile_random(seed) % 2 == 0) {
		value &= 0x1c3f;
	}
	if (hostile_random(seed) % 2 == 0) {
		gicc_read(offset);
	} else {
		gicc_write(offset, value);
	}
}

uint32_t hostile_take(void)
{
	uint32_t taken = gicc_read(GICC_IAR);

	if (FIELD_GET(GICC_INTID, taken) < GIC_SPI_END) {
		gicc_write(GICC_EOIR, taken);
	}
	return (uint32_t)FIELD_GET(GICC_INTID, taken);
}

static void gicd_set(uint32_t offset, uint32_t value)
{
	mmio_write32(GICD_BASE + offset, value);
}

/* All in Group 0. */
void hostile_reset_gic(void)
{
	uint32_t i;

	gicd_set(GICD_CTLR, 0);
	for (i = 0; i < GIC_SPI_END; i += 32) {
		gicd_set(GICD_ICENABLER + i / 32 * 4, UINT32_MAX);
		gicd_set(GICD_ICPENDR + i / 32 * 4, UINT32_MAX);
		gicd_set(GICD_ICACTIVER + i / 32 * 4, UINT32_MAX);
		gicd_set(GICD_IGROUPR + i / 32 * 4, 0);
	}
	for (i = 0; i < GIC_NR_SGIS; i += 4) {
		gicd_set(GICD_CPENDSGIR + i, UINT32_MAX);
		gicd_set(GICD_IPRIORITYR + i, PRIORITY * 0x01010101u);
	}
	gicc_write(GICC_CTLR, 0);
	gicc_write(GICC_NSAPR, 0);
	gicc_write(GICC_APR, 0);
	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, GICC_CTLR_EnableGrp0);
	gicd_set(GICD_ISENABLER, 1u << HOSTILE_SGI);
	gicd_set(GICD_CTLR, GICD_CTLR_EnableGrp0);
}

void hostile_send_self(void)
{
	gicd_set(GICD_SGIR, (uint32_t)FIELD_PUT(GICD_SGIR_TargetListFilter,
						GICD_SGIR_FILTER_SELF) |
				    HOSTILE_SGI);
}
