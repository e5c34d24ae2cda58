/* SPDX-License-Identifier: BSD-2-Clause */
/* The ITS's frames: control and translation.  IHI 0069 12.19 */
#include "its/its.h"
#include "v3/v3.h"

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

/*
 * The library reads memory through caches: so must the guest, or it would not
 * see what is written there.  Outer Shareable becomes Inner, Non-cacheable
 * becomes Write-back with read allocation.
 */
uint64_t its_attributes(uint64_t value, uint32_t share, uint32_t inner,
			uint32_t outer)
{
	if ((value >> share & 3) > 1) {
		value = (value & ~(UINT64_C(3) << share)) |
			UINT64_C(1) << share;
	}
	if ((value >> inner & 7) < 2) {
		value = (value & ~(UINT64_C(7) << inner)) |
			UINT64_C(5) << inner;
	}
	if ((value >> outer & 7) > 1) {
		value &= ~(UINT64_C(7) << outer);
	}
	return value;
}

static uint64_t sanitised(uint64_t value)
{
	return its_attributes(value, GITS_BASER_Shareability_SHIFT,
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

/* Nothing is under way, nor will be before the guest's next write. */
static bool is_quiet(const struct vgic_its *its)
{
	return !vgic_load_seq(&its->busy) &&
	       (!is_enabled(its) || vgic_load_seq(&its->creadr) ==
					    vgic_load_seq(&its->cwriter));
}

static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	const struct vgic_its *its = its_of(mmio);

	return vgic_load_seq(&its->ctlr) |
	       (is_quiet(its) ? GITS_CTLR_Quiescent : 0);
}

/* Without its memory it cannot be enabled. */
static bool is_complete(const struct vgic_its *its)
{
	return its->placed &&
	       (vgic_load_seq(&its->cbaser) & GITS_CBASER_Valid) &&
	       (vgic_load_seq(&its->baser[ITS_DEVICES]) & GITS_BASER_Valid) &&
	       (vgic_load_seq(&its->baser[ITS_COLLECTIONS]) &
		GITS_BASER_Valid);
}

static void write_ctlr(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);

	if (!(value & GITS_CTLR_Enabled)) {
		vgic_store_seq(&its->ctlr, 0);
	} else if (is_complete(its)) {
		vgic_store_seq(&its->ctlr, GITS_CTLR_Enabled);
		its_run(mmio, its);
	} else {
		mistake(mmio);
	}
}

static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	(void)mmio;
	return FIELD_PUT(GITS_IIDR_Implementer, VGIC_IIDR_IMPLEMENTER) |
	       FIELD_PUT(GITS_IIDR_Revision, TABLE_ABI) |
	       FIELD_PUT(GITS_IIDR_ProductID, VGIC_IIDR_PRODUCT);
}

/* Collections have no place but in memory; ICIDs have 16 bits. */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	(void)mmio;
	return GITS_TYPER_Physical |
	       FIELD_PUT(GITS_TYPER_ITT_entry_size, GITS_ENTRY_SIZE - 1) |
	       FIELD_PUT(GITS_TYPER_ID_bits, 15) |
	       FIELD_PUT(GITS_TYPER_Devbits, 15);
}

/*
 * Base registers cannot be written while the ITS is enabled, or still at its
 * commands.
 */
static bool begin_write(struct vgic_mmio *mmio, struct vgic_its *its)
{
	if (!is_enabled(its) && !vgic_exchange(&its->busy, 1)) {
		return true;
	}
	mistake(mmio);
	return false;
}

static uint64_t read_cbaser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&its_of(mmio)->cbaser);
}

/* CREADR becomes 0, and so does CWRITER as KVM has it. */
static void write_cbaser(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);

	if (begin_write(mmio, its)) {
		vgic_store_seq(&its->cbaser,
			       sanitised(value & ITS_CBASER_FIELDS));
		vgic_store_seq(&its->creadr, 0);
		vgic_store_seq(&its->cwriter, 0);
		vgic_store_seq(&its->busy, 0);
	}
}

static uint64_t read_cwriter(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&its_of(mmio)->cwriter);
}

static void write_cwriter(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	uint64_t cbaser = vgic_load_relaxed(&its->cbaser);

	value &= GITS_CWRITER_Offset_MASK;
	if (value >= its_queue_size(cbaser)) {
		mistake(mmio);
		return;
	}
	vgic_store_seq(&its->cwriter, value);
	its_run(mmio, its);
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

/* What a table said is forgotten with it. */
static void forget_table(struct vgic_mmio *mmio, const struct vgic_its *its,
			 enum its_table which)
{
	const struct lpi_match match = { LPI_ITS_MASK, lpi_route(its, 0),
					 VGIC_NIL };

	if (which == ITS_DEVICES) {
		lpi_unmap_all(mmio->vcpu->gic, mmio->vcpu, &match);
	} else {
		lpi_reload_all(mmio->vcpu->gic, mmio->vcpu, &match,
			       VGIC_NOWHERE);
	}
}

static void write_baser(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_its *its = its_of(mmio);
	uint32_t n = mmio->offset / 8;

	if (n >= ITS_NR_TABLES || !begin_write(mmio, its)) {
		return;
	}
	value = sanitised(value & tables[n].writable);
	/* Reserved: the largest. */
	if (FIELD_GET(GITS_BASER_Page_Size, value) >
	    GITS_BASER_Page_Size_64K) {
		value &= ~FIELD_PUT(GITS_BASER_Page_Size, 1);
	}
	if (vgic_exchange(&its->baser[n], value) != value) {
		forget_table(mmio, its, (enum its_table)n);
	}
	vgic_store_seq(&its->busy, 0);
}

/* As the other frames have them, with a part number of its own. */
static uint64_t read_id(struct vgic_mmio *mmio)
{
	return vgic_v3_id(mmio, PART_ITS);
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

void vgic_its_reset(struct vgic *gic)
{
	vgic_store_relaxed(&gic->gicr_propbaser, 0);
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		struct vgic_its *its = &gic->its[i];

		its->number = i;
		vgic_store_relaxed(&its->ctlr, 0);
		vgic_store_relaxed(&its->statusr, 0);
		vgic_store_relaxed(&its->busy, 0);
		vgic_store_relaxed(&its->cbaser, 0);
		vgic_store_relaxed(&its->cwriter, 0);
		vgic_store_relaxed(&its->creadr, 0);
		vgic_store_relaxed(&its->baser[ITS_DEVICES], 0);
		vgic_store_relaxed(&its->baser[ITS_COLLECTIONS], 0);
	}
}
