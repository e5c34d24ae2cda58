/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command queue of an ITS (IHI 0069 5.3).  A write of GITS_CWRITER carries
 * out the commands up to there.  Each command is complete before the next one
 * begins, so SYNC has nothing to wait for.  A command that is wrong is skipped
 * and counted: GITS_CREADR moves on, and the queue never stalls.
 *
 * A command that concerns many events or LPIs may need more than one slice of
 * the engine.  Then its function returns MORE; vgic_its.at says how far it is,
 * and the next slice calls it again with the same four doublewords.  It may
 * also have to begin again at its start, when the ITS was disabled in between
 * or a snapshot was restored.  So a command changes what decides about its
 * work, such as the collection's vCPU, only after all else is done.
 */
#include "core/route.h"
#include "its/its.h"

/* Entries in 4 KiB, the smallest piece of memory that a guest has or lacks. */
#define PAGE_ENTRIES (4096u / GITS_ENTRY_SIZE)

/*
 * What a command's function says: the command is skipped and counted; it is
 * done; or it has to be called again.
 */
enum outcome { WRONG, DONE, MORE };

static enum outcome done_if(bool right)
{
	return right ? DONE : WRONG;
}

/* The command at hand, and what its function needs. */
struct cmd {
	struct its_run *run;
	struct its_records *r;
	struct vgic_its *its;
	const uint64_t *dw;
};

/*
 * Fields of the command.  They are wider than what this ITS supports;
 * can_be_mapped() and find_device() check that.
 */
static uint32_t device_of(const struct cmd *c)
{
	return (uint32_t)FIELD_GET(GITS_CMD_DeviceID, c->dw[0]);
}

static uint32_t event_of(const struct cmd *c)
{
	return (uint32_t)FIELD_GET(GITS_CMD_EventID, c->dw[1]);
}

static uint32_t icid_of(const struct cmd *c)
{
	return (uint32_t)FIELD_GET(GITS_CMD_ICID, c->dw[2]);
}

/*
 * The vCPU that RDbase names by its processor number, as GITS_TYPER.PTA = 0 has
 * it.  False: there is no such vCPU.
 */
static bool get_rdbase(const struct cmd *c, uint64_t dw, uint32_t *vcpu)
{
	*vcpu = vgic_find_processor(c->run->gic,
				    FIELD_GET(GITS_CMD_RDbase, dw));
	return *vcpu != VGIC_NOWHERE;
}

/* Are both within the 16 bits that events' keys have of each? */
static bool can_be_mapped(const struct cmd *c)
{
	return !(device_of(c) >> 16 || event_of(c) >> 16);
}

static uint64_t key_of(const struct cmd *c)
{
	return its_event_key(c->its->number, device_of(c), event_of(c));
}

/*
 * The record of the event that the command names, or ITS_NIL; `first` receives
 * the record's first word.
 */
static uint32_t find_event(const struct cmd *c, uint64_t *first)
{
	return can_be_mapped(c) ?
		       vgic_its_find(&c->r->events, key_of(c), first) :
		       ITS_NIL;
}

/* The index in vgic.irqs of an event's LPI. */
static uint32_t index_of(const struct cmd *c, uint64_t first)
{
	return c->run->gic->first_lpi + its_lpi_of(first);
}

/* The record of the device that the command names, or ITS_NIL. */
static uint32_t find_device(const struct cmd *c, uint64_t *first)
{
	return device_of(c) >> 16 ?
		       ITS_NIL :
		       vgic_its_find(&c->r->devices,
				     its_key(c->its->number, device_of(c)),
				     first);
}

/* The vCPU of the collection that the command names, or VGIC_NOWHERE. */
static uint32_t target_of(const struct cmd *c)
{
	uint64_t first;
	uint32_t n = vgic_its_find(&c->r->collections,
				   its_key(c->its->number, icid_of(c)), &first);

	return n == ITS_NIL ? VGIC_NOWHERE : its_vcpu_of(first);
}

/*
 * Does the guest have memory for the collection table, as far as the entries up
 * to this one and the end mark behind it?  One read for each page answers that.
 */
static bool is_in_memory(const struct cmd *c, uint32_t icid, uint32_t size)
{
	uint32_t last = icid + 1 < size ? icid + 1 : icid;
	uint64_t value;

	for (uint32_t n = 0; n < last; n += PAGE_ENTRIES) {
		c->run->left -= ITS_COST_MEMORY;
		if (!vgic_its_read64(c->run->gic,
				     vgic_its_collection_entry(c->its, n),
				     &value)) {
			return false;
		}
	}
	return vgic_its_read64(c->run->gic,
			       vgic_its_collection_entry(c->its, last), &value);
}

/*
 * The record of the collection that the command names, made if need be, or
 * ITS_NIL.  The library does not use the table, but a VMM must be able to save
 * all collections there: so, as with KVM, a command is wrong if the table has
 * no room for this one.  Whether that room is in memory is checked only when
 * the record is made.
 */
static uint32_t get_collection(const struct cmd *c)
{
	uint64_t key = its_key(c->its->number, icid_of(c)), first;
	uint32_t size = vgic_its_table_size(c->its, ITS_COLLECTIONS);

	if (icid_of(c) >= size ||
	    (vgic_its_find(&c->r->collections, key, &first) == ITS_NIL &&
	     !is_in_memory(c, icid_of(c), size))) {
		return ITS_NIL;
	}
	return vgic_its_get_collection(c->r, c->its->number, icid_of(c),
				       ITS_CHAIN);
}

/*
 * Zero an event's entry in the ITT.  An earlier save may have written it, and a
 * later restore must not map the event again.  If the ITT is not in memory
 * there is nothing to restore.
 */
static void clear_entry(struct its_run *run, uint32_t event)
{
	const struct its_records *r = run->gic->records;
	uint64_t key = FIELD_GET(REC_EVENT_KEY, its_first(&r->events, event));
	uint64_t device;

	run->left -= ITS_COST_MEMORY;
	(void)vgic_its_find(&r->devices, key >> 16, &device);
	(void)vgic_its_write64(
		run->gic, its_itt_of(device) + GITS_ENTRY_SIZE * (key & 0xffff),
		0);
}

/*
 * The record goes first and the word changes second, with a new stamp: a
 * message that has already translated this event fails at the word.
 */
void vgic_its_unmap_event(struct its_run *run, uint32_t event)
{
	const struct vgic_lpi_edit edit = { LPI_KEEP, .unpend = true,
					    .stamp = true };
	struct its_records *r = run->gic->records;
	uint32_t index = run->gic->first_lpi +
			 its_lpi_of(its_first(&r->events, event));
	_Atomic(uint32_t) *route = &run->gic->irqs[index].route;
	uint32_t left = vgic_load_relaxed(route);

	left -= (uint32_t)FIELD_PUT(LPI_EVENTS, 1);
	if (FIELD_GET(LPI_EVENT, left) == event + 1) {
		left &= ~(uint32_t)FIELD_MASK(LPI_EVENT);
	}
	vgic_store_relaxed(route, left);
	vgic_its_remove_event(r, event);
	(void)vgic_lpi_edit(run, index, &edit);
}

/*
 * Takes the first event of the device's list until there is none, so a call
 * that was cut needs no cursor.
 */
bool vgic_its_unmap_events(struct its_run *run, uint32_t device)
{
	struct its_records *r = run->gic->records;

	for (;;) {
		uint32_t event = (uint32_t)FIELD_GET(
			REC_DEVICE_FIRST, its_second(&r->devices, device));

		if (event == ITS_NIL) {
			return true;
		}
		if (!its_has_time(run)) {
			return false;
		}
		vgic_its_unmap_event(run, event);
		run->left -= ITS_COST_CHANGE;
	}
}

/* its->at is the record to look at next, from one cut call to the next. */
bool vgic_its_forget_devices(struct its_run *run, struct vgic_its *its)
{
	struct its_records *r = run->gic->records;

	for (; r->nr_devices[its->number]; its->at++) {
		uint64_t first;

		if (!its_has_time(run)) {
			return false;
		}
		/*
		 * A cursor that another command left may lie anywhere: go round
		 * until the ITS has no devices.
		 */
		its->at %= r->devices.count;
		first = its_first(&r->devices, its->at);
		run->left -= ITS_COST_LOOK;
		if (!(first & REC_VALID) ||
		    FIELD_GET(REC_KEY, first) >> 16 != its->number) {
			continue;
		}
		if (!vgic_its_unmap_events(run, its->at)) {
			return false;
		}
		vgic_its_remove_device(r, its->at);
	}
	its->at = 0;
	return true;
}

/* The pool is small enough for one slice. */
void vgic_its_forget_collections(struct its_run *run,
				 const struct vgic_its *its)
{
	struct its_records *r = run->gic->records;

	for (uint32_t n = 0; n < r->collections.count; n++) {
		uint64_t first = its_first(&r->collections, n);

		if ((first & REC_VALID) &&
		    FIELD_GET(REC_KEY, first) >> 16 == its->number) {
			vgic_its_set_vcpu(r, n, VGIC_NOWHERE);
		}
	}
	run->left -= (int64_t)ITS_COST_LOOK * r->collections.count;
}

/*
 * MAPD maps or unmaps a device.  The events of an earlier mapping are unmapped
 * in either case.  The device's entry in the table has to be in memory, so that
 * a VMM can save it; V = 0 writes zero there, since an earlier save may have
 * written an entry that a restore must not find.
 */
static enum outcome do_mapd(const struct cmd *c)
{
	uint32_t bits = (uint32_t)FIELD_GET(GITS_CMD_Size, c->dw[1]) + 1;
	bool valid = c->dw[2] & GITS_CMD_V;
	uint64_t at, first;
	uint32_t device;

	if (!vgic_its_device_entry(c->run->gic, c->its, device_of(c), &at) ||
	    !vgic_its_read64(c->run->gic, at, &first) || (valid && bits > 16)) {
		return WRONG;
	}
	device = find_device(c, &first);
	if (device != ITS_NIL && !vgic_its_unmap_events(c->run, device)) {
		return MORE;
	}
	if (valid) {
		return done_if(vgic_its_put_device(
			c->r, c->its->number, device_of(c),
			c->dw[2] & GITS_CMD_ITT_addr_MASK, bits, ITS_CHAIN));
	}
	if (device != ITS_NIL) {
		vgic_its_remove_device(c->r, device);
	}
	return done_if(vgic_its_write64(c->run->gic, at, 0));
}

/*
 * Call `visit` for each LPI that was ever mapped or pending, from the command's
 * cursor on.  False: the slice is used up.
 */
static bool sweep(const struct cmd *c,
		  void (*visit)(const struct cmd *c, uint32_t index,
				uint32_t arg),
		  uint32_t arg)
{
	const struct vgic *gic = c->run->gic;

	for (; gic->first_lpi + c->its->at < gic->lpi_end; c->its->at++) {
		if (!its_has_time(c->run)) {
			return false;
		}
		c->run->left -= ITS_COST_LOOK;
		visit(c, gic->first_lpi + c->its->at, arg);
	}
	return true;
}

/*
 * Is the event that the LPI names in this collection?  `perhaps`: the LPI has
 * further events, which may be.
 */
static bool is_in(const struct cmd *c, uint32_t index, uint32_t collection,
		  bool *perhaps)
{
	uint32_t event = vgic_lpi_event(c->run->gic, index, perhaps);

	return event != ITS_NIL &&
	       its_collection_of(its_second(&c->r->events, event)) ==
		       collection;
}

/*
 * For MAPC: an LPI that is pending at the collection's old vCPU moves to the
 * new one.
 */
static void take_along(const struct cmd *c, uint32_t index, uint32_t collection)
{
	struct vgic_lpi_edit edit = { LPI_KEEP };
	bool perhaps;

	if (is_in(c, index, collection, &perhaps)) {
		edit.from = vgic_lpi_home(c->run->gic, index);
		(void)get_rdbase(c, c->dw[2], &edit.target);
		(void)vgic_lpi_edit(c->run, index, &edit);
	}
}

/*
 * MAPC maps a collection to a vCPU or unmaps it.  The sweep comes before the
 * collection's own change: until it is through, a command that is cut and
 * begins again still finds the old vCPU.  A message that translates before that
 * change may make its LPI pending at the old vCPU behind the sweep; it is
 * delivered there, and not lost.
 */
static enum outcome do_mapc(const struct cmd *c)
{
	uint32_t collection, target = VGIC_NOWHERE, was = target_of(c);

	if ((c->dw[2] & GITS_CMD_V) && !get_rdbase(c, c->dw[2], &target)) {
		return WRONG;
	}
	collection = get_collection(c);
	if (collection == ITS_NIL) {
		return WRONG;
	}
	if (target != VGIC_NOWHERE && was != VGIC_NOWHERE && was != target &&
	    !sweep(c, take_along, collection)) {
		return MORE;
	}
	vgic_its_set_vcpu(c->r, collection, target);
	return DONE;
}

/* The vCPU of an event's collection, or VGIC_NOWHERE. */
static uint32_t vcpu_of_event(const struct cmd *c, uint32_t event)
{
	uint32_t n = its_collection_of(its_second(&c->r->events, event));

	return its_vcpu_of(its_first(&c->r->collections, n));
}

/*
 * Put an event into another collection; if its LPI is pending at the old vCPU,
 * it moves to the new one.  Records first, word second: see lpi.c.
 */
static void move_event(const struct cmd *c, uint32_t event, uint32_t index,
		       uint32_t collection)
{
	struct vgic_lpi_edit edit = { LPI_KEEP };

	edit.from = vcpu_of_event(c, event);
	vgic_its_move_event(c->r, event, collection);
	edit.target = vcpu_of_event(c, event);
	if (edit.from != VGIC_NOWHERE && edit.target != VGIC_NOWHERE) {
		(void)vgic_lpi_edit(c->run, index, &edit);
	}
}

/* The LPI counts the event and names it as the one mapped last. */
bool vgic_its_map_event(struct its_run *run, uint64_t key, uint32_t device,
			uint32_t index, uint32_t collection, uint32_t most)
{
	struct vgic *gic = run->gic;
	_Atomic(uint32_t) *route = &gic->irqs[index].route;
	uint32_t before = vgic_load_relaxed(route);
	uint32_t event = vgic_its_add_event(gic->records, key, device,
					    index - gic->first_lpi, collection,
					    most);

	if (event == ITS_NIL) {
		return false;
	}
	before &= ~(uint32_t)FIELD_MASK(LPI_EVENT);
	vgic_store_relaxed(
		route, before + (uint32_t)(FIELD_PUT(LPI_EVENTS, 1) |
					   FIELD_PUT(LPI_EVENT, event + 1)));
	vgic_lpi_use(gic, index);
	return true;
}

/*
 * MAPTI and MAPI.  The collection need not have a vCPU yet: messages of the
 * event are dropped until MAPC gives it one.  An event that is mapped to the
 * same LPI already only moves; one that is mapped to another LPI is unmapped
 * first.
 */
static enum outcome map(const struct cmd *c, uint32_t intid)
{
	uint32_t index = c->run->gic->first_lpi + (intid - GIC_LPI_BASE);
	uint32_t device, event, collection;
	uint64_t first;

	device = find_device(c, &first);
	if (!lpi_exists(c->run->gic, intid) || device == ITS_NIL ||
	    event_of(c) >> its_bits_of(its_second(&c->r->devices, device))) {
		return WRONG;
	}
	collection = get_collection(c);
	if (collection == ITS_NIL) {
		return WRONG;
	}
	event = find_event(c, &first);
	if (event != ITS_NIL && index_of(c, first) == index) {
		move_event(c, event, index, collection);
		vgic_lpi_reload(c->run, index);
		return DONE;
	}
	if (event != ITS_NIL) {
		clear_entry(c->run, event);
		vgic_its_unmap_event(c->run, event);
		/*
		 * Unmapping the event may have freed the collection's record.
		 */
		collection = get_collection(c);
	}
	if (!vgic_its_map_event(c->run, key_of(c), device, index, collection,
				ITS_CHAIN)) {
		return WRONG;
	}
	vgic_lpi_reload(c->run, index);
	return DONE;
}

static enum outcome do_mapti(const struct cmd *c)
{
	return map(c, (uint32_t)FIELD_GET(GITS_CMD_pINTID, c->dw[1]));
}

/* MAPI's EventID is the INTID, too. */
static enum outcome do_mapi(const struct cmd *c)
{
	return map(c, event_of(c));
}

/* MOVI puts an event into a collection that has a vCPU. */
static enum outcome do_movi(const struct cmd *c)
{
	uint64_t first;
	uint32_t event = find_event(c, &first);

	if (event == ITS_NIL || target_of(c) == VGIC_NOWHERE) {
		return WRONG;
	}
	move_event(c, event, index_of(c, first), get_collection(c));
	return DONE;
}

/* DISCARD unmaps an event. */
static enum outcome do_discard(const struct cmd *c)
{
	uint64_t first;
	uint32_t event = find_event(c, &first);

	if (event == ITS_NIL) {
		return WRONG;
	}
	clear_entry(c->run, event);
	vgic_its_unmap_event(c->run, event);
	return DONE;
}

/* INT does what a message of the device would do. */
static enum outcome do_int(const struct cmd *c)
{
	return done_if(can_be_mapped(c) &&
		       !vgic_lpi_signal(c->run->gic, c->run->self, key_of(c)));
}

/* CLEAR takes the pending state of an event's LPI back. */
static enum outcome do_clear(const struct cmd *c)
{
	const struct vgic_lpi_edit edit = { LPI_KEEP, .unpend = true };
	uint64_t first;

	if (find_event(c, &first) == ITS_NIL) {
		return WRONG;
	}
	(void)vgic_lpi_edit(c->run, index_of(c, first), &edit);
	return DONE;
}

/* INV has the configuration of an event's LPI read again. */
static enum outcome do_inv(const struct cmd *c)
{
	uint64_t first;

	if (find_event(c, &first) == ITS_NIL) {
		return WRONG;
	}
	vgic_lpi_reload(c->run, index_of(c, first));
	return DONE;
}

/*
 * For INVALL: read the configuration of LPIs that are, or may be, in the
 * collection.
 */
static void reload_in(const struct cmd *c, uint32_t index, uint32_t collection)
{
	bool perhaps;

	if (is_in(c, index, collection, &perhaps) || perhaps) {
		vgic_lpi_reload(c->run, index);
	}
}

/* INVALL reads the configurations of a collection's LPIs again. */
static enum outcome do_invall(const struct cmd *c)
{
	if (target_of(c) == VGIC_NOWHERE) {
		return WRONG;
	}
	return sweep(c, reload_in, get_collection(c)) ? DONE : MORE;
}

/*
 * For MOVALL: if the LPI is still pending at `from`, it moves to the other
 * redistributor.  If a vCPU has acknowledged it, there is nothing to move.
 */
static void move_pending(const struct cmd *c, uint32_t index, uint32_t from)
{
	struct vgic_lpi_edit edit = { LPI_KEEP };

	edit.from = from;
	(void)get_rdbase(c, c->dw[3], &edit.target);
	(void)vgic_lpi_edit(c->run, index, &edit);
}

/*
 * MOVALL moves all that is pending at one redistributor to another one.  Where
 * later messages go is the collections' matter.
 */
static enum outcome do_movall(const struct cmd *c)
{
	uint32_t from, to;

	if (!get_rdbase(c, c->dw[2], &from) || !get_rdbase(c, c->dw[3], &to)) {
		return WRONG;
	}
	return from == to || sweep(c, move_pending, from) ? DONE : MORE;
}

/* SYNC waits for the effects of earlier commands; here they are complete. */
static enum outcome do_sync(const struct cmd *c)
{
	uint32_t vcpu;

	return done_if(get_rdbase(c, c->dw[2], &vcpu));
}

/* By GITS_CMD_Number.  A number without a function is a wrong command. */
static enum outcome (*const commands[])(const struct cmd *c) = {
	[GITS_CMD_MOVI] = do_movi,     [GITS_CMD_INT] = do_int,
	[GITS_CMD_CLEAR] = do_clear,   [GITS_CMD_SYNC] = do_sync,
	[GITS_CMD_MAPD] = do_mapd,     [GITS_CMD_MAPC] = do_mapc,
	[GITS_CMD_MAPTI] = do_mapti,   [GITS_CMD_MAPI] = do_mapi,
	[GITS_CMD_INV] = do_inv,       [GITS_CMD_INVALL] = do_invall,
	[GITS_CMD_MOVALL] = do_movall, [GITS_CMD_DISCARD] = do_discard,
};

/*
 * Read the next command into its->command.  Where the guest has no memory it
 * reads as number 0, which is no command.
 */
static void fetch(const struct its_run *run, struct vgic_its *its)
{
	uint64_t at =
		(vgic_load_relaxed(&its->cbaser) & GITS_CBASER_PhysAddr_MASK) +
		vgic_load_relaxed(&its->creadr);

	its->at = 0;
	if (!vgic_its_read_chunk(run->gic, at, its->command, 4)) {
		its->command[0] = 0;
	}
}

/* Call the function of the command at hand. */
static enum outcome carry_out(struct its_run *run, struct vgic_its *its)
{
	const struct cmd c = {
		.run = run,
		.r = run->gic->records,
		.its = its,
		.dw = its->command,
	};
	uint32_t number = (uint32_t)FIELD_GET(GITS_CMD_Number, its->command[0]);

	/*
	 * The guest may have written to the configuration table since the
	 * command before.
	 */
	run->config.count = 0;
	return number < sizeof(commands) / sizeof(commands[0]) &&
			       commands[number] ?
		       commands[number](&c) :
		       WRONG;
}

/*
 * The load of GITS_CWRITER pairs with store_cwriter(), as vgic_its_end()
 * explains.
 */
bool vgic_its_has_commands(const struct vgic_its *its)
{
	return (vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled) &&
	       vgic_load_seq(&its->creadr) != (vgic_load_seq(&its->cwriter) &
					       GITS_CWRITER_Offset_MASK);
}

/*
 * GITS_CREADR moves on only when the command is complete, which is what a guest
 * polls for.
 */
void vgic_its_run_commands(struct its_run *run, struct vgic_its *its)
{
	uint64_t size = its_queue_size(vgic_load_relaxed(&its->cbaser));

	while (its_has_time(run) && vgic_its_has_commands(its)) {
		enum outcome outcome;
		uint64_t next;

		if (!its->in_command) {
			fetch(run, its);
		}
		run->left -= ITS_COST_COMMAND;
		outcome = carry_out(run, its);
		its->in_command = outcome == MORE;
		if (outcome == MORE) {
			return;
		}
		vgic_count(&its->commands);
		if (outcome == WRONG) {
			vgic_count(&its->command_errors);
			vgic_guest_error(run->self);
		}
		next = vgic_load_relaxed(&its->creadr) + GITS_CMD_SIZE;
		vgic_store_seq(&its->creadr, next < size ? next : 0);
	}
}
