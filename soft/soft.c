/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The back-ends vgic_soft_backend and vgic_soft_v5_backend: CPU interfaces in
 * software, for guests whose GIC the hardware lacks.  The library fills and
 * empties them through the same operations as registers (vgic/backend.h), and
 * hands them each access of the guest that trapped.
 *
 * A GICv3's or GICv2's is a struct model_vcpuif (icv.c, gicv.c, state.c): it
 * has list registers of its own, and the library's image is copied to and from
 * it.  A GICv5's is a struct model_v5_cpuif (v5_cpuif.c, v5_state.c): it works
 * in the library's image, so nothing is copied.
 */
#include <vgic/backend.h>
#include <vgic/vgic.h>

#include "regs/ich.h"
#include "soft/gicv.h"
#include "soft/internal.h"
#include "soft/v5_internal.h"

/*
 * List registers of such an interface.  Each access of the guest traps and ends
 * in the library, which fills them again: more of them would save nothing, and
 * take longer to look through.
 */
#define SOFT_LRS 4

size_t vgic_soft_v5_size(void)
{
	return sizeof(struct model_v5_cpuif);
}

/*
 * The PE's choices follow from the VM's configuration, so that the guest finds
 * in ICC_IDR0_EL1 what its IRS says.
 */
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
		config.ppi_level[n] = v5->ppi_level[n] & v5->ppi_implemented[n];
	}
	return vgic_soft_v5_reset(memory, &config) ? 0 : -1;
}

/*
 * Only which PPIs are hidden has to be told: what else changed is in the
 * interface already, which shares its registers with the image.
 */
static void soft_v5_enter(void *hw, const struct vgic_ppi_image *image)
{
	vgic_soft_v5_set_hvir(hw, 0, image->hvir[0]);
	vgic_soft_v5_set_hvir(hw, 1, image->hvir[1]);
}

/* From here on the interface's registers are the library's image. */
static void soft_v5_attach(void *hw, const struct vgic_iri_ops *iri, void *ctx,
			   struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	vgic_soft_v5_attach(m, iri, ctx);
	m->regs = image;
	model_v5_update_ppis(m, 0);
	model_v5_update_ppis(m, 1);
	model_v5_update_mask(m);
}

/* MODEL_DONE is 0, and nothing traps any further: all else is UNDEFINED. */
static int soft_v5_execute(void *hw, uint32_t sysreg, bool write,
			   uint64_t *value)
{
	return (int)vgic_soft_v5_execute(hw, sysreg, write, value);
}

/*
 * The vCPU becomes resident.  Without residency SPIs and LPIs are no candidates
 * for this PE.
 */
static void soft_v5_load(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	vgic_soft_v5_set_vctlr(m, ICH_VCTLR_EL2_EN);
	vgic_soft_v5_set_vmcr(m, image->vmcr);
	vgic_soft_v5_apr_write(m, ICH_APR_EL2, image->apr);
	m->resident = image->contextr & ICH_CONTEXTR_EL2_V;
	m->iri_candidates = m->resident &&
			    !(image->contextr & ICH_CONTEXTR_EL2_IRICHPPIDIS);
}

/* The registers that are not in the shared part of the image. */
static void soft_v5_sync_wfi(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	image->vmcr = (uint32_t)vgic_soft_v5_vmcr(m);
}

static void soft_v5_put(void *hw, struct vgic_ppi_image *image)
{
	struct model_v5_cpuif *m = hw;

	soft_v5_sync_wfi(hw, image);
	m->resident = false;
	m->iri_candidates = false;
}

const struct vgic_v5_cpuif_ops vgic_soft_v5_backend = {
	.load = soft_v5_load,
	.put = soft_v5_put,
	.enter = soft_v5_enter,
	.sync_wfi = soft_v5_sync_wfi,
	.attach = soft_v5_attach,
	.execute = soft_v5_execute,
	.signals = vgic_soft_v5_virq,
};

size_t vgic_soft_size(void)
{
	return sizeof(struct model_vcpuif);
}

/* Priorities of five bits, as the library's interrupts have. */
static const struct model_vcpuif_config choices = {
	.nr_lrs = SOFT_LRS,
	.pri_bits = 5,
	.pre_bits = 5,
	.id_bits = 16,
	.a3v = true,
	.tdir = true,
};

void vgic_soft_caps(struct vgic_cpuif_caps *caps)
{
	const struct model_vcpuif any = { .config = choices };

	vgic_soft_vcpuif_caps(&any, caps);
}

void vgic_soft_init(void *memory, bool gicv2,
		    void (*deactivate)(void *ctx, uint32_t), void *ctx,
		    struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif_config config = choices;

	config.gicv2 = gicv2;
	config.deactivate = deactivate;
	config.ctx = ctx;
	/* Cannot fail: these choices are all in range. */
	(void)vgic_soft_vcpuif_init(memory, &config);
	vgic_soft_caps(caps);
}

/*
 * Empty list registers are cleared: what was in them belongs to an earlier
 * residency.  HCR comes last, because it turns the interface on.
 */
static void soft_load(void *hw, struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif *m = hw;
	unsigned int n;

	(void)caps;
	vgic_soft_set_vmcr(m, image->vmcr);
	for (n = 0; n < vgic_soft_nr_aprs(m); n++) {
		m->ap0r[n] = image->ap0r[n];
		m->ap1r[n] = image->ap1r[n];
	}
	for (n = 0; n < SOFT_LRS; n++) {
		vgic_soft_set_lr(m, n,
				 image->used & (1u << n) ? image->lr[n] : 0);
	}
	vgic_soft_set_hcr(m, image->hcr);
}

static void soft_read_apr(void *hw, struct vgic_ich_image *image,
			  const struct vgic_cpuif_caps *caps)
{
	const struct model_vcpuif *m = hw;
	unsigned int n;

	(void)caps;
	for (n = 0; n < vgic_soft_nr_aprs(m); n++) {
		image->ap0r[n] = m->ap0r[n];
		image->ap1r[n] = m->ap1r[n];
	}
}

/* With En = 0 the interface signals nothing. */
static void soft_put(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps)
{
	struct model_vcpuif *m = hw;

	image->vmcr = m->vmcr;
	soft_read_apr(hw, image, caps);
	vgic_soft_set_hcr(m, 0);
}

static void soft_enter(void *hw, struct vgic_ich_image *image)
{
	struct model_vcpuif *m = hw;

	for (uint32_t left = image->dirty; left; left &= left - 1) {
		unsigned int n = (unsigned int)__builtin_ctz(left);

		vgic_soft_set_lr(m, n, image->lr[n]);
	}
	if (image->vmcr_dirty) {
		vgic_soft_set_vmcr(m, image->vmcr);
	}
	if (image->hcr_dirty) {
		vgic_soft_set_hcr(m, image->hcr);
	}
}

/* EOIcount is needed only while LRENPIE is set: see vgic_cpuif_ops.exit(). */
static void soft_exit(void *hw, struct vgic_ich_image *image)
{
	const struct model_vcpuif *m = hw;

	image->vmcr = m->vmcr;
	for (uint32_t left = image->used; left; left &= left - 1) {
		unsigned int n = (unsigned int)__builtin_ctz(left);

		image->lr[n] = m->lr[n];
	}
	if (image->hcr & ICH_HCR_EL2_LRENPIE) {
		image->hcr = m->hcr;
	}
}

/*
 * 1: the access concerns interrupts that are not in this vCPU's list registers
 * (ICC_DIR_EL1, SGIs), and the library handles it.
 */
static int soft_execute(void *hw, uint32_t sysreg, bool write, uint64_t *value)
{
	enum model_access done =
		write ? vgic_soft_icv_write(hw, sysreg, *value) :
			vgic_soft_icv_read(hw, sysreg, value);

	if (done == MODEL_DONE) {
		return 0;
	}
	return done == MODEL_TRAP ? 1 : -1;
}

static int soft_gicc(void *hw, uint32_t offset, bool write, uint64_t *value)
{
	bool done = write ? vgic_soft_gicv_write(hw, offset, *value) :
			    vgic_soft_gicv_read(hw, offset, value);

	return done ? 0 : -1;
}

/*
 * The signals that the vCPU's next entry raises by HCR_EL2.VI and VF.  Called
 * at every entry, so it makes one search for the candidate, not one for each
 * signal.
 */
static unsigned int soft_signals(void *hw)
{
	return vgic_soft_gicv_signals(hw);
}

const struct vgic_cpuif_ops vgic_soft_backend = {
	.load = soft_load,
	.put = soft_put,
	.enter = soft_enter,
	.exit = soft_exit,
	.read_apr = soft_read_apr,
	.execute = soft_execute,
	.gicc = soft_gicc,
	.signals = soft_signals,
};
