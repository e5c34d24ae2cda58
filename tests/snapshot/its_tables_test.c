/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of an ITS that guests and chance wrote, restored and saved as KVM
 * does: refused without a trace, or taken; and nothing comes to life by it.
 */
#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define ROUNDS 300u
#define DEVICES 5u
#define EVENTS 17u

static const struct machine_config config = { .backend = "ich",
					      .nr_lrs = 2,
					      .nr_its = 1 };

/* What a guest can tell: which messages arrive, and what is pending. */
struct seen {
	int message[DEVICES][EVENTS];
	bool pending[LPIS];
};

static void look(struct machine *m, struct seen *seen)
{
	struct vgic_irq_info info;

	for (uint32_t n = 0; n < DEVICES * EVENTS; n++) {
		seen->message[n / EVENTS][n % EVENTS] =
			vgic_check_msi(m->gic, 0, n / EVENTS, n % EVENTS);
	}
	for (uint32_t n = 0; n < LPIS; n++) {
		assert_int_equal(
			vgic_get_irq_info(m->gic, 0, GIC_LPI_BASE + n, &info),
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
	for (uint32_t n = 0; n < LPIS; n++) {
		assert_true(before->pending[n] || !after->pending[n]);
	}
}

/* What guests bring about can be saved, and that can be restored. */
static void saved_tables_can_be_restored(void **state)
{
	struct machine *m;
	struct seen before, after;

	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		m = new_machine(&config);
		chaos(m, i, 50 + i);
		look(m, &before);
		assert_int_equal(vgic_uaccess_save_its(m->vcpu[0], 0), 0);
		assert_int_equal(vgic_uaccess_save_lpis(m->vcpu[0]), 0);
		assert_int_equal(vgic_uaccess_restore_its(m->vcpu[0], 0), 0);
		machine_check(m);
		look(m, &after);
		assert_no_more(&before, &after);
		machine_free(m);
	}
}

/* After an error, as KVM: nothing is mapped; and memory is only read. */
static void assert_refused(struct machine *m, const uint8_t *ram)
{
	assert_memory_equal(ram, m->ram, m->ram_size);
	for (uint32_t n = 0; n < DEVICES * EVENTS; n++) {
		assert_true(vgic_check_msi(m->gic, 0, n / EVENTS, n % EVENTS));
	}
	assert_int_equal(vgic_uaccess_save_its(m->vcpu[0], 0), 0);
	assert_int_equal(vgic_uaccess_restore_its(m->vcpu[0], 0), 0);
}

static void wrong_tables_are_refused_whole(void **state)
{
	struct machine *m;
	uint8_t *ram = malloc(RAM_SIZE);
	uint32_t refused = 0;

	(void)state;
	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint64_t seed = i + 1;
		int error;

		m = new_machine(&config);
		chaos(m, i, 50 + i);
		assert_int_equal(vgic_uaccess_save_its(m->vcpu[0], 0), 0);
		for (uint32_t n = 0; n < 1 + i % 8; n++) {
			scribble(m, &seed);
		}
		memcpy(ram, m->ram, m->ram_size);
		error = vgic_uaccess_restore_its(m->vcpu[0], 0);
		machine_check(m);
		if (error) {
			assert_true(error == VGIC_E_FORMAT ||
				    error == VGIC_E_EXIST ||
				    error == VGIC_E_FAULT);
			assert_refused(m, ram);
			refused++;
		} else {
			assert_memory_equal(ram, m->ram, m->ram_size);
			/* Taken once, it is saved and taken again. */
			assert_int_equal(vgic_uaccess_save_its(m->vcpu[0], 0),
					 0);
			assert_int_equal(
				vgic_uaccess_restore_its(m->vcpu[0], 0), 0);
		}
		machine_check(m);
		machine_free(m);
	}
	assert_in_range(refused, ROUNDS / 8, ROUNDS - 1);
	free(ram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saved_tables_can_be_restored),
		cmocka_unit_test(wrong_tables_are_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
