/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_model_v5_backend: a modelled GICv5 PE as the hardware of a library.  It
 * writes nothing that EL2 could not write by ICH_*_EL2, and copies the image in
 * and out, as src/cpuif/ich5.c does.  The same PE as a CPU interface in
 * software works in the image itself: soft/soft.c.
 */
#include "model/v5_ich.h"
#include "regs/gicv5.h"
#include "soft/v5_internal.h"

/*
 * Registers whose reads trap: the library answers for the numbers of bits and
 * for the affinity.  Writes that trap: the guest may not enable PPIs that the
 * VM does not have.
 */
#define READ_TRAPS \
	(ICH_HFGRTR_EL2_ICC_IDRn_EL1 | ICH_HFGRTR_EL2_ICC_IAFFIDR_EL1)
#define WRITE_TRAPS ICH_HFGWTR_EL2_ICC_PPI_ENABLERn_EL1

static void backend_load(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	/* The vCPU that was here before may have driven a GICv3. */
	(void)vgic_model_v5_ich_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	m->hfgrtr = ICH_HFGRTR_EL2_ALL & ~READ_TRAPS;
	m->hfgwtr = ICH_HFGWTR_EL2_ALL & ~WRITE_TRAPS;
	(void)vgic_model_v5_ich_write(m, ICH_VMCR_EL2, image->vmcr);
	vgic_soft_v5_apr_write(m, ICH_APR_EL2, image->apr);
	/* Read back, because F says whether the VPE became resident. */
	(void)vgic_model_v5_ich_write(m, ICH_CONTEXTR_EL2, image->contextr);
	(void)vgic_model_v5_ich_read(m, ICH_CONTEXTR_EL2, &image->contextr);
}

static void backend_sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	uint64_t vmcr = 0;

	(void)vgic_model_v5_ich_read(m, ICH_VMCR_EL2, &vmcr);
	image->vmcr = (uint32_t)vmcr;
	image->apr = m->regs->apr;
}

static void backend_put(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	backend_sync_wfi(hw, image);
	(void)vgic_model_v5_ich_write(m, ICH_CONTEXTR_EL2,
				      image->contextr & ~ICH_CONTEXTR_EL2_V);
}

/*
 * Before guest code.  These registers could be written one by one; written
 * together, `candidates` is derived once.
 */
static void backend_enter(void *hw, const struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	m->hfgitr = image->trap_cddi ?
			    ICH_HFGITR_EL2_ALL & ~ICH_HFGITR_EL2_GICCDDI :
			    ICH_HFGITR_EL2_ALL;
	m->regs->icsr = image->icsr;
	for (n = 0; n < 2; n++) {
		const uint64_t exists = m->config.ppi_implemented[n];

		m->visible[n] = exists & ~image->hvir[n];
		m->regs->dvir[n] = image->dvir[n] & exists;
		m->regs->activer[n] = image->activer[n] & exists;
		m->regs->enabler[n] = image->enabler[n] & exists;
		m->regs->pendr[n] = image->pendr[n] & exists &
				    ~m->regs->dvir[n];
		model_v5_update_ppis(m, n);
	}
	for (n = 0; n < 16; n++) {
		m->regs->priorityr[n] = image->priorityr[n] &
					m->priority_bits[n];
	}
}

/* After guest code.  vgic_ppi_store(): other threads look at these words. */
static void backend_exit(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;
	unsigned int n;

	image->icsr = m->regs->icsr;
	for (n = 0; n < 2; n++) {
		vgic_ppi_store(&image->activer[n], m->regs->activer[n]);
		vgic_ppi_store(&image->enabler[n], m->regs->enabler[n]);
		vgic_ppi_store(&image->pendr[n], model_v5_pending(m, n));
		/* The host gets its physical PPIs again. */
		m->regs->dvir[n] = 0;
		model_v5_update_ppis(m, n);
	}
	for (n = 0; n < 16; n++) {
		vgic_ppi_store(&image->priorityr[n], m->regs->priorityr[n]);
	}
}

/* The image stays a copy of the registers, as it is of real ones. */
static void backend_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
			   struct vgic_ppi_image *image)
{
	(void)image;
	vgic_soft_v5_attach(hw, iri, ctx);
}

const struct vgic_v5_cpuif_ops vgic_model_v5_backend = {
	.load = backend_load,
	.put = backend_put,
	.enter = backend_enter,
	.exit = backend_exit,
	.sync_wfi = backend_sync_wfi,
	.attach = backend_attach,
};
