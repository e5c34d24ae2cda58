/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No page of guest RAM is executed at EL1 before the words in it that the CPU
 * does not know have been replaced (patch.h).  A page is either writable, with
 * the guest's own words, or executable, patched and read-only; a fault turns
 * one into the other.
 */
#ifndef HYP_EXEC_H
#define HYP_EXEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct vm;

/* What the looking through cost, for the record. */
struct exec_stats {
	atomic_ulong pages;
	atomic_ulong words;
	atomic_ulong writes; /* pages that went back to being writable */
	atomic_ulong steps;  /* stores into the page that executes them */
	atomic_ulong ticks;
};

extern struct exec_stats exec_stats;

/* RAM of `v` starts writable and not executable.  Before stage2_init(). */
void exec_init(struct vm *v);

/*
 * A stage 2 permission fault, vcpu->{esr,far,hpfar}, where vm.unscanned_xn
 * is not 0.  True: it was about this, and the guest goes on where it was.
 */
bool exec_fault(struct vcpu *vcpu);

/* The guest executed the store that it was let execute, or was ended before. */
void exec_end_step(struct vcpu *vcpu);

#endif
