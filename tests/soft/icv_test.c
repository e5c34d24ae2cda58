/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's registers over list registers.  IHI 0069 4.8, 12.2. */
#include "model/ich.h"
#include "regs/gicv2.h"
#include "soft/gicv.h"
#include "tests/soft/cpu.h"

static void ack_and_end(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.lr[2] = lr(PENDING | GROUP1, 40, 0x80);
	assert_int_equal(vgic_soft_vcpuif_signalled(&m), 1);
	assert_int_equal(mrs(&m, ICC_IAR0_EL1), SPURIOUS);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	assert_true(m.lr[2] == lr(ACTIVE | GROUP1, 40, 0x80));
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0x80);
	assert_int_equal(mrs(&m, ICC_AP1R0_EL1), 1u << 16);
	assert_int_equal(mrs(&m, ICC_AP0R0_EL1), 0);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_true(m.lr[2] == lr(GROUP1, 40, 0x80));
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0xff);
	assert_int_equal(eoicount(&m), 0);
}

static void best_priority_first(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 16);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	m.lr[15] = lr(PENDING | GROUP1, 41, 0x40);
	m.lr[7] = lr(PENDING | ACTIVE | GROUP1, 42, 0x00);
	assert_int_equal(mrs(&m, ICC_HPPIR1_EL1), 41);
	m.lr[3] = lr(PENDING, 43, 0x20);
	assert_int_equal(mrs(&m, ICC_HPPIR1_EL1), SPURIOUS);
	assert_int_equal(mrs(&m, ICC_HPPIR0_EL1), 43);
	assert_int_equal(vgic_soft_vcpuif_signalled(&m), 0);
	/* A disabled group stands in nobody's way. */
	msr(&m, ICC_IGRPEN0_EL1, 0);
	assert_int_equal(mrs(&m, ICC_HPPIR1_EL1), 41);
}

static void priority_mask(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 1);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	msr(&m, ICC_PMR_EL1, 0x80);
	assert_int_not_equal(vgic_soft_vcpuif_signalled(&m), 1);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), SPURIOUS);
	assert_int_equal(mrs(&m, ICC_HPPIR1_EL1), 40);
	msr(&m, ICC_PMR_EL1, 0x8f);
	assert_int_equal(mrs(&m, ICC_PMR_EL1), 0x88);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
}

static void preemption(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	msr(&m, ICC_BPR1_EL1, 5);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x98);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	/* Recorded is the group priority: bits [7:5] with BPR1 = 5. */
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0x80);
	m.lr[1] = lr(PENDING | GROUP1, 41, 0x80);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), SPURIOUS);
	m.lr[1] = lr(PENDING | GROUP1, 41, 0x78);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 41);
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0x60);
	msr(&m, ICC_EOIR1_EL1, 41);
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0x80);
}

static void binary_points(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	assert_int_equal(mrs(&m, ICC_BPR0_EL1), 2);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 3);
	msr(&m, ICC_BPR0_EL1, 0);
	msr(&m, ICC_BPR1_EL1, 1);
	assert_int_equal(mrs(&m, ICC_BPR0_EL1), 2);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 3);
	msr(&m, ICC_BPR0_EL1, 4);
	msr(&m, ICC_CTLR_EL1, ICC_CTLR_EL1_CBPR);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 5);
	msr(&m, ICC_BPR1_EL1, 7);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 5);
	msr(&m, ICC_BPR0_EL1, 7);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 7);
	/* BPR0 = 7: no preemption at all. */
	m.lr[0] = lr(PENDING | GROUP1, 40, 0xf0);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	m.lr[1] = lr(PENDING | GROUP1, 41, 0x00);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), SPURIOUS);
	msr(&m, ICC_CTLR_EL1, 0);
	assert_int_equal(mrs(&m, ICC_BPR1_EL1), 3);
}

static void split_end(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	/* With EOImode 0 DIR does nothing. */
	msr(&m, ICC_DIR_EL1, 40);
	assert_true(m.lr[0] & ACTIVE);
	msr(&m, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_true(m.lr[0] & ACTIVE);
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0xff);
	msr(&m, ICC_DIR_EL1, 40);
	assert_false(m.lr[0] & ACTIVE);
	assert_int_equal(eoicount(&m), 0);
}

static void eoicount_rules(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	/* Nothing dropped: our choice is not to count. */
	msr(&m, ICC_EOIR1_EL1, 50);
	assert_int_equal(eoicount(&m), 0);
	m.ap1r[0] = 1u << 3 | 1u << 4 | 1u << 5 | 1u << 6;
	msr(&m, ICC_EOIR1_EL1, 50);
	assert_int_equal(eoicount(&m), 1);
	assert_int_equal(mrs(&m, ICC_AP1R0_EL1), 1u << 4 | 1u << 5 | 1u << 6);
	/* A pending one of that INTID is not the one that ends. */
	m.lr[0] = lr(PENDING | GROUP1, 50, 0x80);
	msr(&m, ICC_EOIR1_EL1, 50);
	assert_int_equal(eoicount(&m), 2);
	/* LPIs have no active state; special INTIDs are no interrupts. */
	msr(&m, ICC_EOIR1_EL1, 8192);
	assert_int_equal(eoicount(&m), 2);
	assert_int_equal(mrs(&m, ICC_AP1R0_EL1), 1u << 6);
	msr(&m, ICC_EOIR1_EL1, 1023);
	assert_int_equal(mrs(&m, ICC_AP1R0_EL1), 1u << 6);
	/* EOImode 1: EOIR does not deactivate and so does not count. */
	msr(&m, ICC_CTLR_EL1, ICC_CTLR_EL1_EOImode);
	msr(&m, ICC_EOIR1_EL1, 50);
	assert_int_equal(eoicount(&m), 2);
	msr(&m, ICC_DIR_EL1, 51);
	assert_int_equal(eoicount(&m), 3);
	msr(&m, ICC_DIR_EL1, 8192);
	assert_int_equal(eoicount(&m), 3);
	m.config.count_split_eoi = true;
	m.ap1r[0] = 1u << 6;
	msr(&m, ICC_EOIR1_EL1, 50);
	assert_int_equal(eoicount(&m), 4);
}

static void drop_is_of_the_highest(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.ap0r[0] = 1u << 2;
	m.ap1r[0] = 1u << 5;
	m.lr[0] = lr(ACTIVE | GROUP1, 40, 5 << 3);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_int_equal(m.ap0r[0], 0);
	assert_int_equal(m.ap1r[0], 1u << 5);
	assert_false(m.lr[0] & ACTIVE);
}

static void strict_end(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.config.strict_eoi = true;
	m.ap1r[0] = 1u << 2 | 1u << 5;
	m.lr[0] = lr(ACTIVE | GROUP1, 40, 5 << 3);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_true(m.lr[0] & ACTIVE);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_false(m.lr[0] & ACTIVE);
}

static uint32_t deactivated;

static void note(void *ctx, uint32_t pintid)
{
	(void)ctx;
	deactivated = pintid;
}

static void hardware_bit(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.config.deactivate = note;
	m.lr[0] = lr(PENDING | GROUP1, 27, 0x80) | ICH_LR_EL2_HW |
		  FIELD_PUT(ICH_LR_EL2_pINTID, 330);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 27);
	assert_int_equal(deactivated, 0);
	msr(&m, ICC_EOIR1_EL1, 27);
	assert_int_equal(deactivated, 330);
}

static void pending_and_active(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 1);
	m.lr[0] = lr(PENDING | ACTIVE | GROUP1, 40, 0x80);
	m.ap1r[0] = 1u << 16;
	assert_int_equal(mrs(&m, ICC_HPPIR1_EL1), SPURIOUS);
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_true(m.lr[0] == lr(PENDING | GROUP1, 40, 0x80));
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
}

static void interface_off(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 1);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	m.hcr = ICH_HCR_EL2_UIE;
	assert_int_not_equal(vgic_soft_vcpuif_signalled(&m), 1);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), SPURIOUS);
	assert_false(vgic_model_vcpuif_maintenance(&m));
}

static const uint32_t common[] = { ICC_PMR_EL1, ICC_RPR_EL1, ICC_CTLR_EL1 };
static const uint32_t of_group0[] = {
	ICC_IAR0_EL1,  ICC_HPPIR0_EL1,	ICC_BPR0_EL1,
	ICC_AP0R0_EL1, ICC_IGRPEN0_EL1,
};
static const uint32_t of_group1[] = {
	ICC_IAR1_EL1,  ICC_HPPIR1_EL1,	ICC_BPR1_EL1,
	ICC_AP1R0_EL1, ICC_IGRPEN1_EL1,
};

static void expect_traps(uint32_t bit, const uint32_t *encs, size_t count)
{
	struct model_vcpuif m;
	uint64_t value;
	size_t i;

	cpu_init(&m, 4);
	for (i = 0; i < count; i++) {
		m.hcr = (uint32_t)~bit & (ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 |
					  ICH_HCR_EL2_TALL1 | ICH_HCR_EL2_TDIR);
		assert_int_equal(vgic_soft_icv_read(&m, encs[i], &value),
				 MODEL_DONE);
		m.hcr = bit;
		assert_int_equal(vgic_soft_icv_read(&m, encs[i], &value),
				 MODEL_TRAP);
	}
}

static void traps(void **state)
{
	struct model_vcpuif m;

	(void)state;
	expect_traps(ICH_HCR_EL2_TC, common, 3);
	expect_traps(ICH_HCR_EL2_TALL0, of_group0, 5);
	expect_traps(ICH_HCR_EL2_TALL1, of_group1, 5);
	cpu_init(&m, 4);
	assert_int_equal(vgic_soft_icv_write(&m, ICC_DIR_EL1, 40), MODEL_DONE);
	m.hcr = ICH_HCR_EL2_TDIR;
	assert_int_equal(vgic_soft_icv_write(&m, ICC_DIR_EL1, 40), MODEL_TRAP);
	m.hcr = ICH_HCR_EL2_TC;
	assert_int_equal(vgic_soft_icv_write(&m, ICC_DIR_EL1, 40), MODEL_TRAP);
	m.hcr = 0;
	assert_int_equal(vgic_soft_icv_write(&m, ICC_SGI1R_EL1, 0), MODEL_TRAP);
	assert_int_equal(vgic_soft_icv_write(&m, ICC_SGI0R_EL1, 0), MODEL_TRAP);
	assert_int_equal(vgic_soft_icv_write(&m, ICC_ASGI1R_EL1, 0),
			 MODEL_TRAP);
}

/* They are of system registers: a GICv2's guest does not meet them. */
static void traps_are_not_gicv(void **state)
{
	struct model_vcpuif m;
	uint64_t value = 0;

	(void)state;
	cpu_init(&m, 4);
	m.hcr |= ICH_HCR_EL2_TC | ICH_HCR_EL2_TALL0 | ICH_HCR_EL2_TALL1;
	assert_true(vgic_soft_gicv_write(&m, GICC_PMR, 0x80));
	assert_true(vgic_soft_gicv_read(&m, GICC_PMR, &value));
	assert_int_equal(value, 0x80);
	m.lr[0] = lr(PENDING, 40, 0x40);
	assert_true(vgic_soft_gicv_read(&m, GICC_IAR, &value));
	assert_int_equal(value, 40);
	assert_true(vgic_soft_gicv_read(&m, GICC_RPR, &value));
	assert_int_equal(value, 0x40);
}

static void undefined(void **state)
{
	struct model_vcpuif m;
	uint64_t value;

	(void)state;
	cpu_init(&m, 4);
	assert_int_equal(vgic_soft_icv_write(&m, ICC_IAR1_EL1, 0), MODEL_UNDEF);
	assert_int_equal(vgic_soft_icv_write(&m, ICC_RPR_EL1, 0), MODEL_UNDEF);
	assert_int_equal(vgic_soft_icv_read(&m, ICC_EOIR1_EL1, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_soft_icv_read(&m, ICC_SGI1R_EL1, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_soft_icv_read(&m, ICC_AP1R0_EL1 + 1, &value),
			 MODEL_UNDEF);
	m.config.pre_bits = 7;
	assert_int_equal(vgic_soft_icv_read(&m, ICC_AP1R0_EL1 + 3, &value),
			 MODEL_DONE);
	assert_int_equal(vgic_soft_icv_read(&m, ICC_SRE_EL2, &value),
			 MODEL_UNDEF);
}

static void seven_preemption_bits(void **state)
{
	const struct model_vcpuif_config config = {
		.nr_lrs = 4,
		.pri_bits = 8,
		.pre_bits = 7,
		.id_bits = 16,
	};
	struct model_vcpuif m;

	(void)state;
	assert_true(vgic_soft_vcpuif_init(&m, &config));
	m.hcr = ICH_HCR_EL2_En;
	msr(&m, ICC_IGRPEN1_EL1, 1);
	msr(&m, ICC_PMR_EL1, 0xff);
	assert_int_equal(mrs(&m, ICC_PMR_EL1), 0xff);
	assert_int_equal(mrs(&m, ICC_BPR0_EL1), 0);
	m.lr[0] = lr(PENDING | GROUP1, 40, 0xd7);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	assert_int_equal(mrs(&m, ICC_RPR_EL1), 0xd6);
	assert_int_equal(mrs(&m, ICC_AP1R0_EL1 + 3), 1u << (0x6b % 32));
	assert_int_equal(mrs(&m, ICC_CTLR_EL1), 7u << 8);
}

static void identity(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	assert_int_equal(mrs(&m, ICC_SRE_EL1), 7);
	msr(&m, ICC_SRE_EL1, 0);
	assert_int_equal(mrs(&m, ICC_SRE_EL1), 7);
	assert_int_equal(mrs(&m, ICC_CTLR_EL1),
			 4u << 8 | 1u << 11 | ICC_CTLR_EL1_A3V);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ack_and_end),
		cmocka_unit_test(best_priority_first),
		cmocka_unit_test(priority_mask),
		cmocka_unit_test(preemption),
		cmocka_unit_test(binary_points),
		cmocka_unit_test(split_end),
		cmocka_unit_test(eoicount_rules),
		cmocka_unit_test(drop_is_of_the_highest),
		cmocka_unit_test(strict_end),
		cmocka_unit_test(hardware_bit),
		cmocka_unit_test(pending_and_active),
		cmocka_unit_test(interface_off),
		cmocka_unit_test(traps),
		cmocka_unit_test(traps_are_not_gicv),
		cmocka_unit_test(undefined),
		cmocka_unit_test(seven_preemption_bits),
		cmocka_unit_test(identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
