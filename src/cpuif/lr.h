/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the list-register policy (lr.c) offers other rooms, beside the
 * operations of vgic_lr_policy that the core calls.  All of it is for the
 * vCPU's own thread.
 */
#ifndef VGIC_CPUIF_LR_H
#define VGIC_CPUIF_LR_H

#include "core/gic.h"

/*
 * The running priority as ICC_RPR_EL1 shows it, or 256 when nothing is active.
 * Reads the active priorities registers if the vCPU is resident.
 */
uint32_t vgic_lr_running_prio(struct vgic_vcpu *vcpu);

#endif
