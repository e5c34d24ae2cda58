/* SPDX-License-Identifier: BSD-2-Clause */
/* On a GICv5; an IPI is an LPI of the receiver's own, as Linux has it. */
#include "guest/bench/bench.h"
#include "guest/lib/gic5.h"
#include "regs/gicv5.h"

#define SPI_FIRST 160
#define IPI_FIRST 200
#define PRIORITY 16
#define TIMER_PPI GICV5_PPI(PORT_TIMER_INTID)

/* GIC CDPEND, CDEOI, CDDI; GICR CDIA: by themselves, to be measured. */
#define cdpend(operand) \
	__asm__ volatile("sys #0, C12, C1, #4, %0" \
			 : : "r"((uint64_t)(operand)) : "memory")
#define cdeoi() __asm__ volatile("sys #0, C12, C1, #7, xzr" : : : "memory")
#define cddi(operand) \
	__asm__ volatile("sys #0, C12, C2, #0, %0" \
			 : : "r"((uint64_t)(operand)) : "memory")

static uint64_t cdia(void)
{
	uint64_t value;

	__asm__ volatile("sysl %0, #0, C12, C3, #0" : "=r"(value)
			 : : "memory");
	return value;
}

static uint32_t ipi_of(unsigned int cpu)
{
	return GICV5_LPI(IPI_FIRST + cpu);
}

static void open(uint32_t intid, unsigned int cpu)
{
	gic5_priority(intid, PRIORITY);
	gic5_affinity(intid, cpu);
	gic5_handling(intid, false);
	gic5_write(GIC_CDEN, intid);
}

void bench_open_distributor(void)
{
	gic5_make_ist();
	gic5_add_lpis(IPI_FIRST);
	for (uint32_t i = 0; i < BENCH_NR_SPIS; i++) {
		open(GICV5_SPI(SPI_FIRST + i), 0);
	}
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		open(ipi_of(cpu), cpu);
	}
}

void bench_open_interface(void)
{
	gic5_open();
	gic5_write(ICC_PPI_ENABLER0_EL1, 1u << PORT_TIMER_INTID);
}

void bench_handle(void)
{
	uint64_t taken = cdia();
	uint64_t intid = taken & UINT32_MAX;

	if (!(taken & GICR_CDIA_VALID)) {
		return;
	}
	if (intid == TIMER_PPI) {
		port_timer_stop();
	}
	cdeoi();
	cddi(intid);
}

void bench_read(void)
{
	irs_read(IRS_IDR0);
}

/* Neither at the running priority nor active, whatever came before. */
static void end_ipi(void)
{
	cdeoi();
	cddi(ipi_of(0));
}

static void make_pending(void)
{
	end_ipi();
	gic5_pend(ipi_of(0), true);
}

static void acknowledge_ipi(void)
{
	make_pending();
	while (!(cdia() & GICR_CDIA_VALID)) {
	}
}

static void drop_priority(void)
{
	acknowledge_ipi();
	cdeoi();
}

static void run_cdia(void)
{
	cdia();
}

static void run_cdeoi(void)
{
	cdeoi();
}

static void run_cddi(void)
{
	cddi(ipi_of(0));
}

const struct bench_call bench_calls[] = {
	{ "cdia", make_pending, run_cdia },
	{ "cdeoi", acknowledge_ipi, run_cdeoi },
	{ "cddi", drop_priority, run_cddi },
	/* Priority drop and deactivation; nothing is active afterwards. */
	{ "eoi", acknowledge_ipi, end_ipi },
	{ NULL, NULL, NULL },
};

void bench_send_spi(void)
{
	cdpend(GICV5_SPI(SPI_FIRST) | GIC_CDPEND_PENDING);
}

void bench_send_spis(void)
{
	for (uint32_t i = 0; i < BENCH_NR_SPIS; i++) {
		cdpend(GICV5_SPI(SPI_FIRST + i) | GIC_CDPEND_PENDING);
	}
}

void bench_send_ipi(void)
{
	cdpend(ipi_of(1) | GIC_CDPEND_PENDING);
}
