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

#include <vgic/vgic.h>

#include "core/gic.h"
#include "model/vcpuif.h"
#include "sched.h"

#define NR_VCPUS 3
#define SPI 32u
#define SPI2 33u
#define SPURIOUS GIC_INTID_SPURIOUS

static struct {
	struct vgic *gic;
	struct vgic_vcpu *vcpu[NR_VCPUS];
	struct model_vcpuif model[NR_VCPUS];
	bool in_guest[NR_VCPUS], kicked[NR_VCPUS];
	/* The physical interrupt that SPI is mapped to. */
	bool phys_active;
	/* Acknowledges of SPI, by any vCPU. */
	unsigned int acks;
	bool flag;
	/* The states that SPI had while somebody read it. */
	bool active, seen[2];
} w;

static uint8_t memory[64 * 1024] __attribute__((aligned(64)));

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	sched_point("kick", 0);
	w.kicked[vcpu] = true;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	(void)vcpu;
	(void)intid;
	sched_fail(what);
}

static void phys_set_active(void *ctx, uint32_t pintid, bool active)
{
	(void)ctx;
	(void)pintid;
	w.phys_active = active;
}

static void hw_deactivate(void *ctx, uint32_t pintid)
{
	phys_set_active(ctx, pintid, false);
}

static const struct vgic_host_ops host_ops = {
	.kick = kick,
	.bug = bug,
	.phys_set_active = phys_set_active,
};

static void must(bool holds, const char *what)
{
	if (!holds) {
		sched_fail(what);
	}
}

static void enter(uint32_t v)
{
	vgic_load(w.vcpu[v]);
	w.kicked[v] = false;
	vgic_enter(w.vcpu[v]);
	w.in_guest[v] = true;
}

static void leave(uint32_t v)
{
	w.in_guest[v] = false;
	vgic_exit(w.vcpu[v]);
}

static void slice(uint32_t v)
{
	leave(v);
	enter(v);
}

static bool is_due(uint32_t v)
{
	return w.in_guest[v] &&
	       (w.kicked[v] || model_vcpuif_maintenance(&w.model[v]));
}

/* The exits that a vCPU is due, and no others. */
static void serve(uint32_t v)
{
	for (unsigned int n = 0; is_due(v); n++) {
		if (n == 20) {
			sched_fail("exits without end");
			return;
		}
		slice(v);
	}
}

static void settle(void)
{
	bool again;

	do {
		again = false;
		for (uint32_t v = 0; v < NR_VCPUS; v++) {
			again |= is_due(v);
			serve(v);
		}
	} while (again);
}

static void icc_write(uint32_t v, uint32_t sysreg, uint64_t value)
{
	sched_point("guest", 0);
	(void)model_icv_write(&w.model[v], sysreg, value);
}

static uint32_t ack(uint32_t v)
{
	uint64_t intid = SPURIOUS;

	sched_point("guest", 0);
	(void)model_icv_read(&w.model[v], ICC_IAR1_EL1, &intid);
	if (intid == SPI) {
		w.acks++;
		w.active = true;
		w.seen[1] = true;
	}
	return (uint32_t)intid;
}

static void eoi(uint32_t v, uint32_t intid)
{
	icc_write(v, ICC_EOIR1_EL1, intid);
	if (intid == SPI) {
		w.active = false;
		w.seen[0] = true;
	}
}

static uint32_t index_of(uint32_t intid)
{
	return vgic_irq_index(w.gic, 0, intid);
}

static uint64_t word_of(uint32_t intid)
{
	return vgic_irq_word(w.gic, index_of(intid));
}

/* On the thread of vCPU v. */
static void change(uint32_t v, uint32_t intid, enum vgic_change what,
		   uint32_t arg)
{
	vgic_irq_change(w.gic, w.vcpu[v], index_of(intid), what, arg);
}

static void inject(uint32_t intid)
{
	(void)vgic_inject_irq(w.gic, 0, intid, true, NULL);
}

static void set_gates(uint32_t v, uint32_t enables)
{
	vgic_store_seq(&w.gic->gicd_ctlr, enables);
	vgic_notify_all(w.gic, w.vcpu[v], ATTN_GATES);
}

static void setup(uint32_t intid, uint32_t prio)
{
	change(0, intid, VGIC_SET_PRIORITY, prio);
	change(0, intid, VGIC_SET_ENABLE, 0);
}

static void make_world(uint32_t nr_lrs)
{
	struct model_vcpuif_config model = {
		.nr_lrs = (uint8_t)nr_lrs, .pri_bits = 5, .pre_bits = 5,
		.id_bits = 16, .tdir = true, .deactivate = hw_deactivate,
	};
	struct vgic_config config = {
		.model = VGIC_GICV3, .nr_vcpus = NR_VCPUS, .nr_spis = 4,
		.nr_redist_regions = 1, .nr_side_entries = 1,
		.cpuif = &model_vcpuif_backend, .host = &host_ops,
	};

	memset(&w, 0, sizeof(w));
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		model_vcpuif_init(&w.model[v], &model);
	}
	model_vcpuif_caps(&w.model[0], &config.caps);
	must(vgic_create(&config, memory, sizeof(memory), &w.gic) == VGIC_OK,
	     "create");
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		vgic_vcpu_create(w.gic, v, v, &w.model[v], &w.vcpu[v]);
		enter(v);
		icc_write(v, ICC_PMR_EL1, 0xff);
		icc_write(v, ICC_IGRPEN1_EL1, 1);
		leave(v);
	}
	set_gates(0, 3);
	setup(SPI, 0x80);
}

static void begin(void)
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
static void begin_loaded(void)
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
static void end_over(void)
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

static void inject_spi(void)
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
static void take_spi(void)
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

static void toggle(void)
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

static void route_to_1(void)
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

static void end_taken_by_one(void)
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
	vgic_reroute_1ofn(w.gic, w.vcpu[1]);
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

static const struct sched_program programs[] = {
	{ "inject, enter", 6, { enter_0, inject_spi }, begin, end_taken },
	{ "inject, inject, enter", 3, { enter_0, inject_spi, inject_spi },
	  begin, end_taken },
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
	{ "mapped: deactivate, end", 4, { end_it, deactivate },
	  begin_mapped_loaded, end_phys_agrees },
	{ "mapped: fire again, take", 4, { take_mapped, fire_again },
	  begin_mapped_loaded, end_mapped_twice },
};

int main(int argc, char **argv)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		uint64_t orders;

		if (argc > 1 && strcmp(argv[1], programs[i].name)) {
			continue;
		}
		good &= sched_explore(&programs[i], &orders);
		printf("%-36s %8llu orders\n", programs[i].name,
		       (unsigned long long)orders);
	}
	return good ? 0 : 1;
}
