/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's generic timers. */
#ifndef HYP_VTIMER_H
#define HYP_VTIMER_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/* Map PPI 27 to the hardware's for all vCPUs; VGIC_OK or an error. */
int vtimer_init(struct vcpu *vcpu);

/* Timer registers to and from this CPU, with its PPI's active state. */
void vtimer_load(struct vcpu *vcpu);
void vtimer_put(struct vcpu *vcpu);

/* vCPU not loaded: have it kicked when its virtual timer fires. */
void vtimer_arm(struct vcpu *vcpu);

/* Trapped CNTP_{TVAL,CTL,CVAL}_EL0; `op2` names the register. */
uint64_t ptimer_read(struct vcpu *vcpu, unsigned int op2);
void ptimer_write(struct vcpu *vcpu, unsigned int op2, uint64_t value);
/* As after reset. */
void ptimer_reset(struct vcpu *vcpu);

#endif
