/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses and injections while their vCPU stays entered, against what others
 * do to the same interrupt; and what the shortest ways in and out of a list
 * register are against.
 */
#include "entered.h"
#include "core/route.h"

/* vCPU 0's guest makes SPI pending, and its vCPU stays entered. */
static void begin_entered(void)
{
	begin();
	(void)vgic_set_dist_base(w.gic, GICD_BASE);
	enter(0);
}

static void pend_entered(void)
{
	uint64_t bit = UINT64_C(1) << SPI % 32;

	must(vgic_trap_mmio_entered(w.vcpu[0],
				    GICD_BASE + GICD_ISPENDR + SPI / 32 * 4, 4,
				    true, &bit) == VGIC_TRAP_DONE,
	     "not while entered");
	serve(0);
}

/* The same of what it has just taken and ended, which nobody knows yet. */
static void pend_again_entered(void)
{
	if (ack(0) == SPI) {
		eoi(0, SPI);
	}
	pend_entered();
}

static void begin_entered_loaded(void)
{
	begin_entered();
	inject(SPI);
	serve(0);
}

/* One, or two that came together. */
static void end_taken_or_two(void)
{
	settle();
	take_spi();
	must(w.acks > 0, "lost");
	settle();
	take_spi();
	end_over();
}

static void end_taken_once(void)
{
	settle();
	if (w.acks == 0) {
		take_spi();
	}
	must(w.acks == 1, w.acks ? "taken twice" : "lost");
	end_over();
}

/* Routed away: it is there, if it was not taken before. */
static void end_taken_by_one_entered(void)
{
	enter(1);
	end_taken_by_one();
}

/* Taken once already, or not; then the new one. */
static void end_pended_again(void)
{
	unsigned int before = w.acks;

	settle();
	take_spi();
	must(w.acks > before, "lost");
	settle();
	take_spi();
	end_over();
}

/* A device of vCPU 0's own fires again: its physical interrupt is mapped. */
static void begin_mapped_ended(void)
{
	begin();
	(void)vgic_map_irq(w.gic, 0, SPI, SPI);
	w.phys_active = true;
	inject(SPI);
	enter(0);
	if (ack(0) == SPI) {
		eoi(0, SPI);
	}
	w.acks = 0;
}

static void fire_entered(void)
{
	must(!w.phys_active, "fires while it is active");
	w.phys_active = true;
	must(vgic_inject_irq_entered(w.vcpu[0], SPI, true, NULL) == VGIC_OK,
	     "injection");
	serve(0);
}

static void kick_0(void)
{
	vgic_notify(w.gic, w.vcpu[1], 0, ATTN_LRS);
}

/* In and out in one, while others post. */
static void reenter_0(void)
{
	if (ack(0) == SPI) {
		eoi(0, SPI);
	}
	w.kicked[0] = false;
	vgic_reenter(w.vcpu[0]);
	serve(0);
}

static void end_fired(void)
{
	settle();
	if (w.acks == 0) {
		take_spi();
	}
	must(w.acks == 1, w.acks ? "taken twice" : "lost");
	settle();
	must(!w.phys_active, "physical interrupt lost");
	end_over();
}

static void end_reentered(void)
{
	unsigned int before = w.acks;

	settle();
	take_spi();
	must(before + w.acks > 0, "lost");
	end_over();
}

/* SPI is 1 of N, both vCPUs are awake, and vCPU 0 is out of guest code. */
static void begin_awake(void)
{
	begin();
	enter(0);
	leave(0);
	for (uint32_t v = 0; v < 2; v++) {
		vgic_exchange(&w.vcpu[v]->gicr_waker, 0);
		vgic_note_taker(w.gic, v);
	}
	change(0, SPI, VGIC_SET_1OFN, 0);
}

/* What GICR_WAKER.ProcessorSleep does. */
static void sleep_and_enter_0(void)
{
	vgic_exchange(&w.vcpu[0]->gicr_waker, GICR_WAKER_ProcessorSleep);
	vgic_leave_1ofn(w.gic, w.vcpu[0], 0);
	enter(0);
}

static void end_not_by_sleeper(void)
{
	enter(1);
	settle();
	must(ack(0) == SPURIOUS, "taken by a vCPU that sleeps");
	must(ack(1) == SPI, "lost");
	settle();
	eoi(1, SPI);
	end_over();
}

/* clang-format off */
const struct sched_program entered_programs[NR_ENTERED_PROGRAMS] = {
	{ "take, disable and enable", 4, { take_spi, toggle }, begin_loaded,
	  end_taken_once },
	{ "entered: pend, disable and enable", 4, { pend_entered, toggle },
	  begin_entered, end_taken_once },
	{ "entered: pend, inject", 4, { pend_entered, inject_spi },
	  begin_entered, end_taken_or_two },
	{ "entered: pend, route", 4, { pend_entered, route_to_1 },
	  begin_entered, end_taken_by_one_entered },
	{ "entered: take, pend, inject", 3,
	  { pend_again_entered, inject_spi }, begin_entered_loaded,
	  end_pended_again },
	{ "entered: fire, disable and enable", 4, { fire_entered, toggle },
	  begin_mapped_ended, end_fired },
	{ "entered: fire, kick", 5, { fire_entered, kick_0 },
	  begin_mapped_ended, end_fired },
	{ "entered: reenter, inject", 4, { reenter_0, inject_spi },
	  begin_loaded, end_reentered },
	{ "1 of N, sleep and enter", 3, { sleep_and_enter_0, inject_spi },
	  begin_awake, end_not_by_sleeper },
};
/* clang-format on */
