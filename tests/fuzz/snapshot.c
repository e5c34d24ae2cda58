/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots of all kinds of damage.  An input is tried as it is, and then
 * with the lengths and checksums that it ought to have, which no mutation
 * would find.
 *
 * Either the vGIC is as it was before, and the error says where; or its
 * invariants hold, its guest can run, and it is the same when saved and
 * restored once more.
 */
#include <stdlib.h>
#include <string.h>

#include <vgic/snapshot.h>

#include "tests/fuzz/target.h"
#include "tests/machine/machine.h"

/* As those in the corpus. */
#define VCPUS 4u
#define SPIS 64u
#define LPIS 64u
#define TIMER 27u

#define HEADER 24u
#define RECORD 12u
#define MODEL_AT 12u
#define MACHINE_LENGTH_AT (HEADER + 4)
#define MACHINE_WITH_ITS 60u
#define MUST(condition) \
	do { \
		if (!(condition)) { \
			abort(); \
		} \
	} while (0)

/* What the vGIC is to be, by the look of what is to be restored. */
struct shape {
	enum vgic_model model;
	/* ITSs of a GICv3, whose first record has them behind the rest. */
	uint32_t nr_its;
};

static uint32_t affinity(uint32_t v)
{
	return v;
}

/* Restoring asks for no memory: there is none. */
static struct machine *make(struct shape shape)
{
	static const char *const backends[] = {
		[VGIC_GICV2] = "soft-v2",
		[VGIC_GICV3] = "soft",
		[VGIC_GICV5] = "soft-v5",
	};
	const bool v5 = shape.model == VGIC_GICV5;
	struct machine *m = machine_create(&(struct machine_config){
		.backend = backends[shape.model],
		.nr_vcpus = VCPUS,
		.nr_spis = SPIS,
		.nr_its = shape.nr_its,
		.nr_lpis = v5		? 1024 :
			   shape.nr_its ? LPIS :
					  0,
		.lpi_id_bits = v5 ? 12 : 0,
		.nr_irs = 2,
		.ppi_implemented = { UINT64_C(0x3c000008), 1 },
		.ppi_level = { UINT64_C(0x18000000), 0 },
		.affinity = affinity,
	});

	m->ram_size = 0;
	/* One vCPU has a timer that is the host's. */
	if (!v5) {
		MUST(!vgic_map_irq(m->gic, 0, TIMER, TIMER));
		MUST(!vgic_inject_irq(m->gic, 0, TIMER, true, NULL));
		MUST(!vgic_inject_irq(m->gic, 0, 40, true, NULL));
	}
	return m;
}

static uint8_t *save(struct machine *m, size_t *size)
{
	int64_t need = vgic_snapshot_size(m->gic);
	uint8_t *bytes;

	MUST(need > 0);
	bytes = malloc((size_t)need);
	MUST(bytes && vgic_snapshot_save(m->gic, bytes, (size_t)need) == need);
	*size = (size_t)need;
	return bytes;
}

static void run_all(struct machine *m)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		run(m, v);
		put_vcpu(m, v);
	}
	MUST(!vgic_check_invariants(m->gic) && !m->bugs);
}

/* It was taken: then it is good for everything else. */
static void check_taken(struct machine *m, struct shape shape)
{
	size_t size, again;
	uint8_t *first = save(m, &size), *second;
	struct machine *other = make(shape);

	MUST(!vgic_check_invariants(m->gic));
	MUST(!vgic_snapshot_restore(other->gic, first, size, NULL));
	second = save(other, &again);
	MUST(size == again && !memcmp(first, second, size));
	run_all(other);
	run_all(m);
	machine_free(other);
	free(first);
	free(second);
}

static void attempt(const uint8_t *data, size_t size, struct shape shape)
{
	struct vgic_snapshot_where where;
	struct machine *m = make(shape);
	uint8_t *before, *after;
	size_t before_size, after_size;
	int error;

	before = save(m, &before_size);
	error = vgic_snapshot_restore(m->gic, data, size, &where);
	if (error) {
		MUST(where.what && where.offset <= size);
		after = save(m, &after_size);
		MUST(before_size == after_size &&
		     !memcmp(before, after, after_size));
		free(after);
	} else {
		MUST(!where.what);
		check_taken(m, shape);
	}
	free(before);
	machine_free(m);
}

static void put(uint8_t *to, uint32_t value)
{
	for (uint32_t i = 0; i < 4; i++) {
		to[i] = (uint8_t)(value >> 8 * i);
	}
}

static uint32_t crc(uint32_t sum, const uint8_t *from, size_t size)
{
	sum = ~sum;
	for (size_t i = 0; i < size; i++) {
		sum ^= from[i];
		for (uint32_t bit = 0; bit < 8; bit++) {
			sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
		}
	}
	return ~sum;
}

/* As docs/snapshot.md has it; a length that is too long becomes the rest. */
static void seal(uint8_t *bytes, size_t size)
{
	size_t at = HEADER;
	uint32_t sum;

	put(bytes + 16, (uint32_t)size);
	sum = crc(0, bytes, 20);
	put(bytes + 20, sum);
	while (size - at >= RECORD) {
		uint32_t length = (uint32_t)bytes[at + 4] |
				  (uint32_t)bytes[at + 5] << 8 |
				  (uint32_t)bytes[at + 6] << 16 |
				  (uint32_t)bytes[at + 7] << 24;

		if (length > size - at - RECORD) {
			length = (uint32_t)(size - at - RECORD);
			put(bytes + at + 4, length);
		}
		sum = crc(sum, bytes + at, 8);
		sum = crc(sum, bytes + at + RECORD, length);
		put(bytes + at + 8, sum);
		at += RECORD + length;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vgic_snapshot_info info;
	struct shape shape = { .model = VGIC_GICV3 };
	uint8_t *sealed;
	uint32_t mpidr;

	if (size > MODEL_AT &&
	    (data[MODEL_AT] == VGIC_GICV2 || data[MODEL_AT] == VGIC_GICV5)) {
		shape.model = (enum vgic_model)data[MODEL_AT];
	} else if (size > MACHINE_LENGTH_AT &&
		   data[MACHINE_LENGTH_AT] == MACHINE_WITH_ITS) {
		shape.nr_its = 1;
	}
	(void)vgic_snapshot_describe(data, size, &info, NULL);
	(void)vgic_snapshot_affinity(data, size, 1, &mpidr);
	attempt(data, size, shape);
	if (size < HEADER) {
		return 0;
	}
	sealed = malloc(size);
	MUST(sealed);
	memcpy(sealed, data, size);
	seal(sealed, size);
	(void)vgic_snapshot_describe(sealed, size, &info, NULL);
	attempt(sealed, size, shape);
	free(sealed);
	return 0;
}
