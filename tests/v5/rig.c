/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "tests/v5/rig.h"

static const uint64_t implemented[2] = {
	BIT(SW_PPI) | BIT(PMU) | BIT(TIMER) | BIT(HIDDEN),
	BIT(UPPER_EDGE - 64) | BIT(HIDDEN_EDGE - 64),
};
static const uint64_t level[2] = { ~BIT(SW_PPI), ~UINT64_C(3) };

static void on_kick(void *ctx, uint32_t vcpu)
{
	struct rig *r = ctx;

	r->kicks[vcpu]++;
}

static void set_active(void *ctx, uint32_t pintid, bool active)
{
	struct rig *r = ctx;

	(void)pintid;
	r->deactivated += !active;
}

static void on_bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	fail_msg("invariant: %s (vcpu %u, intid %x)", what, vcpu, intid);
}

static const struct vgic_host_ops host = {
	.kick = on_kick,
	.phys_set_active = set_active,
	.bug = on_bug,
};

static void hard_enter(void *hw, const struct vgic_ppi_image *image)
{
	struct vgic_ppi_image all = *image;

	/* Nobody knows how to write ICH_PPI_HVIR<n>_EL2. */
	all.hvir[0] = all.hvir[1] = 0;
	model_v5_backend.enter(hw, &all);
}

static void claim(struct rig *r, uint32_t ppi)
{
	uint32_t v;

	for (v = 0; v < RIG_VCPUS; v++) {
		assert_int_equal(vgic_set_owner(r->gic, v, GICV5_PPI(ppi), r),
				 VGIC_OK);
	}
}

void rig_init(struct rig *r, bool hardware, uint32_t nr_spis)
{
	static struct vgic_v5_cpuif_ops hard;
	const struct model_vcpuif_config legacy = {
		.nr_lrs = 4, .pri_bits = 5, .pre_bits = 5, .id_bits = 16,
	};
	struct model_v5_config pe = {
		.ppi_implemented = { implemented[0], implemented[1] },
		.ppi_level = { level[0], level[1] },
		.pri_bits = 5, .id_bits = 16,
	};
	const struct vgic_config config = {
		.model = VGIC_GICV5, .nr_vcpus = RIG_VCPUS,
		.nr_spis = nr_spis, .nr_side_entries = 16,
		.host = &host, .host_ctx = r,
		.v5 = {
			.cpuif = hardware ? &hard : &vgic_soft_v5_backend,
			.ppi_implemented = { implemented[0], implemented[1] },
			.ppi_level = { level[0], level[1] },
			.nr_irs = 1, .lpi_id_bits = 10,
		},
	};
	const size_t size = vgic_memory_size(&config);
	uint32_t v;

	memset(r, 0, sizeof(*r));
	hard = model_v5_backend;
	hard.enter = hard_enter;
	r->memory = aligned_alloc(64, size);
	assert_int_equal(vgic_create(&config, r->memory, size, &r->gic),
			 VGIC_OK);
	assert_int_equal(vgic_set_irs_base(r->gic, 0, 0x8000000), VGIC_OK);
	for (v = 0; v < RIG_VCPUS; v++) {
		assert_true(model_vcpuif_init(&r->legacy[v], &legacy));
		pe.legacy = &r->legacy[v];
		assert_true(model_v5_init(&r->cpu[v], &pe));
		assert_int_equal(vgic_vcpu_create(r->gic, v, v, &r->cpu[v],
						  &r->vcpu[v]), VGIC_OK);
	}
	claim(r, PMU);
	claim(r, TIMER);
	claim(r, UPPER_EDGE);
}

void rig_fini(struct rig *r)
{
	free(r->memory);
}

void rig_enter(struct rig *r, uint32_t v)
{
	vgic_load(r->vcpu[v]);
	vgic_enter(r->vcpu[v]);
}

void rig_exit(struct rig *r, uint32_t v)
{
	vgic_exit(r->vcpu[v]);
}

enum vgic_trap rig_trap(struct rig *r, uint32_t v, uint32_t enc, bool write,
			uint64_t *value)
{
	return vgic_trap_sysreg(r->vcpu[v], enc, write, value);
}

/* In guest code; what traps goes to the library. */
uint64_t rig_read(struct rig *r, uint32_t v, uint32_t enc)
{
	uint64_t value = 0;

	if (model_v5_read(&r->cpu[v], enc, &value) == MODEL_TRAP) {
		rig_exit(r, v);
		assert_int_equal(rig_trap(r, v, enc, false, &value),
				 VGIC_TRAP_DONE);
		rig_enter(r, v);
	}
	return value;
}

void rig_write(struct rig *r, uint32_t v, uint32_t enc, uint64_t value)
{
	if (model_v5_write(&r->cpu[v], enc, value) == MODEL_TRAP) {
		rig_exit(r, v);
		assert_int_equal(rig_trap(r, v, enc, true, &value),
				 VGIC_TRAP_DONE);
		rig_enter(r, v);
	}
}

void rig_open(struct rig *r, uint32_t v)
{
	rig_write(r, v, ICC_PPI_ENABLER0_EL1, UINT64_MAX);
	rig_write(r, v, ICC_PPI_ENABLER1_EL1, UINT64_MAX);
	rig_write(r, v, ICC_PCR_EL1, 31);
	rig_write(r, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
}

int rig_inject(struct rig *r, uint32_t v, uint32_t ppi, bool up)
{
	return vgic_inject_irq(r->gic, v, GICV5_PPI(ppi), up,
			       ppi == SW_PPI ? NULL : r);
}

bool rig_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct rig *r = opaque;

	(void)vcpu;
	(void)intid;
	r->asked++;
	return r->level;
}
