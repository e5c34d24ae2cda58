/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs and the Interrupt Translation Service of a GICv3 guest (IHI 0069,
 * chapter 5).  This header is the room's own; v3/, snapshot/ and uaccess/ use
 * it, too.
 *
 * An ITS is three things: registers in the guest's address space (frames.c),
 * a command queue in guest RAM that the guest fills (commands.c), and what the
 * commands have mapped (records.c): event to LPI and collection, device to
 * table of events, collection to vCPU.  A device's message goes through those
 * records to an LPI (translate.c, lpi.c).  Redistributors decide whether a vCPU
 * takes LPIs, and keep pending tables while it does not (pending.c).  A VMM may
 * have the records written to guest memory and read back (persist.c).
 *
 * An LPI has a word and is queued as any other interrupt.  It is pending or
 * not, never active: the acknowledge ends its stay in a list register.  The
 * target in its word is the vCPU whose redistributor has it pending; while the
 * LPI is not pending that field means nothing.  W_CONF says that the
 * configuration table enables the LPI.  W_ENABLE says that, besides, the
 * target's redistributor takes LPIs; so delivery looks at the word alone.  The
 * LPI's `route` counts the events that are mapped to it and names the last one.
 *
 * Two kinds of threads meet here.  The engine (engine.c), a try-lock of the VM,
 * is held by the thread that changes records, tables, or registers of ITSs and
 * of redistributors as far as LPIs are concerned.  Messages hold nothing: they
 * read records and change the word of one LPI.  vgic_lpi_signal() and the head
 * of lpi.c say why no message is lost between the two.
 */
#ifndef VGIC_ITS_ITS_H
#define VGIC_ITS_ITS_H

#include <vgic/its.h>

#include "its/records.h"
#include "mmio/mmio.h"
#include "regs/gits.h"

/*
 * The most table entries that one call of read_guest fetches: enough to save
 * calls, few enough for a buffer on the stack.
 */
#define ITS_CHUNK 64u
/*
 * DeviceIDs, EventIDs and ICIDs have 16 bits here (GITS_TYPER), so this is how
 * many of each an ITS can tell apart.
 */
#define ITS_MAX_IDS 65536u

/*
 * One access of the guest may keep the engine for one slice.  What is left over
 * then goes on when the guest repeats the access.  The slice is counted in
 * instructions, by rough count: each piece of work takes its cost off
 * its_run.left.
 */
#define ITS_SLICE 60000
#define ITS_COST_LOOK 40    /* at a word or record; no change */
#define ITS_COST_GROUP 150  /* of 64 bits of a pending table */
#define ITS_COST_RELOAD 150 /* read a configuration from its piece */
#define ITS_COST_CHANGE 500 /* a word or record, and deliver */
#define ITS_COST_MEMORY 500 /* a call of read_guest or write_guest */
#define ITS_COST_COMMAND 1000

/*
 * The fields that each base register stores.  All others read as zero, whatever
 * the guest writes.
 */
#define ITS_CACHE_FIELDS \
	(FIELD_MASK(GITS_BASER_InnerCache) | \
	 FIELD_MASK(GITS_BASER_OuterCache) | \
	 FIELD_MASK(GITS_BASER_Shareability))
#define ITS_CBASER_FIELDS \
	(GITS_CBASER_Valid | ITS_CACHE_FIELDS | GITS_CBASER_PhysAddr_MASK | \
	 FIELD_MASK(GITS_CBASER_Size))
#define ITS_BASER_FIELDS \
	(GITS_BASER_Valid | ITS_CACHE_FIELDS | GITS_BASER_PhysAddr_MASK | \
	 FIELD_MASK(GITS_BASER_Page_Size) | FIELD_MASK(GITS_BASER_Size))
#define LPI_CACHE_FIELDS \
	(FIELD_MASK(GICR_BASER_InnerCache) | \
	 FIELD_MASK(GICR_BASER_OuterCache) | \
	 FIELD_MASK(GICR_BASER_Shareability))
#define LPI_PROPBASER_FIELDS \
	(FIELD_MASK(GICR_PROPBASER_IDbits) | LPI_CACHE_FIELDS | \
	 GICR_PROPBASER_PhysAddr_MASK)
#define LPI_PENDBASER_FIELDS \
	(GICR_PENDBASER_PTZ | LPI_CACHE_FIELDS | GICR_PENDBASER_PhysAddr_MASK)
/*
 * What GICR_PROPBASER and GICR_PENDBASER are at reset.  The architecture leaves
 * the value open; this is KVM's, so that a guest sees the same on both.
 */
#define LPI_BASER_RESET \
	(FIELD_PUT(GICR_BASER_InnerCache, GITS_Cache_RaWb) | \
	 FIELD_PUT(GICR_BASER_OuterCache, GITS_OuterCache_AsInner) | \
	 FIELD_PUT(GICR_BASER_Shareability, GITS_Shareability_Inner))

/*
 * Which GITS_BASER<n> describes which table.  vgic_its.baser is indexed by it.
 */
enum its_table { ITS_DEVICES, ITS_COLLECTIONS, ITS_NR_TABLES };

/*
 * One ITS.  The atomic fields are read by any vCPU that accesses a register;
 * the engine's holder writes all of them but `cwriter`, `statusr` and the
 * counters.  The last three fields belong to the engine's holder alone.
 */
struct vgic_its {
	/* Where the VMM put the two frames; set once, before vCPUs run. */
	bool placed;
	uint64_t ipa;
	/* Its index in vgic.its, which is part of each record's key. */
	uint32_t number;
	_Atomic(uint32_t) ctlr;
	_Atomic(uint32_t) statusr;
	_Atomic(uint64_t) cbaser;
	/*
	 * GITS_CWRITER in the low half, which any vCPU may write without the
	 * engine. The high half counts the writes of GITS_CBASER.  A vCPU
	 * checks an offset against the size of the queue and then stores it;
	 * the count makes its compare-and-swap fail if the guest installed
	 * another queue in between.
	 */
	_Atomic(uint64_t) cwriter;
	_Atomic(uint64_t) creadr;
	_Atomic(uint64_t) baser[ITS_NR_TABLES];
	/* Counters for vgic_get_its_stats(). */
	_Atomic(uint64_t) translated;
	_Atomic(uint64_t) dropped;
	_Atomic(uint64_t) commands;
	_Atomic(uint64_t) command_errors;
	/*
	 * A command for which one slice was not enough: its four doublewords,
	 * and a cursor whose meaning is the command's own.
	 */
	bool in_command;
	uint64_t command[4];
	uint32_t at;
};

#define ITS_CWRITER_LIFE_SHIFT 32
#define ITS_CWRITER_LIFE_WIDTH 32

/*
 * The job of one redistributor, in vgic_vcpu.lpi_job: what a write of
 * EnableLPIs, or a reset of the vCPU, has begun and not yet finished.  The low
 * bits of the field are the LPI, counted from 0, from which the job goes on.
 */
enum lpi_job {
	LPI_IDLE,
	LPI_GO_ON,  /* EnableLPIs became 1 */
	LPI_GO_OFF, /* EnableLPIs became 0 */
	LPI_QUIT,   /* the vCPU was reset: nothing is pending there */
};
#define LPI_JOB_SHIFT 30
#define LPI_JOB_WIDTH 2
#define LPI_JOB_AT_SHIFT 0
#define LPI_JOB_AT_WIDTH 16

/*
 * The part of a configuration or pending table that was read last.  Work on
 * LPIs goes through them in ascending order, so one call of read_guest serves
 * 256 configurations.
 */
#define LPI_PIECE 256u
struct lpi_piece {
	uint32_t first, count; /* bytes; 0: nothing has been read */
	uint8_t byte[LPI_PIECE];
};

/*
 * The context of one slice of work.  It lives on the stack of the thread that
 * holds the engine, from vgic_its_begin() to vgic_its_end().
 */
struct its_run {
	struct vgic *gic;
	/* The vCPU whose thread this is, or null for a VMM's. */
	struct vgic_vcpu *self;
	/*
	 * No vCPU runs: words of interrupts in list registers are exact, and
	 * work is not cut into slices.
	 */
	bool stopped;
	/*
	 * What the slice may still cost.  It may fall below zero by the cost of
	 * the piece that was begun last.
	 */
	int64_t left;
	/*
	 * The redistributor that turns its LPIs on in this slice: the LPIs of
	 * the present group are to be enabled there, although the job's cursor,
	 * which is what vgic_lpi_is_on() goes by, has not passed them yet.
	 * Else VGIC_NIL.
	 */
	uint32_t enabling;
	struct lpi_piece config, pending;
};

/* May the slice begin another piece of work? */
static inline bool its_has_time(const struct its_run *run)
{
	return run->left > 0;
}

/*
 * The size of the command queue in bytes: GITS_CBASER.Size counts pages of 4
 * KiB, less one.
 */
static inline uint64_t its_queue_size(uint64_t cbaser)
{
	return (FIELD_GET(GITS_CBASER_Size, cbaser) + 1) * 4096;
}

/*
 * The fields of an LPI's route.  The architecture makes it UNPREDICTABLE to map
 * two events to one LPI.  Here each of them makes the LPI pending at the vCPU
 * of its own collection.  The route names only the event that was mapped last;
 * when that one is unmapped, which events are left is not known.  Work that may
 * be done too often without harm, as reading a configuration again, then
 * includes such an LPI wherever it might belong.
 */
#define LPI_EVENT_SHIFT 0 /* last one's record + 1; 0: unknown */
#define LPI_EVENT_WIDTH 16
#define LPI_EVENTS_SHIFT 16 /* number of events */
#define LPI_EVENTS_WIDTH 16

/*
 * Does the VM have an LPI with this INTID?  INTIDs below 8192 wrap to numbers
 * that are larger than any nr_lpis.
 */
static inline bool lpi_exists(const struct vgic *gic, uint32_t intid)
{
	return intid - GIC_LPI_BASE < gic->config.its.nr_lpis;
}

/* engine.c: the right to change records and tables. */

/*
 * Take the engine for one slice.  False: another thread holds it; nothing was
 * done.  With `stopped`, for calls of a VMM while no vCPU runs, the slice has
 * no limit.
 */
bool vgic_its_begin(struct its_run *run, struct vgic *gic,
		    struct vgic_vcpu *self, bool stopped);
/*
 * Let the engine go, and carry out the commands that vCPUs have added
 * meanwhile. False: there are more commands than the slice has time for.  The
 * caller has the guest repeat its access then, which brings a thread back to
 * them.
 */
bool vgic_its_end(struct its_run *run);
/*
 * The same two for an access of the guest.  Where they return false, the first
 * one and the second alike set mmio->retry, so that the guest repeats the
 * access.
 */
bool vgic_its_begin_access(struct its_run *run, struct vgic_mmio *mmio);
void vgic_its_end_access(struct its_run *run, struct vgic_mmio *mmio);

/* lpi.c: words of LPIs. */

/*
 * One change of an LPI's word, made by one compare-and-swap.  Start from
 * LPI_KEEP, which changes nothing.
 */
struct vgic_lpi_edit {
	/*
	 * Change the word only if the LPI is pending at this vCPU; VGIC_NIL: in
	 * any case.
	 */
	uint32_t from;
	/*
	 * The vCPU whose redistributor has the LPI pending from now on;
	 * VGIC_NIL: keep the target.
	 */
	uint32_t target;
	/*
	 * The byte of its configuration table; VGIC_NIL: keep priority and
	 * W_CONF.
	 */
	uint32_t config;
	bool pend, unpend;
	/*
	 * Count the word's stamp up, so that the compare-and-swap of a message
	 * that was translated before this change fails.
	 */
	bool stamp;
};
#define LPI_KEEP .from = VGIC_NIL, .target = VGIC_NIL, .config = VGIC_NIL

/*
 * Does this vCPU's redistributor take this LPI?  EnableLPIs takes effect LPI by
 * LPI while its job runs.  VGIC_NOWHERE takes none.  Any thread.
 */
bool vgic_lpi_is_on(const struct vgic *gic, uint32_t vcpu, uint32_t lpi);
/* Does it take all of them: is EnableLPIs 1, and its job complete? */
bool vgic_lpis_on(const struct vgic *gic, uint32_t vcpu);
/*
 * The record of the event that was mapped to this LPI last, or ITS_NIL if none
 * was, or if it has been unmapped.  `others` becomes true if further events are
 * mapped to it, whose records the LPI does not know.
 */
uint32_t vgic_lpi_event(const struct vgic *gic, uint32_t index, bool *others);
/* The vCPU of the collection of that event, or VGIC_NOWHERE. */
uint32_t vgic_lpi_home(const struct vgic *gic, uint32_t index);
/*
 * Make the change and deliver, move or take back the LPI accordingly.  False:
 * nothing was changed, since it is not pending at edit->from.
 */
bool vgic_lpi_edit(struct its_run *run, uint32_t index,
		   const struct vgic_lpi_edit *edit);
/*
 * Read the LPI's configuration from guest memory and put it into the word.  A
 * byte that cannot be read counts as 0, which disables the LPI.
 */
void vgic_lpi_reload(struct its_run *run, uint32_t index);
/*
 * The LPI's byte of the configuration table.  False: `config` is 0, because the
 * table is too short for this LPI or is not in guest memory.
 */
bool vgic_lpi_read_config(struct its_run *run, uint32_t index, uint8_t *config);
/*
 * Bytes [at, at + count) of the table at `base`, which is `end` bytes long.
 * They come from `piece`, which is first read again if it does not have them;
 * the caller's range must not cross a multiple of LPI_PIECE.  Null: the bytes
 * are not in guest memory.
 */
const uint8_t *vgic_lpi_read_bytes(struct its_run *run, struct lpi_piece *piece,
				   uint64_t base, uint32_t at, uint32_t count,
				   uint32_t end);
/*
 * How many LPIs the guest's configuration and pending tables have room for, by
 * GICR_PROPBASER.IDbits, and no more than the VM has.
 */
uint32_t vgic_lpi_nr_configured(const struct vgic *gic);
/*
 * Note that this LPI is, or will be, mapped or pending.  Sweeps go through the
 * LPIs up to the highest such one, not through all that the VM could have.
 */
void vgic_lpi_use(struct vgic *gic, uint32_t index);

/*
 * Make the LPI of an event pending: a device's message, or an INT command.  Any
 * thread; `self` is the vCPU whose thread this is, or null.  VGIC_OK: it is
 * pending.  VGIC_E_NOENT: the event is not mapped to an LPI and a vCPU.
 * VGIC_E_BUSY: the ITS is disabled, or the vCPU's redistributor takes no LPIs.
 */
int vgic_lpi_signal(struct vgic *gic, struct vgic_vcpu *self, uint64_t key);
/* What vgic_lpi_signal() would return now, without doing it. */
int vgic_lpi_check(const struct vgic *gic, uint64_t key);

/* pending.c: redistributors that start and stop taking LPIs. */

/*
 * Begin a job of this vCPU's redistributor, which must have none, and set
 * EnableLPIs to what it is from here on.  Needs the engine.
 */
void vgic_lpi_start(struct vgic_vcpu *vcpu, enum lpi_job job);
/*
 * Do what is left of the job, as far as the slice has time.  True: there is no
 * job any more, or there was none.
 */
bool vgic_lpi_go_on(struct its_run *run, struct vgic_vcpu *vcpu);
/*
 * The job at hand, for any thread.  The load pairs with the stores of
 * vgic_lpi_start() and vgic_lpi_go_on().
 */
static inline enum lpi_job lpi_job_of(const struct vgic_vcpu *vcpu)
{
	return (enum lpi_job)FIELD_GET(LPI_JOB, vgic_load_seq(&vcpu->lpi_job));
}
/*
 * Is the LPI's bit set in the pending table of this vCPU's redistributor?
 * False: that byte is not in guest memory.
 */
bool vgic_lpi_read_pending(struct its_run *run, uint32_t vcpu, uint32_t index,
			   bool *pending);
/*
 * Complete the jobs of all redistributors, and write what is pending at each of
 * them to its pending table.  For a VMM while no vCPU runs.  False: some table
 * is not in guest memory.
 */
bool vgic_lpi_save_pending(struct its_run *run);
/*
 * Read the configurations of all LPIs that this redistributor has pending or
 * gets messages for, piece by piece.  True: each of them has been read since
 * run->self first asked with this `key`.  False: the guest has to ask again.
 */
bool vgic_lpi_reload_all(struct its_run *run, struct vgic_vcpu *vcpu,
			 uint64_t key);

/* tables.c: where entries are in guest memory. */

/* Eight bytes of guest memory, little-endian.  False: they are not there. */
bool vgic_its_read64(const struct vgic *gic, uint64_t ipa, uint64_t *value);
bool vgic_its_write64(const struct vgic *gic, uint64_t ipa, uint64_t value);
/*
 * `count` table entries from guest memory at once, at most ITS_CHUNK of them.
 */
bool vgic_its_read_chunk(const struct vgic *gic, uint64_t ipa, uint64_t *entry,
			 uint32_t count);
/*
 * How many entries the first level of a table has; 0: GITS_BASER<n> is not
 * valid.
 */
uint32_t vgic_its_table_size(const struct vgic_its *its, enum its_table which);
/*
 * The guest address of a device's entry.  False: the table is not valid, is too
 * short, or its second level for this device is missing.
 */
bool vgic_its_device_entry(const struct vgic *gic, const struct vgic_its *its,
			   uint32_t device, uint64_t *at);
/*
 * The first DeviceID above this one that has its entry in another second-level
 * page; ITS_MAX_IDS if the table has one level.
 */
uint32_t vgic_its_next_page(const struct vgic_its *its, uint32_t device);
/* The guest address of the n-th entry of the collection table. */
uint64_t vgic_its_collection_entry(const struct vgic_its *its, uint32_t n);

/* commands.c: the command queue. */

/* Carry out commands until the queue is empty or the slice is used up. */
void vgic_its_run_commands(struct its_run *run, struct vgic_its *its);
/* Is the ITS enabled and its queue not empty?  Any thread. */
bool vgic_its_has_commands(const struct vgic_its *its);
/* Unmap an event: drop its record and take its LPI's pending state back. */
void vgic_its_unmap_event(struct its_run *run, uint32_t event);
/*
 * Unmap all events of a device.  False: the slice is used up, and some are
 * left.
 */
bool vgic_its_unmap_events(struct its_run *run, uint32_t device);
/* Unmap all devices of an ITS, with their events.  False: some are left. */
bool vgic_its_forget_devices(struct its_run *run, struct vgic_its *its);
/* Unmap all collections of an ITS.  Events that name one keep its record. */
void vgic_its_forget_collections(struct its_run *run,
				 const struct vgic_its *its);
/*
 * Map an event to an LPI and a collection.  `most` is how long a hash chain may
 * become (records.h).  False: no record is free, or the chain is full.
 */
bool vgic_its_map_event(struct its_run *run, uint64_t key, uint32_t device,
			uint32_t index, uint32_t collection, uint32_t most);

/* The rows of the control frame, which uaccess/its.c reads and writes, too. */
extern const struct vgic_frame vgic_its_control;
/*
 * Replace shareability and cacheability that the library does not support.  The
 * last three arguments are the shifts of the fields in `value`.
 */
uint64_t vgic_its_attributes(uint64_t value, uint32_t share, uint32_t inner,
			     uint32_t outer);
/*
 * A trapped access, if it is to one of the ITSs' frames; else
 * VGIC_TRAP_NOT_MINE.
 */
enum vgic_trap vgic_its_mmio(struct vgic_mmio *mmio, bool write,
			     uint64_t *value);

/* create.c and others: what v3/arch.c hands to the core. */

/*
 * Bytes that ITSs and their records need of the embedder's memory, and where
 * they are put in it.
 */
size_t vgic_its_memory_size(const struct vgic_config *config);
void vgic_its_create(struct vgic *gic, void *memory);
/* Put all ITSs and records into the state after reset.  No vCPU runs. */
void vgic_its_reset(struct vgic *gic);
/* Put a vCPU's GICR_PENDBASER into the state after reset. */
void vgic_its_clear_vcpu(struct vgic_vcpu *vcpu);
/*
 * For a reset of one vCPU: turn its redistributor's LPIs off and drop what is
 * pending there.  False: it is not complete; call it again.
 */
bool vgic_its_quit(struct vgic_vcpu *vcpu);
/* Member of struct vgic_arch: the ITSs. */
bool vgic_its_frame(const struct vgic *gic, uint32_t n,
		    struct vgic_mmio_region *region);
/*
 * The vCPU that has the LPI pending; if none has, the one that its event goes
 * to, or VGIC_NOWHERE.
 */
uint32_t vgic_its_target(const struct vgic *gic, uint32_t index);
/* The invariants of the records, and of one LPI.  Null, or what is broken. */
const char *vgic_its_wrong(const struct vgic *gic);
const char *vgic_its_wrong_lpi(const struct vgic *gic, uint32_t index);

#endif
