/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an embedder executes a trapped instruction of a vCPU that stays entered:
 * the short way of what is usual, and if that declines the long one.
 */
#ifndef VGIC_TESTS_USUAL_H
#define VGIC_TESTS_USUAL_H

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "regs/gicv5.h"

/* VGIC_VIRQ or 0: it was executed, and that is signalled now. */
static inline int trap_usual(struct vgic_vcpu *vcpu, uint32_t sysreg,
			     bool write, uint64_t *value)
{
	if (write == (sysreg == GICR_CDIA)) {
		return VGIC_UNUSUAL;
	}
	return sysreg == GIC_CDPEND ? vgic_trap_usual_pend(vcpu, *value) :
				      vgic_trap_usual(vcpu, sysreg, value);
}

static inline enum vgic_trap trap_as_usual(struct vgic_vcpu *vcpu,
					   uint32_t sysreg, bool write,
					   uint64_t *value)
{
	if (trap_usual(vcpu, sysreg, write, value) != VGIC_UNUSUAL) {
		return VGIC_TRAP_DONE;
	}
	return vgic_trap_sysreg_entered(vcpu, sysreg, write, value);
}

/* A vCPU that was kicked, or whose CPU was interrupted, goes on. */
static inline int reenter_as_usual(struct vgic_vcpu *vcpu)
{
	int signals = vgic_reenter_usual(vcpu);

	if (signals == VGIC_UNUSUAL) {
		vgic_reenter(vcpu);
	}
	return signals;
}

#endif
