/* SPDX-License-Identifier: BSD-2-Clause */
/* A physical CPU and the instructions that C has no words for. */
#ifndef HYP_CPU_H
#define HYP_CPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Aff3 to Aff0 of MPIDR_EL1. */
#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

#define STRING_(x) #x
#define STRING(x) STRING_(x)

#define read_sysreg(name) __extension__({ \
	uint64_t value_; \
	__asm__ volatile("mrs %0, " STRING(name) : "=r"(value_)); \
	value_; \
})

#define write_sysreg(name, value) \
	__asm__ volatile("msr " STRING(name) ", %0" \
			 : : "r"((uint64_t)(value)))

/* Of HCR_EL2 only the bits of `mask` change; an entry synchronizes. */
static inline void change_hcr(struct cpu *cpu, uint64_t mask, uint64_t value)
{
	uint64_t hcr = (cpu->hcr & ~mask) | value;

	if (hcr != cpu->hcr) {
		cpu->hcr = hcr;
		write_sysreg(hcr_el2, hcr);
	}
}

static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* Waiting for another CPU: a core or an emulator may run that one now. */
static inline void cpu_yield(void)
{
	__asm__ volatile("yield" : : : "memory");
}

static inline void dsb_sy(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

/*
 * What I wrote comes before what I read next, as the other side's does: then
 * one of us sees what the other one wrote.  A store-release and a load-acquire
 * are architecturally enough (DDI 0487 B2.3), which is what the compiler
 * makes of atomic_store() and atomic_load(), but QEMU, to 11.1 at least, lets
 * the load go first.
 */
static inline void fence(void)
{
	atomic_thread_fence(memory_order_seq_cst);
}

static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" : : : "memory");
}

/* The physical counter, not speculated early (DDI 0487 D12.2.1). */
static inline uint64_t counter(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

/* Device registers: the volatile access of exactly this width. */
static inline uint32_t mmio_read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]"
			 : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]"
			 : : "r"(value), "r"(address) : "memory");
}

static inline uint64_t mmio_read64(uint64_t address)
{
	uint64_t value;

	__asm__ volatile("ldr %0, [%1]"
			 : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
	__asm__ volatile("str %0, [%1]"
			 : : "r"(value), "r"(address) : "memory");
}

/*
 * Make what EL2 wrote visible to a guest that runs with its caches off
 * (clean to the point of coherency).
 */
void cache_clean(const void *start, size_t size);

/* The EL2 address space: identity, so a physical address is a pointer. */
#define MMU_END (UINT64_C(1) << 39)
enum mmu_type { MMU_RAM, MMU_DEVICE };

/* Map [pa, pa + size), rounded out to pages.  Before the guest starts. */
void mmu_map(uint64_t pa, uint64_t size, enum mmu_type type);

/* Fill in the stack addresses of cpus[index]; works with the MMU off. */
void cpu_set_stacks(uint32_t index);

/* EL2 registers that stay as they are while the guest runs. */
void cpu_init_el2(void);

/* SMCCC to the firmware. */
int64_t smc(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3);

_Noreturn void park(void);
/* IPI_STOP: this CPU does no more.  (main.c) */
_Noreturn void cpu_stop(void);

/*
 * Zeroed memory for ever, `align` a power of two; never null: running out
 * ends the run as set-up impossible.
 */
void *heap_alloc(size_t size, size_t align);

#endif
