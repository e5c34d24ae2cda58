/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file v5_ich.h
 * EL2's side of a GICv5 virtual CPU interface: ICH_*_EL2, residency, doorbells,
 * FEAT_GCIE_LEGACY.  Together with the guest's side (soft/v5_cpuif.h) it is the
 * test double of a GICv5 PE.
 */
#ifndef VGIC_MODEL_V5_ICH_H
#define VGIC_MODEL_V5_ICH_H

#include "soft/v5_cpuif.h"

/** EL2 executes MRS or MSR of an ICH_*_EL2 register or of ICC_ICSR_EL1. */
enum model_access vgic_model_v5_ich_read(struct model_v5_cpuif *m, uint32_t enc,
					 uint64_t *value);
enum model_access vgic_model_v5_ich_write(struct model_v5_cpuif *m,
					  uint32_t enc, uint64_t value);

/**
 * The pending state of a physical PPI changed: of a Level one with its wire;
 * an Edge one is latched until the guest acknowledges it.
 */
void vgic_model_v5_set_physical(struct model_v5_cpuif *m, unsigned int ppi,
				bool pending);

/**
 * VGIC_VIRQ and VGIC_VFIQ, of the interface that ICH_VCTLR_EL2.V3 selects;
 * a GICv5 guest has no virtual FIQ.
 */
unsigned int vgic_model_v5_signals(const struct model_v5_cpuif *m);

/** PPI 25, GICMNT: the maintenance interrupt of FEAT_GCIE_LEGACY. */
bool vgic_model_v5_maintenance(const struct model_v5_cpuif *m);

/** SPIs or LPIs changed at the IRS: ring the doorbell if it is due. */
void vgic_model_v5_iri_changed(struct model_v5_cpuif *m);

/**
 * The PE as hardware that a library drives: `hw` is a struct model_v5_cpuif,
 * as it is of vgic_soft_v5_backend (vgic/backend.h), which is the same PE in
 * software.
 */
extern const struct vgic_v5_cpuif_ops vgic_model_v5_backend;

/** EL2's registers that are there by FEAT_GCIE_LEGACY alone. */
enum model_access vgic_model_v5_legacy_read(struct model_v5_cpuif *m,
					    uint32_t enc, uint64_t *value);
enum model_access vgic_model_v5_legacy_write(struct model_v5_cpuif *m,
					     uint32_t enc, uint64_t value);

#endif
