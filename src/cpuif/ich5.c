/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Back-ends for the virtual CPU interfaces of a CPU with FEAT_GCIE, which this
 * code runs on: GICv5's own, and with FEAT_GCIE_LEGACY a GICv3's.  Arm IHI
 * 0111701
 *
 * They move values between the registers and the library's images; src/v5/ppi.c
 * and lr.c decide what they are.  Runs at EL2 with interrupts masked.
 *
 * No machine with FEAT_GCIE has run this yet.  It runs on the model of one
 * (tests/el2), and its instruction words are checked.
 */
#include <vgic/backend.h>

#include "cpuif/el2.h"
#include "cpuif/ich.h"
#include "regs/gicv5.h"

/*
 * Registers whose reads trap: the library answers for the numbers of bits and
 * for the affinity.  Writes that trap: the guest may not enable PPIs that the
 * VM does not have.
 */
#define READ_TRAPS \
	(ICH_HFGRTR_EL2_ICC_IDRn_EL1 | ICH_HFGRTR_EL2_ICC_IAFFIDR_EL1)
#define WRITE_TRAPS ICH_HFGWTR_EL2_ICC_PPI_ENABLERn_EL1

/*
 * EACH_PRIORITYR(X) expands X for each ICH_PPI_PRIORITYR<n>_EL2, whose number
 * is part of the instruction.
 */
/* clang-format off */
#define EACH_PRIORITYR(X)                                            \
	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)                      \
	X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)
/* clang-format on */
#define WRITE_PRIORITYR(n) \
	vgic_msr(ICH_PPI_PRIORITYR_EL2(n), image->priorityr[n]);
#define READ_PRIORITYR(n) \
	vgic_ppi_store(&image->priorityr[n], \
		       vgic_mrs(ICH_PPI_PRIORITYR_EL2(n)));

/*
 * Make the vCPU resident: its control registers, the traps, and its VPE in the
 * IRS.  The PPIs come with enter().
 */
static void load(void *hw, struct vgic_ppi_image *image)
{
	(void)hw;
	/*
	 * The vCPU that was here before may have driven a GICv3 (V3 = 1).  V3
	 * selects the layout of ICH_VMCR_EL2, so the ISB makes the change take
	 * effect before ICH_VMCR_EL2 is written.
	 */
	vgic_msr(ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	vgic_isb();
	vgic_msr(ICH_HFGRTR_EL2, ICH_HFGRTR_EL2_ALL & ~READ_TRAPS);
	vgic_msr(ICH_HFGWTR_EL2, ICH_HFGWTR_EL2_ALL & ~WRITE_TRAPS);
	vgic_msr(ICH_VMCR_EL2, image->vmcr);
	vgic_msr(ICH_APR_EL2, image->apr);
	/*
	 * A write asks the IRS to make the VPE resident.  The ISB has it
	 * complete before the register is read back: F = 1 says that it failed.
	 */
	vgic_msr(ICH_CONTEXTR_EL2, image->contextr);
	vgic_isb();
	image->contextr = vgic_mrs(ICH_CONTEXTR_EL2);
}

/*
 * What the guest can change without an exit and WFI depends on: the priority
 * mask, the enable and the running priorities.
 */
static void sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	(void)hw;
	image->vmcr = (uint32_t)vgic_mrs(ICH_VMCR_EL2);
	image->apr = (uint32_t)vgic_mrs(ICH_APR_EL2);
}

/*
 * V = 0 ends the VPE's residency.  The ISB: complete when this returns, since
 * the vCPU may become resident on another CPU at once.
 */
static void put(void *hw, struct vgic_ppi_image *image)
{
	sync_wfi(hw, image);
	vgic_msr(ICH_CONTEXTR_EL2, image->contextr & ~ICH_CONTEXTR_EL2_V);
	vgic_isb();
}

/*
 * Before guest code.  No barrier at the end: the exception return synchronises.
 *  Until then only the order of the writes matters.
 */
static void enter(void *hw, const struct vgic_ppi_image *image)
{
	(void)hw;
	vgic_msr(ICC_ICSR_EL1, image->icsr);
	/*
	 * Before PENDR: a PPI with DVI = 1 is pending as the physical PPI is,
	 * and must not be written as pending.
	 */
	vgic_msr(ICH_PPI_DVIR0_EL2, image->dvir[0]);
	vgic_msr(ICH_PPI_DVIR1_EL2, image->dvir[1]);
	vgic_msr(ICH_PPI_ACTIVER0_EL2, image->activer[0]);
	vgic_msr(ICH_PPI_ACTIVER1_EL2, image->activer[1]);
	vgic_msr(ICH_PPI_ENABLER0_EL2, image->enabler[0]);
	vgic_msr(ICH_PPI_ENABLER1_EL2, image->enabler[1]);
	vgic_msr(ICH_PPI_PENDR0_EL2, image->pendr[0] & ~image->dvir[0]);
	vgic_msr(ICH_PPI_PENDR1_EL2, image->pendr[1] & ~image->dvir[1]);
	EACH_PRIORITYR(WRITE_PRIORITYR)
	/*
	 * Each bit of ICH_HFGITR_EL2 that is 0 traps an instruction.  GIC CDDI
	 * traps while a PPI is pending whose device has to be asked when it
	 * ends.
	 */
	vgic_msr(ICH_HFGITR_EL2,
		 image->trap_cddi ?
			 ICH_HFGITR_EL2_ALL & ~ICH_HFGITR_EL2_GICCDDI :
			 ICH_HFGITR_EL2_ALL);
}

/*
 * After guest code.  vgic_ppi_store(): other threads look at these words of the
 * image (vgic_get_irq_info()), so they are stored whole.
 */
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
	/*
	 * The host gets its physical PPIs again, which DVI had delivered to the
	 * guest.
	 */
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
 * A GICv3 guest.  V3 = 1 selects the layout of ICH_VMCR_EL2 and gives EL1 a
 * GICv3's registers; the ISB makes that take effect before the rest is written.
 *  V3 stays set until load() of a GICv5 guest clears it.
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

/*
 * False: this CPU has no FEAT_GCIE_LEGACY, GICv3 guests need vgic_soft_backend.
 */
bool vgic_ich5_legacy_probe(struct vgic_cpuif_caps *caps)
{
	if (!FIELD_GET(ICC_IDR0_EL1_GCIE_LEGACY, vgic_mrs(ICC_IDR0_EL1))) {
		return false;
	}
	vgic_ich_probe(caps);
	caps->gicv5_intids = true;
	return true;
}
