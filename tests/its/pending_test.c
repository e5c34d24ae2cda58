/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/its/pending.c and what is cut: LPIs that are in list registers of vCPUs
 * that run while somebody else takes them away, and long work that goes on by
 * as many accesses as it takes.
 */
#include "core/irq.h"
#include <vgic/uaccess.h>

#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

/* One write by vCPU v, which is not in guest code; nobody else comes. */
static enum vgic_trap try_write(struct machine *m, uint32_t v, uint64_t ipa,
				unsigned int width, uint64_t value)
{
	return vgic_trap_mmio(m->vcpu[v], ipa, width, true, &value);
}

/* The same, again and again until it is done; how often it was not. */
static uint32_t retries(struct machine *m, uint32_t v, uint64_t ipa,
			unsigned int width, uint64_t value)
{
	enum vgic_trap result;
	uint32_t n = 0;

	for (;;) {
		result = try_write(m, v, ipa, width, value);
		/* Whoever comes in between finds the engine free. */
		assert_int_equal(vgic_load_seq(&m->gic->its_busy), 0);
		if (result != VGIC_TRAP_RETRY) {
			assert_int_equal(result, VGIC_TRAP_DONE);
			return n;
		}
		n++;
	}
}

static void lpis(struct machine *m, uint32_t v, bool on)
{
	mmio_write(m, v, gicr(v, GICR_CTLR), 4, on ? GICR_CTLR_EnableLPIs : 0);
}

/*
 * vCPU 0 has some in its registers, more in its queue, and runs on for as long
 * as it likes; vCPU 1 writes its EnableLPIs.  Which of them were taken is known
 * when vCPU 0 comes out, not before.
 */
static void off_from_elsewhere(uint32_t lrs, uint32_t taken)
{
	struct machine *m = its_machine(CONFIG(.nr_vcpus = 3, .nr_lrs = lrs));
	uint32_t all = 0, gone = 0, kicks;

	map_all(m);
	run(m, 0);
	run(m, 2);
	for (uint32_t n = 0; n < 24; n += 3) {
		assert_int_equal(msi(m, 1, n), 1);
		all |= 1u << n;
	}
	/* LPI 2 is vCPU 2's: whoever it is pending at, it stays there. */
	assert_int_equal(msi(m, 1, 2), 1);
	m->late[0] = true;
	for (uint32_t n = 0; n < taken; n++) {
		uint32_t intid = guest_ack(m, 0);

		gone |= 1u << (intid - GIC_LPI_BASE);
		guest_eoi(m, 0, intid);
	}
	kicks = m->kicks[2];
	for (uint32_t n = 0; n < 3; n++) {
		assert_int_equal(try_write(m, 1, gicr(0, GICR_CTLR), 4, 0),
				 VGIC_TRAP_RETRY);
		/* Who looks meanwhile is told that it is not through. */
		assert_true(guest_read32(m, 1, gicr(0, GICR_CTLR)) &
			    GICR_CTLR_RWP);
		assert_int_equal(pending_word(m, 0), 0);
		assert_int_equal(msi(m, 1, 0), 0);
	}
	m->late[0] = false;
	machine_serve(m, 0);
	assert_int_equal(try_write(m, 1, gicr(0, GICR_CTLR), 4, 0),
			 VGIC_TRAP_DONE);
	assert_int_equal(guest_read32(m, 1, gicr(0, GICR_CTLR)) &
				 (GICR_CTLR_RWP | GICR_CTLR_EnableLPIs),
			 0);
	assert_int_equal(pending_word(m, 0), all & ~gone);
	/* Nobody else was bothered. */
	assert_int_equal(m->kicks[2], kicks);
	assert_true(m->in_guest[2]);
	expect(m, 0, SPURIOUS);
	expect(m, 2, LPI(2));
	lpis(m, 0, true);
	for (uint32_t left = all & ~gone; left; left &= left - 1) {
		uint32_t intid = guest_ack(m, 0);

		assert_true((all & ~gone) >> (intid - GIC_LPI_BASE) & 1);
		guest_eoi(m, 0, intid);
	}
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

TEST(off_while_some_were_taken)
{
	(void)state;
	for (uint32_t lrs = 1; lrs <= 4; lrs++) {
		for (uint32_t taken = 0; taken <= lrs; taken++) {
			off_from_elsewhere(lrs, taken);
		}
	}
}

/* Acknowledged, not ended: the redistributor has it no more. */
TEST(off_while_one_is_handled)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(guest_ack(m, 0), LPI(0));
	mmio_write(m, 1, gicr(0, GICR_CTLR), 4, 0);
	assert_int_equal(pending_word(m, 0), 0);
	guest_eoi(m, 0, LPI(0));
	lpis(m, 0, true);
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* A vCPU that is out has nothing in flight: it need not come. */
TEST(off_while_the_holder_sleeps)
{
	ITS_MACHINE(.nr_vcpus = 2);
	map_all(m);
	run(m, 0);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_place(m, 0, LPI(0), "lr");
	stop(m, 0);
	assert_int_equal(retries(m, 1, gicr(0, GICR_CTLR), 4, 0), 0);
	assert_int_equal(pending_word(m, 0), 1);
	run(m, 0);
	expect(m, 0, SPURIOUS);
	stop(m, 0);
	assert_int_equal(
		retries(m, 1, gicr(0, GICR_CTLR), 4, GICR_CTLR_EnableLPIs), 0);
	run(m, 0);
	expect(m, 0, LPI(0));
	machine_end(m);
}

#define MANY VGIC_MAX_LPIS

/* A machine with very many LPIs, of which one more is event 31's. */
static void use_last(struct machine *m)
{
	map_all(m);
	configure(m, LPI(MANY - 1), 0xa0, true);
	command(m, 0, 0, MAPTI(1, 31, LPI(MANY - 1), 0));
}

/* On and off with very many: by many accesses, whoever makes them. */
TEST(very_many_on_and_off)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	uint64_t value = 0;

	use_last(m);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 31), 1);
	assert_in_range(retries(m, 1, gicr(0, GICR_CTLR), 4, 0), 8, 100);
	assert_int_equal(pending_word(m, 0), 1);
	assert_int_equal(peek8(m, PEND_TABLE(0) + LPI(MANY - 1) / 8), 0x80);
	poke8(m, PEND_TABLE(0) + LPI(30000) / 8, 1 << LPI(30000) % 8);
	configure(m, LPI(30000), 0x80, true);
	value = GICR_CTLR_EnableLPIs;
	assert_int_equal(try_write(m, 0, gicr(0, GICR_CTLR), 4, value),
			 VGIC_TRAP_RETRY);
	run(m, 0);
	stop(m, 0);
	/* It reads as 1; the last one is not taken yet. */
	assert_true(guest_read32(m, 0, gicr(0, GICR_CTLR)) &
		    GICR_CTLR_EnableLPIs);
	assert_int_equal(msi(m, 1, 2), 1);
	assert_int_equal(msi(m, 1, 31), 0);
	/* Its registers are in use: what is written is not taken. */
	assert_in_range(
		retries(m, 1, gicr(0, GICR_PENDBASER), 8, PEND_TABLE(1)), 1,
		100);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8) &
				 GICR_PENDBASER_PhysAddr_MASK,
			 PEND_TABLE(0));
	assert_int_equal(retries(m, 0, gicr(0, GICR_CTLR), 4, value), 0);
	run(m, 0);
	expect(m, 0, LPI(30000));
	expect(m, 0, LPI(0));
	expect(m, 0, LPI(2));
	expect(m, 0, LPI(MANY - 1));
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* The other way, before it was through: nothing is lost, or there twice. */
TEST(off_before_it_was_on)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	const uint64_t on = GICR_CTLR_EnableLPIs;

	use_last(m);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 31), 1);
	assert_int_equal(try_write(m, 1, gicr(0, GICR_CTLR), 4, 0),
			 VGIC_TRAP_RETRY);
	assert_int_equal(try_write(m, 0, gicr(0, GICR_CTLR), 4, on),
			 VGIC_TRAP_RETRY);
	assert_int_equal(try_write(m, 1, gicr(0, GICR_CTLR), 4, 0),
			 VGIC_TRAP_RETRY);
	(void)retries(m, 0, gicr(0, GICR_CTLR), 4, on);
	assert_int_equal(try_write(m, 0, gicr(0, GICR_CTLR), 4, 0),
			 VGIC_TRAP_RETRY);
	(void)retries(m, 0, gicr(0, GICR_CTLR), 4, on);
	run(m, 0);
	expect(m, 0, LPI(0));
	expect(m, 0, LPI(MANY - 1));
	expect(m, 0, SPURIOUS);
	machine_end(m);
}

/* INVLPIR while it is on for some: the others are read in their turn. */
TEST(invalidated_while_it_goes_on)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = MANY);
	const uint64_t on = GICR_CTLR_EnableLPIs;

	use_last(m);
	lpis(m, 0, false);
	assert_int_equal(try_write(m, 0, gicr(0, GICR_CTLR), 4, on),
			 VGIC_TRAP_RETRY);
	configure(m, LPI(0), 0x40, true);
	configure(m, LPI(MANY - 1), 0x50, true);
	assert_int_equal(retries(m, 0, gicr(0, GICR_INVLPIR), 8, LPI(0)), 0);
	assert_int_equal(retries(m, 0, gicr(0, GICR_INVLPIR), 8, LPI(MANY - 1)),
			 0);
	assert_int_equal(msi(m, 1, 31), 0);
	(void)retries(m, 0, gicr(0, GICR_CTLR), 4, on);
	assert_int_equal(info_of(m, 0, LPI(0)).priority, 0x40);
	assert_int_equal(info_of(m, 0, LPI(MANY - 1)).priority, 0x50);
	assert_int_equal(msi(m, 1, 31), 1);
	run(m, 0);
	expect(m, 0, LPI(MANY - 1));
	machine_end(m);
}

/* Two of them at once, each of another redistributor. */
TEST(very_many_read_again)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	uint32_t n = 0, left = 2;

	use_last(m);
	command(m, 0, 0, MAPTI(1, 30, LPI(MANY - 2), 1));
	for (uint32_t i = 0; i < 2; i++) {
		configure(m, LPI(i), 0x40, true);
		configure(m, LPI(MANY - 2 + i), 0x50, true);
	}
	while (left) {
		left = 0;
		for (uint32_t v = 0; v < 2; v++) {
			left += try_write(m, v, gicr(v, GICR_INVALLR), 8, 0) ==
				VGIC_TRAP_RETRY;
		}
		assert_in_range(n++, 0, 200);
	}
	assert_in_range(n, 8, 200);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(info_of(m, 0, LPI(i)).priority, 0x40);
		assert_int_equal(info_of(m, 0, LPI(MANY - 2 + i)).priority,
				 0x50);
	}
	machine_end(m);
}

/* A configuration that is as it was takes its time to be read, too. */
TEST(very_many_read_as_they_were)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = 4096);

	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(1, ITT(0), 12));
	for (uint32_t n = 0; n < 4096; n++) {
		command(m, 0, 0, MAPTI(1, n, LPI(n), 0));
	}
	/* 100 us are 100,000 instructions: 256 LPIs, to be safe. */
	assert_in_range(retries(m, 0, gicr(0, GICR_INVALLR), 8, 0), 4096 / 512,
			4096 / 128);
	machine_end(m);
}

/* A reset by another vCPU's PSCI call is cut, too. */
TEST(very_many_reset)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	uint32_t n = 0;

	use_last(m);
	assert_int_equal(msi(m, 1, 0), 1);
	assert_int_equal(msi(m, 1, 1), 1);
	assert_int_equal(msi(m, 1, 31), 1);
	vgic_put(m->vcpu[0]);
	while (vgic_vcpu_reset(m->vcpu[0], true) == VGIC_E_BUSY) {
		/* No new ones come from where it has been. */
		assert_int_equal(msi(m, 1, 0), 0);
		n++;
	}
	assert_in_range(n, 8, 100);
	/* It has no LPIs now, and its table was not written. */
	assert_int_equal(pending_word(m, 0), 0);
	assert_int_equal(mmio_read(m, 1, gicr(0, GICR_CTLR), 4) &
				 GICR_CTLR_EnableLPIs,
			 0);
	mmio_write(m, 1, gicr(0, GICR_PENDBASER), 8, PEND_TABLE(0));
	lpis(m, 0, true);
	run(m, 0);
	run(m, 1);
	expect(m, 0, SPURIOUS);
	expect(m, 1, LPI(1));
	machine_end(m);
}

/* The engine is taken: a reset is to be asked for again. */
TEST(reset_while_the_engine_is_taken)
{
	ITS_MACHINE(.nr_vcpus = 1);
	map_all(m);
	vgic_put(m->vcpu[0]);
	vgic_store_seq(&m->gic->its_busy, 1);
	assert_int_equal(vgic_vcpu_reset(m->vcpu[0], true), VGIC_E_BUSY);
	/* Of one that keeps its redistributor, LPIs are not looked at. */
	assert_int_equal(vgic_vcpu_reset(m->vcpu[0], false), VGIC_OK);
	vgic_store_seq(&m->gic->its_busy, 0);
	assert_int_equal(vgic_vcpu_reset(m->vcpu[0], true), VGIC_OK);
	machine_end(m);
}

/* Queue these commands and write GITS_CWRITER; how often that was not all. */
static uint32_t queue(struct machine *m, const struct its_cmd *cmd, uint32_t n)
{
	uint32_t at = (uint32_t)mmio_read(m, 0, gits(0, GITS_CWRITER), 8);

	for (uint32_t i = 0; i < n; i++) {
		queue_at(m, 0, at, cmd[i]);
		at = (at + GITS_CMD_SIZE) % 4096;
	}
	return retries(m, 0, gits(0, GITS_CWRITER), 8, at);
}

/* Events 0.. of device 1 are as many LPIs, all pending. */
static void many_pending(struct machine *m, uint32_t n)
{
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPC(1, 1));
	command(m, 0, 0, MAPD(1, ITT(0), 16));
	for (uint32_t i = 0; i < n; i++) {
		configure(m, LPI(i), 0xa0, true);
		command(m, 0, 0, MAPTI(1, i, LPI(i), 0));
		assert_int_equal(vgic_inject_msi(m->gic, 0, 1, i), 1);
	}
}

static uint32_t nr_pending(struct machine *m, uint32_t v, uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t word = vgic_irq_word(m->gic, m->gic->first_lpi + i);

		sum += w_pending(word) && w_target(word) == v;
	}
	return sum;
}

/* MAPC, MOVALL and MAPD of very many. */
TEST(very_many_moved_and_unmapped)
{
	const struct its_cmd there[] = { MAPC(0, 1), SYNC(0) };
	const struct its_cmd back[] = { MOVALL(1, 0), SYNC(0) };
	const struct its_cmd gone[] = { UNMAPD(1), SYNC(0) };
	const uint32_t n = 2000;

	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	many_pending(m, n);
	assert_in_range(queue(m, there, 2), 8, 100);
	assert_int_equal(nr_pending(m, 1, n), n);
	assert_in_range(queue(m, back, 2), 8, 100);
	assert_int_equal(nr_pending(m, 0, n), n);
	/* A message goes where the collection is, whatever MOVALL moved. */
	assert_int_equal(vgic_inject_msi(m->gic, 0, 1, 5), 1);
	assert_int_equal(nr_pending(m, 1, n), 1);
	assert_in_range(queue(m, gone, 2), 8, 100);
	assert_int_equal(nr_pending(m, 0, n) + nr_pending(m, 1, n), 0);
	assert_int_equal(its_stats(m, 0).command_errors, 0);
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	machine_end(m);
}

/* What a trap may do is counted: commands, and what each of them takes away. */
TEST(commands_are_charged)
{
	const struct its_cmd gone[] = { UNMAPD(1), SYNC(0) };
	struct its_cmd many[120];

	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = 512);
	for (uint32_t i = 0; i < 120; i++) {
		many[i] = MAPD(2 + i, ITT(0), 1);
	}
	assert_in_range(queue(m, many, 120), 1, 10);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(1, ITT(0), 9));
	for (uint32_t i = 0; i < 512; i++) {
		command(m, 0, 0, MAPTI(1, i, LPI(i), 0));
	}
	assert_in_range(queue(m, gone, 2), 6, 20);
	assert_int_equal(its_stats(m, 0).command_errors, 0);
	machine_end(m);
}

/* A command that takes many events away, of which some have gone. */
static void begin_unmapping(struct machine *m, uint32_t n)
{
	many_pending(m, n);
	queue_at(m, 0, (uint32_t)mmio_read(m, 0, gits(0, GITS_CWRITER), 8),
		 UNMAPD(1));
	assert_int_equal(
		try_write(m, 0, gits(0, GITS_CWRITER), 8,
			  mmio_read(m, 0, gits(0, GITS_CWRITER), 8) + 32),
		VGIC_TRAP_RETRY);
	assert_in_range(nr_pending(m, 0, n), 1, n - 1);
}

/* Disabled amid a command, the ITS begins with it when it is enabled. */
TEST(cut_and_disabled)
{
	const uint32_t n = 1000;

	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	begin_unmapping(m, n);
	assert_false(guest_read32(m, 0, gits(0, GITS_CTLR)) &
		     GITS_CTLR_Quiescent);
	mmio_write(m, 1, gits(0, GITS_CTLR), 4, 0);
	assert_true(guest_read32(m, 0, gits(0, GITS_CTLR)) &
		    GITS_CTLR_Quiescent);
	assert_in_range(nr_pending(m, 0, n), 1, n - 1);
	assert_in_range(retries(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled),
			1, 100);
	assert_int_equal(nr_pending(m, 0, n), 0);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_CREADR), 8),
			 mmio_read(m, 0, gits(0, GITS_CWRITER), 8));
	machine_end(m);
}

/* Reset amid a command, the ITS begins with the next one. */
static void cut_and_reset(bool all)
{
	struct machine *m = its_machine(CONFIG(.nr_vcpus = 2, .nr_lpis = MANY));

	begin_unmapping(m, 1000);
	vgic_put(m->vcpu[0]);
	vgic_put(m->vcpu[1]);
	if (all) {
		vgic_reset(m->gic);
	} else {
		assert_int_equal(vgic_uaccess_reset_its(m->vcpu[0], 0),
				 VGIC_OK);
	}
	its_setup(m, 0);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(1, ITT(0), 4));
	command(m, 0, 0, MAPTI(1, 0, LPI(0), 0));
	assert_int_equal(vgic_check_msi(m->gic, 0, 1, 0),
			 all ? VGIC_E_BUSY : VGIC_OK);
	machine_end(m);
}

TEST(cut_and_reset_with_all)
{
	(void)state;
	cut_and_reset(true);
}

TEST(cut_and_reset_alone)
{
	(void)state;
	cut_and_reset(false);
}

/* A table of devices that goes takes very many events along. */
TEST(very_many_forgotten)
{
	const uint32_t n = 1000;

	ITS_MACHINE(.nr_vcpus = 2, .nr_lpis = MANY);
	many_pending(m, n);
	for (uint32_t d = 2; d < 200; d++) {
		command(m, 0, 0, MAPD(d, ITT(1), 1));
	}
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, 0);
	assert_in_range(retries(m, 0, gits(0, GITS_BASER), 8,
				GITS_BASER_Valid | DEVICE_TABLE(1)),
			1, 100);
	assert_int_equal(nr_pending(m, 0, n), 0);
	assert_int_equal(m->gic->records->devices.used, 0);
	assert_int_equal(m->gic->records->events.used, 0);
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, GITS_CTLR_Enabled);
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(1, 0, LPI(0), 0)));
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(off_while_some_were_taken),
		cmocka_unit_test(off_while_one_is_handled),
		cmocka_unit_test(off_while_the_holder_sleeps),
		cmocka_unit_test(very_many_on_and_off),
		cmocka_unit_test(off_before_it_was_on),
		cmocka_unit_test(invalidated_while_it_goes_on),
		cmocka_unit_test(very_many_read_again),
		cmocka_unit_test(very_many_read_as_they_were),
		cmocka_unit_test(very_many_reset),
		cmocka_unit_test(reset_while_the_engine_is_taken),
		cmocka_unit_test(very_many_moved_and_unmapped),
		cmocka_unit_test(commands_are_charged),
		cmocka_unit_test(cut_and_disabled),
		cmocka_unit_test(cut_and_reset_with_all),
		cmocka_unit_test(cut_and_reset_alone),
		cmocka_unit_test(very_many_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
