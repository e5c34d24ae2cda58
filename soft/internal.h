/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of soft/ share with one another and with model/ich.c, of a
 * GICv3's or GICv2's virtual CPU interface.
 */
#ifndef VGIC_SOFT_INTERNAL_H
#define VGIC_SOFT_INTERNAL_H

#include "soft/vcpuif.h"

/** Number of ICH_AP0R<n>_EL2: 1, 2 or 4 for 5, 6 or 7 preemption bits. */
unsigned int vgic_soft_nr_aprs(const struct model_vcpuif *m);

/** Set VBPR0 or VBPR1; below the minimum means the minimum. */
void vgic_soft_vmcr_set_bpr(struct model_vcpuif *m, unsigned int group,
			    uint64_t value);

/** Set VPMR.  Priority bits beyond pri_bits read as zero. */
void vgic_soft_vmcr_set_pmr(struct model_vcpuif *m, uint64_t value);

/** Set a register of EL2; bits that do not exist are ignored. */
void vgic_soft_set_lr(struct model_vcpuif *m, unsigned int n, uint64_t value);
void vgic_soft_set_vmcr(struct model_vcpuif *m, uint64_t value);
void vgic_soft_set_hcr(struct model_vcpuif *m, uint64_t value);

/**
 * The register behind one of GICV's, which is there in this direction.
 * ICH_HCR_EL2 traps system registers, not GICV, so nothing traps here.
 */
uint64_t vgic_soft_icv_get(struct model_vcpuif *m, uint32_t enc);
void vgic_soft_icv_set(struct model_vcpuif *m, uint32_t enc, uint64_t value);

#endif
