/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots that are damaged, forged, or of something else: an error that
 * says where, and a vGIC that is as it was.
 */
#include "snapshot/snapshot.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define HUGE UINT32_MAX

/* A snapshot, and a vGIC in another state that it is to be restored to. */
struct pair {
	struct machine *from, *to;
	uint8_t *good, *before;
	size_t size, before_size;
	struct vgic_snapshot_where where;
};

static void open_pair(struct pair *p, const struct machine_config *config,
		      uint32_t steps)
{
	p->from = new_machine(config);
	p->to = new_machine(config);
	chaos(p->from, 1, steps);
	chaos(p->to, 2, 300);
	p->good = save(p->from, &p->size);
	p->before = save(p->to, &p->before_size);
}

static void close_pair(struct pair *p)
{
	free(p->good);
	free(p->before);
	machine_free(p->from);
	machine_free(p->to);
}

static void assert_untouched(struct pair *p)
{
	size_t size;
	uint8_t *after = save(p->to, &size);

	assert_int_equal(size, p->before_size);
	assert_memory_equal(after, p->before, size);
	free(after);
}

/* In memory of exactly this size.  After an error nothing has changed. */
static int try_restore(struct pair *p, const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	int error;

	memcpy(copy, bytes, size);
	memset(p->to->kicks, 0, sizeof(p->to->kicks));
	error = vgic_snapshot_restore(p->to->gic, copy, size, &p->where);
	free(copy);
	if (!error) {
		machine_check(p->to);
		assert_int_equal(vgic_snapshot_restore(p->to->gic, p->before,
						       p->before_size, NULL),
				 VGIC_OK);
		return VGIC_OK;
	}
	assert_true(error == VGIC_E_FORMAT || error == VGIC_E_NOTSUP ||
		    error == VGIC_E_NOENT || error == VGIC_E_NOMEM);
	assert_non_null(p->where.what);
	assert_true(p->where.offset <= size);
	assert_int_equal(p->to->kicks[0], 0);
	assert_untouched(p);
	return error;
}

static const struct {
	enum vgic_model model;
	uint32_t nr_its;
	/* clang-format off */
} models[] = {
	{ VGIC_GICV2, 0 }, { VGIC_GICV3, 0 }, { VGIC_GICV3, 1 },
	{ VGIC_GICV5, 0 },
};
/* clang-format on */

#define EACH_MODEL(i) for (uint32_t i = 0; i < 4; i++)
#define OF(i) \
	(struct machine_config) \
	{ \
		.backend = backend_of(models[i].model, 2), .nr_lrs = 2, \
		.nr_its = models[i].nr_its, \
	}

static void cut_off(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;

		open_pair(&p, &OF(i), 40);
		for (size_t size = 0; size < p.size; size++) {
			assert_int_equal(try_restore(&p, p.good, size),
					 VGIC_E_FORMAT);
		}
		assert_int_equal(try_restore(&p, p.good, p.size), VGIC_OK);
		close_pair(&p);
	}
}

/* A checksum tells each of them. */
static void single_bits(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;

		open_pair(&p, &OF(i), 10);
		for (size_t bit = 0; bit < p.size * 8; bit++) {
			p.good[bit / 8] ^= 1u << bit % 8;
			assert_int_not_equal(try_restore(&p, p.good, p.size),
					     VGIC_OK);
			p.good[bit / 8] ^= 1u << bit % 8;
		}
		close_pair(&p);
	}
}

/* Whatever the bytes are, the checksums are those that others compute. */
static void checksums_are_crc32(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;
		uint8_t *sealed;

		open_pair(&p, &OF(i), 500);
		sealed = malloc(p.size);
		memcpy(sealed, p.good, p.size);
		seal(sealed, p.size);
		assert_memory_equal(sealed, p.good, p.size);
		free(sealed);
		close_pair(&p);
	}
}

/* With checksums that are right: refused, or whole. */
static void single_bits_sealed(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;
		uint8_t *bad;
		uint32_t taken = 0;

		open_pair(&p, &OF(i), 60);
		bad = malloc(p.size);
		for (size_t bit = 0; bit < p.size * 8; bit++) {
			memcpy(bad, p.good, p.size);
			bad[bit / 8] ^= 1u << bit % 8;
			seal(bad, p.size);
			taken += try_restore(&p, bad, p.size) == VGIC_OK;
		}
		assert_in_range(taken, 1, p.size * 8 - 1);
		free(bad);
		close_pair(&p);
	}
}

static int with_field(struct pair *p, uint32_t type, uint32_t at,
		      uint32_t width, uint64_t value)
{
	uint8_t *bad = malloc(p->size);
	uint32_t length;
	uint8_t *record;
	int error;

	memcpy(bad, p->good, p->size);
	record = type ? find_record(bad, p->size, type, &length) : bad;
	assert_non_null(record);
	snap_put(record + at, width, value);
	seal(bad, p->size);
	if (!type && at == SNAP_LENGTH_AT) {
		snap_put(bad + at, 4, value);
		snap_put(bad + SNAP_CRC_AT, 4,
			 vgic_snap_crc(0, bad, SNAP_CRC_AT));
	}
	error = try_restore(p, bad, p->size);
	free(bad);
	return error;
}

/* What stands at an offset in a payload. */
#define PAYLOAD(n) (SNAP_RECORD_SIZE + (n))
/* The same in the first entry. */
#define ENTRY(n) PAYLOAD(4 + (n))

static void lengths(void **state)
{
	static const uint32_t types[] = {
		VGIC_SNAPSHOT_MACHINE, VGIC_SNAPSHOT_DIST,  VGIC_SNAPSHOT_IRQS,
		VGIC_SNAPSHOT_VCPU,    VGIC_SNAPSHOT_CPUIF, VGIC_SNAPSHOT_STATS,
		VGIC_SNAPSHOT_ACTIVES,
	};
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "ich", .nr_lrs = 1 },
		  200);
	assert_int_equal(with_field(&p, 0, SNAP_LENGTH_AT, 4, HUGE),
			 VGIC_E_FORMAT);
	assert_int_equal(with_field(&p, 0, SNAP_LENGTH_AT, 4, 0),
			 VGIC_E_FORMAT);
	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(with_field(&p, types[i], SNAP_RECORD_LENGTH_AT,
					    4, HUGE),
				 VGIC_E_FORMAT);
		assert_int_equal(p.where.record, types[i]);
		assert_int_not_equal(
			with_field(&p, types[i], SNAP_RECORD_LENGTH_AT, 4, 0),
			VGIC_OK);
	}
	assert_int_equal(
		with_field(&p, VGIC_SNAPSHOT_IRQS, PAYLOAD(0), 4, HUGE),
		VGIC_E_FORMAT);
	assert_int_equal(with_field(&p, VGIC_SNAPSHOT_IRQS, PAYLOAD(0), 4, 0),
			 VGIC_E_FORMAT);
	assert_int_equal(p.where.record, VGIC_SNAPSHOT_IRQS);
	close_pair(&p);
}

static void versions(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "ich", .nr_lrs = 4 },
		  50);
	assert_int_equal(with_field(&p, 0, 8, 2, VGIC_SNAPSHOT_MAJOR + 1),
			 VGIC_E_NOTSUP);
	assert_int_equal(p.where.record, VGIC_SNAPSHOT_HEADER);
	assert_string_equal(p.where.what,
			    "it has another version of the format");
	/* A newer minor one only adds what can be done without. */
	assert_int_equal(with_field(&p, 0, 10, 2, VGIC_SNAPSHOT_MINOR + 1),
			 VGIC_OK);
	assert_int_equal(with_field(&p, 0, 12, 2, VGIC_GICV2), VGIC_E_NOTSUP);
	assert_string_equal(p.where.what, "it is of another model");
	assert_int_equal(with_field(&p, 0, 12, 2, 4), VGIC_E_FORMAT);
	assert_int_equal(with_field(&p, 0, 0, 1, 'V'), VGIC_E_FORMAT);
	close_pair(&p);
}

/* Restore a snapshot whose vCPU records end where those of 1.1 did. */
static int without_numbers(struct machine *to, const uint8_t *own, size_t size)
{
	uint8_t *old = malloc(size);
	size_t at = SNAP_HEADER_SIZE, end = at;
	int error;

	memcpy(old, own, at);
	while (at < size) {
		uint32_t length =
			(uint32_t)snap_get(own + at + SNAP_RECORD_LENGTH_AT, 4);
		size_t all = SNAP_RECORD_SIZE + length;
		size_t keep = all;

		if (snap_get(own + at, 2) == VGIC_SNAPSHOT_VCPU) {
			keep -= SNAP_NUMBER_SIZE;
		}
		memcpy(old + end, own + at, keep);
		snap_put(old + end + SNAP_RECORD_LENGTH_AT, 4,
			 keep - SNAP_RECORD_SIZE);
		at += all;
		end += keep;
	}
	seal(old, end);
	error = vgic_snapshot_restore(to->gic, old, end, NULL);
	free(old);
	return error;
}

/*
 * What GICR_TYPER.Processor_Number says is the guest's: ITS commands that it
 * has yet to write name redistributors so.
 */
static void processor_numbers(void **state)
{
	const struct machine_config descending = {
		.backend = "ich",
		.nr_lrs = 2,
		.numbers = descending_numbers,
	};
	struct pair p;
	struct machine *plain;
	uint8_t *own;
	size_t size;

	(void)state;
	open_pair(&p, &descending, 50);
	assert_int_equal(try_restore(&p, p.good, p.size), VGIC_OK);
	plain = new_machine(
		&(struct machine_config){ .backend = "ich", .nr_lrs = 2 });
	own = save(plain, &size);
	assert_int_equal(try_restore(&p, own, size), VGIC_E_NOTSUP);
	assert_string_equal(p.where.what, "it has another processor number");
	assert_int_equal(
		vgic_snapshot_restore(plain->gic, p.good, p.size, &p.where),
		VGIC_E_NOTSUP);
	/* Version 1.1 had no numbers: they were the indices. */
	assert_int_equal(vgic_snapshot_restore(plain->gic, own, size, NULL),
			 VGIC_OK);
	assert_int_equal(without_numbers(plain, own, size), VGIC_OK);
	assert_int_equal(without_numbers(p.to, own, size), VGIC_E_NOTSUP);
	free(own);
	machine_free(plain);
	close_pair(&p);
}

/* A record more, in front of record `type`. */
static int with_record(struct pair *p, uint32_t type, uint32_t new_type,
		       uint32_t vcpu)
{
	const uint32_t more = SNAP_RECORD_SIZE + 5;
	uint8_t *bad = malloc(p->size + more);
	uint32_t length;
	size_t at = (size_t)(find_record(p->good, p->size, type, &length) -
			     p->good);
	int error;

	memcpy(bad, p->good, at);
	memset(bad + at, 0x5a, more);
	snap_put(bad + at, 2, new_type);
	snap_put(bad + at + 2, 2, vcpu);
	snap_put(bad + at + SNAP_RECORD_LENGTH_AT, 4, 5);
	memcpy(bad + at + more, p->good + at, p->size - at);
	seal(bad, p->size + more);
	error = try_restore(p, bad, p->size + more);
	free(bad);
	return error;
}

/* The record `type` with a byte more at its end. */
static int with_byte(struct pair *p, uint32_t type)
{
	uint8_t *bad = malloc(p->size + 1);
	uint32_t length;
	size_t at = (size_t)(find_record(p->good, p->size, type, &length) -
			     p->good);
	size_t end = at + SNAP_RECORD_SIZE + length;
	int error;

	memcpy(bad, p->good, end);
	bad[end] = 0;
	memcpy(bad + end + 1, p->good + end, p->size - end);
	snap_put(bad + at + SNAP_RECORD_LENGTH_AT, 4, length + 1);
	seal(bad, p->size + 1);
	error = try_restore(p, bad, p->size + 1);
	free(bad);
	return error;
}

static void unknown_records(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "ich", .nr_lrs = 4 },
		  50);
	assert_int_equal(with_record(&p, VGIC_SNAPSHOT_VCPU,
				     VGIC_SNAPSHOT_OPTIONAL | 0x77, 0),
			 VGIC_OK);
	assert_int_equal(with_record(&p, VGIC_SNAPSHOT_MACHINE,
				     VGIC_SNAPSHOT_OPTIONAL | 0x77,
				     SNAP_NO_VCPU),
			 VGIC_OK);
	assert_int_equal(with_record(&p, VGIC_SNAPSHOT_VCPU, 0x77, 0),
			 VGIC_E_NOTSUP);
	assert_int_equal(p.where.record, 0x77);
	assert_int_equal(p.where.vcpu, 0);
	assert_string_equal(vgic_snapshot_record_name(0x77), "unknown");
	/* Of another model, and of a vCPU that is not there. */
	assert_int_equal(with_record(&p, VGIC_SNAPSHOT_VCPU, VGIC_SNAPSHOT_IST,
				     SNAP_NO_VCPU),
			 VGIC_E_FORMAT);
	assert_int_equal(
		with_record(&p, VGIC_SNAPSHOT_VCPU, VGIC_SNAPSHOT_VCPU, 77),
		VGIC_E_NOENT);
	assert_int_equal(p.where.vcpu, 77);
	close_pair(&p);
}

/* Each record left out, and each there twice. */
static void missing_and_double(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;
		size_t at = SNAP_HEADER_SIZE;

		open_pair(&p, &OF(i), 100);
		while (at < p.size) {
			uint32_t n =
				SNAP_RECORD_SIZE +
				(uint32_t)snap_get(
					p.good + at + SNAP_RECORD_LENGTH_AT, 4);
			uint32_t type = (uint32_t)snap_get(p.good + at, 2);
			uint8_t *bad = malloc(p.size + n);
			int error;

			memcpy(bad, p.good, at);
			memcpy(bad + at, p.good + at + n, p.size - at - n);
			seal(bad, p.size - n);
			error = try_restore(&p, bad, p.size - n);
			/* What others refer to has to be there, too. */
			if (type != VGIC_SNAPSHOT_MACHINE &&
			    type != VGIC_SNAPSHOT_IRQS &&
			    type != VGIC_SNAPSHOT_ACTIVES &&
			    type != VGIC_SNAPSHOT_IST &&
			    type != VGIC_SNAPSHOT_COLLECTIONS &&
			    type != VGIC_SNAPSHOT_DEVICES &&
			    type != VGIC_SNAPSHOT_EVENTS) {
				assert_int_equal(error, VGIC_OK);
			}
			if (type == VGIC_SNAPSHOT_MACHINE ||
			    type == VGIC_SNAPSHOT_ACTIVES ||
			    type == VGIC_SNAPSHOT_COLLECTIONS ||
			    type == VGIC_SNAPSHOT_DEVICES ||
			    type == VGIC_SNAPSHOT_EVENTS) {
				assert_int_equal(error, VGIC_E_FORMAT);
			}
			memcpy(bad, p.good, at + n);
			memcpy(bad + at + n, p.good + at, p.size - at);
			seal(bad, p.size + n);
			assert_int_equal(try_restore(&p, bad, p.size + n),
					 VGIC_E_FORMAT);
			assert_int_equal(p.where.record, type);
			assert_int_equal(p.where.offset, at + n);
			free(bad);
			at += n;
		}
		close_pair(&p);
	}
}

/* A byte of a payload changes: the error names that record. */
static void names_the_record(void **state)
{
	struct pair p;
	size_t at = SNAP_HEADER_SIZE;

	(void)state;
	open_pair(&p,
		  &(struct machine_config){ .backend = "gich", .nr_lrs = 4 },
		  100);
	while (at < p.size) {
		p.good[at + SNAP_RECORD_SIZE] ^= 0x10;
		assert_int_equal(try_restore(&p, p.good, p.size),
				 VGIC_E_FORMAT);
		assert_int_equal(p.where.offset, at);
		assert_int_equal(p.where.record, snap_get(p.good + at, 2));
		p.good[at + SNAP_RECORD_SIZE] ^= 0x10;
		at += SNAP_RECORD_SIZE +
		      snap_get(p.good + at + SNAP_RECORD_LENGTH_AT, 4);
	}
	close_pair(&p);
}

static const struct {
	uint32_t type, at, width;
	uint64_t value;
	int error;
	const char *what;
} forged[] = {
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(0), 4, 5, VGIC_E_NOTSUP,
	  "it has another number of vCPUs" },
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(4), 4, 65, VGIC_E_NOTSUP,
	  "it has another number of SPIs" },
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(8), 1, 6, VGIC_E_NOTSUP,
	  "this vGIC has fewer priority bits" },
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(9), 1, 6, VGIC_E_NOTSUP,
	  "this vGIC has fewer preemption bits" },
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(9), 1, 8, VGIC_E_FORMAT,
	  "no GIC has so many preemption bits" },
	{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(10), 1, 25, VGIC_E_NOTSUP,
	  "this vGIC has fewer INTID bits" },
	{ VGIC_SNAPSHOT_DIST, PAYLOAD(0), 4, 4, VGIC_E_FORMAT,
	  "a bit is set that does not exist" },
	{ VGIC_SNAPSHOT_DIST, PAYLOAD(8), 4, 4, VGIC_E_NOTSUP,
	  "GICD_IIDR.Revision is neither 2 nor 3" },
	{ VGIC_SNAPSHOT_VCPU, PAYLOAD(0), 4, 9, VGIC_E_NOTSUP,
	  "it has another affinity" },
	{ VGIC_SNAPSHOT_VCPU, PAYLOAD(10), 4, 2, VGIC_E_FORMAT,
	  "GICR_WAKER is half asleep" },
	{ VGIC_SNAPSHOT_CPUIF, PAYLOAD(0), 4, 1u << 5, VGIC_E_FORMAT,
	  "a bit is set that does not exist" },
	{ VGIC_SNAPSHOT_CPUIF, PAYLOAD(8), 4, 1, VGIC_E_FORMAT,
	  "a priority is active that does not exist" },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(0), 4, 31, VGIC_E_FORMAT,
	  "there is no such interrupt" },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(0), 4, 96, VGIC_E_FORMAT,
	  "there is no such interrupt" },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(0), 4, 95, VGIC_E_FORMAT,
	  "it is not in the order of INTIDs" },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(8), 4, 99, VGIC_E_FORMAT, NULL },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(12), 2, SNAP_IRQ_ACKED, VGIC_E_FORMAT,
	  NULL },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(12), 2, SNAP_IRQ_TM, VGIC_E_FORMAT,
	  "it has state that it cannot have" },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(14), 2, 2, VGIC_E_FORMAT, NULL },
	{ VGIC_SNAPSHOT_IRQS, ENTRY(16), 1, 0x81, VGIC_E_FORMAT,
	  "a bit is set that does not exist" },
	{ VGIC_SNAPSHOT_ACTIVES, ENTRY(0), 4, 77, VGIC_E_FORMAT,
	  "it is not active there" },
};

static void forged_state(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "ich", .nr_lrs = 2 },
		  200);
	for (uint32_t i = 0; i < sizeof(forged) / sizeof(forged[0]); i++) {
		assert_int_equal(with_field(&p, forged[i].type, forged[i].at,
					    forged[i].width, forged[i].value),
				 forged[i].error);
		assert_int_equal(p.where.record, forged[i].type);
		if (forged[i].what) {
			assert_string_equal(p.where.what, forged[i].what);
		}
	}
	close_pair(&p);
}

/* The first entry of an interrupt first .. end - 1 among a vCPU's or SPIs. */
static uint8_t *find_entry(uint8_t *snapshot, size_t size, uint32_t first,
			   uint32_t end)
{
	size_t at = SNAP_HEADER_SIZE;

	while (at < size) {
		uint8_t *record = snapshot + at;
		uint32_t length =
			(uint32_t)snap_get(record + SNAP_RECORD_LENGTH_AT, 4);
		uint32_t each = vgic_snap_irq_layout.size;

		at += SNAP_RECORD_SIZE + length;
		if (snap_get(record, 2) != VGIC_SNAPSHOT_IRQS) {
			continue;
		}
		for (uint32_t n = 4; n + each <= length; n += each) {
			uint8_t *entry = record + PAYLOAD(n);
			uint64_t intid = snap_get(entry, 4);

			if (intid >= first && intid < end) {
				return entry;
			}
		}
	}
	return NULL;
}

/* State that only another kind of interrupt, or another model's, has. */
static void states_of_others(void **state)
{
	const uint16_t lines = SNAP_IRQ_LINE | SNAP_IRQ_LEVEL | SNAP_IRQ_PHYS |
			       SNAP_IRQ_HOLD;
	const struct {
		enum vgic_model model;
		uint32_t first, end;
		uint16_t foreign;
	} rows[] = {
		{ VGIC_GICV2, 0, 16, lines | SNAP_IRQ_IRM },
		{ VGIC_GICV2, 16, 32, SNAP_IRQ_IRM },
		{ VGIC_GICV2, 32, 96, SNAP_IRQ_IRM },
		{ VGIC_GICV3, 0, 16, lines | SNAP_IRQ_IRM },
		{ VGIC_GICV3, 16, 32, SNAP_IRQ_IRM },
		{ VGIC_GICV3, 32, 96, 0 },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint16_t foreign = rows[i].foreign | SNAP_IRQ_TM |
				   SNAP_IRQ_WIRE;
		struct pair p;
		uint8_t *entry;

		open_pair(&p,
			  &(struct machine_config){
				  .backend = backend_of(rows[i].model, 2),
				  .nr_lrs = 2 },
			  200);
		entry = find_entry(p.good, p.size, rows[i].first, rows[i].end);
		assert_non_null(entry);
		for (uint32_t bit = 1; bit <= SNAP_IRQ_HOLD; bit <<= 1) {
			uint64_t was = snap_get(entry + 12, 2);

			if (!(foreign & bit)) {
				continue;
			}
			snap_put(entry + 12, 2, was | bit);
			seal(p.good, p.size);
			assert_int_equal(try_restore(&p, p.good, p.size),
					 VGIC_E_FORMAT);
			assert_string_equal(p.where.what,
					    "it has state that it cannot have");
			snap_put(entry + 12, 2, was);
		}
		close_pair(&p);
	}
}

static void forged_v5(void **state)
{
	static const struct {
		uint32_t type, at, width;
		uint64_t value;
		int error;
	} rows[] = {
		{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(12), 4, 13, VGIC_E_NOTSUP },
		{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(16), 4, 1, VGIC_E_NOTSUP },
		{ VGIC_SNAPSHOT_MACHINE, PAYLOAD(20), 8, 1, VGIC_E_NOTSUP },
		{ VGIC_SNAPSHOT_IRS, ENTRY(0), 4, 2, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRS, ENTRY(16), 4, 1, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRS, ENTRY(20), 4, 1, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(0), 8, 2, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(0), 8, 0, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(8), 4, 3u << 7, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(12), 4, 1, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(16), 4, 16, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IST, PAYLOAD(28), 4, 16, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, ENTRY(0), 4, 0x40000400, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, ENTRY(0), 4, 0x41000000, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_IRQS, ENTRY(4), 4, 0x10000, VGIC_E_FORMAT },
		{ VGIC_SNAPSHOT_CPUIF5, PAYLOAD(184), 4, 2, VGIC_E_FORMAT },
	};
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "soft-v5" }, 200);
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(with_field(&p, rows[i].type, rows[i].at,
					    rows[i].width, rows[i].value),
				 rows[i].error);
		assert_int_equal(p.where.record, rows[i].type);
	}
	assert_int_equal(with_byte(&p, VGIC_SNAPSHOT_IST), VGIC_E_FORMAT);
	close_pair(&p);
}

/* The one who restores has room for fewer LPIs. */
static void fewer_lpis(void **state)
{
	struct machine *small;
	struct vgic_snapshot_where where;
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "soft-v5" }, 50);
	small = new_machine(&(struct machine_config){ .backend = "soft-v5",
						      .nr_lpis = 512 });
	assert_int_equal(
		vgic_snapshot_restore(small->gic, p.good, p.size, &where),
		VGIC_E_NOMEM);
	assert_int_equal(where.record, VGIC_SNAPSHOT_IST);
	machine_free(small);
	close_pair(&p);
}

static void out_of_place(void **state)
{
	struct pair p;
	uint8_t *buf;
	size_t size;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "ich", .nr_lrs = 4 },
		  50);
	buf = malloc(p.size);
	assert_int_equal(vgic_snapshot_size(NULL), VGIC_E_INVAL);
	assert_int_equal(vgic_snapshot_save(NULL, buf, p.size), VGIC_E_INVAL);
	assert_int_equal(vgic_snapshot_save(p.from->gic, NULL, p.size),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_snapshot_restore(NULL, p.good, p.size, NULL),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_snapshot_restore(p.to->gic, NULL, p.size, NULL),
			 VGIC_E_INVAL);
	/* In the guest, and resident. */
	run(p.to, 1);
	assert_int_equal(vgic_snapshot_size(p.to->gic), VGIC_E_BUSY);
	assert_int_equal(vgic_snapshot_save(p.to->gic, buf, p.size),
			 VGIC_E_BUSY);
	assert_int_equal(vgic_snapshot_restore(p.to->gic, p.good, p.size, NULL),
			 VGIC_E_BUSY);
	vgic_exit(p.to->vcpu[1]);
	assert_int_equal(vgic_snapshot_restore(p.to->gic, p.good, p.size, NULL),
			 VGIC_E_BUSY);
	/* One vCPU alone is nobody else's business. */
	free(save_vcpu(p.to, 0, &size));
	assert_int_equal(vgic_snapshot_vcpu_size(p.to->vcpu[1]), VGIC_E_BUSY);
	vgic_put(p.to->vcpu[1]);
	free(buf);
	close_pair(&p);
}

static void no_room(void **state)
{
	struct pair p;

	(void)state;
	open_pair(&p, &(struct machine_config){ .backend = "soft-v5" }, 50);
	for (size_t size = 1; size < p.size; size += 1 + size / 64) {
		uint8_t *buf = malloc(size);

		assert_int_equal(vgic_snapshot_save(p.from->gic, buf, size),
				 VGIC_E_NOMEM);
		free(buf);
	}
	close_pair(&p);
}

/* A vCPU's snapshot, cut off and damaged. */
static void single_vcpu(void **state)
{
	(void)state;
	EACH_MODEL(i)
	{
		struct pair p;

		open_pair(&p, &OF(i), 60);
		free(p.good);
		p.good = save_vcpu(p.from, 1, &p.size);
		for (size_t size = 0; size < p.size; size++) {
			assert_int_equal(try_restore(&p, p.good, size),
					 VGIC_E_FORMAT);
		}
		for (size_t bit = 0; bit < p.size * 8; bit += 3) {
			p.good[bit / 8] ^= 1u << bit % 8;
			assert_int_not_equal(try_restore(&p, p.good, p.size),
					     VGIC_OK);
			p.good[bit / 8] ^= 1u << bit % 8;
		}
		/* Of one that is not there, though nothing else says so. */
		p.size = SNAP_HEADER_SIZE + SNAP_RECORD_SIZE + 52;
		assert_int_equal(with_field(&p, 0, 14, 2, 77), VGIC_E_NOENT);
		assert_int_equal(p.where.record, VGIC_SNAPSHOT_HEADER);
		assert_int_equal(p.where.vcpu, 77);
		free(p.good);
		p.good = save_vcpu(p.from, 1, &p.size);
		/* Another vCPU's records in it, or the VM's. */
		assert_int_equal(with_field(&p, VGIC_SNAPSHOT_VCPU, 2, 2, 2),
				 VGIC_E_FORMAT);
		assert_int_equal(with_record(&p, VGIC_SNAPSHOT_VCPU,
					     models[i].model == VGIC_GICV5 ?
						     VGIC_SNAPSHOT_IRS :
						     VGIC_SNAPSHOT_DIST,
					     SNAP_NO_VCPU),
				 VGIC_E_FORMAT);
		close_pair(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_off),
		cmocka_unit_test(single_bits),
		cmocka_unit_test(checksums_are_crc32),
		cmocka_unit_test(single_bits_sealed),
		cmocka_unit_test(lengths),
		cmocka_unit_test(versions),
		cmocka_unit_test(processor_numbers),
		cmocka_unit_test(unknown_records),
		cmocka_unit_test(missing_and_double),
		cmocka_unit_test(names_the_record),
		cmocka_unit_test(forged_state),
		cmocka_unit_test(states_of_others),
		cmocka_unit_test(forged_v5),
		cmocka_unit_test(fewer_lpis),
		cmocka_unit_test(out_of_place),
		cmocka_unit_test(no_room),
		cmocka_unit_test(single_vcpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
