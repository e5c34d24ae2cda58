/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs by the CPU interface in software: every access of it traps, and what it
 * means comes home at once.
 */
#define _POSIX_C_SOURCE 200809L
#include "core/irq.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"

TEST(delivered)
{
	ITS_MACHINE(.nr_vcpus = 2, .backend = "soft");
	uint32_t seen = 0, again = 0;

	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_false(vgic_irq_asserted(m->vcpu[0]));
	/* More than it has list registers. */
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	for (uint32_t n = 0; n < 32; n++) {
		uint32_t v = n % 2;
		uint32_t intid;

		assert_true(vgic_irq_asserted(m->vcpu[v]));
		intid = (uint32_t)guest_read(m, v, ICC_IAR1_EL1);
		assert_in_range(intid, LPI(0), LPI(31));
		assert_int_equal(intid % 2, v);
		seen |= 1u << (intid - LPI(0));
		assert_place(m, v, intid, "-");
		/* Again, before its end: it has to wait for that. */
		if (n == 31) {
			assert_int_equal(msi(m, 1, intid - LPI(0)), 1);
			assert_false(vgic_irq_asserted(m->vcpu[v]));
			again = intid;
		}
		guest_write(m, v, ICC_EOIR1_EL1, intid);
	}
	assert_int_equal(seen, UINT32_MAX);
	assert_int_equal(guest_read(m, 1, ICC_IAR1_EL1), again);
	guest_write(m, 1, ICC_EOIR1_EL1, again);
	for (uint32_t v = 0; v < 2; v++) {
		assert_false(vgic_irq_asserted(m->vcpu[v]));
		assert_int_equal(guest_read(m, v, ICC_IAR1_EL1), SPURIOUS);
		assert_int_equal(guest_read(m, v, ICC_RPR_EL1),
				 GIC_PRIORITY_IDLE);
	}
	machine_end(m);
}

/*
 * An SPI moves to vCPU 1 while vCPU 0, late, has it in a list register.  The
 * exit gives it away: the acknowledge of the same trap finds nothing.
 */
static void move_before_its_acknowledge(struct machine *m)
{
	setup(m, 0, 40, 0xa0, true);
	run(m, 0);
	run(m, 1);
	line(m, 40, true);
	assert_place(m, 0, 40, "lr");
	m->late[0] = true;
	change(m, 1, 40, VGIC_SET_TARGET, 1);
	assert_int_equal(guest_read(m, 0, ICC_IAR1_EL1), SPURIOUS);
	machine_serve(m, 1);
	assert_int_equal(guest_read(m, 1, ICC_IAR1_EL1), 40);
	line(m, 40, false);
	guest_write(m, 1, ICC_EOIR1_EL1, 40);
	machine_end(m);
}

TEST(moved_before_its_acknowledge)
{
	ITS_MACHINE(.nr_vcpus = 2, .backend = "soft");

	move_before_its_acknowledge(m);
}

TEST(moved_before_its_acknowledge_without_its)
{
	MACHINE(.nr_vcpus = 2, .nr_lrs = 4, .backend = "soft");

	move_before_its_acknowledge(m);
}

static struct {
	struct machine *m;
	int (*execute)(void *hw, uint32_t sysreg, bool write, uint64_t *value);
	enum vgic_trap result;
} during;

/* vCPU 1 turns vCPU 0's LPIs off, then the CPU interface goes on. */
static int off_then_execute(void *hw, uint32_t sysreg, bool write,
			    uint64_t *value)
{
	uint64_t off = 0;

	during.result = vgic_trap_mmio(during.m->vcpu[1], gicr(0, GICR_CTLR), 4,
				       true, &off);
	return during.execute(hw, sysreg, write, value);
}

/* Software takes what hardware would: nobody may take it away meanwhile. */
TEST(off_while_it_is_acknowledged)
{
	ITS_MACHINE(.nr_vcpus = 2, .backend = "soft");
	struct vgic_cpuif_ops backend = *m->gic->config.cpuif;
	uint64_t intid = 0;

	map_all(m);
	run(m, 0);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 2), 1);
	stop(m, 0);
	during.m = m;
	during.execute = backend.execute;
	backend.execute = off_then_execute;
	m->gic->config.cpuif = &backend;
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[0], ICC_IAR1_EL1, false, &intid),
		VGIC_TRAP_DONE);
	assert_int_equal(during.result, VGIC_TRAP_RETRY);
	assert_int_equal(intid, LPI(0));
	backend.execute = during.execute;
	mmio_write(m, 1, gicr(0, GICR_CTLR), 4, 0);
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(0) / 8), 1 << 2);
	m->gic->config.cpuif = &vgic_soft_backend;
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivered),
		cmocka_unit_test(moved_before_its_acknowledge),
		cmocka_unit_test(moved_before_its_acknowledge_without_its),
		cmocka_unit_test(off_while_it_is_acknowledged),
	};

	/* What is looked at here comes with the exit of each access. */
	unsetenv("MACHINE_ENTERED");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
