/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redistributors that start and stop taking LPIs, and their pending tables.
 *
 * A table is read when EnableLPIs becomes 1, and written when it becomes 0.  In
 * between, what is pending is known from the words.  Both are done for some
 * LPIs at a time; vgic_vcpu.lpi_job says how far.  IHI 0069 5.1.2
 */
#include "core/irq.h"
#include "core/sync.h"
#include "its/its.h"

/* LPIs that are gone through at one go. */
#define GROUP 64u
/* The first kilobyte of a pending table has no LPIs. */
#define TABLE_START (GIC_LPI_BASE / 8)

/* Some LPIs of one redistributor, counted from 0; `first` a multiple of 64. */
struct group {
	struct vgic_vcpu *vcpu;
	uint32_t first, count;
};

/* Has this redistributor an LPI pending, or is it to get its messages? */
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

/* LPIs of a group that have been used; the others are as after reset. */
static uint32_t nr_used(const struct its_run *run, const struct group *g)
{
	uint32_t end = run->gic->lpi_end - run->gic->first_lpi;

	if (end <= g->first) {
		return 0;
	}
	return end - g->first < g->count ? end - g->first : g->count;
}

/* LPIs of a group that the pending table has. */
static uint32_t nr_in_table(const struct its_run *run, const struct group *g)
{
	uint32_t n = vgic_lpi_nr_configured(run->gic);

	if (n <= g->first) {
		return 0;
	}
	return n - g->first < g->count ? n - g->first : g->count;
}

static uint64_t table_of(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->gicr_pendbaser) &
	       GICR_PENDBASER_PhysAddr_MASK;
}

/* Bit n is the n-th LPI's of a group; false: not in memory, all zero. */
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

/* These bits of a group's LPIs; bytes that say so already are not written. */
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
			there = !config->host->write_guest(
				config->host_ctx, at + i, &byte, 1);
		}
	}
	return there;
}

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
	run->pending.count = 0;
	if (!read_table(run, &g, &bits)) {
		return false;
	}
	*pending = bits >> lpi % GROUP & 1;
	return true;
}

/* The redistributor looks at an LPI for the first time. */
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

/* EnableLPIs is 1.  All that the table says is pending is so here now. */
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
 * In a register of a vCPU that runs its guest it may have been taken.  One that
 * does not has been told to look at its registers, and will before it does.
 */
static bool in_flight(const struct its_run *run, uint32_t vcpu, uint32_t index)
{
	uint64_t word = vgic_irq_word(run->gic, index);

	return w_place(word) == PLACE_LR && w_pending(word) &&
	       w_target(word) == vcpu &&
	       (vgic_load_seq(&run->gic->vcpus[w_owner(word)].run_seq) & 1);
}

/*
 * The redistributor takes no LPIs any more: none of the group is enabled for
 * it, and who has one in a list register lets go of it.  False: not yet.
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

/* Take what is pending at the redistributor out of the words. */
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

/* EnableLPIs is 0. */
static bool disable(struct its_run *run, const struct group *g)
{
	if (!shut(run, g)) {
		return false;
	}
	(void)write_table(run, g, take_out(run, g));
	return true;
}

/* The vCPU was reset: nobody waits for what it had. */
static bool quit(struct its_run *run, const struct group *g)
{
	(void)shut(run, g);
	(void)take_out(run, g);
	return true;
}

uint32_t vgic_its_target(const struct vgic *gic, uint32_t index)
{
	uint64_t word = vgic_irq_word(gic, index);

	return w_pending(word) ? w_target(word) : vgic_lpi_home(gic, index);
}

void vgic_lpi_start(struct vgic_vcpu *vcpu, enum lpi_job job)
{
	uint32_t ctlr = vgic_load_relaxed(&vcpu->gicr_ctlr);
	uint64_t base = vgic_load_relaxed(&vcpu->gicr_pendbaser);

	vgic_store_seq(&vcpu->lpi_job, (uint32_t)FIELD_PUT(LPI_JOB, job));
	while (!vgic_cas(&vcpu->gicr_ctlr, &ctlr,
			 job == LPI_GO_ON ? ctlr | GICR_CTLR_EnableLPIs :
					    ctlr & ~GICR_CTLR_EnableLPIs)) {
	}
	/* From here on the table is not all zeros, whatever it was before. */
	if (job == LPI_GO_OFF) {
		vgic_store_relaxed(&vcpu->gicr_pendbaser,
				   base & ~GICR_PENDBASER_PTZ);
	}
}

bool vgic_lpi_go_on(struct its_run *run, struct vgic_vcpu *vcpu)
{
	static bool (*const jobs[])(struct its_run *run,
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
		g.count = nr_lpis - g.first < GROUP ? nr_lpis - g.first :
						      GROUP;
		if (!its_has_time(run) || !jobs[job](run, &g)) {
			return false;
		}
		g.first += g.count;
		vgic_store_seq(&vcpu->lpi_job,
			       (uint32_t)(FIELD_PUT(LPI_JOB, job) |
					  FIELD_PUT(LPI_JOB_AT, g.first)));
	}
	/* A reset is known to be through until vgic_vcpu_reset() is. */
	if (job != LPI_QUIT) {
		vgic_store_seq(&vcpu->lpi_job, 0);
	}
	return true;
}

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

/* What is pending at a redistributor that is on. */
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

/* As far as LPIs have been used: of the others the table says enough. */
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
 * vcpu->lpi_reads counts LPIs whose configuration was looked at, whoever asked:
 * once all have been since this vCPU asked, it has what it wants.
 */
bool vgic_lpi_reload_all(struct its_run *run, struct vgic_vcpu *vcpu,
			 uint64_t key)
{
	const struct vgic *gic = run->gic;
	uint32_t nr_lpis = gic->config.its.nr_lpis;

	vgic_sync_begin(run->self, key);
	if (run->self->sync_ticket == 0) {
		uint32_t ticket = (uint32_t)vcpu->lpi_reads + nr_lpis;

		/* Zero means none. */
		run->self->sync_ticket = ticket ? ticket : 1;
	}
	while ((int32_t)((uint32_t)vcpu->lpi_reads -
			 run->self->sync_ticket) < 0) {
		uint32_t lpi = (uint32_t)(vcpu->lpi_reads % nr_lpis);
		uint32_t index = gic->first_lpi + lpi;

		if (!its_has_time(run)) {
			return false;
		}
		run->left -= ITS_COST_LOOK;
		if (index >= gic->lpi_end) {
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
