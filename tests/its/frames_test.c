/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * src/its/frames.c and the queue of commands.c: registers, when they can be
 * written, and what a guest does with CWRITER.
 */
#include "tests/machine/its.h"
#include "tests/machine/test.h"

#include "its/its.h"

#define PAGE_SIZE(n) FIELD_PUT(GITS_BASER_Page_Size, n)
/* What becomes of Device memory in GICR_PROPBASER and GICR_PENDBASER. */
#define RAWB FIELD_PUT(GICR_BASER_InnerCache, GITS_Cache_RaWb)

static uint64_t reg(struct machine *m, uint32_t offset)
{
	return mmio_read(m, 0, gits(0, offset), 8);
}

static void set(struct machine *m, uint32_t offset, uint64_t value)
{
	mmio_write(m, 0, gits(0, offset), 8, value);
}

static void enable(struct machine *m, uint32_t value)
{
	mmio_write(m, 0, gits(0, GITS_CTLR), 4, value);
}

static uint32_t ctlr(struct machine *m)
{
	return (uint32_t)mmio_read(m, 0, gits(0, GITS_CTLR), 4);
}

TEST(identification)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = VGIC_MAX_LPIS);
	const uint32_t typer = guest_read32(m, 0, MACHINE_GICD + GICD_TYPER);

	assert_int_equal(reg(m, GITS_TYPER), 0x1ef71);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_TYPER), 4), 0x1ef71);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_TYPER + 4), 4), 0);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_IIDR), 4), 0x4b00043b);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_PIDR4 + 0x18), 4), 0x3b);
	/* No more room for them than 16 bits of INTID give. */
	assert_true(typer & GICD_TYPER_LPIS);
	assert_int_equal(FIELD_GET(GICD_TYPER_IDbits, typer), 15);
	assert_int_equal(FIELD_GET(GICD_TYPER_num_LPIs, typer), 0);
	assert_true(mmio_read(m, 0, gicr(0, GICR_TYPER), 8) & GICR_TYPER_PLPIS);
	machine_end(m);
}

TEST(fewer_lpis_by_a_power_of_two)
{
	const struct {
		uint32_t nr_lpis, field;
	} rows[] = {
		{ 4, 1 }, { 64, 5 }, { 100, 5 }, { 8192, 12 }, { 57343, 14 }
	};

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = rows[i].nr_lpis);

		assert_int_equal(
			FIELD_GET(
				GICD_TYPER_num_LPIs,
				guest_read32(m, 0, MACHINE_GICD + GICD_TYPER)),
			rows[i].field);
		machine_end(m);
	}
}

/* A GICv3 without them is what it always was. */
TEST(without_lpis)
{
	struct machine *m = machine_new(CONFIG(.nr_lrs = 4));
	uint64_t value = 0;

	(void)state;
	assert_int_equal(guest_read32(m, 0, MACHINE_GICD + GICD_TYPER) &
				 (GICD_TYPER_LPIS |
				  FIELD_MASK(GICD_TYPER_IDbits) |
				  FIELD_MASK(GICD_TYPER_num_LPIs)),
			 FIELD_PUT(GICD_TYPER_IDbits, 9));
	assert_false(mmio_read(m, 0, gicr(0, GICR_TYPER), 8) &
		     GICR_TYPER_PLPIS);
	lpis_setup(m, 0);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8), 0);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8), 0);
	assert_false(mmio_read(m, 0, gicr(0, GICR_CTLR), 4) &
		     GICR_CTLR_EnableLPIs);
	mmio_write(m, 0, gicr(0, GICR_INVLPIR), 8, LPI(0));
	mmio_write(m, 0, gicr(0, GICR_INVALLR), 8, 0);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[0], MACHINE_ITS, 4, false, &value),
		VGIC_TRAP_NOT_MINE);
	assert_int_equal(vgic_set_its_base(m->gic, 0, MACHINE_ITS),
			 VGIC_E_NOTSUP);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 0), VGIC_E_NOTSUP);
	machine_end(m);
}

TEST(base_registers)
{
	ITS_MACHINE(.nr_vcpus = 1);
	const uint64_t devices = GITS_BASER_Valid | DEVICE_TABLE(0);

	/* Not while it is enabled. */
	set(m, GITS_BASER, 0);
	set(m, GITS_CBASER, 0);
	assert_true(reg(m, GITS_BASER) & GITS_BASER_Valid);
	assert_true(reg(m, GITS_CBASER) & GITS_CBASER_Valid);
	enable(m, 0);
	assert_int_equal(ctlr(m), GITS_CTLR_Quiescent);
	/* Types and sizes are fixed, memory is cached and shareable. */
	set(m, GITS_BASER, UINT64_MAX);
	assert_int_equal(reg(m, GITS_BASER), UINT64_C(0xf907fffffffff6ff));
	set(m, GITS_BASER + 8, UINT64_MAX);
	assert_int_equal(reg(m, GITS_BASER + 8), UINT64_C(0xbc07fffffffff6ff));
	set(m, GITS_BASER + 16, UINT64_MAX);
	assert_int_equal(reg(m, GITS_BASER + 16), 0);
	set(m, GITS_BASER, 0);
	assert_int_equal(reg(m, GITS_BASER), UINT64_C(0x1907000000000000));
	/* Halves. */
	mmio_write(m, 0, gits(0, GITS_BASER + 4), 4, devices >> 32);
	mmio_write(m, 0, gits(0, GITS_BASER), 4, (uint32_t)devices);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_BASER), 4),
			 (uint32_t)devices);
	assert_true(reg(m, GITS_BASER) & GITS_BASER_Valid);
	/* Not without all of them. */
	enable(m, GITS_CTLR_Enabled);
	assert_true(ctlr(m) & GITS_CTLR_Enabled);
	for (uint32_t n = 0; n < 3; n++) {
		const uint32_t offset[] = { GITS_CBASER, GITS_BASER,
					    GITS_BASER + 8 };

		enable(m, 0);
		set(m, offset[n], DEVICE_TABLE(0));
		enable(m, GITS_CTLR_Enabled);
		assert_int_equal(ctlr(m), GITS_CTLR_Quiescent);
		set(m, offset[n], GITS_CBASER_Valid | DEVICE_TABLE(0));
	}
	machine_end(m);
}

/* A guest that keeps what it finds: attributes as KVM's, pages of 64 KiB. */
TEST(base_registers_as_found)
{
	MACHINE(.nr_vcpus = 1, .nr_lrs = 4, .nr_its = 1, .nr_lpis = 64);

	/* Inner Shareable, Write-back. */
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8),
			 UINT64_C(0x580));
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8),
			 UINT64_C(0x580));
	lpis_setup(m, 0);
	assert_int_equal(reg(m, GITS_BASER), UINT64_C(0x1907000000000600));
	assert_int_equal(reg(m, GITS_BASER + 8), UINT64_C(0x1c07000000000600));
	for (uint32_t n = 0; n < 2; n++) {
		set(m, GITS_BASER + 8 * n,
		    reg(m, GITS_BASER + 8 * n) | GITS_BASER_Valid |
			    (n ? COLLECTION_TABLE(0) : DEVICE_TABLE(0)));
	}
	set(m, GITS_CBASER, GITS_CBASER_Valid | QUEUE(0));
	enable(m, GITS_CTLR_Enabled);
	configure(m, LPI(0), 0xa0, true);
	command(m, 0, 0, MAPC(0, 0));
	command(m, 0, 0, MAPD(600, ITT(0), 5));
	command(m, 0, 0, MAPTI(600, 3, LPI(0), 0));
	assert_int_equal(msi(m, 600, 3), 1);
	run(m, 0);
	expect(m, 0, LPI(0));
	machine_end(m);
}

/* Memory of the guest that a table of 52 bits is in, as well. */
#define FAR (UINT64_C(0xa) << 48)

static const struct vgic_host_ops *near_ops;

static int read_far(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	return near_ops->read_guest(ctx, ipa >= FAR ? ipa - FAR : ipa, buf,
				    len);
}

static int write_far(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	/* The tables alone: events' are near. */
	assert_true(ipa >= FAR);
	return near_ops->write_guest(ctx, ipa - FAR, buf, len);
}

/* Pages of 64 KiB have bits 51:48 of their address in bits 15:12. */
TEST(tables_of_52_bits)
{
	const uint64_t attributes =
		GITS_BASER_Valid |
		FIELD_PUT(GITS_BASER_Page_Size, GITS_BASER_Page_Size_64K) |
		FIELD_PUT(GITS_BASER_PhysAddr_High, 0xa);
	ITS_MACHINE(.nr_vcpus = 1);
	struct vgic_host_ops far_ops = *m->gic->config.host;

	near_ops = m->gic->config.host;
	far_ops.read_guest = read_far;
	far_ops.write_guest = write_far;
	enable(m, 0);
	set(m, GITS_BASER, attributes | DEVICE_TABLE(0));
	set(m, GITS_BASER + 8, attributes | DEVICE_TABLE(1));
	enable(m, GITS_CTLR_Enabled);
	/* Nothing is there. */
	assert_wrong(m, 1, command(m, 0, 0, MAPD(1, ITT(0), 5)));
	assert_wrong(m, 1, command(m, 0, 0, MAPC(0, 0)));
	m->gic->config.host = &far_ops;
	assert_wrong(m, 0, command(m, 0, 0, MAPD(1, ITT(0), 5)));
	assert_wrong(m, 0, command(m, 0, 0, MAPC(0, 0)));
	assert_int_equal(save_tables(m), 0);
	assert_true(peek64(m, DEVICE_TABLE(0) + 8) >> 63);
	assert_true(peek64(m, DEVICE_TABLE(1)) >> 63);
	m->gic->config.host = near_ops;
	machine_end(m);
}

/* Redistributors' too, while their LPIs are enabled. */
TEST(redistributor_base_registers)
{
	ITS_MACHINE(.nr_vcpus = 2);

	mmio_write(m, 0, gicr(0, GICR_PROPBASER), 8, 0);
	mmio_write(m, 0, gicr(0, GICR_PENDBASER), 8, 0);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8),
			 PROP_TABLE | 15 | RAWB);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PENDBASER), 8),
			 PEND_TABLE(0) | RAWB);
	mmio_write(m, 0, gicr(1, GICR_CTLR), 4, 0);
	mmio_write(m, 0, gicr(1, GICR_PROPBASER), 8, UINT64_MAX);
	assert_int_equal(mmio_read(m, 0, gicr(0, GICR_PROPBASER), 8),
			 UINT64_C(0x000ffffffffff79f));
	mmio_write(m, 0, gicr(1, GICR_PENDBASER + 4), 4, UINT32_MAX);
	mmio_write(m, 0, gicr(1, GICR_PENDBASER), 4, UINT32_MAX);
	assert_int_equal(mmio_read(m, 0, gicr(1, GICR_PENDBASER), 8),
			 UINT64_C(0x000fffffffff0780));
	/* PTZ was in the other half. */
	assert_true(vgic_load_seq(&m->gic->vcpus[1].gicr_pendbaser) &
		    GICR_PENDBASER_PTZ);
	machine_end(m);
}

TEST(queue_wraps)
{
	ITS_MACHINE(.nr_vcpus = 1);

	map_all(m);
	run(m, 0);
	/* Twice around, INT by INT. */
	for (uint32_t n = 0; n < 256; n++) {
		command(m, 0, 0, EVENT(INT, 1, n % 32));
		expect(m, 0, LPI(n % 32));
	}
	/* All at once, from the middle and around. */
	for (uint32_t n = 0; n < 128; n++) {
		queue_at(m, 0, n * 32, EVENT(INT, 1, n % 32));
	}
	set(m, GITS_CWRITER, (reg(m, GITS_CWRITER) + 4096 - 32) % 4096);
	for (uint32_t n = 0; n < 32; n++) {
		uint32_t intid = guest_ack(m, 0);

		assert_int_not_equal(intid, SPURIOUS);
		guest_eoi(m, 0, intid);
	}
	expect(m, 0, SPURIOUS);
	assert_int_equal(its_stats(m, 0).commands, 34 + 256 + 127);
	machine_end(m);
}

TEST(cwriter_out_of_range)
{
	ITS_MACHINE(.nr_vcpus = 1);
	uint64_t errors = stats_of(m, 0).guest_errors;

	set(m, GITS_CWRITER, 4096);
	set(m, GITS_CWRITER, UINT64_MAX);
	assert_int_equal(reg(m, GITS_CWRITER), 0);
	assert_int_equal(stats_of(m, 0).guest_errors - errors, 2);
	/* Retry and the bits below an offset mean nothing; CREADR is RO. */
	set(m, GITS_CWRITER, 0x3f);
	assert_int_equal(reg(m, GITS_CWRITER), 0x20);
	assert_int_equal(reg(m, GITS_CREADR), 0x20);
	set(m, GITS_CREADR, 0);
	assert_int_equal(reg(m, GITS_CREADR), 0x20);
	machine_end(m);
}

/* Commands wait while the ITS is disabled. */
TEST(enabled_with_a_full_queue)
{
	ITS_MACHINE(.nr_vcpus = 1);

	map_all(m);
	run(m, 0);
	enable(m, 0);
	set(m, GITS_CBASER, GITS_CBASER_Valid | QUEUE(0));
	assert_int_equal(reg(m, GITS_CWRITER), 0);
	assert_int_equal(reg(m, GITS_CREADR), 0);
	queue_at(m, 0, 0, EVENT(INT, 1, 0));
	queue_at(m, 0, 32, EVENT(INT, 1, 1));
	set(m, GITS_CWRITER, 64);
	assert_int_equal(msi(m, 1, 2), 0);
	expect(m, 0, SPURIOUS);
	assert_int_equal(ctlr(m), GITS_CTLR_Quiescent);
	enable(m, GITS_CTLR_Enabled);
	expect(m, 0, LPI(0));
	expect(m, 0, LPI(1));
	assert_int_equal(ctlr(m), GITS_CTLR_Quiescent | GITS_CTLR_Enabled);
	machine_end(m);
}

static enum vgic_trap try_write(struct machine *m, uint32_t v, uint64_t ipa,
				uint64_t value)
{
	return vgic_trap_mmio(m->vcpu[v], ipa, 8, true, &value);
}

/*
 * Somebody else has the engine: a second one leaves its commands and goes, and
 * makes all other accesses again.
 */
TEST(two_writers)
{
	ITS_MACHINE(.nr_vcpus = 2, .nr_its = 2);
	const uint64_t others[] = {
		gits(1, GITS_CBASER),	 gits(1, GITS_BASER),
		gicr(0, GICR_INVLPIR),	 gicr(0, GICR_INVALLR),
		gicr(1, GICR_PROPBASER), gicr(1, GICR_PENDBASER),
	};
	_Atomic(uint32_t) *busy = &m->gic->its_busy;
	uint64_t value = 0;

	map_all(m);
	run(m, 0);
	vgic_store_seq(busy, 1);
	queue_at(m, 0, (uint32_t)reg(m, GITS_CWRITER), EVENT(INT, 1, 0));
	mmio_write(m, 1, gits(0, GITS_CWRITER), 8, reg(m, GITS_CWRITER) + 32);
	assert_false(ctlr(m) & GITS_CTLR_Quiescent);
	expect(m, 0, SPURIOUS);
	for (uint32_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(try_write(m, 1, others[i], LPI(0)),
				 VGIC_TRAP_RETRY);
	}
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[1], gits(1, GITS_CTLR), 4, true, &value),
		VGIC_TRAP_RETRY);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[1], gicr(1, GICR_CTLR), 4, true, &value),
		VGIC_TRAP_RETRY);
	vgic_store_seq(busy, 0);
	/* Whoever has the engine next takes them, whatever it is there for. */
	mmio_write(m, 1, gicr(1, GICR_INVALLR), 8, 0);
	assert_true(ctlr(m) & GITS_CTLR_Quiescent);
	expect(m, 0, LPI(0));
	machine_end(m);
}

/* One trap does not do it all when there is very much to do. */
TEST(much_to_do)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_lpis = VGIC_MAX_LPIS);
	uint64_t value = 127 * 32;
	uint32_t traps = 1;

	map_all(m);
	/* All LPIs are to be looked at. */
	command(m, 0, 0, MAPTI(1, 31, LPI(VGIC_MAX_LPIS - 1), 0));
	enable(m, 0);
	set(m, GITS_CBASER, GITS_CBASER_Valid | QUEUE(0));
	enable(m, GITS_CTLR_Enabled);
	for (uint32_t n = 0; n < 128; n++) {
		queue_at(m, 0, n * 32, INVALL(0));
	}
	while (vgic_trap_mmio(m->vcpu[0], gits(0, GITS_CWRITER), 8, true,
			      &value) == VGIC_TRAP_RETRY) {
		/* Not for others to wait for. */
		assert_int_equal(vgic_load_seq(&m->gic->its_busy), 0);
		traps++;
	}
	assert_in_range(traps, 127, 127 * 64);
	assert_int_equal(reg(m, GITS_CREADR), value);
	assert_int_equal(its_stats(m, 0).command_errors, 0);
	machine_end(m);
}

/* A table that is replaced takes along what it said. */
TEST(tables_replaced)
{
	ITS_MACHINE(.nr_vcpus = 1);
	uint64_t devices, collections;

	map_all(m);
	run(m, 0);
	devices = reg(m, GITS_BASER);
	collections = reg(m, GITS_BASER + 8);
	enable(m, 0);
	/* The same again changes nothing. */
	set(m, GITS_BASER, devices);
	set(m, GITS_BASER + 8, collections);
	enable(m, GITS_CTLR_Enabled);
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(0));
	enable(m, 0);
	set(m, GITS_BASER + 8, collections + 0x1000);
	enable(m, GITS_CTLR_Enabled);
	assert_int_equal(msi(m, 1, 0), 0);
	command(m, 0, 0, MAPC(0, 0));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(0));
	enable(m, 0);
	set(m, GITS_BASER, devices & ~GITS_BASER_Valid);
	set(m, GITS_BASER, devices);
	enable(m, GITS_CTLR_Enabled);
	/* The memory still has it: but that is only memory now. */
	assert_int_equal(msi(m, 1, 0), 0);
	assert_int_equal(info_of(m, 0, LPI(0)).target, UINT32_MAX);
	assert_wrong(m, 1, command(m, 0, 0, MAPTI(1, 0, LPI(0), 0)));
	command(m, 0, 0, MAPD(1, ITT(0), 5));
	command(m, 0, 0, MAPTI(1, 0, LPI(0), 0));
	assert_int_equal(msi(m, 1, 0), 1);
	expect(m, 0, LPI(0));
	machine_end(m);
}

/* A vCPU has no DeviceID: what it writes there is dropped. */
TEST(translation_frame)
{
	ITS_MACHINE(.nr_vcpus = 1);
	uint64_t errors = stats_of(m, 0).guest_errors;

	map_all(m);
	run(m, 0);
	mmio_write(m, 0, gits(0, GITS_TRANSLATER), 4, 0);
	mmio_write(m, 0, gits(0, GITS_TRANSLATER), 2, 0);
	expect(m, 0, SPURIOUS);
	assert_int_equal(stats_of(m, 0).guest_errors, errors);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_TRANSLATER), 4), 0);
	mmio_write(m, 0, gits(0, GITS_TRANSLATER), 8, 0);
	mmio_write(m, 0, gits(0, GITS_TRANSLATER + 4), 4, 0);
	assert_int_equal(stats_of(m, 0).guest_errors, errors + 3);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_STATUSR), 4), 6);
	mmio_write(m, 0, gits(0, GITS_STATUSR), 4, 6);
	assert_int_equal(mmio_read(m, 0, gits(0, GITS_STATUSR), 4), 0);
	machine_end(m);
}

TEST(placed_and_found)
{
	ITS_MACHINE(.nr_vcpus = 1, .nr_its = 3);
	struct vgic *gic = m->gic;
	uint32_t its = 9;

	assert_int_equal(vgic_find_its(gic, gits(1, GITS_TRANSLATER), &its),
			 VGIC_OK);
	assert_int_equal(its, 1);
	assert_int_equal(vgic_find_its(gic, gits(1, 0), &its), VGIC_E_NOENT);
	assert_int_equal(vgic_find_its(gic, gits(3, GITS_TRANSLATER), &its),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_set_its_base(gic, 3, 0), VGIC_E_NOENT);
	assert_int_equal(vgic_set_its_base(gic, 0, 0x1000), VGIC_E_INVAL);
	assert_int_equal(vgic_set_its_base(gic, 0, 0), VGIC_E_EXIST);
	gic->its[2].placed = false;
	assert_int_equal(vgic_set_its_base(gic, 2, gits(1, 0x10000)),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_set_its_base(gic, 2, MACHINE_GICR),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_set_its_base(gic, 2, MACHINE_GICD - 0x10000),
			 VGIC_E_OVERLAP);
	assert_int_equal(vgic_set_its_base(gic, 2, ~UINT64_C(0xffff)),
			 VGIC_E_OVERLAP);
	gic->dist_placed = false;
	assert_int_equal(vgic_set_dist_base(gic, gits(1, 0)), VGIC_E_OVERLAP);
	gic->nr_regions = 0;
	assert_int_equal(vgic_add_redist_region(gic, gits(0, 0), 1),
			 VGIC_E_OVERLAP);
	gic->dist_placed = true;
	gic->nr_regions = 1;
	/* One that is nowhere cannot be enabled. */
	vgic_store_seq(&gic->its[2].ctlr, 0);
	assert_int_equal(vgic_set_its_base(gic, 2, gits(4, 0)), VGIC_OK);
	assert_int_equal(vgic_inject_msi(gic, 2, 0, 0), 0);
	machine_end(m);
}

/* What vgic_create() takes. */
TEST(configurations)
{
	const struct {
		enum vgic_model model;
		uint32_t nr_its, nr_lpis, nr_events;
		bool good;
	} rows[] = {
		{ VGIC_GICV3, 0, 0, 0, true },
		{ VGIC_GICV3, 8, VGIC_MAX_LPIS, 0, true },
		/* A guest could not be told of three. */
		{ VGIC_GICV3, 1, 3, 0, false },
		{ VGIC_GICV3, 1, 4, 0, true },
		{ VGIC_GICV3, 9, 64, 0, false },
		{ VGIC_GICV3, 1, VGIC_MAX_LPIS + 1, 0, false },
		{ VGIC_GICV3, 1, 0, 0, false },
		{ VGIC_GICV3, 0, 64, 0, false },
		{ VGIC_GICV2, 1, 64, 0, false },
		{ VGIC_GICV3, 1, 64, 64, true },
		{ VGIC_GICV3, 1, 64, 65, false },
		{ VGIC_GICV3, 0, 0, 1, false },
	};
	struct vgic_host_ops host;
	struct vgic_config config;
	struct vgic *gic;

	ITS_MACHINE(.nr_vcpus = 1);
	config = m->gic->config;
	host = *config.host;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config.arch = vgic_arch_of(rows[i].model);
		config.its = (struct vgic_its_config){ rows[i].nr_its,
						       rows[i].nr_lpis,
						       rows[i].nr_events };
		assert_int_equal(vgic_memory_size(&config) != 0, rows[i].good);
	}
	/* Nor can it do without the guest's memory. */
	config = m->gic->config;
	config.host = &host;
	host.write_guest = NULL;
	assert_int_equal(vgic_create(&config, m->memory,
				     vgic_memory_size(&config), &gic),
			 VGIC_E_INVAL);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identification),
		cmocka_unit_test(fewer_lpis_by_a_power_of_two),
		cmocka_unit_test(without_lpis),
		cmocka_unit_test(base_registers),
		cmocka_unit_test(base_registers_as_found),
		cmocka_unit_test(tables_of_52_bits),
		cmocka_unit_test(redistributor_base_registers),
		cmocka_unit_test(queue_wraps),
		cmocka_unit_test(cwriter_out_of_range),
		cmocka_unit_test(enabled_with_a_full_queue),
		cmocka_unit_test(two_writers),
		cmocka_unit_test(much_to_do),
		cmocka_unit_test(tables_replaced),
		cmocka_unit_test(translation_frame),
		cmocka_unit_test(placed_and_found),
		cmocka_unit_test(configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
