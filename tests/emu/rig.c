/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/emu/rig.h"

#include <stdio.h>
#include <stdlib.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"

#define DIST 0x08000000u
#define CPU 0x08010000u
#define IRS 0x08020000u
#define REDIST 0x080a0000u
#define PRIORITY 0xa0u

void rig_must(bool is_true, const char *what, int line)
{
	if (!is_true) {
		fprintf(stderr, "FAIL line %d: %s\n", line, what);
		abort();
	}
}

static void set_pins(void *ctx, uint32_t vcpu, unsigned int pins)
{
	struct rig *rig = ctx;
	void (*act)(struct rig * rig) = rig->meanwhile;

	MUST(pins != atomic_load(&rig->pins[vcpu]));
	atomic_store(&rig->pins[vcpu], pins);
	atomic_fetch_add(&rig->changes[vcpu], 1);
	if (act) {
		rig->meanwhile = NULL;
		act(rig);
	}
}

static void relax(void *ctx)
{
	struct rig *rig = ctx;

	atomic_fetch_add(&rig->waits, 1);
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct rig *rig = ctx;

	fprintf(stderr, "%s (vCPU %u, INTID %u)\n", what, vcpu, intid);
	atomic_fetch_add(&rig->bugs, 1);
}

static const struct vgic_emu_ops ops = {
	.set_pins = set_pins,
	.relax = relax,
	.bug = bug,
};

static void access(struct rig *rig, uint32_t vcpu, uint64_t ipa, bool write,
		   uint64_t *value)
{
	MUST(vgic_emu_mmio(rig->emu, vcpu, ipa, 4, write, value) ==
	     VGIC_TRAP_DONE);
}

uint64_t rig_load(struct rig *rig, uint32_t vcpu, uint64_t ipa)
{
	uint64_t value = 0;

	access(rig, vcpu, ipa, false, &value);
	return value;
}

void rig_store(struct rig *rig, uint32_t vcpu, uint64_t ipa, uint64_t value)
{
	access(rig, vcpu, ipa, true, &value);
}

uint64_t rig_sysreg(struct rig *rig, uint32_t vcpu, uint32_t sysreg, bool write,
		    uint64_t value)
{
	MUST(vgic_emu_sysreg(rig->emu, vcpu, sysreg, write, &value) ==
	     VGIC_TRAP_DONE);
	return value;
}

static void place(struct rig *rig)
{
	struct vgic *gic = vgic_emu_gic(rig->emu);

	switch (rig->model) {
	case VGIC_GICV2:
		MUST(!vgic_set_dist_base(gic, DIST));
		MUST(!vgic_set_cpu_base(gic, CPU));
		break;
	case VGIC_GICV3:
		MUST(!vgic_set_dist_base(gic, DIST));
		MUST(!vgic_add_redist_region(gic, REDIST, RIG_VCPUS));
		break;
	case VGIC_GICV5:
		MUST(!vgic_set_irs_base(gic, 0, IRS));
		break;
	}
}

static void open_gic(struct rig *rig, uint32_t vcpu)
{
	switch (rig->model) {
	case VGIC_GICV2:
		rig_store(rig, vcpu, DIST + GICD_CTLR, GICC_CTLR_EnableGrp0);
		rig_store(rig, vcpu, CPU + GICC_PMR, 0xff);
		rig_store(rig, vcpu, CPU + GICC_CTLR, GICC_CTLR_EnableGrp0);
		break;
	case VGIC_GICV3:
		rig_store(rig, vcpu, DIST + GICD_CTLR, GICD_CTLR_EnableGrp1);
		rig_sysreg(rig, vcpu, ICC_PMR_EL1, true, 0xff);
		rig_sysreg(rig, vcpu, ICC_IGRPEN1_EL1, true, 1);
		break;
	case VGIC_GICV5:
		rig_store(rig, vcpu, IRS + IRS_CR0, IRS_CR0_IRSEN);
		rig_sysreg(rig, vcpu, ICC_PCR_EL1, true, 31);
		rig_sysreg(rig, vcpu, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
		break;
	}
}

struct rig *rig_new(enum vgic_model model)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct vgic_emu_config config = {
		.gic = { .arch = vgic_arch_of(model),
			 .nr_vcpus = RIG_VCPUS,
			 .nr_spis = RIG_SPIS,
			 .nr_side_entries = 8,
			 .nr_redist_regions = model == VGIC_GICV3 },
		.ops = &ops,
		.ctx = rig,
	};
	size_t size;

	if (model == VGIC_GICV5) {
		config.gic.v5.nr_irs = 1;
		config.gic.v5.lpi_id_bits = 10;
		config.gic.v5.ppi_implemented[0] = UINT64_C(1)
						   << GICV5_PPI_SW_PPI;
	}
	MUST(rig);
	rig->model = model;
	size = vgic_emu_memory_size(&config);
	rig->memory = aligned_alloc(64, size);
	MUST(size && rig->memory);
	MUST(!vgic_emu_create(&config, rig->memory, size, &rig->emu));
	place(rig);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		open_gic(rig, v);
	}
	return rig;
}

void rig_free(struct rig *rig)
{
	vgic_emu_stop(rig->emu);
	MUST(!vgic_check_invariants(vgic_emu_gic(rig->emu)));
	MUST(!atomic_load(&rig->bugs));
	free(rig->memory);
	free(rig);
}

uint32_t rig_intid(const struct rig *rig, uint32_t spi)
{
	return rig->model == VGIC_GICV5 ? GICV5_SPI(spi) : GIC_SPI_BASE + spi;
}

static void enable_v5(struct rig *rig, uint32_t by, uint32_t spi, bool level,
		      uint32_t target)
{
	uint64_t intid = GICV5_SPI(spi);

	/* IRS_SPI_CFGR.TM: 1 is level. */
	rig_store(rig, by, IRS + IRS_SPI_SELR, spi);
	rig_store(rig, by, IRS + IRS_SPI_CFGR, level);
	rig_sysreg(rig, by, GIC_CDPRI, true,
		   intid | FIELD_PUT(GIC_CDPRI_PRIORITY, 16));
	rig_sysreg(rig, by, GIC_CDAFF, true,
		   intid | FIELD_PUT(GIC_CDAFF_IAFFID, target));
	rig_sysreg(rig, by, GIC_CDEN, true, intid);
}

void rig_enable(struct rig *rig, uint32_t by, uint32_t spi, bool level,
		uint32_t target)
{
	uint32_t intid = rig_intid(rig, spi), shift = 2 * (intid % 16);
	uint64_t cfgr = DIST + GICD_ICFGR + 4 * (intid / 16), value = PRIORITY;

	if (rig->model == VGIC_GICV5) {
		enable_v5(rig, by, spi, level, target);
		return;
	}
	value = rig_load(rig, by, cfgr) & ~(3ull << shift);
	rig_store(rig, by, cfgr, value | (level ? 0ull : 2ull << shift));
	value = PRIORITY;
	MUST(!vgic_emu_mmio(rig->emu, by, DIST + GICD_IPRIORITYR + intid, 1,
			    true, &value));
	if (rig->model == VGIC_GICV2) {
		value = 1u << target;
		MUST(!vgic_emu_mmio(rig->emu, by, DIST + GICD_ITARGETSR + intid,
				    1, true, &value));
	} else {
		rig_store(rig, by, DIST + GICD_IROUTER + 8 * intid, target);
		value = rig_load(rig, by, DIST + GICD_IGROUPR + 4);
		rig_store(rig, by, DIST + GICD_IGROUPR + 4, value | 1u << spi);
	}
	rig_store(rig, by, DIST + GICD_ISENABLER + 4, 1u << spi);
}

void rig_disable(struct rig *rig, uint32_t by, uint32_t spi)
{
	if (rig->model == VGIC_GICV5) {
		rig_sysreg(rig, by, GIC_CDDIS, true, GICV5_SPI(spi));
	} else {
		rig_store(rig, by, DIST + GICD_ICENABLER + 4, 1u << spi);
	}
}

void rig_line(struct rig *rig, uint32_t spi, bool level)
{
	MUST(!vgic_emu_inject_irq(rig->emu, 0, rig_intid(rig, spi), level,
				  NULL));
}

uint32_t rig_ack(struct rig *rig, uint32_t vcpu)
{
	uint64_t got;

	switch (rig->model) {
	case VGIC_GICV2:
		return (uint32_t)rig_load(rig, vcpu, CPU + GICC_IAR);
	case VGIC_GICV3:
		return (uint32_t)rig_sysreg(rig, vcpu, ICC_IAR1_EL1, false, 0);
	case VGIC_GICV5:
		got = rig_sysreg(rig, vcpu, GICR_CDIA, false, 0);
		return got & GICR_CDIA_VALID ? (uint32_t)got : RIG_NONE;
	}
	return RIG_NONE;
}

void rig_end(struct rig *rig, uint32_t vcpu, uint32_t intid)
{
	switch (rig->model) {
	case VGIC_GICV2:
		rig_store(rig, vcpu, CPU + GICC_EOIR, intid);
		break;
	case VGIC_GICV3:
		rig_sysreg(rig, vcpu, ICC_EOIR1_EL1, true, intid);
		break;
	case VGIC_GICV5:
		rig_sysreg(rig, vcpu, GIC_CDDI, true, intid);
		rig_sysreg(rig, vcpu, GIC_CDEOI, true, 0);
		break;
	}
}

void rig_pend(struct rig *rig, uint32_t vcpu, uint32_t spi)
{
	if (rig->model == VGIC_GICV5) {
		rig_sysreg(rig, vcpu, GIC_CDPEND, true,
			   GICV5_SPI(spi) | GIC_CDPEND_PENDING);
	} else {
		rig_store(rig, vcpu, DIST + GICD_ISPENDR + 4, 1u << spi);
	}
}

bool rig_is_active(struct rig *rig, uint32_t vcpu, uint32_t spi)
{
	if (rig->model != VGIC_GICV5) {
		return rig_load(rig, vcpu, DIST + GICD_ISACTIVER + 4) >> spi &
		       1;
	}
	rig_sysreg(rig, vcpu, GIC_CDRCFG, true, GICV5_SPI(spi));
	return rig_sysreg(rig, vcpu, ICC_ICSR_EL1, false, 0) &
	       ICC_ICSR_EL1_Active;
}
