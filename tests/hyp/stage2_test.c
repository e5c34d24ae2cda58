/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/stage2.h"

#include "hyp/guest_map.h"
#include "hyp/heap.h"
#include "hyp/host.h"
#include "hyp/vm.h"
#include "tests/hyp/test.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ALLOCATIONS 64
#define PA_RANGE_32 0
#define PA_RANGE_36 1
#define PA_RANGE_40 2
#define PA_RANGE_44 4
#define PA_RANGE_52 6

static void *allocated[MAX_ALLOCATIONS];
static unsigned int nr_allocated;
static struct vm v;

void *heap_alloc(size_t size, size_t align)
{
	void *p = aligned_alloc(align, size);

	assert_true(nr_allocated < MAX_ALLOCATIONS);
	memset(p, 0, size);
	allocated[nr_allocated++] = p;
	return p;
}

static int teardown(void **state)
{
	(void)state;
	while (nr_allocated > 0) {
		free(allocated[--nr_allocated]);
	}
	return 0;
}

static const char *build(uint64_t pa, uint64_t ipa, uint64_t size,
			 unsigned int pa_range)
{
	v = (struct vm){ .ram_pa = pa, .ram_ipa = ipa, .ram_size = size };
	return stage2_init(&v, pa_range);
}

/* The walk that the CPU does; 0 for a fault. */
static uint64_t walk(uint64_t ipa, unsigned int *level)
{
	const uint64_t *table =
		(const uint64_t *)(uintptr_t)(v.vttbr &
					      UINT64_C(0xfffffffffffe));
	uint64_t entry = table[ipa >> 30];
	unsigned int shift = 30;

	for (*level = 1; *level <= 3; (*level)++) {
		if (!(entry & 1)) {
			return 0;
		}
		if (*level == 3 || !(entry & 2)) {
			/* Normal write-back, RW, inner shareable, accessed */
			assert_int_equal(entry & 0x7fc, 0x7fc);
			return (entry & UINT64_C(0xfffffffff000) &
				~((UINT64_C(1) << shift) - 1)) |
			       (ipa & ((UINT64_C(1) << shift) - 1));
		}
		shift -= 9;
		table = (const uint64_t *)(uintptr_t)(entry &
						      UINT64_C(0xfffffffff000));
		entry = table[ipa >> shift & 511];
	}
	return 0;
}

static void check_map(void)
{
	uint64_t end = v.ram_ipa + v.ram_size, ipa;
	unsigned int level;

	for (ipa = v.ram_ipa; ipa < end; ipa += PAGE_SIZE) {
		assert_true(walk(ipa + 8, &level) ==
			    ipa + 8 - v.ram_ipa + v.ram_pa);
	}
	assert_true(walk(end, &level) == 0);
	assert_true(walk(v.ram_ipa - 1, &level) == 0);
	assert_true(walk(GUEST_GICD_IPA, &level) == 0);
	assert_true(walk(GUEST_UART_IPA, &level) == 0);
}

static void blocks(void **state)
{
	unsigned int level;

	(void)state;
	assert_null(
		build(GUEST_RAM_PA, GUEST_RAM_IPA, 0x50000000, PA_RANGE_44));
	check_map();
	walk(GUEST_RAM_IPA, &level);
	assert_int_equal(level, 2);
	/* Two root tables side by side, and a table per GiB begun. */
	assert_int_equal(nr_allocated, 3);
}

/* What is no multiple of 2 MiB ends in pages; so does a shifted block. */
static void pages(void **state)
{
	unsigned int level;

	(void)state;
	assert_null(build(GUEST_RAM_PA, GUEST_RAM_IPA, 0x403000, PA_RANGE_44));
	check_map();
	walk(GUEST_RAM_IPA, &level);
	assert_int_equal(level, 2);
	walk(GUEST_RAM_IPA + 0x402000, &level);
	assert_int_equal(level, 3);
	teardown(state);
	assert_null(build(GUEST_RAM_PA + PAGE_SIZE, GUEST_RAM_IPA, 0x200000,
			  PA_RANGE_44));
	check_map();
	walk(GUEST_RAM_IPA, &level);
	assert_int_equal(level, 3);
}

/* DDI 0487 D17.2.157: T0SZ, SL0 1 (level 1), WB IS walks, PS, RES1. */
static void control(void **state)
{
	static const struct {
		unsigned int pa_range;
		uint64_t vtcr;
	} rows[] = {
		{ PA_RANGE_32, 0x80003500 | 1 << 6 | 32 | 0 << 16 },
		{ PA_RANGE_36, 0x80003500 | 1 << 6 | 28 | 1 << 16 },
		{ PA_RANGE_40, 0x80003500 | 1 << 6 | 24 | 2 << 16 },
		{ PA_RANGE_44, 0x80003500 | 1 << 6 | 24 | 4 << 16 },
		/* 52 bits are not to be had with 4 KiB pages. */
		{ PA_RANGE_52, 0x80003500 | 1 << 6 | 24 | 5 << 16 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(build(GUEST_RAM_PA, GUEST_RAM_IPA, 0x200000,
				  rows[i].pa_range));
		assert_true(v.vtcr == rows[i].vtcr);
		/* A VMID of its own; aligned as two tables must be. */
		assert_int_equal(v.vttbr >> 48, 1);
		assert_int_equal(v.vttbr & 0xfff, 0);
		assert_true(rows[i].pa_range < PA_RANGE_40 ||
			    !(v.vttbr & 0x1fff));
		check_map();
	}
}

/* The entry of a page among what is not RAM. */
static uint64_t page_entry(uint64_t ipa)
{
	const uint64_t *table =
		(const uint64_t *)(uintptr_t)(v.vttbr &
					      UINT64_C(0xfffffffffffe));

	for (unsigned int shift = 30; shift > 12; shift -= 9) {
		uint64_t entry = table[ipa >> shift & 511];

		assert_int_equal(entry & 3, 3);
		table = (const uint64_t *)(uintptr_t)(entry &
						      UINT64_C(0xfffffffff000));
	}
	return table[ipa >> 12 & 511];
}

/* Device-nGnRE, not executable. */
#define DEVICE_PAGE(pa) \
	((pa) | UINT64_C(2) << 53 | 1 << 10 | 3 << 6 | 1 << 2 | 3)

/* A GICv2 guest's CPU interface: a page. */
static void gicv(void **state)
{
	(void)state;
	v = (struct vm){ .ram_pa = GUEST_RAM_PA,
			 .ram_ipa = GUEST_RAM_IPA,
			 .ram_size = BLOCK_SIZE,
			 .gicv_pa = 0x8040000 };
	assert_null(stage2_init(&v, PA_RANGE_44));
	check_map();
	assert_true(page_entry(GUEST_GICC_IPA) == DEVICE_PAGE(0x8040000));
	/* GICC_DIR traps. */
	assert_true(page_entry(GUEST_GICC_IPA + PAGE_SIZE) == 0);
}

/* Devices that are the guest's, several of them in one page. */
static void devices(void **state)
{
	(void)state;
	v = (struct vm){ .ram_pa = GUEST_RAM_PA,
			 .ram_ipa = GUEST_RAM_PA,
			 .ram_size = BLOCK_SIZE,
			 .nr_devices = 3,
			 .devices = {
				 { .ipa = GUEST_UART_IPA, .pa = 0x9040000 },
				 { .ipa = 0xa000e00, .pa = 0xa000e00 },
				 { .ipa = 0xa000000, .pa = 0xa000000 } } };
	assert_null(stage2_init(&v, PA_RANGE_44));
	assert_true(page_entry(GUEST_UART_IPA) == DEVICE_PAGE(0x9040000));
	assert_true(page_entry(0xa000000) == DEVICE_PAGE(0xa000000));
	assert_true(page_entry(0xa001000) == 0);
}

/* The entry of a block of 1 << `shift` bytes among what is not RAM. */
static uint64_t block_entry(uint64_t ipa, unsigned int shift)
{
	const uint64_t *table =
		(const uint64_t *)(uintptr_t)(v.vttbr &
					      UINT64_C(0xfffffffffffe));
	uint64_t entry = table[ipa >> 30];

	if (shift < 30) {
		assert_int_equal(entry & 3, 3);
		table = (const uint64_t *)(uintptr_t)(entry &
						      UINT64_C(0xfffffffff000));
		entry = table[ipa >> 21 & 511];
	}
	return entry;
}

#define DEVICE_BLOCK(pa) (DEVICE_PAGE(pa) & ~UINT64_C(2))

/* Where it is physically, by the largest pieces there are. */
static void pci(void **state)
{
	struct host_pci host_pci = {
		.ecam = { 0x4010000000, 0x10000000 },
		.windows = { { 0x3eff0000, 0x10000 },
			     { 0x10000000, 0x2eff0000 },
			     { 0x8020000000, 0x7fe0000000 } },
		.nr_windows = 3,
	};

	(void)state;
	v = (struct vm){ .ram_pa = GUEST_RAM_PA,
			 .ram_ipa = GUEST_RAM_PA,
			 .ram_size = BLOCK_SIZE,
			 .pci = &host_pci };
	assert_null(stage2_init(&v, PA_RANGE_44));
	check_map();
	assert_true(block_entry(0x4010000000, 21) ==
		    DEVICE_BLOCK(0x4010000000));
	assert_true(block_entry(0x401fe00000, 21) ==
		    DEVICE_BLOCK(0x401fe00000));
	assert_true(block_entry(0x4020000000, 21) == 0);
	assert_true(page_entry(0x3eff0000) == DEVICE_PAGE(0x3eff0000));
	assert_true(page_entry(0x3effffff) == DEVICE_PAGE(0x3efff000));
	assert_true(page_entry(0x3efef000) == DEVICE_PAGE(0x3efef000));
	assert_true(block_entry(0x3f000000, 21) == 0);
	assert_true(block_entry(0x8000000000, 21) == 0);
	assert_true(block_entry(0x8020000000, 21) ==
		    DEVICE_BLOCK(0x8020000000));
	assert_true(block_entry(0x8040000000, 30) ==
		    DEVICE_BLOCK(0x8040000000));
	assert_true(block_entry(0xffc0000000, 30) ==
		    DEVICE_BLOCK(0xffc0000000));

	/* 36 bits of address are too few for either, and all is in pages. */
	host_pci.nr_windows = 0;
	assert_non_null(stage2_init(&v, PA_RANGE_36));
	host_pci.ecam = host_pci.windows[1];
	assert_null(stage2_init(&v, PA_RANGE_36));
	host_pci.ecam = host_pci.windows[2];
	assert_non_null(stage2_init(&v, PA_RANGE_36));
	host_pci.ecam = (struct host_region){ 0x10000000, 0x1004 };
	assert_non_null(stage2_init(&v, PA_RANGE_44));
}

static void too_much(void **state)
{
	(void)state;
	assert_null(
		build(GUEST_RAM_PA, GUEST_RAM_IPA, 0xc0000000, PA_RANGE_32));
	assert_non_null(
		build(GUEST_RAM_PA, GUEST_RAM_IPA, 0xc0001000, PA_RANGE_32));
}

static void pointers(void **state)
{
	(void)state;
	v = (struct vm){ .ram_pa = 0x5000,
			 .ram_ipa = 0x1000,
			 .ram_size = 0x1000 };
	assert_ptr_equal(guest_ptr(&v, 0x1000, 0x1000), (void *)0x5000);
	assert_ptr_equal(guest_ptr(&v, 0x1ff8, 8), (void *)0x5ff8);
	assert_null(guest_ptr(&v, 0x1ff9, 8));
	assert_null(guest_ptr(&v, 0xfff, 8));
	assert_null(guest_ptr(&v, 0x1000, UINT64_MAX));
	assert_null(guest_ptr(&v, UINT64_MAX, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(blocks, teardown),
		cmocka_unit_test_teardown(pages, teardown),
		cmocka_unit_test_teardown(control, teardown),
		cmocka_unit_test_teardown(gicv, teardown),
		cmocka_unit_test_teardown(devices, teardown),
		cmocka_unit_test_teardown(pci, teardown),
		cmocka_unit_test_teardown(too_much, teardown),
		cmocka_unit_test(pointers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
