/* SPDX-License-Identifier: BSD-2-Clause */
/* What the machine is, read once from the host device tree. */
#ifndef HYP_HOST_H
#define HYP_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <vgic/vgic.h>

#include "hyp/platform.h"

#define HOST_MAX_GICR_REGIONS 8
#define HOST_MAX_SPIS 988
#define HOST_MAX_VIRTIO 32

struct host_region {
	uint64_t base;
	uint64_t size;
};

/* An image that the loader put into memory, /chosen/module@... */
struct host_module {
	uint64_t base; /* physical; size 0: not there */
	uint64_t size;
	const char *bootargs; /* inside the host device tree; never null */
};

/* A property's value, inside the host device tree, to be handed on. */
struct host_property {
	const void *data;
	uint32_t size; /* 0: there is none */
};

/* A virtio-mmio transport, with or without a device behind it. */
struct host_virtio {
	struct host_region region;
	uint32_t intid;
	bool edge;
	bool coherent; /* its DMA goes by the caches */
};

/* The part of its memory that a PCIe host gives devices. */
#define HOST_MAX_PCI_WINDOWS 4

/* A PCIe host with ECAM; its devices' requester IDs are DeviceIDs. */
struct host_pci {
	struct host_region ecam; /* size 0: there is none */
	struct host_region windows[HOST_MAX_PCI_WINDOWS];
	uint32_t nr_windows;
	/* As the host device tree has them, inside it. */
	struct host_property ranges, bus_range;
	bool coherent;
};

struct host_info {
	uint32_t nr_cpus;
	uint64_t mpidr[MAX_CPUS]; /* affinity bits of MPIDR_EL1 */
	struct host_region ram; /* the one region that holds the hyp */
	bool gicv2; /* else a GICv3 */
	struct host_region gicd;
	uint32_t nr_gicr; /* GICv3 */
	struct host_region gicr[HOST_MAX_GICR_REGIONS];
	struct host_region gits; /* GICv3; size 0: there is none */
	struct host_region gicc, gich, gicv; /* GICv2 */
	uint64_t uart_base;
	uint32_t uart_intid;
	struct host_virtio virtio[HOST_MAX_VIRTIO]; /* at most so many */
	uint32_t nr_virtio;
	struct host_pci pci;
	struct host_region flash; /* bank 1, for the result record */
	struct host_module kernel;
	struct host_module initrd;
	const char *bootargs; /* /chosen/bootargs; never null */
	struct host_property rng_seed, kaslr_seed; /* for the guest */
};

extern struct host_info host;

/* Which CPU interface the guest gets. */
enum cpuif_choice {
	CPUIF_AUTO, /* the machine's where it has the guest's kind */
	CPUIF_HW,
	CPUIF_SOFT,
};

/* Options, `vgic.` in /chosen/bootargs. */
struct options {
	uint32_t vcpus; /* vgic.vcpus, default 1 */
	uint32_t mem_mib; /* vgic.mem, default: all RAM past GUEST_RAM_PA */
	uint32_t timeout_s; /* vgic.timeout, 0: none */
	uint32_t torture_ms; /* vgic.torture, 0: none; see torture.c */
	uint32_t gic; /* vgic.gic, enum vgic_model; default GICv3 */
	uint32_t cpuif; /* vgic.cpuif, enum cpuif_choice */
	uint32_t its; /* vgic.its, GICv3: ITSs of the guest, 0 or 1 */
	bool pass_uart; /* vgic.passthrough=uart */
	bool pass_disks; /* vgic.passthrough=disk: all that there are */
	bool pass_pci; /* vgic.passthrough=pci: all that there is */
	/* vgic.quirk and vgic.lrs: what list registers are to lack. */
	bool no_tdir, no_hw_deact, broken_seis;
	uint32_t max_lrs; /* 0: all that there are */
	bool verbose; /* vgic.verbose */
	bool icount; /* vgic.icount: add up EL2 ticks per exit */
};

extern struct options options;

/*
 * Fill `host` from the tree at `fdt`, which may take up to `room` bytes.
 * Returns null, or what is wrong with it as a constant text.  (host_fdt.c)
 */
const char *host_fdt_parse(const void *fdt, uint64_t room);

/* Fill `options` from host.bootargs; null or a text.  (options.c) */
const char *options_parse(const char *bootargs);

#endif
