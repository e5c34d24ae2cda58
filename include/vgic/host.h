/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file host.h
 * What the embedder provides to libvgic: the library's one porting header.
 *
 * Every callback gets the `ctx` given in vgic_config.  A callback may run in
 * any context in which the library itself is called, so it must not sleep and
 * must not call back into the library.  A null callback means what its
 * description says.
 */
#ifndef VGIC_HOST_H
#define VGIC_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_host What the embedder provides
 * @{
 */

/**
 * How a guest has configured an interrupt that is mapped to a physical one
 * (vgic_host_ops.phys_configure).
 */
struct vgic_phys_config {
	/** Of a PPI the vCPU whose it is, else 0. */
	uint32_t vcpu;
	/** The virtual interrupt. */
	uint32_t intid;
	/** The guest has enabled it. */
	bool enabled;
	/** Level-sensitive; else edge-triggered. */
	bool level;
	/** 0 .. 0xf8, 0 is the most urgent. */
	uint8_t priority;
	/** The vCPU it is routed to; UINT32_MAX: none, or 1 of N. */
	uint32_t target;
};

/** The callbacks, vgic_config.host. */
struct vgic_host_ops {
	/**
	 * Something changed for a vCPU.  If it is running guest code it must
	 * leave the guest soon and pass through vgic_exit() and vgic_enter();
	 * if it is blocked in WFI, re-evaluate vgic_pending() and wake it; if
	 * it is off, vgic_pending() is to be called in its thread's stead, when
	 * the call that kicks has returned: what it holds and should no more,
	 * for it was routed elsewhere or ended, it lets go of there.  If it
	 * only waits for a CPU, nothing is needed, since its next vgic_enter()
	 * sees the change.  Called by other threads at most once per vCPU
	 * between two of vgic_enter(), vgic_pending() and
	 * vgic_trap_sysreg_entered().
	 *
	 * Those three also call it for their own vCPU, on its own thread, when
	 * they have more to take in than fits into 100 us: then the guest may
	 * be entered, but has to leave it again at once.  Mandatory.
	 *
	 * @param ctx  vgic_config.host_ctx
	 * @param vcpu index of the vCPU, 0 .. nr_vcpus-1
	 */
	void (*kick)(void *ctx, uint32_t vcpu);

	/**
	 * Copy guest memory.  Bounds are the embedder's: outside guest RAM it
	 * returns non-zero and copies nothing.  Null: the guest has no memory
	 * that the GIC can reach (then no ITS and no IST).
	 *
	 * @param ipa guest physical address
	 * @param len bytes, at most 4096
	 * @return 0, or non-zero when any byte is outside guest RAM
	 */
	int (*read_guest)(void *ctx, uint64_t ipa, void *buf, size_t len);
	/** The same to write: outside guest RAM it changes nothing. */
	int (*write_guest)(void *ctx, uint64_t ipa, const void *buf,
			   size_t len);

	/**
	 * Change the active state of a physical interrupt that a virtual one
	 * is mapped to (vgic_map_irq()).  Null: the host has no such control.
	 * vgic_map_irq() wants phys_set_active.
	 * For a private interrupt (PPI) the vCPU's current physical CPU is
	 * meant; the library only calls this from that vCPU's thread, or its
	 * stand-in, and then the vCPU has none: nothing is to be done.  On a
	 * GICv5 host `pintid` has a TYPE: to end the active state is GIC CDDI;
	 * the rest is CDPEND, and for PPIs ICC_PPI_*.
	 *
	 * @param pintid the physical INTID given to vgic_map_irq()
	 */
	void (*phys_set_active)(void *ctx, uint32_t pintid, bool active);
	/** The same for its pending state. */
	void (*phys_set_pending)(void *ctx, uint32_t pintid, bool pending);

	/**
	 * The guest changed how an interrupt is configured that is mapped to
	 * this physical one: its enable, trigger, priority or route.  Called
	 * by vgic_map_irq(), too, and when a reset or a restore changes it; not
	 * for PPIs of a GICv5, which are configured in the CPU interface.
	 * Any context; two calls at once for one interrupt are possible, and
	 * the one that returns last says what is so.  Null: the host goes by
	 * its own configuration.
	 *
	 * @param pintid the physical INTID given to vgic_map_irq()
	 * @param config valid during the call
	 */
	void (*phys_configure)(void *ctx, uint32_t pintid,
			       const struct vgic_phys_config *config);

	/**
	 * Which thread, or physical CPU, the caller is: any number that two of
	 * them never have at the same time.  Only asked for in contract builds
	 * (VGIC_CONTRACT), to find calls for a vCPU by a thread other than the
	 * one that has loaded it.  Null: not checked.
	 */
	uintptr_t (*thread)(void *ctx);

	/**
	 * An invariant of the library does not hold: vgic_check_invariants()
	 * reports so; or, in contract builds (VGIC_CONTRACT), the embedder
	 * broke a rule of this interface, see vgic.h.  The library goes on.
	 * Null: reports are dropped.
	 *
	 * @param what  a constant string naming the invariant or the rule
	 * @param vcpu  the vCPU concerned, or UINT32_MAX
	 * @param intid the interrupt concerned, or UINT32_MAX
	 */
	void (*bug)(void *ctx, const char *what, uint32_t vcpu, uint32_t intid);
};

/** @} */

#ifdef __cplusplus
}
#endif

#endif
