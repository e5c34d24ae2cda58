/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts by descriptor.  Who signals one, and the vCPU that ends its
 * interrupt, look here at any time: a slot's key changes as a whole.
 */
#include "kvm.h"

#include "regs/gicv3.h"
#include "regs/gicv5.h"

/* kvm_irqfd.key; 0 when the slot is free. */
#define KEY_FD_SHIFT 0
#define KEY_FD_WIDTH 32
#define KEY_GSI_SHIFT 32
#define KEY_GSI_WIDTH 16
#define KEY_RESAMPLE (UINT64_C(1) << 62)
#define KEY_USED (UINT64_C(1) << 63)

#define FLAGS (VGIC_KVM_IRQFD_DEASSIGN | VGIC_KVM_IRQFD_RESAMPLE)

static uint64_t key_of(const struct kvm_routing *r, uint32_t slot)
{
	return atomic_load_explicit(&r->irqfds[slot].key,
				    memory_order_acquire);
}

static uint32_t gsi_of(uint64_t key)
{
	return (uint32_t)FIELD_GET(KEY_GSI, key);
}

/*
 * The slot with this descriptor, or the first one that is free; a
 * descriptor's own place is that of its number, or the next.
 */
static uint32_t find_slot(const struct kvm_routing *r, uint32_t fd, bool free)
{
	for (uint32_t i = 0; i < KVM_MAX_IRQFDS; i++) {
		uint32_t slot = (fd + i) % KVM_MAX_IRQFDS;
		uint64_t key = key_of(r, slot);

		if (free ? !key : key && FIELD_GET(KEY_FD, key) == fd) {
			return slot;
		}
	}
	return KVM_MAX_IRQFDS;
}

/* The next slot from `slot` on that resamples, or KVM_MAX_IRQFDS. */
static uint32_t next_resampler(const struct kvm_routing *r, uint32_t slot)
{
	while (slot < KVM_MAX_IRQFDS) {
		uint64_t bits = atomic_load_explicit(
			&r->resamplers[slot / 64], memory_order_acquire);

		bits >>= slot % 64;
		if (bits) {
			return slot + (uint32_t)__builtin_ctzll(bits);
		}
		slot = (slot / 64 + 1) * 64;
	}
	return slot;
}

static uint32_t pin_of(const struct vgic_kvm *vm, uint32_t intid)
{
	return vm->model == VGIC_GICV5 ?
		       (uint32_t)FIELD_GET(GICV5_INTID_ID, intid) :
		       intid - GIC_SPI_BASE;
}

static bool leads_to(const struct vgic_kvm *vm, uint64_t key, uint32_t pin)
{
	struct kvm_route route = kvm_route(vm, gsi_of(key));

	return (key & KEY_RESAMPLE) &&
	       route.type == VGIC_KVM_ROUTING_IRQCHIP && route.pin == pin;
}

/*
 * The guest has ended an SPI.  First its line falls, for all that share it;
 * then each says whether it still has something.
 */
static void on_acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct vgic_kvm *vm = opaque;
	const struct kvm_routing *r = vm->routing;
	uint32_t pin = pin_of(vm, intid);
	bool lowered = false;

	(void)vcpu;
	for (uint32_t slot = next_resampler(r, 0); slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		if (!leads_to(vm, key_of(r, slot), pin)) {
			continue;
		}
		if (!lowered) {
			(void)kvm_spi_pin(vm, pin, false);
			lowered = true;
		}
		vm->config.resample(vm->config.ctx,
				    atomic_load_explicit(
					    &r->irqfds[slot].resamplefd,
					    memory_order_relaxed));
	}
}

static const struct vgic_irq_ops resample_ops = { .irq_acked = on_acked };

/* An SPI that is not there will never end. */
static int arm(struct vgic_kvm *vm, struct kvm_route route)
{
	int err;

	if (route.type != VGIC_KVM_ROUTING_IRQCHIP) {
		return 0;
	}
	err = vgic_set_irq_ops(vm->gic, 0,
			       vm->model == VGIC_GICV5 ?
				       GICV5_SPI(route.pin) :
				       route.pin + GIC_SPI_BASE,
			       &resample_ops, vm);
	return err == VGIC_E_NOENT ? 0 : kvm_errno(err);
}

int kvm_arm_resamplers(struct vgic_kvm *vm, const struct kvm_entry *table)
{
	const struct kvm_routing *r = vm->routing;
	int err = 0;

	for (uint32_t slot = next_resampler(r, 0);
	     !err && slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		err = arm(vm, kvm_route_of(&table[gsi_of(key_of(r, slot))]));
	}
	return err;
}

static void mark_resampler(struct kvm_routing *r, uint32_t slot, bool on)
{
	_Atomic(uint64_t) *bits = &r->resamplers[slot / 64];
	uint64_t bit = UINT64_C(1) << (slot % 64);

	if (on) {
		atomic_fetch_or_explicit(bits, bit, memory_order_release);
	} else {
		atomic_fetch_and_explicit(bits, ~bit, memory_order_release);
	}
}

static int assign(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	bool resample = irqfd->flags & VGIC_KVM_IRQFD_RESAMPLE;
	struct kvm_routing *r = vm->routing;
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
	err = resample ? arm(vm, kvm_route(vm, irqfd->gsi)) : 0;
	if (err) {
		return err;
	}
	atomic_store_explicit(&r->irqfds[slot].resamplefd, irqfd->resamplefd,
			      memory_order_relaxed);
	atomic_store_explicit(&r->irqfds[slot].key,
			      KEY_USED | (resample ? KEY_RESAMPLE : 0) |
				      FIELD_PUT(KEY_GSI, irqfd->gsi) |
				      FIELD_PUT(KEY_FD, irqfd->fd),
			      memory_order_release);
	mark_resampler(r, slot, resample);
	return 0;
}

/* The last one that holds a line up lets it go. */
static void lower(struct vgic_kvm *vm, uint32_t gsi)
{
	const struct kvm_routing *r = vm->routing;
	struct kvm_route route = kvm_route(vm, gsi);

	if (route.type != VGIC_KVM_ROUTING_IRQCHIP) {
		return;
	}
	for (uint32_t slot = next_resampler(r, 0); slot < KVM_MAX_IRQFDS;
	     slot = next_resampler(r, slot + 1)) {
		if (leads_to(vm, key_of(r, slot), route.pin)) {
			return;
		}
	}
	(void)kvm_spi_pin(vm, route.pin, false);
}

static int deassign(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	struct kvm_routing *r = vm->routing;
	uint32_t slot;
	uint64_t key;

	if (irqfd->fd > INT32_MAX) {
		return -VGIC_KVM_EBADF;
	}
	slot = r ? find_slot(r, irqfd->fd, false) : KVM_MAX_IRQFDS;
	if (slot == KVM_MAX_IRQFDS) {
		return 0;
	}
	key = key_of(r, slot);
	if (gsi_of(key) != irqfd->gsi) {
		return 0;
	}
	mark_resampler(r, slot, false);
	atomic_store_explicit(&r->irqfds[slot].key, 0, memory_order_release);
	if (key & KEY_RESAMPLE) {
		lower(vm, irqfd->gsi);
	}
	return 0;
}

int vgic_kvm_irqfd(struct vgic_kvm *vm, const struct vgic_kvm_irqfd *irqfd)
{
	int err;

	if (!irqfd) {
		return -VGIC_KVM_EFAULT;
	}
	if ((irqfd->flags & ~FLAGS) || irqfd->gsi >= VGIC_KVM_ROUTING_MAX) {
		return -VGIC_KVM_EINVAL;
	}
	if (irqfd->flags & VGIC_KVM_IRQFD_DEASSIGN) {
		return deassign(vm, irqfd);
	}
	if (!vm->gic) {
		return -VGIC_KVM_EAGAIN;
	}
	if ((irqfd->flags & VGIC_KVM_IRQFD_RESAMPLE) &&
	    !vm->config.resample) {
		return -VGIC_KVM_EINVAL;
	}
	err = kvm_need_routing(vm);
	return err ? err : assign(vm, irqfd);
}

int vgic_kvm_irqfd_signal(struct vgic_kvm *vm, uint32_t fd)
{
	const struct kvm_routing *r = vm->routing;
	uint32_t slot = r ? find_slot(r, fd, false) : KVM_MAX_IRQFDS;
	struct kvm_route route;
	uint64_t key;
	int err;

	/* It may have gone in the meantime. */
	key = slot < KVM_MAX_IRQFDS ? key_of(r, slot) : 0;
	if (!key || FIELD_GET(KEY_FD, key) != fd) {
		return -VGIC_KVM_ENOENT;
	}
	route = kvm_route(vm, gsi_of(key));
	if (route.type == VGIC_KVM_ROUTING_MSI) {
		return vgic_kvm_signal_msi(vm, &route.msi);
	}
	if (route.type != VGIC_KVM_ROUTING_IRQCHIP) {
		return -VGIC_KVM_EINVAL;
	}
	err = kvm_spi_pin(vm, route.pin, true);
	if (!err && !(key & KEY_RESAMPLE)) {
		err = kvm_spi_pin(vm, route.pin, false);
	}
	return err;
}
