/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file ich.h
 * EL2's side of a GICv3 virtual CPU interface: what ICH_*_EL2 show, and the
 * maintenance interrupt.  Arm IHI 0069, section 12.4.  Together with the
 * guest's side (soft/vcpuif.h) it is the test double of a CPU with list
 * registers.
 */
#ifndef VGIC_MODEL_ICH_H
#define VGIC_MODEL_ICH_H

#include "soft/vcpuif.h"

/** EL2 executes MRS or MSR of an ICH_*_EL2 register. */
enum model_access vgic_model_ich_read(struct model_vcpuif *m, uint32_t enc,
				      uint64_t *value);
enum model_access vgic_model_ich_write(struct model_vcpuif *m, uint32_t enc,
				       uint64_t value);

/** The maintenance interrupt: ICH_HCR_EL2.En and ICH_MISR_EL2 != 0. */
bool vgic_model_vcpuif_maintenance(const struct model_vcpuif *m);

/** ICH_MISR_EL2 and ICH_EISR_EL2 as they are now, IHI 0069 12.4. */
uint32_t vgic_model_vcpuif_misr(const struct model_vcpuif *m);
uint32_t vgic_model_vcpuif_eisr(const struct model_vcpuif *m);

/** vgic_cpuif_ops over a model; `hw` is a struct model_vcpuif *. */
extern const struct vgic_cpuif_ops vgic_model_vcpuif_backend;

#endif
