/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which pages of guest RAM may be executed, in a guest with GIC instructions
 * that the CPU does not know (patch.h).  They have to be replaced before EL1
 * executes them, wherever the guest puts code and whenever it changes it.  So a
 * page is either writable, holding what the guest wrote, or executable,
 * read-only and with the instructions replaced; stage 2 makes the guest fault
 * where it wants the other, and the fault turns the page into that.
 */
#ifndef HYP_EXEC_H
#define HYP_EXEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct vm;

/* What this cost, for the record of the run.  Any CPU. */
struct exec_stats {
	atomic_ulong pages;  /* made executable */
	atomic_ulong words;  /* replaced in them */
	atomic_ulong writes; /* pages made writable again */
	atomic_ulong steps;  /* single instructions: begin_step() */
	atomic_ulong ticks;  /* CNTPCT_EL0, in exec_fault() */
};

extern struct exec_stats exec_stats;

/*
 * Decide by which bits pages that were not looked through are kept from being
 * executed: sets v->unscanned_xn, with which stage2_init() then maps all RAM.
 * Boot CPU.
 */
void exec_init(struct vm *v);

/*
 * A stage 2 abort, vcpu->{esr,far,hpfar}, in a guest with vm.unscanned_xn.
 * True: it was a permission fault on RAM, the page is now what the guest wants,
 * and the guest repeats the access.  False: another fault.  On the vCPU's
 * thread; takes exec.c's lock, under which pages change.
 */
bool exec_fault(struct vcpu *vcpu);

/*
 * vcpu->step.active, and the guest has exited: it has executed the instruction
 * that begin_step() let it execute, or an interrupt came first; then it faults
 * once more.  On the vCPU's thread, before anything else is done for the exit.
 */
void exec_end_step(struct vcpu *vcpu);

#endif
