/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine of an input, whose callbacks fail as the input says. */
#include "regs/gicv5.h"
#include "tests/fuzz/stream.h"

#define MAPPED_SPI 8u

static void machine_fails(const char *file, int line, const char *what)
{
	stream_failed(file, line, what);
}

/*
 * Does this call fail?  Each that is meant, once the count is over.  Of the
 * bits that name it 0 is none.
 */
static bool call_fails(struct machine *m, enum machine_call call)
{
	struct books *b = books(m);

	if ((b->failing & 3u) != call + 1u) {
		return false;
	}
	if (b->until_failure) {
		b->until_failure--;
		return false;
	}
	b->until_failure = b->failing >> 2;
	b->upset = true;
	return true;
}

uint32_t phys_intid(const struct machine *m, uint32_t n)
{
	return n == PHYS_TIMER ? ppi_intid(m, PPI_TIMER) :
				 spi_intid(m, MAPPED_SPI + n);
}

static uint32_t affinity(uint32_t v)
{
	return v;
}

struct machine *machine_of(struct bytes *in)
{
	/* By the model, and by whether the CPU interface is in software. */
	static const char *const backends[4][2] = {
		{ "ich", "soft" },
		{ "gich", "soft-v2" },
		{ "model-v5", "soft-v5" },
		{ "ich", "soft" },
	};
	const uint8_t kind = take8(in);
	const bool gicv5 = (kind & 3) == 2, gicv3 = !(kind & 1) == !(kind & 2);
	const struct machine_config config = {
		.backend = backends[kind & 3][kind >> 2 & 1],
		.nr_vcpus = VCPUS,
		.nr_lrs = kind >> 5 & 1 ? 4 : 1 + (kind >> 6),
		.nr_spis = SPIS,
		.nr_side_entries = 16,
		.nr_its = gicv3,
		.nr_lpis = gicv5 ? 1024 :
			   gicv3 ? LPIS :
				   0,
		.lpi_id_bits = gicv5 ? 12 : 0,
		.nr_irs = kind & 0x10 ? 2 : 1,
		.ram_size = RAM_SIZE,
		.pri_bits = 5,
		.id_bits = 16,
		.no_a3v = true,
		/* A GICv2's GICC_DIR is in a page of its own. */
		.no_tdir = gicv3 && !(kind & 0x10),
		.no_hw_deactivation = !(kind & 8),
		.affinity = affinity,
		.entered = true,
		.fail = machine_fails,
	};
	struct machine *m = machine_create(&config);

	m->user = calloc(1, sizeof(struct books));
	MUST(m->user);
	m->fails = call_fails;
	m->nr_phys = NR_PHYS;
	return m;
}

void leave_all(struct machine *m)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		stop(m, v);
	}
}
