/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LPIs and ITSs in snapshots: nothing pending is lost or comes twice, and
 * the tables in guest memory are moved by whoever moves that.
 */
#include "its/its.h"
#include "regs/gicv3.h"
#include "regs/gits.h"
#include "snapshot/snapshot.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define PAGE 4096u
#define LPI(n) (GIC_LPI_BASE + (n))

static const struct machine_config one_its = { .backend = "ich",
					       .nr_lrs = 2,
					       .nr_its = 1 };
static const struct machine_config in_software = { .backend = "soft",
						   .nr_its = 1 };

static void run_all(struct machine *m,
		    void (*step)(struct machine *m, uint32_t v))
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		step(m, v);
	}
}

static uint32_t take_one(struct machine *m, uint32_t v)
{
	uint32_t intid = (uint32_t)guest_read(m, v, ICC_IAR1_EL1);

	if (intid != 1023) {
		guest_write(m, v, ICC_EOIR1_EL1, intid);
	}
	return intid;
}

/* Device 0: event n is LPI n, for vCPU n % 4. */
static struct machine *new_mapped(const struct machine_config *config,
				  uint32_t events)
{
	struct machine *m = new_machine(config);

	boot(m);
	for (uint32_t n = 0; n < events; n++) {
		command(m, 0, 0, MAPTI(0, n, LPI(n), n % VCPUS));
	}
	return m;
}

static void send(struct machine *m, uint32_t event)
{
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, event), 1);
	machine_serve_all(m);
}

/* What was saved, to `to`; saved there again it is the same. */
static void restore(struct machine *from, struct machine *to)
{
	struct vgic_snapshot_where where;
	size_t size, again;
	uint8_t *first = save(from, &size), *second;

	assert_int_equal(vgic_snapshot_restore(to->gic, first, size, &where),
			 VGIC_OK);
	second = save(to, &again);
	assert_int_equal(size, again);
	assert_memory_equal(first, second, size);
	free(first);
	free(second);
	machine_check(to);
}

/*
 * In list registers, in queues and in an inbox, taken and not: each of them
 * comes once, on its own vCPU, and then no more.
 */
static void exactly_once(const struct machine_config *from_config,
			 const struct machine_config *to_config)
{
	struct machine *from = new_mapped(from_config, 16);
	struct machine *to = new_machine(to_config);
	uint32_t got = 0;

	for (uint32_t n = 0; n < 15; n++) {
		send(from, n);
	}
	/* One was taken, and came again. */
	assert_int_equal(guest_read(from, 0, ICC_IAR1_EL1), LPI(0));
	send(from, 0);
	guest_write(from, 0, ICC_EOIR1_EL1, LPI(0));
	/* And one was taken, and not ended. */
	assert_int_equal(guest_read(from, 1, ICC_IAR1_EL1), LPI(1));
	run_all(from, put_vcpu);
	assert_int_equal(vgic_inject_msi(from->gic, 0, 0, 15), 1);
	memcpy(to->ram, from->ram, to->ram_size);
	restore(from, to);
	run_all(to, run);
	assert_int_equal(guest_read(to, 1, ICC_IAR1_EL1), 1023);
	guest_write(to, 1, ICC_EOIR1_EL1, LPI(1));
	for (uint32_t v = 0; v < VCPUS; v++) {
		uint32_t intid;

		while ((intid = take_one(to, v)) != 1023) {
			assert_in_range(intid, LPI(0), LPI(15));
			assert_int_equal(intid % VCPUS, v);
			assert_false(got & 1u << (intid - LPI(0)));
			got |= 1u << (intid - LPI(0));
		}
	}
	assert_int_equal(got, 0xfffd);
	send(to, 1);
	assert_int_equal(take_one(to, 1), LPI(1));
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

static void lpis_come_exactly_once(void **state)
{
	(void)state;
	exactly_once(&one_its, &one_its);
	exactly_once(&one_its, &in_software);
	exactly_once(&in_software, &one_its);
}

/* Priority, enable and target as the ITS had cached them. */
static void cached_configuration(void **state)
{
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_machine(&one_its);
	struct vgic_irq_info info;

	(void)state;
	/* Not looked at without an INV. */
	poke8(from, PROP_TABLE + 2, 0x40);
	run_all(from, put_vcpu);
	memcpy(to->ram, from->ram, to->ram_size);
	restore(from, to);
	assert_int_equal(vgic_get_irq_info(to->gic, 0, LPI(2), &info), 0);
	assert_true(info.enabled);
	assert_int_equal(info.priority, 0xa0);
	assert_int_equal(info.target, 2);
	run_all(to, run);
	command(to, 0, 0, EVENT(INV, 0, 2));
	assert_int_equal(vgic_get_irq_info(to->gic, 0, LPI(2), &info), 0);
	assert_false(info.enabled);
	assert_int_equal(info.priority, 0x40);
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

/* EnableLPIs goes: pending state is in memory, and comes from there. */
static void pending_tables_are_memory(void **state)
{
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_machine(&one_its);
	const uint64_t ctlr = MACHINE_GICR + 2 * GICR_STRIDE + GICR_CTLR;

	(void)state;
	send(from, 2);
	mmio_write(from, 2, ctlr, 4, 0);
	assert_int_equal(pending_word(from, 2), 4);
	run_all(from, put_vcpu);
	memcpy(to->ram, from->ram, to->ram_size);
	restore(from, to);
	run_all(to, run);
	assert_int_equal(take_one(to, 2), 1023);
	mmio_write(to, 2, ctlr, 4, GICR_CTLR_EnableLPIs);
	assert_int_equal(take_one(to, 2), LPI(2));
	assert_int_equal(take_one(to, 2), 1023);
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

/*
 * Report 15: nobody flushes tables before memory and snapshot are taken, not
 * even the guest, which is in the middle of everything.
 */
static void field_15_no_flush_before_migration(void **state)
{
	struct machine *from = new_mapped(&one_its, 8);
	struct machine *to = new_machine(&one_its);

	(void)state;
	send(from, 3);
	run_all(from, put_vcpu);
	memcpy(to->ram, from->ram, to->ram_size);
	restore(from, to);
	run_all(to, run);
	assert_int_equal(take_one(to, 3), LPI(3));
	for (uint32_t n = 0; n < 8; n++) {
		send(to, n);
		assert_int_equal(take_one(to, n % VCPUS), LPI(n));
	}
	/* And the driver goes on: a new event, and one that moves. */
	command(to, 0, 0, MAPTI(0, 9, LPI(9), 1));
	send(to, 9);
	assert_int_equal(take_one(to, 1), LPI(9));
	command(to, 0, 0, MOVI(0, 9, 0));
	send(to, 9);
	assert_int_equal(take_one(to, 0), LPI(9));
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

/* The guest's own stores are to its queue and configuration. */
static void copy_dirty(const struct machine *from, struct machine *to)
{
	for (uint32_t page = 0; page < RAM_SIZE / PAGE; page++) {
		if (from->dirty[page]) {
			memcpy(to->ram + page * PAGE, from->ram + page * PAGE,
			       PAGE);
		}
	}
}

/*
 * Report 16: of a diff snapshot's memory there is what was written since the
 * base, and tables are written by the GIC: it tells of every page, through
 * write_guest and nothing else.
 */
static void field_16_tables_in_diff_snapshots(void **state)
{
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_machine(&one_its);

	(void)state;
	memcpy(to->ram, from->ram, to->ram_size);
	memset(from->dirty, 0, RAM_SIZE / PAGE * sizeof(*from->dirty));
	for (uint32_t n = 4; n < 12; n++) {
		command(from, 0, 0, MAPTI(n % 4, n, LPI(n), n % VCPUS));
	}
	run_all(from, put_vcpu);
	copy_dirty(from, to);
	restore(from, to);
	run_all(to, run);
	for (uint32_t n = 4; n < 12; n++) {
		assert_int_equal(vgic_inject_msi(to->gic, 0, n % 4, n), 1);
		machine_serve_all(to);
		assert_int_equal(take_one(to, n % VCPUS), LPI(n));
	}
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

/* Restoring needs no memory: it may come later, page by page. */
static void field_16_restore_before_memory(void **state)
{
	struct machine *from = new_mapped(&one_its, 8);
	struct machine *to = new_machine(&one_its);

	(void)state;
	send(from, 5);
	send(from, 6);
	run_all(from, put_vcpu);
	to->ram_size = 0;
	restore(from, to);
	run_all(to, run);
	assert_int_equal(take_one(to, 1), LPI(5));
	/* Messages need none, either. */
	send(to, 7);
	assert_int_equal(take_one(to, 3), LPI(7));
	memcpy(to->ram, from->ram, to->ram_size);
	to->ram_size = RAM_SIZE;
	assert_int_equal(take_one(to, 2), LPI(6));
	command(to, 0, 0, MOVI(0, 7, 0));
	send(to, 7);
	assert_int_equal(take_one(to, 0), LPI(7));
	run_all(to, put_vcpu);
	machine_end(from);
	machine_end(to);
}

/*
 * One vCPU alone: whether it takes LPIs is its own, the LPIs are not.  Those
 * that it does take again are configured by the memory.
 */
static void one_vcpu_takes_lpis_again(void **state)
{
	struct machine *m = new_mapped(&one_its, 4);
	const uint64_t ctlr = MACHINE_GICR + GICR_STRIDE + GICR_CTLR;
	uint8_t *on, *off;
	size_t on_size, off_size;

	(void)state;
	run_all(m, put_vcpu);
	on = save_vcpu(m, 1, &on_size);
	run_all(m, run);
	mmio_write(m, 1, ctlr, 4, 0);
	run_all(m, put_vcpu);
	off = save_vcpu(m, 1, &off_size);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 1), 0);
	assert_int_equal(vgic_snapshot_restore(m->gic, on, on_size, NULL), 0);
	machine_check(m);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 1), 1);
	run_all(m, run);
	assert_int_equal(take_one(m, 1), LPI(1));
	run_all(m, put_vcpu);
	assert_int_equal(vgic_snapshot_restore(m->gic, off, off_size, NULL), 0);
	machine_check(m);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 1), 0);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 2), 1);
	free(on);
	free(off);
	machine_end(m);
}

/* A value in the first record of a type, its checksums as they ought to be. */
static int with_field(const struct machine *from, struct machine *to,
		      uint32_t type, uint32_t at, uint32_t width,
		      uint64_t value)
{
	struct vgic_snapshot_where where = { .what = NULL };
	size_t size, before_size, after_size;
	uint8_t *bytes = save((struct machine *)(uintptr_t)from, &size);
	uint8_t *before = save(to, &before_size), *after;
	uint32_t length;
	uint8_t *record = find_record(bytes, size, type, &length);
	int error;

	assert_non_null(record);
	snap_put(record + SNAP_RECORD_SIZE + at, width, value);
	seal(bytes, size);
	error = vgic_snapshot_restore(to->gic, bytes, size, &where);
	after = save(to, &after_size);
	if (error) {
		assert_non_null(where.what);
		assert_int_equal(before_size, after_size);
		assert_memory_equal(before, after, after_size);
	}
	machine_check(to);
	free(bytes);
	free(before);
	free(after);
	return error;
}

/* The first LPI's entry: no other interrupts are there. */
#define IRQ(at) (4 + (at))
#define ITS(at) (4 + (at))

static void forged_lpis(void **state)
{
	static const struct {
		uint32_t type, at, width;
		uint64_t value;
		int error;
	} rows[] = {
		{ VGIC_SNAPSHOT_MACHINE, 52, 4, 2, VGIC_E_NOTSUP },
		{ VGIC_SNAPSHOT_MACHINE, 56, 4, 65, VGIC_E_NOTSUP },
		{ VGIC_SNAPSHOT_MACHINE, 52, 8, 0, VGIC_E_NOTSUP },
		/* INTID, beyond what there is; not an LPI. */
		{ VGIC_SNAPSHOT_IRQS, IRQ(0), 4, LPI(64), VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(0), 4, 8191, VGIC_E_FORMAT },
		/* Its event: of ITS 1, of a vCPU 4, of none, of nobody. */
		{ VGIC_SNAPSHOT_IRQS, IRQ(4), 4, 0x80090000, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(4), 4, 0x80280000, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(4), 4, 0x00080000, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(4), 4, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(4), 4, 0x80000000, VGIC_OK },
		/* Active, or held. */
		{ VGIC_SNAPSHOT_IRQS, IRQ(8), 4, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(12), 2, SNAP_IRQ_ACTIVE,
		  VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(12), 2, SNAP_IRQ_LINE,
		  VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(14), 2, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, IRQ(16), 1, 0x41, VGIC_E_FORMAT },
		/* Queues, tables. */
		{ VGIC_SNAPSHOT_ITS, ITS(8), 8, 4096, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(8), 8, 1, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(16), 8, 4096, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(0), 8, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(24), 8, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(32), 8,
		  GITS_BASER_Valid | GITS_BASER_Indirect, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, ITS(40), 4, 2, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, 0, 4, 47, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_ITS, 0, 4, 24, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_LPIS, 0, 8, UINT64_MAX, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_LPIS, 0, 8, 0, VGIC_OK },
		/* Enabled, where nobody takes them. */
		{ VGIC_SNAPSHOT_VCPU, 6, 4, 0, VGIC_OK },
	};
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_mapped(&one_its, 8);

	(void)state;
	run_all(from, put_vcpu);
	run_all(to, put_vcpu);
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int error = with_field(from, to, rows[i].type, rows[i].at,
				       rows[i].width, rows[i].value);

		if (error != rows[i].error) {
			fail_msg("row %u: %d, not %d", i, error, rows[i].error);
		}
	}
	machine_end(from);
	machine_end(to);
}

/* A device without events: nothing but its own record says of which ITS. */
static void device_of_no_its(void **state)
{
	/* Behind the size of an entry and four entries: its device, its ITS. */
	const uint32_t its = 4 + 4 * 14 + 2;
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_mapped(&one_its, 8);

	(void)state;
	command(from, 0, 0, MAPD(9, ITT(9), 5));
	run_all(from, put_vcpu);
	run_all(to, put_vcpu);
	assert_int_equal(with_field(from, to, VGIC_SNAPSHOT_DEVICES, its, 2, 1),
			 VGIC_E_FORMAT);
	assert_int_equal(with_field(from, to, VGIC_SNAPSHOT_DEVICES, its, 2, 0),
			 VGIC_OK);
	machine_end(from);
	machine_end(to);
}

/*
 * vCPU 0 has GICR_CTLR.EnableLPIs and no record of LPIs; vCPU 1's record of
 * LPIs says that they are being enabled, and no record has its GICR_CTLR.
 */
static void job_of_another_vcpu(void **state)
{
	struct machine *from = new_mapped(&one_its, 4);
	struct machine *to = new_mapped(&one_its, 8);
	struct vgic_snapshot_where where;
	size_t size, at = SNAP_HEADER_SIZE, end = at;
	uint8_t *bytes;

	(void)state;
	run_all(from, put_vcpu);
	run_all(to, put_vcpu);
	bytes = save(from, &size);
	while (at < size) {
		uint32_t type = (uint32_t)snap_get(bytes + at, 2);
		uint32_t vcpu = (uint32_t)snap_get(bytes + at + 2, 2);
		size_t all = SNAP_RECORD_SIZE +
			     snap_get(bytes + at + SNAP_RECORD_LENGTH_AT, 4);

		if (type == VGIC_SNAPSHOT_LPIS && vcpu == 1) {
			snap_put(bytes + at + all - SNAP_JOB_SIZE,
				 SNAP_JOB_SIZE, FIELD_PUT(LPI_JOB, LPI_GO_ON));
		}
		if (!(type == VGIC_SNAPSHOT_LPIS && vcpu == 0) &&
		    !(type == VGIC_SNAPSHOT_VCPU && vcpu == 1)) {
			memmove(bytes + end, bytes + at, all);
			end += all;
		}
		at += all;
	}
	seal(bytes, end);
	assert_int_equal(vgic_snapshot_restore(to->gic, bytes, end, &where),
			 VGIC_E_FORMAT);
	assert_int_equal(where.record, VGIC_SNAPSHOT_LPIS);
	free(bytes);
	machine_end(from);
	machine_end(to);
}

/* Neither has what the other one's guest was told of. */
static void other_shapes(void **state)
{
	static const struct machine_config none = { .backend = "ich",
						    .nr_lrs = 2 };
	struct machine *with = new_machine(&one_its),
		       *without = new_machine(&none);
	struct vgic_snapshot_info info;
	size_t size;
	uint8_t *bytes = save(with, &size);

	(void)state;
	assert_int_equal(vgic_snapshot_restore(without->gic, bytes, size, NULL),
			 VGIC_E_NOTSUP);
	assert_int_equal(vgic_snapshot_describe(bytes, size, &info, NULL), 0);
	assert_int_equal(info.its.nr_its, 1);
	assert_int_equal(info.its.nr_lpis, LPIS);
	free(bytes);
	bytes = save(without, &size);
	assert_int_equal(vgic_snapshot_restore(with->gic, bytes, size, NULL),
			 VGIC_E_NOTSUP);
	assert_int_equal(vgic_snapshot_describe(bytes, size, &info, NULL), 0);
	assert_int_equal(info.its.nr_its, 0);
	free(bytes);
	assert_string_equal(vgic_snapshot_record_name(VGIC_SNAPSHOT_ITS),
			    "its");
	assert_string_equal(vgic_snapshot_record_name(VGIC_SNAPSHOT_LPIS),
			    "lpis");
	machine_end(with);
	machine_end(without);
}

/* Not even an empty one: a VM without ITSs has no record of theirs. */
static void its_record_without_its(void **state)
{
	static const struct machine_config none = { .backend = "ich",
						    .nr_lrs = 2 };
	struct machine *m = new_machine(&none);
	struct vgic_snapshot_where where;
	const size_t all = SNAP_RECORD_SIZE + 4;
	size_t size, at = SNAP_HEADER_SIZE;
	uint8_t *bytes = save(m, &size), *more;

	(void)state;
	more = calloc(1, size + all);
	while (snap_get(bytes + at + 2, 2) == SNAP_NO_VCPU) {
		at += SNAP_RECORD_SIZE +
		      snap_get(bytes + at + SNAP_RECORD_LENGTH_AT, 4);
	}
	memcpy(more, bytes, at);
	snap_put(more + at, 2, VGIC_SNAPSHOT_ITS);
	snap_put(more + at + 2, 2, SNAP_NO_VCPU);
	snap_put(more + at + SNAP_RECORD_LENGTH_AT, 4, 4);
	/* The size of the entries, of which there are none. */
	snap_put(more + at + SNAP_RECORD_SIZE, 4, 256);
	memcpy(more + at + all, bytes + at, size - at);
	size += all;
	seal(more, size);
	assert_int_equal(vgic_snapshot_restore(m->gic, more, size, &where),
			 VGIC_E_FORMAT);
	assert_int_equal(where.record, VGIC_SNAPSHOT_ITS);
	free(more);
	free(bytes);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lpis_come_exactly_once),
		cmocka_unit_test(cached_configuration),
		cmocka_unit_test(pending_tables_are_memory),
		cmocka_unit_test(field_15_no_flush_before_migration),
		cmocka_unit_test(field_16_tables_in_diff_snapshots),
		cmocka_unit_test(field_16_restore_before_memory),
		cmocka_unit_test(one_vcpu_takes_lpis_again),
		cmocka_unit_test(forged_lpis),
		cmocka_unit_test(device_of_no_its),
		cmocka_unit_test(job_of_another_vcpu),
		cmocka_unit_test(other_shapes),
		cmocka_unit_test(its_record_without_its),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
