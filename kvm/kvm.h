/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a VM behind KVM's interface, and what the files of kvm/ offer
 * one another.  vm.c makes the VM, its vCPUs and the GIC, device.c finds the
 * handler of an attribute, addr.c, regs.c, its.c and ist.c are such handlers,
 * irq.c takes lines and messages, route.c and irqfd.c take signals of
 * descriptors.
 *
 * Which thread may touch what.  Calls that change what the VM is made of come
 * one at a time (include/vgic/kvm.h).  KVM_RUN, lines, messages and signals
 * come from any thread at any time, beside those calls and beside each other.
 * Every field that they read is of one of three sorts:
 *
 * - Published once: the object is complete before its field is stored
 *   (release), the field is read by kvm_load() (acquire), and the object does
 *   not change afterwards.  These are `created`, `nr_vcpus`, `gic`, `routing`,
 *   `nr_its` and `its`.  A vCPU's `vcpu` is read only after `gic` was seen set.
 * - A pair (struct kvm_routing, struct kvm_slot): it has two sides, and the
 *   lowest bit of `generation` says which side is in force.  A writer fills the
 *   other side, which no reader trusts, and puts it in force as a whole.
 * - Behind the door: `door` counts the vCPUs that run.  A thread that makes the
 *   GIC, maps its frames or accesses its registers holds the door
 *   (vgic_kvm_hold()), and no vCPU runs meanwhile.
 */
#ifndef KVM_KVM_H
#define KVM_KVM_H

#include <vgic/its.h>
#include <vgic/kvm.h>
#include <vgic/uaccess.h>

#include "kvm/atomics.h"
#include "regs/field.h"

/* As many as KVM allows on arm64: ids and IAFFIDs are below this. */
#define KVM_MAX_VCPUS 512u
/* Redistributor regions that a VMM may place, each for at least one vCPU. */
#define KVM_MAX_REGIONS 64u
/*
 * Irqfds of a VM.  Tests that walk through all orders of threads set fewer, so
 * that a search for a slot takes fewer steps.
 */
#ifndef KVM_MAX_IRQFDS
#define KVM_MAX_IRQFDS 1024u
#endif
/* An address that the VMM has not set.  No frame can be there. */
#define KVM_UNSET UINT64_MAX
/* The result of a search for a vCPU that does not exist. */
#define KVM_NO_VCPU UINT32_MAX
/* In `door`: a thread holds the door.  The bits below are 0 then. */
#define KVM_DOOR_HELD (UINT32_C(1) << 31)
#define KVM_MAX_ITS VGIC_MAX_ITS
/*
 * Descriptors of the devices: the GIC's, and ITS n has KVM_ITS_FD + n.  The VMM
 * treats them as opaque, as it treats file descriptors.
 */
#define KVM_GIC_FD 3u
#define KVM_ITS_FD 4u

/*
 * A vCPU, from vgic_kvm_add_vcpu() on.  `id` and `mpidr` are the VMM's names
 * for it, `hw` is its CPU interface (vgic_vcpu_create()).
 */
struct kvm_vcpu {
	uint32_t id;
	uint32_t mpidr;
	void *hw;
	/* Between vgic_kvm_run_begin() and vgic_kvm_run_end(). */
	_Atomic(bool) running;
	/* The vCPU in the GIC: valid while `gic` is not null. */
	struct vgic_vcpu *vcpu;
};

/* A redistributor region, for `count` vCPUs. */
struct kvm_region {
	uint64_t base;
	uint32_t count;
};

/*
 * A GSI's route, packed as route.c's fields WHAT_* and MESSAGE_* say.  The
 * words are atomic because a reader may look while a writer fills this side for
 * the generation after next; the reader then throws away what it read.
 */
struct kvm_entry {
	_Atomic(uint64_t) what;
	_Atomic(uint64_t) address;
	_Atomic(uint64_t) message;
};

/* One side of the routing: a route for each GSI. */
struct kvm_table {
	/*
	 * The VMM chose no routes: GSI n is SPI n, and `entries` are ignored.
	 */
	_Atomic(bool) identity;
	struct kvm_entry entries[VGIC_KVM_ROUTING_MAX];
};

/*
 * kvm_irqfd.flags.  RESAMPLE: the irqfd holds its line up until the guest ends
 * the interrupt.  USED: the slot has an irqfd; without it the slot is free.
 */
#define KVM_IRQFD_RESAMPLE (1u << 0)
#define KVM_IRQFD_USED (1u << 1)

/* One side of a slot for an irqfd. */
struct kvm_irqfd {
	_Atomic(uint32_t) flags;
	_Atomic(uint32_t) fd;
	_Atomic(uint32_t) gsi;
	_Atomic(uint32_t) resamplefd;
};

/* An irqfd's place in the table of irqfds, as a pair. */
struct kvm_slot {
	_Atomic(uint64_t) generation;
	struct kvm_irqfd sides[2];
};

/*
 * Routes and irqfds.  They are large, so their memory is allocated when the
 * first one is set, not with the VM.
 */
struct kvm_routing {
	_Atomic(uint64_t) generation;
	struct kvm_table sides[2];
	struct kvm_slot slots[KVM_MAX_IRQFDS];
	/*
	 * Bit n % 64 of word n / 64: slots[n] may have an irqfd that resamples.
	 *  So the end of an interrupt looks at few slots.  A bit may be set for
	 * a slot without such an irqfd; it is never missing for one that has
	 * it.
	 */
	_Atomic(uint64_t) resamplers[(KVM_MAX_IRQFDS + 63) / 64];
};

/*
 * A VM.  Fields without a note belong to the calls that come one at a time; the
 * head of this file says what the other threads read.
 */
struct vgic_kvm {
	struct vgic_kvm_config config;
	struct kvm_vcpu vcpus[KVM_MAX_VCPUS];
	_Atomic(uint32_t) nr_vcpus;
	/*
	 * The VMM has created a GIC, of `model`.  It has no state before
	 * CTRL_INIT.
	 */
	_Atomic(bool) created;
	enum vgic_model model;
	/* The number of vCPUs that run, or KVM_DOOR_HELD. */
	_Atomic(uint32_t) door;
	/*
	 * The first KVM_RUN failed: KVM_RUN and attributes are EIO from then
	 * on.
	 */
	_Atomic(bool) dead;
	/* A vCPU has run.  Written only by the thread that holds the door. */
	_Atomic(bool) has_run;

	/* The library's GIC, in `memory`.  Null until CTRL_INIT. */
	_Atomic(struct vgic *) gic;
	void *memory;

	/* Base addresses of the frames, or KVM_UNSET. */
	uint64_t dist, cpu, irs;
	/*
	 * ITS devices that the VMM has created, and the addresses of their
	 * frames (KVM_UNSET until set).
	 */
	_Atomic(uint32_t) nr_its;
	_Atomic(uint64_t) its[KVM_MAX_ITS];
	struct kvm_region regions[KVM_MAX_REGIONS];
	uint32_t nr_regions;
	/* How many of the regions the GIC has been told about. */
	uint32_t nr_placed;
	/*
	 * All redistributors in one block, for as many vCPUs as there are at
	 * the first run.  KVM's older attribute; it excludes `regions`.
	 */
	uint64_t redist;

	/*
	 * Group NR_IRQS.  A GICv5: its SPIs.  Else: all interrupts, with the
	 * private ones.  0: the VMM has not chosen.
	 */
	uint32_t nr_irqs;
	/* Group MAINT_IRQ.  Nothing uses it: see maint_irq() in device.c. */
	uint32_t maint_irq;
	/* Null until the VMM sets routes or an irqfd. */
	_Atomic(struct kvm_routing *) routing;
	/*
	 * GICD_IIDR.Revision: which behaviour of KVM the VMM was written for.
	 * On a GICv2 any write of GICD_IIDR makes GICD_IGROUPR writable.
	 */
	uint32_t revision;
	bool groups_writable;
};

/*
 * One access to an attribute: what a handler of a group gets.  `addr` is an
 * address in the VMM's memory, `write` says KVM_SET_DEVICE_ATTR.
 */
struct kvm_access {
	struct vgic_kvm *vm;
	uint64_t attr;
	uint64_t addr;
	bool write;
	/*
	 * This call holds the door: no vCPU runs and none begins to.  False
	 * where a vCPU runs, or another thread holds the door; then a handler
	 * that needs a GIC at rest says EBUSY.
	 */
	bool held;
	/* The index of the ITS, if the device is an ITS. */
	uint32_t its;
};

/*
 * Kinds of devices as bits, for the tables that say which device has a group or
 * an attribute.  An ITS is a device of its own.
 */
#define KVM_V2 VGIC_KVM_HAS_V2
#define KVM_V3 VGIC_KVM_HAS_V3
#define KVM_V5 VGIC_KVM_HAS_V5
#define KVM_ITS (1u << 3)

/* What a model is to KVM's interface (shape.c). */
struct kvm_shape {
	uint32_t bit; /* KVM_V2, KVM_V3 or KVM_V5 */
	uint32_t max_vcpus;
	/* Private interrupts of each vCPU, and those that NR_IRQS counts. */
	uint32_t private_irqs, counted_irqs;
	/* NR_IRQS: what it is without a choice, and what may be chosen. */
	uint32_t default_irqs, min_irqs, documented_irqs, max_irqs;
	/* INTIDs of SPI 0 and PPI 0. */
	uint32_t spi_base, ppi_base;
	/* GICD_IIDR is there, whose revision a VMM may choose. */
	bool has_distributor;
	/* vCPUs are named by IAFFID, which is their id. */
	bool has_iaffids;
	/* The GIC is made by its first use; else by CTRL_INIT alone. */
	bool made_at_first_use;
};

const struct kvm_shape *vgic_kvm_shape_of(enum vgic_model model);

/* Of the GIC that the VM has; of a GICv3 while it has none. */
static inline const struct kvm_shape *kvm_shape(const struct vgic_kvm *vm)
{
	return vgic_kvm_shape_of(vm->model);
}

static inline uint32_t kvm_model_bit(const struct vgic_kvm *vm)
{
	return kvm_shape(vm)->bit;
}

/* vm.c */

/* Zero memory: what config.alloc() gives may have any contents. */
void vgic_kvm_clear(void *memory, size_t size);
/* The negative errno for a VGIC_E_*. */
int vgic_kvm_errno_of(int vgic_error);
/*
 * The index of the vCPU with this id, or this affinity; else KVM_NO_VCPU. Any
 * thread: a vCPU does not change once `nr_vcpus` counts it.
 */
uint32_t vgic_kvm_find_id(const struct vgic_kvm *vm, uint32_t id);
uint32_t vgic_kvm_find_mpidr(const struct vgic_kvm *vm, uint32_t mpidr);
/*
 * The library's GIC, or null before CTRL_INIT.  The load pairs with the store
 * at the end of vgic_kvm_init(): a thread that sees the pointer sees a complete
 * GIC and each vCPU's `vcpu`.
 */
static inline struct vgic *kvm_gic(const struct vgic_kvm *vm)
{
	return kvm_load(&vm->gic);
}

/*
 * Try to hold the door.  False: a vCPU runs, or another thread holds it; this
 * never waits.  While the door is held a vCPU that begins to run gets EAGAIN.
 * vgic_kvm_let_in() ends it.
 */
bool vgic_kvm_hold(struct vgic_kvm *vm);
void vgic_kvm_let_in(struct vgic_kvm *vm);
/*
 * CTRL_INIT: make the GIC, with the numbers of vCPUs and interrupts that the VM
 * has now.  Does nothing if there is one.  The caller holds the door.
 */
int vgic_kvm_init(struct vgic_kvm *vm);
/*
 * How many interrupts the GIC has or, before CTRL_INIT, would have.  The
 * private ones of one vCPU are counted, not a GICv5's.
 */
uint32_t vgic_kvm_nr_irqs(const struct vgic_kvm *vm);
/* Copy from and to the VMM's memory at a->addr: 0 or -EFAULT. */
int vgic_kvm_get_user(const struct kvm_access *a, void *to, size_t size);
int vgic_kvm_put_user(const struct kvm_access *a, const void *from,
		      size_t size);

/* irq.c */

/*
 * Set the line of an SPI.  A pin is the number of an SPI among the SPIs: KVM
 * counts irqchip pins and GSIs from 0.  Any thread.
 */
int vgic_kvm_spi_pin(struct vgic_kvm *vm, uint32_t pin, bool level);
/* Is that SPI level-sensitive now?  The SPI has to exist. */
bool vgic_kvm_pin_is_level(const struct vgic_kvm *vm, uint32_t pin);
/* The INTID of a pin. */
uint32_t vgic_kvm_pin_intid(const struct vgic_kvm *vm, uint32_t pin);

/*
 * Pairs.  To read: load the generation, read its side, and read again unless
 * kvm_still() says that this generation is in force.  To write, which one
 * thread does at a time: fill the other side by kvm_fill(), then kvm_turn().
 *
 * A side is filled only after a kvm_turn() that took it out of force.  A reader
 * that saw such a store therefore finds another generation here: its load
 * acquires, so the load of the generation comes after it.
 */
static inline bool kvm_still(const _Atomic(uint64_t) *generation, uint64_t was)
{
	return kvm_load(generation) == was;
}

/*
 * Puts the filled side in force.  The release of this addition pairs with the
 * load of the generation in a reader, which then sees the whole side.
 */
static inline void kvm_turn(_Atomic(uint64_t) *generation)
{
	(void)kvm_add(generation, 1);
}

/*
 * The generation, for a thread that has already acted by an older one: it
 * raised a line and now asks whether it was right to.
 *
 * An addition of 0, not a load: it pairs with the addition in kvm_turn().  Of
 * two additions to one word the later one sees what came before the earlier
 * one.  So if one thread turns the pair and then looks at a line, and the other
 * one raises the line and then calls this, at least one of them sees what the
 * other one did, and the line does not stay up for nothing.
 */
static inline uint64_t kvm_now(_Atomic(uint64_t) *generation)
{
	return kvm_add(generation, 0);
}

/* route.c */

/*
 * Where a GSI leads: `type` is VGIC_KVM_ROUTING_*, and `pin` or `msi` is valid;
 * or `type` is 0, and the GSI leads nowhere.
 */
struct vgic_kvm_route {
	uint32_t type;
	uint32_t pin;
	struct vgic_kvm_msi msi;
};

/* Allocate routes and irqfds if there are none: 0 or -ENOMEM. */
int vgic_kvm_need_routing(struct vgic_kvm *vm);
/* A GSI's route by the table in force.  Any thread. */
struct vgic_kvm_route vgic_kvm_route(const struct vgic_kvm *vm, uint32_t gsi);
/* A GSI's route by a given table.  For the thread that changes the routes. */
struct vgic_kvm_route vgic_kvm_route_by(const struct vgic_kvm *vm,
					const struct kvm_table *table,
					uint32_t gsi);
/* Make GSI n SPI n.  Called by CTRL_INIT, as KVM does then. */
void vgic_kvm_reset_routes(struct vgic_kvm *vm);

/* irqfd.c */

/*
 * Before `table` comes into force: have the library report the end of each SPI
 * to which `table` leads an irqfd that resamples.
 */
int vgic_kvm_arm_resamplers(struct vgic_kvm *vm, const struct kvm_table *table);
/*
 * After a table came into force in place of `old`: lower the lines that irqfds
 * held up by `old`, where they lead elsewhere now.
 */
void vgic_kvm_leave_pins(struct vgic_kvm *vm, const struct kvm_table *old);

/* addr.c */

/* Group ADDR. */
int vgic_kvm_has_addr(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_addr_group(const struct kvm_access *a);
/*
 * May a frame be at `base`?  -EINVAL: not aligned, or its end wraps around.
 * -E2BIG: it reaches beyond the guest's physical addresses.
 */
int vgic_kvm_check_range(const struct vgic_kvm *vm, uint64_t base,
			 uint64_t align, uint64_t size);
/* Tell the GIC about the redistributor regions that it does not know yet. */
int vgic_kvm_place_regions(struct vgic_kvm *vm, struct vgic *gic);
/*
 * The first KVM_RUN: check that every frame has an address and that none
 * overlap, and give the addresses to the GIC.  The caller holds the door.
 */
int vgic_kvm_map(struct vgic_kvm *vm);

/* regs.c */

/*
 * The groups of registers.  has_*: 0 if a vCPU and register of that name exist.
 *  The others make the access.
 */
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
/*
 * Does the GIC exist, and does no vCPU run?  Else -EBUSY.  A GICv2 that does
 * not exist yet is made now: KVM initialises it at its first use.
 */
int vgic_kvm_settled(const struct kvm_access *a);

/* its.c */

/* KVM_CREATE_DEVICE of an ITS. */
int vgic_kvm_create_its(struct vgic_kvm *vm,
			struct vgic_kvm_create_device *create);
/* Tell a new GIC about the ITS frames that have addresses. */
int vgic_kvm_place_its(const struct vgic_kvm *vm, struct vgic *gic);
int vgic_kvm_has_its_addr(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_addr(const struct kvm_access *a);
int vgic_kvm_has_its_regs(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_regs(const struct kvm_access *a);
int vgic_kvm_has_its_ctrl(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_its_ctrl(const struct kvm_access *a);
/*
 * Deliver a message through the ITS whose frames its address is in.  Result as
 * KVM_SIGNAL_MSI.  Any thread.
 */
int vgic_kvm_its_msi(struct vgic_kvm *vm, const struct vgic_kvm_msi *msi);

/* ist.c */

/* Group IST of a GICv5. */
int vgic_kvm_has_ist(const struct vgic_kvm *vm, uint64_t attr);
int vgic_kvm_ist_group(const struct kvm_access *a);

#endif
