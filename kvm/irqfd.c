/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts by descriptor.  Signals, and ends of interrupts, come from any
 * thread while the VMM assigns irqfds and changes routes.  So each slot for an
 * irqfd is a pair (kvm.h), and nothing here takes a lock.
 *
 * An irqfd that resamples holds its line up until the guest ends the interrupt.
 * Then the line falls for all irqfds that share the SPI, and each of their
 * devices is asked whether it still wants service; a device that does signals
 * its irqfd again.  A line of such irqfds falls in fall() alone.  So a signal
 * that comes at that moment is either still seen by the guest, or its device is
 * asked after the line fell.
 */
#include "kvm.h"

#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* The flags that KVM_IRQFD accepts. */
#define FLAGS (VGIC_KVM_IRQFD_DEASSIGN | VGIC_KVM_IRQFD_RESAMPLE)

/* A copy of a slot as it was at one moment. */
struct irqfd {
	uint32_t flags, fd, gsi, resamplefd;
};

/*
 * Any thread.  The load of the generation pairs with kvm_turn() in
 * write_slot(): the side it names is complete.  The loop throws away a copy
 * during which the slot changed.
 */
static struct irqfd read_slot(const struct kvm_routing *r, uint32_t slot)
{
	const struct kvm_slot *s = &r->slots[slot];
	struct irqfd irqfd;
	uint64_t generation;

	do {
		const struct kvm_irqfd *side;

		generation = kvm_load(&s->generation);
		side = &s->sides[generation & 1];
		irqfd.flags = kvm_load(&side->flags);
		irqfd.fd = kvm_load(&side->fd);
		irqfd.gsi = kvm_load(&side->gsi);
		irqfd.resamplefd = kvm_load(&side->resamplefd);
	} while (!kvm_still(&s->generation, generation));
	return irqfd;
}

/*
 * For the thread that changes irqfds.  The release in kvm_turn() pairs with the
 * loads in read_slot().
 */
static void write_slot(struct kvm_routing *r, uint32_t slot,
		       const struct irqfd *irqfd)
{
	struct kvm_slot *s = &r->slots[slot];
	struct kvm_irqfd *side = &s->sides[(kvm_load(&s->generation) + 1) & 1];

	kvm_fill(&side->flags, irqfd->flags);
	kvm_fill(&side->fd, irqfd->fd);
	kvm_fill(&side->gsi, irqfd->gsi);
	kvm_fill(&side->resamplefd, irqfd->resamplefd);
	kvm_turn(&s->generation);
}

/*
 * The slot of this descriptor, or with `free` the first free slot for it; else
 * KVM_MAX_IRQFDS.  Both searches begin at the descriptor's number modulo the
 * size of the table, so a signal mostly looks at one slot.
 *
 * A free slot does not end the search: the irqfd that was there may have been
 * taken away after ours was put behind it.
 */
static uint32_t find_slot(const struct kvm_routing *r, uint32_t fd, bool free)
{
	for (uint32_t i = 0; i < KVM_MAX_IRQFDS; i++) {
		uint32_t slot = (fd + i) % KVM_MAX_IRQFDS;
		struct irqfd irqfd = read_slot(r, slot);
		bool used = irqfd.flags & KVM_IRQFD_USED;

		if (free ? !used : used && irqfd.fd == fd) {
			return slot;
		}
	}
	return KVM_MAX_IRQFDS;
}

/*
 * The next slot from `slot` on that may have an irqfd that resamples, or
 * KVM_MAX_IRQFDS.  A word of the map at a time: most VMs have few.  The load
 * pairs with the kvm_or() of mark_resampler().
 */
static uint32_t next_resampler(const struct kvm_routing *r, uint32_t slot)
{
	while (slot < KVM_MAX_IRQFDS) {
		uint64_t bits = kvm_load(&r->resamplers[slot / 64]);

		bits >>= slot % 64;
		if (bits) {
			return slot + (uint32_t)__builtin_ctzll(bits);
		}
		slot = (slot / 64 + 1) * 64;
	}
	return slot;
}

/* The pin of an SPI: the reverse of vgic_kvm_pin_intid(). */
static uint32_t pin_of(const struct vgic_kvm *vm, uint32_t intid)
{
	return intid - kvm_shape(vm)->spi_base;
}

static bool is_pin(struct vgic_kvm_route route, uint32_t pin)
{
	return route.type == VGIC_KVM_ROUTING_IRQCHIP && route.pin == pin;
}

/* Does this irqfd resample, and does its GSI lead to this pin now? */
static bool leads_to(const struct vgic_kvm *vm, const struct irqfd *irqfd,
		     uint32_t pin)
{
	return (irqfd->flags & KVM_IRQFD_RESAMPLE) &&
	       is_pin(vgic_kvm_route(vm, irqfd->gsi), pin);
}

/* Have the VMM ask the irqfd's device whether it still wants service. */
static void ask(const struct vgic_kvm *vm, const struct irqfd *irqfd)
{
	vm->config.resample(vm->config.ctx, irqfd->resamplefd);
}

/* Does any irqfd that resamples lead to this pin? */
static bool has_resampler(const struct vgic_kvm *vm, uint32_t pin)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);

	for (uint32_t slot = next_resampler(r, 0); slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		struct irqfd irqfd = read_slot(r, slot);

		if (leads_to(vm, &irqfd, pin)) {
			return true;
		}
	}
	return false;
}

/*
 * Lower a line and ask the devices that share it.  In this order: a device that
 * signals between the two has raised a line that fell again, but it is among
 * those that are asked afterwards.
 */
static void fall(struct vgic_kvm *vm, uint32_t pin)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);

	(void)vgic_kvm_spi_pin(vm, pin, false);
	for (uint32_t slot = next_resampler(r, 0); slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		struct irqfd irqfd = read_slot(r, slot);

		if (leads_to(vm, &irqfd, pin)) {
			ask(vm, &irqfd);
		}
	}
}

/*
 * An irqfd that may have held this line up leads elsewhere or is gone.  If no
 * other one that resamples leads here, nothing would ever lower the line: it
 * falls now.  If there is one, the line may be up for it, and falls when the
 * guest ends the interrupt.
 */
static void leave_pin(struct vgic_kvm *vm, uint32_t pin)
{
	if (!has_resampler(vm, pin)) {
		fall(vm, pin);
	}
}

/*
 * The library calls this when the guest has ended an SPI, on a vCPU's thread.
 */
static void on_acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct vgic_kvm *vm = opaque;
	uint32_t pin = pin_of(vm, intid);

	(void)vcpu;
	if (has_resampler(vm, pin)) {
		fall(vm, pin);
	}
}

static const struct vgic_irq_ops resample_ops = { .irq_ended = on_acked };

/*
 * Have the library call on_acked() when the SPI ends.  An SPI that does not
 * exist will never end, so that is no error.
 */
static int arm(struct vgic_kvm *vm, struct vgic_kvm_route route)
{
	int err;

	if (route.type != VGIC_KVM_ROUTING_IRQCHIP) {
		return 0;
	}
	err = vgic_set_irq_ops(kvm_gic(vm), 0,
			       vgic_kvm_pin_intid(vm, route.pin), &resample_ops,
			       vm);
	return err == VGIC_E_NOENT ? 0 : vgic_kvm_errno_of(err);
}

/*
 * Before the table is in force: if the library has no side entry left for an
 * SPI, the old table stays and nothing is lost.  SPIs that were armed for
 * nothing only cost a look at the resamplers when they end.
 */
int vgic_kvm_arm_resamplers(struct vgic_kvm *vm, const struct kvm_table *table)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);
	int err = 0;

	for (uint32_t slot = next_resampler(r, 0);
	     !err && slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		err = arm(vm,
			  vgic_kvm_route_by(vm, table, read_slot(r, slot).gsi));
	}
	return err;
}

/*
 * For each irqfd that resamples and led to another pin by the old table: a line
 * that it raised there would stay up for ever, for the end of that interrupt
 * does not concern it any more.  Its device is asked, so that it raises the new
 * pin.
 */
void vgic_kvm_leave_pins(struct vgic_kvm *vm, const struct kvm_table *old)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);

	for (uint32_t slot = next_resampler(r, 0); slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		struct irqfd irqfd = read_slot(r, slot);
		struct vgic_kvm_route was =
			vgic_kvm_route_by(vm, old, irqfd.gsi);

		if (was.type != VGIC_KVM_ROUTING_IRQCHIP ||
		    is_pin(vgic_kvm_route(vm, irqfd.gsi), was.pin)) {
			continue;
		}
		leave_pin(vm, was.pin);
		if (vgic_kvm_route(vm, irqfd.gsi).type ==
		    VGIC_KVM_ROUTING_IRQCHIP) {
			ask(vm, &irqfd);
		}
	}
}

/*
 * Atomic: a word of the map is shared by 64 slots, and other threads read it.
 */
static void mark_resampler(struct kvm_routing *r, uint32_t slot, bool on)
{
	_Atomic(uint64_t) *bits = &r->resamplers[slot / 64];
	uint64_t bit = UINT64_C(1) << (slot % 64);

	if (on) {
		(void)kvm_or(bits, bit);
	} else {
		(void)kvm_and(bits, ~bit);
	}
}

/*
 * Give a descriptor a GSI.  The order matters: first the end of its SPI is
 * reported to us, then it is among the resamplers, then it can be signalled. So
 * whatever a signal raises, the end of the interrupt finds this slot.
 */
static int assign(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	bool resample = irqfd->flags & VGIC_KVM_IRQFD_RESAMPLE;
	struct kvm_routing *r = kvm_load(&vm->routing);
	const struct irqfd new = {
		.flags = KVM_IRQFD_USED | (resample ? KVM_IRQFD_RESAMPLE : 0),
		.fd = irqfd->fd,
		.gsi = irqfd->gsi,
		.resamplefd = irqfd->resamplefd,
	};
	uint32_t slot;
	int err;

	if (irqfd->fd > INT32_MAX ||
	    (resample && irqfd->resamplefd > INT32_MAX)) {
		return -VGIC_KVM_EBADF;
	}
	if (find_slot(r, irqfd->fd, false) < KVM_MAX_IRQFDS) {
		return -VGIC_KVM_EBUSY;
	}
	slot = find_slot(r, irqfd->fd, true);
	if (slot == KVM_MAX_IRQFDS) {
		return -VGIC_KVM_ENOMEM;
	}
	err = resample ? arm(vm, vgic_kvm_route(vm, irqfd->gsi)) : 0;
	if (err) {
		return err;
	}
	/*
	 * Pairs with the load in next_resampler(): marked before it is in use.
	 */
	if (resample) {
		mark_resampler(r, slot, true);
	}
	write_slot(r, slot, &new);
	return 0;
}

/* Take an irqfd away.  Nothing to take away is no error, as on KVM. */
static int deassign(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	static const struct irqfd none = { .flags = 0 };
	struct kvm_routing *r = kvm_load(&vm->routing);
	struct vgic_kvm_route route;
	struct irqfd was;
	uint32_t slot;

	if (irqfd->fd > INT32_MAX) {
		return -VGIC_KVM_EBADF;
	}
	slot = r ? find_slot(r, irqfd->fd, false) : KVM_MAX_IRQFDS;
	if (slot == KVM_MAX_IRQFDS) {
		return 0;
	}
	was = read_slot(r, slot);
	/* KVM identifies an irqfd by its descriptor and its GSI. */
	if (was.gsi != irqfd->gsi) {
		return 0;
	}
	write_slot(r, slot, &none);
	/*
	 * The slot first: a slot that is in use and resamples is always marked.
	 */
	mark_resampler(r, slot, false);
	route = vgic_kvm_route(vm, was.gsi);
	if ((was.flags & KVM_IRQFD_RESAMPLE) &&
	    route.type == VGIC_KVM_ROUTING_IRQCHIP) {
		leave_pin(vm, route.pin);
	}
	return 0;
}

/*
 * Errors in the order that KVM has.  It takes an irqfd away before it asks
 * whether there is a GIC.
 */
int vgic_kvm_irqfd(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	int err;

	if (!irqfd) {
		return -VGIC_KVM_EFAULT;
	}
	if (irqfd->flags & ~FLAGS) {
		return -VGIC_KVM_EINVAL;
	}
	if (irqfd->flags & VGIC_KVM_IRQFD_DEASSIGN) {
		return deassign(vm, irqfd);
	}
	if (!kvm_gic(vm)) {
		return -VGIC_KVM_EAGAIN;
	}
	if ((irqfd->flags & VGIC_KVM_IRQFD_RESAMPLE) && !vm->config.resample) {
		return -VGIC_KVM_EINVAL;
	}
	err = vgic_kvm_need_routing(vm);
	return err ? err : assign(vm, irqfd);
}

/*
 * An irqfd has raised this pin: does it still resample, and lead there?  If
 * not, another thread took it away or changed its route, and may have looked at
 * the line before it was up; then it is for this thread to lower it.
 *
 * The additions of kvm_now() pair with kvm_turn() in write_slot() and in
 * route.c.  Either they come after the turn, see it, and this returns false; or
 * the turn comes after them, and the thread that made it sees the line up and
 * lowers it.
 */
static bool holds(struct vgic_kvm *vm, uint32_t slot, uint32_t pin)
{
	struct kvm_routing *r = kvm_load(&vm->routing);
	struct irqfd irqfd;

	(void)kvm_now(&r->slots[slot].generation);
	(void)kvm_now(&r->generation);
	irqfd = read_slot(r, slot);
	return leads_to(vm, &irqfd, pin);
}

/*
 * The line of a level-sensitive SPI stays up, as KVM leaves it, until
 * KVM_IRQ_LINE or a resampler lowers it.  An edge-triggered SPI takes the edge,
 * and its line goes down at once: if it stayed up, a guest that reconfigures
 * the SPI as level-sensitive would find it asserted for ever.
 */
static int raise_pin(struct vgic_kvm *vm, uint32_t pin)
{
	int err = vgic_kvm_spi_pin(vm, pin, true);

	return err || vgic_kvm_pin_is_level(vm, pin) ?
		       err :
		       vgic_kvm_spi_pin(vm, pin, false);
}

/*
 * One attempt to signal.  `again`: the irqfd or its route changed meanwhile;
 * the line was lowered, and the caller tries again by what is in force now.
 */
static int signal_once(struct vgic_kvm *vm, uint32_t fd, bool *again)
{
	const struct kvm_routing *r = kvm_load(&vm->routing);
	uint32_t slot = r ? find_slot(r, fd, false) : KVM_MAX_IRQFDS;
	struct vgic_kvm_route route;
	struct irqfd irqfd;
	int err;

	*again = false;
	if (slot == KVM_MAX_IRQFDS) {
		return -VGIC_KVM_ENOENT;
	}
	/*
	 * The slot may have changed since the search: the irqfd was taken away,
	 * or another descriptor has the slot now.
	 */
	irqfd = read_slot(r, slot);
	if (!(irqfd.flags & KVM_IRQFD_USED) || irqfd.fd != fd) {
		return -VGIC_KVM_ENOENT;
	}
	route = vgic_kvm_route(vm, irqfd.gsi);
	if (route.type == VGIC_KVM_ROUTING_MSI) {
		return vgic_kvm_signal_msi(vm, &route.msi);
	}
	if (route.type != VGIC_KVM_ROUTING_IRQCHIP) {
		return -VGIC_KVM_EINVAL;
	}
	err = raise_pin(vm, route.pin);
	if (!err && (irqfd.flags & KVM_IRQFD_RESAMPLE) &&
	    !holds(vm, slot, route.pin)) {
		leave_pin(vm, route.pin);
		*again = true;
	}
	return err;
}

/*
 * Each further attempt needs another change of this irqfd or of the routes,
 * which come one at a time from the VMM, so the loop ends.
 */
int vgic_kvm_irqfd_signal(struct vgic_kvm *vm, uint32_t fd)
{
	bool again;
	int err;

	do {
		err = signal_once(vm, fd, &again);
	} while (again);
	return err;
}
