/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Back-end for a GICv2's virtual CPU interface, whose control registers are in
 * memory: GICH.  IHI 0048 5.3
 *
 * The library keeps everything in the formats of ICH_*, and this file
 * translates.  GICH_HCR and GICH_VMCR have the same bits in the same places;
 * only the lower priority bits and the traps of system registers are missing.
 * List registers have 32 bits instead of 64, so their fields are elsewhere.
 */
#include <vgic/backend.h>

#include "regs/gicv2.h"
#include "regs/ich.h"

/* GICH keeps five bits of a priority: the upper ones of the eight in ICH_*. */
#define PRI_BITS 5
#define PRI_SHIFT (8 - PRI_BITS)

/* The bits of ICH_HCR_EL2 that GICH_HCR has. */
#define HCR_MASK \
	((uint32_t)FIELD_MASK(ICH_HCR_EL2_EOIcount) | ICH_HCR_EL2_En | \
	 ICH_HCR_EL2_UIE | ICH_HCR_EL2_LRENPIE | ICH_HCR_EL2_NPIE | \
	 ICH_HCR_EL2_VGrp0EIE | ICH_HCR_EL2_VGrp0DIE | ICH_HCR_EL2_VGrp1EIE | \
	 ICH_HCR_EL2_VGrp1DIE)
/* The bits of ICH_VMCR_EL2 that GICH_VMCR has. */
#define VMCR_MASK \
	((uint32_t)(FIELD_MASK(GICH_VMCR_VMPriMask) | \
		    FIELD_MASK(GICH_VMCR_VMBP) | \
		    FIELD_MASK(GICH_VMCR_VMABP)) | \
	 GICH_VMCR_VEM | GICH_VMCR_VMCBPR | GICH_VMCR_VMFIQEn | \
	 GICH_VMCR_VMAckCtl | GICH_VMCR_VMGrp1En | GICH_VMCR_VMGrp0En)

/*
 * volatile: these are device registers, each access has to happen, as 32 bits.
 */
static uint32_t gich_read(const void *gich, uint32_t offset)
{
	return *(const volatile uint32_t *)((const char *)gich + offset);
}

static void gich_write(void *gich, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)((char *)gich + offset) = value;
}

static uint32_t lr_offset(uint32_t n)
{
	return GICH_LR0 + n * (uint32_t)sizeof(uint32_t);
}

/*
 * A list register, from the format of ICH_LR<n>_EL2 to that of GICH_LR<n>.
 *
 * The library has an SGI's sender in bits 12:10 of vINTID, as GICC_IAR shows
 * it; GICH has a field CPUID, which shares its bits with PhysicalID. So an
 * interrupt has either HW = 1 and a physical INTID, or a sender and EOI.
 */
static uint32_t to_gich(uint64_t lr)
{
	uint32_t word = (uint32_t)FIELD_PUT(GICH_LR_VirtualID, lr);

	word |= (uint32_t)FIELD_PUT(GICH_LR_Priority,
				    FIELD_GET(ICH_LR_EL2_Priority, lr) >>
					    PRI_SHIFT);
	if (lr & ICH_LR_EL2_HW) {
		word |= GICH_LR_HW |
			(uint32_t)FIELD_PUT(GICH_LR_PhysicalID,
					    FIELD_GET(ICH_LR_EL2_pINTID, lr));
	} else {
		word |= (uint32_t)FIELD_PUT(GICH_LR_CPUID,
					    FIELD_GET(GICC_CPUID, lr));
		word |= lr & ICH_LR_EL2_EOI ? GICH_LR_EOI : 0;
	}
	word |= lr & ICH_LR_EL2_Pending ? GICH_LR_Pending : 0;
	word |= lr & ICH_LR_EL2_Active ? GICH_LR_Active : 0;
	word |= lr & ICH_LR_EL2_Group ? GICH_LR_Grp1 : 0;
	return word;
}

/* The reverse of to_gich(). */
static uint64_t from_gich(uint32_t word)
{
	uint64_t lr = FIELD_GET(GICH_LR_VirtualID, word);

	lr |= FIELD_PUT(ICH_LR_EL2_Priority, FIELD_GET(GICH_LR_Priority, word)
						     << PRI_SHIFT);
	if (word & GICH_LR_HW) {
		lr |= ICH_LR_EL2_HW |
		      FIELD_PUT(ICH_LR_EL2_pINTID,
				FIELD_GET(GICH_LR_PhysicalID, word));
	} else {
		lr |= FIELD_PUT(GICC_CPUID, FIELD_GET(GICH_LR_CPUID, word));
		lr |= word & GICH_LR_EOI ? ICH_LR_EL2_EOI : 0;
	}
	lr |= word & GICH_LR_Pending ? ICH_LR_EL2_Pending : 0;
	lr |= word & GICH_LR_Active ? ICH_LR_EL2_Active : 0;
	lr |= word & GICH_LR_Grp1 ? ICH_LR_EL2_Group : 0;
	return lr;
}

/* `which`: a bit for each list register to write. */
static void write_lrs(void *gich, const struct vgic_ich_image *image,
		      uint32_t which)
{
	for (; which; which &= which - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(which);

		gich_write(gich, lr_offset(n), to_gich(image->lr[n]));
	}
}

/*
 * GICH_APR holds the active priorities of both groups: with five bits their
 * preemption levels are the same.
 */
static void read_apr(void *hw, struct vgic_ich_image *image,
		     const struct vgic_cpuif_caps *caps)
{
	(void)caps;
	image->ap0r[0] = gich_read(hw, GICH_APR);
	image->ap1r[0] = 0;
}

/*
 * Empty list registers are cleared: a former vCPU's interrupts may be there.
 * GICH_HCR comes last, because it turns the interface on.
 */
static void load(void *hw, struct vgic_ich_image *image,
		 const struct vgic_cpuif_caps *caps)
{
	for (uint32_t n = 0; n < caps->nr_lrs; n++) {
		if (!(image->used & (1u << n))) {
			image->lr[n] = 0;
		}
	}
	write_lrs(hw, image, (1u << caps->nr_lrs) - 1);
	gich_write(hw, GICH_APR, image->ap0r[0] | image->ap1r[0]);
	gich_write(hw, GICH_VMCR, image->vmcr & VMCR_MASK);
	gich_write(hw, GICH_HCR, image->hcr & HCR_MASK);
}

/*
 * The list registers were read by leave().  With En = 0 the interface signals
 * nothing to whatever runs next on this CPU.
 */
static void put(void *hw, struct vgic_ich_image *image,
		const struct vgic_cpuif_caps *caps)
{
	image->vmcr = gich_read(hw, GICH_VMCR) & VMCR_MASK;
	read_apr(hw, image, caps);
	gich_write(hw, GICH_HCR, 0);
}

/* Only what changed is written: an access to GICH is slow. */
static void enter(void *hw, struct vgic_ich_image *image)
{
	write_lrs(hw, image, image->dirty);
	if (image->vmcr_dirty) {
		gich_write(hw, GICH_VMCR, image->vmcr & VMCR_MASK);
	}
	if (image->hcr_dirty) {
		gich_write(hw, GICH_HCR, image->hcr & HCR_MASK);
	}
}

/*
 * Only list registers in use are read.  EOIcount is needed only while there are
 * active interrupts without a list register, which is when LRENPIE is set.
 */
static void leave(void *hw, struct vgic_ich_image *image)
{
	uint32_t which = image->used;

	image->vmcr = gich_read(hw, GICH_VMCR) & VMCR_MASK;
	for (; which; which &= which - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(which);

		image->lr[n] = from_gich(gich_read(hw, lr_offset(n)));
	}
	if (image->hcr & ICH_HCR_EL2_LRENPIE) {
		uint32_t count = gich_read(hw, GICH_HCR) &
				 (uint32_t)FIELD_MASK(ICH_HCR_EL2_EOIcount);

		/* Bits that GICH does not have stay as the library set them. */
		image->hcr &= ~(uint32_t)FIELD_MASK(ICH_HCR_EL2_EOIcount);
		image->hcr |= count;
	}
}

const struct vgic_cpuif_ops vgic_gich_backend = {
	.load = load,
	.put = put,
	.enter = enter,
	.exit = leave,
	.read_apr = read_apr,
};

void vgic_gich_probe(void *gich, struct vgic_cpuif_caps *caps)
{
	uint32_t vtr = gich_read(gich, GICH_VTR);
	uint32_t nr_lrs = (uint32_t)FIELD_GET(GICH_VTR_ListRegs, vtr) + 1;

	/* GICH can have 64 list registers; the library uses 16. */
	caps->nr_lrs = (uint8_t)(nr_lrs < VGIC_MAX_LRS ? nr_lrs : VGIC_MAX_LRS);
	/*
	 * GICH_VTR gives the same number: the registers have room for no other.
	 */
	caps->pri_bits = PRI_BITS;
	caps->pre_bits = PRI_BITS;
	caps->id_bits = 16;
	/*
	 * GICV_DIR traps, since its page is not mapped into the guest
	 * (vgic_gich_backend).
	 */
	caps->tdir = true;
	caps->hw_deactivation = true;
	caps->a3v = false;
	caps->seis = false;
	caps->broken_seis = false;
}
