/* SPDX-License-Identifier: BSD-2-Clause */
/* The rig's ITSs: a driver that maps some events, and one gone mad. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "regs/gicv3.h"
#include "regs/gits.h"
#include "tests/snapshot/rig.h"

/* Each ITS's memory. */
#define AREA(its) (RIG_RAM + 0x80000 + UINT64_C(0x20000) * (its))
#define QUEUE(its) AREA(its)
#define DEVICES(its) (AREA(its) + 0x1000)
#define COLLECTIONS(its) (AREA(its) + 0x2000)
#define ITT(its, device) (AREA(its) + 0x4000 + UINT64_C(0x100) * (device))
#define QUEUE_SIZE 0x1000u
#define PROPERTIES (RIG_RAM + 0x20000)
#define PENDING(v) (RIG_RAM + 0x40000 + UINT64_C(0x10000) * (v))
/* 14 bits of INTID. */
#define IDBITS 13u

#define NR_DEVICES 4u
#define EVENT_BITS 4u

static uint64_t control(uint32_t its, uint32_t reg)
{
	return RIG_ITS + (uint64_t)its * GITS_SIZE + reg;
}

void rig_scribble(struct rig *r)
{
	/* clang-format off */
	static const uint64_t entries[] = {
		0, UINT64_MAX, GITS_DTE_Valid, UINT64_C(1) << 48,
		FIELD_PUT(GITS_ITE_pINTID, GIC_LPI_BASE + 5) | 1,
		FIELD_PUT(GITS_ITE_pINTID, GIC_LPI_BASE + RIG_LPIS),
		GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 2) | 3,
		GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, UINT32_MAX) | 9,
	};
	/* clang-format on */
	/* A table, and the first entries of it. */
	const uint64_t tables[] = { DEVICES(0), COLLECTIONS(0), ITT(0, 0),
				    ITT(0, 1) };
	uint64_t entry = entries[rig_random(r, 8)];
	uint64_t at = tables[rig_random(r, 4)] + 8 * rig_random(r, 8);
	uint8_t *to = r->ram + (at - RIG_RAM);

	if (rig_random(r, 2)) {
		memcpy(&entry, to, sizeof(entry));
		entry ^= UINT64_C(1) << rig_random(r, 64);
	}
	memcpy(to, &entry, sizeof(entry));
}

uint8_t *rig_lpi_config(struct rig *r, uint32_t lpi)
{
	return r->ram + (PROPERTIES - RIG_RAM) + (lpi - GIC_LPI_BASE);
}

uint8_t *rig_lpi_pending(struct rig *r, uint32_t v, uint32_t lpi)
{
	return r->ram + (PENDING(v) - RIG_RAM) + lpi / 8;
}

void rig_command(struct rig *r, uint32_t its, uint64_t d0, uint64_t d1,
		 uint64_t d2)
{
	uint64_t at = rig_mmio(r, 0, control(its, GITS_CWRITER), 8, false, 0);
	const uint64_t command[4] = { d0, d1, d2, 0 };

	memcpy(r->ram + (QUEUE(its) - RIG_RAM) + at, command, sizeof(command));
	rig_mmio(r, 0, control(its, GITS_CWRITER), 8, true,
		 (at + GITS_CMD_SIZE) % QUEUE_SIZE);
}

void rig_map(struct rig *r, uint32_t its, uint32_t device, uint32_t event,
	     uint32_t lpi, uint32_t icid)
{
	rig_command(r, its,
		    GITS_CMD_MAPTI | FIELD_PUT(GITS_CMD_DeviceID, device),
		    FIELD_PUT(GITS_CMD_pINTID, lpi) | event, icid);
}

static void enable_lpis(struct rig *r, uint32_t v, bool on)
{
	rig_mmio(r, v, RIG_GICR + v * GICR_STRIDE + GICR_CTLR, 4, true,
		 on ? GICR_CTLR_EnableLPIs : 0);
}

static void boot_redist(struct rig *r, uint32_t v)
{
	uint64_t redist = RIG_GICR + v * GICR_STRIDE;

	rig_mmio(r, v, redist + GICR_PROPBASER, 8, true, PROPERTIES | IDBITS);
	rig_mmio(r, v, redist + GICR_PENDBASER, 8, true, PENDING(v));
	enable_lpis(r, v, true);
}

/* Collections 0 to 3 are the vCPUs', and devices have their tables. */
static void boot_its(struct rig *r, uint32_t its)
{
	rig_mmio(r, 0, control(its, GITS_CBASER), 8, true,
		 GITS_CBASER_Valid | QUEUE(its));
	rig_mmio(r, 0, control(its, GITS_BASER), 8, true,
		 GITS_BASER_Valid | DEVICES(its));
	rig_mmio(r, 0, control(its, GITS_BASER + 8), 8, true,
		 GITS_BASER_Valid | COLLECTIONS(its));
	rig_mmio(r, 0, control(its, GITS_CTLR), 4, true, GITS_CTLR_Enabled);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		rig_command(r, its, GITS_CMD_MAPC, 0,
			    GITS_CMD_V | FIELD_PUT(GITS_CMD_RDbase, v) | v);
	}
	for (uint32_t n = 0; n < NR_DEVICES; n++) {
		rig_command(r, its,
			    GITS_CMD_MAPD | FIELD_PUT(GITS_CMD_DeviceID, n),
			    EVENT_BITS - 1, GITS_CMD_V | ITT(its, n));
	}
}

void rig_boot_its(struct rig *r)
{
	memset(rig_lpi_config(r, GIC_LPI_BASE), 0xa1, RIG_LPIS);
	for (uint32_t v = 0; v < RIG_VCPUS; v++) {
		boot_redist(r, v);
	}
	for (uint32_t i = 0; i < r->config.its.nr_its; i++) {
		boot_its(r, i);
	}
}

/* Mostly of what there is. */
static void any_command(struct rig *r)
{
	static const uint8_t commands[] = {
		GITS_CMD_MOVI,	  GITS_CMD_INT,	   GITS_CMD_CLEAR,
		GITS_CMD_SYNC,	  GITS_CMD_MAPD,   GITS_CMD_MAPC,
		GITS_CMD_INV,	  GITS_CMD_INVALL, GITS_CMD_MOVALL,
		GITS_CMD_DISCARD, GITS_CMD_MAPTI,  GITS_CMD_MAPTI,
		GITS_CMD_MAPTI,	  GITS_CMD_MAPTI,  GITS_CMD_INT,
	};
	uint32_t its = rig_random(r, r->config.its.nr_its);
	uint32_t device = rig_random(r, NR_DEVICES + 1);
	uint64_t number = commands[rig_random(r, sizeof(commands))];
	uint64_t d1 = rig_random(r, 17);
	uint64_t d2 = rig_random(r, RIG_VCPUS + 1);

	if (number == GITS_CMD_MAPD) {
		d1 = EVENT_BITS - 1;
		d2 = (rig_random(r, 4) ? GITS_CMD_V : 0) | ITT(its, device);
	} else if (number == GITS_CMD_MAPC) {
		d2 |= (rig_random(r, 8) ? GITS_CMD_V : 0) |
		      FIELD_PUT(GITS_CMD_RDbase, rig_random(r, RIG_VCPUS));
	} else if (number == GITS_CMD_MAPTI) {
		d1 |= FIELD_PUT(GITS_CMD_pINTID,
				GIC_LPI_BASE + rig_random(r, RIG_LPIS + 1));
	}
	rig_command(r, its, number | FIELD_PUT(GITS_CMD_DeviceID, device), d1,
		    d2);
}

void rig_its_step(struct rig *r)
{
	uint32_t v = rig_random(r, RIG_VCPUS);

	switch (rig_random(r, 16)) {
	case 0:
		*rig_lpi_config(r, GIC_LPI_BASE + rig_random(r, RIG_LPIS)) =
			(uint8_t)rig_random(r, 256);
		break;
	case 1:
		enable_lpis(r, v, rig_random(r, 4));
		break;
	case 2:
		rig_mmio(
			r, v,
			control(rig_random(r, r->config.its.nr_its), GITS_CTLR),
			4, true, rig_random(r, 4) ? GITS_CTLR_Enabled : 0);
		break;
	case 3:
	case 4:
	case 5:
	case 6:
		any_command(r);
		break;
	default:
		(void)vgic_inject_msi(
			r->gic, rig_random(r, r->config.its.nr_its),
			rig_random(r, NR_DEVICES + 1), rig_random(r, 17));
		rig_settle(r);
		break;
	}
}
