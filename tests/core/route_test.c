/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/route.c: affinities and 1-of-N. */
#include "core/route.h"
#include "tests/machine/test.h"

/* Affinities in no order, of all four levels. */
TEST(affinities)
{
	static const uint32_t mpidr[] = { 0x00010203, 0x00000000, 0x010000ff,
					  0x00ffffff };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 4);
	struct vgic *gic = m->gic;

	/* Create the vCPUs again, with other affinities than machine.c gave. */
	gic->nr_created = 0;
	gic->config.caps.a3v = true;
	for (uint32_t v = 0; v < 4; v++) {
		gic->vcpus[v].created = false;
		gic->by_number[v] = 0;
		/* Aff3 is in bits 39:32 of MPIDR_EL1. */
		assert_int_equal(
			vgic_vcpu_create(gic, v,
					 (uint64_t)(mpidr[v] >> 24) << 32 |
						 (mpidr[v] & 0xffffff),
					 &m->cpu[v].model, &m->vcpu[v]),
			0);
	}
	for (uint32_t v = 0; v < 4; v++) {
		assert_int_equal(vgic_find_mpidr(gic, mpidr[v]), v);
		assert_int_equal(vgic_find_mpidr(gic, mpidr[v] ^ 0x100),
				 VGIC_NOWHERE);
	}
	assert_int_equal(vgic_lower_mpidr(gic, 0), 0);
	assert_int_equal(vgic_lower_mpidr(gic, 1), 1);
	assert_int_equal(vgic_lower_mpidr(gic, 0x00010203), 1);
	assert_int_equal(vgic_lower_mpidr(gic, UINT32_MAX), 4);
	machine_end(m);
}

/* To nobody, and then to somebody: it was kept. */
TEST(nowhere_and_back)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	uint32_t index = vgic_irq_index(m->gic, 0, 40);

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	vgic_set_route(m->gic, NULL, index, 0x77, false);
	assert_int_equal(vgic_get_route(m->gic, index), 0x77);
	edge(m, 40);
	assert_true(is_pending(m, 40));
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	vgic_set_route(m->gic, NULL, index, 0, false);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), 40);
	machine_end(m);
}

/*
 * A kick at which other vCPUs write the route of SPI 40 and the kicked one has
 * looked at its posts already.
 */
static struct {
	struct machine *m;
	uint32_t writes;
} rewriter;

static void rewrite(void *ctx, uint32_t vcpu)
{
	struct vgic *gic = rewriter.m->gic;

	(void)ctx;
	vgic_store_seq(&gic->irqs[vgic_irq_index(gic, 0, 40)].route,
		       rewriter.writes++ % 2);
	vgic_store_seq(&gic->vcpus[vcpu].attention, 0);
}

/* A write that never comes last gives up, and is made again. */
TEST(gives_way_to_other_writers)
{
	static const struct vgic_host_ops ops = { .kick = rewrite };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);
	const struct vgic_host_ops *host = m->gic->config.host;
	uint64_t to_1 = 1;

	setup(m, 0, 40, 0x80, false);
	run(m, 0);
	edge(m, 40);
	assert_place(m, 0, 40, "lr");
	rewriter.m = m;
	rewriter.writes = 0;
	m->gic->config.host = &ops;
	assert_int_equal(vgic_trap_mmio(m->vcpu[1],
					MACHINE_GICD + GICD_IROUTER + 8 * 40, 8,
					true, &to_1),
			 VGIC_TRAP_RETRY);
	assert_in_range(rewriter.writes, 2, 32);
	m->gic->config.host = host;
	assert_int_equal(vgic_trap_mmio(m->vcpu[1],
					MACHINE_GICD + GICD_IROUTER + 8 * 40, 8,
					true, &to_1),
			 VGIC_TRAP_DONE);
	assert_int_equal(info_of(m, 0, 40).target, 1);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	run(m, 1);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

static void wake(struct machine *m, uint32_t v)
{
	vgic_store_seq(&m->vcpu[v]->gicr_waker, 0);
	vgic_note_taker(m->gic, v);
}

/* Whoever is awake, in turn; GICR_CTLR has no say. */
TEST(one_of_n)
{
	MACHINE(.nr_lrs = 8, .nr_vcpus = 3);
	uint32_t got[3] = { 0 };

	wake(m, 0);
	wake(m, 2);
	for (uint32_t n = 0; n < 6; n++) {
		setup(m, 0, 40 + n, 0x80, false);
		change(m, 0, 40 + n, VGIC_SET_1OFN, 0);
		edge(m, 40 + n);
		got[info_of(m, 0, 40 + n).target]++;
	}
	assert_int_equal(got[0], 3);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[2], 3);
	machine_end(m);
}

/* The one that was picked keeps it until it is taken and over. */
TEST(one_of_n_stays_while_active)
{
	MACHINE(.nr_lrs = 8, .nr_vcpus = 2);

	wake(m, 1);
	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_SET_1OFN, 0);
	run(m, 0);
	run(m, 1);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 1), 40);
	wake(m, 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	guest_eoi(m, 1, 40);
	machine_check(m);
	assert_int_equal((guest_ack(m, 0) == 40) + (guest_ack(m, 1) == 40), 1);
	machine_end(m);
}

/* All asleep: it waits for the first to wake. */
TEST(one_of_n_waits)
{
	MACHINE(.nr_lrs = 8, .nr_vcpus = 2);

	setup(m, 0, 40, 0x80, false);
	change(m, 0, 40, VGIC_SET_1OFN, 0);
	run(m, 0);
	run(m, 1);
	edge(m, 40);
	assert_int_equal(info_of(m, 0, 40).target, UINT32_MAX);
	wake(m, 1);
	vgic_take_stranded(m->gic);
	assert_true(vgic_find_takers(m->gic, m->vcpu[0]));
	machine_serve(m, 1);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_int_equal(guest_ack(m, 1), 40);
	machine_end(m);
}

/*
 * A vCPU wakes, and nobody took any of 988: one access does not place them
 * all.  Then it sleeps again and gives up what it has not taken.
 */
TEST(one_of_n_by_the_hundred)
{
	MACHINE(.nr_lrs = 4, .nr_vcpus = 2);
	uint64_t waker = MACHINE_GICR + GICR_STRIDE + GICR_WAKER;
	uint64_t awake = 0, asleep = GICR_WAKER_ProcessorSleep;
	uint32_t accesses = 1;

	for (uint32_t i = 32; i < 32 + MACHINE_SPIS; i++) {
		setup(m, 0, i, 0x80, false);
		change(m, 0, i, VGIC_SET_1OFN, 0);
		edge(m, i);
	}
	while (vgic_trap_mmio(m->vcpu[0], waker, 4, true, &awake) ==
	       VGIC_TRAP_RETRY) {
		accesses++;
	}
	assert_in_range(accesses, 5, MACHINE_SPIS / 16);
	for (uint32_t i = 32; i < 32 + MACHINE_SPIS; i++) {
		assert_int_equal(info_of(m, 0, i).target, 1);
	}
	run(m, 1);
	assert_int_equal(guest_ack(m, 1), 32);
	assert_int_equal(vgic_trap_mmio(m->vcpu[0], waker, 4, true, &asleep),
			 VGIC_TRAP_DONE);
	machine_serve(m, 1);
	for (uint32_t i = 33; i < 32 + MACHINE_SPIS; i++) {
		assert_int_equal(info_of(m, 0, i).target, UINT32_MAX);
	}
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(affinities),
		cmocka_unit_test(nowhere_and_back),
		cmocka_unit_test(one_of_n),
		cmocka_unit_test(one_of_n_stays_while_active),
		cmocka_unit_test(one_of_n_waits),
		cmocka_unit_test(one_of_n_by_the_hundred),
		cmocka_unit_test(gives_way_to_other_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
