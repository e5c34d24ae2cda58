/* SPDX-License-Identifier: BSD-2-Clause */
/* The model as a library's CPU interface. */
#include "model/ich.h"
#include "tests/soft/cpu.h"

static void load_and_put(void **state)
{
	const struct vgic_cpuif_ops *ops = &vgic_model_vcpuif_backend;
	struct vgic_ich_image image = {
		.lr = { lr(PENDING | GROUP1, 40, 0x80),
			lr(PENDING | GROUP1, 41, 0x40) },
		.ap0r = { 0x10 },
		.ap1r = { 0x20 },
		.vmcr = 0xf84c021b,
		.hcr = ICH_HCR_EL2_En,
		.used = 1,
	};
	struct vgic_cpuif_caps caps;
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	vgic_soft_vcpuif_caps(&m, &caps);
	m.lr[1] = m.lr[3] = lr(PENDING, 99, 0);
	ops->load(&m, &image, &caps);
	assert_true(m.lr[0] == image.lr[0]);
	assert_true(m.lr[1] == 0 && m.lr[3] == 0);
	assert_int_equal(m.hcr, ICH_HCR_EL2_En);
	assert_int_equal(m.ap0r[0], 0x10);
	msr(&m, ICC_PMR_EL1, 0x50);
	m.ap1r[0] = 0x21;
	ops->read_apr(&m, &image, &caps);
	assert_int_equal(image.ap1r[0], 0x21);
	m.ap0r[0] = 0x11;
	ops->put(&m, &image, &caps);
	assert_int_equal(image.ap0r[0], 0x11);
	assert_int_equal(FIELD_GET(ICH_VMCR_EL2_VPMR, image.vmcr), 0x50);
	assert_int_equal(m.hcr & ICH_HCR_EL2_En, 0);
}

static void enter_and_exit(void **state)
{
	const struct vgic_cpuif_ops *ops = &vgic_model_vcpuif_backend;
	struct vgic_ich_image image = {
		.lr = { lr(PENDING | GROUP1, 40, 0x80),
			lr(PENDING | GROUP1, 41, 0x40) },
		.used = 3,
		.dirty = 1,
		.hcr = ICH_HCR_EL2_En | ICH_HCR_EL2_LRENPIE,
	};
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 4);
	ops->enter(&m, &image);
	assert_true(m.lr[0] == image.lr[0]);
	assert_true(m.lr[1] == 0);
	assert_int_equal(m.hcr, ICH_HCR_EL2_En);
	image.hcr_dirty = true;
	ops->enter(&m, &image);
	assert_int_equal(m.hcr, image.hcr);
	m.ap1r[0] = 1;
	msr(&m, ICC_EOIR1_EL1, 77);
	assert_int_equal(mrs(&m, ICC_IAR1_EL1), 40);
	m.lr[2] = 5;
	ops->exit(&m, &image);
	assert_true(image.lr[0] == lr(ACTIVE | GROUP1, 40, 0x80));
	assert_true(image.lr[2] == 0);
	assert_int_equal(FIELD_GET(ICH_HCR_EL2_EOIcount, image.hcr), 1);
}

static void caps(void **state)
{
	struct vgic_cpuif_caps c;
	struct model_vcpuif m;

	(void)state;
	cpu_init(&m, 7);
	vgic_soft_vcpuif_caps(&m, &c);
	assert_int_equal(c.nr_lrs, 7);
	assert_int_equal(c.pri_bits, 5);
	assert_int_equal(c.pre_bits, 5);
	assert_int_equal(c.id_bits, 24);
	assert_true(c.tdir && c.a3v && c.hw_deactivation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_and_put),
		cmocka_unit_test(enter_and_exit),
		cmocka_unit_test(caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
