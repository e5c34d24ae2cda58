/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes that other virtual GICs made in what their registers do to an
 * interrupt on its way.  field_NN: the number of the report in our
 * collection.
 */
#include <string.h>

#include "tests/v3/rig.h"

#define SPI 40u
#define FILLER 41u
#define BIT (1u << (SPI % 32))
#define REG(base) (RIG_GICD + (base) + SPI / 32 * 4)

static struct rig *make(uint8_t nr_lrs)
{
	const struct rig_config config = { .nr_vcpus = 3,
					   .nr_spis = 32,
					   .nr_lrs = nr_lrs };
	struct rig *rig = rig_new(&config);

	rig_start(rig);
	return rig;
}

static void line(struct rig *rig, uint32_t intid, bool level)
{
	assert_int_equal(vgic_inject_irq(rig->gic, 0, intid, level, NULL),
			 VGIC_OK);
	rig_settle(rig);
}

/* 13: ICENABLER enabled, or cleared all that was enabled. */
static void field_13_icenabler(void **state)
{
	struct rig *rig = make(4);

	(void)state;
	rig_write32(rig, 0, REG(GICD_ISENABLER), 0xf0f0);
	rig_write32(rig, 0, REG(GICD_ICENABLER), 0xff);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISENABLER)), 0xf000);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ICENABLER)), 0xf000);
	rig_write32(rig, 0, REG(GICD_ICENABLER), 0);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISENABLER)), 0xf000);
	rig_free(rig);
}

/* 13: the end of an interrupt that was disabled meanwhile was dropped. */
static void end_disabled(uint8_t nr_lrs)
{
	struct rig *rig = make(nr_lrs);

	rig_spi(rig, SPI, 0x80, 1, true);
	rig_spi(rig, FILLER, 0x10, 1, false);
	for (unsigned int i = 0; i < 3; i++) {
		line(rig, SPI, true);
		assert_int_equal(rig_ack(rig, 1), SPI);
		line(rig, FILLER, true);
		assert_int_equal(rig_ack(rig, 1), FILLER);
		rig_write32(rig, i, REG(GICD_ICENABLER), BIT);
		rig_settle(rig);
		rig_eoi(rig, 1, FILLER);
		rig_eoi(rig, 1, SPI);
		assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
		assert_int_equal(rig_read32(rig, 0, REG(GICD_ISACTIVER)), 0);
		rig_write32(rig, 0, REG(GICD_ISENABLER), BIT);
		assert_int_equal(rig_ack(rig, 1), SPI);
		line(rig, SPI, false);
		rig_eoi(rig, 1, SPI);
		assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	}
	rig_free(rig);
}

static void field_13_end_of_disabled(void **state)
{
	(void)state;
	end_disabled(1);
	end_disabled(4);
}

/* 18: a disabled interrupt could be acknowledged; R10: it stays pending. */
static void field_18_disabled(void **state)
{
	struct rig *rig = make(4);

	(void)state;
	rig_spi(rig, SPI, 0x80, 1, false);
	line(rig, SPI, true);
	rig_write32(rig, 0, REG(GICD_ICENABLER), BIT);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	assert_int_equal(rig_read32(rig, 0, REG(GICD_ISPENDR)), BIT);
	rig_write32(rig, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
	/* Injected while disabled. */
	rig_write32(rig, 0, REG(GICD_ICENABLER), BIT);
	line(rig, SPI, true);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_write32(rig, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	rig_eoi(rig, 1, SPI);
	rig_free(rig);
}

/* 18: priorities were ignored. */
static void field_18_priority(void **state)
{
	const uint8_t prio[] = { 0x90, 0x10, 0xf0, 0x50, 0x08, 0x70 };
	const uint32_t order[] = { 4, 1, 3, 5, 0 };

	(void)state;
	for (uint8_t lrs = 1; lrs <= 16; lrs *= 2) {
		struct rig *rig = make(lrs);

		for (uint32_t i = 0; i < 6; i++) {
			rig_spi(rig, SPI + i, prio[i], 1, false);
			line(rig, SPI + i, true);
		}
		/* The mask keeps out its equals. */
		rig_msr(rig, 1, ICC_PMR_EL1, 0xf0);
		for (uint32_t i = 0; i < 5; i++) {
			assert_int_equal(rig_ack(rig, 1), SPI + order[i]);
			/* And what is running does. */
			assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
			rig_eoi(rig, 1, SPI + order[i]);
		}
		assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
		rig_msr(rig, 1, ICC_PMR_EL1, 0xf8);
		assert_int_equal(rig_ack(rig, 1), SPI + 2);
		rig_eoi(rig, 1, SPI + 2);
		rig_free(rig);
	}
}

/* 18: everything went to vCPU 0. */
static void field_18_affinity(void **state)
{
	struct rig *rig = make(4);

	(void)state;
	for (uint32_t v = 0; v < 3; v++) {
		rig_spi(rig, SPI, 0x80, v, false);
		line(rig, SPI, true);
		for (uint32_t other = 0; other < 3; other++) {
			if (other != v) {
				assert_int_equal(rig_ack(rig, other),
						 RIG_SPURIOUS);
			}
		}
		assert_int_equal(rig_ack(rig, v), SPI);
		rig_eoi(rig, v, SPI);
	}
	rig_free(rig);
}

/* 18: a level that stayed up was forgotten, one that fell was delivered. */
static void field_18_level(void **state)
{
	struct rig *rig = make(4);

	(void)state;
	rig_spi(rig, SPI, 0x80, 1, true);
	line(rig, SPI, true);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(rig_ack(rig, 1), SPI);
		rig_eoi(rig, 1, SPI);
	}
	line(rig, SPI, false);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	line(rig, SPI, true);
	rig_write32(rig, 0, REG(GICD_ICENABLER), BIT);
	rig_settle(rig);
	rig_write32(rig, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(rig_ack(rig, 1), SPI);
	line(rig, SPI, false);
	rig_eoi(rig, 1, SPI);
	assert_int_equal(rig_ack(rig, 1), RIG_SPURIOUS);
	rig_free(rig);
}

/*
 * R4: what is done to an interrupt works in every state it can be in, in a
 * list register or not, and from any vCPU.
 */
enum action { DISABLE, REROUTE, DEACTIVATE, DIR, NR_ACTIONS };

struct r4 {
	struct rig *rig;
	bool active, pending, in_lr;
	enum action action;
	uint32_t actor;
};

/* With one list register a more urgent one takes the place of the other. */
static void arrange(struct r4 *t)
{
	struct rig *rig = t->rig = make(t->in_lr ? 4 : 1);

	rig_spi(rig, SPI, 0x80, 1, false);
	rig_spi(rig, FILLER, 0x10, 1, false);
	for (uint32_t v = 0; v < 3; v++) {
		rig_msr(rig, v, ICC_CTLR_EL1,
			t->action == DIR ? ICC_CTLR_EL1_EOImode : 0);
	}
	if (t->active) {
		line(rig, SPI, true);
		assert_int_equal(rig_ack(rig, 1), SPI);
	}
	if (t->active && t->action == DIR) {
		rig_eoi(rig, 1, SPI);
	}
	if (!t->in_lr) {
		line(rig, FILLER, true);
	}
	if (t->active && !t->in_lr) {
		assert_int_equal(rig_ack(rig, 1), FILLER);
	}
	if (t->pending) {
		line(rig, SPI, true);
	}
	rig_exit(rig, 1);
	assert_int_equal(strcmp(rig_info(rig, 1, SPI).place, "lr") == 0,
			 t->in_lr);
	rig_enter(rig, 1);
}

static void act(struct r4 *t)
{
	switch (t->action) {
	case DISABLE:
		rig_write32(t->rig, t->actor, REG(GICD_ICENABLER), BIT);
		break;
	case REROUTE:
		rig_write(t->rig, t->actor, RIG_GICD + GICD_IROUTER + 8 * SPI,
			  8, 2);
		break;
	case DEACTIVATE:
		rig_write32(t->rig, t->actor, REG(GICD_ICACTIVER), BIT);
		break;
	default:
		rig_msr(t->rig, t->actor, ICC_DIR_EL1, SPI);
		break;
	}
	rig_settle(t->rig);
	assert_int_equal(vgic_check_invariants(t->rig->gic), 0);
}

static void end(struct r4 *t, uint32_t vcpu, uint32_t intid)
{
	rig_eoi(t->rig, vcpu, intid);
	if (t->action == DIR) {
		rig_msr(t->rig, vcpu, ICC_DIR_EL1, intid);
		rig_settle(t->rig);
	}
}

static void end_filler(struct r4 *t)
{
	if (!t->active) {
		assert_int_equal(rig_ack(t->rig, 1), FILLER);
	}
	end(t, 1, FILLER);
}

static void check(struct r4 *t)
{
	uint32_t target = t->action == REROUTE ? 2 : 1;
	bool still = t->active && t->action <= REROUTE;

	assert_int_equal(!!rig_read32(t->rig, 0, REG(GICD_ISACTIVER)), still);
	assert_int_equal(!!rig_read32(t->rig, 0, REG(GICD_ISPENDR)),
			 t->pending);
	if (still) {
		assert_int_equal(rig_ack(t->rig, 1), RIG_SPURIOUS);
		assert_int_equal(rig_ack(t->rig, 2), RIG_SPURIOUS);
	}
	if (t->active && t->action != DIR) {
		rig_eoi(t->rig, 1, SPI);
	}
	if (t->action == DISABLE) {
		assert_int_equal(rig_ack(t->rig, 1), RIG_SPURIOUS);
		rig_write32(t->rig, 0, REG(GICD_ISENABLER), BIT);
	}
	assert_int_equal(rig_ack(t->rig, 3 - target), RIG_SPURIOUS);
	assert_int_equal(rig_ack(t->rig, target),
			 t->pending ? SPI : RIG_SPURIOUS);
	if (t->pending) {
		end(t, target, SPI);
	}
	assert_int_equal(rig_ack(t->rig, target), RIG_SPURIOUS);
	assert_int_equal(rig_read32(t->rig, 0, REG(GICD_ISACTIVER)), 0);
}

static void r4_any_state_any_vcpu(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < NR_ACTIONS * 3 * 2 * 3; n++) {
		struct r4 t = {
			.action = (enum action)(n % NR_ACTIONS),
			.active = n / 4 % 3 != 0,
			.pending = n / 4 % 3 != 1,
			.in_lr = n / 12 % 2,
			.actor = n / 24,
		};

		arrange(&t);
		act(&t);
		if (!t.in_lr) {
			end_filler(&t);
		}
		check(&t);
		rig_free(t.rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_13_icenabler),
		cmocka_unit_test(field_13_end_of_disabled),
		cmocka_unit_test(field_18_disabled),
		cmocka_unit_test(field_18_priority),
		cmocka_unit_test(field_18_affinity),
		cmocka_unit_test(field_18_level),
		cmocka_unit_test(r4_any_state_any_vcpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
