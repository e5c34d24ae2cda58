/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical interrupt behind a mapped one, where software is the CPU
 * interface: it is ended when nothing virtual is left that would end it, once,
 * and a PPI's on its own vCPU's thread.  And resets.
 */
#include "tests/v5/test.h"

#include "v5/v5.h"

#define PSPI 103u /* the physical interrupt behind SPI 6 */

static struct machine_phys *pspi(struct machine *m)
{
	return &m->phys[PSPI];
}

/* The host takes it. */
static void fire_spi(struct machine *m)
{
	pspi(m)->active = true;
	spi(m, 6, true);
}

static struct machine *with_mapped_spi(bool level)
{
	struct machine *m =
		machine_new(CONFIG(.backend = "soft-v5", .nr_vcpus = 2));

	assert_int_equal(vgic_map_irq(m->gic, 0, GICV5_SPI(6), PSPI), 0);
	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	irs_write(m, 0, IRS_SPI_CFGR, 4, level);
	guest_setup(m, 0, GICV5_SPI(6), 1, 3);
	return m;
}

TEST(mapped_ppi_ends_when_its_line_fell)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2);

	map_timer(m, 1);
	run(m, 1);
	timer_line(m, 1, true);
	assert_true(m->phys[1].active);
	assert_hex(guest_ack(m, 1), VALID | GICV5_PPI(PPI_TIMER));
	slice(m, 1);
	assert_true(m->phys[1].active);
	/* The handler quiets it: at the next exit that is seen. */
	timer_line(m, 1, false);
	slice(m, 1);
	assert_false(m->phys[1].active);
	assert_int_equal(m->phys[1].by_software, 1);
	assert_int_equal(m->phys[1].thread, 1);
	/* It comes again while the guest is still at the first. */
	timer_line(m, 1, true);
	assert_true(m->phys[1].active);
	guest_end(m, 1, GICV5_PPI(PPI_TIMER));
	assert_hex(guest_ack(m, 1), VALID | GICV5_PPI(PPI_TIMER));
	timer_line(m, 1, false);
	guest_end(m, 1, GICV5_PPI(PPI_TIMER));
	assert_int_equal(m->phys[1].by_software, 2);
	machine_end(m);
}

/* Where nobody can be asked, the host says that it fell. */
TEST(mapped_ppi_ends_when_it_is_lowered)
{
	MACHINE(.backend = "soft-v5");

	assert_int_equal(vgic_map_irq(m->gic, 0, GICV5_PPI(PPI_TIMER), 100), 0);
	run(m, 0);
	m->phys[100].active = true;
	ppi(m, 0, PPI_TIMER, true);
	slice(m, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_int_equal(m->phys[100].by_software, 0);
	ppi(m, 0, PPI_TIMER, false);
	run(m, 0);
	assert_int_equal(m->phys[100].by_software, 1);
	slice(m, 0);
	assert_int_equal(m->phys[100].by_software, 1);
	machine_end(m);
}

/* It falls while the vCPU is out: it is not entered with it. */
TEST(mapped_ppi_fell_before_the_entry)
{
	MACHINE(.backend = "soft-v5");

	map_timer(m, 0);
	stop(m, 0);
	timer_line(m, 0, true);
	assert_true(vgic_pending(m->vcpu[0]));
	timer_line(m, 0, false);
	assert_false(guest_irq(m, 0));
	assert_false(m->phys[0].active);
	machine_end(m);
}

/* It falls while a trapped acknowledge is on its way: there is nothing. */
TEST(mapped_ppi_fell_before_a_trapped_access)
{
	MACHINE(.backend = "soft-v5");
	uint64_t value = ONES;

	map_timer(m, 0);
	run(m, 0);
	timer_line(m, 0, true);
	assert_true(guest_irq(m, 0));
	/* While the guest ran; after it stopped. */
	m->phys[0].line = false;
	stop(m, 0);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0], GICR_CDIA, false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value, 0);
	timer_line(m, 0, true);
	assert_true(guest_irq(m, 0));
	stop(m, 0);
	m->phys[0].line = false;
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0], GICR_CDIA, false, &value),
			 VGIC_TRAP_DONE);
	assert_hex(value, 0);
	machine_end(m);
}

/* A mapped edge: its physical interrupt may come again at once. */
TEST(mapped_edge)
{
	MACHINE(.backend = "soft-v5");

	assert_int_equal(
		vgic_map_irq(m->gic, 0, GICV5_PPI(PPI_UPPER_EDGE), 100), 0);
	run(m, 0);
	for (uint32_t n = 1; n < 4; n++) {
		m->phys[100].active = true;
		ppi(m, 0, PPI_UPPER_EDGE, true);
		run(m, 0);
		assert_int_equal(m->phys[100].by_software, n);
		assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_UPPER_EDGE));
		guest_end(m, 0, GICV5_PPI(PPI_UPPER_EDGE));
	}
	assert_hex(guest_ack(m, 0), 0);
	machine_end(m);
}

/* An SPI's is ended with it, on whatever vCPU that is. */
TEST(mapped_spi)
{
	(void)state;
	for (uint32_t level = 0; level < 2; level++) {
		struct machine *m = with_mapped_spi(level);

		fire_spi(m);
		assert_hex(guest_ack(m, 1), VALID | GICV5_SPI(6));
		guest_write(m, 1, GIC_CDEOI, 0);
		assert_true(pspi(m)->active);
		guest_write(m, 0, GIC_CDDI, GICV5_SPI(6));
		run(m, 1);
		assert_false(pspi(m)->active);
		assert_int_equal(pspi(m)->by_software, 1);
		/* It does not come back by itself; but anew it does. */
		assert_hex(guest_ack(m, 1), 0);
		fire_spi(m);
		assert_hex(guest_ack(m, 1), VALID | GICV5_SPI(6));
		guest_end(m, 1, GICV5_SPI(6));
		assert_int_equal(pspi(m)->by_software, 2);
		machine_end(m);
	}
}

/* Its pending state is withdrawn, by the guest or the device. */
TEST(mapped_spi_withdrawn)
{
	(void)state;
	for (uint32_t by_device = 0; by_device < 2; by_device++) {
		struct machine *m = with_mapped_spi(true);

		fire_spi(m);
		assert_true(guest_irq(m, 1));
		if (by_device) {
			spi(m, 6, false);
		} else {
			guest_write(m, 0, GIC_CDPEND, GICV5_SPI(6));
		}
		assert_false(guest_irq(m, 1));
		assert_int_equal(pspi(m)->by_software, 1);
		machine_end(m);
	}
}

/* From then on it is the host's to end. */
TEST(unmapped_spi)
{
	struct machine *m = with_mapped_spi(true);

	(void)state;
	fire_spi(m);
	assert_hex(guest_ack(m, 1), VALID | GICV5_SPI(6));
	assert_int_equal(vgic_unmap_irq(m->gic, 0, GICV5_SPI(6)), 0);
	guest_end(m, 1, GICV5_SPI(6));
	assert_int_equal(pspi(m)->by_software, 0);
	machine_end(m);
}

/* A system reset ends what is held; a PPI's at its vCPU's next entry. */
TEST(reset_ends_what_is_held)
{
	struct machine *m = with_mapped_spi(true);

	(void)state;
	map_timer(m, 1);
	run(m, 1);
	timer_line(m, 1, true);
	fire_spi(m);
	assert_hex(guest_ack(m, 1), VALID | GICV5_PPI(PPI_TIMER));
	leave(m, 0);
	leave(m, 1);
	m->phys[1].line = false;
	m->thread = 0;
	vgic_reset(m->gic);
	assert_int_equal(pspi(m)->by_software, 1);
	assert_int_equal(m->phys[1].by_software, 0);
	run(m, 0);
	assert_int_equal(m->phys[1].by_software, 0);
	run(m, 1);
	assert_int_equal(m->phys[1].by_software, 1);
	assert_int_equal(m->phys[1].thread, 1);
	slice(m, 1);
	assert_int_equal(m->phys[1].by_software, 1);
	machine_end(m);
}

/* Lines are the devices'; how they are sampled is the guest's. */
RULE(reset_keeps_lines, 1)
{
	const uint32_t intid = GICV5_SPI(6);

	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	irs_write(m, 0, IRS_SPI_CFGR, 4, 1);
	guest_setup(m, 0, intid, 0, 3);
	spi(m, 6, true);
	ppi(m, 0, PPI_PMU, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	leave(m, 0);
	vgic_reset(m->gic);
	assert_hex(guest_read(m, 0, ICC_CR0_EL1), 6);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_ENABLER0_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SACTIVER0_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR0_EL1), BIT(PPI_PMU));
	assert_hex(guest_rcfg(m, 0, intid), 0);
	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	assert_hex(irs_read(m, 0, IRS_SPI_CFGR, 4), 0);
	assert_hex(irs_read(m, 0, IRS_CR0, 4), IRS_CR0_IDLE);
	/* Sampled as a level, it is up. */
	irs_write(m, 0, IRS_SPI_CFGR, 4, 1);
	assert_hex(guest_rcfg(m, 0, intid),
		   ICC_ICSR_EL1_Pending | ICC_ICSR_EL1_HM);
	guest_setup(m, 0, intid, 0, 3);
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	guest_write(m, 0, ICC_PCR_EL1, 31);
	guest_write(m, 0, ICC_CR0_EL1, 1);
	assert_hex(guest_ack(m, 0), VALID | intid);
	spi(m, 6, false);
	guest_end(m, 0, intid);
}

/* A CPU that is turned on anew finds its interface as at reset. */
RULE(vcpu_reset, 2)
{
	uint64_t *priorityr = m->vcpu[0]->v5->ppi.priorityr;

	ppi(m, 0, PPI_PMU, true);
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	guest_write(m, 0, ICC_ICSR_EL1, 1);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	leave(m, 0);
	/* Hardware may keep priorities of PPIs that this guest has not. */
	priorityr[15] = ONES;
	vgic_vcpu_reset(m->vcpu[0], true);
	for (uint32_t n = 0; n < 16; n++) {
		assert_hex(priorityr[n], 0);
	}
	assert_hex(guest_read(m, 0, ICC_CR0_EL1), 6);
	assert_hex(guest_read(m, 0, ICC_PCR_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_ICSR_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_ENABLER0_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SACTIVER0_EL1), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_PRIORITYR_EL1(2)), 0);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR0_EL1), BIT(PPI_PMU));
	/* The other one is as it was. */
	assert_hex(guest_read(m, 1, ICC_PCR_EL1), 31);
	assert_hex(guest_read(m, 1, ICC_CR0_EL1), 7);
}

/* An entry looks at nothing once all has been seen to. */
RULE(nothing_new_is_nothing_to_do, 1)
{
	slice(m, 0);
	ppi(m, 0, PPI_PMU, true);
	slice(m, 0);
	assert_false(m->vcpu[0]->refill);
	assert_int_equal(vgic_load_relaxed(&m->vcpu[0]->attention), 0);
}

/* A PE that asks its IRS in vain is told so by a priority that is none. */
RULE(nothing_to_acknowledge, 1)
{
	uint32_t intid = 0;

	slice(m, 0);
	assert_int_equal(vgic_v5_iri.acknowledge(m->vcpu[0], 32, &intid), 32);
	guest_setup(m, 0, GICV5_SPI(1), 0, 3);
	spi(m, 1, true);
	slice(m, 0);
	assert_int_equal(vgic_v5_iri.acknowledge(m->vcpu[0], 3, &intid), 32);
	assert_int_equal(vgic_v5_iri.acknowledge(m->vcpu[0], 4, &intid), 3);
	assert_hex(intid, GICV5_SPI(1));
}

/* What was delivered is counted, by kind. */
TEST(statistics)
{
	MACHINE(.backend = "soft-v5");
	struct vgic_stats stats;

	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_SPI(1), 0, 3);
	guest_setup(m, 0, GICV5_LPI(0), 0, 3);
	for (uint32_t n = 0; n < 3; n++) {
		ppi(m, 0, SW_PPI, true);
		assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
		guest_end(m, 0, GICV5_PPI(SW_PPI));
	}
	for (uint32_t n = 0; n < 2; n++) {
		spi(m, 1, true);
		spi(m, 1, false);
		assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(1));
		guest_end(m, 0, GICV5_SPI(1));
	}
	assert_int_equal(message(m, 0), 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(0));
	guest_end(m, 0, GICV5_LPI(0));
	vgic_get_stats(m->vcpu[0], &stats);
	assert_int_equal(stats.injected[VGIC_PPI], 3);
	assert_int_equal(stats.injected[VGIC_SPI], 2);
	assert_int_equal(stats.injected[VGIC_LPI], 1);
	assert_int_equal(stats.delivered[VGIC_PPI], 3);
	assert_int_equal(stats.delivered[VGIC_SPI], 2);
	assert_int_equal(stats.delivered[VGIC_LPI], 1);
	assert_int_equal(stats.guest_errors, 0);
	machine_end(m);
}

static void acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct machine *m = opaque;

	(void)vcpu;
	m->doorbells++;
	(void)vgic_inject_irq(m->gic, 0, intid, false, NULL);
}

/* CDDI ends an SPI: its device hears of it and lowers the wire in time. */
TEST(device_hears_of_cddi)
{
	static const struct vgic_irq_ops ops = { .irq_ended = acked };
	MACHINE(.backend = "soft-v5");

	assert_int_equal(vgic_set_irq_ops(m->gic, 0, GICV5_SPI(6), &ops, m), 0);
	irs_write(m, 0, IRS_SPI_SELR, 4, 6);
	irs_write(m, 0, IRS_SPI_CFGR, 4, IRS_SPI_CFGR_TM);
	guest_setup(m, 0, GICV5_SPI(6), 0, 3);
	spi(m, 6, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(6));
	guest_write(m, 0, GIC_CDEOI, 0);
	assert_int_equal(m->doorbells, 0);
	guest_write(m, 0, GIC_CDDI, GICV5_SPI(6));
	assert_int_equal(m->doorbells, 1);
	assert_hex(guest_ack(m, 0), 0);
	m->doorbells = 0;
	machine_end(m);
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
