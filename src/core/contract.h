/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that an embedder can break without an error to be returned: they say
 * in which order, and by which thread, a vCPU's functions are called.  A build
 * with VGIC_CONTRACT looks, and reports by vgic_host_ops.bug; in any other
 * these macros are nothing.  The rules are listed in vgic.h.
 */
#ifndef VGIC_CORE_CONTRACT_H
#define VGIC_CORE_CONTRACT_H

#include "core/gic.h"

#define RULE_ENTER_LOAD "contract: vgic_enter() without vgic_load()"
#define RULE_ENTER_TWICE "contract: vgic_enter() twice"
#define RULE_EXIT "contract: vgic_exit() without vgic_enter()"
#define RULE_PUT "contract: vgic_put() of an entered vCPU"
#define RULE_TRAP "contract: a trap of an entered vCPU"
#define RULE_PENDING "contract: vgic_pending() of an entered vCPU"
#define RULE_ENTERED "contract: an entered call without vgic_enter()"
#define RULE_RESET "contract: vgic_vcpu_reset() of a loaded vCPU"
#define RULE_THREAD "contract: another thread than vgic_load()'s"
#define RULE_KICK "contract: a kick did not end the guest"

/*
 * How often a vCPU asks another vCPU to leave the guest before RULE_KICK is
 * reported.  Between two attempts the guest of the vCPU that asks runs.
 */
#define CONTRACT_PATIENCE 1000000u

#ifdef VGIC_CONTRACT
#define vgic_rule(vcpu, holds, what) \
	((holds) ? (void)0 : \
		   vgic_bug((vcpu)->gic, what, (vcpu)->index, VGIC_NIL))

/* In guest code, as far as the library was told. */
static inline bool vgic_is_entered(const struct vgic_vcpu *vcpu)
{
	return vgic_load_relaxed(&vcpu->run_seq) & 1;
}

static inline uintptr_t vgic_this_thread(const struct vgic_vcpu *vcpu)
{
	const struct vgic_config *config = &vcpu->gic->config;

	return config->host->thread ? config->host->thread(config->host_ctx) :
				      0;
}

/* It is loaded: from now on this thread is its own. */
#define vgic_note_thread(vcpu) ((void)((vcpu)->thread = vgic_this_thread(vcpu)))
#define vgic_thread_rule(vcpu) \
	vgic_rule(vcpu, \
		  !(vcpu)->resident || \
			  (vcpu)->thread == vgic_this_thread(vcpu), \
		  RULE_THREAD)
#else
#define vgic_rule(vcpu, holds, what) ((void)0)
#define vgic_note_thread(vcpu) ((void)0)
#define vgic_thread_rule(vcpu) ((void)0)
#endif

#endif
