/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU interfaces in software for whoever has a machine of his own. */
#ifndef VGIC_TESTS_MACHINE_SOFT_H
#define VGIC_TESTS_MACHINE_SOFT_H

#include <vgic/vgic.h>

/*
 * The CPU interface of one vCPU of a guest with this GIC, for free().  A GICv5
 * needs `v5` and the vCPU's IAFFID; for the others `caps` receives what it can
 * do.  Aborts when it cannot be made.
 */
void *soft_new(enum vgic_model model, const struct vgic_v5_config *v5,
	       uint32_t iaffid, struct vgic_cpuif_caps *caps);

#endif
