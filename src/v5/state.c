/* SPDX-License-Identifier: BSD-2-Clause */
/* A VMM's raw access to a vCPU's GICv5 registers, to save and restore them. */
#include "core/irq.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

#define PRIORITY_FIELDS UINT64_C(0x1f1f1f1f1f1f1f1f)

/* Registers that are one word of the image, and which bits of them exist. */
static uint64_t *image_word(struct vgic_ppi_image *image, uint32_t sysreg,
			    uint64_t *bits)
{
	uint32_t prio = sysreg - ICC_PPI_PRIORITYR0_EL1;

	*bits = UINT64_MAX;
	switch (sysreg) {
	case ICC_PPI_ENABLER0_EL1:
	case ICC_PPI_ENABLER1_EL1:
		return &image->enabler[sysreg - ICC_PPI_ENABLER0_EL1];
	case ICC_PPI_SACTIVER0_EL1:
	case ICC_PPI_SACTIVER1_EL1:
		return &image->activer[sysreg - ICC_PPI_SACTIVER0_EL1];
	case ICC_ICSR_EL1:
		return &image->icsr;
	default:
		*bits = PRIORITY_FIELDS;
		return prio < 16 ? &image->priorityr[prio] : NULL;
	}
}

/*
 * Pending bits: a level PPI's are its line, an edge PPI's its latch, or in the
 * image where vgic_pending() took it.  The line of a mapped one is its
 * device's, which will say.
 */
static void set_pending(struct vgic_vcpu *vcpu, uint32_t bank, uint64_t value)
{
	uint32_t base = vcpu->index * V5_NR_PPIS + bank * 64;
	uint64_t *image = &vcpu->v5->ppi.pendr[bank];

	for (uint32_t i = 0; i < 64; i++) {
		bool on = value >> i & 1;
		uint64_t word = vgic_irq_word(vcpu->gic, base + i);

		if (word & W_HW) {
			continue;
		}
		if (word & W_LEVEL) {
			vgic_irq_change(vcpu->gic, vcpu, base + i,
					VGIC_SET_LINE, on);
		} else {
			vgic_ppi_store(image, *image & ~(UINT64_C(1) << i));
			vgic_irq_change(vcpu->gic, vcpu, base + i,
					on ? VGIC_SET_PENDING :
					     VGIC_CLEAR_PENDING, 0);
		}
	}
}

/* Edges that the image holds, and what the words will put there. */
static uint64_t get_pending(struct vgic_vcpu *vcpu, uint32_t bank)
{
	uint32_t base = vcpu->index * V5_NR_PPIS + bank * 64;
	uint64_t value = vcpu->v5->ppi.pendr[bank] &
			 ~vcpu->gic->config.v5.ppi_level[bank];

	for (uint32_t i = 0; i < 64; i++) {
		if (w_pending(vgic_irq_word(vcpu->gic, base + i))) {
			value |= UINT64_C(1) << i;
		}
	}
	return value;
}

/* A CPU interface that is on takes part in 1-of-N selection. */
static void set_enable(struct vgic_vcpu *vcpu, bool on)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint64_t left = V5_ALL_WORK;

	image->vmcr &= ~(uint32_t)ICH_VMCR_EL2_V5_EN;
	image->vmcr |= on ? ICH_VMCR_EL2_V5_EN : 0;
	vgic_v5_note_enable(vcpu);
	(void)vgic_v5_sweep_1ofn(vcpu->gic, vcpu, &left);
}

/* ICC_APR, ICC_CR0 and ICC_PCR are parts of ICH_APR and ICH_VMCR. */
static int set_control(struct vgic_vcpu *vcpu, uint32_t sysreg,
		       uint64_t value)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;

	switch (sysreg) {
	case ICC_APR_EL1:
		image->apr = (uint32_t)value;
		return VGIC_OK;
	case ICC_CR0_EL1:
		set_enable(vcpu, value & ICC_CR0_EL1_EN);
		return VGIC_OK;
	case ICC_PCR_EL1:
		image->vmcr &= (uint32_t)~FIELD_MASK(ICH_VMCR_EL2_V5_VPMR);
		image->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_V5_VPMR,
						   value);
		return VGIC_OK;
	default:
		return VGIC_E_NOENT;
	}
}

static bool is_pending_reg(uint32_t sysreg)
{
	return sysreg == ICC_PPI_SPENDR0_EL1 || sysreg == ICC_PPI_SPENDR1_EL1;
}

int vgic_v5_set_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
{
	uint64_t bits, *word;
	int err = VGIC_OK;

	if (!vcpu->gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (vgic_load_acquire(&vcpu->gic->v5->finalized)) {
		return VGIC_E_BUSY;
	}
	word = image_word(&vcpu->v5->ppi, sysreg, &bits);
	if (is_pending_reg(sysreg)) {
		set_pending(vcpu, sysreg - ICC_PPI_SPENDR0_EL1, value);
	} else if (word) {
		vgic_ppi_store(word, value & bits);
	} else {
		err = set_control(vcpu, sysreg, value);
	}
	vcpu->v5->ppi.changed = true;
	return err;
}

int vgic_v5_get_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
		       uint64_t *value)
{
	struct vgic_ppi_image *image;
	uint64_t bits, *word;

	if (!vcpu->gic->v5) {
		return VGIC_E_NOTSUP;
	}
	image = &vcpu->v5->ppi;
	word = image_word(image, sysreg, &bits);
	if (is_pending_reg(sysreg)) {
		*value = get_pending(vcpu, sysreg - ICC_PPI_SPENDR0_EL1);
	} else if (word) {
		*value = *word;
	} else if (sysreg == ICC_APR_EL1) {
		*value = image->apr;
	} else if (sysreg == ICC_CR0_EL1) {
		*value = (image->vmcr & ICH_VMCR_EL2_V5_EN) |
			 ICC_CR0_EL1_LINK | ICC_CR0_EL1_LINK_IDLE;
	} else if (sysreg == ICC_PCR_EL1) {
		*value = FIELD_GET(ICH_VMCR_EL2_V5_VPMR, image->vmcr);
	} else {
		return VGIC_E_NOENT;
	}
	return VGIC_OK;
}

/* Its vCPU may be writing it by vgic_ppi_store(). */
static uint64_t look(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

void vgic_v5_describe(const struct vgic *gic, uint32_t vcpu_index,
		      uint32_t index, struct vgic_irq_info *info)
{
	const struct vgic_ppi_image *image = &gic->vcpus[vcpu_index].v5->ppi;
	uint32_t ppi = index % V5_NR_PPIS;
	uint64_t bit = UINT64_C(1) << (ppi % 64);

	if (index >= gic->first_spi) {
		return;
	}
	info->enabled = look(&image->enabler[ppi / 64]) & bit;
	info->active = look(&image->activer[ppi / 64]) & bit;
	/* An edge is in its word until the vCPU has seen it. */
	if (!info->level && (look(&image->pendr[ppi / 64]) & bit)) {
		info->pending = true;
	}
	info->priority = (uint8_t)((look(&image->priorityr[ppi / 8]) >>
				    ppi % 8 * 8 & 0x1f) << 3);
}
