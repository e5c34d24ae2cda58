/* SPDX-License-Identifier: BSD-2-Clause */
/* Making the machine, its callbacks, and its vCPUs' turns. */
#include "tests/machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"
#include "regs/ich.h"
#include "tests/usual.h"

#define BIT(n) (UINT64_C(1) << (n))
/* More rounds than this without rest never end. */
#define MANY_ROUNDS 1000u
/* But a line that is up may rise again each time that it is ended. */
#define MOST_FIRES 100u

static const uint64_t implemented[2] = {
	BIT(GICV5_PPI_SW_PPI) | BIT(PPI_PMU) | BIT(PPI_TIMER) | BIT(PPI_HIDDEN),
	BIT(PPI_UPPER_EDGE - 64) | BIT(PPI_UPPER - 64) |
		BIT(PPI_HIDDEN_EDGE - 64),
};
static const uint64_t level[2] = {
	BIT(PPI_PMU) | BIT(PPI_TIMER) | BIT(PPI_HIDDEN),
	BIT(PPI_UPPER - 64),
};
static const uint32_t owned[] = {
	PPI_PMU,
	PPI_TIMER,
	PPI_UPPER,
	PPI_UPPER_EDGE,
};

_Noreturn void machine_failed(const struct machine *m, const char *file,
			      int line, const char *what)
{
	if (m->config.fail) {
		m->config.fail(file, line, what);
	}
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

static void kick(void *ctx, uint32_t vcpu)
{
	struct machine *m = ctx;

	m->kicked[vcpu] = true;
	m->kicks[vcpu]++;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	struct machine *m = ctx;

	if (!m->expect_bugs) {
		fprintf(stderr, "broken: %s (vCPU %d, INTID %x)\n", what,
			(int)vcpu, intid);
	}
	m->bugs++;
}

static bool fails(struct machine *m, enum machine_call call)
{
	return m->fails && m->fails(m, call);
}

/* More than there is: it reads as zero. */
static bool in_empty_ram(const struct machine *m, uint64_t ipa)
{
	return m->config.more_ram && ipa - MACHINE_RAM < UINT64_C(0x10000000);
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	struct machine *m = ctx;
	const uint8_t *from = ram_at(m, ipa, len);

	MACHINE_MUST(m, len > 0 && len <= 4096);
	if ((!from && !in_empty_ram(m, ipa)) || fails(m, MACHINE_READ)) {
		return -1;
	}
	if (from) {
		memcpy(buf, from, len);
	} else {
		memset(buf, 0, len);
	}
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	struct machine *m = ctx;
	uint8_t *to = ram_at(m, ipa, len);
	size_t first = (size_t)(ipa - MACHINE_RAM) / 4096;

	MACHINE_MUST(m, len > 0 && len <= 4096);
	if (!to || m->rom || fails(m, MACHINE_WRITE)) {
		return -1;
	}
	memcpy(to, buf, len);
	m->dirty[first] = true;
	m->dirty[(size_t)(ipa - MACHINE_RAM + len - 1) / 4096] = true;
	return 0;
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = machine_set_active,
	.phys_set_pending = machine_set_pending,
	.bug = bug,
};

static bool resident(void *ctx, uint32_t vm, uint32_t vpe)
{
	struct machine *m = ctx;

	(void)vm;
	(void)vpe;
	return !m->refuse_residency;
}

static void doorbell(void *ctx)
{
	struct machine *m = ctx;

	m->doorbells++;
}

uint32_t machine_affinity(const struct machine *m, uint32_t v)
{
	if (m->config.affinity) {
		return m->config.affinity(v);
	}
	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ?
		       v * 0x100 :
		       v / 16 << 8 | v % 16;
}

uint64_t gicr(uint32_t v, uint32_t offset)
{
	if (v >= MACHINE_FIRST_REGION) {
		return MACHINE_GICR_HIGH + offset +
		       (v - MACHINE_FIRST_REGION) * (uint64_t)GICR_STRIDE;
	}
	return MACHINE_GICR + offset + v * (uint64_t)GICR_STRIDE;
}

/* The second if the first is 0. */
static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
	return value == MACHINE_NONE ? 0 : value ? value : otherwise;
}

static void fill_config(struct machine *m, const struct machine_config *config)
{
	struct machine_config *c = &m->config;
	bool gicv5;

	*c = *config;
	m->backend = backend_find(c->backend ? c->backend : "ich");
	MACHINE_MUST(m, m->backend);
	gicv5 = m->backend->model == VGIC_GICV5;
	c->nr_lrs = or_else(c->nr_lrs, 4);
	c->nr_vcpus = or_else(c->nr_vcpus, 1);
	c->nr_spis = or_else(c->nr_spis, gicv5 ? 32 : MACHINE_SPIS);
	c->nr_side_entries = or_else(c->nr_side_entries, gicv5 ? 32 : 8);
	c->nr_irs = or_else(c->nr_irs, 1);
	if (!c->ppi_implemented[0]) {
		memcpy(c->ppi_implemented, implemented, sizeof(implemented));
		memcpy(c->ppi_level, level, sizeof(level));
	}
	if (gicv5 && !c->lpi_id_bits) {
		c->lpi_id_bits = 12;
		c->nr_lpis = or_else(c->nr_lpis, 4096);
	}
	if (!c->ram_size) {
		c->ram_size = gicv5	? 0x80000 :
			      c->nr_its ? MACHINE_RAM_SIZE :
					  0;
	}
	if (gicv5 || m->backend->five_bits) {
		c->pri_bits = c->pre_bits = 5;
	}
	c->id_bits = (uint8_t)or_else(c->id_bits, gicv5 ? 16 : 24);
	c->pri_bits = (uint8_t)or_else(c->pri_bits, 8);
	c->pre_bits = (uint8_t)or_else(c->pre_bits, 5);
	m->nr_vcpus = c->nr_vcpus;
}

static void make_cpus(struct machine *m)
{
	const struct machine_config *c = &m->config;
	const struct model_vcpuif_config model = {
		.nr_lrs = (uint8_t)c->nr_lrs,
		.pri_bits = c->pri_bits,
		.pre_bits = c->pre_bits,
		.id_bits = c->id_bits,
		.a3v = !c->no_a3v,
		.tdir = !c->no_tdir,
		.deactivate = c->no_hw_deactivation || c->broken_hw ?
				      NULL :
				      machine_deactivate,
		.ctx = m,
	};
	struct model_v5_config pe = {
		.ppi_implemented = { c->ppi_implemented[0],
				     c->ppi_implemented[1] },
		.ppi_level = { c->ppi_level[0], c->ppi_level[1] },
		.pri_bits = 5,
		.id_bits = 16,
		.resident = resident,
		.doorbell = doorbell,
		.ctx = m,
	};

	m->cpu = calloc(m->nr_vcpus, sizeof(*m->cpu));
	MACHINE_MUST(m, m->cpu);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		pe.iaffid = (uint16_t)machine_affinity(m, v);
		MACHINE_MUST(m, backend_init(m->backend, &m->cpu[v], &model,
					     &pe, &m->vgic.caps));
	}
	m->vgic.caps.hw_deactivation = !c->no_hw_deactivation;
}

static void fill_vgic(struct machine *m)
{
	const struct machine_config *c = &m->config;

	m->vgic = (struct vgic_config){
		.arch = m->backend->model == VGIC_GICV3 && !c->nr_its ?
				&vgic_gicv3 :
				vgic_arch_of(m->backend->model),
		.nr_vcpus = c->nr_vcpus,
		.nr_spis = c->nr_spis,
		.nr_redist_regions = 8,
		.nr_side_entries = c->nr_side_entries,
		.cpuif = m->backend->ops,
		.host = &host_ops,
		.host_ctx = m,
	};
	if (m->backend->model != VGIC_GICV5) {
		m->vgic.its = (struct vgic_its_config){
			c->nr_its,
			c->nr_lpis,
			c->nr_events,
		};
		return;
	}
	m->vgic.v5 = (struct vgic_v5_config){
		.cpuif = m->backend->ops5,
		.ppi_implemented = { c->ppi_implemented[0],
				     c->ppi_implemented[1] },
		.ppi_level = { c->ppi_level[0], c->ppi_level[1] },
		.nr_lpis = c->nr_lpis,
		.lpi_id_bits = c->lpi_id_bits,
		.nr_irs = c->nr_irs,
	};
}

static void place_frames(struct machine *m)
{
	const uint32_t low = m->nr_vcpus < MACHINE_FIRST_REGION ?
				     m->nr_vcpus :
				     MACHINE_FIRST_REGION;
	struct vgic *gic = m->gic;

	for (uint32_t n = 0; n < m->vgic.v5.nr_irs; n++) {
		MACHINE_MUST(m, !vgic_set_irs_base(
					gic, n,
					MACHINE_IRS + n * MACHINE_IRS_STRIDE));
	}
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		return;
	}
	MACHINE_MUST(m, !vgic_set_dist_base(gic, MACHINE_GICD));
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV2) {
		MACHINE_MUST(m, !vgic_set_cpu_base(gic, MACHINE_GICC));
		return;
	}
	MACHINE_MUST(m, !vgic_add_redist_region(gic, MACHINE_GICR, low));
	if (low < m->nr_vcpus) {
		MACHINE_MUST(m, !vgic_add_redist_region(gic, MACHINE_GICR_HIGH,
							MACHINE_VCPUS));
	}
	for (uint32_t i = 0; i < m->config.nr_its; i++) {
		MACHINE_MUST(m, !vgic_set_its_base(
					gic, i, MACHINE_ITS + i * GITS_SIZE));
	}
}

static void make_gic(struct machine *m)
{
	m->memory_size = vgic_memory_size(&m->vgic);
	MACHINE_MUST(m, m->memory_size);
	m->memory = aligned_alloc(64, m->memory_size);
	MACHINE_MUST(m, m->memory);
	memset(m->memory, 0xa5, m->memory_size);
	MACHINE_MUST(
		m, !vgic_create(&m->vgic, m->memory, m->memory_size, &m->gic));
	if (!m->config.no_frames) {
		place_frames(m);
	}
}

static void make_vcpu(struct machine *m, uint32_t v)
{
	const uint32_t *numbers = m->config.numbers;
	uint32_t affinity = machine_affinity(m, v);
	uint64_t mpidr = (uint64_t)(affinity >> 24) << 32 |
			 (affinity & 0xffffff);

	MACHINE_MUST(m,
		     !vgic_vcpu_create_numbered(
			     m->gic, v, numbers ? numbers[v] : v, mpidr,
			     backend_hw(m->backend, &m->cpu[v]), &m->vcpu[v]));
	for (uint32_t n = 0; n < sizeof(owned) / sizeof(owned[0]); n++) {
		if (m->vgic.v5.ppi_implemented[owned[n] / 64] &
		    BIT(owned[n] % 64)) {
			MACHINE_MUST(m,
				     !vgic_set_owner(m->gic, v,
						     GICV5_PPI(owned[n]), m));
		}
	}
}

struct machine *machine_create(const struct machine_config *config)
{
	struct machine *m = calloc(1, sizeof(*m));

	if (!m) {
		abort();
	}
	fill_config(m, config);
	fill_vgic(m);
	m->ram_size = m->config.ram_size;
	if (m->ram_size) {
		m->ram = calloc(1, m->ram_size);
		m->dirty = calloc(m->ram_size / 4096, sizeof(*m->dirty));
		MACHINE_MUST(m, m->ram && m->dirty);
	}
	make_cpus(m);
	make_gic(m);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		make_vcpu(m, v);
	}
	return m;
}

static void open_cpu(struct machine *m, uint32_t v)
{
	switch (vgic_arch_model(m->vgic.arch)) {
	case VGIC_GICV2:
		guest_gicc(m, v, GICC_PMR, true, 0xff);
		guest_gicc(m, v, GICC_CTLR, true,
			   GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1);
		break;
	case VGIC_GICV3:
		guest_write(m, v, ICC_PMR_EL1, 0xff);
		guest_write(m, v, ICC_IGRPEN0_EL1, 1);
		guest_write(m, v, ICC_IGRPEN1_EL1, 1);
		break;
	case VGIC_GICV5:
		guest_write(m, v, ICC_PPI_ENABLER0_EL1, UINT64_MAX);
		guest_write(m, v, ICC_PPI_ENABLER1_EL1, UINT64_MAX);
		guest_write(m, v, ICC_PCR_EL1, 31);
		guest_write(m, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
		break;
	}
}

static void enable_irss(struct machine *m)
{
	for (uint32_t n = 0; n < m->vgic.v5.nr_irs; n++) {
		mmio_write(m, 0, MACHINE_IRS + n * MACHINE_IRS_STRIDE + IRS_CR0,
			   4, IRS_CR0_IRSEN);
	}
}

struct machine *machine_new(const struct machine_config *config)
{
	struct machine *m = machine_create(config);

	if (vgic_arch_model(m->vgic.arch) != VGIC_GICV5) {
		dist_groups(m, 0, 3);
	}
	enable_irss(m);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		open_cpu(m, v);
		stop(m, v);
		m->kicks[v] = 0;
	}
	return m;
}

void machine_boot(struct machine *m)
{
	if (vgic_arch_model(m->vgic.arch) != VGIC_GICV5) {
		guest_write32(m, 0, MACHINE_GICD + GICD_CTLR,
			      GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	}
	enable_irss(m);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3) {
			guest_write32(m, v, gicr(v, GICR_WAKER), 0);
		}
		open_cpu(m, v);
	}
}

void machine_free(struct machine *m)
{
	free(m->memory);
	free(m->cpu);
	free(m->ram);
	free(m->dirty);
	free(m);
}

void machine_check(struct machine *m)
{
	bool was_in[MACHINE_VCPUS];

	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		was_in[v] = m->in_guest[v];
		stop(m, v);
	}
	MACHINE_MUST(m, vgic_check_invariants(m->gic) == 0);
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		if (was_in[v]) {
			run(m, v);
		}
	}
}

void machine_end(struct machine *m)
{
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		stop(m, v);
	}
	machine_check(m);
	MACHINE_MUST(m, m->bugs == 0);
	MACHINE_MUST(m, m->bad_ends == 0);
	machine_free(m);
}

static void enter(struct machine *m, uint32_t v)
{
	m->thread = v;
	vgic_load(m->vcpu[v]);
	m->kicked[v] = false;
	vgic_enter(m->vcpu[v]);
	m->in_guest[v] = true;
}

void run(struct machine *m, uint32_t v)
{
	if (!m->in_guest[v]) {
		enter(m, v);
		machine_serve(m, v);
	}
}

void stop(struct machine *m, uint32_t v)
{
	if (m->in_guest[v]) {
		m->thread = v;
		m->in_guest[v] = false;
		vgic_exit(m->vcpu[v]);
	}
}

void slice(struct machine *m, uint32_t v)
{
	stop(m, v);
	run(m, v);
}

void put_vcpu(struct machine *m, uint32_t v)
{
	stop(m, v);
	vgic_put(m->vcpu[v]);
}

void leave(struct machine *m, uint32_t v)
{
	put_vcpu(m, v);
	backend_soil(m->backend, &m->cpu[v]);
}

void put_all(struct machine *m)
{
	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		put_vcpu(m, v);
	}
}

/* In and out in one; the short way has to say what is signalled. */
static void reenter(struct machine *m, uint32_t v)
{
	int signals;

	m->thread = v;
	m->kicked[v] = false;
	signals = reenter_as_usual(m->vcpu[v]);
	MACHINE_MUST(m, signals == VGIC_UNUSUAL ||
				signals == (int)vgic_signals(m->vcpu[v]));
}

/* Once more, if a kick or maintenance calls it out. */
static bool attend(struct machine *m, uint32_t v)
{
	if (!m->in_guest[v] || m->late[v] ||
	    !(m->kicked[v] || backend_maintenance(m->backend, &m->cpu[v]))) {
		return false;
	}
	if (m->config.entered) {
		reenter(m, v);
	} else {
		stop(m, v);
		enter(m, v);
	}
	m->exits[v]++;
	return true;
}

void machine_serve(struct machine *m, uint32_t v)
{
	uint32_t rounds = 0;

	while (attend(m, v)) {
		MACHINE_MUST(m, rounds++ < MANY_ROUNDS);
	}
}

void machine_serve_all(struct machine *m)
{
	uint32_t rounds = 0;
	bool busy;

	do {
		busy = false;
		for (uint32_t v = 0; v < m->nr_vcpus; v++) {
			busy |= attend(m, v);
		}
		busy |= rounds < MOST_FIRES && machine_fire(m);
		MACHINE_MUST(m, rounds++ < MANY_ROUNDS);
	} while (busy);
}
