/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of the flattened device tree, as much as a guest needs. */
#ifndef GUEST_LIB_FDT_H
#define GUEST_LIB_FDT_H

#include <stdbool.h>
#include <stdint.h>

/* One property, with the path of its node: "/cpus/cpu@0". */
struct fdt_property {
	const char *path;
	const char *name;
	const uint8_t *value;
	uint32_t len;
};

/* Is there a device tree of version 17 at `fdt`? */
bool fdt_valid(const void *fdt);

/* Call `each` for every property, in order.  False: the blob is damaged. */
bool fdt_walk(const void *fdt,
	      void (*each)(const struct fdt_property *property));

/* A big-endian number. */
uint32_t fdt_u32(const uint8_t *bytes);

#endif
