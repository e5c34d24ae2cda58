/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI's Multiple APIC Description Table.  ACPI 6.5, 5.2.12; of GICv5 as ACPI
 * 6.7 has it: an IRS structure, and two fields more in each GICC.
 *
 * Structures are written byte by byte: their fields are little-endian and not
 * aligned, whatever the machine is that writes them.  Fields for what a guest
 * cannot have, or must not use, are 0, which the tables define as "not there".
 */
#include "describe/describe.h"

#define HEADER_SIZE 44
#define AT_LENGTH 4
#define AT_CHECKSUM 9
#define MADT_REVISION 6

/* Types of structures, and their lengths. */
#define TYPE_GICC 0x0b
#define TYPE_GICD 0x0c
#define TYPE_GICR 0x0e
#define TYPE_GITS 0x0f
#define TYPE_IRS 0x1c
#define GICC_SIZE 82
#define GICC_V5_SIZE 88
#define GICD_SIZE 24
#define GICR_SIZE 16
#define GITS_SIZE 20
#define IRS_SIZE 32

#define GICC_ENABLED 1
#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)
/* An IRS has its SETLPI frame behind its configuration frame. */
#define IRS_FRAME 0x10000

struct table {
	uint8_t *at;
	size_t room, used;
};

/*
 * `bytes` bytes of a number, the lowest first; beyond 8 they are 0.  Bytes for
 * which there is no room are counted and not written, so that one pass of the
 * same code tells how large the table is.
 */
static void put(struct table *t, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		if (t->used < t->room) {
			t->at[t->used] = (uint8_t)(i < 8 ? value >> 8 * i : 0);
		}
		t->used++;
	}
}

static void put_text(struct table *t, const char *text)
{
	for (; *text; text++) {
		put(t, (uint8_t)*text, 1);
	}
}

/* Type and length, which every structure begins with. */
static void begin(struct table *t, uint8_t type, uint8_t length)
{
	put(t, type, 1);
	put(t, length, 1);
}

/*
 * 5.2.6, the header of every table: signature, length, revision, checksum, and
 * who has made it; then what 5.2.12 adds.
 */
static void put_header(struct table *t)
{
	put_text(t, "APIC");
	put(t, 0, 4); /* the length, see finish() */
	put(t, MADT_REVISION, 1);
	put(t, 0, 1); /* the checksum */
	put_text(t, "VGIC  VGICMADT");
	put(t, 1, 4);
	put_text(t, "VGIC");
	put(t, 1, 4);
	put(t, 0, 4); /* no Local Interrupt Controller Address */
	put(t, 0, 4);
}

/*
 * 5.2.12.14, one for each vCPU.  GICR's address is 0, since redistributors that
 * are always powered are in GICR structures.  There is no parking protocol:
 * vCPUs are started by PSCI.
 */
static void put_gicc(struct table *t, const struct vgic_description *d,
		     uint32_t vcpu)
{
	const bool v5 = d->model == VGIC_GICV5;
	const struct vgic_mmio_region *gicc = describe_frame(d, "GICC", 0);

	begin(t, TYPE_GICC, v5 ? GICC_V5_SIZE : GICC_SIZE);
	put(t, 0, 2);
	put(t, vcpu, 4); /* CPU Interface Number; GICv2: bit of ITARGETSR */
	put(t, vcpu, 4); /* ACPI Processor UID */
	put(t, GICC_ENABLED, 4);
	put(t, 0, 4 + 4 + 8); /* parking, performance interrupt */
	put(t, gicc ? gicc->ipa : 0, 8);
	put(t, 0, 8 + 8 + 4 + 8); /* GICV, GICH, maintenance, GICR */
	put(t, d->mpidr[vcpu] & MPIDR_AFFINITY, 8);
	put(t, 0, 1 + 1 + 2 + 2); /* efficiency, SPE, TRBE */
	if (v5) {
		put(t, describe_iaffid(d, vcpu), 2);
		put(t, describe_irs_of(d, vcpu), 4);
	}
}

/* 5.2.12.15.  The GIC's version is as the model's number: 2 or 3. */
static void put_gicd(struct table *t, const struct vgic_description *d)
{
	const struct vgic_mmio_region *gicd = describe_frame(d, "GICD", 0);

	if (gicd) {
		begin(t, TYPE_GICD, GICD_SIZE);
		put(t, 0, 2 + 4); /* GIC ID */
		put(t, gicd->ipa, 8);
		put(t, 0, 4);
		put(t, (uint64_t)d->model, 1);
		put(t, 0, 3);
	}
}

/* 5.2.12.17, one for each region: the guest walks through its frames. */
static void put_gicr(struct table *t, const struct vgic_mmio_region *gicr)
{
	begin(t, TYPE_GICR, GICR_SIZE);
	put(t, 0, 2);
	put(t, gicr->ipa, 8);
	put(t, gicr->size, 4);
}

/* 5.2.12.18.  An IORT table of the embedder's names the ITS by this ID. */
static void put_its(struct table *t, const struct vgic_mmio_region *its,
		    uint32_t id)
{
	begin(t, TYPE_GITS, GITS_SIZE);
	put(t, 0, 2);
	put(t, id, 4);
	put(t, its->ipa, 8);
	put(t, 0, 4);
}

/* ACPI 6.7.  The GICCs of the IRS's vCPUs have the same ID. */
static void put_irs(struct table *t, const struct vgic_mmio_region *irs,
		    uint32_t id)
{
	begin(t, TYPE_IRS, IRS_SIZE);
	put(t, VGIC_GICV5, 1);
	put(t, 0, 1);
	put(t, id, 4);
	put(t, 0, 4 + 4); /* coherent */
	put(t, irs->ipa, 8);
	put(t, irs->ipa + IRS_FRAME, 8);
}

static void put_frames(struct table *t, const struct vgic_description *d)
{
	const struct vgic_mmio_region *frame;

	put_gicd(t, d);
	for (uint32_t n = 0; (frame = describe_frame(d, "GICR", n)); n++) {
		put_gicr(t, frame);
	}
	for (uint32_t n = 0; (frame = describe_frame(d, "GITS", n)); n++) {
		put_its(t, frame, n);
	}
	for (uint32_t n = 0; (frame = describe_frame(d, "IRS", n)); n++) {
		put_irs(t, frame, n);
	}
}

/* Now the length is known.  The checksum makes all bytes add up to 0: 5.2.6. */
static void finish(struct table *t)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < 4; i++) {
		t->at[AT_LENGTH + i] = (uint8_t)(t->used >> 8 * i);
	}
	for (size_t i = 0; i < t->used; i++) {
		sum = (uint8_t)(sum + t->at[i]);
	}
	t->at[AT_CHECKSUM] = (uint8_t)-sum;
}

size_t vgic_madt(const struct vgic_description *d, void *buf, size_t size)
{
	struct table t = { buf, size, 0 };

	put_header(&t);
	for (uint32_t i = 0; i < d->nr_vcpus; i++) {
		put_gicc(&t, d, i);
	}
	put_frames(&t, d);
	if (t.used <= size) {
		finish(&t);
	}
	return t.used;
}
