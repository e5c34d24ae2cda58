/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the commands of all ITSs have mapped.  There are three kinds of records
 * of 16 bytes: an event has an LPI and a collection, a device has an ITT and a
 * list of its events, a collection has a vCPU.  Each kind has a pool in the
 * embedder's memory, and a hash table that finds a record by its key.  Guest
 * memory is not read to translate a message, so a guest that scribbles over its
 * tables harms nothing but a later restore.
 *
 * The holder of the VM's engine (its/engine.c) changes records.  Messages read
 * events and collections at the same time, from any context, without a lock.  A
 * record has two words.  The first one says what the record is, and an event's
 * has a count in it (LIFE) that makes it unlike any event that the same slot
 * held recently.  A reader loads the first word, then the second one, then the
 * first one again: if that is unchanged, both words belong together.
 */
#ifndef VGIC_ITS_RECORDS_H
#define VGIC_ITS_RECORDS_H

#include "core/gic.h"

/* The number that stands for no record.  Pools are smaller than that. */
#define ITS_NIL 0xffffu
/*
 * The longest hash chain that a command may make.  A guest that chooses
 * colliding keys on purpose gets command errors instead of making every message
 * slow.
 */
#define ITS_CHAIN 32u
/*
 * How many collections each ITS adds to the shared pool: as many as a page of 4
 * KiB has entries.
 */
#define ITS_COLLECTIONS_EACH 512u

/* The first word.  A free record's is 0. */
#define REC_VALID (UINT64_C(1) << 63)
/*
 * The keys.  An event's is ITS, DeviceID and EventID; that of a device or of a
 * collection is ITS and ID.
 */
#define REC_EVENT_KEY_SHIFT 0
#define REC_EVENT_KEY_WIDTH 35
#define REC_KEY_SHIFT 0
#define REC_KEY_WIDTH 19
#define REC_EVENT_LPI_SHIFT 35 /* INTID 8192 is 0 */
#define REC_EVENT_LPI_WIDTH 16
#define REC_EVENT_LIFE_SHIFT 51 /* counts events that were added */
#define REC_EVENT_LIFE_WIDTH 12
#define REC_DEVICE_ITT_SHIFT 19 /* address 51:8 */
#define REC_DEVICE_ITT_WIDTH 44
#define REC_COLLECTION_VCPU_SHIFT 19 /* + 1; 0: none */
#define REC_COLLECTION_VCPU_WIDTH 10

/*
 * The second word.  Its links are numbers of records in the same pool, but for
 * a device's FIRST and an event's COLLECTION.
 */
#define REC_CHAIN_SHIFT 0 /* next in its hash chain, or next free */
#define REC_CHAIN_WIDTH 16
#define REC_EVENT_NEXT_SHIFT 16 /* in its device's list */
#define REC_EVENT_NEXT_WIDTH 16
#define REC_EVENT_PREV_SHIFT 32
#define REC_EVENT_PREV_WIDTH 16
#define REC_EVENT_COLLECTION_SHIFT 48 /* collection's record */
#define REC_EVENT_COLLECTION_WIDTH 16
#define REC_DEVICE_FIRST_SHIFT 16 /* event's record */
#define REC_DEVICE_FIRST_WIDTH 16
#define REC_DEVICE_BITS_SHIFT 32 /* bits of its EventIDs */
#define REC_DEVICE_BITS_WIDTH 5
#define REC_COLLECTION_EVENTS_SHIFT 16 /* number of its events */
#define REC_COLLECTION_EVENTS_WIDTH 16

struct its_record {
	_Atomic(uint64_t) first, second;
};

/*
 * The records of one kind.  Only the engine's holder uses the last four fields.
 */
struct its_pool {
	struct its_record *record;
	/* The first record of each hash chain; a power of two of them. */
	_Atomic(uint16_t) *head;
	uint32_t head_mask;
	/* Which bits of a first word are the key. */
	uint64_t key_mask;
	uint32_t count, used;
	/* The first free record; REC_CHAIN links it to the others. */
	uint32_t free;
	/* LIFE of the event that is added next. */
	uint32_t life;
};

struct its_records {
	struct its_pool events, devices, collections;
	/*
	 * How many records belong to each ITS, so that a search for all of them
	 * knows when it has found the last one.
	 */
	uint32_t nr_devices[VGIC_MAX_ITS], nr_collections[VGIC_MAX_ITS];
};

/*
 * Bytes that the records of a configuration need; 0 without ITSs.
 * vgic_its_records_place() lays them out at `memory` and sets gic->records.
 */
size_t vgic_its_records_size(const struct vgic_config *config);
void vgic_its_records_place(struct vgic *gic, void *memory);
/* Free all records.  No vCPU runs. */
void vgic_its_records_clear(struct its_records *r);

/* The key of an event, 35 bits. */
static inline uint64_t its_event_key(uint32_t its, uint32_t device,
				     uint32_t event)
{
	return (uint64_t)its << 32 | (uint64_t)device << 16 | event;
}

/* The key of a device or of a collection, 19 bits. */
static inline uint64_t its_key(uint32_t its, uint32_t id)
{
	return (uint64_t)its << 16 | id;
}

/*
 * The record with this key, or ITS_NIL; `first` receives the first word by
 * which it was found.  Events and collections: any thread.  Devices: the
 * engine's holder, since their words are not changed in a way that readers
 * could follow.
 */
uint32_t vgic_its_find(const struct its_pool *pool, uint64_t key,
		       uint64_t *first);

/*
 * The words of a record.  These acquires pair with the releases in records.c:
 * set_second(), add(), drop(), vgic_its_put_device(), and the sequentially
 * consistent store of vgic_its_set_vcpu().
 */
static inline uint64_t its_first(const struct its_pool *pool, uint32_t n)
{
	return vgic_load_acquire(&pool->record[n].first);
}

static inline uint64_t its_second(const struct its_pool *pool, uint32_t n)
{
	return vgic_load_acquire(&pool->record[n].second);
}

/* The vCPU in a collection's first word, or VGIC_NOWHERE. */
static inline uint32_t its_vcpu_of(uint64_t first)
{
	uint32_t vcpu = (uint32_t)FIELD_GET(REC_COLLECTION_VCPU, first);

	return vcpu ? vcpu - 1 : VGIC_NOWHERE;
}

/*
 * Fields of the first word of an event (LPI counted from 0, EventID), of a
 * collection (ICID) and of a device (address of its ITT).
 */
static inline uint32_t its_lpi_of(uint64_t first)
{
	return (uint32_t)FIELD_GET(REC_EVENT_LPI, first);
}

static inline uint32_t its_icid_of(uint64_t first)
{
	return (uint32_t)FIELD_GET(REC_KEY, first) & 0xffff;
}

static inline uint32_t its_event_of(uint64_t first)
{
	return (uint32_t)FIELD_GET(REC_EVENT_KEY, first) & 0xffff;
}

/* The number of the collection's record in an event's second word. */
static inline uint32_t its_collection_of(uint64_t second)
{
	return (uint32_t)FIELD_GET(REC_EVENT_COLLECTION, second);
}

static inline uint64_t its_itt_of(uint64_t first)
{
	return FIELD_GET(REC_DEVICE_ITT, first) << 8;
}

/* How many bits the EventIDs of a device have, from its second word. */
static inline uint32_t its_bits_of(uint64_t second)
{
	return (uint32_t)FIELD_GET(REC_DEVICE_BITS, second);
}

/*
 * From here on the caller holds the engine.  `most` is the longest chain that
 * may come of it: ITS_CHAIN for a guest's command, UINT32_MAX for a snapshot,
 * which a guest did not choose.
 */

/*
 * Map a device that has no events, or give one that is mapped another table.
 * False: no record is free, or the chain is full.
 */
bool vgic_its_put_device(struct its_records *r, uint32_t its, uint32_t device,
			 uint64_t itt, uint32_t bits, uint32_t most);
/* Free the record of a device, whose events have all been unmapped. */
void vgic_its_remove_device(struct its_records *r, uint32_t n);
/*
 * The record of a collection, made if there is none yet.  ITS_NIL: no record is
 * free, or the chain is full.  A new collection has no vCPU.
 */
uint32_t vgic_its_get_collection(struct its_records *r, uint32_t its,
				 uint32_t icid, uint32_t most);
/*
 * Map a collection to a vCPU, or with VGIC_NOWHERE unmap it.  A collection that
 * has neither a vCPU nor events is freed.
 */
void vgic_its_set_vcpu(struct its_records *r, uint32_t n, uint32_t vcpu);
/*
 * Add an event to a device's list and to a collection, whose records exist.
 * Returns its record, or ITS_NIL: no record is free, or the chain is full; the
 * collection is freed then if nothing else needs it.
 */
uint32_t vgic_its_add_event(struct its_records *r, uint64_t key,
			    uint32_t device, uint32_t lpi, uint32_t collection,
			    uint32_t most);
/* Free the record of an event, and its collection if nothing else needs it. */
void vgic_its_remove_event(struct its_records *r, uint32_t n);
/* Put an event into another collection. */
void vgic_its_move_event(struct its_records *r, uint32_t n,
			 uint32_t collection);
/* Sort a device's list by EventID; returns the last event, or ITS_NIL. */
uint32_t vgic_its_sort_events(struct its_records *r, uint32_t device);
/* The invariants of all pools: null, or what is broken. */
const char *vgic_its_records_wrong(const struct its_records *r);

#endif
