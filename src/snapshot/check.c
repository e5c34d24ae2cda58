/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May all of a snapshot be restored?  Nothing is changed here, and nothing
 * can go wrong later.  Linear, or nearly so, and without memory of its own.
 */
#include "snapshot/snapshot.h"

#include "its/its.h"
#include "regs/gicv2.h"
#include "v5/v5.h"

static int fail(struct snap_check *c, const struct snap_record *record,
		int error, const char *what)
{
	return snap_fail(&c->reader, record, error, what);
}

/* The shape of the machine: what the guest could tell. */
static int check_shape(struct snap_check *c, const struct snap_record *record)
{
	const struct vgic_config *config = &c->gic->config;
	const struct snap_machine *m = &c->machine;

	if (m->nr_vcpus != config->nr_vcpus) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has another number of vCPUs");
	}
	if (m->nr_spis != config->nr_spis) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has another number of SPIs");
	}
	snap_get_lpi_shape(record, &c->lpi_shape);
	if (c->lpi_shape.nr_its != config->its.nr_its ||
	    c->lpi_shape.nr_lpis != config->its.nr_lpis) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has another number of ITSs or LPIs");
	}
	/* Before, what ITSs mapped was in guest memory alone. */
	if (c->lpi_shape.nr_its && c->reader.minor < 3) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "before version 1.3 it has no events of ITSs");
	}
	if (!c->gic->v5) {
		return VGIC_OK;
	}
	if (m->lpi_id_bits != config->v5.lpi_id_bits ||
	    m->nr_irs != config->v5.nr_irs) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has other IRSs or bits of LPI IDs");
	}
	for (uint32_t b = 0; b < 2; b++) {
		if (m->ppi_implemented[b] != config->v5.ppi_implemented[b] ||
		    m->ppi_level[b] != config->v5.ppi_level[b]) {
			return fail(c, record, VGIC_E_NOTSUP,
				    "it has other PPIs");
		}
	}
	return VGIC_OK;
}

/* The CPU interface has to be capable of what the old one was. */
static int check_caps(struct snap_check *c, const struct snap_record *record)
{
	const struct vgic_cpuif_caps *caps = &c->gic->config.caps;
	const struct snap_machine *m = &c->machine;

	if (m->pre_bits < 5 || m->pre_bits > 7) {
		return fail(c, record, VGIC_E_FORMAT,
			    "no GIC has so many preemption bits");
	}
	if (m->pri_bits > caps->pri_bits) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "this vGIC has fewer priority bits");
	}
	if (m->pre_bits > caps->pre_bits) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "this vGIC has fewer preemption bits");
	}
	if (m->id_bits > caps->id_bits) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "this vGIC has fewer INTID bits");
	}
	if (m->a3v && !caps->a3v) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "this vGIC has no affinity level 3");
	}
	return VGIC_OK;
}

static int check_machine(struct snap_check *c,
			 const struct snap_record *record)
{
	int error = snap_one(&c->reader, record, &snap_machine_layout,
			     &c->machine);

	c->has_machine = true;
	if (!error) {
		error = check_shape(c, record);
	}
	if (!error && !c->gic->v5) {
		error = check_caps(c, record);
	}
	return error;
}

static int check_dist(struct snap_check *c, const struct snap_record *record)
{
	struct snap_dist d;
	int error = snap_one(&c->reader, record, &snap_dist_layout, &d);

	if (!error && d.revision != 2 && d.revision != 3) {
		error = fail(c, record, VGIC_E_NOTSUP,
			     "GICD_IIDR.Revision is neither 2 nor 3");
	}
	return error;
}

static int check_irs(struct snap_check *c, const struct snap_record *record)
{
	struct snap_array array;
	struct snap_irs_hidden hidden;
	struct snap_irs irs;
	int error = snap_entries(&c->reader, record, snap_irs_layout.size,
				 &array);

	if (error) {
		return error;
	}
	if (array.count != c->gic->config.v5.nr_irs) {
		return fail(c, record, VGIC_E_FORMAT,
			    "it has not as many entries as there are IRSs");
	}
	for (uint32_t i = 0; i < array.count; i++) {
		if (!snap_decode(&snap_irs_layout, snap_entry(&array, i),
				 &irs) ||
		    !snap_get_irs_hidden(&array, i, &hidden)) {
			return snap_fail_at(&c->reader, &array, i,
					    VGIC_SNAPSHOT_NONE, VGIC_E_FORMAT,
					    "a bit is set that does not exist");
		}
	}
	return VGIC_OK;
}

static int check_chunks(struct snap_check *c, const struct snap_record *record)
{
	const struct vgic_v5 *v5 = c->gic->v5;

	if (c->nr_chunks > v5->nr_chunks) {
		return fail(c, record, VGIC_E_NOMEM,
			    "this vGIC has room for fewer LPIs");
	}
	for (uint32_t i = 0; i < c->nr_chunks; i++) {
		const uint8_t *at = c->chunks + (size_t)i * 4;

		if (snap_get(at, 4) >= v5->nr_chunk_ids ||
		    (i && snap_get(at, 4) <= snap_get(at - 4, 4))) {
			return fail(c, record, VGIC_E_FORMAT,
				    "its LPIs are out of range or order");
		}
	}
	return VGIC_OK;
}

static int check_ist(struct snap_check *c, const struct snap_record *record)
{
	struct snap_ist ist;
	int error = snap_one(&c->reader, record, &snap_ist_layout, &ist);

	if (error) {
		return error;
	}
	c->chunks = record->data + snap_ist_layout.size;
	c->nr_chunks = (record->length - snap_ist_layout.size) / 4;
	if (record->length % 4 || FIELD_GET(IRS_IST_CFGR_ISTSZ, ist.cfgr) > 2 ||
	    FIELD_GET(IRS_IST_CFGR_L2SZ, ist.cfgr) > 2) {
		return fail(c, record, VGIC_E_FORMAT,
			    "a size does not exist");
	}
	if (c->nr_chunks &&
	    (ist.deferred || !(ist.baser & IRS_IST_BASER_VALID))) {
		return fail(c, record, VGIC_E_FORMAT,
			    "there are LPIs, but no table of them");
	}
	return check_chunks(c, record);
}

static uint32_t number_of(const struct snap_record *record)
{
	uint32_t at = snap_vcpu_layout.size;

	return record->length >= at + SNAP_NUMBER_SIZE ?
		       (uint32_t)snap_get(record->data + at,
					  SNAP_NUMBER_SIZE) :
		       record->vcpu;
}

static int check_vcpu(struct snap_check *c, const struct snap_record *record)
{
	const struct vgic_vcpu *vcpu = &c->gic->vcpus[record->vcpu];
	struct snap_vcpu v;
	int error = snap_one(&c->reader, record, &snap_vcpu_layout, &v);

	if (error) {
		return error;
	}
	if (v.mpidr != vcpu->mpidr) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has another affinity");
	}
	if (c->gic->config.model == VGIC_GICV3 &&
	    number_of(record) != vcpu->number) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "it has another processor number");
	}
	if (v.pri_bits > c->gic->config.caps.pri_bits ||
	    v.id_bits > c->gic->config.caps.id_bits) {
		return fail(c, record, VGIC_E_NOTSUP,
			    "this vGIC has fewer priority or INTID bits");
	}
	c->gicr_ctlr = v.ctlr;
	if ((v.ctlr & GICR_CTLR_EnableLPIs) && !c->gic->config.its.nr_its) {
		return fail(c, record, VGIC_E_FORMAT, "there are no LPIs");
	}
	/* ChildrenAsleep follows ProcessorSleep at once. */
	if (!(v.waker & GICR_WAKER_ProcessorSleep) !=
	    !(v.waker & GICR_WAKER_ChildrenAsleep)) {
		return fail(c, record, VGIC_E_FORMAT,
			    "GICR_WAKER is half asleep");
	}
	return VGIC_OK;
}

static int check_cpuif(struct snap_check *c, const struct snap_record *record)
{
	struct snap_cpuif s;
	int error = snap_one(&c->reader, record, &snap_cpuif_layout, &s);

	for (uint32_t n = 0; n < 4 && !error; n++) {
		uint32_t bits = snap_apr_bits(c->machine.pre_bits, n);

		if ((s.ap0r[n] | s.ap1r[n]) & ~bits) {
			error = fail(c, record, VGIC_E_FORMAT,
				     "a priority is active that does not "
				     "exist");
		}
	}
	return error;
}

static int check_cpuif5(struct snap_check *c, const struct snap_record *record)
{
	struct snap_cpuif5 s;

	return snap_one(&c->reader, record, &snap_cpuif5_layout, &s);
}

static bool has_chunk(const struct snap_check *c, uint32_t lpi)
{
	return snap_find_irq(c->chunks, 4, c->nr_chunks,
			     lpi / V5_LPI_CHUNK) != NULL;
}

/* Is there such an interrupt, private or shared as the record is? */
static bool exists(const struct snap_check *c, uint32_t vcpu, uint32_t intid)
{
	bool private = vcpu != VGIC_SNAPSHOT_NONE;
	enum vgic_irq_kind kind = vgic_irq_kind(c->gic, intid);

	if (c->gic->v5 && (intid & ~(uint32_t)(FIELD_MASK(GICV5_INTID_TYPE) |
					       FIELD_MASK(GICV5_INTID_ID)))) {
		return false;
	}
	if (private != (kind == VGIC_SGI || kind == VGIC_PPI)) {
		return false;
	}
	if (c->gic->v5 && kind == VGIC_LPI) {
		return FIELD_GET(GICV5_INTID_TYPE, intid) ==
			       GICV5_INTID_TYPE_LPI &&
		       has_chunk(c, (uint32_t)FIELD_GET(GICV5_INTID_ID,
							intid));
	}
	return vgic_irq_index(c->gic, private ? vcpu : 0, intid) != VGIC_NIL;
}

/* What the route may be: senders, targets, or an affinity. */
static uint32_t route_bits(const struct snap_check *c, uint32_t intid)
{
	const struct vgic_config *config = &c->gic->config;
	uint32_t cpus = (1u << (config->nr_vcpus & 31)) - 1;
	enum vgic_irq_kind kind = vgic_irq_kind(c->gic, intid);

	if (config->model == VGIC_GICV2 && kind != VGIC_PPI) {
		return kind == VGIC_SGI ? cpus | 7u << 8 : cpus;
	}
	if (kind == VGIC_SGI || kind == VGIC_PPI) {
		return 0;
	}
	if (c->gic->v5) {
		return 0xffff;
	}
	if (kind == VGIC_LPI) {
		return SNAP_LPI_MAPPED |
		       (uint32_t)(FIELD_MASK(SNAP_LPI_EVENT) |
				  FIELD_MASK(SNAP_LPI_TARGET));
	}
	return config->caps.a3v ? UINT32_MAX : 0xffffff;
}

/* An index with the same carried bits; an LPI may not have its words yet. */
static uint32_t like(const struct snap_check *c, uint32_t vcpu, uint32_t intid)
{
	if (c->gic->v5 && vgic_irq_kind(c->gic, intid) == VGIC_LPI) {
		return c->gic->first_lpi;
	}
	return vgic_irq_index(c->gic,
			      vcpu == VGIC_SNAPSHOT_NONE ? 0 : vcpu, intid);
}

/* An active interrupt that is somebody's, with its place among the others. */
static const char *wrong_rank(const struct snap_check *c, uint32_t vcpu,
			      const struct snap_irq *irq)
{
	if (irq->rank == VGIC_NIL) {
		return irq->holder == SNAP_NO_VCPU ?
			       NULL : "it is held without a rank";
	}
	if (!(irq->state & SNAP_IRQ_ACTIVE) || !c->gic->holds_actives) {
		return "it has a rank and is not active";
	}
	if (vcpu != VGIC_SNAPSHOT_NONE ? irq->holder != vcpu :
					 irq->holder >=
						 c->gic->config.nr_vcpus) {
		return "it is active on a vCPU that cannot have it";
	}
	return NULL;
}

static const char *wrong_irq(struct snap_check *c, uint32_t vcpu,
			     const struct snap_irq *irq)
{
	bool active = irq->state & SNAP_IRQ_ACTIVE;
	uint64_t carried;

	if (!exists(c, vcpu, irq->intid)) {
		return "there is no such interrupt";
	}
	carried = snap_carried(c->gic, like(c, vcpu, irq->intid));
	if (irq->state & ~snap_state(carried)) {
		return "it has state that it cannot have";
	}
	if ((irq->state & SNAP_IRQ_ACKED) && !active) {
		return "it was acknowledged and is not active";
	}
	if (irq->active_priority && !(active && c->gic->holds_actives)) {
		return "it has an active priority and is not active";
	}
	if (irq->route & ~route_bits(c, irq->intid)) {
		return "its route goes where no vCPU is";
	}
	if (!c->gic->v5 && vgic_irq_kind(c->gic, irq->intid) == VGIC_LPI) {
		return irq->rank == VGIC_NIL && irq->holder == SNAP_NO_VCPU ?
			       snap_wrong_lpi(c, irq) :
			       "no LPI is active";
	}
	return wrong_rank(c, vcpu, irq);
}

static int check_entries(struct snap_check *c, const struct snap_array *array)
{
	uint32_t vcpu = array->record->vcpu, last = 0;
	struct snap_irq irq;

	for (uint32_t i = 0; i < array->count; i++) {
		bool bits = snap_get_irq(snap_entry(array, i), &irq);
		const char *what = bits ? wrong_irq(c, vcpu, &irq) :
					  "a bit is set that does not exist";

		if (i && irq.intid <= last) {
			what = "it is not in the order of INTIDs";
		}
		if (what) {
			return snap_fail_at(&c->reader, array, i, irq.intid,
					    VGIC_E_FORMAT, what);
		}
		last = irq.intid;
		c->ranked += irq.rank != VGIC_NIL;
	}
	return VGIC_OK;
}

static int check_irqs(struct snap_check *c, const struct snap_record *record)
{
	bool private = record->vcpu != VGIC_SNAPSHOT_NONE;
	struct snap_record *keep = private ? &c->private_record :
					     &c->shared_record;
	struct snap_array *array = private ? &c->private : &c->shared;
	int error;

	*keep = *record;
	error = snap_entries(&c->reader, keep, snap_irq_layout.size, array);
	return error ? error : check_entries(c, array);
}

/*
 * Of a vCPU alone there are the places of SPIs, but not the SPIs.  They are
 * taken for what they are when it is restored: those that it has are moved.
 */
static bool is_place(const struct snap_check *c, uint32_t intid)
{
	return c->reader.vcpu != VGIC_SNAPSHOT_NONE &&
	       exists(c, VGIC_SNAPSHOT_NONE, intid);
}

/*
 * The entry of an interrupt.  A private one's may be another vCPU's, when this
 * one has none: that one is its holder.
 */
static const uint8_t *find_active(const struct snap_check *c, uint32_t intid)
{
	enum vgic_irq_kind kind = vgic_irq_kind(c->gic, intid);
	const struct snap_array *in =
		kind == VGIC_SGI || kind == VGIC_PPI ? &c->private : &c->shared;

	return snap_find_irq(in->at, in->entry, in->count, intid);
}

/*
 * Rank and place have to agree: then no interrupt is here twice, and when
 * there are as many as have a rank, none is missing.
 */
static int check_actives(struct snap_check *c,
			 const struct snap_record *record)
{
	struct snap_array array;
	struct snap_irq irq;
	int error = snap_entries(&c->reader, record, 4, &array);

	if (!error && array.count > c->gic->nr_irqs) {
		error = fail(c, record, VGIC_E_FORMAT,
			     "there are not so many interrupts");
	}
	for (uint32_t i = 0; !error && i < array.count; i++) {
		uint32_t intid = (uint32_t)snap_get(snap_entry(&array, i), 4);
		const uint8_t *at = find_active(c, intid);

		if (is_place(c, intid)) {
			continue;
		}
		if (at) {
			(void)snap_get_irq(at, &irq);
		}
		if (!at || irq.rank != i || irq.holder != record->vcpu) {
			error = snap_fail_at(&c->reader, &array, i, intid,
					     VGIC_E_FORMAT,
					     "it is not active there");
		}
		c->ranks++;
	}
	return error;
}

static int check_stats(struct snap_check *c, const struct snap_record *record)
{
	struct snap_stats s;

	return snap_one(&c->reader, record, &snap_stats_layout, &s);
}

#define V2 (1u << VGIC_GICV2)
#define V3 (1u << VGIC_GICV3)
#define V5 (1u << VGIC_GICV5)
#define ALL (V2 | V3 | V5)

/* In the order in which they stand: all of the VM's, then vCPU by vCPU. */
static const struct snap_kind kinds[] = {
	{ VGIC_SNAPSHOT_MACHINE, true, false, ALL, check_machine,
	  snap_apply_nothing },
	{ VGIC_SNAPSHOT_DIST, true, false, V2 | V3, check_dist,
	  snap_apply_dist },
	{ VGIC_SNAPSHOT_IRS, true, false, V5, check_irs, snap_apply_irs },
	{ VGIC_SNAPSHOT_IST, true, false, V5, check_ist, snap_apply_ist },
	{ VGIC_SNAPSHOT_VCPU, false, true, ALL, check_vcpu, snap_apply_vcpu },
	{ VGIC_SNAPSHOT_CPUIF, false, true, V2 | V3, check_cpuif,
	  snap_apply_cpuif },
	{ VGIC_SNAPSHOT_CPUIF5, false, true, V5, check_cpuif5,
	  snap_apply_cpuif5 },
	{ VGIC_SNAPSHOT_IRQS, true, true, ALL, check_irqs, snap_apply_irqs },
	{ VGIC_SNAPSHOT_ACTIVES, false, true, V2 | V3, check_actives,
	  snap_apply_actives },
	{ VGIC_SNAPSHOT_ITS, true, false, V3, snap_check_its,
	  snap_apply_its },
	{ VGIC_SNAPSHOT_LPIS, true, true, V3, snap_check_lpis,
	  snap_apply_lpis },
	{ VGIC_SNAPSHOT_COLLECTIONS, true, false, V3, snap_check_collections,
	  snap_apply_collections },
	{ VGIC_SNAPSHOT_DEVICES, true, false, V3, snap_check_devices,
	  snap_apply_devices },
	{ VGIC_SNAPSHOT_EVENTS, true, false, V3, snap_check_events,
	  snap_apply_events },
	{ VGIC_SNAPSHOT_STATS, false, true, ALL, check_stats,
	  snap_apply_stats },
};

const struct snap_kind *snap_kind(uint32_t type)
{
	for (uint32_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].type == type) {
			return &kinds[i];
		}
	}
	return NULL;
}

static bool has_vcpu(const struct snap_check *c, uint32_t vcpu)
{
	return vcpu < c->gic->config.nr_vcpus && c->gic->vcpus[vcpu].created;
}

/* Whose records a snapshot may have, and those of vCPUs that are there. */
static int check_place(struct snap_check *c, const struct snap_record *record,
		       const struct snap_kind *kind)
{
	bool vm = record->vcpu == VGIC_SNAPSHOT_NONE;
	bool whole = c->reader.vcpu == VGIC_SNAPSHOT_NONE;

	if (!(kind->models >> c->gic->config.model & 1) ||
	    !(vm ? kind->vm : kind->vcpu)) {
		return fail(c, record, VGIC_E_FORMAT,
			    "this model has no such record, or not there");
	}
	if (!whole && (vm ? record->type != VGIC_SNAPSHOT_MACHINE :
			    record->vcpu != c->reader.vcpu)) {
		return fail(c, record, VGIC_E_FORMAT,
			    "it is not of the vCPU that the snapshot is of");
	}
	if (!vm && !has_vcpu(c, record->vcpu)) {
		return fail(c, record, VGIC_E_NOENT, "there is no such vCPU");
	}
	return VGIC_OK;
}

static int check_record(struct snap_check *c, const struct snap_record *record)
{
	const struct snap_kind *kind = snap_kind(record->type);
	uint32_t key = (record->vcpu + 1) << 16 | record->type;
	int error;

	if (!kind) {
		return record->type & VGIC_SNAPSHOT_OPTIONAL ?
			       VGIC_OK :
			       fail(c, record, VGIC_E_NOTSUP,
				    "it is not known and may not be skipped");
	}
	if (key <= c->key) {
		return fail(c, record, VGIC_E_FORMAT,
			    "it is there twice, or too late");
	}
	c->key = key;
	if (!c->has_machine && record->type != VGIC_SNAPSHOT_MACHINE) {
		return fail(c, record, VGIC_E_FORMAT,
			    "it comes before what the machine is");
	}
	error = check_place(c, record, kind);
	return error ? error : kind->check(c, record);
}

/* What is to change has to stand still. */
static bool busy(const struct snap_check *c)
{
	for (uint32_t i = 0; i < c->gic->config.nr_vcpus; i++) {
		if ((c->reader.vcpu == VGIC_SNAPSHOT_NONE ||
		     c->reader.vcpu == i) &&
		    snap_busy(&c->gic->vcpus[i])) {
			return true;
		}
	}
	return false;
}

static int check_header(struct snap_check *c)
{
	const struct snap_record header = { .vcpu = c->reader.vcpu };

	if (c->reader.model != c->gic->config.model) {
		return fail(c, &header, VGIC_E_NOTSUP,
			    "it is of another model");
	}
	if (header.vcpu != VGIC_SNAPSHOT_NONE && !has_vcpu(c, header.vcpu)) {
		return fail(c, &header, VGIC_E_NOENT, "there is no such vCPU");
	}
	return VGIC_OK;
}

/* What only shows when all of it was seen. */
static int check_end(struct snap_check *c)
{
	struct snap_record none = {
		.offset = c->reader.at,
		.type = VGIC_SNAPSHOT_MACHINE,
		.vcpu = VGIC_SNAPSHOT_NONE,
	};

	if (!c->has_machine) {
		return fail(c, &none, VGIC_E_FORMAT,
			    "it does not say of which machine it is");
	}
	if (c->ranked != c->ranks) {
		none.type = VGIC_SNAPSHOT_ACTIVES;
		return fail(c, &none, VGIC_E_FORMAT,
			    "an active interrupt is missing");
	}
	if (c->mapped != c->events) {
		none.type = VGIC_SNAPSHOT_EVENTS;
		return fail(c, &none, VGIC_E_FORMAT,
			    "the event of an LPI is missing");
	}
	return busy(c) ? VGIC_E_BUSY : VGIC_OK;
}

int snap_check(struct snap_check *c, struct vgic *gic, const void *buf,
	       size_t len, struct vgic_snapshot_where *where)
{
	struct snap_record record;
	int error, more;

	*c = (struct snap_check){ .gic = gic };
	error = snap_open(&c->reader, buf, len, where);
	if (!error) {
		error = check_header(c);
	}
	while (!error && (more = snap_next(&c->reader, &record))) {
		error = more < 0 ? more : check_record(c, &record);
	}
	return error ? error : check_end(c);
}

const char *vgic_snapshot_record_name(uint32_t record)
{
	static const char *const names[] = {
		[VGIC_SNAPSHOT_HEADER] = "header",
		[VGIC_SNAPSHOT_MACHINE] = "machine",
		[VGIC_SNAPSHOT_DIST] = "dist",
		[VGIC_SNAPSHOT_IRS] = "irs",
		[VGIC_SNAPSHOT_IST] = "ist",
		[VGIC_SNAPSHOT_VCPU] = "vcpu",
		[VGIC_SNAPSHOT_CPUIF] = "cpuif",
		[VGIC_SNAPSHOT_CPUIF5] = "cpuif5",
		[VGIC_SNAPSHOT_IRQS] = "irqs",
		[VGIC_SNAPSHOT_ACTIVES] = "actives",
		[VGIC_SNAPSHOT_ITS] = "its",
		[VGIC_SNAPSHOT_LPIS] = "lpis",
		[VGIC_SNAPSHOT_COLLECTIONS] = "collections",
		[VGIC_SNAPSHOT_DEVICES] = "devices",
		[VGIC_SNAPSHOT_EVENTS] = "events",
	};

	if (record == VGIC_SNAPSHOT_STATS) {
		return "stats";
	}
	return record < sizeof(names) / sizeof(names[0]) ? names[record] :
							   "unknown";
}
