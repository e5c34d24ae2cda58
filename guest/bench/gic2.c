/* SPDX-License-Identifier: BSD-2-Clause */
/* The part for a GICv2: a handler as short as it can be, and an IPI. */
#include "guest/bench/bench.h"
#include "guest/lib/direct.h"

const struct bench_call bench_deliveries[] = { { NULL, NULL, NULL } };

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

/* EOI wants the sender, too: CPU 0 sent it, which is what zeros say. */
void bench_end_ipi(void)
{
	gicc_write(GICC_EOIR, BENCH_SGI);
}

void bench_send_ipi(void)
{
	mmio_write32(GICD_BASE + GICD_SGIR,
		     FIELD_PUT(GICD_SGIR_CPUTargetList, 1u << 1) | BENCH_SGI);
}
