/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual IRS's two frames: its configuration frame, a table of registers,
 * and the SETLPI frame, where devices write messages.
 *
 * The guest starts an operation by a write and polls a status register until it
 * reads IDLE, some guests for a limited time only.  Here an operation is
 * complete when the write that starts it is.  If it takes long, the guest has
 * to repeat the write (VGIC_TRAP_RETRY) until it is through, so that it never
 * comes to poll meanwhile.  Another vCPU may read the status register in that
 * time; it sees IDLE = 0, and its reads go on with the work.
 */
#include "core/irq.h"
#include "core/route.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* Bytes of each of the two frames; the SETLPI frame follows the other one. */
#define FRAME 0x10000u

/* One access of a frame, and what its handler reports. */
struct access {
	struct vgic_vcpu *vcpu;
	struct vgic_irs *irs;
	uint32_t number;
	/* What this access may still do of a long task, see V5_TRAP_WORK. */
	uint64_t left;
	/*
	 * Of a write: what earlier attempts have done, and whether the guest
	 * has to make it again.
	 */
	struct vgic_v5_repeat repeat;
	bool retry;
};

/*
 * 48 bits of physical address, Non-secure domain, 1-of-N and SETLPI, without
 * what the VMM hides.  VIRT is 0: the guest cannot have VMs of its own.
 */
static uint64_t read_idr0(struct access *a)
{
	/* PA_RANGE 5 is 48 bits, INT_DOM 1 is Non-secure. */
	uint64_t full = FIELD_PUT(IRS_IDR0_PA_RANGE, 5) |
			FIELD_PUT(IRS_IDR0_INT_DOM, 1) |
			IRS_IDR0_ONE_N | IRS_IDR0_SETLPI |
			FIELD_PUT(IRS_IDR0_IRSID, a->number);

	return full & ~(uint64_t)a->irs->idr0_hidden;
}

/* Five bits of priority and 16 of IAFFID; each field holds one less. */
static uint64_t read_idr1(struct access *a)
{
	const struct vgic_config *config = &a->vcpu->gic->config;

	return FIELD_PUT(IRS_IDR1_PRI_BITS, 4) |
	       FIELD_PUT(IRS_IDR1_IAFFID_BITS, 15) |
	       FIELD_PUT(IRS_IDR1_PE_CNT, config->nr_vcpus);
}

static uint64_t read_idr2(struct access *a)
{
	const struct vgic_config *config = &a->vcpu->gic->config;

	uint64_t full = (config->v5.nr_lpis ? IRS_IDR2_LPI : 0) |
			FIELD_PUT(IRS_IDR2_ID_BITS, config->v5.lpi_id_bits) |
			FIELD_PUT(IRS_IDR2_MIN_LPI_ID_BITS,
				  VGIC_V5_MIN_LPI_ID_BITS) |
			IRS_IDR2_HIDEABLE;

	return full & ~(uint64_t)a->irs->idr2_hidden;
}

/* The number of SPIs of the whole VM. */
static uint64_t read_idr5(struct access *a)
{
	return a->vcpu->gic->config.nr_spis;
}

/* The number of SPIs of this IRS: all have the same. */
static uint64_t read_idr6(struct access *a)
{
	const struct vgic_config *config = &a->vcpu->gic->config;

	return config->nr_spis / config->v5.nr_irs;
}

/* The first SPI of this IRS. */
static uint64_t read_idr7(struct access *a)
{
	return read_idr6(a) * a->number;
}

/* Go on with the sweep that a change of IRSEN began.  True: it is through. */
static bool follow_cr0(struct access *a)
{
	return vgic_v5_sweep_spis(a->vcpu, a->number, &a->left);
}

/* IDLE is 1 as soon as the SPIs follow IRSEN, whichever vCPU wrote that. */
static uint64_t read_cr0(struct access *a)
{
	bool idle = follow_cr0(a);

	return vgic_load_relaxed(&a->irs->cr0) | (idle ? IRS_CR0_IDLE : 0);
}

/*
 * IRSEN: the IRS starts or stops forwarding.  Its SPIs change their lists, by a
 * sweep.  The vCPUs look at their gates once more, since IRSEN also decides for
 * a PE whether LPIs, and SPIs of other IRSs, reach it.
 *
 * The register is written first and the sweep restarted after it, as sweep.c
 * demands; the exchange pairs with the loads in forward().
 */
static void write_cr0(struct access *a, uint64_t value)
{
	struct vgic *gic = a->vcpu->gic;
	uint32_t enabled = (uint32_t)value & IRS_CR0_IRSEN;

	if (vgic_v5_begins(&a->repeat, vgic_v5_swept(&a->irs->forwarding)) &&
	    vgic_exchange(&a->irs->cr0, enabled) != enabled) {
		vgic_v5_sweep_again(&a->irs->forwarding);
		vgic_notify_all(gic, a->vcpu, ATTN_GATES);
	}
	a->retry = !follow_cr0(a);
}

static uint64_t read_cr1(struct access *a)
{
	return vgic_load_relaxed(&a->irs->cr1);
}

/*
 * Cache attributes of table walks.  They are stored for the guest to read back;
 * our IRS does not walk tables.
 */
static void write_cr1(struct access *a, uint64_t value)
{
	vgic_store_relaxed(&a->irs->cr1, (uint32_t)value & 0xffff);
}

/* IRS_SYNCR: every earlier effect is complete already. */
static void write_nothing(struct access *a, uint64_t value)
{
	(void)a;
	(void)value;
}

/* Index of the SPI with this ID; VGIC_NIL: it is not one of this IRS's. */
static uint32_t spi_at(struct access *a, uint32_t id)
{
	struct vgic *gic = a->vcpu->gic;
	uint32_t first = (uint32_t)read_idr7(a), n = (uint32_t)read_idr6(a);

	return id >= first && id - first < n ? gic->first_spi + id : VGIC_NIL;
}

/* The one that IRS_SPI_SELR names. */
static uint32_t selected_spi(struct access *a)
{
	return spi_at(a, vgic_load_relaxed(&a->irs->spi_sel));
}

static uint64_t read_spi_sel(struct access *a)
{
	return vgic_load_relaxed(&a->irs->spi_sel);
}

static void write_spi_sel(struct access *a, uint64_t value)
{
	vgic_store_relaxed(&a->irs->spi_sel,
			   (uint32_t)FIELD_GET(IRS_SPI_SELR_ID, value));
}

/* IRS_SPI_CFGR.TM is bit 0: 1 for a level. */
static uint64_t read_spi_cfg(struct access *a)
{
	uint32_t index = selected_spi(a);

	return index != VGIC_NIL &&
	       (vgic_irq_word(a->vcpu->gic, index) & W_TM);
}

/* For an SPI that this IRS does not have the register is RAZ/WI. */
static void write_spi_cfg(struct access *a, uint64_t value)
{
	uint32_t index = selected_spi(a);

	if (index == VGIC_NIL) {
		vgic_guest_error(a->vcpu);
		return;
	}
	vgic_irq_change(a->vcpu->gic, a->vcpu, index, VGIC_SET_TRIGGER,
			(value & IRS_SPI_CFGR_TM) != 0);
}

/* V = 1: the selected SPI is one of this IRS's. */
static uint64_t read_spi_status(struct access *a)
{
	return IRS_SPI_STATUSR_IDLE |
	       (selected_spi(a) == VGIC_NIL ? 0 : IRS_SPI_STATUSR_V);
}

/*
 * Make the SPI's Pending agree with its wire.  IRS_SPI_RESAMPLER names the SPI
 * itself and leaves the selection alone, so the check is made with a copy of
 * the IRS that has this SPI selected.
 */
static void write_resample(struct access *a, uint64_t value)
{
	struct vgic *gic = a->vcpu->gic;
	uint32_t index = spi_at(a, (uint32_t)FIELD_GET(IRS_SPI_SELR_ID, value));

	if (index == VGIC_NIL) {
		vgic_guest_error(a->vcpu);
		return;
	}
	vgic_irq_change(gic, a->vcpu, index, VGIC_RESAMPLE, 0);
}

/*
 * The PE that IRS_PE_SELR names by its IAFFID, or null if none of this IRS's
 * has it.
 */
static struct vgic_vcpu *selected_pe(struct access *a)
{
	uint32_t pe = vgic_find_mpidr(a->vcpu->gic,
				      vgic_load_relaxed(&a->irs->pe_sel));

	if (pe == VGIC_NOWHERE ||
	    vgic_v5_irs_of_vcpu(a->vcpu->gic, pe) != a->number) {
		return NULL;
	}
	return &a->vcpu->gic->vcpus[pe];
}

static uint64_t read_pe_sel(struct access *a)
{
	return vgic_load_relaxed(&a->irs->pe_sel);
}

static void write_pe_sel(struct access *a, uint64_t value)
{
	vgic_store_relaxed(&a->irs->pe_sel, (uint32_t)value & 0xffff);
}

/*
 * Go on with the sweep that finds interrupts for a PE that takes part again.
 * True: it is through.
 */
static bool follow_dps(struct access *a)
{
	return vgic_v5_sweep_1ofn(a->vcpu->gic, a->vcpu, &a->left);
}

/* Every PE that exists is on line: its link to the IRS cannot go down. */
static uint64_t read_pe_status(struct access *a)
{
	return (follow_dps(a) ? IRS_PE_STATUSR_IDLE : 0) |
	       (selected_pe(a) ? IRS_PE_STATUSR_V | IRS_PE_STATUSR_ONLINE : 0);
}

static uint64_t read_pe_cr0(struct access *a)
{
	struct vgic_vcpu *pe = selected_pe(a);

	return pe ? vgic_load_relaxed(&pe->v5->away) & AWAY_DPS : 0;
}

/* DPS = 1: the PE opts out of 1-of-N selection. */
static void write_pe_cr0(struct access *a, uint64_t value)
{
	struct vgic_vcpu *pe = selected_pe(a);

	if (!pe) {
		vgic_guest_error(a->vcpu);
		return;
	}
	if (vgic_v5_begins(&a->repeat,
			   vgic_v5_swept(&a->vcpu->gic->v5->finding))) {
		vgic_v5_set_away(a->vcpu, pe, AWAY_DPS,
				 value & IRS_PE_CR0_DPS);
	}
	a->retry = !follow_dps(a);
}

static uint64_t read_ist_baser(struct access *a)
{
	return vgic_load_relaxed(&a->vcpu->gic->v5->ist_baser);
}

/* What these three do is in ist.c. */
static void write_ist_baser(struct access *a, uint64_t value)
{
	a->retry = !vgic_v5_ist_baser_write(a->vcpu, value, &a->repeat,
					    &a->left);
}

static uint64_t read_ist_cfgr(struct access *a)
{
	return vgic_load_relaxed(&a->vcpu->gic->v5->ist_cfgr);
}

static void write_ist_cfgr(struct access *a, uint64_t value)
{
	a->retry = !vgic_v5_ist_cfgr_write(a->vcpu, value, &a->repeat,
					   &a->left);
}

/* IRS_IST_STATUSR has one bit, IDLE. */
static uint64_t read_ist_status(struct access *a)
{
	return vgic_v5_ist_idle(a->vcpu->gic, a->vcpu, &a->left);
}

static void write_map_l2(struct access *a, uint64_t value)
{
	a->retry = !vgic_v5_map_l2(a->vcpu, value, &a->repeat, &a->left);
}

/* One register.  Offsets are of its first byte. */
struct row {
	uint32_t offset;
	uint8_t width;
	uint64_t (*read)(struct access *a);
	void (*write)(struct access *a, uint64_t value);
	/* What it always reads, if both functions are null. */
	uint32_t fixed;
};

#define FIXED(offset, value) { offset, 4, NULL, NULL, value }
/* The implementer is Arm, by its JEP106 code. */
#define IIDR                                                     \
	((uint32_t)(FIELD_PUT(IRS_IIDR_Implementer, 0x43b) |     \
		    FIELD_PUT(IRS_IIDR_ProductID, 0x4b0)))
#define DEVARCH                                                    \
	((uint32_t)(FIELD_PUT(IRS_DEVARCH_ARCHITECT,               \
			      IRS_DEVARCH_ARCHITECT_ARM) |         \
		    IRS_DEVARCH_PRESENT |                          \
		    FIELD_PUT(IRS_DEVARCH_ARCHID,                  \
			      IRS_DEVARCH_ARCHID_GICV5)))

/*
 * In order of offset, for find_row().  An offset that is in no row reads as
 * zero and is ignored.
 */
static const struct row rows[] = {
	{ IRS_IDR0, 4, read_idr0, NULL, 0 },
	{ IRS_IDR1, 4, read_idr1, NULL, 0 },
	{ IRS_IDR2, 4, read_idr2, NULL, 0 },
	FIXED(IRS_IDR3, 0),
	FIXED(IRS_IDR4, 0),
	{ IRS_IDR5, 4, read_idr5, NULL, 0 },
	{ IRS_IDR6, 4, read_idr6, NULL, 0 },
	{ IRS_IDR7, 4, read_idr7, NULL, 0 },
	FIXED(IRS_IIDR, IIDR),
	FIXED(IRS_AIDR, 0),
	{ IRS_CR0, 4, read_cr0, write_cr0, 0 },
	{ IRS_CR1, 4, read_cr1, write_cr1, 0 },
	{ IRS_SYNCR, 4, NULL, write_nothing, 0 },
	FIXED(IRS_SYNC_STATUSR, IRS_SYNC_STATUSR_IDLE),
	{ IRS_SPI_SELR, 4, read_spi_sel, write_spi_sel, 0 },
	{ IRS_SPI_RESAMPLER, 4, NULL, write_resample, 0 },
	{ IRS_SPI_CFGR, 4, read_spi_cfg, write_spi_cfg, 0 },
	{ IRS_SPI_STATUSR, 4, read_spi_status, NULL, 0 },
	{ IRS_PE_SELR, 4, read_pe_sel, write_pe_sel, 0 },
	{ IRS_PE_STATUSR, 4, read_pe_status, NULL, 0 },
	{ IRS_PE_CR0, 4, read_pe_cr0, write_pe_cr0, 0 },
	{ IRS_IST_BASER, 8, read_ist_baser, write_ist_baser, 0 },
	{ IRS_IST_CFGR, 4, read_ist_cfgr, write_ist_cfgr, 0 },
	{ IRS_IST_STATUSR, 4, read_ist_status, NULL, 0 },
	{ IRS_MAP_L2_ISTR, 4, NULL, write_map_l2, 0 },
	FIXED(IRS_DEVARCH, DEVARCH),
	/* JEP106: continuation 4, identity 0x3b, which is Arm. */
	FIXED(IRS_PIDR4, 0x04),
	FIXED(IRS_PIDR0, 0x00),
	FIXED(IRS_PIDR1, 0xb0),
	FIXED(IRS_PIDR2, 0x0b),
	FIXED(IRS_PIDR3, 0x00),
	FIXED(IRS_CIDR0, 0x0d),
	FIXED(IRS_CIDR1, 0xf0),
	FIXED(IRS_CIDR2, 0x05),
	FIXED(IRS_CIDR3, 0xb1),
};

/* The row whose register covers an offset, or null. */
static const struct row *find_row(uint32_t offset)
{
	uint32_t low = 0, high = sizeof(rows) / sizeof(rows[0]);

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (offset < rows[mid].offset) {
			high = mid;
		} else if (offset >= rows[mid].offset + rows[mid].width) {
			low = mid + 1;
		} else {
			return &rows[mid];
		}
	}
	return NULL;
}

/*
 * Is this the write that this vCPU was told to repeat?  Then a->repeat says how
 * far it has come.  The value of a half of a 64-bit register is compared as
 * written.
 */
static void recall(struct access *a, uint32_t offset, uint64_t value)
{
	const struct vgic_v5_repeat *before = &a->vcpu->v5->repeat;
	const struct vgic_v5_repeat now = {
		.where = (a->number << 16 | offset) + 1, .value = value,
	};

	a->repeat = before->where == now.where && before->value == value ?
			    *before :
			    now;
}

/*
 * Keep for recall() how far a write has come that the guest repeats.  A write
 * that is complete is forgotten; writes of other registers are not concerned.
 */
static void remember(struct access *a)
{
	struct vgic_v5_repeat *repeat = &a->vcpu->v5->repeat;

	if (a->retry) {
		*repeat = a->repeat;
	} else if (repeat->where == a->repeat.where) {
		repeat->where = 0;
	}
}

/*
 * A 64-bit register may be written in halves.  The other half keeps its value.
 */
static void config_write(struct access *a, const struct row *row,
			 uint32_t offset, unsigned int width, uint64_t value)
{
	uint64_t old;
	uint32_t shift = 8 * (offset - row->offset);

	recall(a, offset, value);
	if (width < row->width) {
		old = row->read(a);
		value = (old & ~(UINT64_C(0xffffffff) << shift)) |
			(value & 0xffffffff) << shift;
	}
	row->write(a, value);
	remember(a);
}

/*
 * Accesses of 8 or 16 bits do not exist, nor do misaligned ones.  False: a
 * mistake of the guest's, which reads as zero and is ignored.
 */
static bool config_access(struct access *a, uint32_t offset,
			  unsigned int width, bool write, uint64_t *value)
{
	const struct row *row = find_row(offset);

	if (!write) {
		*value = 0;
	}
	if (width < 4 || offset % width || !row || width > row->width ||
	    (write ? !row->write : row->write && !row->read)) {
		return false;
	}
	if (write) {
		config_write(a, row, offset, width, *value);
		return true;
	}
	*value = row->read ? row->read(a) : row->fixed;
	*value >>= 8 * (offset - row->offset);
	*value &= width == 4 ? 0xffffffff : UINT64_MAX;
	return true;
}

/*
 * IRS_SETLPIR: a device's message makes an LPI pending and its handling mode
 * Edge.  The architecture leaves open where in its frame the register is; here
 * it is at offset 0.  A message for an LPI without a word is dropped.
 */
static bool setlpi_access(struct access *a, uint32_t offset,
			  unsigned int width, bool write, uint64_t *value)
{
	struct vgic *gic = a->vcpu->gic;
	uint32_t index;

	if (!write) {
		*value = 0;
		return false;
	}
	if (offset != IRS_SETLPIR || width != 4 ||
	    (a->irs->idr0_hidden & IRS_IDR0_SETLPI)) {
		return false;
	}
	index = vgic_v5_index(gic, 0,
			      GICV5_LPI((uint32_t)FIELD_GET(
				      IRS_SETLPIR_ID, *value)));
	if (index == VGIC_NIL) {
		return false;
	}
	vgic_irq_change(gic, a->vcpu, index, VGIC_SET_EDGE, 0);
	return true;
}

uint32_t vgic_v5_irs_width(uint32_t offset)
{
	const struct row *row = find_row(offset);

	return row ? row->width : 0;
}

bool vgic_v5_irs_access(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
			bool write, uint64_t *value)
{
	struct access a = { vcpu, &vcpu->gic->v5->irs[irs], irs,
			    .left = V5_ALL_WORK };
	const struct row *row = find_row(offset);

	return row && config_access(&a, offset, row->width, write, value);
}

/* Which IRS's frame is this?  VMs have few IRSs, so each is asked. */
enum vgic_trap vgic_v5_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value)
{
	struct vgic *gic = vcpu->gic;

	for (uint32_t i = 0; i < gic->config.v5.nr_irs; i++) {
		struct vgic_irs *irs = &gic->v5->irs[i];
		struct access a = { vcpu, irs, i, .left = V5_TRAP_WORK };
		uint64_t offset = ipa - irs->ipa;
		bool ok;

		if (!irs->placed || offset >= 2 * FRAME) {
			continue;
		}
		ok = offset < FRAME ?
			     config_access(&a, (uint32_t)offset, width, write,
					   value) :
			     setlpi_access(&a, (uint32_t)offset - FRAME,
					   width, write, value);
		if (!ok) {
			vgic_guest_error(vcpu);
		}
		return a.retry ? VGIC_TRAP_RETRY : VGIC_TRAP_DONE;
	}
	return VGIC_TRAP_NOT_MINE;
}

/*
 * No vCPU runs yet.  Both frames have to be free; wrapping around the address
 * space counts as an overlap.
 */
int vgic_set_irs_base(struct vgic *gic, uint32_t irs, uint64_t ipa)
{
	if (!gic->v5) {
		return VGIC_E_NOTSUP;
	}
	if (irs >= gic->config.v5.nr_irs) {
		return VGIC_E_NOENT;
	}
	if (ipa % FRAME) {
		return VGIC_E_INVAL;
	}
	if (gic->v5->irs[irs].placed) {
		return VGIC_E_EXIST;
	}
	for (uint32_t i = 0; i < gic->config.v5.nr_irs; i++) {
		const struct vgic_irs *other = &gic->v5->irs[i];

		if (other->placed && ipa < other->ipa + 2 * FRAME &&
		    other->ipa < ipa + 2 * FRAME) {
			return VGIC_E_OVERLAP;
		}
	}
	if (ipa + 2 * FRAME < ipa) {
		return VGIC_E_OVERLAP;
	}
	gic->v5->irs[irs].ipa = ipa;
	gic->v5->irs[irs].placed = true;
	return VGIC_OK;
}
