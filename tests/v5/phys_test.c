/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical interrupt behind a mapped one, where software is the CPU
 * interface: it is ended when nothing virtual is left that would end it, once,
 * and a PPI's on its own vCPU's thread.  And resets.
 */
#include "tests/v5/world.h"

#include "v5/v5.h"

#define PSPI 103u /* the physical interrupt behind SPI 6 */

static struct world_phys *pspi(struct world *w)
{
	return &w->timer[3];
}

/* The host takes it. */
static void fire_spi(struct world *w)
{
	pspi(w)->active = true;
	spi(w, 6, true);
}

static struct world *with_mapped_spi(bool level)
{
	struct world *w = world_new(&(struct world_config){ .nr_vcpus = 2 });

	assert_int_equal(vgic_map_irq(w->gic, 0, GICV5_SPI(6), PSPI), 0);
	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	mmio_store(w, 0, IRS_SPI_CFGR, 4, level);
	guest_setup(w, 0, GICV5_SPI(6), 1, 3);
	return w;
}

TEST(mapped_ppi_ends_when_its_line_fell)
{
	WORLD(.interface = SOFT, .nr_vcpus = 2);

	map_timer(w, 1);
	run(w, 1);
	timer_line(w, 1, true);
	assert_true(w->timer[1].active);
	assert_hex(guest_ack(w, 1), VALID | GICV5_PPI(TIMER));
	slice(w, 1);
	assert_true(w->timer[1].active);
	/* The handler quiets it: at the next exit that is seen. */
	timer_line(w, 1, false);
	slice(w, 1);
	assert_false(w->timer[1].active);
	assert_int_equal(w->timer[1].ended, 1);
	assert_int_equal(w->timer[1].thread, 1);
	/* It comes again while the guest is still at the first. */
	timer_line(w, 1, true);
	assert_true(w->timer[1].active);
	guest_end(w, 1, GICV5_PPI(TIMER));
	assert_hex(guest_ack(w, 1), VALID | GICV5_PPI(TIMER));
	timer_line(w, 1, false);
	guest_end(w, 1, GICV5_PPI(TIMER));
	assert_int_equal(w->timer[1].ended, 2);
	world_end(w);
}

/* Where nobody can be asked, the host says that it fell. */
TEST(mapped_ppi_ends_when_it_is_lowered)
{
	WORLD(.interface = SOFT);

	assert_int_equal(vgic_map_irq(w->gic, 0, GICV5_PPI(TIMER), 100), 0);
	run(w, 0);
	ppi(w, 0, TIMER, true);
	slice(w, 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(TIMER));
	guest_end(w, 0, GICV5_PPI(TIMER));
	assert_int_equal(w->timer[0].ended, 0);
	ppi(w, 0, TIMER, false);
	run(w, 0);
	assert_int_equal(w->timer[0].ended, 1);
	slice(w, 0);
	assert_int_equal(w->timer[0].ended, 1);
	world_end(w);
}

/* It falls while the vCPU is out: it is not entered with it. */
TEST(mapped_ppi_fell_before_the_entry)
{
	WORLD(.interface = SOFT);

	map_timer(w, 0);
	stop(w, 0);
	timer_line(w, 0, true);
	assert_true(vgic_pending(w->vcpu[0]));
	timer_line(w, 0, false);
	assert_false(guest_irq(w, 0));
	assert_false(w->timer[0].active);
	world_end(w);
}

/* It falls while a trapped acknowledge is on its way: there is nothing. */
TEST(mapped_ppi_fell_before_a_trapped_access)
{
	WORLD(.interface = SOFT);
	uint64_t value = ONES;

	map_timer(w, 0);
	run(w, 0);
	timer_line(w, 0, true);
	assert_true(guest_irq(w, 0));
	/* While the guest ran; after it stopped. */
	w->timer[0].line = false;
	stop(w, 0);
	assert_int_equal(vgic_trap_sysreg(w->vcpu[0], GICR_CDIA, false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value, 0);
	timer_line(w, 0, true);
	assert_true(guest_irq(w, 0));
	stop(w, 0);
	w->timer[0].line = false;
	assert_int_equal(vgic_trap_sysreg(w->vcpu[0], GICR_CDIA, false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value, 0);
	world_end(w);
}

/* A mapped edge: its physical interrupt may come again at once. */
TEST(mapped_edge)
{
	WORLD(.interface = SOFT);

	assert_int_equal(vgic_map_irq(w->gic, 0, GICV5_PPI(UPPER_EDGE), 100),
			 0);
	run(w, 0);
	for (uint32_t n = 1; n < 4; n++) {
		w->timer[0].active = true;
		ppi(w, 0, UPPER_EDGE, true);
		run(w, 0);
		assert_int_equal(w->timer[0].ended, n);
		assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(UPPER_EDGE));
		guest_end(w, 0, GICV5_PPI(UPPER_EDGE));
	}
	assert_hex(guest_ack(w, 0), 0);
	world_end(w);
}

/* An SPI's is ended with it, on whatever vCPU that is. */
TEST(mapped_spi)
{
	(void)state;
	for (uint32_t level = 0; level < 2; level++) {
		struct world *w = with_mapped_spi(level);

		fire_spi(w);
		assert_hex(guest_ack(w, 1), VALID | GICV5_SPI(6));
		guest_write(w, 1, GIC_CDEOI, 0);
		assert_true(pspi(w)->active);
		guest_write(w, 0, GIC_CDDI, GICV5_SPI(6));
		run(w, 1);
		assert_false(pspi(w)->active);
		assert_int_equal(pspi(w)->ended, 1);
		/* It does not come back by itself; but anew it does. */
		assert_hex(guest_ack(w, 1), 0);
		fire_spi(w);
		assert_hex(guest_ack(w, 1), VALID | GICV5_SPI(6));
		guest_end(w, 1, GICV5_SPI(6));
		assert_int_equal(pspi(w)->ended, 2);
		world_end(w);
	}
}

/* Its pending state is withdrawn, by the guest or the device. */
TEST(mapped_spi_withdrawn)
{
	(void)state;
	for (uint32_t by_device = 0; by_device < 2; by_device++) {
		struct world *w = with_mapped_spi(true);

		fire_spi(w);
		assert_true(guest_irq(w, 1));
		if (by_device) {
			spi(w, 6, false);
		} else {
			guest_write(w, 0, GIC_CDPEND, GICV5_SPI(6));
		}
		assert_false(guest_irq(w, 1));
		assert_int_equal(pspi(w)->ended, 1);
		world_end(w);
	}
}

/* From then on it is the host's to end. */
TEST(unmapped_spi)
{
	struct world *w = with_mapped_spi(true);

	(void)state;
	fire_spi(w);
	assert_hex(guest_ack(w, 1), VALID | GICV5_SPI(6));
	assert_int_equal(vgic_unmap_irq(w->gic, 0, GICV5_SPI(6)), 0);
	guest_end(w, 1, GICV5_SPI(6));
	assert_int_equal(pspi(w)->ended, 0);
	world_end(w);
}

/* A system reset ends what is held; a PPI's at its vCPU's next entry. */
TEST(reset_ends_what_is_held)
{
	struct world *w = with_mapped_spi(true);

	(void)state;
	map_timer(w, 1);
	run(w, 1);
	timer_line(w, 1, true);
	fire_spi(w);
	assert_hex(guest_ack(w, 1), VALID | GICV5_PPI(TIMER));
	leave(w, 0);
	leave(w, 1);
	w->timer[1].line = false;
	w->thread = 0;
	vgic_reset(w->gic);
	assert_int_equal(pspi(w)->ended, 1);
	assert_int_equal(w->timer[1].ended, 0);
	run(w, 0);
	assert_int_equal(w->timer[1].ended, 0);
	run(w, 1);
	assert_int_equal(w->timer[1].ended, 1);
	assert_int_equal(w->timer[1].thread, 1);
	slice(w, 1);
	assert_int_equal(w->timer[1].ended, 1);
	world_end(w);
}

/* Lines are the devices'; how they are sampled is the guest's. */
RULE(reset_keeps_lines, 1)
{
	const uint32_t intid = GICV5_SPI(6);

	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	mmio_store(w, 0, IRS_SPI_CFGR, 4, 1);
	guest_setup(w, 0, intid, 0, 3);
	spi(w, 6, true);
	ppi(w, 0, PMU, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(PMU));
	leave(w, 0);
	vgic_reset(w->gic);
	assert_hex(guest_read(w, 0, ICC_CR0_EL1), 6);
	assert_hex(guest_read(w, 0, ICC_APR_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_ENABLER0_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SACTIVER0_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR0_EL1), BIT(PMU));
	assert_hex(guest_rcfg(w, 0, intid), 0);
	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	assert_hex(mmio_load(w, 0, IRS_SPI_CFGR, 4), 0);
	assert_hex(mmio_load(w, 0, IRS_CR0, 4), IRS_CR0_IDLE);
	/* Sampled as a level, it is up. */
	mmio_store(w, 0, IRS_SPI_CFGR, 4, 1);
	assert_hex(guest_rcfg(w, 0, intid),
		   ICC_ICSR_EL1_Pending | ICC_ICSR_EL1_HM);
	guest_setup(w, 0, intid, 0, 3);
	mmio_store(w, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	guest_write(w, 0, ICC_PCR_EL1, 31);
	guest_write(w, 0, ICC_CR0_EL1, 1);
	assert_hex(guest_ack(w, 0), VALID | intid);
	spi(w, 6, false);
	guest_end(w, 0, intid);
}

/* A CPU that is turned on anew finds its interface as at reset. */
RULE(vcpu_reset, 2)
{
	uint64_t *priorityr = w->vcpu[0]->v5->ppi.priorityr;

	ppi(w, 0, PMU, true);
	guest_write(w, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	guest_write(w, 0, ICC_ICSR_EL1, 1);
	assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(PMU));
	leave(w, 0);
	/* Hardware may keep priorities of PPIs that this guest has not. */
	priorityr[15] = ONES;
	vgic_vcpu_reset(w->vcpu[0], true);
	for (uint32_t n = 0; n < 16; n++) {
		assert_hex(priorityr[n], 0);
	}
	assert_hex(guest_read(w, 0, ICC_CR0_EL1), 6);
	assert_hex(guest_read(w, 0, ICC_PCR_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_APR_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_ICSR_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_ENABLER0_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SACTIVER0_EL1), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_PRIORITYR_EL1(2)), 0);
	assert_hex(guest_read(w, 0, ICC_PPI_SPENDR0_EL1), BIT(PMU));
	/* The other one is as it was. */
	assert_hex(guest_read(w, 1, ICC_PCR_EL1), 31);
	assert_hex(guest_read(w, 1, ICC_CR0_EL1), 7);
}

/* An entry looks at nothing once all has been seen to. */
RULE(nothing_new_is_nothing_to_do, 1)
{
	slice(w, 0);
	ppi(w, 0, PMU, true);
	slice(w, 0);
	assert_false(w->vcpu[0]->refill);
	assert_int_equal(vgic_load_relaxed(&w->vcpu[0]->attention), 0);
}

/* A PE that asks its IRS in vain is told so by a priority that is none. */
RULE(nothing_to_acknowledge, 1)
{
	uint32_t intid = 0;

	slice(w, 0);
	assert_int_equal(vgic_v5_iri.acknowledge(w->vcpu[0], 32, &intid), 32);
	guest_setup(w, 0, GICV5_SPI(1), 0, 3);
	spi(w, 1, true);
	slice(w, 0);
	assert_int_equal(vgic_v5_iri.acknowledge(w->vcpu[0], 3, &intid), 32);
	assert_int_equal(vgic_v5_iri.acknowledge(w->vcpu[0], 4, &intid), 3);
	assert_hex(intid, GICV5_SPI(1));
}

/* What was delivered is counted, by kind. */
TEST(statistics)
{
	WORLD(.interface = SOFT);
	struct vgic_stats stats;

	guest_ist(w, false, 10, 0, 0);
	guest_setup(w, 0, GICV5_SPI(1), 0, 3);
	guest_setup(w, 0, GICV5_LPI(0), 0, 3);
	for (uint32_t n = 0; n < 3; n++) {
		ppi(w, 0, SW_PPI, true);
		assert_hex(guest_ack(w, 0), VALID | GICV5_PPI(SW_PPI));
		guest_end(w, 0, GICV5_PPI(SW_PPI));
	}
	for (uint32_t n = 0; n < 2; n++) {
		spi(w, 1, true);
		spi(w, 1, false);
		assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(1));
		guest_end(w, 0, GICV5_SPI(1));
	}
	assert_int_equal(message(w, 0), 0);
	assert_hex(guest_ack(w, 0), VALID | GICV5_LPI(0));
	guest_end(w, 0, GICV5_LPI(0));
	vgic_get_stats(w->vcpu[0], &stats);
	assert_int_equal(stats.injected[VGIC_PPI], 3);
	assert_int_equal(stats.injected[VGIC_SPI], 2);
	assert_int_equal(stats.injected[VGIC_LPI], 1);
	assert_int_equal(stats.delivered[VGIC_PPI], 3);
	assert_int_equal(stats.delivered[VGIC_SPI], 2);
	assert_int_equal(stats.delivered[VGIC_LPI], 1);
	assert_int_equal(stats.guest_errors, 0);
	world_end(w);
}

static void acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct world *w = opaque;

	(void)vcpu;
	w->doorbells++;
	(void)vgic_inject_irq(w->gic, 0, intid, false, NULL);
}

/* CDDI ends an SPI: its device hears of it and lowers the wire in time. */
TEST(device_hears_of_cddi)
{
	static const struct vgic_irq_ops ops = { .irq_ended = acked };
	WORLD(.interface = SOFT);

	assert_int_equal(vgic_set_irq_ops(w->gic, 0, GICV5_SPI(6), &ops, w), 0);
	mmio_store(w, 0, IRS_SPI_SELR, 4, 6);
	mmio_store(w, 0, IRS_SPI_CFGR, 4, IRS_SPI_CFGR_TM);
	guest_setup(w, 0, GICV5_SPI(6), 0, 3);
	spi(w, 6, true);
	assert_hex(guest_ack(w, 0), VALID | GICV5_SPI(6));
	guest_write(w, 0, GIC_CDEOI, 0);
	assert_int_equal(w->doorbells, 0);
	guest_write(w, 0, GIC_CDDI, GICV5_SPI(6));
	assert_int_equal(w->doorbells, 1);
	assert_hex(guest_ack(w, 0), 0);
	w->doorbells = 0;
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_hears_of_cddi),
		cmocka_unit_test(mapped_ppi_ends_when_its_line_fell),
		cmocka_unit_test(mapped_ppi_ends_when_it_is_lowered),
		cmocka_unit_test(mapped_ppi_fell_before_the_entry),
		cmocka_unit_test(mapped_ppi_fell_before_a_trapped_access),
		cmocka_unit_test(mapped_edge),
		cmocka_unit_test(mapped_spi),
		cmocka_unit_test(mapped_spi_withdrawn),
		cmocka_unit_test(unmapped_spi),
		cmocka_unit_test(reset_ends_what_is_held),
		rule(reset_keeps_lines),
		rule(vcpu_reset),
		rule(nothing_new_is_nothing_to_do),
		rule(nothing_to_acknowledge),
		cmocka_unit_test(statistics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
