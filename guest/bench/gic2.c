/* SPDX-License-Identifier: BSD-2-Clause */
/* On a GICv2, all in Group 0. */
#include "guest/bench/bench.h"
#include "guest/lib/gic2.h"

#define SPI_FIRST 192
#define PRIORITY 0xa0

static void gicd_set(uint32_t offset, uint32_t value)
{
	mmio_write32(GICD_BASE + offset, value);
}

void bench_open_distributor(void)
{
	uint32_t end = SPI_FIRST + BENCH_NR_SPIS, i;

	gicd_set(GICD_CTLR, GICD_CTLR_EnableGrp0);
	for (i = SPI_FIRST; i < end; i += 4) {
		gicd_set(GICD_IPRIORITYR + i, PRIORITY * 0x01010101u);
		gicd_set(GICD_ITARGETSR + i, 0x01010101);
	}
	for (i = SPI_FIRST; i < end; i += 16) {
		gicd_set(GICD_ICFGR + i / 16 * 4, 0xaaaaaaaa);
	}
	for (i = SPI_FIRST; i < end; i += 32) {
		gicd_set(GICD_ISENABLER + i / 32 * 4, UINT32_MAX);
	}
}

void bench_open_interface(void)
{
	gicd_set(GICD_ISENABLER, 0xffff | 1u << PORT_TIMER_INTID);
	gicc_write(GICC_PMR, 0xf8);
	gicc_write(GICC_CTLR, GICC_CTLR_EnableGrp0);
}

void bench_handle(void)
{
	uint32_t taken = gicc_read(GICC_IAR);

	if (taken == PORT_TIMER_INTID) {
		port_timer_stop();
	}
	if (FIELD_GET(GICC_INTID, taken) < GIC_SPI_END) {
		gicc_write(GICC_EOIR, taken);
	}
}

void bench_read(void)
{
	mmio_read32(GICD_BASE + GICD_IIDR);
}

/* Active: acknowledged, not ended. */
static void acknowledge_ipi(void)
{
	gicd_set(GICD_SGIR, FIELD_PUT(GICD_SGIR_TargetListFilter,
				      GICD_SGIR_FILTER_SELF) |
				    BENCH_SGI);
	while (gicc_read(GICC_IAR) != BENCH_SGI) {
	}
}

static void end_ipi(void)
{
	gicc_write(GICC_EOIR, BENCH_SGI);
}

const struct bench_call bench_calls[] = {
	{ "eoi", acknowledge_ipi, end_ipi },
	{ NULL, NULL, NULL },
};

void bench_send_spi(void)
{
	gicd_set(GICD_ISPENDR + SPI_FIRST / 32 * 4, 1);
}

void bench_send_spis(void)
{
	for (uint32_t n = 0; n < BENCH_NR_SPIS; n += 32) {
		gicd_set(GICD_ISPENDR + (SPI_FIRST + n) / 32 * 4, UINT32_MAX);
	}
}

void bench_send_ipi(void)
{
	gicd_set(GICD_SGIR, FIELD_PUT(GICD_SGIR_CPUTargetList, 1u << 1) |
				    BENCH_SGI);
}
