/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VMM's raw access to a vCPU's GICv5 registers, to save and restore them
 * before the first run.  The vCPU is stopped, so this may work on its image
 * (struct vgic_ppi_image), which otherwise only the vCPU's own thread writes.
 *
 * Enable, active and priority of a PPI are in the image.  Its pending state is
 * partly in its word (the level of the line, an edge not yet taken) and partly
 * in the image. vgic_v5_describe() at the end is for any thread, while the vCPU
 * runs.
 */
#include "core/irq.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* Eight priorities of five bits each, one in each byte. */
#define PRIORITY_FIELDS UINT64_C(0x1f1f1f1f1f1f1f1f)

/*
 * The word of the image that a register is, and in `bits` which of its bits
 * exist; null: the register is not one whole word of the image.
 */
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
 * Pending bits as restored.  A level PPI's bit is the level of its line.  An
 * edge PPI's bit goes to the latch in its word, and the image's own copy is
 * cleared: vgic_pending() may have moved an earlier edge there.  A mapped PPI
 * is skipped, because its device is asked for the level.
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
			vgic_irq_change(
				vcpu->gic, vcpu, base + i,
				on ? VGIC_SET_PENDING : VGIC_CLEAR_PENDING, 0);
		}
	}
}

/*
 * An edge PPI is pending if the image or its word says so.  For a level PPI the
 * word alone decides: the image's bit is only a copy of it.
 */
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

/*
 * Once the CPU interface is on, the PE takes part in 1-of-N selection, and may
 * have to be given interrupts that found no PE.  The VM is stopped, so that is
 * done to its end.
 */
static void set_enable(struct vgic_vcpu *vcpu, bool on)
{
	struct vgic_ppi_image *image = &vcpu->v5->ppi;
	uint64_t left = V5_ALL_WORK;

	image->vmcr &= ~(uint32_t)ICH_VMCR_EL2_V5_EN;
	image->vmcr |= on ? ICH_VMCR_EL2_V5_EN : 0;
	vgic_v5_note_enable(vcpu);
	(void)vgic_v5_sweep_1ofn(vcpu->gic, vcpu, &left);
}

/*
 * ICC_APR, ICC_CR0 and ICC_PCR have no words of their own in the image: they
 * are ICH_APR_EL2 and fields of ICH_VMCR_EL2.
 */
static int set_control(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
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
		image->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_V5_VPMR, value);
		return VGIC_OK;
	default:
		return VGIC_E_NOENT;
	}
}

/* The bits of these two come from words, not from the image alone. */
static bool is_pending_reg(uint32_t sysreg)
{
	return sysreg == ICC_PPI_SPENDR0_EL1 || sysreg == ICC_PPI_SPENDR1_EL1;
}

/*
 * Registers are fixed as soon as a vCPU has run, which decides which PPIs the
 * guest gets; VGIC_E_BUSY then.
 */
int vgic_v5_set_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
{
	uint64_t bits, *word;
	int err = VGIC_OK;

	if (!vcpu->gic->v5) {
		return VGIC_E_NOTSUP;
	}
	/* Pairs with the release in decide_exposed(). */
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

/* Reading is possible at any time that the vCPU is stopped. */
int vgic_v5_get_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t *value)
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
		/*
		 * The link between PE and IRS is always up, and never in
		 * between.
		 */
		*value = (image->vmcr & ICH_VMCR_EL2_V5_EN) | ICC_CR0_EL1_LINK |
			 ICC_CR0_EL1_LINK_IDLE;
	} else if (sysreg == ICC_PCR_EL1) {
		*value = FIELD_GET(ICH_VMCR_EL2_V5_VPMR, image->vmcr);
	} else {
		return VGIC_E_NOENT;
	}
	return VGIC_OK;
}

/*
 * The vCPU may be writing this word by vgic_ppi_store(), which is the other
 * half of this relaxed load: the value is whole, and orders nothing.
 */
static uint64_t look(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/*
 * Any thread.  What it says of a vCPU that runs is what was true at its last
 * exit, or is true now where the image is the registers.
 */
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
	/*
	 * An edge is in its word until the vCPU's next flush takes it into the
	 * image; so both have to be asked.
	 */
	if (!info->level && (look(&image->pendr[ppi / 64]) & bit)) {
		info->pending = true;
	}
	info->priority =
		(uint8_t)((look(&image->priorityr[ppi / 8]) >> ppi % 8 * 8 &
			   0x1f)
			  << 3);
}
