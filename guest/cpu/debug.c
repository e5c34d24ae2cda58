/* SPDX-License-Identifier: BSD-2-Clause */
/* Debug registers.  Each vCPU has its own, though the vCPUs share CPUs. */
#include "guest/cpu/cpu.h"

#include <stdatomic.h>

#define EC(esr) ((esr) >> 26 & 0x3f)
#define EC_BREAKPOINT_SAME_EL 0x31
#define MDSCR_KDE_MDE UINT64_C(0xa000)
/* DBGBCR<n>_EL1: all four bytes, at EL1, enabled. */
#define DBGBCR_EL1 UINT64_C(0x1e3)
#define OSLSR_OSLM UINT64_C(0x8)
#define PSTATE_D 8

static unsigned int pass_landmark(uint64_t *esr)
{
	unsigned int count;

	__asm__ volatile("msr daifclr, %0" : : "i"(PSTATE_D));
	fault_expect();
	landmark();
	count = fault_count(esr);
	__asm__ volatile("msr daifset, %0" : : "i"(PSTATE_D));
	return count;
}

static atomic_uint others_hits;
static atomic_bool other_done;

static void other(void)
{
	uint64_t esr;
	unsigned int i;

	sysreg_write(mdscr_el1, MDSCR_KDE_MDE);
	__asm__ volatile("isb");
	for (i = 0; i < 1000; i++) {
		atomic_fetch_add(&others_hits, pass_landmark(&esr));
	}
	atomic_store(&other_done, true);
}

void probe_debug(void)
{
	uint64_t esr = 0;
	unsigned int i, hits = 0;

	check(sysreg_read(oslsr_el1) == OSLSR_OSLM, "the OS lock is open");
	sysreg_write(dbgbvr0_el1, (uint64_t)landmark);
	sysreg_write(dbgbcr0_el1, DBGBCR_EL1);
	sysreg_write(mdscr_el1, MDSCR_KDE_MDE);
	__asm__ volatile("isb");
	check(sysreg_read(dbgbvr0_el1) == (uint64_t)landmark &&
		      sysreg_read(dbgbcr0_el1) == DBGBCR_EL1 &&
		      sysreg_read(mdscr_el1) == MDSCR_KDE_MDE,
	      "debug registers read back");
	check(pass_landmark(&esr) == 1 && EC(esr) == EC_BREAKPOINT_SAME_EL,
	      "a breakpoint is hit");
	if (port_nr_cpus() > 1) {
		check(run_on(1, other), "a CPU turns on");
		for (i = 0; !atomic_load(&other_done); i++) {
			hits += pass_landmark(&esr);
		}
		check(hits == i, "a breakpoint is hit whoever ran between");
		check(atomic_load(&others_hits) == 0,
		      "a breakpoint is one CPU's alone");
	}
	sysreg_write(dbgbcr0_el1, 0);
	__asm__ volatile("isb");
	check(pass_landmark(&esr) == 0, "a breakpoint that is off is not hit");
	sysreg_write(mdscr_el1, 0);
}
