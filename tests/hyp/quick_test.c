/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5 guest whose instructions are patched: what each HVC comes to. */
#include "hyp/quick.h"

#include <string.h>

#include "hyp/el2.h"
#include "hyp/esr.h"
#include "hyp/insn.h"
#include "hyp/mmio.h"
#include "hyp/options.h"
#include "hyp/psci.h"
#include "hyp/sysreg.h"
#include "hyp/vm.h"
#include "regs/a64.h"
#include "regs/gicv5.h"
#include "tests/hyp/test.h"

#define UNTOUCHED UINT64_C(0x1122334455667788)
#define GOT UINT64_C(0x120000003)

struct cpu fake_cpu;
struct options options;
struct vm vm;
uint16_t sysreg_of_hvc[PATCH_WORDS];

static struct vcpu vcpu;
static uint64_t esr;
/* What the library says, and was asked for. */
static struct {
	int usual;
	enum vgic_trap entered;
	uint32_t nr_usual, nr_entered;
	uint32_t sysreg;
	bool write;
	uint64_t value;
} lib;

uint64_t fake_read_sysreg(const char *name)
{
	return strcmp(name, "esr_el2") == 0 ? esr : 0;
}

void fake_write_sysreg(const char *name, uint64_t value)
{
	(void)value;
	fail_msg("%s is written", name);
}

int vgic_trap_usual(struct vgic_vcpu *v, uint32_t sysreg, uint64_t *value)
{
	(void)v;
	lib.nr_usual++;
	lib.sysreg = sysreg;
	lib.value = *value;
	if (lib.usual != VGIC_UNUSUAL && sysreg == GICR_CDIA) {
		*value = GOT;
	}
	return lib.usual;
}

int vgic_trap_usual_pend(struct vgic_vcpu *v, uint64_t operand)
{
	(void)v;
	lib.nr_usual++;
	lib.sysreg = GIC_CDPEND;
	lib.value = operand;
	return lib.usual;
}

enum vgic_trap vgic_trap_sysreg_entered(struct vgic_vcpu *v, uint32_t sysreg,
					bool write, uint64_t *value)
{
	(void)v;
	lib.nr_entered++;
	lib.sysreg = sysreg;
	lib.write = write;
	lib.value = *value;
	if (!write) {
		*value = GOT;
	}
	return lib.entered;
}

/* What is not the GIC's is not asked for here. */
bool psci_call_quick(struct vcpu *v)
{
	(void)v;
	return false;
}

bool mmio_access_entered(struct vcpu *v, const struct access *access,
			 uint64_t ipa, enum exit_cause *cause)
{
	(void)v;
	(void)access;
	(void)ipa;
	(void)cause;
	return false;
}

void insn_from_syndrome(uint64_t syndrome, struct access *access)
{
	(void)syndrome;
	(void)access;
}

void exit_reenter(struct vcpu *v)
{
	(void)v;
}

void exit_follow_own_kick(struct vcpu *v)
{
	(void)v;
}

void exit_raise_signals(struct vcpu *v)
{
	(void)v;
}

/* The guest executes this instruction; true: it is done. */
static bool execute(uint32_t sysreg, bool read, unsigned int rt)
{
	uint32_t word =
		patch_word(&patch_gicv5, A64_SYSTEM_WORD(sysreg, read, rt));

	assert_true(A64_IS_HVC(word));
	esr = FIELD_PUT(ESR_EC, EC_HVC64) | A64_HVC_GET_IMM(word);
	lib.nr_usual = lib.nr_entered = 0;
	return vcpu.quick(&vcpu);
}

static int begin(void **state)
{
	(void)state;
	memset(&vcpu, 0, sizeof(vcpu));
	memset(&fake_cpu, 0, sizeof(fake_cpu));
	for (unsigned int i = 0; i < A64_XZR; i++) {
		vcpu.x[i] = UNTOUCHED + i;
	}
	memset(&lib, 0, sizeof(lib));
	patch_fill(&patch_gicv5, sysreg_of_hvc);
	vm.patch = &patch_gicv5;
	vcpu.vm = &vm;
	quick_allow(&vcpu, true);
	return 0;
}

/* Every register but one is as it was. */
static void check_registers(unsigned int but)
{
	for (unsigned int i = 0; i < A64_XZR; i++) {
		if (i != but) {
			assert_int_equal(vcpu.x[i], UNTOUCHED + i);
		}
	}
	assert_int_equal(vcpu.x[A64_XZR], 0);
}

static void usual_way(void **state)
{
	(void)state;
	assert_true(execute(GICR_CDIA, true, 18));
	assert_int_equal(lib.sysreg, GICR_CDIA);
	assert_int_equal(vcpu.x[18], GOT);
	assert_true(execute(GIC_CDEOI, false, A64_XZR));
	assert_int_equal(lib.sysreg, GIC_CDEOI);
	assert_int_equal(lib.value, 0);
	assert_true(execute(GIC_CDDI, false, 30));
	assert_int_equal(lib.value, UNTOUCHED + 30);
	assert_true(execute(GIC_CDPEND, false, 19));
	assert_int_equal(lib.sysreg, GIC_CDPEND);
	assert_int_equal(lib.value, UNTOUCHED + 19);
	assert_true(execute(GIC_CDPEND, false, A64_XZR));
	assert_int_equal(lib.value, 0);
	assert_int_equal(lib.nr_entered, 0);
	assert_int_equal(vcpu.counts.exits[EXIT_PATCHED], 5);
	check_registers(18);
}

static void signals(void **state)
{
	(void)state;
	fake_cpu.hcr = HCR_EL2_VF;
	lib.usual = VGIC_VIRQ;
	assert_true(execute(GIC_CDEOI, false, A64_XZR));
	assert_int_equal(fake_cpu.hcr, HCR_EL2_VF | HCR_EL2_VI);
	lib.usual = 0;
	assert_true(execute(GIC_CDPEND, false, 1));
	assert_int_equal(fake_cpu.hcr, HCR_EL2_VF);
}

/* Then the long way follows, and what it says counts. */
static void unusual(void **state)
{
	(void)state;
	lib.usual = VGIC_UNUSUAL;
	assert_true(execute(GICR_CDIA, true, 3));
	assert_int_equal(lib.nr_entered, 1);
	assert_false(lib.write);
	assert_int_equal(vcpu.x[3], GOT);
	assert_true(execute(GIC_CDPEND, false, 4));
	assert_int_equal(lib.nr_entered, 1);
	assert_true(lib.write);
	assert_int_equal(lib.value, UNTOUCHED + 4);
	lib.entered = VGIC_TRAP_RETRY;
	assert_false(execute(GIC_CDDI, false, 5));
	assert_int_equal(vcpu.counts.exits[EXIT_PATCHED], 2);
	check_registers(3);
}

/* x19 to x28 would not be restored: not here. */
static void others_registers(void **state)
{
	(void)state;
	for (unsigned int rt = QUICK_LAST_X + 1; rt < A64_XZR; rt++) {
		assert_false(execute(GICR_CDIA, true, rt));
		assert_int_equal(lib.nr_usual + lib.nr_entered, 0);
	}
	check_registers(A64_XZR);
}

/* What is read into XZR is gone, and it still reads as 0. */
static void xzr(void **state)
{
	(void)state;
	assert_true(execute(GICR_CDIA, true, A64_XZR));
	assert_int_equal(lib.nr_entered, 1);
	check_registers(A64_XZR);
	assert_true(execute(GIC_CDDI, false, A64_XZR));
	assert_int_equal(lib.value, 0);
}

/* While a step is to be ended first; and the guest's own HVC. */
static void not_here(void **state)
{
	(void)state;
	quick_allow(&vcpu, false);
	assert_false(execute(GIC_CDEOI, false, A64_XZR));
	assert_false(execute(GIC_CDPEND, false, 0));
	assert_int_equal(lib.nr_usual + lib.nr_entered, 0);
	quick_allow(&vcpu, true);
	assert_true(execute(GIC_CDEOI, false, A64_XZR));
	esr = FIELD_PUT(ESR_EC, EC_HVC64);
	lib.usual = VGIC_UNUSUAL;
	assert_null(vcpu.quick(&vcpu));
	assert_int_equal(lib.nr_entered, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(usual_way, begin),
		cmocka_unit_test_setup(signals, begin),
		cmocka_unit_test_setup(unusual, begin),
		cmocka_unit_test_setup(others_registers, begin),
		cmocka_unit_test_setup(xzr, begin),
		cmocka_unit_test_setup(not_here, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
