/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GICv2 distributor's frame: one security state, both groups.  Most rows
 * are those of mmio/irq.c.  What differs from GICv3 is here: target lists, and
 * SGIs, which are sent by a register and pending for each sender on its own.
 * The registers of SGIs and PPIs are banked: each CPU sees its own (mmio->bank,
 * set by v2.c).  IHI 0048 4.3
 */
#include "core/route.h"
#include "v2/v2.h"

/* PIDR2: architecture version 2 in the upper four bits. */
#define PIDR2_GICV2 0x2bu

/* The two group enables. */
static uint64_t read_ctlr(struct vgic_mmio *mmio)
{
	return vgic_load_seq(&mmio->vcpu->gic->gicd_ctlr);
}

/*
 * One security state: no SecurityExtn.  CPUNumber is one less than there are.
 */
static uint64_t read_typer(struct vgic_mmio *mmio)
{
	const struct vgic_config *config = &mmio->vcpu->gic->config;

	return FIELD_PUT(GICD_TYPER_ITLinesNumber,
			 (config->nr_spis + 31) / 32) |
	       FIELD_PUT(GICD_TYPER_CPUNumber, config->nr_vcpus - 1);
}

static uint64_t read_iidr(struct vgic_mmio *mmio)
{
	return vgic_mmio_iidr(mmio->vcpu->gic);
}

/*
 * Does this access begin with SGIs?  In registers of one bit for each interrupt
 * PPIs follow in the same word, in ICFGR it is SGIs only.
 */
static bool are_sgis(const struct vgic_mmio *mmio)
{
	return vgic_has_senders(mmio->vcpu->gic, mmio->irq);
}

/*
 * SGIs become pending or not by GICD_SPENDSGIR and GICD_CPENDSGIR alone, which
 * say for which sender; their bits in ISPENDR and ICPENDR are WI.
 */
static uint64_t no_sgis(const struct vgic_mmio *mmio, uint64_t value)
{
	return are_sgis(mmio) ? value & ~UINT64_C(0xffff) : value;
}

static void write_ispendr(struct vgic_mmio *mmio, uint64_t value)
{
	vgic_mmio_write_ispendr(mmio, no_sgis(mmio, value));
}

static void write_icpendr(struct vgic_mmio *mmio, uint64_t value)
{
	vgic_mmio_write_icpendr(mmio, no_sgis(mmio, value));
}

/* SGIs are edges for good.  IHI 0048 4.3.13 */
static void write_icfgr(struct vgic_mmio *mmio, uint64_t value)
{
	if (!are_sgis(mmio)) {
		vgic_mmio_write_config(mmio, value);
	}
}

/*
 * The bytes of private interrupts are read-only and name the CPU that reads.
 * IHI 0048 4.3.12
 */
static uint64_t read_targets(struct vgic_mmio *mmio)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint32_t index = mmio->irq + i;
		uint64_t mask = index < gic->first_spi ?
					1u << mmio->vcpu->index :
					vgic_get_route(gic, index);

		value |= mask << 8 * i;
	}
	return value;
}

/* One bit for each CPU that exists. */
static uint32_t all_cpus(const struct vgic *gic)
{
	return (1u << gic->config.nr_vcpus) - 1;
}

/*
 * Each byte is one interrupt's list, its route; route_target() in arch.c says
 * what it means.  Bits of CPUs that do not exist are RAZ/WI (IHI 0048 4.3.12).
 * While other CPUs go on writing the same
 * list the guest may have to make its access again; bytes that are written
 * already are then written once more.
 */
static void write_targets(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;

	for (uint32_t i = 0; i < mmio->nr_irqs; i++) {
		uint32_t index = mmio->irq + i;

		if (index >= gic->first_spi &&
		    !vgic_set_route(gic, mmio->vcpu, index,
				    (uint32_t)(value >> 8 * i) & all_cpus(gic),
				    false)) {
			mmio->retry = true;
		}
	}
}

/*
 * Send an SGI to a list of CPUs, to all others, or to the sender itself.  The
 * register names one SGI and is not banked: the sender is the CPU that writes.
 */
static void write_sgir(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t self = mmio->vcpu->index;
	uint32_t sgi = (uint32_t)FIELD_GET(GICD_SGIR_SGIINTID, value);
	uint32_t all = all_cpus(gic);
	uint32_t lists[] = {
		[GICD_SGIR_FILTER_LIST] =
			(uint32_t)FIELD_GET(GICD_SGIR_CPUTargetList, value) &
			all,
		[GICD_SGIR_FILTER_OTHERS] = all & ~(1u << self),
		[GICD_SGIR_FILTER_SELF] = 1u << self,
		[3] = 0, /* reserved */
	};
	uint32_t to = lists[FIELD_GET(GICD_SGIR_TargetListFilter, value)];

	for (; to; to &= to - 1) {
		uint32_t cpu = (uint32_t)__builtin_ctz(to);

		vgic_sgi_send(gic, mmio->vcpu, cpu * GIC_NR_PRIVATE + sgi,
			      self);
	}
}

/*
 * Both registers read the same: one byte for each SGI of the CPU that reads,
 * with one bit for each sender whose SGI is pending.  The sender whose SGI is
 * in a list register is noted apart from the others.  IHI 0048 4.3.17
 */
static uint64_t read_pendsgir(struct vgic_mmio *mmio)
{
	const struct vgic *gic = mmio->vcpu->gic;
	uint32_t first = mmio->vcpu->index * GIC_NR_PRIVATE + mmio->offset;
	uint64_t value = 0;

	for (uint32_t i = 0; i < mmio->width; i++) {
		uint64_t sources = vgic_sgi_sources(gic, first + i);

		if (vgic_sgi_is_loaded(gic, first + i)) {
			sources |= 1u << vgic_sgi_loaded(gic, first + i);
		}
		value |= sources << 8 * i;
	}
	return value;
}

/* As if each CPU whose bit is 1 had sent the SGI to the CPU that writes. */
static void write_spendsgir(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t first = mmio->vcpu->index * GIC_NR_PRIVATE + mmio->offset;

	for (uint32_t i = 0; i < mmio->width; i++) {
		uint32_t sources = (uint32_t)(value >> 8 * i) & all_cpus(gic);

		for (; sources; sources &= sources - 1) {
			vgic_sgi_send(gic, mmio->vcpu, first + i,
				      (uint32_t)__builtin_ctz(sources));
		}
	}
}

/* Take back what the CPUs whose bits are 1 have sent. */
static void write_cpendsgir(struct vgic_mmio *mmio, uint64_t value)
{
	struct vgic *gic = mmio->vcpu->gic;
	uint32_t first = mmio->vcpu->index * GIC_NR_PRIVATE + mmio->offset;

	for (uint32_t i = 0; i < mmio->width; i++) {
		uint32_t sources = value >> 8 * i & 0xff;

		if (sources) {
			vgic_sgi_unsend(gic, mmio->vcpu, first + i, sources);
		}
	}
}

/* The usual values of Arm's GICs; only PIDR2 is architected. */
static uint64_t read_id(struct vgic_mmio *mmio)
{
	const uint8_t ids[] = {
		0x04, 0,    0,		 0,    /* PIDR4-7 */
		0x90, 0xb4, PIDR2_GICV2, 0,    /* PIDR0-3 */
		0x0d, 0xf0, 0x05,	 0xb1, /* CIDR0-3 */
	};

	return ids[mmio->offset / 4];
}

/* In order of offset.  The last row is PIDR4 to CIDR3. */
static const struct vgic_reg regs[] = {
	{ GICD_CTLR, 4, 0, 4, read_ctlr, vgic_mmio_write_enables },
	{ GICD_TYPER, 4, 0, 4, read_typer, NULL },
	{ GICD_IIDR, 4, 0, 4, read_iidr, NULL },
	VGIC_MMIO_ENABLES(0x80),
	{ GICD_ISPENDR, 0x80, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_pending,
	  write_ispendr },
	{ GICD_ICPENDR, 0x80, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_pending,
	  write_icpendr },
	{ GICD_ISACTIVER, 0x80, 1, 4 | VGIC_EXIT_R | VGIC_EXIT_W,
	  vgic_mmio_read_active, vgic_mmio_write_isactiver },
	{ GICD_ICACTIVER, 0x80, 1, 4 | VGIC_EXIT_R | VGIC_EXIT_W,
	  vgic_mmio_read_active, vgic_mmio_write_icactiver },
	{ GICD_IPRIORITYR, 0x400, 8, 1 | 4, vgic_mmio_read_priority,
	  vgic_mmio_write_priority },
	{ GICD_ITARGETSR, 0x400, 8, 1 | 4, read_targets, write_targets },
	{ GICD_ICFGR, 0x100, 2, 4, vgic_mmio_read_config, write_icfgr },
	{ GICD_NSACR, 0x100, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
	{ GICD_SGIR, 4, 0, 4, NULL, write_sgir },
	{ GICD_CPENDSGIR, 0x10, 0, 1 | 4 | VGIC_EXIT_R | VGIC_EXIT_W,
	  read_pendsgir, write_cpendsgir },
	{ GICD_SPENDSGIR, 0x10, 0, 1 | 4 | VGIC_EXIT_R | VGIC_EXIT_W,
	  read_pendsgir, write_spendsgir },
	{ 0x0fd0, 0x30, 0, 4, read_id, NULL },
};

const struct vgic_frame vgic_v2_dist = {
	.regs = regs,
	.nr_regs = sizeof(regs) / sizeof(regs[0]),
};
