/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes that other virtual GICs made in what their registers do to an
 * interrupt on its way.  field_NN: the number of the report in our
 * collection.
 */
#include <string.h>

#include "regs/gicv3.h"
#include "regs/ich.h"
#include "tests/machine/test.h"

#define SPI 40u
#define FILLER 41u
#define BIT (1u << (SPI % 32))
#define REG(base) (MACHINE_GICD + (base) + SPI / 32 * 4)

static struct machine *make(uint8_t nr_lrs)
{
	struct machine *m =
		machine_create(CONFIG(.pri_bits = 5, .nr_vcpus = 3,
				      .nr_spis = 32, .nr_lrs = nr_lrs));

	machine_boot(m);
	return m;
}

/* 13: ICENABLER enabled, or cleared all that was enabled. */
static void field_13_icenabler(void **state)
{
	struct machine *m = make(4);

	(void)state;
	guest_write32(m, 0, REG(GICD_ISENABLER), 0xf0f0);
	guest_write32(m, 0, REG(GICD_ICENABLER), 0xff);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISENABLER)), 0xf000);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ICENABLER)), 0xf000);
	guest_write32(m, 0, REG(GICD_ICENABLER), 0);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISENABLER)), 0xf000);
	machine_end(m);
}

/* 13: the end of an interrupt that was disabled meanwhile was dropped. */
static void end_disabled(uint8_t nr_lrs)
{
	struct machine *m = make(nr_lrs);

	setup(m, 1, SPI, 0x80, true);
	setup(m, 1, FILLER, 0x10, false);
	for (unsigned int i = 0; i < 3; i++) {
		line(m, SPI, true);
		assert_int_equal(guest_ack(m, 1), SPI);
		line(m, FILLER, true);
		assert_int_equal(guest_ack(m, 1), FILLER);
		guest_write32(m, i, REG(GICD_ICENABLER), BIT);
		machine_serve_all(m);
		guest_eoi(m, 1, FILLER);
		guest_eoi(m, 1, SPI);
		assert_int_equal(guest_ack(m, 1), SPURIOUS);
		assert_int_equal(guest_read32(m, 0, REG(GICD_ISACTIVER)), 0);
		guest_write32(m, 0, REG(GICD_ISENABLER), BIT);
		assert_int_equal(guest_ack(m, 1), SPI);
		line(m, SPI, false);
		guest_eoi(m, 1, SPI);
		assert_int_equal(guest_ack(m, 1), SPURIOUS);
	}
	machine_end(m);
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
	struct machine *m = make(4);

	(void)state;
	setup(m, 1, SPI, 0x80, false);
	line(m, SPI, true);
	guest_write32(m, 0, REG(GICD_ICENABLER), BIT);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	assert_int_equal(guest_read32(m, 0, REG(GICD_ISPENDR)), BIT);
	guest_write32(m, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
	/* Injected while disabled. */
	guest_write32(m, 0, REG(GICD_ICENABLER), BIT);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	guest_write32(m, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	guest_eoi(m, 1, SPI);
	machine_end(m);
}

/* 18: priorities were ignored. */
static void field_18_priority(void **state)
{
	const uint8_t prio[] = { 0x90, 0x10, 0xf0, 0x50, 0x08, 0x70 };
	const uint32_t order[] = { 4, 1, 3, 5, 0 };

	(void)state;
	for (uint8_t lrs = 1; lrs <= 16; lrs *= 2) {
		struct machine *m = make(lrs);

		for (uint32_t i = 0; i < 6; i++) {
			setup(m, 1, SPI + i, prio[i], false);
			line(m, SPI + i, true);
		}
		/* The mask keeps out its equals. */
		guest_write(m, 1, ICC_PMR_EL1, 0xf0);
		for (uint32_t i = 0; i < 5; i++) {
			assert_int_equal(guest_ack(m, 1), SPI + order[i]);
			/* And what is running does. */
			assert_int_equal(guest_ack(m, 1), SPURIOUS);
			guest_eoi(m, 1, SPI + order[i]);
		}
		assert_int_equal(guest_ack(m, 1), SPURIOUS);
		guest_write(m, 1, ICC_PMR_EL1, 0xf8);
		assert_int_equal(guest_ack(m, 1), SPI + 2);
		guest_eoi(m, 1, SPI + 2);
		machine_end(m);
	}
}

/* 18: everything went to vCPU 0. */
static void field_18_affinity(void **state)
{
	struct machine *m = make(4);

	(void)state;
	for (uint32_t v = 0; v < 3; v++) {
		setup(m, v, SPI, 0x80, false);
		line(m, SPI, true);
		for (uint32_t other = 0; other < 3; other++) {
			if (other != v) {
				assert_int_equal(guest_ack(m, other), SPURIOUS);
			}
		}
		assert_int_equal(guest_ack(m, v), SPI);
		guest_eoi(m, v, SPI);
	}
	machine_end(m);
}

/* 18: a level that stayed up was forgotten, one that fell was delivered. */
static void field_18_level(void **state)
{
	struct machine *m = make(4);

	(void)state;
	setup(m, 1, SPI, 0x80, true);
	line(m, SPI, true);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(guest_ack(m, 1), SPI);
		guest_eoi(m, 1, SPI);
	}
	line(m, SPI, false);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	line(m, SPI, true);
	guest_write32(m, 0, REG(GICD_ICENABLER), BIT);
	machine_serve_all(m);
	guest_write32(m, 0, REG(GICD_ISENABLER), BIT);
	assert_int_equal(guest_ack(m, 1), SPI);
	line(m, SPI, false);
	guest_eoi(m, 1, SPI);
	assert_int_equal(guest_ack(m, 1), SPURIOUS);
	machine_end(m);
}

/*
 * R4: what is done to an interrupt works in every state it can be in, in a
 * list register or not, and from any vCPU.
 */
enum action { DISABLE, REROUTE, DEACTIVATE, DIR, NR_ACTIONS };

struct r4 {
	struct machine *m;
	bool active, pending, in_lr;
	enum action action;
	uint32_t actor;
};

/* With one list register a more urgent one takes the place of the other. */
static void arrange(struct r4 *t)
{
	struct machine *m = t->m = make(t->in_lr ? 4 : 1);

	setup(m, 1, SPI, 0x80, false);
	setup(m, 1, FILLER, 0x10, false);
	for (uint32_t v = 0; v < 3; v++) {
		guest_write(m, v, ICC_CTLR_EL1,
			    t->action == DIR ? ICC_CTLR_EL1_EOImode : 0);
	}
	if (t->active) {
		line(m, SPI, true);
		assert_int_equal(guest_ack(m, 1), SPI);
	}
	if (t->active && t->action == DIR) {
		guest_eoi(m, 1, SPI);
	}
	if (!t->in_lr) {
		line(m, FILLER, true);
	}
	if (t->active && !t->in_lr) {
		assert_int_equal(guest_ack(m, 1), FILLER);
	}
	if (t->pending) {
		line(m, SPI, true);
	}
	stop(m, 1);
	assert_int_equal(strcmp(info_of(m, 1, SPI).place, "lr") == 0, t->in_lr);
	run(m, 1);
}

static void act(struct r4 *t)
{
	switch (t->action) {
	case DISABLE:
		guest_write32(t->m, t->actor, REG(GICD_ICENABLER), BIT);
		break;
	case REROUTE:
		mmio_write(t->m, t->actor,
			   MACHINE_GICD + GICD_IROUTER + 8 * SPI, 8, 2);
		break;
	case DEACTIVATE:
		guest_write32(t->m, t->actor, REG(GICD_ICACTIVER), BIT);
		break;
	default:
		guest_write(t->m, t->actor, ICC_DIR_EL1, SPI);
		break;
	}
	machine_serve_all(t->m);
	assert_int_equal(vgic_check_invariants(t->m->gic), 0);
}

static void end(struct r4 *t, uint32_t vcpu, uint32_t intid)
{
	guest_eoi(t->m, vcpu, intid);
	if (t->action == DIR) {
		guest_write(t->m, vcpu, ICC_DIR_EL1, intid);
		machine_serve_all(t->m);
	}
}

static void end_filler(struct r4 *t)
{
	if (!t->active) {
		assert_int_equal(guest_ack(t->m, 1), FILLER);
	}
	end(t, 1, FILLER);
}

static void check(struct r4 *t)
{
	uint32_t target = t->action == REROUTE ? 2 : 1;
	bool still = t->active && t->action <= REROUTE;

	assert_int_equal(!!guest_read32(t->m, 0, REG(GICD_ISACTIVER)), still);
	assert_int_equal(!!guest_read32(t->m, 0, REG(GICD_ISPENDR)),
			 t->pending);
	if (still) {
		assert_int_equal(guest_ack(t->m, 1), SPURIOUS);
		assert_int_equal(guest_ack(t->m, 2), SPURIOUS);
	}
	if (t->active && t->action != DIR) {
		guest_eoi(t->m, 1, SPI);
	}
	if (t->action == DISABLE) {
		assert_int_equal(guest_ack(t->m, 1), SPURIOUS);
		guest_write32(t->m, 0, REG(GICD_ISENABLER), BIT);
	}
	assert_int_equal(guest_ack(t->m, 3 - target), SPURIOUS);
	assert_int_equal(guest_ack(t->m, target), t->pending ? SPI : SPURIOUS);
	if (t->pending) {
		end(t, target, SPI);
	}
	assert_int_equal(guest_ack(t->m, target), SPURIOUS);
	assert_int_equal(guest_read32(t->m, 0, REG(GICD_ISACTIVER)), 0);
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
		machine_end(t.m);
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
