/* SPDX-License-Identifier: BSD-2-Clause */
/* Run a program, and shrink one that fails (delta debugging). */
#include <stdio.h>
#include <string.h>

#include "tests/diff5/op.h"

static void add_stats(const struct world *w, struct world_stats *sum)
{
	uint32_t n;

	for (n = 0; n < 4; n++) {
		sum->acks[n] += w->stats.acks[n];
	}
	sum->compared += w->stats.compared;
	sum->forced_exits += w->stats.forced_exits;
	sum->wakes += w->stats.wakes;
	sum->entered += w->stats.entered;
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
		if (!w->failed && w->in_guest[op->vcpu]) {
			world_signal(w, op->vcpu);
		}
		if (!w->failed && w->config.lockstep) {
			world_compare(w);
		}
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

int program_run(const struct program *p, bool trace, char failure[256],
		struct world_stats *stats)
{
	static struct world w;
	int at = 0;

	if (world_init(&w, &p->config)) {
		w.trace = trace;
		at = run_ops(&w, p);
		if (stats) {
			add_stats(&w, stats);
		}
	}
	if (w.failed && failure) {
		memcpy(failure, w.failure, sizeof(w.failure));
	}
	world_fini(&w);
	return at;
}

void program_print(FILE *out, const struct program *p)
{
	const struct world_config *c = &p->config;
	uint32_t n;

	fprintf(out,
		"vcpus %u, irss %u, lpi_id_bits %u, %s interface,"
		" timer %s, lockstep %d, hostile %d\n",
		c->nr_vcpus, c->nr_irs, c->lpi_id_bits, c->backend->name,
		c->mapped ? "mapped" : "not mapped", c->lockstep, c->hostile);
	for (n = 0; n < p->nr_ops; n++) {
		fprintf(out, "%4u  ", n);
		op_print(out, &p->ops[n]);
	}
}

/* Without ops [from, from + count): does it still fail? */
static bool try_without(struct program *p, uint32_t from, uint32_t count)
{
	static struct program smaller;
	int at;

	smaller.config = p->config;
	smaller.nr_setup = 0;
	smaller.nr_ops = p->nr_ops - count;
	memcpy(smaller.ops, p->ops, from * sizeof(p->ops[0]));
	memcpy(smaller.ops + from, p->ops + from + count,
	       (p->nr_ops - from - count) * sizeof(p->ops[0]));
	at = program_run(&smaller, false, NULL, NULL);
	if (at < 0) {
		return false;
	}
	*p = smaller;
	/* Nothing after the failing step matters. */
	if ((uint32_t)at + 1 < p->nr_ops) {
		p->nr_ops = (uint32_t)at + 1;
	}
	return true;
}

/* One pass with chunks of each size; true when something went. */
static bool shrink_once(struct program *p)
{
	uint32_t chunk, from;
	bool shrunk = false;

	for (chunk = (p->nr_ops + 1) / 2; chunk > 0; chunk /= 2) {
		from = 0;
		while (from + chunk <= p->nr_ops) {
			if (try_without(p, from, chunk)) {
				shrunk = true;
			} else {
				from += chunk;
			}
		}
	}
	return shrunk;
}

void program_shrink(struct program *p)
{
	while (shrink_once(p)) {
	}
}
