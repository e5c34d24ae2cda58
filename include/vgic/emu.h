/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file emu.h
 * libvgic for emulators: one call per access of the guest's, and a callback
 * when a CPU's IRQ or FIQ input changes.  The library vgic_emu, beside vgic
 * and vgic_soft.
 *
 *     size = vgic_emu_memory_size(&config);
 *     vgic_emu_create(&config, memory, size, &emu);
 *     vgic_set_dist_base(vgic_emu_gic(emu), ...) and so on
 *     a load or store of the GIC's:    vgic_emu_mmio()
 *     MRS, MSR or GIC instruction:     vgic_emu_sysreg()
 *     a device, a timer:               vgic_emu_inject_irq()
 *
 * There is no vgic_load(), vgic_enter(), vgic_exit() or vgic_put(), and no
 * access is to be repeated: these functions do all of that.  The CPU
 * interfaces are in software, and their memory is part of vgic_emu's.
 *
 * Threads.  vCPUs may all be emulated by one thread, or by a thread each, and
 * devices by others: every function but vgic_emu_create(), vgic_emu_stop() and
 * vgic_emu_start() may be called by any thread at any time, for one vCPU also
 * by several.  A call for an access waits while another thread is in a call
 * that concerns the same vCPU; vgic_emu_inject_irq(), vgic_emu_inject_msi() and
 * vgic_emu_update() never wait.
 *
 * A function whose name does not begin with vgic_emu_ may be called with
 * vgic_emu_gic() as its own description allows, and vgic_emu_update()
 * afterwards.  Those that take a struct vgic_vcpu are this library's to call,
 * unless the VM is stopped (vgic_emu_stop()).
 */
#ifndef VGIC_EMU_H
#define VGIC_EMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_emu For emulators
 * @{
 */

/** A GIC and its CPU interfaces, all of it in software. */
struct vgic_emu;

/**
 * What the emulator provides.  No callback may call a function of this header
 * or one that takes the vGIC.  Each may be called by any thread that calls this
 * library, for any vCPU.
 */
struct vgic_emu_ops {
	/**
	 * The inputs of a vCPU changed.  Calls for one vCPU follow one another,
	 * in the order of the changes.  A vCPU that waits in WFI is to go on
	 * when one of its inputs is set.  Mandatory.
	 *
	 * @param ctx  vgic_emu_config.ctx
	 * @param vcpu index of the vCPU
	 * @param pins VGIC_VIRQ and VGIC_VFIQ, those that are set now
	 */
	void (*set_pins)(void *ctx, uint32_t vcpu, unsigned int pins);
	/**
	 * Called again and again by a thread that has to wait until the call of
	 * another thread is complete: a place for sched_yield().  Null: the
	 * thread spins.
	 */
	void (*relax)(void *ctx);
	/** As in struct vgic_host_ops: ITSs and GICv5's LPIs need it. */
	int (*read_guest)(void *ctx, uint64_t ipa, void *buf, size_t len);
	/** The same. */
	int (*write_guest)(void *ctx, uint64_t ipa, const void *buf,
			   size_t len);
	/** As in struct vgic_host_ops.  Null: reports are dropped. */
	void (*bug)(void *ctx, const char *what, uint32_t vcpu, uint32_t intid);
};

/** Everything that is fixed for the life of it. */
struct vgic_emu_config {
	/**
	 * The GIC.  `caps`, `cpuif`, `v5.cpuif`, `host` and `host_ctx` are
	 * ignored: this library fills them in.
	 */
	struct vgic_config gic;
	/**
	 * The affinity of each vCPU, nr_vcpus of them, as vgic_vcpu_create()
	 * takes it.  Null: Aff0 is the index's bits 3:0 and Aff1 the rest of
	 * it; for a GICv2 and a GICv5 the index.
	 */
	const uint64_t *mpidr;
	/** What the emulator provides. */
	const struct vgic_emu_ops *ops;
	/** What its callbacks get. */
	void *ctx;
};

/**
 * Bytes of memory that vgic_emu_create() needs.
 *
 * Context: any.  Cost: constant.
 * @return bytes, a multiple of 64; 0 when the configuration is invalid
 */
size_t vgic_emu_memory_size(const struct vgic_emu_config *config);

/**
 * Create a GIC with all its vCPUs.
 *
 * Context: any; the memory must not be in use.  Cost: O(size).
 * @param config is copied; `ops` must outlive the GIC, `mpidr` need not
 * @param memory aligned to 64 bytes, of `size` bytes; need not be zeroed
 * @param size   bytes, at least vgic_emu_memory_size(config)
 * @param emu    receives it
 * @return VGIC_OK; VGIC_E_INVAL, VGIC_E_NOMEM as vgic_create(); VGIC_E_INVAL
 *         also without ops->set_pins, for an affinity that is out of range, and
 *         a GICv5's PPIs; VGIC_E_EXIST two vCPUs have one affinity
 */
int vgic_emu_create(const struct vgic_emu_config *config, void *memory,
		    size_t size, struct vgic_emu **emu);

/** The vGIC: to place its frames, claim PPIs, read counters.  Context: any. */
struct vgic *vgic_emu_gic(struct vgic_emu *emu);

/**
 * The guest loads or stores where a GIC's frame may be.
 *
 * Context: any thread.  Cost: as vgic_trap_mmio(), but an access that names
 * many interrupts or commands is brought to its end in this call.
 * @param vcpu  index of the vCPU that accesses
 * @param ipa   physical address
 * @param width bytes: 1, 2, 4 or 8
 * @param write true for a store
 * @param value in for a store, out for a load, zero-extended
 * @return VGIC_TRAP_DONE; VGIC_TRAP_NOT_MINE not the GIC's, or no such vCPU
 */
enum vgic_trap vgic_emu_mmio(struct vgic_emu *emu, uint32_t vcpu, uint64_t ipa,
			     unsigned int width, bool write, uint64_t *value);

/**
 * The guest executes MRS or MSR of a system register, or a GICv5 instruction.
 *
 * Context: any thread.  Cost: as vgic_trap_sysreg().
 * @param vcpu   index of the vCPU
 * @param sysreg as vgic_trap_sysreg() takes it, see vgic/sysreg.h
 * @param write  true for MSR, and instructions without a result
 * @param value  in for MSR, out for MRS
 * @return VGIC_TRAP_DONE; VGIC_TRAP_UNDEF the instruction is UNDEFINED;
 *         VGIC_TRAP_NOT_MINE not the GIC's, or no such vCPU
 */
enum vgic_trap vgic_emu_sysreg(struct vgic_emu *emu, uint32_t vcpu,
			       uint32_t sysreg, bool write, uint64_t *value);

/**
 * vgic_inject_irq(), and the inputs that it changes.  On return they have been
 * reported, or the thread whose call is in progress for that vCPU is about to.
 *
 * Context, parameters, errors: as vgic_inject_irq().  Never waits.
 */
int vgic_emu_inject_irq(struct vgic_emu *emu, uint32_t vcpu, uint32_t intid,
			bool level, const void *owner);

/** The same of vgic_inject_msi(), of vgic/its.h. */
int vgic_emu_inject_msi(struct vgic_emu *emu, uint32_t its, uint32_t device,
			uint32_t event);

/**
 * Report the inputs that changed by functions of other headers, which were
 * called with vgic_emu_gic().
 *
 * Context: any thread.  Never waits.  Cost: O(vCPUs that are concerned).
 */
void vgic_emu_update(struct vgic_emu *emu);

/**
 * The inputs of a vCPU, as they were last reported.
 *
 * Context: any thread.  Cost: constant.
 * @return VGIC_VIRQ and VGIC_VFIQ; 0 for no such vCPU
 */
unsigned int vgic_emu_pins(const struct vgic_emu *emu, uint32_t vcpu);

/**
 * vgic_vcpu_reset() of a vCPU that is turned off or on.
 *
 * Context: any thread, while the vCPU executes nothing.  Cost: as
 * vgic_vcpu_reset(), brought to its end.
 * @return VGIC_OK; VGIC_E_NOENT no such vCPU
 */
int vgic_emu_vcpu_reset(struct vgic_emu *emu, uint32_t vcpu,
			bool redistributor);

/**
 * Stop the VM: from here to vgic_emu_start() the functions that want a stopped
 * VM may be called with vgic_emu_gic(): vgic_reset(), those of snapshot.h and
 * of uaccess.h.
 *
 * Context: no other call of this header in progress, and none until
 * vgic_emu_start().  Cost: O(vCPUs).
 */
void vgic_emu_stop(struct vgic_emu *emu);

/** Go on, and report what inputs are now.  Context and cost: the same. */
void vgic_emu_start(struct vgic_emu *emu);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
