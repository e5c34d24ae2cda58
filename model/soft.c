/* SPDX-License-Identifier: BSD-2-Clause */
/* The model as the CPU interface of vCPUs whose hardware has none. */
#include <vgic/backend.h>
#include <vgic/vgic.h>

#include "model/gicv.h"
#include "model/v5_internal.h"
#include "model/vcpuif_internal.h"

/*
 * Every access of the guest ends in the library, which fills them anew: more
 * list registers would only take longer to look through.
 */
#define SOFT_LRS 4

size_t vgic_soft_v5_size(void)
{
	return sizeof(struct model_v5_cpuif);
}

int vgic_soft_v5_init(void *memory, const struct vgic_v5_config *v5,
		      uint16_t iaffid)
{
	struct model_v5_config config = {
		.iaffid = iaffid,
		.pri_bits = 5,
		.id_bits = v5->lpi_id_bits > 16 ? 24 : 16,
	};

	for (unsigned int n = 0; n < 2; n++) {
		config.ppi_implemented[n] = v5->ppi_implemented[n];
		config.ppi_level[n] = v5->ppi_level[n] &
				      v5->ppi_implemented[n];
	}
	return model_v5_init(memory, &config) ? 0 : -1;
}

/* What has changed is in the registers already: they are the image. */
static void soft_v5_enter(void *hw, const struct vgic_ppi_image *image)
{
	model_v5_set_hvir(hw, 0, image->hvir[0]);
	model_v5_set_hvir(hw, 1, image->hvir[1]);
}

static void soft_v5_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
			   struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	model_v5_attach(m, iri, ctx);
	m->regs = image;
}

static int soft_v5_execute(void *hw, uint32_t sysreg, bool write,
			   uint64_t *value)
{
	return (int)model_v5_execute(hw, sysreg, write, value);
}

const struct vgic_v5_cpuif_ops vgic_soft_v5_backend = {
	.load = model_v5_backend_load,
	.put = model_v5_backend_put,
	.enter = soft_v5_enter,
	.sync_wfi = model_v5_backend_sync_wfi,
	.attach = soft_v5_attach,
	.execute = soft_v5_execute,
	.signals = model_v5_virq,
};

size_t vgic_soft_size(void)
{
	return sizeof(struct model_vcpuif);
}

void vgic_soft_init(void *memory, bool gicv2,
		    void (*deactivate)(void *ctx, uint32_t), void *ctx,
		    struct vgic_cpuif_caps *caps)
{
	const struct model_vcpuif_config config = {
		.nr_lrs = SOFT_LRS,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.a3v = true,
		.tdir = true,
		.gicv2 = gicv2,
		.deactivate = deactivate,
		.ctx = ctx,
	};

	/* All in range: this cannot fail. */
	(void)model_vcpuif_init(memory, &config);
	model_vcpuif_caps(memory, caps);
}

/* ICC_SRE_EL1 and what makes or ends interrupts elsewhere is the library's. */
static int soft_execute(void *hw, uint32_t sysreg, bool write,
			uint64_t *value)
{
	enum model_access done = write ? model_icv_write(hw, sysreg, *value) :
					 model_icv_read(hw, sysreg, value);

	if (done == MODEL_DONE) {
		return 0;
	}
	return done == MODEL_TRAP ? 1 : -1;
}

static int soft_gicc(void *hw, uint32_t offset, bool write, uint64_t *value)
{
	bool done = write ? model_gicv_write(hw, offset, *value) :
			    model_gicv_read(hw, offset, value);

	return done ? 0 : -1;
}

/* Asked at every entry: nothing is looked at twice. */
static unsigned int soft_signals(void *hw)
{
	return model_gicv_signals(hw);
}

const struct vgic_cpuif_ops vgic_soft_backend = {
	.load = model_backend_load,
	.put = model_backend_put,
	.enter = model_backend_enter,
	.exit = model_backend_exit,
	.read_apr = model_backend_read_apr,
	.execute = soft_execute,
	.gicc = soft_gicc,
	.signals = soft_signals,
};
