/* SPDX-License-Identifier: BSD-2-Clause */
/* On a GICv3, all in Group 1. */
#include "guest/bench/bench.h"

#define SPI_FIRST 192
#define PRIORITY 0xa0

void bench_open_distributor(void)
{
	uint32_t end = SPI_FIRST + BENCH_NR_SPIS, i;

	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	for (i = SPI_FIRST; i < end; i++) {
		gicd_write8(GICD_IPRIORITYR + i, PRIORITY);
		gicd_write64(GICD_IROUTER + 8 * i, port_affinity(0));
	}
	for (i = SPI_FIRST; i < end; i += 16) {
		gicd_write32(GICD_ICFGR + i / 16 * 4, 0xaaaaaaaa);
	}
	for (i = SPI_FIRST; i < end; i += 32) {
		gicd_write32(GICD_IGROUPR + i / 32 * 4, UINT32_MAX);
		gicd_write32(GICD_ISENABLER + i / 32 * 4, UINT32_MAX);
	}
}

void bench_open_interface(void)
{
	unsigned int cpu = port_cpu();

	gicr_write32(cpu, GICR_WAKER,
		     gicr_read32(cpu, GICR_WAKER) &
		     ~GICR_WAKER_ProcessorSleep);
	gicr_write32(cpu, GICR_IGROUPR0, UINT32_MAX);
	gicr_write32(cpu, GICR_ISENABLER0, 0xffff | 1u << PORT_TIMER_INTID);
	icc_write(ICC_PMR_EL1, 0xf8);
	icc_write(ICC_IGRPEN1_EL1, 1);
}

void bench_handle(void)
{
	uint64_t intid = sysreg_read(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	if (intid == PORT_TIMER_INTID) {
		port_timer_stop();
	}
	if (intid < GIC_INTID_SPURIOUS) {
		sysreg_write(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
	}
}

void bench_read(void)
{
	mmio_read32(GICD_BASE + GICD_IIDR);
}

/* Active: acknowledged, not ended. */
static void acknowledge_ipi(void)
{
	icc_write(ICC_SGI1R_EL1, FIELD_PUT(ICC_SGIR_INTID, BENCH_SGI) |
				 FIELD_PUT(ICC_SGIR_TargetList, 1));
	while (icc_read(ICC_IAR1_EL1) != BENCH_SGI) {
	}
}

static void end_ipi(void)
{
	sysreg_write(S3_0_C12_C12_1, BENCH_SGI); /* ICC_EOIR1_EL1 */
}

const struct bench_call bench_calls[] = {
	{ "eoi", acknowledge_ipi, end_ipi },
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

void bench_send_ipi(void)
{
	uint64_t affinity = port_affinity(1);

	/* ICC_SGI1R_EL1; the other CPU is in the same cluster. */
	sysreg_write(S3_0_C12_C11_5,
		     FIELD_PUT(ICC_SGIR_INTID, BENCH_SGI) |
		     FIELD_PUT(ICC_SGIR_Aff1, affinity >> 8) |
		     UINT64_C(1) << (affinity & 0xf));
}
