/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools of records, their hash chains, and the lists of devices' events.
 *
 * One thread, the engine's holder, changes all of this; messages on other
 * threads search the chains of events, and read collections, at the same time
 * and without a lock.  What makes that safe:
 *
 * - a record that is added is complete before a chain leads to it;
 * - a record that is removed leaves the chain first, and its first word becomes
 *   0, so a reader that still stands on it sees that, and starts again;
 * - a slot that is used again gets another first word (LIFE), so a reader that
 *   comes back to it sees that, too.
 *
 * Devices and the lists of their events are read by the engine's holder alone.
 */
#include "its/records.h"

/*
 * A power of two, at least as many as there are records: when all of a pool are
 * in use, a chain has one record on average.
 */
static uint32_t nr_heads(uint32_t count)
{
	uint32_t n = 1;

	while (n < count) {
		n *= 2;
	}
	return n;
}

/* Room for events; if the embedder does not say, one for each LPI. */
static uint32_t nr_events(const struct vgic_config *config)
{
	return config->its.nr_events ? config->its.nr_events :
				       config->its.nr_lpis;
}

/* Bytes of a pool's records and chain heads. */
static size_t pool_size(uint32_t count)
{
	return vgic_aligned(count * sizeof(struct its_record)) +
	       vgic_aligned(nr_heads(count) * sizeof(uint16_t));
}

/*
 * Twice the events: a device with no event is of no use, so there are as many
 * records of devices as of events.
 */
size_t vgic_its_records_size(const struct vgic_config *config)
{
	if (!config->its.nr_its) {
		return 0;
	}
	return vgic_aligned(sizeof(struct its_records)) +
	       2 * pool_size(nr_events(config)) +
	       pool_size(config->its.nr_its * ITS_COLLECTIONS_EACH);
}

/* Lay a pool out at `at`; returns the address behind it. */
static uint8_t *lay_out_pool(struct its_pool *pool, uint8_t *at, uint32_t count,
			     uint64_t key_mask)
{
	pool->count = count;
	pool->key_mask = key_mask;
	pool->record = (struct its_record *)(void *)at;
	at += vgic_aligned(count * sizeof(struct its_record));
	pool->head = (_Atomic(uint16_t) *)(void *)at;
	pool->head_mask = nr_heads(count) - 1;
	return at + vgic_aligned(nr_heads(count) * sizeof(uint16_t));
}

void vgic_its_records_place(struct vgic *gic, void *memory)
{
	struct its_records *r = memory;
	uint8_t *at = (uint8_t *)memory + vgic_aligned(sizeof(*r));

	gic->records = r;
	at = lay_out_pool(&r->events, at, nr_events(&gic->config),
			  FIELD_MASK(REC_EVENT_KEY));
	at = lay_out_pool(&r->devices, at, nr_events(&gic->config),
			  FIELD_MASK(REC_KEY));
	(void)lay_out_pool(&r->collections, at,
			   gic->config.its.nr_its * ITS_COLLECTIONS_EACH,
			   FIELD_MASK(REC_KEY));
}

/* All records are free, and the first one is taken first. */
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
 * The chain of a key.  Guests choose keys, usually in rows (devices of one bus,
 * events from 0), so every bit of a key has to influence every bit of the
 * result: two rounds of a multiplication by an odd number and a shift.
 */
static _Atomic(uint16_t) *chain_of(const struct its_pool *pool, uint64_t key)
{
	key = (key ^ key >> 19) * UINT64_C(0x8f3d5b7a91c4e26d);
	key = (key ^ key >> 31) * UINT64_C(0xc5a17d9e3b68f14b);
	return &pool->head[key >> 32 & pool->head_mask];
}

/* The next record of a chain, or of the list of free ones. */
static uint32_t next_in_chain(const struct its_pool *pool, uint32_t n)
{
	return (uint32_t)FIELD_GET(REC_CHAIN, its_second(pool, n));
}

/*
 * Step from record `n` to the next one in the chain.  `first` is what its first
 * word was.  False: the record was removed, or its slot is used again, perhaps
 * in another chain.  Then its link does not belong to this chain, and the
 * search has to start again at the head.
 *
 * The link is loaded between two loads of the first word.  These acquires pair
 * with the releases of add() and drop().
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

/*
 * Chains are short, and only changes of this very chain make a search start
 * again, so it ends after a bounded number of steps for each change.  The
 * acquire of the head pairs with the releases in add() and drop().
 */
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

/*
 * Change some bits of a second word.  Pairs with its_second(), which readers
 * use between two loads of the first word.
 */
static void set_second(struct its_pool *pool, uint32_t n, uint64_t mask,
		       uint64_t bits)
{
	vgic_store_release(&pool->record[n].second,
			   (its_second(pool, n) & ~mask) | bits);
}

/* Does the chain from `n` on have `most` records already? */
static bool chain_is_full(const struct its_pool *pool, uint32_t n,
			  uint32_t most)
{
	while (n != ITS_NIL && most) {
		n = next_in_chain(pool, n);
		most--;
	}
	return !most;
}

/*
 * A new record; ITS_NIL: none is free, or the chain is full.  Of the three
 * releases the head's comes last: a reader that comes to the record through the
 * chain sees both words.  The second word is stored before the first one,
 * because a reader may still stand on this slot and takes a valid first word to
 * mean that the second one belongs to it.  They pair with vgic_its_find() and
 * its_first().
 */
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

/*
 * Free a record: take it from its chain, then mark its first word as free, then
 * use its link for the list of free records.  In that order a reader that loads
 * the changed link finds the first word changed as well: its_first() in
 * follow() pairs with the release of the first word.
 */
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

/*
 * A device that is mapped already keeps its record and its place in the chain.
 */
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

/* Free a collection that has no vCPU and that no event names. */
static void drop_if_idle(struct its_records *r, uint32_t n)
{
	uint64_t first = its_first(&r->collections, n);

	if (its_vcpu_of(first) == VGIC_NOWHERE &&
	    !FIELD_GET(REC_COLLECTION_EVENTS, its_second(&r->collections, n))) {
		r->nr_collections[FIELD_GET(REC_KEY, first) >> 16]--;
		drop(&r->collections, n);
	}
}

/*
 * One store: a message that translates at the same time finds the old vCPU or
 * the new one.  It pairs with its_first() in translate() and vgic_lpi_home().
 */
void vgic_its_set_vcpu(struct its_records *r, uint32_t n, uint32_t vcpu)
{
	uint64_t key = its_first(&r->collections, n) & FIELD_MASK(REC_KEY);
	uint32_t field = vcpu == VGIC_NOWHERE ? 0 : vcpu + 1;

	vgic_store_seq(&r->collections.record[n].first,
		       REC_VALID | key | FIELD_PUT(REC_COLLECTION_VCPU, field));
	drop_if_idle(r, n);
}

/* Add `change` to the number of a collection's events. */
static void count_event(struct its_records *r, uint32_t collection,
			uint32_t change)
{
	uint64_t now = its_second(&r->collections, collection);

	set_second(&r->collections, collection,
		   FIELD_MASK(REC_COLLECTION_EVENTS),
		   FIELD_PUT(REC_COLLECTION_EVENTS,
			     FIELD_GET(REC_COLLECTION_EVENTS, now) + change));
}

/* The links of a device's list of events. */
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

static void set_first_event(struct its_records *r, uint32_t device, uint32_t n)
{
	set_second(&r->devices, device, FIELD_MASK(REC_DEVICE_FIRST),
		   FIELD_PUT(REC_DEVICE_FIRST, n));
}

/* The event goes to the front of the device's list: no search. */
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

/*
 * The device's record is only looked for if the event is the first of its list.
 */
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

/*
 * One store changes the collection, so a message finds the old one or the new
 * one.
 */
void vgic_its_move_event(struct its_records *r, uint32_t n, uint32_t collection)
{
	uint32_t was = its_collection_of(its_second(&r->events, n));

	count_event(r, collection, 1);
	set_second(&r->events, n, FIELD_MASK(REC_EVENT_COLLECTION),
		   FIELD_PUT(REC_EVENT_COLLECTION, collection));
	count_event(r, was, UINT32_MAX);
	drop_if_idle(r, was);
}

/* A list that grows at its end, for sorting. */
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

/* Append the events of two sorted lists to `list`, in order. */
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

/* Cut a list after `n` events; returns what was behind them, or ITS_NIL. */
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

/*
 * The list consists of sorted pieces of this length: merge each two neighbours.
 * Returns how many pieces are left.
 */
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

/*
 * A merge sort of the linked list: a device may have 65536 events, and there is
 * no memory for an array.  REC_EVENT_PREV is set at the end.
 */
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

/* Is each record found by its key?  `used` receives how many there are. */
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

/*
 * Do all events in a device's list belong to it, within its range of EventIDs,
 * and do the links agree?  Adds their number to `listed`.
 */
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

/*
 * The sum of the collections' counts of events; UINT32_MAX: a collection that
 * nothing needs was not freed.
 */
static uint32_t events_in_collections(const struct its_records *r)
{
	uint32_t sum = 0;

	for (uint32_t n = 0; n < r->collections.count; n++) {
		uint64_t first = its_first(&r->collections, n);
		uint32_t events = (uint32_t)FIELD_GET(
			REC_COLLECTION_EVENTS, its_second(&r->collections, n));

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

/*
 * Do the counts of all ITSs add up to the devices and collections that there
 * are?
 */
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
