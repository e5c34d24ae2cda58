/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving and restoring a GICv3 of 8 vCPUs, with as many interrupts active as
 * are asked for, spread over the vCPUs.
 */
#include <stdio.h>
#include <stdlib.h>

#include <vgic/snapshot.h>
#include <vgic/trap.h>

#include "bench/host.h"
#include "regs/gicv3.h"

#define REDIST_IPA 0x080a0000u
#define VCPUS 8u
#define SPIS 988u
#define ROUNDS 400u

struct machine {
	void *memory;
	struct vgic *gic;
	struct vgic_vcpu *vcpu[VCPUS];
};

static void create(struct machine *m)
{
	const struct vgic_config config = bench_config(VCPUS, SPIS);

	m->gic = bench_create(&config, REDIST_IPA, &m->memory);
	for (uint32_t v = 0; v < VCPUS; v++) {
		if (vgic_vcpu_create(m->gic, v, v, NULL, &m->vcpu[v])) {
			bench_die("no vCPU");
		}
	}
}

static void poke(struct machine *m, uint32_t v, uint64_t ipa,
		 unsigned int width, uint64_t value)
{
	if (vgic_trap_mmio(m->vcpu[v], ipa, width, true, &value) !=
	    VGIC_TRAP_DONE) {
		bench_die("a register refused a write");
	}
}

/*
 * Make `count` interrupts active, spread evenly over the vCPUs: SPIs, and
 * beyond the 988 SPIs that there are, PPIs.
 */
static void activate(struct machine *m, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		uint32_t v = i % VCPUS, intid = GIC_SPI_BASE + i;
		uint64_t frame = BENCH_DIST;

		if (i < SPIS) {
			poke(m, v, BENCH_DIST + GICD_IROUTER + 8 * intid, 8, v);
		} else {
			intid = 16 + (i - SPIS) / VCPUS;
			frame = REDIST_IPA + v * GICR_STRIDE + GICR_SGI_BASE;
		}
		poke(m, v, frame + GICD_IPRIORITYR + intid, 1,
		     8 * (i / VCPUS % 31));
		poke(m, v, frame + GICD_ISENABLER + intid / 32 * 4, 4,
		     1u << intid % 32);
		poke(m, v, frame + GICD_ISACTIVER + intid / 32 * 4, 4,
		     1u << intid % 32);
	}
	/* Each vCPU fills its list registers; the rest goes on its stack. */
	for (uint32_t v = 0; v < VCPUS; v++) {
		vgic_load(m->vcpu[v]);
		vgic_enter(m->vcpu[v]);
		vgic_exit(m->vcpu[v]);
		vgic_put(m->vcpu[v]);
	}
}

void bench_snapshot(unsigned int active, struct bench_snapshot *result)
{
	static double saves[ROUNDS], restores[ROUNDS];
	struct machine m;
	int64_t size;
	void *bytes;

	create(&m);
	activate(&m, active);
	size = vgic_snapshot_size(m.gic);
	bytes = size > 0 ? malloc((size_t)size) : NULL;
	if (!bytes) {
		bench_die("cannot take a snapshot");
	}
	for (unsigned int i = 0; i < ROUNDS; i++) {
		double start = bench_now_ns(), middle;
		bool saved = vgic_snapshot_save(m.gic, bytes, (size_t)size) ==
			     size;

		middle = bench_now_ns();
		if (!saved ||
		    vgic_snapshot_restore(m.gic, bytes, (size_t)size, NULL)) {
			bench_die("a snapshot cannot be restored");
		}
		restores[i] = (bench_now_ns() - middle) / 1000;
		saves[i] = (middle - start) / 1000;
	}
	result->save_us = bench_median(saves, ROUNDS);
	result->restore_us = bench_median(restores, ROUNDS);
	result->bytes = (size_t)size;
	free(bytes);
	free(m.memory);
}
