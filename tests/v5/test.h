/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of a GICv5 on both kinds of CPU interface: in software, and those of a
 * PE with FEAT_GCIE, driven by the real EL2 code (src/cpuif/ich5.c) on modelled
 * registers.
 */
#ifndef VGIC_TESTS_V5_TEST_H
#define VGIC_TESTS_V5_TEST_H

#include "tests/machine/irs.h"
#include "tests/machine/test.h"

#define BIT(n) (UINT64_C(1) << (n))
#define ONES UINT64_MAX
#define VALID GICR_CDIA_VALID

/* One rule, with both interfaces: NAME_soft and NAME_hard. */
#define RULE(name, vcpus) \
	static void name(struct machine *m); \
	RULE_ON(name, "soft-v5", soft, vcpus) \
	RULE_ON(name, "ich5", hard, vcpus) \
	static void name(struct machine *m)
#define RULE_ON(name, kind, suffix, vcpus) \
	static void name##_##suffix(void **state) \
	{ \
		MACHINE(.backend = kind, .nr_vcpus = vcpus); \
		name(m); \
		machine_end(m); \
	}
#define rule(name) cmocka_unit_test(name##_soft), cmocka_unit_test(name##_hard)

#endif
