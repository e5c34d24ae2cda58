/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of docs/field-bugs.md about LPIs and ITSs: field_NN_... each. */
#include <stdlib.h>
#include <string.h>

#include <vgic/snapshot.h>
#include <vgic/uaccess.h>

#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

/* Take what there is, and end it; a bit for each of the first 32 LPIs. */
static uint32_t take_all(struct machine *m, uint32_t v)
{
	uint32_t bits = 0, intid;

	while ((intid = guest_ack(m, v)) != SPURIOUS) {
		assert_in_range(intid, LPI(0), LPI(31));
		/* None of them twice. */
		assert_false(bits >> (intid - LPI(0)) & 1);
		bits |= 1u << (intid - LPI(0));
		guest_eoi(m, v, intid);
	}
	return bits;
}

/*
 * Report 26: MOVALL moved everybody's.  It moves what is pending at the source,
 * once; where messages go afterwards, collections say.
 */
TEST(field_26_movall_moves_what_the_source_has)
{
	ITS_MACHINE(.nr_vcpus = 4);
	map_all(m);
	for (uint32_t v = 0; v < 4; v++) {
		run(m, v);
	}
	/* Events 0 .. 7 are two for each vCPU. */
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	for (uint32_t v = 0; v < 4; v++) {
		m->late[v] = true;
	}
	/* One was taken already, and comes no more. */
	assert_int_equal(guest_ack(m, 1), LPI(1));
	guest_eoi(m, 1, LPI(1));
	command(m, 0, 0, MOVALL(1, 2));
	for (uint32_t v = 0; v < 4; v++) {
		m->late[v] = false;
	}
	for (uint32_t n = 0; n < 8; n++) {
		machine_serve(m, n % 4);
	}
	assert_int_equal(take_all(m, 0), 0x11);
	assert_int_equal(take_all(m, 1), 0);
	assert_int_equal(take_all(m, 2), 0x64);
	assert_int_equal(take_all(m, 3), 0x88);
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	for (uint32_t v = 0; v < 4; v++) {
		assert_int_equal(take_all(m, v), 0x11u << v);
	}
	machine_end(m);
}

/*
 * Report 27: LPIs turned off by another vCPU, in flight, went missing.  Taken
 * ones end, the others are in the pending table; no third vCPU is stopped.
 */
TEST(field_27_off_while_in_flight)
{
	ITS_MACHINE(.nr_vcpus = 3);
	uint32_t kicks;
	uint64_t off = 0;

	map_all(m);
	run(m, 0);
	run(m, 2);
	for (uint32_t n = 0; n < 12; n += 3) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	m->late[0] = true;
	assert_int_equal(guest_ack(m, 0), LPI(0));
	kicks = m->kicks[2];
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[1], gicr(0, GICR_CTLR), 4, true, &off),
		VGIC_TRAP_RETRY);
	/* One more, meanwhile. */
	guest_eoi(m, 0, LPI(0));
	assert_int_equal(guest_ack(m, 0), LPI(3));
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[1], gicr(0, GICR_CTLR), 4, true, &off),
		VGIC_TRAP_DONE);
	assert_int_equal(pending_word(m, 0), 1u << 6 | 1u << 9);
	guest_eoi(m, 0, LPI(3));
	expect(m, 0, SPURIOUS);
	assert_true(m->in_guest[2]);
	assert_int_equal(m->kicks[2], kicks);
	mmio_write(m, 1, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	assert_int_equal(take_all(m, 0), 1u << 6 | 1u << 9);
	machine_end(m);
}

/*
 * Report 28: an affinity changes while LPIs are turned off.  What is pending is
 * delivered once, or in the pending table of one redistributor.
 */
static void move_and_off(struct its_cmd move, bool move_first, uint32_t which)
{
	struct machine *m = its_machine(CONFIG(.nr_vcpus = 3));
	const uint32_t sent = 0x249; /* events 0, 3, 6, 9: vCPU 0's */
	uint32_t taken = 0, in_tables;
	uint64_t off = 0;

	map_all(m);
	run(m, 0);
	run(m, 1);
	for (uint32_t n = 0; n < 12; n += 3) {
		assert_int_equal(msi(m, 1, n), 1);
	}
	m->late[0] = true;
	m->late[1] = true;
	taken = 1u << (guest_ack(m, 0) - LPI(0));
	if (move_first) {
		command(m, 2, 0, move);
	}
	(void)vgic_trap_mmio(m->vcpu[2], gicr(which, GICR_CTLR), 4, true, &off);
	if (!move_first) {
		command(m, 2, 0, move);
	}
	m->late[0] = false;
	m->late[1] = false;
	mmio_write(m, 2, gicr(which, GICR_CTLR), 4, 0);
	for (uint32_t n = 0; n < 4; n++) {
		machine_serve(m, n % 2);
	}
	guest_eoi(m, 0, LPI(0));
	assert_int_equal(pending_word(m, which) & ~(sent & ~taken), 0);
	assert_int_equal(pending_word(m, which ^ 1), 0);
	assert_int_equal(take_all(m, which), 0);
	/* Those that were moved to vCPU 1, or away from there, come there. */
	taken |= take_all(m, which ^ 1);
	/* Moved to one that is off, they wait there. */
	mmio_write(m, 2, gicr(which, GICR_CTLR), 4, GICR_CTLR_EnableLPIs);
	in_tables = take_all(m, which);
	assert_int_equal(taken & in_tables, 0);
	assert_int_equal(taken | in_tables, sent);
	assert_int_equal(taken & 1, 1);
	machine_end(m);
}

TEST(field_28_moved_while_turned_off)
{
	const struct its_cmd moves[] = { MOVI(1, 3, 1), MOVALL(0, 1),
					 MAPC(0, 1), MAPTI(1, 6, LPI(6), 1) };

	(void)state;
	for (uint32_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		for (uint32_t which = 0; which < 2; which++) {
			move_and_off(moves[i], false, which);
			move_and_off(moves[i], true, which);
		}
	}
}

static void *snapshot(struct machine *m, size_t *size)
{
	void *buf;

	*size = (size_t)vgic_snapshot_size(m->gic);
	buf = calloc(1, *size);
	assert_non_null(buf);
	assert_int_equal(vgic_snapshot_save(m->gic, buf, *size),
			 (int64_t)*size);
	return buf;
}

/*
 * Report 31: saving the tables came upon a collection that nobody had mapped.
 * It is saved as such, and the running VM is as it was.
 */
TEST(field_31_collection_of_nobody)
{
	ITS_MACHINE(.nr_vcpus = 2);
	size_t before_size, after_size;
	void *before, *after;

	map_all(m);
	configure(m, LPI(40), 0xa0, true);
	command(m, 0, 0, MAPTI(1, 0, LPI(40), 9));
	command(m, 0, 0, UNMAPC(1));
	assert_int_equal(msi(m, 1, 2), 1);
	put_all(m);
	before = snapshot(m, &before_size);
	assert_int_equal(save_tables(m), 0);
	after = snapshot(m, &after_size);
	assert_int_equal(before_size, after_size);
	assert_memory_equal(before, after, before_size);
	assert_int_equal(vgic_uaccess_save_lpis(m->vcpu[0]), 0);
	assert_int_equal(restore_tables(m), 0);
	run(m, 0);
	run(m, 1);
	assert_int_equal(msi(m, 1, 0), 0);
	assert_int_equal(msi(m, 1, 3), 0);
	command(m, 0, 0, MAPC(9, 1));
	command(m, 0, 0, MAPC(1, 0));
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 3), 1);
	expect(m, 1, LPI(40));
	assert_int_equal(take_all(m, 0), 0xc);
	free(before);
	free(after);
	machine_end(m);
}

/* A command right at a limit, and one beyond it, and the queue goes on. */
static void limit(struct machine *m, struct its_cmd last, struct its_cmd beyond)
{
	uint64_t commands = its_stats(m, 0).commands;

	assert_wrong(m, 0, command(m, 0, 0, last));
	assert_wrong(m, 1, command(m, 0, 0, beyond));
	assert_wrong(m, 0, command(m, 0, 0, last));
	assert_int_equal(its_stats(m, 0).commands, commands + 3);
}

/* An INT command for each event that is there, and one for the next. */
static void event_limit(struct machine *m, uint32_t device, uint32_t last)
{
	limit(m, EVENT(INT, device, last), EVENT(INT, device, last + 1));
	limit(m, EVENT(CLEAR, device, last), EVENT(CLEAR, device, last + 1));
	limit(m, EVENT(INV, device, last), EVENT(INV, device, last + 1));
	limit(m, MOVI(device, last, 1), MOVI(device, last + 1, 1));
}

/* Report 35: each limit of each command, one off. */
TEST(field_35_limits_of_commands)
{
	ITS_MACHINE(.nr_vcpus = 4, .nr_lpis = 64);
	map_all(m);
	/* DeviceID: 8192 entries of 8 bytes in the table's one page. */
	limit(m, MAPD(8191, ITT(1), 1), MAPD(8192, ITT(1), 1));
	limit(m, MAPTI(8191, 0, LPI(40), 0), MAPTI(8192, 0, LPI(40), 0));
	/* EventID: as many bits as MAPD said, 16 of them at most. */
	limit(m, MAPTI(8191, 1, LPI(41), 0), MAPTI(8191, 2, LPI(41), 0));
	event_limit(m, 8191, 1);
	/* Event 65536 of device 4 is not event 0 of the next one. */
	limit(m, MAPD(5, ITT(1), 1), MAPD(5, ITT(1), 17));
	limit(m, MAPTI(5, 0, LPI(44), 0), MAPTI(5, 2, LPI(44), 0));
	limit(m, MAPD(4, ITT(2), 16), MAPD(4, ITT(2), 17));
	limit(m, MAPTI(4, 65535, LPI(42), 0), MAPTI(4, 65536, LPI(42), 0));
	event_limit(m, 4, 65535);
	/* pINTID: 64 LPIs. */
	limit(m, MAPTI(4, 0, LPI(63), 0), MAPTI(4, 0, LPI(64), 0));
	limit(m, MAPTI(4, 0, LPI(0), 0), MAPTI(4, 0, LPI(-1), 0));
	limit(m, MAPI(4, LPI(63), 0), MAPI(4, LPI(64), 0));
	limit(m, MAPI(4, LPI(0), 0), MAPI(4, LPI(-1), 0));
	/* ICID: 512 entries in its page. */
	limit(m, MAPC(511, 0), MAPC(512, 0));
	limit(m, MAPTI(4, 1, LPI(43), 511), MAPTI(4, 1, LPI(43), 512));
	limit(m, MAPI(4, LPI(0), 511), MAPI(4, LPI(0), 512));
	limit(m, MOVI(4, 1, 511), MOVI(4, 1, 512));
	limit(m, INVALL(511), INVALL(512));
	/* RDbase: four vCPUs. */
	limit(m, MAPC(5, 3), MAPC(5, 4));
	limit(m, SYNC(3), SYNC(4));
	limit(m, MOVALL(3, 3), MOVALL(3, 4));
	limit(m, MOVALL(3, 3), MOVALL(4, 3));
	/* The commands themselves. */
	limit(m, MOVALL(0, 0), (struct its_cmd){ { GITS_CMD_DISCARD + 1 } });
	limit(m, EVENT(INT, 4, 1), (struct its_cmd){ { 0 } });
	/* What counted is what was said to last. */
	assert_wrong(m, 0, command(m, 0, 0, EVENT(DISCARD, 4, 65535)));
	assert_wrong(m, 1, command(m, 0, 0, EVENT(DISCARD, 4, 65536)));
	assert_wrong(m, 0, command(m, 0, 0, UNMAPD(8191)));
	assert_wrong(m, 1, command(m, 0, 0, UNMAPD(8192)));
	machine_end(m);
}

/* The same of a table of two levels, whose last page is not there. */
TEST(field_35_limits_of_two_levels)
{
	ITS_MACHINE(.nr_vcpus = 1);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_BASER), 8,
		   GITS_BASER_Valid | GITS_BASER_Indirect | DEVICE_TABLE(0));
	for (uint32_t n = 0; n < 127; n++) {
		poke64(m, DEVICE_TABLE(0) + 8 * n,
		       GITS_L1E_Valid | (MACHINE_RAM + 0x200000 + 0x1000 * n));
	}
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	limit(m, MAPD(127 * 512 - 1, ITT(0), 1), MAPD(127 * 512, ITT(0), 1));
	poke64(m, DEVICE_TABLE(0) + 8 * 127,
	       GITS_L1E_Valid | (MACHINE_RAM + 0x280000));
	limit(m, MAPD(65535, ITT(0), 1), MAPD(65536, ITT(0), 1));
	machine_end(m);
}

/* Bytes of guest memory that are not as they were, in [from, to). */
static uint32_t changed(const struct machine *m, const uint8_t *was,
			uint64_t from, uint64_t to)
{
	uint32_t n = 0;

	for (uint64_t at = from - MACHINE_RAM; at < to - MACHINE_RAM; at++) {
		n += m->ram[at] != was[at];
	}
	return n;
}

/* Commands and registers that write nothing to the guest's memory. */
static void change_maps(struct machine *m)
{
	command(m, 0, 0, MAPD(2, ITT(1), 5));
	command(m, 0, 0, MAPTI(2, 0, LPI(40), 0));
	command(m, 0, 0, MAPTI(1, 5, LPI(5), 0));
	command(m, 0, 0, MOVI(1, 0, 1));
	command(m, 0, 0, MOVALL(1, 0));
	command(m, 0, 0, MAPC(1, 0));
	command(m, 0, 0, UNMAPC(1));
	command(m, 0, 0, EVENT(INT, 1, 0));
	command(m, 0, 0, EVENT(CLEAR, 1, 0));
	command(m, 0, 0, EVENT(INV, 1, 0));
	command(m, 0, 0, INVALL(0));
	command(m, 0, 0, SYNC(0));
	mmio_write(m, 0, gicr(0, GICR_INVALLR), 8, 0);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
}

/*
 * Report 37: a kernel that went away with LPIs on leaves its pages to the next
 * one, and the GIC went on writing there.  Here it writes where a command or
 * register said so, at that time: its.h has the list.
 */
TEST(field_37_pages_of_somebody_else)
{
	ITS_MACHINE(.nr_vcpus = 2);
	uint8_t *was = malloc(MACHINE_RAM_SIZE);

	assert_non_null(was);
	map_all(m);
	assert_int_equal(msi(m, 1, 0), 1);
	/* All of it is somebody else's now, but for the queue. */
	for (uint32_t i = 0; i < MACHINE_RAM_SIZE; i++) {
		if (i < QUEUE(0) - MACHINE_RAM ||
		    i >= QUEUE(0) - MACHINE_RAM + 4096) {
			m->ram[i] = (uint8_t)(i * 37 >> 3);
		}
	}
	memcpy(was, m->ram, MACHINE_RAM_SIZE);
	run(m, 0);
	run(m, 1);
	for (uint32_t n = 0; n < 32; n++) {
		assert_int_equal(msi(m, 1, n), 1);
		assert_int_equal(guest_ack(m, n % 2), LPI(n));
		assert_int_equal(msi(m, 1, n), 1);
		guest_eoi(m, n % 2, LPI(n));
		assert_int_equal(take_all(m, n % 2), 1u << n);
	}
	change_maps(m);
	assert_int_equal(changed(m, was, MACHINE_RAM, QUEUE(0)), 0);
	assert_int_equal(changed(m, was, QUEUE(0) + 4096, BEYOND), 0);
	/* What does write: one entry each. */
	command(m, 0, 0, EVENT(DISCARD, 1, 3));
	assert_int_equal(peek64(m, ITT(0) + 24), 0);
	assert_in_range(changed(m, was, QUEUE(0) + 4096, BEYOND), 1, 8);
	command(m, 0, 0, MAPTI(1, 4, LPI(50), 0));
	assert_int_equal(peek64(m, ITT(0) + 32), 0);
	assert_in_range(changed(m, was, QUEUE(0) + 4096, BEYOND), 2, 16);
	command(m, 0, 0, UNMAPD(1));
	assert_int_equal(peek64(m, DEVICE_TABLE(0) + 8), 0);
	assert_in_range(changed(m, was, MACHINE_RAM, QUEUE(0)), 1, 8);
	/* And a table of what is pending, behind its first kilobyte. */
	memcpy(was, m->ram, MACHINE_RAM_SIZE);
	mmio_write(m, 0, gicr(1, GICR_CTLR), 4, 0);
	assert_int_equal(
		changed(m, was, PEND_TABLE(1) + 1024, PEND_TABLE(1) + 1032),
		changed(m, was, MACHINE_RAM, BEYOND));
	/* Off, all is the guest's again; and a reset writes nothing. */
	mmio_write(m, 0, gicr(0, GICR_CTLR), 4, 0);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	memcpy(was, m->ram, MACHINE_RAM_SIZE);
	put_all(m);
	vgic_reset(m->gic);
	assert_int_equal(changed(m, was, MACHINE_RAM, BEYOND), 0);
	free(was);
	machine_end(m);
}

/* A VMM's write of a redistributor's register. */
static void restore_redist(struct machine *m, uint32_t v, uint32_t offset,
			   uint32_t value)
{
	assert_int_equal(vgic_uaccess_reg(m->vcpu[v], VGIC_UACCESS_REDIST,
					  offset, true, &value),
			 VGIC_OK);
}

static void restore_its_reg(struct machine *m, uint32_t offset, uint64_t value)
{
	assert_int_equal(vgic_uaccess_its(m->vcpu[0], 0, offset, true, &value),
			 VGIC_OK);
}

/* After `early` of two base registers EnableLPIs: the rest is not taken. */
static void restore_lpis(struct machine *m, const uint64_t bases[2],
			 uint32_t early)
{
	static const uint32_t offsets[] = { GICR_PROPBASER, GICR_PENDBASER };

	for (uint32_t n = 0; n < 2; n++) {
		if (n == early) {
			restore_redist(m, 0, GICR_CTLR, GICR_CTLR_EnableLPIs);
		}
		restore_redist(m, 0, offsets[n], (uint32_t)bases[n]);
		restore_redist(m, 0, offsets[n] + 4,
			       (uint32_t)(bases[n] >> 32));
	}
	restore_redist(m, 0, GICR_CTLR, GICR_CTLR_EnableLPIs);
}

/* Report 58: EnableLPIs before GICR_PROPBASER, which is not taken then. */
static int restored_in_order(uint32_t early, bool zero)
{
	struct machine *m = its_machine(CONFIG(.nr_vcpus = 1));
	const uint64_t bases[] = {
		mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8),
		mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8) |
			(zero ? GICR_PENDBASER_PTZ : 0),
	};
	uint64_t regs[4];
	int error;

	map_all(m);
	assert_int_equal(msi(m, 1, 7), 1);
	assert_int_equal(save_tables(m), 0);
	assert_int_equal(vgic_uaccess_save_lpis(m->vcpu[0]), VGIC_OK);
	regs[0] = mmio_read(m, 0, gits(0, GITS_CBASER), 8);
	regs[1] = mmio_read(m, 0, gits(0, GITS_CREADR), 8);
	regs[2] = mmio_read(m, 0, gits(0, GITS_BASER), 8);
	regs[3] = mmio_read(m, 0, gits(0, GITS_BASER + 8), 8);
	put_all(m);
	vgic_reset(m->gic);
	restore_lpis(m, bases, early);
	restore_its_reg(m, GITS_CBASER, regs[0]);
	restore_its_reg(m, GITS_CREADR, regs[1]);
	restore_its_reg(m, GITS_CWRITER, regs[1]);
	restore_its_reg(m, GITS_BASER, regs[2]);
	restore_its_reg(m, GITS_BASER + 8, regs[3]);
	error = restore_tables(m);
	restore_its_reg(m, GITS_CTLR, GITS_CTLR_Enabled);
	dist_groups(m, 0, 3);
	run(m, 0);
	guest_write(m, 0, ICC_IGRPEN1_EL1, 1);
	guest_write(m, 0, ICC_PMR_EL1, 0xff);
	if (!error) {
		/* PTZ says that the table is zero, whatever is in memory. */
		if (!zero) {
			expect(m, 0, LPI(7));
		}
		assert_int_equal(msi(m, 1, 8), 1);
		expect(m, 0, LPI(8));
	} else {
		/* Nothing is half there. */
		assert_int_equal(msi(m, 1, 8), 0);
	}
	expect(m, 0, SPURIOUS);
	machine_end(m);
	return error;
}

TEST(field_58_order_of_restoring)
{
	(void)state;
	assert_int_equal(restored_in_order(2, false), VGIC_OK);
	assert_int_equal(restored_in_order(2, true), VGIC_OK);
	assert_int_equal(restored_in_order(1, false), VGIC_E_FAULT);
	assert_int_equal(restored_in_order(0, false), VGIC_E_FAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_26_movall_moves_what_the_source_has),
		cmocka_unit_test(field_27_off_while_in_flight),
		cmocka_unit_test(field_28_moved_while_turned_off),
		cmocka_unit_test(field_31_collection_of_nobody),
		cmocka_unit_test(field_35_limits_of_commands),
		cmocka_unit_test(field_35_limits_of_two_levels),
		cmocka_unit_test(field_37_pages_of_somebody_else),
		cmocka_unit_test(field_58_order_of_restoring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
