/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of an earlier owner's the machine's GIC still holds when the hypervisor
 * turns it on: nothing.
 */
#include "hyp/irqchip.h"

#include <string.h>

#include "hyp/gicv2.h"
#include "hyp/gicv3.h"
#include "hyp/host.h"
#include "hyp/mmu.h"
#include "hyp/vm.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "tests/hyp/test.h"

#define GICD_AT UINT64_C(0x8000000)
#define GICC_AT UINT64_C(0x8010000)
#define GICH_AT UINT64_C(0x8030000)
#define GICR_AT UINT64_C(0x80a0000)
#define LINES 9 /* of 32 interrupts */
#define MAX_SYSREGS 32

struct cpu fake_cpu;
struct cpu cpus[MAX_CPUS];
struct host_info host;
struct vm vm;

struct sysreg {
	const char *name;
	uint64_t value;
};

static struct {
	/* State of interrupts; the first 32 are this CPU's. */
	uint32_t pending[32], active[32], groups[32];
	uint32_t senders[4]; /* GICv2: who sent SGIs */
	uint32_t gicc[64];
	uint32_t gich[64];
	struct sysreg sysregs[MAX_SYSREGS];
	unsigned int nr_sysregs;
	bool group0_is_secure; /* SCR_EL3.FIQ */
	bool on;	       /* the CPU interface was turned on */
} gic;

void mmu_map(uint64_t pa, uint64_t size, enum mmu_type type)
{
	(void)pa;
	(void)size;
	(void)type;
}

static uint64_t *sysreg(const char *name)
{
	for (unsigned int i = 0; i < gic.nr_sysregs; i++) {
		if (!strcmp(gic.sysregs[i].name, name)) {
			return &gic.sysregs[i].value;
		}
	}
	assert_true(gic.nr_sysregs < MAX_SYSREGS);
	gic.sysregs[gic.nr_sysregs].name = name;
	return &gic.sysregs[gic.nr_sysregs++].value;
}

uint64_t fake_read_sysreg(const char *name)
{
	return *sysreg(name);
}

static bool is_clear(const uint32_t *words, unsigned int count)
{
	uint32_t any = 0;

	for (unsigned int i = 0; i < count; i++) {
		any |= words[i];
	}
	return !any;
}

/* As of now interrupts come. */
static void turn_on(void)
{
	gic.on = true;
	assert_true(is_clear(gic.pending, LINES));
	assert_true(is_clear(gic.active, LINES));
	assert_true(!host.gicv2 || is_clear(gic.senders, 4));
}

void fake_write_sysreg(const char *name, uint64_t value)
{
	if (!strcmp(name, "icc_igrpen1_el1") && value) {
		turn_on();
	}
	/* Half of the priorities, and none of Group 0's registers. */
	if (gic.group0_is_secure) {
		assert_true(strncmp(name, "icc_ap0r", 8) != 0);
		if (!strcmp(name, "icc_pmr_el1")) {
			value &= ~(UINT64_C(1) << 3);
		}
	}
	*sysreg(name) = value;
}

/* Which of the distributor's or redistributor's words; false: none. */
static bool clears(uint32_t offset, uint32_t base, uint32_t *words,
		   uint32_t value)
{
	if (offset < base || offset >= base + 0x80) {
		return false;
	}
	words[(offset - base) / 4] &= ~value;
	return true;
}

static void write_dist(uint32_t offset, uint32_t value)
{
	if (clears(offset, GICD_ICPENDR, gic.pending, value) ||
	    clears(offset, GICD_ICACTIVER, gic.active, value)) {
		return;
	}
	if (offset >= GICD_IGROUPR && offset < GICD_IGROUPR + 0x80) {
		gic.groups[(offset - GICD_IGROUPR) / 4] = value;
	}
	if (host.gicv2 && offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR) {
		gic.senders[(offset - GICD_CPENDSGIR) / 4] &= ~value;
	}
}

void fake_mmio_write(uint64_t address, uint32_t value)
{
	if (address >= GICR_AT + GICR_SGI_BASE) {
		write_dist((uint32_t)(address - GICR_AT - GICR_SGI_BASE),
			   value);
	} else if (address >= GICR_AT) {
		return;
	} else if (address >= GICH_AT) {
		gic.gich[(address - GICH_AT) / 4] = value;
	} else if (address >= GICC_AT) {
		gic.gicc[(address - GICC_AT) / 4] = value;
		if (address == GICC_AT + GICC_CTLR && value & 1) {
			turn_on();
		}
	} else {
		write_dist((uint32_t)(address - GICD_AT), value);
	}
}

uint32_t fake_mmio_read(uint64_t address)
{
	switch (address) {
	case GICD_AT + GICD_TYPER:
		return LINES - 1;
	case GICD_AT + GICV2_ICPIDR2:
		return 2 << 4;
	case GICD_AT + GICD_PIDR2:
		return 3 << 4;
	case GICD_AT + GICD_ITARGETSR:
		return 0x01010101;
	default: /* GICR_TYPER: affinity 0 */
		return 0;
	}
}

/* All that can be left behind, on a GIC with so many bits of priority. */
static void leave(bool gicv2, unsigned int pri_bits, bool group0_is_secure)
{
	static const char *const aprs[] = {
		"icc_ap0r0_el1", "icc_ap0r1_el1", "icc_ap0r2_el1",
		"icc_ap0r3_el1", "icc_ap1r0_el1", "icc_ap1r1_el1",
		"icc_ap1r2_el1", "icc_ap1r3_el1",
	};

	memset(&gic, 0xff, sizeof(gic));
	gic.nr_sysregs = 0;
	gic.on = false;
	gic.group0_is_secure = group0_is_secure;
	for (unsigned int i = 0; i < sizeof(aprs) / sizeof(aprs[0]); i++) {
		*sysreg(aprs[i]) = UINT32_MAX;
	}
	*sysreg("icc_ctlr_el1") = FIELD_PUT(ICC_CTLR_EL1_PRIbits, pri_bits - 1);
	memset(&fake_cpu, 0, sizeof(fake_cpu));
	host = (struct host_info){
		.nr_cpus = 1,
		.gicv2 = gicv2,
		.nr_gicr = 1,
		.gicd = { GICD_AT, 0x10000 },
		.gicc = { GICC_AT, 0x2000 },
		.gich = { GICH_AT, 0x1000 },
		.gicr = { { GICR_AT, 0x20000 } },
	};
}

static void take_over(const struct irqchip *chip)
{
	assert_null(chip->init());
	assert_null(chip->init_cpu());
	assert_true(gic.on);
}

/* Registers that the priority bits do not need are UNDEFINED, 12.2.3. */
static void field_52_active_on_gicv3(void **state)
{
	static const struct {
		unsigned int pri_bits, registers;
	} rows[] = { { 4, 1 }, { 5, 1 }, { 6, 2 }, { 7, 4 }, { 8, 4 } };

	(void)state;
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		leave(false, rows[i].pri_bits, false);
		take_over(&gicv3_irqchip);
		for (unsigned int n = 0; n < 4; n++) {
			uint64_t left = n < rows[i].registers ? 0 : UINT32_MAX;

			/* AP0R0 to AP0R3, then AP1R0 to AP1R3. */
			assert_true(gic.sysregs[n].value == left);
			assert_true(gic.sysregs[4 + n].value == left);
		}
		assert_int_equal(*sysreg("icc_pmr_el1"), IRQ_PRIORITY_MASK);
	}
}

/* Group 0 is the firmware's: to touch its registers would trap there. */
static void field_52_group_0_is_the_firmwares(void **state)
{
	(void)state;
	leave(false, 5, true);
	take_over(&gicv3_irqchip);
	assert_int_equal(*sysreg("icc_ap1r0_el1"), 0);
	assert_int_equal(*sysreg("icc_ap0r0_el1"), UINT32_MAX);
}

static void field_52_active_on_gicv2(void **state)
{
	(void)state;
	leave(true, 5, false);
	take_over(&gicv2_irqchip);
	assert_true(is_clear(&gic.gicc[GICC_APR / 4], 4));
	assert_true(is_clear(&gic.gicc[GICC_NSAPR / 4], 4));
	/* The groups that one security state begins with. */
	assert_true(is_clear(gic.groups, LINES));
	assert_int_equal(gic.gich[GICH_HCR / 4], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_52_active_on_gicv3),
		cmocka_unit_test(field_52_group_0_is_the_firmwares),
		cmocka_unit_test(field_52_active_on_gicv2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
