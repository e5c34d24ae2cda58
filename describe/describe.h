/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both writers, fdt.c and madt.c, ask of a description.  They need no C
 * library: an embedder calls them at EL2 or in firmware, where it has none.
 * Everything here reads the caller's arrays and may run in any context.
 */
#ifndef DESCRIBE_DESCRIBE_H
#define DESCRIBE_DESCRIBE_H

#include <stdbool.h>

#include <vgic/describe.h>

/* strcmp() == 0. */
static inline bool describe_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/*
 * The nth frame of this name, or null.  The frames are in no order, so each
 * call searches from the start: a machine has a few dozen at most, and
 * describes them once.
 */
static inline const struct vgic_mmio_region *
describe_frame(const struct vgic_description *d, const char *name, uint32_t n)
{
	for (uint32_t i = 0; i < d->nr_frames; i++) {
		if (describe_same(d->frames[i].name, name) && n-- == 0) {
			return &d->frames[i];
		}
	}
	return NULL;
}

static inline uint32_t describe_count(const struct vgic_description *d,
				      const char *name)
{
	uint32_t n = 0;

	while (describe_frame(d, name, n)) {
		n++;
	}
	return n;
}

static inline uint16_t describe_iaffid(const struct vgic_description *d,
				       uint32_t vcpu)
{
	return d->iaffid ? d->iaffid[vcpu] : (uint16_t)vcpu;
}

/*
 * The IRS that a vCPU is connected to.  It has to be the library's choice,
 * vgic_v5_irs_of_vcpu() in src/v5/v5.h: a guest selects the PE at the IRS that
 * its tables name (IRS_PE_SELR), and gives the PE up if it is not there.
 */
static inline uint32_t describe_irs_of(const struct vgic_description *d,
				       uint32_t vcpu)
{
	return vcpu * describe_count(d, "IRS") / d->nr_vcpus;
}

#endif
