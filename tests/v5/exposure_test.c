/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which interrupts there are, and who may drive them.  Each test bears the
 * number of the rule that it is about in docs/from-kvm.md.
 */
#include "tests/v5/rig.h"

/* The type is part of the number, and types are spaces of their own. */
static void B3_interrupt_types(void **state)
{
	struct vgic_stats stats;
	struct vgic_irq_info info;
	uint32_t type;
	struct rig r;

	(void)state;
	rig_init(&r, true, 32);
	assert_int_equal(vgic_inject_irq(r.gic, 0, 0x2000001b, true, &r),
			 VGIC_OK);
	assert_int_equal(vgic_inject_irq(r.gic, 0, 0x6000001b, true, NULL),
			 VGIC_OK);
	assert_int_equal(vgic_inject_irq(r.gic, 0, 27, true, NULL),
			 VGIC_E_NOENT);
	/* No table, no LPI. */
	assert_int_equal(vgic_inject_irq(r.gic, 0, 0x4000001b, true, NULL),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_inject_irq(r.gic, 0, GICV5_SPI(32), true, NULL),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_inject_irq(r.gic, 0, GICV5_PPI(128), true,
					 NULL), VGIC_E_NOENT);
	assert_int_equal(vgic_inject_irq(r.gic, RIG_VCPUS, GICV5_PPI(3), true,
					 NULL), VGIC_E_NOENT);
	for (type = 4; type != 1; type = (type + 1) % 8) {
		assert_int_equal(vgic_get_irq_info(r.gic, 0,
						   GICV5_INTID(type, 3u),
						   &info), VGIC_E_NOENT);
	}
	vgic_get_stats(r.vcpu[0], &stats);
	assert_int_equal(stats.injected[VGIC_SGI], 0);
	assert_int_equal(stats.injected[VGIC_PPI], 1);
	assert_int_equal(stats.injected[VGIC_SPI], 1);
	/* There are no SGIs, and so PPI 3 has an owner like any other. */
	assert_int_equal(vgic_set_owner(r.gic, 0, GICV5_PPI(SW_PPI), &r),
			 VGIC_OK);
	assert_int_equal(vgic_inject_irq(r.gic, 0, GICV5_PPI(SW_PPI), true,
					 NULL), VGIC_E_PERM);
	rig_fini(&r);
}

/* KVM_IRQ_LINE has 16 bits of number: that many SPIs there can be. */
static void B7_the_last_of_65536_spis(void **state)
{
	const uint32_t last = GICV5_SPI(65535);
	struct vgic_irq_info info;
	uint64_t value = IRS_CR0_IRSEN;
	struct rig r;

	(void)state;
	rig_init(&r, false, 65536);
	assert_int_equal(vgic_inject_irq(r.gic, 0, last, true, NULL),
			 VGIC_OK);
	assert_int_equal(vgic_get_irq_info(r.gic, 0, last, &info), VGIC_OK);
	assert_true(info.pending);
	assert_int_equal(vgic_inject_irq(r.gic, 0, last + 1, true, NULL),
			 VGIC_E_NOENT);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	rig_exit(&r, 0);
	assert_int_equal(vgic_trap_mmio(r.vcpu[0], 0x8000000 + IRS_CR0, 4,
					true, &value), VGIC_TRAP_DONE);
	value = last;
	assert_int_equal(rig_trap(&r, 0, GIC_CDEN, true, &value),
			 VGIC_TRAP_DONE);
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), VALID | last);
	rig_fini(&r);
}

static void restore_ones(struct rig *r, uint32_t v)
{
	static const uint32_t regs[] = {
		ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_PPI_SPENDR0_EL1, ICC_PPI_SPENDR1_EL1,
	};
	size_t n;

	for (n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		assert_int_equal(vgic_v5_set_sysreg(r->vcpu[v], regs[n],
						    UINT64_MAX), VGIC_OK);
	}
}

/* Only what the guest gets is left of what a VMM restored. */
static void B10_finalize_on_each_vcpu(void **state)
{
	const uint64_t low = BIT(SW_PPI) | BIT(PMU) | BIT(TIMER);
	const uint64_t high = BIT(UPPER_EDGE - 64);
	uint64_t value;
	struct rig r;
	uint32_t v;

	(void)state;
	rig_init(&r, true, 0);
	for (v = 0; v < RIG_VCPUS; v++) {
		restore_ones(&r, v);
	}
	/* The second one comes much later, and is treated the same. */
	for (v = 0; v < RIG_VCPUS; v++) {
		rig_enter(&r, v);
		assert_hex(r.cpu[v].regs->enabler[0], low);
		assert_hex(r.cpu[v].regs->enabler[1], high);
		assert_hex(r.cpu[v].regs->activer[0], low);
		assert_hex(r.cpu[v].regs->activer[1], high);
		assert_hex(r.cpu[v].regs->pendr[0], low);
		assert_hex(r.cpu[v].regs->pendr[1], high);
		rig_exit(&r, v);
		vgic_put(r.vcpu[v]);
	}
	/* Nor is anything left to save. */
	assert_int_equal(vgic_v5_get_sysreg(r.vcpu[1], ICC_PPI_SPENDR1_EL1,
					    &value), VGIC_OK);
	assert_hex(value & ~high, 0);
	/* Once more does no harm. */
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->activer[0], low);
	rig_fini(&r);
}

/* Too late: a vCPU has run.  Reading is always allowed. */
static void B10_late_writes_are_refused(void **state)
{
	struct rig r;
	uint64_t value;

	(void)state;
	rig_init(&r, true, 0);
	assert_int_equal(vgic_v5_set_sysreg(r.vcpu[1], ICC_PCR_EL1, 31),
			 VGIC_OK);
	assert_int_equal(vgic_v5_set_sysreg(r.vcpu[1], ICC_HPPIR_EL1, 0),
			 VGIC_E_NOENT);
	rig_enter(&r, 0);
	assert_int_equal(vgic_v5_set_sysreg(r.vcpu[0], ICC_PCR_EL1, 0),
			 VGIC_E_BUSY);
	assert_int_equal(vgic_v5_set_sysreg(r.vcpu[1], ICC_PPI_ENABLER0_EL1,
					    UINT64_MAX), VGIC_E_BUSY);
	assert_int_equal(vgic_v5_get_sysreg(r.vcpu[1], ICC_PCR_EL1, &value),
			 VGIC_OK);
	assert_hex(value, 31);
	rig_fini(&r);
}

/* A hidden PPI's line is up, enabled before the first run: no wake-up. */
static void B10_hidden_ppi_wakes_nobody(void **state)
{
	struct rig r;
	uint32_t n;

	(void)state;
	rig_init(&r, true, 0);
	restore_ones(&r, 0);
	for (n = 0; n < 2; n++) {
		(void)vgic_v5_set_sysreg(r.vcpu[0],
					 ICC_PPI_SACTIVER0_EL1 + n, 0);
		(void)vgic_v5_set_sysreg(r.vcpu[0], ICC_PPI_SPENDR0_EL1 + n,
					 0);
	}
	(void)vgic_v5_set_sysreg(r.vcpu[0], ICC_PCR_EL1, 31);
	(void)vgic_v5_set_sysreg(r.vcpu[0], ICC_CR0_EL1, 1);
	assert_int_equal(rig_inject(&r, 0, HIDDEN, true), VGIC_OK);
	rig_enter(&r, 0);
	assert_int_equal(rig_inject(&r, 0, HIDDEN, false), VGIC_OK);
	assert_int_equal(rig_inject(&r, 0, HIDDEN, true), VGIC_OK);
	assert_int_equal(rig_inject(&r, 0, HIDDEN_EDGE, true), VGIC_OK);
	rig_exit(&r, 0);
	assert_false(vgic_pending(r.vcpu[0]));
	rig_enter(&r, 0);
	assert_hex(rig_read(&r, 0, GICR_CDIA), 0);
	assert_hex(r.cpu[0].regs->pendr[0] | r.cpu[0].regs->pendr[1], 0);
	rig_fini(&r);
}

/* User space drives the software PPI, and none that a device has. */
static void B11_userspace_ppis(void **state)
{
	uint64_t mask[2] = { ~UINT64_C(0), ~UINT64_C(0) };
	uint32_t ppi;
	struct rig r;

	(void)state;
	rig_init(&r, true, 0);
	vgic_userspace_ppis(r.gic, mask);
	assert_hex(mask[0], BIT(SW_PPI));
	assert_hex(mask[1], 0);
	rig_enter(&r, 0);
	rig_open(&r, 0);
	for (ppi = 0; ppi < GICV5_NR_PPIS; ppi++) {
		(void)vgic_inject_irq(r.gic, 0, GICV5_PPI(ppi), true, NULL);
	}
	rig_exit(&r, 0);
	rig_enter(&r, 0);
	assert_hex(r.cpu[0].regs->pendr[0], BIT(SW_PPI));
	assert_hex(r.cpu[0].regs->pendr[1], 0);
	rig_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(B3_interrupt_types),
		cmocka_unit_test(B7_the_last_of_65536_spis),
		cmocka_unit_test(B10_finalize_on_each_vcpu),
		cmocka_unit_test(B10_late_writes_are_refused),
		cmocka_unit_test(B10_hidden_ppi_wakes_nobody),
		cmocka_unit_test(B11_userspace_ppis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
