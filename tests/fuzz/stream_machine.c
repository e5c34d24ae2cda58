/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine: its memory, its physical interrupts, and its vCPUs' turns. */
#include <string.h>

#include "model/ich.h"
#include "regs/gicv5.h"
#include "tests/fuzz/stream.h"

/* So often a vCPU may have to pass through for one and the same event. */
#define MOST_TURNS 1000u
/* A physical interrupt's line rises again while it is being ended. */
#define MOST_FIRES 100u

#define TIMER 27u
#define MAPPED_SPI 8u

/* Two bits of the third byte. */
enum { FAIL_NONE, FAIL_READ, FAIL_WRITE, FAIL_PHYS };

static void kick(void *ctx, uint32_t vcpu)
{
	struct machine *m = ctx;

	MUST(vcpu < VCPUS);
	m->kicked[vcpu] = true;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	(void)vcpu;
	stream_failed("invariant", (int)intid, what);
}

/* Does this call fail?  Each that is meant, once the count is over. */
static bool fails(struct machine *m, uint8_t which)
{
	if ((m->failing & 3) != which) {
		return false;
	}
	if (m->until_failure) {
		m->until_failure--;
		return false;
	}
	m->until_failure = m->failing >> 2;
	m->upset = true;
	return true;
}

static bool in_ram(uint64_t ipa, size_t len)
{
	MUST(len <= 4096);
	return ipa >= RAM && ipa - RAM <= RAM_SIZE - len;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	struct machine *m = ctx;

	if (!in_ram(ipa, len) || fails(m, FAIL_READ)) {
		return -1;
	}
	memcpy(buf, m->ram + (ipa - RAM), len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	struct machine *m = ctx;

	if (!in_ram(ipa, len) || fails(m, FAIL_WRITE)) {
		return -1;
	}
	memcpy(m->ram + (ipa - RAM), buf, len);
	return 0;
}

uint32_t phys_intid(const struct machine *m, uint32_t n)
{
	if (m->model == VGIC_GICV5) {
		return n == PHYS_TIMER ? GICV5_PPI(TIMER) :
					 GICV5_SPI(MAPPED_SPI + n);
	}
	return n == PHYS_TIMER ? TIMER : SPI_BASE + MAPPED_SPI + n;
}

static struct phys *phys_of(struct machine *m, uint32_t pintid)
{
	for (uint32_t n = 0; n < NR_PHYS; n++) {
		if (phys_intid(m, n) == pintid) {
			return &m->phys[n];
		}
	}
	stream_failed("pINTID", (int)pintid, "no such interrupt");
}

/* The host may have no say over its GIC: then nothing happens. */
static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct machine *m = ctx;

	if (!fails(m, FAIL_PHYS)) {
		phys_of(m, pintid)->active = active;
	}
}

static void phys_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct machine *m = ctx;

	(void)pending;
	(void)phys_of(m, pintid);
	(void)fails(m, FAIL_PHYS);
}

static void hw_deactivate(void *ctx, uint32_t pintid)
{
	phys_of(ctx, pintid)->active = false;
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.bug = bug,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = phys_set_active,
	.phys_set_pending = phys_set_pending,
};

static void *make_pe5(const struct vgic_config *config, uint32_t v)
{
	struct model_v5_config pe = {
		.iaffid = (uint16_t)v,
		.pri_bits = 5,
		.id_bits = 16,
	};
	struct model_v5_cpuif *hw = calloc(1, sizeof(*hw));

	MUST(hw);
	memcpy(pe.ppi_implemented, config->v5.ppi_implemented,
	       sizeof(pe.ppi_implemented));
	memcpy(pe.ppi_level, config->v5.ppi_level, sizeof(pe.ppi_level));
	MUST(vgic_soft_v5_reset(hw, &pe));
	return hw;
}

static void *make_pe(struct machine *m, struct vgic_config *config,
		     uint8_t kind)
{
	struct model_vcpuif_config pe = {
		.nr_lrs = kind >> 5 & 1 ? 4 : 1 + (kind >> 6),
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		/* A GICv2's GICC_DIR is in a page of its own. */
		.tdir = m->soft || m->model == VGIC_GICV2 || (kind & 0x10),
		.gicv2 = m->model == VGIC_GICV2,
		.deactivate = hw_deactivate,
		.ctx = m,
	};
	struct model_vcpuif *hw = calloc(1, sizeof(*hw));

	MUST(hw && vgic_soft_vcpuif_init(hw, &pe));
	vgic_soft_vcpuif_caps(hw, &config->caps);
	return hw;
}

static void make_gic(struct machine *m, uint8_t kind)
{
	struct vgic_config config = {
		.model = m->model,
		.nr_vcpus = VCPUS,
		.nr_spis = SPIS,
		.nr_redist_regions = 1,
		.nr_side_entries = 16,
		.cpuif = m->soft ? &vgic_soft_backend :
				   &vgic_model_vcpuif_backend,
		.host = &host_ops,
		.host_ctx = m,
		.v5 = {
			.cpuif = m->soft ? &vgic_soft_v5_backend :
					   &vgic_model_v5_backend,
			.ppi_implemented = { UINT64_C(0x28800008), 3 },
			.ppi_level = { UINT64_C(0x28800000), 1 },
			.nr_lpis = 1024,
			.lpi_id_bits = 12,
			.nr_irs = kind & 0x10 ? 2 : 1,
		},
		.its = {
			.nr_its = m->model == VGIC_GICV3,
			.nr_lpis = m->model == VGIC_GICV3 ? LPIS : 0,
		},
	};
	size_t size;

	for (uint32_t v = 0; v < VCPUS; v++) {
		m->hw[v] = m->model == VGIC_GICV5 ? make_pe5(&config, v) :
						    make_pe(m, &config, kind);
	}
	config.caps.hw_deactivation = kind & 8;
	config.caps.gicv5_intids = m->model == VGIC_GICV5;
	size = vgic_memory_size(&config);
	m->memory = aligned_alloc(64, size);
	MUST(m->memory && !vgic_create(&config, m->memory, size, &m->gic));
	for (uint32_t v = 0; v < VCPUS; v++) {
		MUST(!vgic_vcpu_create(m->gic, v, v, m->hw[v], &m->vcpu[v]));
	}
}

static void place_frames(struct machine *m)
{
	switch (m->model) {
	case VGIC_GICV2:
		MUST(!vgic_set_dist_base(m->gic, DIST));
		MUST(!vgic_set_cpu_base(m->gic, CPU));
		break;
	case VGIC_GICV3:
		MUST(!vgic_set_dist_base(m->gic, DIST));
		MUST(!vgic_add_redist_region(m->gic, REDIST, VCPUS));
		MUST(!vgic_set_its_base(m->gic, 0, ITS));
		break;
	default:
		MUST(!vgic_set_irs_base(m->gic, 0, IRS));
		(void)vgic_set_irs_base(m->gic, 1, IRS + 0x20000);
		for (uint32_t v = 0; v < VCPUS; v++) {
			MUST(!vgic_set_owner(m->gic, v, GICV5_PPI(TIMER), m));
			MUST(!vgic_set_owner(m->gic, v, GICV5_PPI(23), m));
			MUST(!vgic_set_owner(m->gic, v, GICV5_PPI(65), m));
		}
		break;
	}
}

struct machine *machine_new(struct bytes *in)
{
	static const enum vgic_model models[] = { VGIC_GICV3, VGIC_GICV2,
						  VGIC_GICV5, VGIC_GICV3 };
	struct machine *m = calloc(1, sizeof(*m));
	uint8_t kind = take8(in);

	MUST(m);
	m->model = models[kind & 3];
	m->soft = kind & 4;
	make_gic(m, kind);
	place_frames(m);
	return m;
}

void machine_free(struct machine *m)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		free(m->hw[v]);
	}
	free(m->memory);
	free(m);
}

void enter(struct machine *m, uint32_t v)
{
	if (!m->in_guest[v]) {
		vgic_load(m->vcpu[v]);
		m->kicked[v] = false;
		vgic_enter(m->vcpu[v]);
		m->in_guest[v] = true;
	}
}

void leave(struct machine *m, uint32_t v)
{
	if (m->in_guest[v]) {
		m->in_guest[v] = false;
		vgic_exit(m->vcpu[v]);
	}
}

void leave_all(struct machine *m)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		leave(m, v);
	}
}

void put_all(struct machine *m)
{
	leave_all(m);
	for (uint32_t v = 0; v < VCPUS; v++) {
		vgic_put(m->vcpu[v]);
	}
}

/* Does the CPU leave guest code by itself? */
static bool is_due(const struct machine *m, uint32_t v)
{
	return m->kicked[v] || (m->model != VGIC_GICV5 && !m->soft &&
				vgic_model_vcpuif_maintenance(m->hw[v]));
}

void serve(struct machine *m)
{
	uint32_t turns = 0;
	bool again;

	do {
		again = false;
		for (uint32_t v = 0; v < VCPUS; v++) {
			if (m->in_guest[v] && is_due(m, v)) {
				leave(m, v);
				enter(m, v);
				again = true;
			}
		}
		MUST(turns++ < MOST_TURNS);
	} while (again);
}

void fire(struct machine *m)
{
	for (uint32_t i = 0; i < MOST_FIRES; i++) {
		bool fired = false;

		for (uint32_t n = 0; n < NR_PHYS; n++) {
			struct phys *phys = &m->phys[n];

			if (!phys->mapped || !phys->line || phys->active) {
				continue;
			}
			phys->active = true;
			fired = true;
			(void)vgic_inject_irq(m->gic, phys->vcpu,
					      phys_intid(m, n), true, m);
		}
		serve(m);
		if (!fired) {
			return;
		}
	}
}

void phys_line(struct machine *m, uint32_t n, bool level)
{
	m->phys[n].line = level;
	fire(m);
}
