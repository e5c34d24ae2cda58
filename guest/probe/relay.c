/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All CPUs hand a baton round in a fixed order, as a fair lock passes from one
 * waiter to the next, and the waiting ones do nothing but look at it.  With
 * fewer CPUs than vCPUs that is quick only if the hypervisor takes the CPU from
 * a waiter and gives it to the vCPU with the baton.  The time of a turn is
 * judged, so run it with counted instructions.
 *
 * Boot arguments: wait=wfe to wait by WFE, where it traps, wait=wfi to sleep
 * until an SGI of the CPU before; most=US, the time that a turn may take.
 */
#include <stdatomic.h>

#include "guest/lib/gic.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define TURNS 200
#define MOST_US 400
#define SGI 1

static atomic_uint turn;
/* The last turn is CPU 0's, so that it wakes. */
static unsigned int turns;
static bool use_wfi;
/* Returns when it is another CPU's turn than `was`'s. */
static void (*wait)(unsigned int was);

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

/* Interrupts stay masked; a pending one ends WFI all the same. */
static void wait_by_wfi(unsigned int was)
{
	while (atomic_load(&turn) == was) {
		port_wfi();
		while (gic_take(1) != GIC_INTID_SPURIOUS) {
		}
	}
}

/* The one whose turn it is now sleeps. */
static void hand_on(unsigned int now)
{
	atomic_store(&turn, now + 1);
	if (use_wfi) {
		sgi_send((now + 1) % port_nr_cpus(), SGI);
	} else {
		__asm__ volatile("dsb ish\n\tsev" : : : "memory");
	}
}

static void run(unsigned int cpu)
{
	if (use_wfi) {
		gic_start_cpu();
		gic_reset_private(1, 1u << SGI);
		gic_open(false, true);
	}
	for (;;) {
		unsigned int now = atomic_load(&turn);

		if (now >= turns) {
			return;
		}
		if (now % port_nr_cpus() == cpu) {
			hand_on(now);
		} else {
			wait(now);
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

	use_wfi = bootarg("wait=wfi");
	wait = use_wfi ? wait_by_wfi : bootarg("wait=wfe") ? wait_by_wfe : spin;
	turns = TURNS - TURNS % port_nr_cpus();
	gic_groups(false, true);
	for (cpu = 1; cpu < port_nr_cpus(); cpu++) {
		if (!port_cpu_on(cpu, secondary)) {
			say("relay: CPU %u did not start\n", cpu);
			return false;
		}
	}
	start = port_now_us();
	run(0);
	each = (unsigned int)((port_now_us() - start) / turns);
	say("relay: %u CPUs, %u us a turn, at most %u\n", port_nr_cpus(), each,
	    limit);
	say("relay: %s\n", each <= limit ? "PASS" : "FAIL");
	return each <= limit;
}
