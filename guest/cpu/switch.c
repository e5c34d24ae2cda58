/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vCPU fills the registers that are its own with values, then sleeps and
 * runs for a while, and looks whether it still finds them.  With fewer CPUs
 * than vCPUs, the hypervisor has to save and restore them all.
 */
#include <stdatomic.h>

#include "guest/cpu/cpu.h"

#define RUN_US 60000
#define SLEEP_US 300
#define ROUND_US 1500
#define CPACR_FPEN UINT64_C(0x300000)
#define SEED UINT64_C(0x0123456789ab0000)

/* Name in the assembler, and the bits that hold what is written. */
/* clang-format off */
#define EACH_REGISTER(X) \
	X(tpidr_el0, UINT64_MAX) X(tpidrro_el0, UINT64_MAX) \
	X(contextidr_el1, UINT32_MAX) X(far_el1, UINT64_MAX) \
	X(esr_el1, UINT32_MAX) X(sp_el0, UINT64_MAX) \
	X(elr_el1, UINT64_MAX) X(spsr_el1, 0xf0000000) \
	X(ttbr1_el1, 0x0000fffffffff000) X(cntkctl_el1, 0x3) \
	X(amair_el1, 0) X(afsr0_el1, 0)
/* The five keys of pointer authentication, low and high. */
#define EACH_KEY(X) \
	X(s3_0_c2_c1_0, UINT64_MAX) X(s3_0_c2_c1_1, UINT64_MAX) \
	X(s3_0_c2_c1_2, UINT64_MAX) X(s3_0_c2_c1_3, UINT64_MAX) \
	X(s3_0_c2_c2_0, UINT64_MAX) X(s3_0_c2_c2_1, UINT64_MAX) \
	X(s3_0_c2_c2_2, UINT64_MAX) X(s3_0_c2_c2_3, UINT64_MAX) \
	X(s3_0_c2_c3_0, UINT64_MAX) X(s3_0_c2_c3_1, UINT64_MAX)
/* clang-format on */

static atomic_uint ready, done, wrong_fp, wrong_sysreg, wrong_wake;

static bool has_keys(void)
{
	return sysreg_read(id_aa64isar1_el1) & 0xff000ff0;
}

static uint64_t value_for(uint64_t seed, unsigned int n)
{
	return seed * (2 * n + 3);
}

static void fill(uint64_t seed)
{
	unsigned int n = 0;

#define WRITE(name, mask) sysreg_write(name, value_for(seed, n++) & (mask));
	EACH_REGISTER(WRITE)
	if (has_keys()) {
		EACH_KEY(WRITE)
	}
	__asm__ volatile("isb");
	fp_fill(seed);
}

static bool holds(uint64_t seed)
{
	unsigned int n = 0;
	uint64_t wrong = 0;

#define COMPARE(name, mask) \
	wrong |= (sysreg_read(name) ^ value_for(seed, n++)) & (mask);
	EACH_REGISTER(COMPARE)
	if (has_keys()) {
		EACH_KEY(COMPARE)
	}
	return wrong == 0;
}

static void nap(void)
{
	port_timer_start(SLEEP_US);
	port_wfi();
	if (!take_timer()) {
		atomic_fetch_add(&wrong_wake, 1);
	}
}

static void look(uint64_t seed)
{
	if (!holds(seed)) {
		atomic_fetch_add(&wrong_sysreg, 1);
	}
	if (!fp_holds(seed)) {
		atomic_fetch_add(&wrong_fp, 1);
	}
}

static void take_turns(void)
{
	uint64_t seed = SEED * (port_cpu() + 1) + port_cpu();
	uint64_t end, round;

	sysreg_write(cpacr_el1, CPACR_FPEN);
	__asm__ volatile("isb");
	open_ppi(PORT_TIMER_INTID);
	atomic_fetch_add(&ready, 1);
	while (atomic_load(&ready) < port_nr_cpus()) {
		port_relax();
	}
	end = port_now_us() + RUN_US;
	while (port_now_us() < end) {
		fill(seed);
		round = port_now_us() + ROUND_US;
		while (port_now_us() < round) {
			look(seed);
		}
		nap();
		look(seed);
		seed += UINT64_C(0x0001000100010100);
	}
	atomic_fetch_add(&done, 1);
}

void probe_switch(void)
{
	unsigned int i;

	for (i = 1; i < port_nr_cpus(); i++) {
		check(run_on(i, take_turns), "a CPU turns on");
	}
	take_turns();
	while (atomic_load(&done) < port_nr_cpus()) {
		port_relax();
	}
	check(atomic_load(&wrong_sysreg) == 0, "system registers are kept");
	check(atomic_load(&wrong_fp) == 0, "FP registers are kept");
	check(atomic_load(&wrong_wake) == 0, "every nap ends by its timer");
}
