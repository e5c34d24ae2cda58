/* SPDX-License-Identifier: BSD-2-Clause */
/* A physical CPU: what it has of its own, and what is done to it. */
#ifndef HYP_CPU_H
#define HYP_CPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/arch.h"
#include "hyp/lock.h"
#include "hyp/platform.h"
#include "hyp/timer.h"
#include "regs/gicv3.h"

struct vcpu;

/* What the handling of an exit asks of the scheduler: sched_act(). */
enum cpu_action {
	ACTION_RUN,   /* nothing: back to the same vCPU */
	ACTION_YIELD, /* its time slice is over, or it spins */
	ACTION_WAIT,  /* it executed WFI: sleep until it has an interrupt */
	ACTION_OFF,   /* it turned itself off: PSCI CPU_OFF */
	ACTION_MEET,  /* only a meeting of all CPUs: see torture.c */
};

/* sched.c's.  What other CPUs may do is said at the field. */
struct cpu_sched {
	/* Asleep or about to be.  A CPU that clears it has to wake this one. */
	atomic_bool idle;
	/* `slice` is armed.  Other CPUs read it: this one needs no IPI then. */
	atomic_bool slice_armed;
	/* Looks every 100 us at what runs here, until `slice_end` comes. */
	struct timer slice;
	uint64_t slice_end; /* CNTPCT_EL0 */
	/* Armed by a kick of a vCPU that is off; runs visit_all(). */
	struct timer visit;
	/*
	 * The vCPU that visit() is working for on this CPU.  It is not loaded
	 * here, so this CPU's private interrupts are not that vCPU's.
	 */
	struct vcpu *visiting;
};

/* irq.c's, this CPU's alone: interrupts left active for the guest to end. */
struct cpu_irqs {
	struct timer recheck; /* runs irq_recheck(), now and then */
	/* A bit for each PPI and SPI taken here that may still be active. */
	uint32_t left_active[GIC_SPI_END / 32 + 1];
};

/* timer.c's: software timers that were armed here; any CPU, by the lock. */
struct cpu_timers {
	struct spinlock lock;
	struct timer *first; /* of a list sorted by deadline */
};

/*
 * One for each physical CPU; its address is in TPIDR_EL2.  Only this CPU reads
 * and writes what is not said to be for others.
 */
struct cpu {
	/* vectors.S and boot.S know these four by their offsets: asm.h. */
	struct vcpu *vcpu;  /* loaded here; null: none */
	uint64_t stack_top; /* SP_EL2 while the guest runs */
	uint64_t fault_stack_top;
	uint64_t faulting; /* not 0: an exception at EL2 is being reported */

	/* What CPU it is; written while it starts, read by all afterwards. */
	uint32_t index;	     /* in cpus[] */
	uint64_t mpidr;	     /* affinity fields of MPIDR_EL1 */
	uint64_t gicr;	     /* GICv3: RD_base of its redistributor */
	uint32_t gic_target; /* GICv2: its bit in GICD_ITARGETSR */

	/* Its start and stop: set here once, cpu_wait_for() reads elsewhere. */
	atomic_bool online;
	atomic_bool stopped;

	/* The world switch: what is in the CPU's registers now. */
	uint64_t hcr;		/* HCR_EL2: change_hcr() */
	struct vcpu *fp_owner;	/* whose FP registers were loaded last */
	struct vcpu *tlb_owner; /* which vCPU ran here last */
	bool debug_on;		/* some break- or watchpoint is enabled */

	/* The exit at hand. */
	enum cpu_action action; /* to be done before the next entry */
	uint64_t exit_start;	/* CNTPCT_EL0 at its begin: options.icount */

	struct cpu_sched sched;
	struct cpu_irqs irqs;
	struct cpu_timers timers;
};

/*
 * cpus[0] is the boot CPU.  The first nr_cpus are on line; written by the boot
 * CPU, before guests run.
 */
extern struct cpu cpus[MAX_CPUS];
extern uint32_t nr_cpus;

/* The CPU that this code runs on.  Always valid, from boot.S on. */
static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	__asm__("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

/*
 * Write `value` to the bits `mask` of HCR_EL2; `cpu` is this CPU.  Takes effect
 * at the entry to the guest, which synchronizes; nothing at EL2 depends on the
 * bits that change.  A write that changes nothing is left out: with a CPU
 * interface in software this is on the path of every entry.
 */
static inline void change_hcr(struct cpu *cpu, uint64_t mask, uint64_t value)
{
	uint64_t hcr = (cpu->hcr & ~mask) | value;

	if (hcr != cpu->hcr) {
		cpu->hcr = hcr;
		write_sysreg(hcr_el2, hcr);
	}
}

/*
 * Write what the caches hold of [start, start + size) to memory (clean to the
 * point of coherency), for a reader with its caches off: a CPU that is being
 * started, a guest before it turns on its MMU, the machine's ITS.  Any CPU.
 */
void cache_clean(const void *start, size_t size);

/*
 * Fill in the stack addresses of cpus[index].  boot.S calls it for the boot
 * CPU with the MMU off, start_cpu() for every other one.
 */
void cpu_set_stacks(uint32_t index);

/*
 * Set the registers of EL2 that stay as they are while guests run, stage 2
 * among them; vm.vttbr and vm.vtcr are known.  Each CPU for itself, once.
 * From here on FP instructions trap.
 */
void cpu_init_el2(void);

/*
 * Call the firmware by SMC #0, SMCCC (DEN 0028): `function` in w0, arguments
 * in x1 to x3; returns x0, for PSCI an error code or PSCI_SUCCESS.
 */
int64_t smc(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3);

/*
 * Wait until another CPU sets `flag`, at most `ms` milliseconds; false when it
 * has not set it by then.
 */
bool cpu_wait_for(const atomic_bool *flag, uint64_t ms);

#endif
