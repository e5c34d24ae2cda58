/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/addr.c: frames in the guest's address space. */
#include "tests/machine/test.h"

#include <vgic/its.h>

#define GICD UINT64_C(0x08000000)
#define GICR UINT64_C(0x080a0000)

TEST(distributor)
{
	MACHINE(.nr_lrs = 2, .no_frames = true);

	assert_int_equal(vgic_set_dist_base(m->gic, GICD + 0x1000),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_set_dist_base(m->gic, UINT64_MAX - 0xffff),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_set_dist_base(m->gic, GICD), VGIC_OK);
	assert_int_equal(vgic_set_dist_base(m->gic, GICD), VGIC_E_EXIST);
	machine_end(m);
}

/* Frames that only another GIC has. */
TEST(of_other_models)
{
	MACHINE(.nr_lrs = 2, .no_frames = true);

	assert_int_equal(vgic_set_cpu_base(m->gic, GICD), VGIC_E_NOTSUP);
	assert_int_equal(vgic_set_irs_base(m->gic, 0, GICD), VGIC_E_NOTSUP);
	machine_end(m);
}

TEST(of_a_gicv2)
{
	MACHINE(.nr_lrs = 2, .backend = "gich", .no_frames = true);

	assert_int_equal(vgic_set_its_base(m->gic, 0, GICD), VGIC_E_NOTSUP);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 1),
			 VGIC_E_NOTSUP);
	assert_int_equal(vgic_set_cpu_base(m->gic, MACHINE_GICC + 0x800),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_set_cpu_base(m->gic, MACHINE_GICC), VGIC_OK);
	assert_int_equal(vgic_set_cpu_base(m->gic, MACHINE_GICC), VGIC_E_EXIST);
	machine_end(m);
}

TEST(redistributors)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 3, .no_frames = true);

	m->gic->config.nr_redist_regions = 1;
	assert_int_equal(vgic_set_dist_base(m->gic, GICD), VGIC_OK);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR + 0x8000, 1),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 0), VGIC_E_INVAL);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 513),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_add_redist_region(m->gic, GICD, 1),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_add_redist_region(m->gic, GICD - 0x10000, 1),
			 VGIC_E_OVERLAP);
	assert_int_equal(
		vgic_add_redist_region(m->gic, UINT64_MAX - 0x1ffff, 1),
		VGIC_E_OVERLAP);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 2), VGIC_OK);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR + 0x100000, 1),
			 VGIC_E_NOMEM);
	assert_int_equal(m->vcpu[0]->rdist_ipa, GICR);
	assert_int_equal(m->vcpu[1]->rdist_ipa, GICR + GICR_STRIDE);
	assert_false(m->vcpu[0]->rdist_last);
	assert_true(m->vcpu[1]->rdist_last);
	machine_end(m);
}

/* The distributor comes second: it must not lie over a region. */
TEST(distributor_over_region)
{
	MACHINE(.nr_lrs = 2, .no_frames = true);

	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 1), VGIC_OK);
	assert_int_equal(vgic_set_dist_base(m->gic, GICR + 0x10000),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_set_dist_base(m->gic, GICR - 0x10000), VGIC_OK);
	machine_end(m);
}

/*
 * GICR_TYPER.Last ends a run of frames in the order of addresses.  The last
 * region has no vCPU, and continues nothing.
 */
TEST(last_of_a_run)
{
	static const struct {
		uint32_t at, count;
		bool last[4];
	} rows[] = {
		{ 2, 1, { true } },
		{ 3, 1, { false, true } },
		{ 1, 1, { false, true, false } },
		{ 16, 1, { false, true, false, true } },
		{ 17, 1, { false, true, false, true } },
	};
	MACHINE(.nr_lrs = 2, .nr_vcpus = 4, .no_frames = true);

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			vgic_add_redist_region(m->gic,
					       GICR + rows[i].at * GICR_STRIDE,
					       rows[i].count),
			VGIC_OK);
		for (uint32_t v = 0; v < 4; v++) {
			assert_int_equal(m->vcpu[v]->rdist_last,
					 rows[i].last[v]);
		}
	}
	machine_end(m);
}

#define REGION(n, what, where, length) \
	do { \
		struct vgic_mmio_region r_; \
		assert_int_equal(vgic_mmio_region(m->gic, n, &r_), VGIC_OK); \
		assert_string_equal(r_.name, what); \
		assert_hex(r_.ipa, where); \
		assert_hex(r_.size, length); \
	} while (0)
#define NO_REGION(n) \
	do { \
		struct vgic_mmio_region r_; \
		assert_int_equal(vgic_mmio_region(m->gic, n, &r_), \
				 VGIC_E_NOENT); \
	} while (0)

/* For a bus: what was placed, and no more. */
TEST(regions_of_a_gicv3)
{
	MACHINE(.nr_lrs = 2, .nr_vcpus = 3, .no_frames = true);

	m->gic->config.nr_redist_regions = 2;
	NO_REGION(0);
	assert_int_equal(vgic_add_redist_region(m->gic, GICR, 2), VGIC_OK);
	REGION(0, "GICR", GICR, 0x40000);
	NO_REGION(1);
	assert_int_equal(vgic_set_dist_base(m->gic, GICD), VGIC_OK);
	REGION(0, "GICD", GICD, 0x10000);
	REGION(1, "GICR", GICR, 0x40000);
	NO_REGION(2);
	machine_end(m);
}

TEST(regions_of_a_gicv2)
{
	MACHINE(.nr_lrs = 2, .backend = "gich", .no_frames = true);

	assert_int_equal(vgic_set_cpu_base(m->gic, MACHINE_GICC), VGIC_OK);
	assert_int_equal(vgic_set_dist_base(m->gic, GICD), VGIC_OK);
	REGION(0, "GICD", GICD, 0x1000);
	REGION(1, "GICC", MACHINE_GICC, 0x2000);
	NO_REGION(2);
	NO_REGION(UINT32_MAX);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_of_a_gicv3),
		cmocka_unit_test(regions_of_a_gicv2),
		cmocka_unit_test(distributor),
		cmocka_unit_test(of_other_models),
		cmocka_unit_test(of_a_gicv2),
		cmocka_unit_test(redistributors),
		cmocka_unit_test(distributor_over_region),
		cmocka_unit_test(last_of_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
