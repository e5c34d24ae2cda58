/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tour of the GICv5, whose words do not depend on whose GICv5 it is: PPIs,
 * LPIs and SPIs, priorities, preemption, affinity, IPIs, deactivation from
 * elsewhere.  Nothing that depends on time or on the size of the machine is
 * printed, and the known faults of QEMU 11.1's GICv5 are kept clear of.
 */
#include "guest/demo5/demo5.h"

#define WAIT_US 2000000u

static struct log logs[PORT_MAX_CPUS];
static bool (*hook)(uint32_t intid);
static void (*_Atomic job[PORT_MAX_CPUS])(void);
static atomic_bool ready[PORT_MAX_CPUS];

struct log *demo5_log(unsigned int cpu)
{
	return &logs[cpu];
}

void demo5_hook(bool (*handler)(uint32_t intid))
{
	hook = handler;
}

static void on_irq(void)
{
	struct log *log = &logs[port_cpu()];
	uint64_t taken = gic5_acknowledge();
	uint32_t intid = (uint32_t)taken;

	if (!(taken & GICR_CDIA_VALID)) {
		return;
	}
	log->intid[log->count % LOG_SIZE] = intid;
	atomic_fetch_add(&log->count, 1);
	if (!hook || hook(intid)) {
		gic5_end(intid);
	}
	atomic_fetch_add(&log->done, 1);
}

bool demo5_wait(unsigned int cpu, unsigned int n)
{
	uint64_t end = port_now_us() + WAIT_US;

	while (atomic_load(&logs[cpu].done) < n) {
		if (port_now_us() > end) {
			return false;
		}
		port_relax();
	}
	return true;
}

void demo5_quiet(void)
{
	hook = NULL;
	for (unsigned int i = 0; i < PORT_MAX_CPUS; i++) {
		atomic_store(&logs[i].count, 0);
		atomic_store(&logs[i].done, 0);
	}
}

void demo5_run_on(unsigned int cpu, void (*task)(void))
{
	if (cpu == port_cpu()) {
		task();
		return;
	}
	demo5_start_on(cpu, task);
	demo5_join(cpu);
}

void demo5_start_on(unsigned int cpu, void (*task)(void))
{
	atomic_store(&job[cpu], task);
}

void demo5_join(unsigned int cpu)
{
	while (atomic_load(&job[cpu])) {
		port_relax();
	}
}

static void secondary(void)
{
	unsigned int self = port_cpu();

	gic5_open();
	port_unmask();
	atomic_store(&ready[self], true);
	while (true) {
		void (*task)(void) = atomic_load(&job[self]);

		if (task) {
			task();
			atomic_store(&job[self], NULL);
		}
		port_relax();
	}
}

static bool start_cpus(void)
{
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		uint64_t end = port_now_us() + WAIT_US;

		if (!port_cpu_on(cpu, secondary)) {
			return false;
		}
		while (!atomic_load(&ready[cpu])) {
			if (port_now_us() > end) {
				return false;
			}
			port_relax();
		}
	}
	return true;
}

static bool run_steps(const struct step5 *steps)
{
	bool good = true;

	for (; steps->name; steps++) {
		bool ok;

		say("-- %s\n", steps->name);
		demo5_quiet();
		ok = steps->run();
		port_mask();
		say("%s\n", ok ? "ok" : "NOT AS IT SHOULD BE");
		good &= ok;
	}
	return good;
}

bool guest_main(void)
{
	bool good;

	port_set_handlers(on_irq, on_irq);
	gic5_open();
	say("GICv5 demo, %u CPUs\n", port_nr_cpus());
	good = gic5_make_ist() && gic5_add_lpis(0) && start_cpus();
	say("interrupt state table and CPUs: %s\n", good ? "ok" : "FAILED");
	good = good && run_steps(ppi_steps5);
	good = good && run_steps(lpi_steps5);
	good = good && run_steps(smp_steps5);
	say("DEMO: %s\n", good ? "PASS" : "FAIL");
	return good;
}
