/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual CPU: what there is of it, and what is done to its registers. */
#ifndef HYP_VCPU_H
#define HYP_VCPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

#include "hyp/exit.h"
#include "hyp/lock.h"
#include "hyp/pstate.h"
#include "hyp/timer.h"
#include "regs/a64.h"

struct cpu;
struct vm;

/*
 * Life of a vCPU, and which CPU makes each change:
 *   OFF -> STARTING -> RUNNABLE   that of another vCPU's PSCI CPU_ON
 *   RUNNABLE -> RUNNING           the one that takes it off the run queue
 *   RUNNING -> RUNNABLE           its own, at the end of its time slice
 *   RUNNING -> BLOCKED            its own, in WFI
 *   BLOCKED -> RUNNABLE           the one that kicks it, for its timer as well
 *   RUNNING -> OFF                its own, by PSCI CPU_OFF
 *   OFF -> VISITED -> OFF         one that has to work off what was posted to
 *                                 it while it is off: visit() in sched.c
 */
enum vcpu_state {
	VCPU_OFF,
	VCPU_VISITED,
	VCPU_STARTING,
	VCPU_RUNNABLE,
	VCPU_RUNNING,
	VCPU_BLOCKED,
	NR_VCPU_STATES
};

/*
 * EL1 and EL0 system registers that vcpu.c switches.  They are in the CPU while
 * the vCPU is loaded, EL2 in between, and here while it is not.
 */
struct vcpu_sysregs {
	uint64_t sctlr, cpacr, ttbr0, ttbr1, tcr, mair, amair, vbar;
	uint64_t esr, far, afsr0, afsr1, par, contextidr, csselr, cntkctl;
	uint64_t tpidr_el0, tpidrro_el0, tpidr_el1;
	uint64_t sp_el0, sp_el1, elr_el1, spsr_el1, mdscr;
	uint64_t pauth[10]; /* APIA, APIB, APDA, APDB, APGA: Lo, Hi each */
};

/* FP and SIMD registers; fp.S knows the layout. */
struct vcpu_fp_regs {
	__uint128_t q[32];
	uint64_t fpsr, fpcr;
};

/*
 * FP registers are loaded when the guest first uses them (a trap), and saved
 * when the vCPU leaves the CPU.  They stay in the CPU after that: a vCPU that
 * comes back to the CPU, with no other FP user in between, loads nothing.
 */
struct vcpu_fp {
	struct vcpu_fp_regs regs;
	/* The CPU that loaded them last; null: none since the reset. */
	struct cpu *cpu;
	/* The guest may be using them in the CPU: `regs` may be out of date. */
	bool live;
};

#define VCPU_DEBUG_BANKS 4 /* DBGBVR, DBGBCR, DBGWVR, DBGWCR */
#define VCPU_DEBUG_REGS 16 /* the most that a bank can have */

/* debug.c's: the guest's breakpoints and watchpoints. */
struct vcpu_debug {
	uint64_t bank[VCPU_DEBUG_BANKS][VCPU_DEBUG_REGS];
	bool on; /* at least one of them is enabled */
};

/* vtimer.c's: the guest's virtual and physical timer. */
struct vcpu_timers {
	/* The virtual timer's registers, while the vCPU is not loaded. */
	uint64_t cntv_ctl, cntv_cval;
	/*
	 * Raises the virtual timer's PPI, and so wakes the vCPU, while it is
	 * blocked: the CPU's own timer is then another vCPU's.
	 */
	struct timer virt;
	/*
	 * The physical timer is emulated.  `lock` guards its registers and the
	 * line of PPI 30: the guest changes them on the CPU where the vCPU is
	 * loaded, `phys` expires on the CPU that armed it.
	 */
	struct spinlock lock;
	uint64_t cntp_ctl, cntp_cval;
	struct timer phys;
};

/* exec.c's: one instruction of the guest is executed by itself. */
struct vcpu_step {
	bool active;
	bool el0;      /* the instruction is EL0's, else EL1's */
	uint64_t page; /* the IPA that is both writable and executable now */
};

/* sched.c's.  Other CPUs write here; see each field. */
struct vcpu_sched {
	/* By compare-and-swap; which CPU makes which change: above. */
	_Atomic(enum vcpu_state) state;
	/*
	 * Any CPU sets it: there may be something for the vCPU since its last
	 * vgic_enter(), so that it must not block.  Its thread clears it.
	 */
	atomic_bool kicked;
	/* The CPU that it runs on, or ran on last; valid unless OFF. */
	struct cpu *_Atomic cpu;
	struct vcpu *next; /* in the run queue, under its lock */
	/* Its last wake-up put it at the head of the queue; same lock. */
	bool went_first;
	/*
	 * Its own thread: PC, and a digest of X0 to X30 and PSTATE, when
	 * spins() looked last.
	 */
	uint64_t seen_pc;
	uint64_t seen_regs;
};

/* For the record of the run (result.c) and guest/bench (psci.c). */
struct vcpu_counts {
	uint64_t exits[NR_EXIT_CAUSES];
	uint64_t el2_ticks; /* CNTPCT_EL0, only with options.icount */
	uint64_t aborts;    /* accesses to addresses where there is nothing */
};

/*
 * A vCPU's thread is the CPU that it is loaded on, between exit and entry.  Its
 * thread alone reads and writes all that is not said to be for others.
 */
struct vcpu {
	/*
	 * The guest's registers: vectors.S saves them at exits, restores them
	 * at entries, and knows these offsets (asm.h).  During the short way
	 * (quick.c) some are still in the CPU.
	 */
	uint64_t x[A64_XZR + 1]; /* the last one is 0 */
	uint64_t pc;
	uint64_t pstate;
	/*
	 * The function that vectors.S calls first for synchronous exceptions:
	 * see quick_allow().
	 */
	struct vcpu *(*quick)(struct vcpu *vcpu);

	/* ESR_EL2 of the exit at hand; FAR_EL2, HPFAR_EL2 when an abort. */
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;

	/* What it is.  vm.c writes this, `vgic` again at each re-creation. */
	struct vgic_vcpu *vgic;
	void *cpuif; /* vgic_vcpu_create()'s `hw`, for its back-end */
	struct vm *vm;
	uint32_t index; /* in vm->vcpus[] */
	uint64_t mpidr; /* what the guest reads in MPIDR_EL1 */

	/* vcpu_reset() asks for it: vcpu_load() resets the vGIC's part, too. */
	bool reset_pending;

	struct vcpu_step step;
	struct vcpu_sched sched;
	struct vcpu_timers timers;
	struct vcpu_debug debug;
	struct vcpu_sysregs sys;
	struct vcpu_fp fp;
	struct vcpu_counts counts;
};

/*
 * Give the registers their reset values, then PC and x0 these.  The vCPU is
 * STARTING; any CPU.  The vGIC's part and the physical timer are reset by the
 * next vcpu_load(), on the vCPU's own thread.
 */
void vcpu_reset(struct vcpu *vcpu, uint64_t pc, uint64_t x0);

/*
 * Put the vCPU's registers on this CPU, its timers and its vGIC (vgic_load())
 * among them; and take them off again.  Between the two, this CPU is the
 * vCPU's thread.
 */
void vcpu_load(struct vcpu *vcpu);
void vcpu_put(struct vcpu *vcpu);

/*
 * The guest used FP registers, which trapped.  Load them; from now on, until
 * vcpu_put(), they do not trap.
 */
void vcpu_load_fp(struct vcpu *vcpu);

/*
 * The instruction at PC has been emulated: go on behind it.  Clears
 * PSTATE.{BTYPE,SS} and advances PSTATE.IT, as an executed instruction does.
 * vcpu->esr is that of the exit.
 */
void vcpu_advance(struct vcpu *vcpu);

/*
 * Make the guest take a synchronous exception to EL1 when it is entered next,
 * from the instruction at PC.  `vcpu` is loaded.  undef: Unknown reason, as for
 * an UNDEFINED instruction.  abort: synchronous External abort at address
 * `far`, of an instruction fetch with `fetch`, else of data.
 */
void vcpu_inject_undef(struct vcpu *vcpu);
void vcpu_inject_abort(struct vcpu *vcpu, uint64_t far, bool fetch);

/*
 * Translate the guest's virtual address by the tables in the CPU, for a read at
 * the exception level that the guest is at: by its own stage 1 to an IPA, or by
 * both stages to a physical address.  `*page` is the start of the page.  False:
 * the guest could not read there.  `vcpu` is loaded.
 */
bool vcpu_va_to_ipa(const struct vcpu *vcpu, uint64_t va, uint64_t *page);
bool vcpu_va_to_pa(const struct vcpu *vcpu, uint64_t va, uint64_t *page);

/* Was the guest at EL0, not EL1, when it exited? */
static inline bool vcpu_at_el0(const struct vcpu *vcpu)
{
	return (vcpu->pstate & PSTATE_MODE) == PSTATE_EL0;
}

/*
 * Read or write general register `reg`, 0 to 31, as instructions number them
 * and ESR_EL2.ISS does: 31 is XZR, which reads as zero and ignores writes.
 */
static inline uint64_t vcpu_get_reg(const struct vcpu *vcpu, unsigned int reg)
{
	return vcpu->x[reg];
}

static inline void vcpu_set_reg(struct vcpu *vcpu, unsigned int reg,
				uint64_t value)
{
	if (reg != A64_XZR) {
		vcpu->x[reg] = value;
	}
}

#endif
