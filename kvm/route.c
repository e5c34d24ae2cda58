/* SPDX-License-Identifier: BSD-2-Clause */
/* GSI routing: what the numbers of irqfds lead to. */
#include "kvm.h"

#include "regs/gicv3.h"

/* As many pins as there may be SPIs. */
#define PINS (GIC_SPI_END - GIC_SPI_BASE)
#define V5_PINS 65536u

/* kvm_entry.what */
#define WHAT_TYPE_SHIFT 0
#define WHAT_TYPE_WIDTH 8
#define WHAT_FLAGS_SHIFT 8
#define WHAT_FLAGS_WIDTH 8
#define WHAT_PIN_SHIFT 32
#define WHAT_PIN_WIDTH 32
/* kvm_entry.message */
#define MESSAGE_DATA_SHIFT 0
#define MESSAGE_DATA_WIDTH 32
#define MESSAGE_DEVID_SHIFT 32
#define MESSAGE_DEVID_WIDTH 32

static uint64_t load(const _Atomic(uint64_t) *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

static void store(_Atomic(uint64_t) *to, uint64_t value)
{
	atomic_store_explicit(to, value, memory_order_relaxed);
}

int kvm_need_routing(struct vgic_kvm *vm)
{
	if (!vm->routing) {
		vm->routing = vm->config.alloc(vm->config.ctx,
					       sizeof(*vm->routing));
		if (!vm->routing) {
			return -VGIC_KVM_ENOMEM;
		}
		kvm_clear(vm->routing, sizeof(*vm->routing));
	}
	return 0;
}

void kvm_reset_routes(struct vgic_kvm *vm)
{
	if (vm->routing) {
		store(&vm->routing->generation, 0);
	}
}

struct kvm_route kvm_route_of(const struct kvm_entry *entry)
{
	uint64_t what = load(&entry->what);
	uint64_t address = load(&entry->address);
	uint64_t message = load(&entry->message);

	return (struct kvm_route){
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

/* Nobody chose: each SPI has the GSI of its number. */
static struct kvm_route identity(const struct vgic_kvm *vm, uint32_t gsi)
{
	uint32_t private = vm->model == VGIC_GICV5 ? 0 : GIC_NR_PRIVATE;
	bool there = gsi + private < kvm_nr_irqs(vm);

	return (struct kvm_route){
		.type = there ? VGIC_KVM_ROUTING_IRQCHIP : 0,
		.pin = gsi,
	};
}

struct kvm_route kvm_route(const struct vgic_kvm *vm, uint32_t gsi)
{
	const struct kvm_routing *r = vm->routing;
	struct kvm_route route;
	uint64_t generation;

	/* What is read is valid if its table was in force all the while. */
	do {
		generation = r ? atomic_load_explicit(&r->generation,
						      memory_order_acquire) :
				 0;
		if (!generation) {
			return identity(vm, gsi);
		}
		route = kvm_route_of(&r->tables[generation & 1][gsi]);
		atomic_thread_fence(memory_order_acquire);
	} while (load(&r->generation) != generation);
	return route;
}

/* KVM has one irqchip here, and its pins are SPIs. */
static bool pin_valid(const struct vgic_kvm *vm,
		      const struct vgic_kvm_routing_entry *e)
{
	return e->flags == 0 && e->u.irqchip.irqchip == 0 &&
	       e->u.irqchip.pin < (vm->model == VGIC_GICV5 ? V5_PINS : PINS);
}

static int fill_entry(const struct vgic_kvm *vm, struct kvm_entry *table,
		      const struct vgic_kvm_routing_entry *e)
{
	struct kvm_entry *entry;
	uint64_t what = FIELD_PUT(WHAT_TYPE, e->type);

	/* A GSI leads to one pin or one message. */
	if (e->gsi >= VGIC_KVM_ROUTING_MAX || load(&table[e->gsi].what)) {
		return -VGIC_KVM_EINVAL;
	}
	entry = &table[e->gsi];
	if (e->type == VGIC_KVM_ROUTING_IRQCHIP && pin_valid(vm, e)) {
		what |= FIELD_PUT(WHAT_PIN, e->u.irqchip.pin);
	} else if (e->type == VGIC_KVM_ROUTING_MSI &&
		   !(e->flags & ~VGIC_KVM_MSI_VALID_DEVID)) {
		what |= FIELD_PUT(WHAT_FLAGS, e->flags);
		store(&entry->address, (uint64_t)e->u.msi.address_hi << 32 |
					       e->u.msi.address_lo);
		store(&entry->message,
		      FIELD_PUT(MESSAGE_DATA, e->u.msi.data) |
			      FIELD_PUT(MESSAGE_DEVID, e->u.msi.devid));
	} else {
		return -VGIC_KVM_EINVAL;
	}
	store(&entry->what, what);
	return 0;
}

int vgic_kvm_set_gsi_routing(struct vgic_kvm *vm,
			     const struct vgic_kvm_routing *routing)
{
	const struct vgic_kvm_routing_entry *entries;
	struct kvm_entry *table;
	uint64_t generation;
	int err;

	if (!vm->created) {
		return -VGIC_KVM_EINVAL;
	}
	if (!routing) {
		return -VGIC_KVM_EFAULT;
	}
	if (routing->nr > VGIC_KVM_ROUTING_MAX || routing->flags) {
		return -VGIC_KVM_EINVAL;
	}
	err = kvm_need_routing(vm);
	if (err) {
		return err;
	}
	entries = (const struct vgic_kvm_routing_entry *)(routing + 1);
	generation = load(&vm->routing->generation) + 1;
	table = vm->routing->tables[generation & 1];
	/* Who still reads this table is to see that it is out of force. */
	atomic_thread_fence(memory_order_release);
	for (uint32_t i = 0; i < VGIC_KVM_ROUTING_MAX; i++) {
		store(&table[i].what, 0);
	}
	for (uint32_t i = 0; !err && i < routing->nr; i++) {
		err = fill_entry(vm, table, &entries[i]);
	}
	err = err ? err : kvm_arm_resamplers(vm, table);
	if (!err) {
		atomic_store_explicit(&vm->routing->generation, generation,
				      memory_order_release);
	}
	return err;
}
