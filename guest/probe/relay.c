/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All CPUs hand a baton round in a fixed order, as a fair lock passes from one
 * waiter to the next, and the waiting ones do nothing but look at it.  With
 * fewer CPUs than vCPUs that is quick only if the hypervisor takes the CPU from
 * a waiter and gives it to the vCPU with the baton.  The time of a turn is
 * judged, so run it with counted instructions.
 *
 * Boot arguments: wait=wfe to wait by WFE, where it traps; most=US, the time
 * that a turn may take.
 */
#include <stdatomic.h>

#include "guest/lib/lib.h"
#include "guest/text.h"

#define TURNS 200
#define MOST_US 400

static atomic_uint turn;
static bool use_wfe;

static void spin(unsigned int was)
{
	while (atomic_load_explicit(&turn, memory_order_relaxed) == was) {
	}
}

static void wait_by_wfe(unsigned int was)
{
	while (atomic_load_explicit(&turn, memory_order_acquire) == was) {
		__asm__ volatile("wfe" : : : "memory");
	}
}

static void run(unsigned int cpu)
{
	for (;;) {
		unsigned int now = atomic_load(&turn);

		if (now >= TURNS) {
			return;
		}
		if (now % port_nr_cpus() == cpu) {
			atomic_store(&turn, now + 1);
			__asm__ volatile("dsb ish\n\tsev" : : : "memory");
		} else if (use_wfe) {
			wait_by_wfe(now);
		} else {
			spin(now);
		}
	}
}

static void secondary(void)
{
	run(port_cpu());
	port_cpu_off();
}

bool guest_main(void)
{
	unsigned int limit = bootarg_number("most=", MOST_US);
	unsigned int cpu, each;
	uint64_t start;

	use_wfe = bootarg("wait=wfe");
	for (cpu = 1; cpu < port_nr_cpus(); cpu++) {
		if (!port_cpu_on(cpu, secondary)) {
			say("relay: CPU %u did not start\n", cpu);
			return false;
		}
	}
	start = port_now_us();
	run(0);
	each = (unsigned int)((port_now_us() - start) / TURNS);
	say("relay: %u CPUs, %u us a turn, at most %u\n", port_nr_cpus(), each,
	    limit);
	say("relay: %s\n", each <= limit ? "PASS" : "FAIL");
	return each <= limit;
}
