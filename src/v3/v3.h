/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv3 as the guest sees it: its frames, and what they share. */
#ifndef VGIC_V3_V3_H
#define VGIC_V3_V3_H

#include "mmio/mmio.h"

extern const struct vgic_frame vgic_v3_dist;   /* GICD */
extern const struct vgic_frame vgic_v3_redist; /* GICR, RD_base */
extern const struct vgic_frame vgic_v3_sgi;    /* GICR, SGI_base */

enum vgic_trap vgic_v3_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			    unsigned int width, bool write, uint64_t *value);
enum vgic_trap vgic_v3_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);

/* ICC_CTLR_EL1, CBPR and EOImode of which can be written. */
uint64_t vgic_v3_ctlr(const struct vgic_vcpu *vcpu);
void vgic_v3_set_ctlr(struct vgic_vcpu *vcpu, uint64_t value);
/* ICC_{CTLR,PMR,RPR}_EL1 of list registers, trapped. */
enum vgic_trap vgic_v3_common(struct vgic_vcpu *vcpu, uint32_t sysreg,
			      bool write, uint64_t *value);

/* GICD_IIDR and GICR_IIDR. */
uint64_t vgic_v3_read_iidr(struct vgic_mmio *mmio);

#endif
