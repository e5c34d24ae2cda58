/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers in memory, as tables: struct vgic_frame is one frame of the guest's
 * GIC, struct vgic_reg one row of it.  A row says where a register or an array
 * of registers lies, which accesses the architecture allows, and which
 * functions do them.  The dispatcher (mmio.c) does the rest for all frames:
 * width, alignment, halves of 64-bit registers, which interrupts an access
 * names, and what happens when a guest errs.  The functions for registers that
 * every distributor has are in irq.c; the tables are in v2/, v3/, its/ and v5/.
 */
#ifndef VGIC_MMIO_MMIO_H
#define VGIC_MMIO_MMIO_H

#include "core/arch.h"

/* The frame shows no vCPU's private interrupts. */
#define VGIC_NO_BANK UINT32_MAX

/*
 * One access.  The caller of vgic_mmio_access() fills in the first part, the
 * dispatcher the second one, for the row's functions.
 */
struct vgic_mmio {
	/*
	 * The vCPU that makes the access, on whose own thread this is; for a
	 * VMM's access, any vCPU of the stopped VM.
	 */
	struct vgic_vcpu *vcpu;
	/*
	 * The access is a VMM's, which saves or restores state: it has no
	 * effect on physical interrupts, and it is not cut.
	 */
	bool user;
	/*
	 * The vCPU stays entered: what its list registers hold has not been
	 * brought back.
	 */
	bool entered;
	/* Guest address.  It names the access while the guest repeats it. */
	uint64_t ipa;
	unsigned int width;
	/*
	 * The vCPU whose private interrupts the frame shows, or VGIC_NO_BANK.
	 * Of an ITS's or IRS's frame, which of them it is.
	 */
	uint32_t bank;
	/*
	 * The frame's GICD_STATUSR or the like, where the guest's mistakes are
	 * noted; null: the frame has none.
	 */
	_Atomic(uint32_t) *statusr;

	/*
	 * Offset from the row's start.  For an access to half of a 64-bit
	 * register, that of the whole register.
	 */
	uint32_t offset;
	/* The bits that a write changes: those of one half, or all. */
	uint64_t lanes;
	/* Index of the first interrupt named, and how many of them exist. */
	uint32_t irq;
	uint32_t nr_irqs;
	/*
	 * A row's function sets it: the guest has to repeat the access.  Set by
	 * a read if another vCPU has yet to give the answer, and by a write
	 * that is more work than one access may do.
	 */
	bool retry;
};

/*
 * Must not be read, or written, while the vCPU stays entered: a read that shows
 * what list registers hold; a write that takes long, or that no other vCPU
 * might make at the same time.  What others may write at any time leaves
 * requests in the words of interrupts that are loaded (core/word.h).
 */
#define VGIC_EXIT_R 0x10
#define VGIC_EXIT_W 0x20

/*
 * One register, or an array of registers that mean the same.  Offsets and
 * lengths are in bytes.
 */
struct vgic_reg {
	uint16_t offset;
	uint16_t length;
	/* Bits per interrupt; 0: not about interrupts. */
	uint8_t bits;
	/*
	 * The widths that are allowed, in bytes, added up.  8 among them means
	 * that the register has 64 bits, of which a 4-byte access is one half.
	 * And VGIC_EXIT_R, VGIC_EXIT_W.
	 */
	uint8_t widths;
	/* Null: write-only. */
	uint64_t (*read)(struct vgic_mmio *mmio);
	/* Null: read-only. */
	void (*write)(struct vgic_mmio *mmio, uint64_t value);
};

/* A frame: its rows in the order of their offsets, at least one. */
struct vgic_frame {
	const struct vgic_reg *regs;
	uint32_t nr_regs;
};

/* mmio/mmio.c */

/* The row that an offset falls into, or null; O(log rows).  Any thread. */
const struct vgic_reg *vgic_mmio_find(const struct vgic_frame *frame,
				      uint32_t offset);
/*
 * Carry out one access at `offset` of a frame.  Its value is written from
 * *value or read into it, zero-extended; for a retry *value is left alone.  A
 * guest's mistake is VGIC_TRAP_DONE, too.  With mmio->entered it may be
 * VGIC_TRAP_NOT_MINE; then nothing was done.
 */
enum vgic_trap vgic_mmio_access(struct vgic_mmio *mmio,
				const struct vgic_frame *frame, uint32_t offset,
				bool write, uint64_t *value);
/*
 * What GICD_IIDR reads: KVM's identification, so that a guest may move between
 * KVM and this library.
 */
uint32_t vgic_mmio_iidr(const struct vgic *gic);
/*
 * PIDR4 to CIDR3 of a 64 KiB frame, a row of twelve registers; `part` is the
 * low byte of the part number.
 */
uint64_t vgic_mmio_id(const struct vgic_mmio *mmio, uint8_t part);
/* For rows of registers that exist and hold nothing: RAZ, WI. */
uint64_t vgic_mmio_raz(struct vgic_mmio *mmio);
void vgic_mmio_wi(struct vgic_mmio *mmio, uint64_t value);
/* The frame's GICD_STATUSR or GICR_STATUSR (mmio->statusr). */
uint64_t vgic_mmio_read_statusr(struct vgic_mmio *mmio);
void vgic_mmio_write_statusr(struct vgic_mmio *mmio, uint64_t value);

/* mmio/irq.c: what every GIC's distributor has for each interrupt. */

/* GICD_CTLR's group enables.  The others have the names of their registers. */
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

/*
 * Rows of a frame's table.  A distributor and a redistributor's SGI_base have
 * these arrays at the same offsets; each is `bytes` long.
 */
/* clang-format off */
#define VGIC_MMIO_ENABLES(bytes) \
	{ GICD_IGROUPR, bytes, 1, 4, vgic_mmio_read_group, \
	  vgic_mmio_write_group }, \
	{ GICD_ISENABLER, bytes, 1, 4, vgic_mmio_read_enable, \
	  vgic_mmio_write_isenabler }, \
	{ GICD_ICENABLER, bytes, 1, 4, vgic_mmio_read_enable, \
	  vgic_mmio_write_icenabler }
/* clang-format on */

/* mmio/dist.c: members of struct vgic_arch that GICv2 and GICv3 share. */

/*
 * `mpidr` is Aff3.Aff2.Aff1.Aff0, a byte each.  A CPU interface without A3V
 * takes no Aff3 in an SGI register, so no vCPU may have one.
 */
bool vgic_dist_affinity_valid(const struct vgic *gic, uint32_t mpidr);
/* An interrupt's word at reset, in Group 0; the caller sets the target. */
uint64_t vgic_dist_reset_word(const struct vgic *gic, uint32_t index);
/* Put a vCPU's SGIs and PPIs in their reset state while other vCPUs may run. */
void vgic_dist_reset_private(struct vgic_vcpu *vcpu);
/*
 * Put a redistributor's registers in their reset state, of a VM that is
 * stopped.  A GICv2's vCPUs have these fields as well, since snapshots do.
 */
void vgic_dist_clear_redist(struct vgic_vcpu *vcpu);
/* Are the number of SPIs and what the list registers can do in range? */
bool vgic_dist_config_valid(const struct vgic_config *config,
			    struct vgic_config_fault *fault);
/* Is there a CPU interface: list registers, or one in software? */
bool vgic_dist_ops_present(const struct vgic_config *config,
			   struct vgic_config_fault *fault);
/*
 * VGIC_NIL: the core numbers SGIs, PPIs and SPIs itself (plain_ids), and
 * without LPIs there are no others.
 */
uint32_t vgic_dist_index(const struct vgic *gic, uint32_t vcpu_index,
			 uint32_t intid);
/*
 * False: a guest that gets hardware list registers could raise SErrors in the
 * host (caps.broken_seis).
 */
bool vgic_dist_is_safe(const struct vgic_config *config);

#endif
