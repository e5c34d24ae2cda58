/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GSI routing: what the numbers of irqfds lead to.
 *
 * A VMM replaces the whole table at a time, while other threads signal irqfds.
 * The routing is therefore a pair of tables (kvm.h): the one not in force is
 * filled, checked, and put in force by one addition.
 */
#include "kvm.h"

#include "regs/gicv3.h"

/*
 * An irqchip has as many pins as its model may have SPIs, however many this VM
 * has: KVM accepts routes to SPIs that do not exist.
 */

/* kvm_entry.what: type, flags and pin.  0: the GSI leads nowhere. */
#define WHAT_TYPE_SHIFT 0
#define WHAT_TYPE_WIDTH 8
#define WHAT_FLAGS_SHIFT 8
#define WHAT_FLAGS_WIDTH 8
#define WHAT_PIN_SHIFT 32
#define WHAT_PIN_WIDTH 32
/* kvm_entry.message: a message's data and DeviceID. */
#define MESSAGE_DATA_SHIFT 0
#define MESSAGE_DATA_WIDTH 32
#define MESSAGE_DEVID_SHIFT 32
#define MESSAGE_DEVID_WIDTH 32

/*
 * Until the VMM sets routes, GSI n is SPI n, as on KVM.  The memory is complete
 * before it is published: the release of `routing` pairs with the loads of it
 * in every other function.
 */
int vgic_kvm_need_routing(struct vgic_kvm *vm)
{
	struct kvm_routing *r = kvm_load(&vm->routing);

	if (r) {
		return 0;
	}
	r = vm->config.alloc(vm->config.ctx, sizeof(*r));
	if (!r) {
		return -VGIC_KVM_ENOMEM;
	}
	vgic_kvm_clear(r, sizeof(*r));
	kvm_fill(&r->sides[0].identity, true);
	kvm_store(&vm->routing, r);
	return 0;
}

/* The side that is not in force, for the thread that changes the routes. */
static struct kvm_table *other_side(struct kvm_routing *r)
{
	return &r->sides[(kvm_load(&r->generation) + 1) & 1];
}

/*
 * The caller holds the door, as a VMM's thread does that sets routes before the
 * GIC exists: so the pair has one writer at a time.
 */
void vgic_kvm_reset_routes(struct vgic_kvm *vm)
{
	struct kvm_routing *r = kvm_load(&vm->routing);

	if (r) {
		kvm_fill(&other_side(r)->identity, true);
		kvm_turn(&r->generation);
	}
}

/*
 * Unpacks an entry.  If a writer fills this side meanwhile, the words do not
 * belong together; vgic_kvm_route() then reads again.
 */
static struct vgic_kvm_route route_of(const struct kvm_entry *entry)
{
	uint64_t what = kvm_load(&entry->what);
	uint64_t address = kvm_load(&entry->address);
	uint64_t message = kvm_load(&entry->message);

	return (struct vgic_kvm_route){
		.type = (uint32_t)FIELD_GET(WHAT_TYPE, what),
		.pin = (uint32_t)FIELD_GET(WHAT_PIN, what),
		.msi = {
			.address_lo = (uint32_t)address,
			.address_hi = (uint32_t)(address >> 32),
			.data = (uint32_t)FIELD_GET(MESSAGE_DATA, message),
			.devid = (uint32_t)FIELD_GET(MESSAGE_DEVID, message),
			.flags = (uint32_t)FIELD_GET(WHAT_FLAGS, what),
		},
	};
}

/*
 * The VMM chose no routes: each SPI that exists has the GSI of its number among
 * the SPIs.
 */
static struct vgic_kvm_route identity(const struct vgic_kvm *vm, uint32_t gsi)
{
	bool there = gsi + kvm_shape(vm)->counted_irqs < vgic_kvm_nr_irqs(vm);

	return (struct vgic_kvm_route){
		.type = there ? VGIC_KVM_ROUTING_IRQCHIP : 0,
		.pin = gsi,
	};
}

struct vgic_kvm_route vgic_kvm_route_by(const struct vgic_kvm *vm,
					const struct kvm_table *table,
					uint32_t gsi)
{
	/* Beyond the table: no VMM can have given it a route. */
	if (gsi >= VGIC_KVM_ROUTING_MAX) {
		return (struct vgic_kvm_route){ .type = 0 };
	}
	return kvm_load(&table->identity) ? identity(vm, gsi) :
					    route_of(&table->entries[gsi]);
}

/*
 * The load of the generation pairs with kvm_turn() in replace() and
 * vgic_kvm_reset_routes().
 */
struct vgic_kvm_route vgic_kvm_route(const struct vgic_kvm *vm, uint32_t gsi)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);
	struct vgic_kvm_route route;
	uint64_t generation;

	do {
		generation = kvm_load(&r->generation);
		route = vgic_kvm_route_by(vm, &r->sides[generation & 1], gsi);
	} while (!kvm_still(&r->generation, generation));
	return route;
}

/* A GIC is irqchip 0, and its pins are the SPIs. */
static bool pin_valid(const struct vgic_kvm *vm,
		      const struct vgic_kvm_routing_entry *e)
{
	return e->flags == 0 && e->u.irqchip.irqchip == 0 &&
	       e->u.irqchip.pin <
		       kvm_shape(vm)->max_irqs - kvm_shape(vm)->counted_irqs;
}

/*
 * One route of the VMM, checked.  `what` is stored last only for clarity: no
 * reader trusts this side yet.
 */
static int fill_entry(const struct vgic_kvm *vm, struct kvm_table *table,
		      const struct vgic_kvm_routing_entry *e)
{
	struct kvm_entry *entry;
	uint64_t what = FIELD_PUT(WHAT_TYPE, e->type);

	/*
	 * A GSI leads to one pin or one message: a second route for it is
	 * EINVAL.
	 */
	if (e->gsi >= VGIC_KVM_ROUTING_MAX ||
	    kvm_load(&table->entries[e->gsi].what)) {
		return -VGIC_KVM_EINVAL;
	}
	entry = &table->entries[e->gsi];
	if (e->type == VGIC_KVM_ROUTING_IRQCHIP && pin_valid(vm, e)) {
		what |= FIELD_PUT(WHAT_PIN, e->u.irqchip.pin);
	} else if (e->type == VGIC_KVM_ROUTING_MSI &&
		   !(e->flags & ~VGIC_KVM_MSI_VALID_DEVID)) {
		what |= FIELD_PUT(WHAT_FLAGS, e->flags);
		kvm_fill(&entry->address, (uint64_t)e->u.msi.address_hi << 32 |
						  e->u.msi.address_lo);
		kvm_fill(&entry->message,
			 FIELD_PUT(MESSAGE_DATA, e->u.msi.data) |
				 FIELD_PUT(MESSAGE_DEVID, e->u.msi.devid));
	} else {
		return -VGIC_KVM_EINVAL;
	}
	kvm_fill(&entry->what, what);
	return 0;
}

/*
 * All routes; GSIs without one lead nowhere.  An error leaves this side half
 * filled, which does not matter: it is not put in force.
 */
static int fill_table(const struct vgic_kvm *vm, struct kvm_table *table,
		      const struct vgic_kvm_routing *routing)
{
	const struct vgic_kvm_routing_entry *entries =
		(const struct vgic_kvm_routing_entry *)(routing + 1);
	int err = 0;

	kvm_fill(&table->identity, false);
	for (uint32_t i = 0; i < VGIC_KVM_ROUTING_MAX; i++) {
		kvm_fill(&table->entries[i].what, 0);
	}
	for (uint32_t i = 0; !err && i < routing->nr; i++) {
		err = fill_entry(vm, table, &entries[i]);
	}
	return err;
}

/*
 * Put new routes in force.  Everything that can fail comes before the turn.
 * Afterwards the other side is the old table: by it vgic_kvm_leave_pins() finds
 * the lines that nothing else would lower.
 */
static int replace(struct vgic_kvm *vm, const struct vgic_kvm_routing *routing)
{
	int err = vgic_kvm_need_routing(vm);
	struct kvm_routing *r = kvm_load(&vm->routing);
	struct kvm_table *next;

	if (err) {
		return err;
	}
	next = other_side(r);
	err = fill_table(vm, next, routing);
	err = err ? err : vgic_kvm_arm_resamplers(vm, next);
	if (!err) {
		kvm_turn(&r->generation);
		vgic_kvm_leave_pins(vm, other_side(r));
	}
	return err;
}

int vgic_kvm_set_gsi_routing(struct vgic_kvm *vm,
			     const struct vgic_kvm_routing *routing)
{
	bool held = false;
	int err;

	if (!kvm_load(&vm->created)) {
		return -VGIC_KVM_EINVAL;
	}
	if (!routing) {
		return -VGIC_KVM_EFAULT;
	}
	if (routing->nr > VGIC_KVM_ROUTING_MAX || routing->flags) {
		return -VGIC_KVM_EINVAL;
	}
	/*
	 * CTRL_INIT, or the first use of a GICv2 on another thread, resets the
	 * routes.  Holding the door keeps that from happening in the middle.
	 */
	if (!kvm_gic(vm)) {
		held = vgic_kvm_hold(vm);
		if (!held) {
			return -VGIC_KVM_EBUSY;
		}
	}
	err = replace(vm, routing);
	if (held) {
		vgic_kvm_let_in(vm);
	}
	return err;
}
