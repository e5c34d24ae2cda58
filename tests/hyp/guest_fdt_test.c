/* SPDX-License-Identifier: BSD-2-Clause */
/* Both device trees: the machine's that is read, the guest's that is built. */
#include "hyp/cpu.h"
#include "hyp/guest_fdt.h"
#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/options.h"
#include "hyp/platform.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "tests/hyp/test.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TREE_MAX 65536
#define KERNEL_PA 0x50000000
#define INITRD_PA 0x58000000

/* One thing to get wrong in the machine's tree. */
enum mistake {
	NONE,
	NO_MEMORY,
	LITTLE_MEMORY,
	NO_CPUS,
	CPU_WITHOUT_REG,
	PSCI_BY_HVC,
	NO_GIC,
	GIC_WITHOUT_GICR,
	GIC_TOO_MANY_REGIONS,
	NO_UART,
	UART_ON_PPI,
	NO_FLASH,
	ONE_FLASH_BANK,
	NO_CHOSEN,
	MODULE_WITHOUT_REG,
	MODULE_WRAPS,
	TWO_KERNELS,
	GICV2_WITHOUT_GICC,
	GICV2_SMALL_GICC,
	GICV2_WITHOUT_GICV,
	GICV2_SMALL_GICV,
	GICV2_NINE_CPUS,
	NR_MISTAKES,
	GICV2, /* nothing wrong */
	/* What we could do without. */
	NO_ITS,
	PCI_WITHOUT_MSIS,
	PCI_MSIS_RENAMED,
	PCI_WITHOUT_WINDOWS,
	PCI_HALF_A_WINDOW,
	PCI_MANY_WINDOWS,
	PCI_BUS_1,
	NR_VARIANTS,
};

static char tree[TREE_MAX];

void cache_clean(const void *start, size_t size)
{
	(void)start;
	(void)size;
}

static void prop_cells(const char *name, const uint32_t *cells, int count)
{
	fdt32_t data[16];
	int i;

	for (i = 0; i < count; i++) {
		data[i] = cpu_to_fdt32(cells[i]);
	}
	assert_int_equal(fdt_property(tree, name, data, count * 4), 0);
}

#define CELLS(name, ...) \
	prop_cells(name, (const uint32_t[]){ __VA_ARGS__ }, \
		   sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)

static void begin(const char *name, const char *compatible)
{
	assert_int_equal(fdt_begin_node(tree, name), 0);
	if (compatible) {
		fdt_property_string(tree, "compatible", compatible);
	}
}

static void end(void)
{
	assert_int_equal(fdt_end_node(tree), 0);
}

static void add_memory(enum mistake m)
{
	begin("memory@80000000", NULL);
	fdt_property_string(tree, "device_type", "memory");
	CELLS("reg", 0, 0x80000000, 0, 0x1000);
	end();
	begin("memory@40000000", NULL);
	fdt_property_string(tree, "device_type", "memory");
	CELLS("reg", 1, 0, 1, 0, 0, m == NO_MEMORY ? 0x70000000 : 0x40000000, 0,
	      m == LITTLE_MEMORY ? 0x0fffffff : 0x20000000);
	end();
}

static void add_cpus(enum mistake m)
{
	uint32_t count = m == GICV2_NINE_CPUS ? 9 : m == NO_CPUS ? 0 : 3, i;

	begin("cpus", NULL);
	CELLS("#address-cells", 1);
	CELLS("#size-cells", 0);
	begin("cpu-map", NULL);
	end();
	for (i = 0; i < count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "cpu@%x", i << 8);
		begin(name, NULL);
		fdt_property_string(tree, "device_type", "cpu");
		if (m != CPU_WITHOUT_REG) {
			CELLS("reg", i << 8);
		}
		end();
	}
	end();
}

static void add_gicv2(enum mistake m)
{
	uint32_t gicc = m == GICV2_SMALL_GICC ? 0x1000 : 0x2000;
	uint32_t gicv = m == GICV2_SMALL_GICV ? 0x1000 : 0x2000;

	begin("intc@8000000", "arm,cortex-a15-gic");
	if (m == GICV2_WITHOUT_GICC) {
		CELLS("reg", 0, 0x8000000, 0, 0x1000);
	} else if (m == GICV2_WITHOUT_GICV) {
		CELLS("reg", 0, 0x8000000, 0, 0x1000, 0, 0x8010000, 0, gicc);
	} else {
		CELLS("reg", 0, 0x8000000, 0, 0x1000, 0, 0x8010000, 0, gicc, 0,
		      0x8030000, 0, 0x1000, 0, 0x8040000, 0, gicv);
	}
	end();
}

static void add_gicv3(enum mistake m)
{
	begin("intc@8000000", m == NO_GIC ? "arm,pl390" : "arm,gic-v3");
	CELLS("#redistributor-regions", m == GIC_TOO_MANY_REGIONS ? 9 : 2);
	if (m == GIC_WITHOUT_GICR) {
		CELLS("reg", 0, 0x8000000, 0, 0x10000);
	} else {
		CELLS("reg", 0, 0x8000000, 0, 0x10000, 0, 0x80a0000, 0,
		      0xf60000, 0x40, 0, 0, 0x40000);
	}
	CELLS("#address-cells", 2);
	CELLS("#size-cells", 2);
	if (m != NO_ITS) {
		begin("its@8080000", "arm,gic-v3-its");
		CELLS("reg", 0, 0x8080000, 0, 0x20000);
		end();
	}
	end();
}

static void add_pci(enum mistake m)
{
	/* clang-format off */
	uint32_t windows[7 * 5] = { 0x2000000, 0, 0xe0000000, 0, 0x10000000,
				    0, 0x20000000, 0x3000000, 0x81, 0, 0x80,
				    0, 0x7f, 0 };
	/* clang-format on */
	fdt32_t data[7 * 5];
	int count = m == PCI_WITHOUT_WINDOWS ? 0 :
		    m == PCI_HALF_A_WINDOW   ? 6 :
		    m == PCI_MANY_WINDOWS    ? 7 * 5 :
					       7 * 2;

	begin("pcie@10000000", "pci-host-ecam-generic");
	CELLS("reg", 0x40, 0x10000000, 0, 0x10000000);
	for (int i = 0; i < count; i++) {
		data[i] = cpu_to_fdt32(windows[i]);
	}
	fdt_property(tree, "ranges", data, count * 4);
	CELLS("bus-range", m == PCI_BUS_1, 0xff);
	if (m != PCI_WITHOUT_MSIS) {
		CELLS("msi-map", 0, 77, m == PCI_MSIS_RENAMED ? 8 : 0, 0x10000);
	}
	fdt_property(tree, "dma-coherent", NULL, 0);
	end();
}

static void add_devices(enum mistake m)
{
	begin("psci", "arm,psci-0.2");
	fdt_property_string(tree, "method", m == PSCI_BY_HVC ? "hvc" : "smc");
	end();

	if (m >= GICV2_WITHOUT_GICC && m <= GICV2) {
		add_gicv2(m);
	} else {
		add_gicv3(m);
	}

	begin("pl011@9040000", m == NO_UART ? "ns16550a" : "arm,pl011");
	CELLS("reg", 0, 0x9040000, 0, 0x1000);
	CELLS("interrupts", 0, 8, 4);
	end();
	begin("pl011@9000000", m == NO_UART ? "ns16550a" : "arm,pl011");
	CELLS("reg", 0, 0x9000000, 0, 0x1000);
	CELLS("interrupts", m == UART_ON_PPI, 1, 4);
	end();

	begin("virtio_mmio@a000000", "virtio,mmio");
	CELLS("reg", 0, 0xa000000, 0, 0x200);
	CELLS("interrupts", 0, 16, 1);
	fdt_property(tree, "dma-coherent", NULL, 0);
	end();
	/* No transport of ours: the interrupt is a PPI. */
	begin("virtio_mmio@a000200", "virtio,mmio");
	CELLS("reg", 0, 0xa000200, 0, 0x200);
	CELLS("interrupts", 1, 17, 1);
	end();
	begin("virtio_mmio@a000400", "virtio,mmio");
	CELLS("reg", 0, 0xa000400, 0, 0x200);
	CELLS("interrupts", 0, 18, 4);
	end();

	add_pci(m);
	begin("flash@0", m == NO_FLASH ? "mtd-ram" : "cfi-flash");
	if (m == ONE_FLASH_BANK) {
		CELLS("reg", 0, 0, 0, 0x4000000);
	} else {
		CELLS("reg", 0, 0, 0, 0x4000000, 0, 0x4000000, 0, 0x4000000);
	}
	end();
}

static void add_modules(enum mistake m)
{
	begin("module@0x58000000", "multiboot,ramdisk");
	CELLS("reg", 0, INITRD_PA, 0, 0x1234);
	end();
	begin("module@0x50000000", "multiboot,kernel");
	fdt_property_string(tree, "bootargs", "console=ttyAMA0 quiet");
	if (m == MODULE_WRAPS) {
		CELLS("reg", UINT32_MAX, UINT32_MAX, 0, 2);
	} else if (m != MODULE_WITHOUT_REG) {
		CELLS("reg", 0, KERNEL_PA, 0, 0x100000);
	}
	end();
	if (m == TWO_KERNELS) {
		begin("module@0x51000000", "multiboot,kernel");
		CELLS("reg", 0, 0x51000000, 0, 0x100000);
		end();
	}
}

static void build_host(enum mistake m)
{
	assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
	fdt_finish_reservemap(tree);
	begin("", NULL);
	CELLS("#address-cells", 2);
	CELLS("#size-cells", 2);
	add_memory(m);
	add_cpus(m);
	add_devices(m);
	if (m != NO_CHOSEN) {
		begin("chosen", NULL);
		fdt_property_string(tree, "bootargs", "vgic.vcpus=2");
		fdt_property_string(tree, "stdout-path",
				    "/pl011@9000000:115200n8");
		CELLS("kaslr-seed", 1, 2);
		add_modules(m);
		end();
	}
	end();
	assert_int_equal(fdt_finish(tree), 0);
	memset(&host, 0, sizeof(host));
}

static void reads_the_machine(void **state)
{
	(void)state;
	build_host(NONE);
	assert_null(host_parse(tree, sizeof(tree)));
	assert_int_equal(host.ram.base, 0x40000000);
	assert_int_equal(host.ram.size, 0x20000000);
	assert_int_equal(host.nr_cpus, 3);
	assert_int_equal(host.mpidr[2], 0x200);
	assert_int_equal(host.gicd.base, 0x8000000);
	assert_int_equal(host.nr_gicr, 2);
	assert_int_equal(host.gicr[0].size, 0xf60000);
	assert_true(host.gicr[1].base == 0x4000000000);
	assert_int_equal(host.uart_base, 0x9000000);
	assert_int_equal(host.uart_intid, 33);
	assert_int_equal(host.nr_virtio, 2);
	assert_int_equal(host.virtio[0].region.base, 0xa000000);
	assert_int_equal(host.virtio[0].region.size, 0x200);
	assert_int_equal(host.virtio[0].intid, 48);
	assert_true(host.virtio[0].edge && host.virtio[0].coherent);
	assert_int_equal(host.virtio[1].intid, 50);
	assert_false(host.virtio[1].edge || host.virtio[1].coherent);
	assert_int_equal(host.flash.base, 0x4000000);
	assert_int_equal(host.kernel.base, KERNEL_PA);
	assert_int_equal(host.kernel.size, 0x100000);
	assert_string_equal(host.kernel.bootargs, "console=ttyAMA0 quiet");
	assert_int_equal(host.initrd.base, INITRD_PA);
	assert_string_equal(host.initrd.bootargs, "");
	assert_string_equal(host.bootargs, "vgic.vcpus=2");
	assert_int_equal(host.kaslr_seed.size, 8);
	assert_int_equal(host.rng_seed.size, 0);
	assert_false(host.gicv2);
	assert_int_equal(host.gits.base, 0x8080000);
	assert_int_equal(host.gits.size, 0x20000);
}

static void reads_the_pcie_host(void **state)
{
	const struct host_pci *pci = &host.pci;

	(void)state;
	build_host(NONE);
	assert_null(host_parse(tree, sizeof(tree)));
	assert_true(pci->ecam.base == 0x4010000000);
	assert_int_equal(pci->ecam.size, 0x10000000);
	assert_int_equal(pci->nr_windows, 2);
	/* Here, and not what devices take them for. */
	assert_int_equal(pci->windows[0].base, 0x10000000);
	assert_int_equal(pci->windows[0].size, 0x20000000);
	assert_true(pci->windows[1].base == 0x8000000000);
	assert_true(pci->windows[1].size == 0x7f00000000);
	assert_true(pci->coherent);
}

/* It is left where it is, and the machine is good for all the rest. */
static void leaves_the_pcie_host(void **state)
{
	int m;

	(void)state;
	for (m = NO_ITS; m < NR_VARIANTS; m++) {
		build_host(m);
		assert_null(host_parse(tree, sizeof(tree)));
		assert_int_equal(host.gits.size == 0, m == NO_ITS);
		assert_int_equal(host.pci.ecam.size == 0, m != NO_ITS);
	}
}

static void reads_a_gicv2(void **state)
{
	(void)state;
	build_host(GICV2);
	assert_null(host_parse(tree, sizeof(tree)));
	assert_true(host.gicv2);
	assert_int_equal(host.gicd.base, 0x8000000);
	assert_int_equal(host.gicc.base, 0x8010000);
	assert_int_equal(host.gich.base, 0x8030000);
	assert_int_equal(host.gicv.base, 0x8040000);
	assert_int_equal(host.nr_gicr, 0);
}

static void refuses_the_machine(void **state)
{
	int m;

	(void)state;
	for (m = NONE + 1; m < NR_MISTAKES; m++) {
		const char *why;

		build_host(m);
		why = host_parse(tree, sizeof(tree));
		assert_non_null(why);
		print_message("%s\n", why);
	}
	build_host(NONE);
	assert_non_null(host_parse(tree, fdt_totalsize(tree) - 1));
	memset(tree, 0, sizeof(tree));
	assert_non_null(host_parse(tree, sizeof(tree)));
}

/* A loader that shortens the tree must not make us read past its end. */
static void damaged(void **state)
{
	uint32_t seed = 1, i, round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		build_host(NONE);
		for (i = 0; i < 4; i++) {
			seed = seed * 1664525 + 1013904223;
			tree[40 + (seed >> 8) % (fdt_totalsize(tree) - 40)] =
				(char)(seed >> 24);
		}
		if (fdt_check_full(tree, sizeof(tree)) == 0) {
			host_parse(tree, sizeof(tree));
		}
	}
}

/* ---- the guest's ------------------------------------------------------- */

static struct vm v;
static char *ram;

static void build_guest(uint32_t nr_vcpus)
{
	uint32_t i;

	build_host(NONE);
	assert_null(host_parse(tree, sizeof(tree)));
	options.gic = options.gic ? options.gic : VGIC_GICV3;
	ram = aligned_alloc(BLOCK_SIZE, 2 * BLOCK_SIZE);
	memset(ram, 0xee, 2 * BLOCK_SIZE);
	v = (struct vm){ .ram_pa = (uintptr_t)ram,
			 .ram_ipa = GUEST_RAM_IPA,
			 .ram_size = 2 * BLOCK_SIZE,
			 .pci = v.pci,
			 .nr_vcpus = nr_vcpus,
			 .vcpus = calloc(nr_vcpus, sizeof(*v.vcpus)) };
	for (i = 0; i < nr_vcpus; i++) {
		v.vcpus[i].mpidr = UINT64_C(1) << 31 | i / 16 << 8 | i % 16;
	}
	v.devices[0] = (struct vm_device){ .ipa = GUEST_UART_IPA };
	v.devices[1] = (struct vm_device){ .ipa = 0xa000000,
					   .spi = 16,
					   .virtio = &host.virtio[0] };
	v.devices[2] = (struct vm_device){ .ipa = 0xa000400,
					   .spi = 18,
					   .virtio = &host.virtio[1] };
	v.nr_devices = 3;
	host.kernel.base = v.ram_pa;
	host.initrd.base = v.ram_pa + 0x1000;
	assert_null(guest_fdt_build(&v));
	assert_true(v.dtb_ipa == GUEST_RAM_IPA + BLOCK_SIZE);
}

static void drop_guest(void)
{
	free(v.vcpus);
	free(ram);
}

static uint64_t cell(const char *path, const char *name, int index)
{
	const void *fdt = ram + BLOCK_SIZE;
	int node = fdt_path_offset(fdt, path), len;
	const fdt32_t *p;

	assert_true(node >= 0);
	p = fdt_getprop(fdt, node, name, &len);
	assert_non_null(p);
	assert_true(index < len / 4);
	return fdt32_ld(p + index);
}

static uint64_t pair(const char *path, const char *name, int index)
{
	return cell(path, name, 2 * index) << 32 |
	       cell(path, name, 2 * index + 1);
}

static const char *string(const char *path, const char *name)
{
	const void *fdt = ram + BLOCK_SIZE;

	return fdt_getprop(fdt, fdt_path_offset(fdt, path), name, NULL);
}

static void tells_the_guest(void **state)
{
	(void)state;
	build_guest(2);
	assert_int_equal(fdt_check_full(ram + BLOCK_SIZE, BLOCK_SIZE), 0);
	assert_string_equal(string("/chosen", "bootargs"),
			    "console=ttyAMA0 quiet");
	assert_string_equal(string("/chosen", "stdout-path"), "/pl011@9000000");
	assert_int_equal(pair("/chosen", "linux,initrd-start", 0),
			 GUEST_RAM_IPA + 0x1000);
	assert_int_equal(pair("/chosen", "linux,initrd-end", 0),
			 GUEST_RAM_IPA + 0x1000 + 0x1234);
	assert_true(pair("/chosen", "kaslr-seed", 0) == 0x100000002);
	assert_null(string("/chosen", "rng-seed"));
	assert_int_equal(pair("/memory@40000000", "reg", 0), GUEST_RAM_IPA);
	assert_int_equal(pair("/memory@40000000", "reg", 1), 2 * BLOCK_SIZE);
	assert_string_equal(string("/psci", "method"), "hvc");
	assert_string_equal(string("/cpus/cpu@1", "enable-method"), "psci");
	assert_null(string("/cpus/cpu@2", "enable-method"));
	assert_int_equal(cell("/timer", "interrupts", 1), 13);
	assert_int_equal(cell("/timer", "interrupts", 4), 14);
	assert_int_equal(cell("/timer", "interrupts", 7), 11);
	assert_int_equal(cell("/timer", "interrupts", 10), 10);
	assert_int_equal(cell("/pl011@9000000", "interrupts", 1), 1);
	assert_int_equal(cell("/pl011@9000000", "clocks", 0),
			 cell("/apb-pclk", "phandle", 0));
	assert_string_equal(string("/virtio_mmio@a000000", "compatible"),
			    "virtio,mmio");
	assert_int_equal(pair("/virtio_mmio@a000000", "reg", 0), 0xa000000);
	assert_int_equal(pair("/virtio_mmio@a000000", "reg", 1), 0x200);
	assert_int_equal(cell("/virtio_mmio@a000000", "interrupts", 0), 0);
	assert_int_equal(cell("/virtio_mmio@a000000", "interrupts", 1), 16);
	assert_int_equal(cell("/virtio_mmio@a000000", "interrupts", 2), 1);
	assert_non_null(string("/virtio_mmio@a000000", "dma-coherent"));
	assert_int_equal(cell("/virtio_mmio@a000400", "interrupts", 2), 4);
	assert_null(string("/virtio_mmio@a000400", "dma-coherent"));
	assert_int_equal(cell("/", "interrupt-parent", 0),
			 cell("/intc@8000000", "phandle", 0));
	assert_int_equal(cell("/intc@8000000", "#redistributor-regions", 0), 1);
	assert_int_equal(pair("/intc@8000000", "reg", 3), 2 * 0x20000);
	drop_guest();
}

static void many_vcpus(void **state)
{
	const char *gic = "/intc@8000000";

	(void)state;
	build_guest(17);
	assert_int_equal(cell("/cpus/cpu@100", "reg", 0), 0x100);
	drop_guest();
	build_guest(512);
	assert_int_equal(cell("/cpus/cpu@1f0f", "reg", 0), 0x1f0f);
	assert_int_equal(cell(gic, "#redistributor-regions", 0), 2);
	assert_int_equal(pair(gic, "reg", 2), GUEST_GICR_IPA);
	assert_int_equal(pair(gic, "reg", 3), 123 * 0x20000);
	assert_true(pair(gic, "reg", 4) == GUEST_GICR2_IPA);
	assert_int_equal(pair(gic, "reg", 5), 389 * 0x20000);
	drop_guest();
}

/* As QEMU's virt has it, and only when asked for. */
static void its(void **state)
{
	const char *node = "/intc@8000000/its@8080000";

	(void)state;
	build_guest(2);
	assert_null(string(node, "compatible"));
	drop_guest();
	options.its = 1;
	build_guest(2);
	options.its = 0;
	assert_string_equal(string(node, "compatible"), "arm,gic-v3-its");
	assert_int_equal(pair(node, "reg", 0), 0x8080000);
	assert_int_equal(pair(node, "reg", 1), 0x20000);
	assert_int_equal(cell(node, "#msi-cells", 0), 1);
	assert_non_null(string(node, "msi-controller"));
	assert_non_null(string("/intc@8000000", "ranges"));
	assert_int_equal(cell("/intc@8000000", "#address-cells", 0), 2);
	assert_int_equal(cell("/intc@8000000", "#size-cells", 0), 2);
	drop_guest();
}

/* As the machine has it, but for its INTx, and with messages to our ITS. */
static void pcie(void **state)
{
	const char *node = "/pcie@4010000000";

	(void)state;
	build_guest(1);
	assert_null(string(node, "compatible"));
	drop_guest();
	options.its = 1;
	v.pci = &host.pci;
	build_guest(1);
	options.its = 0;
	v.pci = NULL;
	assert_string_equal(string(node, "compatible"),
			    "pci-host-ecam-generic");
	assert_string_equal(string(node, "device_type"), "pci");
	assert_int_equal(cell(node, "#address-cells", 0), 3);
	assert_int_equal(cell(node, "#size-cells", 0), 2);
	assert_true(pair(node, "reg", 0) == 0x4010000000);
	assert_int_equal(pair(node, "reg", 1), 0x10000000);
	assert_int_equal(cell(node, "ranges", 2), 0xe0000000);
	assert_int_equal(cell(node, "ranges", 12), 0x7f);
	assert_int_equal(cell(node, "bus-range", 1), 0xff);
	assert_int_equal(cell(node, "msi-map", 1),
			 cell("/intc@8000000/its@8080000", "phandle", 0));
	assert_int_equal(cell(node, "msi-map", 2), 0);
	assert_int_equal(cell(node, "msi-map", 3), 0x10000);
	assert_non_null(string(node, "dma-coherent"));
	assert_null(string(node, "interrupt-map"));
	drop_guest();
}

/* INTIDs with their type, IRS frames, a vCPU by phandle and IAFFID. */
static void gicv5(void **state)
{
	const char *irs = "/intc/irs@8010000", *fdt;
	int len;

	(void)state;
	options.gic = VGIC_GICV5;
	build_guest(300);
	options.gic = VGIC_GICV3;
	fdt = ram + BLOCK_SIZE;
	assert_int_equal(fdt_check_full(fdt, BLOCK_SIZE), 0);
	assert_true(fdt_path_offset(fdt, "/intc@8000000") < 0);
	assert_string_equal(string("/intc", "compatible"), "arm,gic-v5");
	assert_int_equal(cell("/pl011@9000000", "interrupts", 0), 3);
	assert_int_equal(cell("/pl011@9000000", "interrupts", 1), 1);
	assert_int_equal(cell("/virtio_mmio@a000400", "interrupts", 0), 3);
	assert_int_equal(cell("/virtio_mmio@a000400", "interrupts", 1), 18);
	assert_int_equal(cell("/timer", "interrupts", 6), 1);
	assert_int_equal(cell("/timer", "interrupts", 7), 27);
	assert_int_equal(pair(irs, "reg", 0), 0x8010000);
	assert_int_equal(cell(irs, "cpus", 299),
			 cell("/cpus/cpu@120b", "phandle", 0));
	fdt_getprop(fdt, fdt_path_offset(fdt, irs), "arm,iaffids", &len);
	assert_int_equal(len, 600);
	assert_int_equal(cell(irs, "arm,iaffids", 149), 298 << 16 | 299);
	drop_guest();
}

static void gicv2(void **state)
{
	const char *gic = "/intc@8000000";

	(void)state;
	options.gic = VGIC_GICV2;
	build_guest(8);
	options.gic = VGIC_GICV3;
	assert_string_equal(string(gic, "compatible"), "arm,cortex-a15-gic");
	assert_int_equal(cell(gic, "#interrupt-cells", 0), 3);
	assert_int_equal(pair(gic, "reg", 0), 0x8000000);
	assert_int_equal(pair(gic, "reg", 1), 0x1000);
	assert_int_equal(pair(gic, "reg", 2), 0x8010000);
	assert_int_equal(pair(gic, "reg", 3), 0x2000);
	/* The timers' PPIs belong to all eight. */
	assert_int_equal(cell("/timer", "interrupts", 7), 11);
	assert_int_equal(cell("/timer", "interrupts", 8), 0xff04);
	assert_int_equal(cell("/pl011@9000000", "interrupts", 2), 4);
	drop_guest();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_machine),
		cmocka_unit_test(reads_a_gicv2),
		cmocka_unit_test(reads_the_pcie_host),
		cmocka_unit_test(leaves_the_pcie_host),
		cmocka_unit_test(refuses_the_machine),
		cmocka_unit_test(damaged),
		cmocka_unit_test(tells_the_guest),
		cmocka_unit_test(many_vcpus),
		cmocka_unit_test(its),
		cmocka_unit_test(pcie),
		cmocka_unit_test(gicv2),
		cmocka_unit_test(gicv5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
