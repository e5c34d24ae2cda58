/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU's GICv5 registers: as the guest accesses those that hardware traps,
 * and as a VMM saves and restores them before the first run.  The vCPU is out
 * of guest code, so this may work on its image (struct vgic_ppi_image).
 *
 * Enable, active and priority of a PPI are in the image.  Its pending state is
 * partly in its word (the level of the line, an edge not yet taken) and partly
 * in the image. vgic_v5_describe() at the end is for any thread, while the vCPU
 * runs.
 */
#include "core/irq.h"
#include "mmio/sysreg.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* Eight priorities of five bits each, one in each byte. */
#define PRIORITY_FIELDS UINT64_C(0x1f1f1f1f1f1f1f1f)

/* A register that is a word of the image, or `bits` of it. */
#define IMAGE_WORD(name, word, bits) \
	static uint64_t get_##name(const struct vgic_sysop *op) \
	{ \
		return op->vcpu->v5->ppi.word; \
	} \
	static void set_##name(const struct vgic_sysop *op, uint64_t value) \
	{ \
		vgic_ppi_store(&op->vcpu->v5->ppi.word, value &(bits)); \
	}

IMAGE_WORD(enabler, enabler[op->n], UINT64_MAX)
IMAGE_WORD(active, activer[op->n], UINT64_MAX)
IMAGE_WORD(priority, priorityr[op->n], PRIORITY_FIELDS)
IMAGE_WORD(icsr, icsr, UINT64_MAX)

/*
 * Pending bits as restored.  A level PPI's bit is the level of its line.  An
 * edge PPI's bit goes to the latch in its word, and the image's own copy is
 * cleared: vgic_pending() may have moved an earlier edge there.  A mapped PPI
 * is skipped, because its device is asked for the level.
 */
static void set_pending(const struct vgic_sysop *op, uint64_t value)
{
	uint32_t base = op->vcpu->index * V5_NR_PPIS + op->n * 64;
	uint64_t *image = &op->vcpu->v5->ppi.pendr[op->n];

	for (uint32_t i = 0; i < 64; i++) {
		bool on = value >> i & 1;
		uint64_t word = vgic_irq_word(op->vcpu->gic, base + i);

		if (word & W_HW) {
			continue;
		}
		if (word & W_LEVEL) {
			vgic_irq_change(op->vcpu->gic, op->vcpu, base + i,
					VGIC_SET_LINE, on);
		} else {
			vgic_ppi_store(image, *image & ~(UINT64_C(1) << i));
			vgic_irq_change(
				op->vcpu->gic, op->vcpu, base + i,
				on ? VGIC_SET_PENDING : VGIC_CLEAR_PENDING, 0);
		}
	}
}

/*
 * An edge PPI is pending if the image or its word says so.  For a level PPI the
 * word alone decides: the image's bit is only a copy of it.
 */
static uint64_t get_pending(const struct vgic_sysop *op)
{
	uint32_t base = op->vcpu->index * V5_NR_PPIS + op->n * 64;
	uint64_t value = op->vcpu->v5->ppi.pendr[op->n] &
			 ~op->vcpu->gic->config.v5.ppi_level[op->n];

	for (uint32_t i = 0; i < 64; i++) {
		if (w_pending(vgic_irq_word(op->vcpu->gic, base + i))) {
			value |= UINT64_C(1) << i;
		}
	}
	return value;
}

/*
 * ICC_APR, ICC_CR0 and ICC_PCR have no words of their own in the image: they
 * are ICH_APR_EL2 and fields of ICH_VMCR_EL2.
 */
static uint64_t get_apr(const struct vgic_sysop *op)
{
	return op->vcpu->v5->ppi.apr;
}

static void set_apr(const struct vgic_sysop *op, uint64_t value)
{
	op->vcpu->v5->ppi.apr = (uint32_t)value;
}

/* The link between PE and IRS is always up, and never in between. */
static uint64_t get_cr0(const struct vgic_sysop *op)
{
	return (op->vcpu->v5->ppi.vmcr & ICH_VMCR_EL2_V5_EN) |
	       ICC_CR0_EL1_LINK | ICC_CR0_EL1_LINK_IDLE;
}

/*
 * Once the CPU interface is on, the PE takes part in 1-of-N selection, and may
 * have to be given interrupts that found no PE.  The VM is stopped, so that is
 * done to its end.
 */
static void set_cr0(const struct vgic_sysop *op, uint64_t value)
{
	struct vgic_ppi_image *image = &op->vcpu->v5->ppi;
	uint64_t left = V5_ALL_WORK;

	image->vmcr &= ~(uint32_t)ICH_VMCR_EL2_V5_EN;
	image->vmcr |= value & ICC_CR0_EL1_EN ? ICH_VMCR_EL2_V5_EN : 0;
	vgic_v5_note_enable(op->vcpu);
	(void)vgic_v5_sweep_1ofn(op->vcpu->gic, op->vcpu, &left);
}

static uint64_t get_pcr(const struct vgic_sysop *op)
{
	return FIELD_GET(ICH_VMCR_EL2_V5_VPMR, op->vcpu->v5->ppi.vmcr);
}

static void set_pcr(const struct vgic_sysop *op, uint64_t value)
{
	struct vgic_ppi_image *image = &op->vcpu->v5->ppi;

	image->vmcr &= (uint32_t)~FIELD_MASK(ICH_VMCR_EL2_V5_VPMR);
	image->vmcr |= (uint32_t)FIELD_PUT(ICH_VMCR_EL2_V5_VPMR, value);
}

/* Trapped, so that the guest cannot enable PPIs that it does not get. */
static void write_enabler(const struct vgic_sysop *op, uint64_t value)
{
	set_enabler(op, value & ~op->vcpu->v5->ppi.hvir[op->n]);
}

/* Trapped, because ID registers say what this library has. */
static uint64_t read_idr0(const struct vgic_sysop *op)
{
	bool wide = op->vcpu->gic->config.v5.lpi_id_bits > 16;

	return FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, 4) |
	       FIELD_PUT(ICC_IDR0_EL1_ID_BITS, wide);
}

static uint64_t read_iaffidr(const struct vgic_sysop *op)
{
	return op->vcpu->mpidr;
}

/* A CPU interface in software asks nobody: nothing traps always. */
static const struct vgic_sysreg of_hardware[] = {
	{ ICC_PPI_ENABLER0_EL1, 2, get_enabler, write_enabler, NULL,
	  get_enabler, set_enabler },
	{ ICC_IDR0_EL1, 1, .read = read_idr0 },
	{ ICC_IAFFIDR_EL1, 1, .read = read_iaffidr },
};

static const struct vgic_sysreg never[] = {
	{ ICC_PPI_SACTIVER0_EL1, 2, .get = get_active, .set = set_active },
	{ ICC_PPI_SPENDR0_EL1, 2, .get = get_pending, .set = set_pending },
	{ ICC_PPI_PRIORITYR0_EL1, 16, .get = get_priority,
	  .set = set_priority },
	{ ICC_APR_EL1, 1, .get = get_apr, .set = set_apr },
	{ ICC_CR0_EL1, 1, .get = get_cr0, .set = set_cr0 },
	{ ICC_PCR_EL1, 1, .get = get_pcr, .set = set_pcr },
	{ ICC_ICSR_EL1, 1, .get = get_icsr, .set = set_icsr },
};

const struct vgic_sysregs vgic_v5_sysregs = { {
	[VGIC_TRAPS_OF_HARDWARE] = VGIC_SYSREG_PART(of_hardware),
	[VGIC_TRAPS_NEVER] = VGIC_SYSREG_PART(never),
} };

/*
 * Registers are fixed as soon as a vCPU has run, which decides which PPIs the
 * guest gets; VGIC_E_BUSY then.
 */
int vgic_v5_set_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value)
{
	if (!vcpu->gic->v5) {
		return VGIC_E_NOTSUP;
	}
	/* Pairs with the release in decide_exposed(). */
	if (vgic_load_acquire(&vcpu->gic->v5->finalized)) {
		return VGIC_E_BUSY;
	}
	vcpu->v5->ppi.changed = true;
	return vgic_sysreg_user(&vgic_v5_sysregs, vcpu, sysreg, true, &value);
}

/* Reading is possible at any time that the vCPU is stopped. */
int vgic_v5_get_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t *value)
{
	return vcpu->gic->v5 ? vgic_sysreg_user(&vgic_v5_sysregs, vcpu, sysreg,
						false, value) :
			       VGIC_E_NOTSUP;
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
	const struct vgic_ppi_image *image;
	uint32_t ppi = index % V5_NR_PPIS;
	uint64_t bit = UINT64_C(1) << (ppi % 64);

	/* The vCPU of an SPI or LPI is not looked at, and may be any number. */
	if (index >= gic->first_spi) {
		return;
	}
	image = &gic->vcpus[vcpu_index].v5->ppi;
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
