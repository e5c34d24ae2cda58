/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From boot to the run loop.  The boot CPU reads the machine's device tree and
 * the options, puts the virtual machine together, starts the other CPUs and
 * the first vCPU.  Each CPU then runs vCPUs until the run ends (run.c).
 */
#include "hyp/main.h"

#include "hyp/arch.h"
#include "hyp/boot.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/debug.h"
#include "hyp/exit.h"
#include "hyp/fault.h"
#include "hyp/guest_uart.h"
#include "hyp/host.h"
#include "hyp/irq.h"
#include "hyp/mmu.h"
#include "hyp/mpidr.h"
#include "hyp/options.h"
#include "hyp/passthru.h"
#include "hyp/platform.h"
#include "hyp/psci.h"
#include "hyp/run.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/torture.h"
#include "hyp/vm.h"

/* How long a CPU may take from CPU_ON to init_cpu(); generous, for QEMU. */
#define CPU_START_MS 2000

static void must(const char *error)
{
	if (error) {
		set_up_failed(error);
	}
}

/* What each CPU does for itself; the VM exists, so EL2 can be set up. */
static void init_cpu(struct cpu *cpu)
{
	cpu->mpidr = read_sysreg(mpidr_el1) & MPIDR_AFFINITY;
	must(irq_init_cpu());
	cpu_init_el2();
	debug_init_cpu();
	timer_init_cpu();
	sched_init_cpu();
	atomic_store(&cpu->online, true);
}

_Noreturn void hyp_main_secondary(struct cpu *cpu)
{
	init_cpu(cpu);
	run_loop();
}

/* Devices that EL2 itself uses; others are mapped by what uses them. */
static void map_devices(void)
{
	uint32_t i;

	mmu_map(host.gicd.base, host.gicd.size, MMU_DEVICE);
	if (host.gicv2) {
		mmu_map(host.gicc.base, host.gicc.size, MMU_DEVICE);
		mmu_map(host.gich.base, host.gich.size, MMU_DEVICE);
	}
	for (i = 0; i < host.nr_gicr; i++) {
		mmu_map(host.gicr[i].base, host.gicr[i].size, MMU_DEVICE);
	}
	mmu_map(host.uart_base, PAGE_SIZE, MMU_DEVICE);
}

/* Start the CPU that the firmware knows by `mpidr`, and wait for it. */
static void start_cpu(uint64_t mpidr)
{
	struct cpu *cpu = &cpus[nr_cpus];

	cpu->index = nr_cpus;
	cpu_set_stacks(cpu->index);
	/* It reads its struct cpu before its MMU and caches are on. */
	cache_clean(cpu, sizeof(*cpu));
	if (smc(PSCI_FN_CPU_ON_64, mpidr, (uint64_t)(uintptr_t)secondary_entry,
		(uint64_t)(uintptr_t)cpu) != PSCI_SUCCESS ||
	    !cpu_wait_for(&cpu->online, CPU_START_MS)) {
		set_up_failed("a CPU does not start");
	}
	nr_cpus++;
}

/* One by one, so nr_cpus is the index of the next one. */
static void start_cpus(void)
{
	uint32_t i;

	nr_cpus = 1;
	for (i = 0; i < host.nr_cpus; i++) {
		if (host.mpidr[i] != cpus[0].mpidr) {
			start_cpu(host.mpidr[i]);
		}
	}
}

static void time_out(struct timer *timer)
{
	(void)timer;
	run_end(RUN_TIMEOUT, NULL, false);
}

static void arm_timeout(void)
{
	static struct timer timer = { .fn = time_out };

	if (options.timeout_s) {
		timer_arm(&timer, counter() + timer_from_us(options.timeout_s *
							    UINT64_C(1000000)));
	}
}

_Noreturn void hyp_main(const void *fdt)
{
	uint64_t tree = (uint64_t)(uintptr_t)fdt;

	console_init(EARLY_UART_BASE);
	/* Elsewhere it is not mapped, or the heap would overwrite it. */
	if (tree < HYP_RAM_BASE || tree >= HYP_HEAP_BASE) {
		set_up_failed("the machine gave no device tree");
	}
	must(host_parse(fdt, HYP_HEAP_BASE - tree));
	map_devices();
	/* From here on messages go to the UART that the tree names. */
	console_init(host.uart_base);
	must(options_parse(host.bootargs));
	must(irq_init());
	vm_create(&vm);
	vm_prepare_guest(&vm);
	/* From here on FP instructions trap: libfdt must not be called. */
	init_cpu(&cpus[0]);
	start_cpus();
	if (options.verbose) {
		console_msg("%u CPUs, %u vCPUs, %lu MiB", nr_cpus, vm.nr_vcpus,
			    (unsigned long)(vm.ram_size / MIB));
	}
	if (options.pass_uart) {
		console_share();
	} else {
		irq_enable_spi(host.uart_intid, false, guest_uart_irq);
	}
	passthru_start(&vm);
	arm_timeout();
	torture_start();
	sched_start(&vm.vcpus[0], vm.entry_ipa, vm.dtb_ipa);
	run_loop();
}
