/* SPDX-License-Identifier: BSD-2-Clause */
/* src/its/commands.c: what each command does, and to whom. */
#include <vgic/uaccess.h>

#include "tests/machine/its.h"
#include "tests/machine/test.h"

TEST(message_becomes_lpi)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 4), 1);
	assert_int_equal(msi(m, 1, 5), 1);
	expect(m, 0, LPI(4));
	expect(m, 1, LPI(5));
	expect(m, 0, SPURIOUS);
	expect(m, 1, SPURIOUS);
	stop(m, 1);
	assert_int_equal(stats_of(m, 0).injected[VGIC_LPI], 1);
	assert_int_equal(stats_of(m, 1).delivered[VGIC_LPI], 1);
	assert_int_equal(its_stats(m, 0).translated, 2);
	machine_end(m);
}

TEST(commands_set_clear_and_configure)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	run(m, 0);
	command(m, 0, 0, EVENT(INT, 1, 3));
	expect(m, 0, LPI(3));
	command(m, 0, 0, EVENT(INT, 1, 3));
	command(m, 0, 0, EVENT(CLEAR, 1, 3));
	expect(m, 0, SPURIOUS);
	/* The configuration that counts is the one read last. */
	configure(m, LPI(3), 0x40, false);
	command(m, 0, 0, EVENT(INT, 1, 3));
	expect(m, 0, LPI(3));
	command(m, 0, 0, EVENT(INV, 1, 3));
	command(m, 0, 0, EVENT(INT, 1, 3));
	expect(m, 0, SPURIOUS);
	configure(m, LPI(3), 0x40, true);
	command(m, 0, 0, INVALL(0));
	assert_int_equal(info_of(m, 0, LPI(3)).priority, 0x40);
	expect(m, 0, LPI(3));
	command(m, 0, 0, SYNC(0));
	machine_end(m);
}

TEST(moved_while_pending)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	command(m, 1, 0, MOVI(1, 0, 1));
	expect(m, 0, SPURIOUS);
	expect(m, 1, LPI(0));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 1, LPI(0));
	/* A collection, with all that is in it. */
	assert_int_equal(msi(m, 1, 1), 1);
	command(m, 0, 0, MAPC(1, 0));
	expect(m, 1, SPURIOUS);
	expect(m, 0, LPI(1));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(0));
	machine_end(m);
}

/* What is pending moves, what comes later goes where it is mapped. */
TEST(all_moved)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 2), 1);
	command(m, 0, 0, MOVALL(0, 1));
	expect(m, 0, SPURIOUS);
	expect(m, 1, LPI(2));
	assert_int_equal(msi(m, 1, 4), 1);
	expect(m, 0, LPI(4));
	command(m, 0, 0, MAPC(0, 0));
	assert_int_equal(msi(m, 1, 2), 1);
	expect(m, 0, LPI(2));
	command(m, 0, 0, MOVALL(1, 1));
	machine_end(m);
}

TEST(discarded_and_unmapped)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	run(m, 0);
	assert_int_equal(msi(m, 1, 7), 1);
	command(m, 0, 0, EVENT(DISCARD, 1, 7));
	expect(m, 0, SPURIOUS);
	assert_false(info_of(m, 0, LPI(7)).pending);
	assert_int_equal(msi(m, 1, 7), 0);
	assert_int_equal(msi(m, 1, 8), 1);
	command(m, 0, 0, UNMAPD(1));
	expect(m, 0, SPURIOUS);
	assert_int_equal(msi(m, 1, 8), 0);
	assert_wrong(m, 1, command(m, 0, 0, EVENT(INT, 1, 8)));
	assert_int_equal(its_stats(m, 0).dropped, 2);
	machine_end(m);
}

/*
 * Each command reads the configuration as it is then, though one write of
 * GITS_CWRITER has them all taken: here DISCARD clears eight bytes of it.
 */
TEST(configuration_changes_between_commands)
{
	ITS_MACHINE(.nr_vcpus = 1);
	const struct its_cmd cmds[] = { EVENT(INV, 1, 0), EVENT(DISCARD, 1, 1),
					EVENT(INV, 1, 2) };
	uint32_t offset;

	map_all(m);
	/* The table of events is where LPIs have their configuration. */
	command(m, 0, 0, MAPD(1, PROP_TABLE, 5));
	for (uint32_t n = 0; n < 3; n++) {
		/* Event 1's entry is the configuration of LPIs 8 .. 15. */
		command(m, 0, 0, MAPTI(1, n, LPI(n ? 7 + n : 0), 0));
	}
	assert_true(info_of(m, 0, LPI(9)).enabled);
	offset = (uint32_t)mmio_read(m, 0, gits(0, GITS_CWRITER), 8);
	for (uint32_t i = 0; i < 3; i++) {
		queue_at(m, 0, offset + GITS_CMD_SIZE * i, cmds[i]);
	}
	mmio_write(m, 0, gits(0, GITS_CWRITER), 8, offset + GITS_CMD_SIZE * 3);
	assert_true(info_of(m, 0, LPI(0)).enabled);
	assert_false(info_of(m, 0, LPI(9)).enabled);
	assert_int_equal(its_stats(m, 0).command_errors, 0);
	machine_end(m);
}

/*
 * Commands name a redistributor by its GICR_TYPER.Processor_Number, which
 * need not be the vCPU's index, and so do the saved collections.
 */
TEST(processors_have_numbers)
{
	static const uint32_t numbers[] = { 1, 7 };

	ITS_MACHINE(.nr_vcpus = 2, .numbers = numbers);
	assert_int_equal(FIELD_GET(GICR_TYPER_Processor_Number,
				   mmio_read(m, 0, gicr(1, GICR_TYPER), 8)),
			 7);
	run(m, 0);
	run(m, 1);
	configure(m, LPI(0), 0xa0, true);
	assert_wrong(m, 1, command(m, 0, 0, MAPC(0, 0)));
	assert_wrong(m, 1, command(m, 0, 0, SYNC(0)));
	assert_wrong(m, 1, command(m, 0, 0, MOVALL(1, 0)));
	assert_wrong(m, 0, {
		command(m, 0, 0, MAPC(0, 1));
		command(m, 0, 0, MAPC(1, 7));
		command(m, 0, 0, MAPD(1, ITT(0), 5));
		command(m, 0, 0, MAPTI(1, 0, LPI(0), 1));
		command(m, 0, 0, SYNC(7));
	});
	assert_int_equal(msi(m, 1, 0), 1);
	command(m, 0, 0, MOVALL(7, 1));
	expect(m, 1, SPURIOUS);
	expect(m, 0, LPI(0));
	stop(m, 0);
	stop(m, 1);
	vgic_put(m->vcpu[0]);
	vgic_put(m->vcpu[1]);
	assert_int_equal(vgic_uaccess_save_its(m->vcpu[0], 0), 0);
	assert_int_equal(
		FIELD_GET(GITS_CTE_RDBase, peek64(m, COLLECTION_TABLE(0))), 1);
	assert_int_equal(
		FIELD_GET(GITS_CTE_RDBase, peek64(m, COLLECTION_TABLE(0) + 8)),
		7);
	assert_int_equal(vgic_uaccess_restore_its(m->vcpu[0], 0), 0);
	vgic_load(m->vcpu[0]);
	vgic_load(m->vcpu[1]);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 1, LPI(0));
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_becomes_lpi),
		cmocka_unit_test(commands_set_clear_and_configure),
		cmocka_unit_test(moved_while_pending),
		cmocka_unit_test(all_moved),
		cmocka_unit_test(discarded_and_unmapped),
		cmocka_unit_test(configuration_changes_between_commands),
		cmocka_unit_test(processors_have_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
