/* SPDX-License-Identifier: BSD-2-Clause */
/* describe/fdt.c: what libfdt reads.  More of it: hyp's fdt_test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <vgic/describe.h>

#define TEST(name) static void name(void **state)

static char tree[4096];

static void make(const struct vgic_description *d)
{
	static const struct vgic_fdt_handles handles = { 7, 20, 0x100 };

	assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(vgic_fdt_add_gic(tree, d, &handles), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_finish(tree), 0);
}

static const void *property(const char *path, const char *name, int length)
{
	int len = 0;
	const void *value =
		fdt_getprop(tree, fdt_path_offset(tree, path), name, &len);

	assert_non_null(value);
	assert_int_equal(len, length);
	return value;
}

static void text(const char *path, const char *name, const char *value)
{
	assert_string_equal(property(path, name, (int)strlen(value) + 1),
			    value);
}

static void cells(const char *path, const char *name, int nr, ...)
{
	const uint8_t *value = property(path, name, 4 * nr);
	va_list args;

	va_start(args, nr);
	for (int i = 0; i < nr; i++) {
		assert_int_equal(fdt32_ld((const void *)(value + 4 * i)),
				 va_arg(args, unsigned int));
	}
	va_end(args);
}

static void interrupt(const struct vgic_description *d, uint32_t intid,
		      bool level, uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t got[3];

	vgic_fdt_interrupt(d, intid, level, got);
	assert_int_equal(got[0], a);
	assert_int_equal(got[1], b);
	assert_int_equal(got[2], c);
}

TEST(gicv2)
{
	static const struct vgic_mmio_region frames[] = {
		{ "GICC", 0x08010000, 0x2000 },
		{ "GICD", 0x08000000, 0x1000 },
	};
	const struct vgic_description d = { .model = VGIC_GICV2,
					    .nr_vcpus = 3,
					    .frames = frames,
					    .nr_frames = 2 };
	const char *node = "/intc@8000000";

	(void)state;
	make(&d);
	text(node, "compatible", "arm,cortex-a15-gic");
	cells(node, "phandle", 1, 7u);
	cells(node, "#interrupt-cells", 1, 3u);
	property(node, "interrupt-controller", 0);
	cells(node, "reg", 8, 0u, 0x08000000u, 0u, 0x1000u, 0u, 0x08010000u, 0u,
	      0x2000u);
	interrupt(&d, 27, true, 1, 11, 0x704);
	interrupt(&d, 33, false, 0, 1, 1);
}

TEST(gicv3)
{
	static const struct vgic_mmio_region frames[] = {
		{ "GICD", 0x08000000, 0x10000 },
		{ "GICR", 0x080a0000, 0x20000 },
		{ "GICR", 0x4000000000, 0x40000 },
		{ "GITS", 0x08080000, 0x20000 },
		{ "GITS", 0x1208080000, 0x20000 },
	};
	const struct vgic_description d = { .model = VGIC_GICV3,
					    .nr_vcpus = 3,
					    .frames = frames,
					    .nr_frames = 5 };
	const char *node = "/intc@8000000";
	const char *its = "/intc@8000000/its@1208080000";

	(void)state;
	make(&d);
	text(node, "compatible", "arm,gic-v3");
	cells(node, "#redistributor-regions", 1, 2u);
	cells(node, "reg", 12, 0u, 0x08000000u, 0u, 0x10000u, 0u, 0x080a0000u,
	      0u, 0x20000u, 0x40u, 0u, 0u, 0x40000u);
	property(node, "ranges", 0);
	cells("/intc@8000000/its@8080000", "phandle", 1, 20u);
	text(its, "compatible", "arm,gic-v3-its");
	cells(its, "phandle", 1, 21u);
	cells(its, "#msi-cells", 1, 1u);
	property(its, "msi-controller", 0);
	cells(its, "reg", 4, 0x12u, 0x08080000u, 0u, 0x20000u);
	interrupt(&d, 27, true, 1, 11, 4);
	interrupt(&d, 32, true, 0, 0, 4);
}

/* Three vCPUs and two IRSs: two vCPUs belong to the first IRS. */
TEST(gicv5)
{
	static const struct vgic_mmio_region frames[] = {
		{ "IRS", 0x08010000, 0x20000 },
		{ "IRS", 0x08030000, 0x20000 },
	};
	static const uint16_t iaffid[] = { 0x100, 0x201, 0x302 };
	const struct vgic_description d = { .model = VGIC_GICV5,
					    .nr_vcpus = 3,
					    .frames = frames,
					    .nr_frames = 2,
					    .iaffid = iaffid };
	const char *first = "/intc/irs@8010000", *second = "/intc/irs@8030000";

	(void)state;
	make(&d);
	text("/intc", "compatible", "arm,gic-v5");
	cells("/intc", "phandle", 1, 7u);
	text(first, "compatible", "arm,gic-v5-irs");
	cells(first, "cpus", 2, 0x100u, 0x101u);
	cells(second, "cpus", 1, 0x102u);
	assert_memory_equal(property(first, "arm,iaffids", 4), "\1\0\2\1", 4);
	assert_memory_equal(property(second, "arm,iaffids", 2), "\3\2", 2);
	cells(second, "reg", 8, 0u, 0x08030000u, 0u, 0x10000u, 0u, 0x08040000u,
	      0u, 0x10000u);
	assert_memory_equal(property(first, "reg-names", 20),
			    "ns-config\0ns-setlpi", 20);
	interrupt(&d, 1u << 29 | 27, true, 1, 27, 4);
	interrupt(&d, 3u << 29 | 1, false, 3, 1, 1);
}

/* No room: libfdt's error, and no crash. */
TEST(no_room)
{
	static const struct vgic_mmio_region frames[] = {
		{ "IRS", 0x08010000, 0x20000 },
	};
	static const struct vgic_fdt_handles handles = { 7, 20, 0x100 };
	const struct vgic_description d = { .model = VGIC_GICV5,
					    .nr_vcpus = 512,
					    .frames = frames,
					    .nr_frames = 1 };

	(void)state;
	assert_int_equal(fdt_create(tree, 512), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(vgic_fdt_add_gic(tree, &d, &handles),
			 -FDT_ERR_NOSPACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gicv2),
		cmocka_unit_test(gicv3),
		cmocka_unit_test(gicv5),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
