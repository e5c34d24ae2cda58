/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the machine's device tree: Devicetree Specification 0.4, Linux's
 * bindings for devices, and Xen's for modules, which is what QEMU's
 * guest-loader writes.  QEMU's virt has its devices at the root of the tree, so
 * there are no `ranges` to translate addresses by.
 *
 * Each part of `host` has a function that reads it, in host_parse()'s table,
 * and that returns a text when the hypervisor cannot do without what is not
 * there.
 */
#include "hyp/host.h"

#include <libfdt.h>

#include "hyp/mpidr.h"
#include "hyp/platform.h"
#include "hyp/string.h"
#include "regs/gicv2.h"

/* A cell is 32 bits; addresses and sizes have one or two. */
#define MAX_CELLS 2
/* "interrupts" below an Arm GIC: kind, number, flags. */
#define IRQ_CELLS 3
#define IRQ_SPI 0
/* The trigger in the flags: edges are 1 and 2, levels 4 and 8. */
#define IRQ_EDGES 3
#define SPI_BASE 32
/* The offset of the root node. */
#define ROOT 0
/* PCI Bus Binding to Open Firmware 2.2.1: the kind, then 64 bits. */
#define PCI_ADDRESS_CELLS 3
/* "ranges": PCI address, CPU address, size. */
#define PCI_RANGE_CELLS (PCI_ADDRESS_CELLS + 2 + 2)
/* "msi-map": requester ID, controller, DeviceID, how many. */
#define MSI_MAP_CELLS 4
#define NR_REQUESTERS 0x10000
/* Entry of the flash's "reg"; bank 0 is the firmware's. */
#define FLASH_BANK_RESULT 1

struct host_info host;

/* How many cells addresses and sizes have in the children of a node. */
struct cells {
	int address, size;
};

static struct cells cells_of(const void *fdt, int parent)
{
	return (struct cells){ fdt_address_cells(fdt, parent),
			       fdt_size_cells(fdt, parent) };
}

/* One or two cells as one number. */
static uint64_t read_cells(const fdt32_t *at, int count)
{
	uint64_t value = 0;

	while (count-- > 0) {
		value = value << 32 | fdt32_ld(at++);
	}
	return value;
}

/*
 * Entry `index` of a node's "reg".  False when it is not there, is empty or
 * wraps around.
 */
static bool read_reg(const void *fdt, int node, struct cells cells, int index,
		     struct host_region *region)
{
	int entry = cells.address + cells.size, len;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);
	uint64_t end;

	if (!reg || cells.address < 1 || cells.size < 1 ||
	    cells.address > MAX_CELLS || cells.size > MAX_CELLS ||
	    len < (index + 1) * entry * (int)sizeof(*reg)) {
		return false;
	}
	reg += index * entry;
	region->base = read_cells(reg, cells.address);
	region->size = read_cells(reg + cells.address, cells.size);
	return region->size > 0 &&
	       !__builtin_add_overflow(region->base, region->size, &end);
}

/* The same, with the cells that the parent node says. */
static bool device_reg(const void *fdt, int node, int index,
		       struct host_region *region)
{
	int parent = fdt_parent_offset(fdt, node);

	return parent >= 0 &&
	       read_reg(fdt, node, cells_of(fdt, parent), index, region);
}

static bool u32_property(const void *fdt, int node, const char *name,
			 uint32_t *value)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, name, &len);

	if (!p || len != sizeof(*p)) {
		return false;
	}
	*value = fdt32_ld(p);
	return true;
}

/* A property that is a text, with its NUL as the last byte; else "". */
static const char *text_property(const void *fdt, int node, const char *name)
{
	int len;
	const char *p = fdt_getprop(fdt, node, name, &len);

	return p && len > 0 && p[len - 1] == '\0' ? p : "";
}

static struct host_property read_property(const void *fdt, int node,
					  const char *name)
{
	int len;
	const void *data = fdt_getprop(fdt, node, name, &len);

	return (struct host_property){ data, data ? (uint32_t)len : 0 };
}

static bool is_a(const void *fdt, int node, const char *device_type)
{
	return strcmp(text_property(fdt, node, "device_type"), device_type) ==
	       0;
}

/* Does the region hold all of the hypervisor's own memory? */
static bool holds_hypervisor(const struct host_region *region)
{
	uint64_t below = HYP_RAM_BASE - region->base;

	return region->base <= HYP_RAM_BASE && region->size >= below &&
	       region->size - below >= HYP_RAM_SIZE;
}

/* Is the hypervisor in the memory of this node?  Then that is host.ram. */
static bool take_memory(const void *fdt, int node, struct cells cells)
{
	struct host_region region;
	int i;

	for (i = 0; read_reg(fdt, node, cells, i, &region); i++) {
		if (holds_hypervisor(&region)) {
			host.ram = region;
			return true;
		}
	}
	return false;
}

/* The region that the hypervisor is in; guest RAM comes out of it, too. */
static const char *parse_memory(const void *fdt)
{
	struct cells cells = cells_of(fdt, ROOT);
	int node;

	fdt_for_each_subnode(node, fdt, ROOT)
	{
		if (is_a(fdt, node, "memory") &&
		    take_memory(fdt, node, cells)) {
			return NULL;
		}
	}
	return "the machine has too little memory for the hypervisor";
}

static const char *parse_cpus(const void *fdt)
{
	int cpus = fdt_path_offset(fdt, "/cpus"), node, len;
	int address_cells = fdt_address_cells(fdt, cpus);

	host.nr_cpus = 0;
	fdt_for_each_subnode(node, fdt, cpus)
	{
		const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

		if (!is_a(fdt, node, "cpu")) {
			continue;
		}
		if (!reg || address_cells > MAX_CELLS ||
		    len != address_cells * (int)sizeof(*reg)) {
			return "a CPU of the machine has no affinity";
		}
		if (host.nr_cpus < MAX_CPUS) {
			host.mpidr[host.nr_cpus++] =
				read_cells(reg, address_cells) & MPIDR_AFFINITY;
		}
	}
	return host.nr_cpus ? NULL : "the machine's device tree has no CPUs";
}

/* Other CPUs are started, and all are powered off, by PSCI calls. */
static const char *parse_psci(const void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "arm,psci-0.2");

	if (node < 0 ||
	    strcmp(text_property(fdt, node, "method"), "smc") != 0) {
		return "the machine has no PSCI by SMC";
	}
	return NULL;
}

/*
 * Four frames: distributor, CPU interface, virtual interface control, virtual
 * CPU interface; the last two with the Virtualization Extensions alone.
 */
static const char *parse_gicv2(const void *fdt, int node)
{
	if (!device_reg(fdt, node, 0, &host.gicd) ||
	    !device_reg(fdt, node, 1, &host.gicc) ||
	    host.gicc.size < GICV2_CPU_SIZE) {
		return "the machine's GICv2 has no distributor or no CPU "
		       "interface";
	}
	if (!device_reg(fdt, node, 2, &host.gich) ||
	    !device_reg(fdt, node, 3, &host.gicv) ||
	    host.gicv.size < GICV2_CPU_SIZE) {
		return "the machine's GICv2 has no virtual CPU interface";
	}
	if (host.nr_cpus > GICV2_MAX_CPUS) {
		return "a GICv2 has no more than 8 CPUs";
	}
	host.gicv2 = true;
	host.nr_gicr = 0;
	return NULL;
}

/* Distributor, then redistributor regions; the ITS is a node of its own. */
static const char *parse_gicv3(const void *fdt, int node)
{
	uint32_t regions = 1, i;

	u32_property(fdt, node, "#redistributor-regions", &regions);
	if (regions < 1 || regions > HOST_MAX_GICR_REGIONS) {
		return "too many redistributor regions in the machine";
	}
	if (!device_reg(fdt, node, 0, &host.gicd)) {
		return "the machine's GICv3 has no distributor";
	}
	for (i = 0; i < regions; i++) {
		if (!device_reg(fdt, node, (int)i + 1, &host.gicr[i])) {
			return "the machine's GICv3 lacks redistributors";
		}
	}
	host.gicv2 = false;
	host.nr_gicr = regions;
	node = fdt_node_offset_by_compatible(fdt, node, "arm,gic-v3-its");
	if (node < 0 || !device_reg(fdt, node, 0, &host.gits)) {
		host.gits.size = 0;
	}
	return NULL;
}

static const char *parse_gic(const void *fdt)
{
	static const struct {
		const char *compatible;
		const char *(*parse)(const void *fdt, int node);
	} kinds[] = {
		{ "arm,gic-v3", parse_gicv3 },
		{ "arm,gic-400", parse_gicv2 },
		{ "arm,cortex-a15-gic", parse_gicv2 },
		{ "arm,cortex-a7-gic", parse_gicv2 },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int node = fdt_node_offset_by_compatible(fdt, -1,
							 kinds[i].compatible);

		if (node >= 0) {
			return kinds[i].parse(fdt, node);
		}
	}
	return "the machine has no GICv2 and no GICv3";
}

/* A device's first interrupt; false when that is not an SPI. */
static bool device_spi(const void *fdt, int node, uint32_t *intid, bool *edge)
{
	int len;
	const fdt32_t *irq = fdt_getprop(fdt, node, "interrupts", &len);

	if (!irq || len < IRQ_CELLS * (int)sizeof(*irq) ||
	    fdt32_ld(&irq[0]) != IRQ_SPI ||
	    fdt32_ld(&irq[1]) >= HOST_MAX_SPIS) {
		return false;
	}
	*intid = SPI_BASE + fdt32_ld(&irq[1]);
	*edge = fdt32_ld(&irq[2]) & IRQ_EDGES;
	return true;
}

/* A transport that makes no sense is left out: none of them is needed. */
static const char *parse_virtio(const void *fdt)
{
	int node = -1;

	host.nr_virtio = 0;
	while (host.nr_virtio < HOST_MAX_VIRTIO) {
		struct host_virtio *virtio = &host.virtio[host.nr_virtio];

		node = fdt_node_offset_by_compatible(fdt, node, "virtio,mmio");
		if (node < 0) {
			break;
		}
		if (!device_reg(fdt, node, 0, &virtio->region) ||
		    !device_spi(fdt, node, &virtio->intid, &virtio->edge)) {
			continue;
		}
		virtio->coherent = fdt_getprop(fdt, node, "dma-coherent", NULL);
		host.nr_virtio++;
	}
	return NULL;
}

/* Is the DeviceID of every message the requester ID of the device? */
static bool has_plain_msi_map(const void *fdt, int node)
{
	int len;
	const fdt32_t *map = fdt_getprop(fdt, node, "msi-map", &len);

	return map && len == MSI_MAP_CELLS * (int)sizeof(*map) &&
	       fdt32_ld(&map[0]) == 0 && fdt32_ld(&map[2]) == 0 &&
	       fdt32_ld(&map[3]) == NR_REQUESTERS;
}

/*
 * The windows, from "ranges": each entry has an address in PCI's space, the CPU
 * address of the same, and its size.  False: they are not what is expected.
 */
static bool parse_windows(const void *fdt, int node, struct host_pci *pci)
{
	int len, i;
	const fdt32_t *range = fdt_getprop(fdt, node, "ranges", &len);
	int count = range ? len / (PCI_RANGE_CELLS * (int)sizeof(*range)) : 0;

	if (count < 1 || count > HOST_MAX_PCI_WINDOWS) {
		return false;
	}
	for (i = 0; i < count; i++, range += PCI_RANGE_CELLS) {
		pci->windows[i].base = read_cells(range + PCI_ADDRESS_CELLS, 2);
		pci->windows[i].size =
			read_cells(range + PCI_ADDRESS_CELLS + 2, 2);
	}
	pci->nr_windows = (uint32_t)count;
	pci->ranges = read_property(fdt, node, "ranges");
	pci->bus_range = read_property(fdt, node, "bus-range");
	/* ECAM begins with the first bus; it has to be bus 0 for pci.c. */
	return !pci->bus_range.size || fdt32_ld(pci->bus_range.data) == 0;
}

/* Without messages it is of no use, and is left out; it is not needed. */
static const char *parse_pci(const void *fdt)
{
	int node =
		fdt_node_offset_by_compatible(fdt, -1, "pci-host-ecam-generic");
	struct host_pci *pci = &host.pci;

	pci->ecam.size = 0;
	if (node < 0 || !has_plain_msi_map(fdt, node) ||
	    !parse_windows(fdt, node, pci) ||
	    !device_reg(fdt, node, 0, &pci->ecam)) {
		return NULL;
	}
	pci->coherent = fdt_getprop(fdt, node, "dma-coherent", NULL);
	return NULL;
}

/* The console that /chosen names if it is a PL011, or the first PL011. */
static int find_uart(const void *fdt, int chosen)
{
	const char *path = text_property(fdt, chosen, "stdout-path");
	const char *colon = strchr(path, ':');
	int len = (int)(colon ? (size_t)(colon - path) : strlen(path));
	int node = fdt_path_offset_namelen(fdt, path, len);

	if (node >= 0 &&
	    fdt_node_check_compatible(fdt, node, "arm,pl011") == 0) {
		return node;
	}
	return fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
}

static const char *parse_uart(const void *fdt, int chosen)
{
	int node = find_uart(fdt, chosen);
	struct host_region region;
	bool edge;

	if (node < 0 || !device_reg(fdt, node, 0, &region)) {
		return "the machine has no PL011";
	}
	if (!device_spi(fdt, node, &host.uart_intid, &edge)) {
		return "the machine's PL011 has no SPI";
	}
	host.uart_base = region.base;
	return NULL;
}

/* QEMU's flash; the command reads the record in the file behind bank 1. */
static const char *parse_flash(const void *fdt)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, "cfi-flash");

	if (node < 0 ||
	    !device_reg(fdt, node, FLASH_BANK_RESULT, &host.flash)) {
		return "the machine has no second flash bank";
	}
	return NULL;
}

/* A kernel or an initrd that the loader put into memory. */
static const char *parse_module(const void *fdt, int node, struct cells cells,
				struct host_module *module)
{
	struct host_region region;

	if (module->size != 0) {
		return "there are two kernels or two initrds";
	}
	if (!read_reg(fdt, node, cells, 0, &region)) {
		return "a module of /chosen has no address";
	}
	module->base = region.base;
	module->size = region.size;
	module->bootargs = text_property(fdt, node, "bootargs");
	return NULL;
}

static const char *parse_modules(const void *fdt, int chosen)
{
	struct cells cells = cells_of(fdt, ROOT);
	const char *problem = NULL;
	int node;

	/* QEMU leaves the cell counts out and means the root's. */
	if (fdt_getprop(fdt, chosen, "#address-cells", NULL)) {
		cells = cells_of(fdt, chosen);
	}
	host.kernel = (struct host_module){ .bootargs = "" };
	host.initrd = (struct host_module){ .bootargs = "" };
	fdt_for_each_subnode(node, fdt, chosen)
	{
		if (fdt_node_check_compatible(fdt, node, "multiboot,kernel") ==
		    0) {
			problem = parse_module(fdt, node, cells, &host.kernel);
		} else if (fdt_node_check_compatible(
				   fdt, node, "multiboot,ramdisk") == 0) {
			problem = parse_module(fdt, node, cells, &host.initrd);
		}
		if (problem) {
			return problem;
		}
	}
	return NULL;
}

static const char *parse_chosen(const void *fdt, int chosen)
{
	host.bootargs = text_property(fdt, chosen, "bootargs");
	host.rng_seed = read_property(fdt, chosen, "rng-seed");
	host.kaslr_seed = read_property(fdt, chosen, "kaslr-seed");
	return parse_modules(fdt, chosen);
}

const char *host_parse(const void *fdt, uint64_t room)
{
	static const char *(*const parts[])(const void *fdt) = {
		/* First the flash: a failure is written there, too. */
		parse_flash, parse_memory, parse_cpus, parse_psci,
		parse_gic,   parse_virtio, parse_pci,
	};
	const char *problem;
	int chosen;
	size_t i;

	if (fdt_check_header(fdt) != 0) {
		return "the machine gave no device tree";
	}
	if (fdt_totalsize(fdt) > room) {
		return "the machine's device tree is in the way";
	}
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		problem = parts[i](fdt);
		if (problem) {
			return problem;
		}
	}
	chosen = fdt_path_offset(fdt, "/chosen");
	if (chosen < 0) {
		return "the machine's device tree has no /chosen";
	}
	problem = parse_uart(fdt, chosen);
	return problem ? problem : parse_chosen(fdt, chosen);
}
