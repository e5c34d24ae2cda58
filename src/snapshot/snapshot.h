/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What saving, checking and restoring share: the format, which docs/snapshot.md
 * describes byte by byte, and what its records say as plain structures.
 *
 * A snapshot is a header and a sequence of records.  Each type of record has a
 * row in kinds.c with three functions: `save` writes it, `check` decides
 * whether it may be restored, `apply` restores it.  save.c, check.c and
 * restore.c are loops over those rows.  What a model's snapshots have of their
 * own, beside records, is in a struct vgic_snap_model.
 *
 * A restore checks everything first and then changes something, so a snapshot
 * that is refused has no effect.  That is why `apply` has no result, and why
 * nothing in a snapshot is trusted: it may come from an older version, from
 * another machine, or from an attacker.
 *
 * All of this runs while no vCPU concerned is in the guest, on one thread.
 * Stores are relaxed therefore; the embedder's own synchronisation hands the VM
 * over.
 */
#ifndef VGIC_SNAPSHOT_SNAPSHOT_H
#define VGIC_SNAPSHOT_SNAPSHOT_H

#include <vgic/snapshot.h>

#include "core/gic.h"

/* "vgicsnap", little-endian. */
#define SNAP_MAGIC UINT64_C(0x70616e7363696776)
#define SNAP_HEADER_SIZE 24u
#define SNAP_RECORD_SIZE 12u
/*
 * Offsets in the header and in a record's header of what is filled in when the
 * rest has been written.
 */
#define SNAP_LENGTH_AT 16u
#define SNAP_CRC_AT 20u
#define SNAP_RECORD_LENGTH_AT 4u
#define SNAP_RECORD_CRC_AT 8u
/*
 * Stands in fields of 16 bits for no vCPU: the record is the VM's, or the
 * interrupt is active on none.
 */
#define SNAP_NO_VCPU 0xffffu

/*
 * The first record: the shape of the machine, as far as the guest can tell.  A
 * restore refuses what was saved on another shape.  Fields that a model does
 * not have are 0.
 */
struct snap_machine {
	uint32_t nr_vcpus, nr_spis;
	uint8_t pri_bits, pre_bits, id_bits, a3v;
	uint32_t lpi_id_bits, nr_irs;
	uint64_t ppi_implemented[2];
	uint64_t ppi_level[2];
};

/* Stands behind snap_machine in the same record if a GICv3 has ITSs. */
struct snap_lpi_shape {
	uint32_t nr_its, nr_lpis;
};

/* The distributor of a GICv2 or GICv3. */
struct snap_dist {
	uint32_t ctlr, statusr, revision;
};

/* One IRS of a GICv5, as its registers have it. */
struct snap_irs {
	uint32_t cr0, cr1, spi_sel, pe_sel;
};

/*
 * Bits of ID registers that a VMM hides from the guest.  It stands behind
 * snap_irs in the same entry since version 1.2; before, nothing could be
 * hidden.
 */
struct snap_irs_hidden {
	uint32_t idr0, idr2;
};

/*
 * The interrupt state table of a GICv5.  The numbers of the chunks of LPIs that
 * are in use follow it in the record.
 */
struct snap_ist {
	uint64_t baser;
	uint32_t cfgr;
	/*
	 * 1: a VMM has written the registers, and no table has been made from
	 * them yet.
	 */
	uint32_t deferred;
};

/* The registers of one ITS. */
struct snap_its {
	uint64_t cbaser, cwriter, creadr;
	uint64_t baser[2];
	uint32_t ctlr, statusr;
};

/*
 * The base of the configuration table that all redistributors share
 * (GICR_PROPBASER), or in a vCPU's record that of its pending table
 * (GICR_PENDBASER).
 */
struct snap_lpis {
	uint64_t baser;
};

/* Bytes of vgic_vcpu.lpi_job, which stands behind a vCPU's snap_lpis. */
#define SNAP_JOB_SIZE 4u

/*
 * What ITSs map.  The first fields of each structure are its key, in the order
 * in which the key's bytes stand as one little-endian number.
 */
struct snap_collection {
	uint16_t icid, its, vcpu; /* vcpu may be SNAP_NO_VCPU */
};

struct snap_device {
	uint16_t device, its, bits;
	uint64_t itt;
};

struct snap_event {
	uint16_t event, device, its, icid;
	uint32_t lpi; /* INTID */
};

/* The identity of a vCPU, and registers of its redistributor. */
struct snap_vcpu {
	uint32_t mpidr;
	uint8_t pri_bits, id_bits;
	uint32_t ctlr, waker, statusr;
};

/*
 * Bytes of GICR_TYPER.Processor_Number, which stands behind a GICv3's snap_vcpu
 * since version 1.2.  Without it the number is the vCPU's index.
 */
#define SNAP_NUMBER_SIZE 2u

/*
 * The CPU interface of a GICv2 or GICv3, in the form of the registers that a
 * hypervisor keeps for it.
 */
struct snap_cpuif {
	uint32_t vmcr;
	uint32_t ap0r[4];
	uint32_t ap1r[4];
};

/* The CPU interface of a GICv5, PPIs included. */
struct snap_cpuif5 {
	uint64_t enabler[2];
	uint64_t pendr[2];
	uint64_t activer[2];
	uint64_t priorityr[16];
	uint64_t icsr;
	uint32_t vmcr, apr, pe_cr0;
};

/* One interrupt that is not as after reset. */
struct snap_irq {
	uint32_t intid, route;
	/*
	 * Its place among the active interrupts of `holder`; 0 is the one
	 * activated last. VGIC_NIL: it is in no such list.
	 */
	uint32_t rank;
	uint16_t state, holder;
	uint8_t priority, active_priority;
};

/*
 * The offset of `rank`, which is filled in after the entry was written: the
 * list of active interrupts is a later record.
 */
#define SNAP_IRQ_RANK_AT 8u

/*
 * snap_irq.state.  The first six bits stand where an interrupt's word has them.
 */
#define SNAP_IRQ_PENDING (1u << 0)
#define SNAP_IRQ_LINE (1u << 1)
#define SNAP_IRQ_ACTIVE (1u << 2)
#define SNAP_IRQ_ENABLE (1u << 3)
#define SNAP_IRQ_GROUP1 (1u << 4)
#define SNAP_IRQ_LEVEL (1u << 5)
#define SNAP_IRQ_IRM (1u << 6)
#define SNAP_IRQ_ACKED (1u << 7) /* active by an acknowledge */
#define SNAP_IRQ_TM (1u << 8)	 /* GICv5: IRS_SPI_CFGR.TM */
#define SNAP_IRQ_WIRE (1u << 9)	 /* GICv5: level of an SPI's wire */
#define SNAP_IRQ_PHYS (1u << 10) /* the physical interrupt is active */
#define SNAP_IRQ_HOLD (1u << 11) /* it is to be made active */
#define SNAP_IRQ_STATES 0xfffu

/*
 * snap_irq.route of a GICv3's LPI: the vCPU that has it pending; whether any
 * event is mapped to it; and which event was mapped last, as its place in the
 * record of events.
 */
#define SNAP_LPI_MAPPED (1u << 31)
#define SNAP_LPI_TARGET_SHIFT 19
#define SNAP_LPI_TARGET_WIDTH 10 /* + 1; 0: it is not pending */
#define SNAP_LPI_EVENT_SHIFT 0
#define SNAP_LPI_EVENT_WIDTH 16
#define SNAP_LPI_NO_EVENT 0xffffu /* it was unmapped */
/*
 * The offset of the route, of which the last event's place is filled in when
 * the events are written.
 */
#define SNAP_IRQ_ROUTE_AT 4u

/* Counters of a vCPU.  A reader may skip them. */
struct snap_stats {
	uint64_t injected[VGIC_NR_KINDS];
	uint64_t delivered[VGIC_NR_KINDS];
	uint64_t overflows, eoicount, guest_errors;
	uint32_t lr_peak;
};

/*
 * One field, or array, of a structure: where it stands in the structure, and
 * how many bytes wide it is in the snapshot.  Fields follow each other there
 * without gaps.
 */
struct snap_field {
	uint16_t at;
	uint8_t width, count;
	uint64_t mask; /* bits that may be set */
};

/* How a structure is written as bytes. */
struct snap_layout {
	const struct snap_field *fields;
	uint16_t nr_fields;
	uint16_t size; /* in bytes */
};

extern const struct snap_layout vgic_snap_machine_layout;
extern const struct snap_layout vgic_snap_lpi_shape_layout;
extern const struct snap_layout vgic_snap_dist_layout;
extern const struct snap_layout vgic_snap_its_layout;
extern const struct snap_layout vgic_snap_lpis_layout;
extern const struct snap_layout vgic_snap_collection_layout;
extern const struct snap_layout vgic_snap_device_layout;
extern const struct snap_layout vgic_snap_event_layout;
extern const struct snap_layout vgic_snap_irs_layout;
extern const struct snap_layout vgic_snap_irs_hidden_layout;
extern const struct snap_layout vgic_snap_ist_layout;
extern const struct snap_layout vgic_snap_vcpu_layout;
extern const struct snap_layout vgic_snap_cpuif_layout;
extern const struct snap_layout vgic_snap_cpuif5_layout;
extern const struct snap_layout vgic_snap_irq_layout;
extern const struct snap_layout vgic_snap_stats_layout;

/*
 * Write a structure as bytes.  Bits that its layout does not allow are dropped.
 */
void vgic_snap_encode(const struct snap_layout *layout, const void *from,
		      uint8_t *to);
/*
 * Read a structure from bytes, which have to be there.  False: a bit is set
 * that the layout does not allow.
 */
bool vgic_snap_decode(const struct snap_layout *layout, const uint8_t *from,
		      void *to);

/* Little-endian numbers of any alignment. */
static inline uint64_t snap_get(const uint8_t *from, uint32_t width)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < width; i++) {
		value |= (uint64_t)from[i] << (8 * i);
	}
	return value;
}

static inline void snap_put(uint8_t *to, uint32_t width, uint64_t value)
{
	for (uint32_t i = 0; i < width; i++) {
		to[i] = (uint8_t)(value >> (8 * i));
	}
}

/*
 * The same as vgic_snap_encode() and vgic_snap_decode() for struct snap_irq,
 * without a table: there may be many thousand.
 */
void vgic_snap_put_irq(uint8_t *to, const struct snap_irq *irq);
bool vgic_snap_get_irq(const uint8_t *from, struct snap_irq *irq);
/* CRC-32 continued over some bytes; the first `crc` is 0. */
uint32_t vgic_snap_crc(uint32_t crc, const uint8_t *from, size_t len);
/*
 * Continue the checksum over a record.  It covers everything so far but the
 * checksums, so records cannot be exchanged or left out unnoticed.
 */
uint32_t vgic_snap_record_crc(uint32_t crc, const uint8_t *record,
			      uint32_t length);
/* Translate between the bits of an interrupt's word and snap_irq.state. */
uint16_t vgic_snap_state(uint64_t word);
uint64_t vgic_snap_word(uint16_t state);
/*
 * Drop from a word what a snapshot cannot carry.  Mapped, and the physical
 * interrupt is active: keep all of it.  Mapped, and not active: drop the line,
 * the device reports it again.  Not mapped: drop W_PHYS and W_HOLD, which mean
 * nothing then.
 */
uint64_t vgic_snap_mapped(uint64_t word);
/*
 * Is this interrupt an LPI of a GICv3?  LPIs of a GICv5 have no ITS behind
 * them.
 */
static inline bool snap_is_its_lpi(const struct vgic *gic, uint32_t index)
{
	return gic->config.its.nr_lpis && index >= gic->first_lpi;
}

/*
 * Is this vCPU loaded, or in the guest?  Then its state is not known from
 * memory.
 */
bool vgic_snap_busy(const struct vgic_vcpu *vcpu);
/*
 * The bits that exist in ICH_AP0R<n>_EL2 and ICH_AP1R<n>_EL2 with so many
 * preemption bits.
 */
uint32_t vgic_snap_apr_bits(uint32_t pre_bits, uint32_t n);

/*
 * One record of the snapshot that is read: its place, its header, its payload.
 */
struct snap_record {
	uint32_t offset, type, vcpu, length;
	const uint8_t *data;
};

/*
 * A payload that consists of entries.  A newer version may have longer entries,
 * so their size is read from the snapshot.
 */
struct snap_array {
	const struct snap_record *record;
	const uint8_t *at;
	uint32_t entry, count;
};

/* A walk through the records of a snapshot. */
struct snap_reader {
	const uint8_t *buf;
	uint32_t length; /* bytes that are there */
	uint32_t at;
	uint32_t crc;
	uint32_t major, minor, model, vcpu;
	bool truncated;
	bool trusted; /* the checksums have been compared before */
	struct vgic_snapshot_where *where;
};

/* read.c */

/*
 * Note in r->where which record is wrong, and why; returns `error`.
 * vgic_snap_fail_at() names an entry of it and an interrupt as well.
 */
int vgic_snap_fail(struct snap_reader *r, const struct snap_record *record,
		   int error, const char *what);
int vgic_snap_fail_at(struct snap_reader *r, const struct snap_array *array,
		      uint32_t n, uint32_t intid, int error, const char *what);
/*
 * Read the header.  VGIC_OK; VGIC_E_INVAL: no buffer; VGIC_E_FORMAT: it is no
 * snapshot; VGIC_E_NOTSUP: its major version is another one.
 */
int vgic_snap_open(struct snap_reader *r, const void *buf, size_t len,
		   struct vgic_snapshot_where *where);
/*
 * Step to the next record.  1: there is one; 0: there are no more; or an error.
 */
int vgic_snap_next(struct snap_reader *r, struct snap_record *record);
/*
 * Decode a record that is one structure.  Bytes behind it are a newer version's
 * and are ignored.
 */
int vgic_snap_one(struct snap_reader *r, const struct snap_record *record,
		  const struct snap_layout *layout, void *to);
/*
 * What stands behind snap_machine; all 0 if nothing does, as before version
 * 1.1.
 */
void vgic_snap_get_lpi_shape(const struct snap_record *record,
			     struct snap_lpi_shape *shape);
/*
 * What stands behind the n-th snap_irs; all 0 if nothing does.  False: a bit is
 * set that a VMM cannot hide.
 */
bool vgic_snap_get_irs_hidden(const struct snap_array *array, uint32_t n,
			      struct snap_irs_hidden *hidden);
/* Take a record's payload as entries of at least `size` bytes. */
int vgic_snap_entries(struct snap_reader *r, const struct snap_record *record,
		      uint32_t size, struct snap_array *array);
static inline const uint8_t *snap_entry(const struct snap_array *array,
					uint32_t n)
{
	return array->at + (size_t)n * array->entry;
}
/*
 * Search entries that are in ascending order of their first four bytes, which
 * are an INTID or another key, for one of them.  Null: it is not there.
 */
const uint8_t *vgic_snap_find_irq(const uint8_t *entries, uint32_t entry,
				  uint32_t count, uint32_t intid);

/* What the check has learned so far.  `apply` functions use it, too. */
struct vgic_snap_check {
	struct snap_reader reader;
	struct vgic *gic;
	struct snap_machine machine;
	struct snap_lpi_shape lpi_shape;
	bool has_machine;
	/*
	 * Of a restore of one vCPU: did its redistributor take LPIs before it?
	 */
	bool took_lpis;
	/* The place of the last record in the order of records. */
	uint32_t key;
	/* GICv5: the numbers of the chunks of LPIs, from the IST's record. */
	const uint8_t *chunks;
	uint32_t nr_chunks;
	/*
	 * The records of SPIs and LPIs, and of the private interrupts of the
	 * vCPU whose records are being checked.
	 */
	struct snap_record shared_record, private_record;
	struct snap_array shared, private;
	/*
	 * How many interrupts have a rank, and how many entries the lists of
	 * active interrupts have.  They have to be equal at the end.
	 */
	uint32_t ranked, ranks;
	/*
	 * How many LPIs name their last event, and how many events are so
	 * named.
	 */
	uint32_t mapped, events;
	struct snap_array collections, devices;
	struct snap_record collections_record, devices_record;
	/* GICR_CTLR of the vCPU whose records are being checked. */
	uint32_t gicr_ctlr;
};

/* Note why a record cannot be restored; returns `error`. */
static inline int snap_refuse(struct vgic_snap_check *c,
			      const struct snap_record *record, int error,
			      const char *what)
{
	return vgic_snap_fail(&c->reader, record, error, what);
}

/*
 * A snapshot that is being written.  When there is no room left it goes on
 * counting bytes, so that the same code finds out the size.
 */
struct snap_writer {
	struct vgic *gic;
	uint8_t *buf;
	size_t size, at;
	size_t record; /* where the present record begins */
	uint32_t vcpu; /* saved alone, or VGIC_SNAPSHOT_NONE */
	/*
	 * Where the entries of interrupts begin: the shared ones, and those of
	 * the vCPU whose records are being written.
	 */
	size_t shared, private;
	uint32_t nr_shared, nr_private;
	uint32_t nr_events; /* events of ITSs, written so far */
};

/* In vgic_snap_kind.models: only if the VM has an ITS. */
#define SNAP_WITH_ITS (1u << 7)

/* A type of record: a row of the table in kinds.c. */
struct vgic_snap_kind {
	uint16_t type;
	bool vm, vcpu;	/* the VM has one; each vCPU has one */
	uint8_t models; /* bit n: GICv<n>; SNAP_WITH_ITS */
	/* `vcpu` is null for the VM's record. */
	void (*save)(struct snap_writer *w, const struct vgic_vcpu *vcpu);
	int (*check)(struct vgic_snap_check *c,
		     const struct snap_record *record);
	void (*apply)(struct vgic_snap_check *c,
		      const struct snap_record *record);
};

/* What snapshots of one model have of their own, beside records. */
struct vgic_snap_model {
	/* vCPUs have redistributors, with processor numbers and INTID bits. */
	bool redists;
	/*
	 * Private interrupts are delivered by their words, so a restore has to
	 * queue them. A GICv5's PPIs are not: each vCPU's first entry looks at
	 * all of them.
	 */
	bool delivers_private;
	/*
	 * Before a save: complete what an access of the guest has begun and
	 * would be repeated for.  May be null.
	 */
	void (*settle)(struct vgic *gic);
	/* The model's own fields of snap_machine, and their check. */
	void (*save_machine)(const struct vgic_config *config,
			     struct snap_machine *m);
	int (*check_machine)(struct vgic_snap_check *c,
			     const struct snap_record *record);
	/*
	 * Write the entries of SPIs and LPIs in ascending order of INTIDs;
	 * returns how many.
	 */
	uint32_t (*put_shared)(struct snap_writer *w);
	/*
	 * Which bits of an interrupt's word are in a snapshot: the guest's
	 * state and lines, not where the interrupt is or what it is mapped to.
	 */
	uint64_t (*carried)(const struct vgic *gic, uint32_t index);
	/*
	 * The index of an interrupt; if its word is made only by the restore,
	 * the index of one that carries the same bits; VGIC_NIL: it does not
	 * exist.
	 */
	uint32_t (*find)(const struct vgic_snap_check *c, uint32_t vcpu,
			 uint32_t intid);
	/* Which bits of a route exist for interrupts of this kind. */
	uint32_t (*route_bits)(const struct vgic_snap_check *c,
			       enum vgic_irq_kind kind);
	/* The index behind the last interrupt that may have state. */
	uint32_t (*end)(const struct vgic *gic);
	/*
	 * A vCPU's state was restored: have its next entry look at all of it.
	 * May be null.
	 */
	void (*awaken)(struct vgic_vcpu *vcpu);
};

/* vgic_snap_v2 and vgic_snap_v3 are in dist.c, vgic_snap_v5 is in v5.c. */
extern const struct vgic_snap_model vgic_snap_v2, vgic_snap_v3, vgic_snap_v5;

/* The n-th type in the order of records; null: there are no more. */
const struct vgic_snap_kind *vgic_snap_kind_at(uint32_t n);
/* The row of a type; null: it is not known. */
const struct vgic_snap_kind *vgic_snap_kind(uint32_t type);
/* Do snapshots of this VM have records of a kind? */
bool vgic_snap_has(const struct vgic *gic, const struct vgic_snap_kind *kind);
const struct vgic_snap_model *vgic_snap_model(const struct vgic *gic);

/*
 * May the whole of a snapshot be restored to this VM?  Changes nothing but `c`
 * and `where`.  VGIC_OK, or the error of vgic_snapshot_restore().
 */
int vgic_snap_check(struct vgic_snap_check *c, struct vgic *gic,
		    const void *buf, size_t len,
		    struct vgic_snapshot_where *where);

/* Append a number, or a structure. */
void vgic_snap_write(struct snap_writer *w, uint32_t width, uint64_t value);
void vgic_snap_write_struct(struct snap_writer *w,
			    const struct snap_layout *layout, const void *from);
/*
 * Begin a record, and end it.  Its length is filled in at the end, its checksum
 * when all records are written.
 */
void vgic_snap_begin(struct snap_writer *w, uint32_t type, uint32_t vcpu);
void vgic_snap_end(struct snap_writer *w);
/* End a record of `n` entries; with no entries there is to be no record. */
void vgic_snap_end_entries(struct snap_writer *w, uint32_t n);

/* Append `size` bytes: where they go, or null if there is no room for them. */
uint8_t *vgic_snap_room(struct snap_writer *w, size_t size);
/* Write a record that is one structure. */
void vgic_snap_save_one(struct snap_writer *w, uint32_t type, uint32_t vcpu,
			const struct snap_layout *layout, const void *from);

/*
 * Write the entries of the interrupts [first, first + count), in ascending
 * order of INTIDs; returns how many.
 */
uint32_t vgic_snap_put_irqs(struct snap_writer *w, uint32_t first,
			    uint32_t count);
/*
 * Set an interrupt's word; the count of SPIs that are out (core/queue.h)
 * follows.
 */
void vgic_snap_set_word(struct vgic *gic, uint32_t index, uint64_t word);

/* Null, or what is wrong with the entry of a GICv3's LPI. */
const char *vgic_snap_wrong_lpi(struct vgic_snap_check *c,
				const struct snap_irq *irq);
/* Restore a GICv3's LPI from its entry. */
void vgic_snap_apply_lpi(struct vgic_snap_check *c, uint32_t index,
			 const struct snap_irq *irq);

/*
 * Members of struct vgic_snap_kind, file by file.  A `save` appends its record;
 * a `check` returns VGIC_OK, or an error of which it has noted the reason; an
 * `apply` gets a record that was checked.
 */

/* machine.c */
void vgic_snap_save_machine(struct snap_writer *w,
			    const struct vgic_vcpu *vcpu);
int vgic_snap_check_machine(struct vgic_snap_check *c,
			    const struct snap_record *record);
void vgic_snap_save_vcpu(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_vcpu(struct vgic_snap_check *c,
			 const struct snap_record *record);
void vgic_snap_apply_vcpu(struct vgic_snap_check *c,
			  const struct snap_record *r);
void vgic_snap_save_stats(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_stats(struct vgic_snap_check *c,
			  const struct snap_record *record);
void vgic_snap_apply_stats(struct vgic_snap_check *c,
			   const struct snap_record *r);

/* dist.c */
void vgic_snap_save_dist(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_dist(struct vgic_snap_check *c,
			 const struct snap_record *record);
void vgic_snap_apply_dist(struct vgic_snap_check *c,
			  const struct snap_record *r);
void vgic_snap_save_cpuif(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_cpuif(struct vgic_snap_check *c,
			  const struct snap_record *record);
void vgic_snap_apply_cpuif(struct vgic_snap_check *c,
			   const struct snap_record *r);

/* v5.c */
void vgic_snap_save_irs(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_irs(struct vgic_snap_check *c,
			const struct snap_record *record);
void vgic_snap_apply_irs(struct vgic_snap_check *c,
			 const struct snap_record *r);
void vgic_snap_save_ist(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_ist(struct vgic_snap_check *c,
			const struct snap_record *record);
void vgic_snap_apply_ist(struct vgic_snap_check *c,
			 const struct snap_record *r);
void vgic_snap_save_cpuif5(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_cpuif5(struct vgic_snap_check *c,
			   const struct snap_record *record);
void vgic_snap_apply_cpuif5(struct vgic_snap_check *c,
			    const struct snap_record *r);

/* irqs.c */
void vgic_snap_save_irqs(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_irqs(struct vgic_snap_check *c,
			 const struct snap_record *record);
void vgic_snap_apply_irqs(struct vgic_snap_check *c,
			  const struct snap_record *r);
void vgic_snap_save_actives(struct snap_writer *w,
			    const struct vgic_vcpu *vcpu);
int vgic_snap_check_actives(struct vgic_snap_check *c,
			    const struct snap_record *record);
void vgic_snap_apply_actives(struct vgic_snap_check *c,
			     const struct snap_record *r);

/* its.c, save_its.c */
void vgic_snap_save_its(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_its(struct vgic_snap_check *c,
			const struct snap_record *record);
void vgic_snap_apply_its(struct vgic_snap_check *c,
			 const struct snap_record *r);
void vgic_snap_save_lpis(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_lpis(struct vgic_snap_check *c,
			 const struct snap_record *record);
void vgic_snap_apply_lpis(struct vgic_snap_check *c,
			  const struct snap_record *r);
void vgic_snap_save_collections(struct snap_writer *w,
				const struct vgic_vcpu *vcpu);
int vgic_snap_check_collections(struct vgic_snap_check *c,
				const struct snap_record *record);
void vgic_snap_apply_collections(struct vgic_snap_check *c,
				 const struct snap_record *r);
void vgic_snap_save_devices(struct snap_writer *w,
			    const struct vgic_vcpu *vcpu);
int vgic_snap_check_devices(struct vgic_snap_check *c,
			    const struct snap_record *record);
void vgic_snap_apply_devices(struct vgic_snap_check *c,
			     const struct snap_record *r);
void vgic_snap_save_events(struct snap_writer *w, const struct vgic_vcpu *vcpu);
int vgic_snap_check_events(struct vgic_snap_check *c,
			   const struct snap_record *record);
void vgic_snap_apply_events(struct vgic_snap_check *c,
			    const struct snap_record *r);

#endif
