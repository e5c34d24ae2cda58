/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dispatcher: from an access that trapped to the row of a table that
 * answers it.  It checks what the architecture allows, and turns each access
 * into one call of the row's read or write function, so that these see whole
 * registers only, and interrupts by index.
 */
#include "mmio/mmio.h"

/*
 * A binary search without branches that depend on the offset: a trapped read
 * should be quick, and where such branches go cannot be predicted.
 */
const struct vgic_reg *vgic_mmio_find(const struct vgic_frame *frame,
				      uint32_t offset)
{
	const struct vgic_reg *reg = frame->regs;
	uint32_t n = frame->nr_regs;

	while (n > 1) {
		uint32_t half = n / 2;

		reg = reg[half].offset <= offset ? reg + half : reg;
		n -= half;
	}
	return offset - reg->offset < reg->length ? reg : NULL;
}

uint32_t vgic_mmio_iidr(const struct vgic *gic)
{
	return (uint32_t)(FIELD_PUT(GICD_IIDR_Implementer,
				    VGIC_IIDR_IMPLEMENTER) |
			  FIELD_PUT(GICD_IIDR_Revision, gic->revision) |
			  FIELD_PUT(GICD_IIDR_ProductID, VGIC_IIDR_PRODUCT));
}

/*
 * Only the architecture version in PIDR2 is architected.  Part numbers are
 * those that Arm's GICs have.
 */
uint64_t vgic_mmio_id(const struct vgic_mmio *mmio, uint8_t part)
{
	const uint8_t ids[] = {
		0x44, 0,    0,	  0,	/* PIDR4-7: 64 KiB, Arm */
		part, 0xb4, 0x3b, 0,	/* PIDR0-3: Arm, GICv3 */
		0x0d, 0xf0, 0x05, 0xb1, /* CIDR0-3 */
	};

	return ids[mmio->offset / 4];
}

/*
 * Not the same as a row without these functions: such an access counts as a
 * mistake of the guest's.
 */
uint64_t vgic_mmio_raz(struct vgic_mmio *mmio)
{
	(void)mmio;
	return 0;
}

void vgic_mmio_wi(struct vgic_mmio *mmio, uint64_t value)
{
	(void)mmio;
	(void)value;
}

uint64_t vgic_mmio_read_statusr(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(mmio->statusr);
}

/*
 * A bit stays set until software writes 1 to it.  Other threads may set bits at
 * the same time, so it is a compare-and-swap.  IHI 0069 12.9.38
 */
void vgic_mmio_write_statusr(struct vgic_mmio *mmio, uint64_t value)
{
	uint32_t was = vgic_load_relaxed(mmio->statusr);

	while (!vgic_cas(mmio->statusr, &was, was & ~(uint32_t)value)) {
	}
}

/*
 * A guest's mistake reads as zero or is ignored; it is noted in the frame's
 * STATUSR, where the guest can find it, and counted.
 */
static enum vgic_trap mistake(struct vgic_mmio *mmio, uint32_t statusr,
			      uint64_t *value)
{
	if (mmio->statusr) {
		vgic_fetch_or(mmio->statusr, statusr);
	}
	vgic_guest_error(mmio->vcpu);
	if (statusr & (GICD_STATUSR_RRD | GICD_STATUSR_RWOD)) {
		*value = 0;
	}
	return VGIC_TRAP_DONE;
}

/*
 * Which interrupts the bits of this access stand for.  Those that do not exist
 * come after those that do, and are RAZ/WI.  With affinity routing the
 * distributor shows no private ones (VGIC_NO_BANK), so they do not exist here.
 * IHI 0069 12.9.1
 */
static void name_irqs(struct vgic_mmio *mmio, const struct vgic_reg *reg)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint32_t intid = mmio->offset * 8 / reg->bits;
	uint32_t named = mmio->width * 8 / reg->bits;
	uint32_t exist = GIC_NR_PRIVATE;

	if (intid >= GIC_SPI_BASE) {
		exist += gic->config.nr_spis;
	}
	mmio->irq = vgic_irq_index(gic, mmio->bank, intid);
	mmio->nr_irqs = 0;
	if (mmio->irq != VGIC_NIL) {
		exist -= intid;
		mmio->nr_irqs = named < exist ? named : exist;
	}
}

/* The bits that an access of this width has. */
static uint64_t truncate(uint64_t value, unsigned int width)
{
	return width < 8 ? value & ((UINT64_C(1) << 8 * width) - 1) : value;
}

/*
 * Half of a 64-bit register is written: add the other half as it reads now.
 * For registers that several vCPUs may write, write functions go by
 * mmio->lanes, since that other half may be old by then.
 */
static uint64_t merge(struct vgic_mmio *mmio, const struct vgic_reg *reg,
		      uint64_t half, unsigned int shift)
{
	uint64_t whole = reg->read ? reg->read(mmio) : 0;

	mmio->lanes = UINT64_C(0xffffffff) << shift;
	return (whole & ~mmio->lanes) | half << shift;
}

/*
 * The access is allowed.  Note that read and write functions get the width and
 * the offset of the whole register.
 */
static enum vgic_trap carry_out(struct vgic_mmio *mmio,
				const struct vgic_reg *reg, bool write,
				uint64_t *value)
{
	unsigned int width = mmio->width, shift = 0;
	bool half = width == 4 && (reg->widths & 8);
	uint64_t now;

	if (half) {
		shift = 8 * (mmio->offset & 4);
		mmio->offset &= ~4u;
		mmio->width = 8;
	}
	if (reg->bits) {
		name_irqs(mmio, reg);
	}
	if (write) {
		now = truncate(*value, width);
		mmio->lanes = UINT64_MAX;
		reg->write(mmio, half ? merge(mmio, reg, now, shift) : now);
	} else {
		now = reg->read(mmio);
		if (!mmio->retry) {
			*value = truncate(now >> shift, width);
		}
	}
	return mmio->retry ? VGIC_TRAP_RETRY : VGIC_TRAP_DONE;
}

/*
 * STATUSR tells a register that does not exist (RRD, WRD) from one that is not
 * for this direction (RWOD, WROD).  Wrong width and alignment count as the
 * former.
 */
enum vgic_trap vgic_mmio_access(struct vgic_mmio *mmio,
				const struct vgic_frame *frame, uint32_t offset,
				bool write, uint64_t *value)
{
	const struct vgic_reg *reg = vgic_mmio_find(frame, offset);

	if (!reg || !(reg->widths & mmio->width) ||
	    (offset & (mmio->width - 1))) {
		return mistake(mmio,
			       write ? GICD_STATUSR_WRD : GICD_STATUSR_RRD,
			       value);
	}
	if (write ? !reg->write : !reg->read) {
		return mistake(mmio,
			       write ? GICD_STATUSR_WROD : GICD_STATUSR_RWOD,
			       value);
	}
	if (mmio->entered &&
	    (reg->widths & (write ? VGIC_EXIT_W : VGIC_EXIT_R))) {
		return VGIC_TRAP_NOT_MINE;
	}
	mmio->offset = offset - reg->offset;
	return carry_out(mmio, reg, write, value);
}
