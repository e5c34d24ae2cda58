/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a GICv3's virtual CPU interface: list registers, active
 * priorities, ICH_VMCR_EL2 and ICH_HCR_EL2.  The guest writes these through
 * icv.c, EL2 through soft.c and model/; all of them call the functions here,
 * which drop bits that do not exist.  IHI 0069 12.4
 */
#include "regs/ich.h"
#include "soft/internal.h"

/* ICH_HCR_EL2 without TDIR, which is optional (ICH_VTR_EL2.TDS). */
#define HCR_WRITABLE \
	(ICH_HCR_EL2_En | ICH_HCR_EL2_UIE | ICH_HCR_EL2_LRENPIE | \
	 ICH_HCR_EL2_NPIE | ICH_HCR_EL2_VGrp0EIE | ICH_HCR_EL2_VGrp0DIE | \
	 ICH_HCR_EL2_VGrp1EIE | ICH_HCR_EL2_VGrp1DIE | ICH_HCR_EL2_TC | \
	 ICH_HCR_EL2_TALL0 | ICH_HCR_EL2_TALL1 | ICH_HCR_EL2_TSEI | \
	 (uint32_t)FIELD_MASK(ICH_HCR_EL2_EOIcount))

/*
 * The single bits of ICH_VMCR_EL2 that a GICv3 guest can set; its fields are
 * set one by one in vgic_soft_set_vmcr().
 */
#define VMCR_WRITABLE \
	(ICH_VMCR_EL2_VENG0 | ICH_VMCR_EL2_VENG1 | ICH_VMCR_EL2_VCBPR | \
	 ICH_VMCR_EL2_VEOIM)

static uint8_t pri_mask(const struct model_vcpuif *m)
{
	return (uint8_t)(0xff << (8 - m->config.pri_bits));
}

unsigned int vgic_soft_nr_aprs(const struct model_vcpuif *m)
{
	return 1u << (m->config.pre_bits - 5);
}

/*
 * The least binary point leaves just the preemption bits in the group priority.
 *  Group 1 counts from one more (ICC_BPR1_EL1).
 */
static uint64_t bpr_min(const struct model_vcpuif *m, unsigned int group)
{
	return 7u - m->config.pre_bits + group;
}

void vgic_soft_vmcr_set_bpr(struct model_vcpuif *m, unsigned int group,
			    uint64_t value)
{
	const uint64_t min = bpr_min(m, group);

	value &= 7;
	if (value < min) {
		value = min;
	}
	if (group) {
		m->vmcr &= ~(uint32_t)FIELD_MASK(ICH_VMCR_EL2_VBPR1);
		m->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VBPR1, value);
	} else {
		m->vmcr &= ~(uint32_t)FIELD_MASK(ICH_VMCR_EL2_VBPR0);
		m->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VBPR0, value);
	}
}

void vgic_soft_vmcr_set_pmr(struct model_vcpuif *m, uint64_t value)
{
	value &= pri_mask(m);
	m->vmcr &= ~(uint32_t)FIELD_MASK(ICH_VMCR_EL2_VPMR);
	m->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_VPMR, value);
}

void vgic_soft_set_hcr(struct model_vcpuif *m, uint64_t value)
{
	const uint32_t tdir = m->config.tdir ? ICH_HCR_EL2_TDIR : 0;

	m->hcr = (uint32_t)value & (HCR_WRITABLE | tdir);
}

/*
 * While ICC_SRE_EL1.SRE is 1, as for a GICv3 guest, VFIQEn is RES1 and VAckCtl
 * RES0: Group 0 is always signalled as FIQ.  (ICH_VMCR_EL2)
 */
void vgic_soft_set_vmcr(struct model_vcpuif *m, uint64_t value)
{
	m->vmcr = (uint32_t)value & VMCR_WRITABLE;
	if (m->config.gicv2) {
		m->vmcr |= (uint32_t)value &
			   (ICH_VMCR_EL2_VFIQEn | ICH_VMCR_EL2_VAckCtl);
	} else {
		m->vmcr |= ICH_VMCR_EL2_VFIQEn;
	}
	vgic_soft_vmcr_set_bpr(m, 0, FIELD_GET(ICH_VMCR_EL2_VBPR0, value));
	vgic_soft_vmcr_set_bpr(m, 1, FIELD_GET(ICH_VMCR_EL2_VBPR1, value));
	vgic_soft_vmcr_set_pmr(m, FIELD_GET(ICH_VMCR_EL2_VPMR, value));
}

/*
 * With HW = 1 a list register has a pINTID, with HW = 0 the bit EOI in its
 * place.  (ICH_LR<n>_EL2)
 */
void vgic_soft_set_lr(struct model_vcpuif *m, unsigned int n, uint64_t value)
{
	const uint64_t pri = pri_mask(m);
	uint64_t writable = ICH_LR_EL2_State | ICH_LR_EL2_HW |
			    ICH_LR_EL2_Group |
			    FIELD_PUT(ICH_LR_EL2_Priority, pri) |
			    FIELD_MASK_(m->config.id_bits);

	if (value & ICH_LR_EL2_HW) {
		writable |= FIELD_MASK(ICH_LR_EL2_pINTID);
	} else {
		writable |= ICH_LR_EL2_EOI;
	}
	m->lr[n] = value & writable;
}

/* Setting the binary points to 0 gives them their least values. */
bool vgic_soft_vcpuif_init(struct model_vcpuif *m,
			   const struct model_vcpuif_config *config)
{
	if (config->nr_lrs < 1 || config->nr_lrs > VGIC_MAX_LRS ||
	    config->pri_bits < 5 || config->pri_bits > 8 ||
	    config->pre_bits < 5 || config->pre_bits > 7 ||
	    config->pre_bits > config->pri_bits ||
	    (config->id_bits != 16 && config->id_bits != 24)) {
		return false;
	}
	*m = (struct model_vcpuif){ .config = *config };
	m->vmcr = config->gicv2 ? 0 : ICH_VMCR_EL2_VFIQEn;
	vgic_soft_vmcr_set_bpr(m, 0, 0);
	vgic_soft_vmcr_set_bpr(m, 1, 0);
	return true;
}

/* The same as vgic_ich_probe() finds out from ICH_VTR_EL2. */
void vgic_soft_vcpuif_caps(const struct model_vcpuif *m,
			   struct vgic_cpuif_caps *caps)
{
	*caps = (struct vgic_cpuif_caps){
		.nr_lrs = m->config.nr_lrs,
		.pri_bits = m->config.pri_bits,
		.pre_bits = m->config.pre_bits,
		.id_bits = m->config.id_bits,
		.tdir = m->config.tdir,
		.hw_deactivation = true,
		.a3v = m->config.a3v,
		.seis = m->config.seis,
	};
}
