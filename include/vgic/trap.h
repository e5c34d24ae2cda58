/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file trap.h
 * What the embedder does with a guest access that trapped.
 */
#ifndef VGIC_TRAP_H
#define VGIC_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_trap Accesses that trap
 * @{
 */

struct vgic_vcpu;

/** Outcome of a trapped access. */
enum vgic_trap {
	/** Done: advance the PC; a read's value is in *value. */
	VGIC_TRAP_DONE = 0,
	/** Not an address or register of the vGIC: the embedder's business. */
	VGIC_TRAP_NOT_MINE = 1,
	/**
	 * Do not advance the PC; let the guest execute the access again,
	 * after vgic_enter() and vgic_exit(), with the same value for a store.
	 * Another vCPU was kicked, whose list registers hold the answer; or
	 * the access needs more work than one trap does: an ITS has many
	 * commands, a GICv5's IRS has many interrupts to look at.  What is in
	 * *value after a load means nothing.  An access that the guest does
	 * not execute again, since it takes an interrupt and never returns,
	 * does no harm: others that depend on it bring it to its end.
	 */
	VGIC_TRAP_RETRY = 2,
	/** Inject an UNDEFINED exception into the guest. */
	VGIC_TRAP_UNDEF = 3,
};

/**
 * A guest access to memory that is not RAM.
 *
 * Any width and alignment is accepted from the guest; what the architecture
 * does not allow reads as zero, is ignored and is counted.
 *
 * Context: own thread, after vgic_exit() and before the next vgic_enter().
 * Cost: constant, but for accesses that name many interrupts: O(those); and
 * for those that many LPIs depend on (GICR_CTLR.EnableLPIs, GICR_INVALLR,
 * GITS_BASER<n>, commands): O(config.its.nr_lpis), in one go at most what 2048
 * of an ITS's plain commands take.  Of an IRS, IRS_CR0, IRS_PE_CR0 and the
 * registers of the IST do at most 100 us' work at one go, see VGIC_TRAP_RETRY.
 * @param vcpu  the vCPU that accesses
 * @param ipa   guest physical address
 * @param width bytes: 1, 2, 4 or 8
 * @param write true for a store
 * @param value in for a store, out for a load, zero-extended
 * @return VGIC_TRAP_DONE, VGIC_TRAP_NOT_MINE or VGIC_TRAP_RETRY
 */
enum vgic_trap vgic_trap_mmio(struct vgic_vcpu *vcpu, uint64_t ipa,
			      unsigned int width, bool write, uint64_t *value);

/**
 * A guest access to a system register that trapped to EL2 with EC 0x18.
 *
 * Handles ICC_SGI1R/ASGI1R/SGI0R_EL1, ICC_DIR_EL1 (TDIR) and ICC_SRE_EL1; for
 * a GICv5 guest on hardware ICC_IDR0_EL1, ICC_IAFFIDR_EL1, writes of
 * ICC_PPI_ENABLER<n>_EL1, and GIC CDDI of PPIs, which traps while one is
 * pending that is mapped without direct injection.  GIC CDDI of an SPI or LPI
 * traps then, too: VGIC_TRAP_NOT_MINE, the embedder executes GIC VDDI.
 *
 * Context: as vgic_trap_mmio().  Cost: O(targets) for an SGI.
 * @param sysreg op0:op1:CRn:CRm:op2 packed 2:3:4:4:3: VGIC_SYSREG(), or
 *               VGIC_SYSREG_FROM_ESR() of vgic/sysreg.h
 * @param write  true for MSR
 * @param value  in for MSR, out for MRS
 * @return VGIC_TRAP_DONE, VGIC_TRAP_NOT_MINE or VGIC_TRAP_UNDEF; for a GICv5
 *         guest on a software CPU interface also VGIC_TRAP_RETRY
 */
enum vgic_trap vgic_trap_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
				bool write, uint64_t *value);

/**
 * The two accesses above while the vCPU stays entered: the guest has trapped,
 * but there was no vgic_exit() and there will be no vgic_enter(), which is most
 * of what such an access costs.
 *
 * An embedder asks these first and, when they say VGIC_TRAP_NOT_MINE, goes on
 * as if it had not: vgic_exit(), vgic_trap_mmio() or vgic_trap_sysreg(),
 * vgic_enter().  They do what does not depend on what list registers hold:
 *  - memory: all of GICv2's and GICv3's distributor and of the redistributors,
 *    but for reads of pending and active state, and writes that many LPIs
 *    depend on; all of an ITS, whose commands find the vCPU entered as they
 *    find all others.  Nothing of an IRS;
 *  - system registers: ICC_SGI1R/ASGI1R/SGI0R_EL1 and ICC_SRE_EL1;
 *  - on a software CPU interface all of its registers and instructions, GICC's
 *    too, but for ICC_DIR_EL1 and GICC_DIR.
 *
 * Whatever else the embedder does for an exit that has nothing to do with the
 * vGIC (a hypercall, a device of its own) may be done while the vCPU stays
 * entered, too; also vgic_inject_irq().  If that kicks this very vCPU
 * (vgic_host_ops.kick), vgic_exit() and vgic_enter() have to follow before the
 * guest runs.  A vCPU that stays entered for long is one whose vgic_exit()
 * others wait for, as if the guest ran on.
 *
 * Nothing is missed: a post from elsewhere kicks, and is noticed at the latest
 * when that ends the guest; what the access itself brings about, for this
 * vCPU too, has happened on return: the library exits and enters by itself
 * where it has to.  With a software CPU interface vgic_signals() then says what
 * to raise.
 *
 * Context: own thread, after vgic_enter() and before the next vgic_exit(),
 * while no guest code runs.  Cost: as above, and what vgic_exit() and
 * vgic_enter() cost where the vCPU has sent something to itself.
 * @return VGIC_TRAP_DONE or VGIC_TRAP_UNDEF, as above; VGIC_TRAP_NOT_MINE
 *         nothing was done; VGIC_TRAP_RETRY do the same as for NOT_MINE, or
 *         let the guest execute it again
 */
enum vgic_trap vgic_trap_mmio_entered(struct vgic_vcpu *vcpu, uint64_t ipa,
				      unsigned int width, bool write,
				      uint64_t *value);
/** See vgic_trap_mmio_entered(). */
enum vgic_trap vgic_trap_sysreg_entered(struct vgic_vcpu *vcpu, uint32_t sysreg,
					bool write, uint64_t *value);

/** What the functions below return when they have done nothing. */
#define VGIC_UNUSUAL (-1)

/**
 * What a GICv5 guest executes for every interrupt, as it nearly always is: GICR
 * CDIA, GIC CDEOI and GIC CDDI; and the GIC CDPEND of an IPI.  This is
 * vgic_trap_sysreg_entered() and vgic_signals() in a fraction of their
 * instructions, for a CPU interface in software (vgic_soft_v5_backend), while
 * no PPI is to be signalled; of an SPI or LPI that is neither mapped nor 1 of
 * N, and has no owner or ops.
 *
 * An embedder asks these first and, when they say VGIC_UNUSUAL, goes on as if
 * it had not: with any other instruction, case or guest they do nothing.
 *
 * Context: as vgic_trap_sysreg_entered().  Cost: constant, some 100
 * instructions.
 * @param vcpu   the vCPU whose guest trapped
 * @param sysreg VGIC_SYSREG() of the instruction
 * @param value  its Xt: out for GICR CDIA, in for the others
 * @return what vgic_signals() says now, VGIC_VIRQ or 0: it is executed;
 *         VGIC_UNUSUAL: nothing was done
 */
int vgic_trap_usual(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t *value);
/**
 * See vgic_trap_usual().
 * @param vcpu    the vCPU whose guest executes GIC CDPEND
 * @param operand its Xt
 */
int vgic_trap_usual_pend(struct vgic_vcpu *vcpu, uint64_t operand);

/**
 * The same for vgic_reenter(), after a kick or a physical interrupt: at most
 * one interrupt was posted to this vCPU, and it is as above.
 *
 * Context and cost: as vgic_trap_usual().
 * @param vcpu the vCPU, which is entered
 * @return what vgic_signals() says now, VGIC_VIRQ or 0: it is entered again;
 *         VGIC_UNUSUAL: vgic_reenter() has to follow
 */
int vgic_reenter_usual(struct vgic_vcpu *vcpu);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
