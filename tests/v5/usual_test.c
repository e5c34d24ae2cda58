/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way of what every interrupt needs: it is taken where nothing is
 * special, leaves everything as the long way does, and says what is signalled;
 * and wherever something is special it declines and does nothing.
 */
#include "tests/usual.h"
#include "tests/v5/test.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
