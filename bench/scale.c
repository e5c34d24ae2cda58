/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same events on vGICs of eight sizes, in instructions of this host, which
 * are the same in every run; and the latencies of contend.c.
 */
#include "bench/scale.h"

#include <stdio.h>

#include <vgic/its.h>
#include <vgic/trap.h>

#include "bench/host.h"
#include "bench/steps.h"
#include "regs/gicv3.h"

#define SGI 1u
#define WARM_UP 3 /* the first ones find everything empty */

/* Groups of sizes in which one number grows; the rest stays. */
static const struct scale_size sizes[] = {
	{ 1, 988, 0, 0 },
	{ 8, 988, 0, 0 },
	{ 64, 988, 0, 0 },
	{ 512, 988, 0, 0 },
	{ 8, 32, 0, 0 },
	{ 8, 988, SCALE_MAX_LPIS, 1 },
	{ 8, 988, SCALE_MAX_LPIS, 16 },
};
#define NR_SIZES (sizeof(sizes) / sizeof(sizes[0]))

static uint32_t last_vcpu(void)
{
	return scale.size.vcpus - 1;
}

/* Exit and entry, with nothing to do. */
static void nothing_pending(void)
{
	scale_pass(last_vcpu());
}

static void timer(void)
{
	vgic_inject_irq(scale.gic, last_vcpu(), SCALE_TIMER, true, NULL);
	scale_pass(last_vcpu());
}

static void spi(void)
{
	vgic_inject_irq(scale.gic, 0, 31 + scale.size.spis, true, NULL);
	scale_pass(last_vcpu());
}

static void lpi(void)
{
	vgic_inject_msi(scale.gic, 0, scale.size.devices - 1,
			scale.size.lpis / scale.size.devices - 1);
	scale_pass(last_vcpu());
}

/* From the first vCPU to the last; not run when the VM has only one vCPU. */
static void sgi(void)
{
	uint32_t to = scale_affinity(last_vcpu());

	scale_sysreg(0, ICC_SGI1R_EL1,
		     FIELD_PUT(ICC_SGIR_INTID, SGI) |
			     FIELD_PUT(ICC_SGIR_Aff1, to >> 8) |
			     UINT64_C(1) << (to & 0xf));
	scale_pass(last_vcpu());
}

/* To all vCPUs but the sender; the last vCPU then exits and enters. */
static void sgi_all(void)
{
	scale_sysreg(0, ICC_SGI1R_EL1,
		     FIELD_PUT(ICC_SGIR_INTID, SGI) |
			     FIELD_PUT(ICC_SGIR_IRM, UINT64_C(1)));
	scale_pass(last_vcpu());
}

static void gicd_read(void)
{
	uint64_t value;

	scale_mmio(0, BENCH_DIST + GICD_TYPER, 4, false, &value);
}

/* The first vCPU reads a register of the last vCPU's redistributor. */
static void gicr_read(void)
{
	uint64_t value;

	scale_mmio(0, scale_redist(last_vcpu()) + GICR_TYPER, 8, false, &value);
}

/* Enable 32 SPIs that are enabled already. */
static void enable(void)
{
	uint64_t value = UINT32_MAX;

	scale_mmio(0, BENCH_DIST + GICD_ISENABLER + 4, 4, true, &value);
}

static const struct {
	const char *key, *label;
	void (*run)(void);
	bool others, lpis; /* wants other vCPUs; wants LPIs */
} events[] = {
	{ "entry", "exit and entry", nothing_pending, false, false },
	{ "timer", "timer, mapped", timer, false, false },
	{ "spi", "the last SPI", spi, false, false },
	{ "lpi", "the last LPI, by MSI", lpi, false, true },
	{ "sgi", "SGI to the last vCPU", sgi, true, false },
	{ "sgi_all", "SGI to all others", sgi_all, true, false },
	{ "gicd_read", "GICD_TYPER read", gicd_read, false, false },
	{ "gicr_read", "GICR_TYPER read", gicr_read, false, false },
	{ "enable", "GICD_ISENABLER write", enable, false, false },
};
#define NR_EVENTS (sizeof(events) / sizeof(events[0]))

static const unsigned int injectors[] = { 1, 2, 4, 8 };
#define NR_INJECTORS (sizeof(injectors) / sizeof(injectors[0]))

struct results {
	unsigned long steps[NR_EVENTS][NR_SIZES]; /* 0: there is none */
	struct scale_latency latency[NR_INJECTORS];
};

static void measure_size(struct results *r, size_t size)
{
	scale_create(&sizes[size], &bench_host, NULL);
	for (size_t e = 0; e < NR_EVENTS; e++) {
		if ((events[e].others && sizes[size].vcpus == 1) ||
		    (events[e].lpis && !sizes[size].lpis)) {
			continue;
		}
		for (int i = 0; i < WARM_UP; i++) {
			events[e].run();
		}
		r->steps[e][size] = bench_steps(events[e].run);
	}
	scale_destroy();
}

static void print_json(const struct results *r)
{
	printf("{\"sizes\": [");
	for (size_t s = 0; s < NR_SIZES; s++) {
		printf("%s{\"vcpus\": %u, \"spis\": %u, \"lpis\": %u, "
		       "\"devices\": %u}",
		       s ? ", " : "", sizes[s].vcpus, sizes[s].spis,
		       sizes[s].lpis, sizes[s].devices);
	}
	printf("], \"events\": [");
	for (size_t e = 0; e < NR_EVENTS; e++) {
		printf("%s{\"event\": \"%s\", \"label\": \"%s\", "
		       "\"instructions\": [",
		       e ? ", " : "", events[e].key, events[e].label);
		for (size_t s = 0; s < NR_SIZES; s++) {
			printf("%s%lu", s ? ", " : "", r->steps[e][s]);
		}
		printf("]}");
	}
	printf("], \"contention\": [");
	for (size_t i = 0; i < NR_INJECTORS; i++) {
		const struct scale_latency *l = &r->latency[i];

		printf("%s{\"injectors\": %u, \"p50_ns\": %.0f, "
		       "\"p99_ns\": %.0f, \"max_ns\": %.0f}",
		       i ? ", " : "", l->injectors, l->p50_ns, l->p99_ns,
		       l->max_ns);
	}
	printf("]}\n");
}

static void print_table(const struct results *r)
{
	for (size_t e = 0; e < NR_EVENTS; e++) {
		printf("%-24s", events[e].label);
		for (size_t s = 0; s < NR_SIZES; s++) {
			printf("%8lu", r->steps[e][s]);
		}
		putchar('\n');
	}
	for (size_t i = 0; i < NR_INJECTORS; i++) {
		printf("%u threads: p50 %.0f, p99 %.0f, at most %.0f ns\n",
		       r->latency[i].injectors, r->latency[i].p50_ns,
		       r->latency[i].p99_ns, r->latency[i].max_ns);
	}
}

void bench_scale(bool json)
{
	static struct results r;

	for (size_t s = 0; s < NR_SIZES; s++) {
		measure_size(&r, s);
	}
	for (size_t i = 0; i < NR_INJECTORS; i++) {
		r.latency[i] = scale_contend(injectors[i]);
	}
	if (json) {
		print_json(&r);
	} else {
		print_table(&r);
	}
}
