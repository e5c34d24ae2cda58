/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual machine from its creation to its end. */
#include "tests/stress/stress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANY_ROUNDS 100000u

struct vm vm = { .commands = PTHREAD_MUTEX_INITIALIZER };

void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s, seed %llu, round %u: ", vm.machine->name,
		(unsigned long long)vm.seed, vm.round);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	_exit(1);
}

void vm_create(const struct vgic_config *config)
{
	size_t size = vgic_memory_size(config);

	vm.memory = aligned_alloc(64, size);
	must(vm.memory && !vgic_create(config, vm.memory, size, &vm.gic));
}

static void make_cpus(void)
{
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		struct cpu *c = &vm.cpu[v];

		memset(c, 0, sizeof(*c));
		c->index = v;
		c->rng = vm.seed * 1000003 + vm.round * 17 + v + 1;
		pthread_mutex_init(&c->lock, NULL);
		pthread_cond_init(&c->wake, NULL);
	}
}

void vm_begin(const struct machine *machine, uint32_t n, uint64_t seed)
{
	vm.machine = machine;
	vm.round = n;
	vm.seed = seed;
	vm.nr_sources = 0;
	memset(vm.ram, 0, RAM_SIZE);
	for (uint32_t i = 0; i < NR_LEFT; i++) {
		atomic_store(&vm.dir[i], 0);
	}
	atomic_store(&vm.stop, false);
	make_cpus();
	vm.machine->make(n);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		struct cpu *c = &vm.cpu[v];

		cpu_load(c);
		cpu_enter(c);
		if (v == 0) {
			vm.machine->setup(c);
		}
		vm.machine->open(c);
		cpu_leave(c);
		vgic_put(c->vcpu);
	}
}

/* One vCPU may hand to another what it gave up just now. */
static bool anybody_kicked(void)
{
	bool kicked = false;

	for (uint32_t v = 0; v < NR_CPUS; v++) {
		kicked |= atomic_load(&vm.cpu[v].kicked);
	}
	return kicked;
}

static void deactivate_left(struct cpu *c)
{
	for (uint32_t i = 0; i < NR_LEFT; i++) {
		uint32_t intid = atomic_exchange(&vm.dir[i], 0);

		if (intid) {
			vm.machine->deactivate(c, intid);
		}
	}
}

/*
 * All threads have ended.  What they have left is taken by the vCPUs in turn,
 * until nothing comes any more.
 */
void vm_drain(void)
{
	uint32_t rounds = 0;
	bool some;

	cpu_load(&vm.cpu[0]);
	cpu_enter(&vm.cpu[0]);
	vm.machine->setup(&vm.cpu[0]);
	cpu_leave(&vm.cpu[0]);
	do {
		some = false;
		for (uint32_t v = 0; v < NR_CPUS; v++) {
			struct cpu *c = &vm.cpu[v];

			cpu_load(c);
			cpu_enter(c);
			vm.machine->recover(c);
			deactivate_left(c);
			some |= cpu_drain(c);
			cpu_leave(c);
			vgic_put(c->vcpu);
		}
		device_fire_mapped();
		must(rounds++ < MANY_ROUNDS);
	} while (some || anybody_kicked());
	must(vgic_check_invariants(vm.gic) == 0);
	source_check_drained();
}

void vm_end(void)
{
	if (vm.machine->unmake) {
		vm.machine->unmake();
	} else {
		free(vm.memory);
	}
}
