/* SPDX-License-Identifier: BSD-2-Clause */
/* Kicks, entries and sleep: between the one who posts and the one who runs. */
#include "tests/litmus/litmus.h"

#include <sched.h>

static struct {
	struct source *source;
	_Atomic(bool) stop, broken;
	_Atomic(uint64_t) violations;
	/* Which edge the last kick was for. */
	_Atomic(uint64_t) announced;
	/* Sleep: the vCPU has published that it blocks, and was woken. */
	_Atomic(bool) blocked, woken;
} now;

static uint64_t rounds;

static bool is_broken(void)
{
	return atomic_load_explicit(&now.broken, memory_order_relaxed);
}

static bool is_over(void)
{
	return atomic_load_explicit(&now.stop, memory_order_relaxed);
}

/* One edge after the other, each when the one before was taken. */
static void play(double end, void (*signal)(void))
{
	uint64_t rng = 4711;

	while (litmus_now() < end && !atomic_load(&now.violations)) {
		uint64_t number = source_begin(now.source);
		double begin = litmus_now();
		uint32_t n = 0;

		signal();
		source_finish(now.source, number, true);
		while (atomic_load(&now.source->seen) != number) {
			if (++n % 1024 == 0) {
				sched_yield();
				if (litmus_now() - begin > LITMUS_LIMIT_S) {
					atomic_fetch_add(&now.violations, 1);
					break;
				}
			}
		}
		rounds++;
		litmus_pause(&rng, 300);
	}
}

static uint64_t run(double end, bool broken, void *(*vcpu)(void *),
		    void (*signal)(void), void (*kick)(struct cpu *c))
{
	rounds = 0;
	atomic_store(&now.stop, false);
	atomic_store(&now.broken, broken);
	atomic_store(&now.violations, 0);
	atomic_store(&now.announced, 0);
	atomic_store(&now.blocked, false);
	atomic_store(&now.woken, false);
	vm_begin(&machine_v3, 0, 1);
	now.source = litmus_edge();
	cpu_other_kick = kick;
	must(!pthread_create(&vm.cpu[0].thread, NULL, vcpu, &vm.cpu[0]));
	play(end, signal);
	atomic_store(&now.stop, true);
	pthread_join(vm.cpu[0].thread, NULL);
	cpu_other_kick = NULL;
	vm_end();
	return atomic_load(&now.violations);
}

static void inject(void)
{
	must(!vgic_inject_irq(vm.gic, 0, now.source->intid, true, NULL));
}

/*
 * Kicks.  The vCPU is out of the guest, has asked vgic_pending() once, and
 * waits for a kick, then enters: what was posted before the kick must be there
 * to be taken.
 */
static void *enter_when_kicked(void *cpu)
{
	struct cpu *c = cpu;
	uint64_t number;
	uint32_t spins = 0;

	cpu_load(c);
	while (!is_over()) {
		bool pending = vgic_pending(c->vcpu);

		while (!pending && !is_over() &&
		       !atomic_load_explicit(&c->kicked,
					     memory_order_acquire)) {
			if (++spins % 1024 == 0) {
				sched_yield();
			}
		}
		number = atomic_load_explicit(&now.announced,
					      memory_order_relaxed);
		cpu_enter(c);
		(void)cpu_drain(c);
		cpu_leave(c);
		if (atomic_load(&now.source->seen) < number) {
			atomic_fetch_add(&now.violations, 1);
		}
	}
	vgic_put(c->vcpu);
	return NULL;
}

static void announce(struct cpu *c)
{
	atomic_store_explicit(&now.announced, now.source->last,
			      memory_order_relaxed);
	atomic_store_explicit(&c->kicked, true, memory_order_release);
}

/* Broken: the kick comes before what it is for. */
static void kick_and_inject(void)
{
	if (is_broken()) {
		cpu_kick(NULL, 0);
	}
	inject();
}

static uint64_t run_kick(double end, bool broken)
{
	return run(end, broken, enter_when_kicked, kick_and_inject, announce);
}

const struct litmus litmus_kick = { "kick", run_kick, &rounds };

/*
 * Entries.  The vCPU enters again and again, a moment in the guest each time;
 * then it stays there until it is kicked.  A post during the entry is seen by
 * it, or kicks.  Broken: kicks that come with the entry are forgotten.
 */
static void *enter_and_stay(void *cpu)
{
	struct cpu *c = cpu;
	uint64_t rng = 99;

	cpu_load(c);
	while (!is_over()) {
		cpu_enter(c);
		litmus_pause(&rng, 50);
		if (is_broken()) {
			atomic_store(&c->kicked, false);
		}
		while (!vm.machine->take(c) && !is_over() &&
		       !atomic_load(&c->kicked)) {
		}
		if (c->depth) {
			vm.machine->end(c, &c->handler[--c->depth]);
		}
		cpu_leave(c);
	}
	vgic_put(c->vcpu);
	return NULL;
}

static uint64_t run_entry(double end, bool broken)
{
	return run(end, broken, enter_and_stay, inject, NULL);
}

const struct litmus litmus_entry = { "entry", run_entry, &rounds };

/*
 * Sleep.  The vCPU publishes that it blocks, then looks whether it was kicked;
 * the kick records itself, then looks whether the vCPU is blocked.  Full
 * barriers between the two keep one of them from missing the other.  Broken:
 * release and acquire alone.
 */
static void barrier(void)
{
	if (!is_broken()) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
}

static void wake(struct cpu *c)
{
	atomic_store_explicit(&c->kicked, true, memory_order_release);
	barrier();
	if (atomic_load_explicit(&now.blocked, memory_order_acquire)) {
		atomic_store(&now.woken, true);
	}
}

static void block(struct cpu *c)
{
	atomic_store_explicit(&now.blocked, true, memory_order_release);
	barrier();
	if (!atomic_load_explicit(&c->kicked, memory_order_acquire)) {
		while (!atomic_load(&now.woken) && !is_over()) {
			sched_yield();
		}
	}
	atomic_store(&now.blocked, false);
	atomic_store(&now.woken, false);
}

static void *sleep_until_pending(void *cpu)
{
	struct cpu *c = cpu;

	cpu_load(c);
	cpu_enter(c);
	while (!is_over()) {
		(void)cpu_drain(c);
		cpu_leave(c);
		(void)atomic_exchange(&c->kicked, false);
		if (!vgic_pending(c->vcpu)) {
			block(c);
		}
		cpu_enter(c);
	}
	cpu_leave(c);
	vgic_put(c->vcpu);
	return NULL;
}

static uint64_t run_sleep(double end, bool broken)
{
	return run(end, broken, sleep_until_pending, inject, wake);
}

const struct litmus litmus_sleep = { "sleep", run_sleep, &rounds };
