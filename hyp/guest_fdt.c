/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the guest's device tree: a machine like QEMU's virt, as far as it is
 * there, with the nodes that Linux's bindings demand.  It is built by libfdt's
 * sequential writer.  The first error of any call stays in struct writer and is
 * looked at once, at the end.
 */
#include "hyp/guest_fdt.h"

#include <libfdt.h>
#include <vgic/describe.h>

#include "hyp/cpu.h"
#include "hyp/format.h"
#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/options.h"
#include "hyp/platform.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"

/* How other nodes refer to a node; any numbers that differ. */
#define PHANDLE_GIC 1
#define PHANDLE_CLOCK 2
#define PHANDLE_ITS 3
#define PHANDLE_CPU 0x100 /* + index */

/* PPIs are INTIDs, but for the TYPE that a GICv5's have; SPI 0 is INTID 32. */
#define PPI(n) (options.gic == VGIC_GICV5 ? GICV5_PPI(n) : (uint32_t)(n))
#define SPI(n) (options.gic == VGIC_GICV5 ? GICV5_SPI(n) : 32u + (n))
#define CELLS_OF_IRQ 3

/* What baud rates are computed from; there is no line to send at any. */
#define UART_CLOCK_HZ 24000000
#define MAX_PROPERTY_CELLS 16
/* Aff2 to Aff0; Aff3 is 0 for every vCPU (vm.c). */
#define AFFINITY_24 0xffffffu
/* "msi-map": every requester ID. */
#define NR_REQUESTERS 0x10000

/* GICD or IRS, two regions of redistributors, ITS. */
#define MAX_FRAMES 4

struct writer {
	void *fdt; /* the tree, of GUEST_DTB_MAX bytes */
	int error; /* of the first libfdt call that failed; 0: none has */
	struct vgic_description gic;
	struct vgic_mmio_region frames[MAX_FRAMES];
};

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

/* A node that is named after its address: name@address. */
static void begin_at(struct writer *w, const char *name, uint64_t address)
{
	char text[40] = "";
	struct format_buffer buffer = { text, sizeof(text), 0 };

	format_add(&buffer, "%s@%llx", name, (unsigned long long)address);
	begin(w, text);
}

static void end(struct writer *w)
{
	check(w, fdt_end_node(w->fdt));
}

/* Properties: a text, a number, two cells, one without a value. */
static void text(struct writer *w, const char *name, const char *value)
{
	check(w, fdt_property_string(w->fdt, name, value));
}

static void u32(struct writer *w, const char *name, uint32_t value)
{
	check(w, fdt_property_u32(w->fdt, name, value));
}

static void u64(struct writer *w, const char *name, uint64_t value)
{
	check(w, fdt_property_u64(w->fdt, name, value));
}

static void flag(struct writer *w, const char *name)
{
	check(w, fdt_property(w->fdt, name, NULL, 0));
}

/* Several texts, each with its NUL, written as one literal. */
#define TEXTS(w, name, literal) \
	check(w, fdt_property((w)->fdt, name, literal, sizeof(literal)))

/* Numbers, at most MAX_PROPERTY_CELLS. */
static void cells(struct writer *w, const char *name, const uint32_t *values,
		  unsigned int count)
{
	fdt32_t data[MAX_PROPERTY_CELLS];
	unsigned int i;

	for (i = 0; i < count; i++) {
		data[i] = cpu_to_fdt32(values[i]);
	}
	check(w,
	      fdt_property(w->fdt, name, data, (int)(count * sizeof(data[0]))));
}

#define CELLS(w, name, ...) \
	cells(w, name, (const uint32_t[]){ __VA_ARGS__ }, \
	      sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* An address or a size: two cells, the upper one first. */
#define HI_LO(value) (uint32_t)((uint64_t)(value) >> 32), (uint32_t)(value)

static void add_root(struct writer *w)
{
	text(w, "compatible", "linux,dummy-virt");
	text(w, "model", "vgic,virt");
	u32(w, "#address-cells", 2);
	u32(w, "#size-cells", 2);
	u32(w, "interrupt-parent", PHANDLE_GIC);
}

/* A property with the value that the machine's tree has, if it has it. */
static void hand_on(struct writer *w, const char *name,
		    const struct host_property *property)
{
	if (property->size) {
		check(w, fdt_property(w->fdt, name, property->data,
				      (int)property->size));
	}
}

static void add_chosen(struct writer *w, const struct vm *v)
{
	/* Modulo 2^64, where guest RAM has smaller IPAs. */
	uint64_t to_ipa = v->ram_ipa - v->ram_pa;

	begin(w, "chosen");
	text(w, "bootargs", host.kernel.bootargs);
	text(w, "stdout-path", "/pl011@9000000");
	if (host.initrd.size) {
		uint64_t start = host.initrd.base + to_ipa;

		u64(w, "linux,initrd-start", start);
		u64(w, "linux,initrd-end", start + host.initrd.size);
	}
	hand_on(w, "rng-seed", &host.rng_seed);
	hand_on(w, "kaslr-seed", &host.kaslr_seed);
	end(w);
}

static void add_memory(struct writer *w, const struct vm *v)
{
	begin_at(w, "memory", v->ram_ipa);
	text(w, "device_type", "memory");
	CELLS(w, "reg", HI_LO(v->ram_ipa), HI_LO(v->ram_size));
	end(w);
}

static void add_cpus(struct writer *w, const struct vm *v)
{
	uint32_t i;

	begin(w, "cpus");
	u32(w, "#address-cells", 1);
	u32(w, "#size-cells", 0);
	for (i = 0; i < v->nr_vcpus; i++) {
		uint32_t affinity = (uint32_t)v->vcpus[i].mpidr & AFFINITY_24;

		begin_at(w, "cpu", affinity);
		text(w, "device_type", "cpu");
		text(w, "compatible", "arm,armv8");
		text(w, "enable-method", "psci");
		u32(w, "reg", affinity);
		u32(w, "phandle", PHANDLE_CPU + i);
		end(w);
	}
	end(w);
}

static void add_psci(struct writer *w)
{
	begin(w, "psci");
	TEXTS(w, "compatible", "arm,psci-1.0\0arm,psci-0.2");
	text(w, "method", "hvc");
	end(w);
}

/* The interrupts of one device, at most MAX_PROPERTY_CELLS / CELLS_OF_IRQ. */
static void interrupts(struct writer *w, const uint32_t *intids,
		       unsigned int count, bool level)
{
	uint32_t values[MAX_PROPERTY_CELLS];

	for (unsigned int i = 0; i < count; i++) {
		vgic_fdt_interrupt(&w->gic, intids[i], level,
				   values + i * CELLS_OF_IRQ);
	}
	cells(w, "interrupts", values, count * CELLS_OF_IRQ);
}

/*
 * The interrupts of the Secure, the physical, the virtual and the EL2 timer, in
 * this order by the binding; a guest at EL1 uses the two in the middle.
 */
static void add_timer(struct writer *w)
{
	const uint32_t intids[] = { PPI(PPI_CNTPS), PPI(PPI_CNTP),
				    PPI(PPI_CNTV), PPI(PPI_CNTHP) };

	begin(w, "timer");
	text(w, "compatible", "arm,armv8-timer");
	interrupts(w, intids, 4, true);
	flag(w, "always-on");
	end(w);
}

static void add_frame(struct writer *w, const char *name, uint64_t ipa,
		      uint64_t size)
{
	w->frames[w->gic.nr_frames++] =
		(struct vgic_mmio_region){ name, ipa, size };
}

/* One redistributor region, or two when there are many vCPUs. */
static void add_redistributors(struct writer *w, uint32_t nr)
{
	uint32_t first = nr > GUEST_GICR_FRAMES ? GUEST_GICR_FRAMES : nr;

	add_frame(w, "GICR", GUEST_GICR_IPA, (uint64_t)first * GICR_STRIDE);
	if (nr > first) {
		add_frame(w, "GICR", GUEST_GICR2_IPA,
			  (uint64_t)(nr - first) * GICR_STRIDE);
	}
}

/* What vm.c places, of which there is no vGIC yet. */
static void describe_gic(struct writer *w, const struct vm *v)
{
	w->gic = (struct vgic_description){ .model = options.gic,
					    .nr_vcpus = v->nr_vcpus,
					    .frames = w->frames };
	switch (options.gic) {
	case VGIC_GICV2:
		add_frame(w, "GICD", GUEST_GICD_IPA, GICV2_DIST_SIZE);
		add_frame(w, "GICC", GUEST_GICC_IPA, GICV2_CPU_SIZE);
		break;
	case VGIC_GICV3:
		add_frame(w, "GICD", GUEST_GICD_IPA, GICD_FRAME_SIZE);
		add_redistributors(w, v->nr_vcpus);
		if (options.its) {
			add_frame(w, "GITS", GUEST_GITS_IPA, GITS_SIZE);
		}
		break;
	case VGIC_GICV5:
		add_frame(w, "IRS", GUEST_IRS_IPA, 2 * IRS_FRAME_SIZE);
		break;
	}
}

static void add_gic(struct writer *w)
{
	static const struct vgic_fdt_handles handles = { .gic = PHANDLE_GIC,
							 .its = PHANDLE_ITS,
							 .cpu = PHANDLE_CPU };

	check(w, vgic_fdt_add_gic(w->fdt, &w->gic, &handles));
}

/* The PL011, and the clock that its driver asks for. */
static void add_uart(struct writer *w)
{
	const uint32_t intid = SPI(GUEST_UART_SPI);

	begin(w, "apb-pclk");
	text(w, "compatible", "fixed-clock");
	u32(w, "phandle", PHANDLE_CLOCK);
	u32(w, "#clock-cells", 0);
	u32(w, "clock-frequency", UART_CLOCK_HZ);
	end(w);

	begin_at(w, "pl011", GUEST_UART_IPA);
	TEXTS(w, "compatible", "arm,pl011\0arm,primecell");
	CELLS(w, "reg", HI_LO(GUEST_UART_IPA), HI_LO(GUEST_UART_SIZE));
	interrupts(w, &intid, 1, true);
	CELLS(w, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
	TEXTS(w, "clock-names", "uartclk\0apb_pclk");
	end(w);
}

/* A virtio-mmio transport passed through: as the machine has it. */
static void add_virtio(struct writer *w, const struct vm_device *device)
{
	const struct host_virtio *virtio = device->virtio;
	const uint32_t intid = SPI(device->spi);

	begin_at(w, "virtio_mmio", device->ipa);
	text(w, "compatible", "virtio,mmio");
	CELLS(w, "reg", HI_LO(device->ipa), HI_LO(virtio->region.size));
	interrupts(w, &intid, 1, !virtio->edge);
	if (virtio->coherent) {
		flag(w, "dma-coherent");
	}
	end(w);
}

static void add_disks(struct writer *w, const struct vm *v)
{
	uint32_t i;

	for (i = 0; i < v->nr_devices; i++) {
		if (v->devices[i].virtio) {
			add_virtio(w, &v->devices[i]);
		}
	}
}

/*
 * The machine's PCIe host, without INTx: devices interrupt by messages alone,
 * and the DeviceID of a message is the requester ID.
 */
static void add_pci(struct writer *w, const struct host_pci *pci)
{
	begin_at(w, "pcie", pci->ecam.base);
	text(w, "compatible", "pci-host-ecam-generic");
	text(w, "device_type", "pci");
	u32(w, "#address-cells", 3);
	u32(w, "#size-cells", 2);
	CELLS(w, "reg", HI_LO(pci->ecam.base), HI_LO(pci->ecam.size));
	hand_on(w, "ranges", &pci->ranges);
	hand_on(w, "bus-range", &pci->bus_range);
	CELLS(w, "msi-map", 0, PHANDLE_ITS, 0, NR_REQUESTERS);
	if (pci->coherent) {
		flag(w, "dma-coherent");
	}
	end(w);
}

const char *guest_fdt_build(struct vm *v)
{
	uint64_t offset = v->ram_size - GUEST_DTB_MAX;
	struct writer w = { .fdt = (void *)(uintptr_t)(v->ram_pa + offset) };

	describe_gic(&w, v);
	check(&w, fdt_create(w.fdt, GUEST_DTB_MAX));
	check(&w, fdt_finish_reservemap(w.fdt));
	begin(&w, ""); /* the root */
	add_root(&w);
	add_chosen(&w, v);
	add_memory(&w, v);
	add_cpus(&w, v);
	add_psci(&w);
	add_timer(&w);
	add_gic(&w);
	add_uart(&w);
	add_disks(&w, v);
	if (v->pci) {
		add_pci(&w, v->pci);
	}
	end(&w);
	check(&w, fdt_finish(w.fdt));
	if (w.error) {
		return "the guest's device tree does not fit";
	}
	v->dtb_ipa = v->ram_ipa + offset;
	cache_clean(w.fdt, fdt_totalsize(w.fdt));
	return NULL;
}
