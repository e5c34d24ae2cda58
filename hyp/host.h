/* SPDX-License-Identifier: BSD-2-Clause */
/* What the machine is, read once from the device tree that it starts with. */
#ifndef HYP_HOST_H
#define HYP_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "hyp/platform.h"

#define HOST_MAX_GICR_REGIONS 8
/* INTIDs 32 to 1019; INTIDs 1020 to 1023 are special (IHI 0069 2.2). */
#define HOST_MAX_SPIS 988
#define HOST_MAX_VIRTIO 32
#define HOST_MAX_PCI_WINDOWS 4

/* Physical addresses [base, base + size). */
struct host_region {
	uint64_t base;
	uint64_t size;
};

/* An image that the loader put into memory, /chosen/module@... */
struct host_module {
	uint64_t base;	      /* physical */
	uint64_t size;	      /* 0: there is no such module */
	const char *bootargs; /* its command line; never null */
};

/* A property's value as it lies in the machine's device tree. */
struct host_property {
	const void *data;
	uint32_t size; /* in bytes; 0: the tree has no such property */
};

/* A virtio-mmio transport, with or without a device behind it. */
struct host_virtio {
	struct host_region region;
	uint32_t intid; /* of its SPI */
	bool edge;	/* the SPI is edge-triggered, else level-sensitive */
	bool coherent;	/* its DMA snoops the caches ("dma-coherent") */
};

/* A PCIe host with ECAM; its devices' requester IDs are DeviceIDs. */
struct host_pci {
	struct host_region ecam; /* size 0: there is none */
	/* Parts of the physical address space that its devices' BARs use. */
	struct host_region windows[HOST_MAX_PCI_WINDOWS];
	uint32_t nr_windows;
	/* Passed on to the guest's device tree as they are. */
	struct host_property ranges, bus_range;
	bool coherent; /* as host_virtio.coherent */
};

struct host_info {
	uint32_t nr_cpus;	  /* 1 to MAX_CPUS */
	uint64_t mpidr[MAX_CPUS]; /* affinity bits of MPIDR_EL1 */
	struct host_region ram;	  /* the one region that holds the hypervisor */
	bool gicv2;		  /* the GIC is a GICv2, else a GICv3 */
	struct host_region gicd;
	uint32_t nr_gicr; /* GICv3 */
	struct host_region gicr[HOST_MAX_GICR_REGIONS];
	struct host_region gits; /* GICv3; size 0: there is no ITS */
	struct host_region gicc, gich, gicv; /* GICv2 */
	uint64_t uart_base;
	uint32_t uart_intid;
	struct host_virtio virtio[HOST_MAX_VIRTIO];
	uint32_t nr_virtio;
	struct host_pci pci;
	struct host_region flash; /* bank 1, for the record of the run */
	struct host_module kernel;
	struct host_module initrd;
	const char *bootargs; /* /chosen/bootargs; never null */
	/* Random numbers of the firmware's, passed on to the guest. */
	struct host_property rng_seed, kaslr_seed;
};

/* Written once by host_parse(), before other CPUs run. */
extern struct host_info host;

/*
 * Fill `host` from the flattened device tree at `fdt`, which has to end within
 * `room` bytes and stays where it is: `host` points into it.  Returns null, or
 * a constant text that says what is missing; then `host` holds what was found
 * before that, the flash first.  Boot CPU.
 */
const char *host_parse(const void *fdt, uint64_t room);

#endif
