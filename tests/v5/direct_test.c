/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which PPIs a guest gets, which of them are injected directly, and what the
 * guest's GIC CDPEND does to the physical interrupt behind a mapped SPI.
 */
#include "tests/v5/test.h"

#include "v5/v5.h"

#define NOT_THERE 40u /* no PE has this PPI */
#define PSPI 103u     /* the physical interrupt behind SPI 6 */

static struct machine *fresh(const char *backend, uint32_t nr_vcpus)
{
	return machine_create(CONFIG(.backend = backend, .nr_vcpus = nr_vcpus));
}

/* Both interfaces, before any vCPU has run. */
#define FRESH(name, vcpus) \
	static void name(struct machine *m); \
	FRESH_ON(name, "soft-v5", soft, vcpus) \
	FRESH_ON(name, "ich5", hard, vcpus) \
	static void name(struct machine *m)
#define FRESH_ON(name, kind, suffix, vcpus) \
	static void name##_##suffix(void **state) \
	{ \
		struct machine *m = fresh(kind, vcpus); \
		(void)state; \
		name(m); \
		machine_end(m); \
	}

static void own(struct machine *m, uint32_t v, uint32_t n, bool owned)
{
	assert_int_equal(
		vgic_set_owner(m->gic, v, GICV5_PPI(n), owned ? m : NULL),
		VGIC_OK);
}

static bool is_exposed(struct machine *m, uint32_t v, uint32_t n)
{
	return !(m->vcpu[v]->v5->ppi.hvir[n / 64] >> n % 64 & 1);
}

/* The guest could take any PPI that it gets. */
static void open_interface(struct machine *m, uint32_t v)
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
		assert_int_equal(vgic_v5_set_sysreg(m->vcpu[v], regs[n].sysreg,
						    regs[n].value),
				 VGIC_OK);
	}
}

static void raise(struct machine *m, uint32_t v, uint32_t n)
{
	assert_int_equal(vgic_inject_irq(m->gic, v, GICV5_PPI(n), true, m),
			 VGIC_OK);
}

/* The vCPU that runs first has what decides, whichever its number is. */
FRESH(exposed_by_the_first_to_run, 3)
{
	own(m, 1, PPI_HIDDEN, true);
	own(m, 1, PPI_PMU, false);
	run(m, 1);
	/* What others have, or get later, does not count any more. */
	own(m, 0, PPI_HIDDEN_EDGE, true);
	own(m, 1, PPI_HIDDEN_EDGE, true);
	for (uint32_t v = 0; v < 3; v++) {
		run(m, v);
		assert_true(is_exposed(m, v, PPI_HIDDEN));
		assert_true(is_exposed(m, v, PPI_TIMER));
		assert_true(is_exposed(m, v, SW_PPI));
		assert_false(is_exposed(m, v, PPI_PMU));
		assert_false(is_exposed(m, v, PPI_HIDDEN_EDGE));
	}
}

/* While vCPU 1 is at it, another one that runs finds the same. */
FRESH(exposed_by_one_of_two, 3)
{
	own(m, 1, PPI_HIDDEN, true);
	own(m, 2, PPI_HIDDEN_EDGE, true);
	vgic_store_seq(&m->gic->v5->decider, 1 + 1);
	run(m, 2);
	run(m, 1);
	for (uint32_t v = 1; v < 3; v++) {
		assert_true(is_exposed(m, v, PPI_HIDDEN));
		assert_false(is_exposed(m, v, PPI_HIDDEN_EDGE));
	}
}

/* Owned, but the CPU interface has no such PPI. */
FRESH(not_implemented_is_not_exposed, 1)
{
	own(m, 0, NOT_THERE, true);
	open_interface(m, 0);
	raise(m, 0, NOT_THERE);
	assert_false(vgic_pending(m->vcpu[0]));
	run(m, 0);
	assert_false(is_exposed(m, 0, NOT_THERE));
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
}

/* A vCPU that never ran may well be asked whether something is pending. */
FRESH(pending_is_no_first_run, 2)
{
	uint64_t value;

	open_interface(m, 0);
	raise(m, 0, PPI_HIDDEN);
	assert_false(vgic_pending(m->vcpu[0]));
	raise(m, 0, PPI_PMU);
	raise(m, 0, SW_PPI);
	assert_true(vgic_pending(m->vcpu[0]));
	assert_true(vgic_pending(m->vcpu[0]));
	/* Nothing is decided: neither registers nor PPIs. */
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[0], ICC_PCR_EL1, 30),
			 VGIC_OK);
	assert_int_equal(
		vgic_v5_get_sysreg(m->vcpu[0], ICC_PPI_SPENDR0_EL1, &value),
		VGIC_OK);
	assert_true(value & BIT(SW_PPI));
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[0], ICC_PPI_SPENDR0_EL1, 0),
			 VGIC_OK);
	assert_false(vgic_pending(m->vcpu[0]));
	raise(m, 0, PPI_HIDDEN);
	raise(m, 0, SW_PPI);
	assert_true(vgic_pending(m->vcpu[0]));
	own(m, 0, PPI_HIDDEN, true);
	own(m, 0, PPI_PMU, false);
	run(m, 0);
	assert_true(is_exposed(m, 0, PPI_HIDDEN));
	assert_false(is_exposed(m, 0, PPI_PMU));
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR0_EL1),
		   BIT(PPI_HIDDEN) | BIT(SW_PPI));
	assert_hex(guest_read(m, 0, ICC_PCR_EL1), 30);
	/* The other one is asked after that, and goes by what was decided. */
	stop(m, 0);
	assert_int_equal(
		vgic_inject_irq(m->gic, 1, GICV5_PPI(PPI_HIDDEN), true, NULL),
		VGIC_OK);
	assert_false(vgic_pending(m->vcpu[1]));
	run(m, 1);
	assert_hex(guest_read(m, 1, ICC_PPI_SPENDR0_EL1), BIT(PPI_HIDDEN));
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

static uint64_t dvir(struct machine *m, uint32_t bank)
{
	slice(m, 0);
	return m->cpu[0].pe.regs->dvir[bank];
}

/* Ops that change while it is on: who turned it on turns it off. */
TEST(direct_injection_ends_by_who_began_it)
{
	MACHINE(.backend = "ich5");
	const uint32_t intid = GICV5_PPI(PPI_TIMER);
	struct device a = { 0 }, b = { 0 };

	/* The default ops began it. */
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_hex(dvir(m, 0), BIT(PPI_TIMER));
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, &direct_ops, &a),
			 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_hex(dvir(m, 0), 0);
	assert_int_equal(a.on + a.off, 0);
	/* Its own did; the default ones never hear of it. */
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(a.on, 1);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, NULL, NULL), 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_int_equal(a.off, 1);
	assert_hex(dvir(m, 0), 0);
	/* Another device's ops. */
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, &direct_ops, &a),
			 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, &direct_ops, &b),
			 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_int_equal(a.off, 2);
	assert_int_equal(b.on + b.off, 0);
	machine_end(m);
}

/* Both banks are the host's again after an exit. */
TEST(both_banks_are_given_back)
{
	MACHINE(.backend = "ich5");

	assert_int_equal(vgic_map_irq(m->gic, 0, GICV5_PPI(PPI_UPPER),
				      GICV5_PPI(PPI_UPPER)),
			 0);
	assert_hex(dvir(m, 1), BIT(PPI_UPPER - 64));
	stop(m, 0);
	assert_hex(m->cpu[0].pe.regs->dvir[1], 0);
	assert_hex(dvir(m, 1), BIT(PPI_UPPER - 64));
	machine_end(m);
}

/* Of SPIs there is no direct injection, whatever their ops have. */
RULE(spis_are_not_direct, 1)
{
	const uint32_t intid = GICV5_SPI(6);
	struct device d = { 0 };

	assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, &direct_ops, &d),
			 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, intid, intid), 0);
	assert_int_equal(d.on, 0);
	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	assert_hex(irs_read(m, 0, IRS_SPI_CFGR, 4), 0);
	irs_write(m, 0, IRS_SPI_CFGR, 4, IRS_SPI_CFGR_TM);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, intid), 0);
	assert_int_equal(d.off, 0);
	assert_hex(irs_read(m, 0, IRS_SPI_CFGR, 4), IRS_SPI_CFGR_TM);
}

/* Sampled and ended by software, where the guest's instructions do not trap. */
static void is_resampled(struct machine *m)
{
	struct machine_phys *phys = &m->phys[0];

	assert_hex(dvir(m, 0), 0);
	timer_line(m, 0, true);
	assert_true(phys->active);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	/* The line is still up when the guest ends it: once more. */
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_int_equal(phys->by_software, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	/* SPIs and LPIs can be ended meanwhile. */
	guest_setup(m, 0, GICV5_SPI(9), 0, 0);
	guest_write(m, 0, GIC_CDEOI, 0);
	guest_write(m, 0, GIC_CDPEND, GICV5_SPI(9) | GIC_CDPEND_PENDING);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(9));
	guest_end(m, 0, GICV5_SPI(9));
	assert_false(info_of(m, 0, GICV5_SPI(9)).active);
	/* The handler quiets it, and the physical one is ended with it. */
	timer_line(m, 0, false);
	if (!m->backend->soft) {
		assert_false(m->cpu[0].pe.hfgitr & ICH_HFGITR_EL2_GICCDDI);
	}
	guest_write(m, 0, GIC_CDDI, VALID | GICV5_PPI(PPI_TIMER));
	assert_int_equal(phys->by_software, 1);
	assert_false(phys->active);
	assert_hex(guest_ack(m, 0), 0);
	/* Nothing traps that need not. */
	if (!m->backend->soft) {
		assert_true(m->cpu[0].pe.hfgitr & ICH_HFGITR_EL2_GICCDDI);
	}
	timer_line(m, 0, true);
	assert_true(phys->active);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	timer_line(m, 0, false);
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_int_equal(phys->by_software, 2);
	assert_hex(guest_ack(m, 0), 0);
}

RULE(another_number_is_resampled, 1)
{
	map_to(m, 0, 0, GICV5_PPI(PPI_TIMER), PINT, &machine_ops);
	is_resampled(m);
}

RULE(resampled_by_choice, 1)
{
	static struct vgic_irq_ops ops;

	ops = machine_ops;
	ops.flags = VGIC_IRQ_SW_RESAMPLE;
	map_to(m, 0, 0, GICV5_PPI(PPI_TIMER), GICV5_PPI(PPI_TIMER), &ops);
	is_resampled(m);
	/* It may have been otherwise before, and can be again. */
	assert_int_equal(vgic_unmap_irq(m->gic, 0, GICV5_PPI(PPI_TIMER)), 0);
	map_to(m, 0, 0, GICV5_PPI(PPI_TIMER), GICV5_PPI(PPI_TIMER),
	       &machine_ops);
	assert_hex(dvir(m, 0), !m->backend->soft ? BIT(PPI_TIMER) : 0);
}

/* The physical interrupt behind SPI 6 is not one of the timers. */
static struct machine_phys *map_spi(struct machine *m, bool level)
{
	assert_int_equal(vgic_map_irq(m->gic, 0, GICV5_SPI(6), PSPI), 0);
	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	irs_write(m, 0, IRS_SPI_CFGR, 4, level);
	guest_setup(m, 0, GICV5_SPI(6), 0, 3);
	return &m->phys[PSPI];
}

static void cdpend(struct machine *m, bool pending)
{
	guest_write(m, 0, GIC_CDPEND,
		    GICV5_SPI(6) | (pending ? GIC_CDPEND_PENDING : 0));
}

static void clear_reaches_the_physical(struct machine *m, bool level)
{
	struct machine_phys *phys = map_spi(m, level);

	phys->active = true;
	spi(m, 6, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(6));
	/* What came behind it would come as soon as this one ends. */
	cdpend(m, false);
	assert_int_equal(phys->unpended, 1);
	assert_true(phys->active);
	guest_end(m, 0, GICV5_SPI(6));
	assert_false(phys->active);
	assert_int_equal(phys->by_software, 1);
	/* Pending and never taken: it is over at once. */
	phys->active = true;
	spi(m, 6, true);
	cdpend(m, false);
	assert_int_equal(phys->unpended, 2);
	assert_int_equal(phys->by_software, 2);
	assert_hex(guest_ack(m, 0), 0);
	/* Not mapped: nothing physical. */
	assert_int_equal(vgic_unmap_irq(m->gic, 0, GICV5_SPI(6)), 0);
	cdpend(m, false);
	assert_int_equal(phys->unpended, 2);
}

RULE(clearing_an_edge_reaches_the_physical, 1)
{
	clear_reaches_the_physical(m, false);
}

RULE(clearing_a_level_reaches_the_physical, 1)
{
	clear_reaches_the_physical(m, true);
}

/* What the guest makes pending itself holds the physical one until its end. */
static void setting_holds_the_physical(struct machine *m, bool level)
{
	struct machine_phys *phys = map_spi(m, level);

	guest_write(m, 0, GIC_CDDIS, GICV5_SPI(6));
	cdpend(m, true);
	assert_true(phys->active);
	assert_int_equal(phys->by_software, 0);
	guest_write(m, 0, GIC_CDEN, GICV5_SPI(6));
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(6));
	assert_true(phys->active);
	cdpend(m, false);
	guest_end(m, 0, GICV5_SPI(6));
	assert_false(phys->active);
	assert_int_equal(phys->by_software, 1);
}

RULE(setting_an_edge_holds_the_physical, 1)
{
	setting_holds_the_physical(m, false);
}

RULE(setting_a_level_holds_the_physical, 1)
{
	setting_holds_the_physical(m, true);
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
