/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a GICv5's virtual CPU interface: at reset, connected to an IRS
 * or not, and the registers that switch it on.
 */
#include "regs/gicv5.h"
#include "soft/v5_internal.h"

/*
 * V3 can be set only with FEAT_GCIE_LEGACY.  The GICv5 interface signals while
 * it is enabled and V3 = 0.
 */
void vgic_soft_v5_set_vctlr(struct model_v5_cpuif *m, uint64_t value)
{
	const uint64_t v3 = m->config.legacy ? ICH_VCTLR_EL2_V3 : 0;

	m->vctlr = value & (ICH_VCTLR_EL2_EN | v3);
	m->signalling = m->vctlr == ICH_VCTLR_EL2_EN;
	model_v5_update_mask(m);
}

uint64_t vgic_soft_v5_vmcr(const struct model_v5_cpuif *m)
{
	return FIELD_PUT(ICH_VMCR_EL2_V5_VPMR, m->pcr) |
	       (m->en ? ICH_VMCR_EL2_V5_EN : 0);
}

void vgic_soft_v5_set_vmcr(struct model_v5_cpuif *m, uint64_t value)
{
	m->en = value & ICH_VMCR_EL2_V5_EN;
	vgic_soft_v5_set_pcr(m, FIELD_GET(ICH_VMCR_EL2_V5_VPMR, value));
}

void vgic_soft_v5_set_hvir(struct model_v5_cpuif *m, unsigned int n,
			   uint64_t value)
{
	m->visible[n] = m->config.ppi_implemented[n] & ~value;
	model_v5_update_ppis(m, n);
}

/* The IRS of a PE that none is connected to: no SPIs and LPIs. */
static uint32_t no_hppi(void *ctx, uint32_t *intid)
{
	(void)ctx;
	(void)intid;
	return MODEL_V5_NO_PRIORITY;
}

static uint32_t no_acknowledge(void *ctx, uint32_t below, uint32_t *intid)
{
	(void)ctx;
	(void)below;
	(void)intid;
	return MODEL_V5_NO_PRIORITY;
}

static void no_command(void *ctx, uint32_t insn, uint64_t operand)
{
	(void)ctx;
	(void)insn;
	(void)operand;
}

static uint64_t no_rcfg(void *ctx, uint32_t intid)
{
	(void)ctx;
	(void)intid;
	return ICC_ICSR_EL1_F;
}

static const struct vgic_iri_ops no_iri = {
	.hppi = no_hppi,
	.acknowledge = no_acknowledge,
	.command = no_command,
	.rcfg = no_rcfg,
};

bool vgic_soft_v5_reset(struct model_v5_cpuif *m,
			const struct model_v5_config *config)
{
	unsigned int n;

	if (config->pri_bits < 4 || config->pri_bits > 5 ||
	    (config->id_bits != 16 && config->id_bits != 24)) {
		return false;
	}
	*m = (struct model_v5_cpuif){
		.config = *config,
		.visible = { config->ppi_implemented[0],
			     config->ppi_implemented[1] },
		.hfgrtr = ICH_HFGRTR_EL2_RES1,
		.iri = &no_iri,
	};
	m->regs = &m->own;
	/*
	 * A PE with fewer than five priority bits lacks the low ones, which are
	 * RAZ/WI.
	 */
	m->pri_mask = 0x1fu & ~(0x1fu >> config->pri_bits);
	for (n = 0; n < 16; n++) {
		m->priority_bits[n] =
			vgic_soft_v5_byte_mask(config->ppi_implemented, n) &
			m->pri_mask * UINT64_C(0x0101010101010101);
	}
	return true;
}

void vgic_soft_v5_attach(struct model_v5_cpuif *m,
			 const struct vgic_iri_ops *iri, void *ctx)
{
	m->iri = iri;
	m->iri_ctx = ctx;
}
