/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this room know of each other: the tables of the guest's
 * frames (dist.c, redist.c), the entries for trapped accesses (v3.c, sysreg.c,
 * common.c), and what the VMM's side (uaccess/) needs of them.
 */
#ifndef VGIC_V3_V3_H
#define VGIC_V3_V3_H

#include "mmio/mmio.h"

extern const struct vgic_frame vgic_v3_dist;   /* GICD */
extern const struct vgic_frame vgic_v3_redist; /* GICR, RD_base */
extern const struct vgic_frame vgic_v3_sgi;    /* GICR, SGI_base */

/* Members of struct vgic_arch; results as in vgic/trap.h. */
enum vgic_trap vgic_v3_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);
enum vgic_trap vgic_v3_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);

/*
 * ICC_CTLR_EL1 as the guest reads it, and a write of it, which changes CBPR and
 * EOImode.  The vCPU's own thread, out of guest code.
 */
uint64_t vgic_v3_ctlr(const struct vgic_vcpu *vcpu);
void vgic_v3_set_ctlr(struct vgic_vcpu *vcpu, uint64_t value);
/*
 * ICC_CTLR_EL1, ICC_PMR_EL1 and ICC_RPR_EL1 where list registers are hardware's
 * and these trap; VGIC_TRAP_NOT_MINE for any other.
 */
enum vgic_trap vgic_v3_common(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);

/* GICD_IIDR and GICR_IIDR. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio);

#endif
