/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vGIC that is made again from a snapshot, whatever back-end it was on
 * before, is the same to the guest, to the oracle beside it, and to the next
 * snapshot.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/diff5/world.h"
#include "tests/snapshot/again.h"

/* A timer that is directly injected has no equal in software. */
static const struct backend *next_backend(const struct world *w)
{
	const struct backend *now = w->config.backend, *b = now;

	do {
		b = b + 1 < backends + NR_BACKENDS ? b + 1 : backends;
	} while (w->config.mapped && b->hard != now->hard);
	return b;
}

/* Nothing of the old vGIC is left, nor of the CPU interfaces. */
static bool create_anew(struct world *w, bool other)
{
	uint32_t v;

	memset(w->memory, 0xa5, w->memory_size);
	world_fini(w);
	if (other) {
		w->config.backend = next_backend(w);
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->kicked[v] = false;
	}
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
		return false;
	}
	device_connect(w);
	return !w->failed;
}

static bool restore_all(struct world *w, bool other, struct again *all)
{
	return create_anew(w, other) && again_restore(all, w->gic);
}

/* In place: the others do not notice, nor does the vCPU itself. */
static bool restore_one(struct world *w, uint32_t v)
{
	struct again one;
	bool done = again_save(&one, w->gic, w->vcpu[v]) &&
		    again_restore(&one, w->gic);

	if (!done) {
		world_fail(w, "snapshot of a vcpu: %s", one.why);
	}
	again_free(&one);
	return done;
}

void world_snapshot(struct world *w, uint32_t v, uint32_t what)
{
	struct again all;
	uint32_t i;

	for (i = 0; i < w->config.nr_vcpus; i++) {
		world_put(w, i, false);
	}
	if (!again_save(&all, w->gic, NULL) ||
	    !(what ? restore_all(w, what > 1, &all) : restore_one(w, v)) ||
	    !again_same(&all, w->gic)) {
		world_fail(w, "snapshot: %s", all.why);
	}
	again_free(&all);
	if (!w->failed) {
		world_settle(w);
	}
}
