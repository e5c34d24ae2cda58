/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks what the loader put into guest RAM.  The kernel is an arm64 Image
 * (Linux, Documentation/arch/arm64/booting.rst), or a raw binary without a
 * header, which starts where QEMU would start one.
 */
#include "hyp/guest_image.h"

#include <stddef.h>

#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/platform.h"
#include "hyp/string.h"
#include "hyp/vm.h"

/* The first 64 bytes of an Image, little endian. */
struct image_header {
	uint32_t code[2];
	uint64_t text_offset; /* from 2 MiB, where it wants to be loaded */
	uint64_t image_size;  /* in memory, with .bss; 0 in old kernels */
	uint64_t flags;
	uint64_t reserved[3];
	uint8_t magic[4];
	uint32_t pe_offset;
};

#define FLAG_BIG_ENDIAN (UINT64_C(1) << 0)
/* Before Linux 3.17 there was no image_size, and text_offset meant this. */
#define OLD_TEXT_OFFSET 0x80000

/* Physical addresses [start, end). */
struct range {
	uint64_t start, end;
};

static bool overlap(const struct range *a, const struct range *b)
{
	return a->start < b->end && b->start < a->end;
}

/* Is `inner` not empty, and all of it in `outer`? */
static bool inside(const struct range *inner, const struct range *outer)
{
	return inner->start >= outer->start && inner->start < inner->end &&
	       inner->end <= outer->end;
}

/* False: the module wraps around the address space. */
static bool module_range(const struct host_module *module, struct range *range)
{
	range->start = module->base;
	return !__builtin_add_overflow(module->base, module->size, &range->end);
}

/*
 * Does the Image lie where it wants to be?  Extends `kernel`, which is the
 * file, by what the kernel needs behind it.
 */
static const char *check_image(const struct image_header *header,
			       struct range *kernel)
{
	uint64_t text_offset = header->text_offset;
	uint64_t size = header->image_size;

	if (header->flags & FLAG_BIG_ENDIAN) {
		return "the kernel is big endian";
	}
	if (size == 0) {
		text_offset = OLD_TEXT_OFFSET;
		size = kernel->end - kernel->start;
	}
	if (kernel->start < text_offset ||
	    (kernel->start - text_offset) % BLOCK_SIZE != 0) {
		return "the kernel is not at 2 MiB plus its text offset";
	}
	if (size > UINT64_MAX - kernel->start) {
		return "the kernel's image size is absurd";
	}
	if (kernel->start + size > kernel->end) {
		kernel->end = kernel->start + size;
	}
	return NULL;
}

/* By the magic number: an Image, else a raw binary. */
static const char *check_kernel(const struct vm *v, struct range *kernel)
{
	static const uint8_t magic[4] = { 'A', 'R', 'M', 0x64 };
	const struct image_header *header;

	header = (const struct image_header *)(uintptr_t)kernel->start;
	if (kernel->end - kernel->start >= sizeof(*header) &&
	    memcmp(header->magic, magic, sizeof(magic)) == 0) {
		return check_image(header, kernel);
	}
	if (kernel->start != v->ram_pa + GUEST_RAW_OFFSET) {
		return "a raw kernel is not at RAM + 0x80000";
	}
	return NULL;
}

static const char *check_initrd(const struct range *usable,
				const struct range *kernel)
{
	struct range initrd;

	if (host.initrd.size == 0) {
		return NULL;
	}
	if (!module_range(&host.initrd, &initrd) || !inside(&initrd, usable)) {
		return "the initrd is not inside guest memory";
	}
	if (overlap(&initrd, kernel)) {
		return "kernel and initrd overlap";
	}
	return NULL;
}

const char *guest_image_check(struct vm *v)
{
	struct range usable = { v->ram_pa, v->ram_pa + v->ram_size };
	struct range kernel;
	const char *problem;

	if (v->ram_size <= GUEST_DTB_MAX) {
		return "guest memory is too small";
	}
	usable.end -= GUEST_DTB_MAX;
	if (host.kernel.size == 0) {
		return "there is no kernel";
	}
	if (host.kernel.base % sizeof(uint64_t) != 0 ||
	    !module_range(&host.kernel, &kernel) || !inside(&kernel, &usable)) {
		return "the kernel is not inside guest memory";
	}
	problem = check_kernel(v, &kernel);
	if (problem) {
		return problem;
	}
	if (!inside(&kernel, &usable)) {
		return "guest memory is too small for the kernel";
	}
	v->entry_ipa = kernel.start - v->ram_pa + v->ram_ipa;
	return check_initrd(&usable, &kernel);
}
