/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part for a GICv5, where acknowledge, priority drop and deactivation are
 * three instructions.  An IPI is an LPI that belongs to its receiver, as in
 * Linux.
 */
#include "guest/lib/gic5.h"
#include "guest/bench/bench.h"
#include "guest/lib/direct.h"

/* A GICv5 numbers SPIs from 0 on, where other GICs begin with 32. */
#define SPI_ID (SPI_FIRST - 32)
#define IPI_FIRST 200
#define PRIORITY 16
#define TIMER_PPI GICV5_PPI(PORT_TIMER_INTID)

static uint32_t ipi_of(unsigned int cpu)
{
	return GICV5_LPI(IPI_FIRST + cpu);
}

void bench_open_distributor(void)
{
	gic5_make_ist();
	gic5_add_lpis(IPI_FIRST);
	for (uint32_t i = 0; i < BENCH_NR_SPIS; i++) {
		gic5_open_irq(GICV5_SPI(SPI_ID + i), PRIORITY, 0);
	}
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gic5_open_irq(ipi_of(cpu), PRIORITY, cpu);
	}
}

void bench_open_interface(void)
{
	gic5_open();
	gic5_write(ICC_PPI_ENABLER0_EL1, 1u << PORT_TIMER_INTID);
}

void bench_handle(void)
{
	uint64_t taken = gicr_cdia();
	uint64_t intid = taken & UINT32_MAX;

	if (!(taken & GICR_CDIA_VALID)) {
		return;
	}
	if (intid == TIMER_PPI) {
		port_timer_stop();
	}
	gic_cdeoi();
	gic_cddi(intid);
}

void bench_read(void)
{
	irs_read(IRS_IDR0);
}

/*
 * Afterwards no priority is running and the IPI is inactive, however far the
 * measurement before had come.
 */
static void end_ipi(void)
{
	gic_cdeoi();
	gic_cddi(ipi_of(0));
}

static void make_pending(void)
{
	end_ipi();
	gic5_pend(ipi_of(0), true);
}

static void acknowledge_ipi(void)
{
	make_pending();
	while (!(gicr_cdia() & GICR_CDIA_VALID)) {
	}
}

static void drop_priority(void)
{
	acknowledge_ipi();
	gic_cdeoi();
}

static void run_cdia(void)
{
	gicr_cdia();
}

static void run_cddi(void)
{
	gic_cddi(ipi_of(0));
}

const struct bench_call bench_calls[] = {
	{ "cdia", make_pending, run_cdia },
	{ "cdeoi", acknowledge_ipi, gic_cdeoi },
	{ "cddi", drop_priority, run_cddi },
	/* Priority drop and deactivation together. */
	{ "eoi", acknowledge_ipi, end_ipi },
	{ NULL, NULL, NULL },
};

const struct bench_call bench_deliveries[] = { { NULL, NULL, NULL } };

void bench_send_spi(void)
{
	gic_cdpend(GICV5_SPI(SPI_ID) | GIC_CDPEND_PENDING);
}

void bench_send_spis(void)
{
	for (uint32_t i = 0; i < BENCH_NR_SPIS; i++) {
		gic_cdpend(GICV5_SPI(SPI_ID + i) | GIC_CDPEND_PENDING);
	}
}

void bench_send_ipi(void)
{
	gic_cdpend(ipi_of(1) | GIC_CDPEND_PENDING);
}
