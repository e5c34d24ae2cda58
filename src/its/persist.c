/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of an ITS written to tables in guest memory, and read back, in
 * KVM's ABI revision 0.
 *
 * In this format each valid entry says how far it is to the next valid one.
 * Our records have no such links, so tables are written from their end: the
 * next entry is known then.  What lies between two entries is not read by a
 * restore, and so not cleared by a save; but a restore has to search for the
 * first entry of each table, and comes across whatever is before it.
 *
 * The format has no pending state and no configuration: a restore reads those
 * from the tables that redistributors have, as the guest's writes left them or
 * as vgic_uaccess_save_lpis() wrote them.
 */
#include "its/persist.h"
#include "core/route.h"

/* RDBase of a collection that is mapped to no vCPU. */
#define ALL_ONES UINT32_MAX
/*
 * How many ITT entries a restore looks at in total.  A guest may map 65536
 * devices with tables of 65536 entries each, all of them empty, and have the
 * VMM search through 4 billion entries.  A save leaves devices out beyond that
 * limit, so what was saved can be restored.
 */
#define MAX_SLOTS (UINT32_C(1) << 24)

/* The context of one save or restore. */
struct walk {
	struct its_run *run;
	struct its_records *r;
	struct vgic_its *its;
	/* How many ITT entries may still be looked at; how many were valid. */
	uint32_t slots, events;
	/* The piece of a table that was read last. */
	uint64_t at;
	uint32_t count;
	uint64_t entry[ITS_CHUNK];
};

/*
 * Read an entry, ITS_CHUNK of them at a time.  If the piece as a whole is not
 * in memory, the entry alone may still be.
 */
static bool read_entry(struct walk *w, uint64_t at, uint64_t *entry)
{
	uint64_t piece = at - at % sizeof(w->entry);

	if (!w->count || w->at != piece) {
		w->at = piece;
		w->count = vgic_its_read_chunk(w->run->gic, piece, w->entry,
					       ITS_CHUNK) ?
				   ITS_CHUNK :
				   0;
	}
	*entry = w->entry[(at - piece) / GITS_ENTRY_SIZE];
	return w->count || vgic_its_read64(w->run->gic, at, entry);
}

static struct walk begin(struct its_run *run, struct vgic_its *its)
{
	return (struct walk){
		.run = run,
		.r = run->gic->records,
		.its = its,
		.slots = MAX_SLOTS,
	};
}

/*
 * The distance from one entry to the next, as far as the field can say; 0:
 * there is no next one.
 */
static uint64_t distance(uint32_t here, uint32_t next, uint32_t width)
{
	uint64_t most = FIELD_MASK_(width);

	if (next == VGIC_NIL) {
		return 0;
	}
	return next - here < most ? next - here : most;
}

/* Collections stand one after the other, in the order of ICIDs. */
static int save_collections(struct walk *w)
{
	const struct vgic *gic = w->run->gic;
	uint32_t size = vgic_its_table_size(w->its, ITS_COLLECTIONS), n = 0;
	uint32_t all = w->r->nr_collections[w->its->number];
	bool there = true;

	for (uint32_t icid = 0; there && icid < size && n < all; icid++) {
		uint64_t first,
			cte = GITS_CTE_Valid | FIELD_PUT(GITS_CTE_ICID, icid);
		uint32_t vcpu;

		if (vgic_its_find(&w->r->collections,
				  its_key(w->its->number, icid),
				  &first) == ITS_NIL) {
			continue;
		}
		vcpu = its_vcpu_of(first);
		cte |= FIELD_PUT(GITS_CTE_RDBase,
				 vcpu == VGIC_NOWHERE ?
					 ALL_ONES :
					 gic->vcpus[vcpu].number);
		there = vgic_its_write64(
			gic, vgic_its_collection_entry(w->its, n++), cte);
	}
	/*
	 * The list ends with the table, or at the first entry that is not
	 * valid.
	 */
	if (there && n < size) {
		there = vgic_its_write64(
			gic, vgic_its_collection_entry(w->its, n), 0);
	}
	return there ? VGIC_OK : VGIC_E_FAULT;
}

/*
 * Zero valid entries before the first event, which the guest itself or an
 * earlier save has written: a restore would take them for events.  False: the
 * table cannot be read, and so not restored either.
 */
static bool clear_events(struct walk *w, uint64_t itt, uint32_t end)
{
	for (uint32_t id = 0; id < end; id++) {
		uint64_t at = itt + (uint64_t)GITS_ENTRY_SIZE * id, ite;

		if (!read_entry(w, at, &ite)) {
			return false;
		}
		if (FIELD_GET(GITS_ITE_pINTID, ite)) {
			(void)vgic_its_write64(w->run->gic, at, 0);
			w->count = 0;
		}
	}
	return true;
}

/* The same in a device table, for DeviceIDs [id, end). */
static void clear_devices(struct walk *w, uint32_t id, uint32_t end)
{
	while (id < end) {
		uint64_t at, dte;

		if (!vgic_its_device_entry(w->run->gic, w->its, id, &at)) {
			id = vgic_its_next_page(w->its, id);
			continue;
		}
		if (read_entry(w, at, &dte) && (dte & GITS_DTE_Valid)) {
			(void)vgic_its_write64(w->run->gic, at, 0);
			w->count = 0;
		}
		id++;
	}
}

/*
 * Would a restore fail because of this LPI?  It does if a redistributor takes
 * the LPI and its configuration cannot be read.  Here such an LPI is disabled
 * for good, and leaving it out changes nothing for the guest.
 */
static bool is_refused(const struct walk *w, uint64_t collection, uint32_t lpi)
{
	uint8_t config;

	return vgic_lpi_is_on(w->run->gic, its_vcpu_of(collection), lpi) &&
	       !vgic_lpi_read_config(w->run, w->run->gic->first_lpi + lpi,
				     &config);
}

/*
 * Write an event's entry.  False: the event is left out.  Its entry has no
 * memory; or the guest has installed a shorter collection table since, where
 * the collection has no entry; or its LPI would be refused.
 */
static bool save_event(const struct walk *w, uint64_t itt, uint32_t n,
		       uint32_t next)
{
	uint64_t first = its_first(&w->r->events, n);
	uint32_t event = its_event_of(first), lpi = its_lpi_of(first);
	uint64_t collection =
		its_first(&w->r->collections,
			  its_collection_of(its_second(&w->r->events, n)));
	uint32_t icid = its_icid_of(collection);
	uint64_t ite = FIELD_PUT(GITS_ITE_pINTID, lpi + GIC_LPI_BASE) |
		       FIELD_PUT(GITS_ITE_ICID, icid) |
		       FIELD_PUT(GITS_ITE_Next,
				 distance(event, next, GITS_ITE_Next_WIDTH));

	return icid < vgic_its_table_size(w->its, ITS_COLLECTIONS) &&
	       !is_refused(w, collection, lpi) &&
	       vgic_its_write64(w->run->gic,
				itt + (uint64_t)GITS_ENTRY_SIZE * event, ite);
}

/*
 * Write a device's ITT, from the last event to the first.  False: a restore
 * could not read it, or it has more entries than a restore would look at.
 */
static bool save_events(struct walk *w, uint32_t device)
{
	uint64_t itt = its_itt_of(its_first(&w->r->devices, device));
	uint32_t end = 1u << its_bits_of(its_second(&w->r->devices, device));
	uint32_t n = vgic_its_sort_events(w->r, device), next = VGIC_NIL;
	uint32_t slots = 0;

	while (n != ITS_NIL) {
		if (save_event(w, itt, n, next)) {
			next = its_event_of(its_first(&w->r->events, n));
			slots++;
		}
		n = (uint32_t)FIELD_GET(REC_EVENT_PREV,
					its_second(&w->r->events, n));
	}
	/*
	 * Entries from here to the first event are what a restore looks at in
	 * vain.
	 */
	end = next == VGIC_NIL ? end : next;
	slots += end;
	w->count = 0;
	if (slots > w->slots || !clear_events(w, itt, end)) {
		return false;
	}
	w->slots -= slots;
	return true;
}

/* The entry of a device, with the distance to the next one. */
static uint64_t dte_of(const struct walk *w, uint32_t n, uint64_t next)
{
	const struct its_pool *devices = &w->r->devices;

	return GITS_DTE_Valid |
	       FIELD_PUT(GITS_DTE_ITT, its_itt_of(its_first(devices, n)) >> 8) |
	       FIELD_PUT(GITS_DTE_Size,
			 its_bits_of(its_second(devices, n)) - 1) |
	       FIELD_PUT(GITS_DTE_Next, next);
}

/*
 * Write the entry of a device.  `next` is the DeviceID of the entry behind it,
 * or VGIC_NIL, and becomes this one.  A device is left out if the guest itself
 * has made it impossible to write or restore: with an ITT outside its memory,
 * or by removing the page of the second level.  Only a flat table without
 * memory is an error of the call.
 */
static int save_device(struct walk *w, uint32_t id, uint32_t n, uint32_t *next)
{
	uint64_t at, dte = 0, hop = distance(id, *next, GITS_DTE_Next_WIDTH);

	if (!vgic_its_device_entry(w->run->gic, w->its, id, &at)) {
		return VGIC_OK;
	}
	if (save_events(w, n)) {
		dte = dte_of(w, n, hop);
	}
	if (!vgic_its_write64(w->run->gic, at, dte)) {
		return vgic_load_relaxed(&w->its->baser[ITS_DEVICES]) &
				       GITS_BASER_Indirect ?
			       VGIC_OK :
			       VGIC_E_FAULT;
	}
	if (dte) {
		/*
		 * If the distance does not fit the field, a restore jumps as
		 * far as the field says and searches from there: clear what it
		 * would find on its way.
		 */
		if (*next != VGIC_NIL) {
			clear_devices(w, id + (uint32_t)hop, *next);
		}
		*next = id;
	}
	return VGIC_OK;
}

/* From the highest DeviceID to the lowest. */
static int save_devices(struct walk *w)
{
	uint32_t left = w->r->nr_devices[w->its->number], next = VGIC_NIL;
	int error = VGIC_OK;

	for (uint32_t id = ITS_MAX_IDS; !error && left && id--;) {
		uint64_t first;
		uint32_t n = vgic_its_find(&w->r->devices,
					   its_key(w->its->number, id), &first);

		if (n != ITS_NIL) {
			left--;
			error = save_device(w, id, n, &next);
		}
	}
	w->count = 0;
	clear_devices(w, 0, next == VGIC_NIL ? ITS_MAX_IDS : next);
	return error;
}

int vgic_its_save_tables(struct its_run *run, struct vgic_its *its)
{
	struct walk w = begin(run, its);
	int error = save_devices(&w);

	return error ? error : save_collections(&w);
}

void vgic_its_forget(struct its_run *run, struct vgic_its *its)
{
	(void)vgic_its_forget_devices(run, its);
	vgic_its_forget_collections(run, its);
}

/* Map a collection from its entry. */
static int restore_collection(struct walk *w, uint64_t cte)
{
	uint32_t icid = (uint32_t)FIELD_GET(GITS_CTE_ICID, cte), vcpu, n;
	uint64_t rd = FIELD_GET(GITS_CTE_RDBase, cte), first;

	vcpu = vgic_find_processor(w->run->gic, rd);
	if ((vcpu == VGIC_NOWHERE && rd != ALL_ONES) ||
	    icid >= vgic_its_table_size(w->its, ITS_COLLECTIONS)) {
		return VGIC_E_FORMAT;
	}
	if (vgic_its_find(&w->r->collections, its_key(w->its->number, icid),
			  &first) != ITS_NIL) {
		return VGIC_E_EXIST;
	}
	n = vgic_its_get_collection(w->r, w->its->number, icid, ITS_CHAIN);
	if (n == ITS_NIL) {
		return VGIC_E_NOMEM;
	}
	/*
	 * A collection without a vCPU has its record until drop_idle(), so that
	 * events may name it.
	 */
	if (vcpu != VGIC_NOWHERE) {
		vgic_its_set_vcpu(w->r, n, vcpu);
	}
	return VGIC_OK;
}

/* The first entry that is not valid ends the list. */
static int restore_collections(struct walk *w)
{
	uint32_t size = vgic_its_table_size(w->its, ITS_COLLECTIONS);
	int error = VGIC_OK;

	for (uint32_t n = 0; !error && n < size; n++) {
		uint64_t cte;

		if (!read_entry(w, vgic_its_collection_entry(w->its, n),
				&cte)) {
			return VGIC_E_FAULT;
		}
		if (!(cte & GITS_CTE_Valid)) {
			break;
		}
		error = restore_collection(w, cte);
	}
	return error;
}

/*
 * The LPI's configuration and pending bit come from guest memory, too.  If its
 * redistributor takes it, both must be readable, or the restore fails.
 */
static int restore_lpi(struct walk *w, uint32_t index)
{
	struct its_run *run = w->run;
	uint32_t home = vgic_lpi_home(run->gic, index);
	bool on = vgic_lpi_is_on(run->gic, home, index - run->gic->first_lpi);
	struct vgic_lpi_edit edit = { LPI_KEEP };
	uint8_t config;

	if (!vgic_lpi_read_config(run, index, &config) && on) {
		return VGIC_E_FAULT;
	}
	if (on && !vgic_lpi_read_pending(run, home, index, &edit.pend)) {
		return VGIC_E_FAULT;
	}
	edit.config = config;
	if (edit.pend) {
		edit.target = home;
	}
	(void)vgic_lpi_edit(run, index, &edit);
	return VGIC_OK;
}

/*
 * If two events have the same LPI, the first one gets it and the other one is
 * left out, as with KVM.
 */
static int restore_event(struct walk *w, uint32_t device, uint64_t key,
			 uint64_t ite)
{
	uint32_t intid = (uint32_t)FIELD_GET(GITS_ITE_pINTID, ite);
	uint32_t icid = (uint32_t)FIELD_GET(GITS_ITE_ICID, ite);
	uint32_t index = w->run->gic->first_lpi + (intid - GIC_LPI_BASE);
	uint64_t first;
	uint32_t collection = vgic_its_find(
		&w->r->collections, its_key(w->its->number, icid), &first);

	if (!lpi_exists(w->run->gic, intid) || collection == ITS_NIL) {
		return VGIC_E_FORMAT;
	}
	if (w->events++ == w->r->events.count) {
		return VGIC_E_NOMEM;
	}
	if (vgic_load_relaxed(&w->run->gic->irqs[index].route)) {
		return VGIC_OK;
	}
	if (!vgic_its_map_event(w->run, key, device, index, collection,
				ITS_CHAIN)) {
		return VGIC_E_NOMEM;
	}
	return restore_lpi(w, index);
}

/* Search for the first event, then follow the distances. */
static int restore_events(struct walk *w, uint32_t device)
{
	uint64_t first = its_first(&w->r->devices, device), ite;
	uint32_t bits = its_bits_of(its_second(&w->r->devices, device));
	uint64_t key = FIELD_GET(REC_KEY, first) << 16;
	int error = VGIC_OK;

	for (uint32_t id = 0; !error && !(id >> bits);) {
		uint32_t next;

		if (!w->slots--) {
			return VGIC_E_NOMEM;
		}
		if (!read_entry(w,
				its_itt_of(first) +
					(uint64_t)GITS_ENTRY_SIZE * id,
				&ite)) {
			return VGIC_E_FAULT;
		}
		if (!FIELD_GET(GITS_ITE_pINTID, ite)) {
			id++;
			continue;
		}
		error = restore_event(w, device, key | id, ite);
		next = (uint32_t)FIELD_GET(GITS_ITE_Next, ite);
		if (error || !next) {
			break;
		}
		/*
		 * An entry that leads beyond the end of the table is an error.
		 */
		id += next;
		error = id >> bits ? VGIC_E_FORMAT : VGIC_OK;
	}
	return error;
}

/* Map a device from its entry, and its events. */
static int restore_device(struct walk *w, uint32_t id, uint64_t dte)
{
	uint32_t bits = (uint32_t)FIELD_GET(GITS_DTE_Size, dte) + 1;
	uint64_t first;

	if (bits > 16) {
		return VGIC_E_FORMAT;
	}
	if (!vgic_its_put_device(w->r, w->its->number, id,
				 FIELD_GET(GITS_DTE_ITT, dte) << 8, bits,
				 ITS_CHAIN)) {
		return VGIC_E_NOMEM;
	}
	return restore_events(w, vgic_its_find(&w->r->devices,
					       its_key(w->its->number, id),
					       &first));
}

/*
 * Search for the first entry, then follow the distances.  Pages of the second
 * level that are missing have no entries.
 */
static int restore_devices(struct walk *w)
{
	int error = VGIC_OK;

	for (uint32_t id = 0; !error && id < ITS_MAX_IDS;) {
		uint64_t at, dte;
		uint32_t next = 1;

		if (!vgic_its_device_entry(w->run->gic, w->its, id, &at)) {
			id = vgic_its_next_page(w->its, id);
			continue;
		}
		if (!read_entry(w, at, &dte)) {
			return VGIC_E_FAULT;
		}
		if (dte & GITS_DTE_Valid) {
			error = restore_device(w, id, dte);
			next = (uint32_t)FIELD_GET(GITS_DTE_Next, dte);
		}
		id = next ? id + next : ITS_MAX_IDS;
	}
	return error;
}

/* Free the collections that have no vCPU and that no event named. */
static void drop_idle(struct walk *w)
{
	struct its_pool *pool = &w->r->collections;

	for (uint32_t n = 0; n < pool->count; n++) {
		uint64_t first = its_first(pool, n);

		if (first & REC_VALID) {
			vgic_its_set_vcpu(w->r, n, its_vcpu_of(first));
		}
	}
}

int vgic_its_restore_tables(struct its_run *run, struct vgic_its *its)
{
	struct walk w = begin(run, its);
	int error;

	vgic_its_forget(run, its);
	error = restore_collections(&w);
	error = error ? error : restore_devices(&w);
	drop_idle(&w);
	if (error) {
		vgic_its_forget(run, its);
	}
	return error;
}
