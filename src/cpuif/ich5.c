/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv5 virtual CPU interface of the CPU this runs on.  Arm IHI 0111701.
 * Runs at EL2 with interrupts masked; nothing here decides anything.
 *
 * No machine with FEAT_GCIE has run this yet: it runs on the model of one,
 * and its instruction words are checked.
 */
#include <vgic/backend.h>

#include "cpuif/el2.h"
#include "cpuif/ich.h"
#include "regs/gicv5.h"

/* What the library answers itself: sizes, affinity, and which PPIs exist. */
#define READ_TRAPS \
	(ICH_HFGRTR_EL2_ICC_IDRn_EL1 | ICH_HFGRTR_EL2_ICC_IAFFIDR_EL1)
#define WRITE_TRAPS ICH_HFGWTR_EL2_ICC_PPI_ENABLERn_EL1

/* X is applied to the number of each ICH_PPI_PRIORITYR<n>_EL2. */
#define EACH_PRIORITYR(X)                                            \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)                      \
	X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
#define WRITE_PRIORITYR(n) \
	vgic_msr(ICH_PPI_PRIORITYR_EL2(n), image->priorityr[n]);
#define READ_PRIORITYR(n)                                    \
	vgic_ppi_store(&image->priorityr[n],                         \
		       vgic_mrs(ICH_PPI_PRIORITYR_EL2(n)));

static void load(void *hw, struct vgic_ppi_image *image)
{
	(void)hw;
	/*
	 * Whoever was here before may have been a GICv3 guest.  The layout of
	 * ICH_VMCR_EL2 depends on V3, so that has to have taken effect.
	 */
	vgic_msr(ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	vgic_isb();
	vgic_msr(ICH_HFGRTR_EL2, ICH_HFGRTR_EL2_ALL & ~READ_TRAPS);
	vgic_msr(ICH_HFGWTR_EL2, ICH_HFGWTR_EL2_ALL & ~WRITE_TRAPS);
	vgic_msr(ICH_VMCR_EL2, image->vmcr);
	vgic_msr(ICH_APR_EL2, image->apr);
	/* Whether the virtual PE became resident: F says if it did not. */
	vgic_msr(ICH_CONTEXTR_EL2, image->contextr);
	vgic_isb();
	image->contextr = vgic_mrs(ICH_CONTEXTR_EL2);
}

static void sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	(void)hw;
	image->vmcr = (uint32_t)vgic_mrs(ICH_VMCR_EL2);
	image->apr = (uint32_t)vgic_mrs(ICH_APR_EL2);
}

static void put(void *hw, struct vgic_ppi_image *image)
{
	sync_wfi(hw, image);
	vgic_msr(ICH_CONTEXTR_EL2, image->contextr & ~ICH_CONTEXTR_EL2_V);
	vgic_isb();
}

/* The exception return synchronises; until then order alone matters. */
static void enter(void *hw, const struct vgic_ppi_image *image)
{
	(void)hw;
	vgic_msr(ICC_ICSR_EL1, image->icsr);
	/* First: what DVI drives is not to be written as pending. */
	vgic_msr(ICH_PPI_DVIR0_EL2, image->dvir[0]);
	vgic_msr(ICH_PPI_DVIR1_EL2, image->dvir[1]);
	vgic_msr(ICH_PPI_ACTIVER0_EL2, image->activer[0]);
	vgic_msr(ICH_PPI_ACTIVER1_EL2, image->activer[1]);
	vgic_msr(ICH_PPI_ENABLER0_EL2, image->enabler[0]);
	vgic_msr(ICH_PPI_ENABLER1_EL2, image->enabler[1]);
	vgic_msr(ICH_PPI_PENDR0_EL2, image->pendr[0] & ~image->dvir[0]);
	vgic_msr(ICH_PPI_PENDR1_EL2, image->pendr[1] & ~image->dvir[1]);
	EACH_PRIORITYR(WRITE_PRIORITYR)
	vgic_msr(ICH_HFGITR_EL2,
		 image->trap_cddi ?
			 ICH_HFGITR_EL2_ALL & ~ICH_HFGITR_EL2_GICCDDI :
			 ICH_HFGITR_EL2_ALL);
}

static void leave(void *hw, struct vgic_ppi_image *image)
{
	(void)hw;
	image->icsr = vgic_mrs(ICC_ICSR_EL1);
	vgic_ppi_store(&image->activer[0], vgic_mrs(ICH_PPI_ACTIVER0_EL2));
	vgic_ppi_store(&image->activer[1], vgic_mrs(ICH_PPI_ACTIVER1_EL2));
	vgic_ppi_store(&image->pendr[0], vgic_mrs(ICH_PPI_PENDR0_EL2));
	vgic_ppi_store(&image->pendr[1], vgic_mrs(ICH_PPI_PENDR1_EL2));
	vgic_ppi_store(&image->enabler[0], vgic_mrs(ICH_PPI_ENABLER0_EL2));
	vgic_ppi_store(&image->enabler[1], vgic_mrs(ICH_PPI_ENABLER1_EL2));
	EACH_PRIORITYR(READ_PRIORITYR)
	/* The host is back in charge of its PPIs. */
	vgic_msr(ICH_PPI_DVIR0_EL2, 0);
	vgic_msr(ICH_PPI_DVIR1_EL2, 0);
	vgic_isb();
}

const struct vgic_v5_cpuif_ops vgic_ich5_backend = {
	.load = load,
	.put = put,
	.enter = enter,
	.exit = leave,
	.sync_wfi = sync_wfi,
};

/*
 * A GICv3 guest: the layout of ICH_VMCR_EL2, and what EL1 has for a CPU
 * interface, depend on V3, so that has to have taken effect before the rest
 * is written.  It stays set until a GICv5 guest comes.
 */
static void legacy_load(void *hw, struct vgic_ich_image *image,
			const struct vgic_cpuif_caps *caps)
{
	vgic_msr(ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN | ICH_VCTLR_EL2_V3);
	vgic_isb();
	vgic_ich_load(hw, image, caps);
}

const struct vgic_cpuif_ops vgic_ich5_legacy_backend = {
	.load = legacy_load,
	.put = vgic_ich_put,
	.enter = vgic_ich_enter,
	.exit = vgic_ich_exit,
	.read_apr = vgic_ich_read_apr,
};

bool vgic_ich5_legacy_probe(struct vgic_cpuif_caps *caps)
{
	if (!FIELD_GET(ICC_IDR0_EL1_GCIE_LEGACY, vgic_mrs(ICC_IDR0_EL1))) {
		return false;
	}
	vgic_ich_probe(caps);
	caps->gicv5_intids = true;
	return true;
}
