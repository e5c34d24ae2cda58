/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq_ended: a device behind a level-sensitive SPI hears of its end, lowers
 * the line in time, and may raise it again.
 */
#include "core/irq.h"
#include "tests/machine/test.h"

#define SPI_A 40u

struct device {
	struct machine *m;
	uint32_t acks, intid, vcpu;
	/* How often it has still something to say. */
	uint32_t again;
};

static void acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct device *d = opaque;

	d->acks++;
	d->intid = intid;
	d->vcpu = vcpu;
	(void)vgic_inject_irq(d->m->gic, 0, intid, false, NULL);
	if (d->again) {
		d->again--;
		(void)vgic_inject_irq(d->m->gic, 0, intid, true, NULL);
	}
}

static void attach(struct machine *m, struct device *d, uint32_t v)
{
	static const struct vgic_irq_ops ops = { .irq_ended = acked };

	d->m = m;
	setup(m, v, SPI_A, 0x80, true);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, SPI_A, &ops, d), 0);
}

/* Pending is not ended, nor is active; EOI is, once, and nothing is left. */
TEST(acked_at_eoi)
{
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2);

	attach(m, &d, 0);
	run(m, 0);
	line(m, SPI_A, true);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI_A);
	slice(m, 0);
	assert_int_equal(d.acks, 0);
	guest_eoi(m, 0, SPI_A);
	assert_int_equal(d.acks, 1);
	assert_int_equal(d.intid, SPI_A);
	assert_false(is_pending(m, SPI_A));
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	assert_int_equal(d.acks, 1);
	machine_end(m);
}

/* Taken and ended between two exits: the last one never saw it active. */
TEST(acked_without_an_exit_in_between)
{
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2);

	attach(m, &d, 0);
	line(m, SPI_A, true);
	run(m, 0);
	m->late[0] = true;
	assert_int_equal(guest_ack(m, 0), SPI_A);
	guest_eoi(m, 0, SPI_A);
	assert_int_equal(d.acks, 0);
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(d.acks, 1);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

TEST(acked_and_raised_again)
{
	struct device d = { .again = 2 };
	MACHINE(.nr_lrs = 1);

	attach(m, &d, 0);
	run(m, 0);
	line(m, SPI_A, true);
	for (uint32_t n = 1; n <= 3; n++) {
		assert_int_equal(guest_ack(m, 0), SPI_A);
		guest_eoi(m, 0, SPI_A);
		assert_int_equal(d.acks, n);
	}
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* Outside the list registers: EOIcount. */
TEST(acked_by_eoicount)
{
	struct device d = { 0 };
	MACHINE(.nr_lrs = 1);

	attach(m, &d, 0);
	run(m, 0);
	line(m, SPI_A, true);
	assert_int_equal(guest_ack(m, 0), SPI_A);
	for (uint32_t n = 16; n < 20; n++) {
		take(m, n);
	}
	setup(m, 0, 90, 0xf0, false);
	edge(m, 90);
	slice(m, 0);
	assert_place(m, 0, SPI_A, "active");
	for (uint32_t n = 20; n-- > 16;) {
		guest_eoi(m, 0, 32 + n);
	}
	assert_int_equal(d.acks, 0);
	guest_eoi(m, 0, SPI_A);
	machine_check(m);
	assert_int_equal(d.acks, 1);
	assert_true(stats_of(m, 0).eoicount > 0);
	assert_int_equal(guest_ack(m, 0), 90);
	guest_eoi(m, 0, 90);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/* EOImode 1: the EOI only drops the priority. */
static void dir(uint32_t nr_lrs, bool no_tdir, bool outside)
{
	struct device d = { .again = 1 };
	void **state = NULL;
	MACHINE(.nr_lrs = nr_lrs, .no_tdir = no_tdir);

	eoimode(m, 1);
	attach(m, &d, 0);
	run(m, 0);
	line(m, SPI_A, true);
	for (uint32_t n = 1; n <= 2; n++) {
		assert_int_equal(guest_ack(m, 0), SPI_A);
		guest_eoi(m, 0, SPI_A);
		if (outside) {
			setup(m, 0, 90, 0xf0, false);
			edge(m, 90);
			slice(m, 0);
			assert_place(m, 0, SPI_A, "active");
		}
		assert_int_equal(d.acks, n - 1);
		guest_dir(m, 0, SPI_A);
		slice(m, 0);
		assert_int_equal(d.acks, n);
	}
	assert_int_equal(guest_ack(m, 0), outside ? 90 : SPURIOUS);
	machine_end(m);
}

TEST(acked_at_dir)
{
	(void)state;
	dir(2, false, false);
}

TEST(acked_at_dir_that_does_not_trap)
{
	(void)state;
	dir(2, true, false);
}

TEST(acked_at_dir_outside_registers)
{
	(void)state;
	dir(1, false, true);
}

/* DIR by another vCPU, when nobody but the hardware knows it is active. */
TEST(acked_at_dir_of_another_vcpu)
{
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2, .nr_vcpus = 2);

	eoimode(m, 1);
	attach(m, &d, 1);
	run(m, 0);
	run(m, 1);
	line(m, SPI_A, true);
	m->late[1] = true;
	assert_int_equal(guest_ack(m, 1), SPI_A);
	guest_eoi(m, 1, SPI_A);
	guest_dir(m, 0, SPI_A);
	assert_int_equal(d.acks, 0);
	m->late[1] = false;
	machine_serve(m, 1);
	assert_int_equal(d.acks, 1);
	assert_int_equal(d.vcpu, 1);
	assert_false(is_active(m, SPI_A));
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	machine_end(m);
}

/* GICD_ICACTIVER; and what was not active is not ended by it. */
TEST(acked_at_icactiver)
{
	struct device d = { 0 };
	MACHINE(.nr_lrs = 2);

	attach(m, &d, 0);
	change(m, 0, SPI_A, VGIC_CLEAR_ACTIVE, 0);
	assert_int_equal(d.acks, 0);
	change(m, 0, SPI_A, VGIC_SET_ACTIVE, 0);
	change(m, 0, SPI_A, VGIC_CLEAR_ACTIVE, 0);
	assert_int_equal(d.acks, 1);
	machine_end(m);
}

/* An edge, and ops of another kind. */
TEST(acked_edge)
{
	struct device d = { 0 };
	static const struct vgic_irq_ops other = { .flags = 0 };
	MACHINE(.nr_lrs = 2);

	attach(m, &d, 0);
	setup(m, 0, SPI_A, 0x80, false);
	setup(m, 0, 41, 0x80, false);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, 41, &other, NULL), 0);
	run(m, 0);
	edge(m, SPI_A);
	edge(m, 41);
	assert_int_equal(guest_ack(m, 0), SPI_A);
	guest_eoi(m, 0, SPI_A);
	assert_int_equal(guest_ack(m, 0), 41);
	guest_eoi(m, 0, 41);
	slice(m, 0);
	assert_int_equal(d.acks, 1);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(acked_at_eoi),
		cmocka_unit_test(acked_without_an_exit_in_between),
		cmocka_unit_test(acked_and_raised_again),
		cmocka_unit_test(acked_by_eoicount),
		cmocka_unit_test(acked_at_dir),
		cmocka_unit_test(acked_at_dir_that_does_not_trap),
		cmocka_unit_test(acked_at_dir_outside_registers),
		cmocka_unit_test(acked_at_dir_of_another_vcpu),
		cmocka_unit_test(acked_at_icactiver),
		cmocka_unit_test(acked_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
