/* SPDX-License-Identifier: BSD-2-Clause */
/* src/cpuif/lr.c: what stands in the list registers, and what comes back. */
#include "core/irq.h"
#include "core/route.h"
#include "test.h"

static void assert_actives(struct world *w, uint32_t count, uint32_t first)
{
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(is_active(w, 32 + i), i < first);
	}
}

/* More actives than registers, ended last in, first out. */
static void lifo(uint32_t nr_lrs, uint32_t count)
{
	void **state = NULL;
	WORLD(.nr_lrs = nr_lrs);

	run(w, 0);
	for (unsigned int looking = 0; looking < 2; looking++) {
		for (uint32_t n = 0; n < count; n++) {
			take(w, n);
		}
		for (uint32_t n = count; n-- > 0;) {
			guest_eoi(w, 0, 32 + n);
			if (looking) {
				world_check(w);
				assert_actives(w, count, n);
			}
		}
		stop(w, 0);
		assert_actives(w, count, 0);
		run(w, 0);
	}
	assert_true(stats_of(w, 0).eoicount > 0);
	world_end(w);
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
	WORLD(.nr_lrs = 4);

	run(w, 0);
	for (uint32_t n = 0; n < 8; n++) {
		take(w, n);
	}
	/* Out of registers: 32 to 35.  50 waits, below 33 and above 32. */
	setup(w, 0, 50, 0xf4, false);
	change(w, 0, 50, VGIC_SET_PRIORITY, 0xf0);
	change(w, 0, 33, VGIC_SET_PRIORITY, 0xe8);
	edge(w, 50);
	w->late[0] = true;
	for (uint32_t n = 8; n-- > 1;) {
		guest_eoi(w, 0, 32 + n);
	}
	assert_int_equal(guest_ack(w, 0), 50);
	w->late[0] = false;
	world_serve(w, 0);
	stop(w, 0);
	assert_true(is_active(w, 32) && is_active(w, 50));
	for (uint32_t n = 1; n < 8; n++) {
		assert_false(is_active(w, 32 + n));
	}
	run(w, 0);
	guest_eoi(w, 0, 50);
	guest_eoi(w, 0, 32);
	stop(w, 0);
	assert_false(is_active(w, 32) || is_active(w, 50));
	world_end(w);
}

/* EOIcount is nothing to a vCPU that has nothing outside its registers. */
TEST(b08_nothing_outside)
{
	WORLD(.nr_lrs = 2);

	run(w, 0);
	take(w, 0);
	take(w, 1);
	w->model[0].config.count_idle_eoi = true;
	guest_eoi(w, 0, 99);
	guest_eoi(w, 0, 99);
	guest_eoi(w, 0, 99);
	slice(w, 0);
	stop(w, 0);
	assert_true(is_active(w, 32) && is_active(w, 33));
	assert_int_equal(stats_of(w, 0).eoicount, 0);
	/* And none of it is left when something does go outside. */
	run(w, 0);
	setup(w, 0, 40, 0x10, false);
	edge(w, 40);
	slice(w, 0);
	stop(w, 0);
	assert_true(is_active(w, 32) && is_active(w, 33));
	world_end(w);
}

/* What software made active is not what the guest ends by EOI. */
TEST(b08_only_acknowledged)
{
	WORLD(.nr_lrs = 1);

	run(w, 0);
	take(w, 0);
	setup(w, 0, 60, 0xf0, false);
	change(w, 0, 60, VGIC_SET_ACTIVE, 0);
	take(w, 2);
	guest_eoi(w, 0, 34);
	/* Now one of 32 and 60 is in the register; fill it by another. */
	take(w, 4);
	setup(w, 0, 61, 0xf8, false);
	edge(w, 61);
	guest_eoi(w, 0, 36);
	guest_eoi(w, 0, 32);
	stop(w, 0);
	assert_false(is_active(w, 32));
	assert_true(is_active(w, 60));
	world_end(w);
}

/* A mapped one ended outside the registers: software ends the physical. */
TEST(b08_mapped_outside)
{
	WORLD(.nr_lrs = 1);

	setup(w, 0, 40, 0xf8, true);
	map(w, 0, 40);
	run(w, 0);
	phys_line(w, 40, true);
	assert_int_equal(guest_ack(w, 0), 40);
	take(w, 1);
	w->phys[40].line = false;
	w->late[0] = true;
	guest_eoi(w, 0, 33);
	guest_eoi(w, 0, 40);
	w->late[0] = false;
	world_serve(w, 0);
	stop(w, 0);
	assert_false(is_active(w, 40));
	assert_int_equal(w->phys[40].by_software, 1);
	world_end(w);
}

/* QEMU counts an EOI with EOImode 1 too; only a DIR deactivates. */
TEST(b08_eoimode_1_ignores_count)
{
	WORLD(.nr_lrs = 1);

	world_eoimode(w, 1);
	run(w, 0);
	take(w, 0);
	take(w, 1);
	w->model[0].hcr += 1u << ICH_HCR_EL2_EOIcount_SHIFT;
	guest_eoi(w, 0, 33);
	stop(w, 0);
	assert_true(is_active(w, 32) && is_active(w, 33));
	run(w, 0);
	assert_int_equal(FIELD_GET(ICH_HCR_EL2_EOIcount, w->model[0].hcr), 0);
	world_end(w);
}

/* Without TDIR the count is all there is, in both EOI modes. */
TEST(b08_eoimode_1_without_tdir)
{
	WORLD(.nr_lrs = 1, .no_tdir = true);

	world_eoimode(w, 1);
	run(w, 0);
	take(w, 0);
	take(w, 1);
	guest_eoi(w, 0, 33);
	guest_dir(w, 0, 33);
	guest_eoi(w, 0, 32);
	guest_dir(w, 0, 32);
	stop(w, 0);
	assert_false(is_active(w, 32) || is_active(w, 33));
	world_end(w);
}

/* Pending goes before active, so that the guest always sees the next one. */
TEST(b09_pending_before_active)
{
	WORLD(.nr_lrs = 2);

	run(w, 0);
	take(w, 0);
	take(w, 1);
	setup(w, 0, 50, 0xf8, false);
	edge(w, 50);
	assert_int_equal(lr_of(w, 0, 50) & ICH_LR_EL2_State,
			 ICH_LR_EL2_Pending);
	/* The less urgent active made room. */
	assert_place(w, 0, 32, "active");
	assert_true(lr_of(w, 0, 33) & ICH_LR_EL2_Active);
	world_end(w);
}

/* Best priorities first; a better one that comes takes the worst's place. */
TEST(b09_best_in_registers)
{
	WORLD(.nr_lrs = 2);

	for (uint32_t n = 0; n < 4; n++) {
		setup(w, 0, 40 + n, 0xa0 - 0x10 * n, false);
		edge(w, 40 + n);
	}
	run(w, 0);
	assert_true(lr_of(w, 0, 43) && lr_of(w, 0, 42));
	setup(w, 0, 50, 0x08, false);
	edge(w, 50);
	assert_true(lr_of(w, 0, 50) && lr_of(w, 0, 43));
	assert_place(w, 0, 42, "queue");
	/* Nor is an equal one reason to exchange. */
	setup(w, 0, 51, 0x70, false);
	edge(w, 51);
	assert_int_equal(lr_of(w, 0, 51), 0);
	world_end(w);
}

/* Conditions follow the state at each entry. */
TEST(b09_maintenance_is_computed)
{
	WORLD(.nr_lrs = 2);
	uint32_t armed = ICH_HCR_EL2_NPIE | ICH_HCR_EL2_LRENPIE |
			 ICH_HCR_EL2_UIE | ICH_HCR_EL2_VGrp0EIE |
			 ICH_HCR_EL2_VGrp0DIE | ICH_HCR_EL2_VGrp1EIE |
			 ICH_HCR_EL2_VGrp1DIE;

	run(w, 0);
	assert_int_equal(w->model[0].hcr & armed, 0);
	for (uint32_t n = 0; n < 3; n++) {
		setup(w, 0, 40 + n, 0x80, false);
		edge(w, 40 + n);
	}
	assert_int_equal(w->model[0].hcr & armed, ICH_HCR_EL2_NPIE |
							  ICH_HCR_EL2_VGrp0DIE |
							  ICH_HCR_EL2_VGrp1DIE);
	guest_eoi(w, 0, guest_ack(w, 0));
	guest_eoi(w, 0, guest_ack(w, 0));
	assert_int_equal(w->model[0].hcr & armed, 0);
	guest_eoi(w, 0, guest_ack(w, 0));
	take(w, 0);
	take(w, 1);
	take(w, 2);
	assert_int_equal(w->model[0].hcr & armed, ICH_HCR_EL2_LRENPIE);
	guest_eoi(w, 0, 34);
	guest_eoi(w, 0, 33);
	guest_eoi(w, 0, 32);
	slice(w, 0);
	assert_int_equal(w->model[0].hcr & armed, 0);
	world_end(w);
}

/* An active edge that comes again waits for the end of the first. */
TEST(b09_active_and_pending_edge)
{
	WORLD(.nr_lrs = 4);

	run(w, 0);
	take(w, 0);
	edge(w, 32);
	slice(w, 0);
	assert_true(is_active(w, 32) && is_pending(w, 32));
	assert_int_equal(lr_of(w, 0, 32) & ICH_LR_EL2_State, ICH_LR_EL2_Active);
	guest_eoi(w, 0, 32);
	assert_int_equal(guest_ack(w, 0), 32);
	world_end(w);
}

/* A new priority is for the next round, whose register must show it. */
TEST(b09_priority_changed_while_active)
{
	WORLD(.nr_lrs = 4);

	run(w, 0);
	take(w, 2);
	change(w, 0, 34, VGIC_SET_PRIORITY, 0xf0);
	edge(w, 34);
	assert_int_equal(FIELD_GET(ICH_LR_EL2_Priority, lr_of(w, 0, 34)),
			 nesting(2));
	guest_eoi(w, 0, 34);
	assert_int_equal(FIELD_GET(ICH_LR_EL2_Priority, lr_of(w, 0, 34)), 0xf0);
	take(w, 10);
	guest_eoi(w, 0, 42);
	assert_int_equal(guest_ack(w, 0), 34);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	world_end(w);
}

/* Activated by software at the moment the guest takes it: one activation. */
TEST(activated_while_taken)
{
	WORLD(.nr_lrs = 1, .nr_vcpus = 2);

	setup(w, 0, 40, 0x80, false);
	run(w, 0);
	edge(w, 40);
	w->late[0] = true;
	assert_int_equal(guest_ack(w, 0), 40);
	change_banked(w, 1, 0, 40, VGIC_SET_ACTIVE, 0);
	w->late[0] = false;
	setup(w, 0, 41, 0x40, false);
	edge(w, 41);
	assert_int_equal(guest_ack(w, 0), 41);
	guest_eoi(w, 0, 41);
	guest_eoi(w, 0, 40);
	stop(w, 0);
	assert_false(is_active(w, 40));
	world_end(w);
}

/* A guest that closes its CPU interface loses nothing. */
TEST(groups_close_and_open)
{
	WORLD(.nr_lrs = 2);

	for (uint32_t n = 0; n < 5; n++) {
		setup(w, 0, 40 + n, 0x80, false);
		edge(w, 40 + n);
	}
	run(w, 0);
	guest_write(w, 0, ICC_IGRPEN1_EL1, 0);
	slice(w, 0);
	assert_int_equal(guest_ack(w, 0), SPURIOUS);
	guest_write(w, 0, ICC_IGRPEN1_EL1, 1);
	for (uint32_t n = 0; n < 5; n++) {
		uint32_t intid = guest_ack(w, 0);

		assert_int_not_equal(intid, SPURIOUS);
		guest_eoi(w, 0, intid);
	}
	world_end(w);
}

/* GICD_CTLR is a gate too, for every vCPU. */
TEST(distributor_closes_and_opens)
{
	WORLD(.nr_lrs = 2, .nr_vcpus = 2);

	setup(w, 1, 40, 0x80, false);
	run(w, 0);
	run(w, 1);
	edge(w, 40);
	dist_groups(w, 0, 0);
	assert_int_equal(guest_ack(w, 1), SPURIOUS);
	dist_groups(w, 0, 2);
	assert_int_equal(guest_ack(w, 1), 40);
	world_end(w);
}

/* vgic_pending(): what the CPU interface would signal, exactly. */
static bool would_wake(struct world *w)
{
	bool wakes;

	stop(w, 0);
	wakes = vgic_pending(w->vcpu[0]);
	vgic_put(w->vcpu[0]);
	assert_int_equal(vgic_pending(w->vcpu[0]), wakes);
	run(w, 0);
	assert_int_equal(
		guest_virq(w, 0) || vgic_soft_vcpuif_vfiq(&w->model[0]), wakes);
	return wakes;
}

TEST(signals_as_hardware_does)
{
	WORLD(.nr_lrs = 4, .pre_bits = 7);

	run(w, 0);
	assert_false(would_wake(w));
	setup(w, 0, 40, 0x80, false);
	edge(w, 40);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_PMR_EL1, 0x80);
	assert_false(would_wake(w));
	guest_write(w, 0, ICC_PMR_EL1, 0x88);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_IGRPEN1_EL1, 0);
	assert_false(would_wake(w));
	guest_write(w, 0, ICC_IGRPEN1_EL1, 1);
	guest_write(w, 0, ICC_PMR_EL1, 0xff);
	assert_int_equal(guest_ack(w, 0), 40);
	assert_false(would_wake(w));
	/* Not of a higher group priority than what runs. */
	setup(w, 0, 41, 0x78, false);
	edge(w, 41);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_BPR1_EL1, 5);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_BPR1_EL1, 7);
	assert_true(would_wake(w));
	change(w, 0, 41, VGIC_SET_PRIORITY, 0xa0);
	assert_false(would_wake(w));
	world_end(w);
}

/* The binary point masks the running priority as well. */
TEST(signals_group_priority_of_running)
{
	WORLD(.nr_lrs = 4, .pre_bits = 7);

	run(w, 0);
	setup(w, 0, 40, 0x88, false);
	edge(w, 40);
	assert_int_equal(guest_ack(w, 0), 40);
	setup(w, 0, 41, 0x80, false);
	edge(w, 41);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_BPR1_EL1, 4);
	assert_false(would_wake(w));
	world_end(w);
}

TEST(signals_group_0)
{
	WORLD(.nr_lrs = 4, .pre_bits = 6);

	run(w, 0);
	setup(w, 0, 40, 0x80, false);
	change(w, 0, 40, VGIC_SET_GROUP, 0);
	edge(w, 40);
	assert_true(would_wake(w));
	assert_int_equal(guest_ack0(w, 0), 40);
	setup(w, 0, 41, 0x40, false);
	edge(w, 41);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_BPR0_EL1, 7);
	assert_true(would_wake(w));
	guest_write(w, 0, ICC_CTLR_EL1, ICC_CTLR_EL1_CBPR);
	assert_false(would_wake(w));
	world_end(w);
}

/*
 * The end of an edge that nothing waits behind is no business of ours: it asks
 * for no maintenance, whoever it is routed to.
 */
TEST(no_maintenance_for_an_edge)
{
	static const bool gicv2[] = { false, true };

	for (uint32_t i = 0; i < 2; i++) {
		WORLD(.nr_lrs = 2, .nr_vcpus = 4, .gicv2 = gicv2[i]);

		setup(w, 3, 40, 0x80, false);
		(void)vgic_set_route(w->gic, NULL, w->gic->first_spi + 8,
				     gicv2[i] ? 8 : 3, false);
		run(w, 3);
		edge(w, 40);
		assert_int_not_equal(lr_of(w, 3, 40), 0);
		assert_false(lr_of(w, 3, 40) & ICH_LR_EL2_EOI);
		world_end(w);
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
