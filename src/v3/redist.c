/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The redistributor: two frames for each vCPU, RD_base for the vCPU itself and
 * LPIs, SGI_base for its SGIs and PPIs.  Which vCPU's it is follows from the
 * address (mmio->bank, set by v3.c); any vCPU may access it.  So everything
 * here may run at the same time as the vCPU that owns the frame.  IHI 0069
 * 12.10, 12.11
 */
#include "core/irq.h"
#include "core/route.h"
#include "its/its.h"
#include "v3/v3.h"

/* What GICR_WAKER reads while the PE sleeps. */
#define WAKER_ASLEEP (GICR_WAKER_ProcessorSleep | GICR_WAKER_ChildrenAsleep)
#define PART_REDIST 0x93

/* Has the VM any?  Then it has vgic_arch.lpis. */
static bool has_lpis(const struct vgic_mmio *mmio)
{
	return mmio->vcpu->gic->config.its.nr_lpis;
}

/*
 * CES and IR are as in KVM from its revision 3 on: EnableLPIs can be cleared,
 * and there are INVLPIR and INVALLR.  UWP is 0, since writes of other registers
 * take effect at once.  RWP is 1 while EnableLPIs is being turned off: the vCPU
 * that writes it repeats its access until that is through, so another PE sees
 * it.  As in KVM, GICR_TYPER.DPGS is 0 and the DPG bits are RES0.  IHI 0069
 * 12.11.2
 */
static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	uint32_t fixed = mmio->vcpu->gic->revision < 3 ?
				 0 :
				 GICR_CTLR_CES | GICR_CTLR_IR;

	return vgic_load_relaxed(&vgic_v3_owner(mmio)->gicr_ctlr) | fixed |
	       (lpi_job_of(vgic_v3_owner(mmio)) == LPI_GO_OFF ? GICR_CTLR_RWP :
								0);
}

/* EnableLPIs is all that can be written. */
static void write_ctlr(struct vgic_mmio *mmio, uint64_t value)
{
	if (has_lpis(mmio)) {
		mmio->vcpu->gic->arch->lpis->enable(
			mmio, value & GICR_CTLR_EnableLPIs);
	}
}

/* CommonLPIAff is 0: all redistributors share one configuration table. */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	const struct vgic_vcpu *vcpu = vgic_v3_owner(mmio);

	return FIELD_PUT(GICR_TYPER_Affinity_Value, vcpu->mpidr) |
	       FIELD_PUT(GICR_TYPER_Processor_Number, vcpu->number) |
	       (has_lpis(mmio) ? GICR_TYPER_PLPIS : 0) |
	       (vcpu->rdist_last ? GICR_TYPER_Last : 0);
}

static uint64_t read_waker(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&vgic_v3_owner(mmio)->gicr_waker);
}

/*
 * The PE falls asleep or wakes up, by ProcessorSleep.  There is nothing to wait
 * for, so ChildrenAsleep follows at once.
 *
 * The exchange comes first and the bit among the takers second, as
 * forget_taker() in core/route.c demands; it pairs with the load in
 * takes_1ofn().  A PE that wakes up may get interrupts that found no PE.  To
 * look for those may be more than one access can do: then the guest repeats it,
 * or, for a VMM's access, it is repeated here.
 */
static void write_waker(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t now = value & GICR_WAKER_ProcessorSleep ? WAKER_ASLEEP : 0;

	if (vgic_exchange(&vgic_v3_owner(mmio)->gicr_waker, now) != now) {
		if (now) {
			vgic_leave_1ofn(gic, mmio->vcpu, mmio->bank);
		} else {
			vgic_note_taker(gic, mmio->bank);
			vgic_take_stranded(gic);
		}
	}
	do {
		mmio->retry = !vgic_find_takers(gic, mmio->vcpu);
	} while (mmio->retry && mmio->user);
}

static uint64_t read_id(struct vgic_mmio *mmio)
{
	return vgic_mmio_id(mmio, PART_REDIST);
}

static void write_base(struct vgic_mmio *mmio, _Atomic(uint64_t) *base,
		       uint64_t fields, uint64_t value)
{
	if (has_lpis(mmio)) {
		mmio->vcpu->gic->arch->lpis->write_base(mmio, base, fields,
							value);
	}
}

/*
 * One register of the VM, which each redistributor shows, because
 * GICR_TYPER.CommonLPIAff is 0.
 */
static uint64_t read_propbaser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&mmio->vcpu->gic->gicr_propbaser);
}

static void write_propbaser(struct vgic_mmio *mmio, uint64_t value)
{
	write_base(mmio, &mmio->vcpu->gic->gicr_propbaser, LPI_PROPBASER_FIELDS,
		   value);
}

/* PTZ (the table is zero) is a hint of the guest's; it reads as zero. */
static uint64_t read_pendbaser(struct vgic_mmio *mmio)
{
	return vgic_load_relaxed(&vgic_v3_owner(mmio)->gicr_pendbaser) &
	       ~GICR_PENDBASER_PTZ;
}

static void write_pendbaser(struct vgic_mmio *mmio, uint64_t value)
{
	write_base(mmio, &vgic_v3_owner(mmio)->gicr_pendbaser,
		   LPI_PENDBASER_FIELDS, value);
}

static void write_invlpir(struct vgic_mmio *mmio, uint64_t value)
{
	if (has_lpis(mmio)) {
		mmio->vcpu->gic->arch->lpis->reload(mmio, (uint32_t)value);
	}
}

static void write_invallr(struct vgic_mmio *mmio, uint64_t value)
{
	(void)value;
	if (has_lpis(mmio)) {
		mmio->vcpu->gic->arch->lpis->reload_all(mmio);
	}
}

/*
 * RD_base, in order of offset.  Without LPIs (GICR_TYPER.PLPIS = 0) the
 * registers for them are RES0.  SYNCR reads 0: no register write is
 * outstanding.
 */
static const struct vgic_reg redist_regs[] = {
	{ GICR_CTLR, 4, 0, 4 | VGIC_EXIT_W, read_ctlr, write_ctlr },
	{ GICR_IIDR, 4, 0, 4, vgic_v3_read_iidr, NULL },
	{ GICR_TYPER, 8, 0, 4 | 8, read_typer, NULL },
	{ GICR_STATUSR, 4, 0, 4, vgic_mmio_read_statusr,
	  vgic_mmio_write_statusr },
	{ GICR_WAKER, 4, 0, 4 | VGIC_EXIT_W, read_waker, write_waker },
	{ GICR_PROPBASER, 8, 0, 4 | 8 | VGIC_EXIT_W, read_propbaser,
	  write_propbaser },
	{ GICR_PENDBASER, 8, 0, 4 | 8 | VGIC_EXIT_W, read_pendbaser,
	  write_pendbaser },
	{ GICR_INVLPIR, 8, 0, 4 | 8 | VGIC_EXIT_W, NULL, write_invlpir },
	{ GICR_INVALLR, 8, 0, 4 | 8 | VGIC_EXIT_W, NULL, write_invallr },
	{ GICR_SYNCR, 4, 0, 4, vgic_mmio_raz, NULL },
	{ GICR_PIDR4, 0x30, 0, 4, read_id, NULL },
};

/*
 * GICR_ICFGR0 is for SGIs, which are edges for good.  Whether PPIs can be
 * configured by GICR_ICFGR1 the architecture leaves open; here they can.  IHI
 * 0069 12.11.7
 */
static void write_icfgr(struct vgic_mmio *mmio, uint64_t value)
{
	if (mmio->offset) {
		vgic_mmio_write_config(mmio, value);
	}
}

/* regs/gicv3.h counts from RD_base, a frame's rows from the frame's start. */
#define SGI(reg) ((reg)-GICR_SGI_BASE)

/* SGI_base, in order of offset: what mmio/irq.c does for any interrupts. */
static const struct vgic_reg sgi_regs[] = {
	VGIC_V3_BIT_REGS(4),
	{ SGI(GICR_ICFGR0), 8, 2, 4, vgic_mmio_read_config, write_icfgr },
	{ SGI(GICR_IGRPMODR0), 4, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
	{ SGI(GICR_NSACR), 4, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
};

const struct vgic_frame vgic_v3_redist = {
	.regs = redist_regs,
	.nr_regs = sizeof(redist_regs) / sizeof(redist_regs[0]),
};

const struct vgic_frame vgic_v3_sgi = {
	.regs = sgi_regs,
	.nr_regs = sizeof(sgi_regs) / sizeof(sgi_regs[0]),
};
