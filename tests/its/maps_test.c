/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an ITS knows: by its commands alone, whatever stands in the guest's
 * memory; and what of it is written there, and read.
 */
#include <string.h>

#include <vgic/uaccess.h>

#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

/* One event after the other, so many in all. */
static void map_events(struct machine *m, uint32_t device, uint32_t n,
		       uint32_t icid)
{
	for (uint32_t i = 0; i < n; i++) {
		command(m, 0, 0, MAPTI(device, i, LPI(i), icid));
	}
}

/* What came before does not say where the next message goes. */
TEST(movall_does_not_route)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	command(m, 0, 0, MOVALL(0, 1));
	expect(m, 1, LPI(0));
	for (uint32_t n = 0; n < 3; n++) {
		assert_int_equal(msi(m, 1, 0), 1);
		expect(m, 0, LPI(0));
		expect(m, 1, SPURIOUS);
	}
	/* Still pending there, it comes along with the next. */
	assert_int_equal(msi(m, 1, 2), 1);
	m->late[1] = true;
	command(m, 0, 0, MOVALL(0, 1));
	assert_int_equal(msi(m, 1, 2), 1);
	m->late[1] = false;
	machine_serve(m, 1);
	machine_serve(m, 0);
	expect(m, 1, SPURIOUS);
	expect(m, 0, LPI(2));
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* MOVI and MAPC take along what is pending where the event went. */
TEST(moved_by_movall_stays)
{
	ITS_MACHINE(.nr_vcpus = 4);
	map_all(m);
	for (uint32_t v = 0; v < 4; v++) {
		run(m, v);
		m->late[v] = true;
	}
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 4), 1);
	command(m, 0, 0, MOVALL(0, 1));
	assert_int_equal(msi(m, 1, 8), 1);
	command(m, 0, 0, MOVI(1, 0, 2));
	command(m, 0, 0, MAPC(0, 3));
	for (uint32_t v = 0; v < 4; v++) {
		m->late[v] = false;
	}
	for (uint32_t v = 0; v < 8; v++) {
		machine_serve(m, v % 4);
	}
	expect(m, 0, SPURIOUS);
	expect(m, 2, SPURIOUS);
	expect(m, 3, LPI(8));
	for (uint32_t n = 0; n < 2; n++) {
		uint32_t intid = guest_ack(m, 1);

		assert_true(intid == LPI(0) || intid == LPI(4));
		guest_eoi(m, 1, intid);
	}
	expect(m, 1, SPURIOUS);
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 2, LPI(0));
	assert_int_equal(msi(m, 1, 4), 1);
	expect(m, 3, LPI(4));
	machine_end(m);
}

/* Saving leaves a VM as it is, and a collection for who names it later. */
TEST(saved_while_collections_are_full)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	for (uint32_t n = 2; n < 511; n++) {
		command(m, 0, 0, MAPC(n, 0));
	}
	command(m, 0, 0, MAPTI(1, 0, LPI(0), 511));
	assert_int_equal(save_tables(m), 0);
	run(m, 0);
	assert_int_equal(msi(m, 1, 0), 0);
	command(m, 0, 0, UNMAPC(5));
	command(m, 0, 0, MAPC(511, 0));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(0));
	machine_end(m);
}

/* Pages that only look like the ITS's are the guest's. */
TEST(saving_writes_what_is_mapped)
{
	ITS_MACHINE(.nr_vcpus = 1);
	const uint64_t data = MACHINE_RAM + 0x380000;

	map_all(m);
	for (uint32_t i = 0; i < 64; i++) {
		poke64(m, data + 8 * i, FIELD_PUT(GITS_ITE_pINTID, LPI(i)));
	}
	poke64(m, DEVICE_TABLE(0) + 8 * 9,
	       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, data >> 8) | 5);
	poke64(m, DEVICE_TABLE(0),
	       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, BEYOND >> 8) | 5);
	poke64(m, COLLECTION_TABLE(0) + 16,
	       GITS_CTE_Valid | FIELD_PUT(GITS_CTE_RDBase, 77) | 5);
	assert_int_equal(save_tables(m), 0);
	for (uint32_t i = 0; i < 64; i++) {
		assert_int_equal(peek64(m, data + 8 * i),
				 FIELD_PUT(GITS_ITE_pINTID, LPI(i)));
	}
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(m, 1, n), 1);
		expect(m, 0, LPI(n));
	}
	assert_int_equal(msi(m, 9, 0), 0);
	machine_end(m);
}

/* A table of events outside memory is not there for who restores it. */
TEST(saved_without_what_has_no_memory)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	command(m, 0, 0, MAPD(0, BEYOND, 5));
	command(m, 0, 0, MAPD(2, BEYOND - 256, 16));
	command(m, 0, 0, MAPTI(2, 3, LPI(40), 0));
	command(m, 0, 0, MAPTI(2, 9999, LPI(41), 0));
	command(m, 0, 0, MAPD(3, BEYOND - 256, 16));
	command(m, 0, 0, MAPD(4, UINT64_C(0xfffffffffff00), 2));
	command(m, 0, 0, MAPTI(4, 1, LPI(42), 0));
	assert_int_equal(save_tables(m), 0);
	run(m, 0);
	/* Nothing has changed for the guest. */
	assert_int_equal(msi(m, 2, 9999), 1);
	assert_int_equal(msi(m, 4, 1), 1);
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	assert_int_equal(msi(m, 1, 31), 1);
	expect(m, 0, LPI(31));
	assert_int_equal(msi(m, 2, 3), 1);
	assert_int_equal(msi(m, 2, 9999), 0);
	assert_int_equal(msi(m, 4, 1), 0);
	/* Of device 3 no entry could be read: it is not there. */
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(3, 0, LPI(43), 0)));
	machine_end(m);
}

/* LPIs without a configuration are refused where they are taken. */
TEST(saved_without_what_has_no_configuration)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = 16384);
	for (uint32_t v = 0; v < 2; v++) {
		mmio_write(m, v, gicr(v, GICR_CTLR), 4, 0);
	}
	mmio_write(m, 0, gicr(0, GICR_PROPBASER), 8,
		   PROP_TABLE | FIELD_PUT(GICR_PROPBASER_IDbits, 13));
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	map_all(m);
	command(m, 0, 0, MAPTI(1, 30, LPI(8192), 0));
	command(m, 0, 0, MAPTI(1, 31, LPI(8193), 1));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	/* That of a redistributor that takes none may get one yet. */
	assert_int_equal(vgic_check_msi(m->gic, 0, 1, 28), VGIC_OK);
	assert_int_equal(vgic_check_msi(m->gic, 0, 1, 30), VGIC_E_NOENT);
	assert_int_equal(vgic_check_msi(m->gic, 0, 1, 31), VGIC_E_BUSY);
	machine_end(m);
}

/* What went before the save does not come back by it. */
TEST(old_entries_do_not_come_back)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	command(m, 0, 0, MAPD(2, ITT(1), 5));
	command(m, 0, 0, MAPTI(2, 0, LPI(40), 0));
	assert_int_equal(save_tables(m), 0);
	for (uint32_t n = 0; n < 31; n++) {
		command(m, 0, 0, EVENT(DISCARD, 1, n));
	}
	command(m, 0, 0, UNMAPD(2));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	for (uint32_t n = 0; n < 31; n++) {
		assert_int_equal(msi(m, 1, n), 0);
	}
	assert_int_equal(msi(m, 1, 31), 1);
	assert_int_equal(msi(m, 2, 0), 0);
	machine_end(m);
}

/* Devices further apart than an entry can say, and many of them. */
TEST(saved_and_restored)
{
	static const uint32_t devices[] = {
		0, 1, 5, 8191, 16400, 33000, 65535
	};
	const uint32_t n = sizeof(devices) / sizeof(devices[0]);

	ITS_MACHINE(.nr_vcpus = 1);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER), 8,
		   GITS_BASER_Valid | (MACHINE_RAM + 0x200000) | 7 |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_64K));
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	command(m, 0, 0, MAPC(3, 0));
	for (uint32_t i = 0; i < n; i++) {
		configure(m, LPI(2 * i), 0xa0, true);
		configure(m, LPI(2 * i + 1), 0xa0, true);
		command(m, 0, 0, MAPD(devices[i], ITT(i), 8));
		command(m, 0, 0, MAPTI(devices[i], 255, LPI(2 * i), 3));
		command(m, 0, 0, MAPTI(devices[i], i, LPI(2 * i + 1), 3));
	}
	/* Junk that a reader would come upon. */
	poke64(m, MACHINE_RAM + 0x200000 + 8 * 40000,
	       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_Next, 1));
	poke64(m, MACHINE_RAM + 0x200000 + 8 * 33000 + 8 * 16383,
	       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_Next, 1));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(msi(m, devices[i], 255), 1);
		expect(m, 0, LPI(2 * i));
		assert_int_equal(msi(m, devices[i], i), 1);
		expect(m, 0, LPI(2 * i + 1));
	}
	machine_end(m);
}

/* A table of collections that is smaller has no room for some. */
TEST(saved_with_a_smaller_table)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | COLLECTION_TABLE(0) | 1);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPC(600, 0));
	command(m, 0, 0, MOVI(1, 7, 600));
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | COLLECTION_TABLE(0));
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	command(m, 0, 0, MAPC(0, 0));
	assert_wrong(m, 1, command(m, 0, 0, MAPC(600, 0)));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	assert_int_equal(msi(m, 1, 6), 1);
	expect(m, 0, LPI(6));
	assert_int_equal(msi(m, 1, 7), 0);
	machine_end(m);
}

/* Only so many events at a time; devices, too. */
TEST(events_run_out)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_events = 8);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(1, ITT(0), 5));
	map_events(m, 1, 8, 0);
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(1, 8, LPI(8), 0)));
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(1, 8, LPI(0), 3)));
	command(m, 0, 0, EVENT(DISCARD, 1, 3));
	command(m, 0, 0, MAPTI(1, 8, LPI(8), 0));
	assert_int_equal(msi(m, 1, 8), 1);
	for (uint32_t d = 2; d < 9; d++) {
		command(m, 0, 0, MAPD(d, ITT(1), 1));
	}
	assert_wrong(m, 1, command(m, 0, 0, MAPD(9, ITT(1), 1)));
	command(m, 0, 0, UNMAPD(1));
	command(m, 0, 0, MAPD(9, ITT(1), 1));
	/* Tables that say more than there is room for. */
	assert_int_equal(save_tables(m), 0);
	for (uint32_t i = 0; i < 9; i++) {
		poke64(m, ITT(2) + 8 * i,
		       FIELD_PUT(GITS_ITE_pINTID, LPI(i)) |
			       FIELD_PUT(GITS_ITE_Next, i < 8));
	}
	poke64(m, DEVICE_TABLE(0),
	       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, ITT(2) >> 8) | 4);
	assert_int_equal(restore_tables(m), VGIC_E_NOMEM);
	assert_int_equal(msi(m, 1, 0), 0);
	machine_end(m);
}

/* As many collections as a page has entries for, whatever they are called. */
TEST(collections_run_out)
{
	ITS_MACHINE(.nr_vcpus = 1);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER + 8), 8,
		   GITS_BASER_Valid | (MACHINE_RAM + 0x200000) | 7 |
			   FIELD_PUT(GITS_BASER_Page_Size,
				     GITS_BASER_Page_Size_64K));
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	for (uint32_t n = 0; n < 512; n++) {
		command(m, 0, 0, MAPC(65535 - 127 * n, 0));
	}
	assert_wrong(m, 1, command(m, 0, 0, MAPC(1, 0)));
	command(m, 0, 0, UNMAPC(65535));
	command(m, 0, 0, MAPC(1, 0));
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	assert_wrong(m, 1, command(m, 0, 0, MAPC(2, 0)));
	machine_end(m);
}

/*
 * Tables that name one LPI for all events of all devices, or no event at all,
 * for as many as there may be: no more is looked at than there is room for.
 */
TEST(hostile_tables_end)
{
	for (uint32_t round = 0; round < 2; round++) {
		ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = VGIC_MAX_LPIS);
		const uint64_t table = MACHINE_RAM + 0x200000;
		const uint64_t itt = MACHINE_RAM + 0x300000;

		mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
		mmio_write(m, 0, gits(0, GITS_BASER), 8,
			   GITS_BASER_Valid | table | 7 |
				   FIELD_PUT(GITS_BASER_Page_Size,
					     GITS_BASER_Page_Size_64K));
		poke64(m, COLLECTION_TABLE(0), GITS_CTE_Valid);
		for (uint32_t i = 0; i < 65536; i++) {
			poke64(m, itt + 8 * i,
			       FIELD_PUT(GITS_ITE_pINTID, round ? 0 : LPI(0)) |
				       FIELD_PUT(GITS_ITE_Next, i < 65535));
			poke64(m, table + 8 * i,
			       GITS_DTE_Valid |
				       FIELD_PUT(GITS_DTE_ITT, itt >> 8) | 15 |
				       FIELD_PUT(GITS_DTE_Next, i < 65535));
		}
		assert_int_equal(restore_tables(m), VGIC_E_NOMEM);
		assert_int_equal(m->gic->records->devices.used, 0);
		machine_end(m);
	}
}

/* So many empty tables that a restore would not look at them all. */
TEST(saved_as_far_as_it_is_restored)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = 4096);
	map_all(m);
	for (uint32_t d = 2; d < 400; d++) {
		command(m, 0, 0, MAPD(d, MACHINE_RAM + 0x200000, 16));
	}
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(restore_tables(m), 0);
	assert_in_range(m->gic->records->devices.used, 200, 300);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(movall_does_not_route),
		cmocka_unit_test(moved_by_movall_stays),
		cmocka_unit_test(saved_while_collections_are_full),
		cmocka_unit_test(saving_writes_what_is_mapped),
		cmocka_unit_test(saved_without_what_has_no_memory),
		cmocka_unit_test(saved_without_what_has_no_configuration),
		cmocka_unit_test(old_entries_do_not_come_back),
		cmocka_unit_test(saved_and_restored),
		cmocka_unit_test(saved_with_a_smaller_table),
		cmocka_unit_test(events_run_out),
		cmocka_unit_test(collections_run_out),
		cmocka_unit_test(hostile_tables_end),
		cmocka_unit_test(saved_as_far_as_it_is_restored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
