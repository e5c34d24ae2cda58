/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/exec.h"

#include <stddef.h>

#include "hyp/arch.h"
#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/lock.h"
#include "hyp/patch.h"
#include "hyp/platform.h"
#include "hyp/pstate.h"
#include "hyp/stage2.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/a64.h"
#include "regs/field.h"

#define ID_AA64MMFR1_XNX_SHIFT 28
#define ID_AA64MMFR1_XNX_WIDTH 4

struct exec_stats exec_stats;

/* Descriptors and the words behind them change under this; it nests in none. */
static struct spinlock lock;

void exec_init(struct vm *v)
{
	uint64_t mmfr1 = read_sysreg(id_aa64mmfr1_el1);
	bool xnx = FIELD_GET(ID_AA64MMFR1_XNX, mmfr1);

	v->unscanned_xn = xnx ? DESC_S2_XN_EL1 : DESC_S2_XN;
}

/*
 * Which page.  Where the guest may execute but not read, stage 1 does not
 * answer, and we take the CPU's word, which it gives though it need not.
 */
static uint64_t fault_page(const struct vcpu *vcpu)
{
	uint64_t ipa;

	if (!(vcpu->esr & ISS_S1PTW) && vcpu_va_to_ipa(vcpu, vcpu->far, &ipa)) {
		return ipa;
	}
	return HPFAR_TO_IPA(vcpu->hpfar);
}

/* No CPU uses the old descriptor of this page any more. */
static void forget_page(uint64_t ipa)
{
	__asm__ volatile("dsb ishst\n\t"
			 "tlbi ipas2e1is, %0\n\t"
			 "dsb ish\n\t"
			 "tlbi vmalle1is\n\t"
			 "dsb ish\n\t"
			 "isb"
			 : : "r"(ipa >> 12) : "memory");
}

static void set_page(uint64_t *entry, uint64_t ipa, uint64_t rights)
{
	uint64_t mask = DESC_S2_XN_MASK | DESC_S2AP_WRITE;

	*(volatile uint64_t *)entry = (*entry & ~mask) | rights;
	forget_page(ipa);
}

/* What was written as data is what every CPU now fetches. */
static void sync_code(const uint32_t *words)
{
	uint64_t line = dcache_line();
	uint64_t at = (uint64_t)(uintptr_t)words;

	for (uint64_t end = at + PAGE_SIZE; at < end; at += line) {
		__asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
	}
	/* The guest's addresses for this page are not ours: all of it. */
	__asm__ volatile("dsb ish\n\t"
			 "ic ialluis\n\t"
			 "dsb ish\n\t"
			 "isb" : : : "memory");
}

typedef uint32_t replace_fn(const struct patch_set *set, uint32_t word);

/* Replace words, or with `store` false only say how many would change. */
static uint32_t rewrite(const struct patch_set *set, uint32_t *words,
			replace_fn *replace, bool store)
{
	uint32_t changed = 0;

	for (size_t i = 0; i < PAGE_SIZE / sizeof(*words); i++) {
		uint32_t word = words[i];
		uint32_t now;

		/* Nearly all words are no system, exception or hint ones. */
		if (word >> 24 != 0xd5 && word >> 24 != 0xd4) {
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

/* Look through a page that nobody can write any more. */
static void make_executable(struct vm *v, uint64_t ipa)
{
	uint64_t *entry = stage2_page(v, ipa);
	uint32_t *words = guest_ptr(v, ipa, PAGE_SIZE);

	set_page(entry, ipa, *entry & DESC_S2_XN_MASK);
	atomic_fetch_add(&exec_stats.words,
			 rewrite(v->patch, words, patch_word, true));
	sync_code(words);
	set_page(entry, ipa, 0);
	atomic_fetch_add(&exec_stats.pages, 1);
}

static void make_writable(struct vm *v, uint64_t ipa)
{
	uint64_t *entry = stage2_page(v, ipa);

	set_page(entry, ipa, v->unscanned_xn);
	rewrite(v->patch, guest_ptr(v, ipa, PAGE_SIZE), patch_original, true);
	set_page(entry, ipa, v->unscanned_xn | DESC_S2AP_WRITE);
	atomic_fetch_add(&exec_stats.writes, 1);
}

/*
 * A page that is executable is so for EL0 and EL1 alike (no FEAT_XNX), and
 * EL0 has words in it that EL1 must not come upon as they are, but which are
 * EL0's data: it could not execute one with effect.
 */
static bool is_for_el0_alone(const struct vcpu *vcpu, uint64_t ipa)
{
	struct vm *v = vcpu->vm;

	return vcpu_at_el0(vcpu) && rewrite(v->patch,
				       guest_ptr(v, ipa, PAGE_SIZE),
				       patch_word, false);
}

/*
 * For one instruction the page is executable and writable.  A store into the
 * very page that it stands in can neither be executed while the page is
 * writable nor take effect while it is not; then the page is looked through
 * again.  After one of EL0's the page is nobody's to execute.
 */
static void begin_step(struct vcpu *vcpu, uint64_t ipa)
{
	uint64_t *entry = stage2_page(vcpu->vm, ipa);

	set_page(entry, ipa, DESC_S2AP_WRITE);
	vcpu->step.page = ipa;
	vcpu->step.el0 = vcpu_at_el0(vcpu);
	vcpu->step.active = true;
	vcpu->pstate |= PSTATE_SS;
	write_sysreg(mdscr_el1, read_sysreg(mdscr_el1) | MDSCR_EL1_SS);
	write_sysreg(mdcr_el2, read_sysreg(mdcr_el2) | MDCR_EL2_TDE);
	isb();
	atomic_fetch_add(&exec_stats.steps, 1);
}

void exec_end_step(struct vcpu *vcpu)
{
	vcpu->step.active = false;
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

static void handle(struct vcpu *vcpu, uint64_t ipa, bool fetch)
{
	uint64_t entry = *stage2_page(vcpu->vm, ipa), pc_page;

	if (fetch) {
		/* Another vCPU may have come first: its TLB entry is ours. */
		if (!(entry & DESC_S2_XN_MASK)) {
			return;
		}
		if (is_for_el0_alone(vcpu, ipa)) {
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
 * A walk of the guest's tables reads them whatever the page's rights are.
 * With S1PTW the page lacks the right to write: the CPU has to set an access
 * flag or a dirty state (FEAT_HAFDBS), be it for a fetch or for data.
 */
static bool is_fetch(uint64_t esr)
{
	return FIELD_GET(ESR_EC, esr) == EC_IABT_LOWER &&
	       !(esr & ISS_S1PTW);
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
	handle(vcpu, ipa, is_fetch(vcpu->esr));
	spin_unlock(&lock);
	atomic_fetch_add(&exec_stats.ticks, counter() - start);
	return true;
}
