/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mapped interrupts have to do over several steps: nothing is left
 * masked, and what software ends is ended physically, whoever does it.
 */
#include "core/irq.h"
#include "tests/machine/test.h"

#define SPI 40u
#define PPI 27u

static uint64_t dist(uint32_t reg)
{
	return MACHINE_GICD + reg + SPI / 32 * 4;
}

#define SPI_BIT (UINT32_C(1) << SPI % 32)

/* Set pending and cleared again; then the device comes. */
static void pend_unpend(bool level, bool no_hw, bool loaded)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2, .no_hw_deactivation = no_hw);

	setup(m, 0, SPI, 0x80, level);
	map(m, 0, SPI);
	if (loaded) {
		run(m, 0);
	}
	guest_write32(m, 1, dist(GICD_ISPENDR), SPI_BIT);
	guest_write32(m, 1, dist(GICD_ICPENDR), SPI_BIT);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_false(m->phys[SPI].active);
	for (unsigned int round = 0; round < 3; round++) {
		if (level) {
			phys_line(m, SPI, true);
		} else {
			phys_edge(m, SPI);
		}
		assert_int_equal(guest_ack(m, 0), SPI);
		m->phys[SPI].line = false;
		guest_eoi(m, 0, SPI);
	}
	machine_end(m);
}

TEST(b12_set_and_cleared_is_not_masked)
{
	(void)state;
	for (unsigned int n = 0; n < 8; n++) {
		pend_unpend(n & 1, n & 2, n & 4);
	}
}

/* Pended by the guest: handled, and both ended; then it comes anew. */
TEST(b12_pended_is_held_and_ended)
{
	for (unsigned int no_hw = 0; no_hw < 2; no_hw++) {
		MACHINE(.nr_lrs = 2, .no_hw_deactivation = no_hw);

		setup(m, 0, SPI, 0x80, true);
		map(m, 0, SPI);
		run(m, 0);
		guest_write32(m, 0, dist(GICD_ISPENDR), SPI_BIT);
		assert_true(m->phys[SPI].active);
		assert_int_equal(!(lr_of(m, 0, SPI) & ICH_LR_EL2_HW), no_hw);
		/* It is one with what the guest is about to handle. */
		phys_line(m, SPI, true);
		assert_int_equal(guest_ack(m, 0), SPI);
		phys_line(m, SPI, false);
		guest_eoi(m, 0, SPI);
		slice(m, 0);
		assert_false(m->phys[SPI].active);
		assert_int_equal(guest_ack(m, 0), SPURIOUS);
		assert_int_equal(
			m->phys[SPI].by_software + m->phys[SPI].by_hardware, 1);
		phys_line(m, SPI, true);
		assert_int_equal(guest_ack(m, 0), SPI);
		machine_end(m);
	}
}

/* Held as it goes into a register, when it was pended in the queue. */
TEST(b12_pended_in_the_queue)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, SPI, 0x80, true);
	map(m, 0, SPI);
	setup(m, 0, 41, 0x40, false);
	run(m, 0);
	edge(m, 41);
	change(m, 0, SPI, VGIC_SET_PENDING, false);
	assert_place(m, 0, SPI, "queue");
	guest_write32(m, 0, dist(GICD_ISPENDR), SPI_BIT);
	assert_int_equal(guest_ack(m, 0), 41);
	guest_eoi(m, 0, 41);
	slice(m, 0);
	assert_true(lr_of(m, 0, SPI) & ICH_LR_EL2_HW);
	assert_true(m->phys[SPI].active);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	slice(m, 0);
	assert_false(m->phys[SPI].active);
	machine_end(m);
}

/* The HW bit may only stand for a physical interrupt that is active. */
TEST(b12_no_hw_bit_for_what_a_vmm_restored)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, SPI, 0x80, true);
	map(m, 0, SPI);
	change(m, 0, SPI, VGIC_SET_PENDING, false);
	run(m, 0);
	assert_int_equal(lr_of(m, 0, SPI) &
				 (ICH_LR_EL2_Pending | ICH_LR_EL2_HW),
			 ICH_LR_EL2_Pending);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	assert_int_equal(m->phys[SPI].activated, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* Who ended it: by which register, and where it stood. */
enum end { BY_ICACTIVER, BY_DIR, BY_EOICOUNT };

static void ended_elsewhere(enum end end, bool spilled)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	eoimode(m, end == BY_DIR);
	setup(m, 0, SPI, 0xf8, true);
	map(m, 0, SPI);
	run(m, 0);
	run(m, 1);
	phys_line(m, SPI, true);
	assert_int_equal(guest_ack(m, 0), SPI);
	m->phys[SPI].line = false;
	if (spilled) {
		take(m, 9);
		assert_place(m, 0, SPI, "active");
		guest_eoi(m, 0, 41);
	}
	switch (end) {
	case BY_ICACTIVER:
		guest_write32(m, 1, dist(GICD_ICACTIVER), SPI_BIT);
		break;
	case BY_DIR:
		guest_eoi(m, 0, SPI);
		assert_true(m->phys[SPI].active);
		guest_dir(m, 1, SPI);
		break;
	case BY_EOICOUNT:
		guest_eoi(m, 0, SPI);
		slice(m, 0);
		break;
	}
	assert_false(is_active(m, SPI));
	assert_false(m->phys[SPI].active);
	phys_line(m, SPI, true);
	assert_true(m->phys[SPI].active);
	assert_true(is_pending(m, SPI));
	machine_end(m);
}

TEST(b12_ended_elsewhere_is_ended_physically)
{
	(void)state;
	ended_elsewhere(BY_ICACTIVER, false);
	ended_elsewhere(BY_ICACTIVER, true);
	ended_elsewhere(BY_DIR, false);
	ended_elsewhere(BY_DIR, true);
	ended_elsewhere(BY_EOICOUNT, true);
}

/* Disabled while active: its end still reaches the device. */
TEST(b12_disabled_while_active)
{
	for (unsigned int by = 0; by < 2; by++) {
		MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

		setup(m, 0, SPI, 0x80, true);
		map(m, 0, SPI);
		run(m, 0);
		run(m, 1);
		phys_line(m, SPI, true);
		assert_int_equal(guest_ack(m, 0), SPI);
		guest_write32(m, by, dist(GICD_ICENABLER), SPI_BIT);
		m->phys[SPI].line = false;
		guest_eoi(m, 0, SPI);
		slice(m, 0);
		assert_false(m->phys[SPI].active);
		/* What came while it was disabled comes when it is enabled. */
		phys_line(m, SPI, true);
		assert_int_equal(guest_ack(m, 0), SPURIOUS);
		guest_write32(m, by, dist(GICD_ISENABLER), SPI_BIT);
		assert_int_equal(guest_ack(m, 0), SPI);
		machine_end(m);
	}
}

/* A PPI's physical interrupt is its own CPU's: nobody else touches it. */
TEST(b12_ppi_is_touched_by_its_own_vcpu)
{
	static const uint32_t regs[] = { GICR_ISPENDR0,	  GICR_ICPENDR0,
					 GICR_ISACTIVER0, GICR_ICACTIVER0,
					 GICR_ISENABLER0, GICR_ICENABLER0 };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, PPI, 0x80, false);
	map(m, 0, PPI);
	run(m, 0);
	run(m, 1);
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		m->phys[PPI].thread = 0;
		guest_write32(m, 1, MACHINE_GICR + regs[i], 1u << PPI);
		assert_int_equal(m->phys[PPI].thread, 0);
	}
	assert_int_equal(m->phys[PPI].activated, 2);
	assert_int_equal(m->phys[PPI].by_software, 2);
	machine_end(m);
}

/* An access disturbs nobody but the vCPU that has the interrupt. */
TEST(b12_only_the_holder_is_kicked)
{
	static const struct {
		uint32_t reg;
		bool write;
	} accesses[] = {
		{ GICD_ISPENDR, false },  { GICD_ISACTIVER, false },
		{ GICD_ISPENDR, true },	  { GICD_ICPENDR, true },
		{ GICD_ISACTIVER, true }, { GICD_ICACTIVER, true },
		{ GICD_ICENABLER, true },
	};
	MACHINE(.nr_lrs = 2, .nr_vcpus = 4);

	for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		setup(m, 1, SPI, 0x80, false);
		for (uint32_t v = 0; v < 4; v++) {
			run(m, v);
		}
		edge(m, SPI);
		assert_place(m, 1, SPI, "lr");
		for (uint32_t v = 0; v < 4; v++) {
			m->kicks[v] = 0;
		}
		if (accesses[i].write) {
			guest_write32(m, 3, dist(accesses[i].reg), SPI_BIT);
		} else {
			(void)guest_read32(m, 3, dist(accesses[i].reg));
		}
		assert_int_equal(m->kicks[0] + m->kicks[2] + m->kicks[3], 0);
		assert_int_equal(m->kicks[1], 1);
		change(m, 1, SPI, VGIC_CLEAR_ACTIVE, 0);
		change(m, 1, SPI, VGIC_CLEAR_PENDING, 0);
	}
	machine_end(m);
}

/* A mapped edge is pending by its latch alone; a level is as its line is. */
TEST(pending_by_the_line)
{
	for (unsigned int level = 0; level < 2; level++) {
		MACHINE(.nr_lrs = 2);

		setup(m, 0, SPI, 0x80, level);
		map(m, 0, SPI);
		/* It is up, and the interrupt has not come yet. */
		m->phys[SPI].mapped = false;
		m->phys[SPI].line = true;
		assert_int_equal(guest_read32(m, 0, dist(GICD_ISPENDR)),
				 level ? SPI_BIT : 0);
		machine_end(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b12_set_and_cleared_is_not_masked),
		cmocka_unit_test(b12_pended_is_held_and_ended),
		cmocka_unit_test(b12_pended_in_the_queue),
		cmocka_unit_test(b12_no_hw_bit_for_what_a_vmm_restored),
		cmocka_unit_test(b12_ended_elsewhere_is_ended_physically),
		cmocka_unit_test(b12_disabled_while_active),
		cmocka_unit_test(b12_ppi_is_touched_by_its_own_vcpu),
		cmocka_unit_test(b12_only_the_holder_is_kicked),
		cmocka_unit_test(pending_by_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
