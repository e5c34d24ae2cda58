/* SPDX-License-Identifier: BSD-2-Clause */
/* The dispatcher, on a frame made up for it. */
#include "mmio/mmio.h"
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

/* What the made-up registers hold, and what their accessors saw last. */
static uint64_t plain, wide;
static uint8_t bytes[16];
static struct vgic_mmio seen;
static bool retry;

static uint64_t read_plain(struct vgic_mmio *mmio)
{
	mmio->retry = retry;
	return plain;
}

static void write_plain(struct vgic_mmio *mmio, uint64_t value)
{
	(void)mmio;
	plain = value;
}

static uint64_t read_wide(struct vgic_mmio *mmio)
{
	seen = *mmio;
	return wide;
}

static void write_wide(struct vgic_mmio *mmio, uint64_t value)
{
	seen = *mmio;
	wide = value;
}

static uint64_t read_bytes(struct vgic_mmio *mmio)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < mmio->width; i++) {
		value |= (uint64_t)bytes[mmio->offset + i] << 8 * i;
	}
	/* More than asked for: the dispatcher cuts it off. */
	return value | UINT64_C(0xee) << 8 * mmio->width;
}

static void write_bytes(struct vgic_mmio *mmio, uint64_t value)
{
	for (unsigned int i = 0; i < mmio->width; i++) {
		bytes[mmio->offset + i] = (uint8_t)(value >> 8 * i);
	}
}

static uint64_t read_names(struct vgic_mmio *mmio)
{
	seen = *mmio;
	return 0;
}

static const struct vgic_reg regs[] = {
	{ 0x10, 4, 0, 4, read_plain, write_plain },
	{ 0x20, 8, 0, 4 | 8, read_wide, write_wide },
	{ 0x40, 16, 0, 1 | 2 | 4, read_bytes, write_bytes },
	{ 0x50, 4, 0, 4, read_plain, NULL },
	{ 0x54, 4, 0, 4, NULL, write_plain },
	{ 0x58, 8, 0, 4 | 8, NULL, write_wide },
	{ 0x80, 0x80, 1, 4, read_names, NULL },
	{ 0x400, 0x400, 8, 1 | 4, read_names, NULL },
	{ 0x6000, 0x1fe0, 64, 4 | 8, read_names, NULL },
	{ 0xfff0, 16, 0, 4, vgic_mmio_raz, vgic_mmio_wi },
};

static const struct vgic_frame frame = { regs, 10 };
static struct machine *m;
static _Atomic(uint32_t) statusr;
static uint32_t bank;

static int set_up(void **state)
{
	(void)state;
	m = machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 2, .nr_spis = 45));
	plain = wide = 0;
	retry = false;
	statusr = 0;
	bank = VGIC_NO_BANK;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

static enum vgic_trap access(uint32_t offset, unsigned int width, bool write,
			     uint64_t *value)
{
	struct vgic_mmio mmio = {
		.vcpu = m->vcpu[0],
		.ipa = 0x1000 + offset,
		.width = width,
		.bank = bank,
		.statusr = &statusr,
	};

	return vgic_mmio_access(&mmio, &frame, offset, write, value);
}

static uint64_t get(uint32_t offset, unsigned int width)
{
	uint64_t value = ~UINT64_C(0);

	assert_int_equal(access(offset, width, false, &value), VGIC_TRAP_DONE);
	return value;
}

static void put(uint32_t offset, unsigned int width, uint64_t value)
{
	assert_int_equal(access(offset, width, true, &value), VGIC_TRAP_DONE);
}

static void finds_every_row(void **state)
{
	(void)state;
	for (uint32_t offset = 0; offset < 0x10000; offset++) {
		const struct vgic_reg *expected = NULL;

		for (uint32_t i = 0; i < frame.nr_regs; i++) {
			if (offset >= regs[i].offset &&
			    offset < regs[i].offset + regs[i].length) {
				expected = &regs[i];
			}
		}
		assert_ptr_equal(vgic_mmio_find(&frame, offset), expected);
	}
}

static void refuses_what_no_row_allows(void **state)
{
	static const struct {
		uint32_t offset;
		unsigned int width;
	} bad[] = {
		{ 0x0, 4 },  { 0x14, 4 }, { 0x10, 1 },	 { 0x10, 2 },
		{ 0x10, 8 }, { 0x12, 4 }, { 0x12, 2 },	 { 0x11, 1 },
		{ 0x24, 8 }, { 0x22, 4 }, { 0x21, 8 },	 { 0x40, 8 },
		{ 0x41, 2 }, { 0x42, 4 }, { 0x8000, 4 },
	};

	(void)state;
	plain = wide = 0x5555;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t errors = stats_of(m, 0).guest_errors;

		assert_int_equal(get(bad[i].offset, bad[i].width), 0);
		assert_int_equal(statusr, GICD_STATUSR_RRD);
		put(bad[i].offset, bad[i].width, 0xaaaa);
		assert_int_equal(statusr, GICD_STATUSR_RRD | GICD_STATUSR_WRD);
		assert_int_equal(stats_of(m, 0).guest_errors, errors + 2);
		statusr = 0;
	}
	assert_true(plain == 0x5555 && wide == 0x5555);
}

static void read_only_and_write_only(void **state)
{
	(void)state;
	plain = 0x77;
	assert_int_equal(get(0x50, 4), 0x77);
	put(0x50, 4, 1);
	assert_int_equal(statusr, GICD_STATUSR_WROD);
	assert_int_equal(plain, 0x77);
	statusr = 0;
	assert_int_equal(get(0x54, 4), 0);
	assert_int_equal(statusr, GICD_STATUSR_RWOD);
	assert_int_equal(stats_of(m, 0).guest_errors, 2);
	put(0x54, 4, 0x99);
	assert_int_equal(plain, 0x99);
	assert_int_equal(stats_of(m, 0).guest_errors, 2);
}

static void status_is_cleared_by_ones(void **state)
{
	struct vgic_mmio mmio = { .statusr = &statusr };

	(void)state;
	statusr = 0xf;
	vgic_mmio_write_statusr(&mmio, 0x5);
	assert_int_equal(vgic_mmio_read_statusr(&mmio), 0xa);
	vgic_mmio_write_statusr(&mmio, 0);
	assert_int_equal(vgic_mmio_read_statusr(&mmio), 0xa);
}

static void values_are_cut_to_width(void **state)
{
	(void)state;
	put(0x10, 4, UINT64_C(0x1234567890abcdef));
	assert_true(plain == 0x90abcdef);
	plain = UINT64_C(0xffffffff00000001);
	assert_true(get(0x10, 4) == 1);
	put(0x43, 1, 0x1ff);
	assert_int_equal(bytes[3], 0xff);
	assert_int_equal(bytes[4], 0);
	assert_int_equal(get(0x43, 1), 0xff);
	put(0x46, 2, 0x12345);
	assert_int_equal(get(0x46, 2), 0x2345);
	assert_int_equal(get(0x44, 4), 0x23450000);
	assert_int_equal(stats_of(m, 0).guest_errors, 0);
}

/* R5: in any order, each leaving the other as it was. */
static void halves_of_64_bits(void **state)
{
	(void)state;
	put(0x24, 4, 0x11112222);
	/* Accessors always see the whole register. */
	assert_int_equal(seen.width, 8);
	assert_int_equal(seen.offset, 0);
	put(0x20, 4, 0x33334444);
	assert_true(wide == UINT64_C(0x1111222233334444));
	assert_true(get(0x24, 4) == 0x11112222);
	assert_true(get(0x20, 4) == 0x33334444);
	put(0x20, 8, UINT64_C(0x8765432112345678));
	assert_true(wide == UINT64_C(0x8765432112345678));
	assert_true(get(0x20, 8) == UINT64_C(0x8765432112345678));
	put(0x20, 4, 1);
	put(0x24, 4, 2);
	assert_true(wide == UINT64_C(0x200000001));
	/* A write-only register has no other half to keep. */
	put(0x5c, 4, 7);
	assert_true(wide == UINT64_C(0x700000000));
	assert_int_equal(stats_of(m, 0).guest_errors, 0);
}

static void retries(void **state)
{
	uint64_t value = 42;

	(void)state;
	retry = true;
	assert_int_equal(access(0x10, 4, false, &value), VGIC_TRAP_RETRY);
	assert_int_equal(value, 42);
	retry = false;
	assert_int_equal(access(0x10, 4, false, &value), VGIC_TRAP_DONE);
	assert_int_equal(value, 0);
}

static void check_names(uint32_t offset, unsigned int width, uint32_t first,
			uint32_t count)
{
	(void)get(offset, width);
	assert_int_equal(seen.nr_irqs, count);
	if (count) {
		assert_int_equal(vgic_irq_intid(m->gic, seen.irq), first);
	}
}

static void names_interrupts(void **state)
{
	(void)state;
	/* SPIs 32 .. 76; the distributor has no private ones. */
	check_names(0x80, 4, 0, 0);
	check_names(0x84, 4, 32, 32);
	check_names(0x88, 4, 64, 13);
	check_names(0x8c, 4, 96, 0);
	check_names(0xfc, 4, 992, 0);
	check_names(0x400 + 31, 1, 0, 0);
	check_names(0x400 + 32, 4, 32, 4);
	check_names(0x400 + 74, 1, 74, 1);
	check_names(0x400 + 76, 4, 76, 1);
	check_names(0x400 + 77, 1, 0, 0);
	check_names(0x6000 + 8 * 31, 8, 0, 0);
	check_names(0x6000 + 8 * 33, 8, 33, 1);
	check_names(0x6000 + 8 * 33, 4, 33, 1);
	check_names(0x6000 + 8 * 33 + 4, 4, 33, 1);
	check_names(0x6000 + 8 * 77, 8, 0, 0);
	bank = 1;
	check_names(0x80, 4, 0, 32);
	assert_int_equal(seen.irq, vgic_irq_index(m->gic, 1, 0));
	check_names(0x400 + 17, 1, 17, 1);
	assert_int_equal(seen.irq, vgic_irq_index(m->gic, 1, 17));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(finds_every_row),
		machine_test(refuses_what_no_row_allows),
		machine_test(read_only_and_write_only),
		machine_test(status_is_cleared_by_ones),
		machine_test(values_are_cut_to_width),
		machine_test(halves_of_64_bits),
		machine_test(retries),
		machine_test(names_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
