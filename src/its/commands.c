/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command queue.  A write of GITS_CWRITER takes the commands, on the
 * thread of the vCPU that writes; each is complete before the next one, so
 * SYNC has nothing to wait for.  A command that is wrong is skipped and
 * counted: GITS_CREADR moves on, and the queue never stalls.  IHI 0069 5.3
 */
#include "its/its.h"

/*
 * What one trap may cost, in commands.  When more is to be done, the guest
 * makes its access again, and takes its interrupts before.
 */
#define MAX_WORK 2048u
/* So many words or entries looked at cost as much as a command. */
#define PER_WORK 64u

struct run {
	struct vgic *gic;
	struct vgic_vcpu *self;
	struct vgic_its *its;
	uint32_t work;
};

static uint32_t device_of(const uint64_t *dw)
{
	return (uint32_t)FIELD_GET(GITS_CMD_DeviceID, dw[0]);
}

static uint32_t event_of(const uint64_t *dw)
{
	return (uint32_t)FIELD_GET(GITS_CMD_EventID, dw[1]);
}

static uint32_t icid_of(const uint64_t *dw)
{
	return (uint32_t)FIELD_GET(GITS_CMD_ICID, dw[2]);
}

/* The vCPU with this processor number (GITS_TYPER.PTA is 0). */
static bool get_rdbase(const struct run *run, uint64_t dw, uint32_t *vcpu)
{
	*vcpu = vgic_find_processor(run->gic, FIELD_GET(GITS_CMD_RDbase, dw));
	return *vcpu != VGIC_NOWHERE;
}

/* All LPIs have to be looked at. */
static void charge_sweep(struct run *run)
{
	run->work += run->gic->config.its.nr_lpis / PER_WORK;
}

/* The list has to be looked through, however long the guest made it. */
static bool find_collection(struct run *run, uint32_t icid,
			    struct its_collection *collection)
{
	bool found = its_find_collection(run->gic, run->its, icid,
					 collection);

	run->work += collection->looked / PER_WORK;
	return found;
}

/* Its vCPU, or VGIC_NOWHERE. */
static uint32_t target_of(struct run *run, uint32_t icid)
{
	struct its_collection collection;

	return find_collection(run, icid, &collection) ? collection.target :
							 VGIC_NOWHERE;
}

static struct lpi_match in_collection(const struct run *run, uint32_t icid)
{
	return (struct lpi_match){ UINT32_MAX, lpi_route(run->its, icid),
				   VGIC_NIL };
}

/* The event that the command names: it is mapped. */
static bool get_event(const struct run *run, const uint64_t *dw,
		      struct its_event *event)
{
	return its_find_event(run->gic, run->its, device_of(dw), event_of(dw),
			      event) &&
	       event->index != VGIC_NIL;
}

static bool do_mapd(struct run *run, const uint64_t *dw)
{
	uint64_t itt = dw[2] & GITS_CMD_ITT_addr_MASK, at, dte = 0;
	uint32_t size = (uint32_t)FIELD_GET(GITS_CMD_Size, dw[1]);
	struct its_device device;

	if (!its_device_entry(run->gic, run->its, device_of(dw), &at)) {
		return false;
	}
	if (dw[2] & GITS_CMD_V) {
		if (size >= 16) {
			return false;
		}
		dte = GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, itt >> 8) |
		      FIELD_PUT(GITS_DTE_Size, size);
	}
	if (its_find_device(run->gic, run->its, device_of(dw), &device)) {
		its_drop_events(run->gic, run->self, run->its, &device);
		run->work += (1u << device.bits) / PER_WORK;
	}
	return its_write64(run->gic, at, dte);
}

/* A collection's entry names its vCPU by number, as the command did. */
static uint64_t cte_of(const struct run *run, uint32_t icid, uint32_t vcpu)
{
	return GITS_CTE_Valid | FIELD_PUT(GITS_CTE_ICID, icid) |
	       FIELD_PUT(GITS_CTE_RDBase, run->gic->vcpus[vcpu].number);
}

/* What was last in the list takes the place of what goes. */
static bool remove_collection(const struct run *run,
			      const struct its_collection *collection)
{
	const struct vgic_host_ops *host = run->gic->config.host;
	void *ctx = run->gic->config.host_ctx;
	uint8_t entry[GITS_ENTRY_SIZE];

	return !host->read_guest(ctx, collection->last, entry,
				 sizeof(entry)) &&
	       !host->write_guest(ctx, collection->at, entry,
				  sizeof(entry)) &&
	       its_write64(run->gic, collection->last, 0);
}

static bool put_collection(const struct run *run,
			   const struct its_collection *collection,
			   uint64_t cte)
{
	if (collection->found) {
		return its_write64(run->gic, collection->at, cte);
	}
	return its_add_collection(run->gic, collection, cte);
}

static bool do_mapc(struct run *run, const uint64_t *dw)
{
	struct lpi_match match = in_collection(run, icid_of(dw));
	struct its_collection collection;
	uint32_t target = VGIC_NOWHERE;
	bool done;

	if (!find_collection(run, icid_of(dw), &collection)) {
		return false;
	}
	if (dw[2] & GITS_CMD_V) {
		done = get_rdbase(run, dw[2], &target) &&
		       put_collection(run, &collection,
				      cte_of(run, icid_of(dw), target));
	} else {
		done = !collection.found ||
		       remove_collection(run, &collection);
	}
	if (done) {
		lpi_reload_all(run->gic, run->self, &match, target);
		charge_sweep(run);
	}
	return done;
}

/* A collection that is not mapped yet may be, later. */
static bool map(struct run *run, const uint64_t *dw, uint32_t intid)
{
	uint32_t icid = icid_of(dw);
	uint32_t index = run->gic->first_lpi + (intid - GIC_LPI_BASE);
	struct its_event event;
	uint64_t ite = FIELD_PUT(GITS_ITE_pINTID, intid) |
		       FIELD_PUT(GITS_ITE_ICID, icid);

	if (!lpi_exists(run->gic, intid) ||
	    !its_find_event(run->gic, run->its, device_of(dw), event_of(dw),
			    &event) ||
	    !its_write64(run->gic, event.at, ite)) {
		return false;
	}
	if (event.index != VGIC_NIL && event.index != index) {
		lpi_unmap(run->gic, run->self, event.index);
	}
	lpi_map(run->gic, run->self, index, lpi_route(run->its, icid),
		target_of(run, icid));
	return true;
}

static bool do_mapti(struct run *run, const uint64_t *dw)
{
	return map(run, dw, (uint32_t)FIELD_GET(GITS_CMD_pINTID, dw[1]));
}

static bool do_mapi(struct run *run, const uint64_t *dw)
{
	return map(run, dw, event_of(dw));
}

static bool do_movi(struct run *run, const uint64_t *dw)
{
	uint32_t icid = icid_of(dw), target;
	struct its_event event;
	uint64_t ite;

	if (!get_event(run, dw, &event)) {
		return false;
	}
	target = target_of(run, icid);
	ite = FIELD_PUT(GITS_ITE_pINTID,
			vgic_irq_intid(run->gic, event.index)) |
	      FIELD_PUT(GITS_ITE_ICID, icid);
	if (target == VGIC_NOWHERE ||
	    !its_write64(run->gic, event.at, ite)) {
		return false;
	}
	lpi_map(run->gic, run->self, event.index, lpi_route(run->its, icid),
		target);
	return true;
}

static bool do_discard(struct run *run, const uint64_t *dw)
{
	struct its_event event;

	if (!get_event(run, dw, &event)) {
		return false;
	}
	lpi_unmap(run->gic, run->self, event.index);
	return its_write64(run->gic, event.at, 0);
}

static bool do_int(struct run *run, const uint64_t *dw)
{
	return its_signal(run->gic, run->self, run->its, device_of(dw),
			  event_of(dw));
}

static bool do_clear(struct run *run, const uint64_t *dw)
{
	struct its_event event;

	if (!get_event(run, dw, &event)) {
		return false;
	}
	vgic_irq_change(run->gic, run->self, event.index, VGIC_CLEAR_PENDING,
			0);
	return true;
}

static bool do_inv(struct run *run, const uint64_t *dw)
{
	struct its_event event;

	if (!get_event(run, dw, &event)) {
		return false;
	}
	lpi_reload(run->gic, run->self, event.index);
	return true;
}

static bool do_invall(struct run *run, const uint64_t *dw)
{
	struct lpi_match match = in_collection(run, icid_of(dw));

	if (target_of(run, icid_of(dw)) == VGIC_NOWHERE) {
		return false;
	}
	lpi_reload_all(run->gic, run->self, &match, VGIC_NIL);
	charge_sweep(run);
	return true;
}

static bool do_movall(struct run *run, const uint64_t *dw)
{
	uint32_t from, to;

	if (!get_rdbase(run, dw[2], &from) || !get_rdbase(run, dw[3], &to)) {
		return false;
	}
	if (from != to) {
		lpi_move_pending(run->gic, run->self, from, to);
		charge_sweep(run);
	}
	return true;
}

static bool do_sync(struct run *run, const uint64_t *dw)
{
	uint32_t vcpu;

	return get_rdbase(run, dw[2], &vcpu);
}

static bool (*const commands[])(struct run *run, const uint64_t *dw) = {
	[GITS_CMD_MOVI] = do_movi,     [GITS_CMD_INT] = do_int,
	[GITS_CMD_CLEAR] = do_clear,   [GITS_CMD_SYNC] = do_sync,
	[GITS_CMD_MAPD] = do_mapd,     [GITS_CMD_MAPC] = do_mapc,
	[GITS_CMD_MAPTI] = do_mapti,   [GITS_CMD_MAPI] = do_mapi,
	[GITS_CMD_INV] = do_inv,       [GITS_CMD_INVALL] = do_invall,
	[GITS_CMD_MOVALL] = do_movall, [GITS_CMD_DISCARD] = do_discard,
};

static bool read_command(const struct run *run, uint64_t at, uint64_t *dw)
{
	const struct vgic_host_ops *host = run->gic->config.host;
	uint8_t byte[GITS_CMD_SIZE];

	if (host->read_guest(run->gic->config.host_ctx, at, byte,
			     sizeof(byte))) {
		return false;
	}
	for (uint32_t i = 0; i < 4; i++) {
		dw[i] = 0;
	}
	for (uint32_t i = 0; i < sizeof(byte); i++) {
		dw[i / 8] |= (uint64_t)byte[i] << 8 * (i % 8);
	}
	return true;
}

/* The next command of the queue, if there is one. */
static bool take_one(struct run *run)
{
	struct vgic_its *its = run->its;
	uint64_t cbaser = vgic_load_relaxed(&its->cbaser);
	uint64_t size = its_queue_size(cbaser);
	uint64_t at = vgic_load_relaxed(&its->creadr);
	uint64_t dw[4];
	uint32_t number;
	bool right;

	if (!(vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled) ||
	    at == vgic_load_seq(&its->cwriter)) {
		return false;
	}
	right = read_command(run, (cbaser & GITS_CBASER_PhysAddr_MASK) + at,
			     dw);
	number = right ? (uint32_t)FIELD_GET(GITS_CMD_Number, dw[0]) : 0;
	right = right && number < sizeof(commands) / sizeof(commands[0]) &&
		commands[number] && commands[number](run, dw);
	run->work++;
	vgic_count(&its->commands);
	if (!right) {
		vgic_count(&its->command_errors);
		vgic_guest_error(run->self);
	}
	at += GITS_CMD_SIZE;
	vgic_store_seq(&its->creadr, at < size ? at : 0);
	return true;
}

/*
 * Another vCPU that adds commands meanwhile finds us busy and goes on: so
 * look once more when we are no longer.
 */
void its_run(struct vgic_mmio *mmio, struct vgic_its *its)
{
	struct run run = { mmio->vcpu->gic, mmio->vcpu, its, 0 };

	do {
		if (vgic_exchange(&its->busy, 1)) {
			return;
		}
		while (run.work < MAX_WORK && take_one(&run)) {
		}
		/*
		 * Not a store: QEMU, to 11.1 at least, lets a load-acquire
		 * pass a store-release.
		 */
		(void)vgic_exchange(&its->busy, 0);
		if (!(vgic_load_seq(&its->ctlr) & GITS_CTLR_Enabled) ||
		    vgic_load_seq(&its->creadr) ==
			    vgic_load_seq(&its->cwriter)) {
			return;
		}
	} while (run.work < MAX_WORK);
	mmio->retry = true;
}
