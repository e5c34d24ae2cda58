/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the steps of the ITS's tour are made of, beside demo/kit.h.  The
 * transcript has to be the same with QEMU's ITS as with ours, so steps avoid
 * what the architecture leaves open, or what QEMU is known to do otherwise:
 *
 * - writing GITS_TRANSLATER by a CPU, which has no DeviceID;
 * - clearing EnableLPIs, MAPD and MAPTI of what is mapped already, and MAPC
 *   with V clear while events are mapped to the collection;
 * - printing the order of interrupts of equal priority.
 */
#ifndef GUEST_ITS_ITS_H
#define GUEST_ITS_ITS_H

#include "guest/demo/kit.h"
#include "regs/gits.h"

/* With 14 bits of INTID, LPIs are 8192 to 16383. */
#define LPI_ID_BITS 14
#define NR_LPIS 8192
#define LPI(n) (GIC_LPI_BASE + (uint32_t)(n))

/*
 * The queue is one page of 4 KiB. It holds one command less than fits, as a
 * full queue would look like an empty one.
 */
#define QUEUE_COMMANDS 128

/* Interrupt translation tables, each for this many bits of EventID. */
#define NR_ITTS 8
#define ITT_BITS 8
/* A larger one for MAPI, where EventIDs are INTIDs. */
#define BIG_ITT NR_ITTS

/* Thirty priorities, each more urgent than the one before. */
static inline uint8_t priority_nth(uint32_t n)
{
	return (uint8_t)(PMR_OPEN - PRIORITY_STEP * (n + 1));
}

#define DEVICE_A 3
#define DEVICE_B 260

extern const struct step its_basic_steps[];
extern const struct step its_order_steps[];
extern const struct step its_config_steps[];
extern const struct step its_map_steps[];
extern const struct step its_move_steps[];
extern const struct step its_held_steps[];
extern const struct step its_wrong_steps[];
extern const struct step its_many_steps[];

/* The shape of the device table. */
struct its_shape {
	unsigned int page_size; /* GITS_BASER.Page_Size */
	bool indirect;
};

/*
 * Everything as a step may expect it: the ITS knows no devices or events; its
 * device table is flat, in pages of 4 KiB; the queue is empty; every CPU takes
 * LPIs, and collection N is mapped to CPU N. All LPIs are disabled, with
 * PRIORITY_DEFAULT.
 */
bool gits_fresh(void);
bool gits_fresh_as(const struct its_shape *shape);
/* Switch it off, and wait until it is at rest. */
void gits_off(void);
/* Give the devices around this one a level 2 table. */
void gits_add_devices(uint32_t device);
/* Let the entry for `device` point to the table of `others`, not valid. */
void gits_hide_devices(uint32_t device, uint32_t others);

/*
 * Queue a command.  The ITS need not execute it before gits_run() returns; when
 * the queue is full, this runs it.
 */
void gits_command(uint64_t dw0, uint64_t dw1, uint64_t dw2, uint64_t dw3);
void gits_mapd(uint32_t device, unsigned int itt, unsigned int bits);
void gits_unmapd(uint32_t device);
void gits_mapc(uint32_t collection, unsigned int cpu);
void gits_unmapc(uint32_t collection);
void gits_mapti(uint32_t device, uint32_t event, uint32_t lpi,
		uint32_t collection);
void gits_mapi(uint32_t device, uint32_t event, uint32_t collection);
void gits_movi(uint32_t device, uint32_t event, uint32_t collection);
void gits_movall(unsigned int from, unsigned int to);
void gits_sync(unsigned int cpu);
void gits_inv(uint32_t device, uint32_t event);
void gits_invall(uint32_t collection);
void gits_int(uint32_t device, uint32_t event);
void gits_clear(uint32_t device, uint32_t event);
void gits_discard(uint32_t device, uint32_t event);
/*
 * Add a SYNC for each CPU, and wait until the ITS has read all commands; false
 * when it does not.
 */
bool gits_run(void);
/* Show the ITS what is queued, and do not wait. */
void gits_ring(void);
/* Has it read all commands? */
bool gits_is_idle(void);

/*
 * Write an LPI's byte in the configuration table.  The ITS and the
 * redistributors may use an older one until INV or INVALL.
 */
void gits_configure(uint32_t lpi, uint8_t priority, bool enabled);
/* The same for LPI(n), with an INV by event n of DEVICE_A, mapped to it. */
void gits_set(uint32_t n, uint8_t priority, bool enabled);
/*
 * Enable `n` LPIs from `lpi` on, and map `n` events from `event` on to them.
 * Queued, not run.
 */
void gits_connect(uint32_t device, uint32_t event, uint32_t lpi, uint32_t n,
		  uint32_t collection);
/* gits_fresh(), and event n of DEVICE_A is mapped to LPI(n), for CPU 0. */
bool gits_prepare(uint32_t n);
/* Raise an event by INT, and wait until the CPU has taken n interrupts. */
bool gits_raise(uint32_t device, uint32_t event, unsigned int cpu,
		unsigned int n);
/* Do the registers that the set-up wrote read back? */
bool gits_says_back(void);

#endif
