/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual CPU: its registers and its place in the scheduler. */
#ifndef HYP_VCPU_H
#define HYP_VCPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

#include "hyp/exit.h"
#include "hyp/lock.h"
#include "hyp/timer.h"

struct cpu;
struct vm;

/*
 * Life of a vCPU.  OFF -> STARTING -> RUNNABLE by PSCI CPU_ON; RUNNABLE ->
 * RUNNING when a CPU takes it off the run queue; RUNNING -> RUNNABLE at the
 * end of its time slice; RUNNING -> BLOCKED in WFI; BLOCKED -> RUNNABLE by a
 * kick or a timer; RUNNING -> OFF by PSCI CPU_OFF; OFF -> VISITED -> OFF when
 * a kick says that its queue has to move.
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

/* EL1 and EL0 system registers, in memory while the vCPU is not loaded. */
struct vcpu_sysregs {
	uint64_t sctlr, cpacr, ttbr0, ttbr1, tcr, mair, amair, vbar;
	uint64_t esr, far, afsr0, afsr1, par, contextidr, csselr, cntkctl;
	uint64_t tpidr_el0, tpidrro_el0, tpidr_el1;
	uint64_t sp_el0, sp_el1, elr_el1, spsr_el1, mdscr;
	uint64_t cntv_ctl, cntv_cval;
	uint64_t pauth[10]; /* APIA, APIB, APDA, APDB, APGA: Lo, Hi each */
};

struct vcpu_fp {
	__uint128_t q[32];
	uint64_t fpsr, fpcr;
};

struct vcpu {
	/* Guest registers, saved at every exit; asm knows these offsets. */
	uint64_t x[31];
	uint64_t pc;
	uint64_t pstate;
	/* Takes its synchronous exceptions: guest_sync(), or a shorter way. */
	struct vcpu *(*sync)(struct vcpu *vcpu);

	/* Of the exit at hand. */
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;

	struct vgic_vcpu *vgic;
	void *cpuif; /* `hw` of its back-end */
	struct vm *vm;
	uint32_t index;
	uint64_t mpidr; /* what the guest reads in MPIDR_EL1 */

	_Atomic(enum vcpu_state) state;
	/* Kicked since the last vgic_enter(): WFI must not block. */
	atomic_bool kicked;
	/* The CPU it runs on, or ran on last; valid unless OFF. */
	struct cpu *_Atomic cpu;
	struct vcpu *next; /* run queue */
	bool jumped; /* it was let to the head of the queue last time */
	/* PC, and a digest of X0 to X30, at the last look; see sched.c. */
	uint64_t seen_pc;
	uint64_t seen_regs;

	struct timer vtimer; /* stands in for CNTV while not loaded */
	struct timer ptimer; /* emulates CNTP */
	/* Guards cntp_* and the line of PPI 30; `ptimer` runs on any CPU. */
	struct spinlock ptimer_lock;
	uint64_t cntp_ctl, cntp_cval;

	struct cpu *fp_cpu; /* whose FP registers hold ours; may be null */
	bool fp_live; /* on the CPU it is loaded on, and may have changed */
	bool reset_pending; /* reset the vGIC's part before the next run */
	/* DBGBVR, DBGBCR, DBGWVR, DBGWCR; see debug.c. */
	uint64_t debug[4][16];
	bool debug_on; /* some breakpoint or watchpoint is enabled */
	struct vcpu_sysregs sys;
	struct vcpu_fp fp;

	bool stepping; /* one instruction in step_page, see exec.c */
	uint64_t step_page;
	bool step_el0;

	uint64_t exits[NR_EXIT_CAUSES];
	uint64_t el2_ticks; /* only with options.icount */
	uint64_t aborts; /* accesses to nowhere */
};

/* Reset values, then PC and x0. */
void vcpu_reset(struct vcpu *vcpu, uint64_t pc, uint64_t x0);

/* Put its registers on this CPU, or take them off. */
void vcpu_load(struct vcpu *vcpu);
void vcpu_put(struct vcpu *vcpu);

/* An FP trap: from now on until vcpu_put() the guest has the registers. */
void vcpu_load_fp(struct vcpu *vcpu);

/*
 * Instruction done: go on behind it.  Clears PSTATE.{BTYPE,SS,IT} as
 * an executed instruction does.
 */
void vcpu_advance(struct vcpu *vcpu);

/* The guest takes a synchronous exception to EL1; `vcpu` is loaded. */
void vcpu_inject_undef(struct vcpu *vcpu);
/* External abort (DFSC 0x10) on `far`; `fetch` for an instruction. */
void vcpu_inject_abort(struct vcpu *vcpu, uint64_t far, bool fetch);

/* Read or write the register that ISS names; register 31 is XZR. */
static inline uint64_t vcpu_get_reg(const struct vcpu *vcpu, unsigned int reg)
{
	return reg == 31 ? 0 : vcpu->x[reg];
}

static inline void vcpu_set_reg(struct vcpu *vcpu, unsigned int reg,
				uint64_t value)
{
	if (reg != 31) {
		vcpu->x[reg] = value;
	}
}

#endif
