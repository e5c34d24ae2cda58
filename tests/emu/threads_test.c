/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emu/emu.c with real threads: one for each vCPU, and two devices.  Each vCPU
 * has an SPI that devices send as edges and one that the vCPU before it makes
 * pending; both are counted, and none may be lost.  A third SPI is a level,
 * which its handler lowers.  Between two interrupts vCPUs read what others have
 * active; a vCPU that waits for its input does not look at the GIC, so a change
 * of the input that is not reported is the end.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "tests/emu/rig.h"

#define ROUNDS 2000u
#define NR_DEVICES 2u
/* SPIs of vCPU v. */
#define EDGE(v) (v)
#define IPI(v) (8 + (v))
#define LEVEL(v) (16 + (v))

static struct rig *rig;
/* Of each SPI: sent, and taken.  A sender waits for its interrupt's turn. */
static _Atomic(uint32_t) sent[RIG_SPIS], taken[RIG_SPIS];
static _Atomic(uint32_t) handled[RIG_VCPUS];

/* Send the next one when the last one was taken: so none may merge. */
static bool may_send(uint32_t spi)
{
	uint32_t n = atomic_load(&sent[spi]);

	return n < ROUNDS && atomic_load(&taken[spi]) == n;
}

static void handle(uint32_t v)
{
	uint32_t intid = rig_ack(rig, v), spi;

	if (intid == RIG_NONE) {
		return;
	}
	spi = intid - rig_intid(rig, 0);
	MUST(spi == EDGE(v) || spi == IPI(v) || spi == LEVEL(v));
	if (spi == LEVEL(v)) {
		rig_line(rig, spi, false);
	}
	atomic_fetch_add(&taken[spi], 1);
	MUST(atomic_load(&taken[spi]) <= atomic_load(&sent[spi]));
	rig_end(rig, v, intid);
	atomic_fetch_add(&handled[v], 1);
}

static void *cpu(void *arg)
{
	uint32_t v = (uint32_t)(uintptr_t)arg, next = (v + 1) % RIG_VCPUS;

	while (atomic_load(&handled[v]) < 3 * ROUNDS ||
	       atomic_load(&sent[IPI(next)]) < ROUNDS) {
		if (may_send(IPI(next))) {
			atomic_fetch_add(&sent[IPI(next)], 1);
			rig_pend(rig, v, IPI(next));
		}
		if (atomic_load(&rig->pins[v])) {
			handle(v);
			(void)rig_is_active(rig, v, EDGE(next));
		} else {
			sched_yield();
		}
	}
	return NULL;
}

static void *device(void *arg)
{
	uint32_t base = (uintptr_t)arg ? LEVEL(0) : EDGE(0), done;

	do {
		done = 0;
		for (uint32_t v = 0; v < RIG_VCPUS; v++) {
			if (may_send(base + v)) {
				atomic_fetch_add(&sent[base + v], 1);
				rig_line(rig, base + v, true);
			}
			done += atomic_load(&sent[base + v]) == ROUNDS;
		}
		sched_yield();
	} while (done < RIG_VCPUS);
	return NULL;
}

static void run(enum vgic_model model)
{
	pthread_t threads[RIG_VCPUS + NR_DEVICES];

	memset(sent, 0, sizeof(sent));
	memset(taken, 0, sizeof(taken));
	memset(handled, 0, sizeof(handled));
	rig = rig_new(model);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		rig_enable(rig, v, EDGE(v), false, v);
		rig_enable(rig, v, IPI(v), false, v);
		rig_enable(rig, v, LEVEL(v), true, v);
	}
	for (uint32_t i = 0; i < RIG_VCPUS + NR_DEVICES; i++) {
		bool is_cpu = i < RIG_VCPUS;
		uintptr_t arg = is_cpu ? i : i - RIG_VCPUS;

		MUST(!pthread_create(&threads[i], NULL, is_cpu ? cpu : device,
				     (void *)arg));
	}
	for (uint32_t i = 0; i < RIG_VCPUS + NR_DEVICES; i++) {
		pthread_join(threads[i], NULL);
	}
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		MUST(!vgic_emu_pins(rig->emu, v));
	}
	printf("GICv%u: %u interrupts of each vCPU, %u times waited\n", model,
	       3 * ROUNDS, atomic_load(&rig->waits));
	rig_free(rig);
}

int main(void)
{
	run(VGIC_GICV2);
	run(VGIC_GICV3);
	run(VGIC_GICV5);
	return 0;
}
