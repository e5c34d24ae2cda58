/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the interrupt controller costs its guest, in instructions.
 *
 * To be run with `-icount shift=0`, where an instruction takes a nanosecond
 * and so the counter counts instructions; all of them, the hypervisor's too.
 * Prints a line for each figure and nothing else on such lines:
 *
 *     bench: NAME INSTRUCTIONS
 *
 * hypercall   HVC PSCI_VERSION
 * gicd_read   load of GICD_IIDR
 * eoi         ICC_EOIR1_EL1 of an active SGI
 * timer       from the moment the virtual timer expires to its handler
 * spi         from the store to GICD_ISPENDR to the handler
 * overflow64  64 pending SPIs, from unmasking to the last EOI, for each
 * ipi         from ICC_SGI1R_EL1 to the other CPU's handler; only with two
 *             CPUs at least, and meant for two vCPUs on two CPUs
 */
#include <stdatomic.h>

#include "guest/lib/lib.h"
#include "guest/text.h"

#define ITERATIONS 1024
/* Instructions per tick of a 62.5 MHz counter; a power of two. */
#define DITHERS 16
#define NS_PER_S UINT64_C(1000000000)

#define NR_SPIS 64
#define SPI_FIRST 192
#define SGI 1
#define TIMER_TICKS 200
#define PRIORITY 0xa0

static struct {
	/* Of the receiving CPU: when its handler was entered. */
	atomic_uint_least64_t entered;
	atomic_uint taken;
	unsigned int dither;
} bench;

static uint64_t counter(void)
{
	return sysreg_read(cntvct_el0);
}

/*
 * The counter after `nops` more instructions.  The counter rounds down to
 * DITHERS instructions; over all delays from 0 to DITHERS - 1 the roundings
 * add up to the same sum whatever is measured, and so the mean is exact.
 */
static uint64_t counter_after(unsigned int nops)
{
	uint64_t now, from;

	__asm__ volatile(
		"adr	%1, 1f\n"
		"sub	%1, %1, %2, lsl #2\n"
		"br	%1\n"
		".rept	15\n"
		"nop\n"
		".endr\n"
		"1:	mrs	%0, cntvct_el0\n"
		: "=r"(now), "=&r"(from)
		: "r"((uint64_t)nops)
		: "memory");
	return now;
}

/* Instructions of counter_edge()'s loop. */
#define EDGE_LOOP 3

/*
 * The moment of a tick, so that measurements start alike: they do but for the
 * place in the loop where the tick comes, and the delay makes each place as
 * likely as the next.
 */
static uint64_t counter_edge(unsigned int iteration)
{
	uint64_t before, now;

	counter_after(iteration / DITHERS % EDGE_LOOP);
	before = counter();
	do {
		now = counter();
	} while (now == before);
	return now;
}

static void acknowledge(void)
{
	uint64_t intid = sysreg_read(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	if (intid == PORT_TIMER_INTID) {
		port_timer_stop();
	}
	if (intid < GIC_INTID_SPURIOUS) {
		sysreg_write(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
	}
}

static void on_irq(void)
{
	atomic_store(&bench.entered, counter_after(bench.dither));
	acknowledge();
	atomic_fetch_add(&bench.taken, 1);
}

/* The other CPU, or the wait for it: in turn, where one host thread runs. */
static void wait_taken(unsigned int n)
{
	while (atomic_load(&bench.taken) < n) {
		port_relax();
	}
}

static void nothing(void)
{
}

static void hypercall(void)
{
	hvc(PSCI_VERSION, 0, 0, 0);
}

static void gicd_read(void)
{
	mmio_read32(GICD_BASE + GICD_IIDR);
}

static void eoi_prepare(void)
{
	icc_write(ICC_SGI1R_EL1, FIELD_PUT(ICC_SGIR_INTID, SGI) |
				 FIELD_PUT(ICC_SGIR_TargetList, 1));
	while (icc_read(ICC_IAR1_EL1) != SGI) {
	}
}

static void eoi(void)
{
	sysreg_write(S3_0_C12_C12_1, SGI); /* ICC_EOIR1_EL1 */
}

/* Ticks from before `run` to after it, summed up. */
static uint64_t time_call(void (*prepare)(void), void (*run)(void))
{
	uint64_t total = 0;
	uint64_t start;

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		prepare();
		start = counter_edge(i);
		run();
		total += counter_after(i % DITHERS) - start;
	}
	return total;
}

static void send_spi(void)
{
	mmio_write32(GICD_BASE + GICD_ISPENDR + SPI_FIRST / 32 * 4, 1);
}

static void send_sgi(void)
{
	uint64_t affinity = port_affinity(1);

	/* ICC_SGI1R_EL1; the other CPU is in the same cluster. */
	sysreg_write(S3_0_C12_C11_5,
		     FIELD_PUT(ICC_SGIR_INTID, SGI) |
		     FIELD_PUT(ICC_SGIR_Aff1, affinity >> 8) |
		     UINT64_C(1) << (affinity & 0xf));
}

/* Ticks from before `send` to the handler's first instructions. */
static uint64_t time_delivery(void (*send)(void))
{
	uint64_t total = 0;
	uint64_t start;

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		atomic_store(&bench.taken, 0);
		bench.dither = i % DITHERS;
		start = counter_edge(i);
		send();
		wait_taken(1);
		total += atomic_load(&bench.entered) - start;
	}
	return total;
}

static uint64_t time_timer(void)
{
	uint64_t total = 0;
	uint64_t expires;

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		atomic_store(&bench.taken, 0);
		bench.dither = i % DITHERS;
		expires = counter_edge(i) + TIMER_TICKS;
		sysreg_write(cntv_cval_el0, expires);
		sysreg_write(cntv_ctl_el0, 1);
		while (atomic_load(&bench.taken) == 0) {
		}
		total += atomic_load(&bench.entered) - expires;
	}
	return total;
}

static uint64_t time_overflow(void)
{
	uint64_t total = 0;
	uint64_t start;

	for (unsigned int i = 0; i < ITERATIONS / NR_SPIS; i++) {
		port_mask();
		atomic_store(&bench.taken, 0);
		for (uint32_t n = 0; n < NR_SPIS; n += 32) {
			gicd_write32(GICD_ISPENDR + (SPI_FIRST + n) / 32 * 4,
				     UINT32_MAX);
		}
		bench.dither = 0;
		start = counter_edge(i);
		port_unmask();
		while (atomic_load(&bench.taken) < NR_SPIS) {
		}
		total += counter_after(i % DITHERS) - start;
	}
	return total;
}

/* `ticks` of ITERATIONS measurements, less what measuring takes. */
static void report(const char *name, uint64_t ticks, uint64_t overhead)
{
	uint64_t ns = NS_PER_S / sysreg_read(cntfrq_el0);
	uint64_t net = ticks > overhead ? ticks - overhead : 0;

	say("bench: %s %lu\n", name,
	    (unsigned long)((net * ns + ITERATIONS / 2) / ITERATIONS));
}

static void open_interface(void)
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

static void open_distributor(void)
{
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	for (uint32_t i = SPI_FIRST; i < SPI_FIRST + NR_SPIS; i++) {
		gicd_write8(GICD_IPRIORITYR + i, PRIORITY);
		gicd_write64(GICD_IROUTER + 8 * i, port_affinity(0));
	}
	for (uint32_t i = SPI_FIRST; i < SPI_FIRST + NR_SPIS; i += 16) {
		gicd_write32(GICD_ICFGR + i / 16 * 4, 0xaaaaaaaa);
	}
	for (uint32_t i = SPI_FIRST; i < SPI_FIRST + NR_SPIS; i += 32) {
		gicd_write32(GICD_IGROUPR + i / 32 * 4, UINT32_MAX);
		gicd_write32(GICD_ISENABLER + i / 32 * 4, UINT32_MAX);
	}
}

static atomic_bool receiver_ready;

static void receiver(void)
{
	open_interface();
	port_unmask();
	atomic_store(&receiver_ready, true);
	while (true) {
		port_relax();
	}
}

void guest_main(void)
{
	uint64_t overhead;

	port_set_handlers(on_irq, on_irq);
	open_distributor();
	open_interface();
	overhead = time_call(nothing, nothing);
	report("hypercall", time_call(nothing, hypercall), overhead);
	report("gicd_read", time_call(nothing, gicd_read), overhead);
	report("eoi", time_call(eoi_prepare, eoi), overhead);
	port_unmask();
	report("timer", time_timer(), overhead);
	report("spi", time_delivery(send_spi), overhead);
	report("overflow64", time_overflow(), 0);
	port_mask();
	if (port_nr_cpus() < 2 || !port_cpu_on(1, receiver)) {
		return;
	}
	while (!atomic_load(&receiver_ready)) {
		port_relax();
	}
	report("ipi", time_delivery(send_sgi), overhead);
}
