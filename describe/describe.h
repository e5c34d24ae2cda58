/* SPDX-License-Identifier: BSD-2-Clause */
/* What device tree and MADT ask of a description. */
#ifndef DESCRIBE_DESCRIBE_H
#define DESCRIBE_DESCRIBE_H

#include <stdbool.h>

#include <vgic/describe.h>

static inline bool describe_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* The nth frame of this name, or null. */
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

/* libvgic divides vCPUs evenly among the IRSs, in the order of both. */
static inline uint32_t describe_irs_of(const struct vgic_description *d,
				       uint32_t vcpu)
{
	return vcpu * describe_count(d, "IRS") / d->nr_vcpus;
}

#endif
