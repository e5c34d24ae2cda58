/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which PPIs a guest gets, which of them are injected directly, and what the
 * guest's GIC CDPEND does to the physical interrupt behind a mapped SPI.
 */
#include "tests/v5/world.h"

#include "v5/v5.h"

#define NOT_THERE 40u /* no PE has this PPI */
#define PSPI 103u     /* the physical interrupt behind SPI 6 */

static struct world *fresh(enum interface interface, uint32_t nr_vcpus)
{
	return world_create(&(struct world_config){ .interface = interface,
						    .nr_vcpus = nr_vcpus });
}

/* Both interfaces, before any vCPU has run. */
#define FRESH(name, vcpus) \
	static void name(struct world *w); \
	FRESH_ON(name, SOFT, soft, vcpus) \
	FRESH_ON(name, HARD, hard, vcpus) \
	static void name(struct world *w)
#define FRESH_ON(name, kind, suffix, vcpus) \
	static void name##_##suffix(void **state) \
	{ \
		struct world *w = fresh(kind, vcpus); \
		(void)state; \
		name(w); \
		world_end(w); \
	}

static void own(struct world *w, uint32_t v, uint32_t n, bool owned)
{
	assert_int_equal(
		vgic_set_owner(w->gic, v, GICV5_PPI(n), owned ? w : NULL),
		VGIC_OK);
}

static bool is_exposed(struct world *w, uint32_t v, uint32_t n)
{
	return !(w->vcpu[v]->v5->ppi.hvir[n / 64] >> n % 64 & 1);
}

/* The guest could take any PPI that it gets. */
static void open_interface(struct world *w, uint32_t v)
{
	static const struct {
		uint32_t sysreg;
		uint64_t value;
	} regs[] = {
		{ ICC_PPI_ENABLER0_EL1, ONES },
		{ ICC_PPI_ENABLER1_EL1, ONES },
		{ ICC_PCR_EL1, 31 },
		{ ICC_CR0_EL1, ICC_CR0_EL1_EN },
	};

	for (size_t n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		assert_int_equal(vgic_v5_set_sysreg(w->vcpu[v], regs[n].sysreg,
						    regs[n].value),
				 VGIC_OK);
	}
}

static void raise(struct world *w, uint32_t v, uint32_t n)
{
	assert_int_equal(vgic_inject_irq(w->gic, v, GICV5_PPI(n), true, w),
			 VGIC_OK);
}

/* The vCPU that runs first has what decides, whichever its number is. */
FRESH(exposed_by_the_first_to_run, 3)
{
	own(w, 1, HIDDEN, true);
	own(w, 1, PMU, false);
	run(w, 1);
	/* What others have, or get later, does not count any more. */
	own(w, 0, HIDDEN_EDGE, true);
	own(w, 1, HIDDEN_EDGE, true);
	for (uint32_t v = 0; v < 3; v++) {
		run(w, v);
		assert_true(is_exposed(w, v, HIDDEN));
		assert_true(is_exposed(w, v, TIMER));
		assert_true(is_exposed(w, v, SW_PPI));
		assert_false(is_exposed(w, v, PMU));
		assert_false(is_exposed(w, v, HIDDEN_EDGE));
	}
}

/* While vCPU 1 is at it, another one that runs finds the same. */
FRESH(exposed_by_one_of_two, 3)
{
	own(w, 1, HIDDEN, true);
	own(w, 2, HIDDEN_EDGE, true);
	vgic_store_seq(&w->gic->v5->decider, 1 + 1);
	run(w, 2);
	run(w, 1);
	for (uint32_t v = 1; v < 3; v++) {
		assert_true(is_exposed(w, v, HIDDEN));
		assert_false(is_exposed(w, v, HIDDEN_EDGE));
	}
}

/* Owned, but the CPU interface has no such PPI. */
FRESH(not_implemented_is_not_exposed, 1)
{
	own(w, 0, NOT_THERE, true);
	open_interface(w, 0);
	raise(w, 0, NOT_THERE);
	assert_false(vgic_pending(w->vcpu[0]));
	run(w, 0);
	assert_false(is_exposed(w, 0, NOT_THERE));
	stop(w, 0);
	assert_false(vgic_pending(w->vcpu[0]));
}

/* A vCPU that never ran may well be asked whether something is pending. */
FRESH(pending_is_no_first_run, 2)
{
	uint64_t value;

	open_interface(w, 0);
	raise(w, 0, HIDDEN);
	assert_false(vgic_pending(w->vcpu[0]));
	raise(w, 0, PMU);
	raise(w, 0, SW_PPI);
	assert_true(vgic_pending(w->vcpu[0]));
	assert_true(vgic_pending(w->vcpu[0]));
	/* Nothing is decided: neither registers nor PPIs. */
	assert_int_equal(vgic_v5_set_sysreg(w->vcpu[0], ICC_PCR_EL1, 30),
			 VGIC_OK);
	assert_int_equal(
		vgic_v5_get_sysreg(w->vcpu[0], ICC_PPI_SPENDR0_EL1, &value),
		VGIC_OK);
	assert_true(value & BIT(SW_PPI));
	assert_int_equal(vgic_v5_set_sysreg(w->vcpu[0], ICC_PPI_SPENDR0_EL1, 0),
			 VGIC_OK);
	assert_false(vgic_pending(w->vcpu[0]));
	raise(w, 0, HIDDEN);
	raise(w, 0, SW_PPI);
	assert_true(vgic_pending(w->vcpu[0]));
	own(w, 0, HIDDEN, true);
	own(w, 0, PMU, false);
	run(w, 0);
	assert_true(is_exposed(w, 0, HIDDEN));
	assert_false(is_exposed(w, 0, PMU));
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR0_EL1),
		   BIT(HIDDEN) | BIT(SW_PPI));
	assert_hex(guest_read(w, 0, ICC_PCR_EL1), 30);
	/* The other one is asked after that, and goes by what was decided. */
	stop(w, 0);
	assert_int_equal(
		vgic_inject_irq(w->gic, 1, GICV5_PPI(HIDDEN), true, NULL),
		VGIC_OK);
	assert_false(vgic_pending(w->vcpu[1]));
	run(w, 1);
	assert_hex(guest_read(w, 1, ICC_PPI_SPENDR0_EL1), BIT(HIDDEN));
}

struct device {
	uint32_t on, off;
};

static void set_direct(void *opaque, uint32_t vcpu, uint32_t intid, bool on)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->on += on;
	d->off += !on;
}

static const struct vgic_irq_ops direct_ops = {
	.set_direct_injection = set_direct,
};

static uint64_t dvir(struct world *w, uint32_t bank)
{
	slice(w, 0);
	return w->pe[0].regs->dvir[bank];
}

/* Ops that change while it is on: who turned it on turns it off. */
TEST(direct_injection_ends_by_who_began_it)
{
	WORLD(.interface = HARD);
	const uint32_t intid = GICV5_PPI(TIMER);
	struct device a = { 0 }, b = { 0 };

	/* The default ops began it. */
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_hex(dvir(w, 0), BIT(TIMER));
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, &direct_ops, &a),
			 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_hex(dvir(w, 0), 0);
	assert_int_equal(a.on + a.off, 0);
	/* Its own did; the default ones never hear of it. */
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(a.on, 1);
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, NULL, NULL), 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_int_equal(a.off, 1);
	assert_hex(dvir(w, 0), 0);
	/* Another device's ops. */
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, &direct_ops, &a),
			 0);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, &direct_ops, &b),
			 0);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_int_equal(a.off, 2);
	assert_int_equal(b.on + b.off, 0);
	world_end(w);
}

/* Both banks are the host's again after an exit. */
TEST(both_banks_are_given_back)
{
	WORLD(.interface = HARD);

	assert_int_equal(
		vgic_map_irq(w->gic, 0, GICV5_PPI(UPPER), GICV5_PPI(UPPER)), 0);
	assert_hex(dvir(w, 1), BIT(UPPER - 64));
	stop(w, 0);
	assert_hex(w->pe[0].regs->dvir[1], 0);
	assert_hex(dvir(w, 1), BIT(UPPER - 64));
	world_end(w);
}

/* Of SPIs there is no direct injection, whatever their ops have. */
RULE(spis_are_not_direct, 1)
{
	const uint32_t intid = GICV5_SPI(6);
	struct device d = { 0 };

	assert_int_equal(vgic_set_irq_ops(w->gic, 0, intid, &direct_ops, &d),
			 0);
	assert_int_equal(vgic_map_irq(w->gic, 0, intid, intid), 0);
	assert_int_equal(d.on, 0);
	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	assert_hex(mmio_load(w, 0, IRS_SPI_CFGR, 4), 0);
	mmio_store(w, 0, IRS_SPI_CFGR, 4, IRS_SPI_CFGR_TM);
	assert_int_equal(vgic_unmap_irq(w->gic, 0, intid), 0);
	assert_int_equal(d.off, 0);
	assert_hex(mmio_load(w, 0, IRS_SPI_CFGR, 4), IRS_SPI_CFGR_TM);
}

/* Sampled and ended by software, where the guest's instructions do not trap. */
static void is_resampled(struct world *w)
{
	struct world_phys *phys = &w->timer[0];

	assert_hex(dvir(w, 0), 0);
	timer_line(w, 0, true);
	assert_true(phys->active);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	/* The line is still up when the guest ends it: once more. */
	guest_end(w, 0, GICV5_PPI(TIMER));
	assert_int_equal(phys->ended, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	/* SPIs and LPIs can be ended meanwhile. */
	guest_setup(w, 0, GICV5_SPI(9), 0, 0);
	guest_write(w, 0, GIC_CDEOI, 0);
	guest_write(w, 0, GIC_CDPEND, GICV5_SPI(9) | GIC_CDPEND_PENDING);
	assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(9));
	guest_end(w, 0, GICV5_SPI(9));
	assert_false(info_of(w, GICV5_SPI(9)).active);
	/* The handler quiets it, and the physical one is ended with it. */
	timer_line(w, 0, false);
	if (w->config.interface == HARD) {
		assert_false(w->pe[0].hfgitr & ICH_HFGITR_EL2_GICCDDI);
	}
	guest_write(w, 0, GIC_CDDI, VALID | GICV5_PPI(TIMER));
	assert_int_equal(phys->ended, 1);
	assert_false(phys->active);
	assert_hex(guest_ack(w, 0), 0);
	/* Nothing traps that need not. */
	if (w->config.interface == HARD) {
		assert_true(w->pe[0].hfgitr & ICH_HFGITR_EL2_GICCDDI);
	}
	timer_line(w, 0, true);
	assert_true(phys->active);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	timer_line(w, 0, false);
	guest_end(w, 0, GICV5_PPI(TIMER));
	assert_int_equal(phys->ended, 2);
	assert_hex(guest_ack(w, 0), 0);
}

RULE(another_number_is_resampled, 1)
{
	map_timer_to(w, 0, PINT, &timer_ops);
	is_resampled(w);
}

RULE(resampled_by_choice, 1)
{
	static struct vgic_irq_ops ops;

	ops = timer_ops;
	ops.flags = VGIC_IRQ_SW_RESAMPLE;
	map_timer_to(w, 0, GICV5_PPI(TIMER), &ops);
	is_resampled(w);
	/* It may have been otherwise before, and can be again. */
	assert_int_equal(vgic_unmap_irq(w->gic, 0, GICV5_PPI(TIMER)), 0);
	map_timer_to(w, 0, GICV5_PPI(TIMER), &timer_ops);
	assert_hex(dvir(w, 0), w->config.interface == HARD ? BIT(TIMER) : 0);
}

/* The physical interrupt behind SPI 6 is known as the fourth timer's. */
static struct world_phys *map_spi(struct world *w, bool level)
{
	assert_int_equal(vgic_map_irq(w->gic, 0, GICV5_SPI(6), PSPI), 0);
	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	mmio_store(w, 0, IRS_SPI_CFGR, 4, level);
	guest_setup(w, 0, GICV5_SPI(6), 0, 3);
	return &w->timer[3];
}

static void cdpend(struct world *w, bool pending)
{
	guest_write(w, 0, GIC_CDPEND,
		    GICV5_SPI(6) | (pending ? GIC_CDPEND_PENDING : 0));
}

static void clear_reaches_the_physical(struct world *w, bool level)
{
	struct world_phys *phys = map_spi(w, level);

	phys->active = true;
	spi(w, 6, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(6));
	/* What came behind it would come as soon as this one ends. */
	cdpend(w, false);
	assert_int_equal(phys->unpended, 1);
	assert_true(phys->active);
	guest_end(w, 0, GICV5_SPI(6));
	assert_false(phys->active);
	assert_int_equal(phys->ended, 1);
	/* Pending and never taken: it is over at once. */
	phys->active = true;
	spi(w, 6, true);
	cdpend(w, false);
	assert_int_equal(phys->unpended, 2);
	assert_int_equal(phys->ended, 2);
	assert_hex(guest_ack(w, 0), 0);
	/* Not mapped: nothing physical. */
	assert_int_equal(vgic_unmap_irq(w->gic, 0, GICV5_SPI(6)), 0);
	cdpend(w, false);
	assert_int_equal(phys->unpended, 2);
}

RULE(clearing_an_edge_reaches_the_physical, 1)
{
	clear_reaches_the_physical(w, false);
}

RULE(clearing_a_level_reaches_the_physical, 1)
{
	clear_reaches_the_physical(w, true);
}

/* What the guest makes pending itself holds the physical one until its end. */
static void setting_holds_the_physical(struct world *w, bool level)
{
	struct world_phys *phys = map_spi(w, level);

	guest_write(w, 0, GIC_CDDIS, GICV5_SPI(6));
	cdpend(w, true);
	assert_true(phys->active);
	assert_int_equal(phys->ended, 0);
	guest_write(w, 0, GIC_CDEN, GICV5_SPI(6));
	assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(6));
	assert_true(phys->active);
	cdpend(w, false);
	guest_end(w, 0, GICV5_SPI(6));
	assert_false(phys->active);
	assert_int_equal(phys->ended, 1);
}

RULE(setting_an_edge_holds_the_physical, 1)
{
	setting_holds_the_physical(w, false);
}

RULE(setting_a_level_holds_the_physical, 1)
{
	setting_holds_the_physical(w, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rule(exposed_by_the_first_to_run),
		rule(exposed_by_one_of_two),
		rule(not_implemented_is_not_exposed),
		rule(pending_is_no_first_run),
		cmocka_unit_test(direct_injection_ends_by_who_began_it),
		cmocka_unit_test(both_banks_are_given_back),
		rule(spis_are_not_direct),
		rule(another_number_is_resampled),
		rule(resampled_by_choice),
		rule(clearing_an_edge_reaches_the_physical),
		rule(clearing_a_level_reaches_the_physical),
		rule(setting_an_edge_holds_the_physical),
		rule(setting_a_level_holds_the_physical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
