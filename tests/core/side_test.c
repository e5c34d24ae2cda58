/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/side.c: mappings, ops, owners. */
#include "core/irq.h"
#include "core/route.h"
#include "tests/machine/test.h"

/* A device of its own kind: counts what it is asked. */
struct device {
	uint32_t queued, directs, pendings;
	bool direct, takes, pending;
	uint32_t vcpu, intid;
};

static bool queue(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct device *d = opaque;

	d->queued++;
	d->vcpu = vcpu;
	d->intid = intid;
	return d->takes;
}

static void set_direct(void *opaque, uint32_t vcpu, uint32_t intid, bool direct)
{
	struct device *d = opaque;

	d->directs++;
	d->direct = direct;
	d->vcpu = vcpu;
	d->intid = intid;
}

static bool set_pending(void *opaque, uint32_t vcpu, uint32_t intid,
			bool pending)
{
	struct device *d = opaque;

	(void)vcpu;
	(void)intid;
	d->pendings++;
	d->pending = pending;
	return d->takes;
}

static bool low(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque;
	(void)vcpu;
	(void)intid;
	return false;
}

/* Mapping and ops are separate acts; neither undoes the other. */
TEST(b02_ops_survive_unmap)
{
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, true);
	map(m, 0, 40);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, 40), 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, 40, 40), 0);
	run(m, 0);
	phys_line(m, 40, true);
	assert_true(lr_of(m, 0, 40) & ICH_LR_EL2_HW);
	/* The ops still tell that the line fell. */
	phys_line(m, 40, false);
	slice(m, 0);
	assert_int_equal(lr_of(m, 0, 40), 0);
	machine_end(m);
}

/* What ops say of the physical line means nothing without a mapping. */
TEST(b02_ops_without_mapping)
{
	static const struct vgic_irq_ops ops = {
		.get_input_level = low,
		.flags = VGIC_IRQ_SW_RESAMPLE,
	};
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, true);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 40, &ops, NULL), 0);
	run(m, 0);
	line(m, 40, true);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* A device that delivers by itself is asked instead of the queue. */
TEST(b02_queue_replaced)
{
	static const struct vgic_irq_ops ops = { .queue_irq_unlock = queue };
	struct device d = { .takes = true };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 1, 40, 0x80, false);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 40, &ops, &d), 0);
	run(m, 1);
	edge(m, 40);
	assert_int_equal(d.queued, 1);
	assert_int_equal(d.vcpu, 1);
	assert_int_equal(d.intid, 40);
	assert_place(m, 0, 40, "-");
	assert_true(is_pending(m, 40));
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	machine_check(m);
	/* One that declines leaves it to the queue. */
	d.takes = false;
	change(m, 1, 40, VGIC_CLEAR_PENDING, 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

/* It hears of nothing that is not to be delivered. */
TEST(b02_queue_only_when_deliverable)
{
	static const struct vgic_irq_ops ops = { .queue_irq_unlock = queue };
	struct device d = { .takes = true };
	MACHINE(.nr_lrs = 2);

	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 40, &ops, &d), 0);
	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_CLEAR_ENABLE, 0);
	edge(m, 40);
	assert_int_equal(d.queued, 0);
	change(m, 0, 40, VGIC_SET_ENABLE, 0);
	assert_int_equal(d.queued, 1);
	machine_end(m);
}

/* Direct injection cannot translate: other numbers are mapped without it. */
TEST(b02_direct_injection)
{
	static const struct vgic_irq_ops ops = {
		.set_direct_injection = set_direct,
	};
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	assert_int_equal(vgic_set_irq_ops(m->gic, 1, 27, &ops, &d), 0);
	assert_int_equal(vgic_map_irq(m->gic, 1, 27, 26), VGIC_OK);
	assert_int_equal(d.directs, 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 1, 27), VGIC_OK);
	assert_int_equal(d.directs, 0);
	assert_int_equal(vgic_map_irq(m->gic, 1, 27, 27), VGIC_OK);
	assert_true(d.direct);
	assert_int_equal(d.vcpu, 1);
	assert_int_equal(d.intid, 27);
	assert_int_equal(vgic_map_irq(m->gic, 1, 27, 27), VGIC_E_EXIST);
	assert_int_equal(d.directs, 1);
	assert_int_equal(vgic_unmap_irq(m->gic, 1, 27), VGIC_OK);
	assert_false(d.direct);
	assert_int_equal(d.directs, 2);
	assert_int_equal(vgic_unmap_irq(m->gic, 1, 27), VGIC_E_NOENT);
	/* Without the op any number does. */
	assert_int_equal(vgic_set_irq_ops(m->gic, 1, 27, NULL, NULL), 0);
	assert_int_equal(vgic_map_irq(m->gic, 1, 27, 26), VGIC_OK);
	machine_end(m);
}

/* Ops that go while it is on leave no trace of it. */
TEST(b02_direct_injection_ends_without_ops)
{
	static const struct vgic_irq_ops ops = {
		.set_direct_injection = set_direct,
	};
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2);
	uint32_t index = vgic_irq_index(m->gic, 0, 27);

	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 27, &ops, &d), 0);
	assert_int_equal(vgic_map_irq(m->gic, 0, 27, 27), VGIC_OK);
	assert_true(vgic_irq_word(m->gic, index) & W_DVI);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 27, NULL, NULL), 0);
	assert_int_equal(vgic_unmap_irq(m->gic, 0, 27), VGIC_OK);
	assert_false(vgic_irq_word(m->gic, index) & W_DVI);
	/* The ops that turned it on hear of it. */
	assert_int_equal(d.directs, 2);
	assert_false(d.direct);
	machine_end(m);
}

/* An edge that comes while it is held must reach a guest that runs. */
TEST(b02_kick_while_listed)
{
	MACHINE(.nr_lrs = 2);
	uint32_t kicks;

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	m->late[0] = true;
	kicks = m->kicks[0];
	edge(m, 40);
	assert_int_equal(m->kicks[0], kicks + 1);
	/* Once is enough. */
	edge(m, 40);
	assert_int_equal(m->kicks[0], kicks + 1);
	guest_eoi(m, 0, 40);
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/* A device that keeps its own latch is told instead of the word. */
TEST(b02_set_pending_state)
{
	static const struct vgic_irq_ops ops = {
		.set_pending_state = set_pending,
	};
	struct device d = { .takes = true };
	MACHINE(.nr_lrs = 2);

	setup(m, 0, 40, 0x80, false);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 40, &ops, &d), 0);
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	assert_true(d.pending);
	assert_false(is_pending(m, 40));
	change(m, 0, 40, VGIC_CLEAR_PENDING, 0);
	assert_false(d.pending);
	assert_int_equal(d.pendings, 2);
	d.takes = false;
	change(m, 0, 40, VGIC_SET_PENDING, 0);
	assert_true(is_pending(m, 40));
	machine_end(m);
}

TEST(b03_kinds)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	struct vgic *gic = m->gic;

	/* Of vCPU 1, whose private interrupts come after vCPU 0's. */
	assert_int_equal(vgic_kind_at(gic, 32 + 0), VGIC_SGI);
	assert_int_equal(vgic_kind_at(gic, 32 + 15), VGIC_SGI);
	assert_int_equal(vgic_kind_at(gic, 32 + 16), VGIC_PPI);
	assert_int_equal(vgic_kind_at(gic, 32 + 31), VGIC_PPI);
	assert_int_equal(vgic_kind_at(gic, 64), VGIC_SPI);
	assert_int_equal(vgic_kind_at(gic, gic->nr_irqs - 1), VGIC_SPI);
	assert_int_equal(vgic_kind_at(gic, gic->first_lpi), VGIC_LPI);
	/* GICv5's PPI 27 is none of GICv3's. */
	assert_int_equal(vgic_inject_irq(gic, 0, 0x2000001b, true, NULL),
			 VGIC_E_NOENT);
	for (uint32_t v = 0; v < 2; v++) {
		for (uint32_t intid = 0; intid < 1020; intid++) {
			uint32_t index = vgic_irq_index(gic, v, intid);

			assert_true(index < gic->nr_irqs);
			assert_int_equal(vgic_irq_intid(gic, index), intid);
		}
	}
	machine_end(m);
}

TEST(b03_ranges)
{
	static const uint32_t none[] = { 1020, 1023,	 1024,	    4096,
					 8192, 0xffffff, UINT32_MAX };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	struct vgic_irq_info info;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		uint32_t intid = none[i];

		assert_int_equal(vgic_inject_irq(m->gic, 0, intid, true, NULL),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_map_irq(m->gic, 0, intid, 40),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_unmap_irq(m->gic, 0, intid),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_set_irq_ops(m->gic, 0, intid, NULL, NULL),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_set_owner(m->gic, 0, intid, m),
				 VGIC_E_NOENT);
		assert_int_equal(vgic_get_irq_info(m->gic, 0, intid, &info),
				 VGIC_E_NOENT);
	}
	assert_int_equal(vgic_inject_irq(m->gic, 2, 27, true, NULL),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_inject_irq(m->gic, 2, 40, true, NULL), VGIC_OK);
	machine_end(m);
}

TEST(b03_what_can_be_mapped)
{
	MACHINE(.nr_lrs = 2);

	assert_int_equal(vgic_map_irq(m->gic, 0, 3, 40), VGIC_E_INVAL);
	assert_int_equal(vgic_map_irq(m->gic, 0, 40, 15), VGIC_E_INVAL);
	assert_int_equal(vgic_map_irq(m->gic, 0, 40, 1020), VGIC_E_INVAL);
	assert_int_equal(vgic_map_irq(m->gic, 0, 40, 16), VGIC_OK);
	assert_int_equal(vgic_map_irq(m->gic, 0, 41, 1019), VGIC_OK);
	assert_int_equal(vgic_set_owner(m->gic, 0, 3, m), VGIC_E_INVAL);
	machine_end(m);
}

TEST(owners)
{
	int mine, other;
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	assert_int_equal(vgic_set_owner(m->gic, 0, 40, &mine), VGIC_OK);
	assert_int_equal(vgic_set_owner(m->gic, 0, 40, &mine), VGIC_OK);
	assert_int_equal(vgic_set_owner(m->gic, 0, 40, &other), VGIC_E_EXIST);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, true, NULL),
			 VGIC_E_PERM);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, true, &other),
			 VGIC_E_PERM);
	assert_false(is_pending(m, 40));
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, true, &mine), VGIC_OK);
	assert_true(is_pending(m, 40));
	assert_int_equal(vgic_set_owner(m->gic, 0, 40, NULL), VGIC_OK);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, true, &other), VGIC_OK);
	/* A PPI has one on each vCPU. */
	assert_int_equal(vgic_set_owner(m->gic, 0, 27, &mine), VGIC_OK);
	assert_int_equal(vgic_set_owner(m->gic, 1, 27, &other), VGIC_OK);
	assert_int_equal(vgic_inject_irq(m->gic, 1, 27, true, &mine),
			 VGIC_E_PERM);
	machine_end(m);
}

/* Side entries run out, and each interrupt has one for all its needs. */
TEST(entries_run_out)
{
	MACHINE(.nr_lrs = 2);

	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(vgic_map_irq(m->gic, 0, 40 + n, 40 + n), 0);
		assert_int_equal(vgic_set_owner(m->gic, 0, 40 + n, m), 0);
	}
	assert_int_equal(vgic_map_irq(m->gic, 0, 50, 50), VGIC_E_NOMEM);
	assert_int_equal(vgic_set_owner(m->gic, 0, 50, m), VGIC_E_NOMEM);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 50, NULL, NULL),
			 VGIC_E_NOMEM);
	machine_end(m);
}

/* What GICD_IROUTER holds stays when the interrupt gets an entry. */
TEST(route_survives_entry)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint32_t index = vgic_irq_index(m->gic, 0, 40);

	vgic_set_route(m->gic, NULL, index, 0x12345678, false);
	assert_int_equal(vgic_map_irq(m->gic, 0, 40, 40), 0);
	assert_int_equal(vgic_get_route(m->gic, index), 0x12345678);
	vgic_set_route(m->gic, NULL, index, 1, false);
	assert_int_equal(vgic_get_route(m->gic, index), 1);
	assert_int_equal(info_of(m, 0, 40).target, 1);
	assert_true(info_of(m, 0, 40).mapped);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b02_ops_survive_unmap),
		cmocka_unit_test(b02_ops_without_mapping),
		cmocka_unit_test(b02_queue_replaced),
		cmocka_unit_test(b02_queue_only_when_deliverable),
		cmocka_unit_test(b02_direct_injection),
		cmocka_unit_test(b02_direct_injection_ends_without_ops),
		cmocka_unit_test(b02_kick_while_listed),
		cmocka_unit_test(b02_set_pending_state),
		cmocka_unit_test(b03_kinds),
		cmocka_unit_test(b03_ranges),
		cmocka_unit_test(b03_what_can_be_mapped),
		cmocka_unit_test(owners),
		cmocka_unit_test(entries_run_out),
		cmocka_unit_test(route_survives_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
