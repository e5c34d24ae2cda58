/* SPDX-License-Identifier: BSD-2-Clause */
/* Run a program, and shrink one that fails (delta debugging). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/diff/op.h"

void stats_print(FILE *out, const uint64_t stats[NR_STATS])
{
	static const char *const names[NR_STATS] = {
		[STAT_COMPARED] = "values compared",
		[STAT_ACKS] = "acknowledged",
		[STAT_PPIS] = "PPIs acknowledged",
		[STAT_SPIS] = "SPIs",
		[STAT_LPIS] = "LPIs",
		[STAT_OVERFLOWS] = "overflows",
		[STAT_EOICOUNT] = "ends counted in EOIcount",
		[STAT_DIRS] = "DIR",
		[STAT_RETRIES] = "retries",
		[STAT_WAKES] = "wake-ups",
		[STAT_EXITS] = "forced exits",
		[STAT_ENTERED] = "accesses without one",
		[STAT_USUAL] = "of them by the short way",
	};
	const char *between = ":";
	uint32_t n;

	for (n = 0; n < NR_STATS; n++) {
		if (stats[n]) {
			fprintf(out, "%s %" PRIu64 " %s", between, stats[n],
				names[n]);
			between = ",";
		}
	}
	fputc('\n', out);
}

static void add_stats(struct world *w, uint64_t sum[NR_STATS])
{
	struct vgic_stats one;
	uint32_t v, n;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		vgic_get_stats(w->vcpu[v], &one);
		sum[STAT_EOICOUNT] += one.eoicount;
		sum[STAT_OVERFLOWS] += one.overflows;
	}
	for (n = 0; n < NR_STATS; n++) {
		sum[n] += w->stats[n];
	}
}

static void run_op(struct world *w, const struct op *op)
{
	op_run(w, op);
	if (w->failed) {
		return;
	}
	if (w->in_guest[op->vcpu]) {
		world_signal(w, op->vcpu);
	}
	if (w->config.lockstep) {
		world_compare(w);
	} else {
		world_check(w);
	}
}

static int run_ops(struct world *w, const struct program *p)
{
	uint32_t n;

	for (n = 0; n < p->nr_ops && !w->failed; n++) {
		if (w->trace) {
			printf("%4u  ", n);
			op_print(stdout, w->arch, &p->ops[n]);
		}
		run_op(w, &p->ops[n]);
	}
	if (w->failed) {
		return (int)n - 1;
	}
	if (w->config.hostile) {
		world_compare(w);
	} else {
		guest_drain(w);
	}
	return w->failed ? (int)p->nr_ops : -1;
}

void program_run(const struct program *p, bool trace, struct outcome *outcome,
		 uint64_t stats[NR_STATS])
{
	static struct world w;

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

	fprintf(out,
		"backend %s, vcpus %u, mapped %d, lockstep %d, hostile"
		" %d, ",
		c->backend->name, c->nr_vcpus, c->mapped, c->lockstep,
		c->hostile);
	arch_of(c->backend)->print_config(out, c);
	for (n = 0; n < p->nr_ops; n++) {
		fprintf(out, "%4u  ", n);
		op_print(out, arch_of(c->backend), &p->ops[n]);
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
