/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redistributors that start and stop taking LPIs, and their pending tables in
 * guest memory.  IHI 0069 5.1.2
 *
 * When EnableLPIs becomes 1 the pending table is read, and when it becomes 0
 * the table is written.  In between the words alone say what is pending, and
 * the table is stale, as the architecture allows.
 *
 * With up to 57344 LPIs neither can be done in one trap.  So it is a job, done
 * for groups of 64 LPIs; vgic_vcpu.lpi_job says which job and how far it is.
 * The guest repeats its write of GICR_CTLR until the job is complete, and any
 * other access that needs the redistributor to be settled continues the job,
 * too.
 *
 * The last part of the file is a VMM's: it has pending tables written without
 * turning LPIs off, and GICR_INVALLR's sweep through the configurations.
 */
#include "core/irq.h"
#include "core/sync.h"
#include "its/its.h"

/* LPIs that a job does at one go: a word of bits of the pending table. */
#define GROUP 64u
/*
 * Where the bits of LPIs begin, in bytes: bit n is INTID n's, and INTIDs below
 * 8192 are no LPIs.  The library neither reads nor writes what is before.
 */
#define TABLE_START (GIC_LPI_BASE / 8)

/*
 * Some LPIs at one redistributor.  They are counted from 0, and `first` is a
 * multiple of 64.
 */
struct group {
	struct vgic_vcpu *vcpu;
	uint32_t first, count;
};

/*
 * Does this redistributor have the LPI pending, or does one of the LPI's events
 * go there?  If some of its events are not known, it may be.
 */
static bool concerns(const struct vgic *gic, uint32_t vcpu, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);
	bool others;

	if (w_pending(word) && w_target(word) == vcpu) {
		return true;
	}
	(void)vgic_lpi_event(gic, index, &others);
	return others || vgic_lpi_home(gic, index) == vcpu;
}

/*
 * How many LPIs of a group have ever been mapped or pending.  The others are as
 * after reset and need no look.
 */
static uint32_t nr_used(const struct its_run *run, const struct group *g)
{
	uint32_t end = run->gic->lpi_end - run->gic->first_lpi;

	if (end <= g->first) {
		return 0;
	}
	return end - g->first < g->count ? end - g->first : g->count;
}

/* How many LPIs of a group the guest's pending table has room for. */
static uint32_t nr_in_table(const struct its_run *run, const struct group *g)
{
	uint32_t n = vgic_lpi_nr_configured(run->gic);

	if (n <= g->first) {
		return 0;
	}
	return n - g->first < g->count ? n - g->first : g->count;
}

/* The guest address of a redistributor's pending table. */
static uint64_t table_of(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->gicr_pendbaser) &
	       GICR_PENDBASER_PhysAddr_MASK;
}

/*
 * Read the bits of a group; bit n is its n-th LPI.  False: they are not in
 * guest memory, and all are 0.
 */
static bool read_table(struct its_run *run, const struct group *g,
		       uint64_t *bits)
{
	uint32_t n = (nr_in_table(run, g) + 7) / 8;
	uint32_t end = TABLE_START + (vgic_lpi_nr_configured(run->gic) + 7) / 8;
	const uint8_t *byte =
		n ? vgic_lpi_read_bytes(run, &run->pending, table_of(g->vcpu),
					TABLE_START + g->first / 8, n, end) :
		    NULL;

	*bits = 0;
	for (uint32_t i = 0; byte && i < n; i++) {
		*bits |= (uint64_t)byte[i] << 8 * i;
	}
	return byte || !n;
}

/*
 * Write the bits of a group.  LPIs that the group does not have keep theirs,
 * and a byte that has the right bits already is not written, since each one is
 * a call of write_guest.  False: the table is not in guest memory.
 */
static bool write_table(struct its_run *run, const struct group *g,
			uint64_t bits)
{
	const struct vgic_config *config = &run->gic->config;
	uint64_t at = table_of(g->vcpu) + TABLE_START + g->first / 8;
	uint32_t n = nr_in_table(run, g);
	uint64_t mask = n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX, was;
	bool there = read_table(run, g, &was);

	bits = (was & ~mask) | (bits & mask);
	for (uint32_t i = 0; there && i < 8; i++) {
		uint8_t byte = (uint8_t)(bits >> 8 * i);

		if (byte != (uint8_t)(was >> 8 * i)) {
			run->left -= ITS_COST_MEMORY;
			there = !config->host->write_guest(config->host_ctx,
							   at + i, &byte, 1);
		}
	}
	return there;
}

/* The library treats PTZ as the guest's word that all bits are 0. */
bool vgic_lpi_read_pending(struct its_run *run, uint32_t vcpu, uint32_t index,
			   bool *pending)
{
	uint32_t lpi = index - run->gic->first_lpi;
	const struct group g = {
		.vcpu = &run->gic->vcpus[vcpu],
		.first = lpi - lpi % GROUP,
		.count = lpi % GROUP + 1,
	};
	uint64_t bits;

	*pending = false;
	if (lpi % GROUP >= nr_in_table(run, &g) ||
	    (vgic_load_relaxed(&g.vcpu->gicr_pendbaser) & GICR_PENDBASER_PTZ)) {
		return true;
	}
	/*
	 * Not from a piece that was read earlier: the guest may have written
	 * there.
	 */
	run->pending.count = 0;
	if (!read_table(run, &g, &bits)) {
		return false;
	}
	*pending = bits >> lpi % GROUP & 1;
	return true;
}

/*
 * The redistributor looks at an LPI for the first time since it takes LPIs: its
 * configuration is read, and if its bit was set it is pending here from now on,
 * wherever its event may go.
 */
static void take_up(struct its_run *run, const struct group *g, uint32_t index,
		    bool pending)
{
	struct vgic_lpi_edit edit = { LPI_KEEP };
	uint8_t config;

	(void)vgic_lpi_read_config(run, index, &config);
	edit.config = config;
	if (pending) {
		vgic_lpi_use(run->gic, index);
		edit.target = g->vcpu->index;
		edit.pend = true;
	}
	(void)vgic_lpi_edit(run, index, &edit);
}

/*
 * The job of EnableLPIs = 1 for one group: take up all LPIs whose bit is set,
 * and all that are sent here.  If the table is not in memory no bit is set.
 * This job waits for nobody.
 */
static bool enable(struct its_run *run, const struct group *g)
{
	const struct vgic *gic = run->gic;
	uint32_t n = nr_used(run, g), vcpu = g->vcpu->index;
	bool zero = vgic_load_relaxed(&g->vcpu->gicr_pendbaser) &
		    GICR_PENDBASER_PTZ;
	uint64_t bits = 0;

	if (!zero && read_table(run, g, &bits) && bits) {
		uint32_t in_table = nr_in_table(run, g);

		n = n < in_table ? in_table : n;
	}
	run->left -= ITS_COST_GROUP + ITS_COST_LOOK * (int64_t)n;
	run->enabling = vcpu;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t index = gic->first_lpi + g->first + i;
		bool pending = bits >> i & 1;

		if (pending || concerns(gic, vcpu, index)) {
			take_up(run, g, index, pending);
		}
	}
	run->enabling = VGIC_NIL;
	return true;
}

/*
 * Is the LPI in a list register of a vCPU that is in the guest?  The guest may
 * have acknowledged it there, which the word will only say after the exit.  A
 * vCPU that is out of the guest has its attention bit set by the edit that came
 * before, and lets go of the LPI before it enters.  The load pairs with the
 * changes of run_seq in vgic_enter() and vgic_exit().
 */
static bool in_flight(const struct its_run *run, uint32_t vcpu, uint32_t index)
{
	uint64_t word = vgic_irq_word(run->gic, index);

	return w_place(word) == PLACE_LR && w_pending(word) &&
	       w_target(word) == vcpu &&
	       (vgic_load_seq(&run->gic->vcpus[w_owner(word)].run_seq) & 1);
}

/*
 * The redistributor takes LPIs no more: disable all of the group there, with a
 * new stamp, so that no message that was translated earlier makes one pending.
 * A vCPU that has one in a list register is kicked and gives it back.  False:
 * some vCPU has not done so yet; the guest has to repeat its access.
 */
static bool shut(struct its_run *run, const struct group *g)
{
	const struct vgic_lpi_edit edit = { LPI_KEEP, .stamp = true };
	const struct vgic *gic = run->gic;
	uint32_t used = nr_used(run, g), vcpu = g->vcpu->index;
	bool waits = false;

	run->left -= ITS_COST_GROUP + ITS_COST_LOOK * (int64_t)used;
	for (uint32_t i = 0; i < used; i++) {
		uint32_t index = gic->first_lpi + g->first + i;

		if (concerns(gic, vcpu, index)) {
			(void)vgic_lpi_edit(run, index, &edit);
			waits |= in_flight(run, vcpu, index);
		}
	}
	return !waits;
}

/* Take back what is pending at the redistributor; returns it as bits. */
static uint64_t take_out(struct its_run *run, const struct group *g)
{
	struct vgic_lpi_edit edit = { LPI_KEEP, .unpend = true };
	uint32_t used = nr_used(run, g);
	uint64_t bits = 0;

	edit.from = g->vcpu->index;
	for (uint32_t i = 0; i < used; i++) {
		uint32_t index = run->gic->first_lpi + g->first + i;

		if (vgic_lpi_edit(run, index, &edit)) {
			bits |= UINT64_C(1) << i;
		}
	}
	return bits;
}

/*
 * The job of EnableLPIs = 0 for one group.  What is pending moves to the table
 * only when no vCPU can still be acknowledging it: otherwise an interrupt would
 * be delivered twice, now and when LPIs are turned on again.
 */
static bool disable(struct its_run *run, const struct group *g)
{
	if (!shut(run, g)) {
		return false;
	}
	(void)write_table(run, g, take_out(run, g));
	return true;
}

/*
 * The job of a reset: what was pending is dropped, so it does not matter
 * whether a vCPU acknowledges it at this moment, and nothing is waited for.
 */
static bool quit(struct its_run *run, const struct group *g)
{
	(void)shut(run, g);
	(void)take_out(run, g);
	return true;
}

/* For the embedder's question where an interrupt goes (core/arch.h). */
uint32_t vgic_its_target(const struct vgic *gic, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);

	return w_pending(word) ? w_target(word) : vgic_lpi_home(gic, index);
}

/*
 * The job is stored before EnableLPIs: vgic_lpi_is_on() loads them in the
 * opposite order, so no thread takes all LPIs to be on before the job has
 * begun.
 */
void vgic_lpi_start(struct vgic_vcpu *vcpu, enum lpi_job job)
{
	uint32_t ctlr = vgic_load_relaxed(&vcpu->gicr_ctlr);
	uint64_t base = vgic_load_relaxed(&vcpu->gicr_pendbaser);

	vgic_store_seq(&vcpu->lpi_job, (uint32_t)FIELD_PUT(LPI_JOB, job));
	/*
	 * Other vCPUs may write the other bits of GICR_CTLR at the same time.
	 */
	while (!vgic_cas(&vcpu->gicr_ctlr, &ctlr,
			 job == LPI_GO_ON ? ctlr | GICR_CTLR_EnableLPIs :
					    ctlr & ~GICR_CTLR_EnableLPIs)) {
	}
	/*
	 * From here on the library writes to the table, so it is not all zeros
	 * any more.
	 */
	if (job == LPI_GO_OFF) {
		vgic_store_relaxed(&vcpu->gicr_pendbaser,
				   base & ~GICR_PENDBASER_PTZ);
	}
}

/*
 * The cursor is stored after each group, so that any vCPU's thread can go on
 * from there.  These stores pair with the load of vgic_lpi_is_on(): a message
 * that finds an LPI on finds the words of its group taken up.
 */
bool vgic_lpi_go_on(struct its_run *run, struct vgic_vcpu *vcpu)
{
	static bool (*const jobs[])(struct its_run * run,
				    const struct group *g) = {
		[LPI_GO_ON] = enable,
		[LPI_GO_OFF] = disable,
		[LPI_QUIT] = quit,
	};
	uint32_t nr_lpis = run->gic->config.its.nr_lpis;
	enum lpi_job job = lpi_job_of(vcpu);
	struct group g = {
		.vcpu = vcpu,
		.first = (uint32_t)FIELD_GET(LPI_JOB_AT,
					     vgic_load_seq(&vcpu->lpi_job)),
	};

	run->pending.count = 0;
	while (job && g.first < nr_lpis) {
		g.count = nr_lpis - g.first < GROUP ? nr_lpis - g.first : GROUP;
		if (!its_has_time(run) || !jobs[job](run, &g)) {
			return false;
		}
		g.first += g.count;
		vgic_store_seq(&vcpu->lpi_job,
			       (uint32_t)(FIELD_PUT(LPI_JOB, job) |
					  FIELD_PUT(LPI_JOB_AT, g.first)));
	}
	/*
	 * The job of a reset stays marked until vgic_vcpu_reset() clears the
	 * field: repeated calls must not begin it again.
	 */
	if (job != LPI_QUIT) {
		vgic_store_seq(&vcpu->lpi_job, 0);
	}
	return true;
}

/*
 * LPIs that are queued for this vCPU leave it by the edits of the job.  Other
 * vCPUs may hold the engine meanwhile, so this has to be called until it says
 * yes.
 */
bool vgic_its_quit(struct vgic_vcpu *vcpu)
{
	struct its_run run;
	bool done;

	if (!vcpu->gic->config.its.nr_its) {
		return true;
	}
	if (!vgic_its_begin(&run, vcpu->gic, vcpu, false)) {
		return false;
	}
	if (lpi_job_of(vcpu) != LPI_QUIT) {
		vgic_lpi_start(vcpu, LPI_QUIT);
	}
	done = vgic_lpi_go_on(&run, vcpu);
	return vgic_its_end(&run) && done;
}

/* What is pending at a redistributor that takes LPIs, as bits. */
static uint64_t pending_bits(struct its_run *run, const struct group *g)
{
	uint32_t used = nr_used(run, g);
	uint64_t bits = 0;

	for (uint32_t i = 0; i < used; i++) {
		uint64_t word = vgic_irq_word(run->gic, run->gic->first_lpi +
								g->first + i);

		if (w_pending(word) && w_target(word) == g->vcpu->index) {
			bits |= UINT64_C(1) << i;
		}
	}
	return bits;
}

/*
 * Write the pending table of a redistributor that is on, up to the last LPI
 * that was ever used.  Of those beyond, the table says already what it said
 * when EnableLPIs became 1, which is that they are not pending.
 */
static bool save_table(struct its_run *run, struct vgic_vcpu *vcpu)
{
	struct group g = { .vcpu = vcpu, .count = GROUP };
	uint64_t base = vgic_load_relaxed(&vcpu->gicr_pendbaser);

	run->pending.count = 0;
	for (; nr_used(run, &g); g.first += GROUP) {
		struct group used = g;

		used.count = nr_used(run, &g);
		if (!write_table(run, &used, pending_bits(run, &used))) {
			return false;
		}
	}
	vgic_store_relaxed(&vcpu->gicr_pendbaser, base & ~GICR_PENDBASER_PTZ);
	return true;
}

/* No vCPU runs, so jobs run to their end here. */
bool vgic_lpi_save_pending(struct its_run *run)
{
	bool there = true;

	for (uint32_t i = 0; i < run->gic->config.nr_vcpus; i++) {
		struct vgic_vcpu *vcpu = &run->gic->vcpus[i];

		(void)vgic_lpi_go_on(run, vcpu);
		if (vgic_lpis_on(run->gic, i)) {
			there &= save_table(run, vcpu);
		}
	}
	return there;
}

/*
 * vcpu->lpi_reads counts the LPIs whose configuration was read for this
 * redistributor, round and round, by whichever vCPU asked.  A vCPU notes as its
 * ticket the count at which each LPI will have been read since it asked; so
 * several vCPUs that ask at once share one round, and none starves.  The ticket
 * is kept where core/sync.h keeps those of exact reads, since a vCPU repeats
 * one access at a time.
 */
bool vgic_lpi_reload_all(struct its_run *run, struct vgic_vcpu *vcpu,
			 uint64_t key)
{
	const struct vgic *gic = run->gic;
	uint32_t nr_lpis = gic->config.its.nr_lpis;

	vgic_sync_begin(run->self, key);
	if (run->self->sync_ticket == 0) {
		uint32_t ticket = (uint32_t)vcpu->lpi_reads + nr_lpis;

		/* A ticket of 0 would mean that there is none. */
		run->self->sync_ticket = ticket ? ticket : 1;
	}
	while ((int32_t)((uint32_t)vcpu->lpi_reads - run->self->sync_ticket) <
	       0) {
		uint32_t lpi = (uint32_t)(vcpu->lpi_reads % nr_lpis);
		uint32_t index = gic->first_lpi + lpi;

		if (!its_has_time(run)) {
			return false;
		}
		run->left -= ITS_COST_LOOK;
		if (index >= gic->lpi_end) {
			/*
			 * From here on no LPI was ever used: the round is
			 * through.
			 */
			vcpu->lpi_reads += nr_lpis - lpi;
			continue;
		}
		if (concerns(gic, vcpu->index, index)) {
			vgic_lpi_reload(run, index);
		}
		vcpu->lpi_reads++;
	}
	vgic_sync_end(run->self);
	return true;
}
