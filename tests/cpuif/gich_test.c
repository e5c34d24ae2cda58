/* SPDX-License-Identifier: BSD-2-Clause */
/* The GICv2's control registers, as plain memory: what is where in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/backend.h>

#include "regs/gicv2.h"
#include "regs/ich.h"

#define NR_LRS 4
#define JUNK 0xdeadbeefu

static uint32_t gich[0x200 / 4];
static struct vgic_ich_image image;
static const struct vgic_cpuif_caps caps = {
	.nr_lrs = NR_LRS,
	.pri_bits = 5,
	.pre_bits = 5,
	.id_bits = 16,
	.tdir = true,
	.hw_deactivation = true,
};

static uint32_t *reg(uint32_t offset)
{
	return &gich[offset / 4];
}

static int setup(void **state)
{
	(void)state;
	memset(gich, 0, sizeof(gich));
	memset(&image, 0, sizeof(image));
	return 0;
}

/* IHI 0069 12.4.6 beside IHI 0048 5.3.10. */
static const struct {
	uint64_t ich;
	uint32_t gich;
} lrs[] = {
	{ 0, 0 },
	/* pending SPI 33, Group 1, priority 0xa0 */
	{ 0x50a0000000000021, 0x5a000021 },
	/* active and pending SGI 5 from CPU 3, Group 0, priority 0x08 */
	{ 0xc008000000000c05, 0x30800c05 },
	/* pending SGI 15 from CPU 7 with EOI maintenance */
	{ 0x4000020000001c0f, 0x10081c0f },
	/* pending and of hardware: PPI 27 by PPI 27, priority 0xf8 */
	{ 0x70f8001b0000001b, 0xdf806c1b },
	/* active, virtual 1019 by physical 1019, Group 0 */
	{ 0xa00003fb000003fb, 0xa0000000 | 0x3fb << 10 | 0x3fb },
};

static void list_registers_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lrs) / sizeof(lrs[0]); i++) {
		uint32_t n = (uint32_t)i % NR_LRS;

		image.lr[n] = lrs[i].ich;
		image.dirty = (uint16_t)(1u << n);
		vgic_gich_backend.enter(gich, &image);
		assert_int_equal(*reg(GICH_LR0 + 4 * n), lrs[i].gich);
		image.lr[n] = 0;
		image.used = (uint16_t)(1u << n);
		vgic_gich_backend.exit(gich, &image);
		assert_true(image.lr[n] == lrs[i].ich);
	}
}

/* Whatever hardware may hold, but for its reserved bits, survives. */
static void any_word_comes_back(void **state)
{
	uint32_t word = 1;

	(void)state;
	image.used = 1;
	image.dirty = 1;
	for (int i = 0; i < 100000; i++) {
		uint32_t kept = word &
				(word & GICH_LR_HW ? 0xff8fffffu : 0x7f881fffu);

		*reg(GICH_LR0) = word;
		vgic_gich_backend.exit(gich, &image);
		vgic_gich_backend.enter(gich, &image);
		assert_int_equal(*reg(GICH_LR0), kept);
		word = word * 1664525 + 1013904223;
	}
}

static void touches_only_what_changed(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < NR_LRS; n++) {
		*reg(GICH_LR0 + 4 * n) = JUNK;
	}
	*reg(GICH_HCR) = JUNK;
	image.dirty = 1u << 2;
	vgic_gich_backend.enter(gich, &image);
	assert_int_equal(*reg(GICH_LR0 + 4), JUNK);
	assert_int_equal(*reg(GICH_LR0 + 8), 0);
	assert_int_equal(*reg(GICH_LR0 + 12), JUNK);
	assert_int_equal(*reg(GICH_HCR), JUNK);

	image.used = 1u << 3;
	vgic_gich_backend.exit(gich, &image);
	assert_true(image.lr[1] == 0 && image.lr[3] != 0);
}

/* There is no TDIR and no TC; the library's own stays when it reads back. */
static void hcr(void **state)
{
	const uint32_t all = 0xf8007cff, there = 0xf80000ff;

	(void)state;
	image.hcr = all;
	image.hcr_dirty = true;
	vgic_gich_backend.enter(gich, &image);
	assert_int_equal(*reg(GICH_HCR), there);

	image.hcr = ICH_HCR_EL2_En | ICH_HCR_EL2_TDIR;
	*reg(GICH_HCR) = 5u << 27 | ICH_HCR_EL2_En;
	vgic_gich_backend.exit(gich, &image);
	assert_int_equal(image.hcr, ICH_HCR_EL2_En | ICH_HCR_EL2_TDIR);

	image.hcr |= ICH_HCR_EL2_LRENPIE;
	vgic_gich_backend.exit(gich, &image);
	assert_int_equal(image.hcr, 5u << 27 | ICH_HCR_EL2_En |
					    ICH_HCR_EL2_LRENPIE |
					    ICH_HCR_EL2_TDIR);
}

static void load_and_put(void **state)
{
	(void)state;
	memset(gich, 0xff, sizeof(gich));
	image.used = 1;
	image.lr[0] = lrs[1].ich;
	image.lr[3] = lrs[2].ich;
	image.ap0r[0] = 1u << 20;
	image.vmcr = ICH_VMCR_EL2_VENG1 | ICH_VMCR_EL2_VEOIM |
		     ICH_VMCR_EL2_VFIQEn | 2u << 21 | 3u << 18 | 0xf0u << 24;
	image.hcr = ICH_HCR_EL2_En;
	vgic_gich_backend.load(gich, &image, &caps);
	assert_int_equal(*reg(GICH_LR0), lrs[1].gich);
	assert_int_equal(*reg(GICH_LR0 + 12), 0);
	assert_int_equal(*reg(GICH_LR0 + 16), UINT32_MAX);
	assert_int_equal(*reg(GICH_APR), 1u << 20);
	assert_int_equal(*reg(GICH_VMCR), image.vmcr);
	assert_int_equal(*reg(GICH_HCR), ICH_HCR_EL2_En);

	*reg(GICH_APR) = 1u << 4;
	*reg(GICH_VMCR) = UINT32_MAX;
	vgic_gich_backend.put(gich, &image, &caps);
	assert_int_equal(image.ap0r[0], 1u << 4);
	assert_int_equal(image.ap1r[0], 0);
	assert_int_equal(image.vmcr, 0xf8fc021f);
	assert_int_equal(*reg(GICH_HCR), 0);

	*reg(GICH_APR) = 1u << 5;
	vgic_gich_backend.read_apr(gich, &image, &caps);
	assert_int_equal(image.ap0r[0], 1u << 5);
}

static void probe(void **state)
{
	struct vgic_cpuif_caps found;

	(void)state;
	*reg(GICH_VTR) = 0x90000003;
	memset(&found, 0xff, sizeof(found));
	vgic_gich_probe(gich, &found);
	assert_int_equal(found.nr_lrs, 4);
	assert_int_equal(found.pri_bits, 5);
	assert_int_equal(found.pre_bits, 5);
	assert_int_equal(found.id_bits, 16);
	assert_true(found.tdir);
	assert_true(found.hw_deactivation);
	assert_false(found.a3v);
	*reg(GICH_VTR) = 0x9000003f;
	vgic_gich_probe(gich, &found);
	assert_int_equal(found.nr_lrs, VGIC_MAX_LRS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(list_registers_there_and_back, setup),
		cmocka_unit_test_setup(any_word_comes_back, setup),
		cmocka_unit_test_setup(touches_only_what_changed, setup),
		cmocka_unit_test_setup(hcr, setup),
		cmocka_unit_test_setup(load_and_put, setup),
		cmocka_unit_test_setup(probe, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
