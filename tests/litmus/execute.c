/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every execution of a litmus test: which write each read sees, in which order
 * the writes of each location come, and whether the Arm memory model allows
 * it.  DDI 0487 B2.3
 */
#include "tests/litmus/model.h"

#include <string.h>

#define MAX_EVENTS 24u
#define ROUNDS 8u /* until values no longer change */

/* A read or a write. */
struct event {
	bool is_write, exists;
	uint32_t thread, insn, location, value;
	bool acquire, release;
	/* Of an atomic instruction: the other half; else itself. */
	uint32_t pair;
	bool exclusive;
	/* A read's write. */
	uint32_t from;
	/* A write's place among those of its location. */
	uint32_t rank;
};

static struct {
	const struct model_test *test;
	struct event event[MAX_EVENTS];
	uint32_t nr;
	uint32_t reg[MODEL_THREADS][MODEL_REGS];
	bool edge[MAX_EVENTS][MAX_EVENTS];
	bool found;
} x;

static bool is_atomic(enum model_kind kind)
{
	return kind >= MODEL_CAS;
}

static bool reads(enum model_kind kind)
{
	return kind == MODEL_LOAD || kind == MODEL_LOAD_EX || is_atomic(kind);
}

static bool writes(enum model_kind kind)
{
	return kind == MODEL_STORE || kind == MODEL_STORE_EX || is_atomic(kind);
}

static struct event *add_event(uint32_t thread, uint32_t insn, bool is_write)
{
	const struct model_thread *t = &x.test->thread[thread];
	const struct model_insn *i = &t->insn[insn];
	struct event *e = &x.event[x.nr];

	if (x.nr == MAX_EVENTS) {
		model_die("too many accesses", x.test->name);
	}
	*e = (struct event){
		.is_write = is_write,
		.exists = true,
		.thread = thread,
		.insn = insn,
		.location = t->address[i->n],
		.acquire = !is_write && i->acquire,
		.release = is_write && i->release,
		.pair = x.nr,
	};
	x.nr++;
	return e;
}

/* The load of the last LDXR or LDAXR before a STXR or STLXR. */
static uint32_t exclusive_load(uint32_t thread, uint32_t insn)
{
	for (uint32_t i = x.nr; i-- > 0;) {
		const struct event *e = &x.event[i];

		if (e->thread == thread && e->insn < insn && !e->is_write &&
		    x.test->thread[thread].insn[e->insn].kind ==
			    MODEL_LOAD_EX) {
			return i;
		}
	}
	model_die("an exclusive store without its load", x.test->name);
}

static void pair_up(uint32_t read, uint32_t write, bool exclusive)
{
	x.event[read].pair = write;
	x.event[write].pair = read;
	x.event[read].exclusive = exclusive;
	x.event[write].exclusive = exclusive;
}

/* The first event of each location is what it holds at the start. */
static void make_events(void)
{
	x.nr = 0;
	for (uint32_t l = 0; l < x.test->nr_locations; l++) {
		struct event *e = &x.event[x.nr];

		*e = (struct event){
			.is_write = true,
			.exists = true,
			.thread = MODEL_THREADS,
			.location = l,
			.value = x.test->init[l],
			.pair = x.nr,
		};
		x.nr++;
	}
	for (uint32_t t = 0; t < x.test->nr_threads; t++) {
		const struct model_thread *thread = &x.test->thread[t];

		for (uint32_t i = 0; i < thread->nr_insns; i++) {
			enum model_kind kind = thread->insn[i].kind;

			if (reads(kind)) {
				add_event(t, i, false);
			}
			if (writes(kind)) {
				add_event(t, i, true);
			}
			if (is_atomic(kind)) {
				pair_up(x.nr - 2, x.nr - 1, false);
			} else if (kind == MODEL_STORE_EX) {
				pair_up(exclusive_load(t, i), x.nr - 1, true);
			}
		}
	}
}

/* The event of an instruction; it has at most one of each kind. */
static struct event *event_of(uint32_t thread, uint32_t insn, bool is_write)
{
	for (uint32_t i = 0; i < x.nr; i++) {
		struct event *e = &x.event[i];

		if (e->thread == thread && e->insn == insn &&
		    e->is_write == is_write) {
			return e;
		}
	}
	return NULL;
}

static void step_atomic(const struct model_insn *i, uint32_t *reg,
			const struct event *r, struct event *w)
{
	uint32_t old = r->value;

	w->exists = i->kind != MODEL_CAS || old == reg[i->s];
	switch (i->kind) {
	case MODEL_CAS:
	case MODEL_SWAP:
		w->value = i->kind == MODEL_CAS ? reg[i->t] : reg[i->s];
		break;
	case MODEL_SET:
		w->value = old | reg[i->s];
		break;
	default:
		w->value = old + reg[i->s];
		break;
	}
	/* CAS returns in its first register, the others in their second. */
	reg[i->kind == MODEL_CAS ? i->s : i->t] = old;
}

static void step(uint32_t thread, uint32_t insn)
{
	const struct model_insn *i = &x.test->thread[thread].insn[insn];
	struct event *r = event_of(thread, insn, false);
	struct event *w = event_of(thread, insn, true);
	uint32_t *reg = x.reg[thread];

	if (r) {
		r->value = x.event[r->from].value;
	}
	if (i->kind == MODEL_MOVE) {
		reg[i->s] = i->value;
	} else if (is_atomic(i->kind)) {
		step_atomic(i, reg, r, w);
	} else if (r) {
		reg[i->s] = r->value;
	} else if (i->kind == MODEL_STORE) {
		w->value = reg[i->s];
	} else if (i->kind == MODEL_STORE_EX) {
		w->value = reg[i->t];
		reg[i->s] = 0;
	}
}

/* Values follow from who reads from whom, and may need a few rounds. */
static void evaluate(void)
{
	for (uint32_t round = 0; round < ROUNDS; round++) {
		memset(x.reg, 0, sizeof(x.reg));
		for (uint32_t t = 0; t < x.test->nr_threads; t++) {
			for (uint32_t i = 0; i < x.test->thread[t].nr_insns;
			     i++) {
				step(t, i);
			}
		}
	}
}

static bool reads_exist(void)
{
	for (uint32_t i = 0; i < x.nr; i++) {
		const struct event *e = &x.event[i];

		if (!e->is_write && (!x.event[e->from].exists ||
				     x.event[e->from].value != e->value)) {
			return false;
		}
	}
	return true;
}

static bool before(const struct event *a, const struct event *b)
{
	return a->thread == b->thread && a->thread < MODEL_THREADS &&
	       (a->insn < b->insn ||
		(a->insn == b->insn && !a->is_write && b->is_write));
}

static bool is_co(const struct event *a, const struct event *b)
{
	return a->is_write && b->is_write && a->location == b->location &&
	       a->rank < b->rank;
}

static bool is_rf(const struct event *a, const struct event *b)
{
	return a->is_write && !b->is_write && &x.event[b->from] == a;
}

static bool is_fr(const struct event *a, const struct event *b)
{
	return !a->is_write && b->is_write && a->location == b->location &&
	       x.event[a->from].rank < b->rank;
}

static bool external(const struct event *a, const struct event *b)
{
	return a->thread != b->thread;
}

/* An atomic instruction with AL, as the LSE has them, of this event. */
static bool is_full(const struct event *e)
{
	const struct event *other = &x.event[e->pair];

	return other != e && !e->exclusive && other->exists &&
	       (e->acquire || e->release) && (other->acquire || other->release);
}

static bool something_between(const struct event *a, const struct event *b)
{
	const struct model_thread *t = &x.test->thread[a->thread];

	for (uint32_t i = a->insn + 1; i < b->insn; i++) {
		const struct event *r = event_of(a->thread, i, false);

		if (t->insn[i].kind == MODEL_BARRIER || (r && is_full(r))) {
			return true;
		}
	}
	return false;
}

/* "barrier-ordered-before", of what is in program order. */
static bool is_bob(const struct event *a, const struct event *b)
{
	return before(a, b) && (something_between(a, b) || a->acquire ||
				b->release || (a->release && b->acquire));
}

/* "atomic-ordered-before" */
static bool is_aob(const struct event *a, const struct event *b)
{
	return (!a->is_write && &x.event[a->pair] == b && a != b) ||
	       (a->is_write && &x.event[a->pair] != a && is_rf(a, b) &&
		!external(a, b) && b->acquire);
}

static bool is_ob(const struct event *a, const struct event *b)
{
	return (external(a, b) &&
		(is_rf(a, b) || is_fr(a, b) || is_co(a, b))) ||
	       is_bob(a, b) || is_aob(a, b);
}

/* Same location, in program order; or one of the communications. */
static bool is_internal(const struct event *a, const struct event *b)
{
	return (before(a, b) && a->location == b->location) || is_rf(a, b) ||
	       is_fr(a, b) || is_co(a, b);
}

static bool is_acyclic(bool (*relation)(const struct event *a,
					const struct event *b))
{
	for (uint32_t i = 0; i < x.nr; i++) {
		for (uint32_t j = 0; j < x.nr; j++) {
			x.edge[i][j] = x.event[i].exists && x.event[j].exists &&
				       relation(&x.event[i], &x.event[j]);
		}
	}
	for (uint32_t k = 0; k < x.nr; k++) {
		for (uint32_t i = 0; i < x.nr; i++) {
			for (uint32_t j = 0; x.edge[i][k] && j < x.nr; j++) {
				x.edge[i][j] |= x.edge[k][j];
			}
		}
	}
	for (uint32_t i = 0; i < x.nr; i++) {
		if (x.edge[i][i]) {
			return false;
		}
	}
	return true;
}

/* Nobody else's write comes between the two halves of an atomic. */
static bool are_atomic(void)
{
	for (uint32_t i = 0; i < x.nr; i++) {
		const struct event *r = &x.event[i], *w = &x.event[r->pair];

		for (uint32_t k = 0; k < x.nr; k++) {
			const struct event *other = &x.event[k];

			if (!r->is_write && r != w && w->exists &&
			    other->exists && is_fr(r, other) &&
			    is_co(other, w) && external(r, other)) {
				return false;
			}
		}
	}
	return true;
}

static uint32_t final_value(uint32_t location)
{
	const struct event *last = NULL;

	for (uint32_t i = 0; i < x.nr; i++) {
		const struct event *e = &x.event[i];

		if (e->is_write && e->exists && e->location == location &&
		    (!last || e->rank > last->rank)) {
			last = e;
		}
	}
	return last->value;
}

static bool is_asked_for(void)
{
	for (uint32_t i = 0; i < x.test->nr_terms; i++) {
		const struct model_term *t = &x.test->term[i];
		uint32_t value = t->is_register ? x.reg[t->thread][t->index] :
						  final_value(t->index);

		if (value != t->value) {
			return false;
		}
	}
	return true;
}

static void judge(void)
{
	x.found |= is_asked_for() && is_acyclic(is_internal) && are_atomic() &&
		   is_acyclic(is_ob);
}

static uint32_t nr_writes(uint32_t location)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x.nr; i++) {
		const struct event *e = &x.event[i];

		n += e->is_write && e->exists && e->location == location;
	}
	return n;
}

/* Is this rank another write's of the same location? */
static bool is_taken(uint32_t event, uint32_t rank)
{
	for (uint32_t i = 0; i < event; i++) {
		const struct event *e = &x.event[i];

		if (e->is_write && e->exists &&
		    e->location == x.event[event].location && e->rank == rank) {
			return true;
		}
	}
	return false;
}

/* Every order of the writes from this event on; the first ones stay first. */
static void order_writes(uint32_t event)
{
	while (event < x.nr &&
	       (!x.event[event].is_write || !x.event[event].exists)) {
		event++;
	}
	if (event == x.nr) {
		judge();
		return;
	}
	if (x.event[event].thread == MODEL_THREADS) {
		x.event[event].rank = 0;
		order_writes(event + 1);
		return;
	}
	for (uint32_t rank = 1;
	     rank < nr_writes(x.event[event].location) && !x.found; rank++) {
		if (!is_taken(event, rank)) {
			x.event[event].rank = rank;
			order_writes(event + 1);
		}
	}
}

/* Every write that each read may see. */
static void choose_writes(uint32_t event)
{
	while (event < x.nr && x.event[event].is_write) {
		event++;
	}
	if (event == x.nr) {
		evaluate();
		if (reads_exist()) {
			order_writes(0);
		}
		return;
	}
	for (uint32_t w = 0; w < x.nr && !x.found; w++) {
		if (x.event[w].is_write &&
		    x.event[w].location == x.event[event].location) {
			x.event[event].from = w;
			choose_writes(event + 1);
		}
	}
}

bool model_reaches(const struct model_test *test)
{
	x.test = test;
	x.found = false;
	make_events();
	choose_writes(0);
	return x.found;
}
