/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Priorities as the active priorities registers know them (prio.c), for the
 * list-register policy and for what a GICv3 guest reads.  All of it is for the
 * vCPU's own thread.
 */
#ifndef VGIC_CPUIF_PRIO_H
#define VGIC_CPUIF_PRIO_H

#include "core/gic.h"

/* Less urgent than each priority. */
#define VGIC_PRIO_NONE 256u

/* The bits of a priority that decide about preemption.  IHI 0069 4.8.6 */
uint32_t vgic_prio_group(const struct vgic_vcpu *vcpu, uint32_t prio,
			 bool group1);

/*
 * The running priority as ICC_RPR_EL1 shows it, or VGIC_PRIO_NONE when nothing
 * is active.  Reads the active priorities registers if the vCPU is resident.
 */
uint32_t vgic_prio_running(struct vgic_vcpu *vcpu);

/* End the interrupts on the stack that `count` EOIs without register ended. */
void vgic_prio_credit(struct vgic_vcpu *vcpu, uint32_t count);

#endif
