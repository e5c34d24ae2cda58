/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one interrupt costs the embedder of the library, in instructions of this
 * host; and how much slower a thread injects while a second thread injects,
 * too.
 */
#define _GNU_SOURCE
#include "bench/event.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include <vgic/backend.h>
#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "bench/host.h"
#include "bench/steps.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define REDIST_IPA 0x080a0000u
#define NR_SPIS 988u
#define TIMER_PPI 27u
#define SPI 40u
#define BATCH 480u /* SPIs of each thread */
#define ROUNDS 200u
#define MAX_THREADS 2u

/* The VM at hand; one at a time. */
static struct {
	void *memory, *hw;
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
} vm;

static void write_mmio(uint64_t ipa, uint64_t value)
{
	if (vgic_trap_mmio(vm.vcpu, ipa, 4, true, &value) != VGIC_TRAP_DONE) {
		bench_die("the GIC refused a write");
	}
}

static void write_icc(uint32_t sysreg, uint64_t value)
{
	if (vgic_trap_sysreg(vm.vcpu, sysreg, true, &value) != VGIC_TRAP_DONE) {
		bench_die("the CPU interface refused a write");
	}
}

/* All interrupts enabled, in Group 1, edges, at the highest priority. */
static void open_all(void)
{
	write_mmio(BENCH_DIST + GICD_CTLR, GICD_CTLR_EnableGrp1);
	write_mmio(REDIST_IPA + GICR_IGROUPR0, UINT32_MAX);
	write_mmio(REDIST_IPA + GICR_ISENABLER0, UINT32_MAX);
	for (uint32_t n = 1; n <= (NR_SPIS + 31) / 32; n++) {
		write_mmio(BENCH_DIST + GICD_IGROUPR + 4 * n, UINT32_MAX);
		write_mmio(BENCH_DIST + GICD_ISENABLER + 4 * n, UINT32_MAX);
		write_mmio(BENCH_DIST + GICD_ICFGR + 8 * n, 0xaaaaaaaa);
		write_mmio(BENCH_DIST + GICD_ICFGR + 8 * n + 4, 0xaaaaaaaa);
	}
}

static void make_vm(struct vgic_config *config)
{
	config->nr_side_entries = 4;
	vm.gic = bench_create(config, REDIST_IPA, &vm.memory);
	if (vgic_vcpu_create(vm.gic, 0, 0, vm.hw, &vm.vcpu)) {
		bench_die("no vCPU");
	}
	vgic_load(vm.vcpu);
	open_all();
	vgic_enter(vm.vcpu);
}

static void end_vm(void)
{
	free(vm.memory);
	free(vm.hw);
	vm.hw = NULL;
}

static void make_vm_with_lrs(void)
{
	struct vgic_config config = bench_config(1, NR_SPIS);

	config.cpuif = &bench_cpuif_ends_all;
	make_vm(&config);
}

static void make_vm_in_software(void)
{
	struct vgic_config config = bench_config(1, NR_SPIS);

	config.cpuif = &vgic_soft_backend;
	vm.hw = malloc(vgic_soft_size());
	if (!vm.hw) {
		bench_die("no memory");
	}
	vgic_soft_init(vm.hw, false, NULL, NULL, &config.caps);
	make_vm(&config);
	vgic_exit(vm.vcpu);
	write_icc(ICC_PMR_EL1, 0xf8);
	write_icc(ICC_IGRPEN1_EL1, 1);
	vgic_enter(vm.vcpu);
}

/* What EL2 does between an interrupt by the physical timer and the ERET. */
static void mapped_interrupt(void)
{
	vgic_inject_irq_entered(vm.vcpu, TIMER_PPI, true, NULL);
}

static void trap(uint32_t sysreg, bool write, uint64_t *value)
{
	if (vgic_trap_sysreg_entered(vm.vcpu, sysreg, write, value) !=
	    VGIC_TRAP_DONE) {
		bench_die("the CPU interface refused an access");
	}
	(void)vgic_irq_asserted(vm.vcpu);
}

/* A software CPU interface: acknowledge and EOI are calls of the library. */
static void emulated_interrupt(void)
{
	uint64_t intid;

	vgic_inject_irq(vm.gic, 0, SPI, true, NULL);
	vgic_reenter(vm.vcpu);
	if (!vgic_irq_asserted(vm.vcpu)) {
		bench_die("no interrupt is signalled");
	}
	trap(ICC_IAR1_EL1, false, &intid);
	trap(ICC_EOIR1_EL1, true, &intid);
}

static unsigned long count_mapped(void)
{
	unsigned long steps;

	make_vm_with_lrs();
	if (vgic_map_irq(vm.gic, 0, TIMER_PPI, TIMER_PPI)) {
		bench_die("the timer cannot be mapped");
	}
	/* Do not count the first ones: they find no list register used. */
	mapped_interrupt();
	mapped_interrupt();
	steps = bench_steps(mapped_interrupt);
	end_vm();
	return steps;
}

static unsigned long count_emulated(void)
{
	unsigned long steps;

	make_vm_in_software();
	emulated_interrupt();
	emulated_interrupt();
	steps = bench_steps(emulated_interrupt);
	end_vm();
	return steps;
}

/*
 * The threads begin each round together.  After it, thread 0 takes the sample
 * and makes all SPIs not pending again.
 */
static struct {
	unsigned int threads;
	atomic_uint begun, done;
	double begin[MAX_THREADS], end[MAX_THREADS];
	double samples[ROUNDS];
	unsigned int nr_samples;
} race;

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static void wait_for(atomic_uint *count, unsigned int n)
{
	while (atomic_load(count) < n) {
	}
}

static void take_sample(void)
{
	double first = race.begin[0], last = race.end[0], both, longest;

	if (race.threads > 1) {
		first = first > race.begin[1] ? first : race.begin[1];
		last = last < race.end[1] ? last : race.end[1];
	}
	both = last - first;
	longest = race.end[0] - race.begin[0];
	/* Drop a round in which the threads ran mostly one after the other. */
	if (both > 0.7 * longest) {
		race.samples[race.nr_samples++] = longest / BATCH;
	}
}

static void clear(void)
{
	for (uint32_t n = 1; n <= (NR_SPIS + 31) / 32; n++) {
		write_mmio(BENCH_DIST + GICD_ICPENDR + 4 * n, UINT32_MAX);
	}
	vgic_enter(vm.vcpu);
	vgic_exit(vm.vcpu);
}

static void *injector(void *arg)
{
	unsigned int me = (unsigned int)(uintptr_t)arg;
	uint32_t spi = GIC_SPI_BASE + me * BATCH;

	pin(me);
	for (unsigned int round = 1; round <= ROUNDS; round++) {
		atomic_fetch_add(&race.begun, 1);
		wait_for(&race.begun, race.threads * round);
		race.begin[me] = bench_now_ns();
		for (uint32_t i = 0; i < BATCH; i++) {
			vgic_inject_irq(vm.gic, 0, spi + i, true, NULL);
		}
		race.end[me] = bench_now_ns();
		atomic_fetch_add(&race.done, 1);
		if (me == 0) {
			wait_for(&race.done, race.threads * round);
			take_sample();
			clear();
		}
	}
	return NULL;
}

/* Nanoseconds of one injection while `threads` threads inject; 0: no sample. */
static double time_injectors(unsigned int threads)
{
	pthread_t other;
	double ns = 0;

	make_vm_with_lrs();
	vgic_exit(vm.vcpu);
	race.threads = threads;
	race.nr_samples = 0;
	atomic_store(&race.begun, 0);
	atomic_store(&race.done, 0);
	if (threads > 1 &&
	    pthread_create(&other, NULL, injector, (void *)(uintptr_t)1)) {
		bench_die("no thread");
	}
	injector(NULL);
	if (threads > 1) {
		pthread_join(other, NULL);
	}
	if (race.nr_samples) {
		ns = bench_median(race.samples, race.nr_samples);
	}
	end_vm();
	return ns;
}

void bench_event(struct bench_event *e)
{
	e->mapped = count_mapped();
	e->emulated = count_emulated();
	e->one_ns = time_injectors(1);
	e->two_ns = time_injectors(2);
}
