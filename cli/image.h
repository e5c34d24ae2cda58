/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel files: which kind it is, unwrapped, where it goes. */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	unsigned char *data;
	size_t size;
};

struct image {
	struct bytes bytes; /* what goes into memory */
	bool unwrapped; /* bytes are not what the file holds */
	bool raw; /* no Image header */
	uint64_t offset; /* from the start of guest RAM */
	uint64_t footprint; /* bytes it takes there, zeroed data included */
};

/*
 * Read FILE whole.  Does not return when it is missing, a directory, empty
 * or unreadable; `what` names its part ("kernel", "initrd") in the message.
 */
struct bytes file_read(const char *what, const char *file);

/*
 * Read and check a kernel file.  gzip and EFI zboot wrappings come off.
 * Does not return when it is truncated or meant for another architecture.
 */
struct image image_load(const char *file);

/* The version that a Linux image says it is; false: it does not say. */
bool image_linux_version(const struct image *image, unsigned int *major,
			 unsigned int *minor);

#endif
