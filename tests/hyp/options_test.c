/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/options.h"
#include "tests/hyp/test.h"

static void nothing(void **state)
{
	(void)state;
	assert_null(options_parse(""));
	assert_int_equal(options.vcpus, 1);
	assert_int_equal(options.mem_mib, 0);
	assert_int_equal(options.timeout_s, 0);
	assert_int_equal(options.torture_ms, 0);
	assert_false(options.verbose);
	assert_false(options.icount);
	assert_int_equal(options.gic, VGIC_GICV3);
	assert_int_equal(options.cpuif, CPUIF_AUTO);
	assert_false(options.pass_uart);
	assert_false(options.pass_disks);
}

static void all(void **state)
{
	(void)state;
	assert_null(options_parse("  vgic.vcpus=512 vgic.mem=128 "
				  "vgic.gic=v3  vgic.timeout=60 vgic.verbose "
				  "vgic.icount vgic.torture=10"));
	assert_int_equal(options.vcpus, 512);
	assert_int_equal(options.mem_mib, 128);
	assert_int_equal(options.timeout_s, 60);
	assert_int_equal(options.torture_ms, 10);
	assert_true(options.verbose);
	assert_true(options.icount);
}

static void words(void **state)
{
	(void)state;
	assert_null(options_parse("vgic.gic=v2 vgic.cpuif=hw"));
	assert_int_equal(options.gic, VGIC_GICV2);
	assert_int_equal(options.cpuif, CPUIF_HW);
	assert_null(options_parse("vgic.cpuif=soft vgic.gic=v5"));
	assert_int_equal(options.gic, VGIC_GICV5);
	assert_int_equal(options.cpuif, CPUIF_SOFT);
	assert_null(options_parse("vgic.cpuif=auto vgic.gic=v3"));
	assert_int_equal(options.gic, VGIC_GICV3);
	assert_int_equal(options.cpuif, CPUIF_AUTO);
	assert_int_equal(options.its, 0);
	assert_null(options_parse("vgic.its=on"));
	assert_int_equal(options.its, 1);
	assert_null(options_parse("vgic.its=on vgic.its=off"));
	assert_int_equal(options.its, 0);
	assert_null(options_parse("vgic.passthrough=uart"));
	assert_true(options.pass_uart && !options.pass_disks);
	assert_null(options_parse("vgic.passthrough=pci"));
	assert_true(options.pass_pci && !options.pass_disks);
	assert_null(options_parse("vgic.passthrough=disk"));
	assert_true(options.pass_disks && !options.pass_uart);
	assert_false(options.no_tdir || options.no_hw_deact ||
		     options.broken_seis || options.max_lrs);
	assert_null(options_parse("vgic.quirk=no-tdir vgic.lrs=2"));
	assert_true(options.no_tdir && options.max_lrs == 2);
	assert_false(options.no_hw_deact || options.broken_seis);
	assert_null(options_parse("vgic.quirk=no-hw-deact vgic.quirk=seis"));
	assert_true(options.no_hw_deact && options.broken_seis);
}

static void mistakes(void **state)
{
	/* clang-format off */
	static const char *const bad[] = {
		"vgic.vcpus=0", "vgic.vcpus=513", "vgic.vcpus=", "vgic.vcpus",
		"vgic.vcpus=4x", "vgic.vcpus=-1", "vgic.vcpus=0x4",
		"vgic.vcpus=99999999999999999999999", "vgic.mem=0",
		"vgic.gic=v4", "vgic.gic=", "vgic.cpuif=",
		"vgic.cpuif=none", "vgic.its=1", "vgic.its=",
		"vgic.verbose=1", "vgic.verbos",
		"vgic.verbosee", "vgic.quirk=", "vgic.lrs=0", "vgic.lrs=17",
		"vgic.passthrough=",
		"vgic.passthrough=net", "quiet", "vgic.vcpus=4 rubbish",
	};
	/* clang-format on */
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print_message("%s\n", bad[i]);
		assert_non_null(options_parse(bad[i]));
	}
	assert_string_equal(options_parse("vgic.mem=9 vgic.vcpus=many x"),
			    "hypervisor option not understood: "
			    "vgic.vcpus=many");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(all),
		cmocka_unit_test(words),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
