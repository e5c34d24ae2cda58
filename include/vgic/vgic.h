/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file vgic.h
 * libvgic: a virtual Arm interrupt controller.
 *
 * Life of a vGIC:
 *
 *     size = vgic_memory_size(&config);
 *     vgic_create(&config, memory, size, &gic);
 *     vgic_set_dist_base(), vgic_add_redist_region()
 *     vgic_vcpu_create() for every vCPU
 *     per vCPU thread:
 *         vgic_load()                      when the thread gets a CPU
 *         loop { vgic_enter(); run guest; vgic_exit(); handle the exit }
 *         vgic_put()                       when it gives the CPU up
 *     vgic_inject_irq()                    from anywhere, at any time
 *
 * Contexts.  "Own thread" below means the thread that runs a vCPU, with no
 * other call for the same vCPU in progress.  "Any context" means any thread
 * or interrupt handler, concurrently with everything else.  The library takes
 * no locks: shared state changes by compare-and-swap.
 *
 * Memory order.  An embedder may rely on these rules:
 *  - Signals: everything that a thread wrote before vgic_inject_irq(),
 *    vgic_inject_msi(), an irqfd's signal or a guest's own write of
 *    GITS_TRANSLATER or IRS_SETLPIR is visible to the handler that takes the
 *    interrupt after that call.  This holds when the interrupt was pending
 *    already: either the handler that takes the earlier signal sees the new
 *    data, or the interrupt is taken once more.
 *  - Kicks: what the library posted to a vCPU before it calls
 *    vgic_host_ops.kick is seen by the vgic_enter() or vgic_pending() that
 *    follows the kick.  The embedder's kick has to carry that order: what was
 *    stored before it is called must be visible to the kicked thread once that
 *    thread notices the kick (on arm64, DSB ISHST before the SGI).
 *  - Entries: what is posted to a vCPU while vgic_enter() runs is either seen
 *    by this vgic_enter(), or vgic_host_ops.kick is called for the vCPU.
 *  - Sleep: a thread that is about to block first publishes that it does, then
 *    executes a full barrier (DMB ISH), then looks whether it was kicked.  A
 *    kick first records itself, then executes a full barrier, then looks
 *    whether the vCPU is blocked.  Store-release and load-acquire do not order
 *    these two.
 *  - Reads: a trapped read of pending or active state returns a state that the
 *    interrupt had at some time after the access began.
 *  - Stopped VMs: calls that want a stopped VM (vgic_reset(), uaccess.h,
 *    snapshot.h) rely on the embedder for order: what stops the vCPU threads
 *    must synchronise with them, as a join or a lock does.
 *
 * Contract builds.  What an embedder must not do returns an error where that
 * costs nothing.  The rest is looked for by a library that is built with
 * VGIC_CONTRACT, as CMake's Debug configuration is: it calls vgic_host_ops.bug
 * with one of these, and goes on.
 *  - "contract: vgic_enter() without vgic_load()"
 *  - "contract: vgic_enter() twice"; vgic_exit() has to come in between
 *  - "contract: vgic_exit() without vgic_enter()"
 *  - "contract: vgic_put() of an entered vCPU"
 *  - "contract: a trap of an entered vCPU": vgic_trap_mmio(),
 *    vgic_trap_sysreg(); vgic_exit() has to come first
 *  - "contract: vgic_pending() of an entered vCPU"; or vgic_update_signals()
 *  - "contract: an entered call without vgic_enter()":
 *    vgic_trap_mmio_entered(), vgic_trap_sysreg_entered(),
 *    vgic_trap_usual(), vgic_trap_usual_pend(), vgic_reenter_usual(),
 *    vgic_inject_irq_entered(), vgic_reenter()
 *  - "contract: vgic_vcpu_reset() of a loaded vCPU"
 *  - "contract: another thread than vgic_load()'s": a call for a vCPU that is
 *    loaded, if vgic_host_ops.thread says which thread calls
 *  - "contract: a kick did not end the guest": another vCPU, whose access is
 *    VGIC_TRAP_RETRY, has asked for it a million times.  Other kicks that do
 *    not arrive are not noticed
 *
 * Reset values, after vgic_create(), vgic_reset() and vgic_vcpu_reset().  A
 * GICv3: all groups and LPIs off (GICD_CTLR has DS = 1 and ARE = 1, no
 * EnableGrp), redistributors asleep; SGIs enabled and nothing else, all in
 * Group 1, priorities 0, which is the most urgent; PPIs are levels, SPIs and
 * SGIs edges; SPIs are routed to affinity 0.  ICC_PMR_EL1 is 0, which masks
 * everything, and ICC_IGRPEN<n>_EL1 0.  A GICv2: the same, but all in Group 0
 * and SPIs without a target; GICD_CTLR, GICC_CTLR and GICC_PMR are 0.  A GICv5:
 * IRS_CR0, ICC_CR0_EL1 and ICC_PCR_EL1 are 0, no interrupt is enabled,
 * priorities are 0.
 */
#ifndef VGIC_VGIC_H
#define VGIC_VGIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vgic/backend.h>
#include <vgic/error.h>
#include <vgic/host.h>
#include <vgic/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup vgic_create Making a vGIC
 * @{
 */

/** One virtual interrupt controller, that is, one virtual machine's. */
struct vgic;
/** The part of it that belongs to one virtual CPU. */
struct vgic_vcpu;

/** Which architecture the guest drives. */
enum vgic_model {
	VGIC_GICV2 = 2,
	VGIC_GICV3 = 3,
	VGIC_GICV5 = 5,
};

/** What a guest's GIC is, for vgic_config.arch. */
struct vgic_arch;
/**
 * A GICv2.  Of these four name the one that you want: a program is linked with
 * those alone that it names.
 */
extern const struct vgic_arch vgic_gicv2;
/** A GICv3 without LPIs: vgic_config.its is zero. */
extern const struct vgic_arch vgic_gicv3;
/** A GICv3 that may have ITSs and LPIs. */
extern const struct vgic_arch vgic_gicv3_its;
/** A GICv5. */
extern const struct vgic_arch vgic_gicv5;

/**
 * The one with this number, vgic_gicv3_its for VGIC_GICV3; null: there is none.
 * For programs that learn at run time which GIC a guest gets: it names all of
 * them, so all of them are linked.
 *
 * Context: any.  Cost: constant.
 */
const struct vgic_arch *vgic_arch_of(enum vgic_model model);

/** Its number.  Context: any.  Cost: constant. */
enum vgic_model vgic_arch_model(const struct vgic_arch *arch);

/** What a GICv5 has besides; zero for other models. */
struct vgic_v5_config {
	/** The CPU interface. */
	const struct vgic_v5_cpuif_ops *cpuif;
	/** PPIs that the CPU interface has, bit n of [n / 64] for PPI n. */
	uint64_t ppi_implemented[2];
	/** Of those, the level-sensitive ones (ICC_PPI_HMR<n>_EL1). */
	uint64_t ppi_level[2];
	/**
	 * How many LPIs can be backed at one time, a multiple of 256; the
	 * guest's tables decide which.  0: no LPIs.
	 */
	uint32_t nr_lpis;
	/** Bits of an LPI's ID, 10 .. 24 (IRS_IDR2.ID_BITS). */
	uint32_t lpi_id_bits;
	/** IRSs, 1 .. 8; SPIs and vCPUs are divided evenly among them. */
	uint32_t nr_irs;
};

/** ITSs that a vGIC can have. */
#define VGIC_MAX_ITS 8
/** INTIDs have 16 bits; LPIs begin at 8192. */
#define VGIC_MAX_LPIS 57344
/** The least number that GICD_TYPER.num_LPIs can express: 2^(1 + 1). */
#define VGIC_MIN_LPIS 4

/** What a GICv3 with LPIs has besides; zero: none, and for other models. */
struct vgic_its_config {
	/**
	 * ITSs, 0 .. VGIC_MAX_ITS; see vgic/its.h.  Each takes 9 KiB for its
	 * collections, of which all together may have 512 for each ITS.
	 */
	uint32_t nr_its;
	/**
	 * LPIs, VGIC_MIN_LPIS .. VGIC_MAX_LPIS, 16 bytes each: INTIDs 8192 ..
	 * 8191 + nr_lpis.  GICD_TYPER.num_LPIs can hold powers of two
	 * only: there the guest reads the largest one that is at most nr_lpis.
	 * Zero if and only if nr_its is.
	 */
	uint32_t nr_lpis;
	/**
	 * Events that can be mapped to LPIs at one time, over all ITSs, and as
	 * many devices; at most nr_lpis, 0 means nr_lpis: guests give each
	 * event an LPI of its own.  16 bytes for an event and as many for a
	 * device, and 2 to 4 for the way to each: 36 to 40 bytes.  A command
	 * that needs one more is wrong, and counted.
	 */
	uint32_t nr_events;
};

/** Everything that is fixed for the life of a vGIC. */
struct vgic_config {
	/** Which GIC the guest sees: &vgic_gicv3 and so on. */
	const struct vgic_arch *arch;
	/** Number of vCPUs, 1 .. 512 (GICv2: 8). */
	uint32_t nr_vcpus;
	/**
	 * Number of SPIs, 0 .. 988; INTIDs 32 .. 31 + nr_spis.  GICv5: 0 ..
	 * 65536, a multiple of nr_irs; IDs from 0.
	 */
	uint32_t nr_spis;
	/** GICv3: number of redistributor regions, 1 .. 64. */
	uint32_t nr_redist_regions;
	/**
	 * How many interrupts can at one time be mapped to a host interrupt,
	 * have irq_ops, or have an owner.  A PPI counts once per vCPU.  It is
	 * a hash table of 48 bytes for each: with twice as many as are needed
	 * an entry is found at once, in a full table with hundreds it takes
	 * some dozen looks.
	 */
	uint32_t nr_side_entries;
	/** What the CPU interface can do, the same on every vCPU. */
	struct vgic_cpuif_caps caps;
	/** The CPU interface; GICv5: v5.cpuif instead. */
	const struct vgic_cpuif_ops *cpuif;
	struct vgic_v5_config v5; /**< What a GICv5 has besides. */
	/** ITSs and LPIs; they need host->read_guest and write_guest. */
	struct vgic_its_config its;
	const struct vgic_host_ops *host; /**< The embedder's callbacks. */
	void *host_ctx;			  /**< What they get as `ctx`. */
};

/** What is wrong with a configuration, in words for people. */
struct vgic_config_fault {
	/** The field, "nr_spis" or "v5.nr_irs"; null: nothing is wrong. */
	const char *field;
	/** What it has to be. */
	const char *rule;
};

/**
 * Would vgic_create() take this configuration, and if not, why?
 *
 * Context: any.  Cost: constant.
 * @param fault receives the first field that is wrong; may be null
 * @return VGIC_OK; VGIC_E_INVAL; VGIC_E_NOTSUP: caps.broken_seis
 */
int vgic_config_check(const struct vgic_config *config,
		      struct vgic_config_fault *fault);

/**
 * Bytes of memory that vgic_create() needs for a configuration.
 *
 * Context: any.  Cost: constant.
 * @return bytes, a multiple of 64; 0 when the configuration is invalid
 */
size_t vgic_memory_size(const struct vgic_config *config);

/**
 * Create a vGIC in memory of the embedder's.  Nothing else is allocated,
 * then or later.
 *
 * Context: any; the memory must not be in use.  Cost: O(size).
 * @param config is copied; the ops tables it names must outlive the vGIC
 * @param memory aligned to 64 bytes, of `size` bytes; need not be zeroed
 * @param size   bytes, at least vgic_memory_size(config)
 * @param gic    receives the vGIC, which lies within `memory`
 * @return VGIC_OK; VGIC_E_INVAL for a configuration out of range or a missing
 *         mandatory callback (vgic_config_check() says which), a null or
 *         misaligned pointer; VGIC_E_NOMEM
 *         when `size` is too small; VGIC_E_NOTSUP for list registers whose
 *         guest would raise SErrors (caps.broken_seis)
 */
int vgic_create(const struct vgic_config *config, void *memory, size_t size,
		struct vgic **gic);

/**
 * Create a vCPU's part.  Every vCPU must exist before any of them runs.
 *
 * Context: any, not concurrently with other calls on this vGIC.
 * Cost: constant.
 * @param index 0 .. nr_vcpus-1; also GICR_TYPER.Processor_Number
 * @param mpidr what the guest reads in MPIDR_EL1: Aff3 in bits 39:32, Aff2 to
 *              Aff0 in 23:0; bits 31 (RES1), 30 (U) and 24 (MT) are ignored,
 *              all others have to be 0.  The affinity must be unique.  Aff3
 *              non-zero needs caps.a3v.  GICv5: the IAFFID, 16 bits
 * @param hw    handed to the back-end, see vgic_cpuif_ops
 * @param vcpu  receives the vCPU
 * @return VGIC_OK; VGIC_E_INVAL bad index, Aff3 or IAFFID, or a bit of mpidr
 *         that has to be 0; VGIC_E_EXIST index, processor number or affinity
 *         in use
 */
int vgic_vcpu_create(struct vgic *gic, uint32_t index, uint64_t mpidr, void *hw,
		     struct vgic_vcpu **vcpu);

/**
 * vgic_vcpu_create() with a processor number that is not the index, for a
 * guest that has to find the numbers that another hypervisor gave: KVM's are
 * the VMM's vCPU ids.  GICR_TYPER.Processor_Number is what a guest writes to
 * name a redistributor in ITS commands and what saved collection tables hold
 * (GITS_TYPER.PTA is 0).  Only a GICv3 guest can read it.
 *
 * Context, cost and errors: as vgic_vcpu_create(); VGIC_E_INVAL also for a
 * number out of range.
 * @param number 0 .. 511, unique among the vCPUs that are created
 */
int vgic_vcpu_create_numbered(struct vgic *gic, uint32_t index, uint32_t number,
			      uint64_t mpidr, void *hw,
			      struct vgic_vcpu **vcpu);

/**
 * Put the vCPU's private state back to its reset values, as a CPU that PSCI
 * turns on expects: VMCR and APRs zero, and with `redistributor` SGI and PPI
 * registers too, and no LPI pending.
 *
 * Context: own thread, vCPU not loaded.  Cost: O(interrupts of the vCPU); LPIs
 * are gone through a piece at a time, about 60,000 instructions in one call.
 * @return VGIC_OK; VGIC_E_BUSY only with LPIs and `redistributor`: more of them
 *         are to be gone through, or another vCPU is changing what ITSs map;
 *         call it again before the vCPU runs
 */
int vgic_vcpu_reset(struct vgic_vcpu *vcpu, bool redistributor);

/**
 * Put the whole vGIC back to its reset state (system reset).  Mappings, ops
 * and addresses stay, as do the levels of lines.
 *
 * Context: no vCPU loaded, no concurrent call.  Cost: O(interrupts).
 */
void vgic_reset(struct vgic *gic);

/** The vCPU with this index, or null.  Context: any.  Cost: constant. */
struct vgic_vcpu *vgic_vcpu_get(struct vgic *gic, uint32_t index);

/** The index a vCPU was created with. */
uint32_t vgic_vcpu_index(const struct vgic_vcpu *vcpu);

/**
 * @}
 * @defgroup vgic_place Placing its frames
 * @{
 */

/**
 * Place the distributor.  GICv2 and GICv3.  IHI 0069 12.9.
 *
 * Context: before any vCPU runs.
 * @param ipa guest physical address, aligned to 64 KiB (GICv2: 4 KiB)
 * @return VGIC_OK; VGIC_E_NOTSUP a GICv5, which has none; VGIC_E_INVAL
 *         misaligned; VGIC_E_EXIST placed already; VGIC_E_OVERLAP with another
 *         frame, or wraps
 */
int vgic_set_dist_base(struct vgic *gic, uint64_t ipa);

/**
 * GICv2: place the CPU interface, 8 KiB.  Needed where it is in software, and
 * for its second page, GICC_DIR, where that traps.
 *
 * Context: before any vCPU runs.
 * @param ipa guest physical address, aligned to 4 KiB
 * @return VGIC_OK; VGIC_E_NOTSUP not a GICv2; VGIC_E_INVAL misaligned;
 *         VGIC_E_EXIST placed already; VGIC_E_OVERLAP with the distributor,
 *         or wraps
 */
int vgic_set_cpu_base(struct vgic *gic, uint64_t ipa);

/**
 * Add a region of redistributors, 128 KiB each; vCPUs fill the regions in
 * index order.  GICR_TYPER.Last is set where a run of frames that have vCPUs
 * ends: where regions touch in the address map, in whatever order they were
 * added, the run goes on.  IHI 0069 12.10.
 *
 * Context: before any vCPU runs.
 * @param ipa   guest physical address, aligned to 64 KiB
 * @param count frames in this region, 1 .. 512
 * @return VGIC_OK; VGIC_E_NOTSUP not a GICv3; VGIC_E_INVAL misaligned or
 *         count; VGIC_E_NOMEM more regions than config.nr_redist_regions;
 *         VGIC_E_OVERLAP
 */
int vgic_add_redist_region(struct vgic *gic, uint64_t ipa, uint32_t count);

/**
 * Place an IRS: its configuration frame, and the SETLPI frame 64 KiB above.
 * GICv5 only.
 *
 * Context: before any vCPU runs.
 * @param irs 0 .. nr_irs-1
 * @param ipa guest physical address, aligned to 64 KiB; takes 128 KiB
 * @return VGIC_OK; VGIC_E_NOTSUP not a GICv5; VGIC_E_NOENT no such IRS;
 *         VGIC_E_INVAL misaligned; VGIC_E_EXIST placed already;
 *         VGIC_E_OVERLAP with another IRS, or wraps
 */
int vgic_set_irs_base(struct vgic *gic, uint32_t irs, uint64_t ipa);

/** Guest addresses whose accesses are the vGIC's, as they were placed. */
struct vgic_mmio_region {
	/** "GICD", "GICC", "GICR", "GITS" or "IRS". */
	const char *name;
	uint64_t ipa;  /**< Guest physical address. */
	uint64_t size; /**< Bytes. */
};

/**
 * The nth region, for the embedder's bus: what the guest accesses there goes to
 * vgic_trap_mmio().  Of a GICC in hardware the embedder maps the first page.
 *
 * Context: any, once all are placed.  Cost: O(regions).
 * @param n from 0 on
 * @return VGIC_OK; VGIC_E_NOENT there are not so many
 */
int vgic_mmio_region(const struct vgic *gic, uint32_t n,
		     struct vgic_mmio_region *region);

/**
 * @}
 * @defgroup vgic_v5 Of a GICv5 alone
 * @{
 */

/**
 * GICv5: PPIs that user space may drive (KVM's USERSPACE_PPIS): SW_PPI, if
 * implemented.
 * @param mask receives bit n of [n / 64] for PPI n; zero for other models
 */
void vgic_userspace_ppis(const struct vgic *gic, uint64_t mask[2]);

/**
 * GICv5: write a CPU interface register's raw state before the first run, as
 * a restoring VMM does.  What concerns PPIs that the guest does not get is
 * dropped at each vCPU's first run.
 *
 * Context: no vCPU runs.
 * @param sysreg VGIC_SYSREG() of ICC_PPI_ENABLER, SACTIVER, SPENDR or
 *               PRIORITYR<n>, ICC_APR, ICC_CR0, ICC_PCR or ICC_ICSR_EL1
 * @return VGIC_OK; VGIC_E_NOTSUP not a GICv5; VGIC_E_NOENT no such register;
 *         VGIC_E_BUSY a vCPU has run already
 */
int vgic_v5_set_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg, uint64_t value);
/** Read the same state.  @return VGIC_OK, VGIC_E_NOTSUP, VGIC_E_NOENT */
int vgic_v5_get_sysreg(struct vgic_vcpu *vcpu, uint32_t sysreg,
		       uint64_t *value);

/**
 * @}
 * @defgroup vgic_run Running vCPUs
 * @{
 */

/**
 * Software CPU interfaces: what must be raised, VGIC_VIRQ (HCR_EL2.VI) and
 * VGIC_VFIQ (HCR_EL2.VF).  Nothing where hardware raises them itself.
 *
 * Context: own thread, after vgic_enter() or vgic_trap_sysreg_entered().
 * Cost: constant.
 */
unsigned int vgic_signals(struct vgic_vcpu *vcpu);
/** Is VGIC_VIRQ among them? */
bool vgic_irq_asserted(struct vgic_vcpu *vcpu);
/** Is VGIC_VFIQ? */
bool vgic_fiq_asserted(struct vgic_vcpu *vcpu);

/**
 * Software CPU interfaces: take in what was posted to a vCPU, and say what must
 * be raised, without vgic_enter() and vgic_exit().  For embedders each of whose
 * guest's accesses traps: they enter a vCPU once, leave it, and from then on
 * call this after vgic_trap_mmio(), vgic_trap_sysreg() and kicks.  vgic/emu.h
 * does so.
 *
 * Context: own thread, loaded, after vgic_exit() and before the next
 * vgic_enter().  Cost: as vgic_enter(), and kicks as that does.
 * @return as vgic_signals()
 */
unsigned int vgic_update_signals(struct vgic_vcpu *vcpu);

/**
 * As vgic_put(), for a vCPU that blocks in WFI: GICv5 hardware is asked for a
 * doorbell when something arrives that the vCPU could take.
 */
void vgic_put_wfi(struct vgic_vcpu *vcpu);

/**
 * Make a vCPU resident on this CPU: writes VMCR, the APRs and the list
 * registers.  No-op when it is resident already (KVM's vcpu_load).
 *
 * Context: own thread, on the CPU that will run it, interrupts masked.
 */
void vgic_load(struct vgic_vcpu *vcpu);

/**
 * The vCPU leaves this CPU: reads VMCR and the APRs back and turns the
 * interface off.  No-op when it is not resident.
 *
 * Context: own thread, on the CPU that ran it, interrupts masked; not
 * between vgic_enter() and vgic_exit().
 */
void vgic_put(struct vgic_vcpu *vcpu);

/**
 * About to run guest code: takes in what was posted to this vCPU, fills the
 * list registers, computes the maintenance conditions (KVM's flush).
 *
 * From the start of this call until the guest runs, physical interrupts must
 * be masked, so that a kick that comes in between ends the guest at once.
 *
 * Context: own thread, loaded.  Cost: constant when nothing changed since
 * vgic_exit(); else in proportion to what changed and what is loaded, but at
 * most 100 us (100,000 instructions).  What is left then is for the next entry:
 * vgic_host_ops.kick is called for this vCPU, and the guest has to leave at
 * once.
 */
void vgic_enter(struct vgic_vcpu *vcpu);

/**
 * Guest code stopped: brings back what the guest did with its list registers
 * (KVM's fold).  Cheap when no list register is used.
 *
 * Context: own thread, loaded, after vgic_enter(); before any other call for
 * this vCPU.  Cost: O(used list registers + EOIcount).
 */
void vgic_exit(struct vgic_vcpu *vcpu);

/**
 * vgic_exit() and vgic_enter() in one, for a vCPU that goes on at once: it was
 * kicked, or its virtual CPU interface raised a maintenance interrupt, and
 * there is nothing else to do out of guest code.  For other threads it stays in
 * guest code.
 *
 * A flag in which vgic_host_ops.kick notes a kick is cleared before this call
 * by an exchange, or the kick's interrupt counts as well: a plain store may
 * become visible only after another CPU has set the flag again.
 *
 * Context: own thread, after vgic_enter() and before the next vgic_exit(),
 * while no guest code runs.  Cost: as both, less a little.
 */
void vgic_reenter(struct vgic_vcpu *vcpu);

/**
 * Has this vCPU an interrupt that it could take now?  For WFI: exact with
 * regard to priority mask, running priority, group enables and active state.
 * Takes in what was posted, which is all that a vCPU that is off needs.
 *
 * Context: own thread, after vgic_exit() and before the next vgic_enter();
 * loaded or not.  Cost: as vgic_enter().  Should that not be enough, the answer
 * is true, and vgic_host_ops.kick is called as vgic_enter() does.
 */
bool vgic_pending(struct vgic_vcpu *vcpu);

/**
 * @}
 * @defgroup vgic_inject Interrupts of devices
 * @{
 */

/**
 * A device changed its line, or sent an edge.
 *
 * Level-configured interrupts follow `level`; for edge-configured ones
 * level == true latches an edge and false only matters should the guest make
 * it a level: the line is known at all times.
 *
 * Context: any; takes no lock.  Cost: constant, whatever is pending.
 * @param vcpu_index for private interrupts, the vCPU; ignored for SPIs
 * @param intid      16 .. 31, or 32 .. 31 + nr_spis.  SGIs 0 .. 15 are
 *                   accepted as edges, for hosts that generate them.
 *                   GICv5: TYPE in bits 31:29 (1 PPI, 2 LPI, 3 SPI).
 *                   GICv3's LPIs come by vgic_inject_msi() alone
 * @param level      the line's level
 * @param owner      must be the interrupt's owner when it has one
 * @return VGIC_OK; VGIC_E_NOENT no such vCPU or interrupt; VGIC_E_INVAL a
 *         GICv3's LPI; VGIC_E_PERM the interrupt has another owner (nothing
 *         is done)
 */
int vgic_inject_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		    bool level, const void *owner);

/**
 * The same on the thread of a vCPU that is entered, while its guest does not
 * run: a physical interrupt has ended its run.  What that brings about for this
 * vCPU has happened on return; it is not kicked, and needs neither vgic_exit()
 * nor vgic_enter().  For others it is as above.
 *
 * The usual case is short: the guest has ended the interrupt's last round,
 * which is still in its list register, and the register is loaded again.
 *
 * Context: own thread, after vgic_enter() and before the next vgic_exit(),
 * while no guest code runs.  Cost: constant; what vgic_exit() and vgic_enter()
 * cost, where the library has to do both.
 * @param vcpu  the vCPU whose private interrupt it may be
 * @param intid, level, owner as above
 * @return as above
 */
int vgic_inject_irq_entered(struct vgic_vcpu *vcpu, uint32_t intid, bool level,
			    const void *owner);

/**
 * A device without a line rings once: the interrupt becomes pending, whether
 * the guest has configured it as an edge or as a level, and its acknowledge
 * ends that.  For doorbells, whose guest may not know what they are.
 *
 * Context, cost, parameters: as vgic_inject_irq().
 * @return VGIC_OK; VGIC_E_NOENT and VGIC_E_PERM as vgic_inject_irq();
 *         VGIC_E_NOTSUP a mapped interrupt, a GICv3's LPI, or a GICv5's PPI
 *         that is a level (config.v5.ppi_level)
 */
int vgic_pulse_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		   const void *owner);

/**
 * @}
 * @defgroup vgic_map Physical interrupts, and devices that listen
 * @{
 */

/**
 * Per-interrupt behaviour of a device that the interrupt belongs to.  A null
 * member means the default.  All are called without locks held, possibly
 * from interrupt context; none may call back into the library, but for
 * irq_ended.
 */
struct vgic_irq_ops {
	/**
	 * The present level of the physical line behind a mapped interrupt.
	 * Null: the last injected level is believed.  Called from the vCPU's
	 * own thread.
	 */
	bool (*get_input_level)(void *opaque, uint32_t vcpu, uint32_t intid);
	/**
	 * The mapping now drives (true) or no longer drives (false) a PPI's
	 * pending state directly.  Called by vgic_map_irq() if the physical
	 * PPI has the same number and VGIC_IRQ_SW_RESAMPLE is not set, and by
	 * vgic_unmap_irq(), with the ops and the `opaque` of then: both have
	 * to exist until that.  From then on the device's owner masks the
	 * host's PPI while this vCPU is loaded, see vgic_map_irq().  Null: no
	 * direct injection, but for the PPIs of a GICv5's CPU interface, which
	 * the library looks after.
	 */
	void (*set_direct_injection)(void *opaque, uint32_t vcpu,
				     uint32_t intid, bool direct);
	/**
	 * Replaces queueing altogether: called when the interrupt became
	 * deliverable; returns true when it took charge.  The name is KVM's;
	 * there is no lock to release here.
	 */
	bool (*queue_irq_unlock)(void *opaque, uint32_t vcpu, uint32_t intid);
	/** Replaces the record's pending latch.  Returns true when done. */
	bool (*set_pending_state)(void *opaque, uint32_t vcpu, uint32_t intid,
				  bool pending);
	/**
	 * The guest has ended the interrupt: it is active no more, whichever
	 * way (EOI, DIR or CDDI, ICACTIVER; in a list register or not).  The
	 * name is KVM's, for its ack notifiers.  May call vgic_inject_irq(),
	 * to lower the line before the interrupt is judged again, or to raise
	 * it again.  Comes at once when a level-sensitive interrupt's line is
	 * up, else with the vCPU's next exit; from the thread of the vCPU
	 * that ends it or had it, perhaps twice for one end.  `vcpu` is the
	 * interrupt's target.  Never for PPIs of a GICv5, which are active in
	 * the CPU interface alone.
	 */
	void (*irq_ended)(void *opaque, uint32_t vcpu, uint32_t intid);
	/** Flags, VGIC_IRQ_*. */
	uint32_t flags;
};

/**
 * Mapped, but deactivated by software: the HW bit is not used, nor is direct
 * injection where there would be.  Set before vgic_map_irq().
 */
#define VGIC_IRQ_SW_RESAMPLE (1u << 0)

/**
 * Map a virtual interrupt to a physical one: deactivating the one
 * deactivates the other.  Does not touch its ops.
 *
 * The host leaves the physical interrupt active when it injects the virtual
 * one; from then on it is the library's.  A mapped level is injected again
 * each time the physical one comes, and lowered by injecting false or by
 * get_input_level.
 *
 * Direct injection: on a CPU interface with FEAT_GCIE (vgic_ich5_backend) a PPI
 * that is mapped to the physical PPI of the same number is driven by it while
 * the vCPU runs; nobody injects it.  The same physical state would interrupt
 * the host as well, which would take each interrupt a second time.  So whoever
 * owns the device masks the host's PPI, from before vgic_load() until after
 * vgic_put(), for this VM alone: another VM's vCPU may not use direct
 * injection.  To clear its bit in ICC_PPI_ENABLER<n>_EL1 does, or to make it
 * active, as KVM does with the timers'.  While the vCPU is not loaded, the
 * host's PPI is what wakes it.  A PPI that is mapped to another number, or
 * whose ops have VGIC_IRQ_SW_RESAMPLE, is injected and sampled by software; its
 * guest's GIC CDDI traps while it is pending.
 *
 * Context: any, not concurrently for the same interrupt.  Cost: O(side
 * entries).
 * @param vcpu_index as in vgic_inject_irq()
 * @param intid      virtual PPI or SPI
 * @param pintid     physical INTID, 16 .. 1019; of a PPI or SPI with its TYPE
 *                   where caps.gicv5_intids says so, or for a GICv5 guest
 * @return VGIC_OK; VGIC_E_NOTSUP vgic_host_ops.phys_set_active is null;
 *         VGIC_E_NOENT no such interrupt; VGIC_E_INVAL a pintid that no SPI or
 *         PPI can have, or an SGI or LPI; VGIC_E_EXIST mapped already;
 *         VGIC_E_NOMEM no side entry left
 */
int vgic_map_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		 uint32_t pintid);

/**
 * Undo vgic_map_irq().  Ops stay.  A physical interrupt that is active then
 * is the host's to end.
 * @return VGIC_OK; VGIC_E_NOENT no such interrupt, or not mapped
 */
int vgic_unmap_irq(struct vgic *gic, uint32_t vcpu_index, uint32_t intid);

/**
 * Give an interrupt its ops, or take them away with null.  Ops without a
 * mapping are kept and have no effect on mapping-related behaviour.
 *
 * Context: any, not concurrently for the same interrupt; vCPUs may run and
 * devices may inject.  Each op is called with the `opaque` that came with it.
 * A call of the ops before may still be under way on return.  Cost: O(side
 * entries).
 * @param opaque handed to every op
 * @return VGIC_OK; VGIC_E_NOENT; VGIC_E_INVAL an LPI; VGIC_E_NOMEM no side
 *         entry left
 */
int vgic_set_irq_ops(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		     const struct vgic_irq_ops *ops, void *opaque);

/**
 * Claim a PPI or SPI for one device: other owners' injections fail.  GICv5: the
 * guest gets the PPIs that are claimed on the vCPU that runs first, when it
 * first enters, and SW_PPI; what is claimed or released later changes nothing
 * about that.
 *
 * Context: any, not concurrently for the same interrupt; of PPIs of a GICv5 not
 * during the first vgic_enter() of a vCPU.  Cost: O(side entries).
 * @param owner any address that names the device; null releases
 * @return VGIC_OK; VGIC_E_NOENT; VGIC_E_INVAL an SGI; VGIC_E_EXIST another
 *         owner has it; VGIC_E_NOMEM no side entry left
 */
int vgic_set_owner(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		   const void *owner);

/**
 * @}
 * @defgroup vgic_state Counters and state
 * @{
 */

/** Kinds of interrupts, as the statistics count them. */
enum vgic_irq_kind { VGIC_SGI, VGIC_PPI, VGIC_SPI, VGIC_LPI, VGIC_NR_KINDS };

/** Counters of one vCPU. */
struct vgic_stats {
	/** Interrupts that became pending for this vCPU, by kind. */
	uint64_t injected[VGIC_NR_KINDS];
	/** Interrupts that the guest acknowledged, by kind. */
	uint64_t delivered[VGIC_NR_KINDS];
	/** Entries at which more was deliverable than list registers held. */
	uint64_t overflows;
	/** Most list registers in use at one entry. */
	uint32_t lr_peak;
	/** Deactivations credited from EOIcount. */
	uint64_t eoicount;
	/** Accesses the guest got wrong: ignored, RAZ/WI. */
	uint64_t guest_errors;
};

/** Copy a vCPU's counters.  Context: any; values may lag by one exit. */
void vgic_get_stats(const struct vgic_vcpu *vcpu, struct vgic_stats *stats);

/** State of one interrupt, for people: debug output, time-out reports. */
struct vgic_irq_info {
	bool pending;	  /**< It is pending, wherever that is held. */
	bool active;	  /**< It was acknowledged and not yet deactivated. */
	bool enabled;	  /**< The guest has enabled it. */
	bool level;	  /**< Level-sensitive; else edge-triggered. */
	bool line;	  /**< Its device's line is up. */
	bool group1;	  /**< Group 1; else Group 0. */
	bool mapped;	  /**< There is a physical interrupt behind it. */
	uint8_t priority; /**< 0 is the most urgent. */
	uint32_t target;  /**< Routed to; UINT32_MAX when nowhere. */
	uint32_t holder;  /**< Queued or held by; UINT32_MAX when by none. */
	/** Where: "-", "inbox", "queue", "lr" or "active". */
	const char *place;
};

/**
 * Describe an interrupt.  Context: any; a snapshot, may be stale at once.  Of
 * a GICv5's PPIs, what hardware holds is shown as at the vCPU's last exit.
 * @return VGIC_OK; VGIC_E_NOENT
 */
int vgic_get_irq_info(struct vgic *gic, uint32_t vcpu_index, uint32_t intid,
		      struct vgic_irq_info *info);

/**
 * Check every invariant of docs/design.md section 4 and report violations
 * through vgic_host_ops.bug.
 *
 * Context: no vCPU between vgic_enter() and vgic_exit(), no concurrent call.
 * Cost: O(interrupts).
 * @return number of violations
 */
uint32_t vgic_check_invariants(struct vgic *gic);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
