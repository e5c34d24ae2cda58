/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor's frame.  It has one security state (GICD_CTLR.DS = 1) and
 * affinity routing (ARE = 1), and the guest can change neither; there are no
 * message-based SPIs.  SGIs and PPIs are in the redistributors, so the bits for
 * them here are RAZ/WI.  IHI 0069 12.9
 */
#include "core/irq.h"
#include "core/route.h"
#include "v3/v3.h"

/* Low byte of the part number in PIDR0; redist.c has the redistributor's. */
#define PART_DIST 0x92

/*
 * RWP is 0, because writes take effect at once.  E1NWF is 0: no PE is woken up
 * to take a 1-of-N interrupt.
 */
static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	return vgic_load_seq(&mmio->vcpu->gic->gicd_ctlr) | GICD_CTLR_ARE |
	       GICD_CTLR_DS;
}

/*
 * With LPIs, INTIDs have 16 bits.  If there are fewer than that allows,
 * num_LPIs says how many, as a power of two: 2^(num_LPIs + 1).  IHI 0069
 * 12.9.39
 */
static uint64_t lpi_fields(uint32_t nr_lpis)
{
	uint32_t bits = 0;

	if (!nr_lpis) {
		return FIELD_PUT(GICD_TYPER_IDbits, 9);
	}
	while (nr_lpis < VGIC_MAX_LPIS && nr_lpis >> (bits + 2)) {
		bits++;
	}
	return GICD_TYPER_LPIS | FIELD_PUT(GICD_TYPER_IDbits, 15) |
	       FIELD_PUT(GICD_TYPER_num_LPIs, bits);
}

/*
 * CPUNumber would count the PEs that can be reached without affinity routing,
 * which is none.  IHI 0069 12.9.41
 */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	const struct vgic_config *config = &mmio->vcpu->gic->config;
	uint32_t lines = (config->nr_spis + 31) / 32;

	return FIELD_PUT(GICD_TYPER_ITLinesNumber, lines) |
	       lpi_fields(config->its.nr_lpis) |
	       (config->caps.a3v ? GICD_TYPER_A3V : 0) | GICD_TYPER_RSS;
}

static uint64_t read_id(struct vgic_mmio *mmio)
{
	return vgic_mmio_id(mmio, PART_DIST);
}

/*
 * For a 1-of-N interrupt vgic_get_route() says 0, as the affinity is UNKNOWN.
 * nr_irqs is 0 for an SPI that does not exist.
 */
static uint64_t read_irouter(struct vgic_mmio *mmio)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint32_t route;

	if (mmio->nr_irqs == 0) {
		return 0;
	}
	route = vgic_get_route(gic, mmio->irq);
	return FIELD_PUT(GICD_IROUTER_Aff210, route) |
	       FIELD_PUT(GICD_IROUTER_Aff3, route >> 24) |
	       (vgic_irq_word(gic, mmio->irq) & W_IRM ? GICD_IROUTER_IRM : 0);
}

/* Aff3 is in the upper half of IROUTER; a route has the four in one word. */
static uint32_t route_of(uint64_t irouter)
{
	return (uint32_t)(FIELD_GET(GICD_IROUTER_Aff210, irouter) |
			  FIELD_GET(GICD_IROUTER_Aff3, irouter) << 24);
}

/*
 * The two halves of IROUTER are written by separate accesses, maybe by two
 * vCPUs at once.  So only the bits that this access writes are changed
 * (`lanes`), in one compare-and-swap.  The lower half has the mode, IRM.  A
 * write of the upper half keeps it: VGIC_RETARGET.
 */
static void write_irouter(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint64_t lanes = mmio->lanes;
	bool mode = lanes & GICD_IROUTER_IRM;

	if (mmio->nr_irqs == 0) {
		return;
	}
	/* Without A3V, Aff3 is RES0.  IHI 0069 12.9.22 */
	if (!gic->config.caps.a3v) {
		lanes &= ~FIELD_MASK(GICD_IROUTER_Aff3);
	}
	if (mode && (value & GICD_IROUTER_IRM)) {
		(void)vgic_set_route(gic, mmio->vcpu, mmio->irq, 0, true);
	} else {
		mmio->retry = !vgic_set_route_bits(
			gic, mmio->vcpu, mmio->irq, route_of(lanes),
			route_of(value),
			mode ? VGIC_SET_TARGET : VGIC_RETARGET);
	}
}

/*
 * In order of offset.  Registers that only mean something with two security
 * states, or without affinity routing, are RES0.
 */
static const struct vgic_reg regs[] = {
	{ GICD_CTLR, 4, 0, 4, read_ctlr, vgic_mmio_write_enables },
	{ GICD_TYPER, 4, 0, 4, read_typer, NULL },
	{ GICD_IIDR, 4, 0, 4, vgic_v3_read_iidr, NULL },
	{ GICD_TYPER2, 4, 0, 4, vgic_mmio_raz, NULL },
	{ GICD_STATUSR, 4, 0, 4, vgic_mmio_read_statusr,
	  vgic_mmio_write_statusr },
	VGIC_V3_BIT_REGS(0x80),
	{ GICD_ITARGETSR, 0x400, 0, 1 | 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_ICFGR, 0x100, 2, 4, vgic_mmio_read_config,
	  vgic_mmio_write_config },
	{ GICD_IGRPMODR, 0x80, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_NSACR, 0x100, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_SGIR, 4, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_CPENDSGIR, 0x10, 0, 1 | 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_SPENDSGIR, 0x10, 0, 1 | 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_IROUTER, 8 * GIC_SPI_END, 64, 4 | 8, read_irouter,
	  write_irouter },
	{ GICD_PIDR4, 0x30, 0, 4, read_id, NULL },
};

const struct vgic_frame vgic_v3_dist = {
	.regs = regs,
	.nr_regs = sizeof(regs) / sizeof(regs[0]),
};
