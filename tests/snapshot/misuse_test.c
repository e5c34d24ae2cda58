/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VMM that asks the wrong model for its registers, or a vCPU that is on a
 * CPU: an error, and nothing is touched.  And snapshots of nothing.
 */
#include <vgic/uaccess.h>
#include <vgic/vgic.h>

#include "regs/a64.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"
#include "snapshot/snapshot.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define V2 (1u << VGIC_GICV2)
#define V3 (1u << VGIC_GICV3)
#define V5 (1u << VGIC_GICV5)

static int dist(struct vgic_vcpu *vcpu, bool write)
{
	uint32_t value = 0;

	return vgic_uaccess_reg(vcpu, VGIC_UACCESS_DIST, GICD_CTLR, write,
				&value);
}

static int lines(struct vgic_vcpu *vcpu, bool write)
{
	uint32_t value = 0;

	return vgic_uaccess_lines(vcpu, 32, write, &value);
}

/* A GICv3's priority mask, or a GICv5's. */
static int mask(struct vgic_vcpu *vcpu, bool write)
{
	uint64_t value = 0;
	int err = vgic_uaccess_sysreg(vcpu, ICC_PMR_EL1, write, &value);

	return err == VGIC_E_NOENT ?
		       vgic_uaccess_sysreg(vcpu, ICC_PCR_EL1, write, &value) :
		       err;
}

static int pcr(struct vgic_vcpu *vcpu, bool write)
{
	uint64_t value = 0;

	return write ? vgic_v5_set_sysreg(vcpu, ICC_PCR_EL1, value) :
		       vgic_v5_get_sysreg(vcpu, ICC_PCR_EL1, &value);
}

static int irs(struct vgic_vcpu *vcpu, bool write)
{
	uint64_t value = 0;

	return vgic_uaccess_irs(vcpu, 0, IRS_CR0, write, &value);
}

static int iste(struct vgic_vcpu *vcpu, bool write)
{
	uint32_t value = 0;

	return vgic_uaccess_iste(vcpu, GICV5_SPI(1), write, &value);
}

/* There is none: nothing can be made of what is stored. */
static int make_ist(struct vgic_vcpu *vcpu, bool write)
{
	int err = vgic_uaccess_make_ist(vcpu);

	(void)write;
	return err == VGIC_E_INVAL ? VGIC_OK : err;
}

static int its(struct vgic_vcpu *vcpu, bool write)
{
	uint64_t value = 0;

	return vgic_uaccess_its(vcpu, 0, GITS_CTLR, write, &value);
}

static int tables(struct vgic_vcpu *vcpu, bool write)
{
	return write ? vgic_uaccess_restore_its(vcpu, 0) :
		       vgic_uaccess_save_its(vcpu, 0);
}

static int reset_its(struct vgic_vcpu *vcpu, bool write)
{
	(void)write;
	return vgic_uaccess_reset_its(vcpu, 0);
}

static int save_lpis(struct vgic_vcpu *vcpu, bool write)
{
	(void)write;
	return vgic_uaccess_save_lpis(vcpu);
}

static const struct {
	int (*call)(struct vgic_vcpu *vcpu, bool write);
	/* The models that have it. */
	uint32_t models;
	/* Of a vCPU that is on a CPU it can be asked. */
	bool always;
} calls[] = {
	{ dist, V2 | V3, false }, { lines, V2 | V3, false },
	{ mask, V3 | V5, false }, { pcr, V5, true },
	{ irs, V5, false },	  { iste, V5, false },
	{ make_ist, V5, false },  { its, V3, false },
	{ tables, V3, false },	  { reset_its, V3, false },
	{ save_lpis, V3, false },
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

static const enum vgic_model models[] = { VGIC_GICV2, VGIC_GICV3, VGIC_GICV5 };

static struct machine *new_of(enum vgic_model model)
{
	return new_machine(&(struct machine_config){
		.backend = backend_of(model, 4),
		.nr_lrs = 4,
		.nr_its = model == VGIC_GICV3,
	});
}

/* A GICv3's tables are at address 0, where no memory is. */
static bool is_fine(int err)
{
	return err == VGIC_OK || err == VGIC_E_FAULT;
}

/* The calls that this model has, or those that it has not. */
static void call_all(struct machine *m, enum vgic_model model, bool has)
{
	for (uint32_t i = 0; i < NR_CALLS * 2; i++) {
		int err;

		if (!(calls[i / 2].models & 1u << model) == has) {
			continue;
		}
		err = calls[i / 2].call(m->vcpu[0], i & 1);
		if (has ? !is_fine(err) : err != VGIC_E_NOTSUP) {
			fail_msg("model %u, call %u: %d", model, i / 2, err);
		}
	}
}

/* Free `before`, and see that the vGIC is as it was then. */
static void assert_untouched(struct machine *m, uint8_t *before, size_t size)
{
	size_t now_size;
	uint8_t *now = save(m, &now_size);

	assert_int_equal(now_size, size);
	assert_memory_equal(now, before, size);
	free(now);
	free(before);
}

static void of_another_model(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 3; k++) {
		struct machine *m = new_of(models[k]);
		size_t size;
		uint8_t *before = save(m, &size);

		call_all(m, models[k], false);
		assert_untouched(m, before, size);
		call_all(m, models[k], true);
		assert_int_equal(vgic_uaccess_ist_bits(m->vcpu[0]), 0);
		machine_end(m);
	}
	assert_false(vgic_uaccess_has_sysreg(VGIC_GICV2, ICC_PMR_EL1));
	assert_true(vgic_uaccess_has_sysreg(VGIC_GICV3, ICC_PMR_EL1));
	assert_true(vgic_uaccess_has_sysreg(VGIC_GICV5, ICC_PCR_EL1));
}

static void of_a_vcpu_on_a_cpu(void **state)
{
	(void)state;
	for (uint32_t k = 0; k < 3; k++) {
		struct machine *m = new_of(models[k]);

		vgic_load(m->vcpu[0]);
		for (uint32_t i = 0; i < NR_CALLS * 2; i++) {
			if ((calls[i / 2].models & 1u << models[k]) &&
			    !calls[i / 2].always) {
				assert_int_equal(
					calls[i / 2].call(m->vcpu[0], i & 1),
					VGIC_E_BUSY);
			}
		}
		vgic_put(m->vcpu[0]);
		machine_end(m);
	}
}

/* Half of a 64-bit register of an ITS is none. */
static void halves(void **state)
{
	struct machine *m = new_of(VGIC_GICV3);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(
		vgic_uaccess_its(m->vcpu[0], 0, GITS_CBASER, false, &value),
		VGIC_OK);
	assert_int_equal(
		vgic_uaccess_its(m->vcpu[0], 0, GITS_CBASER + 4, false, &value),
		VGIC_E_NOENT);
	assert_int_equal(
		vgic_uaccess_its(m->vcpu[0], 1, GITS_CBASER, false, &value),
		VGIC_E_NOENT);
	machine_end(m);
}

/* A vCPU has run: its GICv5's registers are what the guest made of them. */
static void after_a_run(void **state)
{
	struct machine *m = new_of(VGIC_GICV5);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(pcr(m->vcpu[0], true), VGIC_OK);
	run(m, 1);
	put_vcpu(m, 1);
	assert_int_equal(pcr(m->vcpu[0], true), VGIC_E_BUSY);
	assert_int_equal(irs(m->vcpu[0], true), VGIC_E_BUSY);
	assert_int_equal(iste(m->vcpu[0], true), VGIC_E_BUSY);
	assert_int_equal(make_ist(m->vcpu[0], true), VGIC_E_BUSY);
	assert_int_equal(pcr(m->vcpu[0], false), VGIC_OK);
	assert_int_equal(irs(m->vcpu[0], false), VGIC_OK);
	assert_int_equal(iste(m->vcpu[0], false), VGIC_OK);
	assert_int_equal(vgic_v5_get_sysreg(m->vcpu[0], ICC_PMR_EL1, &value),
			 VGIC_E_NOENT);
	machine_end(m);
}

/* Nothing but a header, and records that are too short for what they say. */
static void nothing_in_it(void **state)
{
	static const uint32_t types[] = { VGIC_SNAPSHOT_MACHINE,
					  VGIC_SNAPSHOT_IRQS };
	const char *what = "it does not say of which machine it is";
	struct machine *m = new_of(VGIC_GICV3);
	struct vgic_snapshot_where where;
	struct vgic_snapshot_info info;
	uint8_t *bytes;
	size_t size;

	(void)state;
	chaos(m, 1, 50);
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t length;

		bytes = save(m, &size);
		snap_put(find_record(bytes, size, types[i], &length) +
				 SNAP_RECORD_LENGTH_AT,
			 4, 2);
		seal(bytes, size);
		assert_int_equal(
			vgic_snapshot_describe(bytes, size, &info, &where),
			VGIC_E_FORMAT);
		assert_int_equal(where.record, types[i]);
		free(bytes);
	}
	bytes = save(m, &size);
	seal(bytes, SNAP_HEADER_SIZE);
	assert_int_equal(
		vgic_snapshot_restore(m->gic, bytes, SNAP_HEADER_SIZE, &where),
		VGIC_E_FORMAT);
	assert_string_equal(where.what, what);
	assert_int_equal(
		vgic_snapshot_describe(bytes, SNAP_HEADER_SIZE, &info, &where),
		VGIC_E_FORMAT);
	assert_string_equal(where.what, what);
	assert_int_equal(
		vgic_snapshot_describe(bytes, SNAP_HEADER_SIZE, NULL, NULL),
		VGIC_E_INVAL);
	free(bytes);
	machine_end(m);
}

/* Of a vGIC with affinity level 3, to one without. */
static void no_third_level(void **state)
{
	struct machine *m = new_of(VGIC_GICV3);
	struct vgic_snapshot_where where;
	uint8_t *bytes;
	size_t size;

	(void)state;
	bytes = save(m, &size);
	m->gic->config.caps.a3v = false;
	assert_int_equal(vgic_snapshot_restore(m->gic, bytes, size, &where),
			 VGIC_E_NOTSUP);
	assert_string_equal(where.what, "this vGIC has no affinity level 3");
	m->gic->config.caps.a3v = true;
	assert_int_equal(vgic_snapshot_restore(m->gic, bytes, size, &where),
			 VGIC_OK);
	free(bytes);
	machine_end(m);
}

/* Every record has a name, which is its own. */
static void names(void **state)
{
	static const struct {
		uint32_t record;
		const char *name;
	} rows[] = {
		{ VGIC_SNAPSHOT_MACHINE, "machine" },
		{ VGIC_SNAPSHOT_DIST, "dist" },
		{ VGIC_SNAPSHOT_IRS, "irs" },
		{ VGIC_SNAPSHOT_IST, "ist" },
		{ VGIC_SNAPSHOT_VCPU, "vcpu" },
		{ VGIC_SNAPSHOT_CPUIF, "cpuif" },
		{ VGIC_SNAPSHOT_CPUIF5, "cpuif5" },
		{ VGIC_SNAPSHOT_IRQS, "irqs" },
		{ VGIC_SNAPSHOT_ACTIVES, "actives" },
		{ VGIC_SNAPSHOT_ITS, "its" },
		{ VGIC_SNAPSHOT_LPIS, "lpis" },
		{ VGIC_SNAPSHOT_COLLECTIONS, "collections" },
		{ VGIC_SNAPSHOT_DEVICES, "devices" },
		{ VGIC_SNAPSHOT_EVENTS, "events" },
		{ VGIC_SNAPSHOT_STATS, "stats" },
		{ VGIC_SNAPSHOT_EVENTS + 1, "unknown" },
		{ VGIC_SNAPSHOT_STATS + 1, "unknown" },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(vgic_snapshot_record_name(rows[i].record),
				    rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_another_model),
		cmocka_unit_test(of_a_vcpu_on_a_cpu),
		cmocka_unit_test(halves),
		cmocka_unit_test(after_a_run),
		cmocka_unit_test(nothing_in_it),
		cmocka_unit_test(no_third_level),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
