/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages, and commands that change where they go or take them away; two vCPUs
 * that write commands, base registers or EnableLPIs at once.
 */
#include <string.h>

#include <vgic/its.h>

#include "its.h"
#include "its/its.h"
#include "world.h"

#define ITS_BASE UINT64_C(0x9000000)
#define GICR_BASE UINT64_C(0x80a0000)
#define RAM UINT64_C(0x40000000)
#define DEVICES (RAM + 0x1000)
#define COLLECTIONS (RAM + 0x2000)
#define QUEUE (RAM + 0x3000)
#define CONFIG (RAM + 0x4000)
#define ITT (RAM + 0x5000)
#define PENDING(v) (RAM + 0x10000 + UINT64_C(0x10000) * (v))
#define LPI0 GIC_LPI_BASE

static uint8_t ram[0x30000];
/* Offset of the next command. */
static uint32_t next;
/* LPIs taken; messages that the ITS took. */
static unsigned int taken, sent;

static uint8_t *in_ram(uint64_t ipa, size_t len)
{
	sched_point("memory", 0);
	return ipa >= RAM && ipa - RAM <= sizeof(ram) - len ?
		       ram + (ipa - RAM) :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = in_ram(ipa, len);

	(void)ctx;
	if (from) {
		memcpy(buf, from, len);
	}
	return from ? 0 : -1;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = in_ram(ipa, len);

	(void)ctx;
	if (to) {
		memcpy(to, buf, len);
	}
	return to ? 0 : -1;
}

/* Again, when somebody else has had his turn. */
static void store(uint32_t v, uint64_t ipa, unsigned int width, uint64_t value)
{
	enum vgic_trap result;

	while ((result = vgic_trap_mmio(w.vcpu[v], ipa, width, true, &value)) ==
	       VGIC_TRAP_RETRY) {
		sched_wait();
	}
	must(result == VGIC_TRAP_DONE, "not stored");
}

static void put(uint64_t ipa, uint64_t value)
{
	memcpy(ram + (ipa - RAM), &value, sizeof(value));
}

/* In the queue, but not yet behind CWRITER. */
static uint32_t queue(uint64_t dw0, uint64_t dw1, uint64_t dw2)
{
	put(QUEUE + next, dw0);
	put(QUEUE + next + 8, dw1);
	put(QUEUE + next + 16, dw2);
	next += GITS_CMD_SIZE;
	return next;
}

static void command(uint32_t v, uint64_t dw0, uint64_t dw1, uint64_t dw2)
{
	store(v, ITS_BASE + GITS_CWRITER, 8, queue(dw0, dw1, dw2));
}

static void map_event(uint32_t v, uint32_t event)
{
	command(v, GITS_CMD_MAPTI, (uint64_t)(LPI0 + event) << 32 | event, 0);
}

static void enable_lpis(uint32_t v, bool on)
{
	store(v, GICR_BASE + v * GICR_STRIDE + GICR_CTLR, 4,
	      on ? GICR_CTLR_EnableLPIs : 0);
}

/* Device 0; event n is LPI0 + n, in collection 0, which is vCPU 0's. */
static void begin(void)
{
	memset(ram, 0, sizeof(ram));
	memset(ram + (CONFIG - RAM), LPI_CONFIG_Enable | 0x80, 4);
	next = 0;
	taken = 0;
	sent = 0;
	make_world_its(ITS_BASE, GICR_BASE, read_guest, write_guest);
	for (uint32_t v = 0; v < 2; v++) {
		uint64_t redist = GICR_BASE + v * GICR_STRIDE;

		store(v, redist + GICR_PROPBASER, 8, CONFIG | 15);
		store(v, redist + GICR_PENDBASER, 8, PENDING(v));
		enable_lpis(v, true);
	}
	store(0, ITS_BASE + GITS_BASER, 8, GITS_BASER_Valid | DEVICES);
	store(0, ITS_BASE + GITS_BASER + 8, 8, GITS_BASER_Valid | COLLECTIONS);
	store(0, ITS_BASE + GITS_CBASER, 8, GITS_CBASER_Valid | QUEUE);
	store(0, ITS_BASE + GITS_CTLR, 4, GITS_CTLR_Enabled);
	command(0, GITS_CMD_MAPC, 0, GITS_CMD_V);
	command(0, GITS_CMD_MAPC, 0, GITS_CMD_V | UINT64_C(1) << 16 | 1);
	command(0, GITS_CMD_MAPD, 1, GITS_CMD_V | ITT);
	map_event(0, 0);
	map_event(0, 1);
}

static void begin_entered(void)
{
	begin();
	enter(0);
}

static void message(void)
{
	must(vgic_inject_msi(w.gic, 0, 0, 0) == 1, "message dropped");
}

static void begin_loaded(void)
{
	begin_entered();
	message();
	settle();
}

static bool take(uint32_t v)
{
	uint32_t intid = ack(v);

	if (intid == SPURIOUS) {
		return false;
	}
	taken++;
	eoi(v, intid);
	return true;
}

static void move_1(void)
{
	command(1, GITS_CMD_MOVI, 0, 1);
}

static void take_0(void)
{
	(void)take(0);
	w.flag = true;
}

static void message_after(void)
{
	while (!w.flag) {
		sched_wait();
	}
	message();
}

/* INT of event 0; and of event 1 behind it, by whoever comes second. */
static void two_ints(void)
{
	(void)queue(GITS_CMD_INT, 0, 0);
	(void)queue(GITS_CMD_INT, 1, 0);
}

static void begin_two_ints(void)
{
	begin_entered();
	two_ints();
	enter(1);
	leave(1);
}

static void write_first_1(void)
{
	store(1, ITS_BASE + GITS_CWRITER, 8, next - GITS_CMD_SIZE);
}

static void write_second_2(void)
{
	while ((vgic_load_seq(&w.gic->its->cwriter) &
		GITS_CWRITER_Offset_MASK) != next - GITS_CMD_SIZE) {
		sched_wait();
	}
	store(2, ITS_BASE + GITS_CWRITER, 8, next);
}

/* vCPU 0 has just taken it and ended it, which nobody knows yet. */
static void begin_ended(void)
{
	begin_loaded();
	(void)take(0);
	(void)queue(GITS_CMD_INT, 0, 0);
}

/* And sends it again, while it stays entered. */
static void int_entered_0(void)
{
	uint64_t value = next;

	must(vgic_trap_mmio_entered(w.vcpu[0], ITS_BASE + GITS_CWRITER, 8, true,
				    &value) == VGIC_TRAP_DONE,
	     "not while entered");
	serve(0);
}

static void disable_0(void)
{
	enable_lpis(0, false);
}

static void invalidate_1(void)
{
	command(1, GITS_CMD_INV, 0, 0);
}

/* All that there is, on both vCPUs. */
static void take_all(void)
{
	if (!w.in_guest[1]) {
		enter(1);
	}
	if (!w.in_guest[0]) {
		enter(0);
	}
	settle();
	while (take(0) || take(1)) {
		settle();
	}
	leave(0);
	leave(1);
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

static void end_taken(unsigned int times)
{
	take_all();
	must(taken == times, taken < times ? "lost" : "taken twice");
}

static void end_taken_once(void)
{
	end_taken(1);
}

static void end_taken_twice(void)
{
	end_taken(2);
}

/* What was sent twice comes twice, or once if it came together. */
static void end_taken_merged(void)
{
	take_all();
	must(taken == 2 || taken == 3, taken < 2 ? "lost" : "taken twice");
}

static void end_consistent(void)
{
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* The guest of vCPU 0, until the others are through. */
static void take_until_done_0(void)
{
	(void)take(0);
	while (!w.flag) {
		serve(0);
		sched_wait();
	}
}

static void serve_until_done_0(void)
{
	while (!w.flag) {
		serve(0);
		sched_wait();
	}
}

static void disable_from_1(void)
{
	store(1, GICR_BASE + GICR_CTLR, 4, 0);
	w.flag = true;
}

static void disable_and_enable_from_1(void)
{
	store(1, GICR_BASE + GICR_CTLR, 4, 0);
	store(1, GICR_BASE + GICR_CTLR, 4, GICR_CTLR_EnableLPIs);
	w.flag = true;
}

/* vCPU 0 is turned off and on with its redistributor, LPIs being on there. */
static void reset_0(void)
{
	while (vgic_vcpu_reset(w.vcpu[0], true) == VGIC_E_BUSY) {
		sched_wait();
	}
}

/* Its pending table has LPI0. */
static void begin_in_table(void)
{
	begin();
	enable_lpis(0, false);
	store(0, GICR_BASE + GICR_PENDBASER, 8, PENDING(0));
	ram[PENDING(0) - RAM + LPI0 / 8] |= 1;
	enable_lpis(0, true);
}

static void enable_from_1(void)
{
	store(1, GICR_BASE + GICR_CTLR, 4, GICR_CTLR_EnableLPIs);
}

static void end_reset(void)
{
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

static void disable_serving(void)
{
	uint64_t value = 0;

	while (vgic_trap_mmio(w.vcpu[1], GICR_BASE + GICR_CTLR, 4, true,
			      &value) == VGIC_TRAP_RETRY) {
		serve(0);
		sched_wait();
	}
}

/* Bits of the first LPIs in a pending table. */
static uint32_t table(uint32_t v)
{
	return ram[PENDING(v) - RAM + LPI0 / 8];
}

static void message_perhaps(void)
{
	sent += (unsigned int)vgic_inject_msi(w.gic, 0, 0, 0);
}

/* vCPU 0's LPIs are off: what it has not taken its table says. */
static void end_off(void)
{
	unsigned int waits = table(0) & 1;

	must(vgic_check_invariants(w.gic) == 0, "invariants");
	end_taken(taken);
	must(!w_pending(word_of(LPI0)), "pending though off");
	must(taken + waits == sent, "lost, or there twice");
}

static void begin_sent(void)
{
	begin_loaded();
	sent = 1;
}

/* Moved away before it was off, it comes there. */
static void end_moved_off(void)
{
	unsigned int waits = table(0) & 1;

	must(table(1) == 0, "the other table was written");
	end_taken(sent - waits);
}

static void move_2(void)
{
	command(2, GITS_CMD_MOVI, 0, 1);
}

static void end_sent(void)
{
	end_taken(sent);
}

static void discard_1(void)
{
	command(1, GITS_CMD_DISCARD, 0, 0);
}

/* And its LPI is another event's. */
static void discard_and_map_1(void)
{
	uint32_t last;

	(void)queue(GITS_CMD_DISCARD, 0, 0);
	last = queue(GITS_CMD_MAPTI, (uint64_t)LPI0 << 32 | 1, 0);
	store(1, ITS_BASE + GITS_CWRITER, 8, last);
}

static void end_quiet(void)
{
	must(!w_pending(word_of(LPI0)), "pending though discarded");
	end_taken(0);
}

/* LPIs 2 and 3 are pending by the table; nothing is mapped to them. */
static void begin_off(void)
{
	begin();
	enable_lpis(0, false);
	ram[PENDING(0) - RAM + LPI0 / 8] = 0xc;
}

static void enable_and_disable_0(void)
{
	enable_lpis(0, true);
	enable_lpis(0, false);
}

static void map_1(void)
{
	map_event(1, 1);
	command(1, GITS_CMD_MAPTI, (uint64_t)(LPI0 + 2) << 32, 0);
}

static void end_table_is_whole(void)
{
	must(table(0) == 0xc, "the table lost one");
	end_taken(0);
}

/* A queue of many pages, and nothing else. */
static void begin_disabled(void)
{
	begin();
	store(0, ITS_BASE + GITS_CTLR, 4, 0);
	store(0, ITS_BASE + GITS_CBASER, 8, GITS_CBASER_Valid | QUEUE | 0xff);
}

static void smaller_queue_1(void)
{
	store(1, ITS_BASE + GITS_CBASER, 8, GITS_CBASER_Valid | QUEUE);
}

static void far_in_queue_2(void)
{
	store(2, ITS_BASE + GITS_CWRITER, 8, 0xff000);
}

static void take_table_away_1(void)
{
	store(1, ITS_BASE + GITS_BASER, 8, 0);
}

static void enable_its_2(void)
{
	store(2, ITS_BASE + GITS_CTLR, 4, GITS_CTLR_Enabled);
}

static void lower_half_1(void)
{
	store(1, ITS_BASE + GITS_BASER, 4, (uint32_t)(DEVICES + 0x1000));
}

static void upper_half_2(void)
{
	store(2, ITS_BASE + GITS_BASER + 4, 4,
	      (GITS_BASER_Valid | GITS_BASER_Indirect) >> 32);
}

static void end_both_halves(void)
{
	uint64_t base = vgic_load_seq(&w.gic->its->baser[ITS_DEVICES]);

	must((base & GITS_BASER_Indirect) &&
		     (base & GITS_BASER_PhysAddr_MASK) == DEVICES + 0x1000,
	     "half is lost");
	end_consistent();
}

static void end_restorable(void)
{
	const struct vgic_its *its = w.gic->its;
	uint64_t at = vgic_load_seq(&its->cwriter) & GITS_CWRITER_Offset_MASK;

	must(at < its_queue_size(vgic_load_seq(&its->cbaser)),
	     "CWRITER is beyond the queue");
	must(!(vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled) ||
		     vgic_its_table_size(its, ITS_DEVICES),
	     "enabled without a table");
	end_consistent();
}

/* clang-format off */
const struct sched_program its_programs[NR_ITS_PROGRAMS] = {
	{ "its: message, move", 3, { message, move_1 }, begin_entered,
	  end_taken_once },
	{ "its: message, take", 4, { take_0, message_after }, begin_loaded,
	  end_taken_twice },
	{ "its: two writers", 3, { write_first_1, write_second_2 },
	  begin_two_ints, end_taken_twice },
	{ "its: off, INV", 3, { disable_0, invalidate_1 }, begin,
	  end_consistent },
	{ "its: pending, move", 3, { take_0, move_1 }, begin_loaded,
	  end_taken_once },
	{ "its: off while taken", 2, { take_until_done_0, disable_from_1 },
	  begin_sent, end_off },
	{ "its: off, message", 2, { disable_from_1, message_perhaps,
				    serve_until_done_0 }, begin_entered,
	  end_off },
	{ "its: off and on, message", 2, { disable_and_enable_from_1,
					   message_perhaps,
					   serve_until_done_0 },
	  begin_entered, end_sent },
	{ "its: reset, on", 2, { reset_0, enable_from_1 },
	  begin_in_table, end_reset },
	{ "its: off, move", 2, { disable_serving, move_2 }, begin_sent,
	  end_moved_off },
	{ "its: message, discard", 3, { message_perhaps, discard_1 }, begin,
	  end_quiet },
	{ "its: message, discard and map", 3, { message_perhaps,
						discard_and_map_1 }, begin,
	  end_quiet },
	{ "its: on and off, map", 2, { enable_and_disable_0, map_1 },
	  begin_off, end_table_is_whole },
	{ "its: CBASER, CWRITER", 4, { smaller_queue_1, far_in_queue_2 },
	  begin_disabled, end_restorable },
	{ "its: two halves", 2, { lower_half_1, upper_half_2 },
	  begin_disabled, end_both_halves },
	{ "its: INT entered, message", 3, { int_entered_0, message },
	  begin_ended, end_taken_merged },
	{ "its: BASER, CTLR", 2, { take_table_away_1, enable_its_2 },
	  begin_disabled, end_restorable },
};
/* clang-format on */
