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
#include "core/addr.h"
#include "core/irq.h"
#include "core/route.h"
#include "mmio/mmio.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* Bytes of each of the two frames; the SETLPI frame follows the other one. */
#define FRAME 0x10000u

/* An access of the configuration frame: what its rows need beside the row's. */
struct access {
	/* The first member, so that a row's function finds the rest. */
	struct vgic_mmio mmio;
	/* What this access may still do of a long task, see V5_TRAP_WORK. */
	uint64_t left;
	/* Of a write: what earlier attempts have done. */
	struct vgic_v5_repeat repeat;
};

static uint64_t *left_of(struct vgic_mmio *mmio)
{
	return &((struct access *)mmio)->left;
}

static struct vgic_v5_repeat *repeat_of(struct vgic_mmio *mmio)
{
	return &((struct access *)mmio)->repeat;
}

/* mmio->bank is the number of the IRS. */
static struct vgic_irs *irs_of(const struct vgic_mmio *mmio)
{
	return &mmio->vcpu->gic->v5->irs[mmio->bank];
}

/*
 * 48 bits of physical address, Non-secure domain, 1-of-N and SETLPI, without
 * what the VMM hides.  VIRT is 0: the guest cannot have VMs of its own.
 */
static uint64_t read_idr0(struct vgic_mmio *mmio)
{
	/* PA_RANGE 5 is 48 bits, INT_DOM 1 is Non-secure. */
	uint64_t full = FIELD_PUT(IRS_IDR0_PA_RANGE, 5) |
			FIELD_PUT(IRS_IDR0_INT_DOM, 1) | IRS_IDR0_ONE_N |
			IRS_IDR0_SETLPI | FIELD_PUT(IRS_IDR0_IRSID, mmio->bank);

	return full & ~(uint64_t)irs_of(mmio)->idr0_hidden;
}

/* Five bits of priority and 16 of IAFFID; each field holds one less. */
static uint64_t read_idr1(struct vgic_mmio *mmio)
{
	const struct vgic_config *config = &mmio->vcpu->gic->config;

	return FIELD_PUT(IRS_IDR1_PRI_BITS, 4) |
	       FIELD_PUT(IRS_IDR1_IAFFID_BITS, 15) |
	       FIELD_PUT(IRS_IDR1_PE_CNT, config->nr_vcpus);
}

static uint64_t read_idr2(struct vgic_mmio *mmio)
{
	const struct vgic_config *config = &mmio->vcpu->gic->config;

	uint64_t full =
		(config->v5.nr_lpis ? IRS_IDR2_LPI : 0) |
		FIELD_PUT(IRS_IDR2_ID_BITS, config->v5.lpi_id_bits) |
		FIELD_PUT(IRS_IDR2_MIN_LPI_ID_BITS, VGIC_V5_MIN_LPI_ID_BITS) |
		IRS_IDR2_HIDEABLE;

	return full & ~(uint64_t)irs_of(mmio)->idr2_hidden;
}

/* The number of SPIs of the whole VM. */
static uint64_t read_idr5(struct vgic_mmio *mmio)
{
	return mmio->vcpu->gic->config.nr_spis;
}

/* The number of SPIs of this IRS: all have the same. */
static uint64_t read_idr6(struct vgic_mmio *mmio)
{
	const struct vgic_config *config = &mmio->vcpu->gic->config;

	return config->nr_spis / config->v5.nr_irs;
}

/* The first SPI of this IRS. */
static uint64_t read_idr7(struct vgic_mmio *mmio)
{
	return read_idr6(mmio) * mmio->bank;
}

/* Go on with the sweep that a change of IRSEN began.  True: it is through. */
static bool follow_cr0(struct vgic_mmio *mmio)
{
	return vgic_v5_sweep_spis(mmio->vcpu, mmio->bank, left_of(mmio));
}

/* IDLE is 1 as soon as the SPIs follow IRSEN, whichever vCPU wrote that. */
static uint64_t read_cr0(struct vgic_mmio *mmio)
{
	bool idle = follow_cr0(mmio);

	return vgic_load_relaxed(&irs_of(mmio)->cr0) |
	       (idle ? IRS_CR0_IDLE : 0);
}

/*
 * IRSEN: the IRS starts or stops forwarding.  Its SPIs change their lists, by a
 * sweep.  The vCPUs look at their gates once more, since IRSEN also decides for
 * a PE whether LPIs, and SPIs of other IRSs, reach it.
 *
 * The register is written first and the sweep restarted after it, as sweep.c
 * demands; the exchange pairs with the loads in forward().
 */
static void write_cr0(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_irs *irs = irs_of(mmio);
	uint32_t enabled = (uint32_t)value & IRS_CR0_IRSEN;

	if (vgic_v5_begins(repeat_of(mmio), vgic_v5_swept(&irs->forwarding)) &&
	    vgic_exchange(&irs->cr0, enabled) != enabled) {
		vgic_v5_sweep_again(&irs->forwarding);
		vgic_notify_all(mmio->vcpu->gic, mmio->vcpu, ATTN_GATES);
	}
	mmio->retry = !follow_cr0(mmio);
}

static uint64_t read_cr1(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&irs_of(mmio)->cr1);
}

/*
 * Cache attributes of table walks.  They are stored for the guest to read back;
 * our IRS does not walk tables.
 */
static void write_cr1(struct vgic_mmio *mmio, uint64_t value)
{
	vgic_store_relaxed(&irs_of(mmio)->cr1, (uint32_t)value & 0xffff);
}

/* Index of the SPI with this ID; VGIC_NIL: it is not one of this IRS's. */
static uint32_t spi_at(struct vgic_mmio *mmio, uint32_t id)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t first = (uint32_t)read_idr7(mmio);
	uint32_t n = (uint32_t)read_idr6(mmio);

	return id >= first && id - first < n ? gic->first_spi + id : VGIC_NIL;
}

/* The one that IRS_SPI_SELR names. */
static uint32_t selected_spi(struct vgic_mmio *mmio)
{
	return spi_at(mmio, vgic_load_relaxed(&irs_of(mmio)->spi_sel));
}

static uint64_t read_spi_sel(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&irs_of(mmio)->spi_sel);
}

static void write_spi_sel(struct vgic_mmio *mmio, uint64_t value)
{
	vgic_store_relaxed(&irs_of(mmio)->spi_sel,
			   (uint32_t)FIELD_GET(IRS_SPI_SELR_ID, value));
}

/* IRS_SPI_CFGR.TM is bit 0: 1 for a level. */
static uint64_t read_spi_cfg(struct vgic_mmio *mmio)
{
	uint32_t index = selected_spi(mmio);

	return index != VGIC_NIL &&
	       (vgic_irq_word(mmio->vcpu->gic, index) & W_TM);
}

/* For an SPI that this IRS does not have the register is RAZ/WI. */
static void write_spi_cfg(struct vgic_mmio *mmio, uint64_t value)
{
	uint32_t index = selected_spi(mmio);

	if (index == VGIC_NIL) {
		vgic_guest_error(mmio->vcpu);
		return;
	}
	vgic_irq_change(mmio->vcpu->gic, mmio->vcpu, index, VGIC_SET_TRIGGER,
			(value & IRS_SPI_CFGR_TM) != 0);
}

/* V = 1: the selected SPI is one of this IRS's. */
static uint64_t read_spi_status(struct vgic_mmio *mmio)
{
	return IRS_SPI_STATUSR_IDLE |
	       (selected_spi(mmio) == VGIC_NIL ? 0 : IRS_SPI_STATUSR_V);
}

/*
 * Make the SPI's Pending agree with its wire.  IRS_SPI_RESAMPLER names the SPI
 * itself and leaves the selection alone.
 */
static void write_resample(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t id = (uint32_t)FIELD_GET(IRS_SPI_SELR_ID, value);
	uint32_t index = spi_at(mmio, id);

	if (index == VGIC_NIL) {
		vgic_guest_error(mmio->vcpu);
		return;
	}
	vgic_irq_change(gic, mmio->vcpu, index, VGIC_RESAMPLE, 0);
}

/*
 * The PE that IRS_PE_SELR names by its IAFFID, or null if none of this IRS's
 * has it.
 */
static struct vgic_vcpu *selected_pe(struct vgic_mmio *mmio)
{
	uint32_t pe = vgic_find_mpidr(mmio->vcpu->gic,
				      vgic_load_relaxed(&irs_of(mmio)->pe_sel));

	if (pe == VGIC_NOWHERE ||
	    vgic_v5_irs_of_vcpu(mmio->vcpu->gic, pe) != mmio->bank) {
		return NULL;
	}
	return &mmio->vcpu->gic->vcpus[pe];
}

static uint64_t read_pe_sel(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&irs_of(mmio)->pe_sel);
}

static void write_pe_sel(struct vgic_mmio *mmio, uint64_t value)
{
	vgic_store_relaxed(&irs_of(mmio)->pe_sel, (uint32_t)value & 0xffff);
}

/*
 * Go on with the sweep that finds interrupts for a PE that takes part again.
 * True: it is through.
 */
static bool follow_dps(struct vgic_mmio *mmio)
{
	return vgic_v5_sweep_1ofn(mmio->vcpu->gic, mmio->vcpu, left_of(mmio));
}

/* Every PE that exists is on line: its link to the IRS cannot go down. */
static uint64_t read_pe_status(struct vgic_mmio *mmio)
{
	return (follow_dps(mmio) ? IRS_PE_STATUSR_IDLE : 0) |
	       (selected_pe(mmio) ? IRS_PE_STATUSR_V | IRS_PE_STATUSR_ONLINE :
				    0);
}

static uint64_t read_pe_cr0(struct vgic_mmio *mmio)
{
	struct vgic_vcpu *pe = selected_pe(mmio);

	return pe ? vgic_load_relaxed(&pe->v5->away) & AWAY_DPS : 0;
}

/* DPS = 1: the PE opts out of 1-of-N selection. */
static void write_pe_cr0(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic_vcpu *pe = selected_pe(mmio);

	if (!pe) {
		vgic_guest_error(mmio->vcpu);
		return;
	}
	if (vgic_v5_begins(repeat_of(mmio),
			   vgic_v5_swept(&mmio->vcpu->gic->v5->finding))) {
		vgic_v5_set_away(mmio->vcpu, pe, AWAY_DPS,
				 value & IRS_PE_CR0_DPS);
	}
	mmio->retry = !follow_dps(mmio);
}

static uint64_t read_ist_baser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&mmio->vcpu->gic->v5->ist_baser);
}

/* What these three do is in ist.c. */
static void write_ist_baser(struct vgic_mmio *mmio, uint64_t value)
{
	mmio->retry = !vgic_v5_ist_baser_write(mmio->vcpu, value,
					       repeat_of(mmio), left_of(mmio));
}

static uint64_t read_ist_cfgr(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&mmio->vcpu->gic->v5->ist_cfgr);
}

static void write_ist_cfgr(struct vgic_mmio *mmio, uint64_t value)
{
	mmio->retry = !vgic_v5_ist_cfgr_write(mmio->vcpu, value,
					      repeat_of(mmio), left_of(mmio));
}

/* IRS_IST_STATUSR has one bit, IDLE. */
static uint64_t read_ist_status(struct vgic_mmio *mmio)
{
	return vgic_v5_ist_idle(mmio->vcpu->gic, mmio->vcpu, left_of(mmio));
}

static void write_map_l2(struct vgic_mmio *mmio, uint64_t value)
{
	mmio->retry = !vgic_v5_map_l2(mmio->vcpu, value, repeat_of(mmio),
				      left_of(mmio));
}

/* Every earlier effect is complete already, so IRS_SYNCR has nothing to do. */
static uint64_t read_sync_status(struct vgic_mmio *mmio)
{
	(void)mmio;
	return IRS_SYNC_STATUSR_IDLE;
}

/* The implementer is Arm, by its JEP106 code. */
static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	(void)mmio;
	return FIELD_PUT(IRS_IIDR_Implementer, 0x43b) |
	       FIELD_PUT(IRS_IIDR_ProductID, 0x4b0);
}

static uint64_t read_devarch(struct vgic_mmio *mmio)
{
	(void)mmio;
	return FIELD_PUT(IRS_DEVARCH_ARCHITECT, IRS_DEVARCH_ARCHITECT_ARM) |
	       IRS_DEVARCH_PRESENT |
	       FIELD_PUT(IRS_DEVARCH_ARCHID, IRS_DEVARCH_ARCHID_GICV5);
}

/* JEP106: continuation 4, identity 0x3b, which is Arm. */
static uint64_t read_pidr4(struct vgic_mmio *mmio)
{
	(void)mmio;
	return 0x04;
}

static uint64_t read_id(struct vgic_mmio *mmio)
{
	const uint8_t ids[] = {
		0x00, 0xb0, 0x0b, 0x00, /* PIDR0-3 */
		0x0d, 0xf0, 0x05, 0xb1, /* CIDR0-3 */
	};

	return ids[mmio->offset / 4];
}

/* An offset that is in no row reads as zero and is ignored. */
static const struct vgic_reg config_regs[] = {
	{ IRS_IDR0, 4, 0, 4, read_idr0, NULL },
	{ IRS_IDR1, 4, 0, 4, read_idr1, NULL },
	{ IRS_IDR2, 4, 0, 4, read_idr2, NULL },
	{ IRS_IDR3, 4, 0, 4, vgic_mmio_raz, NULL },
	{ IRS_IDR4, 4, 0, 4, vgic_mmio_raz, NULL },
	{ IRS_IDR5, 4, 0, 4, read_idr5, NULL },
	{ IRS_IDR6, 4, 0, 4, read_idr6, NULL },
	{ IRS_IDR7, 4, 0, 4, read_idr7, NULL },
	{ IRS_IIDR, 4, 0, 4, read_iidr, NULL },
	{ IRS_AIDR, 4, 0, 4, vgic_mmio_raz, NULL },
	{ IRS_CR0, 4, 0, 4, read_cr0, write_cr0 },
	{ IRS_CR1, 4, 0, 4, read_cr1, write_cr1 },
	{ IRS_SYNCR, 4, 0, 4, NULL, vgic_mmio_wi },
	{ IRS_SYNC_STATUSR, 4, 0, 4, read_sync_status, NULL },
	{ IRS_SPI_SELR, 4, 0, 4, read_spi_sel, write_spi_sel },
	{ IRS_SPI_RESAMPLER, 4, 0, 4, NULL, write_resample },
	{ IRS_SPI_CFGR, 4, 0, 4, read_spi_cfg, write_spi_cfg },
	{ IRS_SPI_STATUSR, 4, 0, 4, read_spi_status, NULL },
	{ IRS_PE_SELR, 4, 0, 4, read_pe_sel, write_pe_sel },
	{ IRS_PE_STATUSR, 4, 0, 4, read_pe_status, NULL },
	{ IRS_PE_CR0, 4, 0, 4, read_pe_cr0, write_pe_cr0 },
	{ IRS_IST_BASER, 8, 0, 4 | 8, read_ist_baser, write_ist_baser },
	{ IRS_IST_CFGR, 4, 0, 4, read_ist_cfgr, write_ist_cfgr },
	{ IRS_IST_STATUSR, 4, 0, 4, read_ist_status, NULL },
	{ IRS_MAP_L2_ISTR, 4, 0, 4, NULL, write_map_l2 },
	{ IRS_DEVARCH, 4, 0, 4, read_devarch, NULL },
	{ IRS_PIDR4, 4, 0, 4, read_pidr4, NULL },
	{ IRS_PIDR0, 0x20, 0, 4, read_id, NULL },
};

const struct vgic_frame vgic_v5_irs_config = {
	.regs = config_regs,
	.nr_regs = sizeof(config_regs) / sizeof(config_regs[0]),
};

/*
 * A device's message makes an LPI pending and its handling mode Edge.  A
 * message for an LPI without a word is dropped.
 */
static void write_setlpi(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t id = (uint32_t)FIELD_GET(IRS_SETLPIR_ID, value);
	uint32_t index = vgic_v5_index(gic, 0, GICV5_LPI(id));

	if (index == VGIC_NIL ||
	    (irs_of(mmio)->idr0_hidden & IRS_IDR0_SETLPI)) {
		vgic_guest_error(mmio->vcpu);
		return;
	}
	vgic_irq_change(gic, mmio->vcpu, index, VGIC_SET_EDGE, 0);
}

/* The architecture leaves open where in its frame the register is. */
static const struct vgic_reg setlpi_regs[] = {
	{ IRS_SETLPIR, 4, 0, 4, NULL, write_setlpi },
};

static const struct vgic_frame setlpi = { .regs = setlpi_regs, .nr_regs = 1 };

/*
 * Is this the write that this vCPU was told to repeat?  Then a->repeat says how
 * far it has come.  The value of a half of a 64-bit register is compared as
 * written.
 */
static void recall(struct access *a, uint32_t offset, uint64_t value)
{
	const struct vgic_v5_repeat *before = &a->mmio.vcpu->v5->repeat;
	const struct vgic_v5_repeat now = {
		.where = (a->mmio.bank << 16 | offset) + 1,
		.value = value,
	};

	a->repeat = before->where == now.where && before->value == value ?
			    *before :
			    now;
}

/*
 * Keep for recall() how far a write has come that the guest repeats.  A write
 * that is complete is forgotten; writes of other registers are not concerned.
 */
static void remember(const struct access *a)
{
	struct vgic_v5_repeat *repeat = &a->mmio.vcpu->v5->repeat;

	if (a->mmio.retry) {
		*repeat = a->repeat;
	} else if (repeat->where == a->repeat.where) {
		repeat->where = 0;
	}
}

static enum vgic_trap config_access(struct access *a, uint32_t offset,
				    bool write, uint64_t *value)
{
	enum vgic_trap result;

	if (!write) {
		return vgic_mmio_access(&a->mmio, &vgic_v5_irs_config, offset,
					false, value);
	}
	recall(a, offset, *value);
	result = vgic_mmio_access(&a->mmio, &vgic_v5_irs_config, offset, true,
				  value);
	remember(a);
	return result;
}

void vgic_v5_irs_access(struct vgic_vcpu *vcpu, uint32_t irs, uint32_t offset,
			bool write, uint64_t *value)
{
	const struct vgic_reg *reg =
		vgic_mmio_find(&vgic_v5_irs_config, offset);
	struct access a = {
		.mmio = { .vcpu = vcpu, .user = true, .bank = irs },
		.left = V5_ALL_WORK,
	};

	/* A guest would be counted a mistake here. */
	if (!reg || (write ? !reg->write : !reg->read)) {
		return;
	}
	a.mmio.width = reg->widths & 8 ? 8 : 4;
	(void)config_access(&a, offset, write, value);
}

/* Which IRS's frame is this?  VMs have few IRSs, so each is asked. */
enum vgic_trap vgic_v5_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value)
{
	struct vgic *gic = vcpu->gic;

	for (uint32_t i = 0; i < gic->config.v5.nr_irs; i++) {
		const struct vgic_irs *irs = &gic->v5->irs[i];
		uint64_t offset = ipa - irs->ipa;
		struct access a = {
			.mmio = { .vcpu = vcpu,
				  .ipa = ipa,
				  .width = width,
				  .bank = i },
			.left = V5_TRAP_WORK,
		};

		if (!irs->placed || offset >= 2 * FRAME) {
			continue;
		}
		if (offset < FRAME) {
			return config_access(&a, (uint32_t)offset, write,
					     value);
		}
		return vgic_mmio_access(&a.mmio, &setlpi,
					(uint32_t)offset - FRAME, write, value);
	}
	return VGIC_TRAP_NOT_MINE;
}

bool vgic_v5_frame(const struct vgic *gic, uint32_t n,
		   struct vgic_mmio_region *region)
{
	for (uint32_t i = 0; i < gic->config.v5.nr_irs; i++) {
		if (gic->v5->irs[i].placed && n-- == 0) {
			*region = (struct vgic_mmio_region){
				"IRS", gic->v5->irs[i].ipa, 2 * FRAME
			};
			return true;
		}
	}
	return false;
}

/* No vCPU runs yet. */
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
	if (!vgic_frame_fits(gic, ipa, 2 * FRAME)) {
		return VGIC_E_OVERLAP;
	}
	gic->v5->irs[irs].ipa = ipa;
	gic->v5->irs[irs].placed = true;
	return VGIC_OK;
}
