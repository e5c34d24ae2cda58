/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices: they inject, and know nothing of the guest but its registers. */
#include "tests/stress/stress.h"

#include <sched.h>

#include <vgic/its.h>

#define MAX_BURST 4u
#define MAX_PAUSE 400u

static bool is_device(const struct source *s)
{
	return s->kind != SOURCE_GUEST;
}

/* A GICv5's PPIs have an owner. */
static void inject(const struct source *s, bool level)
{
	must(vgic_inject_irq(vm.gic, s->vcpu % NR_CPUS, s->intid, level, &vm) ==
	     VGIC_OK);
}

/* The host's handler of a physical interrupt: it stays active. */
static void fire(struct source *s)
{
	uint32_t was = LINE_UP;

	if (atomic_compare_exchange_strong(&s->line, &was,
					   LINE_UP | LINE_ACTIVE)) {
		inject(s, true);
	}
}

void device_fire_mapped(void)
{
	for (uint32_t i = 0; i < vm.nr_sources; i++) {
		if (vm.source[i].kind == SOURCE_MAPPED) {
			fire(&vm.source[i]);
		}
	}
}

void device_ended(uint32_t intid)
{
	struct source *s = source_find(NR_CPUS, intid, 0);

	if (s && !(atomic_fetch_and(&s->line, ~LINE_ACTIVE) & LINE_ACTIVE)) {
		fail("INTID %u: ended physically, and was not active", intid);
	}
}

static void raise_line(struct source *s)
{
	if (!(atomic_load(&s->line) & LINE_UP)) {
		uint64_t number = source_begin(s);

		atomic_fetch_or(&s->line, LINE_UP);
		if (s->kind == SOURCE_LEVEL) {
			inject(s, true);
		}
		source_finish(s, number, true);
	}
	if (s->kind == SOURCE_MAPPED) {
		fire(s);
	}
}

/* The library asks for the level of a mapped one. */
void device_lower(struct source *s)
{
	if (s->kind == SOURCE_LEVEL) {
		inject(s, false);
	}
	atomic_fetch_and(&s->line, ~LINE_UP);
}

static void send(struct source *s)
{
	uint64_t number = source_begin(s);
	bool accepted = true;

	if (s->kind == SOURCE_MSI) {
		int taken = vgic_inject_msi(vm.gic, 0, s->device, s->event);

		must(taken >= 0);
		accepted = taken > 0;
	} else {
		inject(s, true);
	}
	source_finish(s, number, accepted);
}

static void one(struct source *s)
{
	if (s->kind == SOURCE_LEVEL || s->kind == SOURCE_MAPPED) {
		raise_line(s);
	} else {
		send(s);
	}
}

static void pause_a_while(uint64_t *rng)
{
	for (volatile uint32_t n = draw(rng, MAX_PAUSE); n; n--) {
	}
	if (!draw(rng, 16)) {
		sched_yield();
	}
}

/* A source belongs to one thread: its numbers are given out in order. */
void *device_run(void *number)
{
	const uint32_t *which = number;
	uint64_t rng = 0x9e3779b97f4a7c15 + *which;

	while (!atomic_load_explicit(&vm.stop, memory_order_relaxed)) {
		uint32_t i = draw(&rng, vm.nr_sources);
		struct source *s = &vm.source[i];

		if (park_wanted()) {
			park();
		}
		if (i % NR_DEVICES != *which || !is_device(s)) {
			continue;
		}
		for (uint32_t n = draw(&rng, MAX_BURST) + 1;
		     n && source_ready(s); n--) {
			one(s);
		}
		pause_a_while(&rng);
	}
	return NULL;
}

/* A thread that only looks: everything that may be asked at any time. */
void *observer_run(void *number)
{
	uint64_t rng = 0x2545f4914f6cdd1d;

	while (!atomic_load_explicit(&vm.stop, memory_order_relaxed)) {
		const struct source *s = &vm.source[draw(&rng, vm.nr_sources)];
		struct vgic_irq_info info;
		struct vgic_stats stats;

		if (park_wanted()) {
			park();
		}
		must(vgic_get_irq_info(vm.gic, s->vcpu % NR_CPUS, s->intid,
				       &info) == VGIC_OK);
		vgic_get_stats(vm.cpu[draw(&rng, NR_CPUS)].vcpu, &stats);
		if (s->kind == SOURCE_MSI) {
			(void)vgic_check_msi(vm.gic, 0, s->device, s->event);
		}
		if (vm.machine->host) {
			vm.machine->host(&rng);
		}
		pause_a_while(&rng);
		sched_yield();
	}
	return number;
}
