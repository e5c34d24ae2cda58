/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vGIC that is made again from a snapshot, whatever back-end it was on
 * before, is the same to the guest, to the oracle beside it, and to the next
 * snapshot.
 */
#include <string.h>

#include "tests/diff/op.h"
#include "tests/snapshot/again.h"

/* A timer that is directly injected has no equal in software. */
static bool fits(const struct world *w, const struct backend *b)
{
	const struct backend *now = w->config.backend;

	return (!b->five_bits || w->config.pre_bits == 5) &&
	       (b->model != VGIC_GICV5 || !w->config.mapped ||
		b->soft == now->soft);
}

/* Nothing of the old vGIC is left, nor of its CPU interfaces. */
static void create_again(struct world *w, uint8_t nr_lrs, bool same)
{
	const struct backend *b = w->config.backend;
	uint32_t v;

	memset(w->memory, 0xa5, w->memory_size);
	world_fini(w);
	memset(w->cpu, 0xa5, sizeof(w->cpu));
	w->config.nr_lrs = nr_lrs;
	do {
		b = same ? b : backend_next(b);
	} while (!fits(w, b));
	w->config.backend = b;
	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->kicked[v] = false;
		w->late[v] = 0;
	}
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
	}
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

void world_snapshot(struct world *w, uint8_t nr_lrs, bool same)
{
	struct again all;
	bool done;
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v, false);
	}
	done = again_save(&all, w->gic, NULL);
	if (done && nr_lrs) {
		create_again(w, nr_lrs, same);
		done = !w->failed && again_restore(&all, w->gic);
	} else if (done) {
		done = restore_each(w);
	}
	if (!done || !again_same(&all, w->gic)) {
		world_fail(w, "snapshot: %s", all.why);
	}
	again_free(&all);
	if (!w->failed) {
		world_settle(w);
	}
}
