/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores to devices in every form that a hypervisor gets without a
 * syndrome (pairs, write-back) or has to extend (signed loads), and accesses
 * where nothing is.  A hypervisor must answer as a real machine does.
 */
#include "guest/lib/lib.h"
#include "guest/text.h"

#define GICD(offset) (GICD_BASE + (offset))
#define PRIORITIES GICD(GICD_IPRIORITYR + 64) /* of SPI 64 and up */
#define ROUTER GICD(GICD_IROUTER + 64 * 8)
#define NOWHERE UINT64_C(0x0b000000)
#define SENTINEL UINT64_C(0x5a5a5a5a5a5a5a5a)

#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define ESR_DFSC(esr) ((esr)&0x3f)
#define ESR_WnR(esr) ((esr) >> 6 & 1)
#define EC_DABT_CURRENT 0x25
#define DFSC_EXTERNAL 0x10

/* Outcome of one instruction: two data registers and the base. */
struct regs {
	uint64_t a, b, base;
};

static unsigned int failures;

static void check(const char *insn, const struct regs *got,
		  const struct regs *want)
{
	bool ok = got->a == want->a && got->b == want->b &&
		  got->base == want->base;

	say("access: %s: %s\n", insn, ok ? "ok" : "WRONG");
	if (!ok) {
		say("access: got %lx %lx %lx, not %lx %lx %lx\n",
		    (unsigned long)got->a, (unsigned long)got->b,
		    (unsigned long)got->base, (unsigned long)want->a,
		    (unsigned long)want->b, (unsigned long)want->base);
		failures++;
	}
}

/* x0 and x1 are data, x2 the base; `insn` is written with these. */
#define RUN(insn, r) \
	do { \
		register uint64_t x0_ __asm__("x0") = (r)->a; \
		register uint64_t x1_ __asm__("x1") = (r)->b; \
		register uint64_t x2_ __asm__("x2") = (r)->base; \
		__asm__ volatile(insn \
				 : "+r"(x0_), "+r"(x1_), "+r"(x2_) \
				 : \
				 : "memory"); \
		*(r) = (struct regs){ x0_, x1_, x2_ }; \
	} while (0)

#define LOAD(insn, from, a, b, to) \
	do { \
		struct regs got_ = { SENTINEL, SENTINEL, from }; \
		const struct regs want_ = { a, b, to }; \
		RUN(insn, &got_); \
		check(insn, &got_, &want_); \
	} while (0)

#define STORE(insn, a, b, from, to) \
	do { \
		struct regs got_ = { a, b, from }; \
		const struct regs want_ = { a, b, to }; \
		RUN(insn, &got_); \
		check(insn, &got_, &want_); \
	} while (0)

static void expect(const char *what, uint64_t got, uint64_t want)
{
	const struct regs g = { got, 0, 0 }, w = { want, 0, 0 };

	check(what, &g, &w);
}

static void stores(void)
{
	STORE("stp w0, w1, [x2]", 0x80402010, 0x90503000, PRIORITIES,
	      PRIORITIES);
	expect("first word", mmio_read32(PRIORITIES), 0x80402010);
	expect("second word", mmio_read32(PRIORITIES + 4), 0x90503000);
	STORE("str w0, [x2], #4", 0xa0a0a0a0, 0, PRIORITIES, PRIORITIES + 4);
	STORE("str w0, [x2, #-4]!", 0xb0a08070, 0, PRIORITIES + 12,
	      PRIORITIES + 8);
	STORE("strb w0, [x2, #1]!", 0xc0, 0, PRIORITIES + 8, PRIORITIES + 9);
	expect("post-indexed", mmio_read32(PRIORITIES), 0xa0a0a0a0);
	expect("pre-indexed", mmio_read32(PRIORITIES + 8), 0xb0a0c070);
	STORE("stp w1, wzr, [x2, #-8]!", 0, 0x10203040, PRIORITIES + 8,
	      PRIORITIES);
	expect("zero register", mmio_read32(PRIORITIES + 4), 0);
	STORE("stp x0, x1, [x2], #-16", 1, 0, ROUTER, ROUTER - 16);
	expect("first doubleword", mmio_read64(ROUTER), 1);
	expect("second doubleword", mmio_read64(ROUTER + 8), 0);
}

static void loads(void)
{
	mmio_write32(PRIORITIES, 0x80402010);
	mmio_write32(PRIORITIES + 4, 0xf0503000);
	LOAD("ldp w0, w1, [x2]", PRIORITIES, 0x80402010, 0xf0503000,
	     PRIORITIES);
	LOAD("ldp w0, w1, [x2], #8", PRIORITIES, 0x80402010, 0xf0503000,
	     PRIORITIES + 8);
	LOAD("ldp w1, w0, [x2, #4]!", PRIORITIES - 4, 0xf0503000, 0x80402010,
	     PRIORITIES);
	LOAD("ldpsw x0, x1, [x2]", PRIORITIES, 0xffffffff80402010,
	     0xfffffffff0503000, PRIORITIES);
	LOAD("ldnp w0, w1, [x2]", PRIORITIES, 0x80402010, 0xf0503000,
	     PRIORITIES);
	LOAD("ldp x0, x1, [x2, #16]!", ROUTER - 16, 1, 0, ROUTER);
	LOAD("ldr w0, [x2], #-4", PRIORITIES, 0x80402010, SENTINEL,
	     PRIORITIES - 4);
	LOAD("ldr wzr, [x2], #4", PRIORITIES, SENTINEL, SENTINEL,
	     PRIORITIES + 4);
	LOAD("ldrb w0, [x2, #3]!", PRIORITIES, 0x80, SENTINEL, PRIORITIES + 3);
	LOAD("ldrsb x0, [x2], #1", PRIORITIES + 3, 0xffffffffffffff80, SENTINEL,
	     PRIORITIES + 4);
	LOAD("ldrsb w0, [x2], #1", PRIORITIES + 3, 0xffffff80, SENTINEL,
	     PRIORITIES + 4);
	LOAD("ldrsw x0, [x2], #4", PRIORITIES, 0xffffffff80402010, SENTINEL,
	     PRIORITIES + 4);
	LOAD("ldrsb x0, [x2]", PRIORITIES + 7, 0xfffffffffffffff0, SENTINEL,
	     PRIORITIES + 7);
	LOAD("ldrsb w0, [x2]", PRIORITIES + 7, 0xfffffff0, SENTINEL,
	     PRIORITIES + 7);
	LOAD("ldrsw x0, [x2]", PRIORITIES + 4, 0xfffffffff0503000, SENTINEL,
	     PRIORITIES + 4);
}

/* The stack pointer as base, while nothing else uses the stack. */
static void stack_pointer(void)
{
	uint64_t value, base = PRIORITIES, sp;

	__asm__ volatile("mov %2, sp\n\t"
			 "mov sp, %1\n\t"
			 "ldr %w0, [sp], #16\n\t"
			 "mov %1, sp\n\t"
			 "mov sp, %2"
			 : "=&r"(value), "+r"(base), "=&r"(sp)
			 :
			 : "memory");
	expect("ldr w0, [sp], #16", value, 0x80402010);
	expect("sp", base, PRIORITIES + 16);
}

#define NOWHERE_DOES(insn, write) \
	do { \
		struct regs r_ = { SENTINEL, SENTINEL, NOWHERE }; \
		const struct regs same_ = r_; \
		uint64_t esr_; \
		unsigned int count_; \
		fault_expect(); \
		RUN(insn, &r_); \
		count_ = fault_count(&esr_); \
		expect("aborts", count_, 1); \
		expect("EC", ESR_EC(esr_), EC_DABT_CURRENT); \
		expect("DFSC", ESR_DFSC(esr_), DFSC_EXTERNAL); \
		expect("WnR", ESR_WnR(esr_), write); \
		expect("FAR", sysreg_read(far_el1), NOWHERE); \
		check(insn, &r_, &same_); \
	} while (0)

static void nowhere(void)
{
	NOWHERE_DOES("ldr w0, [x2]", 0);
	NOWHERE_DOES("ldrb w0, [x2]", 0);
	NOWHERE_DOES("str x0, [x2]", 1);
	NOWHERE_DOES("ldr x0, [x2], #8", 0);
	NOWHERE_DOES("ldp x0, x1, [x2]", 0);
	NOWHERE_DOES("stp w0, w1, [x2], #8", 1);
}

/* Cache maintenance of a device's addresses must do nothing. */
static void cache_maintenance(void)
{
	__asm__ volatile("dc cvac, %0\n\tdc civac, %0"
			 :
			 : "r"(PRIORITIES)
			 : "memory");
	say("access: dc: ok\n");
}

bool guest_main(void)
{
	mmio_write32(GICD(GICD_CTLR), GICD_CTLR_ARE);
	stores();
	loads();
	stack_pointer();
	nowhere();
	cache_maintenance();
	say("access: %s\n", failures ? "FAIL" : "PASS");
	return !failures;
}
