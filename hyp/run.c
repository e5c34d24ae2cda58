/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a run: other CPUs are stopped, the record is written. */
#include "hyp/run.h"

#include "hyp/boot.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/irq.h"
#include "hyp/psci.h"
#include "hyp/report.h"
#include "hyp/result.h"
#include "hyp/vm.h"

#define CPU_STOP_MS 100

/*
 * Off, for with something pending WFI does not wait: beside a CPU that turns
 * in a circle, under -icount, the one that ends the run would hardly run.
 */
_Noreturn void run_stop_cpu(void)
{
	atomic_store(&this_cpu()->stopped, true);
	smc(PSCI_FN_CPU_OFF, 0, 0, 0);
	park();
}

/* False when one of them does not answer. */
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

/* Guests do not run any more, so the whole vGIC can be looked at. */
static void check_invariants(void)
{
	vm.counts.invariant_checks++;
	vgic_check_invariants(vm.gic);
}

static struct cpu *_Atomic ender;

bool run_ending(void)
{
	return atomic_load(&ender);
}

_Noreturn void run_end(enum run_exit how, const char *reason, bool reset)
{
	struct cpu *nobody = NULL;
	bool stopped;

	/* A second end, but for a fault while ending, waits for the first. */
	if (!atomic_compare_exchange_strong(&ender, &nobody, this_cpu()) &&
	    nobody != this_cpu()) {
		run_stop_cpu();
	}
	stopped = stop_other_cpus();
	if (!stopped) {
		console_break_lock(); /* one of them may hold it for ever */
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
