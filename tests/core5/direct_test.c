/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which PPIs a guest gets, which of them are injected directly, and what the
 * guest's GIC CDPEND does to the physical interrupt behind a mapped SPI.
 */
#include "tests/core5/world.h"

#include "v5/v5.h"

#define NOT_THERE 40u /* no PE has this PPI */
#define PSPI 103u     /* the physical interrupt behind SPI 6 */

static struct world *fresh(enum interface interface, uint32_t nr_vcpus)
{
	return world_create(&(struct world_config){
		.interface = interface, .nr_vcpus = nr_vcpus });
}

/* Both interfaces, before any vCPU has run. */
#define FRESH(name, vcpus)                                  \
	static void name(struct world *w);                 \
	FRESH_ON(name, SOFT, soft, vcpus)                  \
	FRESH_ON(name, HARD, hard, vcpus)                  \
	static void name(struct world *w)
#define FRESH_ON(name, kind, suffix, vcpus)                 \
	static void name##_##suffix(void **state)          \
	{                                                  \
		struct world *w = fresh(kind, vcpus);      \
		(void)state;                               \
		name(w);                                   \
		world_end(w);                              \
	}

static void own(struct world *w, uint32_t v, uint32_t n, bool owned)
{
	assert_int_equal(vgic_set_owner(w->gic, v, GICV5_PPI(n),
					owned ? w : NULL), VGIC_OK);
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
		assert_int_equal(vgic_v5_set_sysreg(w->vcpu[v],
						    regs[n].sysreg,
						    regs[n].value), VGIC_OK);
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
	assert_int_equal(vgic_v5_get_sysreg(w->vcpu[0], ICC_PPI_SPENDR0_EL1,
					    &value), VGIC_OK);
	assert_true(value & BIT(SW_PPI));
	assert_int_equal(vgic_v5_set_sysreg(w->vcpu[0], ICC_PPI_SPENDR0_EL1,
					    0), VGIC_OK);
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
	assert_int_equal(vgic_inject_irq(w->gic, 1, GICV5_PPI(HIDDEN), true,
					 NULL), VGIC_OK);
	assert_false(vgic_pending(w->vcpu[1]));
	run(w, 1);
	assert_hex(guest_read(w, 1, ICC_PPI_SPENDR0_EL1), BIT(HIDDEN));
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
		rule(not_implemented_is_not_exposed),
		rule(pending_is_no_first_run),
		rule(clearing_an_edge_reaches_the_physical),
		rule(clearing_a_level_reaches_the_physical),
		rule(setting_an_edge_holds_the_physical),
		rule(setting_a_level_holds_the_physical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
