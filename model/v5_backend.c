/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv5 model as the CPU interface of a library.  It writes nothing that
 * ICH_*_EL2 could not, but goes to the registers directly: all of this is on
 * the way of every exit.
 */
#include "model/v5_cpuif.h"
#include "model/v5_internal.h"
#include "regs/gicv5.h"

/* What the library answers itself: sizes, affinity, and which PPIs exist. */
#define READ_TRAPS \
	(ICH_HFGRTR_EL2_ICC_IDRn_EL1 | ICH_HFGRTR_EL2_ICC_IAFFIDR_EL1)
#define WRITE_TRAPS ICH_HFGWTR_EL2_ICC_PPI_ENABLERn_EL1

static void backend_load(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	/* Whoever was here before may have been a GICv3 guest. */
	(void)model_v5_ich_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	m->hfgrtr = ICH_HFGRTR_EL2_ALL & ~READ_TRAPS;
	m->hfgwtr = ICH_HFGWTR_EL2_ALL & ~WRITE_TRAPS;
	m->hfgitr = ICH_HFGITR_EL2_ALL;
	(void)model_v5_ich_write(m, ICH_VMCR_EL2, image->vmcr);
	model_v5_apr_write(m, ICH_APR_EL2, image->apr);
	(void)model_v5_ich_write(m, ICH_CONTEXTR_EL2, image->contextr);
	(void)model_v5_ich_read(m, ICH_CONTEXTR_EL2, &image->contextr);
}

static void read_control(struct model_v5_cpuif *m, struct vgic_ppi_image *image)
{
	uint64_t vmcr = 0;

	(void)model_v5_ich_read(m, ICH_VMCR_EL2, &vmcr);
	image->vmcr = (uint32_t)vmcr;
	image->apr = m->apr;
}

static void backend_put(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	read_control(m, image);
	(void)model_v5_ich_write(m, ICH_CONTEXTR_EL2,
				 image->contextr & ~ICH_CONTEXTR_EL2_V);
}

static void set_dvir(struct model_v5_cpuif *m, unsigned int n, uint64_t dvir)
{
	if (m->dvir[n] != dvir) {
		m->dvir[n] = dvir;
		model_v5_update_ppis(m, n);
	}
}

static void backend_enter(void *hw, const struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	if (!image->changed) {
		set_dvir(m, 0, image->dvir[0]);
		set_dvir(m, 1, image->dvir[1]);
		return;
	}
	m->icsr = image->icsr;
	for (n = 0; n < 2; n++) {
		const uint64_t exists = m->config.ppi_implemented[n];

		m->visible[n] = exists & ~image->hvir[n];
		m->dvir[n] = image->dvir[n] & exists;
		m->activer[n] = image->activer[n] & exists;
		m->enabler[n] = image->enabler[n] & exists;
		m->pendr[n] = image->pendr[n] & exists & ~m->dvir[n];
		model_v5_update_ppis(m, n);
	}
	for (n = 0; n < 16; n++) {
		m->priorityr[n] = image->priorityr[n] & m->priority_bits[n];
	}
}

static void backend_exit(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	image->icsr = m->icsr;
	for (n = 0; n < 2; n++) {
		image->activer[n] = m->activer[n];
		image->enabler[n] = m->enabler[n];
		image->pendr[n] = model_v5_pending(m, n);
		set_dvir(m, n, 0);
	}
	/* The image has them already, but for what the guest wrote. */
	for (n = 0; m->priorities_written && n < 16; n++) {
		image->priorityr[n] = m->priorityr[n];
	}
	m->priorities_written = false;
}

static void backend_sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	read_control(hw, image);
}

static void backend_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx)
{
	model_v5_attach(hw, iri, ctx);
}

static int backend_execute(void *hw, uint32_t sysreg, bool write,
			   uint64_t *value)
{
	return model_v5_execute(hw, sysreg, write, value) != MODEL_DONE;
}

static bool backend_signals(void *hw)
{
	return model_v5_irq_asserted(hw);
}

const struct vgic_v5_cpuif_ops vgic_soft_v5_backend = {
	.load = backend_load,
	.put = backend_put,
	.enter = backend_enter,
	.exit = backend_exit,
	.sync_wfi = backend_sync_wfi,
	.attach = backend_attach,
	.execute = backend_execute,
	.signals = backend_signals,
};
