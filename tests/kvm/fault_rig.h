/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VM whose VMM can refuse the n-th thing that is asked of it, and all that
 * can be read of that VM.
 */
#ifndef TESTS_KVM_FAULT_RIG_H
#define TESTS_KVM_FAULT_RIG_H

#include "tests/kvm/script.h"

#include <stdbool.h>

#define V2 VGIC_KVM_DEV_V2
#define V3 VGIC_KVM_DEV_V3
#define V5 VGIC_KVM_DEV_V5
#define NR_VCPUS 2u
#define RAM_SIZE 0x100000u
#define ITS_BASE 0x400000u
/* Where guests have their tables. */
#define DEVICES (RAM + 0x10000u)
#define COLLECTIONS (RAM + 0x20000u)
#define QUEUE (RAM + 0x30000u)
#define PROPERTIES (RAM + 0x40000u)
#define PENDING_OF(v) (RAM + 0x50000u + (v)*0x10000u)
#define ITT (RAM + 0x70000u)
#define FIRST_LEVEL (RAM + 0x90000u)
#define IST (RAM + 0x80000u)
#define VALID (UINT64_C(1) << 63)

/* What may fail: the VMM's memory, the guest's. */
enum what { ALLOC, COPY_IN, COPY_OUT, READ, WRITE, NR_WHATS };

/* Before INIT, when all is placed; after it, with state of every sort. */
enum stage { PLACED, INITED };

struct rig {
	struct vgic_kvm *vm;
	uint32_t type, fd, its;
	void *hw[NR_VCPUS];
	/* Calls of each sort since arm(), and the one that fails. */
	uint32_t calls[NR_WHATS];
	enum what fails;
	uint32_t fails_at;
	/* The guest's memory, gone once, is gone for good. */
	bool lasts;
	/* Blocks of memory that it has. */
	uint32_t held;
	uint8_t ram[RAM_SIZE];
};

struct rig *open_rig(uint32_t type, enum stage stage);
/* Nothing is left behind. */
void close_rig(struct rig *r);
struct vgic_kvm_config config_of(struct rig *r);
/*
 * From here on they are counted; the n-th of a sort fails, none if it is 0.  Of
 * the guest's memory each later one fails, too, if `lasts`.
 */
void arm(struct rig *r, enum what what, uint32_t n);

int set(struct rig *r, uint32_t fd, uint32_t group, uint64_t attr,
	uint64_t value);
void must_set(struct rig *r, uint32_t fd, uint32_t group, uint64_t attr,
	      uint64_t value);
int init(struct rig *r);
/* SPI 1's. */
int raise_line(struct rig *r);
/* The n-th of the queue. */
void command(struct rig *r, uint32_t n, uint64_t dw0, uint64_t dw1,
	     uint64_t dw2);

/* The attributes that HAS finds. */
struct attr {
	uint32_t fd, group;
	uint64_t attr;
};

#define MAX_ATTRS 8000u

struct list {
	uint32_t n;
	struct attr attrs[MAX_ATTRS];
};

const struct list *list_of(struct rig *r);

/*
 * What can be read: every attribute, every interrupt, whether there is a GIC,
 * how many blocks of memory are held.  To be freed.
 */
struct state;

struct state *read_state(struct rig *r);
bool same_state(const struct state *a, const struct state *b);

#endif
