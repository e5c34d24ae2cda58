/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest does with LPIs and an ITS, in verbs: its memory has one page of
 * each table, and commands go by a queue of one page.
 */
#ifndef VGIC_TESTS_MACHINE_ITS_H
#define VGIC_TESTS_MACHINE_ITS_H

#include <vgic/its.h>

#include "regs/gits.h"
#include "tests/machine/machine.h"

/* Where the guest has its tables; each ITS has its own. */
#define PROP_TABLE (MACHINE_RAM + 0x10000)
#define PEND_TABLE(v) (MACHINE_RAM + 0x20000 + (v)*UINT64_C(0x10000))
#define DEVICE_TABLE(n) (MACHINE_RAM + 0x60000 + (n)*UINT64_C(0x20000))
#define COLLECTION_TABLE(n) (DEVICE_TABLE(n) + 0x10000)
#define QUEUE(n) (DEVICE_TABLE(n) + 0x12000)
#define ITT(n) (MACHINE_RAM + 0xc0000 + (n)*UINT64_C(0x800))
#define BEYOND (MACHINE_RAM + MACHINE_RAM_SIZE)

#define LPI(n) (GIC_LPI_BASE + (n))

/* One or more vCPUs with one ITS and LPIs, all enabled by the guest. */
#define ITS_MACHINE(...) \
	struct machine *m = its_machine(CONFIG(__VA_ARGS__)); \
	(void)state
struct machine *its_machine(const struct machine_config *config);

uint64_t gits(uint32_t its, uint32_t offset);

/* Base registers, and GITS_CTLR.Enabled. */
void its_setup(struct machine *m, uint32_t its);
/* GICR_PROPBASER, PENDBASER and EnableLPIs. */
void lpis_setup(struct machine *m, uint32_t v);
/* A byte of the configuration table. */
void configure(struct machine *m, uint32_t lpi, uint32_t prio, bool enable);

/* Put a command into the queue, and have it taken. */
struct its_cmd {
	uint64_t dw[4];
};
void command(struct machine *m, uint32_t v, uint32_t its, struct its_cmd cmd);
/* Bits of a vCPU's pending table, 32 LPIs from the first one on. */
uint32_t pending_word(struct machine *m, uint32_t v);
/* Put it there only: at this offset. */
void queue_at(struct machine *m, uint32_t its, uint32_t offset,
	      struct its_cmd cmd);

#define CMD0(cmd, device) ((uint64_t)(device) << 32 | GITS_CMD_##cmd)
#define MAPD(device, itt, bits) \
	((struct its_cmd){ \
		{ CMD0(MAPD, device), (bits)-1, (itt) | GITS_CMD_V } })
#define UNMAPD(device) ((struct its_cmd){ { CMD0(MAPD, device) } })
#define MAPC(icid, rd) \
	((struct its_cmd){ { CMD0(MAPC, 0), 0, \
			     GITS_CMD_V | (uint64_t)(rd) << 16 | (icid) } })
#define UNMAPC(icid) ((struct its_cmd){ { CMD0(MAPC, 0), 0, (icid) } })
#define MAPTI(device, event, lpi, icid) \
	((struct its_cmd){ { CMD0(MAPTI, device), \
			     (uint64_t)(lpi) << 32 | (event), (icid) } })
#define MAPI(device, event, icid) \
	((struct its_cmd){ { CMD0(MAPI, device), (event), (icid) } })
#define MOVI(device, event, icid) \
	((struct its_cmd){ { CMD0(MOVI, device), (event), (icid) } })
#define EVENT(cmd, device, event) \
	((struct its_cmd){ { CMD0(cmd, device), (event) } })
#define INVALL(icid) ((struct its_cmd){ { CMD0(INVALL, 0), 0, (icid) } })
#define MOVALL(from, to) \
	((struct its_cmd){ { CMD0(MOVALL, 0), 0, (uint64_t)(from) << 16, \
			     (uint64_t)(to) << 16 } })
#define SYNC(rd) \
	((struct its_cmd){ { CMD0(SYNC, 0), 0, (uint64_t)(rd) << 16 } })

/* Device 1 with 32 events; event n is LPI(n), in collection v of vCPU v. */
void map_all(struct machine *m);
/* A device's message; what it returned.  Everyone who is kicked comes. */
int msi(struct machine *m, uint32_t device, uint32_t event);
int msi_to(struct machine *m, uint32_t its, uint32_t device, uint32_t event);
struct vgic_its_stats its_stats(struct machine *m, uint32_t its);
/* How many commands `body` got wrong. */
#define assert_wrong(m, n, body) \
	do { \
		uint64_t before_ = its_stats(m, 0).command_errors; \
		body; \
		assert_int_equal(its_stats(m, 0).command_errors - before_, n); \
	} while (0)
/* A VMM stops the VM and has ITS 0's tables written, or read. */
int save_tables(struct machine *m);
int restore_tables(struct machine *m);
/* It is to be taken next, and is ended. */
void expect(struct machine *m, uint32_t v, uint32_t intid);

#endif
