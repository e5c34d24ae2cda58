/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls to firmware, which the hypervisor answers: PSCI 1.1 (DEN 0022D) and
 * SMCCC 1.1 (DEN 0028C).
 */
#include <stdatomic.h>

#include "guest/cpu/cpu.h"

#define NOT_SUPPORTED (-1)
#define INVALID_PARAMETERS (-2)
#define ALREADY_ON (-4)
#define INVALID_ADDRESS (-9)

#define PSCI_FEATURES UINT32_C(0x8400000a)
#define SMCCC_ARCH_FEATURES UINT32_C(0x80000001)
#define NO_SUCH_CPU UINT64_C(0x7f00ffff07)

static const struct {
	const char *what;
	uint64_t function, a1, a2, a3;
	int64_t result;
} calls[] = {
	{ "PSCI_VERSION is 1.1", PSCI_VERSION, 0, 0, 0, 0x10001 },
	{ "MIGRATE_INFO_TYPE: no Trusted OS", 0x84000006, 0, 0, 0, 2 },
	{ "FEATURES: CPU_ON", PSCI_FEATURES, PSCI_CPU_ON, 0, 0, 0 },
	{ "FEATURES: CPU_SUSPEND", PSCI_FEATURES, 0xc4000001, 0, 0, 0 },
	{ "FEATURES: SYSTEM_RESET", PSCI_FEATURES, 0x84000009, 0, 0, 0 },
	{ "FEATURES: SMCCC_VERSION", PSCI_FEATURES, 0x80000000, 0, 0, 0 },
	{ "FEATURES: no CPU_FREEZE", PSCI_FEATURES, 0x8400000b, 0, 0,
	  NOT_SUPPORTED },
	{ "FEATURES: no VERSION as SMC64", PSCI_FEATURES, 0xc4000000, 0, 0,
	  NOT_SUPPORTED },
	{ "FEATURES: no workarounds", PSCI_FEATURES, 0x80008000, 0, 0,
	  NOT_SUPPORTED },
	{ "AFFINITY_INFO: this CPU is on", PSCI_AFFINITY_INFO, 0, 0, 0, 0 },
	{ "AFFINITY_INFO: no such CPU", PSCI_AFFINITY_INFO, NO_SUCH_CPU, 0, 0,
	  INVALID_PARAMETERS },
	{ "AFFINITY_INFO: no level 1", PSCI_AFFINITY_INFO, 0, 1, 0,
	  INVALID_PARAMETERS },
	{ "CPU_ON: no such CPU", PSCI_CPU_ON, NO_SUCH_CPU, RAM_BASE, 0,
	  INVALID_PARAMETERS },
	{ "CPU_ON: this CPU is on", PSCI_CPU_ON, 0, RAM_BASE, 0, ALREADY_ON },
	{ "CPU_ON: no memory there", PSCI_CPU_ON, 0, UART_BASE, 0,
	  INVALID_ADDRESS },
	{ "SMCCC_VERSION is 1.1", 0x80000000, 0, 0, 0, 0x10001 },
	{ "ARCH_FEATURES: no PSCI calls", SMCCC_ARCH_FEATURES, PSCI_CPU_ON, 0,
	  0, NOT_SUPPORTED },
	{ "ARCH_WORKAROUND_1 is not required", SMCCC_ARCH_FEATURES, 0x80008000,
	  0, 0, 1 },
	{ "ARCH_WORKAROUND_1 does no harm", 0x80008000, 0, 0, 0, 0 },
	{ "no TRNG", 0x84000050, 0, 0, 0, NOT_SUPPORTED },
	{ "no vendor hypervisor UID", 0x8600ff01, 0, 0, 0, NOT_SUPPORTED },
};

static atomic_uint started;
static atomic_bool fresh;

/*
 * Left in TPIDR_EL0 by a CPU that goes off.  A CPU that comes on has its reset
 * values, so it must not find it.
 */
#define MARK UINT64_C(0x5a5a)

static void count_start(void)
{
	if (sysreg_read(tpidr_el0) == MARK) {
		atomic_store(&fresh, false);
	}
	sysreg_write(tpidr_el0, MARK);
	atomic_fetch_add(&started, 1);
}

/* Turn a CPU on again and again; each time it starts from reset. */
static void probe_restart(unsigned int cpu)
{
	unsigned int i;

	atomic_store(&started, 0);
	atomic_store(&fresh, true);
	for (i = 0; i < 8; i++) {
		check(run_on(cpu, count_start), "a CPU turns on");
	}
	while (!port_cpu_is_off(cpu)) {
		port_relax();
	}
	check(atomic_load(&started) == 8, "each CPU_ON ran its CPU once");
	check(atomic_load(&fresh), "CPU_ON starts from reset values");
}

/*
 * PSCI by SMC has to work as well.  The hypervisor traps an SMC before it is
 * executed, and must step over it, or it would come once more.
 */
static SMCCC_CALL(smc)

	void probe_calls(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		check(hvc(calls[i].function, calls[i].a1, calls[i].a2,
			  calls[i].a3) == calls[i].result,
		      calls[i].what);
	}
	check(smc(PSCI_VERSION, 0, 0, 0) == 0x10001,
	      "PSCI_VERSION by SMC is 1.1");
	for (i = 1; i < port_nr_cpus(); i++) {
		check(port_cpu_is_off(i), "other CPUs are off at first");
		probe_restart(i);
	}
}
