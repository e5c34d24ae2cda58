/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's driver of its ITS, and of LPIs. */
#include <string.h>

#include "regs/gicv3.h"
#include "regs/gits.h"
#include "tests/fuzz/stream_its.h"

#define DEVICES (MACHINE_RAM + 0x10000)
#define COLLECTIONS (MACHINE_RAM + 0x8000)
#define QUEUE (MACHINE_RAM + 0x9000)
#define ITT(device) (MACHINE_RAM + 0x4000 + 0x100 * (uint64_t)(device))
#define PROPERTIES (MACHINE_RAM + 0x2000)
/* Aligned to 64 KiB; of each only what is from 8192 on is used. */
#define PENDING(v) (MACHINE_RAM + 0x20000 + 0x10000 * (uint64_t)(v))
/* One page of commands: so the queue wraps, too. */
#define QUEUE_SIZE 4096u

static void queue(struct machine *m, uint32_t v, const uint64_t dw[4])
{
	uint64_t write = mmio(m, v, MACHINE_ITS + GITS_CWRITER, 8, false, 0);
	bool upset = books(m)->upset;

	if (write >= QUEUE_SIZE) {
		write = 0;
	}
	upset |= mmio(m, v, MACHINE_ITS + GITS_CREADR, 8, false, 0) != write;
	for (uint32_t i = 0; i < 4; i++) {
		poke64(m, QUEUE + write + 8 * i, dw[i]);
	}
	(void)mmio(m, v, MACHINE_ITS + GITS_CWRITER, 8, true,
		   (write + GITS_CMD_SIZE) % QUEUE_SIZE);
	/* It does what the command does, no more. */
	books(m)->upset = upset;
}

/* Do they leave all pending state where it is, or move it? */
static bool keeps_pending(uint8_t number)
{
	return number == GITS_CMD_MOVI || number == GITS_CMD_SYNC ||
	       number == GITS_CMD_INV || number == GITS_CMD_INVALL ||
	       number == GITS_CMD_MOVALL;
}

static void command(struct machine *m, uint32_t v, uint8_t number,
		    uint64_t device, uint64_t event, uint64_t lpi,
		    uint64_t icid, uint64_t rd, bool valid)
{
	uint64_t dw[4] = { number | device << 32, event, icid, 0 };

	switch (number) {
	case GITS_CMD_MAPD:
		dw[1] = lpi & 7;
		dw[2] = ITT(device & 7) | (valid ? GITS_CMD_V : 0);
		break;
	case GITS_CMD_MAPC:
		dw[2] |= rd << 16 | (valid ? GITS_CMD_V : 0);
		break;
	case GITS_CMD_MOVALL:
	case GITS_CMD_SYNC:
		dw[2] = rd << 16;
		dw[3] = (rd ^ 1) << 16;
		break;
	case GITS_CMD_MAPTI:
		dw[1] |= (GIC_LPI_BASE + lpi) << 32;
		break;
	case GITS_CMD_MAPI:
		dw[1] = GIC_LPI_BASE + lpi;
		break;
	default:
		break;
	}
	books(m)->upset |= !keeps_pending(number);
	queue(m, v, dw);
}

void its_command(struct machine *m, uint32_t v, struct bytes *in)
{
	static const uint8_t numbers[] = {
		GITS_CMD_MOVI,	 GITS_CMD_INT,	  GITS_CMD_CLEAR,
		GITS_CMD_SYNC,	 GITS_CMD_MAPD,	  GITS_CMD_MAPC,
		GITS_CMD_MAPTI,	 GITS_CMD_MAPI,	  GITS_CMD_INV,
		GITS_CMD_INVALL, GITS_CMD_MOVALL, GITS_CMD_DISCARD,
	};
	uint8_t which = take8(in), a = take8(in), b = take8(in);

	if (vgic_arch_model(m->vgic.arch) != VGIC_GICV3) {
		return;
	}
	/* RD 2 is nobody's; of devices and collections some stay unmapped. */
	command(m, v, numbers[which % sizeof(numbers)], a & 3, a >> 2 & 0xf,
		b & 0x1f, a >> 6 & 3, (b >> 5 & 3) % 3, !(b & 0x80));
}

void its_raw_command(struct machine *m, uint32_t v, struct bytes *in)
{
	uint64_t dw[4];

	for (uint32_t i = 0; i < 4; i++) {
		dw[i] = take(in, 8);
	}
	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV3) {
		books(m)->upset = true;
		queue(m, v, dw);
	}
}

void its_configure(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t lpi = take8(in);

	(void)v;
	m->ram[PROPERTIES - MACHINE_RAM + lpi % LPIS] = take8(in);
}

static void lpis_init(struct machine *m, uint32_t v)
{
	uint64_t frame = MACHINE_GICR + v * (uint64_t)GICR_STRIDE;

	(void)mmio(m, v, frame + GICR_PROPBASER, 8, true,
		   PROPERTIES | FIELD_PUT(GICR_PROPBASER_IDbits, 15));
	(void)mmio(m, v, frame + GICR_PENDBASER, 8, true,
		   PENDING(v) | GICR_PENDBASER_PTZ);
	(void)mmio(m, v, frame + GICR_CTLR, 4, true, GICR_CTLR_EnableLPIs);
}

void its_init(struct machine *m)
{
	memset(m->ram + (PROPERTIES - MACHINE_RAM), 0xa1, LPIS);
	for (uint32_t v = 0; v < VCPUS; v++) {
		lpis_init(m, v);
	}
	(void)mmio(m, 0, MACHINE_ITS + GITS_BASER, 8, true,
		   GITS_BASER_Valid | DEVICES |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_4K));
	(void)mmio(m, 0, MACHINE_ITS + GITS_BASER + 8, 8, true,
		   GITS_BASER_Valid | COLLECTIONS |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_4K));
	(void)mmio(m, 0, MACHINE_ITS + GITS_CBASER, 8, true,
		   GITS_CBASER_Valid | QUEUE);
	(void)mmio(m, 0, MACHINE_ITS + GITS_CTLR, 4, true, GITS_CTLR_Enabled);
	for (uint32_t v = 0; v < VCPUS; v++) {
		command(m, 0, GITS_CMD_MAPC, 0, 0, 0, v, v, true);
	}
	for (uint32_t device = 0; device < 2; device++) {
		command(m, 0, GITS_CMD_MAPD, device, 0, 3, 0, 0, true);
		for (uint32_t event = 0; event < 8; event++) {
			command(m, 0, GITS_CMD_MAPTI, device, event,
				8 * device + event, event & 1, 0, true);
		}
	}
}
