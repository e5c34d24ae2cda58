/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU sets the access flag and the dirty state of translation tables by
 * itself (FEAT_HAFDBS), in a page that also holds code with GICv5 instructions.
 * The hypervisor replaces these and keeps such a page read-only; it must still
 * let a table walk write there, for a fetch, a load or a store.
 */
#include "guest/lib/lib.h"
#include "guest/text.h"
#include "regs/a64.h"
#include "regs/gicv5.h"

/*
 * 1 GiB of addresses through our table, each entry of which maps the same 2 MiB
 * of RAM.
 */
#define ALIAS_GIB 300
#define ALIAS(slot) (((uint64_t)ALIAS_GIB << 30) + ((uint64_t)(slot) << 21))
#define BLOCK_MASK UINT64_C(0x1fffff)
#define TABLE 3
/* A block, Normal, inner shareable, with the access flag clear. */
#define BLOCK 0x305
#define DESC_AF (UINT64_C(1) << 10)
/* With DBM, AP[2] means clean; a store clears it. */
#define DESC_CLEAN (UINT64_C(1) << 7)
#define DESC_DBM (UINT64_C(1) << 51)
#define TCR_HA (UINT64_C(1) << 39)
#define TCR_HD (UINT64_C(1) << 40)
#define ID_AA64MMFR1_HAFDBS 0xf
#define HAFDBS_DIRTY 2

#define CDEOI A64_SYS(GIC_CDEOI, A64_XZR)
#define LDR_X0_X0 0xf9400000u
#define STR_X1_X0 0xf9000001u
#define RET 0xd65f03c0u

#define CODE 256 /* entry of the table where its code begins */
#define DATUM UINT64_C(0x0123456789abcdef)

enum { NOTHING, LOAD, STORE };

/* CDEOI makes the hypervisor look through the page and patch it. */
static const uint32_t code[][3] = {
	[NOTHING] = { CDEOI, RET },
	[LOAD] = { LDR_X0_X0, RET },
	[STORE] = { STR_X1_X0, RET },
};

static _Alignas(4096) volatile uint64_t table[512];
static volatile uint64_t datum = DATUM;
static unsigned int failures;

static void check(bool ok, const char *what)
{
	say("walk: %s: %s\n", what, ok ? "ok" : "WRONG");
	failures += !ok;
}

static uint64_t code_at(unsigned int which)
{
	return (uint64_t)(uintptr_t)&table[CODE] + which * sizeof(code[0]);
}

static uint64_t alias(unsigned int slot, uint64_t address)
{
	return ALIAS(slot) + (address & BLOCK_MASK);
}

static uint64_t call(uint64_t address, uint64_t x0, uint64_t x1)
{
	register uint64_t r0 __asm__("x0") = x0;
	register uint64_t r1 __asm__("x1") = x1;

	__asm__ volatile("blr %2"
			 : "+r"(r0)
			 : "r"(r1), "r"(address)
			 : "x30", "memory");
	return r0;
}

static void set_up(void)
{
	volatile uint64_t *root = (uint64_t *)(uintptr_t)sysreg_read(ttbr0_el1);
	volatile uint32_t *words = (volatile uint32_t *)&table[CODE];

	for (unsigned int i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
		for (unsigned int j = 0; j < 3; j++) {
			*words++ = code[i][j];
		}
	}
	root[ALIAS_GIB] = (uint64_t)(uintptr_t)table | TABLE;
	sysreg_write(tcr_el1, sysreg_read(tcr_el1) | TCR_HA | TCR_HD);
	__asm__ volatile("dsb ish; isb; tlbi vmalle1; ic iallu; dsb ish; isb"
			 :
			 :
			 : "memory");
}

/*
 * Write an entry of the table, and execute code in its page, after which the
 * hypervisor keeps the page read-only.
 */
static void make(unsigned int slot, uint64_t attributes)
{
	table[slot] = ((uint64_t)(uintptr_t)table & ~BLOCK_MASK) | BLOCK |
		      attributes;
	__asm__ volatile("dsb ish; isb" : : : "memory");
	call(code_at(NOTHING), 0, 0);
}

static bool accessed(unsigned int slot)
{
	return table[slot] & DESC_AF;
}

static __attribute__((noinline)) void elsewhere(void)
{
	__asm__ volatile("" : : : "memory");
}

static void fetches(void)
{
	make(0, 0);
	call(alias(0, (uint64_t)(uintptr_t)elsewhere), 0, 0);
	check(accessed(0), "a fetch from another page");
	make(1, 0);
	call(alias(1, code_at(NOTHING)), 0, 0);
	check(accessed(1), "a fetch from the table's own page");
}

static void loads_and_stores(void)
{
	uint64_t at = (uint64_t)(uintptr_t)&datum;

	make(2, 0);
	check(call(code_at(LOAD), alias(2, at), 0) == DATUM && accessed(2),
	      "a load by code in the table's page");
	make(3, DESC_AF | DESC_DBM | DESC_CLEAN);
	call(code_at(STORE), alias(3, at), 1);
	check(datum == 1 && !(table[3] & DESC_CLEAN),
	      "a store by code in the table's page");
	make(4, DESC_DBM | DESC_CLEAN);
	*(volatile uint64_t *)(uintptr_t)alias(4, at) = 2;
	check(datum == 2 && accessed(4) && !(table[4] & DESC_CLEAN),
	      "a store by other code");
}

bool guest_main(void)
{
	const volatile uint32_t *words = (volatile uint32_t *)&table[CODE];

	if ((sysreg_read(id_aa64mmfr1_el1) & ID_AA64MMFR1_HAFDBS) <
	    HAFDBS_DIRTY) {
		say("walk: this CPU has no FEAT_HAFDBS\nwalk: FAIL\n");
		return false;
	}
	set_up();
	fetches();
	loads_and_stores();
	check(words[0] == CDEOI, "the page's words are what they were");
	say("walk: %s\n", failures ? "FAIL" : "PASS");
	return !failures;
}
