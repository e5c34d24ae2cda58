/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The GIC's nodes of a device tree, as Linux's bindings have them
 * (Documentation/devicetree/bindings/interrupt-controller/: arm,gic.yaml,
 * arm,gic-v3.yaml, arm,gic-v5.yaml), and the Devicetree Specification, 0.4.
 *
 * By libfdt's sequential writer: nodes are written in the order in which they
 * stand, and nothing is looked up.  After an error the rest of the tree is of
 * no use, so calls go on without looking at each result; the first error is
 * kept, and returned at the end.
 *
 * What a guest must not use is left out: GICH and GICV, the maintenance
 * interrupt, a GICv3's ranges of message-based SPIs.
 */
#include "describe/describe.h"

#include <libfdt.h>

/*
 * An interrupt is three cells: kind, number, trigger.  A GICv5 has the INTID's
 * TYPE as the kind, and numbers PPIs from 0; the others have 0 for SPIs and 1
 * for PPIs, which they number from 0 as well.  On a GICv2, bits 15:8 of a PPI's
 * trigger are a mask of the CPUs that have it.
 */
#define KIND_SPI 0
#define KIND_PPI 1
#define FIRST_PPI 16
#define FIRST_SPI 32
#define EDGE_RISING 1
#define LEVEL_HIGH 4
#define CPUS_SHIFT 8
#define V5_TYPE(intid) ((intid) >> 29)
#define V5_ID(intid) ((intid)&0xffffffu)

/* Each of an IRS's two frames; Arm IHI 0111701, IRS_CONFIG_FRAME. */
#define IRS_FRAME 0x10000
/*
 * "reg" has an address and a size for each frame, of two cells each.  A GICv3's
 * node has the most frames: a distributor and 64 redistributor regions.
 */
#define CELLS_OF_FRAME 4
#define MAX_FRAMES 65

struct writer {
	void *fdt;
	const struct vgic_description *d;
	const struct vgic_fdt_handles *handles;
	int error;
};

/* Keep the first error: those after it only follow from it. */
static void check(struct writer *w, int error)
{
	if (!w->error) {
		w->error = error;
	}
}

static void begin(struct writer *w, const char *name)
{
	check(w, fdt_begin_node(w->fdt, name));
}

/*
 * name@address: in hexadecimal, without leading zeros.  The address has to be
 * the first one of "reg" (Devicetree Specification 2.2.1).  32 bytes have room
 * for a name of 14 letters.
 */
static void begin_at(struct writer *w, const char *name, uint64_t address)
{
	char text[32];
	uint32_t used = 0, shift = 60;

	for (; *name; name++) {
		text[used++] = *name;
	}
	text[used++] = '@';
	while (shift && !(address >> shift & 15)) {
		shift -= 4;
	}
	for (; shift < 64; shift -= 4) {
		text[used++] = "0123456789abcdef"[address >> shift & 15];
	}
	text[used] = '\0';
	begin(w, text);
}

static void end(struct writer *w)
{
	check(w, fdt_end_node(w->fdt));
}

static void text(struct writer *w, const char *name, const char *value)
{
	check(w, fdt_property_string(w->fdt, name, value));
}

static void u32(struct writer *w, const char *name, uint32_t value)
{
	check(w, fdt_property_u32(w->fdt, name, value));
}

static void flag(struct writer *w, const char *name)
{
	check(w, fdt_property(w->fdt, name, NULL, 0));
}

/*
 * For a node with children: two address cells, two size cells, and an empty
 * "ranges", which says that the children's addresses are the parent's.  Without
 * "ranges" a guest could not translate them.
 */
static void bus(struct writer *w)
{
	u32(w, "#address-cells", 2);
	u32(w, "#size-cells", 2);
	flag(w, "ranges");
}

/* What makes a node an interrupt controller; #interrupt-cells: see above. */
static void controller(struct writer *w, const char *compatible)
{
	text(w, "compatible", compatible);
	u32(w, "phandle", w->handles->gic);
	flag(w, "interrupt-controller");
	u32(w, "#interrupt-cells", 3);
}

/* "reg" as it grows. */
struct reg {
	fdt32_t cells[CELLS_OF_FRAME * MAX_FRAMES];
	uint32_t used;
};

static void add_cells(struct reg *reg, uint64_t value)
{
	reg->cells[reg->used++] = cpu_to_fdt32((uint32_t)(value >> 32));
	reg->cells[reg->used++] = cpu_to_fdt32((uint32_t)value);
}

/* A description with more frames than the library can have is cut short. */
static void add_range(struct reg *reg, uint64_t ipa, uint64_t size)
{
	if (reg->used < CELLS_OF_FRAME * MAX_FRAMES) {
		add_cells(reg, ipa);
		add_cells(reg, size);
	}
}

static void add_frames(struct writer *w, struct reg *reg, const char *name)
{
	const struct vgic_mmio_region *frame;

	for (uint32_t n = 0; (frame = describe_frame(w->d, name, n)); n++) {
		add_range(reg, frame->ipa, frame->size);
	}
}

static void put_reg(struct writer *w, const struct reg *reg)
{
	check(w, fdt_property(w->fdt, "reg", reg->cells,
			      (int)(reg->used * sizeof(reg->cells[0]))));
}

/* The node of a GICv2 or GICv3 is named after its distributor. */
static void begin_gic(struct writer *w)
{
	const struct vgic_mmio_region *gicd = describe_frame(w->d, "GICD", 0);

	begin_at(w, "intc", gicd ? gicd->ipa : 0);
}

/*
 * "reg" is the distributor, then the CPU interface.  "arm,cortex-a15-gic" is
 * the name by which all guests know a GICv2; QEMU's virt has it, too.
 */
static void add_gicv2(struct writer *w)
{
	struct reg reg = { .used = 0 };

	begin_gic(w);
	controller(w, "arm,cortex-a15-gic");
	add_frames(w, &reg, "GICD");
	add_frames(w, &reg, "GICC");
	put_reg(w, &reg);
	end(w);
}

/*
 * The node of a PCI host or device refers to this one by "msi-map" or
 * "msi-parent".  One cell names the sender of a message: its DeviceID.
 */
static void add_its(struct writer *w, const struct vgic_mmio_region *its,
		    uint32_t n)
{
	struct reg reg = { .used = 0 };

	begin_at(w, "its", its->ipa);
	text(w, "compatible", "arm,gic-v3-its");
	u32(w, "phandle", w->handles->its + n);
	flag(w, "msi-controller");
	u32(w, "#msi-cells", 1);
	add_range(&reg, its->ipa, its->size);
	put_reg(w, &reg);
	end(w);
}

/*
 * "reg" is the distributor, then the redistributor regions, in the order of the
 * vCPUs in them.  #redistributor-regions says where they end; without it a
 * guest takes one, and misses the vCPUs of the others.  ITSs are children.
 */
static void add_gicv3(struct writer *w)
{
	const struct vgic_mmio_region *its;
	struct reg reg = { .used = 0 };

	begin_gic(w);
	controller(w, "arm,gic-v3");
	u32(w, "#redistributor-regions", describe_count(w->d, "GICR"));
	add_frames(w, &reg, "GICD");
	add_frames(w, &reg, "GICR");
	put_reg(w, &reg);
	if (describe_frame(w->d, "GITS", 0)) {
		bus(w);
	}
	for (uint32_t n = 0; (its = describe_frame(w->d, "GITS", n)); n++) {
		add_its(w, its, n);
	}
	end(w);
}

/*
 * The vCPUs of an IRS: their nodes ("cpus") and, in the same order, their
 * IAFFIDs, of 16 bits each.  Both arrays are written in place, since their
 * length depends on the VM, and big-endian, as all of a device tree.
 */
static void add_cpus(struct writer *w, uint32_t irs)
{
	uint32_t first = 0, nr = 0;
	void *cpus, *iaffids;

	for (uint32_t i = 0; i < w->d->nr_vcpus; i++) {
		first += describe_irs_of(w->d, i) < irs;
		nr += describe_irs_of(w->d, i) == irs;
	}
	check(w,
	      fdt_property_placeholder(w->fdt, "cpus", (int)(nr * 4), &cpus));
	for (uint32_t i = 0; !w->error && i < nr; i++) {
		fdt32_st((uint8_t *)cpus + 4 * i, w->handles->cpu + first + i);
	}
	check(w, fdt_property_placeholder(w->fdt, "arm,iaffids", (int)(nr * 2),
					  &iaffids));
	for (uint32_t i = 0; !w->error && i < nr; i++) {
		uint16_t iaffid = describe_iaffid(w->d, first + i);

		((uint8_t *)iaffids)[2 * i] = (uint8_t)(iaffid >> 8);
		((uint8_t *)iaffids)[2 * i + 1] = (uint8_t)iaffid;
	}
}

/*
 * The configuration frame and the SETLPI frame.  "ns-": a guest has one
 * interrupt domain, the non-secure one.
 */
static void add_irs(struct writer *w, uint64_t ipa, uint32_t n)
{
	static const char names[] = "ns-config\0ns-setlpi";
	struct reg reg = { .used = 0 };

	begin_at(w, "irs", ipa);
	text(w, "compatible", "arm,gic-v5-irs");
	add_range(&reg, ipa, IRS_FRAME);
	add_range(&reg, ipa + IRS_FRAME, IRS_FRAME);
	put_reg(w, &reg);
	check(w, fdt_property(w->fdt, "reg-names", names, sizeof(names)));
	bus(w);
	add_cpus(w, n);
	end(w);
}

/*
 * A GICv5 as such has no frame, so its node has no "reg" and no address in its
 * name; the IRSs are its children.
 */
static void add_gicv5(struct writer *w)
{
	const struct vgic_mmio_region *irs;

	begin(w, "intc");
	controller(w, "arm,gic-v5");
	bus(w);
	for (uint32_t n = 0; (irs = describe_frame(w->d, "IRS", n)); n++) {
		add_irs(w, irs->ipa, n);
	}
	end(w);
}

int vgic_fdt_add_gic(void *fdt, const struct vgic_description *d,
		     const struct vgic_fdt_handles *handles)
{
	struct writer w = { fdt, d, handles, 0 };

	switch (d->model) {
	case VGIC_GICV2:
		add_gicv2(&w);
		break;
	case VGIC_GICV3:
		add_gicv3(&w);
		break;
	case VGIC_GICV5:
		add_gicv5(&w);
		break;
	}
	return w.error;
}

void vgic_fdt_interrupt(const struct vgic_description *d, uint32_t intid,
			bool level, uint32_t cells[3])
{
	cells[2] = level ? LEVEL_HIGH : EDGE_RISING;
	if (d->model == VGIC_GICV5) {
		cells[0] = V5_TYPE(intid);
		cells[1] = V5_ID(intid);
	} else if (intid >= FIRST_SPI) {
		cells[0] = KIND_SPI;
		cells[1] = intid - FIRST_SPI;
	} else {
		cells[0] = KIND_PPI;
		cells[1] = intid - FIRST_PPI;
		/* A private interrupt, which every CPU has. */
		if (d->model == VGIC_GICV2) {
			cells[2] |= ((1u << d->nr_vcpus) - 1) << CPUS_SHIFT;
		}
	}
}
