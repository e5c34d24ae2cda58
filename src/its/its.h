/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs and the Interrupt Translation Service of a GICv3 guest.
 *
 * An LPI's word and queue are like any other's.  It is pending or not, never
 * active: its acknowledge ends its stay in a list register.  W_ENABLE says
 * that its configuration enables it and that its redistributor takes LPIs, so
 * that nobody needs to look there when it is delivered.
 *
 * Its `route` says which ITS has an event for it, and in which collection,
 * since the tables in guest memory lead from events to LPIs alone.
 */
#ifndef VGIC_ITS_ITS_H
#define VGIC_ITS_ITS_H

#include <vgic/its.h>

#include "mmio/mmio.h"
#include "regs/gits.h"

/* Entries that are read at one go. */
#define ITS_CHUNK 64u
/* DeviceIDs have 16 bits. */
#define ITS_MAX_DEVICES 65536u

/* What base registers hold. */
#define ITS_CACHE_FIELDS                                                  \
	(FIELD_MASK(GITS_BASER_InnerCache) |                              \
	 FIELD_MASK(GITS_BASER_OuterCache) |                              \
	 FIELD_MASK(GITS_BASER_Shareability))
#define ITS_CBASER_FIELDS                                                 \
	(GITS_CBASER_Valid | ITS_CACHE_FIELDS | GITS_CBASER_PhysAddr_MASK | \
	 FIELD_MASK(GITS_CBASER_Size))
#define ITS_BASER_FIELDS                                                  \
	(GITS_BASER_Valid | ITS_CACHE_FIELDS | GITS_BASER_PhysAddr_MASK | \
	 FIELD_MASK(GITS_BASER_Page_Size) | FIELD_MASK(GITS_BASER_Size))
#define LPI_CACHE_FIELDS                                                  \
	(FIELD_MASK(GICR_BASER_InnerCache) |                              \
	 FIELD_MASK(GICR_BASER_OuterCache) |                              \
	 FIELD_MASK(GICR_BASER_Shareability))
#define LPI_PROPBASER_FIELDS                                              \
	(FIELD_MASK(GICR_PROPBASER_IDbits) | LPI_CACHE_FIELDS |           \
	 GICR_PROPBASER_PhysAddr_MASK)
#define LPI_PENDBASER_FIELDS                                              \
	(GICR_PENDBASER_PTZ | LPI_CACHE_FIELDS | GICR_PENDBASER_PhysAddr_MASK)

#define LPI_MAPPED (1u << 31)
#define LPI_ITS_SHIFT 16
#define LPI_ITS_MASK (LPI_MAPPED | 7u << LPI_ITS_SHIFT)

enum its_table { ITS_DEVICES, ITS_COLLECTIONS, ITS_NR_TABLES };

struct vgic_its {
	bool placed;
	uint64_t ipa;
	uint32_t number;
	_Atomic(uint32_t) ctlr;
	_Atomic(uint32_t) statusr;
	/* Commands are being taken, or base registers changed. */
	_Atomic(uint32_t) busy;
	_Atomic(uint64_t) cbaser;
	_Atomic(uint64_t) cwriter;
	_Atomic(uint64_t) creadr;
	_Atomic(uint64_t) baser[ITS_NR_TABLES];
	_Atomic(uint64_t) translated;
	_Atomic(uint64_t) dropped;
	_Atomic(uint64_t) commands;
	_Atomic(uint64_t) command_errors;
};

/* The LPIs that something is done to at once. */
struct lpi_match {
	/* Those whose route has `route` in the bits of `mask`; */
	uint32_t mask, route;
	/* and this target, unless VGIC_NIL. */
	uint32_t target;
};

static inline uint32_t lpi_route(const struct vgic_its *its, uint32_t icid)
{
	return LPI_MAPPED | its->number << LPI_ITS_SHIFT | icid;
}

/* GITS_CBASER: bytes of the command queue. */
static inline uint64_t its_queue_size(uint64_t cbaser)
{
	return (FIELD_GET(GITS_CBASER_Size, cbaser) + 1) * 4096;
}

/* Is there an INTID of an LPI? */
static inline bool lpi_exists(const struct vgic *gic, uint32_t intid)
{
	return intid - GIC_LPI_BASE < gic->config.its.nr_lpis;
}

/* Does this vCPU's redistributor take LPIs?  Not if it is VGIC_NOWHERE. */
static inline bool lpis_on(const struct vgic *gic, uint32_t vcpu)
{
	return vcpu < gic->config.nr_vcpus &&
	       (vgic_load_seq(&gic->vcpus[vcpu].gicr_ctlr) &
		GICR_CTLR_EnableLPIs);
}

/* lpi.c: `self` as in vgic_irq_change(). */

/* An event is mapped to it, of that route, for a vCPU or VGIC_NOWHERE. */
void lpi_map(struct vgic *gic, struct vgic_vcpu *self, uint32_t index,
	     uint32_t route, uint32_t target);
/* None is any more: it is not pending, either. */
void lpi_unmap(struct vgic *gic, struct vgic_vcpu *self, uint32_t index);
/* Read its configuration anew. */
void lpi_reload(struct vgic *gic, struct vgic_vcpu *self, uint32_t index);
/* The same for all that match, which are moved to `target` unless VGIC_NIL. */
void lpi_reload_all(struct vgic *gic, struct vgic_vcpu *self,
		    const struct lpi_match *match, uint32_t target);
void lpi_unmap_all(struct vgic *gic, struct vgic_vcpu *self,
		   const struct lpi_match *match);
/* MOVALL: what is pending for one vCPU becomes another's. */
void lpi_move_pending(struct vgic *gic, struct vgic_vcpu *self, uint32_t from,
		      uint32_t to);
/* GICR_CTLR.EnableLPIs of a vCPU was written, and is now 1; or 0. */
void lpi_enabled(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu);
void lpi_disabled(struct vgic *gic, struct vgic_vcpu *self, uint32_t vcpu);
/* Pending tables get what is pending; false: one is not in memory. */
bool lpi_save_pending(struct vgic *gic);

/*
 * tables.c: nothing that stands in guest memory is believed before it was
 * checked.
 */

struct its_device {
	uint64_t itt;
	uint32_t bits; /* of EventIDs */
};

struct its_event {
	uint64_t at; /* of its entry */
	uint32_t index; /* the LPI; VGIC_NIL: none is mapped */
};

struct its_collection {
	uint64_t at;
	uint32_t target;
	bool found;
	/* The first entry that is not used, and the last that is. */
	uint64_t free, last;
	/* There is room for an entry at `free`; for one more. */
	bool room, more;
	/* How many entries were looked at. */
	uint32_t looked;
};

bool its_read64(const struct vgic *gic, uint64_t ipa, uint64_t *value);
bool its_write64(const struct vgic *gic, uint64_t ipa, uint64_t value);
/* `count` entries, at most ITS_CHUNK. */
bool its_read_chunk(const struct vgic *gic, uint64_t ipa, uint64_t *entry,
		    uint32_t count);
/*
 * The LPI of an entry that is alive: this ITS has mapped it; else VGIC_NIL.
 * In which collection is not asked: it may just be moving to another.
 */
uint32_t its_live_lpi(const struct vgic *gic, const struct vgic_its *its,
		      uint64_t ite);
/* Where the entry of a device is; false: the table has none. */
bool its_device_entry(const struct vgic *gic, const struct vgic_its *its,
		      uint32_t device, uint64_t *at);
/* A device that is mapped. */
bool its_find_device(const struct vgic *gic, const struct vgic_its *its,
		     uint32_t device, struct its_device *found);
/* An event that a mapped device may have. */
bool its_find_event(const struct vgic *gic, const struct vgic_its *its,
		    uint32_t device, uint32_t event, struct its_event *found);
/* Unmap all events of a device. */
void its_drop_events(struct vgic *gic, struct vgic_vcpu *self,
		     const struct vgic_its *its,
		     const struct its_device *device);
/* Look a collection up; false: the table cannot be read, or there is none. */
bool its_find_collection(const struct vgic *gic, const struct vgic_its *its,
			 uint32_t icid, struct its_collection *found);
/* An entry for one that has none yet; false: there is no room. */
bool its_add_collection(const struct vgic *gic,
			const struct its_collection *collection, uint64_t cte);
/* Where the n-th entry of a collection is; false: so many there are not. */
bool its_collection_entry(const struct vgic_its *its, uint32_t n,
			  uint64_t *at);

/* commands.c: take what is in the queue, unless somebody is about it. */
void its_run(struct vgic_mmio *mmio, struct vgic_its *its);

/* translate.c: a message, or an INT command; 1 or 0 as vgic_inject_msi(). */
int its_signal(struct vgic *gic, struct vgic_vcpu *self,
	       const struct vgic_its *its, uint32_t device, uint32_t event);

/* frames.c */
extern const struct vgic_frame vgic_its_control;
/* Shareability and cacheability as they have to be: shift of each field. */
uint64_t its_attributes(uint64_t value, uint32_t share, uint32_t inner,
			uint32_t outer);
enum vgic_trap vgic_its_mmio(struct vgic_mmio *mmio, bool write,
			     uint64_t *value);

#endif
