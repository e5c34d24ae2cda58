/* SPDX-License-Identifier: BSD-2-Clause */
/* Accesses to memory, registers and firmware functions that do not exist. */
#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

/* DDI 0487 D17.2.37: ESR_EL1.EC and the fault status code. */
#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define EC_UNKNOWN 0x00
#define EC_FIRST_ABORT 0x20
#define EC_INSTRUCTION_ABORT 0x21
#define EC_DATA_ABORT 0x25
#define ESR_FSC(esr) ((esr)&0x3f)
#define FSC_EXTERNAL 0x10

/*
 * There is neither device nor RAM here.  The guest maps the first address as
 * Device memory, the second as Normal.
 */
static const uint64_t nowhere[] = { 0x0b000000, 0xfffff000 };

#define ACCESS(name, text) \
	static void name(uint64_t address) \
	{ \
		uint64_t from = address; \
		__asm__ volatile(text : "+r"(from) : : "x9", "x10", "memory"); \
	}
ACCESS(load8, "ldrb w9, [%0]")
ACCESS(load16, "ldrh w9, [%0]")
ACCESS(load32, "ldr w9, [%0]")
ACCESS(load64, "ldr x9, [%0]")
ACCESS(load_signed, "ldrsb x9, [%0]")
ACCESS(load_pair, "ldp x9, x10, [%0]")
ACCESS(load_post, "ldr x9, [%0], #8")
ACCESS(load_zero, "ldr xzr, [%0]")
ACCESS(load_acquire, "ldar w9, [%0]")
ACCESS(store8, "strb wzr, [%0]")
ACCESS(store16, "strh wzr, [%0]")
ACCESS(store32, "str wzr, [%0]")
ACCESS(store64, "str xzr, [%0]")
ACCESS(store_pair, "stp xzr, xzr, [%0]")
ACCESS(store_pre, "str xzr, [%0, #8]!")
ACCESS(store_release, "stlr wzr, [%0]")

static void (*const accesses[])(uint64_t) = {
	load8,	      load16,	  load32,    load64,
	load_signed,  load_pair,  load_post, load_zero,
	load_acquire, store8,	  store16,   store32,
	store64,      store_pair, store_pre, store_release,
};

/*
 * A register is refused as UNDEFINED, or as belonging to an extension that is
 * not enabled (FP, SVE, SME); never by an abort.
 */
static bool refused(uint64_t esr)
{
	return ESR_EC(esr) < EC_FIRST_ABORT;
}

static bool aborts(void (*access)(uint64_t), uint64_t address, uint64_t ec)
{
	unsigned int n;
	uint64_t esr;

	fault_expect();
	access(address);
	n = fault_count(&esr);
	if (n != 1 || ESR_EC(esr) != ec || ESR_FSC(esr) != FSC_EXTERNAL) {
		say("hostile: %u faults at %lx, ESR %lx\n", n,
		    (unsigned long)address, (unsigned long)esr);
		return false;
	}
	return true;
}

static void jump(uint64_t address)
{
	__asm__ volatile("blr %0" : : "r"(address) : "x30", "memory");
}

bool hostile_wild(void)
{
	bool ok = true;

	for (unsigned int i = 0; i < sizeof(nowhere) / sizeof(*nowhere); i++) {
		for (unsigned int j = 0;
		     j < sizeof(accesses) / sizeof(*accesses); j++) {
			ok &= aborts(accesses[j], nowhere[i], EC_DATA_ABORT);
		}
	}
	return ok && aborts(jump, nowhere[1], EC_INSTRUCTION_ABORT);
}

#define ATTEMPT(name, text) \
	static void name(void) \
	{ \
		__asm__ volatile(text : : : "x9", "memory"); \
	}
ATTEMPT(read_hcr, "mrs x9, hcr_el2")
ATTEMPT(write_hcr, "msr hcr_el2, xzr")
ATTEMPT(read_vttbr, "mrs x9, vttbr_el2")
ATTEMPT(write_vbar, "msr vbar_el2, xzr")
ATTEMPT(read_sre, "mrs x9, S3_4_C12_C9_5") /* ICC_SRE_EL2 */
ATTEMPT(write_ich_hcr, "msr S3_4_C12_C11_0, xzr")
ATTEMPT(write_ich_lr, "msr S3_4_C12_C12_0, xzr")
ATTEMPT(write_igrpen_el3, "msr S3_6_C12_C12_7, xzr")
ATTEMPT(read_cnthctl, "mrs x9, cnthctl_el2")
ATTEMPT(undefined_word, ".word 0")

static void (*const attempts[])(void) = {
	read_hcr,     write_hcr,      read_vttbr,   write_vbar,
	read_sre,     write_ich_hcr,  write_ich_lr, write_igrpen_el3,
	read_cnthctl, undefined_word,
};

bool hostile_is_undefined(uint64_t esr)
{
	return ESR_EC(esr) == EC_UNKNOWN;
}

bool hostile_undefined(void)
{
	bool ok = true;
	unsigned int n;
	uint64_t esr;

	for (unsigned int i = 0; i < sizeof(attempts) / sizeof(*attempts);
	     i++) {
		fault_expect();
		attempts[i]();
		n = fault_count(&esr);
		if (n != 1 || !hostile_is_undefined(esr)) {
			say("hostile: attempt %u: %u faults, ESR %lx\n", i, n,
			    (unsigned long)esr);
			ok = false;
		}
	}
	return ok;
}

#define MRS_X0 UINT32_C(0xd5300000)
#define RET UINT32_C(0xd65f03c0)
#define NR_SYSREGS 32768

unsigned int hostile_execute(uint32_t word, uint64_t *esr)
{
	static uint32_t code[2] __attribute__((aligned(64)));

	code[0] = word;
	code[1] = RET;
	/*
	 * The word is new code, which the caches may not have.  DDI 0487 B2.4.4
	 */
	__asm__ volatile("dc cvau, %0; dsb ish; ic ivau, %0;"
			 "dsb ish; isb"
			 :
			 : "r"(code)
			 : "memory");
	fault_expect();
	__asm__ volatile("mov x0, xzr\n\t"
			 "blr %0"
			 :
			 : "r"(code)
			 : "x0", "x30", "memory");
	return fault_count(esr);
}

bool hostile_sysregs(void)
{
	unsigned int undefined = 0;
	unsigned int n;
	uint64_t esr;

	for (uint32_t i = 0; i < NR_SYSREGS; i++) {
		n = hostile_execute(MRS_X0 | i << 5, &esr);
		undefined += n;
		if (n > 1 || (n == 1 && !refused(esr))) {
			say("hostile: MRS %x: %u faults, ESR %lx\n", i, n,
			    (unsigned long)esr);
			return false;
		}
	}
	/* No register has most of the encodings. */
	return undefined > NR_SYSREGS / 2;
}

#define PSCI_FEATURES 0x8400000a
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)
#define NO_SUCH_CPU UINT64_C(0x00ffffff)

static bool answers(uint64_t function, uint64_t a1, uint64_t a2,
		    int32_t expected)
{
	int64_t answer = hvc(function, a1, a2, 0);

	if ((int32_t)answer != expected) {
		say("hostile: %lx(%lx, %lx) says %lx\n",
		    (unsigned long)function, (unsigned long)a1,
		    (unsigned long)a2, (unsigned long)answer);
		return false;
	}
	return true;
}

bool hostile_psci(void)
{
	uint64_t here = sysreg_read(mpidr_el1) & 0xff00ffffff;
	bool ok = hvc(PSCI_VERSION, 0, 0, 0) >= 0x10000;

	ok &= answers(PSCI_CPU_ON, here, RAM_BASE, PSCI_ALREADY_ON);
	ok &= answers(PSCI_CPU_ON, NO_SUCH_CPU, RAM_BASE,
		      PSCI_INVALID_PARAMETERS);
	ok &= answers(PSCI_AFFINITY_INFO, here, 0, 0);
	ok &= answers(PSCI_AFFINITY_INFO, NO_SUCH_CPU, 0,
		      PSCI_INVALID_PARAMETERS);
	ok &= answers(PSCI_FEATURES, PSCI_CPU_ON, 0, 0);
	ok &= answers(PSCI_FEATURES, 0x8400dead, 0, PSCI_NOT_SUPPORTED);
	/*
	 * PSCI does not have this function, SMCCC not this range, and
	 * hypervisors not this call.
	 */
	ok &= answers(0x8400001f, 0, 0, PSCI_NOT_SUPPORTED);
	ok &= answers(0xdeadbeef, 0, 0, PSCI_NOT_SUPPORTED);
	ok &= answers(0x86000000, 0, 0, PSCI_NOT_SUPPORTED);
	return ok;
}
