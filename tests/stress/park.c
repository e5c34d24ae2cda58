/* SPDX-License-Identifier: BSD-2-Clause */
/* One thread stops all others between two of their acts. */
#include "tests/stress/stress.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	_Atomic(bool) wanted;
	uint32_t threads, parked;
} world = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER,
};

void park_init(uint32_t threads)
{
	world.threads = threads;
	world.parked = 0;
	atomic_store(&world.wanted, false);
}

bool park_wanted(void)
{
	return atomic_load_explicit(&world.wanted, memory_order_relaxed);
}

void park(void)
{
	pthread_mutex_lock(&world.lock);
	world.parked++;
	pthread_cond_broadcast(&world.changed);
	while (atomic_load(&world.wanted)) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	world.parked--;
	pthread_cond_broadcast(&world.changed);
	pthread_mutex_unlock(&world.lock);
}

void park_stop_world(void)
{
	pthread_mutex_lock(&world.lock);
	/* Those who have not yet gone on after the last time. */
	while (world.parked) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	atomic_store(&world.wanted, true);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		cpu_kick(NULL, v);
	}
	while (world.parked < world.threads) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	pthread_mutex_unlock(&world.lock);
}

void park_resume(void)
{
	pthread_mutex_lock(&world.lock);
	atomic_store(&world.wanted, false);
	pthread_cond_broadcast(&world.changed);
	pthread_mutex_unlock(&world.lock);
}
