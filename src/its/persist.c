/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM's ABI of the tables has that the live ones do without: how far it
 * is to the next entry.  Its reader goes by that, and may find old entries of
 * its own in between; and what our words know has to be made of the tables.
 */
#include "its/persist.h"

#define ALL_ONES UINT32_MAX
/* ICIDs whose entries are looked for at one time. */
#define BATCH 4096u

/* One look at all of an ITS's tables. */
struct walk {
	struct vgic *gic;
	struct vgic_vcpu *self;
	struct vgic_its *its;
	/* Else only looked at. */
	bool apply;
};

/* An entry whose successor is not known yet. */
struct chain {
	bool any;
	uint64_t at, entry;
	uint32_t id;
};

/* Which of an entry's bits say how far it is to the next one. */
struct hop {
	unsigned int shift;
	uint64_t most;
};

static const struct hop dte_hop = { GITS_DTE_Next_SHIFT,
				    FIELD_MASK_(GITS_DTE_Next_WIDTH) };
static const struct hop ite_hop = { GITS_ITE_Next_SHIFT,
				    FIELD_MASK_(GITS_ITE_Next_WIDTH) };

static bool close_chain(const struct walk *w, const struct chain *chain,
			const struct hop *hop, uint64_t next)
{
	uint64_t now = chain->entry & ~(hop->most << hop->shift);

	next = next < hop->most ? next : hop->most;
	now |= next << hop->shift;
	return !chain->any || now == chain->entry ||
	       its_write64(w->gic, chain->at, now);
}

/* This entry is the next one of those that are valid. */
static bool add_link(const struct walk *w, struct chain *chain,
		     const struct hop *hop, const struct chain *next)
{
	if (!close_chain(w, chain, hop, next->id - chain->id)) {
		return false;
	}
	*chain = *next;
	chain->any = true;
	return true;
}

/*
 * KVM refuses an event of a collection that it cannot find, and has entries
 * for those that nobody has mapped.  Without room for one more, the event is
 * not in what is saved.
 */
static bool name_collection(const struct walk *w, uint32_t icid)
{
	struct its_collection c;

	if (!its_find_collection(w->gic, w->its, icid, &c)) {
		return false;
	}
	return c.found ||
	       its_add_collection(w->gic, &c,
				  GITS_CTE_Valid |
					  FIELD_PUT(GITS_CTE_RDBase, ALL_ONES) |
					  FIELD_PUT(GITS_CTE_ICID, icid));
}

/*
 * What is dead is not to come to life elsewhere.  Of two events that have one
 * LPI, which is UNPREDICTABLE, the last one mapped has said its collection.
 */
static uint64_t live_entry(const struct walk *w, uint64_t ite)
{
	uint32_t index = its_live_lpi(w->gic, w->its, ite);
	uint32_t icid;

	if (index == VGIC_NIL) {
		return 0;
	}
	icid = vgic_load_relaxed(&w->gic->irqs[index].route) & 0xffff;
	ite = (ite & ~FIELD_MASK(GITS_ITE_ICID)) |
	      FIELD_PUT(GITS_ITE_ICID, icid);
	return name_collection(w, icid) ? ite : 0;
}

static int save_event(const struct walk *w, struct chain *chain,
		      const struct chain *here)
{
	struct chain now = *here;

	if (!here->entry) {
		return VGIC_OK;
	}
	now.entry = live_entry(w, here->entry);
	if (now.entry != here->entry &&
	    !its_write64(w->gic, now.at, now.entry)) {
		return VGIC_E_FAULT;
	}
	return !now.entry || add_link(w, chain, &ite_hop, &now) ?
		       VGIC_OK :
		       VGIC_E_FAULT;
}

/* All entries of a device's table, a piece at a time. */
static int each_event(const struct walk *w, const struct its_device *device,
		      int (*visit)(const struct walk *w, struct chain *chain,
				   const struct chain *here),
		      struct chain *chain)
{
	uint32_t count = 1u << device->bits;
	uint64_t entry[ITS_CHUNK];
	int error = VGIC_OK;

	for (uint32_t id = 0; !error && id < count; id++) {
		uint32_t left = count - id, n = id % ITS_CHUNK;
		struct chain here = {
			.at = device->itt + (uint64_t)GITS_ENTRY_SIZE * id,
			.id = id,
		};

		if (n == 0 &&
		    !its_read_chunk(w->gic, here.at, entry,
				    left < ITS_CHUNK ? left : ITS_CHUNK)) {
			return VGIC_E_FAULT;
		}
		here.entry = entry[n];
		error = visit(w, chain, &here);
	}
	return error;
}

/* A valid entry of the device table, its chain aside. */
static bool get_device(uint64_t dte, struct its_device *device)
{
	device->itt = FIELD_GET(GITS_DTE_ITT, dte) << 8;
	device->bits = (uint32_t)FIELD_GET(GITS_DTE_Size, dte) + 1;
	return device->bits <= 16;
}

static int save_device(const struct walk *w, struct chain *chain,
		       const struct chain *here)
{
	struct chain events = { .any = false };
	struct its_device device;
	int error;

	if (!get_device(here->entry, &device)) {
		return its_write64(w->gic, here->at, 0) ? VGIC_OK :
							  VGIC_E_FAULT;
	}
	error = each_event(w, &device, save_event, &events);
	if (!error && !(close_chain(w, &events, &ite_hop, 0) &&
			add_link(w, chain, &dte_hop, here))) {
		error = VGIC_E_FAULT;
	}
	return error;
}

static int each_device(const struct walk *w,
		       int (*visit)(const struct walk *w, struct chain *chain,
				    const struct chain *here),
		       struct chain *chain)
{
	int error = VGIC_OK;

	for (uint32_t id = 0; !error && id < ITS_MAX_DEVICES; id++) {
		struct chain here = { .id = id };

		if (!its_device_entry(w->gic, w->its, id, &here.at)) {
			continue;
		}
		if (!its_read64(w->gic, here.at, &here.entry)) {
			return VGIC_E_FAULT;
		}
		if (here.entry & GITS_DTE_Valid) {
			error = visit(w, chain, &here);
		}
	}
	return error;
}

int its_save_tables(struct vgic *gic, struct vgic_its *its)
{
	const struct walk w = { .gic = gic, .its = its };
	struct chain devices = { .any = false };
	int error = each_device(&w, save_device, &devices);

	if (!error && !close_chain(&w, &devices, &dte_hop, 0)) {
		error = VGIC_E_FAULT;
	}
	return error;
}

/*
 * Whether the chain leads to this entry.  What is in between is of an earlier
 * save, and has to go: tables are live here.  `chain` is where it has led so
 * far: its id is the least that counts, and `any` says that it has ended.
 */
static bool reached(const struct walk *w, struct chain *chain,
		    const struct hop *hop, const struct chain *here)
{
	uint64_t next = here->entry >> hop->shift & hop->most;

	if (chain->any || here->id < chain->id) {
		if (w->apply) {
			(void)its_write64(w->gic, here->at, 0);
		}
		return false;
	}
	chain->any = !next;
	chain->id = here->id + (uint32_t)next;
	return true;
}

/* Two events of one LPI: the first one has it, as with KVM. */
static int restore_event(const struct walk *w, struct chain *chain,
			 const struct chain *here)
{
	uint32_t intid = (uint32_t)FIELD_GET(GITS_ITE_pINTID, here->entry);
	uint32_t icid = (uint32_t)FIELD_GET(GITS_ITE_ICID, here->entry);
	uint32_t index = w->gic->first_lpi + (intid - GIC_LPI_BASE);
	struct its_collection c;

	if (!intid || !reached(w, chain, &ite_hop, here)) {
		return VGIC_OK;
	}
	if (!lpi_exists(w->gic, intid) ||
	    !its_find_collection(w->gic, w->its, icid, &c) || !c.found) {
		return VGIC_E_FORMAT;
	}
	if (!w->apply) {
		return VGIC_OK;
	}
	if (vgic_load_relaxed(&w->gic->irqs[index].route) & LPI_MAPPED) {
		(void)its_write64(w->gic, here->at, 0);
		return VGIC_OK;
	}
	lpi_map(w->gic, w->self, index, lpi_route(w->its, icid), c.target);
	return VGIC_OK;
}

static int restore_device(const struct walk *w, struct chain *chain,
			  const struct chain *here)
{
	struct chain events = { .any = false };
	struct its_device device;
	int error;

	if (!reached(w, chain, &dte_hop, here)) {
		return VGIC_OK;
	}
	if (!get_device(here->entry, &device)) {
		return VGIC_E_FORMAT;
	}
	error = each_event(w, &device, restore_event, &events);
	/* Beyond the last event there is nothing to lead to. */
	return !error && events.id >> device.bits ? VGIC_E_FORMAT : error;
}

/* Those of one batch of ICIDs: is each one there once? */
static int check_batch(const struct walk *w, uint32_t first)
{
	uint64_t seen[BATCH / 64] = { 0 };
	uint64_t at, cte;

	for (uint32_t n = 0; its_collection_entry(w->its, n, &at); n++) {
		uint64_t icid, vcpu;

		if (!its_read64(w->gic, at, &cte)) {
			return VGIC_E_FAULT;
		}
		if (!(cte & GITS_CTE_Valid)) {
			break;
		}
		vcpu = FIELD_GET(GITS_CTE_RDBase, cte);
		if (vcpu != ALL_ONES &&
		    vgic_find_processor(w->gic, vcpu) == VGIC_NOWHERE) {
			return VGIC_E_FORMAT;
		}
		icid = FIELD_GET(GITS_CTE_ICID, cte) - first;
		if (icid >= BATCH) {
			continue;
		}
		if (seen[icid / 64] >> icid % 64 & 1) {
			return VGIC_E_EXIST;
		}
		seen[icid / 64] |= UINT64_C(1) << icid % 64;
	}
	return VGIC_OK;
}

static int check_collections(const struct walk *w)
{
	int error = VGIC_OK;

	for (uint32_t first = 0; !error && first <= 0xffff; first += BATCH) {
		error = check_batch(w, first);
	}
	return error;
}

void its_forget(struct vgic *gic, struct vgic_vcpu *self,
		const struct vgic_its *its)
{
	const struct lpi_match match = { LPI_ITS_MASK, lpi_route(its, 0),
					 VGIC_NIL };

	lpi_unmap_all(gic, self, &match);
}

int its_restore_tables(struct vgic *gic, struct vgic_vcpu *self,
		       struct vgic_its *its)
{
	struct walk w = { .gic = gic, .self = self, .its = its };
	struct chain devices = { .any = false };
	int error = check_collections(&w);

	error = error ? error : each_device(&w, restore_device, &devices);
	if (error) {
		return error;
	}
	its_forget(gic, self, its);
	w.apply = true;
	devices = (struct chain){ .any = false };
	return each_device(&w, restore_device, &devices);
}
