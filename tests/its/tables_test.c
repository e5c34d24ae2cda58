/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/its/tables.c, and commands that are wrong: what a guest can put into
 * tables and queues that are its own memory.
 */
#include "tests/machine/its.h"
#include "tests/machine/test.h"

/* Bytes that only look like entries. */
static uint64_t noise(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

TEST(wrong_commands)
{
	ITS_MACHINE(.nr_vcpus = 2);
	const struct its_cmd wrong[] = {
		{ { 0 } },
		{ { 0x02 } },
		{ { 0x10 } },
		{ { 0xff, ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0) } },
		MAPD(0x10000, ITT(1), 5),
		/* The flat table has 8192 entries. */
		MAPD(8192, ITT(1), 5),
		MAPD(2, ITT(1), 17),
		MAPC(3, 2),
		MAPC(3, UINT64_C(0x100000001)),
		MAPTI(1, 32, LPI(40), 0),
		MAPTI(2, 0, LPI(40), 0),
		MAPTI(1, 0, LPI(64), 0),
		MAPTI(1, 0, LPI(-1), 0),
		MAPTI(1, 0, 0, 0),
		MAPTI(1, 0, UINT32_MAX, 0),
		MAPI(1, 1, 0),
		MOVI(1, 0, 9),
		MOVI(1, 32, 1),
		MOVI(2, 0, 1),
		EVENT(DISCARD, 2, 0),
		EVENT(INT, 1, 32),
		EVENT(CLEAR, 1, 0xffffffff),
		EVENT(INV, 2, 0),
		INVALL(9),
		MOVALL(0, 2),
		MOVALL(2, 0),
		SYNC(2),
	};

	map_all(m);
	run(m, 0);
	run(m, 1);
	for (uint32_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_wrong(m, 1, command(m, 0, 0, wrong[i]));
	}
	assert_int_equal(stats_of(m, 0).guest_errors,
			 sizeof(wrong) / sizeof(wrong[0]));
	/* All is as it was. */
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(m, 1, n), 1);
		expect(m, n % 2, LPI(n));
	}
	machine_end(m);
}

/* An event that is mapped, discarded and mapped once more. */
TEST(mapped_twice)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_its = 2);
	map_all(m);
	run(m, 0);
	/* Another LPI: the first is nobody's. */
	command(m, 0, 0, MAPTI(1, 0, LPI(40), 0));
	configure(m, LPI(40), 0x80, true);
	command(m, 0, 0, EVENT(INV, 1, 0));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(40));
	assert_int_equal(info_of(m, 0, LPI(0)).target, UINT32_MAX);
	/* One LPI, two events: both are good for it. */
	command(m, 0, 0, MAPTI(1, 2, LPI(3), 0));
	assert_int_equal(msi(m, 1, 2), 1);
	expect(m, 0, LPI(3));
	assert_int_equal(msi(m, 1, 3), 1);
	expect(m, 0, LPI(3));
	assert_int_equal(info_of(m, 0, LPI(2)).target, UINT32_MAX);
	/* The last one that was mapped goes: which is left is not known. */
	command(m, 0, 0, EVENT(DISCARD, 1, 2));
	configure(m, LPI(3), 0x40, true);
	command(m, 0, 0, INVALL(0));
	assert_int_equal(info_of(m, 0, LPI(3)).priority, 0x40);
	assert_int_equal(msi(m, 1, 3), 1);
	expect(m, 0, LPI(3));
	/* Another ITS's event. */
	command(m, 0, 1, MAPC(0, 0));
	command(m, 0, 1, MAPD(1, ITT(4), 5));
	command(m, 0, 1, MAPTI(1, 9, LPI(5), 0));
	assert_int_equal(msi(m, 1, 5), 1);
	expect(m, 0, LPI(5));
	assert_int_equal(vgic_inject_msi(m->gic, 1, 1, 9), 1);
	machine_serve(m, 0);
	expect(m, 0, LPI(5));
	command(m, 0, 0, EVENT(DISCARD, 1, 5));
	assert_int_equal(msi(m, 1, 5), 0);
	assert_int_equal(vgic_inject_msi(m->gic, 1, 1, 9), 1);
	machine_serve(m, 0);
	expect(m, 0, LPI(5));
	machine_end(m);
}

/* Two devices with the same ITT have events of their own. */
TEST(overlapping_itts)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	run(m, 0);
	command(m, 0, 0, MAPD(2, ITT(0), 4));
	command(m, 0, 0, MAPD(3, ITT(0) + 256, 2));
	assert_int_equal(msi(m, 2, 6), 0);
	command(m, 0, 0, MAPTI(2, 6, LPI(40), 0));
	configure(m, LPI(40), 0x80, true);
	command(m, 0, 0, EVENT(INV, 2, 6));
	assert_int_equal(msi(m, 2, 6), 1);
	expect(m, 0, LPI(40));
	assert_int_equal(msi(m, 1, 6), 1);
	expect(m, 0, LPI(6));
	command(m, 0, 0, UNMAPD(2));
	assert_int_equal(msi(m, 2, 6), 0);
	assert_int_equal(msi(m, 1, 6), 1);
	expect(m, 0, LPI(6));
	machine_end(m);
}

/* Tables that the guest has no memory for, or only for their beginnings. */
TEST(tables_outside_ram)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	configure(m, LPI(40), 0x80, true);
	run(m, 0);
	/* An ITT is needed when it is saved, and then it may be left out. */
	command(m, 0, 0, MAPD(2, BEYOND, 5));
	command(m, 0, 0, MAPTI(2, 0, LPI(40), 0));
	assert_int_equal(msi(m, 2, 0), 1);
	expect(m, 0, LPI(40));
	command(m, 0, 0, EVENT(DISCARD, 2, 0));
	command(m, 0, 0, UNMAPD(2));
	/* The configuration table: nothing is enabled. */
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	mmio_write(m, 0, gicr(0, GICR_PROPBASER), 8,
		   BEYOND | FIELD_PUT(GICR_PROPBASER_IDbits, 15));
	mmio_write(m, 0, gicr(0, GICR_PENDBASER), 8, BEYOND);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, SPURIOUS);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	/* Neither tables nor queue. */
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER), 8, GITS_BASER_Valid | BEYOND);
	mmio_write(m, 0, gits(0, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | (BEYOND - 4096) | 1);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	assert_wrong(m, 1, command(m, 0, 0, MAPD(1, ITT(0), 5)));
	assert_int_equal(msi(m, 1, 0), 0);
	/* The list of collections needs an end. */
	assert_wrong(m, 1, command(m, 0, 0, MAPC(511, 0)));
	assert_wrong(m, 1, command(m, 0, 0, MAPC(1023, 0)));
	command(m, 0, 0, MAPC(510, 0));
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_CBASER), 8, GITS_CBASER_Valid | BEYOND);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	assert_wrong(m, 3, mmio_write(m, 0, gits(0, GITS_CWRITER), 8, 96));
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_CREADR), 8), 96);
	machine_end(m);
}

/* Entries that the guest made itself lead nowhere. */
TEST(scribbled_entries)
{
	ITS_MACHINE(.nr_vcpus = 1);

	map_all(m);
	run(m, 0);
	for (uint32_t i = 0; i < 64; i++) {
		poke64(m, ITT(0) + 8 * i,
		       FIELD_PUT(GITS_ITE_pINTID, LPI(i ^ 1)));
		poke64(m, DEVICE_TABLE(0) + 8 * i,
		       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, BEYOND >> 8) |
			       15);
		poke64(m, COLLECTION_TABLE(0) + 8 * i,
		       GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 7) | i);
	}
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(m, 1, n), 1);
		expect(m, 0, LPI(n));
	}
	assert_int_equal(msi(m, 1, 32), 0);
	assert_int_equal(msi(m, 2, 0), 0);
	assert_wrong(m, 1, command(m, 0, 0, MOVI(1, 3, 1)));
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(2, 0, LPI(40), 0)));
	/* Commands write what has gone. */
	command(m, 0, 0, EVENT(DISCARD, 1, 3));
	assert_int_equal(peek64(m, ITT(0) + 24), 0);
	command(m, 0, 0, UNMAPD(1));
	assert_int_equal(peek64(m, DEVICE_TABLE(0) + 8), 0);
	command(m, 0, 0, UNMAPD(2));
	assert_int_equal(peek64(m, DEVICE_TABLE(0) + 16), 0);
	machine_end(m);
}

/* Devices in two levels: pages of each size. */
TEST(two_levels)
{
	for (uint32_t psz = 0; psz < 3; psz++) {
		ITS_MACHINE(.nr_vcpus = 1);
		const uint32_t per_page = (4096u << 2 * psz) / 8;
		const uint32_t device = per_page + 3;
		const uint64_t l1 = DEVICE_TABLE(1), l2 = DEVICE_TABLE(2);

		mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
		mmio_write(m, 0, gits(0, GITS_BASER), 8,
			   GITS_BASER_Valid | GITS_BASER_Indirect | l1 |
				   FIELD_PUT(GITS_BASER_Page_Size, psz));
		mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
		assert_wrong(m, 1, command(m, 0, 0, MAPD(device, ITT(0), 3)));
		/* Bits below a page are not the address's. */
		poke64(m, l1 + 8, GITS_L1E_Valid | l2 | 0xfff);
		command(m, 0, 0, MAPD(device, ITT(0), 3));
		assert_int_equal(save_tables(m), 0);
		assert_int_equal(peek64(m, l2 + 24),
				 GITS_DTE_Valid |
					 FIELD_PUT(GITS_DTE_ITT, ITT(0) >> 8) |
					 2);
		command(m, 0, 0, MAPC(0, 0));
		configure(m, LPI(1), 0, true);
		command(m, 0, 0, MAPTI(device, 7, LPI(1), 0));
		run(m, 0);
		assert_int_equal(msi(m, device, 7), 1);
		expect(m, 0, LPI(1));
		assert_int_equal(msi(m, device - per_page, 7), 0);
		assert_int_equal(msi(m, device + per_page, 7), 0);
		/* The way there is for commands, and what they made stays. */
		poke64(m, l1 + 8, l2);
		assert_int_equal(msi(m, device, 7), 1);
		expect(m, 0, LPI(1));
		assert_wrong(m, 1, command(m, 0, 0, UNMAPD(device)));
		poke64(m, l1 + 8, GITS_L1E_Valid | BEYOND);
		assert_wrong(m, 1, command(m, 0, 0, UNMAPD(device)));
		machine_end(m);
	}
}

/* As many as a page has entries for; saved, they have no gaps and an end. */
TEST(collections)
{
	ITS_MACHINE(.nr_vcpus = 4);
	const uint64_t table = COLLECTION_TABLE(0);

	for (uint32_t n = 0; n < 512; n++) {
		command(m, 0, 0, MAPC(n, n % 4));
	}
	assert_wrong(m, 1, command(m, 0, 0, MAPC(512, 0)));
	command(m, 0, 0, MAPC(0, 3));
	assert_int_equal(peek64(m, table), 0);
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(peek64(m, table),
			 GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 3));
	assert_int_equal(peek64(m, table + 8 * 511),
			 GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 3) | 511);
	assert_int_equal(peek64(m, table + 8 * 512), 0);
	command(m, 0, 0, UNMAPC(2));
	command(m, 0, 0, UNMAPC(2));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(peek64(m, table + 16),
			 GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 3) | 3);
	assert_int_equal(peek64(m, table + 8 * 511), 0);
	for (uint32_t n = 0; n < 512; n++) {
		command(m, 0, 0, UNMAPC(n));
	}
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(peek64(m, table), 0);
	machine_end(m);
}

/* Tables, queue and configuration full of noise. */
TEST(noise_everywhere)
{
	uint64_t seed = 88172645463325252;

	for (uint32_t round = 0; round < 200; round++) {
		ITS_MACHINE(.nr_vcpus = 2, .nr_lrs = 2);
		uint32_t cmd = 0;

		map_all(m);
		run(m, 0);
		run(m, 1);
		for (uint32_t i = 0; i < 0x300; i++) {
			poke64(m, DEVICE_TABLE(0) + 8 * i, noise(&seed));
			poke64(m, ITT(0) + 8 * (i % 64),
			       FIELD_PUT(GITS_ITE_pINTID,
					 LPI(noise(&seed) % 70)) |
				       (noise(&seed) % 5));
			poke64(m, PROP_TABLE + 8 * (i % 8), noise(&seed));
		}
		poke64(m, DEVICE_TABLE(0) + 8,
		       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, ITT(0) >> 8) |
			       5);
		for (uint32_t i = 0; i < 100; i++) {
			const uint64_t dw1 = noise(&seed) % 34 |
					     (uint64_t)LPI(noise(&seed) % 66)
						     << 32;
			const uint64_t rd = (noise(&seed) % 3) << 16;

			cmd = (uint32_t)(noise(&seed) % 0x11);
			command(m, i % 2, 0,
				(struct its_cmd){
					{ cmd | UINT64_C(1) << 32, dw1,
					  rd | noise(&seed) % 4 |
						  noise(&seed) << 63 | ITT(0),
					  rd } });
			(void)msi(m, 1, (uint32_t)(noise(&seed) % 40));
			if (noise(&seed) % 8 == 0) {
				mmio_write(m, 0, gicr(1, GICR_CTLR), 4,
					   noise(&seed) & 1);
			}
			if (noise(&seed) % 4 == 0) {
				uint32_t got = guest_ack(m, i % 2);

				guest_eoi(m, i % 2, got);
			}
			machine_check(m);
		}
		machine_end(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_commands),
		cmocka_unit_test(mapped_twice),
		cmocka_unit_test(overlapping_itts),
		cmocka_unit_test(tables_outside_ram),
		cmocka_unit_test(scribbled_entries),
		cmocka_unit_test(two_levels),
		cmocka_unit_test(collections),
		cmocka_unit_test(noise_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
