/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of guest RAM change between writable and executable; see exec.h.
 *
 * The order of the steps matters, since other vCPUs run meanwhile: a page first
 * loses the right that it has, on every CPU; then its words are replaced; then
 * it gets the other right.
 */
#include "hyp/exec.h"

#include <stddef.h>

#include "hyp/arch.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/lock.h"
#include "hyp/patch.h"
#include "hyp/platform.h"
#include "hyp/pstate.h"
#include "hyp/quick.h"
#include "hyp/stage2.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/a64.h"
#include "regs/field.h"

#define ID_AA64MMFR1_XNX_SHIFT 28
#define ID_AA64MMFR1_XNX_WIDTH 4

/* The operand of TLBI IPAS2E1IS: bits 47:12 of the IPA. */
#define TLBI_IPA(ipa) ((ipa) >> 12)

/* A64, C4.1: system instructions and hints; SVC, HVC, SMC and BRK. */
#define TOP_BYTE_SYSTEM 0xd5
#define TOP_BYTE_EXCEPTION 0xd4

struct exec_stats exec_stats;

/*
 * Guards the descriptors' XN and write bits and the replacing of words.  No
 * other lock is held when it is taken, and none is taken under it.
 */
static struct spinlock lock;

void exec_init(struct vm *v)
{
	uint64_t mmfr1 = read_sysreg(id_aa64mmfr1_el1);
	bool xnx = FIELD_GET(ID_AA64MMFR1_XNX, mmfr1);

	v->unscanned_xn = xnx ? DESC_S2_XN_EL1 : DESC_S2_XN;
}

/*
 * The IPA of the page that faulted.  For a permission fault that is not on a
 * stage 1 walk, HPFAR_EL2 is UNKNOWN (DDI 0487 D17.2, HPFAR_EL2); so stage 1 is
 * asked.  A page that the guest may execute but not read cannot be found that
 * way, and HPFAR_EL2 is taken all the same: CPUs known so far fill it in.
 */
static uint64_t fault_page(const struct vcpu *vcpu)
{
	uint64_t ipa;

	if (!(vcpu->esr & ISS_S1PTW) && vcpu_va_to_ipa(vcpu, vcpu->far, &ipa)) {
		return ipa;
	}
	return HPFAR_TO_IPA(vcpu->hpfar);
}

/*
 * After this no CPU uses the old descriptor of the page: entries of stage 2
 * first, then those that combine both stages, of which only the VA would name
 * one, so all of them (DDI 0487 D8.14).
 */
static void invalidate_page(uint64_t ipa)
{
	__asm__ volatile("dsb ishst\n\t"
			 "tlbi ipas2e1is, %0\n\t"
			 "dsb ish\n\t"
			 "tlbi vmalle1is\n\t"
			 "dsb ish\n\t"
			 "isb"
			 :
			 : "r"(TLBI_IPA(ipa))
			 : "memory");
}

/* Give a page these rights, XN bits and DESC_S2AP_WRITE, on every CPU. */
static void set_page(uint64_t *entry, uint64_t ipa, uint64_t rights)
{
	uint64_t mask = DESC_S2_XN_MASK | DESC_S2AP_WRITE;

	*(volatile uint64_t *)entry = (*entry & ~mask) | rights;
	invalidate_page(ipa);
}

/*
 * What EL2 wrote to the page as data is from now on what every CPU fetches:
 * clean the data caches, then forget what instruction caches hold.  The latter
 * may be by virtual address, and the guest's addresses of the page are not
 * known here, so all of them.
 */
static void sync_code(const uint32_t *words)
{
	uint64_t line = dcache_line();
	uint64_t at = (uint64_t)(uintptr_t)words;

	for (uint64_t end = at + PAGE_SIZE; at < end; at += line) {
		__asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
	}
	__asm__ volatile("dsb ish\n\t"
			 "ic ialluis\n\t"
			 "dsb ish\n\t"
			 "isb"
			 :
			 :
			 : "memory");
}

typedef uint32_t replace_fn(const struct patch_set *set, uint32_t word);

/*
 * Replace each word of a page by replace(word), or with `store` false leave
 * them.  Returns how many words that changes.
 */
static uint32_t replace_words(const struct patch_set *set, uint32_t *words,
			      replace_fn *replace, bool store)
{
	uint32_t changed = 0;

	for (size_t i = 0; i < PAGE_SIZE / sizeof(*words); i++) {
		uint32_t word = words[i];
		uint32_t now;

		/* Nearly all words are neither, which this finds out fast. */
		if (word >> 24 != TOP_BYTE_SYSTEM &&
		    word >> 24 != TOP_BYTE_EXCEPTION) {
			continue;
		}
		now = replace(set, word);
		if (now == word) {
			continue;
		}
		changed++;
		if (store) {
			words[i] = now;
		}
	}
	return changed;
}

/* The page loses the right to be written before it is looked through. */
static void make_executable(struct vm *v, uint64_t ipa)
{
	uint64_t *entry = stage2_page(v, ipa);
	uint32_t *words = guest_ptr(v, ipa, PAGE_SIZE);

	set_page(entry, ipa, *entry & DESC_S2_XN_MASK);
	atomic_fetch_add(&exec_stats.words,
			 replace_words(v->patch, words, patch_word, true));
	sync_code(words);
	set_page(entry, ipa, 0);
	atomic_fetch_add(&exec_stats.pages, 1);
}

/* The page loses the right to be executed before it gets its words back. */
static void make_writable(struct vm *v, uint64_t ipa)
{
	uint64_t *entry = stage2_page(v, ipa);

	set_page(entry, ipa, v->unscanned_xn);
	replace_words(v->patch, guest_ptr(v, ipa, PAGE_SIZE), patch_original,
		      true);
	set_page(entry, ipa, v->unscanned_xn | DESC_S2AP_WRITE);
	atomic_fetch_add(&exec_stats.writes, 1);
}

/*
 * Does EL0 execute a page in which words would be replaced?  To EL0 they are
 * data, which must not change: as instructions they are UNDEFINED there.  Asked
 * only without FEAT_XNX, where a page is executable for EL0 and EL1 alike, so
 * that EL1 might execute such a word where EL0 may execute the page.
 */
static bool has_words_of_el0(const struct vcpu *vcpu, uint64_t ipa)
{
	struct vm *v = vcpu->vm;

	return vcpu_at_el0(vcpu) &&
	       replace_words(v->patch, guest_ptr(v, ipa, PAGE_SIZE), patch_word,
			     false);
}

/*
 * Let the guest execute one instruction while the page is both executable and
 * writable, by software step (DDI 0487 D2) with debug exceptions to EL2:
 *
 * - at EL1, a store into the very page that holds the instruction, which faults
 *   whichever right the page has.  exec_end_step() then looks through the page
 *   again;
 * - at EL0, any instruction of a page for which has_words_of_el0() is true.
 *   After it the page is not executable again.
 *
 * Another vCPU may execute from the page for that long, too.
 */
static void begin_step(struct vcpu *vcpu, uint64_t ipa)
{
	uint64_t *entry = stage2_page(vcpu->vm, ipa);

	set_page(entry, ipa, DESC_S2AP_WRITE);
	vcpu->step.page = ipa;
	vcpu->step.el0 = vcpu_at_el0(vcpu);
	vcpu->step.active = true;
	/* An exit ends the step before anything else: exec_end_step(). */
	quick_allow(vcpu, false);
	vcpu->pstate |= PSTATE_SS;
	write_sysreg(mdscr_el1, read_sysreg(mdscr_el1) | MDSCR_EL1_SS);
	write_sysreg(mdcr_el2, read_sysreg(mdcr_el2) | MDCR_EL2_TDE);
	isb();
	atomic_fetch_add(&exec_stats.steps, 1);
}

void exec_end_step(struct vcpu *vcpu)
{
	vcpu->step.active = false;
	quick_allow(vcpu, true);
	vcpu->pstate &= ~PSTATE_SS;
	write_sysreg(mdscr_el1, read_sysreg(mdscr_el1) & ~MDSCR_EL1_SS);
	write_sysreg(mdcr_el2, read_sysreg(mdcr_el2) & ~MDCR_EL2_TDE);
	spin_lock(&lock);
	if (vcpu->step.el0) {
		set_page(stage2_page(vcpu->vm, vcpu->step.page),
			 vcpu->step.page,
			 vcpu->vm->unscanned_xn | DESC_S2AP_WRITE);
	} else {
		make_executable(vcpu->vm, vcpu->step.page);
	}
	spin_unlock(&lock);
}

/* Make the page at `ipa` what the guest wants of it.  The lock is held. */
static void resolve(struct vcpu *vcpu, uint64_t ipa, bool fetch)
{
	uint64_t entry = *stage2_page(vcpu->vm, ipa), pc_page;

	if (fetch) {
		/* Another vCPU has made it executable since the fault. */
		if (!(entry & DESC_S2_XN_MASK)) {
			return;
		}
		if (has_words_of_el0(vcpu, ipa)) {
			begin_step(vcpu, ipa);
		} else {
			make_executable(vcpu->vm, ipa);
		}
	} else if (vcpu_va_to_ipa(vcpu, vcpu->pc, &pc_page) && pc_page == ipa &&
		   !(entry & DESC_S2_XN_MASK)) {
		begin_step(vcpu, ipa);
	} else if (!(entry & DESC_S2AP_WRITE)) {
		make_writable(vcpu->vm, ipa);
	}
}

/*
 * Does the guest want to execute the page, or else to write it?  Every page may
 * be read.  A fault on a stage 1 walk (S1PTW) is a write in any case: the CPU
 * has to set an access flag or dirty state in a table (FEAT_HAFDBS), be it for
 * a fetch or for data.
 */
static bool is_fetch(uint64_t esr)
{
	return FIELD_GET(ESR_EC, esr) == EC_IABT_LOWER && !(esr & ISS_S1PTW);
}

bool exec_fault(struct vcpu *vcpu)
{
	uint64_t start, ipa;

	if ((vcpu->esr & ISS_FSC_TYPE) != FSC_PERMISSION) {
		return false;
	}
	ipa = fault_page(vcpu);
	if (!stage2_page(vcpu->vm, ipa)) {
		return false;
	}
	start = counter();
	spin_lock(&lock);
	resolve(vcpu, ipa, is_fetch(vcpu->esr));
	spin_unlock(&lock);
	atomic_fetch_add(&exec_stats.ticks, counter() - start);
	return true;
}
