/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs and the ITS beneath the steps of this tour.  What is printed must be
 * the same with QEMU's ITS as with ours; so nothing that the architecture
 * leaves open, and nothing that QEMU is known to do otherwise:
 *
 * - a CPU's own write of GITS_TRANSLATER, whose DeviceID is nobody's;
 * - EnableLPIs taken back, MAPD and MAPTI of what is mapped already, MAPC
 *   with V clear while events are mapped to the collection: IHI 0069 leaves
 *   them open;
 * - what is equally urgent comes in any order.
 */
#ifndef GUEST_ITS_ITS_H
#define GUEST_ITS_ITS_H

#include "guest/demo/kit.h"
#include "regs/gits.h"

/* 14 bits of INTID: LPIs are 8192 to 16383. */
#define LPI_ID_BITS 14
#define NR_LPIS 8192
#define LPI(n) (GIC_LPI_BASE + (uint32_t)(n))

/* The queue is one page of 4 KiB; one place stays free. */
#define QUEUE_COMMANDS 128

/* Interrupt translation tables, each good for this many bits of event. */
#define NR_ITTS 8
#define ITT_BITS 8
/* One that MAPI can use: events up to the last LPI. */
#define BIG_ITT NR_ITTS

/* Each more urgent than the one before; there are thirty. */
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
 * Everything as a step may expect it: an ITS that has forgotten all, with a
 * flat device table in pages of 4 KiB; the queue empty; LPIs taken by every
 * CPU; collection N mapped to CPU N.  All LPIs disabled at PRIORITY_DEFAULT.
 */
bool gits_fresh(void);
bool gits_fresh_as(const struct its_shape *shape);
/* Switch it off, and wait until it is at rest. */
void gits_off(void);
/* Room for devices around this one where the table is indirect. */
void gits_add_devices(uint32_t device);
/* Point to the level 2 table of `others`, but not as valid. */
void gits_hide_devices(uint32_t device, uint32_t others);

/*
 * Queue a command.  It need not have happened before gits_run() returns; a
 * queue that is full runs by itself.
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
/* With a SYNC for each CPU.  False when it has not taken them all. */
bool gits_run(void);
/* Tell of the commands, but do not wait. */
void gits_ring(void);
/* Has it read all of them? */
bool gits_is_idle(void);

/* The byte in the configuration table; INV and INVALL make it known. */
void gits_configure(uint32_t lpi, uint8_t priority, bool enabled);
/* The same of LPI(n), with the INV: event n of DEVICE_A is mapped to it. */
void gits_set(uint32_t n, uint8_t priority, bool enabled);
/* `n` enabled ones from `lpi` on, by events from `event`; not yet run. */
void gits_connect(uint32_t device, uint32_t event, uint32_t lpi, uint32_t n,
		  uint32_t collection);
/* gits_fresh(), and DEVICE_A's first `n` events are CPU 0's first LPIs. */
bool gits_prepare(uint32_t n);
/* INT, run, and wait for the nth interrupt on this CPU. */
bool gits_raise(uint32_t device, uint32_t event, unsigned int cpu,
		unsigned int n);
/* Registers as they read back. */
bool gits_says_back(void);

#endif
