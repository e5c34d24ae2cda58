/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of this room know of each other: the tables of the guest's
 * frames (dist.c, redist.c) and of system registers (sysreg.c, sgi.c), the
 * entries for trapped accesses (v3.c, sysreg.c), and what the VMM's side
 * (uaccess/) needs of them.
 */
#ifndef VGIC_V3_V3_H
#define VGIC_V3_V3_H

#include "mmio/mmio.h"
#include "mmio/sysreg.h"

extern const struct vgic_frame vgic_v3_dist;   /* GICD */
extern const struct vgic_frame vgic_v3_redist; /* GICR, RD_base */
extern const struct vgic_frame vgic_v3_sgi;    /* GICR, SGI_base */

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

/* GICD_IIDR and GICR_IIDR. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio);

#endif
