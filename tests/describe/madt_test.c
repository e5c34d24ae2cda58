/* SPDX-License-Identifier: BSD-2-Clause */
/* describe/madt.c: each structure by its offsets in ACPI 6.5, 5.2.12. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/describe.h>

#define TEST(name) static void name(void **state)

static const uint64_t mpidr[] = { 0x80000000, 0x81000001, 0x0300000100 };
static const uint16_t iaffid[] = { 0x100, 0x201, 0x302 };
static uint8_t table[1024];

static uint64_t get(const uint8_t *at, unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes; i++) {
		value |= (uint64_t)at[i] << 8 * i;
	}
	return value;
}

/* The nth structure of this type; its length is what the table says. */
static const uint8_t *find(uint8_t type, unsigned int n, uint8_t length)
{
	uint64_t size = get(table + 4, 4);

	for (uint64_t at = 44; at < size; at += table[at + 1]) {
		assert_true(table[at + 1] > 1);
		if (table[at] == type && n-- == 0) {
			assert_int_equal(table[at + 1], length);
			return table + at;
		}
	}
	return NULL;
}

static void make(const struct vgic_description *d)
{
	size_t size = vgic_madt(d, NULL, 0);
	uint8_t sum = 0;

	memset(table, 0xa5, sizeof(table));
	assert_int_equal(vgic_madt(d, table, size), size);
	assert_int_equal(table[size], 0xa5);
	assert_memory_equal(table, "APIC", 4);
	assert_int_equal(get(table + 4, 4), size);
	assert_int_equal(table[8], 6);
	assert_memory_equal(table + 10, "VGIC  VGICMADT", 14);
	for (size_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + table[i]);
	}
	assert_int_equal(sum, 0);
	/* One byte less, and nothing is written behind it. */
	memset(table + size - 1, 0xa5, 1);
	assert_int_equal(vgic_madt(d, table, size - 1), size);
	assert_int_equal(table[size - 1], 0xa5);
	assert_int_equal(vgic_madt(d, table, sizeof(table)), size);
	assert_int_equal(get(table + 44 + 1, 1) * d->nr_vcpus + 44 < size, 1);
}

static void check_gicc(const struct vgic_description *d, uint64_t base)
{
	uint8_t length = d->model == VGIC_GICV5 ? 88 : 82;

	for (uint32_t i = 0; i < d->nr_vcpus; i++) {
		const uint8_t *at = find(0x0b, i, length);

		assert_non_null(at);
		assert_int_equal(get(at + 4, 4), i);
		assert_int_equal(get(at + 8, 4), i);
		assert_int_equal(get(at + 12, 4), 1);
		assert_int_equal(get(at + 32, 8), base);
		assert_int_equal(get(at + 60, 8), 0);
		assert_int_equal(get(at + 68, 8),
				 mpidr[i] & UINT64_C(0xff00ffffff));
	}
	assert_null(find(0x0b, d->nr_vcpus, length));
}

static void check_gicd(uint64_t base, uint8_t version)
{
	const uint8_t *at = find(0x0c, 0, 24);

	assert_non_null(at);
	assert_int_equal(get(at + 8, 8), base);
	assert_int_equal(at[20], version);
	assert_null(find(0x0c, 1, 24));
}

TEST(gicv2)
{
	static const struct vgic_mmio_region frames[] = {
		{ "GICD", 0x08000000, 0x1000 },
		{ "GICC", 0x08010000, 0x2000 },
	};
	const struct vgic_description d = { VGIC_GICV2, 3,     frames,
					    2,		mpidr, NULL };

	(void)state;
	make(&d);
	check_gicc(&d, 0x08010000);
	check_gicd(0x08000000, 2);
	assert_null(find(0x0e, 0, 16));
	assert_null(find(0x0f, 0, 20));
}

TEST(gicv3)
{
	static const struct vgic_mmio_region frames[] = {
		{ "GICD", 0x08000000, 0x10000 },
		{ "GICR", 0x080a0000, 0x20000 },
		{ "GICR", 0x4000000000, 0x40000 },
		{ "GITS", 0x08080000, 0x20000 },
		{ "GITS", 0x0a080000, 0x20000 },
	};
	const struct vgic_description d = { VGIC_GICV3, 3,     frames,
					    5,		mpidr, NULL };

	(void)state;
	make(&d);
	check_gicc(&d, 0);
	check_gicd(0x08000000, 3);
	for (uint32_t i = 0; i < 2; i++) {
		const uint8_t *gicr = find(0x0e, i, 16);
		const uint8_t *its = find(0x0f, i, 20);

		assert_int_equal(get(gicr + 4, 8), frames[1 + i].ipa);
		assert_int_equal(get(gicr + 12, 4), frames[1 + i].size);
		assert_int_equal(get(its + 4, 4), i);
		assert_int_equal(get(its + 8, 8), frames[3 + i].ipa);
	}
	assert_null(find(0x0e, 2, 16));
	assert_null(find(0x0f, 2, 20));
}

/* Three vCPUs of two IRSs: the first has two of them. */
TEST(gicv5)
{
	static const struct vgic_mmio_region frames[] = {
		{ "IRS", 0x08010000, 0x20000 },
		{ "IRS", 0x08030000, 0x20000 },
	};
	static const uint32_t irs_of[] = { 0, 0, 1 };
	const struct vgic_description d = { VGIC_GICV5, 3,     frames,
					    2,		mpidr, iaffid };

	(void)state;
	make(&d);
	check_gicc(&d, 0);
	assert_null(find(0x0c, 0, 24));
	for (uint32_t i = 0; i < 3; i++) {
		const uint8_t *gicc = find(0x0b, i, 88);

		assert_int_equal(get(gicc + 82, 2), iaffid[i]);
		assert_int_equal(get(gicc + 84, 4), irs_of[i]);
	}
	for (uint32_t i = 0; i < 2; i++) {
		const uint8_t *irs = find(0x1c, i, 32);

		assert_int_equal(irs[2], 5);
		assert_int_equal(get(irs + 4, 4), i);
		assert_int_equal(get(irs + 8, 4), 0);
		assert_int_equal(get(irs + 16, 8), frames[i].ipa);
		assert_int_equal(get(irs + 24, 8), frames[i].ipa + 0x10000);
	}
	assert_null(find(0x1c, 2, 32));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gicv2),
		cmocka_unit_test(gicv3),
		cmocka_unit_test(gicv5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
