/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/emulator.h"

#include <stdbool.h>
#include <stdlib.h>

#include <vgic/emu.h>

#include "bench/host.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

#define DIST 0x08000000u
#define CPU 0x08010000u
#define IRS 0x08020000u
#define REDIST 0x080a0000u
#define BATCH 4u /* interrupts timed at one go */
#define ROUNDS 2000u

static struct vgic_emu *emu;

static void set_pins(void *ctx, uint32_t vcpu, unsigned int pins)
{
	(void)ctx;
	(void)vcpu;
	(void)pins;
}

static const struct vgic_emu_ops ops = { .set_pins = set_pins };

static uint64_t mmio(uint64_t ipa, bool write, uint64_t value)
{
	if (vgic_emu_mmio(emu, 0, ipa, 4, write, &value) != VGIC_TRAP_DONE) {
		bench_die("the GIC refused an access");
	}
	return value;
}

static uint64_t sysreg(uint32_t reg, bool write, uint64_t value)
{
	if (vgic_emu_sysreg(emu, 0, reg, write, &value) != VGIC_TRAP_DONE) {
		bench_die("the CPU interface refused an access");
	}
	return value;
}

static void take_v2(void)
{
	mmio(CPU + GICC_EOIR, true, mmio(CPU + GICC_IAR, false, 0));
}

static void take_v3(void)
{
	sysreg(ICC_EOIR1_EL1, true, sysreg(ICC_IAR1_EL1, false, 0));
}

static void take_v5(void)
{
	sysreg(GIC_CDDI, true, (uint32_t)sysreg(GICR_CDIA, false, 0));
	sysreg(GIC_CDEOI, true, 0);
}

static void open_dist(void)
{
	mmio(DIST + GICD_CTLR, true,
	     GICD_CTLR_EnableGrp1 | GICD_CTLR_EnableGrp0);
	mmio(DIST + GICD_ICFGR + 8, true, 0xaaaaaaaa);
	mmio(DIST + GICD_ISENABLER + 4, true, UINT32_MAX);
}

static void open_v2(void)
{
	for (uint32_t i = 0; i < 32; i += 4) {
		mmio(DIST + GICD_ITARGETSR + 32 + i, true, 0x01010101);
	}
	open_dist();
	mmio(CPU + GICC_PMR, true, 0xff);
	mmio(CPU + GICC_CTLR, true, GICC_CTLR_EnableGrp0);
}

static void open_v3(void)
{
	mmio(DIST + GICD_IGROUPR + 4, true, UINT32_MAX);
	open_dist();
	sysreg(ICC_PMR_EL1, true, 0xff);
	sysreg(ICC_IGRPEN1_EL1, true, 1);
}

static void open_v5(void)
{
	mmio(IRS + IRS_CR0, true, IRS_CR0_IRSEN);
	sysreg(ICC_PCR_EL1, true, 31);
	sysreg(ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
	for (uint32_t i = 0; i < BATCH; i++) {
		sysreg(GIC_CDEN, true, GICV5_SPI(i));
	}
}

static const struct model {
	enum vgic_model model;
	uint32_t first;
	void (*open)(void);
	void (*take)(void);
} models[] = {
	{ VGIC_GICV2, GIC_SPI_BASE, open_v2, take_v2 },
	{ VGIC_GICV3, GIC_SPI_BASE, open_v3, take_v3 },
	{ VGIC_GICV5, GICV5_SPI(0), open_v5, take_v5 },
};

static void *make(enum vgic_model model)
{
	struct vgic_emu_config config = {
		.gic = { .arch = vgic_arch_of(model),
			 .nr_vcpus = 1,
			 .nr_spis = 32,
			 .nr_redist_regions = model == VGIC_GICV3,
			 .v5 = { .nr_irs = 1, .lpi_id_bits = 10 } },
		.ops = &ops,
	};
	size_t size;
	void *memory;

	if (model != VGIC_GICV5) {
		config.gic.v5 = (struct vgic_v5_config){ .nr_irs = 0 };
	}
	size = vgic_emu_memory_size(&config);
	memory = aligned_alloc(64, size);
	if (!size || !memory || vgic_emu_create(&config, memory, size, &emu) ||
	    (model == VGIC_GICV5 ?
		     vgic_set_irs_base(vgic_emu_gic(emu), 0, IRS) :
		     vgic_set_dist_base(vgic_emu_gic(emu), DIST)) ||
	    (model == VGIC_GICV2 &&
	     vgic_set_cpu_base(vgic_emu_gic(emu), CPU)) ||
	    (model == VGIC_GICV3 &&
	     vgic_add_redist_region(vgic_emu_gic(emu), REDIST, 1))) {
		bench_die("no emulated GIC");
	}
	return memory;
}

static double time_model(const struct model *m)
{
	static double samples[ROUNDS];
	void *memory = make(m->model);

	m->open();
	for (uint32_t round = 0; round < ROUNDS; round++) {
		double start;

		for (uint32_t i = 0; i < BATCH; i++) {
			vgic_emu_inject_irq(emu, 0, m->first + i, true, NULL);
		}
		start = bench_now_ns();
		for (uint32_t i = 0; i < BATCH; i++) {
			m->take();
		}
		samples[round] = (bench_now_ns() - start) / BATCH;
	}
	if (vgic_emu_pins(emu, 0)) {
		bench_die("an interrupt was left over");
	}
	free(memory);
	return bench_median(samples, ROUNDS);
}

static void nothing(void)
{
}

static double time_call(void)
{
	static double samples[ROUNDS];
	/* So that the call is not left out. */
	void (*volatile call)(void) = nothing;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		double start = bench_now_ns();

		for (uint32_t i = 0; i < 16 * BATCH; i++) {
			call();
		}
		samples[round] = (bench_now_ns() - start) / (16 * BATCH);
	}
	return bench_median(samples, ROUNDS);
}

void bench_emulator(struct bench_emulator *e)
{
	for (uint32_t i = 0; i < 3; i++) {
		e->ns[i] = time_model(&models[i]);
	}
	e->call_ns = time_call();
}
