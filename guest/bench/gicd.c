/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part that a GICv2 and a GICv3 share.  All interrupts are in the one group
 * that the driver takes for IRQs.
 */
#include "guest/bench/bench.h"
#include "guest/lib/gic.h"

void bench_open_distributor(void)
{
	gic_start();
	gic_groups(gic_group == 0, gic_group == 1);
	for (uint32_t i = 0; i < BENCH_NR_SPIS; i++) {
		irq_open(SPI_FIRST + i, gic_group, 0);
	}
}

void bench_open_interface(void)
{
	gic_start_cpu();
	gic_reset_private(gic_group, 0xffff | 1u << PORT_TIMER_INTID);
	/*
	 * The highest priority, which a CPU interface in software finds soonest
	 * when it looks for the running one.
	 */
	irq_priority(BENCH_SGI, 0);
	irq_priority(PORT_TIMER_INTID, 0);
	gic_open(gic_group == 0, gic_group == 1);
}

void bench_read(void)
{
	mmio_read32(GICD_BASE + GICD_IIDR);
}

/* Leaves it active: acknowledged, not ended. */
static void acknowledge_ipi(void)
{
	sgi_send(0, BENCH_SGI);
	while (gic_acknowledge(gic_group) != BENCH_SGI) {
	}
}

const struct bench_call bench_calls[] = {
	{ "eoi", acknowledge_ipi, bench_end_ipi },
	{ NULL, NULL, NULL },
};

void bench_send_spi(void)
{
	mmio_write32(GICD_BASE + GICD_ISPENDR + SPI_FIRST / 32 * 4, 1);
}

void bench_send_spis(void)
{
	for (uint32_t n = 0; n < BENCH_NR_SPIS; n += 32) {
		gicd_write32(GICD_ISPENDR + (SPI_FIRST + n) / 32 * 4,
			     UINT32_MAX);
	}
}
