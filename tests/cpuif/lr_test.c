/* SPDX-License-Identifier: BSD-2-Clause */
/* src/cpuif/lr.c: what stands in the list registers, and what comes back. */
#include "core/irq.h"
#include "core/route.h"
#include "tests/machine/test.h"

static void assert_actives(struct machine *m, uint32_t count, uint32_t first)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(is_active(m, 32 + i), i < first);
	}
}

/* More actives than registers, ended last in, first out. */
static void lifo(uint32_t nr_lrs, uint32_t count)
{
	void **state = NULL;
	MACHINE(.nr_lrs = nr_lrs);

	run(m, 0);
	for (unsigned int looking = 0; looking < 2; looking++) {
		nest(m, count);
		for (uint32_t n = count; n-- > 0;) {
			guest_eoi(m, 0, 32 + n);
			if (looking) {
				machine_check(m);
				assert_actives(m, count, n);
			}
		}
		stop(m, 0);
		assert_actives(m, count, 0);
		run(m, 0);
	}
	assert_true(stats_of(m, 0).eoicount > 0);
	machine_end(m);
}

TEST(b08_lifo_1)
{
	(void)state;
	lifo(1, 17);
}

TEST(b08_lifo_2)
{
	(void)state;
	lifo(2, 18);
}

TEST(b08_lifo_4)
{
	(void)state;
	lifo(4, 20);
}

TEST(b08_lifo_16)
{
	(void)state;
	lifo(16, 24);
}

/* Several ends and acknowledges between the maintenance and the exit. */
TEST(b08_late_maintenance)
{
	MACHINE(.nr_lrs = 4);

	run(m, 0);
	nest(m, 8);
	/* Out of registers: 32 to 35.  50 waits, below 33 and above 32. */
	setup(m, 0, 50, 0xf4, false);
	change(m, 0, 50, VGIC_SET_PRIORITY, 0xf0);
	change(m, 0, 33, VGIC_SET_PRIORITY, 0xe8);
	edge(m, 50);
	m->late[0] = true;
	for (uint32_t n = 8; n-- > 1;) {
		guest_eoi(m, 0, 32 + n);
	}
	assert_int_equal(guest_ack(m, 0), 50);
	m->late[0] = false;
	machine_serve(m, 0);
	stop(m, 0);
	assert_true(is_active(m, 32) && is_active(m, 50));
	for (uint32_t n = 1; n < 8; n++) {
		assert_false(is_active(m, 32 + n));
	}
	run(m, 0);
	guest_eoi(m, 0, 50);
	guest_eoi(m, 0, 32);
	stop(m, 0);
	assert_false(is_active(m, 32) || is_active(m, 50));
	machine_end(m);
}

/* EOIcount is nothing to a vCPU that has nothing outside its registers. */
TEST(b08_nothing_outside)
{
	MACHINE(.nr_lrs = 2);

	run(m, 0);
	take(m, 0);
	take(m, 1);
	m->cpu[0].model.config.count_idle_eoi = true;
	guest_eoi(m, 0, 99);
	guest_eoi(m, 0, 99);
	guest_eoi(m, 0, 99);
	slice(m, 0);
	stop(m, 0);
	assert_true(is_active(m, 32) && is_active(m, 33));
	assert_int_equal(stats_of(m, 0).eoicount, 0);
	/* And none of it is left when something does go outside. */
	run(m, 0);
	setup(m, 0, 40, 0x10, false);
	edge(m, 40);
	slice(m, 0);
	stop(m, 0);
	assert_true(is_active(m, 32) && is_active(m, 33));
	machine_end(m);
}

/* What software made active is not what the guest ends by EOI. */
TEST(b08_only_acknowledged)
{
	MACHINE(.nr_lrs = 1);

	run(m, 0);
	take(m, 0);
	setup(m, 0, 60, 0xf0, false);
	change(m, 0, 60, VGIC_SET_ACTIVE, 0);
	take(m, 2);
	guest_eoi(m, 0, 34);
	/* Now one of 32 and 60 is in the register; fill it by another. */
	take(m, 4);
	setup(m, 0, 61, 0xf8, false);
	edge(m, 61);
	guest_eoi(m, 0, 36);
	guest_eoi(m, 0, 32);
	stop(m, 0);
	assert_false(is_active(m, 32));
	assert_true(is_active(m, 60));
	machine_end(m);
}

/* A mapped one ended outside the registers: software ends the physical. */
TEST(b08_mapped_outside)
{
	MACHINE(.nr_lrs = 1);

	raise_mapped(m, 0xf8);
	assert_int_equal(guest_ack(m, 0), 40);
	take(m, 1);
	m->phys[40].line = false;
	m->late[0] = true;
	guest_eoi(m, 0, 33);
	guest_eoi(m, 0, 40);
	m->late[0] = false;
	machine_serve(m, 0);
	stop(m, 0);
	assert_false(is_active(m, 40));
	assert_int_equal(m->phys[40].by_software, 1);
	machine_end(m);
}

/* QEMU counts an EOI with EOImode 1 too; only a DIR deactivates. */
TEST(b08_eoimode_1_ignores_count)
{
	MACHINE(.nr_lrs = 1);

	eoimode(m, 1);
	run(m, 0);
	take(m, 0);
	take(m, 1);
	m->cpu[0].model.hcr += 1u << ICH_HCR_EL2_EOIcount_SHIFT;
	guest_eoi(m, 0, 33);
	stop(m, 0);
	assert_true(is_active(m, 32) && is_active(m, 33));
	run(m, 0);
	assert_int_equal(FIELD_GET(ICH_HCR_EL2_EOIcount, m->cpu[0].model.hcr),
			 0);
	machine_end(m);
}

/* Without TDIR the count is all there is, in both EOI modes. */
TEST(b08_eoimode_1_without_tdir)
{
	MACHINE(.nr_lrs = 1, .no_tdir = true);

	eoimode(m, 1);
	run(m, 0);
	take(m, 0);
	take(m, 1);
	guest_eoi(m, 0, 33);
	guest_dir(m, 0, 33);
	guest_eoi(m, 0, 32);
	guest_dir(m, 0, 32);
	stop(m, 0);
	assert_false(is_active(m, 32) || is_active(m, 33));
	machine_end(m);
}

/* Pending goes before active, so that the guest always sees the next one. */
TEST(b09_pending_before_active)
{
	MACHINE(.nr_lrs = 2);

	run(m, 0);
	take(m, 0);
	take(m, 1);
	setup(m, 0, 50, 0xf8, false);
	edge(m, 50);
	assert_int_equal(lr_of(m, 0, 50) & ICH_LR_EL2_State,
			 ICH_LR_EL2_Pending);
	/* The less urgent active made room. */
	assert_place(m, 0, 32, "active");
	assert_true(lr_of(m, 0, 33) & ICH_LR_EL2_Active);
	machine_end(m);
}

/* Best priorities first; a better one that comes takes the worst's place. */
TEST(b09_best_in_registers)
{
	MACHINE(.nr_lrs = 2);

	for (uint32_t n = 0; n < 4; n++) {
		setup(m, 0, 40 + n, 0xa0 - 0x10 * n, false);
		edge(m, 40 + n);
	}
	run(m, 0);
	assert_true(lr_of(m, 0, 43) && lr_of(m, 0, 42));
	setup(m, 0, 50, 0x08, false);
	edge(m, 50);
	assert_true(lr_of(m, 0, 50) && lr_of(m, 0, 43));
	assert_place(m, 0, 42, "queue");
	/* Nor is an equal one reason to exchange. */
	setup(m, 0, 51, 0x70, false);
	edge(m, 51);
	assert_int_equal(lr_of(m, 0, 51), 0);
	machine_end(m);
}

/* Conditions follow the state at each entry. */
TEST(b09_maintenance_is_computed)
{
	MACHINE(.nr_lrs = 2);
	uint32_t armed = ICH_HCR_EL2_NPIE | ICH_HCR_EL2_LRENPIE |
			 ICH_HCR_EL2_UIE | ICH_HCR_EL2_VGrp0EIE |
			 ICH_HCR_EL2_VGrp0DIE | ICH_HCR_EL2_VGrp1EIE |
			 ICH_HCR_EL2_VGrp1DIE;

	run(m, 0);
	assert_int_equal(m->cpu[0].model.hcr & armed, 0);
	for (uint32_t n = 0; n < 3; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		edge(m, 40 + n);
	}
	assert_int_equal(m->cpu[0].model.hcr & armed,
			 ICH_HCR_EL2_NPIE | ICH_HCR_EL2_VGrp0DIE |
				 ICH_HCR_EL2_VGrp1DIE);
	guest_eoi(m, 0, guest_ack(m, 0));
	guest_eoi(m, 0, guest_ack(m, 0));
	assert_int_equal(m->cpu[0].model.hcr & armed, 0);
	guest_eoi(m, 0, guest_ack(m, 0));
	take(m, 0);
	take(m, 1);
	take(m, 2);
	assert_int_equal(m->cpu[0].model.hcr & armed, ICH_HCR_EL2_LRENPIE);
	guest_eoi(m, 0, 34);
	guest_eoi(m, 0, 33);
	guest_eoi(m, 0, 32);
	slice(m, 0);
	assert_int_equal(m->cpu[0].model.hcr & armed, 0);
	machine_end(m);
}

/* An active edge that comes again waits for the end of the first. */
TEST(b09_active_and_pending_edge)
{
	MACHINE(.nr_lrs = 4);

	run(m, 0);
	take(m, 0);
	edge(m, 32);
	slice(m, 0);
	assert_true(is_active(m, 32) && is_pending(m, 32));
	assert_int_equal(lr_of(m, 0, 32) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	guest_eoi(m, 0, 32);
	assert_int_equal(guest_ack(m, 0), 32);
	machine_end(m);
}

/* A new priority is for the next round, whose register must show it. */
TEST(b09_priority_changed_while_active)
{
	MACHINE(.nr_lrs = 4);

	run(m, 0);
	take(m, 2);
	change(m, 0, 34, VGIC_SET_PRIORITY, 0xf0);
	edge(m, 34);
	assert_int_equal(FIELD_GET(ICH_LR_EL2_Priority, lr_of(m, 0, 34)),
			 nesting(2));
	guest_eoi(m, 0, 34);
	assert_int_equal(FIELD_GET(ICH_LR_EL2_Priority, lr_of(m, 0, 34)), 0xf0);
	take(m, 10);
	guest_eoi(m, 0, 42);
	assert_int_equal(guest_ack(m, 0), 34);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* Activated by software at the moment the guest takes it: one activation. */
TEST(activated_while_taken)
{
	MACHINE(.nr_lrs = 1, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	m->late[0] = true;
	assert_int_equal(guest_ack(m, 0), 40);
	change_banked(m, 1, 0, 40, VGIC_SET_ACTIVE, 0);
	m->late[0] = false;
	setup(m, 0, 41, 0x40, false);
	edge(m, 41);
	assert_int_equal(guest_ack(m, 0), 41);
	guest_eoi(m, 0, 41);
	guest_eoi(m, 0, 40);
	stop(m, 0);
	assert_false(is_active(m, 40));
	machine_end(m);
}

/* A guest that closes its CPU interface loses nothing. */
TEST(groups_close_and_open)
{
	MACHINE(.nr_lrs = 2);

	for (uint32_t n = 0; n < 5; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		edge(m, 40 + n);
	}
	run(m, 0);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 0);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	for (uint32_t n = 0; n < 5; n++) {
		uint32_t intid = guest_ack(m, 0);

		assert_int_not_equal(intid, SPURIOUS);
		guest_eoi(m, 0, intid);
	}
	machine_end(m);
}

/* GICD_CTLR is a gate too, for every vCPU. */
TEST(distributor_closes_and_opens)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 1, 40, 0x80, false);
	run(m, 0);
	run(m, 1);
	edge(m, 40);
	dist_groups(m, 0, 0);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	dist_groups(m, 0, 2);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

/* vgic_pending(): what the CPU interface would signal, exactly. */
static bool would_wake(struct machine *m)
{
	bool wakes;

	stop(m, 0);
	wakes = vgic_pending(m->vcpu[0]);
	vgic_put(m->vcpu[0]);
	assert_int_equal(vgic_pending(m->vcpu[0]), wakes);
	run(m, 0);
	assert_int_equal(guest_irq(m, 0) || vgic_soft_vcpuif_signalled(
						    &m->cpu[0].model) == 0,
			 wakes);
	return wakes;
}

TEST(signals_as_hardware_does)
{
	MACHINE(.nr_lrs = 4, .pre_bits = 7);

	run(m, 0);
	assert_false(would_wake(m));
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_PMR_EL1, 0x80);
	assert_false(would_wake(m));
	guest_write(m, 0, ICC_PMR_EL1, 0x88);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_IGRPEN1_EL1, 0);
	assert_false(would_wake(m));
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	guest_write(m, 0, ICC_PMR_EL1, 0xff);
	assert_int_equal(guest_ack(m, 0), 40);
	assert_false(would_wake(m));
	/* Not of a higher group priority than what runs. */
	setup(m, 0, 41, 0x78, false);
	edge(m, 41);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_BPR1_EL1, 5);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_BPR1_EL1, 7);
	assert_true(would_wake(m));
	change(m, 0, 41, VGIC_SET_PRIORITY, 0xa0);
	assert_false(would_wake(m));
	machine_end(m);
}

/* The binary point masks the running priority as well. */
TEST(signals_group_priority_of_running)
{
	MACHINE(.nr_lrs = 4, .pre_bits = 7);

	run(m, 0);
	setup(m, 0, 40, 0x88, false);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	setup(m, 0, 41, 0x80, false);
	edge(m, 41);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_BPR1_EL1, 4);
	assert_false(would_wake(m));
	machine_end(m);
}

TEST(signals_group_0)
{
	MACHINE(.nr_lrs = 4, .pre_bits = 6);

	run(m, 0);
	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_SET_GROUP, 0);
	edge(m, 40);
	assert_true(would_wake(m));
	assert_int_equal(guest_ack0(m, 0), 40);
	setup(m, 0, 41, 0x40, false);
	edge(m, 41);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_BPR0_EL1, 7);
	assert_true(would_wake(m));
	guest_write(m, 0, ICC_CTLR_EL1, ICC_CTLR_EL1_CBPR);
	assert_false(would_wake(m));
	machine_end(m);
}

/*
 * The end of an edge that nothing waits behind is no business of ours: it asks
 * for no maintenance, whoever it is routed to.
 */
TEST(no_maintenance_for_an_edge)
{
	static const bool gicv2[] = { false, true };

	for (uint32_t i = 0; i < 2; i++) {
		MACHINE(.nr_lrs = 2, .nr_vcpus = 4,
			.backend = gicv2[i] ? "gich" : "ich");

		setup(m, 3, 40, 0x80, false);
		(void)vgic_set_route(m->gic, NULL, m->gic->first_spi + 8,
				     gicv2[i] ? 8 : 3, false);
		run(m, 3);
		edge(m, 40);
		assert_int_not_equal(lr_of(m, 3, 40), 0);
		assert_false(lr_of(m, 3, 40) & ICH_LR_EL2_EOI);
		machine_end(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b08_lifo_1),
		cmocka_unit_test(b08_lifo_2),
		cmocka_unit_test(b08_lifo_4),
		cmocka_unit_test(b08_lifo_16),
		cmocka_unit_test(b08_late_maintenance),
		cmocka_unit_test(b08_nothing_outside),
		cmocka_unit_test(b08_only_acknowledged),
		cmocka_unit_test(b08_mapped_outside),
		cmocka_unit_test(b08_eoimode_1_ignores_count),
		cmocka_unit_test(b08_eoimode_1_without_tdir),
		cmocka_unit_test(b09_pending_before_active),
		cmocka_unit_test(b09_best_in_registers),
		cmocka_unit_test(b09_maintenance_is_computed),
		cmocka_unit_test(b09_active_and_pending_edge),
		cmocka_unit_test(b09_priority_changed_while_active),
		cmocka_unit_test(activated_while_taken),
		cmocka_unit_test(no_maintenance_for_an_edge),
		cmocka_unit_test(groups_close_and_open),
		cmocka_unit_test(distributor_closes_and_opens),
		cmocka_unit_test(signals_as_hardware_does),
		cmocka_unit_test(signals_group_priority_of_running),
		cmocka_unit_test(signals_group_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
