/* SPDX-License-Identifier: BSD-2-Clause */
/* src/core/check.c: each invariant, broken by hand, is reported. */
#include "tests/machine/test.h"

#include "its/its.h"

static struct machine *m;
static uint32_t spi;

/* 40 in a register, 41 in the queue, 42 active outside, 43 in the inbox. */
static int set_up(void **state)
{
	(void)state;
	m = machine_new(CONFIG(.nr_lrs = 1, .nr_vcpus = 2));
	setup(m, 0, 42, 0xf8, false);
	setup(m, 0, 40, 0x40, false);
	setup(m, 0, 41, 0x80, false);
	setup(m, 1, 43, 0x80, false);
	run(m, 0);
	edge(m, 42);
	assert_int_equal(guest_ack(m, 0), 42);
	edge(m, 40);
	edge(m, 41);
	edge(m, 43);
	stop(m, 0);
	spi = m->gic->first_spi - 32;
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	m->expect_bugs = true;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_free(m);
	return 0;
}

static void set_word(uint32_t intid, uint64_t set, uint64_t clear)
{
	_Atomic(uint64_t) *word = &m->gic->irqs[spi + intid].word;

	vgic_store_seq(word, (vgic_load_seq(word) & ~clear) | set);
}

static void assert_reported(void)
{
	uint32_t found = vgic_check_invariants(m->gic);

	assert_true(found > 0);
	assert_int_equal(m->bugs, found);
}

TEST(places)
{
	(void)state;
	assert_place(m, 0, 40, "lr");
	assert_place(m, 0, 41, "queue");
	assert_place(m, 0, 42, "active");
	assert_place(m, 0, 43, "inbox");
}

TEST(lost_from_the_inbox)
{
	(void)state;
	vgic_store_seq(&m->vcpu[1]->inbox, VGIC_NIL);
	assert_reported();
}

TEST(lost_from_the_queue)
{
	(void)state;
	m->vcpu[0]->summary[1] = 0;
	assert_reported();
}

TEST(lost_from_the_stack)
{
	(void)state;
	m->vcpu[0]->stacked = 0;
	for (uint32_t i = 0; i < VGIC_NR_PRIOS; i++) {
		m->vcpu[0]->stack[i] = VGIC_NIL;
	}
	assert_reported();
}

TEST(stack_without_its_summary)
{
	(void)state;
	m->vcpu[0]->stacked = 0;
	assert_reported();
}

TEST(lost_from_a_register)
{
	(void)state;
	m->vcpu[0]->ich.used = 0;
	assert_reported();
}

TEST(wanted_and_nowhere)
{
	(void)state;
	set_word(50, W_PEND | W_ENABLE, 0);
	assert_reported();
}

TEST(active_and_nobodys)
{
	(void)state;
	set_word(50, W_ACTIVE, 0);
	assert_reported();
}

TEST(target_out_of_range)
{
	(void)state;
	set_word(50, UINT64_C(9) << W_TARGET_SHIFT, W_TARGET_MASK);
	assert_reported();
}

TEST(held_by_another)
{
	(void)state;
	set_word(41, UINT64_C(1) << W_OWNER_SHIFT, W_OWNER_MASK);
	assert_reported();
}

TEST(link_out_of_range)
{
	(void)state;
	m->gic->irqs[spi + 42].link = m->gic->nr_irqs;
	assert_reported();
}

TEST(list_without_end)
{
	(void)state;
	m->gic->irqs[spi + 42].link = spi + 42;
	assert_reported();
}

TEST(register_and_word_disagree)
{
	(void)state;
	m->vcpu[0]->lr_known[0] |= ICH_LR_EL2_Active;
	assert_reported();
}

/* Only next to HW is it wrong.  IHI 0069 12.4.7 */
TEST(register_pending_and_active)
{
	(void)state;
	m->vcpu[0]->lr_known[0] |= ICH_LR_EL2_Active;
	m->vcpu[0]->ich.hcr &= ~(uint32_t)ICH_HCR_EL2_NPIE;
	set_word(40, W_ACTIVE, 0);
	assert_int_equal(vgic_check_invariants(m->gic), 0);
	m->vcpu[0]->lr_known[0] |= ICH_LR_EL2_HW;
	assert_int_equal(vgic_check_invariants(m->gic), 1);
	m->vcpu[0]->lr_known[0] &= ~ICH_LR_EL2_Pending;
	m->bugs = 0;
	assert_int_equal(vgic_check_invariants(m->gic), 0);
}

TEST(condition_left_over)
{
	(void)state;
	m->vcpu[0]->lr_known[0] |= ICH_LR_EL2_Active;
	m->vcpu[0]->lr_known[0] &= ~ICH_LR_EL2_Pending;
	set_word(40, W_ACTIVE, W_PEND);
	m->vcpu[0]->ich.hcr |= ICH_HCR_EL2_NPIE;
	m->vcpu[0]->refill = false;
	assert_reported();
}

TEST(info)
{
	struct vgic_irq_info info = info_of(m, 0, 42);

	(void)state;
	assert_true(info.active && info.enabled && info.group1);
	assert_false(info.pending || info.level || info.mapped);
	assert_int_equal(info.priority, 0xf8);
	assert_int_equal(info.target, 0);
	assert_int_equal(info.holder, 0);
	info = info_of(m, 0, 50);
	assert_int_equal(info.holder, UINT32_MAX);
	assert_string_equal(info.place, "-");
}

/* A GICv3's LPI with this word and route: how many complaints are there? */
static void assert_lpi_reported(uint64_t word, uint32_t route, bool used,
				uint32_t violations)
{
	struct machine *with =
		machine_new(CONFIG(.nr_lrs = 1, .nr_its = 1, .nr_lpis = 4));
	struct vgic *gic = with->gic;
	struct vgic_irq *lpi = &gic->irqs[gic->first_lpi];

	assert_int_equal(vgic_check_invariants(gic), 0);
	with->expect_bugs = true;
	gic->lpi_end += used;
	vgic_store_seq(&lpi->route, route);
	vgic_store_seq(&lpi->word,
		       w_set_target(vgic_load_seq(&lpi->word), 0) | word);
	assert_int_equal(vgic_check_invariants(gic), violations);
	assert_int_equal(with->bugs, violations);
	/* Its redistributor takes LPIs, but has not come so far yet. */
	vgic_store_seq(&with->vcpu[0]->gicr_ctlr, GICR_CTLR_EnableLPIs);
	vgic_store_seq(&with->vcpu[0]->lpi_job,
		       (uint32_t)FIELD_PUT(LPI_JOB, LPI_GO_ON));
	assert_int_equal(vgic_check_invariants(gic), violations);
	machine_free(with);
}

TEST(lpi_of_a_redistributor_that_takes_none)
{
	(void)state;
	assert_lpi_reported(0, 0, true, 0);
	assert_lpi_reported(W_PEND | W_CONF, 0, true, 0);
	/* It would be delivered; and is not. */
	assert_lpi_reported(W_PEND | W_CONF | W_ENABLE, 0, true, 2);
	assert_lpi_reported(W_PEND | W_ENABLE, 0, true, 2);
	assert_lpi_reported(W_PEND, 0, false, 1);
}

TEST(lpi_without_an_event)
{
	(void)state;
	assert_lpi_reported(0, (uint32_t)FIELD_PUT(LPI_EVENTS, 1), true, 1);
	assert_lpi_reported(0, (uint32_t)FIELD_PUT(LPI_EVENT, 1), true, 1);
	assert_lpi_reported(0, (uint32_t)FIELD_PUT(LPI_EVENT, 9), true, 1);
}

#define BROKEN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Each error has words of its own, and whatever is none says so. */
TEST(errors_in_words)
{
	const char *unknown = vgic_strerror(1);

	(void)state;
	for (int a = VGIC_OK; a >= VGIC_E_FAULT; a--) {
		assert_string_not_equal(vgic_strerror(a), unknown);
		for (int b = VGIC_OK; b > a; b--) {
			assert_string_not_equal(vgic_strerror(a),
						vgic_strerror(b));
		}
	}
	assert_string_equal(vgic_strerror(VGIC_E_FAULT - 1), unknown);
	assert_string_equal(vgic_strerror(-1000), unknown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BROKEN(places),
		BROKEN(lost_from_the_inbox),
		BROKEN(lost_from_the_queue),
		BROKEN(lost_from_the_stack),
		BROKEN(stack_without_its_summary),
		BROKEN(lost_from_a_register),
		BROKEN(wanted_and_nowhere),
		BROKEN(active_and_nobodys),
		BROKEN(target_out_of_range),
		BROKEN(held_by_another),
		BROKEN(link_out_of_range),
		BROKEN(list_without_end),
		BROKEN(register_and_word_disagree),
		BROKEN(register_pending_and_active),
		BROKEN(condition_left_over),
		BROKEN(lpi_of_a_redistributor_that_takes_none),
		BROKEN(lpi_without_an_event),
		BROKEN(info),
		cmocka_unit_test(errors_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
