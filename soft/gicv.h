/* SPDX-License-Identifier: BSD-2-Clause */
/** @file gicv.h  A GICv2's virtual CPU interface over a struct model_vcpuif. */
#ifndef VGIC_MODEL_GICV_H
#define VGIC_MODEL_GICV_H

#include "soft/vcpuif.h"

/**
 * The guest reads or writes a 32-bit register of GICV at `offset`, but
 * GICV_DIR.
 * @return false when there is no such register, or not for this
 */
bool vgic_soft_gicv_read(struct model_vcpuif *m, uint32_t offset,
			 uint64_t *value);
bool vgic_soft_gicv_write(struct model_vcpuif *m, uint32_t offset,
			  uint64_t value);

/** VGIC_VIRQ and VGIC_VFIQ, which FIQEn divides between the groups. */
unsigned int vgic_soft_gicv_signals(const struct model_vcpuif *m);

#endif
