/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/v5/ist.c: the interrupt state table, linear and in two levels, and what
 * hostile guests make of it.
 */
#include "core/irq.h"
#include "tests/v5/test.h"

#include <vgic/snapshot.h>
#include <vgic/uaccess.h>

#include "v5/v5.h"

/* Where the tests put L2 tables; 64 KiB each. */
#define L2(n) (MACHINE_RAM + 0x20000 + UINT64_C(0x10000) * (n))
#define L1(n) (GUEST_IST + 8 * (uint64_t)(n))
#define BEYOND (MACHINE_RAM + 0x80000)

static bool exists(struct machine *m, uint32_t id)
{
	struct vgic_irq_info info;

	return vgic_get_irq_info(m->gic, 0, GICV5_LPI(id), &info) == VGIC_OK;
}

static void map_l2(struct machine *m, uint32_t id)
{
	irs_write(m, 0, IRS_MAP_L2_ISTR, 4, id);
}

static bool is_valid(struct machine *m)
{
	return irs_read(m, 0, IRS_IST_BASER, 8) & IRS_IST_BASER_VALID;
}

static void invalidate(struct machine *m)
{
	irs_write(m, 0, IRS_IST_BASER, 8, 0);
}

RULE(linear, 1)
{
	const uint32_t intid = GICV5_LPI(2047);

	assert_hex(guest_rcfg(m, 0, GICV5_LPI(0)), ICC_ICSR_EL1_F);
	assert_int_equal(message(m, 5), VGIC_E_NOENT);
	assert_mistakes(m, 0, guest_ist(m, false, 11, 0, 0));
	assert_true(is_valid(m));
	assert_hex(irs_read(m, 0, IRS_IST_STATUSR, 4), IRS_IST_STATUSR_IDLE);
	assert_true(exists(m, 0));
	assert_true(exists(m, 2047));
	assert_false(exists(m, 2048));
	/* All zero to begin with. */
	assert_hex(guest_rcfg(m, 0, intid), 0);
	guest_setup(m, 0, intid, 0, 31);
	assert_hex(guest_rcfg(m, 0, intid), 0xf802);
	guest_write(m, 0, GIC_CDPEND, intid | GIC_CDPEND_PENDING);
	guest_write(m, 0, GIC_CDHM, intid | GIC_CDHM_HM);
	assert_hex(guest_ack(m, 0), VALID | intid);
	/* Level: what is pending stays so. */
	assert_hex(guest_rcfg(m, 0, intid), 0xf836);
	guest_write(m, 0, GIC_CDPEND, intid);
	assert_hex(guest_rcfg(m, 0, intid), 0xf832);
	guest_end(m, 0, intid);
	assert_hex(guest_rcfg(m, 0, intid), 0xf822);
	/* MAP_L2 means nothing to it. */
	assert_mistakes(m, 1, map_l2(m, 0));
}

/* Entries of 4, 8 and 16 bytes, L2 tables of 4, 16 and 64 KiB. */
TEST(two_levels_in_every_shape)
{
	(void)state;
	for (uint32_t shape = 0; shape < 9; shape++) {
		const uint32_t istsz = shape % 3, l2sz = shape / 3;
		const uint32_t bits = IST_L2_INDEX_BITS(istsz, l2sz);
		const uint32_t first = bits < 12 ? 1u << bits : 0;
		const uint32_t last = first +
				      (bits < 12 ? (1u << bits) : 4096) - 1;
		struct machine *m = machine_new(CONFIG(.backend = "soft-v5"));

		poke64(m, L1(bits < 12), L2(1));
		guest_ist(m, true, 12, istsz, l2sz);
		assert_true(is_valid(m));
		assert_false(exists(m, first));
		assert_mistakes(m, 0, map_l2(m, (first + last) / 2));
		/* The IRS made the entry valid in the guest's memory. */
		assert_hex(peek64(m, L1(bits < 12)), L2(1) | L1_ISTE_VALID);
		assert_true(exists(m, first));
		assert_true(exists(m, last));
		assert_false(exists(m, last + 1));
		assert_false(first && exists(m, first - 1));
		machine_end(m);
	}
}

/* More than one, some already valid: FreeBSD writes VALID itself. */
RULE(two_levels_one_by_one, 1)
{
	for (uint32_t n = 0; n < 4; n++) {
		poke64(m, L1(n), L2(n) | (n & 1 ? L1_ISTE_VALID : 0));
	}
	guest_ist(m, true, 12, 0, 0);
	for (uint32_t n = 0; n < 4; n++) {
		assert_mistakes(m, 0, map_l2(m, 1024 * n));
		assert_hex(peek64(m, L1(n)), L2(n) | L1_ISTE_VALID);
	}
	for (uint32_t n = 0; n < 4; n++) {
		const uint32_t intid = GICV5_LPI(1024 * n + 7);

		guest_setup(m, 0, intid, 0, 3);
		assert_int_equal(message(m, 1024 * n + 7), VGIC_OK);
		assert_hex(guest_ack(m, 0), VALID | intid);
		guest_end(m, 0, intid);
	}
	/* Again: it has what it has. */
	guest_setup(m, 0, GICV5_LPI(9), 0, 3);
	assert_mistakes(m, 0, map_l2(m, 9));
	assert_true(guest_rcfg(m, 0, GICV5_LPI(9)) & ICC_ICSR_EL1_Enabled);
}

/* What an earlier table left valid in memory is not a VMM's. */
RULE(an_empty_table_is_restored_empty, 1)
{
	static uint8_t snapshot[65536];
	struct vgic_snapshot_where where;
	int64_t size;

	poke64(m, L1(0), L2(0) | L1_ISTE_VALID);
	guest_ist(m, true, 12, 0, 0);
	leave(m, 0);
	size = vgic_snapshot_save(m->gic, snapshot, sizeof(snapshot));
	assert_true(size > 0);
	assert_int_equal(
		vgic_snapshot_restore(m->gic, snapshot, (size_t)size, &where),
		VGIC_OK);
	run(m, 0);
	assert_false(exists(m, 0));
	assert_true(is_valid(m));
}

/* While it is valid, neither place nor shape can change. */
RULE(fixed_while_valid, 1)
{
	const uint32_t cfgr = 10;

	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_LPI(1), 0, 3);
	assert_mistakes(
		m, 1,
		irs_write(m, 0, IRS_IST_BASER, 8, L2(0) | IRS_IST_BASER_VALID));
	assert_mistakes(m, 1, irs_write(m, 0, IRS_IST_BASER + 4, 4, 0x7f));
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8),
		   GUEST_IST | IRS_IST_BASER_VALID);
	assert_mistakes(
		m, 1,
		irs_write(m, 0, IRS_IST_CFGR, 4, IRS_IST_CFGR_STRUCTURE | 11));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), cfgr);
	assert_false(exists(m, 1024));
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(1)), 0x1802);
	/* Taken down, with another address: that one is kept. */
	assert_mistakes(m, 0, irs_write(m, 0, IRS_IST_BASER, 8, L2(0)));
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8), L2(0));
	assert_false(exists(m, 1));
	assert_mistakes(m, 0, irs_write(m, 0, IRS_IST_CFGR, 4, 11));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), 11);
}

/* What a table held is gone with it, also where it was queued or active. */
RULE(a_table_that_goes_takes_all_along, 2)
{
	guest_ist(m, false, 10, 0, 0);
	for (uint32_t id = 0; id < 4; id++) {
		guest_setup(m, 0, GICV5_LPI(id), id & 1, id);
		assert_int_equal(message(m, id), VGIC_OK);
	}
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(0));
	assert_hex(guest_ack(m, 1), VALID | GICV5_LPI(1));
	invalidate(m);
	assert_false(guest_irq(m, 0));
	assert_false(guest_irq(m, 1));
	assert_mistakes(m, 1, guest_write(m, 0, GIC_CDDI, GICV5_LPI(0)));
	guest_write(m, 0, ICC_APR_EL1, 0);
	guest_write(m, 1, ICC_APR_EL1, 0);
	/* The same words, for other LPIs: as new. */
	guest_ist(m, false, 12, 0, 0);
	for (uint32_t id = 0; id < 4096; id += 37) {
		assert_hex(guest_rcfg(m, 0, GICV5_LPI(id)), 0);
	}
	for (uint32_t id = 4095; id > 4080; id--) {
		guest_setup(m, 0, GICV5_LPI(id), id & 1, 3);
		assert_int_equal(message(m, id), VGIC_OK);
	}
	for (uint32_t id = 4095; id > 4080; id--) {
		assert_hex(guest_ack(m, id & 1), VALID | GICV5_LPI(id));
		guest_end(m, id & 1, GICV5_LPI(id));
	}
}

/* A change of an LPI that its table's end overtook is not the next one's. */
TEST(stale_changes_are_forgotten)
{
	MACHINE(.backend = "soft-v5");
	uint32_t index;

	guest_ist(m, false, 10, 0, 0);
	index = vgic_irq_index(m->gic, 0, GICV5_LPI(3));
	invalidate(m);
	vgic_irq_change(m->gic, NULL, index, VGIC_SET_EDGE, 0);
	vgic_irq_change(m->gic, NULL, index, VGIC_SET_ENABLE, 0);
	assert_hex(guest_ack(m, 0) & ~VALID & ~(uint64_t)GICV5_INTID_MASK, 0);
	vgic_irq_change(m->gic, NULL, index, VGIC_SET_EDGE, 0);
	guest_ist(m, false, 10, 0, 0);
	for (uint32_t id = 0; id < 1024; id++) {
		assert_hex(guest_rcfg(m, 0, GICV5_LPI(id)), 0);
	}
	machine_end(m);
}

/* LPI_ID_BITS out of range means the nearest in range. */
RULE(id_bits_out_of_range, 1)
{
	guest_ist(m, false, 0, 0, 0);
	assert_true(is_valid(m));
	assert_true(exists(m, 1023));
	assert_false(exists(m, 1024));
	invalidate(m);
	guest_ist(m, false, 31, 0, 0);
	assert_true(is_valid(m));
	assert_true(exists(m, 4095));
	assert_false(exists(m, 4096));
	assert_mistakes(m, 1, guest_write(m, 0, GIC_CDEN, GICV5_LPI(4096)));
	assert_mistakes(m, 1, guest_write(m, 0, GIC_CDEN, GICV5_LPI(0xffffff)));
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(4096)), ICC_ICSR_EL1_F);
}

/* Reserved sizes are not taken. */
RULE(reserved_sizes, 1)
{
	const uint64_t good = FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, 11);

	irs_write(m, 0, IRS_IST_CFGR, 4, good);
	assert_mistakes(m, 1,
			irs_write(m, 0, IRS_IST_CFGR, 4,
				  FIELD_PUT(IRS_IST_CFGR_ISTSZ, 3)));
	assert_mistakes(m, 1,
			irs_write(m, 0, IRS_IST_CFGR, 4,
				  FIELD_PUT(IRS_IST_CFGR_L2SZ, 3)));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), good);
	/* Bits that are not there. */
	assert_mistakes(m, 0,
			irs_write(m, 0, IRS_IST_CFGR, 4, 0xfffefe00 | good));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), good);
}

static void try_base(struct machine *m, uint64_t base)
{
	assert_mistakes(
		m, 1,
		irs_write(m, 0, IRS_IST_BASER, 8, base | IRS_IST_BASER_VALID));
	assert_false(is_valid(m));
	assert_false(exists(m, 0));
}

/* Outside RAM, half outside, at the end of the world. */
RULE(tables_outside_ram, 1)
{
	for (uint32_t two_level = 0; two_level < 2; two_level++) {
		irs_write(m, 0, IRS_IST_CFGR, 4,
			  12 | (two_level ? IRS_IST_CFGR_STRUCTURE : 0));
		try_base(m, 0);
		try_base(m, MACHINE_RAM - 0x40);
		try_base(m, BEYOND);
		try_base(m, MACHINE_IRS);
		try_base(m, IRS_IST_BASER_ADDR_MASK);
	}
	/* Begins in RAM, but 16 KiB do not fit. */
	irs_write(m, 0, IRS_IST_CFGR, 4, 12);
	try_base(m, BEYOND - 0x40);
	try_base(m, BEYOND - 0x3fc0);
	irs_write(m, 0, IRS_IST_BASER, 8,
		  (BEYOND - 0x4000) | IRS_IST_BASER_VALID);
	assert_true(is_valid(m));
}

/* L2 tables nowhere, over L1, over each other, over themselves. */
RULE(wild_l2_tables, 1)
{
	static const uint64_t nowhere[] = {
		0,	     MACHINE_RAM - 0x1000,
		BEYOND,	     BEYOND - 0x1000 + 0x1000,
		MACHINE_IRS, L1_ISTE_L2_ADDR_MASK,
		UINT64_MAX,
	};

	poke64(m, L1(0), 0);
	guest_ist(m, true, 12, 0, 0);
	for (size_t n = 0; n < sizeof(nowhere) / sizeof(nowhere[0]); n++) {
		poke64(m, L1(0), nowhere[n]);
		assert_mistakes(m, 1, map_l2(m, 3));
		assert_hex(peek64(m, L1(0)), nowhere[n]);
		assert_false(exists(m, 3));
	}
	/* Overlapping ones harm whoever put them there: here, nobody. */
	poke64(m, L1(0), GUEST_IST);
	poke64(m, L1(1), GUEST_IST);
	poke64(m, L1(2), L2(0));
	for (uint32_t n = 0; n < 3; n++) {
		assert_mistakes(m, 0, map_l2(m, 1024 * n));
		guest_setup(m, 0, GICV5_LPI(1024 * n), 0, 3);
		assert_int_equal(message(m, 1024 * n), VGIC_OK);
	}
	for (uint32_t n = 0; n < 3; n++) {
		assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(1024 * n));
		guest_end(m, 0, GICV5_LPI(1024 * n));
	}
	assert_hex(peek64(m, L1(0)), GUEST_IST | L1_ISTE_VALID);
	/* IDs that no entry stands for. */
	assert_mistakes(m, 1, map_l2(m, 4096));
	assert_mistakes(m, 1, map_l2(m, 0xffffff));
}

/* The L1 entry cannot be written: it is not made valid, nothing breaks. */
RULE(l1_in_rom, 1)
{
	poke64(m, L1(0), L2(0));
	guest_ist(m, true, 12, 0, 0);
	m->rom = true;
	assert_mistakes(m, 1, map_l2(m, 3));
	assert_hex(peek64(m, L1(0)), L2(0));
	m->rom = false;
	assert_mistakes(m, 0, map_l2(m, 3));
	assert_true(exists(m, 3));
}

/* No table, and MAP_L2 all the same. */
RULE(map_without_a_table, 1)
{
	irs_write(m, 0, IRS_IST_CFGR, 4, IRS_IST_CFGR_STRUCTURE | 12);
	assert_mistakes(m, 1, map_l2(m, 3));
	assert_false(exists(m, 3));
}

/* Another thread is at the table this very moment: once more. */
RULE(busy_table, 1)
{
	static const uint32_t writes[] = {
		IRS_IST_CFGR,
		IRS_IST_BASER,
		IRS_MAP_L2_ISTR,
	};
	uint64_t value = L2(0);

	vgic_store_relaxed(&m->gic->v5->ist_busy, 1);
	assert_hex(irs_read(m, 0, IRS_IST_STATUSR, 4), 0);
	for (size_t n = 0; n < sizeof(writes) / sizeof(writes[0]); n++) {
		assert_mistakes(m, 0,
				assert_false(irs_once(m, 0, writes[n], 4, true,
						      &value)));
	}
	vgic_store_relaxed(&m->gic->v5->ist_busy, 0);
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), 0);
	assert_hex(irs_read(m, 0, IRS_IST_BASER, 8), 0);
	assert_hex(irs_read(m, 0, IRS_IST_STATUSR, 4), 1);
}

/* More LPIs than can be backed at one time: those that can be, are. */
TEST(more_tables_than_words)
{
	MACHINE(.backend = "soft-v5", .lpi_id_bits = 16, .nr_lpis = 2048);

	assert_hex(FIELD_GET(IRS_IDR2_ID_BITS, irs_read(m, 0, IRS_IDR2, 4)),
		   16);
	/* 65536 entries fit in RAM, but not that many words. */
	irs_write(m, 0, IRS_IST_CFGR, 4, 16);
	assert_mistakes(m, 1,
			irs_write(m, 0, IRS_IST_BASER, 8,
				  GUEST_IST | IRS_IST_BASER_VALID));
	assert_false(is_valid(m));
	assert_false(exists(m, 0));
	for (uint32_t n = 0; n < 64; n++) {
		poke64(m, L1(n), L2(0));
	}
	guest_ist(m, true, 16, 0, 0);
	assert_mistakes(m, 0, map_l2(m, 65535));
	assert_mistakes(m, 0, map_l2(m, 30000));
	assert_mistakes(m, 1, map_l2(m, 0));
	assert_true(exists(m, 65535));
	assert_true(exists(m, 30000));
	guest_setup(m, 0, GICV5_LPI(65535), 0, 3);
	assert_int_equal(message(m, 65535), VGIC_OK);
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(65535));
	guest_end(m, 0, GICV5_LPI(65535));
	/* They are free again with the table. */
	invalidate(m);
	guest_ist(m, true, 16, 0, 0);
	assert_mistakes(m, 0, map_l2(m, 0));
	machine_end(m);
}

/* The last of 2^24: an ID costs nothing but where the guest has a table. */
TEST(all_24_bits_of_an_id)
{
	MACHINE(.backend = "soft-v5", .lpi_id_bits = 24, .nr_lpis = 16384);
	const uint32_t last = 0xffffff;

	poke64(m, L1(last >> 14), L2(0));
	guest_ist(m, true, 24, 0, 2);
	assert_true(is_valid(m));
	assert_mistakes(m, 0, map_l2(m, last));
	assert_hex(peek64(m, L1(last >> 14)), L2(0) | L1_ISTE_VALID);
	assert_true(exists(m, last - 16383));
	assert_false(exists(m, last - 16384));
	guest_setup(m, 0, GICV5_LPI(last), 0, 3);
	assert_int_equal(message(m, last), VGIC_OK);
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(last));
	guest_end(m, 0, GICV5_LPI(last));
	machine_end(m);
}

/* All IRSs of a VM share one table, whichever it is programmed through. */
TEST(one_table_for_all_irss)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .nr_irs = 2);

	poke64(m, L1(1), L2(0));
	irs_write(m, 0, IRS(1) + IRS_IST_CFGR, 4, IRS_IST_CFGR_STRUCTURE | 12);
	irs_write(m, 0, IRS(1) + IRS_IST_BASER, 8,
		  GUEST_IST | IRS_IST_BASER_VALID);
	for (uint32_t n = 0; n < 2; n++) {
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IST_CFGR, 4),
			   IRS_IST_CFGR_STRUCTURE | 12);
		assert_hex(irs_read(m, 0, IRS(n) + IRS_IST_BASER, 8),
			   GUEST_IST | IRS_IST_BASER_VALID);
		/* FreeBSD programs each of them: again changes nothing. */
		irs_write(m, 0, IRS(n) + IRS_IST_BASER, 8,
			  L2(3) | IRS_IST_BASER_VALID);
	}
	irs_write(m, 1, IRS(0) + IRS_MAP_L2_ISTR, 4, 1024);
	assert_hex(peek64(m, L1(1)), L2(0) | L1_ISTE_VALID);
	guest_setup(m, 0, GICV5_LPI(1030), 1, 3);
	for (uint32_t n = 0; n < 2; n++) {
		irs_write(m, 0, IRS(n) + IRS_FRAME_SIZE + IRS_SETLPIR, 4, 1030);
		assert_hex(guest_ack(m, 1), VALID | GICV5_LPI(1030));
		guest_end(m, 1, GICV5_LPI(1030));
	}
	irs_write(m, 0, IRS(0) + IRS_IST_BASER, 8, 0);
	assert_hex(irs_read(m, 0, IRS(1) + IRS_IST_BASER, 8), 0);
	assert_false(exists(m, 1030));
	machine_end(m);
}

/* An IRS without LPIs has no table. */
TEST(no_lpis)
{
	MACHINE(.backend = "soft-v5", .lpi_id_bits = 10, .nr_lpis = 0);

	assert_false(irs_read(m, 0, IRS_IDR2, 4) & IRS_IDR2_LPI);
	for (uint32_t two_level = 0; two_level < 2; two_level++) {
		assert_mistakes(m, 1, guest_ist(m, two_level, 10, 0, 0));
		assert_false(is_valid(m));
	}
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(0)), ICC_ICSR_EL1_F);
	machine_end(m);
}

/*
 * A VMM writes what it saved, VALID with it, and reads that back.  Unless it
 * has the table made before the first run there is none.
 */
TEST(restored_base_is_valid_until_it_is_not_made)
{
	(void)state;
	for (uint32_t make = 0; make < 2; make++) {
		struct machine *m =
			machine_create(CONFIG(.backend = "soft-v5"));
		uint64_t base = GUEST_IST | IRS_IST_BASER_VALID, got = 0;
		uint64_t cfgr = 12;

		assert_int_equal(vgic_uaccess_irs(m->vcpu[0], 0, IRS_IST_BASER,
						  true, &base),
				 0);
		assert_int_equal(vgic_uaccess_irs(m->vcpu[0], 0, IRS_IST_CFGR,
						  true, &cfgr),
				 0);
		assert_int_equal(vgic_uaccess_irs(m->vcpu[0], 0, IRS_IST_BASER,
						  false, &got),
				 0);
		assert_hex(got, GUEST_IST | IRS_IST_BASER_VALID);
		assert_int_equal(vgic_uaccess_ist_bits(m->vcpu[0]), 12);
		assert_false(exists(m, 0));
		if (make) {
			assert_int_equal(vgic_uaccess_make_ist(m->vcpu[0]), 0);
			assert_true(exists(m, 4095));
		}
		run(m, 0);
		assert_hex(irs_read(m, 0, IRS_IST_BASER, 8),
			   GUEST_IST | (make ? IRS_IST_BASER_VALID : 0));
		assert_int_equal(exists(m, 4095), make);
		machine_end(m);
	}
}

/* A reset takes the table along, and the words are as new. */
RULE(reset, 1)
{
	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_LPI(3), 0, 3);
	assert_int_equal(message(m, 3), VGIC_OK);
	leave(m, 0);
	vgic_reset(m->gic);
	assert_false(is_valid(m));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), 0);
	assert_false(exists(m, 3));
	guest_ist(m, false, 10, 0, 0);
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(3)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rule(linear),
		cmocka_unit_test(two_levels_in_every_shape),
		rule(two_levels_one_by_one),
		rule(an_empty_table_is_restored_empty),
		rule(fixed_while_valid),
		rule(a_table_that_goes_takes_all_along),
		cmocka_unit_test(stale_changes_are_forgotten),
		rule(id_bits_out_of_range),
		rule(reserved_sizes),
		rule(tables_outside_ram),
		rule(wild_l2_tables),
		rule(l1_in_rom),
		rule(map_without_a_table),
		rule(busy_table),
		cmocka_unit_test(more_tables_than_words),
		cmocka_unit_test(all_24_bits_of_an_id),
		cmocka_unit_test(one_table_for_all_irss),
		cmocka_unit_test(no_lpis),
		cmocka_unit_test(restored_base_is_valid_until_it_is_not_made),
		rule(reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
