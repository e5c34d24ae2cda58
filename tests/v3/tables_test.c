/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * R6: every register of every frame against one table written from IHI 0069
 * 12.9 and 12.11, so that a handler wired to the wrong row, or a row that is
 * missing or too much, does not go unnoticed.
 */
#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"
#include "v3/v3.h"

#define NR_SPIS 45u /* the last words are partly there */
#define SPI_END (GIC_SPI_BASE + NR_SPIS)
#define ALL64 UINT64_MAX

enum frame { DIST, REDIST, SGI, NR_FRAMES };

enum kind {
	RO,    /* reads `reset`; writes are mistakes */
	WO,    /* reads are mistakes; writes do nothing that can be read */
	RES0,  /* there, reads as zero, ignores writes */
	RW,    /* bits in `mask` hold what is written */
	SET,   /* ones set, zeros mean nothing; `partner` clears */
	CLEAR, /* the partner of a SET */
	APART, /* has a meaning of its own, tested elsewhere */
};

/* `reset` and `mask` are per interrupt where `bits` is not 0. */
static const struct spec {
	const char *name;
	enum frame frame;
	enum kind kind;
	uint32_t offset;
	uint32_t length;
	unsigned int widths;
	unsigned int bits;
	uint64_t reset;
	uint64_t mask;
	uint32_t partner;
} specs[] = {
	{ "GICD_CTLR", DIST, RW, 0x0, 4, 4, 0, 0x50, 0x3, 0 },
	{ "GICD_TYPER", DIST, RO, 0x4, 4, 4, 0, 0x5480002, 0, 0 },
	{ "GICD_IIDR", DIST, RO, 0x8, 4, 4, 0, 0x4b00343b, 0, 0 },
	{ "GICD_TYPER2", DIST, RO, 0xc, 4, 4, 0, 0, 0, 0 },
	{ "GICD_STATUSR", DIST, APART, 0x10, 4, 4, 0, 0, 0, 0 },
	{ "GICD_IGROUPR", DIST, RW, 0x80, 0x80, 4, 1, 1, 1, 0 },
	{ "GICD_ISENABLER", DIST, SET, 0x100, 0x80, 4, 1, 0, 1, 0x180 },
	{ "GICD_ICENABLER", DIST, CLEAR, 0x180, 0x80, 4, 1, 0, 1, 0x100 },
	{ "GICD_ISPENDR", DIST, SET, 0x200, 0x80, 4, 1, 0, 1, 0x280 },
	{ "GICD_ICPENDR", DIST, CLEAR, 0x280, 0x80, 4, 1, 0, 1, 0x200 },
	{ "GICD_ISACTIVER", DIST, SET, 0x300, 0x80, 4, 1, 0, 1, 0x380 },
	{ "GICD_ICACTIVER", DIST, CLEAR, 0x380, 0x80, 4, 1, 0, 1, 0x300 },
	{ "GICD_IPRIORITYR", DIST, RW, 0x400, 0x400, 5, 8, 0, 0xf8, 0 },
	{ "GICD_ITARGETSR", DIST, RES0, 0x800, 0x400, 5, 0, 0, 0, 0 },
	{ "GICD_ICFGR", DIST, RW, 0xc00, 0x100, 4, 2, 2, 2, 0 },
	{ "GICD_IGRPMODR", DIST, RES0, 0xd00, 0x80, 4, 0, 0, 0, 0 },
	{ "GICD_NSACR", DIST, RES0, 0xe00, 0x100, 4, 0, 0, 0, 0 },
	{ "GICD_SGIR", DIST, RES0, 0xf00, 4, 4, 0, 0, 0, 0 },
	{ "GICD_CPENDSGIR", DIST, RES0, 0xf10, 0x10, 5, 0, 0, 0, 0 },
	{ "GICD_SPENDSGIR", DIST, RES0, 0xf20, 0x10, 5, 0, 0, 0, 0 },
	{ "GICD_IROUTER", DIST, RW, 0x6000, 0x1fe0, 12, 64, 0, 0xff00ffffff,
	  0 },
	{ "GICD_PIDR4", DIST, RO, 0xffd0, 4, 4, 0, 0x44, 0, 0 },
	{ "GICD_PIDR5-7", DIST, RO, 0xffd4, 12, 4, 0, 0, 0, 0 },
	{ "GICD_PIDR0", DIST, RO, 0xffe0, 4, 4, 0, 0x92, 0, 0 },
	{ "GICD_PIDR1", DIST, RO, 0xffe4, 4, 4, 0, 0xb4, 0, 0 },
	{ "GICD_PIDR2", DIST, RO, 0xffe8, 4, 4, 0, 0x3b, 0, 0 },
	{ "GICD_PIDR3", DIST, RO, 0xffec, 4, 4, 0, 0, 0, 0 },
	{ "GICD_CIDR0", DIST, RO, 0xfff0, 4, 4, 0, 0x0d, 0, 0 },
	{ "GICD_CIDR1", DIST, RO, 0xfff4, 4, 4, 0, 0xf0, 0, 0 },
	{ "GICD_CIDR2", DIST, RO, 0xfff8, 4, 4, 0, 0x05, 0, 0 },
	{ "GICD_CIDR3", DIST, RO, 0xfffc, 4, 4, 0, 0xb1, 0, 0 },

	{ "GICR_CTLR", REDIST, RW, 0x0, 4, 4, 0, 0x6, 0, 0 },
	{ "GICR_IIDR", REDIST, RO, 0x4, 4, 4, 0, 0x4b00343b, 0, 0 },
	{ "GICR_TYPER", REDIST, RO, 0x8, 8, 12, 0, 0x100000100, 0, 0 },
	{ "GICR_STATUSR", REDIST, APART, 0x10, 4, 4, 0, 0, 0, 0 },
	{ "GICR_WAKER", REDIST, APART, 0x14, 4, 4, 0, 0, 0, 0 },
	{ "GICR_PROPBASER", REDIST, RES0, 0x70, 8, 12, 0, 0, 0, 0 },
	{ "GICR_PENDBASER", REDIST, RES0, 0x78, 8, 12, 0, 0, 0, 0 },
	{ "GICR_INVLPIR", REDIST, WO, 0xa0, 8, 12, 0, 0, 0, 0 },
	{ "GICR_INVALLR", REDIST, WO, 0xb0, 8, 12, 0, 0, 0, 0 },
	{ "GICR_SYNCR", REDIST, RO, 0xc0, 4, 4, 0, 0, 0, 0 },
	{ "GICR_PIDR4", REDIST, RO, 0xffd0, 4, 4, 0, 0x44, 0, 0 },
	{ "GICR_PIDR5-7", REDIST, RO, 0xffd4, 12, 4, 0, 0, 0, 0 },
	{ "GICR_PIDR0", REDIST, RO, 0xffe0, 4, 4, 0, 0x93, 0, 0 },
	{ "GICR_PIDR1", REDIST, RO, 0xffe4, 4, 4, 0, 0xb4, 0, 0 },
	{ "GICR_PIDR2", REDIST, RO, 0xffe8, 4, 4, 0, 0x3b, 0, 0 },
	{ "GICR_PIDR3", REDIST, RO, 0xffec, 4, 4, 0, 0, 0, 0 },
	{ "GICR_CIDR0", REDIST, RO, 0xfff0, 4, 4, 0, 0x0d, 0, 0 },
	{ "GICR_CIDR1", REDIST, RO, 0xfff4, 4, 4, 0, 0xf0, 0, 0 },
	{ "GICR_CIDR2", REDIST, RO, 0xfff8, 4, 4, 0, 0x05, 0, 0 },
	{ "GICR_CIDR3", REDIST, RO, 0xfffc, 4, 4, 0, 0xb1, 0, 0 },

	{ "GICR_IGROUPR0", SGI, RW, 0x80, 4, 4, 1, 1, 1, 0 },
	{ "GICR_ISENABLER0", SGI, SET, 0x100, 4, 4, 1, 0, 1, 0x180 },
	{ "GICR_ICENABLER0", SGI, CLEAR, 0x180, 4, 4, 1, 0, 1, 0x100 },
	{ "GICR_ISPENDR0", SGI, SET, 0x200, 4, 4, 1, 0, 1, 0x280 },
	{ "GICR_ICPENDR0", SGI, CLEAR, 0x280, 4, 4, 1, 0, 1, 0x200 },
	{ "GICR_ISACTIVER0", SGI, SET, 0x300, 4, 4, 1, 0, 1, 0x380 },
	{ "GICR_ICACTIVER0", SGI, CLEAR, 0x380, 4, 4, 1, 0, 1, 0x300 },
	{ "GICR_IPRIORITYR", SGI, RW, 0x400, 0x20, 5, 8, 0, 0xf8, 0 },
	{ "GICR_ICFGR0", SGI, RW, 0xc00, 4, 4, 0, 0xaaaaaaaa, 0, 0 },
	{ "GICR_ICFGR1", SGI, RW, 0xc04, 4, 4, 0, 0, 0xaaaaaaaa, 0 },
	{ "GICR_IGRPMODR0", SGI, RES0, 0xd00, 4, 4, 0, 0, 0, 0 },
	{ "GICR_NSACR", SGI, RES0, 0xe00, 4, 4, 0, 0, 0, 0 },
};

#define NR_SPECS (sizeof(specs) / sizeof(specs[0]))

static const struct vgic_frame *const frames[NR_FRAMES] = {
	&vgic_v3_dist,
	&vgic_v3_redist,
	&vgic_v3_sgi,
};

static struct machine *m;

/* Frames are accessed by vCPU 0; the redistributor is vCPU 1's. */
static uint64_t address(const struct spec *spec, uint32_t offset)
{
	switch (spec->frame) {
	case DIST:
		return MACHINE_GICD + offset;
	case REDIST:
		return gicr(1, offset);
	default:
		return gicr(1, GICR_SGI_BASE + offset);
	}
}

static uint64_t get(const struct spec *spec, uint32_t offset,
		    unsigned int width)
{
	return mmio_read(m, 0, address(spec, offset), width);
}

static void put(const struct spec *spec, uint32_t offset, unsigned int width,
		uint64_t value)
{
	mmio_write(m, 0, address(spec, offset), width, value);
}

/* The mistakes remembered since this was last asked. */
static uint32_t status(const struct spec *spec)
{
	uint64_t ipa = spec->frame == DIST ? MACHINE_GICD + GICD_STATUSR :
					     gicr(1, GICR_STATUSR);
	uint32_t bits = guest_read32(m, 0, ipa);

	guest_write32(m, 0, ipa, bits);
	return bits;
}

static unsigned int reg_size(const struct spec *spec)
{
	return spec->widths & 8 ? 8 : 4;
}

static bool exists(const struct spec *spec, uint32_t intid)
{
	return spec->frame != DIST ||
	       (intid >= GIC_SPI_BASE && intid < SPI_END);
}

/* A value per interrupt, spread over one register at `offset`. */
static uint64_t spread(const struct spec *spec, uint32_t offset, uint64_t each)
{
	uint32_t first, count;
	uint64_t value = 0;

	if (spec->bits == 0) {
		return each;
	}
	first = (offset - spec->offset) * 8 / spec->bits;
	count = reg_size(spec) * 8 / spec->bits;
	for (uint32_t i = 0; i < count; i++) {
		if (exists(spec, first + i)) {
			value |= each << i * (spec->bits % 64);
		}
	}
	return value;
}

static void expect(const struct spec *spec, uint32_t offset, uint64_t value)
{
	uint64_t got = get(spec, offset, reg_size(spec));

	if (got != value) {
		fail_msg("%s, offset 0x%x: 0x%llx, expected 0x%llx", spec->name,
			 offset, (unsigned long long)got,
			 (unsigned long long)value);
	}
}

/* GICD_IROUTER.IRM makes the rest UNKNOWN: dist_test.c has it. */
static uint64_t ones(const struct spec *spec)
{
	return spec->bits == 64 ? ALL64 & ~GICD_IROUTER_IRM : ALL64;
}

static void check_rw(const struct spec *spec, uint32_t at)
{
	uint64_t reset = spread(spec, at, spec->reset);
	uint64_t mask = spread(spec, at, spec->mask);
	unsigned int size = reg_size(spec);

	expect(spec, at, reset);
	put(spec, at, size, ones(spec));
	expect(spec, at, reset | mask);
	put(spec, at, size, 0);
	expect(spec, at, reset & ~mask);
	put(spec, at, size, mask & UINT64_C(0xaaaa5555aaaa5555));
	expect(spec, at,
	       (reset & ~mask) | (mask & UINT64_C(0xaaaa5555aaaa5555)));
	put(spec, at, size, reset);
	expect(spec, at, reset);
}

static void check_set(const struct spec *spec, uint32_t at)
{
	uint64_t all = spread(spec, at, 1);
	uint64_t some = all & 0x12345678;
	uint32_t clear = at - spec->offset + spec->partner;

	put(spec, clear, 4, ALL64);
	expect(spec, at, 0);
	put(spec, at, 4, some);
	expect(spec, at, some);
	expect(spec, clear, some);
	put(spec, at, 4, 0);
	expect(spec, at, some);
	put(spec, at, 4, ALL64);
	expect(spec, at, all);
	put(spec, clear, 4, 0);
	expect(spec, at, all);
	put(spec, clear, 4, some);
	expect(spec, at, all & ~some);
	expect(spec, clear, all & ~some);
	put(spec, clear, 4, ALL64);
	expect(spec, at, 0);
}

/* Nothing else has changed: SGIs are enabled at reset, nothing is pending. */
static void check_at_rest(void)
{
	for (uint32_t v = 0; v < 2; v++) {
		for (uint32_t intid = 0; intid < SPI_END; intid++) {
			struct vgic_irq_info info = info_of(m, v, intid);

			assert_false(info.pending);
			assert_false(info.active);
			assert_int_equal(info.priority, 0);
			assert_true(info.group1);
		}
	}
}

static void check_mistakes(const struct spec *spec, uint32_t at)
{
	uint64_t errors = stats_of(m, 0).guest_errors;

	if (spec->kind == RO) {
		uint64_t was = get(spec, at, reg_size(spec));

		assert_int_equal(status(spec), 0);
		put(spec, at, reg_size(spec), ~was);
		assert_int_equal(status(spec), GICD_STATUSR_WROD);
		expect(spec, at, was);
		errors++;
	}
	if (spec->kind == WO) {
		expect(spec, at, 0);
		assert_int_equal(status(spec), GICD_STATUSR_RWOD);
		put(spec, at, reg_size(spec), ALL64);
		errors++;
	}
	assert_int_equal(status(spec), 0);
	assert_int_equal(stats_of(m, 0).guest_errors, errors);
}

static void values(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SPECS; i++) {
		const struct spec *spec = &specs[i];

		for (uint32_t at = spec->offset;
		     at < spec->offset + spec->length; at += reg_size(spec)) {
			switch (spec->kind) {
			case RO:
				expect(spec, at, spec->reset);
				break;
			case RES0:
			case RW:
				check_rw(spec, at);
				break;
			case SET:
				check_set(spec, at);
				break;
			default:
				break;
			}
			check_mistakes(spec, at);
		}
	}
	check_at_rest();
}

static void check_width(const struct spec *spec, uint32_t at,
			unsigned int width)
{
	bool allowed = (spec->widths & width) && at % width == 0;
	uint64_t errors = stats_of(m, 0).guest_errors;

	if (allowed) {
		return;
	}
	assert_int_equal(get(spec, at, width), 0);
	assert_int_equal(status(spec), GICD_STATUSR_RRD);
	put(spec, at, width, ALL64);
	assert_int_equal(status(spec), GICD_STATUSR_WRD);
	assert_int_equal(stats_of(m, 0).guest_errors, errors + 2);
}

/* A refused access changes nothing; an allowed narrow one changes its part. */
static void widths(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SPECS; i++) {
		const struct spec *spec = &specs[i];
		uint32_t last = spec->offset + spec->length - 1;

		for (unsigned int width = 1; width <= 8; width *= 2) {
			for (uint32_t n = 0; n < 8 && n < spec->length; n++) {
				check_width(spec, spec->offset + n, width);
				check_width(spec, last - n % 4, width);
			}
		}
	}
	check_at_rest();
	values(state);
}

static void check_bytes(const struct spec *spec, uint32_t at)
{
	for (uint32_t n = 0; n < 4; n++) {
		uint64_t mask =
			exists(spec, at + n - spec->offset) ? spec->mask : 0;

		put(spec, at + n, 1, 0x88 + 16 * n);
		assert_true(get(spec, at + n, 1) == ((0x88 + 16 * n) & mask));
		assert_true((get(spec, at, 4) >> 8 * n & 0xff) ==
			    ((0x88 + 16 * n) & mask));
	}
	put(spec, at, 4, 0);
}

static void check_halves(const struct spec *spec, uint32_t at)
{
	uint64_t mask = spread(spec, at, spec->mask);

	put(spec, at + 4, 4, 0x81);
	put(spec, at, 4, 0x80c3a5);
	expect(spec, at, UINT64_C(0x810080c3a5) & mask);
	put(spec, at, 8, 0);
	put(spec, at, 4, 0x80c3a5);
	put(spec, at + 4, 4, 0x81);
	expect(spec, at, UINT64_C(0x810080c3a5) & mask);
	assert_true(get(spec, at, 4) == (0x80c3a5 & mask));
	assert_true(get(spec, at + 4, 4) == (0x81 & mask >> 32));
	put(spec, at, 8, 0);
}

static void narrow(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SPECS; i++) {
		const struct spec *spec = &specs[i];

		for (uint32_t at = spec->offset;
		     spec->kind == RW && at < spec->offset + spec->length;
		     at += reg_size(spec)) {
			if (spec->widths & 1) {
				check_bytes(spec, at);
			}
			if (spec->widths & 8) {
				check_halves(spec, at);
			}
		}
	}
	assert_int_equal(stats_of(m, 0).guest_errors, 0);
}

/* GICR_TYPER, the only 64-bit register that is not there to be written. */
static void typer_by_halves(void **state)
{
	(void)state;
	assert_int_equal(guest_read32(m, 0, gicr(1, GICR_TYPER)), 0x100);
	assert_int_equal(guest_read32(m, 0, gicr(1, GICR_TYPER + 4)), 1);
	assert_int_equal(stats_of(m, 0).guest_errors, 0);
}

static bool specified(enum frame frame, uint32_t offset)
{
	for (size_t i = 0; i < NR_SPECS; i++) {
		if (specs[i].frame == frame &&
		    offset - specs[i].offset < specs[i].length) {
			return true;
		}
	}
	return false;
}

/* The library's tables have these registers and no others. */
static void nothing_else(void **state)
{
	(void)state;
	for (enum frame f = DIST; f < NR_FRAMES; f++) {
		for (uint32_t i = 1; i < frames[f]->nr_regs; i++) {
			const struct vgic_reg *reg = &frames[f]->regs[i];

			assert_true(reg->offset >=
				    reg[-1].offset + reg[-1].length);
		}
		for (uint32_t at = 0; at < GICD_FRAME_SIZE; at++) {
			if (!!vgic_mmio_find(frames[f], at) !=
			    specified(f, at)) {
				fail_msg("frame %d, offset 0x%x", (int)f, at);
			}
		}
	}
}

/* Reserved offsets: RAZ/WI, remembered and counted, at every width. */
static void reserved(void **state)
{
	uint64_t expected = 0;

	(void)state;
	for (enum frame f = DIST; f < NR_FRAMES; f++) {
		const struct spec spec = { .frame = f };

		for (uint32_t at = 0; at < GICD_FRAME_SIZE; at += 8) {
			if (specified(f, at)) {
				continue;
			}
			for (unsigned int w = 1; w <= 8; w *= 2) {
				assert_int_equal(get(&spec, at, w), 0);
				put(&spec, at, w, ALL64);
				expected += 2;
			}
			assert_int_equal(status(&spec),
					 GICD_STATUSR_RRD | GICD_STATUSR_WRD);
		}
	}
	assert_int_equal(stats_of(m, 0).guest_errors, expected);
	assert_int_equal(stats_of(m, 1).guest_errors, 0);
	check_at_rest();
}

static int set_up(void **state)
{
	(void)state;
	m = machine_create(
		CONFIG(.pri_bits = 5, .nr_vcpus = 3, .nr_spis = NR_SPIS));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(values),	    machine_test(widths),
		machine_test(narrow),	    machine_test(typer_by_halves),
		machine_test(nothing_else), machine_test(reserved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
