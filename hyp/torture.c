/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * At random times the boot CPU stops all others, saves the vGIC, destroys it
 * and makes it again from the snapshot; then it saves one vCPU's part and
 * restores that in place.  The guest must not notice.  Errors are counted as
 * broken invariants, which fail the run.
 *
 * The meeting: the boot CPU sets `called` and sends IPI_MEET; each other CPU
 * leaves its guest, puts its vCPU's vGIC, counts itself in `present` and waits;
 * when `called` is off again, it counts itself out and goes on.
 */
#include "hyp/torture.h"

#include <stdatomic.h>
#include <stddef.h>

#include <vgic/snapshot.h>

#include "hyp/arch.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/heap.h"
#include "hyp/irq.h"
#include "hyp/options.h"
#include "hyp/run.h"
#include "hyp/string.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

/* Bytes of a snapshot for each interrupt, vCPU and VM; more than needed. */
#define PER_IRQ 24u
#define PER_VCPU 1024u
#define PER_VM 8192u

static struct {
	/* Of the boot CPU alone: */
	bool due; /* the timer has expired */
	struct timer timer;
	uint64_t random; /* state of the generator in arm() */
	/* Snapshots: of the vGIC before and after, and of one vCPU. */
	uint8_t *first, *second, *one;
	size_t size; /* of each, in bytes */
	/* The other CPUs are to come to torture_meet() and stay there. */
	atomic_bool called;
	/* How many of them have come. */
	atomic_uint present;
} torture;

/* The next time: between 1/2 and 3/2 of the interval asked for. */
static void arm(void)
{
	uint64_t us = options.torture_ms * UINT64_C(1000);

	/* A linear congruential generator: Knuth 3.3.4, table 1, line 26. */
	torture.random = torture.random * UINT64_C(6364136223846793005) + 1;
	us = us / 2 + (torture.random >> 33) % us;
	timer_arm(&torture.timer, counter() + timer_from_us(us));
}

static void expired(struct timer *timer)
{
	(void)timer;
	torture.due = true;
	torture_request_meeting();
}

void torture_request_meeting(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->action == ACTION_RUN) {
		cpu->action = ACTION_MEET;
	}
}

void torture_start(void)
{
	const struct vgic_config *config = &vm.gic_config;
	uint32_t irqs = config->nr_vcpus * 128 + config->nr_spis +
			config->v5.nr_lpis + config->its.nr_lpis;

	if (!options.torture_ms) {
		return;
	}
	torture.size = irqs * PER_IRQ + config->nr_vcpus * PER_VCPU + PER_VM;
	torture.first = heap_alloc(torture.size, 64);
	torture.second = heap_alloc(torture.size, 64);
	torture.one = heap_alloc(torture.size, 64);
	torture.random = counter();
	torture.timer.fn = expired;
	arm();
}

/* Count an error; `where` is what a restore reports, or null. */
static void complain(const char *what, long error,
		     const struct vgic_snapshot_where *where)
{
	atomic_fetch_add(&vm.counts.invariant_failures, 1);
	if (where && where->what) {
		console_msg("snapshot %lu, %s: %ld, %s: %s",
			    (unsigned long)vm.counts.snapshots, what, error,
			    vgic_snapshot_record_name(where->record),
			    where->what);
	} else {
		console_msg("snapshot %lu, %s: %ld",
			    (unsigned long)vm.counts.snapshots, what, error);
	}
}

static void restore(const char *what, const void *buf, size_t size)
{
	struct vgic_snapshot_where where;
	int error = vgic_snapshot_restore(vm.gic, buf, size, &where);

	if (error) {
		complain(what, error, &where);
	}
}

/* A second snapshot has to be the same as the first, byte for byte. */
static void compare(const char *what, int64_t size)
{
	int64_t again =
		vgic_snapshot_save(vm.gic, torture.second, torture.size);

	if (again != size ||
	    memcmp(torture.first, torture.second, (size_t)size) != 0) {
		complain(what, (long)again, NULL);
	}
}

/* Save one vCPU's part and restore it while the vGIC stays. */
static void restore_one(struct vcpu *vcpu)
{
	int64_t size =
		vgic_snapshot_save_vcpu(vcpu->vgic, torture.one, torture.size);

	if (size < 0) {
		complain("a vCPU cannot be saved", (long)size, NULL);
		return;
	}
	restore("a vCPU cannot be restored", torture.one, (size_t)size);
}

/* On the boot CPU, while no vCPU runs and none is resident. */
static void work(void)
{
	uint32_t pick = (uint32_t)(torture.random >> 33) % vm.nr_vcpus;
	int64_t size = vgic_snapshot_save(vm.gic, torture.first, torture.size);

	if (size < 0) {
		complain("the vGIC cannot be saved", (long)size, NULL);
		return;
	}
	vm_destroy_gic(&vm);
	vm_create_gic(&vm);
	restore("the vGIC cannot be restored", torture.first, (size_t)size);
	restore_one(&vm.vcpus[pick]);
	compare("the vGIC is not as it was", size);
	vm.counts.snapshots++;
}

/*
 * Sleep until an interrupt, which stays pending.  Not a loop: an emulator may
 * run the CPUs one after the other, and the one waited for needs the time.
 */
static void doze(void)
{
	dsb_sy();
	__asm__ volatile("wfi" : : : "memory");
}

/*
 * Wait until so many CPUs are present; each sends an IPI when it comes or goes.
 * False when the run is ending: then the CPUs are about to stop for that, and
 * may never come.
 */
static bool wait_for_others(uint32_t number)
{
	while (atomic_load(&torture.present) != number) {
		if (run_ending()) {
			return false;
		}
		doze();
	}
	return true;
}

static void call_others(void)
{
	uint32_t i;

	for (i = 0; i < nr_cpus; i++) {
		if (&cpus[i] != this_cpu()) {
			irq_send_ipi(&cpus[i], IPI_MEET);
		}
	}
}

/* The boot CPU's part of a meeting. */
static void lead(void)
{
	atomic_store(&torture.called, true);
	call_others();
	if (wait_for_others(nr_cpus - 1)) {
		work();
	}
	atomic_store(&torture.called, false);
	call_others();
	(void)wait_for_others(0);
	arm();
}

/* Every other CPU's part. */
static void follow(void)
{
	atomic_fetch_add(&torture.present, 1);
	irq_send_ipi(&cpus[0], IPI_MEET);
	while (atomic_load(&torture.called) && !run_ending()) {
		doze();
	}
	atomic_fetch_sub(&torture.present, 1);
	irq_send_ipi(&cpus[0], IPI_MEET);
}

void torture_meet(struct vcpu *vcpu)
{
	bool leader = torture.due && this_cpu() == &cpus[0];

	if (!leader && !atomic_load(&torture.called)) {
		return;
	}
	if (vcpu) {
		vgic_put(vcpu->vgic);
	}
	if (leader) {
		torture.due = false;
		lead();
	} else {
		follow();
	}
	if (vcpu) {
		vgic_load(vcpu->vgic);
	}
}
