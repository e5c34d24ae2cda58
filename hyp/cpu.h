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

/* What the handling of an exit asks of the scheduler. */
enum cpu_action {
	ACTION_RUN, /* nothing: back to the same vCPU */
	ACTION_YIELD, /* its time slice is over */
	ACTION_WAIT, /* it executed WFI */
	ACTION_OFF, /* it turned itself off */
	ACTION_MEET, /* the other CPUs wait: see torture.c */
};

/* One per physical CPU; its address is in TPIDR_EL2. */
struct cpu {
	struct vcpu *vcpu; /* loaded; asm knows this offset */
	uint64_t stack_top; /* asm knows this offset */
	uint64_t fault_stack_top; /* asm knows this offset */
	uint64_t faulting; /* asm knows this offset */
	uint32_t index;
	uint64_t mpidr;
	uint64_t gicr; /* GICv3: redistributor, RD_base */
	uint32_t gic_target; /* GICv2: its bit in GICD_ITARGETSR */
	struct vcpu *fp_owner; /* whose FP registers are in this CPU */
	bool debug_on; /* debug registers are in use */
	struct vcpu *tlb_owner; /* who ran here last */
	atomic_bool idle;
	atomic_bool online;
	atomic_bool stopped;
	atomic_bool slice_armed;
	enum cpu_action action; /* to do before entering a guest */
	uint64_t hcr; /* HCR_EL2 */
	uint64_t exit_start; /* counter, with options.icount */
	struct timer slice; /* looks at who runs, until slice_end */
	uint64_t slice_end;
	struct timer visit; /* of vCPUs that are off */
	struct vcpu *visiting; /* the one at hand */
	struct timer recheck; /* irq_recheck() */
	uint32_t kept[GIC_SPI_END / 32 + 1]; /* irq.c: the guest's to end */
	struct spinlock timer_lock;
	struct timer *timers; /* sorted by deadline */
};

extern struct cpu cpus[MAX_CPUS];
extern uint32_t nr_cpus; /* on line */

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	__asm__("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

/* Of HCR_EL2 only the bits of `mask` change; an entry synchronizes. */
static inline void change_hcr(struct cpu *cpu, uint64_t mask, uint64_t value)
{
	uint64_t hcr = (cpu->hcr & ~mask) | value;

	if (hcr != cpu->hcr) {
		cpu->hcr = hcr;
		write_sysreg(hcr_el2, hcr);
	}
}

/*
 * Make what EL2 wrote visible to a guest that runs with its caches off
 * (clean to the point of coherency).
 */
void cache_clean(const void *start, size_t size);

/* Fill in the stack addresses of cpus[index]; works with the MMU off. */
void cpu_set_stacks(uint32_t index);

/* EL2 registers that stay as they are while the guest runs. */
void cpu_init_el2(void);

/* SMCCC to the firmware. */
int64_t smc(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3);

/*
 * Wait until another CPU sets `flag`, at most `ms` milliseconds; false when it
 * has not set it by then.
 */
bool cpu_wait_for(const atomic_bool *flag, uint64_t ms);

#endif
