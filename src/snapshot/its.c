/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of ITSs and of LPIs at redistributors: their checks, and what they
 * change in the VM.  save_its.c writes them.
 *
 * Guest memory is not touched: a VMM may restore it before or after this, so
 * the records have everything that commands made.  Devices, collections and
 * events refer to each other and to the entries of LPIs; the order of records
 * (kinds.c) has each of them after those that it refers to.
 */
#include "core/irq.h"
#include "snapshot/snapshot.h"

#include "its/its.h"

/*
 * Null, or why no guest could have brought an ITS into this state.  The library
 * relies on these: an offset outside the queue, for one, would never be
 * reached.
 */
static const char *wrong_its(const struct snap_its *its)
{
	if (its->creadr >= its_queue_size(its->cbaser) ||
	    its->cwriter >= its_queue_size(its->cbaser)) {
		return "its queue is not so long";
	}
	if (its->baser[ITS_COLLECTIONS] & GITS_BASER_Indirect) {
		return "its collections are one table";
	}
	if (its->ctlr && !(its->cbaser & its->baser[ITS_DEVICES] &
			   its->baser[ITS_COLLECTIONS] & GITS_BASER_Valid)) {
		return "it is enabled without its tables";
	}
	return NULL;
}

/* One entry for each ITS, in their order. */
int vgic_snap_check_its(struct vgic_snap_check *c,
			const struct snap_record *record)
{
	struct snap_array array;
	struct snap_its its;
	int error = vgic_snap_entries(&c->reader, record,
				      vgic_snap_its_layout.size, &array);

	if (error) {
		return error;
	}
	if (array.count != c->gic->config.its.nr_its) {
		return snap_refuse(
			c, record, VGIC_E_FORMAT,
			"it has not as many entries as there are ITSs");
	}
	for (uint32_t i = 0; i < array.count; i++) {
		bool bits = vgic_snap_decode(&vgic_snap_its_layout,
					     snap_entry(&array, i), &its);
		const char *what = bits ? wrong_its(&its) :
					  "a bit is set that does not exist";

		if (what) {
			return vgic_snap_fail_at(&c->reader, &array, i,
						 VGIC_SNAPSHOT_NONE,
						 VGIC_E_FORMAT, what);
		}
	}
	return VGIC_OK;
}

/* vgic_vcpu.lpi_job from behind snap_lpis; if it is not there, no job. */
static uint32_t job_of(const struct snap_record *record)
{
	uint32_t at = vgic_snap_lpis_layout.size;

	return record->length >= at + SNAP_JOB_SIZE ?
		       (uint32_t)snap_get(record->data + at, SNAP_JOB_SIZE) :
		       0;
}

/*
 * Does the job agree with EnableLPIs, and is its cursor one that it can have: a
 * multiple of its group of 64 LPIs, or the end?
 */
static bool job_is_right(const struct vgic_snap_check *c, uint32_t job)
{
	uint32_t at = (uint32_t)FIELD_GET(LPI_JOB_AT, job);
	bool on = c->gicr_ctlr & GICR_CTLR_EnableLPIs;

	switch (FIELD_GET(LPI_JOB, job)) {
	case LPI_IDLE:
		return !job;
	/* A job that turns LPIs on and is at the end is no job any more. */
	case LPI_GO_ON:
		return on &&
		       !(job &
			 ~(FIELD_MASK(LPI_JOB) | FIELD_MASK(LPI_JOB_AT))) &&
		       at % 64 == 0 && at < c->gic->config.its.nr_lpis;
	/* The job of a reset may stand at the end, see vgic_lpi_go_on(). */
	default:
		return !on &&
		       !(job &
			 ~(FIELD_MASK(LPI_JOB) | FIELD_MASK(LPI_JOB_AT))) &&
		       at <= c->gic->config.its.nr_lpis &&
		       (at % 64 == 0 || at == c->gic->config.its.nr_lpis);
	}
}

/*
 * The VM's record has GICR_PROPBASER; a vCPU's has GICR_PENDBASER and its job.
 */
int vgic_snap_check_lpis(struct vgic_snap_check *c,
			 const struct snap_record *record)
{
	bool vm = record->vcpu == VGIC_SNAPSHOT_NONE;
	struct snap_lpis lpis;
	int error = vgic_snap_one(&c->reader, record, &vgic_snap_lpis_layout,
				  &lpis);

	if (!error && (lpis.baser &
		       ~(vm ? LPI_PROPBASER_FIELDS : LPI_PENDBASER_FIELDS))) {
		error = snap_refuse(c, record, VGIC_E_FORMAT,
				    "a bit is set that does not exist");
	}
	if (!error && !vm && !job_is_right(c, job_of(record))) {
		error = snap_refuse(c, record, VGIC_E_FORMAT,
				    "EnableLPIs has not come so far");
	}
	return error;
}

/*
 * Take a record as entries whose first `key` bytes are their key; they have to
 * be in ascending order, at most `most` of them.
 */
static int check_keys(struct vgic_snap_check *c,
		      const struct snap_record *record, uint32_t size,
		      uint32_t key, uint32_t most, struct snap_array *array)
{
	int error = vgic_snap_entries(&c->reader, record, size, array);

	if (error) {
		return error;
	}
	if (array->count > most) {
		return snap_refuse(c, record, VGIC_E_NOMEM,
				   "this vGIC can map fewer");
	}
	for (uint32_t i = 0; i + 1 < array->count; i++) {
		if (snap_get(snap_entry(array, i), key) >=
		    snap_get(snap_entry(array, i + 1), key)) {
			return vgic_snap_fail_at(
				&c->reader, array, i + 1, VGIC_SNAPSHOT_NONE,
				VGIC_E_FORMAT,
				"it is twice there, or too late");
		}
	}
	return VGIC_OK;
}

/* A collection may have no vCPU: events name it, and MAPC has not. */
int vgic_snap_check_collections(struct vgic_snap_check *c,
				const struct snap_record *record)
{
	const struct vgic_config *config = &c->gic->config;
	struct snap_array *array = &c->collections;
	struct snap_collection s;
	int error;

	c->collections_record = *record;
	error = check_keys(c, &c->collections_record,
			   vgic_snap_collection_layout.size, 4,
			   config->its.nr_its * ITS_COLLECTIONS_EACH, array);
	for (uint32_t i = 0; !error && i < array->count; i++) {
		(void)vgic_snap_decode(&vgic_snap_collection_layout,
				       snap_entry(array, i), &s);
		if (s.its >= config->its.nr_its ||
		    (s.vcpu >= config->nr_vcpus && s.vcpu != SNAP_NO_VCPU)) {
			error = vgic_snap_fail_at(
				&c->reader, array, i, VGIC_SNAPSHOT_NONE,
				VGIC_E_FORMAT, "no such vCPU or ITS is there");
		}
	}
	return error;
}

/*
 * An ITT's address is not checked: it is used when a VMM saves the tables, and
 * a guest may choose it freely.
 */
int vgic_snap_check_devices(struct vgic_snap_check *c,
			    const struct snap_record *record)
{
	const struct vgic *gic = c->gic;
	struct snap_array *array = &c->devices;
	struct snap_device s;
	int error;

	c->devices_record = *record;
	error = check_keys(c, &c->devices_record, vgic_snap_device_layout.size,
			   4, gic->records ? gic->records->devices.count : 0,
			   array);
	for (uint32_t i = 0; !error && i < array->count; i++) {
		bool bits = vgic_snap_decode(&vgic_snap_device_layout,
					     snap_entry(array, i), &s);

		if (!bits || s.its >= gic->config.its.nr_its || s.bits < 1 ||
		    s.bits > 16) {
			error = vgic_snap_fail_at(
				&c->reader, array, i, VGIC_SNAPSHOT_NONE,
				VGIC_E_FORMAT, "no such ITS or table is there");
		}
	}
	return error;
}

/* The entry of a device or a collection, or null. */
static const uint8_t *find(const struct snap_array *in, uint32_t its,
			   uint32_t id)
{
	return in->record ? vgic_snap_find_irq(in->at, in->entry, in->count,
					       its << 16 | id) :
			    NULL;
}

/*
 * Null, or what is wrong with the event at this place of its record: its
 * device, its collection and the entry of its LPI have to be there.  Counts it
 * if its LPI names it as the last one.
 */
static const char *wrong_event(struct vgic_snap_check *c,
			       const struct snap_event *s, uint32_t place)
{
	const uint8_t *device = find(&c->devices, s->its, s->device), *lpi;
	struct snap_device of;
	struct snap_irq irq;

	if (!device) {
		return "it has no device";
	}
	(void)vgic_snap_decode(&vgic_snap_device_layout, device, &of);
	if (s->event >> of.bits) {
		return "its device has not so many events";
	}
	if (!find(&c->collections, s->its, s->icid)) {
		return "it has no collection";
	}
	lpi = lpi_exists(c->gic, s->lpi) && c->shared.record ?
		      vgic_snap_find_irq(c->shared.at, c->shared.entry,
					 c->shared.count, s->lpi) :
		      NULL;
	if (!lpi) {
		return "it has no LPI";
	}
	(void)vgic_snap_get_irq(lpi, &irq);
	c->events += FIELD_GET(SNAP_LPI_EVENT, irq.route) == place;
	return irq.route & SNAP_LPI_MAPPED ? NULL : "its LPI has none";
}

/*
 * Runs after the entries of LPIs were checked, and the lists that it searches.
 */
int vgic_snap_check_events(struct vgic_snap_check *c,
			   const struct snap_record *record)
{
	const struct vgic *gic = c->gic;
	struct snap_array array;
	struct snap_event s;
	int error = check_keys(c, record, vgic_snap_event_layout.size, 6,
			       gic->records ? gic->records->events.count : 0,
			       &array);

	for (uint32_t i = 0; !error && i < array.count; i++) {
		const char *what;

		(void)vgic_snap_decode(&vgic_snap_event_layout,
				       snap_entry(&array, i), &s);
		what = wrong_event(c, &s, i);
		if (what) {
			error = vgic_snap_fail_at(&c->reader, &array, i, s.lpi,
						  VGIC_E_FORMAT, what);
		}
	}
	return error;
}

/*
 * An entry exists because the LPI has an event or is pending.  It counts here
 * if it names its last event; check_end() compares that with the events so
 * named.
 */
const char *vgic_snap_wrong_lpi(struct vgic_snap_check *c,
				const struct snap_irq *irq)
{
	uint32_t target = (uint32_t)FIELD_GET(SNAP_LPI_TARGET, irq->route);
	bool mapped = irq->route & SNAP_LPI_MAPPED;

	c->mapped += mapped &&
		     FIELD_GET(SNAP_LPI_EVENT, irq->route) != SNAP_LPI_NO_EVENT;
	if (!mapped && !(irq->state & SNAP_IRQ_PENDING)) {
		return "it has neither an event nor is it pending";
	}
	if (!mapped && FIELD_GET(SNAP_LPI_EVENT, irq->route)) {
		return "it has no event";
	}
	if (target > c->gic->config.nr_vcpus ||
	    !target != !(irq->state & SNAP_IRQ_PENDING)) {
		return "it is pending nowhere, or where no vCPU is";
	}
	return NULL;
}

/*
 * The ITS is enabled last.  A command that was cut begins again at GITS_CREADR.
 */
void vgic_snap_apply_its(struct vgic_snap_check *c, const struct snap_record *r)
{
	struct snap_array array;
	struct snap_its s;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_its_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		struct vgic_its *its = &c->gic->its[i];

		(void)vgic_snap_decode(&vgic_snap_its_layout,
				       snap_entry(&array, i), &s);
		vgic_store_relaxed(&its->cbaser, s.cbaser);
		vgic_store_relaxed(&its->cwriter, s.cwriter);
		vgic_store_relaxed(&its->creadr, s.creadr);
		for (uint32_t n = 0; n < ITS_NR_TABLES; n++) {
			vgic_store_relaxed(&its->baser[n], s.baser[n]);
		}
		vgic_store_relaxed(&its->statusr, s.statusr);
		vgic_store_relaxed(&its->ctlr, s.ctlr);
	}
}

/* The job goes on when the guest repeats its access, as it would have. */
void vgic_snap_apply_lpis(struct vgic_snap_check *c,
			  const struct snap_record *r)
{
	struct snap_lpis lpis;

	(void)vgic_snap_decode(&vgic_snap_lpis_layout, r->data, &lpis);
	if (r->vcpu == VGIC_SNAPSHOT_NONE) {
		vgic_store_relaxed(&c->gic->gicr_propbaser, lpis.baser);
		return;
	}
	vgic_store_relaxed(&c->gic->vcpus[r->vcpu].gicr_pendbaser, lpis.baser);
	vgic_store_relaxed(&c->gic->vcpus[r->vcpu].lpi_job, job_of(r));
}

/*
 * Collections with a vCPU.  Those without are made for the events that name
 * them: one that no event names would be freed at once.
 */
void vgic_snap_apply_collections(struct vgic_snap_check *c,
				 const struct snap_record *r)
{
	struct its_records *records = c->gic->records;
	struct snap_array array;
	struct snap_collection s;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_collection_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		(void)vgic_snap_decode(&vgic_snap_collection_layout,
				       snap_entry(&array, i), &s);
		if (s.vcpu != SNAP_NO_VCPU) {
			vgic_its_set_vcpu(records,
					  vgic_its_get_collection(records,
								  s.its, s.icid,
								  UINT32_MAX),
					  s.vcpu);
		}
	}
}

/*
 * `most` is UINT32_MAX: the hash tables of this VM may be smaller than those of
 * the one that was saved, and chains longer.  A restore that was checked must
 * not fail.
 */
void vgic_snap_apply_devices(struct vgic_snap_check *c,
			     const struct snap_record *r)
{
	struct snap_array array;
	struct snap_device s;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_device_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		(void)vgic_snap_decode(&vgic_snap_device_layout,
				       snap_entry(&array, i), &s);
		(void)vgic_its_put_device(c->gic->records, s.its, s.device,
					  s.itt, s.bits, UINT32_MAX);
	}
}

/*
 * The LPI counts the event; if its entry names this place, the event is the one
 * mapped last.
 */
static void count_event(struct vgic_snap_check *c, uint32_t index,
			uint32_t event, uint32_t place)
{
	const uint8_t *lpi = vgic_snap_find_irq(c->shared.at, c->shared.entry,
						c->shared.count,
						vgic_irq_intid(c->gic, index));
	_Atomic(uint32_t) *route = &c->gic->irqs[index].route;
	uint32_t now = vgic_load_relaxed(route);
	struct snap_irq irq;

	(void)vgic_snap_get_irq(lpi, &irq);
	now += (uint32_t)FIELD_PUT(LPI_EVENTS, 1);
	if (FIELD_GET(SNAP_LPI_EVENT, irq.route) == place) {
		now |= (uint32_t)FIELD_PUT(LPI_EVENT, event + 1);
	}
	vgic_store_relaxed(route, now);
}

/* Device, collection and LPI have been checked to be there. */
void vgic_snap_apply_events(struct vgic_snap_check *c,
			    const struct snap_record *r)
{
	struct its_records *records = c->gic->records;
	struct snap_array array;
	struct snap_event s;

	(void)vgic_snap_entries(&c->reader, r, vgic_snap_event_layout.size,
				&array);
	for (uint32_t i = 0; i < array.count; i++) {
		uint32_t device, event, index;
		uint64_t first;

		(void)vgic_snap_decode(&vgic_snap_event_layout,
				       snap_entry(&array, i), &s);
		index = c->gic->first_lpi + (s.lpi - GIC_LPI_BASE);
		device = vgic_its_find(&records->devices,
				       its_key(s.its, s.device), &first);
		event = vgic_its_add_event(
			records, its_event_key(s.its, s.device, s.event),
			device, s.lpi - GIC_LPI_BASE,
			vgic_its_get_collection(records, s.its, s.icid,
						UINT32_MAX),
			UINT32_MAX);
		count_event(c, index, event, i);
	}
}

/*
 * Whether the LPI is delivered follows when the redistributors are known:
 * gate_lpis() in restore.c.  Its route is counted up by the events' record.
 */
void vgic_snap_apply_lpi(struct vgic_snap_check *c, uint32_t index,
			 const struct snap_irq *irq)
{
	uint32_t target = (uint32_t)FIELD_GET(SNAP_LPI_TARGET, irq->route);
	uint64_t word = vgic_irq_word(c->gic, index) & ~(W_PEND | W_CONF);

	word |= irq->state & SNAP_IRQ_PENDING ? W_PEND : 0;
	word |= irq->state & SNAP_IRQ_ENABLE ? W_CONF : 0;
	word = w_set_prio(word, irq->priority);
	if (target) {
		word = w_set_target(word, target - 1);
	}
	vgic_store_relaxed(&c->gic->irqs[index].word, word);
	vgic_lpi_use(c->gic, index);
}
