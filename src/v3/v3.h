/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this room know of each other: the tables of the guest's
 * frames (dist.c, redist.c) and of system registers (sysreg.c, sgi.c), the
 * entries for trapped accesses (v3.c, sysreg.c), what LPIs add (lpis.c), and
 * what the VMM's side (uaccess/) needs of them.
 */
#ifndef VGIC_V3_V3_H
#define VGIC_V3_V3_H

#include "mmio/mmio.h"
#include "mmio/sysreg.h"

extern const struct vgic_frame vgic_v3_dist;   /* GICD */
extern const struct vgic_frame vgic_v3_redist; /* GICR, RD_base */
extern const struct vgic_frame vgic_v3_sgi;    /* GICR, SGI_base */

/*
 * Rows that GICD and SGI_base share: all that an interrupt has but its trigger
 * and its route.  An array of one bit for each interrupt has `bytes` bytes.
 */
/* clang-format off */
#define VGIC_V3_BIT_REGS(bytes) \
	VGIC_MMIO_ENABLES(bytes), \
	{ GICD_ISPENDR, bytes, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_pending, \
	  vgic_mmio_write_ispendr }, \
	{ GICD_ICPENDR, bytes, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_pending, \
	  vgic_mmio_write_icpendr }, \
	{ GICD_ISACTIVER, bytes, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_active, \
	  vgic_mmio_write_isactiver }, \
	{ GICD_ICACTIVER, bytes, 1, 4 | VGIC_EXIT_R, vgic_mmio_read_active, \
	  vgic_mmio_write_icactiver }, \
	{ GICD_IPRIORITYR, 8 * (bytes), 8, 1 | 4, vgic_mmio_read_priority, \
	  vgic_mmio_write_priority }
/* clang-format on */

/* Members of struct vgic_arch; results as in vgic/trap.h. */
enum vgic_trap vgic_v3_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);
enum vgic_trap vgic_v3_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				    unsigned int width, bool write,
				    uint64_t *value);
enum vgic_trap vgic_v3_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);
enum vgic_trap vgic_v3_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
				      bool write, uint64_t *value);

/* ICC_*_EL1; as functions of its rows: sgi.c. */
extern const struct vgic_sysregs vgic_v3_sysregs;
void vgic_v3_write_sgi1r(const struct vgic_sysop *op, uint64_t value);
void vgic_v3_write_sgi0r(const struct vgic_sysop *op, uint64_t value);

/*
 * What LPIs and ITSs add to the frames.  lpis.c has the table, which only
 * vgic_gicv3_its names: without that one the room its/ is not linked.  Called
 * only in a VM that has LPIs.
 */
struct vgic_v3_lpis {
	/* An access to neither the distributor nor a redistributor. */
	enum vgic_trap (*mmio)(struct vgic_mmio *mmio, bool write,
			       uint64_t *value);
	/* GICR_CTLR.EnableLPIs is written. */
	void (*enable)(struct vgic_mmio *mmio, bool on);
	/* GICR_PROPBASER or GICR_PENDBASER, which has these fields. */
	void (*write_base)(struct vgic_mmio *mmio, _Atomic(uint64_t) *base,
			   uint64_t fields, uint64_t value);
	/* GICR_INVLPIR and GICR_INVALLR. */
	void (*reload)(struct vgic_mmio *mmio, uint32_t intid);
	void (*reload_all)(struct vgic_mmio *mmio);
};

/* arch.c: members of struct vgic_arch that both GICv3s have. */
bool vgic_v3_config_valid(const struct vgic_config *config,
			  struct vgic_config_fault *fault);
uint64_t vgic_v3_reset_word(const struct vgic *gic, uint32_t index);
bool vgic_v3_takes_1ofn(const struct vgic_vcpu *vcpu);
int vgic_v3_reset_vcpu(struct vgic_vcpu *vcpu, bool redistributor);
#define VGIC_V3_COMMON \
	.model = VGIC_GICV3, .nr_private = GIC_NR_PRIVATE, \
	.nr_sgis = GIC_NR_SGIS, .plain_ids = true, \
	.max_vcpus = VGIC_MAX_VCPUS, .holds_actives = true, \
	.checks_pintid = true, .lr_intid_mask = UINT32_MAX, \
	.dist_size = GICD_FRAME_SIZE, .policy = &vgic_lr_policy, \
	.trigger_bit = W_LEVEL, .is_safe = vgic_dist_is_safe, \
	.affinity_valid = vgic_dist_affinity_valid, \
	.reset_word = vgic_v3_reset_word, .route_target = vgic_find_mpidr, \
	.takes_1ofn = vgic_v3_takes_1ofn, .mmio = vgic_v3_mmio, \
	.mmio_entered = vgic_v3_mmio_entered, .sysreg = vgic_v3_sysreg, \
	.sysreg_entered = vgic_v3_sysreg_entered

/*
 * The vCPU whose redistributor is accessed; mmio->vcpu is the one that does it.
 */
static inline struct vgic_vcpu *vgic_v3_owner(const struct vgic_mmio *mmio)
{
	return &mmio->vcpu->gic->vcpus[mmio->bank];
}

/* GICD_IIDR and GICR_IIDR. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio);

#endif
