/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/snapshot/again.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool again_save(struct again *a, struct vgic *gic, struct vgic_vcpu *vcpu)
{
	int64_t size = vcpu ? vgic_snapshot_vcpu_size(vcpu) :
			      vgic_snapshot_size(gic);

	a->why[0] = 0;
	a->bytes = malloc(size > 0 ? (size_t)size : 1);
	a->size = size;
	if (size > 0 && a->bytes) {
		a->size =
			vcpu ? vgic_snapshot_save_vcpu(vcpu, a->bytes,
						       (size_t)size) :
			       vgic_snapshot_save(gic, a->bytes, (size_t)size);
	}
	if (size > 0 && a->size == size) {
		return true;
	}
	snprintf(a->why, sizeof(a->why), "cannot be saved: size %d, then %d",
		 (int)size, (int)a->size);
	return false;
}

bool again_restore(struct again *a, struct vgic *gic)
{
	struct vgic_snapshot_where where = { 0 };
	int error =
		vgic_snapshot_restore(gic, a->bytes, (size_t)a->size, &where);

	if (!error) {
		return true;
	}
	snprintf(a->why, sizeof(a->why), "%d: %s at %u, vcpu %d, intid %x: %s",
		 error, vgic_snapshot_record_name(where.record), where.offset,
		 (int)where.vcpu, where.intid, where.what ? where.what : "-");
	return false;
}

bool again_same(struct again *a, struct vgic *gic)
{
	struct again now;
	bool saved = again_save(&now, gic, NULL);
	bool same = saved && now.size == a->size &&
		    !memcmp(now.bytes, a->bytes, (size_t)a->size);

	if (!same) {
		snprintf(a->why, sizeof(a->why), "%s",
			 saved ? "is another one afterwards" : now.why);
	}
	again_free(&now);
	return same;
}

void again_free(struct again *a)
{
	free(a->bytes);
	a->bytes = NULL;
}
