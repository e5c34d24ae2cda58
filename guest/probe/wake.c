/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of CPUs wake each other by SGIs and go to sleep at once, over and over.
 * With fewer CPUs than vCPUs, an SGI often arrives while its receiver is
 * falling asleep; none may be lost.
 *
 * Boot argument: rounds=N.
 */
#include <stdatomic.h>

#include "guest/lib/gic.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define ROUNDS 100000
#define SGI 1

static struct {
	_Alignas(64) atomic_uint rounds;
} done[PORT_MAX_CPUS];

static unsigned int rounds;

static void take_all(void)
{
	while (gic_take(1) != GIC_INTID_SPURIOUS) {
	}
}

/* Interrupts stay masked; a pending one ends WFI all the same. */
static void run(unsigned int cpu)
{
	unsigned int other = cpu ^ 1;

	gic_start_cpu();
	gic_reset_private(1, 1u << SGI);
	gic_open(false, true);
	for (unsigned int round = 1; round <= rounds; round++) {
		atomic_store(&done[cpu].rounds, round);
		sgi_send(other, SGI);
		while (atomic_load(&done[other].rounds) < round) {
			port_wfi();
			take_all();
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
	unsigned int cpu, pairs = port_nr_cpus() / 2;

	rounds = bootarg_number("rounds=", ROUNDS);
	gic_groups(false, true);
	for (cpu = 1; cpu < 2 * pairs; cpu++) {
		if (!port_cpu_on(cpu, secondary)) {
			say("wake: CPU %u did not start\n", cpu);
			return false;
		}
	}
	run(0);
	for (cpu = 1; cpu < 2 * pairs; cpu++) {
		while (!port_cpu_is_off(cpu)) {
			port_relax();
		}
	}
	say("wake: %u pairs, %u rounds\n", pairs, rounds);
	say("wake: PASS\n");
	return true;
}
