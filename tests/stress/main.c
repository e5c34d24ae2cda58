/* SPDX-License-Identifier: BSD-2-Clause */
/* The stress as a program: rounds, each with a vGIC of another shape. */
#include "tests/stress/stress.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <vgic/snapshot.h>

#define NR_THREADS (NR_CPUS + NR_DEVICES + 1)
#define BETWEEN_STOPS_US 5000

static const struct machine *const machines[] = {
	&machine_v2,
	&machine_v3,
	&machine_its,
	&machine_v5,
};

static struct {
	uint64_t seed;
	uint32_t round;
	uint64_t takes, injections, stops;
} run = { .seed = 1 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Everything is stopped: the VM goes on as the snapshot has it. */
static void snapshot(void)
{
	int64_t size = vgic_snapshot_size(vm.gic);
	struct vgic_snapshot_where where;
	uint8_t *buf;

	must(size > 0);
	buf = malloc((size_t)size);
	must(buf && vgic_snapshot_save(vm.gic, buf, (size_t)size) == size);
	if (run.stops % 4 == 0 &&
	    vgic_snapshot_restore(vm.gic, buf, (size_t)size, &where)) {
		fail("a snapshot was refused: %s, INTID %d", where.what,
		     (int)where.intid);
	}
	free(buf);
}

static void stop_and_look(void)
{
	park_stop_world();
	must(vgic_check_invariants(vm.gic) == 0);
	source_check_all();
	if (run.stops % 2 == 0) {
		snapshot();
		must(vgic_check_invariants(vm.gic) == 0);
		source_check_all();
	}
	run.stops++;
	park_resume();
}

static void play(double seconds)
{
	static const uint32_t device_number[NR_DEVICES] = { 0, 1 };
	pthread_t device[NR_DEVICES], observer;
	double end = now() + seconds;

	vm_begin(vm.machine, run.round, run.seed);
	park_init(NR_THREADS);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		must(!pthread_create(&vm.cpu[v].thread, NULL, cpu_run,
				     &vm.cpu[v]));
	}
	for (uint32_t i = 0; i < NR_DEVICES; i++) {
		must(!pthread_create(&device[i], NULL, device_run,
				     (void *)&device_number[i]));
	}
	must(!pthread_create(&observer, NULL, observer_run, NULL));
	while (now() < end) {
		usleep(BETWEEN_STOPS_US);
		stop_and_look();
	}
	atomic_store(&vm.stop, true);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		pthread_join(vm.cpu[v].thread, NULL);
		run.takes += vm.cpu[v].takes;
	}
	for (uint32_t i = 0; i < NR_DEVICES; i++) {
		pthread_join(device[i], NULL);
	}
	pthread_join(observer, NULL);
	vm_drain();
	vm_end();
}

static const struct machine *machine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (!strcmp(machines[i]->name, name)) {
			return machines[i];
		}
	}
	fprintf(stderr, "no machine '%s': v2, v3, its or v5\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "machine", required_argument, NULL, 'm' },
		{ "seconds", required_argument, NULL, 's' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 'e' },
		{ NULL, 0, NULL, 0 },
	};
	double seconds = 3, begun = now();
	uint32_t rounds = 5;
	int c;

	vm.machine = &machine_v3;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'm') {
			vm.machine = machine_find(optarg);
		} else if (c == 's') {
			seconds = atof(optarg);
		} else if (c == 'r') {
			rounds = (uint32_t)atoi(optarg);
		} else if (c == 'e') {
			run.seed = strtoull(optarg, NULL, 0);
		} else {
			return 2;
		}
	}
	vm.ram = calloc(1, RAM_SIZE);
	must(vm.ram && rounds);
	for (; run.round < rounds; run.round++) {
		play(seconds / rounds);
	}
	printf("stress %s: %.1f s, %llu injections, %llu taken, %llu stops; "
	       "nothing lost, nothing invented\n",
	       vm.machine->name, now() - begun,
	       (unsigned long long)atomic_load(&vm.injections),
	       (unsigned long long)run.takes, (unsigned long long)run.stops);
	return 0;
}
