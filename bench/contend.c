/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several threads inject, and one thread is the vCPU: it leaves its guest
 * whenever the library kicks it, and enters it again.  Each injector has an SPI
 * of its own, and injects it again as soon as the guest has taken it.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <vgic/backend.h>

#include "bench/host.h"
#include "bench/scale.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define MAX_INJECTORS 8u
#define SAMPLES 10000u /* of all injectors together */
#define SPIN 200u      /* looks at a flag before another thread may run */

static struct {
	unsigned int injectors;
	atomic_bool kicked, over;
	/* By SPI: when it was injected; set to 0 when it is taken. */
	_Atomic double injected[MAX_INJECTORS];
	double samples[SAMPLES];
	atomic_uint taken;
} race;

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
	atomic_store(&race.kicked, true);
}

/*
 * The guest takes and ends each pending SPI of its list registers at once, and
 * the time since its injection becomes a sample.
 */
static void guest_takes(void *hw, struct vgic_ich_image *image)
{
	double now = bench_now_ns();

	(void)hw;
	for (uint32_t used = image->used; used; used &= used - 1) {
		uint64_t lr = image->lr[__builtin_ctz(used)];
		uint32_t spi = (uint32_t)lr - GIC_SPI_BASE;
		unsigned int n = atomic_load(&race.taken);

		if (!(lr & ICH_LR_EL2_Pending) || spi >= MAX_INJECTORS ||
		    n == SAMPLES) {
			continue;
		}
		race.samples[n] = now - atomic_load(&race.injected[spi]);
		atomic_store(&race.taken, n + 1);
		atomic_store(&race.injected[spi], 0);
		/* Its list register is free now: exit, so that it is filled. */
		atomic_store(&race.kicked, true);
	}
}

/* With more threads than CPUs, waiting has to let others run. */
static void relax(unsigned int *looks)
{
	if (++*looks % SPIN == 0) {
		sched_yield();
	}
}

static void *inject(void *arg)
{
	uint32_t me = (uint32_t)(uintptr_t)arg;
	unsigned int looks = 0;

	while (!atomic_load(&race.over)) {
		atomic_store(&race.injected[me], bench_now_ns());
		vgic_inject_irq(scale.gic, 0, GIC_SPI_BASE + me, true, NULL);
		while (atomic_load(&race.injected[me]) != 0 &&
		       !atomic_load(&race.over)) {
			relax(&looks);
		}
	}
	return NULL;
}

static void be_vcpu(void)
{
	unsigned int looks = 0;

	while (atomic_load(&race.taken) < SAMPLES) {
		if (atomic_exchange(&race.kicked, false)) {
			scale_pass(0);
		} else {
			relax(&looks);
		}
	}
	atomic_store(&race.over, true);
}

struct scale_latency scale_contend(unsigned int injectors)
{
	static const struct scale_size size = { .vcpus = 1, .spis = 988 };
	struct vgic_host_ops ops = bench_host;
	struct scale_latency result = { .injectors = injectors };
	pthread_t threads[MAX_INJECTORS];

	ops.kick = kick;
	scale_create(&size, &ops, guest_takes);
	atomic_store(&race.taken, 0);
	atomic_store(&race.over, false);
	for (uintptr_t i = 0; i < injectors; i++) {
		if (pthread_create(&threads[i], NULL, inject, (void *)i)) {
			bench_die("no thread");
		}
	}
	be_vcpu();
	for (unsigned int i = 0; i < injectors; i++) {
		pthread_join(threads[i], NULL);
	}
	scale_destroy();
	result.p50_ns = bench_median(race.samples, SAMPLES);
	result.p99_ns = race.samples[SAMPLES / 100 * 99];
	result.max_ns = race.samples[SAMPLES - 1];
	return result;
}
