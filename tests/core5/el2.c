/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/core5/el2.h"

#include "tests/core5/world.h"

struct el2_log el2_log;

static struct model_v5_cpuif *cpu;

static void note(uint32_t enc, bool write, uint64_t value)
{
	assert_true(el2_log.nr < EL2_LOG);
	el2_log.access[el2_log.nr++] =
		(struct el2_access){ enc, write, value };
}

uint64_t el2_mrs(uint32_t enc)
{
	uint64_t value = 0;

	assert_int_equal(model_v5_ich_read(cpu, enc, &value), MODEL_DONE);
	note(enc, false, value);
	return value;
}

void el2_msr(uint32_t enc, uint64_t value)
{
	assert_int_equal(model_v5_ich_write(cpu, enc, value), MODEL_DONE);
	note(enc, true, value);
}

void el2_isb(void)
{
	note(EL2_ISB, false, 0);
}

/* A CPU's registers are those of the PE that is spoken of. */
static void on(void *hw)
{
	cpu = hw;
	el2_log.nr = 0;
}

static void load(void *hw, struct vgic_ppi_image *image)
{
	on(hw);
	vgic_ich5_backend.load(NULL, image);
}

static void put(void *hw, struct vgic_ppi_image *image)
{
	on(hw);
	vgic_ich5_backend.put(NULL, image);
}

static void enter(void *hw, const struct vgic_ppi_image *image)
{
	on(hw);
	vgic_ich5_backend.enter(NULL, image);
}

static void fold(void *hw, struct vgic_ppi_image *image)
{
	on(hw);
	vgic_ich5_backend.exit(NULL, image);
}

static void sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	on(hw);
	vgic_ich5_backend.sync_wfi(NULL, image);
}

static void attach(void *hw, const struct vgic_iri_ops *iri, void *ctx)
{
	model_v5_attach(hw, iri, ctx);
}

const struct vgic_v5_cpuif_ops el2_backend = {
	.load = load,
	.put = put,
	.enter = enter,
	.exit = fold,
	.sync_wfi = sync_wfi,
	.attach = attach,
};
