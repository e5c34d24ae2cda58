/* SPDX-License-Identifier: BSD-2-Clause */
/* EL2's registers and the maintenance interrupt.  IHI 0069 12.4. */
#include "model/ich.h"
#include "tests/soft/cpu.h"

static void vtr(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	/* What QEMU's CPUs with four list registers say. */
	assert_int_equal(ich_mrs(&m, ICH_VTR_EL2), 0x90b80003);
	assert_int_equal(vgic_model_ich_write(&m, ICH_VTR_EL2, 0), MODEL_UNDEF);
}

static void number_of_registers(void **state)
{
	struct model_vcpuif m;
	uint64_t value;

	(void)state;
	cpu_init(&m, 9);
	assert_int_equal(vgic_model_ich_read(&m, ICH_LR8_EL2, &value),
			 MODEL_DONE);
	assert_int_equal(vgic_model_ich_read(&m, ICH_LR8_EL2 + 1, &value),
			 MODEL_UNDEF);
	assert_int_equal(vgic_model_ich_read(&m, ICH_AP1R0_EL2 + 1, &value),
			 MODEL_UNDEF);
}

static void config_range(void **state)
{
	static const struct model_vcpuif_config bad[] = {
		{ .nr_lrs = 0, .pri_bits = 5, .pre_bits = 5, .id_bits = 24 },
		{ .nr_lrs = 17, .pri_bits = 5, .pre_bits = 5, .id_bits = 24 },
		{ .nr_lrs = 4, .pri_bits = 4, .pre_bits = 5, .id_bits = 24 },
		{ .nr_lrs = 4, .pri_bits = 9, .pre_bits = 5, .id_bits = 24 },
		{ .nr_lrs = 4, .pri_bits = 5, .pre_bits = 6, .id_bits = 24 },
		{ .nr_lrs = 4, .pri_bits = 8, .pre_bits = 8, .id_bits = 24 },
		{ .nr_lrs = 4, .pri_bits = 5, .pre_bits = 5, .id_bits = 20 },
	};
	struct model_vcpuif m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(vgic_soft_vcpuif_init(&m, &bad[i]));
	}
}

static void reserved_bits(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	ich_msr(&m, ICH_LR0_EL2, UINT64_MAX);
	assert_true(ich_mrs(&m, ICH_LR0_EL2) == UINT64_C(0xf0f81fff00ffffff));
	ich_msr(&m, ICH_LR0_EL2, UINT64_MAX & ~ICH_LR_EL2_HW);
	assert_true(ich_mrs(&m, ICH_LR0_EL2) == UINT64_C(0xd0f8020000ffffff));
	ich_msr(&m, ICH_HCR_EL2, UINT64_MAX);
	assert_true(ich_mrs(&m, ICH_HCR_EL2) == 0xf8007cff);
	m.config.tdir = false;
	ich_msr(&m, ICH_HCR_EL2, UINT64_MAX);
	assert_true(ich_mrs(&m, ICH_HCR_EL2) == 0xf8003cff);
	ich_msr(&m, ICH_VMCR_EL2, UINT64_MAX);
	assert_true(ich_mrs(&m, ICH_VMCR_EL2) == 0xf8fc021b);
	/* VFIQEn is RES1, binary points have a minimum. */
	ich_msr(&m, ICH_VMCR_EL2, 0);
	assert_true(ich_mrs(&m, ICH_VMCR_EL2) == (2u << 21 | 3u << 18 | 8));
}

static void end_of_interrupt(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.lr[1] = lr(PENDING | GROUP1, 40, 0x80) | ICH_LR_EL2_EOI;
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	assert_false(vgic_model_vcpuif_maintenance(&m));
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_int_equal(ich_mrs(&m, ICH_EISR_EL2), 1u << 1);
	assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), ICH_MISR_EL2_EOI);
	assert_true(vgic_model_vcpuif_maintenance(&m));
	/* Not usable before EL2 took notice. */
	assert_int_equal(ich_mrs(&m, ICH_ELRSR_EL2), 0xd);
	ich_msr(&m, ICH_LR0_EL2 + 1, 0);
	assert_int_equal(ich_mrs(&m, ICH_ELRSR_EL2), 0xf);
	assert_false(vgic_model_vcpuif_maintenance(&m));
}

static void eoi_bit_of_hw(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	/* With HW = 1 bit 41 is part of pINTID and asks for nothing. */
	m.lr[0] = ICH_LR_EL2_HW | FIELD_PUT(ICH_LR_EL2_pINTID, 0x200);
	assert_int_equal(ich_mrs(&m, ICH_EISR_EL2), 0);
	assert_int_equal(ich_mrs(&m, ICH_ELRSR_EL2), 0xf);
}

static void underflow(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.hcr |= ICH_HCR_EL2_UIE;
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	m.lr[1] = lr(ACTIVE | GROUP1, 41, 0x80);
	assert_false(vgic_model_vcpuif_maintenance(&m));
	m.lr[0] = 0;
	assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), ICH_MISR_EL2_U);
}

static void no_pending(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.hcr |= ICH_HCR_EL2_NPIE;
	m.lr[0] = lr(PENDING | GROUP1, 40, 0x80);
	assert_false(vgic_model_vcpuif_maintenance(&m));
	/* Pending and active is not the pending state. */
	m.lr[0] |= ACTIVE;
	assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), ICH_MISR_EL2_NP);
}

static void entry_not_present(void **state)
{
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	m.hcr |= ICH_HCR_EL2_LRENPIE;
	assert_false(vgic_model_vcpuif_maintenance(&m));
	m.ap1r[0] = 1;
	msr(&m, ICC_EOIR1_EL1, 40);
	assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), ICH_MISR_EL2_LRENP);
	ich_msr(&m, ICH_HCR_EL2, ICH_HCR_EL2_En | ICH_HCR_EL2_LRENPIE);
	assert_false(vgic_model_vcpuif_maintenance(&m));
}

static void group_conditions(void **state)
{
	static const struct {
		uint32_t enable, cause, enc;
		bool when;
	} rows[] = {
		{ ICH_HCR_EL2_VGrp0EIE, ICH_MISR_EL2_VGrp0E, ICC_IGRPEN0_EL1,
		  true },
		{ ICH_HCR_EL2_VGrp0DIE, ICH_MISR_EL2_VGrp0D, ICC_IGRPEN0_EL1,
		  false },
		{ ICH_HCR_EL2_VGrp1EIE, ICH_MISR_EL2_VGrp1E, ICC_IGRPEN1_EL1,
		  true },
		{ ICH_HCR_EL2_VGrp1DIE, ICH_MISR_EL2_VGrp1D, ICC_IGRPEN1_EL1,
		  false },
	};
	struct model_vcpuif m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cpu_init(&m, 4);
		m.hcr |= rows[i].enable;
		msr(&m, rows[i].enc, !rows[i].when);
		assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), 0);
		msr(&m, rows[i].enc, rows[i].when);
		assert_int_equal(ich_mrs(&m, ICH_MISR_EL2), rows[i].cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vtr),
		cmocka_unit_test(number_of_registers),
		cmocka_unit_test(config_range),
		cmocka_unit_test(reserved_bits),
		cmocka_unit_test(end_of_interrupt),
		cmocka_unit_test(eoi_bit_of_hw),
		cmocka_unit_test(underflow),
		cmocka_unit_test(no_pending),
		cmocka_unit_test(entry_not_present),
		cmocka_unit_test(group_conditions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
