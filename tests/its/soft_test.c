/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs by the CPU interface in software: every access of it traps, and what it
 * means comes home at once.
 */
#include "core/irq.h"
#include "guest.h"

/* Of a guest that is out: no list register has anything to say. */
static uint64_t icc(struct world *w, uint32_t v, uint32_t sysreg, bool write,
		    uint64_t value)
{
	stop(w, v);
	assert_int_equal(vgic_trap_sysreg(w->vcpu[v], sysreg, write, &value),
			 VGIC_TRAP_DONE);
	run(w, v);
	return value;
}

TEST(delivered)
{
	ITS_WORLD(.nr_vcpus = 2, .soft = true);
	uint32_t seen = 0, again = 0;

	map_all(w);
	run(w, 0);
	run(w, 1);
	assert_false(vgic_irq_asserted(w->vcpu[0]));
	/* More than it has list registers. */
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(w, 1, n), 1);
	}
	for (uint32_t n = 0; n < 32; n++) {
		uint32_t v = n % 2;
		uint32_t intid;

		assert_true(vgic_irq_asserted(w->vcpu[v]));
		intid = (uint32_t)icc(w, v, ICC_IAR1_EL1, false, 0);
		assert_in_range(intid, LPI(0), LPI(31));
		assert_int_equal(intid % 2, v);
		seen |= 1u << (intid - LPI(0));
		assert_place(w, v, intid, "-");
		/* Again, before its end: it has to wait for that. */
		if (n == 31) {
			assert_int_equal(msi(w, 1, intid - LPI(0)), 1);
			assert_false(vgic_irq_asserted(w->vcpu[v]));
			again = intid;
		}
		(void)icc(w, v, ICC_EOIR1_EL1, true, intid);
	}
	assert_int_equal(seen, UINT32_MAX);
	assert_int_equal(icc(w, 1, ICC_IAR1_EL1, false, 0), again);
	(void)icc(w, 1, ICC_EOIR1_EL1, true, again);
	for (uint32_t v = 0; v < 2; v++) {
		assert_false(vgic_irq_asserted(w->vcpu[v]));
		assert_int_equal(icc(w, v, ICC_IAR1_EL1, false, 0), SPURIOUS);
		assert_int_equal(icc(w, v, ICC_RPR_EL1, false, 0),
				 GIC_PRIORITY_IDLE);
	}
	world_end(w);
}

/*
 * An SPI moves to vCPU 1 while vCPU 0, late, has it in a list register.  The
 * exit gives it away: the acknowledge of the same trap finds nothing.
 */
static void move_before_its_acknowledge(struct world *w)
{
	setup(w, 0, 40, 0xa0, true);
	run(w, 0);
	run(w, 1);
	line(w, 40, true);
	assert_place(w, 0, 40, "lr");
	w->late[0] = true;
	change(w, 1, 40, VGIC_SET_TARGET, 1);
	assert_int_equal(icc(w, 0, ICC_IAR1_EL1, false, 0), SPURIOUS);
	world_serve(w, 1);
	assert_int_equal(icc(w, 1, ICC_IAR1_EL1, false, 0), 40);
	line(w, 40, false);
	(void)icc(w, 1, ICC_EOIR1_EL1, true, 40);
	world_end(w);
}

TEST(moved_before_its_acknowledge)
{
	ITS_WORLD(.nr_vcpus = 2, .soft = true);

	move_before_its_acknowledge(w);
}

TEST(moved_before_its_acknowledge_without_its)
{
	WORLD(.nr_vcpus = 2, .nr_lrs = 4, .soft = true);

	move_before_its_acknowledge(w);
}

static struct {
	struct world *w;
	int (*execute)(void *hw, uint32_t sysreg, bool write, uint64_t *value);
	enum vgic_trap result;
} during;

/* vCPU 1 turns vCPU 0's LPIs off, then the CPU interface goes on. */
static int off_then_execute(void *hw, uint32_t sysreg, bool write,
			    uint64_t *value)
{
	uint64_t off = 0;

	during.result = vgic_trap_mmio(during.w->vcpu[1], gicr(0, GICR_CTLR), 4,
				       true, &off);
	return during.execute(hw, sysreg, write, value);
}

/* Software takes what hardware would: nobody may take it away meanwhile. */
TEST(off_while_it_is_acknowledged)
{
	ITS_WORLD(.nr_vcpus = 2, .soft = true);
	struct vgic_cpuif_ops backend = *w->gic->config.cpuif;
	uint64_t intid = 0;

	map_all(w);
	run(w, 0);
	assert_int_equal(msi(w, 1, 0), 1);
	assert_int_equal(msi(w, 1, 2), 1);
	stop(w, 0);
	during.w = w;
	during.execute = backend.execute;
	backend.execute = off_then_execute;
	w->gic->config.cpuif = &backend;
	assert_int_equal(
		vgic_trap_sysreg(w->vcpu[0], ICC_IAR1_EL1, false, &intid),
		VGIC_TRAP_DONE);
	assert_int_equal(during.result, VGIC_TRAP_RETRY);
	assert_int_equal(intid, LPI(0));
	backend.execute = during.execute;
	mmio_write(w, 1, gicr(0, GICR_CTLR), 4, 0);
	assert_int_equal(peek8(w, PEND_TABLE(0) + LPI(0) / 8), 1 << 2);
	w->gic->config.cpuif = &vgic_soft_backend;
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivered),
		cmocka_unit_test(moved_before_its_acknowledge),
		cmocka_unit_test(moved_before_its_acknowledge_without_its),
		cmocka_unit_test(off_while_it_is_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
