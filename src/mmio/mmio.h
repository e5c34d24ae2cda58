/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers in memory, as tables.  A row says where a register or an array of
 * them lies, which accesses the architecture allows and what they do; the
 * dispatcher does the rest: width, alignment, halves of 64-bit registers,
 * which interrupts an access names, and what happens when a guest errs.
 */
#ifndef VGIC_MMIO_MMIO_H
#define VGIC_MMIO_MMIO_H

#include "core/arch.h"

/* No vCPU's private interrupts are meant. */
#define VGIC_NO_BANK UINT32_MAX

/* One access.  The caller of vgic_mmio_access() fills in the first part. */
struct vgic_mmio {
	/* The vCPU that accesses; this is its own thread. */
	struct vgic_vcpu *vcpu;
	/* A VMM's access, not the guest's: it has no physical effects. */
	bool user;
	/* Names the access while it is being retried. */
	uint64_t ipa;
	unsigned int width;
	/* The vCPU whose private interrupts the frame shows, or NO_BANK. */
	uint32_t bank;
	/* Where the frame reports the guest's mistakes. */
	_Atomic(uint32_t) *statusr;

	/* Offset from the row's start; of the whole register for halves. */
	uint32_t offset;
	/* The bits that are written: of one half, or all. */
	uint64_t lanes;
	/* Index of the first interrupt named, and how many of them exist. */
	uint32_t irq;
	uint32_t nr_irqs;
	/*
	 * Set by a read whose answer another vCPU has yet to give, and by a
	 * write that asks for too much at one go.
	 */
	bool retry;
};

/* One register, or an array of registers that mean the same. */
struct vgic_reg {
	uint16_t offset;
	uint16_t length;
	/* Bits per interrupt; 0: not about interrupts. */
	uint8_t bits;
	/* Sum of the widths allowed, in bytes.  8: a 64-bit register. */
	uint8_t widths;
	/* Null: write-only. */
	uint64_t (*read)(struct vgic_mmio *mmio);
	/* Null: read-only. */
	void (*write)(struct vgic_mmio *mmio, uint64_t value);
};

/* A frame of registers in order of their offsets. */
struct vgic_frame {
	const struct vgic_reg *regs;
	uint32_t nr_regs;
};

/* mmio/mmio.c */

/* The row that an offset falls into, or null.  O(log rows). */
const struct vgic_reg *vgic_mmio_find(const struct vgic_frame *frame,
				      uint32_t offset);
/* Carry out one access at `offset` of a frame. */
enum vgic_trap vgic_mmio_access(struct vgic_mmio *mmio,
				const struct vgic_frame *frame,
				uint32_t offset, bool write, uint64_t *value);
/* GICD_IIDR: as KVM identifies itself, so that a guest may move. */
uint32_t vgic_mmio_iidr(const struct vgic *gic);
/* PIDR4 to CIDR3 of a frame, with the part number's low byte. */
uint64_t vgic_mmio_id(const struct vgic_mmio *mmio, uint8_t part);
/* Registers that are there and hold nothing. */
uint64_t vgic_mmio_raz(struct vgic_mmio *mmio);
void vgic_mmio_wi(struct vgic_mmio *mmio, uint64_t value);
/* The frame's GICD_STATUSR or GICR_STATUSR. */
uint64_t vgic_mmio_read_statusr(struct vgic_mmio *mmio);
void vgic_mmio_write_statusr(struct vgic_mmio *mmio, uint64_t value);

/* mmio/irq.c: what every GIC's distributor has for each interrupt. */

void vgic_mmio_write_enables(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_group(struct vgic_mmio *mmio);
void vgic_mmio_write_group(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_enable(struct vgic_mmio *mmio);
void vgic_mmio_write_isenabler(struct vgic_mmio *mmio, uint64_t value);
void vgic_mmio_write_icenabler(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_pending(struct vgic_mmio *mmio);
void vgic_mmio_write_ispendr(struct vgic_mmio *mmio, uint64_t value);
void vgic_mmio_write_icpendr(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_active(struct vgic_mmio *mmio);
void vgic_mmio_write_isactiver(struct vgic_mmio *mmio, uint64_t value);
void vgic_mmio_write_icactiver(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_priority(struct vgic_mmio *mmio);
void vgic_mmio_write_priority(struct vgic_mmio *mmio, uint64_t value);
uint64_t vgic_mmio_read_config(struct vgic_mmio *mmio);
void vgic_mmio_write_config(struct vgic_mmio *mmio, uint64_t value);

/* mmio/dist.c: members of struct vgic_arch that GICv2 and GICv3 share. */

/* Of SGIs, PPIs and SPIs. */
enum vgic_irq_kind vgic_dist_kind(uint32_t intid);
/* Group 0. */
uint64_t vgic_dist_reset_word(const struct vgic *gic, uint32_t index);
/* SGIs and PPIs as at reset. */
void vgic_dist_reset_private(struct vgic_vcpu *vcpu);
/*
 * A redistributor's registers as at reset, of a VM that is stopped.  vCPUs
 * without one have these fields, too, in snapshots.
 */
void vgic_dist_clear_redist(struct vgic_vcpu *vcpu);
bool vgic_dist_config_valid(const struct vgic_config *config);
/* Those who would get SErrors must not hand out list registers. */
bool vgic_dist_is_safe(const struct vgic_config *config);

#endif
