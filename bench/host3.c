/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of a GICv3: nanoseconds per injection and per entry with 1 to 1000 interrupts
 * pending, bytes per interrupt and vCPU, and what snapshots take.
 */
#include <stdio.h>
#include <stdlib.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "bench/emulator.h"
#include "bench/event.h"
#include "bench/host.h"
#include "regs/gicv3.h"
#include "regs/ich.h"

#define REDIST_IPA 0x080a0000u
#define NR_SPIS 988u
#define BATCH 16u /* injections timed at one go */
#define ROUNDS 2000u

static const unsigned int pending_counts[] = { 1, 10, 100, 1000 };
#define NR_COUNTS (sizeof(pending_counts) / sizeof(pending_counts[0]))

/* Without ITSs: their words and records are not what is measured. */
static struct vgic_config make_config(uint32_t vcpus, uint32_t spis)
{
	struct vgic_config config = bench_config(vcpus, spis);

	config.arch = &vgic_gicv3;
	return config;
}

struct bench {
	void *memory;
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
};

static void poke(struct bench *b, uint64_t ipa, uint64_t value)
{
	if (vgic_trap_mmio(b->vcpu, ipa, 4, true, &value) != VGIC_TRAP_DONE) {
		bench_die("the distributor refused a write");
	}
}

static void pass(struct bench *b)
{
	vgic_enter(b->vcpu);
	vgic_exit(b->vcpu);
}

static void set_up(struct bench *b)
{
	const struct vgic_config config = make_config(1, NR_SPIS);

	b->gic = bench_create(&config, REDIST_IPA, &b->memory);
	if (vgic_vcpu_create(b->gic, 0, 0, NULL, &b->vcpu)) {
		bench_die("no vCPU");
	}
	poke(b, BENCH_DIST + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	for (unsigned int i = 1; i < 32; i++) {
		poke(b, BENCH_DIST + GICD_ISENABLER + 4 * i, 0xffffffff);
	}
	for (unsigned int i = 2; i < 64; i++) {
		poke(b, BENCH_DIST + GICD_ICFGR + 4 * i, 0xaaaaaaaa);
	}
	poke(b, REDIST_IPA + GICR_ISENABLER0, 0xffffffff);
	vgic_load(b->vcpu);
	pass(b);
	pass(b);
}

static void clear_pending(struct bench *b)
{
	poke(b, REDIST_IPA + GICR_ICPENDR0, 0xffffffff);
	for (unsigned int i = 1; i < 32; i++) {
		poke(b, BENCH_DIST + GICD_ICPENDR + 4 * i, 0xffffffff);
	}
	pass(b);
}

/*
 * `count` interrupts pending besides a batch of SPIs.  988 SPIs less the
 * batch are 972; SGIs and PPIs make up what is missing to 1000.
 */
static void make_pending(struct bench *b, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned int spi = GIC_SPI_BASE + BATCH + i;

		if (spi < GIC_SPI_END) {
			vgic_inject_irq(b->gic, 0, spi, true, NULL);
		} else {
			vgic_inject_irq(b->gic, 0, spi - GIC_SPI_END, true,
					NULL);
		}
	}
	pass(b);
}

static double time_injection(struct bench *b, double *samples)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		double start = bench_now_ns();

		for (unsigned int i = 0; i < BATCH; i++) {
			vgic_inject_irq(b->gic, 0, GIC_SPI_BASE + i, true,
					NULL);
		}
		samples[round] = (bench_now_ns() - start) / BATCH;
		poke(b, BENCH_DIST + GICD_ICPENDR + 4, (1u << BATCH) - 1);
		pass(b);
	}
	return bench_median(samples, ROUNDS);
}

static double time_entry(struct bench *b, double *samples)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		double start = bench_now_ns();

		for (unsigned int i = 0; i < BATCH; i++) {
			pass(b);
		}
		samples[round] = (bench_now_ns() - start) / BATCH;
	}
	return bench_median(samples, ROUNDS);
}

struct result {
	double inject[NR_COUNTS], entry[NR_COUNTS];
	size_t per_interrupt, per_vcpu;
	/* [i]: with pending_counts[i] interrupts active, and none pending. */
	struct bench_snapshot snapshot[NR_COUNTS];
	struct bench_event event;
	struct bench_emulator emulator;
};

static void measure(struct result *r)
{
	static double samples[ROUNDS];
	struct vgic_config small = make_config(1, 0);
	struct vgic_config spis = make_config(1, 960);
	struct vgic_config vcpus = make_config(65, 0);
	struct bench b;

	set_up(&b);
	for (unsigned int i = 0; i < NR_COUNTS; i++) {
		make_pending(&b, pending_counts[i]);
		r->inject[i] = time_injection(&b, samples);
		r->entry[i] = time_entry(&b, samples);
		clear_pending(&b);
	}
	r->per_interrupt =
		(vgic_memory_size(&spis) - vgic_memory_size(&small)) / 960;
	r->per_vcpu = (vgic_memory_size(&vcpus) - vgic_memory_size(&small)) /
		      64;
	free(b.memory);
	for (unsigned int i = 0; i < NR_COUNTS; i++) {
		bench_snapshot(pending_counts[i], &r->snapshot[i]);
	}
	bench_event(&r->event);
	bench_emulator(&r->emulator);
}

/* docs/performance.md has a goal for the largest snapshot only. */
static void json_snapshots(const struct result *r)
{
	const struct bench_snapshot *s = &r->snapshot[NR_COUNTS - 1];

	printf(", \"snapshot_save_us\": %.1f, \"snapshot_restore_us\": %.1f, "
	       "\"snapshot_bytes\": %zu",
	       s->save_us, s->restore_us, s->bytes);
}

static void json_event(const struct bench_event *e)
{
	printf(", \"mapped\": %lu, \"emulated\": %lu, "
	       "\"inject_1_thread_ns\": %.1f, "
	       "\"inject_2_threads_ns\": %.1f",
	       e->mapped, e->emulated, e->one_ns, e->two_ns);
}

/* The time of an interrupt of a GICv3, in calls of an empty function. */
static double in_calls(const struct bench_emulator *e)
{
	return e->ns[1] / e->call_ns;
}

static void json_emulator(const struct bench_emulator *e)
{
	printf(", \"emu_v2_ns\": %.1f, \"emu_v3_ns\": %.1f, "
	       "\"emu_v5_ns\": %.1f, \"emu_v3_calls\": %.1f",
	       e->ns[0], e->ns[1], e->ns[2], in_calls(e));
}

static void show_emulator(const struct bench_emulator *e)
{
	printf("an emulator's interrupt, acknowledge to EOI, of GICv2, v3, v5, "
	       "ns: %.1f, %.1f, %.1f\na function call: %.1f ns; a GICv3's "
	       "interrupt is %.1f of them\n",
	       e->ns[0], e->ns[1], e->ns[2], e->call_ns, in_calls(e));
}

static void show_event(const struct bench_event *e)
{
	printf("instructions of a mapped interrupt: %lu; of an emulated one: "
	       "%lu\ninjection by 1 thread, by each of 2, ns: %.1f, %.1f\n",
	       e->mapped, e->emulated, e->one_ns, e->two_ns);
}

static void show_snapshots(const struct result *r)
{
	double save[NR_COUNTS], restore[NR_COUNTS];

	for (unsigned int i = 0; i < NR_COUNTS; i++) {
		save[i] = r->snapshot[i].save_us;
		restore[i] = r->snapshot[i].restore_us;
	}
	printf("8 vCPUs, that many interrupts active:\n");
	bench_row("save, us", save, NR_COUNTS);
	bench_row("restore, us", restore, NR_COUNTS);
	printf("bytes of a snapshot with %u: %zu\n",
	       pending_counts[NR_COUNTS - 1], r->snapshot[NR_COUNTS - 1].bytes);
}

void bench_v3(bool json)
{
	struct result r;

	measure(&r);
	if (json) {
		printf("{\"bytes_per_interrupt\": %zu, "
		       "\"bytes_per_vcpu\": %zu, ",
		       r.per_interrupt, r.per_vcpu);
		bench_array("inject_ns", r.inject, NR_COUNTS);
		printf(", ");
		bench_array("entry_ns", r.entry, NR_COUNTS);
		json_snapshots(&r);
		json_event(&r.event);
		json_emulator(&r.emulator);
		printf("}\n");
		return;
	}
	bench_head(pending_counts, NR_COUNTS);
	bench_row("injection, ns", r.inject, NR_COUNTS);
	bench_row("exit and entry, ns", r.entry, NR_COUNTS);
	printf("bytes per interrupt %zu, per vCPU %zu\n", r.per_interrupt,
	       r.per_vcpu);
	show_snapshots(&r);
	show_event(&r.event);
	show_emulator(&r.emulator);
}
