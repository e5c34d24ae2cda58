/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's generic timers: the virtual one, which is the hardware's, and the
 * physical one, which is emulated.
 */
#ifndef HYP_VTIMER_H
#define HYP_VTIMER_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/*
 * Connect the timers of one vCPU with its vGIC: the virtual timer's PPI is
 * mapped to the machine's, the physical timer's has a line.  Once for each
 * vgic_vcpu_create(), the vCPU not loaded.  VGIC_OK, or an error of libvgic's.
 */
int vtimer_init(struct vcpu *vcpu);

/*
 * Switch the virtual timer's registers, and the active state of its PPI on this
 * CPU.  Part of vcpu_load() and vcpu_put(): on load before vgic_load(), on put
 * after vgic_put().
 */
void vtimer_load(struct vcpu *vcpu);
void vtimer_put(struct vcpu *vcpu);

/*
 * The vCPU, which is not loaded any more, is about to sleep: have its virtual
 * timer's PPI raised in time by a software timer of this CPU.
 */
void vtimer_arm(struct vcpu *vcpu);

/*
 * A trapped access to CNTP_TVAL_EL0 (`op2` 0), CNTP_CTL_EL0 (1) or
 * CNTP_CVAL_EL0 (2).  On the vCPU's thread, between vgic_exit() and
 * vgic_enter().  The line of PPI 30 follows before either returns.
 */
uint64_t ptimer_read(struct vcpu *vcpu, unsigned int op2);
void ptimer_write(struct vcpu *vcpu, unsigned int op2, uint64_t value);

/* Give them their reset values: disabled.  On the vCPU's thread. */
void ptimer_reset(struct vcpu *vcpu);

#endif
