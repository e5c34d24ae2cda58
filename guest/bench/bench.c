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
 * empty       what is subtracted from most of the others: the counter is read
 * hypercall   HVC PSCI_VERSION
 * unknown     HVC that no hypervisor call is behind
 * gicd_read   load of GICD_IIDR (GICv5: IRS_IDR0)
 * eoi         ICC_EOIR1_EL1, or its like, of an active IPI
 * cdia, cdeoi, cddi
 *             of GICv5: those of an IPI, one by one; eoi is the latter two
 * timer       from the moment the virtual timer expires to its handler
 * spi         from making an SPI pending to the handler
 * overflow64  64 pending SPIs, from unmasking to the last EOI, for each
 * lpi         from telling the ITS of an INT command to the handler; GICv3
 * ipi         from sending to the other CPU's handler; only with two CPUs at
 *             least, and meant for two vCPUs on two CPUs
 * ipi_wfi     the same, and the other CPU is in WFI
 *
 * For some of them also, from the event to the end of its handler: NAME.exits,
 * how many times the hypervisor made the guests stop, in hundredths, and
 * NAME.el2, the instructions that it spent.  Both are 0 without a hypervisor.
 * And these alone for
 *
 * wfi         from WFI to the end of the handler of the timer that ends it,
 *             without the time asleep
 */
#include <stdatomic.h>

#include "guest/bench/bench.h"
#include "guest/text.h"

#define ITERATIONS 1024
/* Instructions per tick of a 62.5 MHz counter; a power of two. */
#define DITHERS 16
#define NS_PER_S UINT64_C(1000000000)

#define TIMER_TICKS 200

/*
 * Calls that only our hypervisor answers (hyp/psci.c): exits of all vCPUs so
 * far, and counter ticks spent in the hypervisor.
 */
#define HYP_EXITS UINT32_C(0xc6000001)
#define HYP_TICKS UINT32_C(0xc6000002)

static struct {
	/* When the receiving CPU entered its handler. */
	atomic_uint_least64_t entered;
	atomic_uint taken;
	unsigned int dither;
} bench;

/*
 * Functions by whose addresses bench/profile knows where an event begins and
 * ends, and which event that was.
 */
#define MARK static __attribute__((noinline))

static uint64_t counter(void)
{
	return sysreg_read(cntvct_el0);
}

/*
 * The counter after `nops` more instructions.  The counter rounds down to
 * DITHERS instructions; over all delays from 0 to DITHERS - 1 the roundings
 * add up to the same sum whatever is measured, and so the mean is exact.
 */
MARK uint64_t counter_after(unsigned int nops)
{
	uint64_t now, from;

	__asm__ volatile("adr	%1, 1f\n"
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
 * Wait for the counter to tick, so that measurements start alike.  They still
 * differ by where in this loop the tick came; the delay before it makes each
 * place equally frequent.
 */
MARK uint64_t counter_edge(unsigned int iteration)
{
	uint64_t before, now;

	counter_after(iteration / DITHERS % EDGE_LOOP);
	before = counter();
	do {
		now = counter();
	} while (now == before);
	return now;
}

static void on_irq(void)
{
	atomic_store(&bench.entered, counter_after(bench.dither));
	bench_handle();
	atomic_fetch_add(&bench.taken, 1);
}

/*
 * Wait for the handler.  With one host thread for both CPUs, QEMU runs the
 * other one only when this one yields.
 */
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

/* SMCCC: the UID of a hypervisor's own services, DEN 0028C 6.2. */
#define HYP_UID UINT32_C(0x8600ff01)

static void unknown_call(void)
{
	hvc(HYP_UID, 0, 0, 0);
}

/*
 * Ticks from before `run` to after it, summed up.  The pointer is volatile so
 * that the compiler calls all of them alike, nothing() too.
 */
static uint64_t time_call(void (*prepare)(void), void (*volatile run)(void))
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

/*
 * Ticks from before `send` to the handler's first instructions, each time after
 * `prepare`.
 */
static uint64_t time_delivery(void (*prepare)(void), void (*send)(void))
{
	uint64_t total = 0;
	uint64_t start;

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		atomic_store(&bench.taken, 0);
		bench.dither = i % DITHERS;
		prepare();
		start = counter_edge(i);
		send();
		wait_taken(1);
		total += atomic_load(&bench.entered) - start;
	}
	return total;
}

static void start_timer(void)
{
	sysreg_write(cntv_cval_el0, counter() + TIMER_TICKS);
	sysreg_write(cntv_ctl_el0, 1);
}

/*
 * What ends WFI is taken afterwards: it cannot come between the decision to
 * sleep and WFI.
 */
static void sleep(void)
{
	port_mask();
	__asm__ volatile("wfi" : : : "memory");
	port_unmask();
}

static void sleep_until_timer(void)
{
	port_mask();
	start_timer();
	sleep();
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

	for (unsigned int i = 0; i < ITERATIONS / BENCH_NR_SPIS; i++) {
		port_mask();
		atomic_store(&bench.taken, 0);
		bench_send_spis();
		bench.dither = 0;
		start = counter_edge(i);
		port_unmask();
		while (atomic_load(&bench.taken) < BENCH_NR_SPIS) {
		}
		total += counter_after(i % DITHERS) - start;
	}
	return total;
}

/*
 * Print the mean of ITERATIONS measurements that took `ticks`, less what the
 * same measurements of nothing() take.
 */
MARK void report(const char *name, uint64_t ticks, uint64_t overhead)
{
	uint64_t ns = NS_PER_S / sysreg_read(cntfrq_el0);
	uint64_t net = ticks > overhead ? ticks - overhead : 0;

	say("bench: %s %lu\n", name,
	    (unsigned long)((net * ns + ITERATIONS / 2) / ITERATIONS));
}

/* A count of the hypervisor, or 0 where there is none to answer. */
static uint64_t hyp_count(uint32_t function)
{
	int64_t count = hvc(function, 0, 0, 0);

	return count > 0 ? (uint64_t)count : 0;
}

struct cost {
	uint64_t exits, ticks;
};

static struct cost cost_now(void)
{
	/*
	 * Each call adds to both counts, which add_cost() leaves in;
	 * report_cost() subtracts it.
	 */
	struct cost now = { .exits = hyp_count(HYP_EXITS) };

	now.ticks = hyp_count(HYP_TICKS);
	return now;
}

static void add_cost(struct cost *sum, const struct cost *before,
		     const struct cost *after)
{
	sum->exits += after->exits - before->exits;
	sum->ticks += after->ticks - before->ticks;
}

/* As time_call(), but counts what the hypervisor does for `run`. */
static struct cost cost_of_call(void (*prepare)(void),
				void (*volatile run)(void))
{
	struct cost sum = { 0, 0 };

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		struct cost before, after;

		prepare();
		before = cost_now();
		counter_after(i % DITHERS);
		run();
		after = cost_now();
		add_cost(&sum, &before, &after);
	}
	return sum;
}

/* From before `send` until the handler has ended, on whichever CPU. */
static struct cost cost_of_delivery(void (*send)(void))
{
	struct cost sum = { 0, 0 }, before = cost_now(), after;

	for (unsigned int i = 0; i < ITERATIONS; i++) {
		atomic_store(&bench.taken, 0);
		counter_after(i % DITHERS);
		send();
		wait_taken(1);
	}
	after = cost_now();
	add_cost(&sum, &before, &after);
	return sum;
}

static void report_cost(const char *name, struct cost cost,
			struct cost overhead)
{
	uint64_t ns = NS_PER_S / sysreg_read(cntfrq_el0);
	uint64_t exits = cost.exits - overhead.exits;
	/*
	 * Without an exit the event cost EL2 nothing.  The two counts of ticks
	 * differ even so: saving a guest that has interrupts takes longer.
	 */
	uint64_t ticks = exits ? cost.ticks - overhead.ticks : 0;

	say("bench: %s.exits %lu\n", name,
	    (unsigned long)((exits * 100 + ITERATIONS / 2) / ITERATIONS));
	say("bench: %s.el2 %lu\n", name,
	    (unsigned long)((ticks * ns + ITERATIONS / 2) / ITERATIONS));
}

static void measure_calls(uint64_t overhead)
{
	struct cost asking = cost_of_call(nothing, nothing);

	for (const struct bench_call *c = bench_calls; c->name; c++) {
		report(c->name, time_call(c->prepare, c->run), overhead);
		report_cost(c->name, cost_of_call(c->prepare, c->run), asking);
	}
}

/* The other CPU. */
static struct {
	atomic_bool ready;
	/* How it waits for IPIs. */
	void (*_Atomic wait)(void);
} receiver;

static void receive(void)
{
	bench_open_interface();
	port_unmask();
	atomic_store(&receiver.ready, true);
	while (true) {
		atomic_load (&receiver.wait)();
	}
}

/* Long enough for the other CPU to come out of its handler and to sleep. */
static void let_it_sleep(void)
{
	uint64_t until = counter() + 2 * TIMER_TICKS;

	while (counter() < until) {
		port_relax();
	}
}

/* IPIs between two CPUs.  False when the other one does not start. */
static bool measure_ipi(uint64_t overhead)
{
	const struct cost none = { 0, 0 };

	port_mask();
	if (port_nr_cpus() < 2) {
		return true;
	}
	atomic_store(&receiver.wait, port_relax);
	if (!port_cpu_on(1, receive)) {
		return false;
	}
	while (!atomic_load(&receiver.ready)) {
		port_relax();
	}
	report("ipi", time_delivery(nothing, bench_send_ipi), overhead);
	report_cost("ipi", cost_of_delivery(bench_send_ipi), none);
	atomic_store(&receiver.wait, sleep);
	report("ipi_wfi", time_delivery(let_it_sleep, bench_send_ipi),
	       overhead);
	return true;
}

bool guest_main(void)
{
	const struct cost none = { 0, 0 };
	uint64_t overhead;

	port_set_handlers(on_irq, on_irq);
	bench_open_distributor();
	bench_open_interface();
	overhead = time_call(nothing, nothing);
	report("empty", overhead, 0);
	report("hypercall", time_call(nothing, hypercall), overhead);
	report("unknown", time_call(nothing, unknown_call), overhead);
	report("gicd_read", time_call(nothing, bench_read), overhead);
	measure_calls(overhead);
	port_unmask();
	report("timer", time_timer(), overhead);
	report_cost("timer", cost_of_delivery(start_timer), none);
	report_cost("wfi", cost_of_delivery(sleep_until_timer), none);
	report("spi", time_delivery(nothing, bench_send_spi), overhead);
	report("overflow64", time_overflow(), 0);
	for (const struct bench_call *d = bench_deliveries; d->name; d++) {
		report(d->name, time_delivery(d->prepare, d->run), overhead);
	}
	return measure_ipi(overhead);
}
