/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the list-register policy (lr.c) tells other rooms.  For the vCPU's own
 * thread.
 */
#ifndef VGIC_CPUIF_LR_H
#define VGIC_CPUIF_LR_H

#include "core/gic.h"

/* Groups that can signal: bit n for group n.  Own thread only. */
uint32_t vgic_lr_open_groups(const struct vgic_vcpu *vcpu);
/* ICC_RPR_EL1, or 256 when nothing is active.  Own thread only. */
uint32_t vgic_lr_running_prio(struct vgic_vcpu *vcpu);

#endif
