/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a VM is made of, and what its parts offer one another.
 *
 * Which thread may touch what.  Calls that change what the VM is made of come
 * one at a time (include/vgic/kvm.h).  KVM_RUN, lines, messages and signals
 * come from any thread at any time, beside those and beside each other.  What
 * they read is one of three sorts, and there is no other:
 *
 * - Published once: it is complete before it is stored, and does not change
 *   afterwards (`created`, `nr_vcpus`, `gic`, `routing`, `nr_its`, `its`).  A
 *   vCPU's `vcpu` is read only behind `gic`.
 * - A pair (struct kvm_routing, struct kvm_slot): two sides, of which
 *   `generation` says which one is in force.  The other side is filled where
 *   nobody looks and put in force as a whole.
 * - Behind the door: `door` counts the vCPUs that run.  A thread that makes the
 *   GIC, maps it or looks at its registers holds the door (vgic_kvm_hold()),
 *   and no vCPU runs meanwhile.
 */
#ifndef KVM_KVM_H
#define KVM_KVM_H

#include <vgic/its.h>
#include <vgic/kvm.h>
#include <vgic/uaccess.h>

#include "kvm/atomics.h"
#include "regs/field.h"

#define KVM_MAX_VCPUS 512u
#define KVM_MAX_REGIONS 64u
/* Tests that walk through all orders have fewer. */
#ifndef KVM_MAX_IRQFDS
#define KVM_MAX_IRQFDS 1024u
#endif
#define KVM_UNSET UINT64_MAX
#define KVM_NO_VCPU UINT32_MAX
#define KVM_DOOR_HELD (UINT32_C(1) << 31)
#define KVM_MAX_ITS VGIC_MAX_ITS
/* Devices: the GIC, and ITSs in the order in which they are made. */
#define KVM_GIC_FD 3u
#define KVM_ITS_FD 4u

struct kvm_vcpu {
	uint32_t id;
	uint32_t mpidr;
	void *hw;
	_Atomic(bool) running;
	/* Its part of the GIC: valid while `gic` is not null. */
	struct vgic_vcpu *vcpu;
};

struct kvm_region {
	uint64_t base;
	uint32_t count;
};

/* A GSI's route, as kvm_route_of() reads it. */
struct kvm_entry {
	_Atomic(uint64_t) what;
	_Atomic(uint64_t) address;
	_Atomic(uint64_t) message;
};

/* One side of the routing. */
struct kvm_table {
	/* GSI n is SPI n, whatever `entries` say. */
	_Atomic(bool) identity;
	struct kvm_entry entries[VGIC_KVM_ROUTING_MAX];
};

/* One side of a slot for an irqfd; without KVM_IRQFD_USED it is free. */
#define KVM_IRQFD_RESAMPLE (1u << 0)
#define KVM_IRQFD_USED (1u << 1)

struct kvm_irqfd {
	_Atomic(uint32_t) flags;
	_Atomic(uint32_t) fd;
	_Atomic(uint32_t) gsi;
	_Atomic(uint32_t) resamplefd;
};

struct kvm_slot {
	_Atomic(uint64_t) generation;
	struct kvm_irqfd sides[2];
};

struct kvm_routing {
	_Atomic(uint64_t) generation;
	struct kvm_table sides[2];
	struct kvm_slot slots[KVM_MAX_IRQFDS];
	/* Bit n of [n / 64]: slots[n] may resample. */
	_Atomic(uint64_t) resamplers[(KVM_MAX_IRQFDS + 63) / 64];
};

struct vgic_kvm {
	struct vgic_kvm_config config;
	struct kvm_vcpu vcpus[KVM_MAX_VCPUS];
	_Atomic(uint32_t) nr_vcpus;
	/* A GIC was made, of this model. */
	_Atomic(bool) created;
	enum vgic_model model;
	/* vCPUs that run, or KVM_DOOR_HELD. */
	_Atomic(uint32_t) door;
	/* Its first run failed: nothing works any more. */
	_Atomic(bool) dead;
	/* A vCPU has run.  Written by who holds the door. */
	_Atomic(bool) has_run;

	/* Null until CTRL_INIT. */
	_Atomic(struct vgic *) gic;
	void *memory;

	uint64_t dist, cpu, irs;
	/* ITS devices, and where they are. */
	_Atomic(uint32_t) nr_its;
	_Atomic(uint64_t) its[KVM_MAX_ITS];
	struct kvm_region regions[KVM_MAX_REGIONS];
	uint32_t nr_regions;
	/* Regions that the GIC was told of. */
	uint32_t nr_placed;
	/* All redistributors in one block, for as many vCPUs as there are. */
	uint64_t redist;

	/* 0: not chosen.  GICv5: SPIs, else all interrupts. */
	uint32_t nr_irqs;
	uint32_t maint_irq;
	/* Null until there is routing or an irqfd. */
	_Atomic(struct kvm_routing *) routing;
	/* GICD_IIDR's revision; a GICv2 whose IIDR was written has groups. */
	uint32_t revision;
	bool groups_writable;
};

/* One access to an attribute. */
struct kvm_access {
	struct vgic_kvm *vm;
	uint64_t attr;
	uint64_t addr;
	bool write;
	/* This call holds the door: no vCPU runs, nobody else looks. */
	bool held;
	/* Which ITS, when the device is one. */
	uint32_t its;
};

/*
 * The models as bits, to say which have a group or an attribute; an ITS is a
 * device of its own.
 */
#define KVM_V2 VGIC_KVM_HAS_V2
#define KVM_V3 VGIC_KVM_HAS_V3
#define KVM_V5 VGIC_KVM_HAS_V5
#define KVM_ITS (1u << 3)

static inline uint32_t kvm_model_bit(const struct vgic_kvm *vm)
{
	switch (vm->model) {
	case VGIC_GICV2:
		return KVM_V2;
	case VGIC_GICV5:
		return KVM_V5;
	default:
		return KVM_V3;
	}
}

/* vm.c */

void vgic_kvm_clear(void *memory, size_t size);
/* What the library said, as an errno. */
int vgic_kvm_errno_of(int vgic_error);
/* Index of a vCPU by its id or affinity, or KVM_NO_VCPU. */
uint32_t vgic_kvm_find_id(const struct vgic_kvm *vm, uint32_t id);
uint32_t vgic_kvm_find_mpidr(const struct vgic_kvm *vm, uint32_t mpidr);
/* The GIC, once it is there; else null. */
static inline struct vgic *kvm_gic(const struct vgic_kvm *vm)
{
	return kvm_load(&vm->gic);
}

/*
 * Hold the door.  False: a vCPU runs, or another thread holds it.  While it is
 * held no vCPU begins to run.
 */
bool vgic_kvm_hold(struct vgic_kvm *vm);
void vgic_kvm_let_in(struct vgic_kvm *vm);
/* CTRL_INIT: sizes are final.  The caller holds the door. */
int vgic_kvm_init(struct vgic_kvm *vm);
/* Interrupts there are or will be, the private ones counted. */
uint32_t vgic_kvm_nr_irqs(const struct vgic_kvm *vm);
/* The VMM's memory: 0 or -EFAULT. */
int vgic_kvm_get_user(const struct kvm_access *a, void *to, size_t size);
int vgic_kvm_put_user(const struct kvm_access *a, const void *from,
		      size_t size);

/* irq.c */

/* A line of an SPI: its pin is its number among them. */
int vgic_kvm_spi_pin(struct vgic_kvm *vm, uint32_t pin, bool level);
/* Is that SPI, which is there, level-sensitive? */
bool vgic_kvm_pin_is_level(const struct vgic_kvm *vm, uint32_t pin);
/* The INTID of a pin. */
uint32_t vgic_kvm_pin_intid(const struct vgic_kvm *vm, uint32_t pin);

/*
 * Pairs.  To read: take the generation, read its side, and read again unless
 * it is still in force.  To write, which one thread does at a time: fill the
 * other side by kvm_fill(), and turn.
 */
static inline bool kvm_still(const _Atomic(uint64_t) *generation, uint64_t was)
{
	return kvm_load(generation) == was;
}

static inline void kvm_turn(_Atomic(uint64_t) *generation)
{
	(void)kvm_add(generation, 1);
}

/*
 * The generation for who has just acted by an older one.  Of two threads, one
 * that turns a pair and then looks at a line, and one that raises the line and
 * then calls this, at least one sees what the other did.
 */
static inline uint64_t kvm_now(_Atomic(uint64_t) *generation)
{
	return kvm_add(generation, 0);
}

/* route.c */

/* Where a GSI leads: type is VGIC_KVM_ROUTING_*, or 0 for nowhere. */
struct vgic_kvm_route {
	uint32_t type;
	uint32_t pin;
	struct vgic_kvm_msi msi;
};

/* The memory of routes and irqfds, on first need: 0 or -ENOMEM. */
int vgic_kvm_need_routing(struct vgic_kvm *vm);
/* By the table in force, from any thread. */
struct vgic_kvm_route vgic_kvm_route(const struct vgic_kvm *vm, uint32_t gsi);
/* By one side, for who changes them. */
struct vgic_kvm_route vgic_kvm_route_by(const struct vgic_kvm *vm,
					const struct kvm_table *table,
					uint32_t gsi);
/* GSI n is SPI n.  Before the GIC is there. */
void vgic_kvm_reset_routes(struct vgic_kvm *vm);

/* irqfd.c */

/* SPIs of irqfds that resample, by this table, are to report their end. */
int vgic_kvm_arm_resamplers(struct vgic_kvm *vm, const struct kvm_table *table);
/* The table in force was `old`: lines that irqfds held up there fall. */
void vgic_kvm_leave_pins(struct vgic_kvm *vm, const struct kvm_table *old);

/* addr.c */

int vgic_kvm_has_addr(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_addr_group(const struct kvm_access *a);
/* Is there room, so aligned and within the IPAs? */
int vgic_kvm_check_range(const struct vgic_kvm *vm, uint64_t base,
			 uint64_t align, uint64_t size);
/* Tell the GIC of regions that it does not know yet. */
int vgic_kvm_place_regions(struct vgic_kvm *vm, struct vgic *gic);
/* The first run: is everything there, and does nothing overlap? */
int vgic_kvm_map(struct vgic_kvm *vm);

/* regs.c */

int vgic_kvm_has_dist(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_dist(const struct kvm_access *a);
int vgic_kvm_has_cpu(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_cpu(const struct kvm_access *a);
int vgic_kvm_has_redist(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_redist(const struct kvm_access *a);
int vgic_kvm_has_sysreg(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_sysreg(const struct kvm_access *a);
int vgic_kvm_has_lines(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_lines(const struct kvm_access *a);
int vgic_kvm_has_irs(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_irs(const struct kvm_access *a);
/* Registers stand still: no vCPU runs, and there is a GIC; else EBUSY. */
int vgic_kvm_settled(const struct kvm_access *a);

/* its.c */

/* KVM_CREATE_DEVICE of an ITS. */
int vgic_kvm_create_its(struct vgic_kvm *vm,
			struct vgic_kvm_create_device *create);
/* Tell the new GIC of ITSs that have their addresses. */
int vgic_kvm_place_its(const struct vgic_kvm *vm, struct vgic *gic);
int vgic_kvm_has_its_addr(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_addr(const struct kvm_access *a);
int vgic_kvm_has_its_regs(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_regs(const struct kvm_access *a);
int vgic_kvm_has_its_ctrl(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_ctrl(const struct kvm_access *a);
/* A message for one of the ITSs, of which there are some. */
int vgic_kvm_its_msi(struct vgic_kvm *vm, const struct vgic_kvm_msi *msi);

/* ist.c */

int vgic_kvm_has_ist(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_ist_group(const struct kvm_access *a);

#endif
