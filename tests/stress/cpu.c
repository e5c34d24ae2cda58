/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's thread: enter, a few acts of the guest, leave; sleep in WFI; stop
 * when the VM is stopped.
 */
#include "tests/stress/stress.h"

#include <string.h>
#include <time.h>

#include "tests/usual.h"

/* More exits than kicks and maintenance interrupts can explain. */
#define MANY_EXITS 1000000u
#define MANY_RETRIES 10000000u
#define SLEEP_MS 20
#define KICK_LIMIT_S 10
#define ACTS_BEFORE_PUT 64u

uint32_t draw(uint64_t *rng, uint32_t below)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return (uint32_t)(*rng >> 16) % below;
}

void (*cpu_other_kick)(struct cpu *c);

/*
 * The store is a release, and no acquire: what a vCPU knows after a kick that
 * finds it in guest code, it knows by the library alone.
 */
void cpu_kick(void *ctx, uint32_t vcpu)
{
	struct cpu *c = &vm.cpu[vcpu];

	(void)ctx;
	if (cpu_other_kick) {
		cpu_other_kick(c);
		return;
	}
	atomic_exchange_explicit(&c->kicked, true, memory_order_release);
	if (atomic_load(&c->asleep)) {
		pthread_mutex_lock(&c->lock);
		pthread_cond_signal(&c->wake);
		pthread_mutex_unlock(&c->lock);
	}
}

void cpu_load(struct cpu *c)
{
	vgic_load(c->vcpu);
}

void cpu_put(struct cpu *c)
{
	if (draw(&c->rng, 2)) {
		vgic_put(c->vcpu);
	} else {
		vgic_put_wfi(c->vcpu);
	}
}

void cpu_enter(struct cpu *c)
{
	atomic_store_explicit(&c->kicked, false, memory_order_relaxed);
	source_sample(&c->sample);
	vgic_enter(c->vcpu);
	c->entered = true;
}

void cpu_leave(struct cpu *c)
{
	vgic_exit(c->vcpu);
	c->entered = false;
}

/* Nothing between the two makes the store visible before it looks. */
static void reenter(struct cpu *c)
{
	atomic_exchange(&c->kicked, false);
	source_sample(&c->sample);
	(void)reenter_as_usual(c->vcpu);
}

static bool needs_exit(struct cpu *c)
{
	return atomic_load_explicit(&c->kicked, memory_order_relaxed) ||
	       (vm.machine->maintenance && vm.machine->maintenance(c));
}

void cpu_serve(struct cpu *c)
{
	uint32_t exits = 0;

	while (needs_exit(c)) {
		if (exits++ > MANY_EXITS) {
			fail("vCPU %u: exits without end", c->index);
		}
		if (draw(&c->rng, 2)) {
			reenter(c);
		} else {
			cpu_leave(c);
			cpu_enter(c);
		}
	}
}

bool cpu_tries_entered(struct cpu *c)
{
	return c->entered && draw(&c->rng, 2);
}

uint64_t cpu_mmio(struct cpu *c, uint64_t ipa, unsigned int width, bool write,
		  uint64_t value)
{
	enum vgic_trap done;
	uint32_t retries = 0;
	uint64_t v = value;

	if (cpu_tries_entered(c) &&
	    vgic_trap_mmio_entered(c->vcpu, ipa, width, write, &v) ==
		    VGIC_TRAP_DONE) {
		cpu_serve(c);
		return v;
	}
	do {
		if (retries++ > MANY_RETRIES) {
			fail("vCPU %u: access of %llx retried without end",
			     c->index, (unsigned long long)ipa);
		}
		/* Who is to answer may be stopped, and wait for this one. */
		if (park_wanted()) {
			cpu_leave(c);
			cpu_put(c);
			park();
			cpu_load(c);
			cpu_enter(c);
		}
		v = value;
		cpu_leave(c);
		done = vgic_trap_mmio(c->vcpu, ipa, width, write, &v);
		cpu_enter(c);
	} while (done == VGIC_TRAP_RETRY);
	must(done == VGIC_TRAP_DONE);
	cpu_serve(c);
	return v;
}

void cpu_took(struct cpu *c, uint32_t intid, uint32_t sender, bool group1)
{
	struct source *s = source_find(c->index, intid, sender);

	must(c->depth < MAX_NESTING);
	if (s) {
		source_taken(c, s);
	}
	c->handler[c->depth++] =
		(struct handler){ s, intid | sender << 10, group1 };
	c->takes++;
}

/* Put it in a slot, and deactivate what was there.  0: nothing. */
void cpu_leave_behind(struct cpu *c, uint32_t intid)
{
	intid = atomic_exchange(&vm.dir[draw(&c->rng, NR_LEFT)], intid);
	if (intid) {
		vm.machine->deactivate(c, intid);
	}
}

void cpu_take_left(struct cpu *c)
{
	cpu_leave_behind(c, 0);
}

/* The handler looks after its device, then ends the interrupt. */
static void end_top(struct cpu *c)
{
	const struct handler h = c->handler[--c->depth];

	if (h.source && (h.source->kind == SOURCE_LEVEL ||
			 h.source->kind == SOURCE_MAPPED)) {
		cpu_leave(c);
		device_lower(h.source);
		cpu_enter(c);
	}
	vm.machine->end(c, &h);
}

bool cpu_drain(struct cpu *c)
{
	bool some = c->depth > 0;

	for (;;) {
		while (c->depth) {
			end_top(c);
		}
		cpu_serve(c);
		if (!vm.machine->take(c)) {
			return some;
		}
		some = true;
	}
}

/* A kick has been begun: it must arrive. */
static void await_kick(struct cpu *c)
{
	time_t begin = time(NULL);

	while (!atomic_load(&c->kicked)) {
		if (time(NULL) - begin > KICK_LIMIT_S) {
			fail("vCPU %u: something is pending, and nobody "
			     "kicked the vCPU that sleeps",
			     c->index);
		}
	}
}

/* False: nobody has kicked it. */
static bool sleep_a_while(struct cpu *c)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += SLEEP_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->asleep, true);
	if (!atomic_load(&c->kicked)) {
		pthread_cond_timedwait(&c->wake, &c->lock, &until);
	}
	atomic_store(&c->asleep, false);
	pthread_mutex_unlock(&c->lock);
	return atomic_load(&c->kicked);
}

/*
 * WFI.  The kick is forgotten before vgic_pending() looks, by an exchange:
 * a plain store could become visible after that look.
 */
static void wait_for_interrupt(struct cpu *c)
{
	bool put = draw(&c->rng, 2);

	cpu_leave(c);
	(void)atomic_exchange(&c->kicked, false);
	if (!vgic_pending(c->vcpu)) {
		if (put) {
			cpu_put(c);
		}
		if (!sleep_a_while(c) && vgic_pending(c->vcpu)) {
			await_kick(c);
		}
		cpu_load(c);
	}
	cpu_enter(c);
	cpu_serve(c);
}

void cpu_act(struct cpu *c, const struct act *acts)
{
	uint32_t all = 0, drawn;

	for (const struct act *a = acts; a->weight; a++) {
		all += a->weight;
	}
	drawn = draw(&c->rng, all);
	while (drawn >= acts->weight) {
		drawn -= acts->weight;
		acts++;
	}
	acts->run(c);
}

/* Half of what a guest does is to handle interrupts. */
static void step(struct cpu *c)
{
	uint32_t what = draw(&c->rng, 64);

	if (what < 24) {
		if (c->depth >= MAX_NESTING || !vm.machine->take(c)) {
			what = 24;
		}
	}
	if (what >= 24 && what < 44 && c->depth) {
		end_top(c);
	} else if (what >= 60 && !c->depth) {
		wait_for_interrupt(c);
	} else if (what >= 44) {
		cpu_act(c, vm.machine->acts);
	}
	cpu_serve(c);
}

void *cpu_run(void *cpu)
{
	struct cpu *c = cpu;

	while (!atomic_load_explicit(&vm.stop, memory_order_relaxed)) {
		bool parking;

		cpu_load(c);
		cpu_enter(c);
		for (uint32_t n = draw(&c->rng, ACTS_BEFORE_PUT);
		     n && !park_wanted(); n--) {
			step(c);
		}
		cpu_leave(c);
		parking = park_wanted();
		if (parking || !draw(&c->rng, 4)) {
			cpu_put(c);
		}
		if (parking) {
			park();
		}
	}
	vgic_put(c->vcpu);
	return NULL;
}
