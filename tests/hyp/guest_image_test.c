/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/guest_image.h"

#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/platform.h"
#include "hyp/vm.h"
#include "tests/hyp/test.h"

#include <stdlib.h>
#include <string.h>

#define RAM_SIZE (16 * (uint64_t)BLOCK_SIZE)
#define IMAGE_SIZE 0x300000

struct host_info host;
static struct vm v;
static char *ram;

static void put64(uint64_t at, uint64_t value)
{
	memcpy(ram + at, &value, sizeof(value));
}

/* An Image that is right in all, `offset` into guest RAM. */
static void place_kernel(uint64_t offset, uint64_t text_offset)
{
	host.kernel.base = v.ram_pa + offset;
	host.kernel.size = 0x100000;
	memset(ram + offset, 0, 64);
	put64(offset + 8, text_offset);
	put64(offset + 16, IMAGE_SIZE);
	put64(offset + 24, 0xa);
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): no string. */
	memcpy(ram + offset + 56, "ARM\x64", 4);
}

static int setup(void **state)
{
	(void)state;
	ram = aligned_alloc(BLOCK_SIZE, RAM_SIZE);
	memset(ram, 0, RAM_SIZE);
	v = (struct vm){ .ram_pa = (uintptr_t)ram,
			 .ram_ipa = GUEST_RAM_IPA,
			 .ram_size = RAM_SIZE };
	host = (struct host_info){ 0 };
	place_kernel(0, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(ram);
	return 0;
}

static void good(uint64_t entry_offset)
{
	v.entry_ipa = 0;
	assert_null(guest_image_check(&v));
	assert_true(v.entry_ipa == GUEST_RAM_IPA + entry_offset);
}

static void bad(const char *why)
{
	assert_string_equal(guest_image_check(&v), why);
}

static void images(void **state)
{
	(void)state;
	good(0);
	place_kernel(BLOCK_SIZE, 0);
	good(BLOCK_SIZE);
	place_kernel(0x80000, 0x80000);
	good(0x80000);
	/* Before 3.17: no image_size. */
	put64(0x80000 + 16, 0);
	put64(0x80000 + 8, 0);
	good(0x80000);
}

static void bad_images(void **state)
{
	(void)state;
	place_kernel(0x1000, 0);
	bad("the kernel is not at 2 MiB plus its text offset");
	place_kernel(0, 0x80000);
	bad("the kernel is not at 2 MiB plus its text offset");
	place_kernel(0, UINT64_MAX - 7);
	bad("the kernel is not at 2 MiB plus its text offset");
	place_kernel(0, 0);
	put64(24, 0xb);
	bad("the kernel is big endian");
	put64(24, 0xa);
	put64(16, UINT64_MAX);
	bad("the kernel's image size is absurd");
	/* The file ends long before; only what it grows to is too large. */
	put64(16, RAM_SIZE - GUEST_DTB_MAX + 1);
	bad("guest memory is too small for the kernel");
	put64(16, RAM_SIZE - GUEST_DTB_MAX);
	good(0);
}

static void raw(void **state)
{
	(void)state;
	ram[56] = 0;
	bad("a raw kernel is not at RAM + 0x80000");
	host.kernel.base = v.ram_pa + GUEST_RAW_OFFSET;
	host.kernel.size = 4;
	good(GUEST_RAW_OFFSET);
}

static void wild_kernels(void **state)
{
	static const struct host_module wild[] = {
		{ .base = 0x1000, .size = 0x1000 },
		{ .base = UINT64_MAX - 0xfff, .size = 0x2000 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		host.kernel = wild[i];
		bad("the kernel is not inside guest memory");
	}
	place_kernel(0, 0);
	host.kernel.size = RAM_SIZE;
	bad("the kernel is not inside guest memory");
	host.kernel.size = UINT64_MAX;
	bad("the kernel is not inside guest memory");
	place_kernel(0, 0);
	host.kernel.base += 4;
	bad("the kernel is not inside guest memory");
	host.kernel.base = v.ram_pa + RAM_SIZE - GUEST_DTB_MAX;
	bad("the kernel is not inside guest memory");
	host.kernel.size = 0;
	bad("there is no kernel");
}

static void initrds(void **state)
{
	uint64_t top = v.ram_pa + RAM_SIZE - GUEST_DTB_MAX;

	(void)state;
	host.initrd.base = v.ram_pa + IMAGE_SIZE;
	host.initrd.size = top - host.initrd.base;
	good(0);
	host.initrd.size++;
	bad("the initrd is not inside guest memory");
	host.initrd.size -= 2;
	host.initrd.base--;
	bad("kernel and initrd overlap");
	host.initrd.base = v.ram_pa - 0x1000;
	bad("the initrd is not inside guest memory");
	host.initrd.base = UINT64_MAX;
	bad("the initrd is not inside guest memory");
}

static void little_memory(void **state)
{
	(void)state;
	v.ram_size = GUEST_DTB_MAX;
	bad("guest memory is too small");
	v.ram_size = 0;
	bad("guest memory is too small");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(images, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_images, setup, teardown),
		cmocka_unit_test_setup_teardown(raw, setup, teardown),
		cmocka_unit_test_setup_teardown(wild_kernels, setup, teardown),
		cmocka_unit_test_setup_teardown(initrds, setup, teardown),
		cmocka_unit_test_setup_teardown(little_memory, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
