/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs and the Interrupt Translation Service of a GICv3 guest.
 *
 * An LPI's word and queue are like any other's.  It is pending or not, never
 * active: its acknowledge ends its stay in a list register.  Its target is the
 * vCPU whose redistributor has it pending, which means nothing while it is not.
 * W_CONF says that its configuration enables it; W_ENABLE that the target's
 * redistributor takes LPIs, too, so that delivery need not look there.  Its
 * `route` says how many events are mapped to it, and which one was last.
 *
 * Records, words of LPIs, tables and the registers of ITSs and redistributors
 * for LPIs are changed by whoever holds the engine, a try-lock of the VM.
 * Messages do not take it; they change words alone: see vgic_lpi_signal().
 */
#ifndef VGIC_ITS_ITS_H
#define VGIC_ITS_ITS_H

#include <vgic/its.h>

#include "its/records.h"
#include "mmio/mmio.h"
#include "regs/gits.h"

/* Entries that are read at one go. */
#define ITS_CHUNK 64u
/* DeviceIDs have 16 bits, as have ICIDs. */
#define ITS_MAX_IDS 65536u

/*
 * What one access does at most before the guest has to repeat it, in
 * instructions by rough count, and what the pieces of work cost.
 */
#define ITS_SLICE 60000
#define ITS_COST_LOOK 40    /* at a word or record that needs nothing */
#define ITS_COST_GROUP 150  /* of bits of a pending table */
#define ITS_COST_RELOAD 150 /* a configuration that has not changed */
#define ITS_COST_CHANGE 500 /* of a word or record, and its delivery */
#define ITS_COST_MEMORY 500 /* a call of read_guest or write_guest */
#define ITS_COST_COMMAND 1000

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
/* GICR_PROPBASER and GICR_PENDBASER, as KVM's. */
#define LPI_BASER_RESET                                                     \
	(FIELD_PUT(GICR_BASER_InnerCache, GITS_Cache_RaWb) |                \
	 FIELD_PUT(GICR_BASER_OuterCache, GITS_OuterCache_AsInner) |        \
	 FIELD_PUT(GICR_BASER_Shareability, GITS_Shareability_Inner))

enum its_table { ITS_DEVICES, ITS_COLLECTIONS, ITS_NR_TABLES };

struct vgic_its {
	bool placed;
	uint64_t ipa;
	uint32_t number;
	_Atomic(uint32_t) ctlr;
	_Atomic(uint32_t) statusr;
	_Atomic(uint64_t) cbaser;
	/*
	 * GITS_CWRITER, [any]; above it how often GITS_CBASER was written, so
	 * that an offset that was right for an earlier queue is not stored.
	 */
	_Atomic(uint64_t) cwriter;
	_Atomic(uint64_t) creadr;
	_Atomic(uint64_t) baser[ITS_NR_TABLES];
	_Atomic(uint64_t) translated;
	_Atomic(uint64_t) dropped;
	_Atomic(uint64_t) commands;
	_Atomic(uint64_t) command_errors;
	/* A command that one slice was not enough for, and how far it is. */
	bool in_command;
	uint64_t command[4];
	uint32_t at;
};

#define ITS_CWRITER_LIFE_SHIFT 32
#define ITS_CWRITER_LIFE_WIDTH 32

/*
 * vgic_vcpu.lpi_job: what EnableLPIs, or a reset of the vCPU, has begun; above
 * it, up to which LPI it is through.
 */
enum lpi_job {
	LPI_IDLE,
	LPI_GO_ON,  /* EnableLPIs became 1 */
	LPI_GO_OFF, /* it became 0 */
	LPI_QUIT,   /* the vCPU was reset: nothing is pending there */
};
#define LPI_JOB_SHIFT 30
#define LPI_JOB_WIDTH 2
#define LPI_JOB_AT_SHIFT 0
#define LPI_JOB_AT_WIDTH 16

/* A piece of a table of LPIs that was read last. */
#define LPI_PIECE 256u
struct lpi_piece {
	uint32_t first, count; /* bytes; 0: nothing has been read */
	uint8_t byte[LPI_PIECE];
};

/* One slice of work; its owner holds the engine. */
struct its_run {
	struct vgic *gic;
	/* The vCPU whose thread this is, or null. */
	struct vgic_vcpu *self;
	/* No vCPU runs: what is in list registers is known exactly. */
	bool stopped;
	/* What it may still do. */
	int64_t left;
	/* A redistributor that takes LPIs though it is not known to yet. */
	uint32_t enabling;
	struct lpi_piece config, pending;
};

static inline bool its_has_time(const struct its_run *run)
{
	return run->left > 0;
}

/* GITS_CBASER: bytes of the command queue. */
static inline uint64_t its_queue_size(uint64_t cbaser)
{
	return (FIELD_GET(GITS_CBASER_Size, cbaser) + 1) * 4096;
}

/*
 * An LPI's route.  More than one event of an LPI is UNPREDICTABLE; here each of
 * them makes it pending at its own vCPU.  Which of several is left when the
 * last one goes is not known: then an LPI is everybody's where that does no
 * harm, as when its configuration is read again.
 */
#define LPI_EVENT_SHIFT 0 /* the record of the last one mapped, + 1 */
#define LPI_EVENT_WIDTH 16
#define LPI_EVENTS_SHIFT 16 /* how many */
#define LPI_EVENTS_WIDTH 16

/* Is there an INTID of an LPI? */
static inline bool lpi_exists(const struct vgic *gic, uint32_t intid)
{
	return intid - GIC_LPI_BASE < gic->config.its.nr_lpis;
}

/* engine.c */

/*
 * Take the engine; false: somebody else has it.  `stopped` for a VMM's calls,
 * which are not cut.
 */
bool vgic_its_begin(struct its_run *run, struct vgic *gic,
		    struct vgic_vcpu *self, bool stopped);
/*
 * Let it go, and take the commands that came meanwhile.  False: there are more
 * of them than time; the caller has to see to it that somebody comes back.
 */
bool vgic_its_end(struct its_run *run);
/* The same around an access, which is repeated where they say no. */
bool vgic_its_begin_access(struct its_run *run, struct vgic_mmio *mmio);
void vgic_its_end_access(struct its_run *run, struct vgic_mmio *mmio);

/* lpi.c: words of LPIs. */

/* What is done to one, all at once; see LPI_KEEP. */
struct vgic_lpi_edit {
	/* Only if it is pending at this vCPU; VGIC_NIL: at any, or none. */
	uint32_t from;
	/* The vCPU that has it pending, or VGIC_NIL: as it is. */
	uint32_t target;
	/* Its configuration, or VGIC_NIL. */
	uint32_t config;
	bool pend, unpend;
	/* No message that was translated before may make it pending. */
	bool stamp;
};
#define LPI_KEEP \
	.from = VGIC_NIL, .target = VGIC_NIL, .config = VGIC_NIL

/* Does this vCPU's redistributor take this LPI?  Not if it is VGIC_NOWHERE. */
bool vgic_lpi_is_on(const struct vgic *gic, uint32_t vcpu, uint32_t lpi);
/* The same of all LPIs. */
bool vgic_lpis_on(const struct vgic *gic, uint32_t vcpu);
/* The record of its event, or ITS_NIL; `others`: there may be others. */
uint32_t vgic_lpi_event(const struct vgic *gic, uint32_t index, bool *others);
/* The vCPU that its event goes to, or VGIC_NOWHERE. */
uint32_t vgic_lpi_home(const struct vgic *gic, uint32_t index);
/* False: it is not pending at edit->from. */
bool vgic_lpi_edit(struct its_run *run, uint32_t index,
		   const struct vgic_lpi_edit *edit);
/* Read its configuration again; what cannot be read does not enable it. */
void vgic_lpi_reload(struct its_run *run, uint32_t index);
/* Its byte of the configuration table; false: 0, it is not in memory. */
bool vgic_lpi_read_config(struct its_run *run, uint32_t index, uint8_t *config);
/*
 * Bytes [at, at + count) of a table that has `end` of them, with those around
 * them if these are in memory; null: not in memory.
 */
const uint8_t *vgic_lpi_read_bytes(struct its_run *run, struct lpi_piece *piece,
				   uint64_t base, uint32_t at, uint32_t count,
				   uint32_t end);
/* LPIs that configuration and pending tables have, of those that exist. */
uint32_t vgic_lpi_nr_configured(const struct vgic *gic);
/* From here on index may be mapped or pending. */
void vgic_lpi_use(struct vgic *gic, uint32_t index);

/*
 * An event's message, or an INT command, on any thread.  VGIC_OK it is pending;
 * VGIC_E_NOENT mapped nowhere; VGIC_E_BUSY its redistributor's LPIs are off.
 */
int vgic_lpi_signal(struct vgic *gic, struct vgic_vcpu *self, uint64_t key);
/* What would it do? */
int vgic_lpi_check(const struct vgic *gic, uint64_t key);

/* pending.c: redistributors that start and stop taking LPIs. */

/*
 * Begin a job of this vCPU's redistributor, which has none.  EnableLPIs is as
 * it will be from here on.
 */
void vgic_lpi_start(struct vgic_vcpu *vcpu, enum lpi_job job);
/* Do what is left of it, as time permits; true: all of it. */
bool vgic_lpi_go_on(struct its_run *run, struct vgic_vcpu *vcpu);
static inline enum lpi_job lpi_job_of(const struct vgic_vcpu *vcpu)
{
	return (enum lpi_job)FIELD_GET(LPI_JOB,
				       vgic_load_seq(&vcpu->lpi_job));
}
/*
 * The bit of an LPI in a redistributor's pending table; false: that is not in
 * memory.
 */
bool vgic_lpi_read_pending(struct its_run *run, uint32_t vcpu, uint32_t index,
			   bool *pending);
/*
 * All jobs are finished, and pending tables get what is pending; false: one is
 * not in memory.
 */
bool vgic_lpi_save_pending(struct its_run *run);
/*
 * Read the configuration of the LPIs that a redistributor has or is to get.
 * True: of all of them, since run->self first asked with this `key`.
 */
bool vgic_lpi_reload_all(struct its_run *run, struct vgic_vcpu *vcpu,
			 uint64_t key);

/* tables.c: where entries are in guest memory. */

bool vgic_its_read64(const struct vgic *gic, uint64_t ipa, uint64_t *value);
bool vgic_its_write64(const struct vgic *gic, uint64_t ipa, uint64_t value);
/* `count` entries, at most ITS_CHUNK. */
bool vgic_its_read_chunk(const struct vgic *gic, uint64_t ipa, uint64_t *entry,
			 uint32_t count);
/* How many entries a table's first level has; 0: it is not valid. */
uint32_t vgic_its_table_size(const struct vgic_its *its, enum its_table which);
/* Where the entry of a device is; false: the table has none. */
bool vgic_its_device_entry(const struct vgic *gic, const struct vgic_its *its,
			   uint32_t device, uint64_t *at);
/* The first device above this one that another first-level entry leads to. */
uint32_t vgic_its_next_page(const struct vgic_its *its, uint32_t device);
/* Where the n-th entry of a collection is. */
uint64_t vgic_its_collection_entry(const struct vgic_its *its, uint32_t n);

/* commands.c */

/* Take commands while there are some, and time. */
void vgic_its_run_commands(struct its_run *run, struct vgic_its *its);
/* Has it commands that it may take? */
bool vgic_its_has_commands(const struct vgic_its *its);
/* An event is mapped to nothing any more, nor is its LPI pending. */
void vgic_its_unmap_event(struct its_run *run, uint32_t event);
/* A device's events are unmapped; false: some are left. */
bool vgic_its_unmap_events(struct its_run *run, uint32_t device);
/* All devices, or collections, of an ITS are; false: some are left. */
bool vgic_its_forget_devices(struct its_run *run, struct vgic_its *its);
void vgic_its_forget_collections(struct its_run *run,
				 const struct vgic_its *its);
/* An LPI gets an event; false: there is no room.  `most` as in records.h. */
bool vgic_its_map_event(struct its_run *run, uint64_t key, uint32_t device,
			uint32_t index, uint32_t collection, uint32_t most);

/* frames.c */
extern const struct vgic_frame vgic_its_control;
/* Shareability and cacheability as they have to be: shift of each field. */
uint64_t vgic_its_attributes(uint64_t value, uint32_t share, uint32_t inner,
			     uint32_t outer);
enum vgic_trap vgic_its_mmio(struct vgic_mmio *mmio, bool write,
			     uint64_t *value);

/* create.c and others: what v3/arch.c hands to the core. */

size_t vgic_its_memory_size(const struct vgic_config *config);
void vgic_its_create(struct vgic *gic, void *memory);
/* What ITSs are made of, as it is when reset. */
void vgic_its_reset(struct vgic *gic);
void vgic_its_clear_vcpu(struct vgic_vcpu *vcpu);
/*
 * No LPI comes from this vCPU's redistributor, and none is pending there.
 * False: that is not yet so; it has to be called again.
 */
bool vgic_its_quit(struct vgic_vcpu *vcpu);
bool vgic_its_claims(const struct vgic *gic, uint64_t ipa, uint64_t size);
/* The vCPU that has an LPI pending, else that its event goes to. */
uint32_t vgic_its_target(const struct vgic *gic, uint32_t index);
/* Null, or what is wrong with the records of ITSs, or an LPI's word. */
const char *vgic_its_wrong(const struct vgic *gic);
const char *vgic_its_wrong_lpi(const struct vgic *gic, uint32_t index);

#endif
