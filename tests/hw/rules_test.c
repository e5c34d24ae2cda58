/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mapped interrupts have to do over several steps: nothing is left
 * masked, and what software ends is ended physically, whoever does it.
 */
#include "core/irq.h"
#include "test.h"

#define SPI 40u
#define PPI 27u

static uint64_t dist(uint32_t reg)
{
	return WORLD_DIST + reg + SPI / 32 * 4;
}

#define SPI_BIT (UINT32_C(1) << SPI % 32)

/* Set pending and cleared again; then the device comes. */
static void pend_unpend(bool level, bool no_hw, bool loaded)
{
	void **state = NULL;
	WORLD(.nr_lrs = 2, .nr_vcpus = 2, .no_hw_deactivation = no_hw,
	      .frames = true);

	setup(w, 0, SPI, 0x80, level);
	map(w, 0, SPI);
	if (loaded) {
		run(w, 0);
	}
	guest_write32(w, 1, dist(GICD_ISPENDR), SPI_BIT);
	guest_write32(w, 1, dist(GICD_ICPENDR), SPI_BIT);
	run(w, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	assert_false(w->phys[SPI].active);
	for (unsigned int round = 0; round < 3; round++) {
		if (level) {
			phys_line(w, SPI, true);
		} else {
			phys_edge(w, SPI);
		}
		assert_int_equal(guest_ack(w, 0), SPI);
		w->phys[SPI].line = false;
		guest_eoi(w, 0, SPI);
	}
	world_end(w);
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
		WORLD(.nr_lrs = 2, .no_hw_deactivation = no_hw, .frames = true);

		setup(w, 0, SPI, 0x80, true);
		map(w, 0, SPI);
		run(w, 0);
		guest_write32(w, 0, dist(GICD_ISPENDR), SPI_BIT);
		assert_true(w->phys[SPI].active);
		assert_int_equal(!(lr_of(w, 0, SPI) & ICH_LR_EL2_HW), no_hw);
		/* It is one with what the guest is about to handle. */
		phys_line(w, SPI, true);
		assert_int_equal(guest_ack(w, 0), SPI);
		phys_line(w, SPI, false);
		guest_eoi(w, 0, SPI);
		slice(w, 0);
		assert_false(w->phys[SPI].active);
		assert_int_equal(guest_ack(w, 0), SPURIOUS);
		assert_int_equal(
			w->phys[SPI].by_software + w->phys[SPI].by_hardware, 1);
		phys_line(w, SPI, true);
		assert_int_equal(guest_ack(w, 0), SPI);
		world_end(w);
	}
}

/* Held as it goes into a register, when it was pended in the queue. */
TEST(b12_pended_in_the_queue)
{
	WORLD(.nr_lrs = 1, .frames = true);

	setup(w, 0, SPI, 0x80, true);
	map(w, 0, SPI);
	setup(w, 0, 41, 0x40, false);
	run(w, 0);
	edge(w, 41);
	change(w, 0, SPI, VGIC_SET_PENDING, false);
	assert_place(w, 0, SPI, "queue");
	guest_write32(w, 0, dist(GICD_ISPENDR), SPI_BIT);
	assert_int_equal(guest_ack(w, 0), 41);
	guest_eoi(w, 0, 41);
	slice(w, 0);
	assert_true(lr_of(w, 0, SPI) & ICH_LR_EL2_HW);
	assert_true(w->phys[SPI].active);
	assert_int_equal(guest_ack(w, 0), SPI);
	guest_eoi(w, 0, SPI);
	slice(w, 0);
	assert_false(w->phys[SPI].active);
	world_end(w);
}

/* The HW bit may only stand for a physical interrupt that is active. */
TEST(b12_no_hw_bit_for_what_a_vmm_restored)
{
	WORLD(.nr_lrs = 2);

	setup(w, 0, SPI, 0x80, true);
	map(w, 0, SPI);
	change(w, 0, SPI, VGIC_SET_PENDING, false);
	run(w, 0);
	assert_int_equal(lr_of(w, 0, SPI) &
				 (ICH_LR_EL2_Pending | ICH_LR_EL2_HW),
			 ICH_LR_EL2_Pending);
	assert_int_equal(guest_ack(w, 0), SPI);
	guest_eoi(w, 0, SPI);
	assert_int_equal(w->phys[SPI].activated, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* Who ended it: by which register, and where it stood. */
enum end { BY_ICACTIVER, BY_DIR, BY_EOICOUNT };

static void ended_elsewhere(enum end end, bool spilled)
{
	void **state = NULL;
	WORLD(.nr_lrs = 1, .nr_vcpus = 2, .frames = true);

	world_eoimode(w, end == BY_DIR);
	setup(w, 0, SPI, 0xf8, true);
	map(w, 0, SPI);
	run(w, 0);
	run(w, 1);
	phys_line(w, SPI, true);
	assert_int_equal(guest_ack(w, 0), SPI);
	w->phys[SPI].line = false;
	if (spilled) {
		take(w, 9);
		assert_place(w, 0, SPI, "active");
		guest_eoi(w, 0, 41);
	}
	switch (end) {
	case BY_ICACTIVER:
		guest_write32(w, 1, dist(GICD_ICACTIVER), SPI_BIT);
		break;
	case BY_DIR:
		guest_eoi(w, 0, SPI);
		assert_true(w->phys[SPI].active);
		guest_dir(w, 1, SPI);
		break;
	case BY_EOICOUNT:
		guest_eoi(w, 0, SPI);
		slice(w, 0);
		break;
	}
	assert_false(is_active(w, SPI));
	assert_false(w->phys[SPI].active);
	phys_line(w, SPI, true);
	assert_true(w->phys[SPI].active);
	assert_true(is_pending(w, SPI));
	world_end(w);
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
		WORLD(.nr_lrs = 2, .nr_vcpus = 2, .frames = true);

		setup(w, 0, SPI, 0x80, true);
		map(w, 0, SPI);
		run(w, 0);
		run(w, 1);
		phys_line(w, SPI, true);
		assert_int_equal(guest_ack(w, 0), SPI);
		guest_write32(w, by, dist(GICD_ICENABLER), SPI_BIT);
		w->phys[SPI].line = false;
		guest_eoi(w, 0, SPI);
		slice(w, 0);
		assert_false(w->phys[SPI].active);
		/* What came while it was disabled comes when it is enabled. */
		phys_line(w, SPI, true);
		assert_int_equal(guest_ack(w, 0), SPURIOUS);
		guest_write32(w, by, dist(GICD_ISENABLER), SPI_BIT);
		assert_int_equal(guest_ack(w, 0), SPI);
		world_end(w);
	}
}

/* A PPI's physical interrupt is its own CPU's: nobody else touches it. */
TEST(b12_ppi_is_touched_by_its_own_vcpu)
{
	static const uint32_t regs[] = { GICR_ISPENDR0,	  GICR_ICPENDR0,
					 GICR_ISACTIVER0, GICR_ICACTIVER0,
					 GICR_ISENABLER0, GICR_ICENABLER0 };
	WORLD(.nr_lrs = 2, .nr_vcpus = 2, .frames = true);

	setup(w, 0, PPI, 0x80, false);
	map(w, 0, PPI);
	run(w, 0);
	run(w, 1);
	for (size_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		w->phys[PPI].thread = 0;
		guest_write32(w, 1, WORLD_REDIST + regs[i], 1u << PPI);
		assert_int_equal(w->phys[PPI].thread, 0);
	}
	assert_int_equal(w->phys[PPI].activated, 2);
	assert_int_equal(w->phys[PPI].by_software, 2);
	world_end(w);
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
	WORLD(.nr_lrs = 2, .nr_vcpus = 4, .frames = true);

	for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++) {
		setup(w, 1, SPI, 0x80, false);
		for (uint32_t v = 0; v < 4; v++) {
			run(w, v);
		}
		edge(w, SPI);
		assert_place(w, 1, SPI, "lr");
		for (uint32_t v = 0; v < 4; v++) {
			w->kicks[v] = 0;
		}
		if (accesses[i].write) {
			guest_write32(w, 3, dist(accesses[i].reg), SPI_BIT);
		} else {
			(void)guest_read32(w, 3, dist(accesses[i].reg));
		}
		assert_int_equal(w->kicks[0] + w->kicks[2] + w->kicks[3], 0);
		assert_int_equal(w->kicks[1], 1);
		change(w, 1, SPI, VGIC_CLEAR_ACTIVE, 0);
		change(w, 1, SPI, VGIC_CLEAR_PENDING, 0);
	}
	world_end(w);
}

/* A mapped edge is pending by its latch alone; a level is as its line is. */
TEST(pending_by_the_line)
{
	for (unsigned int level = 0; level < 2; level++) {
		WORLD(.nr_lrs = 2, .frames = true);

		setup(w, 0, SPI, 0x80, level);
		map(w, 0, SPI);
		/* It is up, and the interrupt has not come yet. */
		w->phys[SPI].mapped = false;
		w->phys[SPI].line = true;
		assert_int_equal(guest_read32(w, 0, dist(GICD_ISPENDR)),
				 level ? SPI_BIT : 0);
		world_end(w);
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
