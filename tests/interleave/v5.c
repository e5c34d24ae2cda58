/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 instructions that are executed while their vCPU stays entered: what
 * comes from elsewhere meanwhile kicks, and the vCPU leaves no earlier than
 * that.
 */
#include <string.h>

#include "core/irq.h"
#include "model/v5_ich.h"
#include "regs/gicv5.h"
#include "tests/usual.h"
#include "v5.h"
#include "v5/v5.h"
#include "world.h"

#define SPI0 GICV5_SPI(0)
#define SPI1 GICV5_SPI(1)
#define IRS_BASE UINT64_C(0x8010000)

static struct model_v5_cpuif pe[NR_VCPUS];
/* vCPU 1 is through with what it does to the interrupt. */
static bool changed;
/* Acknowledges, by SPI. */
static unsigned int taken_of[2];

/* Out of guest code, and until it is done. */
static void store(uint32_t v, uint32_t offset, unsigned int width,
		  uint64_t value)
{
	uint64_t given = value;

	while (vgic_trap_mmio(w.vcpu[v], IRS_BASE + offset, width, true,
			      &value) == VGIC_TRAP_RETRY) {
		value = given;
		sched_wait();
	}
}

static uint64_t execute(uint32_t v, uint32_t insn, bool write, uint64_t value)
{
	sched_point("guest", 0);
	must(trap_as_usual(w.vcpu[v], insn, write, &value) == VGIC_TRAP_DONE,
	     "not executed");
	return value;
}

static bool take(uint32_t v)
{
	uint64_t got = execute(v, GICR_CDIA, false, 0);

	if (got) {
		taken_of[got & 1]++;
	}
	return got;
}

/* The CPU interface of a vCPU that is entered goes on, or off. */
static void set_enable(uint32_t v, bool on)
{
	for (;;) {
		uint64_t value = on ? ICC_CR0_EL1_EN : 0;

		sched_point("guest", 0);
		if (vgic_trap_sysreg_entered(w.vcpu[v], ICC_CR0_EL1, true,
					     &value) == VGIC_TRAP_DONE) {
			return;
		}
		slice(v);
		sched_wait();
	}
}

static void begin(void)
{
	make_world_v5(pe, IRS_BASE, 0);
	store(0, IRS_CR0, 4, IRS_CR0_IRSEN);
	changed = false;
	memset(taken_of, 0, sizeof(taken_of));
	for (uint32_t v = 0; v < 2; v++) {
		enter(v);
		execute(v, ICC_PCR_EL1, true, 31);
		set_enable(v, true);
	}
	execute(0, GIC_CDAFF, true, SPI0);
	execute(0, GIC_CDEN, true, SPI0);
	execute(0, GIC_CDHM, true, SPI0);
	settle();
}

static void pend_1(void)
{
	execute(1, GIC_CDPEND, true, SPI0 | GIC_CDPEND_PENDING);
}

static void pend_0(void)
{
	execute(0, GIC_CDPEND, true, SPI0 | GIC_CDPEND_PENDING);
}

static void pend_2(void)
{
	(void)vgic_inject_irq(w.gic, 0, SPI0, true, NULL);
}

static void begin_pending(void)
{
	begin();
	pend_1();
	settle();
}

/* SPI1 waits behind SPI0, in the same list of vCPU 0. */
static void begin_two(void)
{
	begin_pending();
	execute(0, GIC_CDAFF, true, SPI1);
	execute(0, GIC_CDEN, true, SPI1);
	execute(0, GIC_CDPEND, true, SPI1 | GIC_CDPEND_PENDING);
	settle();
}

/* SPI0 is in the inbox of vCPU 0, which does not know. */
static void begin_posted(void)
{
	begin();
	pend_1();
}

/* SPI1, too, is enabled and vCPU 0's. */
static void begin_both(void)
{
	begin();
	execute(0, GIC_CDAFF, true, SPI1);
	execute(0, GIC_CDEN, true, SPI1);
	settle();
}

static void begin_active(void)
{
	begin_pending();
	must(take(0), "not there");
}

static void take_0(void)
{
	(void)take(0);
}

static void take_1(void)
{
	(void)take(1);
}

static void send_2(void)
{
	(void)vgic_inject_irq(w.gic, 0, SPI1, true, NULL);
}

/* As soon as it is kicked, or its CPU is interrupted for something else. */
static void reenter_0(void)
{
	w.kicked[0] = false;
	(void)reenter_as_usual(w.vcpu[0]);
	serve(0);
}

static void end_it_0(void)
{
	execute(0, GIC_CDEOI, true, 0);
	execute(0, GIC_CDDI, true, SPI0);
}

/* Nobody but vCPU 0 can say that it is over. */
static void disable_1(void)
{
	execute(1, GIC_CDDIS, true, SPI0);
	changed = true;
}

static void disable_0(void)
{
	execute(0, GIC_CDDIS, true, SPI0);
}

static void take_enabled_0(void)
{
	bool late = changed;

	must(!take(0) || !late, "taken though it was disabled before");
}

static void route_1(void)
{
	execute(1, GIC_CDAFF, true, SPI0 | FIELD_PUT(GIC_CDAFF_IAFFID, 1));
}

/*
 * As soon as an acknowledge has made SPI0 active, another vCPU may end it and
 * make it pending again; whoever does so puts it into an inbox, by its link.
 */
static void again_1(void)
{
	execute(1, GIC_CDDI, true, SPI0);
	pend_1();
}

static void toggle_1(void)
{
	execute(1, GIC_CDDIS, true, SPI0);
	execute(1, GIC_CDEN, true, SPI0);
	again_1();
}

static void route_again_1(void)
{
	route_1();
	again_1();
}

static void demote_1(void)
{
	execute(1, GIC_CDPRI, true, SPI0 | FIELD_PUT(GIC_CDPRI_PRIORITY, 3));
	again_1();
}

/* What has not been taken yet is taken now, by one. */
static void take_rest(void)
{
	settle();
	(void)take(0);
	(void)take(1);
	settle();
	must(!take(0) && !take(1), "there is more than there should be");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

static void end_taken(void)
{
	take_rest();
	must(taken_of[0] == 1, taken_of[0] ? "taken twice" : "lost");
}

static void end_both_taken(void)
{
	settle();
	must(take(0), "lost");
	execute(0, GIC_CDEOI, true, 0);
	must(take(0), "one of two is lost");
	must(taken_of[0] == 1 && taken_of[1] == 1, "taken twice");
	must(!take(0) && !take(1), "there is more than there should be");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

static void end_taken_again(void)
{
	take_rest();
	must(taken_of[0] == 2, "lost, or taken twice");
}

static void end_not_taken(void)
{
	take_rest();
	must(taken_of[0] == 0, "taken though it is disabled");
}

static void end_disabled(void)
{
	take_rest();
	must(taken_of[0] <= 1, "taken twice");
}

/* Whoever has acknowledged something ends it, and takes the next one. */
static bool take_next(uint32_t v)
{
	execute(v, GIC_CDEOI, true, 0);
	execute(v, GIC_CDDI, true, SPI0);
	execute(v, GIC_CDDI, true, SPI1);
	settle();
	return take(v);
}

/*
 * SPI1 once; SPI0 once, or twice when it was acknowledged before it was made
 * pending again.
 */
static void end_two_taken(void)
{
	settle();
	for (unsigned int n = 0; n < 4; n++) {
		(void)take_next(0);
		(void)take_next(1);
	}
	must(taken_of[1] == 1, taken_of[1] ? "taken twice" : "lost");
	must(taken_of[0] == 1 || taken_of[0] == 2, "lost, or taken too often");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* SPI0 is 1 of N; vCPU 0 takes part, vCPU 1 does not. */
static void begin_1ofn(void)
{
	begin();
	set_enable(1, false);
	execute(0, GIC_CDAFF, true, SPI0 | GIC_CDAFF_IRM);
	settle();
}

/* SPI0 is pending for vCPU 0, which is the only one to take part. */
static void begin_1ofn_pending(void)
{
	begin_1ofn();
	pend_1();
	settle();
}

/* Nobody takes part: it is pending for nobody. */
static void begin_stranded(void)
{
	begin_1ofn();
	set_enable(0, false);
	pend_1();
	settle();
}

static void on_1(void)
{
	set_enable(1, true);
}

static void off_0(void)
{
	set_enable(0, false);
}

static void end_taken_by_1(void)
{
	settle();
	must(!take(0), "taken by a PE that is off");
	(void)take(1);
	must(taken_of[0] == 1, "lost");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* Two vCPUs switch the IRS on and off. */
static void begin_off(void)
{
	begin_pending();
	for (uint32_t v = 0; v < 2; v++) {
		leave(v);
	}
	store(0, IRS_CR0, 4, 0);
}

static void irs_on_0(void)
{
	store(0, IRS_CR0, 4, IRS_CR0_IRSEN);
}

static void irs_off_1(void)
{
	store(1, IRS_CR0, 4, 0);
}

static void end_forwarded(void)
{
	bool on = vgic_load_seq(&w.gic->v5->irs[0].cr0) & IRS_CR0_IRSEN;

	for (uint32_t i = 0; i < 4; i++) {
		bool is = vgic_irq_word(w.gic, w.gic->first_spi + i) & W_GATE1;

		must(is == on, "forwarded, and should not be; or not");
	}
	enter(0);
	enter(1);
	settle();
	must(take(0) == on, on ? "lost" : "taken though it was off");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* The guest's table: four chunks of LPIs, two for each trap. */
#define BASER (UINT64_C(0x40000000) | IRS_IST_BASER_VALID)

static void begin_table(void)
{
	make_world_v5(pe, IRS_BASE, 1024);
	store(0, IRS_IST_CFGR, 4, 10);
}

static void make_table_0(void)
{
	store(0, IRS_IST_BASER, 8, BASER);
}

static void make_table_1(void)
{
	store(1, IRS_IST_BASER, 8, BASER);
}

static void drop_table_1(void)
{
	store(1, IRS_IST_BASER, 8, 0);
}

/* A VMM stored the register and had no table made; both vCPUs run first. */
static void begin_stored(void)
{
	begin_table();
	vgic_v5_ist_store(w.gic, BASER);
}

static void first_run_0(void)
{
	enter(0);
	leave(0);
	make_table_0();
}

static void first_run_1(void)
{
	enter(1);
	leave(1);
}

static void begin_made(void)
{
	begin_table();
	make_table_0();
}

/* A message, and whoever sends it looks an LPI up. */
static void message_2(void)
{
	(void)vgic_inject_irq(w.gic, 0, GICV5_LPI(700), true, NULL);
}

/* All of the table, or nothing. */
static void end_table(void)
{
	bool valid = vgic_load_seq(&w.gic->v5->ist_baser) == BASER;

	for (uint32_t id = 0; id < 1024; id += 256) {
		struct vgic_irq_info info;

		must((vgic_get_irq_info(w.gic, 0, GICV5_LPI(id), &info) ==
		      VGIC_OK) == valid,
		     "half a table");
	}
	must(vgic_load_seq(&w.gic->v5->nr_used) == (valid ? 4 : 0),
	     "chunks are lost");
	must(w.gic->v5->ist_job.begun == w.gic->v5->ist_job.ended,
	     "not complete");
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* The guest's own write came after what the VMM stored was given up. */
static void end_own_table(void)
{
	must(vgic_load_seq(&w.gic->v5->ist_baser) == BASER,
	     "the guest's table is gone");
	end_table();
}

/* The message was for a table that is gone. */
static void end_as_new(void)
{
	end_table();
	make_table_0();
	for (uint32_t i = w.gic->first_lpi; i < w.gic->nr_irqs; i++) {
		must(!w_pending(vgic_irq_word(w.gic, i)),
		     "pending in a new table");
	}
}

/* clang-format off */
const struct sched_program v5_programs[NR_V5_PROGRAMS] = {
	{ "v5: pend, take", 4, { take_0, pend_1 }, begin, end_taken },
	{ "v5: pend, end", 3, { end_it_0, pend_1 }, begin_active,
	  end_taken_again },
	{ "v5: pend, disable", 3, { disable_0, pend_1 }, begin,
	  end_not_taken },
	{ "v5: pend for itself, disable", 3, { pend_0, disable_1 }, begin,
	  end_not_taken },
	{ "v5: pend two, in again", 3, { reenter_0, pend_1, send_2 },
	  begin_both, end_both_taken },
	{ "v5: disable, in again", 4, { reenter_0, disable_1 }, begin_posted,
	  end_not_taken },
	{ "v5: route, in again", 4, { reenter_0, route_1 }, begin_posted,
	  end_taken },
	{ "v5: disable, take", 4, { take_enabled_0, disable_1 },
	  begin_pending, end_disabled },
	{ "v5: route, take", 3, { take_0, route_1 }, begin_pending,
	  end_taken },
	{ "v5: route, take both", 2, { take_0, take_1, route_1 },
	  begin_pending, end_taken },
	{ "v5: end and pend, take", 3, { take_0, again_1 }, begin_two,
	  end_two_taken },
	{ "v5: disable, enable, pend, take", 3, { take_0, toggle_1 },
	  begin_two, end_two_taken },
	{ "v5: route, end, pend, take", 3, { take_0, route_again_1 },
	  begin_two, end_two_taken },
	{ "v5: priority, end, pend, take", 3, { take_0, demote_1 },
	  begin_two, end_two_taken },
	{ "v5: 1 of N, pend, on", 3, { off_0, on_1 }, begin_1ofn_pending,
	  end_taken_by_1 },
	{ "v5: 1 of N, on and off, pend", 2, { off_0, on_1, pend_2 },
	  begin_1ofn, end_taken_by_1 },
	{ "v5: 1 of N for nobody, on", 3, { on_1, pend_2 }, begin_stranded,
	  end_taken_by_1 },
	{ "v5: IRS on and off", 2, { irs_on_0, irs_off_1 }, begin_off,
	  end_forwarded },
	{ "v5: table made by two", 2, { make_table_0, make_table_1 },
	  begin_table, end_table },
	{ "v5: table made and taken away", 2,
	  { make_table_0, drop_table_1 }, begin_table, end_table },
	{ "v5: first runs, a stored table", 1,
	  { first_run_0, first_run_1 }, begin_stored, end_own_table },
	{ "v5: table taken away, message", 3,
	  { drop_table_1, message_2 }, begin_made, end_as_new },
};
/* clang-format on */
