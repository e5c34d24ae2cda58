/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saving ITSs and LPIs at redistributors: registers, and what commands have
 * mapped. its.c checks and restores these records.  Entries are written in the
 * order of their keys, so that a snapshot does not depend on the order in which
 * the guest mapped things, and a reader may search.
 */
#include "snapshot/snapshot.h"

#include "its/its.h"

/* GITS_CWRITER without the library's own count above it. */
void vgic_snap_save_its(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_ITS, SNAP_NO_VCPU);
	vgic_snap_write(w, 4, vgic_snap_its_layout.size);
	for (uint32_t i = 0; i < w->gic->config.its.nr_its; i++) {
		const struct vgic_its *its = &w->gic->its[i];
		struct snap_its s = {
			.cbaser = vgic_load_relaxed(&its->cbaser),
			.cwriter = vgic_load_relaxed(&its->cwriter) &
				   GITS_CWRITER_Offset_MASK,
			.creadr = vgic_load_relaxed(&its->creadr),
			.ctlr = vgic_load_relaxed(&its->ctlr),
			.statusr = vgic_load_relaxed(&its->statusr),
		};

		for (uint32_t n = 0; n < ITS_NR_TABLES; n++) {
			s.baser[n] = vgic_load_relaxed(&its->baser[n]);
		}
		vgic_snap_write_struct(w, &vgic_snap_its_layout, &s);
	}
	vgic_snap_end(w);
}

/*
 * GICR_PROPBASER is the VM's; GICR_PENDBASER and the job of EnableLPIs are a
 * vCPU's.
 */
void vgic_snap_save_lpis(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct snap_lpis lpis = {
		.baser = vgic_load_relaxed(vcpu ? &vcpu->gicr_pendbaser :
						  &w->gic->gicr_propbaser),
	};

	vgic_snap_begin(w, VGIC_SNAPSHOT_LPIS,
			vcpu ? vcpu->index : SNAP_NO_VCPU);
	vgic_snap_write_struct(w, &vgic_snap_lpis_layout, &lpis);
	if (vcpu) {
		vgic_snap_write(w, SNAP_JOB_SIZE,
				vgic_load_relaxed(&vcpu->lpi_job));
	}
	vgic_snap_end(w);
}

/* One entry, from the collection's first word. */
static void put_collection(struct snap_writer *w, uint32_t its, uint32_t icid,
			   uint64_t first)
{
	uint32_t vcpu = its_vcpu_of(first);
	const struct snap_collection s = {
		.icid = (uint16_t)icid,
		.its = (uint16_t)its,
		.vcpu = (uint16_t)(vcpu == VGIC_NOWHERE ? SNAP_NO_VCPU : vcpu),
	};

	vgic_snap_write_struct(w, &vgic_snap_collection_layout, &s);
}

/*
 * Call `put` for all devices, or all collections, in the order of their keys;
 * returns how many there were.  `nr_of` says how many each ITS has, so that the
 * search ends with the last one.
 */
static uint32_t each(struct snap_writer *w, const struct its_pool *pool,
		     const uint32_t *nr_of,
		     void (*put)(struct snap_writer *w, uint32_t its,
				 uint32_t id, uint64_t first))
{
	uint32_t its = 0, id = 0, of_its = 0, n = 0;

	while (its < w->gic->config.its.nr_its) {
		uint64_t first;

		if (of_its == nr_of[its]) {
			its++;
			id = 0;
			of_its = 0;
			continue;
		}
		if (vgic_its_find(pool, its_key(its, id), &first) != ITS_NIL) {
			put(w, its, id, first);
			of_its++;
			n++;
		}
		id++;
	}
	return n;
}

void vgic_snap_save_collections(struct snap_writer *w,
				const struct vgic_vcpu *vcpu)
{
	const struct its_records *r = w->gic->records;

	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_COLLECTIONS, SNAP_NO_VCPU);
	vgic_snap_write(w, 4, vgic_snap_collection_layout.size);
	vgic_snap_end_entries(
		w, each(w, &r->collections, r->nr_collections, put_collection));
}

/* The record of a device that is mapped. */
static uint32_t device_record(const struct snap_writer *w, uint32_t its,
			      uint32_t device)
{
	uint64_t first;

	return vgic_its_find(&w->gic->records->devices, its_key(its, device),
			     &first);
}

/* One entry, from both words of the device's record. */
static void put_device(struct snap_writer *w, uint32_t its, uint32_t device,
		       uint64_t first)
{
	uint32_t n = device_record(w, its, device);
	const struct snap_device s = {
		.device = (uint16_t)device,
		.its = (uint16_t)its,
		.bits = (uint16_t)its_bits_of(
			its_second(&w->gic->records->devices, n)),
		.itt = its_itt_of(first),
	};

	vgic_snap_write_struct(w, &vgic_snap_device_layout, &s);
}

void vgic_snap_save_devices(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct its_records *r = w->gic->records;

	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_DEVICES, SNAP_NO_VCPU);
	vgic_snap_write(w, 4, vgic_snap_device_layout.size);
	vgic_snap_end_entries(w,
			      each(w, &r->devices, r->nr_devices, put_device));
}

/*
 * One entry.  If this event is the one that its LPI names, its place is written
 * into the entry of the LPI, which an earlier record has.
 */
static void put_event(struct snap_writer *w, uint32_t event, uint32_t place)
{
	const struct its_records *r = w->gic->records;
	uint64_t first = its_first(&r->events, event);
	uint64_t key = FIELD_GET(REC_EVENT_KEY, first);
	struct snap_event s = {
		.event = (uint16_t)key,
		.device = (uint16_t)(key >> 16),
		.its = (uint16_t)(key >> 32),
		.icid = (uint16_t)its_icid_of(its_first(
			&r->collections,
			its_collection_of(its_second(&r->events, event)))),
		.lpi = its_lpi_of(first) + GIC_LPI_BASE,
	};
	const uint8_t *entry;
	bool others;

	vgic_snap_write_struct(w, &vgic_snap_event_layout, &s);
	if (!w->buf || w->at > w->size ||
	    vgic_lpi_event(w->gic, w->gic->first_lpi + its_lpi_of(first),
			   &others) != event) {
		return;
	}
	entry = vgic_snap_find_irq(w->buf + w->shared,
				   vgic_snap_irq_layout.size, w->nr_shared,
				   s.lpi);
	snap_put(w->buf + (entry - w->buf) + SNAP_IRQ_ROUTE_AT, 2, place);
}

/*
 * The events of a device in ascending order.  Sorting its list changes nothing
 * that the guest or a message could tell.
 */
static void put_events(struct snap_writer *w, uint32_t its, uint32_t device,
		       uint64_t first)
{
	struct its_records *r = w->gic->records;
	uint32_t n = device_record(w, its, device);

	(void)first;
	(void)vgic_its_sort_events(r, n);
	n = (uint32_t)FIELD_GET(REC_DEVICE_FIRST, its_second(&r->devices, n));
	while (n != ITS_NIL) {
		put_event(w, n, w->nr_events++);
		n = (uint32_t)FIELD_GET(REC_EVENT_NEXT,
					its_second(&r->events, n));
	}
}

/*
 * Devices in the order of their keys, and the events of each, make the order of
 * events' keys.
 */
void vgic_snap_save_events(struct snap_writer *w, const struct vgic_vcpu *vcpu)
{
	const struct its_records *r = w->gic->records;

	(void)vcpu;
	vgic_snap_begin(w, VGIC_SNAPSHOT_EVENTS, SNAP_NO_VCPU);
	vgic_snap_write(w, 4, vgic_snap_event_layout.size);
	(void)each(w, &r->devices, r->nr_devices, put_events);
	vgic_snap_end_entries(w, w->nr_events);
}
