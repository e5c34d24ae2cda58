/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What saving and restoring share: the format, as docs/snapshot.md has it,
 * and what records are about as plain structures.
 */
#ifndef VGIC_SNAPSHOT_SNAPSHOT_H
#define VGIC_SNAPSHOT_SNAPSHOT_H

#include <vgic/snapshot.h>

#include "core/gic.h"

/* "vgicsnap", little-endian. */
#define SNAP_MAGIC UINT64_C(0x70616e7363696776)
#define SNAP_HEADER_SIZE 24u
#define SNAP_RECORD_SIZE 12u
/* Where lengths and checksums stand in headers. */
#define SNAP_LENGTH_AT 16u
#define SNAP_CRC_AT 20u
#define SNAP_RECORD_LENGTH_AT 4u
#define SNAP_RECORD_CRC_AT 8u
/* In 16-bit vCPU fields: no vCPU's, or nobody. */
#define SNAP_NO_VCPU 0xffffu

struct snap_machine {
	uint32_t nr_vcpus, nr_spis;
	uint8_t pri_bits, pre_bits, id_bits, a3v;
	uint32_t lpi_id_bits, nr_irs;
	uint64_t ppi_implemented[2];
	uint64_t ppi_level[2];
};

/* Behind it, of a GICv3 with LPIs. */
struct snap_lpi_shape {
	uint32_t nr_its, nr_lpis;
};

struct snap_dist {
	uint32_t ctlr, statusr, revision;
};

struct snap_irs {
	uint32_t cr0, cr1, spi_sel, pe_sel;
};

/* Behind it in its entry, since version 1.2: else nothing was hidden. */
struct snap_irs_hidden {
	uint32_t idr0, idr2;
};

/* The IDs of the chunks follow. */
struct snap_ist {
	uint64_t baser;
	uint32_t cfgr;
	/* A VMM's, of which nothing has been made yet. */
	uint32_t deferred;
};

struct snap_its {
	uint64_t cbaser, cwriter, creadr;
	uint64_t baser[2];
	uint32_t ctlr, statusr;
};

/* GICR_PROPBASER, which all have in common; a vCPU's GICR_PENDBASER. */
struct snap_lpis {
	uint64_t baser;
};

/* Bytes of a vCPU's vgic_vcpu.lpi_job behind that. */
#define SNAP_JOB_SIZE 4u

/* What ITSs map.  In each the first fields are the key, the lowest first. */
struct snap_collection {
	uint16_t icid, its, vcpu; /* SNAP_NO_VCPU: nobody's yet */
};

struct snap_device {
	uint16_t device, its, bits;
	uint64_t itt;
};

struct snap_event {
	uint16_t event, device, its, icid;
	uint32_t lpi; /* INTID */
};

struct snap_vcpu {
	uint32_t mpidr;
	uint8_t pri_bits, id_bits;
	uint32_t ctlr, waker, statusr;
};

/*
 * Bytes of a GICv3's GICR_TYPER.Processor_Number behind its snap_vcpu, since
 * version 1.2; without them it is the vCPU's index.
 */
#define SNAP_NUMBER_SIZE 2u

struct snap_cpuif {
	uint32_t vmcr;
	uint32_t ap0r[4];
	uint32_t ap1r[4];
};

struct snap_cpuif5 {
	uint64_t enabler[2];
	uint64_t pendr[2];
	uint64_t activer[2];
	uint64_t priorityr[16];
	uint64_t icsr;
	uint32_t vmcr, apr, pe_cr0;
};

struct snap_irq {
	uint32_t intid, route;
	/* Place among the actives of `holder`, 0 the last activated. */
	uint32_t rank;
	uint16_t state, holder;
	uint8_t priority, active_priority;
};

/* Where `rank` stands in bytes. */
#define SNAP_IRQ_RANK_AT 8u

/* snap_irq.state; the first six are as in an interrupt's word. */
#define SNAP_IRQ_PENDING (1u << 0)
#define SNAP_IRQ_LINE (1u << 1)
#define SNAP_IRQ_ACTIVE (1u << 2)
#define SNAP_IRQ_ENABLE (1u << 3)
#define SNAP_IRQ_GROUP1 (1u << 4)
#define SNAP_IRQ_LEVEL (1u << 5)
#define SNAP_IRQ_IRM (1u << 6)
#define SNAP_IRQ_ACKED (1u << 7) /* by an acknowledge */
#define SNAP_IRQ_TM (1u << 8) /* GICv5 SPIs */
#define SNAP_IRQ_WIRE (1u << 9)
#define SNAP_IRQ_PHYS (1u << 10) /* the physical one is active for it */
#define SNAP_IRQ_HOLD (1u << 11) /* and this one is yet to be made so */
#define SNAP_IRQ_STATES 0xfffu

/*
 * snap_irq.route of a GICv3's LPI: whether it has events, and the place of the
 * one mapped last among all events; and the vCPU that has it pending.
 */
#define SNAP_LPI_MAPPED (1u << 31)
#define SNAP_LPI_TARGET_SHIFT 19
#define SNAP_LPI_TARGET_WIDTH 10 /* + 1; 0: it is not pending */
#define SNAP_LPI_EVENT_SHIFT 0
#define SNAP_LPI_EVENT_WIDTH 16
#define SNAP_LPI_NO_EVENT 0xffffu /* that one has gone */
/* Where the route stands in bytes. */
#define SNAP_IRQ_ROUTE_AT 4u

struct snap_stats {
	uint64_t injected[VGIC_NR_KINDS];
	uint64_t delivered[VGIC_NR_KINDS];
	uint64_t overflows, eoicount, guest_errors;
	uint32_t lr_peak;
};

/* Of records and entries: how a structure stands in bytes. */
struct snap_field {
	uint16_t at;
	uint8_t width, count;
	uint64_t mask; /* bits that may be set */
};

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

/* layout.c: to bytes, what may not be set left out; and back. */
void vgic_snap_encode(const struct snap_layout *layout, const void *from,
		      uint8_t *to);
/* False: a bit is set that may not be. */
bool vgic_snap_decode(const struct snap_layout *layout, const uint8_t *from,
		      void *to);

/* format.c */
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

/* As vgic_snap_encode() and _decode(), for interrupts: there are many. */
void vgic_snap_put_irq(uint8_t *to, const struct snap_irq *irq);
bool vgic_snap_get_irq(const uint8_t *from, struct snap_irq *irq);
uint32_t vgic_snap_crc(uint32_t crc, const uint8_t *from, size_t len);
/* A record's checksum covers all before it, headers' checksums excepted. */
uint32_t vgic_snap_record_crc(uint32_t crc, const uint8_t *record,
			      uint32_t length);
/* The word's bits of an interrupt that a record's state has, and back. */
uint16_t vgic_snap_state(uint64_t word);
uint64_t vgic_snap_word(uint16_t state);
/*
 * What is left of a word in a snapshot.  Mapped, with its physical one held:
 * it still will be.  Mapped, and not so: its device will say.  Not mapped:
 * there is nothing to hold.
 */
uint64_t vgic_snap_mapped(uint64_t word);
/* A GICv3's, whose event an ITS has. */
static inline bool snap_is_its_lpi(const struct vgic *gic, uint32_t index)
{
	return gic->config.its.nr_lpis && index >= gic->first_lpi;
}

/* Is the vCPU in the guest, or half in? */
bool vgic_snap_busy(const struct vgic_vcpu *vcpu);
/* ICH_AP<m>R<n>_EL2: the bits there are. */
uint32_t vgic_snap_apr_bits(uint32_t pre_bits, uint32_t n);

/* One record. */
struct snap_record {
	uint32_t offset, type, vcpu, length;
	const uint8_t *data;
};

/* A record's entries, all of one size. */
struct snap_array {
	const struct snap_record *record;
	const uint8_t *at;
	uint32_t entry, count;
};

/* Going through the records. */
struct snap_reader {
	const uint8_t *buf;
	uint32_t length; /* of it that is there */
	uint32_t at;
	uint32_t crc;
	uint32_t major, minor, model, vcpu;
	bool truncated;
	bool trusted; /* the checksums have been compared before */
	struct vgic_snapshot_where *where;
};

/* read.c */

/* Say what is wrong; returns `error`. */
int vgic_snap_fail(struct snap_reader *r, const struct snap_record *record,
		   int error, const char *what);
/* The same of an entry. */
int vgic_snap_fail_at(struct snap_reader *r, const struct snap_array *array,
		      uint32_t n, uint32_t intid, int error, const char *what);
int vgic_snap_open(struct snap_reader *r, const void *buf, size_t len,
		   struct vgic_snapshot_where *where);
/* The next one: 1, 0 at the end, or an error. */
int vgic_snap_next(struct snap_reader *r, struct snap_record *record);
/* A record that is one structure; more than that is a newer version's. */
int vgic_snap_one(struct snap_reader *r, const struct snap_record *record,
		  const struct snap_layout *layout, void *to);
/* What the machine's record has behind it: nothing, before version 1.1. */
void vgic_snap_get_lpi_shape(const struct snap_record *record,
			     struct snap_lpi_shape *shape);
/* What of an IRS is hidden; false: a bit is set that may not be. */
bool vgic_snap_get_irs_hidden(const struct snap_array *array, uint32_t n,
			      struct snap_irs_hidden *hidden);
/* A record that is entries of at least `size` bytes. */
int vgic_snap_entries(struct snap_reader *r, const struct snap_record *record,
		      uint32_t size, struct snap_array *array);
static inline const uint8_t *snap_entry(const struct snap_array *array,
					uint32_t n)
{
	return array->at + (size_t)n * array->entry;
}
/* The interrupt's entry in ascending ones, or null. */
const uint8_t *vgic_snap_find_irq(const uint8_t *entries, uint32_t entry,
				  uint32_t count, uint32_t intid);

/* All that is to be known before anything is changed. */
struct vgic_snap_check {
	struct snap_reader reader;
	struct vgic *gic;
	struct snap_machine machine;
	struct snap_lpi_shape lpi_shape;
	bool has_machine;
	/* One vCPU is restored, which took LPIs before. */
	bool took_lpis;
	/* Order of the records: the last one's. */
	uint32_t key;
	const uint8_t *chunks;
	uint32_t nr_chunks;
	/* SPIs and LPIs, and the private ones of the vCPU at hand. */
	struct snap_record shared_record, private_record;
	struct snap_array shared, private;
	/* Interrupts that have a rank, and ranks that have an interrupt. */
	uint32_t ranked, ranks;
	/* The same of LPIs, and of events mapped last. */
	uint32_t mapped, events;
	struct snap_array collections, devices;
	struct snap_record collections_record, devices_record;
	/* GICR_CTLR of the vCPU at hand. */
	uint32_t gicr_ctlr;
};

/* Say why it cannot be restored; returns `error`. */
static inline int snap_refuse(struct vgic_snap_check *c,
			      const struct snap_record *record, int error,
			      const char *what)
{
	return vgic_snap_fail(&c->reader, record, error, what);
}

/* Writes as far as there is room, and counts on. */
struct snap_writer {
	struct vgic *gic;
	uint8_t *buf;
	size_t size, at;
	size_t record; /* where the one at hand began */
	uint32_t vcpu; /* the only one saved, or VGIC_SNAPSHOT_NONE */
	/* Entries of interrupts: shared, and of the vCPU at hand. */
	size_t shared, private;
	uint32_t nr_shared, nr_private;
	uint32_t nr_events; /* of ITSs, written so far */
};

/* Only GICs with an ITS have it. */
#define SNAP_WITH_ITS (1u << 7)

/* A type of record. */
struct vgic_snap_kind {
	uint16_t type;
	bool vm, vcpu; /* may be the VM's, or a vCPU's */
	uint8_t models; /* bit n: GICv<n>; SNAP_WITH_ITS */
	/* `vcpu` is null for the VM's. */
	void (*save)(struct snap_writer *w, const struct vgic_vcpu *vcpu);
	int (*check)(struct vgic_snap_check *c,
		     const struct snap_record *record);
	void (*apply)(struct vgic_snap_check *c,
		      const struct snap_record *record);
};

/* What snapshots of a model have of their own, beside its records. */
struct vgic_snap_model {
	/* vCPUs have redistributors, with processor numbers and INTID bits. */
	bool redists;
	/*
	 * Private interrupts are delivered by their words.  A GICv5's PPIs are
	 * not: each first entry looks at them again.
	 */
	bool delivers_private;
	/* What a guest's access began is to be done before a save; or null. */
	void (*settle)(struct vgic *gic);
	void (*save_machine)(const struct vgic_config *config,
			     struct snap_machine *m);
	int (*check_machine)(struct vgic_snap_check *c,
			     const struct snap_record *record);
	/* Entries of SPIs and LPIs, in the order of INTIDs; how many. */
	uint32_t (*put_shared)(struct snap_writer *w);
	/* Which bits of the word are the guest's, or a line. */
	uint64_t (*carried)(const struct vgic *gic, uint32_t index);
	/* Its index, or one with the same carried bits, or VGIC_NIL. */
	uint32_t (*find)(const struct vgic_snap_check *c, uint32_t vcpu,
			 uint32_t intid);
	/* Which bits of a route there are. */
	uint32_t (*route_bits)(const struct vgic_snap_check *c,
			       enum vgic_irq_kind kind);
	/* Past the last index of an interrupt that there is. */
	uint32_t (*end)(const struct vgic *gic);
	/* A vCPU whose state was restored; or null. */
	void (*awaken)(struct vgic_vcpu *vcpu);
};

extern const struct vgic_snap_model vgic_snap_v2, vgic_snap_v3, vgic_snap_v5;

/* kinds.c: in the order in which records are; null: there are no more. */
const struct vgic_snap_kind *vgic_snap_kind_at(uint32_t n);
/* Null: a type that is not known. */
const struct vgic_snap_kind *vgic_snap_kind(uint32_t type);
const struct vgic_snap_model *vgic_snap_model(const struct vgic *gic);

/* check.c: may the whole of it be restored? */
int vgic_snap_check(struct vgic_snap_check *c, struct vgic *gic,
		    const void *buf, size_t len,
		    struct vgic_snapshot_where *where);

/* save.c */
void vgic_snap_write(struct snap_writer *w, uint32_t width, uint64_t value);
void vgic_snap_write_struct(struct snap_writer *w,
			    const struct snap_layout *layout, const void *from);
void vgic_snap_begin(struct snap_writer *w, uint32_t type, uint32_t vcpu);
void vgic_snap_end(struct snap_writer *w);
/* A record of no entries is none. */
void vgic_snap_end_entries(struct snap_writer *w, uint32_t n);

/* Where `size` bytes go, or null when there is no room for them. */
uint8_t *vgic_snap_room(struct snap_writer *w, size_t size);
/* A record that is one structure. */
void vgic_snap_save_one(struct snap_writer *w, uint32_t type, uint32_t vcpu,
			const struct snap_layout *layout, const void *from);

/* irqs.c: interrupts [first, first + count), by INTID; how many it wrote. */
uint32_t vgic_snap_put_irqs(struct snap_writer *w, uint32_t first,
			    uint32_t count);
void vgic_snap_set_word(struct vgic *gic, uint32_t index, uint64_t word);

/* its.c: null, or what is wrong with the entry of an LPI. */
const char *vgic_snap_wrong_lpi(struct vgic_snap_check *c,
				const struct snap_irq *irq);
void vgic_snap_apply_lpi(struct vgic_snap_check *c, uint32_t index,
			 const struct snap_irq *irq);

/* Members of struct vgic_snap_kind. */

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
