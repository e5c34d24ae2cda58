/* SPDX-License-Identifier: BSD-2-Clause */
/* What others' vGICs got wrong: one test for each public report. */
#include "core/irq.h"
#include "tests/machine/test.h"

/*
 * Bao PR 398: every list register active and one more spilled must not ask
 * for a maintenance interrupt that comes at once and for ever.
 */
TEST(field_01_no_storm_when_all_active)
{
	MACHINE(.nr_lrs = 4);
	uint32_t exits;

	run(m, 0);
	nest(m, 5);
	exits = m->exits[0];
	slice(m, 0);
	/* Five actives, nothing pending: nothing to call for. */
	assert_int_equal(m->exits[0], exits);
	/* One that cannot preempt: it waits in a register, in silence. */
	setup(m, 0, 60, 0xf8, false);
	edge(m, 60);
	assert_true(lr_of(m, 0, 60) & ICH_LR_EL2_Pending);
	exits = m->exits[0];
	slice(m, 0);
	assert_int_equal(m->exits[0], exits);
	for (uint32_t n = 5; n-- > 0;) {
		guest_eoi(m, 0, 32 + n);
	}
	assert_int_equal(guest_ack(m, 0), 60);
	machine_end(m);
}

/* The same with many waiting: each acknowledge brings in the next. */
TEST(field_01_progress_with_many_waiting)
{
	MACHINE(.nr_lrs = 2);

	run(m, 0);
	nest(m, 3);
	for (uint32_t n = 0; n < 12; n++) {
		setup(m, 0, 60 + n, nesting(4 + n), false);
		edge(m, 60 + n);
	}
	for (uint32_t n = 12; n-- > 0;) {
		assert_int_equal(guest_ack(m, 0), 60 + n);
		guest_eoi(m, 0, 60 + n);
	}
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* Bao #371: disabling an active HW interrupt must not orphan it. */
TEST(field_02_disable_while_active_hw)
{
	MACHINE(.nr_lrs = 4);

	raise_mapped(m, 0x80);
	assert_int_equal(guest_ack(m, 0), 40);
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	assert_true(is_active(m, 40));
	phys_line(m, 40, false);
	guest_eoi(m, 0, 40);
	assert_false(m->phys[40].active);
	change(m, 0, 40, VGIC_SET_ENABLE, 0);
	phys_line(m, 40, true);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* The same while it is on the stack, where no HW bit deactivates it. */
TEST(field_02_disable_while_spilled_hw)
{
	MACHINE(.nr_lrs = 1);

	raise_mapped(m, 0xf8);
	assert_int_equal(guest_ack(m, 0), 40);
	setup(m, 0, 32, 0x80, false);
	edge(m, 32);
	assert_int_equal(guest_ack(m, 0), 32);
	assert_place(m, 0, 40, "active");
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	guest_eoi(m, 0, 32);
	phys_line(m, 40, false);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_false(is_active(m, 40));
	assert_false(m->phys[40].active);
	machine_end(m);
}

/* Bao PR 334: one interrupt, one owner, wherever it is sent. */
TEST(field_03_one_owner_while_retargeted)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 3);

	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	for (uint32_t hop = 0; hop < 6; hop++) {
		uint32_t to = (hop + 1) % 3;

		run(m, hop % 3);
		assert_place(m, hop % 3, 40, "lr");
		change(m, 2 - hop % 3, 40, VGIC_SET_TARGET, to);
		slice(m, hop % 3);
		assert_int_equal(lr_of(m, hop % 3, 40), 0);
		machine_check(m);
		assert_int_equal(info_of(m, 0, 40).holder, to);
	}
	machine_end(m);
}

/* An active one stays with the vCPU that took it; the next goes elsewhere. */
TEST(field_03_active_stays_next_moves)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	run(m, 1);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	change(m, 1, 40, VGIC_SET_TARGET, 1);
	edge(m, 40);
	machine_check(m);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	machine_serve(m, 1);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

/* Bao #61: no exit for each interrupt that the guest ends. */
TEST(field_07_eoi_without_exit)
{
	MACHINE(.nr_lrs = 4);
	uint32_t exits;

	for (uint32_t n = 0; n < 4; n++) {
		setup(m, 0, 32 + n, 0x80, false);
		edge(m, 32 + n);
	}
	run(m, 0);
	exits = m->exits[0];
	for (uint32_t n = 0; n < 4; n++) {
		guest_eoi(m, 0, guest_ack(m, 0));
	}
	assert_int_equal(m->exits[0], exits);
	stop(m, 0);
	for (uint32_t n = 0; n < 4; n++) {
		assert_false(is_active(m, 32 + n) || is_pending(m, 32 + n));
	}
	machine_end(m);
}

/* KVM 6da5e537f5: EOIcount never touches what is in a list register. */
TEST(field_08_eoicount_spares_registers)
{
	MACHINE(.nr_lrs = 4);
	uint64_t counted;

	run(m, 0);
	nest(m, 6);
	/* Waits in a register until 34 ends, whose equal it is. */
	setup(m, 0, 50, nesting(2), false);
	edge(m, 50);
	slice(m, 0);
	counted = stats_of(m, 0).eoicount;
	m->late[0] = true;
	for (uint32_t n = 6; n-- > 2;) {
		guest_eoi(m, 0, 32 + n);
	}
	/* 34 is outside: counted, and 50 is taken before the exit. */
	assert_int_equal(guest_ack(m, 0), 50);
	m->late[0] = false;
	machine_serve(m, 0);
	stop(m, 0);
	assert_int_equal(stats_of(m, 0).eoicount, counted + 1);
	assert_true(is_active(m, 32) && is_active(m, 33));
	assert_true(is_active(m, 50));
	assert_false(is_active(m, 34));
	machine_end(m);
}

/* KVM's overflow series: more than registers hold, in both EOI modes. */
static void overflow(unsigned int mode)
{
	void **state = NULL;
	MACHINE(.nr_lrs = 4);

	eoimode(m, mode);
	run(m, 0);
	nest(m, 12);
	for (uint32_t n = 12; n-- > 0;) {
		guest_eoi(m, 0, 32 + n);
		if (mode) {
			guest_dir(m, 0, 32 + n);
		}
		machine_check(m);
		assert_false(is_active(m, 32 + n));
		assert_true(n == 0 || is_active(m, 32 + n - 1));
	}
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 12);
	machine_end(m);
}

TEST(field_09_overflow_eoimode_0)
{
	(void)state;
	overflow(0);
}

TEST(field_09_overflow_eoimode_1)
{
	(void)state;
	overflow(1);
}

/* With EOImode 1 the guest may deactivate in any order. */
TEST(field_09_dir_in_any_order)
{
	MACHINE(.nr_lrs = 2);
	static const uint32_t order[] = { 33, 36, 32, 35, 34 };

	eoimode(m, 1);
	run(m, 0);
	nest(m, 5);
	for (uint32_t n = 5; n-- > 0;) {
		guest_eoi(m, 0, 32 + n);
	}
	for (uint32_t n = 0; n < 5; n++) {
		assert_true(is_active(m, order[n]));
		guest_dir(m, 0, order[n]);
		machine_check(m);
		assert_false(is_active(m, order[n]));
	}
	machine_end(m);
}

/* A guest that opens a group whose interrupts wait gets them, unasked. */
TEST(field_09_group_enable_maintenance)
{
	MACHINE(.nr_lrs = 2);

	run(m, 0);
	guest_write(m, 0, ICC_IGRPEN0_EL1, 0);
	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_SET_GROUP, 0);
	edge(m, 40);
	assert_int_equal(lr_of(m, 0, 40), 0);
	guest_write(m, 0, ICC_IGRPEN0_EL1, 1);
	assert_int_equal(guest_ack0(m, 0), 40);
	machine_end(m);
}

/* One that closes a group gives its registers to the other's. */
TEST(field_09_group_disable_maintenance)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x40, false);
	setup(m, 0, 41, 0x80, false);
	change(m, 0, 41, VGIC_SET_GROUP, 0);
	edge(m, 40);
	edge(m, 41);
	run(m, 0);
	assert_true(lr_of(m, 0, 40));
	guest_write(m, 0, ICC_IGRPEN1_EL1, 0);
	assert_int_equal(guest_ack0(m, 0), 41);
	guest_eoi0(m, 0, 41);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* DIR from another vCPU while a running one has it in a list register. */
TEST(field_09_dir_elsewhere_in_register)
{
	MACHINE(.nr_lrs = 4, .nr_vcpus = 2);

	eoimode(m, 1);
	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	run(m, 1);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	m->late[0] = true;
	guest_dir(m, 1, 40);
	/* vCPU 0 is still in guest code, with a stale register. */
	assert_true(m->kicked[0]);
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(lr_of(m, 0, 40), 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* The same while it is in no list register. */
TEST(field_09_dir_elsewhere_outside)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	eoimode(m, 1);
	run(m, 0);
	run(m, 1);
	nest(m, 3);
	assert_place(m, 0, 32, "active");
	guest_dir(m, 1, 32);
	assert_false(is_active(m, 32));
	machine_check(m);
	assert_place(m, 0, 32, "-");
	edge(m, 32);
	guest_dir(m, 0, 34);
	guest_eoi(m, 0, 34);
	guest_eoi(m, 0, 33);
	guest_eoi(m, 0, 32);
	assert_int_equal(guest_ack(m, 0), 32);
	machine_end(m);
}

/* Twice, before the EOI, of what is not active, of what does not exist. */
TEST(field_09_dir_nonsense)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	eoimode(m, 1);
	run(m, 0);
	run(m, 1);
	nest(m, 3);
	guest_dir(m, 1, 33);
	guest_dir(m, 1, 33);
	guest_dir(m, 0, 33);
	guest_dir(m, 0, 32);
	guest_dir(m, 1, 100);
	guest_dir(m, 1, 8192);
	guest_dir(m, 1, 1023);
	guest_dir(m, 1, 0xffffff);
	machine_check(m);
	assert_true(is_active(m, 34));
	assert_false(is_active(m, 33) || is_active(m, 32));
	guest_eoi(m, 0, 34);
	guest_eoi(m, 0, 33);
	guest_eoi(m, 0, 32);
	guest_dir(m, 0, 34);
	edge(m, 32);
	assert_int_equal(guest_ack(m, 0), 32);
	machine_end(m);
}

/* libvmm #56: what is injected while disabled is not dropped. */
TEST(field_10_pending_survives_disable)
{
	MACHINE(.nr_lrs = 4);

	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	edge(m, 40);
	run(m, 0);
	assert_true(is_pending(m, 40));
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	change(m, 0, 40, VGIC_SET_ENABLE, 0);
	/* Disabled again while it stands in a list register. */
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_true(is_pending(m, 40));
	change(m, 0, 40, VGIC_SET_ENABLE, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* libvmm PR 257: taken means no longer pending, and the next one comes. */
TEST(field_11_taken_then_again)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	for (unsigned int round = 0; round < 10; round++) {
		edge(m, 40);
		assert_int_equal(guest_ack(m, 0), 40);
		slice(m, 0);
		assert_false(is_pending(m, 40));
		guest_eoi(m, 0, 40);
		assert_int_equal(guest_ack(m, 0), SPURIOUS);
	}
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 10);
	machine_end(m);
}

/* libvmm #138: a timer's ticks are not lost under a load of others. */
TEST(field_12_timer_under_load)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	for (uint32_t v = 0; v < 2; v++) {
		change(m, v, 27, VGIC_SET_PRIORITY, 0xa0);
		change(m, v, 27, VGIC_SET_ENABLE, 0);
	}
	map(m, 1, 27);
	run(m, 0);
	run(m, 1);
	for (uint32_t tick = 0; tick < 20; tick++) {
		bool seen = false;

		for (uint32_t n = 0; n < 6; n++) {
			setup(m, 1, 40 + n, 0x80, false);
			edge(m, 40 + n);
		}
		phys_line(m, 27, true);
		for (;;) {
			uint32_t intid = guest_ack(m, 1);

			if (intid == SPURIOUS) {
				break;
			}
			if (intid == 27) {
				assert_false(seen);
				seen = true;
				phys_line(m, 27, false);
			}
			guest_eoi(m, 1, intid);
		}
		assert_true(seen);
		assert_false(m->phys[27].active);
	}
	stop(m, 1);
	assert_int_equal(stats_of(m, 1).delivered[VGIC_PPI], 20);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_PPI], 0);
	machine_end(m);
}

/* CheriBSD PR 2692: the EOI of an interrupt disabled meanwhile counts. */
TEST(field_13_eoi_of_disabled)
{
	MACHINE(.nr_lrs = 4);

	raise_level(m, 0x80);
	assert_int_equal(guest_ack(m, 0), 40);
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	guest_eoi(m, 0, 40);
	stop(m, 0);
	assert_false(is_active(m, 40));
	assert_true(is_pending(m, 40));
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	change(m, 0, 40, VGIC_SET_ENABLE, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* FreeBSD PR 2437: a level still up is taken again after its EOI. */
TEST(field_13_level_needs_eoi)
{
	MACHINE(.nr_lrs = 4);

	raise_level(m, 0x80);
	for (unsigned int round = 0; round < 5; round++) {
		assert_int_equal(guest_ack(m, 0), 40);
		guest_eoi(m, 0, 40);
	}
	assert_int_equal(guest_ack(m, 0), 40);
	line(m, 40, false);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* OpenVMM PR 4289: all sixteen in use; active and pending is one entry. */
TEST(field_19_sixteen_full_active_and_pending)
{
	MACHINE(.nr_lrs = 16);
	uint32_t held = 0;

	run(m, 0);
	nest(m, 16);
	edge(m, 40);
	slice(m, 0);
	for (uint32_t n = 0; n < 16; n++) {
		held += FIELD_GET(ICH_LR_EL2_vINTID, m->cpu[0].model.lr[n]) ==
			40;
	}
	assert_int_equal(held, 1);
	assert_true(is_active(m, 40) && is_pending(m, 40));
	for (uint32_t n = 16; n-- > 9;) {
		guest_eoi(m, 0, 32 + n);
	}
	/* 41's was the last; 40 is active, then pending, then active. */
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* seL4 #1023: a mapped interrupt is ended without any exit. */
TEST(field_20_mapped_needs_no_exit)
{
	MACHINE(.nr_lrs = 4);
	uint32_t exits;

	raise_mapped(m, 0x80);
	exits = m->exits[0];
	assert_int_equal(guest_ack(m, 0), 40);
	m->phys[40].line = false;
	guest_eoi(m, 0, 40);
	assert_int_equal(m->exits[0], exits);
	assert_int_equal(m->phys[40].by_hardware, 1);
	assert_int_equal(m->phys[40].by_software, 0);
	machine_end(m);
}

/* seL4 #952: EOImode 1 drops the priority and deactivates later. */
TEST(field_20_eoimode_1_mapped)
{
	MACHINE(.nr_lrs = 4);

	eoimode(m, 1);
	raise_mapped(m, 0x80);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	slice(m, 0);
	assert_true(is_active(m, 40));
	assert_true(m->phys[40].active);
	m->phys[40].line = false;
	guest_dir(m, 0, 40);
	slice(m, 0);
	assert_false(is_active(m, 40));
	assert_false(m->phys[40].active);
	machine_end(m);
}

/* AxVisor: INTIDs of ten bits, and list registers of each vCPU's own. */
TEST(field_22_wide_intids_own_registers)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 0x120, 0x80, false);
	setup(m, 1, 0x220, 0x40, false);
	setup(m, 0, 1019, 0x88, false);
	run(m, 0);
	run(m, 1);
	edge(m, 0x120);
	edge(m, 0x220);
	edge(m, 1019);
	assert_int_equal(lr_of(m, 0, 0x220), 0);
	assert_int_equal(lr_of(m, 1, 0x120), 0);
	assert_int_equal(guest_ack(m, 0), 0x120);
	guest_eoi(m, 0, 0x120);
	assert_int_equal(guest_ack(m, 0), 1019);
	assert_int_equal(guest_ack(m, 1), 0x220);
	machine_end(m);
}

/* And registers that are full are no reason to panic. */
TEST(field_22_more_pending_than_registers)
{
	MACHINE(.nr_lrs = 1);

	for (uint32_t n = 0; n < 100; n++) {
		setup(m, 0, 32 + n, 8 * (n % 31), false);
		edge(m, 32 + n);
	}
	run(m, 0);
	for (uint32_t n = 0, last = 0; n < 100; n++) {
		uint32_t intid = guest_ack(m, 0);

		assert_true(intid < 132);
		assert_true((intid - 32) % 31 >= last);
		last = (intid - 32) % 31;
		guest_eoi(m, 0, intid);
	}
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_true(stats_of(m, 0).overflows > 0);
	assert_int_equal(stats_of(m, 0).lr_peak, 1);
	machine_end(m);
}

/*
 * EDK2 writes EOIR for every interrupt when it hands over.  Nothing ends that
 * was not acknowledged, and no count is left for later.
 */
TEST(field_47_eoir_out_of_the_blue)
{
	MACHINE(.nr_lrs = 1);

	for (uint32_t n = 0; n < 3; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		change(m, 0, 40 + n, VGIC_SET_ACTIVE, 0);
	}
	run(m, 0);
	m->late[0] = true;
	for (uint32_t intid = 0; intid < 1020; intid++) {
		/* The one in the register ends by its name, as it should. */
		if (!lr_of(m, 0, intid)) {
			guest_eoi(m, 0, intid);
		}
	}
	m->late[0] = false;
	slice(m, 0);
	assert_int_equal(stats_of(m, 0).eoicount, 0);
	for (uint32_t n = 0; n < 3; n++) {
		assert_true(is_active(m, 40 + n));
	}
	nest(m, 5);
	slice(m, 0);
	for (uint32_t n = 0; n < 5; n++) {
		assert_true(is_active(m, 32 + n));
	}
	for (uint32_t n = 5; n-- > 0;) {
		guest_eoi(m, 0, 32 + n);
		slice(m, 0);
		assert_false(is_active(m, 32 + n));
	}
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_01_no_storm_when_all_active),
		cmocka_unit_test(field_01_progress_with_many_waiting),
		cmocka_unit_test(field_02_disable_while_active_hw),
		cmocka_unit_test(field_02_disable_while_spilled_hw),
		cmocka_unit_test(field_03_one_owner_while_retargeted),
		cmocka_unit_test(field_03_active_stays_next_moves),
		cmocka_unit_test(field_07_eoi_without_exit),
		cmocka_unit_test(field_08_eoicount_spares_registers),
		cmocka_unit_test(field_09_overflow_eoimode_0),
		cmocka_unit_test(field_09_overflow_eoimode_1),
		cmocka_unit_test(field_09_dir_in_any_order),
		cmocka_unit_test(field_09_group_enable_maintenance),
		cmocka_unit_test(field_09_group_disable_maintenance),
		cmocka_unit_test(field_09_dir_elsewhere_in_register),
		cmocka_unit_test(field_09_dir_elsewhere_outside),
		cmocka_unit_test(field_09_dir_nonsense),
		cmocka_unit_test(field_10_pending_survives_disable),
		cmocka_unit_test(field_11_taken_then_again),
		cmocka_unit_test(field_12_timer_under_load),
		cmocka_unit_test(field_13_eoi_of_disabled),
		cmocka_unit_test(field_13_level_needs_eoi),
		cmocka_unit_test(field_19_sixteen_full_active_and_pending),
		cmocka_unit_test(field_20_mapped_needs_no_exit),
		cmocka_unit_test(field_20_eoimode_1_mapped),
		cmocka_unit_test(field_22_wide_intids_own_registers),
		cmocka_unit_test(field_22_more_pending_than_registers),
		cmocka_unit_test(field_47_eoir_out_of_the_blue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
