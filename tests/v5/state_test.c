/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What KVM's GICv5 taught, continued: what wakes a vCPU up, load and put, what
 * is restored, and who may drive what.  See docs/from-kvm.md.
 */
#include "core/irq.h"
#include "core/side.h"
#include "tests/v5/test.h"

#include "tests/el2/el2.h"

/* What a VMM does to a system register, and what comes of it. */
#define expect_set(vcpu, reg, value, error) \
	assert_int_equal(vgic_v5_set_sysreg(vcpu, reg, value), error)
#define expect_get(vcpu, reg, value, error) \
	assert_int_equal(vgic_v5_get_sysreg(vcpu, reg, value), error)

#define DBPM(contextr) FIELD_GET(ICH_CONTEXTR_EL2_DBPM, contextr)

/* The guest's CPU interface when it blocks, with PPI_PMU pending at 9. */
struct mask_row {
	uint32_t cr0, pcr;
	uint64_t apr;
	bool wakes;
};

static const struct mask_row mask_rows[] = {
	/* Nothing in the way; CPU interface off. */
	{ 1, 31, 0, true },
	{ 0, 31, 0, false },
	/* Enough for the mask is equality; 0 lets only 0 through. */
	{ 1, 9, 0, true },
	{ 1, 8, 0, false },
	{ 1, 0, 0, false },
	/* For preemption equality is not enough. */
	{ 1, 31, BIT(9), false },
	{ 1, 31, BIT(10), true },
	{ 1, 31, BIT(8), false },
	{ 1, 31, BIT(31), true },
	/* The most urgent one runs, whatever else is active. */
	{ 1, 31, BIT(10) | BIT(31), true },
	{ 1, 31, BIT(9) | BIT(31), false },
	/* Whichever of the two is tighter. */
	{ 1, 8, BIT(31), false },
	{ 1, 9, BIT(10), true },
	{ 1, 9, BIT(9), false },
};

static void set_mask(struct machine *m, const struct mask_row *row)
{
	guest_write(m, 0, ICC_PCR_EL1, row->pcr);
	guest_write(m, 0, ICC_APR_EL1, row->apr);
	guest_write(m, 0, ICC_CR0_EL1, row->cr0);
	stop(m, 0);
}

/* Before it leaves its CPU and afterwards; and so does the IRQ signal. */
static void check_wakes(struct machine *m, bool wakes)
{
	assert_int_equal(vgic_pending(m->vcpu[0]), wakes);
	vgic_put_wfi(m->vcpu[0]);
	assert_int_equal(vgic_pending(m->vcpu[0]), wakes);
	assert_int_equal(guest_irq(m, 0), wakes);
	stop(m, 0);
}

RULE(b05_compound_mask, 1)
{
	const uint64_t prio = UINT64_C(9) << PPI_PMU % 8 * 8;

	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(PPI_PMU / 8), prio);
	ppi(m, 0, PPI_PMU, true);
	for (size_t n = 0; n < sizeof(mask_rows) / sizeof(mask_rows[0]); n++) {
		set_mask(m, &mask_rows[n]);
		check_wakes(m, mask_rows[n].wakes);
	}
}

/* SPIs and LPIs are measured by the same mask. */
RULE(b05_compound_mask_for_the_irs, 1)
{
	guest_setup(m, 0, GICV5_SPI(7), 0, 9);
	spi(m, 7, true);
	for (size_t n = 0; n < sizeof(mask_rows) / sizeof(mask_rows[0]); n++) {
		set_mask(m, &mask_rows[n]);
		check_wakes(m, mask_rows[n].wakes);
	}
}

/* Priority 0 is not "no mask". */
RULE(b05_priority_0, 1)
{
	ppi(m, 0, PPI_PMU, true);
	set_mask(m, &(struct mask_row){ 1, 0, 0, true });
	check_wakes(m, true);
	set_mask(m, &(struct mask_row){ 1, 0, BIT(0), false });
	check_wakes(m, false);
}

/* What is active cannot be taken, and what is disabled neither. */
RULE(b05_active_and_disabled_do_not_count, 1)
{
	ppi(m, 0, PPI_PMU, true);
	guest_write(m, 0, ICC_PPI_SACTIVER0_EL1, BIT(PPI_PMU));
	stop(m, 0);
	check_wakes(m, false);
	guest_write(m, 0, ICC_PPI_CACTIVER0_EL1, BIT(PPI_PMU));
	stop(m, 0);
	check_wakes(m, true);
	guest_write(m, 0, ICC_PPI_ENABLER0_EL1, BIT(PPI_TIMER));
	stop(m, 0);
	check_wakes(m, false);
}

/* Of one that is mapped, the device knows. */
RULE(b05_mapped_is_sampled, 1)
{
	map_timer(m, 0);
	run(m, 0);
	timer_line(m, 0, true);
	slice(m, 0);
	stop(m, 0);
	assert_true(vgic_pending(m->vcpu[0]));
	m->phys[0].line = false;
	assert_false(vgic_pending(m->vcpu[0]));
	vgic_put_wfi(m->vcpu[0]);
	assert_false(vgic_pending(m->vcpu[0]));
}

/* What arrives wakes it, and what was posted earlier is not forgotten. */
RULE(b05_what_comes_while_blocked, 2)
{
	guest_setup(m, 0, GICV5_SPI(3), 0, 4);
	guest_ist(m, false, 10, 0, 0);
	guest_setup(m, 0, GICV5_LPI(9), 0, 4);
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
	vgic_put_wfi(m->vcpu[0]);
	m->kicks[0] = 0;
	spi(m, 3, true);
	assert_int_equal(m->kicks[0], 1);
	assert_true(vgic_pending(m->vcpu[0]));
	spi(m, 3, false);
	guest_write(m, 1, GIC_CDPEND, GICV5_SPI(3));
	assert_false(vgic_pending(m->vcpu[0]));
	assert_int_equal(message(m, 9), VGIC_OK);
	assert_true(vgic_pending(m->vcpu[0]));
	guest_write(m, 1, GIC_CDDIS, GICV5_LPI(9));
	assert_false(vgic_pending(m->vcpu[0]));
	ppi(m, 0, SW_PPI, true);
	assert_true(vgic_pending(m->vcpu[0]));
	/* The IRS is switched off: PPIs work all the same. */
	irs_write(m, 1, IRS_CR0, 4, 0);
	guest_write(m, 1, GIC_CDEN, GICV5_LPI(9));
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(m, 0), 0);
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
}

/* What the doorbell request says when the vCPU blocks so masked. */
static uint64_t contextr_of_wfi(struct machine *m, uint32_t cr0, uint32_t pcr,
				uint64_t apr)
{
	set_mask(m, &(struct mask_row){ cr0, pcr, apr, false });
	vgic_put_wfi(m->vcpu[0]);
	return m->cpu[0].pe.contextr;
}

/* Asked for in WFI alone, for what could be taken: also just priority 0. */
TEST(b05_doorbell)
{
	MACHINE(.backend = "ich5");
	uint64_t contextr;

	contextr = contextr_of_wfi(m, 1, 31, 0);
	assert_hex(contextr & ICH_CONTEXTR_EL2_V, 0);
	assert_true(contextr & ICH_CONTEXTR_EL2_DB);
	assert_int_equal(DBPM(contextr), 31);
	contextr = contextr_of_wfi(m, 1, 0, 0);
	assert_true(contextr & ICH_CONTEXTR_EL2_DB);
	assert_int_equal(DBPM(contextr), 0);
	contextr = contextr_of_wfi(m, 1, 31, BIT(7));
	assert_true(contextr & ICH_CONTEXTR_EL2_DB);
	assert_int_equal(DBPM(contextr), 6);
	contextr = contextr_of_wfi(m, 1, 31, BIT(1));
	assert_int_equal(DBPM(contextr), 0);
	/* It could not take anything. */
	assert_hex(contextr_of_wfi(m, 1, 31, BIT(0)), 0);
	assert_hex(contextr_of_wfi(m, 0, 31, 0), 0);
	/* It leaves, but not to block. */
	run(m, 0);
	leave(m, 0);
	assert_hex(m->cpu[0].pe.contextr, 0);
	/* The IRS is off. */
	irs_write(m, 0, IRS_CR0, 4, 0);
	assert_hex(contextr_of_wfi(m, 1, 31, 0), 0);
	machine_end(m);
}

/* It rings for what is urgent enough, and once. */
TEST(b05_doorbell_rings)
{
	MACHINE(.backend = "ich5", .nr_vcpus = 2);

	guest_setup(m, 1, GICV5_SPI(5), 0, 9);
	(void)contextr_of_wfi(m, 1, 8, 0);
	spi(m, 5, true);
	vgic_model_v5_iri_changed(&m->cpu[0].pe);
	assert_int_equal(m->doorbells, 0);
	(void)contextr_of_wfi(m, 1, 9, 0);
	assert_int_equal(m->doorbells, 1);
	vgic_model_v5_iri_changed(&m->cpu[0].pe);
	assert_int_equal(m->doorbells, 1);
	machine_end(m);
}

/* On the way to WFI a vCPU is put twice, and may be loaded twice. */
RULE(b06_load_and_put_twice, 1)
{
	guest_write(m, 0, ICC_PCR_EL1, 17);
	guest_write(m, 0, ICC_APR_EL1, BIT(20));
	guest_write(m, 0, ICC_ICSR_EL1, 0x1234);
	stop(m, 0);
	vgic_load(m->vcpu[0]);
	vgic_load(m->vcpu[0]);
	vgic_put_wfi(m->vcpu[0]);
	leave(m, 0);
	vgic_put_wfi(m->vcpu[0]);
	vgic_put(m->vcpu[0]);
	assert_hex(guest_read(m, 0, ICC_PCR_EL1), 17);
	assert_hex(guest_read(m, 0, ICC_APR_EL1), BIT(20));
	assert_hex(guest_read(m, 0, ICC_CR0_EL1), 7);
	/* ICC_ICSR_EL1 has no virtual counterpart: it is switched. */
	assert_hex(guest_read(m, 0, ICC_ICSR_EL1) & 0x3f, 0x34);
}

/* Load again while resident does not bring an old state back. */
RULE(b06_load_while_resident, 1)
{
	guest_write(m, 0, ICC_PCR_EL1, 17);
	leave(m, 0);
	run(m, 0);
	guest_write(m, 0, ICC_PCR_EL1, 5);
	stop(m, 0);
	vgic_load(m->vcpu[0]);
	run(m, 0);
	assert_hex(guest_read(m, 0, ICC_PCR_EL1), 5);
}

/* The CPU was a GICv3 guest's: V3 goes before ICH_VMCR_EL2 is written. */
TEST(b06_legacy_mode_is_left)
{
	MACHINE(.backend = "ich5");
	struct el2_log log;
	unsigned int n = 0;

	leave(m, 0);
	assert_true(m->cpu[0].pe.vctlr & ICH_VCTLR_EL2_V3);
	vgic_load(m->vcpu[0]);
	log = el2_log;
	assert_hex(log.access[n].enc, ICH_VCTLR_EL2);
	assert_hex(log.access[n++].value, ICH_VCTLR_EL2_EN);
	assert_hex(log.access[n].enc, EL2_ISB);
	/* Then the traps, VMCR, APR, and at last the virtual PE. */
	while (log.access[n].enc != ICH_VMCR_EL2) {
		assert_true(++n < log.nr);
	}
	assert_hex(log.access[n].value,
		   FIELD_PUT(ICH_VMCR_EL2_V5_VPMR, 31) | ICH_VMCR_EL2_V5_EN);
	assert_hex(log.access[n + 1].enc, ICH_APR_EL2);
	assert_hex(log.access[n + 2].enc, ICH_CONTEXTR_EL2);
	assert_hex(log.access[n + 3].enc, EL2_ISB);
	assert_hex(log.access[n + 4].enc, ICH_CONTEXTR_EL2);
	assert_false(log.access[n + 4].write);
	machine_end(m);
}

/* Put reads before it ends residency. */
TEST(b06_put_reads_first)
{
	MACHINE(.backend = "ich5");

	run(m, 0);
	stop(m, 0);
	vgic_put(m->vcpu[0]);
	assert_int_equal(el2_log.nr, 4);
	assert_hex(el2_log.access[0].enc, ICH_VMCR_EL2);
	assert_hex(el2_log.access[1].enc, ICH_APR_EL2);
	assert_hex(el2_log.access[2].enc, ICH_CONTEXTR_EL2);
	assert_false(el2_log.access[2].value & ICH_CONTEXTR_EL2_V);
	assert_hex(el2_log.access[3].enc, EL2_ISB);
	/* A second put touches nothing. */
	el2_log.nr = 0;
	vgic_put(m->vcpu[0]);
	assert_int_equal(el2_log.nr, 0);
	machine_end(m);
}

/* An IRS that does not take the virtual PE: nobody must miss that. */
TEST(b06_residency_refused)
{
	MACHINE(.backend = "ich5");

	leave(m, 0);
	m->refuse_residency = true;
	vgic_load(m->vcpu[0]);
	assert_int_equal(m->bugs, 1);
	m->refuse_residency = false;
	m->bugs = 0;
	machine_end(m);
}

/* What is trapped: the guest is told what it may know. */
TEST(b06_traps_of_the_cpu_interface)
{
	MACHINE(.backend = "ich5", .nr_vcpus = 2);
	uint64_t value = 0;

	assert_hex(guest_read(m, 1, ICC_IDR0_EL1),
		   FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, 4));
	assert_hex(guest_read(m, 1, ICC_IAFFIDR_EL1), iaffid(1));
	assert_true(guest_is_undefined(m, 1, ICC_IDR0_EL1, true));
	assert_true(guest_is_undefined(m, 1, ICC_IAFFIDR_EL1, true));
	stop(m, 1);
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[1], ICC_IDR0_EL1, true, &value),
		VGIC_TRAP_UNDEF);
	assert_int_equal(
		vgic_trap_sysreg(m->vcpu[1], ICC_PCR_EL1, true, &value),
		VGIC_TRAP_NOT_MINE);
	machine_end(m);
}

/* With more LPIs than 16 bits can name, the guest hears of it. */
TEST(b06_wide_ids)
{
	MACHINE(.backend = "ich5", .lpi_id_bits = 17, .nr_lpis = 1024);

	assert_hex(guest_read(m, 0, ICC_IDR0_EL1),
		   FIELD_PUT(ICC_IDR0_EL1_PRI_BITS, 4) |
			   FIELD_PUT(ICC_IDR0_EL1_ID_BITS, 1));
	machine_end(m);
}

/* KVM_IRQ_LINE has room for 65536 SPIs: so many there can be. */
TEST(b07_all_65536_spis)
{
	MACHINE(.backend = "soft-v5", .nr_spis = 65536);
	const uint32_t last = GICV5_SPI(65535);

	guest_setup(m, 0, last, 0, 3);
	spi(m, 65535, true);
	assert_hex(guest_ack(m, 0), VALID | last);
	guest_end(m, 0, last);
	assert_int_equal(vgic_inject_irq(m->gic, 0, last + 1, true, NULL),
			 VGIC_E_NOENT);
	machine_end(m);
}

/* A line is driven by its owner: of a PPI, an SPI; not of what is not. */
RULE(b07_lines_have_owners, 1)
{
	int other = 0;

	assert_int_equal(
		vgic_inject_irq(m->gic, 0, GICV5_PPI(PPI_PMU), true, &other),
		VGIC_E_PERM);
	assert_hex(guest_read(m, 0, ICC_PPI_SPENDR0_EL1), 0);
	assert_int_equal(vgic_set_owner(m->gic, 0, GICV5_SPI(1), m), 0);
	assert_int_equal(vgic_inject_irq(m->gic, 0, GICV5_SPI(1), true, &other),
			 VGIC_E_PERM);
	assert_int_equal(vgic_set_owner(m->gic, 0, GICV5_SPI(1), &other),
			 VGIC_E_EXIST);
	assert_int_equal(vgic_set_owner(m->gic, 0, GICV5_SPI(1), NULL), 0);
	spi(m, 1, true);
	assert_true(info_of(m, 0, GICV5_SPI(1)).pending);
	assert_int_equal(
		vgic_inject_irq(m->gic, 1, GICV5_PPI(PPI_PMU), true, m),
		VGIC_E_NOENT);
	/* SW_PPI's number is an SGI's on a GICv3, which nobody owns. */
	assert_int_equal(vgic_set_owner(m->gic, 0, GICV5_PPI(SW_PPI), m), 0);
	assert_int_equal(
		vgic_inject_irq(m->gic, 0, GICV5_PPI(SW_PPI), true, NULL),
		VGIC_E_PERM);
}

/* Everything that a VMM can restore of PPIs. */
static void restore_ones(struct machine *m, uint32_t v)
{
	static const uint32_t regs[] = {
		ICC_PPI_ENABLER0_EL1,  ICC_PPI_ENABLER1_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_PPI_SPENDR0_EL1,   ICC_PPI_SPENDR1_EL1,
	};

	for (size_t n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		expect_set(m->vcpu[v], regs[n], ONES, VGIC_OK);
	}
}

static const uint64_t exposed[2] = {
	BIT(SW_PPI) | BIT(PPI_PMU) | BIT(PPI_TIMER),
	BIT(PPI_UPPER_EDGE - 64) | BIT(PPI_UPPER - 64),
};

static void b10_all_ones(void **state, const char *backend)
{
	struct machine *m =
		machine_create(CONFIG(.backend = backend, .nr_vcpus = 3));
	uint64_t value;

	(void)state;
	for (uint32_t v = 0; v < 3; v++) {
		restore_ones(m, v);
	}
	/* The last one comes much later, and is treated the same. */
	for (uint32_t v = 0; v < 3; v++) {
		run(m, v);
		for (uint32_t n = 0; n < 2; n++) {
			assert_hex(m->cpu[v].pe.regs->enabler[n], exposed[n]);
			assert_hex(m->cpu[v].pe.regs->activer[n], exposed[n]);
			assert_hex(m->cpu[v].pe.regs->pendr[n], exposed[n]);
		}
		slice(m, v);
		leave(m, v);
		run(m, v);
		assert_hex(m->cpu[v].pe.regs->activer[0], exposed[0]);
		stop(m, v);
		expect_get(m->vcpu[v], ICC_PPI_SPENDR0_EL1, &value, VGIC_OK);
		assert_hex(value, exposed[0]);
	}
	machine_end(m);
}

TEST(b10_all_ones_soft)
{
	b10_all_ones(state, "soft-v5");
}

TEST(b10_all_ones_hard)
{
	b10_all_ones(state, "ich5");
}

/* Enabled and up before the first run, but nobody's: it wakes nobody. */
static void b10_hidden(void **state, const char *backend)
{
	struct machine *m = machine_create(CONFIG(.backend = backend));

	(void)state;
	expect_set(m->vcpu[0], ICC_PPI_ENABLER0_EL1, ONES, 0);
	expect_set(m->vcpu[0], ICC_PPI_ENABLER1_EL1, ONES, 0);
	expect_set(m->vcpu[0], ICC_PPI_SPENDR0_EL1, BIT(PPI_HIDDEN), 0);
	expect_set(m->vcpu[0], ICC_PCR_EL1, 31, 0);
	expect_set(m->vcpu[0], ICC_CR0_EL1, 1, 0);
	assert_int_equal(vgic_inject_irq(m->gic, 0, GICV5_PPI(PPI_HIDDEN_EDGE),
					 true, NULL),
			 0);
	/* Even before it ever ran. */
	assert_false(vgic_pending(m->vcpu[0]));
	run(m, 0);
	assert_false(guest_irq(m, 0));
	ppi(m, 0, PPI_HIDDEN, false);
	ppi(m, 0, PPI_HIDDEN, true);
	stop(m, 0);
	assert_false(vgic_pending(m->vcpu[0]));
	machine_end(m);
}

TEST(b10_hidden_wakes_nobody_soft)
{
	b10_hidden(state, "soft-v5");
}

TEST(b10_hidden_wakes_nobody_hard)
{
	b10_hidden(state, "ich5");
}

/* From the first run of any vCPU on, no VMM writes. */
TEST(b10_late_writes_are_refused)
{
	struct machine *m =
		machine_create(CONFIG(.backend = "ich5", .nr_vcpus = 2));
	uint64_t value;

	(void)state;
	expect_set(m->vcpu[1], ICC_PCR_EL1, 31, 0);
	run(m, 0);
	expect_set(m->vcpu[0], ICC_PCR_EL1, 0, VGIC_E_BUSY);
	expect_set(m->vcpu[1], ICC_PPI_ENABLER0_EL1, ONES, VGIC_E_BUSY);
	expect_get(m->vcpu[1], ICC_PCR_EL1, &value, VGIC_OK);
	assert_hex(value, 31);
	run(m, 1);
	assert_hex(guest_read(m, 1, ICC_PCR_EL1), 31);
	machine_end(m);
}

/* ICC_CR0 and ICC_PCR are parts of one register: in either order. */
RULE(b10_control_in_any_order, 1)
{
	static const uint32_t regs[2] = { ICC_PCR_EL1, ICC_CR0_EL1 };
	static const uint64_t value[2] = { 21, ICC_CR0_EL1_EN };

	for (uint32_t first = 0; first < 2; first++) {
		struct machine *fresh =
			machine_create(CONFIG(.backend = m->config.backend));
		uint64_t got = 0;

		for (uint32_t n = 0; n < 2; n++) {
			expect_set(fresh->vcpu[0], regs[first ^ n],
				   value[first ^ n], VGIC_OK);
		}
		expect_get(fresh->vcpu[0], ICC_PCR_EL1, &got, 0);
		assert_hex(got, 21);
		assert_hex(guest_read(fresh, 0, ICC_PCR_EL1), 21);
		assert_true(guest_read(fresh, 0, ICC_CR0_EL1) & ICC_CR0_EL1_EN);
		machine_end(fresh);
	}
}

/* Five bits of each byte; the others do not exist, whoever writes them. */
TEST(b10_priorities_have_five_bits)
{
	struct machine *m = machine_create(CONFIG(.backend = "soft-v5"));
	const uint64_t five = UINT64_C(0x1f1f1f1f1f1f1f1f);
	uint64_t got = 0;

	(void)state;
	for (uint32_t n = 0; n < 16; n++) {
		expect_set(m->vcpu[0], ICC_PPI_PRIORITYR_EL1(n), ONES, VGIC_OK);
		expect_get(m->vcpu[0], ICC_PPI_PRIORITYR_EL1(n), &got, VGIC_OK);
		assert_hex(got, five);
	}
	run(m, 0);
	stop(m, 0);
	assert_hex(guest_read(m, 0, ICC_PPI_PRIORITYR_EL1(2)) & 0x1f, 0);
	machine_end(m);
}

/* What one machine saved another one goes on with. */
TEST(b10_saved_is_restored)
{
	/* clang-format off */
	static const uint32_t regs[] = {
		ICC_PPI_ENABLER0_EL1, ICC_PPI_ENABLER1_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_PPI_SPENDR0_EL1, ICC_PPI_SPENDR1_EL1,
		ICC_PPI_PRIORITYR_EL1(0), ICC_PPI_PRIORITYR_EL1(2),
		ICC_PPI_PRIORITYR_EL1(8), ICC_PPI_PRIORITYR_EL1(15),
		ICC_APR_EL1, ICC_CR0_EL1, ICC_PCR_EL1, ICC_ICSR_EL1,
	};
	/* clang-format on */
	struct machine *to = machine_create(CONFIG(.backend = "soft-v5"));
	MACHINE(.backend = "ich5");
	uint64_t value, got;

	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(2), ONES);
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(8), 0x0304);
	ppi(m, 0, PPI_PMU, true);
	ppi(m, 0, SW_PPI, true);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	ppi(m, 0, SW_PPI, true);
	guest_write(m, 0, ICC_PPI_SPENDR1_EL1, BIT(0));
	leave(m, 0);
	for (size_t n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		expect_get(m->vcpu[0], regs[n], &value, 0);
		expect_set(to->vcpu[0], regs[n], value, 0);
	}
	run(to, 0);
	stop(to, 0);
	for (size_t n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		expect_get(m->vcpu[0], regs[n], &value, 0);
		expect_get(to->vcpu[0], regs[n], &got, 0);
		assert_hex(got, value);
	}
	guest_end(to, 0, GICV5_PPI(SW_PPI));
	assert_hex(guest_ack(to, 0), VALID | GICV5_PPI(SW_PPI));
	machine_end(to);
	machine_end(m);
}

/* A level that has fallen is not saved as pending. */
RULE(b10_saved_levels_are_lines, 1)
{
	uint64_t value;

	ppi(m, 0, PPI_PMU, true);
	slice(m, 0);
	stop(m, 0);
	ppi(m, 0, PPI_PMU, false);
	expect_get(m->vcpu[0], ICC_PPI_SPENDR0_EL1, &value, VGIC_OK);
	assert_hex(value, 0);
}

/* Restoring never touches the physical side. */
TEST(b10_restore_leaves_devices_alone)
{
	struct machine *m = machine_create(CONFIG(.backend = "soft-v5"));

	(void)state;
	map_timer(m, 0);
	restore_ones(m, 0);
	run(m, 0);
	slice(m, 0);
	vgic_reset(m->gic);
	assert_int_equal(m->phys[0].by_software, 0);
	machine_end(m);
}

/* Registers that do not exist, or are not a VMM's to write. */
RULE(b10_unknown_registers, 1)
{
	/* clang-format off */
	static const uint32_t regs[] = {
		ICC_PPI_HMR0_EL1, ICC_PPI_CPENDR0_EL1, ICC_PPI_CACTIVER1_EL1,
		ICC_HPPIR_EL1, ICC_IDR0_EL1, ICC_IAFFIDR_EL1, ICC_HAPR_EL1,
		ICH_VMCR_EL2, GICR_CDIA, 0, UINT32_MAX,
	};
	/* clang-format on */
	struct machine *fresh =
		machine_create(CONFIG(.backend = m->config.backend));
	uint64_t value;

	for (size_t n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		expect_get(m->vcpu[0], regs[n], &value, VGIC_E_NOENT);
		expect_set(fresh->vcpu[0], regs[n], ONES, VGIC_E_NOENT);
	}
	/* Bits that do not exist are dropped. */
	expect_set(fresh->vcpu[0], ICC_CR0_EL1, ONES, VGIC_OK);
	expect_get(fresh->vcpu[0], ICC_CR0_EL1, &value, VGIC_OK);
	assert_hex(value, 7);
	expect_set(fresh->vcpu[0], ICC_PCR_EL1, ONES, VGIC_OK);
	expect_get(fresh->vcpu[0], ICC_PCR_EL1, &value, VGIC_OK);
	assert_hex(value, 31);
	machine_end(fresh);
}

/* User space has SW_PPI, and none that a device has. */
/* What is told of a PPI is what the guest made of it. */
RULE(info_of_ppis, 1)
{
	struct vgic_irq_info info;

	guest_write(m, 0, ICC_PPI_ENABLER0_EL1, BIT(SW_PPI));
	guest_write(m, 0, ICC_PPI_PRIORITYR_EL1(0), UINT64_C(9) << SW_PPI * 8);
	ppi(m, 0, SW_PPI, true);
	ppi(m, 0, PPI_PMU, true);
	stop(m, 0);
	info = info_of(m, 0, GICV5_PPI(SW_PPI));
	assert_true(info.enabled && info.pending && !info.active);
	assert_int_equal(info.priority, 9 << 3);
	info = info_of(m, 0, GICV5_PPI(PPI_PMU));
	assert_true(!info.enabled && info.pending && info.level);
	assert_int_equal(info.priority, 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	stop(m, 0);
	info = info_of(m, 0, GICV5_PPI(SW_PPI));
	assert_true(info.enabled && !info.pending && info.active);
	guest_end(m, 0, GICV5_PPI(SW_PPI));
	/* Before the vCPU has seen it, an edge is known as well. */
	stop(m, 0);
	ppi(m, 0, SW_PPI, true);
	info = info_of(m, 0, GICV5_PPI(SW_PPI));
	assert_true(info.pending && !info.active);
	guest_write(m, 0, ICC_PPI_CPENDR0_EL1, BIT(SW_PPI));
	stop(m, 0);
	assert_false(info_of(m, 0, GICV5_PPI(SW_PPI)).pending);
}

RULE(b11_userspace_ppis, 1)
{
	uint64_t mask[2] = { ONES, ONES };

	vgic_userspace_ppis(m->gic, mask);
	assert_hex(mask[0], BIT(SW_PPI));
	assert_hex(mask[1], 0);
	run(m, 0);
	for (uint32_t n = 0; n < 128; n++) {
		(void)vgic_inject_irq(m->gic, 0, GICV5_PPI(n), true, NULL);
	}
	slice(m, 0);
	assert_hex(m->cpu[0].pe.regs->pendr[0], BIT(SW_PPI));
	assert_hex(m->cpu[0].pe.regs->pendr[1], 0);
	assert_hex(guest_ack(m, 0), VALID | GICV5_PPI(SW_PPI));
	guest_end(m, 0, GICV5_PPI(SW_PPI));
}

/* Known before anything runs; and without SW_PPI there is none. */
TEST(b11_mask_without_a_software_ppi)
{
	struct machine *m = machine_create(CONFIG(.backend = "soft-v5"));
	uint64_t mask[2] = { ONES, ONES };

	(void)state;
	vgic_userspace_ppis(m->gic, mask);
	assert_hex(mask[0], BIT(SW_PPI));
	m->gic->config.v5.ppi_implemented[0] &= ~BIT(SW_PPI);
	vgic_userspace_ppis(m->gic, mask);
	assert_hex(mask[0] | mask[1], 0);
	machine_end(m);
}

static void ignore_kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

/* IAFFID 0 is where LPIs without a route go: all of them, and no more. */
static void affinity_0_is_the_second_vcpu(void **state)
{
	static const struct vgic_host_ops ops = { .kick = ignore_kick };
	const struct vgic_config config = {
		.arch = &vgic_gicv5,
		.nr_vcpus = 2,
		.nr_spis = 32,
		.nr_side_entries = 4,
		.host = &ops,
		.v5 = { .cpuif = &vgic_soft_v5_backend,
			.nr_lpis = 256,
			.lpi_id_bits = 10,
			.nr_irs = 1 },
	};
	size_t size = vgic_memory_size(&config);
	void *memory = aligned_alloc(64, size);
	void *hw = aligned_alloc(64, 4096);
	struct vgic_vcpu *vcpu;
	struct vgic *gic;

	(void)state;
	assert_true(vgic_soft_v5_size() <= 4096);
	assert_int_equal(vgic_soft_v5_init(hw, &config.v5, 0), 0);
	assert_int_equal(vgic_create(&config, memory, size, &gic), VGIC_OK);
	assert_int_equal(vgic_vcpu_create(gic, 1, 0, hw, &vcpu), VGIC_OK);
	assert_int_equal(w_target(vgic_irq_word(gic, gic->nr_irqs - 1)), 1);
	assert_ptr_equal(&gic->irqs[gic->nr_irqs], gic->sides);
	for (uint32_t i = 0; i < config.nr_side_entries; i++) {
		assert_int_equal(vgic_load_relaxed(&gic->sides[i].key), 0);
		assert_int_equal(vgic_load_relaxed(&gic->sides[i].pintid), 0);
	}
	free(hw);
	free(memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		rule(b05_compound_mask),
		rule(b05_compound_mask_for_the_irs),
		rule(b05_priority_0),
		rule(b05_active_and_disabled_do_not_count),
		rule(b05_mapped_is_sampled),
		rule(b05_what_comes_while_blocked),
		cmocka_unit_test(b05_doorbell),
		cmocka_unit_test(b05_doorbell_rings),
		rule(b06_load_and_put_twice),
		rule(b06_load_while_resident),
		cmocka_unit_test(b06_legacy_mode_is_left),
		cmocka_unit_test(b06_put_reads_first),
		cmocka_unit_test(b06_residency_refused),
		cmocka_unit_test(b06_traps_of_the_cpu_interface),
		cmocka_unit_test(b06_wide_ids),
		cmocka_unit_test(b07_all_65536_spis),
		rule(b07_lines_have_owners),
		cmocka_unit_test(b10_all_ones_soft),
		cmocka_unit_test(b10_all_ones_hard),
		cmocka_unit_test(b10_hidden_wakes_nobody_soft),
		cmocka_unit_test(b10_hidden_wakes_nobody_hard),
		cmocka_unit_test(b10_late_writes_are_refused),
		cmocka_unit_test(b10_saved_is_restored),
		rule(b10_saved_levels_are_lines),
		cmocka_unit_test(b10_restore_leaves_devices_alone),
		rule(b10_control_in_any_order),
		cmocka_unit_test(b10_priorities_have_five_bits),
		rule(b10_unknown_registers),
		rule(info_of_ppis),
		rule(b11_userspace_ppis),
		cmocka_unit_test(b11_mask_without_a_software_ppi),
		cmocka_unit_test(affinity_0_is_the_second_vcpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
