/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/enter.c: load, put, enter, exit, and the test for WFI. */
#include "core/irq.h"
#include "model/ich.h"
#include "tests/machine/test.h"

/* Back-end that counts, in front of the model. */
static struct {
	unsigned int loads, puts, enters, exits, aprs;
} calls;

static void count_load(void *hw, struct vgic_ich_image *image,
		       const struct vgic_cpuif_caps *caps)
{
	calls.loads++;
	vgic_model_vcpuif_backend.load(hw, image, caps);
}

static void count_put(void *hw, struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	calls.puts++;
	vgic_model_vcpuif_backend.put(hw, image, caps);
}

static void count_enter(void *hw, struct vgic_ich_image *image)
{
	calls.enters++;
	vgic_model_vcpuif_backend.enter(hw, image);
}

static void count_exit(void *hw, struct vgic_ich_image *image)
{
	calls.exits++;
	vgic_model_vcpuif_backend.exit(hw, image);
}

static void count_apr(void *hw, struct vgic_ich_image *image,
		      const struct vgic_cpuif_caps *caps)
{
	calls.aprs++;
	vgic_model_vcpuif_backend.read_apr(hw, image, caps);
}

static const struct vgic_cpuif_ops counting = {
	.load = count_load,
	.put = count_put,
	.enter = count_enter,
	.exit = count_exit,
	.read_apr = count_apr,
};

static struct machine *counted(void)
{
	struct machine *m = machine_new(CONFIG(.nr_lrs = 4));

	m->gic->config.cpuif = &counting;
	calls.loads = 0;
	calls.puts = 0;
	calls.enters = 0;
	calls.exits = 0;
	calls.aprs = 0;
	return m;
}

/* Twice is once: KVM's vcpu_load and vcpu_put. */
TEST(load_and_put_once)
{
	struct machine *m = counted();

	(void)state;
	vgic_load(m->vcpu[0]);
	assert_int_equal(calls.loads, 0);
	vgic_put(m->vcpu[0]);
	vgic_put(m->vcpu[0]);
	assert_int_equal(calls.puts, 1);
	vgic_load(m->vcpu[0]);
	vgic_load(m->vcpu[0]);
	assert_int_equal(calls.loads, 1);
	machine_end(m);
}

/* Nothing changed: an entry writes nothing, with any number configured. */
TEST(nothing_to_do_writes_nothing)
{
	struct machine *m = counted();

	(void)state;
	slice(m, 0);
	calls.enters = 0;
	for (unsigned int n = 0; n < 10; n++) {
		slice(m, 0);
	}
	assert_int_equal(calls.enters, 0);
	setup(m, 0, 40, 0x80, false);
	edge(m, 40);
	calls.enters = 0;
	for (unsigned int n = 0; n < 10; n++) {
		slice(m, 0);
	}
	assert_true(calls.enters <= 1);
	assert_false(m->vcpu[0]->refill);
	assert_int_equal(vgic_load_relaxed(&m->vcpu[0]->attention), 0);
	machine_end(m);
}

/* What stands in the registers survives another vCPU on the same CPU. */
TEST(shared_cpu)
{
	MACHINE(.nr_lrs = 4, .nr_vcpus = 2);
	uint64_t intid = 0;

	/* Both on one physical CPU. */
	vgic_put(m->vcpu[1]);
	m->vcpu[1]->hw = &m->cpu[0].model;
	setup(m, 0, 40, 0x80, false);
	setup(m, 1, 41, 0x80, false);
	edge(m, 40);
	edge(m, 41);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	stop(m, 0);
	vgic_put(m->vcpu[0]);
	run(m, 1);
	assert_int_equal(lr_of(m, 0, 40), 0);
	vgic_soft_icv_read(&m->cpu[0].model, ICC_IAR1_EL1, &intid);
	assert_int_equal(intid, 41);
	stop(m, 1);
	vgic_put(m->vcpu[1]);
	run(m, 0);
	guest_eoi(m, 0, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	stop(m, 0);
	assert_false(is_active(m, 40));
	assert_true(is_active(m, 41));
	vgic_put(m->vcpu[0]);
	m->vcpu[1]->hw = &m->cpu[1].model;
	machine_end(m);
}

/* The way through WFI: pending, put, woken, load. */
TEST(wait_for_interrupt)
{
	MACHINE(.nr_lrs = 1);

	setup(m, 0, 40, 0x80, false);
	setup(m, 0, 41, 0x40, false);
	run(m, 0);
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
	vgic_put(m->vcpu[0]);
	m->kicked[0] = false;
	edge(m, 40);
	assert_true(m->kicked[0]);
	assert_true(vgic_pending(m->vcpu[0]));
	/* More may come before it runs. */
	m->kicked[0] = false;
	edge(m, 41);
	assert_true(m->kicked[0]);
	assert_true(vgic_pending(m->vcpu[0]));
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), 41);
	/* Nothing that it could take while this is active. */
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
	run(m, 0);
	guest_eoi(m, 0, 41);
	stop(m, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	machine_end(m);
}

/* A post between two looks, with no kick left to come. */
TEST(own_posts_are_seen)
{
	MACHINE(.nr_lrs = 2);
	uint32_t index = vgic_irq_index(m->gic, 0, 40);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	stop(m, 0);
	m->kicked[0] = false;
	vgic_irq_change(m->gic, m->vcpu[0], index, VGIC_SET_PENDING, 0);
	assert_false(m->kicked[0]);
	assert_true(vgic_pending(m->vcpu[0]));
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_and_put_once),
		cmocka_unit_test(nothing_to_do_writes_nothing),
		cmocka_unit_test(shared_cpu),
		cmocka_unit_test(wait_for_interrupt),
		cmocka_unit_test(own_posts_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
