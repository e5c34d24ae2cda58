/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way of what every interrupt needs: it is taken where nothing is
 * special, leaves everything as the long way does, and says what is signalled;
 * and wherever something is special it declines and does nothing.
 */
#include "tests/usual.h"
#include "tests/v5/test.h"
#include "v5/v5.h"

#define A GICV5_SPI(1)
#define B GICV5_SPI(2)
#define C GICV5_LPI(300)
#define IRQ ((int)VGIC_VIRQ)
#define PENDING GIC_CDPEND_PENDING

/* vCPU 0 executes one instruction; returns what the short way says. */
static int usual(struct machine *m, uint32_t insn, uint64_t operand)
{
	run(m, 0);
	m->thread = 0;
	return trap_usual(m->vcpu[0], insn, true, &operand);
}

/* GICR CDIA, which has to succeed. */
static uint64_t cdia(struct machine *m)
{
	uint64_t got = UINT64_MAX;

	run(m, 0);
	m->thread = 0;
	assert_int_equal(trap_usual(m->vcpu[0], GICR_CDIA, false, &got), 0);
	return got;
}

static void declines_cdia(struct machine *m)
{
	uint64_t got = ONES;

	run(m, 0);
	assert_int_equal(trap_usual(m->vcpu[0], GICR_CDIA, false, &got),
			 VGIC_UNUSUAL);
	assert_hex(got, ONES);
}

/* vCPU 0 was kicked, or its CPU interrupted, and goes on. */
static int reenter(struct machine *m)
{
	m->thread = 0;
	m->kicked[0] = false;
	return vgic_reenter_usual(m->vcpu[0]);
}

/* `action` is told by the short way to signal this. */
#define says(signals, action) assert_int_equal(action, signals)
#define declines(action) assert_int_equal(action, VGIC_UNUSUAL)

/* The long way, and what it signals. */
static void at_length(struct machine *m, uint32_t insn, uint64_t operand)
{
	run(m, 0);
	assert_int_equal(
		vgic_trap_sysreg_entered(m->vcpu[0], insn, true, &operand),
		VGIC_TRAP_DONE);
}

/* SPIs 1 and 2 and LPI 300 at priorities 8, 16 and 16. */
static struct machine *make(const struct machine_config *config)
{
	struct machine *m = machine_new(config);

	guest_ist(m, false, 12, 0, 0);
	guest_setup(m, 0, A, 0, 8);
	guest_setup(m, 0, B, 0, 16);
	guest_setup(m, 0, C, 0, 16);
	return m;
}

#define USUAL(...) \
	struct machine *m = make(CONFIG(.backend = "soft-v5", __VA_ARGS__)); \
	(void)state

TEST(usual_interrupts)
{
	USUAL();

	assert_hex(cdia(m), 0);
	says(IRQ, usual(m, GIC_CDPEND, C | PENDING));
	says(IRQ, usual(m, GIC_CDPEND, B | PENDING));
	assert_int_equal(stats_of(m, 0).injected[VGIC_LPI], 1);
	assert_int_equal(stats_of(m, 0).injected[VGIC_SPI], 1);
	/* Equal priorities: first come, first served. */
	assert_hex(cdia(m), VALID | C);
	assert_true(is_active(m, C));
	assert_false(is_pending(m, C));
	/* Nothing is more urgent than what runs. */
	assert_hex(cdia(m), 0);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), BIT(16));
	/* A is, and preempts it. */
	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	assert_hex(cdia(m), VALID | A);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), BIT(16) | BIT(8));
	assert_int_equal(stats_of(m, 0).delivered[VGIC_LPI], 1);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 1);
	says(0, usual(m, GIC_CDEOI, 0));
	says(0, usual(m, GIC_CDDI, A));
	assert_false(is_active(m, A));
	assert_true(is_active(m, C));
	/* B has waited, and C runs no more. */
	says(IRQ, usual(m, GIC_CDEOI, 0));
	says(IRQ, usual(m, GIC_CDDI, C));
	assert_hex(cdia(m), VALID | B);
	says(0, usual(m, GIC_CDEOI, 0));
	says(0, usual(m, GIC_CDDI, B));
	assert_hex(guest_read(m, 0, ICC_APR_EL1), 0);
	machine_end(m);
}

/* The mask counts, and whether the interface and the IRS are on. */
TEST(usual_gates)
{
	USUAL();

	guest_write(m, 0, ICC_PCR_EL1, 15);
	says(0, usual(m, GIC_CDPEND, B | PENDING));
	assert_hex(cdia(m), 0);
	says(0, usual(m, GIC_CDEOI, 0));
	guest_write(m, 0, ICC_PCR_EL1, 16);
	says(IRQ, usual(m, GIC_CDEOI, 0));
	guest_write(m, 0, ICC_CR0_EL1, 0);
	says(0, usual(m, GIC_CDEOI, 0));
	assert_hex(cdia(m), 0);
	guest_write(m, 0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	says(IRQ, usual(m, GIC_CDPEND, C | PENDING));
	irs_write(m, 0, IRS_CR0, 4, 0);
	says(0, usual(m, GIC_CDEOI, 0));
	assert_hex(cdia(m), 0);
	says(0, usual(m, GIC_CDDI, A));
	/* An SPI is not forwarded now; an LPI of its own PE is not taken. */
	declines(usual(m, GIC_CDPEND, A | PENDING));
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	assert_true(guest_irq(m, 0));
	guest_setup(m, 0, GICV5_LPI(301), 0, 4);
	irs_write(m, 0, IRS_CR0, 4, 0);
	says(0, usual(m, GIC_CDPEND, GICV5_LPI(301) | PENDING));
	irs_write(m, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	assert_hex(cdia(m), VALID | GICV5_LPI(301));
	machine_end(m);
}

/* For another PE: into its inbox, and that PE is kicked. */
TEST(usual_for_others)
{
	USUAL(.nr_vcpus = 2);

	guest_setup(m, 0, A, 1, 8);
	run(m, 1);
	m->late[1] = true;
	m->kicks[1] = 0;
	says(0, usual(m, GIC_CDPEND, A | PENDING));
	assert_int_equal(m->kicks[1], 1);
	assert_place(m, 1, A, "inbox");
	assert_int_equal(stats_of(m, 1).injected[VGIC_SPI], 1);
	/* It is there already. */
	declines(usual(m, GIC_CDPEND, A | PENDING));
	m->late[1] = false;
	machine_serve_all(m);
	assert_hex(guest_ack(m, 1), VALID | A);
	/* Active there, and ended here. */
	says(0, usual(m, GIC_CDDI, A));
	assert_false(is_active(m, A));
	machine_end(m);
}

/* Other instructions, guests and hardware. */
TEST(unusual_instructions)
{
	static const uint32_t others[] = {
		0,	   GIC_CDDIS, GIC_CDEN,	  GIC_CDPRI,
		GIC_CDAFF, GIC_CDHM,  GIC_CDRCFG, ICC_PCR_EL1,
	};
	USUAL();

	for (unsigned int n = 0; n < sizeof(others) / sizeof(*others); n++) {
		declines(usual(m, others[n], A));
	}
	declines(usual(m, GIC_CDPEND, A));
	assert_mistakes(m, 0, {
		declines(usual(m, GIC_CDDI, GICV5_SPI(32)));
		declines(usual(m, GIC_CDDI, GICV5_LPI(4096)));
		declines(usual(m, GIC_CDDI, GICV5_PPI(SW_PPI)));
		declines(usual(m, GIC_CDDI, 0));
		declines(usual(m, GIC_CDPEND, GICV5_SPI(32) | PENDING));
		declines(usual(m, GIC_CDPEND, GICV5_LPI(4096) | PENDING));
		declines(usual(m, GIC_CDPEND, GICV5_PPI(SW_PPI) | PENDING));
	});
	machine_end(m);
}

TEST(unusual_machines)
{
	static const char *const backends[] = { "ich5", "model-v5", "soft" };

	(void)state;
	for (unsigned int n = 0; n < 3; n++) {
		struct machine *m = machine_new(CONFIG(.backend = backends[n]));

		declines_cdia(m);
		declines(usual(m, GIC_CDEOI, 0));
		declines(usual(m, GIC_CDDI, A));
		declines(usual(m, GIC_CDPEND, C | PENDING));
		declines(reenter(m));
		machine_end(m);
	}
}

/* A PPI that can be signalled comes first, or not: that is worked out. */
TEST(unusual_ppis)
{
	USUAL();

	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(PPI_PMU / 8), ONES);
	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	for (unsigned int upper = 0; upper < 2; upper++) {
		uint32_t n = upper ? PPI_UPPER : PPI_PMU;

		ppi(m, 0, n, true);
		declines_cdia(m);
		declines(usual(m, GIC_CDEOI, 0));
		declines(usual(m, GIC_CDDI, A));
		declines(usual(m, GIC_CDPEND, B | PENDING));
		/* Active it cannot. */
		guest_write(m, 0,
			    upper ? ICC_PPI_SACTIVER0_EL1 + 1 :
				    ICC_PPI_SACTIVER0_EL1,
			    BIT(n % 64));
		says(IRQ, usual(m, GIC_CDEOI, 0));
		ppi(m, 0, n, false);
		guest_end(m, 0, GICV5_PPI(n));
	}
	assert_hex(cdia(m), VALID | A);
	machine_end(m);
}

/* A device that has to be asked is asked. */
TEST(unusual_devices)
{
	USUAL();

	map_timer(m, 0);
	timer_line(m, 0, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	/* Active: it is no candidate, and still up. */
	declines(usual(m, GIC_CDEOI, 0));
	declines_cdia(m);
	declines(usual(m, GIC_CDPEND, A | PENDING));
	timer_line(m, 0, false);
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_false(m->phys[0].active);
	says(0, usual(m, GIC_CDEOI, 0));
	machine_end(m);
}

/* The head of the best list is not wanted there any more. */
TEST(unusual_heads)
{
	USUAL(.nr_vcpus = 2);

	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	says(IRQ, usual(m, GIC_CDPEND, B | PENDING));
	at_length(m, GIC_CDDIS, A);
	declines_cdia(m);
	declines(usual(m, GIC_CDEOI, 0));
	declines(usual(m, GIC_CDDI, C));
	declines(usual(m, GIC_CDPEND, C | PENDING));
	assert_false(is_pending(m, C));
	/* The long way drops it, and then B is there. */
	assert_hex(guest_ack(m, 0), VALID | B);
	guest_end(m, 0, B);
	at_length(m, GIC_CDEN, A);
	assert_hex(cdia(m), VALID | A);
	says(0, usual(m, GIC_CDEOI, 0));
	/* Made active by another one than the acknowledge. */
	says(0, usual(m, GIC_CDDI, A));
	machine_end(m);
}

/* Not so urgent a head is not looked at. */
TEST(usual_masked_heads)
{
	USUAL();

	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	assert_hex(cdia(m), VALID | A);
	says(0, usual(m, GIC_CDPEND, B | PENDING));
	at_length(m, GIC_CDDIS, B);
	says(0, usual(m, GIC_CDDI, C));
	assert_hex(cdia(m), 0);
	/* With nothing running it would be. */
	declines(usual(m, GIC_CDEOI, 0));
	assert_hex(guest_read(m, 0, ICC_APR_EL1), BIT(8));
	machine_end(m);
}

/* A level stays pending when it is acknowledged, and is so when it ends. */
TEST(usual_levels)
{
	USUAL();

	at_length(m, GIC_CDHM, A | GIC_CDHM_HM);
	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	assert_hex(cdia(m), VALID | A);
	assert_true(is_pending(m, A));
	says(0, usual(m, GIC_CDEOI, 0));
	declines(usual(m, GIC_CDDI, A));
	at_length(m, GIC_CDDI, A);
	assert_hex(cdia(m), VALID | A);
	says(0, usual(m, GIC_CDEOI, 0));
	at_length(m, GIC_CDPEND, A);
	says(0, usual(m, GIC_CDDI, A));
	assert_hex(cdia(m), 0);
	machine_end(m);
}

/* 1 of N: whether this PE takes part is asked. */
TEST(unusual_1_of_n)
{
	USUAL(.nr_vcpus = 2);

	at_length(m, GIC_CDAFF, A | GIC_CDAFF_IRM);
	declines(usual(m, GIC_CDPEND, A | PENDING));
	/* Nobody else takes part: vCPU 1 is off. */
	guest_write(m, 1, ICC_CR0_EL1, 0);
	at_length(m, GIC_CDPEND, A | PENDING);
	declines_cdia(m);
	assert_hex(guest_ack(m, 0), VALID | A);
	guest_eoi(m, 0, A);
	declines(usual(m, GIC_CDDI, A));
	machine_end(m);
}

/* What is mapped holds its physical interrupt. */
TEST(unusual_mapped)
{
	USUAL();

	map_to(m, 5, 0, A, 45, &machine_ops);
	declines(usual(m, GIC_CDPEND, A | PENDING));
	at_length(m, GIC_CDPEND, A | PENDING);
	declines_cdia(m);
	assert_hex(guest_ack(m, 0), VALID | A);
	guest_eoi(m, 0, A);
	declines(usual(m, GIC_CDDI, A));
	machine_end(m);
}

static uint32_t ended;

static void end(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque;
	(void)vcpu;
	(void)intid;
	ended++;
}

/* A device that hears of the end hears of it. */
TEST(unusual_ops)
{
	static const struct vgic_irq_ops ops = { .irq_ended = end };
	USUAL();

	assert_int_equal(vgic_set_irq_ops(m->gic, 0, A, &ops, NULL), 0);
	declines(usual(m, GIC_CDPEND, A | PENDING));
	at_length(m, GIC_CDPEND, A | PENDING);
	assert_hex(cdia(m), VALID | A);
	says(0, usual(m, GIC_CDEOI, 0));
	declines(usual(m, GIC_CDDI, A));
	ended = 0;
	at_length(m, GIC_CDDI, A);
	assert_int_equal(ended, 1);
	machine_end(m);
}

/* Pending, and nothing follows from it yet. */
TEST(unusual_pending)
{
	USUAL(.nr_vcpus = 2);

	at_length(m, GIC_CDDIS, A);
	declines(usual(m, GIC_CDPEND, A | PENDING));
	at_length(m, GIC_CDEN, A);
	/* It waits in the list: once. */
	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	declines(usual(m, GIC_CDPEND, A | PENDING));
	assert_hex(cdia(m), VALID | A);
	/* Active. */
	declines(usual(m, GIC_CDPEND, A | PENDING));
	at_length(m, GIC_CDPEND, A | PENDING);
	/* Pending again, so that it has to be queued when it ends. */
	says(0, usual(m, GIC_CDEOI, 0));
	declines(usual(m, GIC_CDDI, A));
	at_length(m, GIC_CDDI, A);
	assert_hex(cdia(m), VALID | A);
	says(0, usual(m, GIC_CDEOI, 0));
	says(0, usual(m, GIC_CDDI, A));
	/* For a PE that does not exist. */
	at_length(m, GIC_CDAFF, A | FIELD_PUT(GIC_CDAFF_IAFFID, 0xffff));
	declines(usual(m, GIC_CDPEND, A | PENDING));
	machine_end(m);
}

/* The long way has to follow. */
static void reenters_at_length(struct machine *m)
{
	declines(reenter(m));
	vgic_reenter(m->vcpu[0]);
}

/* Posted from vCPU 1, whose guest executes this, while vCPU 0 is late. */
static void post(struct machine *m, uint32_t insn, uint64_t operand)
{
	run(m, 0);
	m->late[0] = true;
	guest_write(m, 1, insn, operand);
}

/* The head of the list has another target now, which vCPU 0 does not know. */
TEST(unusual_moved_heads)
{
	USUAL(.nr_vcpus = 2);

	says(IRQ, usual(m, GIC_CDPEND, A | PENDING));
	post(m, GIC_CDAFF, A | FIELD_PUT(GIC_CDAFF_IAFFID, 0x100));
	declines_cdia(m);
	declines(usual(m, GIC_CDEOI, 0));
	declines(usual(m, GIC_CDPEND, B | PENDING));
	assert_false(is_active(m, A));
	m->late[0] = false;
	machine_serve_all(m);
	assert_hex(guest_ack(m, 1), VALID | A);
	assert_hex(cdia(m), 0);
	machine_end(m);
}

TEST(usual_entry)
{
	USUAL(.nr_vcpus = 2);

	run(m, 0);
	says(0, reenter(m));
	post(m, GIC_CDPEND, B | PENDING);
	assert_place(m, 0, B, "inbox");
	says(IRQ, reenter(m));
	assert_place(m, 0, B, "queue");
	says(IRQ, reenter(m));
	/* Behind the one that came first, at the same priority. */
	post(m, GIC_CDPEND, C | PENDING);
	says(IRQ, reenter(m));
	assert_hex(cdia(m), VALID | B);
	says(IRQ, usual(m, GIC_CDEOI, 0));
	assert_hex(cdia(m), VALID | C);
	says(0, usual(m, GIC_CDEOI, 0));
	/* Masked: it is there, and not signalled. */
	guest_write(m, 0, ICC_PCR_EL1, 7);
	post(m, GIC_CDPEND, A | PENDING);
	says(0, reenter(m));
	assert_place(m, 0, A, "queue");
	machine_end(m);
}

/* More than one: all of them are where the long way finds them. */
TEST(unusual_entry_of_two)
{
	USUAL(.nr_vcpus = 2);

	post(m, GIC_CDPEND, C | PENDING);
	post(m, GIC_CDPEND, B | PENDING);
	reenters_at_length(m);
	assert_place(m, 0, B, "queue");
	assert_hex(cdia(m), VALID | C);
	says(IRQ, usual(m, GIC_CDEOI, 0));
	assert_hex(cdia(m), VALID | B);
	machine_end(m);
}

/* What was posted is not what it was any more. */
TEST(unusual_entry_of_others)
{
	static const struct {
		uint32_t insn;
		uint64_t operand;
		const char *place;
	} rows[] = {
		{ GIC_CDDIS, 0, "-" },
		{ GIC_CDPEND, 0, "-" },
		{ GIC_CDAFF, FIELD_PUT(GIC_CDAFF_IAFFID, 0x100), "inbox" },
		{ GIC_CDAFF, GIC_CDAFF_IRM, "queue" },
	};

	(void)state;
	for (unsigned int n = 0; n < sizeof(rows) / sizeof(*rows); n++) {
		struct machine *m =
			make(CONFIG(.backend = "soft-v5", .nr_vcpus = 2));

		guest_write(m, 1, ICC_CR0_EL1, 0);
		post(m, GIC_CDPEND, A | PENDING);
		post(m, rows[n].insn, A | rows[n].operand);
		m->late[1] = true;
		reenters_at_length(m);
		assert_place(m, 0, A, rows[n].place);
		m->late[1] = false;
		machine_end(m);
	}
}

/* 1 of N, and this PE has left since it was chosen. */
TEST(unusual_entry_of_1_of_n)
{
	USUAL(.nr_vcpus = 2);

	guest_write(m, 1, ICC_CR0_EL1, 0);
	at_length(m, GIC_CDAFF, A | GIC_CDAFF_IRM);
	post(m, GIC_CDPEND, A | PENDING);
	assert_place(m, 0, A, "inbox");
	vgic_store_relaxed(&m->vcpu[0]->v5->away, AWAY_DPS);
	reenters_at_length(m);
	assert_place(m, 0, A, "-");
	vgic_store_relaxed(&m->vcpu[0]->v5->away, 0);
	machine_end(m);
}

/* Its physical interrupt has to be made active. */
TEST(unusual_entry_of_held)
{
	USUAL(.nr_vcpus = 2);

	map_to(m, 5, 0, A, 45, &machine_ops);
	post(m, GIC_CDPEND, A | PENDING);
	reenters_at_length(m);
	assert_true(m->phys[5].active);
	m->late[0] = false;
	machine_end(m);
}

/* Other reasons to look than an interrupt in the inbox. */
TEST(unusual_entry_for_others)
{
	USUAL(.nr_vcpus = 2);

	run(m, 0);
	m->late[0] = true;
	ppi(m, 0, PPI_PMU, true);
	reenters_at_length(m);
	/* It is a candidate. */
	reenters_at_length(m);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_PMU));
	ppi(m, 0, PPI_PMU, false);
	reenters_at_length(m);
	guest_end(m, 0, GICV5_PPI(PPI_PMU));
	says(IRQ, usual(m, GIC_CDPEND, B | PENDING));
	/* Its list changes. */
	post(m, GIC_CDPRI, B | FIELD_PUT(GIC_CDPRI_PRIORITY, 20));
	post(m, GIC_CDPEND, A | PENDING);
	reenters_at_length(m);
	assert_hex(cdia(m), VALID | A);
	machine_end(m);
}

/* Something is left of an entry before. */
TEST(unusual_entry_behind)
{
	USUAL(.nr_vcpus = 2);

	post(m, GIC_CDPEND, C | PENDING);
	m->vcpu[0]->backlog.reversing =
		vgic_exchange(&m->vcpu[0]->inbox, VGIC_NIL);
	m->vcpu[0]->backlog.behind = true;
	post(m, GIC_CDPEND, B | PENDING);
	reenters_at_length(m);
	assert_hex(cdia(m), VALID | C);
	says(IRQ, usual(m, GIC_CDEOI, 0));
	assert_hex(cdia(m), VALID | B);
	machine_end(m);
}

/* A device raises its line to vCPU 0, which is in guest code. */
static void inject(struct machine *m, uint32_t ppi)
{
	m->thread = 0;
	assert_int_equal(
		vgic_inject_irq_entered(m->vcpu[0], GICV5_PPI(ppi), true, m),
		VGIC_OK);
}

/* The physical timer's interrupt. */
static void fire(struct machine *m)
{
	m->phys[0].active = true;
	inject(m, PPI_TIMER);
}

/* It is pending at once; its device has just said so, and is not asked. */
TEST(usual_timer)
{
	USUAL();

	map_timer(m, 0);
	slice(m, 0);
	m->phys[0].line = true;
	m->samples = 0;
	m->kicks[0] = 0;
	fire(m);
	assert_int_equal(m->samples, 0);
	assert_int_equal(m->kicks[0], 0);
	assert_int_equal(stats_of(m, 0).injected[VGIC_PPI], 1);
	assert_int_equal(vgic_signals(m->vcpu[0]), VGIC_VIRQ);
	assert_true(info_of(m, 0, GICV5_PPI(PPI_TIMER)).pending);
	/* Before the guest looks at it the device is asked. */
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	assert_true(m->samples > 0);
	/* Once more while it is active: pending, and not signalled. */
	guest_eoi(m, 0, GICV5_PPI(PPI_TIMER));
	fire(m);
	assert_int_equal(stats_of(m, 0).injected[VGIC_PPI], 1);
	assert_int_equal(vgic_signals(m->vcpu[0]), 0);
	m->phys[0].line = false;
	guest_dir(m, 0, GICV5_PPI(PPI_TIMER));
	assert_false(m->phys[0].active);
	assert_false(info_of(m, 0, GICV5_PPI(PPI_TIMER)).pending);
	/* The line fell after the interrupt. */
	fire(m);
	assert_hex(guest_ack(m, 0), 0);
	assert_false(m->phys[0].active);
	machine_end(m);
}

/* It stays pending whatever other PPIs do. */
TEST(usual_timer_stays)
{
	USUAL();

	map_timer(m, 0);
	slice(m, 0);
	m->phys[0].line = true;
	fire(m);
	ppi(m, 0, PPI_PMU, true);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR0_EL1),
		   BIT(PPI_TIMER) | BIT(PPI_PMU));
	ppi(m, 0, PPI_PMU, false);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	machine_end(m);
}

/* Disabled by the guest. */
TEST(usual_timer_disabled)
{
	USUAL();

	map_timer(m, 0);
	slice(m, 0);
	guest_write(m, 0, ICC_PPI_ENABLER0_EL1, 0);
	m->phys[0].line = true;
	fire(m);
	assert_int_equal(vgic_signals(m->vcpu[0]), 0);
	assert_true(info_of(m, 0, GICV5_PPI(PPI_TIMER)).pending);
	guest_write(m, 0, ICC_PPI_ENABLER0_EL1, BIT(PPI_TIMER));
	assert_int_equal(vgic_signals(m->vcpu[0]), VGIC_VIRQ);
	machine_end(m);
}

static void at_once(struct machine *m, uint32_t ppi, uint64_t got)
{
	inject(m, ppi);
	assert_hex(guest_ack(m, 0), got);
}

static uint32_t queued;

static bool take_charge(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque;
	(void)vcpu;
	(void)intid;
	queued++;
	return true;
}

/* What is special about a PPI is looked at the long way. */
TEST(unusual_ppi_injections)
{
	static const struct vgic_irq_ops ops = {
		.queue_irq_unlock = take_charge,
	};
	USUAL();

	/* An edge; nobody's. */
	map_to(m, 0, 0, GICV5_PPI(PPI_UPPER_EDGE), PINT, &machine_ops);
	slice(m, 0);
	m->phys[0].active = true;
	m->samples = 0;
	at_once(m, PPI_UPPER_EDGE, VALID | GICV5_PPI(PPI_UPPER_EDGE));
	/* No line of it is looked at. */
	assert_int_equal(m->samples, 0);
	guest_end(m, 0, GICV5_PPI(PPI_UPPER_EDGE));
	assert_hex(guest_ack(m, 0), 0);
	map_to(m, 1, 0, GICV5_PPI(PPI_HIDDEN), PINT + 1, &machine_ops);
	slice(m, 0);
	m->phys[1].line = true;
	at_once(m, PPI_HIDDEN, 0);
	assert_hex(m->vcpu[0]->v5->ppi.pendr[0] & BIT(PPI_HIDDEN), 0);
	/* Its device delivers it. */
	map_to(m, 2, 0, GICV5_PPI(PPI_UPPER), PINT + 2, &ops);
	slice(m, 0);
	queued = 0;
	at_once(m, PPI_UPPER, 0);
	assert_int_equal(queued, 1);
	machine_end(m);
}

/* In hardware's registers nothing can be put while the guest is entered. */
TEST(unusual_timer_of_hardware)
{
	MACHINE(.backend = "ich5");

	map_to(m, 0, 0, GICV5_PPI(PPI_TIMER), PINT, &machine_ops);
	run(m, 0);
	m->phys[0].line = true;
	fire(m);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(PPI_TIMER));
	m->phys[0].line = false;
	guest_end(m, 0, GICV5_PPI(PPI_TIMER));
	assert_false(m->phys[0].active);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_interrupts),
		cmocka_unit_test(usual_gates),
		cmocka_unit_test(usual_for_others),
		cmocka_unit_test(unusual_instructions),
		cmocka_unit_test(unusual_machines),
		cmocka_unit_test(unusual_ppis),
		cmocka_unit_test(unusual_devices),
		cmocka_unit_test(unusual_heads),
		cmocka_unit_test(usual_masked_heads),
		cmocka_unit_test(usual_levels),
		cmocka_unit_test(unusual_1_of_n),
		cmocka_unit_test(unusual_mapped),
		cmocka_unit_test(unusual_ops),
		cmocka_unit_test(unusual_pending),
		cmocka_unit_test(unusual_moved_heads),
		cmocka_unit_test(usual_entry),
		cmocka_unit_test(unusual_entry_of_two),
		cmocka_unit_test(unusual_entry_of_others),
		cmocka_unit_test(unusual_entry_of_1_of_n),
		cmocka_unit_test(unusual_entry_of_held),
		cmocka_unit_test(unusual_entry_for_others),
		cmocka_unit_test(unusual_entry_behind),
		cmocka_unit_test(usual_timer),
		cmocka_unit_test(usual_timer_stays),
		cmocka_unit_test(usual_timer_disabled),
		cmocka_unit_test(unusual_ppi_injections),
		cmocka_unit_test(unusual_timer_of_hardware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
