/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/snapshot/chaos.h"

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"
#include "tests/machine/irs.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"

#define NR_SPIS 64u
#define NR_DEVICES 4u
#define EVENT_BITS 4u
#define MOST_ACKS 16u

struct chaos {
	struct machine *m;
	uint64_t seed;
	/* Whom the guest acknowledged last, on each vCPU. */
	uint32_t acked[VCPUS][MOST_ACKS];
	uint32_t depth[VCPUS];
};

const uint32_t descending_numbers[VCPUS] = { 3, 2, 1, 0 };

const char *backend_of(enum vgic_model model, uint32_t nr_lrs)
{
	switch (model) {
	case VGIC_GICV2:
		return nr_lrs ? "gich" : "soft-v2";
	case VGIC_GICV3:
		return nr_lrs ? "ich" : "soft";
	default:
		return "soft-v5";
	}
}

struct machine *new_machine(const struct machine_config *config)
{
	struct machine_config with = *config;

	with.fail = test_fails;
	with.nr_vcpus = VCPUS;
	with.nr_spis = NR_SPIS;
	with.nr_side_entries = 16;
	with.nr_irs = 2;
	with.ram_size = RAM_SIZE;
	with.id_bits = 16;
	if (!with.pri_bits) {
		with.pri_bits = 5;
	}
	if (with.nr_its) {
		with.nr_lpis = LPIS;
	} else if (!strcmp(with.backend, "soft-v5")) {
		with.lpi_id_bits = 12;
		with.nr_lpis = with.nr_lpis ? with.nr_lpis : 1024;
	}
	return machine_create(&with);
}

/* xorshift64*, S. Vigna, "An experimental exploration", 2016. */
static uint32_t draw(uint64_t *seed, uint32_t n)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * UINT64_C(2685821657736338717)) >> 32) % n;
}

/* 0 .. n-1 */
static uint32_t any(struct chaos *c, uint32_t n)
{
	return draw(&c->seed, n);
}

/* The next command, of vCPU 0, whether or not the ITS takes it. */
static void post(struct machine *m, uint32_t its, struct its_cmd cmd)
{
	uint32_t at = (uint32_t)mmio_read(m, 0, gits(its, GITS_CWRITER), 8);

	queue_at(m, its, at, cmd);
	mmio_write(m, 0, gits(its, GITS_CWRITER), 8,
		   (at + GITS_CMD_SIZE) % 4096);
}

static uint64_t itt(uint32_t its, uint32_t device)
{
	return ITT(its * NR_DEVICES * 2 + device);
}

static void boot_its(struct machine *m, uint32_t its)
{
	its_setup(m, its);
	for (uint32_t v = 0; v < VCPUS; v++) {
		post(m, its, MAPC(v, v));
	}
	for (uint32_t n = 0; n < NR_DEVICES; n++) {
		post(m, its, MAPD(n, itt(its, n), EVENT_BITS));
	}
}

void boot(struct machine *m)
{
	machine_boot(m);
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		guest_ist(m, false, 10, 0, 0);
	}
	if (!m->config.nr_its) {
		return;
	}
	for (uint32_t n = 0; n < LPIS; n++) {
		configure(m, LPI(n), 0xa0, true);
	}
	for (uint32_t v = 0; v < VCPUS; v++) {
		lpis_setup(m, v);
	}
	for (uint32_t i = 0; i < m->config.nr_its; i++) {
		boot_its(m, i);
	}
}

void scribble(struct machine *m, uint64_t *seed)
{
	static const uint64_t entries[] = {
		0,
		UINT64_MAX,
		GITS_DTE_Valid,
		UINT64_C(1) << 48,
		FIELD_PUT(GITS_ITE_pINTID, GIC_LPI_BASE + 5) | 1,
		FIELD_PUT(GITS_ITE_pINTID, GIC_LPI_BASE + LPIS),
		GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 2) | 3,
		GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, UINT32_MAX) | 9,
	};
	/* A table, and the first entries of it. */
	const uint64_t tables[] = { DEVICE_TABLE(0), COLLECTION_TABLE(0),
				    itt(0, 0), itt(0, 1) };
	uint64_t entry = entries[draw(seed, 8)];
	const uint64_t at = tables[draw(seed, 4)] + 8 * draw(seed, 8);

	if (draw(seed, 2)) {
		entry = peek64(m, at) ^ UINT64_C(1) << draw(seed, 64);
	}
	poke64(m, at, entry);
}

/* Mostly of what there is. */
static void any_command(struct chaos *c)
{
	static const uint8_t commands[] = {
		GITS_CMD_MOVI,	  GITS_CMD_INT,	   GITS_CMD_CLEAR,
		GITS_CMD_SYNC,	  GITS_CMD_MAPD,   GITS_CMD_MAPC,
		GITS_CMD_INV,	  GITS_CMD_INVALL, GITS_CMD_MOVALL,
		GITS_CMD_DISCARD, GITS_CMD_MAPTI,  GITS_CMD_MAPTI,
		GITS_CMD_MAPTI,	  GITS_CMD_MAPTI,  GITS_CMD_INT,
	};
	const uint32_t its = any(c, c->m->config.nr_its);
	const uint32_t device = any(c, NR_DEVICES + 1);
	const uint64_t number = commands[any(c, sizeof(commands))];
	uint64_t d1 = any(c, 17), d2 = any(c, VCPUS + 1);

	if (number == GITS_CMD_MAPD) {
		d1 = EVENT_BITS - 1;
		d2 = (any(c, 4) ? GITS_CMD_V : 0) | itt(its, device);
	} else if (number == GITS_CMD_MAPC) {
		d2 |= (any(c, 8) ? GITS_CMD_V : 0) |
		      FIELD_PUT(GITS_CMD_RDbase, any(c, VCPUS));
	} else if (number == GITS_CMD_MAPTI) {
		d1 |= FIELD_PUT(GITS_CMD_pINTID, LPI(any(c, LPIS + 1)));
	}
	post(c->m, its,
	     (struct its_cmd){ { number | FIELD_PUT(GITS_CMD_DeviceID, device),
				 d1, d2 } });
}

/* One step of a driver and devices gone mad. */
static void its_step(struct chaos *c)
{
	struct machine *m = c->m;
	const uint32_t v = any(c, VCPUS), its = any(c, m->config.nr_its);

	switch (any(c, 16)) {
	case 0:
		configure(m, LPI(any(c, LPIS)), any(c, 256), false);
		break;
	case 1:
		mmio_write(m, v, gicr(v, GICR_CTLR), 4,
			   any(c, 4) ? GICR_CTLR_EnableLPIs : 0);
		break;
	case 2:
		mmio_write(m, v, gits(its, GITS_CTLR), 4,
			   any(c, 4) ? GITS_CTLR_Enabled : 0);
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		any_command(c);
		break;
	default:
		(void)msi_to(m, its, any(c, NR_DEVICES + 1), any(c, 17));
		break;
	}
}

static void note_ack(struct chaos *c, uint32_t v, uint32_t intid)
{
	if (c->depth[v] < MOST_ACKS) {
		c->acked[v][c->depth[v]++] = intid;
	}
}

/* Acknowledge, or end what was acknowledged last; rarely, anything. */
static void take_v3(struct chaos *c, uint32_t v)
{
	const bool g0 = any(c, 4) == 0;
	uint32_t intid;

	if (any(c, 3)) {
		intid = (uint32_t)(g0 ? guest_ack0(c->m, v) :
					guest_ack(c->m, v));
		if (intid < 1020 || intid >= GIC_LPI_BASE) {
			note_ack(c, v, intid << 1 | g0);
		}
	} else if (c->depth[v]) {
		intid = c->acked[v][--c->depth[v]];
		guest_write(c->m, v, intid & 1 ? ICC_EOIR0_EL1 : ICC_EOIR1_EL1,
			    intid >> 1);
		if (any(c, 2)) {
			guest_dir(c->m, v, intid >> 1);
		}
	}
}

static void take_v2(struct chaos *c, uint32_t v)
{
	uint32_t iar;

	if (any(c, 3)) {
		iar = (uint32_t)guest_gicc(c->m, v, GICC_IAR, false, 0);
		if ((iar & 0x3ff) < 1020) {
			note_ack(c, v, iar);
		}
	} else if (c->depth[v]) {
		iar = c->acked[v][--c->depth[v]];
		guest_eoi(c->m, v, iar);
		if (any(c, 2)) {
			guest_dir(c->m, v, iar);
		}
	}
}

static void take_v5(struct chaos *c, uint32_t v)
{
	uint64_t got;

	if (any(c, 3)) {
		got = guest_ack(c->m, v);
		if (got & GICR_CDIA_VALID) {
			note_ack(c, v, (uint32_t)got);
		}
	} else if (c->depth[v]) {
		c->depth[v]--;
		guest_eoi(c->m, v, 0);
		if (any(c, 2)) {
			guest_dir(c->m, v, c->acked[v][c->depth[v]]);
		}
	}
}

/* Where an SPI goes. */
static void route(struct chaos *c, uint32_t v)
{
	const uint32_t n = GIC_SPI_BASE + any(c, NR_SPIS);

	if (vgic_arch_model(c->m->vgic.arch) == VGIC_GICV3) {
		mmio_write(c->m, v, MACHINE_GICD + GICD_IROUTER + 8 * n, 8,
			   any(c, 3) ? any(c, 5) : GICD_IROUTER_IRM);
	} else {
		mmio_write(c->m, v, MACHINE_GICD + GICD_ITARGETSR + n, 1,
			   any(c, 16));
	}
}

static void configure_v3(struct chaos *c, uint32_t v)
{
	static const uint32_t arrays[] = {
		GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR, GICD_ICPENDR,
		GICD_ISACTIVER, GICD_ICACTIVER, GICD_IGROUPR, GICD_ISENABLER,
	};
	const uint32_t value = 1u << any(c, 32) | 1u << any(c, 32);
	const uint32_t bank = any(c, 3);
	uint64_t frame = MACHINE_GICD;

	if (vgic_arch_model(c->m->vgic.arch) == VGIC_GICV3 && bank == 0) {
		frame = gicr(any(c, VCPUS), GICR_SGI_BASE);
	}
	switch (any(c, 6)) {
	case 0:
		mmio_write(c->m, v,
			   frame + GICD_IPRIORITYR + bank * 32 + any(c, 32), 1,
			   any(c, 256));
		break;
	case 1:
		mmio_write(c->m, v, frame + GICD_ICFGR + bank * 8, 4,
			   (uint64_t)value << 1);
		break;
	case 2:
		route(c, v);
		break;
	default:
		mmio_write(c->m, v, frame + arrays[any(c, 8)] + bank * 4, 4,
			   value);
		break;
	}
}

static void gate(struct chaos *c, uint32_t v)
{
	mmio_write(c->m, v, MACHINE_GICD + GICD_CTLR, 4, 3 - (any(c, 4) == 0));
}

static void control_v3(struct chaos *c, uint32_t v)
{
	switch (any(c, 8)) {
	case 0:
		guest_write(c->m, v, ICC_PMR_EL1, any(c, 256));
		guest_write(c->m, v, ICC_CTLR_EL1,
			    any(c, 2) * ICC_CTLR_EL1_EOImode);
		break;
	case 1:
		gate(c, v);
		break;
	case 2:
		mmio_write(c->m, v, gicr(v, GICR_WAKER), 4,
			   any(c, 4) ? 0 : GICR_WAKER_ProcessorSleep);
		break;
	default:
		guest_write(c->m, v, ICC_SGI1R_EL1,
			    (uint64_t)any(c, 16) << 24 | any(c, 16));
		break;
	}
}

static void control_v2(struct chaos *c, uint32_t v)
{
	switch (any(c, 8)) {
	case 0:
		guest_gicc(c->m, v, GICC_PMR, true, any(c, 256));
		guest_gicc(c->m, v, GICC_CTLR, true, 3 | any(c, 2) << 9);
		break;
	case 1:
		gate(c, v);
		break;
	default:
		mmio_write(c->m, v, MACHINE_GICD + GICD_SGIR, 4,
			   any(c, 16) << 16 | any(c, 16));
		break;
	}
}

static uint32_t any_v5(struct chaos *c)
{
	return any(c, 2) ? GICV5_SPI(any(c, NR_SPIS)) : GICV5_LPI(any(c, 1024));
}

static void configure_v5(struct chaos *c, uint32_t v)
{
	const uint32_t intid = any_v5(c), irs = IRS(any(c, 2));
	struct machine *m = c->m;

	switch (any(c, 8)) {
	case 0:
		guest_write(m, v, GIC_CDPRI,
			    intid | FIELD_PUT(GIC_CDPRI_PRIORITY,
					      (uint64_t)any(c, 32)));
		break;
	case 1:
		guest_write(m, v, GIC_CDAFF,
			    intid |
				    FIELD_PUT(GIC_CDAFF_IAFFID,
					      (uint64_t)iaffid(any(c, 5))) |
				    (any(c, 3) ? 0 : GIC_CDAFF_IRM));
		break;
	case 2:
		guest_write(m, v, GIC_CDHM,
			    intid | (any(c, 2) ? GIC_CDHM_HM : 0));
		break;
	case 3:
		irs_write(m, v, irs + IRS_SPI_SELR, 4, any(c, NR_SPIS));
		irs_write(m, v, irs + IRS_SPI_CFGR, 4, any(c, 2));
		break;
	case 4:
		guest_write(m, v, ICC_PPI_PRIORITYR0_EL1 + any(c, 16),
			    any(c, UINT32_MAX));
		guest_write(m, v, ICC_PPI_SPENDR0_EL1,
			    UINT64_C(1) << any(c, 32));
		break;
	case 5:
		guest_write(m, v, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
		break;
	default:
		guest_write(m, v, GIC_CDEN, intid);
		break;
	}
}

static void control_v5(struct chaos *c, uint32_t v)
{
	const uint32_t irs = IRS(any(c, 2));
	struct machine *m = c->m;

	switch (any(c, 6)) {
	case 0:
		guest_write(m, v, ICC_PCR_EL1, any(c, 32));
		break;
	case 1:
		irs_write(m, v, irs + IRS_PE_SELR, 4, iaffid(any(c, VCPUS)));
		irs_write(m, v, irs + IRS_PE_CR0, 4,
			  any(c, 2) * IRS_PE_CR0_DPS);
		break;
	case 2:
		irs_write(m, v, irs + IRS_CR0, 4,
			  any(c, 4) ? IRS_CR0_IRSEN : 0);
		break;
	case 3:
		guest_write(m, v, GIC_CDRCFG, any_v5(c));
		break;
	default:
		(void)vgic_inject_irq(m->gic, 0, any_v5(c), true, NULL);
		machine_serve_all(m);
		break;
	}
}

static void device(struct chaos *c)
{
	static const uint32_t ppis[2][2] = {
		{ 26, 27 },
		{ PPI_TIMER, PPI_UPPER_EDGE },
	};
	const bool v5 = vgic_arch_model(c->m->vgic.arch) == VGIC_GICV5;
	const uint32_t v = any(c, VCPUS);
	const bool level = any(c, 3) != 0;

	line_of(c->m, v,
		any(c, 4) ? spi_intid(c->m, any(c, NR_SPIS)) :
			    ppi_intid(c->m, ppis[v5][any(c, 2)]),
		level);
}

typedef void step(struct chaos *c, uint32_t v);
static const struct {
	step *take, *configure, *control;
} guests[] = {
	[VGIC_GICV2] = { take_v2, configure_v3, control_v2 },
	[VGIC_GICV3] = { take_v3, configure_v3, control_v3 },
	[VGIC_GICV5] = { take_v5, configure_v5, control_v5 },
};

static void one_step(struct chaos *c)
{
	const uint32_t v = any(c, VCPUS), what = any(c, 8);

	if (c->m->config.nr_its && any(c, 2)) {
		its_step(c);
	} else if (what < 2) {
		device(c);
	} else if (what < 5) {
		guests[vgic_arch_model(c->m->vgic.arch)].take(c, v);
	} else if (what < 6) {
		guests[vgic_arch_model(c->m->vgic.arch)].control(c, v);
	} else {
		guests[vgic_arch_model(c->m->vgic.arch)].configure(c, v);
	}
}

void chaos(struct machine *m, uint64_t seed, uint32_t steps)
{
	struct chaos c = {
		.m = m,
		.seed = seed * UINT64_C(0x9e3779b97f4a7c15) + 1,
	};

	boot(m);
	for (uint32_t i = 0; i < steps; i++) {
		one_step(&c);
	}
	put_all(m);
}
