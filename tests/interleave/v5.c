/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv5 instructions that are executed while their vCPU stays entered: what
 * comes from elsewhere meanwhile kicks, and the vCPU leaves no earlier than
 * that.
 */
#include <string.h>

#include "model/v5_cpuif.h"
#include "regs/gicv5.h"
#include "v5.h"
#include "world.h"

#define SPI0 GICV5_SPI(0)
#define SPI1 GICV5_SPI(1)
#define IRS_BASE UINT64_C(0x8010000)

static struct model_v5_cpuif pe[NR_VCPUS];
/* vCPU 1 is through with what it does to the interrupt. */
static bool changed;
/* Acknowledges, by SPI. */
static unsigned int taken_of[2];

static uint64_t execute(uint32_t v, uint32_t insn, bool write, uint64_t value)
{
	sched_point("guest", 0);
	must(vgic_trap_sysreg_entered(w.vcpu[v], insn, write, &value) ==
		     VGIC_TRAP_DONE, "not executed");
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

static void begin(void)
{
	uint64_t on = IRS_CR0_IRSEN;

	make_world_v5(pe, IRS_BASE);
	must(vgic_trap_mmio(w.vcpu[0], IRS_BASE + IRS_CR0, 4, true, &on) ==
		     VGIC_TRAP_DONE, "no IRS");
	changed = false;
	memset(taken_of, 0, sizeof(taken_of));
	for (uint32_t v = 0; v < 2; v++) {
		enter(v);
		execute(v, ICC_PCR_EL1, true, 31);
		execute(v, ICC_CR0_EL1, true, ICC_CR0_EL1_EN);
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
	execute(1, GIC_CDPRI, true,
		SPI0 | FIELD_PUT(GIC_CDPRI_PRIORITY, 3));
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

static void end_taken_again(void)
{
	take_rest();
	must(taken_of[0] == 2, "lost, or taken twice");
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

const struct sched_program v5_programs[NR_V5_PROGRAMS] = {
	{ "v5: pend, take", 4, { take_0, pend_1 }, begin, end_taken },
	{ "v5: pend, end", 3, { end_it_0, pend_1 }, begin_active,
	  end_taken_again },
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
};
