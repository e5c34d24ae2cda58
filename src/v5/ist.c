/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's Interrupt State Table, where the architecture keeps the state of
 * LPIs.  The guest chooses its address and shape (IRS_IST_BASER, IRS_IST_CFGR).
 * The state itself is in words of our own, not in guest memory: the
 * architecture lets an IRS cache all of it, and software must not touch a table
 * that is valid.  So guest memory only gets the VALID bits of L1 entries, which
 * software may read.
 *
 * Words are given out in chunks of 256 LPIs, as the guest makes tables valid:
 * the embedder sizes the pool, and the guest may spread its LPIs over 2^24 IDs.
 * A table may have 65536 chunks, too many for one trap.  So a job (struct
 * vgic_v5_ist_job) makes or takes away a table.  One trap does a piece of it;
 * the job goes on when the guest repeats its write (VGIC_TRAP_RETRY), or when
 * any vCPU reads whether the IST is idle.
 *
 * `ist_busy` is held by the thread that works at the job, for the length of
 * that piece.  A thread that finds it taken does not wait: its guest repeats
 * the access.  Between two pieces no thread holds it.
 */
#include "core/irq.h"
#include "core/route.h"
#include "v5/v5.h"

#include "regs/gicv5.h"

/* How the guest has shaped its table: IRS_IST_CFGR. */
struct shape {
	bool two_level;
	uint32_t id_bits;
	uint32_t entry_shift; /* log2 of bytes per entry */
	uint32_t l2_bits;     /* IDs, log2, behind one L1 entry */
};

/*
 * L2SZ means 4, 16 or 64 KiB, ISTSZ 4, 8 or 16 bytes; so l2_bits is the number
 * of entries of an L2 table as a power of two.
 */
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

	/*
	 * What happens with a size out of range the architecture leaves to us.
	 * We take the nearest one that is in range.
	 */
	if (shape.id_bits > max) {
		shape.id_bits = max;
	}
	if (shape.id_bits < VGIC_V5_MIN_LPI_ID_BITS) {
		shape.id_bits = VGIC_V5_MIN_LPI_ID_BITS;
	}
	return shape;
}

/*
 * Is this whole table in guest RAM?  We never read most of it, but a table
 * elsewhere is a mistake.  The first and the last byte are enough to ask for,
 * as a guest's RAM has no holes.
 */
static bool in_ram(const struct vgic *gic, uint64_t ipa, uint64_t size)
{
	const struct vgic_host_ops *host = gic->config.host;
	uint8_t byte;

	return host->read_guest && ipa + size > ipa &&
	       !host->read_guest(gic->config.host_ctx, ipa, &byte, 1) &&
	       !host->read_guest(gic->config.host_ctx, ipa + size - 1, &byte,
				 1);
}

/*
 * Costs in instructions, by rough count: of a chunk that is given out or taken
 * away, of a word that is looked at, and of one that is reset.
 */
#define WORK_CHUNK 60
#define WORK_LOOK 12
#define WORK_FORGET 200

/*
 * The first index from `i` up to `end` whose word or route is not as at reset
 * (`fresh`), or `end`.
 */
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
 * Go on with resetting the words of a chunk.  Most of them were never touched
 * and are only looked at.  One that was may still be in some vCPU's queue, so
 * it is changed like any other word (VGIC_FORGET) and keeps its place there
 * until that vCPU drops it.  False: `left` is used up before the end of the
 * chunk.
 */
static bool forget_chunk(struct vgic *gic, struct vgic_vcpu *self,
			 uint32_t chunk, uint64_t *left)
{
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;
	uint32_t first = gic->first_lpi + chunk * V5_LPI_CHUNK;
	uint32_t end = first + V5_LPI_CHUNK;
	uint32_t target = vgic_find_mpidr(gic, 0);
	uint64_t fresh =
		w_release(w_set_target(vgic_v5_reset_word(gic, first), target));

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
 * Give words to the next chunk of IDs, unless it has some.  A chunk of words
 * that was used before was reset when it was taken away; but a thread that had
 * looked an LPI up before that may have changed its word after it.  So it is
 * reset once more.  False: `left` is used up.
 */
static bool add_chunk(struct vgic *gic, struct vgic_vcpu *self, uint64_t *left)
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
		/*
		 * In this order: a thread that finds the chunk by chunk_of sees
		 * id_of as well, and that nr_used covers it.  The releases pair
		 * with the loads in vgic_v5_lpi_end(), and in lpi_index() and
		 * vgic_v5_chunk().
		 */
		vgic_store_relaxed(&v5->id_of[chunk], id);
		vgic_store_release(&v5->nr_used, chunk + 1);
		vgic_store_release(&v5->chunk_of[id], (chunk + 1) | CHUNK_NEW);
	}
	v5->ist_job.next++;
	return true;
}

/*
 * Take away the chunk that was given out last.  False: `left` is used up; the
 * same chunk is the next one again.
 */
static bool drop_chunk(struct vgic *gic, struct vgic_vcpu *self, uint64_t *left)
{
	struct vgic_v5 *v5 = gic->v5;
	struct vgic_v5_ist_job *job = &v5->ist_job;
	uint32_t chunk = vgic_load_relaxed(&v5->nr_used) - 1;
	uint32_t id = vgic_load_relaxed(&v5->id_of[chunk]);

	v5_charge(left, WORK_CHUNK);
	/*
	 * From here on no thread finds an LPI of this chunk.  The exchange also
	 * says whether any thread ever did, see lpi_index().  On a second
	 * attempt the entry is 0, and job->used is what the first one found.
	 */
	if (vgic_load_relaxed(&v5->chunk_of[id])) {
		job->used = !(vgic_exchange(&v5->chunk_of[id], 0) & CHUNK_NEW);
	}
	if (job->used && !forget_chunk(gic, self, chunk, left)) {
		return false;
	}
	if (!job->used) {
		vgic_store_relaxed(&v5->id_of[chunk], id | CHUNK_NEW);
	}
	/*
	 * Pairs with the load in vgic_v5_lpi_end(): the words are reset, as far
	 * as this thread knows, before sweeps stop looking at them.
	 */
	vgic_store_release(&v5->nr_used, chunk);
	return true;
}

/* Is there a chunk left to give out or take away? */
static bool has_chunks(const struct vgic_v5 *v5)
{
	return v5->ist_job.drops ? vgic_load_relaxed(&v5->nr_used) != 0 :
				   v5->ist_job.next < v5->ist_job.end;
}

/*
 * All chunks are given out, or taken away.  Only now the registers and the L1
 * entry say so, and a guest that reads VALID can use the LPIs.  A write to
 * guest memory that fails is the guest's mistake: it has placed the table where
 * there is no RAM.
 */
static void end_job(struct vgic *gic, struct vgic_vcpu *self)
{
	struct vgic_v5_ist_job *job = &gic->v5->ist_job;

	if (job->marks &&
	    gic->config.host->write_guest(gic->config.host_ctx, job->l1,
					  &job->low, 1) &&
	    self) {
		vgic_guest_error(self);
	}
	/*
	 * No load acquires this.  A guest that reads IRS_IST_BASER gets a mere
	 * value; a thread that acts on it has taken ist_busy, or the VM is
	 * stopped.
	 */
	vgic_store_release(&gic->v5->ist_baser, job->baser);
	job->ended = job->begun;
}

/*
 * Go on with the job, if there is one, as far as `left` allows.  True: there is
 * none any more.  The caller has ist_busy, or the VM is stopped.
 */
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

/*
 * Begin to give words to the IDs from `first` on.  When that is done IST_BASER
 * is `baser`.  The caller has seen to it that there are enough chunks.
 */
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

/* Begin to take all chunks away.  When that is done IST_BASER is `baser`. */
static void start_dropping(struct vgic_v5 *v5, uint64_t baser)
{
	start_adding(v5, 0, 0, baser);
	v5->ist_job.drops = true;
}

/* Are there enough chunks for those of these IDs that have no words yet? */
static bool room_for(const struct vgic_v5 *v5, uint32_t first, uint32_t count)
{
	uint32_t room = v5->nr_chunks - vgic_load_relaxed(&v5->nr_used);
	uint32_t end = (first + count + V5_LPI_CHUNK - 1) / V5_LPI_CHUNK;

	/* No chunk is given out, so none needs to be looked for. */
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

/*
 * Begin to make the table for which IST_BASER is to be `baser`.  A linear table
 * has words for all IDs at once.  One of two levels has none before the guest
 * makes an L2 table valid by IRS_MAP_L2_ISTR.  False: there is no such table.
 */
static bool start_table(struct vgic *gic, uint64_t baser)
{
	struct shape shape = get_shape(gic);
	uint64_t base = baser & IRS_IST_BASER_ADDR_MASK;
	uint32_t entries = 1u << shape.id_bits, l1;

	/* IRS_IDR2.LPI is 0: this VM has no IST. */
	if (gic->v5->nr_chunks == 0) {
		return false;
	}
	if (!shape.two_level) {
		if (!in_ram(gic, base,
			    (uint64_t)entries << shape.entry_shift) ||
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

/*
 * IRS_IST_BASER.  While VALID is 1 the address is fixed, and only VALID = 0
 * changes the register.  A table that cannot be made is not valid.
 */
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
	/* As in end_job(), no load acquires this. */
	vgic_store_release(&v5->ist_baser, value & ~IRS_IST_BASER_VALID);
}

/* IRS_IST_CFGR is fixed while a table is valid; reserved sizes are refused. */
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

/* Guest address of the L1 entry that covers an LPI. */
static uint64_t l1_entry(const struct vgic *gic, const struct shape *shape,
			 uint32_t id)
{
	uint64_t base = vgic_load_relaxed(&gic->v5->ist_baser) &
			IRS_IST_BASER_ADDR_MASK;

	return base + sizeof(uint64_t) * (id >> shape->l2_bits);
}

/* Entries are little-endian, whatever the host is.  False: there is no RAM. */
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
 * Check the L2 table that the L1 entry of `id` names, and begin to give words
 * to its LPIs.  False: it is not in RAM, or there are too few words.
 */
static bool start_l2(struct vgic *gic, const struct shape *shape, uint32_t id,
		     uint64_t l1)
{
	uint64_t size = UINT64_C(1) << (shape->l2_bits + shape->entry_shift);
	uint32_t first = id >> shape->l2_bits << shape->l2_bits;
	uint32_t count = 1u << shape->l2_bits;

	/* The last L2 table may have room for more IDs than the guest has. */
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

/*
 * IRS_MAP_L2_ISTR: make the L2 table valid that covers this ID.  The IRS sets
 * VALID in the L1 entry itself.
 */
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
	/*
	 * Only the byte that VALID is in is written: the rest of the entry is
	 * the guest's.
	 */
	job->marks = true;
	job->l1 = at;
	job->low = (uint8_t)l1 | L1_ISTE_VALID;
}

/* Jobs are numbered in the order in which they begin.  The numbers may wrap. */
static bool has_ended(const struct vgic_v5 *v5, uint32_t job)
{
	return (int32_t)(v5->ist_job.ended - job) >= 0;
}

/*
 * A write of one of the three registers.  What other vCPUs have begun comes to
 * its end first.  Then the write has its effect (`begin`), unless an earlier
 * attempt of it had: then the job that it began is what was just worked at.
 * False: the guest has to make it again.
 */
static bool write_ist(struct vgic_vcpu *vcpu, uint64_t value,
		      struct vgic_v5_repeat *repeat, uint64_t *left,
		      void (*begin)(struct vgic_vcpu *vcpu, uint64_t value))
{
	struct vgic_v5 *v5 = vcpu->gic->v5;
	bool goes_on, done;

	/*
	 * Pairs with the releases of ist_busy here and in vgic_v5_ist_idle():
	 * the job is as the last holder left it.
	 */
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
	/* Pairs with the exchanges that take ist_busy. */
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

bool vgic_v5_ist_idle(struct vgic *gic, struct vgic_vcpu *self, uint64_t *left)
{
	bool idle;

	/*
	 * As in write_ist().  A thread that works at the job means: not idle.
	 */
	if (vgic_exchange(&gic->v5->ist_busy, 1)) {
		return false;
	}
	idle = work(gic, self, left);
	/* Pairs with the exchanges that take ist_busy. */
	vgic_store_release(&gic->v5->ist_busy, 0);
	return idle;
}

/* No vCPU runs, so nobody has ist_busy. */
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

/*
 * Give words to the LPIs of all L1 entries that were valid when the guest was
 * saved: its memory says which.
 */
static bool adopt_l2(struct vgic *gic, const struct shape *shape)
{
	uint32_t step = 1u << shape->l2_bits, end = 1u << shape->id_bits;
	uint64_t l1, left = V5_ALL_WORK;

	for (uint32_t id = 0; id < end; id += step) {
		if (!read_l1(gic, l1_entry(gic, shape, id), &l1) ||
		    ((l1 & L1_ISTE_VALID) && !start_l2(gic, shape, id, l1))) {
			return false;
		}
		(void)work(gic, NULL, &left);
	}
	return true;
}

/*
 * Several vCPUs may run first at once, and the guest of one may write the
 * register before the others have come here: so all of it is done while
 * ist_busy is held.  If another thread has it, that one is a vCPU that does
 * this.  It cannot be a guest's write, which comes after its vCPU's own call,
 * and so finds ist_busy taken, or ist_deferred 0.
 */
void vgic_v5_ist_abandon(struct vgic *gic)
{
	struct vgic_v5 *v5 = gic->v5;

	if (!vgic_load_relaxed(&v5->ist_deferred) ||
	    vgic_exchange(&v5->ist_busy, 1)) {
		return;
	}
	if (vgic_exchange(&v5->ist_deferred, 0)) {
		vgic_store_relaxed(&v5->ist_baser,
				   vgic_load_relaxed(&v5->ist_baser) &
					   ~IRS_IST_BASER_VALID);
	}
	/* Pairs with the exchanges that take ist_busy. */
	vgic_store_release(&v5->ist_busy, 0);
}

/*
 * No vCPU runs, so ist_busy is not needed.  A table that cannot be made whole
 * is taken away again.
 */
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
