/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tour of the GICv5: PPIs, LPIs and SPIs, priorities, preemption, affinity,
 * IPIs, deactivation by another CPU. Its transcript is the same on every GICv5,
 * so nothing is printed that depends on time or on the size of the machine, and
 * what QEMU 11.1's GICv5 is known to get wrong is not done.
 */
#include "guest/demo5/demo5.h"

#define WAIT_US 2000000u

static struct log logs[PORT_MAX_CPUS];
static bool (*hook)(uint32_t intid);

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

static void open_cpu(void)
{
	gic5_open();
	port_unmask();
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
	good = gic5_make_ist() && gic5_add_lpis(0) && tasks_start(open_cpu);
	say("interrupt state table and CPUs: %s\n", good ? "ok" : "FAILED");
	good = good && run_steps(ppi_steps5);
	good = good && run_steps(lpi_steps5);
	good = good && run_steps(smp_steps5);
	say("DEMO: %s\n", good ? "PASS" : "FAIL");
	return good;
}
