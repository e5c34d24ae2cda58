/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where guests find frames of registers (addr.c).
 */
#ifndef VGIC_CORE_ADDR_H
#define VGIC_CORE_ADDR_H

#include "core/gic.h"

/* Do two ranges have an address in common?  Neither wraps around. */
static inline bool vgic_overlap(uint64_t a, uint64_t a_size, uint64_t b,
				uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* Is this range of guest addresses free, and does it not wrap around? */
bool vgic_frame_fits(const struct vgic *gic, uint64_t ipa, uint64_t size);

#endif
