/* SPDX-License-Identifier: BSD-2-Clause */
/* vgic_ich_probe() of src/cpuif/ich.c: what ICH_VTR_EL2 and MIDR_EL1 say. */
#include "tests/machine/test.h"

#include "probe.h"
#include "regs/a64.h"

#define APPLE 0x61u
#define ARM 0x41u

static uint64_t vtr, midr;

uint64_t probe_mrs(uint32_t enc)
{
	assert_true(enc == ICH_VTR_EL2 || enc == MIDR_EL1);
	return enc == MIDR_EL1 ? midr : vtr;
}

void probe_msr(uint32_t enc, uint64_t value)
{
	fail_msg("wrote %llx to %x", (unsigned long long)value, enc);
}

static struct vgic_cpuif_caps probe(void)
{
	struct vgic_cpuif_caps caps = { 0 };

	vgic_ich_probe(&caps);
	return caps;
}

TEST(fields)
{
	struct vgic_cpuif_caps caps;

	(void)state;
	vtr = 0;
	caps = probe();
	assert_int_equal(caps.nr_lrs, 1);
	assert_int_equal(caps.pri_bits, 1);
	assert_int_equal(caps.pre_bits, 1);
	assert_int_equal(caps.id_bits, 16);
	assert_false(caps.tdir || caps.a3v || caps.seis || caps.broken_seis);
	assert_true(caps.hw_deactivation);
	vtr = FIELD_PUT(ICH_VTR_EL2_ListRegs, 15) |
	      FIELD_PUT(ICH_VTR_EL2_PRIbits, 7) |
	      FIELD_PUT(ICH_VTR_EL2_PREbits, 6) |
	      FIELD_PUT(ICH_VTR_EL2_IDbits, 1);
	caps = probe();
	assert_int_equal(caps.nr_lrs, 16);
	assert_int_equal(caps.pri_bits, 8);
	assert_int_equal(caps.pre_bits, 7);
	assert_int_equal(caps.id_bits, 24);
	assert_false(caps.tdir || caps.a3v || caps.seis);
	vtr = ICH_VTR_EL2_TDS;
	assert_true(probe().tdir);
	vtr = ICH_VTR_EL2_A3V;
	assert_true(probe().a3v);
}

/* Apple's M1 and M2: each of their cores, no other, and only with SEIS. */
TEST(whose_serrors_reach_the_host)
{
	static const uint32_t parts[] = {
		0x22, 0x23, 0x24, 0x25, 0x28, 0x29,
		0x32, 0x33, 0x34, 0x35, 0x38, 0x39,
	};

	(void)state;
	vtr = ICH_VTR_EL2_SEIS;
	for (uint32_t part = 0; part < 0x1000; part++) {
		bool is_one = false;

		for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
			is_one |= part == parts[i];
		}
		/* Whatever the variant and the revision. */
		midr = FIELD_PUT(MIDR_EL1_Implementer, APPLE) | 0xf0000f |
		       FIELD_PUT(MIDR_EL1_PartNum, part);
		assert_int_equal(probe().broken_seis, is_one);
		assert_int_equal(probe().seis, !is_one);
	}
	midr = FIELD_PUT(MIDR_EL1_Implementer, ARM) |
	       FIELD_PUT(MIDR_EL1_PartNum, 0x22);
	assert_true(probe().seis && !probe().broken_seis);
	vtr = 0;
	midr = FIELD_PUT(MIDR_EL1_Implementer, APPLE) |
	       FIELD_PUT(MIDR_EL1_PartNum, 0x22);
	assert_false(probe().seis || probe().broken_seis);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),
		cmocka_unit_test(whose_serrors_reach_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
