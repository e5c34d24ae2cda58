/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Of a GICv5: nanoseconds per injection with 1 to 65536 LPIs pending, and per
 * flush and fold with nothing changed; bytes per SPI and LPI.
 */
#include <stdio.h>
#include <stdlib.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "bench/host.h"
#include "regs/a64.h"
#include "regs/gicv5.h"

#define IRS_IPA 0x08010000u
#define IST_IPA 0x40000000u
#define LPI_ID_BITS 17u
#define NR_LPIS (1u << LPI_ID_BITS)
#define FIRST 65536u /* of those timed; the ones before are pending */
#define BATCH 16u    /* injections timed at one go */
#define PASSES 256u  /* the same of flush and fold */
#define ROUNDS 2000u
#define PRIORITY 16u
#define NR_SIZED 65536u

static const unsigned int pending_counts[] = { 1, 100, 10000, 65536 };
#define NR_COUNTS (sizeof(pending_counts) / sizeof(pending_counts[0]))

/* A PE: its registers, and the IRS that it is connected to. */
struct pe {
	struct vgic_ppi_image regs;
	const struct vgic_iri_ops *iri;
	void *ctx;
};

static void write_all(void *hw, const struct vgic_ppi_image *image)
{
	struct pe *pe = hw;

	pe->regs = *image;
}

static void read_all(void *hw, struct vgic_ppi_image *image)
{
	const struct pe *pe = hw;
	bool changed = image->changed;

	*image = pe->regs;
	image->changed = changed;
}

static void load(void *hw, struct vgic_ppi_image *image)
{
	write_all(hw, image);
}

/* A PE with registers in hardware: it does not share the library's image. */
static void attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
		   struct vgic_ppi_image *image)
{
	struct pe *pe = hw;

	(void)image;
	pe->iri = iri;
	pe->ctx = ctx;
}

static int execute(void *hw, uint32_t sysreg, bool write, uint64_t *value)
{
	const struct pe *pe = hw;

	if (write) {
		pe->iri->command(pe->ctx, sysreg, *value);
	}
	return !write;
}

static unsigned int signals(void *hw)
{
	(void)hw;
	return 0;
}

static const struct vgic_v5_cpuif_ops memory_cpuif = {
	.load = load,
	.put = read_all,
	.enter = write_all,
	.exit = read_all,
	.sync_wfi = read_all,
	.attach = attach,
	.execute = execute,
	.signals = signals,
};

static struct vgic_config make_config(uint32_t spis, uint32_t lpis)
{
	return (struct vgic_config){
		.arch = &vgic_gicv5,
		.nr_vcpus = 1,
		.nr_spis = spis,
		.host = &bench_host,
		.v5 = { .cpuif = &memory_cpuif,
			.ppi_implemented = { 1u << GICV5_PPI_SW_PPI, 0 },
			.nr_lpis = lpis,
			.lpi_id_bits = LPI_ID_BITS,
			.nr_irs = 1 },
	};
}

struct bench {
	struct vgic *gic;
	struct vgic_vcpu *vcpu;
	struct pe pe;
};

static void poke(struct bench *b, uint32_t offset, unsigned int width,
		 uint64_t value)
{
	enum vgic_trap result;

	do {
		result = vgic_trap_mmio(b->vcpu, IRS_IPA + offset, width, true,
					&value);
	} while (result == VGIC_TRAP_RETRY);
	if (result != VGIC_TRAP_DONE) {
		bench_die("the IRS refused a write");
	}
}

static void command(struct bench *b, uint32_t insn, uint64_t operand)
{
	b->pe.iri->command(b->pe.ctx, insn, operand);
}

static void pass(struct bench *b)
{
	vgic_enter(b->vcpu);
	vgic_exit(b->vcpu);
}

static void inject(struct bench *b, uint32_t lpi)
{
	if (vgic_inject_irq(b->gic, 0, GICV5_LPI(lpi), true, NULL)) {
		bench_die("an LPI was refused");
	}
}

/* All LPIs enabled; those to be timed are more urgent than the others. */
static void open_lpis(struct bench *b)
{
	poke(b, IRS_CR0, 4, IRS_CR0_IRSEN);
	poke(b, IRS_IST_CFGR, 4,
	     FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, LPI_ID_BITS));
	poke(b, IRS_IST_BASER, 8, IST_IPA | IRS_IST_BASER_VALID);
	for (uint32_t i = 0; i < FIRST + BATCH; i++) {
		uint64_t priority = i < FIRST ? PRIORITY : 0;

		command(b, GIC_CDPRI,
			GICV5_LPI(i) | FIELD_PUT(GIC_CDPRI_PRIORITY, priority));
		command(b, GIC_CDEN, GICV5_LPI(i));
	}
}

static void set_up(struct bench *b)
{
	struct vgic_config config = make_config(0, NR_LPIS);
	size_t size = vgic_memory_size(&config);
	void *memory = aligned_alloc(64, size);

	if (!memory || vgic_create(&config, memory, size, &b->gic) ||
	    vgic_set_irs_base(b->gic, 0, IRS_IPA) ||
	    vgic_vcpu_create(b->gic, 0, 0, &b->pe, &b->vcpu) ||
	    vgic_v5_set_sysreg(b->vcpu, ICC_PCR_EL1, 31) ||
	    vgic_v5_set_sysreg(b->vcpu, ICC_CR0_EL1, ICC_CR0_EL1_EN)) {
		bench_die("cannot create a vGIC");
	}
	open_lpis(b);
	vgic_load(b->vcpu);
	pass(b);
}

/* The guest acknowledges and ends what was timed. */
static void take_batch(struct bench *b)
{
	uint32_t intid;

	pass(b);
	for (unsigned int i = 0; i < BATCH; i++) {
		if (b->pe.iri->acknowledge(b->pe.ctx, 1, &intid) != 0) {
			bench_die("an injected LPI did not come");
		}
		command(b, GIC_CDDI, intid);
	}
}

static double time_injection(struct bench *b, double *samples)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		double start = bench_now_ns();

		for (unsigned int i = 0; i < BATCH; i++) {
			inject(b, FIRST + i);
		}
		samples[round] = (bench_now_ns() - start) / BATCH;
		take_batch(b);
	}
	return bench_median(samples, ROUNDS);
}

static double time_pass(struct bench *b, double *samples)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		double start = bench_now_ns();

		for (unsigned int i = 0; i < PASSES; i++) {
			pass(b);
		}
		samples[round] = (bench_now_ns() - start) / PASSES;
	}
	return bench_median(samples, ROUNDS);
}

/*
 * Bytes that each of NR_SIZED interrupts takes.  Of an LPI they include the map
 * from its ID to its word, with 4 bytes for each 256 IDs.
 */
static size_t bytes_each(uint32_t spis, uint32_t lpis)
{
	struct vgic_config with = make_config(spis, lpis);
	struct vgic_config without = make_config(0, 0);

	return (vgic_memory_size(&with) - vgic_memory_size(&without)) /
	       NR_SIZED;
}

struct result {
	double inject[NR_COUNTS], flush_fold;
	size_t per_spi, per_lpi;
};

static void measure(struct result *r)
{
	static double samples[ROUNDS];
	static struct bench b;
	unsigned int pending = 0;

	set_up(&b);
	r->flush_fold = time_pass(&b, samples);
	for (unsigned int i = 0; i < NR_COUNTS; i++) {
		while (pending < pending_counts[i]) {
			inject(&b, pending++);
			/* One entry has a limit: let each take in one LPI. */
			pass(&b);
		}
		r->inject[i] = time_injection(&b, samples);
	}
	r->per_spi = bytes_each(NR_SIZED, 0);
	r->per_lpi = bytes_each(0, NR_SIZED);
}

void bench_v5(bool json)
{
	struct result r;

	measure(&r);
	if (json) {
		printf("{\"bytes_per_spi\": %zu, \"bytes_per_lpi\": %zu, "
		       "\"ppi_flush_fold_ns\": %.1f, ",
		       r.per_spi, r.per_lpi, r.flush_fold);
		bench_array("inject_ns", r.inject, NR_COUNTS);
		printf("}\n");
		return;
	}
	bench_head(pending_counts, NR_COUNTS);
	bench_row("injection, ns", r.inject, NR_COUNTS);
	printf("flush and fold %.1f ns, bytes per SPI %zu, per LPI %zu\n",
	       r.flush_fold, r.per_spi, r.per_lpi);
}
