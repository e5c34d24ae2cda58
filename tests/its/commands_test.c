/* SPDX-License-Identifier: BSD-2-Clause */
/* src/its/commands.c: what each command does, and to whom. */
#include <vgic/uaccess.h>

#include "guest.h"

TEST(message_becomes_lpi)
{
	ITS_WORLD(.nr_vcpus = 2);
	map_all(w);
	run(w, 0);
	run(w, 1);
	assert_int_equal(msi(w, 1, 4), 1);
	assert_int_equal(msi(w, 1, 5), 1);
	expect(w, 0, LPI(4));
	expect(w, 1, LPI(5));
	expect(w, 0, SPURIOUS);
	expect(w, 1, SPURIOUS);
	stop(w, 1);
	assert_int_equal(stats_of(w, 0).injected[VGIC_LPI], 1);
	assert_int_equal(stats_of(w, 1).delivered[VGIC_LPI], 1);
	assert_int_equal(its_stats(w, 0).translated, 2);
	world_end(w);
}

TEST(commands_set_clear_and_configure)
{
	ITS_WORLD(.nr_vcpus = 1);
	map_all(w);
	run(w, 0);
	command(w, 0, 0, EVENT(INT, 1, 3));
	expect(w, 0, LPI(3));
	command(w, 0, 0, EVENT(INT, 1, 3));
	command(w, 0, 0, EVENT(CLEAR, 1, 3));
	expect(w, 0, SPURIOUS);
	/* The configuration that counts is the one read last. */
	configure(w, LPI(3), 0x40, false);
	command(w, 0, 0, EVENT(INT, 1, 3));
	expect(w, 0, LPI(3));
	command(w, 0, 0, EVENT(INV, 1, 3));
	command(w, 0, 0, EVENT(INT, 1, 3));
	expect(w, 0, SPURIOUS);
	configure(w, LPI(3), 0x40, true);
	command(w, 0, 0, INVALL(0));
	assert_int_equal(info_of(w, 0, LPI(3)).priority, 0x40);
	expect(w, 0, LPI(3));
	command(w, 0, 0, SYNC(0));
	world_end(w);
}

TEST(moved_while_pending)
{
	ITS_WORLD(.nr_vcpus = 2);
	map_all(w);
	run(w, 0);
	run(w, 1);
	assert_int_equal(msi(w, 1, 0), 1);
	command(w, 1, 0, MOVI(1, 0, 1));
	expect(w, 0, SPURIOUS);
	expect(w, 1, LPI(0));
	assert_int_equal(msi(w, 1, 0), 1);
	expect(w, 1, LPI(0));
	/* A collection, with all that is in it. */
	assert_int_equal(msi(w, 1, 1), 1);
	command(w, 0, 0, MAPC(1, 0));
	expect(w, 1, SPURIOUS);
	expect(w, 0, LPI(1));
	assert_int_equal(msi(w, 1, 0), 1);
	expect(w, 0, LPI(0));
	world_end(w);
}

/* What is pending moves, what comes later goes where it is mapped. */
TEST(all_moved)
{
	ITS_WORLD(.nr_vcpus = 2);
	map_all(w);
	run(w, 0);
	run(w, 1);
	assert_int_equal(msi(w, 1, 2), 1);
	command(w, 0, 0, MOVALL(0, 1));
	expect(w, 0, SPURIOUS);
	expect(w, 1, LPI(2));
	assert_int_equal(msi(w, 1, 4), 1);
	expect(w, 0, LPI(4));
	command(w, 0, 0, MAPC(0, 0));
	assert_int_equal(msi(w, 1, 2), 1);
	expect(w, 0, LPI(2));
	command(w, 0, 0, MOVALL(1, 1));
	world_end(w);
}

TEST(discarded_and_unmapped)
{
	ITS_WORLD(.nr_vcpus = 1);
	map_all(w);
	run(w, 0);
	assert_int_equal(msi(w, 1, 7), 1);
	command(w, 0, 0, EVENT(DISCARD, 1, 7));
	expect(w, 0, SPURIOUS);
	assert_false(info_of(w, 0, LPI(7)).pending);
	assert_int_equal(msi(w, 1, 7), 0);
	assert_int_equal(msi(w, 1, 8), 1);
	command(w, 0, 0, UNMAPD(1));
	expect(w, 0, SPURIOUS);
	assert_int_equal(msi(w, 1, 8), 0);
	assert_wrong(w, 1, command(w, 0, 0, EVENT(INT, 1, 8)));
	assert_int_equal(its_stats(w, 0).dropped, 2);
	world_end(w);
}

/*
 * Each command reads the configuration as it is then, though one write of
 * GITS_CWRITER has them all taken: here DISCARD clears eight bytes of it.
 */
TEST(configuration_changes_between_commands)
{
	ITS_WORLD(.nr_vcpus = 1);
	const struct its_cmd cmds[] = { EVENT(INV, 1, 0), EVENT(DISCARD, 1, 1),
					EVENT(INV, 1, 2) };
	uint32_t offset;

	map_all(w);
	/* The table of events is where LPIs have their configuration. */
	command(w, 0, 0, MAPD(1, PROP_TABLE, 5));
	for (uint32_t n = 0; n < 3; n++) {
		/* Event 1's entry is the configuration of LPIs 8 .. 15. */
		command(w, 0, 0, MAPTI(1, n, LPI(n ? 7 + n : 0), 0));
	}
	assert_true(info_of(w, 0, LPI(9)).enabled);
	offset = (uint32_t)mmio_read(w, 0, gits(0, GITS_CWRITER), 8);
	for (uint32_t i = 0; i < 3; i++) {
		queue_at(w, 0, offset + GITS_CMD_SIZE * i, cmds[i]);
	}
	mmio_write(w, 0, gits(0, GITS_CWRITER), 8, offset + GITS_CMD_SIZE * 3);
	assert_true(info_of(w, 0, LPI(0)).enabled);
	assert_false(info_of(w, 0, LPI(9)).enabled);
	assert_int_equal(its_stats(w, 0).command_errors, 0);
	world_end(w);
}

/*
 * Commands name a redistributor by its GICR_TYPER.Processor_Number, which
 * need not be the vCPU's index, and so do the saved collections.
 */
TEST(processors_have_numbers)
{
	static const uint32_t numbers[] = { 1, 7 };

	ITS_WORLD(.nr_vcpus = 2, .numbers = numbers);
	assert_int_equal(FIELD_GET(GICR_TYPER_Processor_Number,
				   mmio_read(w, 0, gicr(1, GICR_TYPER), 8)),
			 7);
	run(w, 0);
	run(w, 1);
	configure(w, LPI(0), 0xa0, true);
	assert_wrong(w, 1, command(w, 0, 0, MAPC(0, 0)));
	assert_wrong(w, 1, command(w, 0, 0, SYNC(0)));
	assert_wrong(w, 1, command(w, 0, 0, MOVALL(1, 0)));
	assert_wrong(w, 0, {
		command(w, 0, 0, MAPC(0, 1));
		command(w, 0, 0, MAPC(1, 7));
		command(w, 0, 0, MAPD(1, ITT(0), 5));
		command(w, 0, 0, MAPTI(1, 0, LPI(0), 1));
		command(w, 0, 0, SYNC(7));
	});
	assert_int_equal(msi(w, 1, 0), 1);
	command(w, 0, 0, MOVALL(7, 1));
	expect(w, 1, SPURIOUS);
	expect(w, 0, LPI(0));
	stop(w, 0);
	stop(w, 1);
	vgic_put(w->vcpu[0]);
	vgic_put(w->vcpu[1]);
	assert_int_equal(vgic_uaccess_save_its(w->vcpu[0], 0), 0);
	assert_int_equal(
		FIELD_GET(GITS_CTE_RDBase, peek64(w, COLLECTION_TABLE(0))), 1);
	assert_int_equal(
		FIELD_GET(GITS_CTE_RDBase, peek64(w, COLLECTION_TABLE(0) + 8)),
		7);
	assert_int_equal(vgic_uaccess_restore_its(w->vcpu[0], 0), 0);
	vgic_load(w->vcpu[0]);
	vgic_load(w->vcpu[1]);
	run(w, 0);
	run(w, 1);
	assert_int_equal(msi(w, 1, 0), 1);
	expect(w, 1, LPI(0));
	world_end(w);
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
