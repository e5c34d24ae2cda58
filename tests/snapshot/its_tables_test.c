/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of an ITS that guests and chance wrote, restored and saved as KVM
 * does: refused without a trace, or taken; and nothing comes to life by it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "tests/snapshot/rig.h"

#define ROUNDS 300u
#define DEVICES 5u
#define EVENTS 17u

static const struct rig_config config = { .model = VGIC_GICV3,
					  .nr_lrs = 2,
					  .nr_its = 1 };

/* What a guest can tell: which messages arrive, and what is pending. */
struct seen {
	int message[DEVICES][EVENTS];
	bool pending[RIG_LPIS];
};

static void look(struct rig *r, struct seen *seen)
{
	struct vgic_irq_info info;

	for (uint32_t n = 0; n < DEVICES * EVENTS; n++) {
		seen->message[n / EVENTS][n % EVENTS] =
			vgic_check_msi(r->gic, 0, n / EVENTS, n % EVENTS);
	}
	for (uint32_t n = 0; n < RIG_LPIS; n++) {
		assert_int_equal(
			vgic_get_irq_info(r->gic, 0, GIC_LPI_BASE + n, &info),
			VGIC_OK);
		seen->pending[n] = info.pending;
	}
}

/* Nothing that was not there before. */
static void assert_no_more(const struct seen *before, const struct seen *after)
{
	for (uint32_t n = 0; n < DEVICES * EVENTS; n++) {
		if (!after->message[n / EVENTS][n % EVENTS]) {
			assert_int_not_equal(
				before->message[n / EVENTS][n % EVENTS],
				VGIC_E_NOENT);
		}
	}
	for (uint32_t n = 0; n < RIG_LPIS; n++) {
		assert_true(before->pending[n] || !after->pending[n]);
	}
}

/* What guests bring about can be saved, and that can be restored. */
static void saved_tables_can_be_restored(void **state)
{
	struct rig *r = malloc(sizeof(*r));
	struct seen before, after;

	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		rig_make(r, &config);
		rig_chaos(r, i, 50 + i);
		look(r, &before);
		assert_int_equal(vgic_uaccess_save_its(r->vcpu[0], 0), 0);
		assert_int_equal(vgic_uaccess_save_lpis(r->vcpu[0]), 0);
		assert_int_equal(vgic_uaccess_restore_its(r->vcpu[0], 0), 0);
		rig_check(r);
		look(r, &after);
		assert_no_more(&before, &after);
		rig_free(r);
	}
	free(r);
}

/* After an error, as KVM: nothing is mapped; and memory is only read. */
static void assert_refused(struct rig *r, const uint8_t *ram)
{
	assert_memory_equal(ram, r->ram, sizeof(r->ram));
	for (uint32_t n = 0; n < DEVICES * EVENTS; n++) {
		assert_true(vgic_check_msi(r->gic, 0, n / EVENTS, n % EVENTS));
	}
	assert_int_equal(vgic_uaccess_save_its(r->vcpu[0], 0), 0);
	assert_int_equal(vgic_uaccess_restore_its(r->vcpu[0], 0), 0);
}

static void wrong_tables_are_refused_whole(void **state)
{
	struct rig *r = malloc(sizeof(*r));
	uint8_t *ram = malloc(sizeof(r->ram));
	uint32_t refused = 0;

	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		int error;

		rig_make(r, &config);
		rig_chaos(r, i, 50 + i);
		assert_int_equal(vgic_uaccess_save_its(r->vcpu[0], 0), 0);
		for (uint32_t n = 0; n < 1 + i % 8; n++) {
			rig_scribble(r);
		}
		memcpy(ram, r->ram, sizeof(r->ram));
		error = vgic_uaccess_restore_its(r->vcpu[0], 0);
		rig_check(r);
		if (error) {
			assert_true(error == VGIC_E_FORMAT ||
				    error == VGIC_E_EXIST ||
				    error == VGIC_E_FAULT);
			assert_refused(r, ram);
			refused++;
		} else {
			assert_memory_equal(ram, r->ram, sizeof(r->ram));
			/* Taken once, it is saved and taken again. */
			assert_int_equal(vgic_uaccess_save_its(r->vcpu[0], 0),
					 0);
			assert_int_equal(
				vgic_uaccess_restore_its(r->vcpu[0], 0), 0);
		}
		rig_check(r);
		rig_free(r);
	}
	assert_in_range(refused, ROUNDS / 8, ROUNDS - 1);
	free(ram);
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_tables_can_be_restored),
		cmocka_unit_test(wrong_tables_are_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
