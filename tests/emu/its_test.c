/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * emu/emu.c, a GICv3 with an ITS: messages, and accesses that the library cuts
 * into pieces, which are one call here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/emu.h>
#include <vgic/its.h>

#include "regs/gicv3.h"
#include "regs/gits.h"

#define GICD UINT64_C(0x08000000)
#define GITS UINT64_C(0x08080000)
#define GICR UINT64_C(0x080a0000)
#define LPIS 57344u
/* Guest RAM, from 0 on: tables of the guest's. */
#define PROP 0x10000u
#define PEND 0x20000u
#define DEVICES 0x30000u
#define COLLECTIONS 0x40000u
#define QUEUE 0x50000u
#define ITT 0x60000u
#define RAM 0x70000u
#define VALID (UINT64_C(1) << 63)
#define DEVICE 3u
#define EVENT 5u

static unsigned char ram[RAM];
static struct vgic_emu *emu;
static void *memory;
static unsigned int pins;

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	(void)ctx;
	if (ipa > RAM || len > RAM - ipa) {
		return -1;
	}
	memcpy(buf, ram + ipa, len);
	return 0;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	(void)ctx;
	if (ipa > RAM || len > RAM - ipa) {
		return -1;
	}
	memcpy(ram + ipa, buf, len);
	return 0;
}

static void set_pins(void *ctx, uint32_t vcpu, unsigned int now)
{
	(void)ctx;
	assert_int_equal(vcpu, 1);
	pins = now;
}

static void store(uint32_t v, uint64_t ipa, unsigned int width, uint64_t value)
{
	assert_int_equal(vgic_emu_mmio(emu, v, ipa, width, true, &value),
			 VGIC_TRAP_DONE);
}

static uint64_t load(uint32_t v, uint64_t ipa)
{
	uint64_t value = 0;

	assert_int_equal(vgic_emu_mmio(emu, v, ipa, 4, false, &value),
			 VGIC_TRAP_DONE);
	return value;
}

static uint64_t sysreg(uint32_t reg, bool write, uint64_t value)
{
	assert_int_equal(vgic_emu_sysreg(emu, 1, reg, write, &value),
			 VGIC_TRAP_DONE);
	return value;
}

static int set_up(void **state)
{
	static const struct vgic_emu_ops ops = { .set_pins = set_pins,
						 .read_guest = read_guest,
						 .write_guest = write_guest };
	const struct vgic_emu_config c = {
		.gic = { .arch = &vgic_gicv3_its,
			 .nr_vcpus = 2,
			 .nr_redist_regions = 1,
			 .its = { .nr_its = 1, .nr_lpis = LPIS } },
		.ops = &ops,
	};
	size_t size = vgic_emu_memory_size(&c);

	(void)state;
	memory = aligned_alloc(64, size);
	assert_int_equal(vgic_emu_create(&c, memory, size, &emu), VGIC_OK);
	assert_int_equal(vgic_set_dist_base(vgic_emu_gic(emu), GICD), 0);
	assert_int_equal(vgic_set_its_base(vgic_emu_gic(emu), 0, GITS), 0);
	assert_int_equal(vgic_add_redist_region(vgic_emu_gic(emu), GICR, 2), 0);
	pins = 0;
	memset(ram, 0, sizeof(ram));
	/* All LPIs enabled, at priority 0xa0. */
	memset(ram + PROP, 0xa1, LPIS);
	store(0, GICD + GICD_CTLR, 4, GICD_CTLR_EnableGrp1);
	sysreg(ICC_PMR_EL1, true, 0xff);
	sysreg(ICC_IGRPEN1_EL1, true, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vgic_emu_stop(emu);
	assert_int_equal(vgic_check_invariants(vgic_emu_gic(emu)), 0);
	free(memory);
	return 0;
}

/* One call each, however many LPIs there are to be looked at. */
static void enable_lpis(void)
{
	for (uint32_t v = 0; v < 2; v++) {
		uint64_t frame = GICR + v * GICR_STRIDE;

		store(v, frame + GICR_PROPBASER, 8, PROP | 15);
		store(v, frame + GICR_PENDBASER, 8, PEND + v * 0x2000u);
		store(v, frame + GICR_CTLR, 4, GICR_CTLR_EnableLPIs);
		assert_true(load(v, frame + GICR_CTLR) & GICR_CTLR_EnableLPIs);
	}
}

static void command(uint32_t n, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t dw[4] = { a, b, c, 0 };

	memcpy(ram + QUEUE + sizeof(dw) * n, dw, sizeof(dw));
}

/* Event 5 of device 3 is LPI 8200, of collection 2, which is vCPU 1's. */
static void map_event(void)
{
	store(0, GITS + GITS_BASER, 8,
	      VALID | DEVICES |
		      FIELD_PUT(GITS_BASER_Page_Size,
				GITS_BASER_Page_Size_64K));
	store(0, GITS + GITS_BASER + 8, 8, VALID | COLLECTIONS);
	store(0, GITS + GITS_CBASER, 8, VALID | QUEUE);
	store(0, GITS + GITS_CTLR, 4, GITS_CTLR_Enabled);
	command(0, 0x08 | (uint64_t)DEVICE << 32, 4, VALID | ITT); /* MAPD */
	command(1, 0x09, 0, VALID | 1u << 16 | 2);		   /* MAPC */
	command(2, 0x0a | (uint64_t)DEVICE << 32, EVENT | UINT64_C(8200) << 32,
		2); /* MAPTI */
	store(0, GITS + GITS_CWRITER, 8, 3 * 32);
	assert_int_equal(load(0, GITS + GITS_CREADR), 3 * 32);
}

static void message(void **state)
{
	(void)state;
	enable_lpis();
	assert_int_equal(vgic_emu_inject_msi(emu, 0, DEVICE, EVENT), 0);
	map_event();
	assert_int_equal(pins, 0);
	assert_int_equal(vgic_emu_inject_msi(emu, 0, DEVICE, EVENT), 1);
	assert_int_equal(pins, VGIC_VIRQ);
	assert_int_equal(sysreg(ICC_IAR1_EL1, false, 0), 8200);
	assert_int_equal(pins, 0);
	sysreg(ICC_EOIR1_EL1, true, 8200);
	assert_int_equal(vgic_emu_inject_msi(emu, 1, DEVICE, EVENT),
			 VGIC_E_NOENT);
	/* vCPU 0 has the ITS send it: INT. */
	command(3, 0x03 | (uint64_t)DEVICE << 32, EVENT, 0);
	store(0, GITS + GITS_CWRITER, 8, 4 * 32);
	assert_int_equal(pins, VGIC_VIRQ);
}

/* What is pending in a list register goes to the table, and comes back. */
static void off_and_on(void **state)
{
	(void)state;
	enable_lpis();
	map_event();
	vgic_emu_inject_msi(emu, 0, DEVICE, EVENT);
	assert_int_equal(pins, VGIC_VIRQ);
	store(0, GICR + GICR_STRIDE + GICR_CTLR, 4, 0);
	assert_int_equal(pins, 0);
	store(0, GICR + GICR_STRIDE + GICR_CTLR, 4, GICR_CTLR_EnableLPIs);
	assert_int_equal(pins, VGIC_VIRQ);
	assert_int_equal(vgic_emu_vcpu_reset(emu, 1, true), VGIC_OK);
	assert_int_equal(pins, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(message, set_up, tear_down),
		cmocka_unit_test_setup_teardown(off_and_on, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
