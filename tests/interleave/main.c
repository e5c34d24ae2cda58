/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every order of small programs: what two or three contexts do at once to one
 * interrupt, and that nothing is lost whoever comes first.
 *
 * A vCPU that ends its program in guest code leaves it only when it is
 * kicked, or for maintenance; what is then still not in its list registers is
 * lost.
 */
#include <stdio.h>
#include <string.h>

#include "core/irq.h"
#include "core/route.h"
#include "core/side.h"
#include "core/sync.h"
#include "emu.h"
#include "entered.h"
#include "its.h"
#include "kvm.h"
#include "v5.h"
#include "world.h"

void begin(void)
{
	make_world(2);
}

static void begin_one_lr(void)
{
	make_world(1);
}

/* SPI waits for vCPU 0, which is out of guest code. */
static void begin_pending(void)
{
	begin();
	inject(SPI);
}

/* SPI is in a list register of vCPU 0, in guest code. */
void begin_loaded(void)
{
	begin_pending();
	enter(0);
}

static void begin_active(void)
{
	begin_loaded();
	(void)ack(0);
}

/* SPI is active and in no list register; SPI2 is active in the only one. */
static void begin_spilled(void)
{
	begin_one_lr();
	inject(SPI);
	enter(0);
	(void)ack(0);
	setup(SPI2, 0x40);
	inject(SPI2);
	serve(0);
	(void)ack(0);
	serve(0);
	must(w_place(word_of(SPI)) == PLACE_STACK, "set-up");
}

static void check_invariants(void)
{
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		if (w.in_guest[v]) {
			leave(v);
		}
	}
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

/* What vCPU v has to take now is this, and nothing after it. */
static void takes_only(uint32_t v, uint32_t intid)
{
	uint32_t got = ack(v);

	must(got == intid, got == SPURIOUS ? "lost" : "wrong interrupt");
	if (got != SPURIOUS) {
		settle();
		eoi(v, got);
		settle();
		must(ack(v) == SPURIOUS, "once too often");
	}
}

/* SPI is vCPU 0's to take, once. */
static void end_taken(void)
{
	settle();
	takes_only(0, SPI);
	check_invariants();
}

/* SPI is nobody's, and over. */
void end_over(void)
{
	settle();
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		if (w.in_guest[v]) {
			must(ack(v) == SPURIOUS, "came again");
		}
	}
	check_invariants();
	must(!w_active(word_of(SPI)), "active for ever");
	must(!w_pending(word_of(SPI)), "pending for ever");
}

static void enter_0(void)
{
	enter(0);
}

static void enter_1(void)
{
	enter(1);
}

void inject_spi(void)
{
	inject(SPI);
}

static void inject_spi2(void)
{
	inject(SPI2);
}

/* Two SPIs, one list register: the better one first, then the other. */
static void begin_two(void)
{
	begin_one_lr();
	setup(SPI2, 0x40);
}

static void end_both_taken(void)
{
	settle();
	must(ack(0) == SPI2, "not the best first");
	settle();
	eoi(0, SPI2);
	settle();
	takes_only(0, SPI);
	check_invariants();
}

/* An edge that comes while the one before is being taken. */
void take_spi(void)
{
	if (ack(0) == SPI) {
		serve(0);
		eoi(0, SPI);
		serve(0);
	}
}

static void inject_after(void)
{
	w.flag = w.acks > 0;
	inject(SPI);
}

static void end_taken_twice(void)
{
	settle();
	take_spi();
	settle();
	take_spi();
	must(w.acks == 2 || (w.acks == 1 && !w.flag), "lost");
	end_over();
}

static void disable(void)
{
	change(1, SPI, VGIC_CLEAR_ENABLE, 0);
}

static void enable(void)
{
	change(1, SPI, VGIC_SET_ENABLE, 0);
}

void toggle(void)
{
	disable();
	enable();
}

static void end_disabled(void)
{
	settle();
	must(ack(0) == SPURIOUS, "taken though disabled");
	must(w_pending(word_of(SPI)), "lost");
	enable();
	end_taken();
}

void route_to_1(void)
{
	vgic_set_route(w.gic, w.vcpu[2], index_of(SPI), 1, false);
}

static void route_to_0(void)
{
	vgic_set_route(w.gic, w.vcpu[2], index_of(SPI), 0, false);
}

static void route_there_and_back(void)
{
	route_to_1();
	route_to_0();
}

static void end_routed_to_1(void)
{
	settle();
	must(ack(0) == SPURIOUS, "taken by the old target");
	takes_only(1, SPI);
	check_invariants();
}

static void take_in_slices(void)
{
	enter(0);
	if (ack(0) == SPI) {
		slice(0);
		eoi(0, SPI);
	}
	slice(0);
}

void end_taken_by_one(void)
{
	settle();
	if (w.acks == 0) {
		takes_only(1, SPI);
	}
	must(w.acks == 1, "taken twice");
	end_over();
}

/* Two writes of GICD_IROUTER: what it reads is where the interrupt goes. */
static void end_route_agrees(void)
{
	uint32_t route = vgic_get_route(w.gic, index_of(SPI));

	must(w_target(word_of(SPI)) == route, "target is not what is read");
	for (uint32_t v = 0; v < 2; v++) {
		if (!w.in_guest[v]) {
			enter(v);
		}
	}
	settle();
	must(ack(1 - route) == SPURIOUS, "taken by the wrong one");
	takes_only(route, SPI);
	check_invariants();
}

/* The first mapping takes a side entry, as the guest writes GICD_IROUTER. */
static void map_spi(void)
{
	must(vgic_map_irq(w.gic, 0, SPI, SPI) == VGIC_OK, "map");
}

static void own_spi(void)
{
	must(vgic_set_owner(w.gic, 0, SPI, &w) == VGIC_OK, "owner");
}

static void end_mapped_to_1(void)
{
	uint64_t word = word_of(SPI);

	must(vgic_get_route(w.gic, index_of(SPI)) == 1, "route lost");
	must(w_target(word) == 1, "target lost");
	must(word & W_HW, "mapping lost");
	must(vgic_side_of(w.gic, index_of(SPI))->pintid == SPI, "not its own");
	check_invariants();
}

/* The guest writes a part of GICD_IROUTER. */
static void irouter(uint32_t v, uint32_t offset, unsigned int width,
		    uint64_t value)
{
	(void)vgic_trap_mmio(w.vcpu[v],
			     GICD_BASE + GICD_IROUTER + 8 * SPI + offset, width,
			     true, &value);
}

static void begin_far(void)
{
	begin();
	(void)vgic_set_dist_base(w.gic, GICD_BASE);
	irouter(0, 0, 8, UINT64_C(0x6600000002));
}

static void begin_near(void)
{
	begin_far();
	irouter(0, 4, 4, 0);
}

static void route_low(void)
{
	irouter(1, 0, 4, 1);
}

static void route_high(void)
{
	irouter(2, 4, 4, 0);
}

static void end_halves(void)
{
	must(vgic_get_route(w.gic, index_of(SPI)) == 1, "half a route lost");
	must(w_target(word_of(SPI)) == 1, "target lost");
	check_invariants();
}

/* To one and to any, at once: one of them, but never a mixture. */
static void route_any_2(void)
{
	irouter(2, 0, 8, GICD_IROUTER_IRM | 2);
}

static void end_one_or_any(void)
{
	uint32_t route = vgic_get_route(w.gic, index_of(SPI));

	if (word_of(SPI) & W_IRM) {
		must(route == 0, "a mixture is read");
	} else {
		must(route == 1, "a mixture of two routes");
		must(w_target(word_of(SPI)) == 1, "target is not the route");
	}
	check_invariants();
}

/* Who has seen the one write makes another; it comes after. */
static void see_then_any(void)
{
	w.flag = vgic_get_route(w.gic, index_of(SPI)) == 1 &&
		 w_target(word_of(SPI)) == 1;
	route_any_2();
	irouter(2, 4, 4, 0x66);
}

static void end_seen(void)
{
	must(!w.flag || (word_of(SPI) & W_IRM), "an older write came back");
	check_invariants();
}

static void end_high_or_any(void)
{
	must(word_of(SPI) & W_IRM, "IRM lost to Aff3");
	check_invariants();
}

static void end_it(void)
{
	eoi(0, SPI);
	slice(0);
}

static void end_both(void)
{
	eoi(0, SPI2);
	eoi(0, SPI);
	serve(0);
}

static void slice_0(void)
{
	slice(0);
}

static void deactivate(void)
{
	change(1, SPI, VGIC_CLEAR_ACTIVE, 0);
}

static void activate(void)
{
	change(1, SPI, VGIC_SET_ACTIVE, 0);
}

static void unpend(void)
{
	change(2, SPI, VGIC_CLEAR_PENDING, 0);
}

/* SPI2's handler has ended, SPI came again and is taken again. */
static void end_again(void)
{
	settle();
	must(!w_active(word_of(SPI)), "active for ever");
	takes_only(0, SPI);
	check_invariants();
}

static void begin_eoimode_1(void)
{
	begin_active();
	icc_write(0, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	icc_write(0, ICC_EOIR1_EL1, SPI);
	slice(0);
}

/* Set and clear at once: either may win, but all agree which. */
static void end_consistent(void)
{
	settle();
	check_invariants();
	deactivate();
	enter(0);
	end_over();
}

/* The state of what another vCPU has in its list registers. */
static void take_until_read(void)
{
	if (ack(0) == SPI) {
		slice(0);
		eoi(0, SPI);
	}
	while (!w.flag) {
		if (is_due(0)) {
			slice(0);
		} else {
			sched_wait();
		}
	}
}

static void read_active(void)
{
	struct vgic_vcpu *reader = w.vcpu[1];
	uint64_t word;

	w.seen[w.active] = true;
	w.seen[!w.active] = false;
	for (;;) {
		vgic_sync_begin(reader, 1);
		if (vgic_sync_word(reader, index_of(SPI), &word)) {
			break;
		}
		/* The access is retried. */
		enter(1);
		sched_wait();
		leave(1);
	}
	vgic_sync_end(reader);
	must(w.seen[w_active(word)], "read what never was");
	w.flag = true;
}

/* A gate opens; a gate closes. */
static void begin_closed(void)
{
	begin_pending();
	set_gates(0, 0);
}

static void open_gates(void)
{
	set_gates(1, 3);
}

static void close_gates(void)
{
	set_gates(1, 0);
}

static void end_closed(void)
{
	settle();
	must(ack(0) == SPURIOUS, "taken through a closed gate");
	open_gates();
	end_taken();
}

/* 1 of N, and all asleep; one wakes as the interrupt comes. */
static void begin_asleep(void)
{
	begin();
	change(0, SPI, VGIC_SET_1OFN, 0);
}

static void wake_1(void)
{
	vgic_exchange(&w.vcpu[1]->gicr_waker, 0);
	vgic_note_taker(w.gic, 1);
	vgic_take_stranded(w.gic);
	must(vgic_find_takers(w.gic, w.vcpu[1]), "more work");
}

static void make_1ofn(void)
{
	change(2, SPI, VGIC_SET_1OFN, 0);
}

static void end_taken_by_woken(void)
{
	enter(1);
	settle();
	takes_only(1, SPI);
	check_invariants();
}

/* A waiting interrupt becomes the better one. */
static void begin_overflow(void)
{
	begin_two();
	change(0, SPI2, VGIC_SET_PRIORITY, 0xa0);
	inject(SPI);
	inject(SPI2);
}

static void promote(void)
{
	change(1, SPI2, VGIC_SET_PRIORITY, 0x40);
}

/* Mapped: quiet while anything is left of it, and heard again afterwards. */
static void begin_mapped(void)
{
	begin();
	(void)vgic_map_irq(w.gic, 0, SPI, SPI);
}

static void fire(void)
{
	w.phys_active = true;
	inject(SPI);
}

static void begin_mapped_loaded(void)
{
	begin_mapped();
	fire();
	enter(0);
}

static void hold(void)
{
	change(1, SPI, VGIC_SET_PENDING, true);
}

static void begin_mapped_taken(void)
{
	begin_mapped_loaded();
	(void)ack(0);
}

/* No more, that is: an early end lets the device come once too often. */
static void end_phys_not_lost(void)
{
	uint64_t word;

	settle();
	check_invariants();
	word = word_of(SPI);
	must(!w.phys_active || w_pending(word) || w_active(word),
	     "physical interrupt lost");
	must(!(word & W_HOLD), "never held");
}

static void end_phys_agrees(void)
{
	uint64_t word;

	settle();
	check_invariants();
	word = word_of(SPI);
	must(w.phys_active == (w_pending(word) || w_active(word)),
	     w.phys_active ? "physical interrupt lost" : "ended too early");
}

static void fire_again(void)
{
	while (w.phys_active) {
		if (w.flag) {
			return;
		}
		sched_wait();
	}
	fire();
}

static void take_mapped(void)
{
	take_spi();
	slice(0);
	w.flag = true;
}

static void end_mapped_twice(void)
{
	settle();
	if (w.acks == 1 && w.phys_active) {
		take_spi();
		settle();
	}
	must(w.acks == 2 || !w.phys_active, "lost");
	must(!w.phys_active, "physical interrupt lost");
	end_over();
}

/* A device's ops are exchanged for another's: each hears of its own opaque. */
static int first_device, second_device;

static void first_acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	(void)intid;
	must(opaque == &first_device, "ops of one, opaque of the other");
}

static void second_acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	(void)intid;
	must(opaque == &second_device, "ops of one, opaque of the other");
}

static const struct vgic_irq_ops first_ops = { .irq_ended = first_acked };
static const struct vgic_irq_ops second_ops = { .irq_ended = second_acked };

static void begin_owned(void)
{
	begin_active();
	slice(0);
	must(vgic_set_irq_ops(w.gic, 0, SPI, &first_ops, &first_device) ==
		     VGIC_OK,
	     "set-up");
}

static void exchange_ops(void)
{
	must(vgic_set_irq_ops(w.gic, 0, SPI, &second_ops, &second_device) ==
		     VGIC_OK,
	     "ops");
}

/* A device is asked to deliver, and declines: then it is posted, once. */
static bool decline(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque;
	(void)vcpu;
	(void)intid;
	return false;
}

static const struct vgic_irq_ops asked_ops = { .queue_irq_unlock = decline };

static void begin_asked(void)
{
	begin();
	must(vgic_set_irq_ops(w.gic, 0, SPI, &asked_ops, NULL) == VGIC_OK,
	     "set-up");
}

/* clang-format off */
static const struct sched_program programs[] = {
	{ "inject, enter", 6, { enter_0, inject_spi }, begin, end_taken },
	{ "inject, inject, enter", 3, { enter_0, inject_spi, inject_spi },
	  begin, end_taken },
	{ "inject, enable, device declines", 2,
	  { enter_0, inject_spi, toggle }, begin_asked, end_taken },
	{ "inject two, enter", 3, { enter_0, inject_spi, inject_spi2 },
	  begin_two, end_both_taken },
	{ "inject, take", 4, { take_spi, inject_after }, begin_loaded,
	  end_taken_twice },
	{ "disable, enter", 6, { enter_0, disable }, begin_pending,
	  end_disabled },
	{ "disable and enable, enter", 4, { enter_0, toggle },
	  begin_pending, end_taken },
	{ "disable, inject, enter", 3, { enter_0, disable, inject_spi },
	  begin, end_disabled },
	{ "disable and enable, inject, slice", 3,
	  { slice_0, toggle, inject_spi }, begin_loaded, end_taken },
	{ "route, enter both", 3, { enter_0, enter_1, route_to_1 },
	  begin_pending, end_routed_to_1 },
	{ "route and back, enter both", 3,
	  { enter_0, enter_1, route_there_and_back }, begin_pending,
	  end_taken },
	{ "route, take, enter", 2, { take_in_slices, enter_1, route_to_1 },
	  begin_pending, end_taken_by_one },
	{ "route, route, enter", 3, { enter_0, route_to_1, route_to_0 },
	  begin_pending, end_route_agrees },
	{ "route, map", 6, { map_spi, route_to_1 }, begin, end_mapped_to_1 },
	{ "route, map, owner", 3, { map_spi, route_to_1, own_spi }, begin,
	  end_mapped_to_1 },
	{ "route in two halves", 5, { route_low, route_high }, begin_far,
	  end_halves },
	{ "route to one, to any", 5, { route_low, route_any_2 }, begin_near,
	  end_one_or_any },
	{ "route to one, to any, halves", 2,
	  { route_low, route_any_2, route_high }, begin_near,
	  end_one_or_any },
	{ "route to one, seen, to any", 3, { route_low, see_then_any },
	  begin_near, end_seen },
	{ "Aff3, route to any", 5, { route_high, route_any_2 }, begin_far,
	  end_high_or_any },
	{ "deactivate, end", 5, { end_it, deactivate }, begin_active,
	  end_over },
	{ "deactivate, end, outside", 4, { end_both, deactivate },
	  begin_spilled, end_over },
	{ "deactivate, end, inject, outside", 2,
	  { end_both, deactivate, inject_spi }, begin_spilled, end_again },
	{ "deactivate, slice, inject", 3,
	  { slice_0, deactivate, inject_spi }, begin_eoimode_1, end_again },
	{ "activate, deactivate, enter", 3,
	  { enter_0, activate, deactivate }, begin, end_consistent },
	{ "activate, deactivate, slice", 3,
	  { slice_0, activate, deactivate }, begin_active, end_consistent },
	{ "read active, take", 3, { take_until_read, read_active },
	  begin_loaded, end_over },
	{ "gate opens, enter", 5, { enter_0, open_gates }, begin_closed,
	  end_taken },
	{ "gate closes, enter", 5, { enter_0, close_gates }, begin_pending,
	  end_closed },
	{ "1 of N, wake", 3, { wake_1, inject_spi }, begin_asleep,
	  end_taken_by_woken },
	{ "1 of N from elsewhere, wake", 3, { enter_0, wake_1, make_1ofn },
	  begin_pending, end_taken_by_woken },
	{ "priority, enter", 4, { enter_0, promote }, begin_overflow,
	  end_both_taken },
	{ "mapped: fire, unpend, enter", 3, { enter_0, fire, unpend },
	  begin_mapped, end_phys_agrees },
	{ "mapped: hold, unpend, enter", 3, { enter_0, hold, unpend },
	  begin_mapped, end_phys_agrees },
	{ "mapped: hold, end", 5, { end_it, hold }, begin_mapped_taken,
	  end_phys_agrees },
	{ "mapped: hold, end, deactivate", 2, { end_it, hold, deactivate },
	  begin_mapped_taken, end_phys_agrees },
	{ "mapped: hold, fire, take", 3, { take_in_slices, hold, fire },
	  begin_mapped, end_phys_not_lost },
	{ "mapped: deactivate, end", 4, { end_it, deactivate },
	  begin_mapped_loaded, end_phys_agrees },
	{ "ops, deactivate", 6, { deactivate, exchange_ops }, begin_owned,
	  end_over },
	{ "mapped: fire again, take", 4, { take_mapped, fire_again },
	  begin_mapped_loaded, end_mapped_twice },
};
/* clang-format on */

static bool explore(const struct sched_program *program, size_t nr,
		    const char *only)
{
	bool good = true;

	for (size_t i = 0; i < nr; i++) {
		uint64_t orders;

		if (only && strncmp(only, program[i].name, strlen(only))) {
			continue;
		}
		good &= sched_explore(&program[i], &orders);
		printf("%-36s %8llu orders\n", program[i].name,
		       (unsigned long long)orders);
	}
	return good;
}

/* All programs, or those whose names begin so. */
int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	bool good =
		explore(programs, sizeof(programs) / sizeof(programs[0]), only);

	good &= explore(entered_programs, NR_ENTERED_PROGRAMS, only);
	good &= explore(v5_programs, NR_V5_PROGRAMS, only);
	good &= explore(its_programs, NR_ITS_PROGRAMS, only);
	good &= explore(emu_programs, NR_EMU_PROGRAMS, only);
	good &= explore(kvm_programs, NR_KVM_PROGRAMS, only);
	return good ? 0 : 1;
}
