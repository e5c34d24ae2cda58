/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv3s that are measured: see host.h. */
#include <stdlib.h>

#include <vgic/vgic.h>

#include "bench/host.h"
#include "regs/ich.h"

static void move_all(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps)
{
	(void)hw;
	(void)image;
	(void)caps;
}

static void move_some(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	(void)image;
}

/* The guest has opened Group 1 and its priority mask. */
static void take_none(void *hw, struct vgic_ich_image *image)
{
	(void)hw;
	image->vmcr = (uint32_t)(ICH_VMCR_EL2_VENG1 |
				 FIELD_PUT(ICH_VMCR_EL2_VPMR, 0xf8));
}

static void end_all(void *hw, struct vgic_ich_image *image)
{
	take_none(hw, image);
	for (uint32_t used = image->used; used; used &= used - 1) {
		image->lr[__builtin_ctz(used)] &= ~ICH_LR_EL2_State;
	}
}

const struct vgic_cpuif_ops bench_cpuif = {
	.load = move_all,
	.put = move_all,
	.enter = move_some,
	.exit = take_none,
	.read_apr = move_all,
};

const struct vgic_cpuif_ops bench_cpuif_ends_all = {
	.load = move_all,
	.put = move_all,
	.enter = move_some,
	.exit = end_all,
	.read_apr = move_all,
};

struct vgic_config bench_config(uint32_t vcpus, uint32_t spis)
{
	return (struct vgic_config){
		.arch = &vgic_gicv3_its,
		.nr_vcpus = vcpus,
		.nr_spis = spis,
		.nr_redist_regions = 1,
		.caps = { .nr_lrs = 4,
			  .pri_bits = 5,
			  .pre_bits = 5,
			  .id_bits = 16,
			  .tdir = true,
			  .hw_deactivation = true,
			  .a3v = true },
		.cpuif = &bench_cpuif,
		.host = &bench_host,
	};
}

struct vgic *bench_create(const struct vgic_config *config, uint64_t redist,
			  void **memory)
{
	size_t size = vgic_memory_size(config);
	struct vgic *gic;

	*memory = size ? aligned_alloc(64, (size + 63) & ~(size_t)63) : NULL;
	if (!*memory || vgic_create(config, *memory, size, &gic) ||
	    vgic_set_dist_base(gic, BENCH_DIST) ||
	    vgic_add_redist_region(gic, redist, config->nr_vcpus)) {
		bench_die("no vGIC");
	}
	return gic;
}
