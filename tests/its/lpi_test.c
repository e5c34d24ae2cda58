/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/its/lpi.c, cpuif/lr.c and the redistributor: LPIs in list registers, in
 * queues and in the pending table.
 */
#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

/* Acknowledged, it is no more in the registers; its EOI is not counted. */
TEST(never_active)
{
	ITS_MACHINE(.nr_lrs = 1);
	map_all(m);
	setup(m, 0, 40, 0xb0, false);
	run(m, 0);
	edge(m, 40);
	assert_int_equal(guest_ack(m, 0), 40);
	assert_int_equal(msi(m, 1, 2), 1);
	assert_int_equal(guest_ack(m, 0), LPI(2));
	slice(m, 0);
	assert_place(m, 0, LPI(2), "-");
	assert_false(info_of(m, 0, LPI(2)).active);
	/* It may come again at once, but the guest has not ended it yet. */
	assert_int_equal(msi(m, 1, 2), 1);
	assert_place(m, 0, LPI(2), "lr");
	assert_false(guest_irq(m, 0));
	guest_eoi(m, 0, LPI(2));
	assert_true(is_active(m, 40));
	assert_int_equal(guest_ack(m, 0), LPI(2));
	guest_eoi(m, 0, LPI(2));
	assert_true(is_active(m, 40));
	guest_eoi(m, 0, 40);
	assert_false(is_active(m, 40));
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* EOImode 1: an LPI has no DIR. */
TEST(ended_by_eoi_in_both_modes)
{
	ITS_MACHINE(.nr_lrs = 2);
	map_all(m);
	eoimode(m, 1);
	run(m, 0);
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(msi(m, 1, 5), 1);
		expect(m, 0, LPI(5));
		guest_dir(m, 0, LPI(5));
		expect(m, 0, SPURIOUS);
	}
	assert_int_equal(stats_of(m, 0).eoicount, 0);
	machine_end(m);
}

/* By priority, whatever number of registers there is. */
TEST(more_than_registers)
{
	for (uint32_t lrs = 1; lrs <= 4; lrs++) {
		ITS_MACHINE(.nr_lrs = lrs);
		map_all(m);
		for (uint32_t n = 0; n < 32; n++) {
			configure(m, LPI(n), 0xf8 - 8 * (n / 2), true);
		}
		command(m, 0, 0, INVALL(0));
		run(m, 0);
		for (uint32_t n = 0; n < 32; n++) {
			assert_int_equal(msi(m, 1, n), 1);
		}
		for (uint32_t n = 32; n > 0; n -= 2) {
			uint32_t a = guest_ack(m, 0), b;

			guest_eoi(m, 0, a);
			b = guest_ack(m, 0);
			guest_eoi(m, 0, b);
			assert_int_equal(a + b, LPI(n - 1) + LPI(n - 2));
			assert_int_not_equal(a, b);
		}
		expect(m, 0, SPURIOUS);
		machine_end(m);
	}
}

/*
 * In a register of vCPU 0, which runs on or gives the command itself: what
 * happens to it meanwhile.
 */
static void in_register_of(struct its_cmd cmd, uint32_t by, bool taken,
			   uint32_t here, uint32_t there)
{
	struct machine *m = its_machine(CONFIG(.nr_vcpus = 2));

	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_place(m, 0, LPI(0), "lr");
	m->late[0] = true;
	if (taken) {
		assert_int_equal(guest_ack(m, 0), LPI(0));
	}
	command(m, by, 0, cmd);
	m->late[0] = false;
	machine_serve(m, 0);
	machine_serve(m, 1);
	if (taken) {
		guest_eoi(m, 0, LPI(0));
	}
	expect(m, 0, here);
	expect(m, 1, there);
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

static void in_register(struct its_cmd cmd, bool taken, uint32_t here,
			uint32_t there)
{
	in_register_of(cmd, 0, taken, here, there);
	in_register_of(cmd, 1, taken, here, there);
}

TEST(commands_on_what_a_register_holds)
{
	(void)state;
	in_register(MOVI(1, 0, 1), false, SPURIOUS, LPI(0));
	in_register(MOVI(1, 0, 1), true, SPURIOUS, SPURIOUS);
	in_register(MOVALL(0, 1), false, SPURIOUS, LPI(0));
	in_register(MOVALL(0, 1), true, SPURIOUS, SPURIOUS);
	in_register(MAPC(0, 1), false, SPURIOUS, LPI(0));
	in_register(UNMAPC(0), false, LPI(0), SPURIOUS);
	in_register(UNMAPC(0), true, SPURIOUS, SPURIOUS);
	in_register(EVENT(DISCARD, 1, 0), false, SPURIOUS, SPURIOUS);
	in_register(EVENT(DISCARD, 1, 0), true, SPURIOUS, SPURIOUS);
	in_register(EVENT(CLEAR, 1, 0), false, SPURIOUS, SPURIOUS);
	in_register(EVENT(CLEAR, 1, 0), true, SPURIOUS, SPURIOUS);
	in_register(UNMAPD(1), false, SPURIOUS, SPURIOUS);
	/* Taken or not, it came once more. */
	in_register(EVENT(INT, 1, 0), false, LPI(0), SPURIOUS);
	in_register(EVENT(INT, 1, 0), true, LPI(0), SPURIOUS);
	/* Mapped again, it stays pending. */
	in_register(MAPTI(1, 0, LPI(0), 0), false, LPI(0), SPURIOUS);
	in_register(MAPTI(1, 0, LPI(0), 1), false, SPURIOUS, LPI(0));
	in_register(MAPTI(1, 0, LPI(40), 0), false, SPURIOUS, SPURIOUS);
}

/* A collection that is unmapped leaves what is pending where it is. */
/*
 * The register that its last round has left empty is loaded again, with no exit
 * if the machine is so made; not for an event that goes to another vCPU.
 */
TEST(sent_again_by_its_own_vcpu)
{
	ITS_MACHINE(.nr_vcpus = 2);
	uint32_t seq;

	map_all(m);
	command(m, 0, 0, MAPTI(1, 2, LPI(0), 1));
	run(m, 0);
	run(m, 1);
	for (uint32_t n = 0; n < 3; n++) {
		seq = m->vcpu[0]->run_seq;
		command(m, 0, 0, EVENT(INT, 1, 0));
		assert_true(m->vcpu[0]->run_seq == seq || !m->config.entered);
		expect(m, 1, SPURIOUS);
		expect(m, 0, LPI(0));
	}
	command(m, 0, 0, EVENT(INT, 1, 2));
	expect(m, 0, SPURIOUS);
	expect(m, 1, LPI(0));
	expect(m, 1, SPURIOUS);
	machine_end(m);
}

TEST(collection_comes_late)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	command(m, 0, 0, UNMAPC(0));
	assert_int_equal(msi(m, 1, 2), 0);
	command(m, 0, 0, MAPTI(1, 4, LPI(50), 7));
	configure(m, LPI(50), 0x80, true);
	command(m, 0, 0, EVENT(INV, 1, 4));
	assert_int_equal(msi(m, 1, 4), 0);
	expect(m, 0, LPI(0));
	expect(m, 0, SPURIOUS);
	command(m, 0, 0, MAPC(7, 0));
	command(m, 0, 0, MAPC(0, 1));
	assert_int_equal(msi(m, 1, 4), 1);
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(50));
	expect(m, 1, LPI(0));
	expect(m, 1, SPURIOUS);
	machine_end(m);
}

/* EnableLPIs: to the table and back. */
TEST(pending_table)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 1);
	assert_int_equal(msi(m, 1, 4), 1);
	assert_int_equal(msi(m, 1, 6), 1);
	mmio_write(m, 1, gicr(0, GICR_CTLR), 4, 0);
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(0) / 8), 0x50);
	assert_int_equal(msi(m, 1, 4), 0);
	run(m, 0);
	expect(m, 0, SPURIOUS);
	/*
	 * Once more on: PTZ meant the table before.  Whose LPIs these are does
	 * not matter: LPI 5 is mapped to vCPU 1, LPI 40 nowhere.
	 */
	poke8(m, PEND_TABLE(0) + LPI(0) / 8, 0x71);
	poke8(m, PEND_TABLE(0) + LPI(40) / 8, 0x01);
	configure(m, LPI(6), 0x20, true);
	configure(m, LPI(40), 0x10, true);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	expect(m, 0, LPI(40));
	expect(m, 0, LPI(6));
	expect(m, 0, LPI(0));
	expect(m, 0, LPI(4));
	expect(m, 0, LPI(5));
	expect(m, 0, SPURIOUS);
	/* It is written when they are off again, and not before. */
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(0) / 8), 0x71);
	/* What another redistributor has there is left alone. */
	assert_int_equal(peek8(m, PEND_TABLE(1) + LPI(0) / 8), 0);
	assert_int_equal(msi(m, 1, 5), 1);
	expect(m, 1, LPI(5));
	assert_int_equal(msi(m, 1, 2), 1);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(0) / 8), 0x04);
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(40) / 8), 0);
	machine_end(m);
}

TEST(pending_table_is_not_read_when_all_zero)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	run(m, 0);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	poke8(m, PEND_TABLE(0) + LPI(0) / 8, 0xff);
	mmio_write(m, 0, gicr(0, GICR_PENDBASER), 8,
		   PEND_TABLE(0) | GICR_PENDBASER_PTZ);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	expect(m, 0, SPURIOUS);
	/* PTZ reads as zero. */
	assert_int_equal(
		mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8) &
			(GICR_PENDBASER_PTZ | GICR_PENDBASER_PhysAddr_MASK),
		PEND_TABLE(0));
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	machine_end(m);
}

/* Four LPIs are half a byte of the table: the rest is somebody else's. */
TEST(pending_table_ends)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = 4);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(1, ITT(0), 5));
	configure(m, LPI(3), 0xa0, true);
	command(m, 0, 0, MAPTI(1, 0, LPI(3), 0));
	poke64(m, PEND_TABLE(0) + LPI(0) / 8 - 8, UINT64_MAX);
	poke64(m, PEND_TABLE(0) + LPI(0) / 8, UINT64_MAX << 4);
	assert_int_equal(msi(m, 1, 0), 1);
	for (uint32_t n = 0; n < 2; n++) {
		mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
		assert_int_equal(peek64(m, PEND_TABLE(0) + LPI(0) / 8),
				 UINT64_MAX << 4 | 0x8);
		assert_int_equal(peek64(m, PEND_TABLE(0) + LPI(0) / 8 - 8),
				 UINT64_MAX);
		mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	}
	run(m, 0);
	expect(m, 0, LPI(3));
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* Moved to a redistributor that takes none, it waits. */
TEST(moved_to_one_that_is_off)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	mmio_write(m, 1, gicr(1, GICR_CTLR), 4, 0);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 1);
	command(m, 0, 0, MOVI(1, 0, 1));
	expect(m, 0, SPURIOUS);
	expect(m, 1, SPURIOUS);
	mmio_write(m, 1, gicr(1, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	expect(m, 1, LPI(0));
	machine_end(m);
}

TEST(invalidated_by_the_redistributor)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	configure(m, LPI(0), 0x30, true);
	configure(m, LPI(1), 0x30, true);
	configure(m, LPI(2), 0x30, false);
	mmio_write(m, 1, gicr(0, GICR_INVLPIR), 8, LPI(0));
	assert_int_equal(info_of(m, 0, LPI(0)).priority, 0x30);
	assert_int_equal(info_of(m, 0, LPI(1)).priority, 0xa0);
	mmio_write(m, 1, gicr(0, GICR_INVALLR), 8, 0);
	assert_int_equal(info_of(m, 0, LPI(1)).priority, 0xa0);
	assert_false(info_of(m, 0, LPI(2)).enabled);
	mmio_write(m, 0, gicr(1, GICR_INVALLR), 4, 0);
	assert_int_equal(info_of(m, 0, LPI(1)).priority, 0x30);
	assert_false(info_of(m, 0, LPI(2)).enabled);
	assert_int_equal(msi(m, 1, 2), 1);
	assert_true(info_of(m, 0, LPI(2)).pending);
	assert_false(info_of(m, 0, LPI(2)).enabled);
	assert_int_equal(mmio_read(m, 0, gicr(1, GICR_SYNCR), 4), 0);
	/* None of these is there, or mapped. */
	mmio_write(m, 1, gicr(0, GICR_INVLPIR), 8, LPI(40));
	mmio_write(m, 1, gicr(0, GICR_INVLPIR), 8, LPI(64));
	mmio_write(m, 1, gicr(0, GICR_INVLPIR), 8, 40);
	machine_end(m);
}

/* The table has as many LPIs as IDbits says. */
TEST(configuration_table_ends)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = 16384);
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	mmio_write(m, 0, gicr(0, GICR_PROPBASER), 8,
		   PROP_TABLE | FIELD_PUT(GICR_PROPBASER_IDbits, 13));
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	map_all(m);
	configure(m, LPI(8191), 0x30, true);
	configure(m, LPI(8192), 0x30, true);
	command(m, 0, 0, MAPTI(1, 0, LPI(8191), 0));
	command(m, 0, 0, MAPTI(1, 1, LPI(8192), 0));
	assert_true(info_of(m, 0, LPI(8191)).enabled);
	assert_false(info_of(m, 0, LPI(8192)).enabled);
	command(m, 0, 0, INVALL(0));
	assert_true(info_of(m, 0, LPI(8191)).enabled);
	assert_false(info_of(m, 0, LPI(8192)).enabled);
	machine_end(m);
}

/* Reset, with LPIs pending, queued and in registers. */
TEST(reset)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lrs = 1);
	map_all(m);
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	run(m, 0);
	stop(m, 0);
	vgic_put(m->vcpu[0]);
	assert_int_equal(vgic_vcpu_reset(m->vcpu[0], true), VGIC_OK);
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	assert_int_equal(msi(m, 1, 0), 0);
	run(m, 1);
	expect(m, 1, LPI(1));
	stop(m, 1);
	vgic_put(m->vcpu[1]);
	vgic_reset(m->gic);
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	assert_int_equal(info_of(m, 0, LPI(1)).target, UINT32_MAX);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_CTLR), 4),
			 GITS_CTLR_Quiescent);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_CWRITER), 8), 0);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8),
			 LPI_BASER_RESET);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8),
			 LPI_BASER_RESET);
	assert_int_equal(msi(m, 1, 1), 0);
	machine_end(m);
}

/* Not by number, and for no device to have. */
TEST(host_misuse)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	assert_int_equal(vgic_inject_irq(m->gic, 0, LPI(0), true, NULL),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_inject_irq(m->gic, 0, LPI(64), true, NULL),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_map_irq(m->gic, 0, LPI(0), 40), VGIC_E_INVAL);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, LPI(0), NULL, NULL),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_set_owner(m->gic, 0, LPI(0), m), VGIC_E_INVAL);
	assert_int_equal(vgic_inject_msi(m->gic, 1, 1, 0), VGIC_E_NOENT);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0x10001, 0), 0);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 1, 0x10000), 0);
	machine_end(m);
}

/* No TDIR: LPIs need no traps, nobody can deactivate them. */
TEST(no_traps_for_lpis)
{
	ITS_MACHINE(.nr_vcpus = 2, .no_tdir = true);
	map_all(m);
	run(m, 0);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_place(m, 0, LPI(0), "lr");
	assert_int_equal(vgic_load_seq(&m->gic->spis_out), 0);
	expect(m, 0, LPI(0));
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_active),
		cmocka_unit_test(ended_by_eoi_in_both_modes),
		cmocka_unit_test(more_than_registers),
		cmocka_unit_test(commands_on_what_a_register_holds),
		cmocka_unit_test(sent_again_by_its_own_vcpu),
		cmocka_unit_test(collection_comes_late),
		cmocka_unit_test(pending_table),
		cmocka_unit_test(pending_table_is_not_read_when_all_zero),
		cmocka_unit_test(pending_table_ends),
		cmocka_unit_test(moved_to_one_that_is_off),
		cmocka_unit_test(invalidated_by_the_redistributor),
		cmocka_unit_test(configuration_table_ends),
		cmocka_unit_test(reset),
		cmocka_unit_test(host_misuse),
		cmocka_unit_test(no_traps_for_lpis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
