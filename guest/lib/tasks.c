/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs that wait for tasks. */
#include "guest/lib/tasks.h"

#include <stdatomic.h>
#include <stddef.h>

#define START_US 20000000

static struct {
	/* Set by the CPU that gives it, cleared by this one when it has run. */
	_Atomic(void (*)(void)) task;
	atomic_bool online;
} cpus[PORT_MAX_CPUS];

static void (*open_cpu)(void);

static void secondary(void)
{
	unsigned int self = port_cpu();

	open_cpu();
	atomic_store(&cpus[self].online, true);
	while (true) {
		void (*task)(void) = atomic_load(&cpus[self].task);

		if (task != NULL) {
			task();
			atomic_store(&cpus[self].task, NULL);
		}
		port_relax();
	}
}

/* Turn a CPU on, and wait until it takes tasks. */
static bool start(unsigned int cpu)
{
	uint64_t end = port_now_us() + START_US;

	if (!port_cpu_on(cpu, secondary)) {
		return false;
	}
	while (!atomic_load(&cpus[cpu].online)) {
		if (port_now_us() > end) {
			return false;
		}
		port_relax();
	}
	return true;
}

bool tasks_start(void (*open)(void))
{
	open_cpu = open;
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		if (!start(cpu)) {
			return false;
		}
	}
	return true;
}

void task_on(unsigned int cpu, void (*task)(void))
{
	if (cpu == port_cpu()) {
		task();
		return;
	}
	task_post(cpu, task);
	task_join(cpu);
}

void task_post(unsigned int cpu, void (*task)(void))
{
	atomic_store(&cpus[cpu].task, task);
}

void task_join(unsigned int cpu)
{
	while (atomic_load(&cpus[cpu].task) != NULL) {
		port_relax();
	}
}

void task_on_all(void (*task)(void))
{
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		task_post(cpu, task);
	}
	task();
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		task_join(cpu);
	}
}
