/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two frames of an ITS.  The control frame has the registers that the guest
 * programs the ITS with; the translation frame has GITS_TRANSLATER alone, which
 * devices write their messages to.  IHI 0069 12.19
 *
 * Registers that change what the ITS works with (GITS_CTLR, CBASER, BASER) need
 * the engine.  GITS_CWRITER is written without it, so that a guest never waits
 * to queue commands; whoever holds the engine carries them out.
 */
#include "its/its.h"

/* GITS_PIDR0's part of the number that says which component this is. */
#define PART_ITS 0x94
/*
 * GITS_IIDR.Revision names the format of the tables that a VMM has saved, as
 * with KVM: revision 0 is the only one.
 */
#define TABLE_ABI 0
/* All tables have entries of eight bytes. */
#define ENTRY_SIZE FIELD_PUT(GITS_BASER_Entry_Size, GITS_ENTRY_SIZE - 1)

/*
 * The two GITS_BASER<n> that exist: their read-only fields, and which bits a
 * guest may write.  Only the device table may have two levels.
 */
static const struct {
	uint64_t fixed, writable;
} tables[ITS_NR_TABLES] = {
	[ITS_DEVICES] = { FIELD_PUT(GITS_BASER_Type, GITS_BASER_Type_Devices) |
				  ENTRY_SIZE,
			  ITS_BASER_FIELDS | GITS_BASER_Indirect },
	[ITS_COLLECTIONS] = { FIELD_PUT(GITS_BASER_Type,
					GITS_BASER_Type_Collections) |
				      ENTRY_SIZE,
			      ITS_BASER_FIELDS },
};

/*
 * The ITS whose frame is accessed; vgic_its_mmio() has put its number in
 * `bank`.
 */
static struct vgic_its *its_of(const struct vgic_mmio *mmio)
{
	return &mmio->vcpu->gic->its[mmio->bank];
}

/* A value with one of its fields replaced. */
static uint64_t with_field(uint64_t value, uint32_t shift, uint32_t width,
			   uint64_t field)
{
	return (value & ~(FIELD_MASK_(width) << shift)) | field << shift;
}

/*
 * The library reads and writes guest memory through caches.  A guest that
 * mapped its tables otherwise would not see what the library wrote, so the
 * register tells it which attributes are really used, as the architecture
 * allows.  The same choices as KVM's: Outer Shareable becomes Inner Shareable,
 * Device and Non-cacheable become Write-back with read allocation, and outer
 * caches are as the inner ones or none.
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

/* GITS_CBASER has these three fields where GITS_BASER<n> has them. */
static uint64_t sanitised(uint64_t value)
{
	return vgic_its_attributes(value, GITS_BASER_Shareability_SHIFT,
				   GITS_BASER_InnerCache_SHIFT,
				   GITS_BASER_OuterCache_SHIFT);
}

/*
 * Count a mistake of the guest.  A VMM's access is no mistake of the guest's.
 */
static void mistake(const struct vgic_mmio *mmio)
{
	if (!mmio->user) {
		vgic_guest_error(mmio->vcpu);
	}
}

/* Pairs with the stores of write_ctlr(). */
static bool is_enabled(const struct vgic_its *its)
{
	return vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled;
}

/*
 * GITS_CTLR.Quiescent says that no command is being carried out.  A disabled
 * ITS has none under way, since the vCPU that disabled it held the engine.
 */
static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	const struct vgic_its *its = its_of(mmio);

	return vgic_load_seq(&its->ctlr) |
	       (vgic_its_has_commands(its) ? 0 : GITS_CTLR_Quiescent);
}

/*
 * An ITS without a command queue or without tables cannot be enabled: there
 * would be nothing to take commands from, or to judge them by.
 */
static bool is_complete(const struct vgic_its *its)
{
	return its->placed &&
	       (vgic_load_seq(&its->cbaser) & GITS_CBASER_Valid) &&
	       vgic_its_table_size(its, ITS_DEVICES) &&
	       vgic_its_table_size(its, ITS_COLLECTIONS);
}

/*
 * Disabling drops a command that was cut; it begins again from its start when
 * the ITS is enabled.  Enabling carries out what is in the queue.
 */
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

/*
 * The implementer and product of KVM on Arm, so that a guest's choices of
 * quirks and a VMM's checks are the same as there.
 */
static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	(void)mmio;
	return FIELD_PUT(GITS_IIDR_Implementer, VGIC_IIDR_IMPLEMENTER) |
	       FIELD_PUT(GITS_IIDR_Revision, TABLE_ABI) |
	       FIELD_PUT(GITS_IIDR_ProductID, VGIC_IIDR_PRODUCT);
}

/*
 * GITS_TYPER.HCC is 0: the ITS holds no collections of its own, all are in
 * the table.  CIL is 0, so ICIDs have 16 bits.  PTA is 0: RDbase is a processor
 * number.
 */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	(void)mmio;
	return GITS_TYPER_Physical |
	       FIELD_PUT(GITS_TYPER_ITT_entry_size, GITS_ENTRY_SIZE - 1) |
	       FIELD_PUT(GITS_TYPER_ID_bits, 15) |
	       FIELD_PUT(GITS_TYPER_Devbits, 15);
}

/*
 * Base registers may be written only while the ITS is disabled; to an enabled
 * one the architecture makes a write UNPREDICTABLE, and it is ignored here.
 */
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

/*
 * A register of 64 bits after a write of some of its bytes.  It is merged with
 * what the register says now, under the engine, because another vCPU may have
 * written the other half since.
 */
static uint64_t merged(const struct vgic_mmio *mmio, uint64_t was,
		       uint64_t value)
{
	return (was & ~mmio->lanes) | (value & mmio->lanes);
}

static uint64_t read_cbaser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&its_of(mmio)->cbaser);
}

/*
 * A new queue starts empty: GITS_CREADR becomes 0 as the architecture demands,
 * and GITS_CWRITER becomes 0 as with KVM.  The count above it invalidates an
 * offset that another vCPU has just checked against the old queue.
 */
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

/*
 * False: the offset is not within the queue.  The compare-and-swap comes before
 * the exchange by which the caller tries to take the engine; that order pairs
 * with vgic_its_end(), which lets the engine go and then looks for commands.
 */
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

/*
 * If the engine is taken, its holder carries these commands out before it is
 * done: see vgic_its_end().
 */
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

/*
 * Pairs with the store in vgic_its_run_commands(): a guest that sees the offset
 * pass a command sees that command's effects.
 */
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

/*
 * A new table knows nothing of what was mapped by the old one, so the records
 * go. False: some are left, and the guest has to repeat its write.
 */
static bool forget_table(struct its_run *run, struct vgic_its *its, uint32_t n)
{
	if (n == ITS_DEVICES) {
		return vgic_its_forget_devices(run, its);
	}
	vgic_its_forget_collections(run, its);
	return true;
}

/*
 * A write of the value that is there already forgets nothing: drivers write
 * each register, read it back and write it again to find out what is supported.
 */
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
	/* The reserved page size counts as 64 KiB, the largest. */
	if (FIELD_GET(GITS_BASER_Page_Size, value) > GITS_BASER_Page_Size_64K) {
		value &= ~FIELD_PUT(GITS_BASER_Page_Size, 1);
	}
	if (value == was || forget_table(&run, its, n)) {
		vgic_store_seq(&its->baser[n], value);
	} else {
		mmio->retry = true;
	}
	vgic_its_end_access(&run, mmio);
}

/*
 * The identification registers of every GIC frame, with the ITS's part number.
 */
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
 * Devices write their messages here, and those come by vgic_inject_msi().  A
 * vCPU has no DeviceID, so its own write has no effect.
 */
static const struct vgic_reg translation_regs[] = {
	{ GITS_TRANSLATER - GITS_TRANSLATION_BASE, 4, 0, 2 | 4, NULL,
	  vgic_mmio_wi },
};

static const struct vgic_frame translation = {
	.regs = translation_regs,
	.nr_regs = sizeof(translation_regs) / sizeof(translation_regs[0]),
};

/* Each ITS takes two frames of 64 KiB, the control frame first. */
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
					offset % GITS_FRAME_SIZE, write, value);
	}
	return VGIC_TRAP_NOT_MINE;
}
