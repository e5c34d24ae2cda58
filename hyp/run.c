/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of a run.  One CPU stops all others, so that it can look at the whole
 * VM without locks, writes the record and powers the machine off.
 */
#include "hyp/run.h"

#include "hyp/boot.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/irq.h"
#include "hyp/psci.h"
#include "hyp/report.h"
#include "hyp/result.h"
#include "hyp/vm.h"

/* A guest is interrupted at once; EL2 first finishes with its exit. */
#define CPU_STOP_MS 100

/*
 * Powered off by PSCI, not parked in a loop of WFI: a pending interrupt makes
 * WFI return at once, and under QEMU's -icount, which runs one CPU at a time, a
 * CPU that spins takes the time that the one that ends the run needs.
 */
_Noreturn void run_stop_cpu(void)
{
	atomic_store(&this_cpu()->stopped, true);
	smc(PSCI_FN_CPU_OFF, 0, 0, 0);
	park();
}

/* False when one of them has not stopped in time. */
static bool stop_other_cpus(void)
{
	bool all = true;
	uint32_t i;

	for (i = 0; i < nr_cpus; i++) {
		if (&cpus[i] != this_cpu()) {
			irq_send_ipi(&cpus[i], IPI_STOP);
		}
	}
	for (i = 0; i < nr_cpus; i++) {
		if (&cpus[i] != this_cpu()) {
			all &= cpu_wait_for(&cpus[i].stopped, CPU_STOP_MS);
		}
	}
	return all;
}

/*
 * No vCPU runs any more, as vgic_check_invariants() demands.  What it finds it
 * reports by vgic_host_ops.bug, which counts it for the record.
 */
static void check_invariants(void)
{
	vm.counts.invariant_checks++;
	vgic_check_invariants(vm.gic);
}

/* The CPU that ends the run; null: the run goes on. */
static struct cpu *_Atomic ender;

bool run_ending(void)
{
	return atomic_load(&ender);
}

_Noreturn void run_end(enum run_exit how, const char *reason, bool reset)
{
	struct cpu *nobody = NULL;
	bool stopped;

	/*
	 * Another CPU ends the run already: stop, as it asks.  The same CPU may
	 * come here twice, by an EL2 fault while it ends the run; it goes on,
	 * so that there is a record.
	 */
	if (!atomic_compare_exchange_strong(&ender, &nobody, this_cpu()) &&
	    nobody != this_cpu()) {
		run_stop_cpu();
	}
	stopped = stop_other_cpus();
	if (!stopped) {
		console_break_lock(); /* a CPU may have died with it */
	}
	if (how == RUN_TIMEOUT) {
		report_timeout(&vm);
	}
	if (stopped && vm.gic && how != RUN_EL2_FAULT) {
		check_invariants();
	}
	result_write(how, reason, reset);
	smc(reset ? PSCI_FN_SYSTEM_RESET : PSCI_FN_SYSTEM_OFF, 0, 0, 0);
	park();
}
