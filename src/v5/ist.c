/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's Interrupt State Table.  Its place and shape are the guest's,
 * its contents are kept in words of our own: the architecture lets an IRS
 * cache all of it, and software must not touch a valid table.  Words are
 * given out in chunks of 256 LPIs, as the guest makes tables valid.
 *
 * A table may have 65536 chunks.  So a job makes or takes away a table, as
 * much of it as one trap may do, and goes on when the guest repeats its access
 * (VGIC_TRAP_RETRY) or somebody else looks whether the IST is idle.  Between
 * two such pieces of work nobody holds `ist_busy`, and during one nobody waits
 * for it: they repeat their access, too.
 */
#include "core/irq.h"
#include "core/route.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* How the guest shaped its table. */
struct shape {
	bool two_level;
	uint32_t id_bits;
	uint32_t entry_shift; /* log2 of bytes per entry */
	uint32_t l2_bits;     /* IDs, log2, behind one L1 entry */
};

static struct shape get_shape(const struct vgic *gic)
{
	uint32_t cfgr = vgic_load_relaxed(&gic->v5->ist_cfgr);
	uint32_t istsz = (uint32_t)FIELD_GET(IRS_IST_CFGR_ISTSZ, cfgr);
	uint32_t l2sz = (uint32_t)FIELD_GET(IRS_IST_CFGR_L2SZ, cfgr);
	uint32_t max = gic->config.v5.lpi_id_bits;
	struct shape shape = {
		.two_level = (cfgr & IRS_IST_CFGR_STRUCTURE) != 0,
		.id_bits = (uint32_t)FIELD_GET(IRS_IST_CFGR_LPI_ID_BITS, cfgr),
		.entry_shift = 2 + istsz,
		.l2_bits = 10 - istsz + 2 * l2sz,
	};

	/* Out of range, the architecture lets us choose: the nearest. */
	if (shape.id_bits > max) {
		shape.id_bits = max;
	}
	if (shape.id_bits < VGIC_V5_MIN_LPI_ID_BITS) {
		shape.id_bits = VGIC_V5_MIN_LPI_ID_BITS;
	}
	return shape;
}

/* Does guest RAM cover this table?  Its ends tell: RAM has no holes. */
static bool in_ram(const struct vgic *gic, uint64_t ipa, uint64_t size)
{
	const struct vgic_host_ops *host = gic->config.host;
	uint8_t byte;

	return host->read_guest && ipa + size > ipa &&
	       !host->read_guest(gic->config.host_ctx, ipa, &byte, 1) &&
	       !host->read_guest(gic->config.host_ctx, ipa + size - 1, &byte,
				 1);
}

/* What pieces of a job cost, in instructions. */
#define WORK_CHUNK 60
#define WORK_LOOK 12
#define WORK_FORGET 200

/* The first word from `i` to `end` that is not `fresh`, or `end`. */
static uint32_t find_used(const struct vgic *gic, uint32_t i, uint32_t end,
			  uint64_t fresh)
{
	const struct vgic_irq *irqs = gic->irqs;

	while (i < end && vgic_load_relaxed(&irqs[i].word) == fresh &&
	       !vgic_load_relaxed(&irqs[i].route)) {
		i++;
	}
	return i;
}

/*
 * Go on taking the words of a chunk back to their reset state.  Many of them
 * were never touched.  The others may still stand in some vCPU's queue, and so
 * stay where they are.  False: there is not enough left for all.
 */
static bool forget_chunk(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t chunk, uint64_t *left)
{
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;
	uint32_t first = gic->first_lpi + chunk * V5_LPI_CHUNK;
	uint32_t end = first + V5_LPI_CHUNK;
	uint32_t target = vgic_find_mpidr(gic, 0);
	uint64_t fresh = w_release(w_set_target(vgic_v5_reset_word(gic, first),
						target));

	while (job->word < V5_LPI_CHUNK && *left) {
		uint32_t i = find_used(gic, first + job->word, end, fresh);

		v5_charge(left, WORK_LOOK * (i - first - job->word));
		job->word = i - first;
		if (i < end) {
			vgic_store_relaxed(&gic->irqs[i].route, 0);
			vgic_irq_change(gic, self, i, VGIC_FORGET, target);
			v5_charge(left, WORK_FORGET);
			job->word++;
		}
	}
	if (job->word < V5_LPI_CHUNK) {
		return false;
	}
	job->word = 0;
	return true;
}

/*
 * Give the LPIs of the next chunk their words.  Whoever looked an LPI up when
 * its chunk was being taken away may have changed its word since: once more.
 */
static bool add_chunk(struct vgic *gic, struct vgic_vcpu *self,
		      uint64_t *left)
{
	struct vgic_v5 *v5 = gic->v5;
	uint32_t id = v5->ist_job.next, chunk;

	v5_charge(left, WORK_CHUNK);
	if (!vgic_load_relaxed(&v5->chunk_of[id])) {
		chunk = vgic_load_relaxed(&v5->nr_used);
		if (!(vgic_load_relaxed(&v5->id_of[chunk]) & CHUNK_NEW) &&
		    !forget_chunk(gic, self, chunk, left)) {
			return false;
		}
		vgic_store_relaxed(&v5->id_of[chunk], id);
		vgic_store_release(&v5->nr_used, chunk + 1);
		vgic_store_release(&v5->chunk_of[id], (chunk + 1) | CHUNK_NEW);
	}
	v5->ist_job.next++;
	return true;
}

/* Take the last chunk away that was given out. */
static bool drop_chunk(struct vgic *gic, struct vgic_vcpu *self,
		       uint64_t *left)
{
	struct vgic_v5 *v5 = gic->v5;
	struct vgic_v5_ist_job *job = &v5->ist_job;
	uint32_t chunk = vgic_load_relaxed(&v5->nr_used) - 1;
	uint32_t id = vgic_load_relaxed(&v5->id_of[chunk]);

	v5_charge(left, WORK_CHUNK);
	/* From here on nobody finds its LPIs. */
	if (vgic_load_relaxed(&v5->chunk_of[id])) {
		job->used = !(vgic_exchange(&v5->chunk_of[id], 0) & CHUNK_NEW);
	}
	if (job->used && !forget_chunk(gic, self, chunk, left)) {
		return false;
	}
	if (!job->used) {
		vgic_store_relaxed(&v5->id_of[chunk], id | CHUNK_NEW);
	}
	vgic_store_release(&v5->nr_used, chunk);
	return true;
}

static bool has_chunks(const struct vgic_v5 *v5)
{
	return v5->ist_job.drops ? vgic_load_relaxed(&v5->nr_used) != 0 :
				   v5->ist_job.next < v5->ist_job.end;
}

/* All chunks are there, or gone: the registers say so, and an L1 entry. */
static void end_job(struct vgic *gic, struct vgic_vcpu *self)
{
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;

	if (job->marks &&
	    gic->config.host->write_guest(gic->config.host_ctx, job->l1,
					  &job->low, 1) && self) {
		vgic_guest_error(self);
	}
	vgic_store_release(&gic->v5->ist_baser, job->baser);
	job->ended = job->begun;
}

/* Go on with the job, if there is one.  True: there is none any more. */
static bool work(struct vgic *gic, struct vgic_vcpu *self, uint64_t *left)
{
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;

	while (job->begun != job->ended) {
		if (!has_chunks(gic->v5)) {
			end_job(gic, self);
		} else if (!*left || !(job->drops ? drop_chunk : add_chunk)(
					     gic, self, left)) {
			return false;
		}
	}
	return true;
}

/* The LPIs with these IDs get words; then IST_BASER is `baser`. */
static void start_adding(struct vgic_v5 *v5, uint32_t first, uint32_t count,
			 uint64_t baser)
{
	v5->ist_job = (struct vgic_v5_ist_job){
		.begun = v5->ist_job.begun + 1,
		.ended = v5->ist_job.ended,
		.next = first / V5_LPI_CHUNK,
		.end = (first + count + V5_LPI_CHUNK - 1) / V5_LPI_CHUNK,
		.baser = baser,
	};
}

static void start_dropping(struct vgic_v5 *v5, uint64_t baser)
{
	start_adding(v5, 0, 0, baser);
	v5->ist_job.drops = true;
}

/* Have these IDs words, or are there enough for them? */
static bool room_for(const struct vgic_v5 *v5, uint32_t first, uint32_t count)
{
	uint32_t room = v5->nr_chunks - vgic_load_relaxed(&v5->nr_used);
	uint32_t end = (first + count + V5_LPI_CHUNK - 1) / V5_LPI_CHUNK;

	/* A table that is new. */
	if (room == v5->nr_chunks) {
		return end - first / V5_LPI_CHUNK <= room;
	}
	for (uint32_t id = first / V5_LPI_CHUNK; id < end; id++) {
		if (vgic_load_relaxed(&v5->chunk_of[id])) {
			continue;
		}
		if (room-- == 0) {
			return false;
		}
	}
	return true;
}

/* Begin to make the table of which IST_BASER is to say `baser`. */
static bool start_table(struct vgic *gic, uint64_t baser)
{
	struct shape shape = get_shape(gic);
	uint64_t base = baser & IRS_IST_BASER_ADDR_MASK;
	uint32_t entries = 1u << shape.id_bits, l1;

	/* IRS_IDR2.LPI is 0: there is no IST. */
	if (gic->v5->nr_chunks == 0) {
		return false;
	}
	if (!shape.two_level) {
		if (!in_ram(gic, base, (uint64_t)entries
					       << shape.entry_shift) ||
		    !room_for(gic->v5, 0, entries)) {
			return false;
		}
		start_adding(gic->v5, 0, entries, baser);
		return true;
	}
	l1 = shape.id_bits > shape.l2_bits ? entries >> shape.l2_bits : 1;
	if (!in_ram(gic, base, (uint64_t)l1 * sizeof(uint64_t))) {
		return false;
	}
	start_adding(gic->v5, 0, 0, baser);
	return true;
}

/* While a table is valid, its address is fixed. */
static void begin_baser(struct vgic_vcpu *vcpu, uint64_t value)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	uint64_t now = vgic_load_relaxed(&v5->ist_baser);

	value &= IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;
	if (now & IRS_IST_BASER_VALID) {
		if (!(value & IRS_IST_BASER_VALID)) {
			start_dropping(v5, value);
		} else if (value != now) {
			vgic_guest_error(vcpu);
		}
		return;
	}
	if ((value & IRS_IST_BASER_VALID) && start_table(vcpu->gic, value)) {
		return;
	}
	if (value & IRS_IST_BASER_VALID) {
		vgic_guest_error(vcpu);
	}
	vgic_store_release(&v5->ist_baser, value & ~IRS_IST_BASER_VALID);
}

static void begin_cfgr(struct vgic_vcpu *vcpu, uint64_t value)
{
	struct vgic_v5 *v5 = vcpu->gic->v5;

	if ((vgic_load_relaxed(&v5->ist_baser) & IRS_IST_BASER_VALID) ||
	    FIELD_GET(IRS_IST_CFGR_ISTSZ, value) > 2 ||
	    FIELD_GET(IRS_IST_CFGR_L2SZ, value) > 2) {
		vgic_guest_error(vcpu);
		return;
	}
	vgic_store_relaxed(&v5->ist_cfgr,
			   (uint32_t)value & VGIC_V5_IST_CFGR_FIELDS);
}

/* Where the L1 entry of an LPI is. */
static uint64_t l1_entry(const struct vgic *gic, const struct shape *shape,
			 uint32_t id)
{
	uint64_t base = vgic_load_relaxed(&gic->v5->ist_baser) &
			IRS_IST_BASER_ADDR_MASK;

	return base + sizeof(uint64_t) * (id >> shape->l2_bits);
}

static bool read_l1(const struct vgic *gic, uint64_t at, uint64_t *l1)
{
	uint8_t entry[sizeof(uint64_t)];

	if (gic->config.host->read_guest(gic->config.host_ctx, at, entry,
					 sizeof(entry))) {
		return false;
	}
	*l1 = 0;
	for (uint32_t i = 0; i < sizeof(entry); i++) {
		*l1 |= (uint64_t)entry[i] << (8 * i);
	}
	return true;
}

/*
 * Check the table that an L1 entry names, and begin to give its LPIs their
 * words.
 */
static bool start_l2(struct vgic *gic, const struct shape *shape, uint32_t id,
		     uint64_t l1)
{
	uint64_t size = UINT64_C(1) << (shape->l2_bits + shape->entry_shift);
	uint32_t first = id >> shape->l2_bits << shape->l2_bits;
	uint32_t count = 1u << shape->l2_bits;

	/* A table may have room for more IDs than there are. */
	if (count > (1u << shape->id_bits) - first) {
		count = (1u << shape->id_bits) - first;
	}
	if (!in_ram(gic, l1 & L1_ISTE_L2_ADDR_MASK, size) ||
	    !room_for(gic->v5, first, count)) {
		return false;
	}
	start_adding(gic->v5, first, count,
		     vgic_load_relaxed(&gic->v5->ist_baser));
	return true;
}

static void begin_map(struct vgic_vcpu *vcpu, uint64_t value)
{
	struct vgic *gic = vcpu->gic;
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;
	struct shape shape = get_shape(gic);
	uint32_t id = (uint32_t)FIELD_GET(GICV5_INTID_ID, value);
	uint64_t at = l1_entry(gic, &shape, id), l1;

	if (!(vgic_load_relaxed(&gic->v5->ist_baser) & IRS_IST_BASER_VALID) ||
	    !shape.two_level || id >> shape.id_bits ||
	    !gic->config.host->write_guest || !read_l1(gic, at, &l1) ||
	    !start_l2(gic, &shape, id, l1)) {
		vgic_guest_error(vcpu);
		return;
	}
	/* The byte that VALID is in: the rest of the entry is the guest's. */
	job->marks = true;
	job->l1 = at;
	job->low = (uint8_t)l1 | L1_ISTE_VALID;
}

static bool has_ended(const struct vgic_v5 *v5, uint32_t job)
{
	return (int32_t)(v5->ist_job.ended - job) >= 0;
}

/* First what others have begun comes to its end. */
static bool write_ist(struct vgic_vcpu *vcpu, uint64_t value,
		      struct vgic_v5_repeat *repeat, uint64_t *left,
		      void (*begin)(struct vgic_vcpu *vcpu, uint64_t value))
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	bool goes_on, done;

	if (vgic_exchange(&v5->ist_busy, 1)) {
		return false;
	}
	goes_on = repeat->job && !has_ended(v5, repeat->job);
	done = work(vcpu->gic, vcpu, left);
	if (done && !goes_on && vgic_v5_begins(repeat, true)) {
		begin(vcpu, value);
		repeat->job = v5->ist_job.begun;
		done = work(vcpu->gic, vcpu, left);
	}
	vgic_store_release(&v5->ist_busy, 0);
	return done;
}

bool vgic_v5_ist_baser_write(struct vgic_vcpu *vcpu, uint64_t value,
			     struct vgic_v5_repeat *repeat, uint64_t *left)
{
	return write_ist(vcpu, value, repeat, left, begin_baser);
}

bool vgic_v5_ist_cfgr_write(struct vgic_vcpu *vcpu, uint64_t value,
			    struct vgic_v5_repeat *repeat, uint64_t *left)
{
	return write_ist(vcpu, value, repeat, left, begin_cfgr);
}

bool vgic_v5_map_l2(struct vgic_vcpu *vcpu, uint64_t value,
		    struct vgic_v5_repeat *repeat, uint64_t *left)
{
	return write_ist(vcpu, value, repeat, left, begin_map);
}

bool vgic_v5_ist_idle(struct vgic *gic, struct vgic_vcpu *self,
		      uint64_t *left)
{
	bool idle;

	if (vgic_exchange(&gic->v5->ist_busy, 1)) {
		return false;
	}
	idle = work(gic, self, left);
	vgic_store_release(&gic->v5->ist_busy, 0);
	return idle;
}

void vgic_v5_ist_finish(struct vgic *gic)
{
	uint64_t left = V5_ALL_WORK;

	(void)vgic_v5_ist_idle(gic, NULL, &left);
}

void vgic_v5_ist_store(struct vgic *gic, uint64_t baser)
{
	baser &= IRS_IST_BASER_ADDR_MASK | IRS_IST_BASER_VALID;
	vgic_store_relaxed(&gic->v5->ist_baser, baser);
	vgic_store_relaxed(&gic->v5->ist_deferred,
			   (baser & IRS_IST_BASER_VALID) != 0);
}

/* All L1 entries that were valid when the guest was saved. */
static bool adopt_l2(struct vgic *gic, const struct shape *shape)
{
	uint32_t step = 1u << shape->l2_bits, end = 1u << shape->id_bits;
	uint64_t l1, left = V5_ALL_WORK;

	for (uint32_t id = 0; id < end; id += step) {
		if (!read_l1(gic, l1_entry(gic, shape, id), &l1) ||
		    ((l1 & L1_ISTE_VALID) &&
		     !start_l2(gic, shape, id, l1))) {
			return false;
		}
		(void)work(gic, NULL, &left);
	}
	return true;
}

void vgic_v5_ist_abandon(struct vgic *gic)
{
	struct vgic_v5 *v5 = gic->v5;

	if (vgic_exchange(&v5->ist_deferred, 0)) {
		vgic_store_relaxed(&v5->ist_baser,
				   vgic_load_relaxed(&v5->ist_baser) &
					   ~IRS_IST_BASER_VALID);
	}
}

bool vgic_v5_ist_adopt(struct vgic *gic)
{
	struct vgic_v5 *v5 = gic->v5;
	struct shape shape = get_shape(gic);
	uint64_t baser = vgic_load_relaxed(&v5->ist_baser);
	uint64_t left = V5_ALL_WORK;
	bool good;

	if (!vgic_exchange(&v5->ist_deferred, 0)) {
		return true;
	}
	good = start_table(gic, baser) && work(gic, NULL, &left) &&
	       (!shape.two_level || adopt_l2(gic, &shape));
	if (!good) {
		start_dropping(v5, baser & ~IRS_IST_BASER_VALID);
		(void)work(gic, NULL, &left);
	}
	return good;
}

uint32_t vgic_v5_ist_bits(const struct vgic *gic)
{
	return vgic_load_relaxed(&gic->v5->ist_baser) & IRS_IST_BASER_VALID ?
		       get_shape(gic).id_bits :
		       0;
}
