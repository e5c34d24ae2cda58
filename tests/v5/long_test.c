/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tasks that take longer than one trap may: src/v5/sweep.c, the jobs of
 * src/v5/ist.c, and dead entries at the head of a list.  The guest makes its
 * access again and again (VGIC_TRAP_RETRY).  In between anything may happen:
 * another vCPU writes the same register, the VM is saved, or reset.
 */
#include "core/irq.h"
#include "tests/v5/test.h"

#include <vgic/snapshot.h>
#include <vgic/uaccess.h>

#include "v5/v5.h"

#define VALID_IST (GUEST_IST | IRS_IST_BASER_VALID)
/* Far more than any of these tasks takes. */
#define MANY 20000u

/* 2^20 LPIs, 4096 chunks: four traps for a table that is as new. */
#define BIG_IST \
	.backend = "soft-v5", .nr_vcpus = 2, .lpi_id_bits = 20, \
	.nr_lpis = 1u << 20, .more_ram = true

static uint8_t snapshot[4u << 20];

static bool store_once(struct machine *m, uint32_t v, uint32_t offset,
		       unsigned int width, uint64_t value)
{
	return irs_once(m, v, offset, width, true, &value);
}

static bool baser_once(struct machine *m, uint32_t v, uint64_t value)
{
	return store_once(m, v, IRS_IST_BASER, 8, value);
}

static uint64_t baser(struct machine *m)
{
	return irs_read(m, 0, IRS_IST_BASER, 8);
}

/* How many times it has to be made, the last one included. */
static uint32_t tries(struct machine *m, uint32_t v, uint32_t offset,
		      unsigned int width, uint64_t value)
{
	uint32_t n = 1;

	while (!store_once(m, v, offset, width, value)) {
		assert_true(n++ < MANY);
	}
	return n;
}

static bool has_lpi(struct machine *m, uint32_t id)
{
	struct vgic_irq_info info;

	return vgic_get_irq_info(m->gic, 0, GICV5_LPI(id), &info) == VGIC_OK;
}

/* The table has been made, and works. */
static void assert_made(struct machine *m)
{
	const uint32_t last = (1u << 20) - 1;

	assert_hex(baser(m), VALID_IST);
	assert_true(has_lpi(m, 0));
	guest_setup(m, 0, GICV5_LPI(last), 0, 3);
	assert_int_equal(message(m, last), VGIC_OK);
	assert_hex(guest_ack(m, 0), VALID | GICV5_LPI(last));
	guest_end(m, 0, GICV5_LPI(last));
}

static void assert_gone(struct machine *m)
{
	assert_hex(baser(m), 0);
	assert_false(has_lpi(m, 0));
	assert_false(has_lpi(m, (1u << 20) - 1));
	assert_int_equal(vgic_load_seq(&m->gic->v5->nr_used), 0);
}

static void set_shape(struct machine *m)
{
	irs_write(m, 0, IRS_IST_CFGR, 4, 20);
}

/* The first trap of several has been done. */
static void begin_making(struct machine *m)
{
	set_shape(m);
	assert_false(baser_once(m, 0, VALID_IST));
}

/* No trap does more than its share, the guest's own write ends as asked. */
TEST(ist_made_in_pieces)
{
	MACHINE(BIG_IST);
	uint32_t used = 0, n = 0;
	bool done = false;

	set_shape(m);
	while (!done) {
		uint32_t now;

		assert_mistakes(m, 0, done = baser_once(m, 0, VALID_IST));
		now = vgic_load_seq(&m->gic->v5->nr_used);
		assert_in_range(now - used, 0, 1200);
		used = now;
		/* Valid once it is complete, and no earlier. */
		assert_hex(vgic_load_seq(&m->gic->v5->ist_baser),
			   done ? VALID_IST : 0);
		n++;
	}
	assert_in_range(n, 4, 8);
	assert_int_equal(used, 4096);
	assert_made(m);
	machine_end(m);
}

/* A second vCPU sees that it is not idle; by looking it helps. */
TEST(ist_idle_when_made)
{
	MACHINE(BIG_IST);
	uint32_t n = 0;

	begin_making(m);
	while (!(irs_read(m, 1, IRS_IST_STATUSR, 4) & IRS_IST_STATUSR_IDLE)) {
		assert_true(n++ < 8);
	}
	assert_true(n > 0);
	assert_hex(baser(m), VALID_IST);
	/* The first one's write is done, and was no mistake. */
	assert_mistakes(m, 0, assert_true(baser_once(m, 0, VALID_IST)));
	assert_made(m);
	machine_end(m);
}

/* A table whose LPIs were used: each of its words has to be looked at. */
TEST(ist_taken_away_in_pieces)
{
	MACHINE(BIG_IST);
	uint32_t n;

	set_shape(m);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	for (uint32_t id = 0; id < 1u << 20; id += 251) {
		guest_setup(m, 0, GICV5_LPI(id), 1, 7);
		assert_int_equal(message(m, id), VGIC_OK);
	}
	/* 2^20 words at 12 instructions, and 4178 at 200. */
	n = tries(m, 0, IRS_IST_BASER, 8, 0);
	assert_in_range(n, 200, 400);
	assert_gone(m);
	assert_false(guest_irq(m, 1));
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	for (uint32_t id = 0; id < 1u << 20; id += 251) {
		assert_hex(guest_rcfg(m, 0, GICV5_LPI(id)), 0);
	}
	assert_made(m);
	machine_end(m);
}

/* One whose LPIs were not used is not looked through. */
TEST(ist_unused_is_taken_away_at_once)
{
	MACHINE(BIG_IST);

	set_shape(m);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	assert_in_range(tries(m, 0, IRS_IST_BASER, 8, 0), 1, 8);
	assert_gone(m);
	machine_end(m);
}

/* vCPUs 0 and 1 write in turns, each until its own write is complete. */
static void write_in_turns(struct machine *m, const uint64_t value[2],
			   uint32_t limit)
{
	bool done[2] = { false, false };

	set_shape(m);
	for (uint32_t n = 0; !done[0] || !done[1]; n++) {
		assert_true(n < limit);
		for (uint32_t v = 0; v < 2; v++) {
			assert_mistakes(m, 0,
					done[v] = done[v] ||
						  baser_once(m, v, value[v]));
		}
	}
}

/* Two vCPUs make the same table. */
TEST(ist_made_by_two)
{
	static const uint64_t value[2] = { VALID_IST, VALID_IST };
	MACHINE(BIG_IST);

	write_in_turns(m, value, 16);
	assert_made(m);
	machine_end(m);
}

/* One makes it, and one takes it away: both end, one of them has its way. */
TEST(ist_made_and_taken_away)
{
	static const uint64_t value[2] = { VALID_IST, 0 };
	MACHINE(BIG_IST);

	write_in_turns(m, value, 100);
	if (baser(m)) {
		assert_made(m);
	} else {
		assert_gone(m);
	}
	machine_end(m);
}

/*
 * The same where each one's write is always brought to its end by the other,
 * who makes his own right after.
 */
TEST(ist_writes_end_though_undone)
{
	static const uint64_t value[2] = { VALID_IST, 0 };
	MACHINE(BIG_IST);
	bool done[2] = { false, false };

	set_shape(m);
	for (uint32_t n = 0, v = 0; !done[0] || !done[1]; n++) {
		uint32_t begun = m->gic->v5->ist_job.begun;

		assert_true(n < 100);
		done[v] = done[v] || baser_once(m, v, value[v]);
		if (done[v] || m->gic->v5->ist_job.begun != begun) {
			v = 1 - v;
		}
	}
	(void)tries(m, 0, IRS_IST_BASER, 8, value[0]);
	assert_made(m);
	(void)tries(m, 1, IRS_IST_BASER, 8, value[1]);
	assert_gone(m);
	machine_end(m);
}

/* The guest never made that write again; later, it makes the same one. */
TEST(ist_write_given_up)
{
	MACHINE(BIG_IST);

	begin_making(m);
	(void)tries(m, 1, IRS_IST_BASER, 8, 0);
	assert_gone(m);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	assert_made(m);
	machine_end(m);
}

/* Other writes wait until the table is made, and see a valid one then. */
TEST(ist_shape_while_made)
{
	MACHINE(BIG_IST);

	begin_making(m);
	assert_mistakes(m, 0,
			assert_false(store_once(m, 1, IRS_IST_CFGR, 4, 12)));
	assert_mistakes(m, 0,
			assert_false(store_once(m, 1, IRS_MAP_L2_ISTR, 4, 0)));
	assert_mistakes(m, 1, (void)tries(m, 1, IRS_IST_CFGR, 4, 12));
	assert_hex(irs_read(m, 0, IRS_IST_CFGR, 4), 20);
	assert_mistakes(m, 0, assert_true(baser_once(m, 0, VALID_IST)));
	assert_made(m);
	machine_end(m);
}

/* A VMM stops the VM meanwhile: the registers that it reads are of a whole. */
TEST(ist_made_when_a_vmm_reads)
{
	MACHINE(BIG_IST);
	uint64_t value = 0;

	begin_making(m);
	put_all(m);
	assert_int_equal(
		vgic_uaccess_irs(m->vcpu[0], 0, IRS_IST_BASER, false, &value),
		VGIC_OK);
	assert_hex(value, VALID_IST);
	assert_made(m);
	machine_end(m);
}

/* By halves: that half of it is not there until the table is. */
TEST(ist_made_by_a_half)
{
	MACHINE(BIG_IST);

	set_shape(m);
	assert_true(tries(m, 0, IRS_IST_BASER, 4, VALID_IST) > 1);
	assert_made(m);
	assert_int_equal(mistakes(m), 0);
	machine_end(m);
}

/* An L2 table whose words were used, and have to be taken back first. */
static void begin_l2_table(struct machine *m)
{
	uint32_t index[64];

	irs_write(m, 0, IRS_IST_CFGR, 4, 14);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	for (uint32_t n = 0; n < 64; n++) {
		index[n] = vgic_irq_index(m->gic, 0, GICV5_LPI(256 * n));
	}
	(void)tries(m, 0, IRS_IST_BASER, 8, 0);
	for (uint32_t n = 0; n < 64; n++) {
		vgic_irq_change(m->gic, NULL, index[n], VGIC_SET_EDGE, 0);
	}
	poke64(m, GUEST_IST, MACHINE_RAM + 0x20000);
	guest_ist(m, true, 14, 0, 2);
}

#define L2_WORLD \
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .lpi_id_bits = 14, \
		.nr_lpis = 1u << 14, .more_ram = true)

/* It takes several traps. */
TEST(l2_table_in_pieces)
{
	L2_WORLD;

	begin_l2_table(m);
	assert_in_range(tries(m, 0, IRS_MAP_L2_ISTR, 4, 0), 3, 8);
	assert_hex(peek64(m, GUEST_IST),
		   (MACHINE_RAM + 0x20000) | L1_ISTE_VALID);
	for (uint32_t n = 0; n < 64; n++) {
		assert_hex(guest_rcfg(m, 0, GICV5_LPI(256 * n)), 0);
	}
	machine_end(m);
}

/* A VMM's look ends it, when the memory of its entry has gone. */
TEST(l2_table_ended_by_the_host)
{
	L2_WORLD;
	uint64_t value = 0;

	begin_l2_table(m);
	assert_false(irs_once(m, 0, IRS_MAP_L2_ISTR, 4, true, &value));
	m->rom = true;
	leave(m, 0);
	leave(m, 1);
	assert_int_equal(
		vgic_uaccess_irs(m->vcpu[0], 0, IRS_CR0, false, &value),
		VGIC_OK);
	assert_hex(peek64(m, GUEST_IST), MACHINE_RAM + 0x20000);
	assert_int_equal(mistakes(m), 0);
	machine_end(m);
}

static void save_and_restore(struct machine *m)
{
	struct vgic_snapshot_where where;
	int64_t size;

	leave(m, 0);
	leave(m, 1);
	size = vgic_snapshot_save(m->gic, snapshot, sizeof(snapshot));
	assert_in_range(size, 1, sizeof(snapshot));
	assert_int_equal(
		vgic_snapshot_restore(m->gic, snapshot, (size_t)size, &where),
		VGIC_OK);
}

/* Saved in the middle: what is restored has it all. */
TEST(ist_saved_in_the_middle)
{
	MACHINE(BIG_IST);

	begin_making(m);
	save_and_restore(m);
	assert_mistakes(m, 0, assert_true(baser_once(m, 0, VALID_IST)));
	assert_made(m);
	/* The same of one that goes. */
	assert_false(baser_once(m, 0, 0));
	save_and_restore(m);
	assert_mistakes(m, 0, assert_true(baser_once(m, 0, 0)));
	assert_gone(m);
	machine_end(m);
}

/* What a restored LPI was before is not the next table's. */
TEST(ist_restored_and_taken_away)
{
	MACHINE(BIG_IST);

	set_shape(m);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	guest_setup(m, 0, GICV5_LPI(3000), 1, 7);
	save_and_restore(m);
	(void)tries(m, 0, IRS_IST_BASER, 8, 0);
	(void)tries(m, 0, IRS_IST_BASER, 8, VALID_IST);
	assert_hex(guest_rcfg(m, 0, GICV5_LPI(3000)), 0);
	machine_end(m);
}

TEST(ist_reset_in_the_middle)
{
	MACHINE(BIG_IST);

	begin_making(m);
	leave(m, 0);
	leave(m, 1);
	vgic_reset(m->gic);
	assert_hex(irs_read(m, 0, IRS_IST_STATUSR, 4), IRS_IST_STATUSR_IDLE);
	assert_gone(m);
	guest_write(m, 0, ICC_PCR_EL1, 31);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	set_shape(m);
	assert_in_range(tries(m, 0, IRS_IST_BASER, 8, VALID_IST), 4, 8);
	assert_made(m);
	machine_end(m);
}

/* IRSEN, and 65536 SPIs that follow it. */
#define BIG_IRS .backend = "soft-v5", .nr_vcpus = 2, .nr_spis = 65536

static uint32_t forwarded(struct machine *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->config.nr_spis; i++) {
		n += (vgic_irq_word(m->gic, m->gic->first_spi + i) & W_GATE1) !=
		     0;
	}
	return n;
}

static bool cr0_once(struct machine *m, uint32_t v, uint64_t value)
{
	return store_once(m, v, IRS_CR0, 4, value);
}

TEST(irsen_in_pieces)
{
	MACHINE(BIG_IRS);
	uint32_t before = forwarded(m), n = 0;
	bool done = false;

	assert_int_equal(before, 65536);
	while (!done) {
		uint32_t now;

		done = cr0_once(m, 0, 0);
		now = forwarded(m);
		assert_in_range(before - now, 0, 500);
		before = now;
		n++;
	}
	assert_in_range(n, 131, 400);
	assert_int_equal(before, 0);
	assert_hex(irs_read(m, 0, IRS_CR0, 4), IRS_CR0_IDLE);
	machine_end(m);
}

/* Whoever reads IRS_CR0 sees it busy, and helps. */
TEST(irsen_idle_when_followed)
{
	MACHINE(BIG_IRS);
	uint32_t n = 0;

	assert_false(cr0_once(m, 0, 0));
	while (!(irs_read(m, 1, IRS_CR0, 4) & IRS_CR0_IDLE)) {
		assert_true(n++ < 400);
	}
	assert_true(n > 0);
	assert_int_equal(forwarded(m), 0);
	assert_true(cr0_once(m, 0, 0));
	machine_end(m);
}

TEST(irsen_by_two)
{
	MACHINE(BIG_IRS);
	bool done[2] = { false, false };

	for (uint32_t n = 0; !done[0] || !done[1]; n++) {
		assert_true(n < MANY);
		for (uint32_t v = 0; v < 2; v++) {
			done[v] = done[v] || cr0_once(m, v, v);
		}
	}
	assert_int_equal(forwarded(m),
			 irs_read(m, 0, IRS_CR0, 4) & IRS_CR0_IRSEN ? 65536 :
								      0);
	machine_end(m);
}

TEST(irsen_reset_and_saved_in_the_middle)
{
	MACHINE(BIG_IRS);

	assert_false(cr0_once(m, 0, 0));
	save_and_restore(m);
	assert_int_equal(forwarded(m), 0);
	assert_true(cr0_once(m, 0, 0));
	assert_false(cr0_once(m, 0, IRS_CR0_IRSEN));
	leave(m, 0);
	leave(m, 1);
	vgic_reset(m->gic);
	assert_hex(irs_read(m, 0, IRS_CR0, 4), IRS_CR0_IDLE);
	assert_int_equal(forwarded(m), 0);
	(void)tries(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	assert_int_equal(forwarded(m), 65536);
	machine_end(m);
}

/* 1-of-N interrupts that are pending while nobody takes part. */
#define NR_STRANDED 4096u

static void strand(struct machine *m)
{
	for (uint32_t v = 0; v < 2; v++) {
		guest_write(m, v, ICC_CR0_EL1, 0);
	}
	for (uint32_t id = 0; id < NR_STRANDED; id++) {
		guest_setup(m, 0, GICV5_SPI(id), 0, 4);
		guest_write(m, 0, GIC_CDAFF, GICV5_SPI(id) | GIC_CDAFF_IRM);
		guest_write(m, 0, GIC_CDPEND,
			    GICV5_SPI(id) | GIC_CDPEND_PENDING);
	}
}

/* vCPU v gets all of them. */
static void take_all(struct machine *m, uint32_t v)
{
	for (uint32_t n = 0; n < NR_STRANDED; n++) {
		uint64_t got = guest_ack(m, v);

		assert_true(got & VALID);
		guest_end(m, v, (uint32_t)got);
	}
	assert_hex(guest_ack(m, v), 0);
}

TEST(stranded_found_in_pieces)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .nr_spis = 65536);

	strand(m);
	m->retries = 0;
	guest_write(m, 1, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	/* 65536 words at 30 instructions, 4096 at 1700; 25,000 a trap. */
	assert_in_range(m->retries, 100, 500);
	assert_false(guest_irq(m, 0));
	take_all(m, 1);
	/* Nobody was left behind: there is nothing to look for. */
	m->retries = 0;
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	assert_int_equal(m->retries, 0);
	machine_end(m);
}

/* The same by IRS_PE_CR0.DPS; IRS_PE_STATUSR is busy, and helps. */
TEST(stranded_found_by_looking)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .nr_spis = 65536);
	uint32_t n = 0;

	for (uint32_t v = 0; v < 2; v++) {
		irs_write(m, 0, IRS_PE_SELR, 4, iaffid(v));
		irs_write(m, 0, IRS_PE_CR0, 4, IRS_PE_CR0_DPS);
	}
	strand(m);
	for (uint32_t v = 0; v < 2; v++) {
		guest_write(m, v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	}
	assert_false(store_once(m, 0, IRS_PE_CR0, 4, 0));
	while (!(irs_read(m, 0, IRS_PE_STATUSR, 4) & IRS_PE_STATUSR_IDLE)) {
		assert_true(n++ < 250);
	}
	assert_true(n > 0);
	assert_true(store_once(m, 0, IRS_PE_CR0, 4, 0));
	take_all(m, 1);
	machine_end(m);
}

/* A PE that leaves in the middle has them wait for the next one. */
TEST(stranded_again_in_the_middle)
{
	MACHINE(.backend = "soft-v5", .nr_vcpus = 2, .nr_spis = 65536);
	uint64_t on = ICC_CR0_EL1_EN;

	strand(m);
	stop(m, 1);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[1], ICC_CR0_EL1, true, &on),
			 VGIC_TRAP_RETRY);
	guest_write(m, 1, ICC_CR0_EL1, 0);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	take_all(m, 0);
	machine_end(m);
}

/* A VMM that restores ICC_CR0_EL1 does all of it at one go. */
TEST(stranded_found_by_restoring)
{
	struct machine *m = machine_create(
		CONFIG(.backend = "soft-v5", .nr_vcpus = 2, .nr_spis = 65536));
	const uint32_t iste = L2_ISTE_PENDING | L2_ISTE_ENABLE | L2_ISTE_IRM;

	(void)state;
	for (uint32_t id = 0; id < NR_STRANDED; id++) {
		uint32_t value = iste;

		assert_int_equal(vgic_uaccess_iste(m->vcpu[0], GICV5_SPI(id),
						   true, &value),
				 VGIC_OK);
	}
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[1], ICC_PCR_EL1, 31), 0);
	assert_int_equal(vgic_v5_set_sysreg(m->vcpu[1], ICC_CR0_EL1, 1), 0);
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	take_all(m, 1);
	machine_end(m);
}

/* What a PE has when it opts out, others get. */
RULE(opting_out_passes_on, 2)
{
	for (uint32_t id = 0; id < 8; id++) {
		guest_setup(m, 0, GICV5_SPI(id), 0, 4);
		guest_write(m, 0, GIC_CDAFF, GICV5_SPI(id) | GIC_CDAFF_IRM);
		guest_write(m, 0, GIC_CDPEND,
			    GICV5_SPI(id) | GIC_CDPEND_PENDING);
	}
	irs_write(m, 1, IRS_PE_SELR, 4, iaffid(0));
	irs_write(m, 1, IRS_PE_CR0, 4, IRS_PE_CR0_DPS);
	assert_false(guest_irq(m, 0));
	for (uint32_t n = 0; n < 8; n++) {
		uint64_t got = guest_ack(m, 1);

		assert_true(got & VALID);
		guest_end(m, 1, (uint32_t)got);
	}
	assert_hex(guest_ack(m, 1), 0);
}

/* Thousands of SPIs, all but the last one disabled since they wait. */
#define NR_DEAD 4095u

static void bury(struct machine *m)
{
	for (uint32_t id = 0; id <= NR_DEAD; id++) {
		guest_setup(m, 0, GICV5_SPI(id), 0, 4);
		guest_write(m, 0, GIC_CDPEND,
			    GICV5_SPI(id) | GIC_CDPEND_PENDING);
	}
	stop(m, 0);
	for (uint32_t id = 0; id < NR_DEAD; id++) {
		vgic_irq_change(m->gic, m->vcpu[0], m->gic->first_spi + id,
				VGIC_CLEAR_ENABLE, 0);
	}
	m->retries = 0;
}

/* The guest stays called upon, and executes its instruction again. */
TEST(dead_entries_before_an_acknowledge)
{
	MACHINE(.backend = "soft-v5", .nr_spis = NR_DEAD + 1);

	bury(m);
	assert_true(vgic_pending(m->vcpu[0]));
	assert_hex(guest_ack(m, 0), VALID | GICV5_SPI(NR_DEAD));
	/* 4095 at 156 instructions, in two or three calls for each try. */
	assert_in_range(m->retries, 2, 14);
	guest_end(m, 0, GICV5_SPI(NR_DEAD));
	assert_false(guest_irq(m, 0));
	machine_end(m);
}

/* ICC_HPPIR_EL1 shows none of them, and each read brings it nearer. */
TEST(dead_entries_before_hppir)
{
	MACHINE(.backend = "soft-v5", .nr_spis = NR_DEAD + 1);
	uint64_t got = 0;
	uint32_t n = 0;

	bury(m);
	while (!got) {
		got = guest_read(m, 0, ICC_HPPIR_EL1);
		assert_true(n++ < 14);
	}
	assert_hex(got, ICC_HPPIR_EL1_HPPIV | GICV5_SPI(NR_DEAD));
	assert_true(n > 2);
	machine_end(m);
}

/* With nothing behind them it is over, and the guest is left alone. */
TEST(dead_entries_come_to_an_end)
{
	MACHINE(.backend = "soft-v5", .nr_spis = NR_DEAD + 1);
	uint32_t n = 0;

	bury(m);
	vgic_irq_change(m->gic, m->vcpu[0], m->gic->first_spi + NR_DEAD,
			VGIC_CLEAR_ENABLE, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	while (vgic_pending(m->vcpu[0])) {
		assert_true(n++ < 20);
	}
	assert_hex(guest_read(m, 0, ICC_HPPIR_EL1), 0);
	assert_hex(guest_ack(m, 0), 0);
	assert_int_equal(m->retries, 0);
	machine_end(m);
}

/*
 * A kick at which other vCPUs write the route of SPI 6, and the kicked one has
 * looked at what it was kicked for already.
 */
static struct {
	struct machine *m;
	uint32_t writes;
} rewriter;

static void rewrite(void *ctx, uint32_t vcpu)
{
	struct vgic *gic = rewriter.m->gic;

	(void)ctx;
	vgic_store_seq(&gic->irqs[gic->first_spi + 6].route,
		       iaffid(rewriter.writes++ % 2));
	vgic_store_seq(&gic->vcpus[vcpu].attention, 0);
}

/* GIC CDAFF that never comes last gives way, and is executed again. */
TEST(route_gives_way_to_other_writers)
{
	static const struct vgic_host_ops ops = { .kick = rewrite };
	MACHINE(.backend = "soft-v5", .nr_vcpus = 3);
	const struct vgic_host_ops *host = m->gic->config.host;
	uint64_t to_2 = GICV5_SPI(6) | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid(2));

	guest_setup(m, 0, GICV5_SPI(6), 0, 4);
	guest_write(m, 0, GIC_CDPEND, GICV5_SPI(6) | GIC_CDPEND_PENDING);
	stop(m, 2);
	rewriter.m = m;
	rewriter.writes = 0;
	m->gic->config.host = &ops;
	assert_int_equal(vgic_trap_sysreg(m->vcpu[2], GIC_CDAFF, true, &to_2),
			 VGIC_TRAP_RETRY);
	assert_in_range(rewriter.writes, 2, 32);
	m->gic->config.host = host;
	guest_write(m, 2, GIC_CDAFF, to_2);
	slice(m, 0);
	slice(m, 1);
	assert_hex(guest_ack(m, 2), VALID | GICV5_SPI(6));
	guest_end(m, 2, GICV5_SPI(6));
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ist_made_in_pieces),
		cmocka_unit_test(ist_idle_when_made),
		cmocka_unit_test(ist_taken_away_in_pieces),
		cmocka_unit_test(ist_unused_is_taken_away_at_once),
		cmocka_unit_test(ist_made_by_two),
		cmocka_unit_test(ist_made_and_taken_away),
		cmocka_unit_test(ist_writes_end_though_undone),
		cmocka_unit_test(ist_write_given_up),
		cmocka_unit_test(ist_shape_while_made),
		cmocka_unit_test(ist_made_when_a_vmm_reads),
		cmocka_unit_test(ist_made_by_a_half),
		cmocka_unit_test(l2_table_in_pieces),
		cmocka_unit_test(l2_table_ended_by_the_host),
		cmocka_unit_test(ist_saved_in_the_middle),
		cmocka_unit_test(ist_restored_and_taken_away),
		cmocka_unit_test(ist_reset_in_the_middle),
		cmocka_unit_test(irsen_in_pieces),
		cmocka_unit_test(irsen_idle_when_followed),
		cmocka_unit_test(irsen_by_two),
		cmocka_unit_test(irsen_reset_and_saved_in_the_middle),
		cmocka_unit_test(stranded_found_in_pieces),
		cmocka_unit_test(stranded_found_by_looking),
		cmocka_unit_test(stranded_again_in_the_middle),
		cmocka_unit_test(stranded_found_by_restoring),
		rule(opting_out_passes_on),
		cmocka_unit_test(dead_entries_before_an_acknowledge),
		cmocka_unit_test(dead_entries_before_hppir),
		cmocka_unit_test(dead_entries_come_to_an_end),
		cmocka_unit_test(route_gives_way_to_other_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
