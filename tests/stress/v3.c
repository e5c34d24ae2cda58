/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests that drive a GICv2 or a GICv3: the machine and its CPU interface. */
#include "tests/stress/v3.h"

#include <vgic/its.h>

#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "soft/gicv.h"
#include "tests/stress/ram.h"

#define PRIORITY_LEVELS 28u

/* One after the other: list registers, 0 for the interface in software. */
static const struct shape {
	uint8_t nr_lrs;
	bool tdir;
} shapes[] = {
	{ 4, true }, { 1, true }, { 0, true }, { 2, false }, { 16, true },
};

static void deactivate(void *ctx, uint32_t pintid)
{
	(void)ctx;
	device_ended(pintid);
}

static void make_cpuif(const struct shape *shape, struct cpu *c,
		       struct vgic_cpuif_caps *caps)
{
	const struct model_vcpuif_config config = {
		.nr_lrs = shape->nr_lrs,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.a3v = true,
		/* GICC_DIR is in a page of its own, which always traps. */
		.tdir = shape->tdir || vm.gicv2,
		.gicv2 = vm.gicv2,
		.deactivate = deactivate,
		.ctx = c,
	};

	if (vm.soft) {
		vgic_soft_init(&c->hw.v3, vm.gicv2, deactivate, c, caps);
		return;
	}
	must(vgic_soft_vcpuif_init(&c->hw.v3, &config));
	vgic_soft_vcpuif_caps(&c->hw.v3, caps);
}

static void place_frames(uint32_t nr_its)
{
	must(!vgic_set_dist_base(vm.gic, DIST));
	if (vm.gicv2) {
		must(!vgic_set_cpu_base(vm.gic, CPUIF));
		return;
	}
	must(!vgic_add_redist_region(vm.gic, REDIST, NR_CPUS));
	for (uint32_t i = 0; i < nr_its; i++) {
		must(!vgic_set_its_base(vm.gic, i, ITS + i * 0x20000));
	}
}

void v3_make_cpuifs(uint32_t n, struct vgic_config *config)
{
	const struct shape *shape =
		&shapes[n % (sizeof(shapes) / sizeof(shapes[0]))];

	vm.soft = !shape->nr_lrs;
	config->cpuif = vm.soft ? &vgic_soft_backend :
				  &vgic_model_vcpuif_backend;
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		make_cpuif(shape, &vm.cpu[v], &config->caps);
		vm.cpu[v].split = n % 2;
	}
}

void v3_create(uint32_t n, uint32_t nr_its, uint32_t nr_lpis)
{
	struct vgic_config config = {
		.arch = vm.gicv2 ? &vgic_gicv2 : &vgic_gicv3_its,
		.nr_vcpus = NR_CPUS,
		.nr_spis = NR_SPIS,
		.nr_redist_regions = 1,
		.nr_side_entries = 32,
		.host = &ram_host,
		.its = { nr_its, nr_lpis, 0 },
	};

	v3_make_cpuifs(n, &config);
	vm_create(&config);
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		must(!vgic_vcpu_create(vm.gic, v, v, &vm.cpu[v].hw,
				       &vm.cpu[v].vcpu));
	}
	place_frames(nr_its);
}

static void add_sgis(uint32_t target)
{
	uint32_t senders = vm.gicv2 ? NR_CPUS : 1;
	uint32_t n = vm.gicv2 ? NR_SGIS_V2 : NR_SGIS;

	for (uint32_t i = 0; i < n * senders; i++) {
		source_add(SOURCE_GUEST, target, i / senders)->sender = i %
									senders;
	}
}

void v3_add_sources(void)
{
	for (uint32_t i = 0; i < NR_EDGES; i++) {
		source_add(SOURCE_EDGE, NR_CPUS, EDGES + i);
	}
	for (uint32_t i = 0; i < NR_LEVELS; i++) {
		source_add(SOURCE_LEVEL, NR_CPUS, LEVELS + i);
	}
	for (uint32_t i = 0; i < NR_MAPPED; i++) {
		source_add_mapped(MAPPED + i);
	}
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		source_add(SOURCE_EDGE, v, PPI_EDGE);
		source_add(SOURCE_EDGE, v, PPI_EDGE + 1);
		source_add(SOURCE_LEVEL, v, PPI_LEVEL);
		add_sgis(v);
	}
}

static void make_v3(uint32_t n)
{
	vm.gicv2 = false;
	v3_create(n, 0, 0);
	v3_add_sources();
}

static void make_v2(uint32_t n)
{
	vm.gicv2 = true;
	v3_create(n, 0, 0);
	v3_add_sources();
}

uint64_t v3_icc(struct cpu *c, uint32_t sysreg, bool write, uint64_t value)
{
	enum model_access done = MODEL_TRAP;

	if (!vm.soft) {
		done = write ? vgic_soft_icv_write(&c->hw.v3, sysreg, value) :
			       vgic_soft_icv_read(&c->hw.v3, sysreg, &value);
	}
	must(done != MODEL_UNDEF);
	if (done == MODEL_TRAP && cpu_tries_entered(c) &&
	    vgic_trap_sysreg_entered(c->vcpu, sysreg, write, &value) ==
		    VGIC_TRAP_DONE) {
		done = MODEL_DONE;
	}
	if (done == MODEL_TRAP) {
		cpu_leave(c);
		must(vgic_trap_sysreg(c->vcpu, sysreg, write, &value) ==
		     VGIC_TRAP_DONE);
		cpu_enter(c);
	}
	cpu_serve(c);
	return value;
}

uint64_t v2_gicc(struct cpu *c, uint32_t offset, bool write, uint64_t value)
{
	if (vm.soft || offset == GICC_DIR) {
		return cpu_mmio(c, CPUIF + offset, 4, write, value);
	}
	must(write ? vgic_soft_gicv_write(&c->hw.v3, offset, value) :
		     vgic_soft_gicv_read(&c->hw.v3, offset, &value));
	cpu_serve(c);
	return value;
}

uint64_t v3_frame(uint32_t vcpu)
{
	return REDIST + vcpu * (uint64_t)GICR_STRIDE;
}

/* The frame of registers for a vCPU's SGIs and PPIs. */
static uint64_t private_frame(uint32_t vcpu)
{
	return vm.gicv2 ? DIST : v3_frame(vcpu) + GICR_SGI_BASE;
}

static void open_private(struct cpu *c)
{
	uint64_t frame = private_frame(c->index);

	cpu_mmio(c, frame + GICD_ICFGR + 4, 4, true,
		 2u << (PPI_EDGE - 16) * 2 | 2u << (PPI_EDGE - 15) * 2);
	cpu_mmio(c, frame + GICD_ISENABLER, 4, true,
		 0xffffu | 3u << PPI_EDGE | 1u << PPI_LEVEL);
	if (!vm.gicv2) {
		cpu_mmio(c, v3_frame(c->index) + GICR_WAKER, 4, true, 0);
	}
}

static void open_cpuif(struct cpu *c)
{
	if (vm.gicv2) {
		v2_gicc(c, GICC_PMR, true, 0xff);
		v2_gicc(c, GICC_CTLR, true,
			GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 |
				GICC_CTLR_AckCtl |
				(c->split ? GICC_CTLR_EOImode : 0));
		return;
	}
	v3_icc(c, ICC_PMR_EL1, true, 0xff);
	v3_icc(c, ICC_CTLR_EL1, true, c->split ? ICC_CTLR_EL1_EOImode : 0);
	v3_icc(c, ICC_IGRPEN0_EL1, true, 1);
	v3_icc(c, ICC_IGRPEN1_EL1, true, 1);
}

void v3_open(struct cpu *c)
{
	uint64_t frame = private_frame(c->index);

	for (uint32_t i = 0; i < GIC_NR_PRIVATE; i++) {
		cpu_mmio(c, frame + GICD_IPRIORITYR + i, 1, true,
			 8 * draw(&c->rng, PRIORITY_LEVELS));
	}
	open_private(c);
	open_cpuif(c);
}

/* A hostile one stays pending for ever if its line is left up. */
static void quiet_hostile(struct cpu *c)
{
	cpu_leave(c);
	for (uint32_t i = 0; i < NR_HOSTILE; i++) {
		must(!vgic_inject_irq(vm.gic, 0, HOSTILE + i, false, NULL));
	}
	cpu_enter(c);
	cpu_mmio(c, DIST + GICD_ICPENDR + HOSTILE / 8, 4, true, ~0u);
}

/* Edges are edges, everything is enabled and goes to the first vCPU. */
void v3_setup(struct cpu *c)
{
	quiet_hostile(c);
	for (uint32_t i = EDGES; i < EDGES + NR_SPIS; i++) {
		cpu_mmio(c, DIST + GICD_IPRIORITYR + i, 1, true,
			 8 * draw(&c->rng, PRIORITY_LEVELS));
		if (vm.gicv2) {
			cpu_mmio(c, DIST + GICD_ITARGETSR + i, 1, true, 1);
		} else {
			cpu_mmio(c, DIST + GICD_IROUTER + 8 * i, 8, true, 0);
		}
	}
	cpu_mmio(c, DIST + GICD_ICFGR + EDGES / 4, 4, true, 0xaaaaaaaa);
	for (uint32_t i = EDGES; i < EDGES + NR_SPIS; i += 32) {
		cpu_mmio(c, DIST + GICD_ISENABLER + i / 8, 4, true, ~0u);
	}
	cpu_mmio(c, DIST + GICD_CTLR, 4, true,
		 GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1 |
			 (vm.gicv2 ? 0 : GICD_CTLR_ARE));
}

static bool is_special(uint64_t intid)
{
	return intid >= GIC_SPI_END && intid <= GIC_INTID_SPURIOUS;
}

bool v3_take(struct cpu *c)
{
	uint64_t intid;
	bool group1 = true;

	c->before = c->sample;
	if (vm.gicv2) {
		intid = v2_gicc(c, GICC_IAR, false, 0);
		if (is_special(FIELD_GET(GICC_INTID, intid))) {
			return false;
		}
		cpu_took(c, (uint32_t)FIELD_GET(GICC_INTID, intid),
			 (uint32_t)FIELD_GET(GICC_CPUID, intid), true);
		return true;
	}
	intid = v3_icc(c, ICC_IAR1_EL1, false, 0);
	if (is_special(intid)) {
		group1 = false;
		c->before = c->sample;
		intid = v3_icc(c, ICC_IAR0_EL1, false, 0);
	}
	if (is_special(intid)) {
		return false;
	}
	cpu_took(c, (uint32_t)intid, 0, group1);
	return true;
}

void v3_dir(struct cpu *c, uint32_t intid)
{
	if (vm.gicv2) {
		v2_gicc(c, GICC_DIR, true, intid);
	} else {
		v3_icc(c, ICC_DIR_EL1, true, intid);
	}
}

/* An SPI may be deactivated by any vCPU: it is left to others at times. */
static void end_split(struct cpu *c, uint32_t intid)
{
	if (intid < GIC_SPI_BASE || intid >= GIC_SPI_END || vm.alone ||
	    draw(&c->rng, 2)) {
		v3_dir(c, intid);
	} else {
		cpu_leave_behind(c, intid);
	}
}

void v3_end(struct cpu *c, const struct handler *h)
{
	if (vm.gicv2) {
		v2_gicc(c, GICC_EOIR, true, h->intid);
	} else {
		v3_icc(c, h->group1 ? ICC_EOIR1_EL1 : ICC_EOIR0_EL1, true,
		       h->intid);
	}
	if (c->split && (vm.gicv2 || h->intid < GIC_LPI_BASE)) {
		end_split(c, h->intid);
	}
}

static bool no_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	must(opaque == &vm && intid >= REMAPPED);
	return false;
}

static void acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	must(opaque == &vm && intid >= REMAPPED);
}

static const struct vgic_irq_ops remapped_ops = {
	.get_input_level = no_level,
	.irq_ended = acked,
};

/* One thread does this; devices and vCPUs use the interrupts meanwhile. */
void v3_host(uint64_t *rng)
{
	uint32_t intid = REMAPPED + draw(rng, NR_REMAPPED);

	switch (draw(rng, 6)) {
	case 0:
		(void)vgic_map_irq(vm.gic, 0, intid, 100 + draw(rng, 4));
		break;
	case 1:
		(void)vgic_unmap_irq(vm.gic, 0, intid);
		break;
	case 2:
		must(!vgic_set_irq_ops(vm.gic, 0, intid, &remapped_ops, &vm));
		break;
	case 3:
		must(!vgic_set_irq_ops(vm.gic, 0, intid, NULL, NULL));
		break;
	default:
		must(!vgic_inject_irq(vm.gic, 0, intid, draw(rng, 2), NULL));
		break;
	}
}

bool v3_maintenance(struct cpu *c)
{
	return !vm.soft && vgic_model_vcpuif_maintenance(&c->hw.v3);
}

void v3_recover(struct cpu *c)
{
	open_private(c);
	open_cpuif(c);
	if (!vm.gicv2) {
		/* DPG0 and DPG1NS; LPIs are left as they are. */
		uint64_t ctlr = cpu_mmio(c, v3_frame(c->index) + GICR_CTLR, 4,
					 false, 0);

		cpu_mmio(c, v3_frame(c->index) + GICR_CTLR, 4, true,
			 ctlr & GICR_CTLR_EnableLPIs);
	}
}

const struct machine machine_v2 = {
	.name = "v2",
	.make = make_v2,
	.open = v3_open,
	.setup = v3_setup,
	.take = v3_take,
	.end = v3_end,
	.deactivate = v3_dir,
	.recover = v3_recover,
	.maintenance = v3_maintenance,
	.host = v3_host,
	.acts = v2_acts,
};

const struct machine machine_v3 = {
	.name = "v3",
	.make = make_v3,
	.open = v3_open,
	.setup = v3_setup,
	.take = v3_take,
	.end = v3_end,
	.deactivate = v3_dir,
	.recover = v3_recover,
	.maintenance = v3_maintenance,
	.host = v3_host,
	.acts = v3_acts,
};
