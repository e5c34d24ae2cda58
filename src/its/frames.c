/* SPDX-License-Identifier: BSD-2-Clause */
/* The ITS's frames: control and translation.  IHI 0069 12.19 */
#include "its/its.h"

#define PART_ITS 0x94
/* GITS_IIDR.Revision names the format of the tables: KVM's ABI revision. */
#define TABLE_ABI 0
#define ENTRY_SIZE FIELD_PUT(GITS_BASER_Entry_Size, GITS_ENTRY_SIZE - 1)

/* What every GITS_BASER<n> has that is there, and it alone. */
static const struct {
	uint64_t fixed, writable;
} tables[ITS_NR_TABLES] = {
	[ITS_DEVICES] = { FIELD_PUT(GITS_BASER_Type,
				    GITS_BASER_Type_Devices) | ENTRY_SIZE,
			  ITS_BASER_FIELDS | GITS_BASER_Indirect },
	[ITS_COLLECTIONS] = { FIELD_PUT(GITS_BASER_Type,
					GITS_BASER_Type_Collections) |
				      ENTRY_SIZE,
			      ITS_BASER_FIELDS },
};

static struct vgic_its *its_of(const struct vgic_mmio *mmio)
{
	return &mmio->vcpu->gic->its[mmio->bank];
}

static uint64_t with_field(uint64_t value, uint32_t shift, uint32_t width,
			   uint64_t field)
{
	return (value & ~(FIELD_MASK_(width) << shift)) | field << shift;
}

/*
 * The library reads memory through caches: so must the guest, or it would not
 * see what is written there.  As KVM: Outer Shareable becomes Inner, Device
 * and Non-cacheable become Write-back with read allocation, and outer caches
 * are as inner ones or none.
 */
uint64_t vgic_its_attributes(uint64_t value, uint32_t share, uint32_t inner,
			     uint32_t outer)
{
	if ((value >> share & 3) > GITS_Shareability_Inner) {
		value = with_field(value, share, 2, GITS_Shareability_Inner);
	}
	if ((value >> inner & 7) <= GITS_Cache_nC) {
		value = with_field(value, inner, 3, GITS_Cache_RaWb);
	}
	if ((value >> outer & 7) > GITS_OuterCache_nC) {
		value = with_field(value, outer, 3, GITS_OuterCache_AsInner);
	}
	return value;
}

static uint64_t sanitised(uint64_t value)
{
	return vgic_its_attributes(value, GITS_BASER_Shareability_SHIFT,
				   GITS_BASER_InnerCache_SHIFT,
				   GITS_BASER_OuterCache_SHIFT);
}

/* A VMM's mistake is not the guest's. */
static void mistake(const struct vgic_mmio *mmio)
{
	if (!mmio->user) {
		vgic_guest_error(mmio->vcpu);
	}
}

static bool is_enabled(const struct vgic_its *its)
{
	return vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled;
}

/* A disabled ITS has nothing under way: whoever disabled it had the engine. */
static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	const struct vgic_its *its = its_of(mmio);

	return vgic_load_seq(&its->ctlr) |
	       (vgic_its_has_commands(its) ? 0 : GITS_CTLR_Quiescent);
}

/* Without its memory it cannot be enabled. */
static bool is_complete(const struct vgic_its *its)
{
	return its->placed &&
	       (vgic_load_seq(&its->cbaser) & GITS_CBASER_Valid) &&
	       vgic_its_table_size(its, ITS_DEVICES) &&
	       vgic_its_table_size(its, ITS_COLLECTIONS);
}

/* A command that was cut begins again when the ITS is enabled. */
static void write_ctlr(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	struct its_run run;

	if (!vgic_its_begin_access(&run, mmio)) {
		return;
	}
	if (!(value & GITS_CTLR_Enabled)) {
		vgic_store_seq(&its->ctlr, 0);
		its->in_command = false;
	} else if (is_complete(its)) {
		vgic_store_seq(&its->ctlr, GITS_CTLR_Enabled);
		vgic_its_run_commands(&run, its);
	} else {
		mistake(mmio);
	}
	vgic_its_end_access(&run, mmio);
}

static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	(void)mmio;
	return FIELD_PUT(GITS_IIDR_Implementer, VGIC_IIDR_IMPLEMENTER) |
	       FIELD_PUT(GITS_IIDR_Revision, TABLE_ABI) |
	       FIELD_PUT(GITS_IIDR_ProductID, VGIC_IIDR_PRODUCT);
}

/* Collections have no place but in a table (HCC); ICIDs have 16 bits. */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	(void)mmio;
	return GITS_TYPER_Physical |
	       FIELD_PUT(GITS_TYPER_ITT_entry_size, GITS_ENTRY_SIZE - 1) |
	       FIELD_PUT(GITS_TYPER_ID_bits, 15) |
	       FIELD_PUT(GITS_TYPER_Devbits, 15);
}

/* Base registers cannot be written while the ITS is enabled. */
static bool begin_write(struct its_run *run, struct vgic_mmio *mmio)
{
	if (!vgic_its_begin_access(run, mmio)) {
		return false;
	}
	if (is_enabled(its_of(mmio))) {
		mistake(mmio);
		vgic_its_end_access(run, mmio);
		return false;
	}
	return true;
}

/* The lanes that are written; another vCPU may have written others since. */
static uint64_t merged(const struct vgic_mmio *mmio, uint64_t was,
		       uint64_t value)
{
	return (was & ~mmio->lanes) | (value & mmio->lanes);
}

static uint64_t read_cbaser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&its_of(mmio)->cbaser);
}

/* CREADR becomes 0, and so does CWRITER as KVM has it. */
static void write_cbaser(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	struct its_run run;
	uint64_t life;

	if (!begin_write(&run, mmio)) {
		return;
	}
	value = merged(mmio, vgic_load_relaxed(&its->cbaser), value);
	vgic_store_seq(&its->cbaser, sanitised(value & ITS_CBASER_FIELDS));
	vgic_store_seq(&its->creadr, 0);
	life = FIELD_GET(ITS_CWRITER_LIFE, vgic_load_relaxed(&its->cwriter));
	vgic_store_seq(&its->cwriter, FIELD_PUT(ITS_CWRITER_LIFE, life + 1));
	vgic_its_end_access(&run, mmio);
}

static uint64_t read_cwriter(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&its_of(mmio)->cwriter) &
	       GITS_CWRITER_Offset_MASK;
}

/* False: it is not within the queue. */
static bool store_cwriter(struct vgic_mmio *mmio, struct vgic_its *its,
			  uint64_t value)
{
	uint64_t was = vgic_load_seq(&its->cwriter), now;

	do {
		now = merged(mmio, was, value) & GITS_CWRITER_Offset_MASK;
		if (now >= its_queue_size(vgic_load_seq(&its->cbaser))) {
			return false;
		}
		now |= was & FIELD_MASK(ITS_CWRITER_LIFE);
	} while (!vgic_cas(&its->cwriter, &was, now));
	return true;
}

/* Who has the engine takes our commands, too, before it is out. */
static void write_cwriter(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	struct its_run run;

	if (!store_cwriter(mmio, its, value)) {
		mistake(mmio);
		return;
	}
	if (vgic_its_begin(&run, mmio->vcpu->gic, mmio->vcpu, mmio->user)) {
		vgic_its_run_commands(&run, its);
		vgic_its_end_access(&run, mmio);
	}
}

static uint64_t read_creadr(struct vgic_mmio *mmio)
{
	return vgic_load_seq(&its_of(mmio)->creadr);
}

static uint64_t read_baser(struct vgic_mmio *mmio)
{
	uint32_t n = mmio->offset / 8;

	return n < ITS_NR_TABLES ?
		       tables[n].fixed |
			       vgic_load_relaxed(&its_of(mmio)->baser[n]) :
		       0;
}

/* What a table said is forgotten with it; false: not all of it yet. */
static bool forget_table(struct its_run *run, struct vgic_its *its, uint32_t n)
{
	if (n == ITS_DEVICES) {
		return vgic_its_forget_devices(run, its);
	}
	vgic_its_forget_collections(run, its);
	return true;
}

static void write_baser(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	uint32_t n = mmio->offset / 8;
	struct its_run run;
	uint64_t was;

	if (n >= ITS_NR_TABLES || !begin_write(&run, mmio)) {
		return;
	}
	was = vgic_load_relaxed(&its->baser[n]);
	value = sanitised(merged(mmio, was, value) & tables[n].writable);
	/* Reserved: the largest. */
	if (FIELD_GET(GITS_BASER_Page_Size, value) >
	    GITS_BASER_Page_Size_64K) {
		value &= ~FIELD_PUT(GITS_BASER_Page_Size, 1);
	}
	if (value == was || forget_table(&run, its, n)) {
		vgic_store_seq(&its->baser[n], value);
	} else {
		mmio->retry = true;
	}
	vgic_its_end_access(&run, mmio);
}

/* As the other frames have them, with a part number of its own. */
static uint64_t read_id(struct vgic_mmio *mmio)
{
	return vgic_mmio_id(mmio, PART_ITS);
}

static const struct vgic_reg control_regs[] = {
	{ GITS_CTLR, 4, 0, 4, read_ctlr, write_ctlr },
	{ GITS_IIDR, 4, 0, 4, read_iidr, NULL },
	{ GITS_TYPER, 8, 0, 4 | 8, read_typer, NULL },
	{ GITS_STATUSR, 4, 0, 4, vgic_mmio_read_statusr,
	  vgic_mmio_write_statusr },
	{ GITS_CBASER, 8, 0, 4 | 8, read_cbaser, write_cbaser },
	{ GITS_CWRITER, 8, 0, 4 | 8, read_cwriter, write_cwriter },
	{ GITS_CREADR, 8, 0, 4 | 8, read_creadr, NULL },
	{ GITS_BASER, 8 * GITS_NR_BASERS, 0, 4 | 8, read_baser, write_baser },
	{ GITS_PIDR4, 0x30, 0, 4, read_id, NULL },
};

const struct vgic_frame vgic_its_control = {
	.regs = control_regs,
	.nr_regs = sizeof(control_regs) / sizeof(control_regs[0]),
};

/*
 * Devices write here, and what they write is for vgic_inject_msi(): a vCPU
 * has no DeviceID.
 */
static const struct vgic_reg translation_regs[] = {
	{ GITS_TRANSLATER - GITS_TRANSLATION_BASE, 4, 0, 2 | 4, NULL,
	  vgic_mmio_wi },
};

static const struct vgic_frame translation = {
	.regs = translation_regs,
	.nr_regs = sizeof(translation_regs) / sizeof(translation_regs[0]),
};

enum vgic_trap vgic_its_mmio(struct vgic_mmio *mmio, bool write,
			     uint64_t *value)
{
	struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		struct vgic_its *its = &gic->its[i];
		uint64_t offset = mmio->ipa - its->ipa;

		if (!its->placed || offset >= GITS_SIZE) {
			continue;
		}
		mmio->bank = i;
		mmio->statusr = &its->statusr;
		return vgic_mmio_access(mmio,
					offset < GITS_TRANSLATION_BASE ?
						&vgic_its_control :
						&translation,
					offset % GITS_FRAME_SIZE, write,
					value);
	}
	return VGIC_TRAP_NOT_MINE;
}
