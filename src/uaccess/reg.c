/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of registers as a VMM saves and restores them
 * (include/vgic/uaccess.h), for GICv2 and GICv3.
 *
 * Most registers mean to a VMM what they mean to the guest, and go by the
 * guest's rows (v2/, v3/).  A table of this file is asked first, for those that
 * differ:
 *
 * - the pending latch and the line are two things for a restore, where the
 *   guest sees one;
 * - what the guest writes to clear bits (STATUSR), or cannot write at all
 *   (GICD_IIDR), a restore has to set;
 * - a GICv2's CPU interface has no rows of the guest's, because the guest
 *   uses hardware or the software CPU interface: its state is the image of
 *   the vCPU's registers.
 */
#include <vgic/uaccess.h>

#include "core/irq.h"
#include "v2/v2.h"
#include "v3/v3.h"

/* A frame that has these rows. */
/* clang-format off */
#define TABLE(rows) { .regs = rows, .nr_regs = sizeof(rows) / sizeof(rows[0]) }
/* clang-format on */

/*
 * The pending latches alone, whatever the lines say: so KVM has GICD_ISPENDR
 * for the VMM of a GICv3, which saves lines apart (vgic_uaccess_lines()).
 */
static uint64_t read_latch(struct vgic_mmio *mmio)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint64_t word = vgic_irq_word(mmio->vcpu->gic, mmio->irq + i);

		value |= (uint64_t)w_latched(word) << i;
	}
	return value;
}

/*
 * A write replaces the latches: 0 clears.  What stays the same is not touched,
 * so that no delivery is asked for.
 */
static void write_latch(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint64_t differ = value ^ read_latch(mmio);

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		if (differ >> i & 1) {
			vgic_irq_change(gic, NULL, mmio->irq + i,
					value >> i & 1 ? VGIC_SET_PENDING :
							 VGIC_CLEAR_PENDING,
					0);
		}
	}
}

/* The guest writes 1 to clear a bit; a restore stores the value. */
static void write_statusr(struct vgic_mmio *mmio, uint64_t value)
{
	uint32_t all = GICD_STATUSR_RRD | GICD_STATUSR_WRD | GICD_STATUSR_RWOD |
		       GICD_STATUSR_WROD;

	vgic_store_relaxed(mmio->statusr, (uint32_t)value & all);
}

/* As the guest reads it. */
static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	return vgic_mmio_iidr(mmio->vcpu->gic);
}

/* vgic_uaccess_reg() has asked iidr_valid() before. */
static void write_iidr(struct vgic_mmio *mmio, uint64_t value)
{
	mmio->vcpu->gic->revision =
		(uint32_t)FIELD_GET(GICD_IIDR_Revision, value);
}

/*
 * An SGI is pending once for each sender (core/senders.h): clearing it takes
 * all of them back.
 */
static void write_v2_icpendr(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		if (value >> i & 1 && vgic_has_senders(gic, mmio->irq + i)) {
			vgic_sgi_unsend(gic, NULL, mmio->irq + i, UINT32_MAX);
		}
	}
	vgic_mmio_write_icpendr(mmio, value);
}

/*
 * An SGI that is set this way has no sender: it counts as its own CPU's until
 * GICD_SPENDSGIR names one.
 */
static void write_v2_ispendr(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		if (value >> i & 1 && vgic_has_senders(gic, mmio->irq + i)) {
			vgic_sgi_pend_unnamed(gic, mmio->irq + i);
		}
	}
	vgic_mmio_write_ispendr(mmio, value);
}

/*
 * GICD_ISPENDR replaces the latches; GICD_ICPENDR, which a VMM writes as well
 * because the guest has it, has nothing left to do.
 */
static const struct vgic_reg v3_dist_rows[] = {
	{ GICD_IIDR, 4, 0, 4, read_iidr, write_iidr },
	{ GICD_STATUSR, 4, 0, 4, vgic_mmio_read_statusr, write_statusr },
	{ GICD_ISPENDR, 0x80, 1, 4, read_latch, write_latch },
	{ GICD_ICPENDR, 0x80, 1, 4, vgic_mmio_raz, vgic_mmio_wi },
};

/* The redistributor's first frame, RD_base. */
static const struct vgic_reg redist_rows[] = {
	{ GICR_STATUSR, 4, 0, 4, vgic_mmio_read_statusr, write_statusr },
};

/* Offsets in the redistributor's second frame, SGI_base. */
#define SGI(reg) ((reg)-GICR_SGI_BASE)

static const struct vgic_reg sgi_rows[] = {
	{ SGI(GICR_ISPENDR0), 4, 1, 4, read_latch, write_latch },
	{ SGI(GICR_ICPENDR0), 4, 1, 4, vgic_mmio_raz, vgic_mmio_wi },
};

/*
 * KVM's GICv2 has no attribute for lines, so here ISPENDR reads what is
 * pending, by latch or by line.  Writes do as the guest's do, but for SGIs,
 * which the guest cannot set or clear by these registers.
 */
static const struct vgic_reg v2_dist_rows[] = {
	{ GICD_IIDR, 4, 0, 4, read_iidr, write_iidr },
	{ GICD_ISPENDR, 0x80, 1, 4, vgic_mmio_read_pending, write_v2_ispendr },
	{ GICD_ICPENDR, 0x80, 1, 4, vgic_mmio_read_pending, write_v2_icpendr },
};

/*
 * GICC_CTLR of the virtual CPU interface (GICV_CTLR) has its bits where
 * ICH_VMCR_EL2 has them.
 */
#define VMCR_CTLR \
	(ICH_VMCR_EL2_VENG0 | ICH_VMCR_EL2_VENG1 | ICH_VMCR_EL2_VAckCtl | \
	 ICH_VMCR_EL2_VFIQEn | ICH_VMCR_EL2_VCBPR | ICH_VMCR_EL2_VEOIM)
/*
 * GICC_IIDR as KVM has it: product 'K', architecture version 2, implementer
 * Arm.
 */
#define GICC_IIDR_KVM (0x4bu << 20 | 2u << 16 | VGIC_IIDR_IMPLEMENTER)

/*
 * The registers of the vCPU whose frame is accessed.  The vCPU is not resident,
 * so the image is all there is.
 */
static struct vgic_ich_image *image(const struct vgic_mmio *mmio)
{
	return &mmio->vcpu->ich;
}

static uint64_t read_gicc_ctlr(struct vgic_mmio *mmio)
{
	return image(mmio)->vmcr & VMCR_CTLR;
}

static void write_gicc_ctlr(struct vgic_mmio *mmio, uint64_t value)
{
	image(mmio)->vmcr = (image(mmio)->vmcr & ~VMCR_CTLR) |
			    ((uint32_t)value & VMCR_CTLR);
}

/*
 * A register that is a field of ICH_VMCR_EL2, `shift` bits higher in the field
 * than in the register.
 */
#define VMCR_FIELD(name, field, shift) \
	static uint64_t read_##name(struct vgic_mmio *mmio) \
	{ \
		return FIELD_GET(field, image(mmio)->vmcr) >> (shift); \
	} \
	static void write_##name(struct vgic_mmio *mmio, uint64_t value) \
	{ \
		image(mmio)->vmcr &= ~(uint32_t)FIELD_MASK(field); \
		image(mmio)->vmcr |= \
			(uint32_t)FIELD_PUT(field, value << (shift)); \
	}

/*
 * KVM's VMMs see the priority mask as GICV's hardware keeps it: VMPriMask, the
 * upper five of the eight bits.  IHI 0048 5.3.3
 */
VMCR_FIELD(gicc_pmr, ICH_VMCR_EL2_VPMR, 3)
VMCR_FIELD(gicc_bpr, ICH_VMCR_EL2_VBPR0, 0)
VMCR_FIELD(gicc_abpr, ICH_VMCR_EL2_VBPR1, 0)

/*
 * A GICv2 has 32 levels of preemption and one bit for each, whichever group:
 * the first word has all of them.  IHI 0048 5.3.8
 */
static uint64_t read_gicc_apr(struct vgic_mmio *mmio)
{
	return mmio->offset ? 0 : image(mmio)->ap0r[0] | image(mmio)->ap1r[0];
}

/*
 * Group 0's register takes all bits: GICC_APR does not say which group an
 * active priority belongs to.
 */
static void write_gicc_apr(struct vgic_mmio *mmio, uint64_t value)
{
	if (mmio->offset == 0) {
		image(mmio)->ap1r[0] = 0;
		image(mmio)->ap0r[0] = (uint32_t)value;
	}
}

static uint64_t read_gicc_iidr(struct vgic_mmio *mmio)
{
	(void)mmio;
	return GICC_IIDR_KVM;
}

/*
 * The whole CPU interface of a GICv2.  GICC_DIR is an order, not state: it
 * reads as zero and ignores writes.
 */
static const struct vgic_reg cpu_rows[] = {
	{ GICC_CTLR, 4, 0, 4, read_gicc_ctlr, write_gicc_ctlr },
	{ GICC_PMR, 4, 0, 4, read_gicc_pmr, write_gicc_pmr },
	{ GICC_BPR, 4, 0, 4, read_gicc_bpr, write_gicc_bpr },
	{ GICC_ABPR, 4, 0, 4, read_gicc_abpr, write_gicc_abpr },
	{ GICC_APR, 0x10, 0, 4, read_gicc_apr, write_gicc_apr },
	{ GICC_IIDR, 4, 0, 4, read_gicc_iidr, NULL },
	{ GICC_DIR, 4, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
};

static const struct vgic_frame v3_dist = TABLE(v3_dist_rows);
static const struct vgic_frame v3_redist = TABLE(redist_rows);
static const struct vgic_frame v3_sgi = TABLE(sgi_rows);
static const struct vgic_frame v2_dist = TABLE(v2_dist_rows);
static const struct vgic_frame v2_cpu = TABLE(cpu_rows);

/*
 * The tables that answer at an offset of a frame: this file's, then the
 * guest's.
 */
struct view {
	const struct vgic_frame *ours, *guests;
};

/*
 * Choose the tables for a model's frame; a redistributor has two, of 64 KiB
 * each. False: the model has no such frame, or it is shorter.
 */
static bool find_view(enum vgic_model model, enum vgic_uaccess_frame frame,
		      uint32_t offset, struct view *view)
{
	static const struct {
		enum vgic_model model;
		enum vgic_uaccess_frame frame;
		uint32_t start, size;
		struct view view;
		/* clang-format off */
	} views[] = {
		{ VGIC_GICV2, VGIC_UACCESS_DIST, 0, GICV2_DIST_SIZE,
		  { &v2_dist, &vgic_v2_dist } },
		{ VGIC_GICV2, VGIC_UACCESS_CPU, 0, GICV2_CPU_SIZE,
		  { &v2_cpu, NULL } },
		{ VGIC_GICV3, VGIC_UACCESS_DIST, 0, GICD_FRAME_SIZE,
		  { &v3_dist, &vgic_v3_dist } },
		{ VGIC_GICV3, VGIC_UACCESS_REDIST, 0, GICR_FRAME_SIZE,
		  { &v3_redist, &vgic_v3_redist } },
		{ VGIC_GICV3, VGIC_UACCESS_REDIST, GICR_SGI_BASE,
		  GICR_FRAME_SIZE, { &v3_sgi, &vgic_v3_sgi } },
	};
	/* clang-format on */

	for (uint32_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		if (views[i].model == model && views[i].frame == frame &&
		    offset - views[i].start < views[i].size) {
			*view = views[i].view;
			return true;
		}
	}
	return false;
}

/* The row of an offset, and the frame that it is in; null: there is none. */
static const struct vgic_reg *find_reg(const struct view *view, uint32_t offset,
				       const struct vgic_frame **frame)
{
	const struct vgic_reg *reg = vgic_mmio_find(view->ours, offset);

	*frame = view->ours;
	if (!reg && view->guests) {
		*frame = view->guests;
		reg = vgic_mmio_find(view->guests, offset);
	}
	return reg;
}

/*
 * A register with `bits` for each interrupt exists only as far as there are
 * interrupts.
 */
bool vgic_uaccess_has(enum vgic_model model, enum vgic_uaccess_frame frame,
		      uint32_t nr_irqs, uint32_t offset)
{
	const struct vgic_frame *in;
	const struct vgic_reg *reg;
	struct view view;

	if (offset % 4 || !find_view(model, frame, offset, &view)) {
		return false;
	}
	offset %= GICR_FRAME_SIZE;
	reg = find_reg(&view, offset, &in);
	if (!reg || !(reg->widths & 4)) {
		return false;
	}
	return !reg->bits || (offset - reg->offset) * 8 / reg->bits < nr_irqs;
}

/*
 * A VMM may restore the revision that a guest saw on an older KVM.  All other
 * fields have to be those that the guest finds here.
 */
static bool iidr_valid(struct vgic *gic, uint32_t value)
{
	uint32_t revision = (uint32_t)FIELD_GET(GICD_IIDR_Revision, value);
	uint32_t fixed = ~(uint32_t)FIELD_MASK(GICD_IIDR_Revision);

	return ((value ^ vgic_mmio_iidr(gic)) & fixed) == 0 &&
	       (revision == 2 || revision == 3);
}

/* Access the row as the guest would. */
static int access_row(struct vgic_mmio *mmio, const struct vgic_frame *frame,
		      const struct vgic_reg *reg, uint32_t offset, bool write,
		      uint32_t *value)
{
	uint64_t wide = *value;

	/*
	 * A VMM saves and restores all registers alike: those that the guest
	 * can only read ignore writes, and those that it can only write read as
	 * zero.
	 */
	if (write ? !reg->write : !reg->read) {
		*value = write ? *value : 0;
		return VGIC_OK;
	}
	(void)vgic_mmio_access(mmio, frame, offset, write, &wide);
	if (!write) {
		*value = (uint32_t)wide;
	}
	return VGIC_OK;
}

/*
 * A GICv3's distributor shows no private interrupts; a GICv2's shows those of
 * the vCPU that is asked.
 */
int vgic_uaccess_reg(struct vgic_vcpu *vcpu, enum vgic_uaccess_frame frame,
		     uint32_t offset, bool write, uint32_t *value)
{
	struct vgic *gic = vcpu->gic;
	bool v3 = gic->arch->model == VGIC_GICV3;
	bool dist = frame == VGIC_UACCESS_DIST;
	struct vgic_mmio mmio = {
		.vcpu = vcpu,
		.user = true,
		.ipa = offset,
		.width = 4,
		.bank = v3 && dist ? VGIC_NO_BANK : vcpu->index,
		.statusr = dist ? &gic->gicd_statusr : &vcpu->gicr_statusr,
	};
	const struct vgic_frame *in;
	const struct vgic_reg *reg;
	struct view view;

	if (vcpu->resident) {
		return VGIC_E_BUSY;
	}
	if (gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (offset % 4 || !find_view(gic->arch->model, frame, offset, &view)) {
		return VGIC_E_NOENT;
	}
	offset %= GICR_FRAME_SIZE;
	reg = find_reg(&view, offset, &in);
	if (!reg || !(reg->widths & 4)) {
		return VGIC_E_NOENT;
	}
	if (dist && write && offset == GICD_IIDR && !iidr_valid(gic, *value)) {
		return VGIC_E_INVAL;
	}
	/*
	 * The vCPU's next entry fills its list registers again, by what was
	 * written.
	 */
	vcpu->refill = true;
	return access_row(&mmio, in, reg, offset, write, value);
}

/*
 * Set the line alone: no edge is latched, as the device has not signalled, and
 * no physical interrupt is claimed.  A mapped interrupt's line is its device's
 * to say.
 */
static void set_line(struct vgic *gic, uint32_t index, bool level)
{
	_Atomic(uint64_t) *word = &gic->irqs[index].word;
	uint64_t was = vgic_irq_word(gic, index);

	if (was & W_HW) {
		return;
	}
	if (was & W_LEVEL) {
		vgic_irq_change(gic, NULL, index, VGIC_SET_LINE, level);
		return;
	}
	/*
	 * Of an edge-triggered interrupt the line counts only if the guest
	 * makes it level-sensitive, so nothing has to be delivered now.
	 */
	while (!vgic_cas(word, &was, level ? was | W_LINE : was & ~W_LINE)) {
	}
}

/*
 * As with KVM, lines are read of level-sensitive interrupts alone.  SGIs have
 * none.
 */
int vgic_uaccess_lines(struct vgic_vcpu *vcpu, uint32_t intid, bool write,
		       uint32_t *value)
{
	const uint64_t up = W_LEVEL | W_LINE;
	struct vgic *gic = vcpu->gic;
	uint32_t read = 0;

	if (gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (vcpu->resident) {
		return VGIC_E_BUSY;
	}
	for (uint32_t i = 0; i < 32; i++) {
		uint32_t index = vgic_irq_index(gic, vcpu->index, intid + i);

		if (index == VGIC_NIL || intid + i < GIC_NR_SGIS) {
			continue;
		}
		if (write) {
			set_line(gic, index, *value >> i & 1);
		} else if ((vgic_irq_word(gic, index) & up) == up) {
			read |= 1u << i;
		}
	}
	if (!write) {
		*value = read;
	}
	return VGIC_OK;
}
