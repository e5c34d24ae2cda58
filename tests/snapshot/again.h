/* SPDX-License-Identifier: BSD-2-Clause */
/* A snapshot in memory of its own, for harnesses that restore it. */
#ifndef VGIC_TESTS_SNAPSHOT_AGAIN_H
#define VGIC_TESTS_SNAPSHOT_AGAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/snapshot.h>

struct again {
	uint8_t *bytes;
	int64_t size;
	/* What went wrong. */
	char why[160];
};

/* All return false when something is wrong, and say what in `why`. */

/* Of the whole vGIC, or of one vCPU when that is not null. */
bool again_save(struct again *a, struct vgic *gic, struct vgic_vcpu *vcpu);
bool again_restore(struct again *a, struct vgic *gic);
/* Is the next snapshot of the whole vGIC the same one? */
bool again_same(struct again *a, struct vgic *gic);
void again_free(struct again *a);

#endif
