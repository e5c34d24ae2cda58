/* SPDX-License-Identifier: BSD-2-Clause */
/* Pools of records, their hash chains, and the lists of devices' events. */
#include "its/records.h"

#define ALIGN 64u

static size_t aligned(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* A chain holds one record on average when all of a pool are in use. */
static uint32_t nr_heads(uint32_t count)
{
	uint32_t n = 1;

	while (n < count) {
		n *= 2;
	}
	return n;
}

static uint32_t nr_events(const struct vgic_config *config)
{
	return config->its.nr_events ? config->its.nr_events :
				       config->its.nr_lpis;
}

static size_t pool_size(uint32_t count)
{
	return aligned(count * sizeof(struct its_record)) +
	       aligned(nr_heads(count) * sizeof(uint16_t));
}

size_t vgic_its_records_size(const struct vgic_config *config)
{
	if (!config->its.nr_its) {
		return 0;
	}
	return aligned(sizeof(struct its_records)) +
	       2 * pool_size(nr_events(config)) +
	       pool_size(config->its.nr_its * ITS_COLLECTIONS_EACH);
}

static uint8_t *lay_out_pool(struct its_pool *pool, uint8_t *at, uint32_t count,
			   uint64_t key_mask)
{
	pool->count = count;
	pool->key_mask = key_mask;
	pool->record = (struct its_record *)(void *)at;
	at += aligned(count * sizeof(struct its_record));
	pool->head = (_Atomic(uint16_t) *)(void *)at;
	pool->head_mask = nr_heads(count) - 1;
	return at + aligned(nr_heads(count) * sizeof(uint16_t));
}

void vgic_its_records_place(struct vgic *gic, void *memory)
{
	struct its_records *r = memory;
	uint8_t *at = (uint8_t *)memory + aligned(sizeof(*r));

	gic->records = r;
	at = lay_out_pool(&r->events, at, nr_events(&gic->config),
			FIELD_MASK(REC_EVENT_KEY));
	at = lay_out_pool(&r->devices, at, nr_events(&gic->config),
			FIELD_MASK(REC_KEY));
	(void)lay_out_pool(&r->collections, at,
			 gic->config.its.nr_its * ITS_COLLECTIONS_EACH,
			 FIELD_MASK(REC_KEY));
}

/* All of them free, the first one first. */
static void clear_pool(struct its_pool *pool)
{
	for (uint32_t i = 0; i <= pool->head_mask; i++) {
		vgic_store_relaxed(&pool->head[i], ITS_NIL);
	}
	for (uint32_t n = 0; n < pool->count; n++) {
		uint32_t next = n + 1 < pool->count ? n + 1 : ITS_NIL;

		vgic_store_relaxed(&pool->record[n].first, 0);
		vgic_store_relaxed(&pool->record[n].second,
				   FIELD_PUT(REC_CHAIN, next));
	}
	pool->free = 0;
	pool->used = 0;
}

void vgic_its_records_clear(struct its_records *r)
{
	clear_pool(&r->events);
	clear_pool(&r->devices);
	clear_pool(&r->collections);
	for (uint32_t i = 0; i < VGIC_MAX_ITS; i++) {
		r->nr_devices[i] = 0;
		r->nr_collections[i] = 0;
	}
}

/*
 * Guests choose their keys, in rows as a rule: every bit of a key has to
 * reach every bit of the result.
 */
static _Atomic(uint16_t) *chain_of(const struct its_pool *pool, uint64_t key)
{
	key = (key ^ key >> 19) * UINT64_C(0x8f3d5b7a91c4e26d);
	key = (key ^ key >> 31) * UINT64_C(0xc5a17d9e3b68f14b);
	return &pool->head[key >> 32 & pool->head_mask];
}

static uint32_t next_in_chain(const struct its_pool *pool, uint32_t n)
{
	return (uint32_t)FIELD_GET(REC_CHAIN, its_second(pool, n));
}

/*
 * The record after `n` in a chain, `first` being what its first word was; with
 * ITS_NIL in `n` for the chain's first one.  False: the record has changed, or
 * has come to stand in another chain, so that what follows it is no answer.
 */
static bool follow(const struct its_pool *pool, _Atomic(uint16_t) *head,
		   uint64_t first, uint32_t *n)
{
	uint32_t next = next_in_chain(pool, *n);

	if (!(first & REC_VALID) ||
	    chain_of(pool, first & pool->key_mask) != head ||
	    its_first(pool, *n) != first) {
		return false;
	}
	*n = next;
	return true;
}

uint32_t vgic_its_find(const struct its_pool *pool, uint64_t key,
		       uint64_t *first)
{
	_Atomic(uint16_t) *head = chain_of(pool, key);
	uint32_t n = vgic_load_acquire(head);

	while (n != ITS_NIL) {
		*first = its_first(pool, n);
		if ((*first & (REC_VALID | pool->key_mask)) ==
		    (REC_VALID | key)) {
			return n;
		}
		if (!follow(pool, head, *first, &n)) {
			n = vgic_load_acquire(head);
		}
	}
	return ITS_NIL;
}

/* Bits of a second word. */
static void set_second(struct its_pool *pool, uint32_t n, uint64_t mask,
		       uint64_t bits)
{
	vgic_store_release(&pool->record[n].second,
			   (its_second(pool, n) & ~mask) | bits);
}

static bool chain_is_full(const struct its_pool *pool, uint32_t n,
			  uint32_t most)
{
	while (n != ITS_NIL && most) {
		n = next_in_chain(pool, n);
		most--;
	}
	return !most;
}

/* A new one; ITS_NIL: none is free, or its chain is too long. */
static uint32_t add(struct its_pool *pool, uint64_t first, uint64_t second,
		    uint32_t most)
{
	_Atomic(uint16_t) *head = chain_of(pool, first & pool->key_mask);
	uint32_t n = pool->free, next = vgic_load_relaxed(head);

	if (n == ITS_NIL ||
	    (most != UINT32_MAX && chain_is_full(pool, next, most))) {
		return ITS_NIL;
	}
	pool->free = next_in_chain(pool, n);
	vgic_store_release(&pool->record[n].second,
			   second | FIELD_PUT(REC_CHAIN, next));
	vgic_store_release(&pool->record[n].first, first | REC_VALID);
	vgic_store_release(head, (uint16_t)n);
	pool->used++;
	return n;
}

/* Readers may still be there: they see that the first word has changed. */
static void drop(struct its_pool *pool, uint32_t n)
{
	uint64_t key = its_first(pool, n) & pool->key_mask;
	_Atomic(uint16_t) *head = chain_of(pool, key);
	uint32_t next = next_in_chain(pool, n), i = vgic_load_relaxed(head);

	if (i == n) {
		vgic_store_release(head, (uint16_t)next);
	} else {
		while (next_in_chain(pool, i) != n) {
			i = next_in_chain(pool, i);
		}
		set_second(pool, i, FIELD_MASK(REC_CHAIN),
			   FIELD_PUT(REC_CHAIN, next));
	}
	vgic_store_release(&pool->record[n].first, 0);
	vgic_store_release(&pool->record[n].second,
			   FIELD_PUT(REC_CHAIN, pool->free));
	pool->free = n;
	pool->used--;
}

bool vgic_its_put_device(struct its_records *r, uint32_t its, uint32_t device,
			 uint64_t itt, uint32_t bits, uint32_t most)
{
	uint64_t key = its_key(its, device), first;
	uint64_t second = FIELD_PUT(REC_DEVICE_FIRST, ITS_NIL) |
			  FIELD_PUT(REC_DEVICE_BITS, bits);
	uint32_t n = vgic_its_find(&r->devices, key, &first);

	first = key | FIELD_PUT(REC_DEVICE_ITT, itt >> 8);
	if (n == ITS_NIL) {
		n = add(&r->devices, first, second, most);
		r->nr_devices[its] += n != ITS_NIL;
		return n != ITS_NIL;
	}
	set_second(&r->devices, n, ~FIELD_MASK(REC_CHAIN), second);
	vgic_store_release(&r->devices.record[n].first, first | REC_VALID);
	return true;
}

void vgic_its_remove_device(struct its_records *r, uint32_t n)
{
	r->nr_devices[FIELD_GET(REC_KEY, its_first(&r->devices, n)) >> 16]--;
	drop(&r->devices, n);
}

uint32_t vgic_its_get_collection(struct its_records *r, uint32_t its,
				 uint32_t icid, uint32_t most)
{
	uint64_t key = its_key(its, icid), first;
	uint32_t n = vgic_its_find(&r->collections, key, &first);

	if (n == ITS_NIL) {
		n = add(&r->collections, key, 0, most);
		r->nr_collections[its] += n != ITS_NIL;
	}
	return n;
}

/* Nobody's, and no event names it. */
static void drop_if_idle(struct its_records *r, uint32_t n)
{
	uint64_t first = its_first(&r->collections, n);

	if (its_vcpu_of(first) == VGIC_NOWHERE &&
	    !FIELD_GET(REC_COLLECTION_EVENTS, its_second(&r->collections, n))) {
		r->nr_collections[FIELD_GET(REC_KEY, first) >> 16]--;
		drop(&r->collections, n);
	}
}

void vgic_its_set_vcpu(struct its_records *r, uint32_t n, uint32_t vcpu)
{
	uint64_t key = its_first(&r->collections, n) & FIELD_MASK(REC_KEY);
	uint32_t field = vcpu == VGIC_NOWHERE ? 0 : vcpu + 1;

	vgic_store_seq(&r->collections.record[n].first,
		       REC_VALID | key |
			       FIELD_PUT(REC_COLLECTION_VCPU, field));
	drop_if_idle(r, n);
}

static void count_event(struct its_records *r, uint32_t collection,
			uint32_t change)
{
	uint64_t now = its_second(&r->collections, collection);

	set_second(&r->collections, collection,
		   FIELD_MASK(REC_COLLECTION_EVENTS),
		   FIELD_PUT(REC_COLLECTION_EVENTS,
			     FIELD_GET(REC_COLLECTION_EVENTS, now) + change));
}

static void set_prev(struct its_pool *events, uint32_t n, uint32_t prev)
{
	if (n != ITS_NIL) {
		set_second(events, n, FIELD_MASK(REC_EVENT_PREV),
			   FIELD_PUT(REC_EVENT_PREV, prev));
	}
}

static void set_next(struct its_pool *events, uint32_t n, uint32_t next)
{
	set_second(events, n, FIELD_MASK(REC_EVENT_NEXT),
		   FIELD_PUT(REC_EVENT_NEXT, next));
}

static uint32_t next_event(const struct its_pool *events, uint32_t n)
{
	return (uint32_t)FIELD_GET(REC_EVENT_NEXT, its_second(events, n));
}

static uint32_t first_event(const struct its_records *r, uint32_t device)
{
	return (uint32_t)FIELD_GET(REC_DEVICE_FIRST,
				   its_second(&r->devices, device));
}

static void set_first_event(struct its_records *r, uint32_t device,
			    uint32_t n)
{
	set_second(&r->devices, device, FIELD_MASK(REC_DEVICE_FIRST),
		   FIELD_PUT(REC_DEVICE_FIRST, n));
}

uint32_t vgic_its_add_event(struct its_records *r, uint64_t key,
			    uint32_t device, uint32_t lpi, uint32_t collection,
			    uint32_t most)
{
	uint32_t next = first_event(r, device);
	uint64_t first = key | FIELD_PUT(REC_EVENT_LPI, lpi) |
			 FIELD_PUT(REC_EVENT_LIFE, r->events.life);
	uint64_t second = FIELD_PUT(REC_EVENT_NEXT, next) |
			  FIELD_PUT(REC_EVENT_PREV, ITS_NIL) |
			  FIELD_PUT(REC_EVENT_COLLECTION, collection);
	uint32_t n = add(&r->events, first, second, most);

	if (n == ITS_NIL) {
		drop_if_idle(r, collection);
		return ITS_NIL;
	}
	r->events.life++;
	set_prev(&r->events, next, n);
	set_first_event(r, device, n);
	count_event(r, collection, 1);
	return n;
}

void vgic_its_remove_event(struct its_records *r, uint32_t n)
{
	uint64_t first = its_first(&r->events, n), device;
	uint64_t second = its_second(&r->events, n);
	uint32_t next = (uint32_t)FIELD_GET(REC_EVENT_NEXT, second);
	uint32_t prev = (uint32_t)FIELD_GET(REC_EVENT_PREV, second);

	set_prev(&r->events, next, prev);
	if (prev != ITS_NIL) {
		set_next(&r->events, prev, next);
	} else {
		set_first_event(
			r,
			vgic_its_find(&r->devices,
				      FIELD_GET(REC_EVENT_KEY, first) >> 16,
				      &device),
			next);
	}
	drop(&r->events, n);
	count_event(r, its_collection_of(second), UINT32_MAX);
	drop_if_idle(r, its_collection_of(second));
}

void vgic_its_move_event(struct its_records *r, uint32_t n, uint32_t collection)
{
	uint32_t was = its_collection_of(its_second(&r->events, n));

	count_event(r, collection, 1);
	set_second(&r->events, n, FIELD_MASK(REC_EVENT_COLLECTION),
		   FIELD_PUT(REC_EVENT_COLLECTION, collection));
	count_event(r, was, UINT32_MAX);
	drop_if_idle(r, was);
}

/* A list that grows at its end. */
struct list {
	uint32_t first, last;
};

static void append(struct its_pool *events, struct list *list, uint32_t n)
{
	if (list->first == ITS_NIL) {
		list->first = n;
	} else {
		set_next(events, list->last, n);
	}
	list->last = n;
}

/* Two lists in order become one behind `list`. */
static void merge(struct its_pool *events, struct list *list, uint32_t a,
		  uint32_t b)
{
	while (a != ITS_NIL || b != ITS_NIL) {
		bool take_a = b == ITS_NIL ||
			      (a != ITS_NIL &&
			       its_event_of(its_first(events, a)) <
				       its_event_of(its_first(events, b)));
		uint32_t n = take_a ? a : b;

		if (take_a) {
			a = next_event(events, a);
		} else {
			b = next_event(events, b);
		}
		append(events, list, n);
	}
}

/* End a list after `n` events; what was behind them. */
static uint32_t cut(struct its_pool *events, uint32_t from, uint32_t n)
{
	uint32_t rest;

	while (from != ITS_NIL && --n) {
		from = next_event(events, from);
	}
	if (from == ITS_NIL) {
		return ITS_NIL;
	}
	rest = next_event(events, from);
	set_next(events, from, ITS_NIL);
	return rest;
}

/* Pairs of pieces of this length, each in order, become one.  How many? */
static uint32_t merge_pieces(struct its_pool *events, uint32_t *first,
			     uint32_t length)
{
	struct list list = { ITS_NIL, ITS_NIL };
	uint32_t left = *first, pairs = 0;

	while (left != ITS_NIL) {
		uint32_t a = left, b = cut(events, a, length);

		left = cut(events, b, length);
		merge(events, &list, a, b);
		pairs++;
	}
	set_next(events, list.last, ITS_NIL);
	*first = list.first;
	return pairs;
}

uint32_t vgic_its_sort_events(struct its_records *r, uint32_t device)
{
	struct its_pool *events = &r->events;
	uint32_t first = first_event(r, device), last = ITS_NIL, length = 1;

	if (first == ITS_NIL) {
		return ITS_NIL;
	}
	while (merge_pieces(events, &first, length) > 1) {
		length *= 2;
	}
	set_first_event(r, device, first);
	for (; first != ITS_NIL; first = next_event(events, first)) {
		set_prev(events, first, last);
		last = first;
	}
	return last;
}

/* Each record is where its key leads; how many there are. */
static bool pool_is_right(const struct its_pool *pool, uint32_t *used)
{
	uint64_t first;

	*used = 0;
	for (uint32_t n = 0; n < pool->count; n++) {
		uint64_t here = its_first(pool, n);

		if (!(here & REC_VALID)) {
			continue;
		}
		++*used;
		if (vgic_its_find(pool, here & pool->key_mask, &first) != n) {
			return false;
		}
	}
	return true;
}

/* Its events are its own, and the links agree; counts them. */
static bool list_is_right(const struct its_records *r, uint32_t device,
			  uint32_t *listed)
{
	uint64_t key = its_first(&r->devices, device) & FIELD_MASK(REC_KEY);
	uint32_t prev = ITS_NIL;

	for (uint32_t n = first_event(r, device); n != ITS_NIL;
	     n = next_event(&r->events, n)) {
		uint64_t first = its_first(&r->events, n);
		uint64_t second = its_second(&r->events, n);

		if (!(first & REC_VALID) || ++*listed > r->events.count ||
		    FIELD_GET(REC_EVENT_KEY, first) >> 16 != key ||
		    its_event_of(first) >>
			    its_bits_of(its_second(&r->devices, device)) ||
		    FIELD_GET(REC_EVENT_PREV, second) != prev) {
			return false;
		}
		prev = n;
	}
	return true;
}

/* How many events collections say that they have; UINT32_MAX: one is idle. */
static uint32_t events_in_collections(const struct its_records *r)
{
	uint32_t sum = 0;

	for (uint32_t n = 0; n < r->collections.count; n++) {
		uint64_t first = its_first(&r->collections, n);
		uint32_t events = (uint32_t)FIELD_GET(
			REC_COLLECTION_EVENTS,
			its_second(&r->collections, n));

		if (!(first & REC_VALID)) {
			continue;
		}
		if (!events && its_vcpu_of(first) == VGIC_NOWHERE) {
			return UINT32_MAX;
		}
		sum += events;
	}
	return sum;
}

/* Each ITS counts its devices and collections: none more, none less. */
static bool counts_are_right(const struct its_records *r, uint32_t devices,
			     uint32_t collections)
{
	for (uint32_t i = 0; i < VGIC_MAX_ITS; i++) {
		devices -= r->nr_devices[i];
		collections -= r->nr_collections[i];
	}
	return !devices && !collections;
}

const char *vgic_its_records_wrong(const struct its_records *r)
{
	uint32_t events, devices, collections, listed = 0;

	if (!pool_is_right(&r->events, &events) ||
	    !pool_is_right(&r->devices, &devices) ||
	    !pool_is_right(&r->collections, &collections)) {
		return "a record of an ITS is not where its key leads";
	}
	for (uint32_t n = 0; n < r->devices.count; n++) {
		if ((its_first(&r->devices, n) & REC_VALID) &&
		    !list_is_right(r, n, &listed)) {
			return "a list of events of an ITS is broken";
		}
	}
	if (listed != events) {
		return "an event of an ITS belongs to no device";
	}
	if (!counts_are_right(r, devices, collections)) {
		return "an ITS has lost count of devices or collections";
	}
	return events_in_collections(r) == events ?
		       NULL :
		       "a collection of an ITS has lost count of its events";
}
