/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vGIC that is made again from a snapshot is the same to the guest, to the
 * oracle beside it, and to the next snapshot.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/diff/world.h"
#include "tests/snapshot/again.h"

/* The next one that this guest can go on with. */
static const struct backend *next_backend(const struct world *w)
{
	const struct backend *b = w->config.backend;

	do {
		b = backend_next(b);
	} while (b->gicv2 != w->config.backend->gicv2 ||
		 (b->five_bits && w->config.pre_bits != 5));
	return b;
}

/* Nothing of the old vGIC is left, nor of its list registers. */
static void create_anew(struct world *w, uint8_t nr_lrs)
{
	uint32_t v;

	memset(w->memory, 0xa5, w->memory_size);
	world_fini(w);
	memset(w->cpu, 0xa5, sizeof(w->cpu));
	w->interface.nr_lrs = nr_lrs;
	w->config.backend = next_backend(w);
	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->kicked[v] = false;
		w->late[v] = 0;
	}
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
		return;
	}
	device_connect(w);
}

/* In place: the others do not notice, nor does the vCPU itself. */
static bool restore_each(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		struct again one;
		bool done = again_save(&one, w->gic, w->vcpu[v]) &&
			    again_restore(&one, w->gic);

		if (!done) {
			world_fail(w, "snapshot of a vcpu: %s", one.why);
		}
		again_free(&one);
		if (!done) {
			return false;
		}
	}
	return true;
}

static bool restore_all(struct world *w, uint8_t nr_lrs, struct again *all)
{
	create_anew(w, nr_lrs);
	return !w->failed && again_restore(all, w->gic);
}

void world_snapshot(struct world *w, uint8_t nr_lrs)
{
	struct again all;
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v);
	}
	if (!again_save(&all, w->gic, NULL) ||
	    !(nr_lrs ? restore_all(w, nr_lrs, &all) : restore_each(w)) ||
	    !again_same(&all, w->gic)) {
		world_fail(w, "snapshot: %s", all.why);
	}
	again_free(&all);
	if (!w->failed) {
		world_settle(w);
	}
}
