/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the commands of all ITSs have made: which events are mapped to which
 * LPI and collection, which devices have which table, and which collection is
 * whose.  Three pools of records of 16 bytes in the embedder's memory, each
 * with a hash table that leads to them.
 *
 * Who holds the VM's engine (its/engine.c) changes them.  Messages read events
 * and collections at the same time, from any context: a record's first word
 * says what it is and is never the same twice, so a reader that finds the word
 * unchanged after it read the second one knows that both belong together.
 */
#ifndef VGIC_ITS_RECORDS_H
#define VGIC_ITS_RECORDS_H

#include "core/gic.h"

/* No record; pools are smaller than that. */
#define ITS_NIL 0xffffu
/* The longest chain that a guest's command may make. */
#define ITS_CHAIN 32u
/* Collections that each ITS adds to the pool: what a page of entries holds. */
#define ITS_COLLECTIONS_EACH 512u

/* First word.  Of what is free it is 0. */
#define REC_VALID (UINT64_C(1) << 63)
/* An event's key: ITS, DeviceID and EventID; the others': ITS and ID. */
#define REC_EVENT_KEY_SHIFT 0
#define REC_EVENT_KEY_WIDTH 35
#define REC_KEY_SHIFT 0
#define REC_KEY_WIDTH 19
#define REC_EVENT_LPI_SHIFT 35 /* counted from 0 */
#define REC_EVENT_LPI_WIDTH 16
#define REC_EVENT_LIFE_SHIFT 51 /* counts up each time */
#define REC_EVENT_LIFE_WIDTH 12
#define REC_DEVICE_ITT_SHIFT 19 /* address 51:8 */
#define REC_DEVICE_ITT_WIDTH 44
#define REC_COLLECTION_VCPU_SHIFT 19 /* + 1; 0: MAPC has not named it */
#define REC_COLLECTION_VCPU_WIDTH 10

/* Second word. */
#define REC_CHAIN_SHIFT 0 /* next with this hash; free: next free one */
#define REC_CHAIN_WIDTH 16
#define REC_EVENT_NEXT_SHIFT 16 /* others of the device */
#define REC_EVENT_NEXT_WIDTH 16
#define REC_EVENT_PREV_SHIFT 32
#define REC_EVENT_PREV_WIDTH 16
#define REC_EVENT_COLLECTION_SHIFT 48 /* record of it */
#define REC_EVENT_COLLECTION_WIDTH 16
#define REC_DEVICE_FIRST_SHIFT 16 /* event */
#define REC_DEVICE_FIRST_WIDTH 16
#define REC_DEVICE_BITS_SHIFT 32 /* of EventIDs */
#define REC_DEVICE_BITS_WIDTH 5
#define REC_COLLECTION_EVENTS_SHIFT 16 /* how many are in it */
#define REC_COLLECTION_EVENTS_WIDTH 16

struct its_record {
	_Atomic(uint64_t) first, second;
};

struct its_pool {
	struct its_record *record;
	/* First of each chain; as many as a power of two. */
	_Atomic(uint16_t) *head;
	uint32_t head_mask;
	uint64_t key_mask;
	uint32_t count, used;
	/* Chain of those that are free. */
	uint32_t free;
	/* LIFE of the next event. */
	uint32_t life;
};

struct its_records {
	struct its_pool events, devices, collections;
	/* Of each ITS. */
	uint32_t nr_devices[VGIC_MAX_ITS], nr_collections[VGIC_MAX_ITS];
};

/* Bytes for a configuration; 0 without LPIs.  Where they are is `memory`. */
size_t vgic_its_records_size(const struct vgic_config *config);
void vgic_its_records_place(struct vgic *gic, void *memory);
/* Nothing is mapped. */
void vgic_its_records_clear(struct its_records *r);

static inline uint64_t its_event_key(uint32_t its, uint32_t device,
				     uint32_t event)
{
	return (uint64_t)its << 32 | (uint64_t)device << 16 | event;
}

/* Of a device or a collection. */
static inline uint64_t its_key(uint32_t its, uint32_t id)
{
	return (uint64_t)its << 16 | id;
}

/*
 * A record by its key, or ITS_NIL; `first` receives its first word.  Of events
 * and collections from any context.
 */
uint32_t vgic_its_find(const struct its_pool *pool, uint64_t key,
		       uint64_t *first);

static inline uint64_t its_first(const struct its_pool *pool, uint32_t n)
{
	return vgic_load_acquire(&pool->record[n].first);
}

static inline uint64_t its_second(const struct its_pool *pool, uint32_t n)
{
	return vgic_load_acquire(&pool->record[n].second);
}

/* The vCPU of a collection's first word, or VGIC_NOWHERE. */
static inline uint32_t its_vcpu_of(uint64_t first)
{
	uint32_t vcpu = (uint32_t)FIELD_GET(REC_COLLECTION_VCPU, first);

	return vcpu ? vcpu - 1 : VGIC_NOWHERE;
}

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

/* The record of the collection that an event's second word names. */
static inline uint32_t its_collection_of(uint64_t second)
{
	return (uint32_t)FIELD_GET(REC_EVENT_COLLECTION, second);
}

static inline uint64_t its_itt_of(uint64_t first)
{
	return FIELD_GET(REC_DEVICE_ITT, first) << 8;
}

static inline uint32_t its_bits_of(uint64_t second)
{
	return (uint32_t)FIELD_GET(REC_DEVICE_BITS, second);
}

/*
 * From here on the caller holds the engine.  `most`: ITS_CHAIN for a guest's
 * command, UINT32_MAX for a VMM's.  All may find that there is no room.
 */

/* A device with no events; one that is there gets another table. */
bool vgic_its_put_device(struct its_records *r, uint32_t its, uint32_t device,
			 uint64_t itt, uint32_t bits, uint32_t most);
/* It has no events any more. */
void vgic_its_remove_device(struct its_records *r, uint32_t n);
/* A collection's record, made if need be; ITS_NIL: no room. */
uint32_t vgic_its_get_collection(struct its_records *r, uint32_t its,
				 uint32_t icid, uint32_t most);
/* Name its vCPU, or VGIC_NOWHERE.  One that nothing names goes. */
void vgic_its_set_vcpu(struct its_records *r, uint32_t n, uint32_t vcpu);
/* An event of a device, both records there; its record, or ITS_NIL. */
uint32_t vgic_its_add_event(struct its_records *r, uint64_t key,
			    uint32_t device, uint32_t lpi, uint32_t collection,
			    uint32_t most);
void vgic_its_remove_event(struct its_records *r, uint32_t n);
/* Into another collection. */
void vgic_its_move_event(struct its_records *r, uint32_t n,
			 uint32_t collection);
/* A device's events in ascending order from now on; the last, or ITS_NIL. */
uint32_t vgic_its_sort_events(struct its_records *r, uint32_t device);
/* Null, or what is wrong with them. */
const char *vgic_its_records_wrong(const struct its_records *r);

#endif
