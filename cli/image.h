/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel files: what kind a file is, what is in its wrapping, and where it goes
 * in guest RAM.  A file that cannot boot here is refused with the reason.
 */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	unsigned char *data;
	size_t size;
};

/* A kernel as it goes into memory. */
struct image {
	struct bytes bytes;
	bool unwrapped;	    /* the file holds it compressed */
	bool raw;	    /* it has no Image header */
	uint64_t offset;    /* from the start of guest RAM */
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

/*
 * Find the banner "Linux version 6.12..." in an image.  False: there is none,
 * so it is not Linux, or its data are compressed.
 */
bool image_linux_version(const struct image *image, unsigned int *major,
			 unsigned int *minor);

#endif
