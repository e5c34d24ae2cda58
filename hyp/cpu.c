/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a physical CPU has: stacks, EL2 control registers, calls to firmware,
 * caches.
 */
#include "hyp/cpu.h"

#include "hyp/arch.h"
#include "hyp/asm.h"
#include "hyp/el2.h"
#include "hyp/platform.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/field.h"

#define ID_AA64MMFR0_FGT_SHIFT 56
#define ID_AA64MMFR0_FGT_WIDTH 4
#define ID_AA64MMFR1_HCX_SHIFT 40
#define ID_AA64MMFR1_HCX_WIDTH 4

struct cpu cpus[MAX_CPUS];
uint32_t nr_cpus;

/* Of hyp.lds: MAX_CPUS times what asm.h lays out. */
extern char __stacks[];

_Static_assert(offsetof(struct cpu, vcpu) == CPU_VCPU, "asm.h");
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "asm.h");
_Static_assert(offsetof(struct cpu, fault_stack_top) == CPU_FAULT_STACK_TOP,
	       "asm.h");
_Static_assert(offsetof(struct cpu, faulting) == CPU_FAULTING, "asm.h");
_Static_assert(offsetof(struct vcpu, x) == VCPU_X, "asm.h");
_Static_assert(offsetof(struct vcpu, pc) == VCPU_PC, "asm.h");
_Static_assert(offsetof(struct vcpu, pstate) == VCPU_PSTATE, "asm.h");
_Static_assert(offsetof(struct vcpu, quick) == VCPU_QUICK, "asm.h");

void cpu_set_stacks(uint32_t index)
{
	uint64_t base = (uint64_t)(uintptr_t)__stacks + index * STACK_STRIDE;

	cpus[index].stack_top = base + GUARD_SIZE + STACK_SIZE;
	cpus[index].fault_stack_top = base + STACK_STRIDE;
}

/*
 * Registers of later architectures that trap or enable what EL1 does.  Their
 * reset values are UNKNOWN where EL2 is not the highest level; zero behaves as
 * if they did not exist.
 */
static void clear_extension_traps(void)
{
	if (FIELD_GET(ID_AA64MMFR1_HCX, read_sysreg(id_aa64mmfr1_el1))) {
		write_sysreg(HCRX_EL2, 0);
	}
	if (FIELD_GET(ID_AA64MMFR0_FGT, read_sysreg(id_aa64mmfr0_el1))) {
		write_sysreg(HFGRTR_EL2, 0);
		write_sysreg(HFGWTR_EL2, 0);
		write_sysreg(HFGITR_EL2, 0);
		write_sysreg(HDFGRTR_EL2, 0);
		write_sysreg(HDFGWTR_EL2, 0);
	}
}

void cpu_init_el2(void)
{
	uint64_t mdcr = read_sysreg(mdcr_el2);

	change_hcr(this_cpu(), UINT64_MAX, HCR_GUEST);
	write_sysreg(cptr_el2, CPTR_GUEST | CPTR_EL2_TFP);
	write_sysreg(hstr_el2, 0);
	clear_extension_traps();
	/*
	 * HPMN, how many event counters EL1 has, keeps its reset value, the
	 * number of counters: without FEAT_HPMN0, 0 is UNPREDICTABLE.
	 */
	write_sysreg(mdcr_el2, (mdcr & MDCR_EL2_HPMN) | MDCR_GUEST);
	write_sysreg(cnthctl_el2, CNTHCTL_EL2_EL1PCTEN);
	/*
	 * The guest's virtual counter is the machine's counter, without an
	 * offset.  QEMU before 8.2 adds the offset to CNTV_CVAL; near 2^64 that
	 * wraps to a time that has passed, for which it sets its own timer
	 * again and again, and the whole machine hangs.
	 */
	write_sysreg(cntvoff_el2, 0);
	write_sysreg(vpidr_el2, read_sysreg(midr_el1));
	write_sysreg(vtcr_el2, vm.vtcr);
	write_sysreg(vttbr_el2, vm.vttbr);
	isb();
	/* A boot loader may have left entries under our VMID. */
	__asm__ volatile("tlbi alle1\n\tdsb nsh\n\tisb" : : : "memory");
}

int64_t smc(uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3)
{
	register uint64_t r0 __asm__("x0") = function;
	register uint64_t r1 __asm__("x1") = x1;
	register uint64_t r2 __asm__("x2") = x2;
	register uint64_t r3 __asm__("x3") = x3;

	/* By SMCCC 1.0 the firmware may change x0 to x17 (DEN 0028). */
	__asm__ volatile("smc #0"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)
			 :
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			   "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	return (int64_t)r0;
}

void cache_clean(const void *start, size_t size)
{
	uint64_t line = dcache_line();
	uint64_t a = (uint64_t)(uintptr_t)start & ~(line - 1);
	uint64_t end = (uint64_t)(uintptr_t)start + size;

	for (; a < end; a += line) {
		__asm__ volatile("dc cvac, %0" : : "r"(a) : "memory");
	}
	dsb_sy();
}

bool cpu_wait_for(const atomic_bool *flag, uint64_t ms)
{
	uint64_t deadline = counter() + timer_from_us(ms * 1000);

	while (!atomic_load(flag)) {
		if (counter() > deadline) {
			return false;
		}
		cpu_yield();
	}
	return true;
}
