/* SPDX-License-Identifier: BSD-2-Clause */
/* Run a program, and shrink one that fails (delta debugging). */
#include <stdio.h>
#include <string.h>

#include "tests/diff/kinds.h"
#include "tests/diff/op.h"

static void add_stats(struct world *w, struct world_stats *sum)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		struct vgic_stats one;

		vgic_get_stats(w->vcpu[v], &one);
		sum->eoicount += one.eoicount;
		sum->overflows += one.overflows;
	}
	sum->acks += w->stats.acks;
	sum->dirs += w->stats.dirs;
	sum->retries += w->stats.retries;
	sum->forced_exits += w->stats.forced_exits;
	sum->compared += w->stats.compared;
}

static int run_ops(struct world *w, const struct program *p)
{
	uint32_t n;

	for (n = 0; n < p->nr_ops && !w->failed; n++) {
		const struct op *op = &p->ops[n];

		if (w->trace) {
			printf("%4u  ", n);
			op_print(stdout, op);
		}
		op_kinds[op->kind].run(w, op);
		if (w->failed) {
			break;
		}
		if (w->config.lockstep) {
			world_compare(w);
		} else {
			world_check(w);
		}
	}
	if (w->failed) {
		return (int)n;
	}
	if (w->config.hostile) {
		world_compare(w);
	} else {
		guest_drain(w);
	}
	return w->failed ? (int)p->nr_ops : -1;
}

void program_run(const struct program *p, bool trace, struct outcome *outcome,
		 struct world_stats *stats)
{
	struct world w;

	outcome->at = 0;
	if (world_init(&w, &p->config)) {
		w.trace = trace;
		outcome->at = run_ops(&w, p);
		if (stats) {
			add_stats(&w, stats);
		}
	}
	outcome->kind = w.kind;
	memcpy(outcome->why, w.failure, sizeof(w.failure));
	world_fini(&w);
}

void program_print(FILE *out, const struct program *p)
{
	const struct world_config *c = &p->config;
	uint32_t n;

	fprintf(out, "backend %s, ", c->backend->name);
	fprintf(out,
		"lrs %u, vcpus %u, pre_bits %u, topology %u, mapped %d,"
		" hw_deactivation %d, no_tdir %d, sampled %d,\nstrict_eoi %d,"
		" count_all_eoi %d, lockstep %d, hostile %d\n",
		c->nr_lrs, c->nr_vcpus, c->pre_bits, c->topology, c->mapped,
		c->hw_deactivation, c->no_tdir, c->sampled, c->strict_eoi,
		c->count_all_eoi, c->lockstep, c->hostile);
	for (n = 0; n < p->nr_ops; n++) {
		fprintf(out, "%4u  ", n);
		op_print(out, &p->ops[n]);
	}
}

/* Without ops [from, from + count): does it still fail, and likewise? */
static bool try_without(struct program *p, struct outcome *outcome,
			uint32_t from, uint32_t count)
{
	static struct program smaller;
	struct outcome now;

	smaller.config = p->config;
	smaller.nr_setup = 0;
	smaller.nr_ops = p->nr_ops - count;
	memcpy(smaller.ops, p->ops, from * sizeof(p->ops[0]));
	memcpy(smaller.ops + from, p->ops + from + count,
	       (p->nr_ops - from - count) * sizeof(p->ops[0]));
	program_run(&smaller, false, &now, NULL);
	if (now.at < 0 || now.kind != outcome->kind) {
		return false;
	}
	*p = smaller;
	*outcome = now;
	/* Nothing after the failing step matters. */
	if ((uint32_t)now.at + 1 < p->nr_ops) {
		p->nr_ops = (uint32_t)now.at + 1;
	}
	return true;
}

/* One pass with chunks of each size; true when something went. */
static bool shrink_once(struct program *p, struct outcome *outcome)
{
	uint32_t chunk, from;
	bool shrunk = false;

	for (chunk = (p->nr_ops + 1) / 2; chunk > 0; chunk /= 2) {
		from = 0;
		while (from + chunk <= p->nr_ops) {
			if (try_without(p, outcome, from, chunk)) {
				shrunk = true;
			} else {
				from += chunk;
			}
		}
	}
	return shrunk;
}

void program_shrink(struct program *p, struct outcome *outcome)
{
	while (shrink_once(p, outcome)) {
	}
}
