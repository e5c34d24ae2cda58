/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of CPUs wake each other by SGIs and go to sleep at once, over and
 * over, as many pairs as there are: with fewer CPUs below than here, the
 * wake-up and the falling asleep meet often.  None may be lost.
 *
 * Boot argument: rounds=N.
 */
#include <stdatomic.h>

#include "guest/lib/lib.h"
#include "guest/text.h"

#define ROUNDS 100000
#define SGI 1
#define PRIORITY_MASK 0xf8

static struct {
	_Alignas(64) atomic_uint rounds;
} done[PORT_MAX_CPUS];

static unsigned int rounds;

static void open_interface(unsigned int cpu)
{
	gicr_write32(cpu, GICR_WAKER,
		     gicr_read32(cpu, GICR_WAKER) &
			     ~GICR_WAKER_ProcessorSleep);
	gicr_write32(cpu, GICR_IGROUPR0, UINT32_MAX);
	gicr_write32(cpu, GICR_ISENABLER0, 1u << SGI);
	icc_write(ICC_PMR_EL1, PRIORITY_MASK);
	icc_write(ICC_IGRPEN1_EL1, 1);
}

static void wake(unsigned int cpu)
{
	uint32_t affinity = port_affinity(cpu);

	icc_write(ICC_SGI1R_EL1,
		  FIELD_PUT(ICC_SGIR_INTID, SGI) |
			  FIELD_PUT(ICC_SGIR_TargetList,
				    1u << (affinity & 0xf)) |
			  FIELD_PUT(ICC_SGIR_Aff1, affinity >> 8 & 0xff));
}

static void take_all(void)
{
	uint64_t intid;

	while ((intid = icc_read(ICC_IAR1_EL1)) < GIC_INTID_SPURIOUS) {
		icc_write(ICC_EOIR1_EL1, intid);
	}
}

/* Interrupts stay masked: WFI ends all the same. */
static void run(unsigned int cpu)
{
	unsigned int other = cpu ^ 1;

	open_interface(cpu);
	for (unsigned int round = 1; round <= rounds; round++) {
		atomic_store(&done[cpu].rounds, round);
		wake(other);
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
	gicd_write32(GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
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
