/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL0 and the instructions of a GICv5.  At EL0 they are UNDEFINED; and where
 * EL0's code reads them as data, it must find them unchanged, though the
 * hypervisor replaces them in EL1's code.
 */
#include "guest/lib/lib.h"
#include "guest/text.h"
#include "regs/a64.h"
#include "regs/gicv5.h"

/*
 * A second mapping of RAM, for EL0 as well: 1 GiB, RW, Normal, inner shareable.
 */
#define ALIAS_GIB 300
#define USER_BLOCK (RAM_BASE | 0x745)

#define LDR_W0_NEXT_BUT_ONE 0x18000040u /* from the word 8 bytes on */
#define SVC_0 0xd4000001u
#define RET 0xd65f03c0u
#define CDEOI A64_SYS(GIC_CDEOI, A64_XZR)

#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define EC_UNKNOWN 0x00
#define EC_SVC64 0x15
#define ROUNDS 100

struct user_end {
	uint64_t esr, x0;
};

struct user_end run_user(uint64_t entry);

static _Alignas(4096) uint32_t code[1024];
static unsigned int failures;

static void check(bool ok, const char *what)
{
	say("user: %s: %s\n", what, ok ? "ok" : "WRONG");
	failures += !ok;
}

static void map_alias(void)
{
	uint64_t *table = (uint64_t *)(uintptr_t)sysreg_read(ttbr0_el1);

	table[ALIAS_GIB] = USER_BLOCK;
	__asm__ volatile("dsb ish; isb" : : : "memory");
}

static void write_code(size_t at, uint32_t word)
{
	((volatile uint32_t *)code)[at] = word;
	__asm__ volatile("dc cvau, %0; dsb ish; ic iallu; dsb ish; isb"
			 :
			 : "r"(&code[at])
			 : "memory");
}

static struct user_end at_el0(size_t at)
{
	return run_user(((uint64_t)ALIAS_GIB << 30) +
			(uint64_t)(uintptr_t)&code[at] - RAM_BASE);
}

static unsigned int faults_at_el1(size_t at)
{
	uint64_t esr;

	fault_expect();
	__asm__ volatile("blr %0" : : "r"(&code[at]) : "x30", "memory");
	return fault_count(&esr);
}

static bool reads(uint32_t word)
{
	struct user_end end = at_el0(0);

	return ESR_EC(end.esr) == EC_SVC64 && end.x0 == word;
}

/* After each write EL0 must execute and read the new words. */
static bool rewritten(void)
{
	bool ok = true;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		write_code(2, CDEOI + i % 2 * 0x20);
		ok &= reads(CDEOI + i % 2 * 0x20);
	}
	return ok;
}

bool guest_main(void)
{
	map_alias();
	write_code(0, LDR_W0_NEXT_BUT_ONE);
	write_code(1, SVC_0);
	write_code(2, CDEOI);
	write_code(3, RET);
	check(reads(CDEOI), "an instruction's word in EL0's code is itself");
	check(ESR_EC(at_el0(2).esr) == EC_UNKNOWN, "UNDEFINED at EL0");
	check(reads(CDEOI), "and still itself");
	check(code[2] == CDEOI, "to EL1 as well");
	check(rewritten(), "code that is written again and again");
	/* From now on the page is EL1's code. */
	check(faults_at_el1(2) == 0, "executed at EL1");
	write_code(2, CDEOI);
	check(faults_at_el1(2) == 0, "and once more, written again");
	check(ESR_EC(at_el0(2).esr) == EC_UNKNOWN,
	      "UNDEFINED at EL0 in a page of EL1's");
	say("user: %s\n", failures ? "FAIL" : "PASS");
	return !failures;
}
