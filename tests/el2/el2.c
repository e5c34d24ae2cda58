/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/el2/el2.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/v5_ich.h"
#include "regs/gicv5.h"

struct el2_log el2_log;

static struct model_v5_cpuif *cpu;

/* Where a CPU would take an exception to EL2 from EL2. */
static _Noreturn void undefined(uint32_t enc, bool write)
{
	fprintf(stderr, "EL2 %s register %x, which is UNDEFINED\n",
		write ? "writes" : "reads", enc);
	abort();
}

static void note(uint32_t enc, bool write, uint64_t value)
{
	if (el2_log.nr == EL2_LOG) {
		fprintf(stderr, "EL2 accesses registers without end\n");
		abort();
	}
	el2_log.access[el2_log.nr++] = (struct el2_access){ enc, write, value };
}

uint64_t el2_mrs(uint32_t enc)
{
	uint64_t value = 0;

	/* The one register of EL1's that EL2 reads as its own. */
	if (enc == ICC_IDR0_EL1) {
		(void)vgic_soft_v5_execute(cpu, enc, false, &value);
	} else if (vgic_model_v5_ich_read(cpu, enc, &value) != MODEL_DONE) {
		undefined(enc, false);
	}
	note(enc, false, value);
	return value;
}

void el2_msr(uint32_t enc, uint64_t value)
{
	if (vgic_model_v5_ich_write(cpu, enc, value) != MODEL_DONE) {
		undefined(enc, true);
	}
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

static void attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
		   struct vgic_ppi_image *image)
{
	(void)image;
	vgic_soft_v5_attach(hw, iri, ctx);
}

const struct vgic_v5_cpuif_ops el2_backend = {
	.load = load,
	.put = put,
	.enter = enter,
	.exit = fold,
	.sync_wfi = sync_wfi,
	.attach = attach,
};

static void legacy_load(void *hw, struct vgic_ich_image *image,
			const struct vgic_cpuif_caps *caps)
{
	on(hw);
	vgic_ich5_legacy_backend.load(NULL, image, caps);
}

static void legacy_put(void *hw, struct vgic_ich_image *image,
		       const struct vgic_cpuif_caps *caps)
{
	on(hw);
	vgic_ich5_legacy_backend.put(NULL, image, caps);
}

static void legacy_enter(void *hw, struct vgic_ich_image *image)
{
	on(hw);
	vgic_ich5_legacy_backend.enter(NULL, image);
}

static void legacy_exit(void *hw, struct vgic_ich_image *image)
{
	on(hw);
	vgic_ich5_legacy_backend.exit(NULL, image);
}

static void legacy_read_apr(void *hw, struct vgic_ich_image *image,
			    const struct vgic_cpuif_caps *caps)
{
	on(hw);
	vgic_ich5_legacy_backend.read_apr(NULL, image, caps);
}

const struct vgic_cpuif_ops el2_legacy_backend = {
	.load = legacy_load,
	.put = legacy_put,
	.enter = legacy_enter,
	.exit = legacy_exit,
	.read_apr = legacy_read_apr,
};

bool el2_legacy_probe(struct model_v5_cpuif *pe, struct vgic_cpuif_caps *caps)
{
	on(pe);
	return vgic_ich5_legacy_probe(caps);
}
