/* SPDX-License-Identifier: BSD-2-Clause */
/* What is saved comes back, on whatever machine. */
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define ROUNDS 200u

static void assert_restored(struct machine *m, const uint8_t *snapshot,
			    size_t size)
{
	struct vgic_snapshot_where where;
	int error = vgic_snapshot_restore(m->gic, snapshot, size, &where);

	if (error) {
		print_error("%d: %s, offset %u, vCPU %d, INTID %x: %s\n", error,
			    vgic_snapshot_record_name(where.record),
			    where.offset, (int)where.vcpu, where.intid,
			    where.what ? where.what : "-");
	}
	assert_int_equal(error, VGIC_OK);
	machine_check(m);
}

/* People are shown the same, but for who has it. */
static void assert_same_info(struct machine *a, struct machine *b)
{
	for (uint32_t n = 0; n < a->vgic.nr_spis; n++) {
		uint32_t spi = spi_intid(a, n);
		struct vgic_irq_info was, is;

		assert_int_equal(vgic_get_irq_info(a->gic, 0, spi, &was), 0);
		assert_int_equal(vgic_get_irq_info(b->gic, 0, spi, &is), 0);
		assert_int_equal(was.pending, is.pending);
		assert_int_equal(was.active, is.active);
		assert_int_equal(was.enabled, is.enabled);
		assert_int_equal(was.level, is.level);
		assert_int_equal(was.group1, is.group1);
		assert_int_equal(was.priority, is.priority);
		/* Nobody has what is neither, unless it still waits there. */
		if (!was.pending && !was.active) {
			assert_true(is.target == was.target ||
				    is.target == UINT32_MAX);
		}
	}
}

/* Save, restore elsewhere, save: the same bytes; and it runs on from there. */
static void round_trip(const struct machine_config *from,
		       const struct machine_config *to, uint64_t seed)
{
	struct machine *a = new_machine(from), *b = new_machine(to);
	uint8_t *first, *second;
	size_t size, again;

	chaos(a, seed, 20 + (uint32_t)seed * 3);
	machine_check(a);
	first = save(a, &size);
	memcpy(b->ram, a->ram, b->ram_size);
	assert_restored(b, first, size);
	second = save(b, &again);
	assert_int_equal(size, again);
	assert_memory_equal(first, second, size);
	assert_same_info(a, b);
	/* Into lists and list registers: all is still there. */
	for (uint32_t v = 0; v < VCPUS; v++) {
		run(b, v);
		put_vcpu(b, v);
	}
	free(second);
	machine_check(b);
	second = save(b, &again);
	assert_int_equal(size, again);
	free(first);
	free(second);
	chaos(b, seed + 1, 100);
	machine_check(b);
	machine_free(a);
	machine_free(b);
}

/* One vCPU after the other, in place: nothing is changed by it. */
static void one_by_one(const struct machine_config *config, uint64_t seed)
{
	struct machine *m;
	uint8_t *first, *one, *second;
	size_t size, part, again;

	m = new_machine(config);
	chaos(m, seed, 20 + (uint32_t)seed * 3);
	first = save(m, &size);
	for (uint32_t v = 0; v < VCPUS; v++) {
		one = save_vcpu(m, v, &part);
		assert_restored(m, one, part);
		second = save(m, &again);
		assert_int_equal(size, again);
		assert_memory_equal(first, second, size);
		free(one);
		free(second);
	}
	free(first);
	chaos(m, seed + 1, 100);
	machine_check(m);
	machine_free(m);
}

static void all_round(enum vgic_model model, uint32_t nr_its)
{
	static const uint8_t lrs[] = { 1, 2, 4, 16, 0 };
	const uint32_t n = sizeof(lrs);

	for (uint32_t i = 0; i < ROUNDS; i++) {
		const struct machine_config from = {
			.backend = backend_of(model, lrs[i % n]),
			.nr_lrs = lrs[i % n],
			.nr_its = nr_its,
		};
		const struct machine_config to = {
			.backend = backend_of(model, lrs[i / n % n]),
			.nr_lrs = lrs[i / n % n],
			.nr_its = nr_its,
		};

		round_trip(&from, &to, i);
		one_by_one(&from, i);
	}
}

static void gicv2(void **state)
{
	(void)state;
	all_round(VGIC_GICV2, 0);
}

static void gicv3(void **state)
{
	(void)state;
	all_round(VGIC_GICV3, 0);
}

static void gicv3_its(void **state)
{
	(void)state;
	all_round(VGIC_GICV3, 2);
}

static void gicv5(void **state)
{
	(void)state;
	all_round(VGIC_GICV5, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gicv2),
		cmocka_unit_test(gicv3),
		cmocka_unit_test(gicv3_its),
		cmocka_unit_test(gicv5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
